//! Packs made to do harm: broken pictures, names outside the pack, links, absurd TOML.

use std::fs;

use crate::lint::one_problem;
use crate::sample::Pack;
use cheval_content::load_pack;

#[test]
fn broken_pictures_are_refused() {
    let broken = |change: &dyn Fn(&Pack), words: &str| {
        let pack = Pack::new();
        change(&pack);
        let problems = pack.problems();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        let told = problems[0].to_string();
        assert!(
            told.contains(words) && told.starts_with("garments/TEE-1.png"),
            "`{words}` is not in: {told}"
        );
    };
    broken(
        &|p| fs::remove_file(p.path("garments/TEE-1.png")).unwrap(),
        "is missing",
    );
    broken(
        &|p| p.write("garments/TEE-1.png", ""),
        "neither PNG, JPEG nor WebP",
    );
    broken(
        &|p| p.write("garments/TEE-1.png", "<svg/>"),
        "neither PNG, JPEG nor WebP",
    );
    let cut_short = |p: &Pack| {
        let bytes = fs::read(p.path("garments/TEE-1.png")).unwrap();
        p.write("garments/TEE-1.png", &bytes[..bytes.len() / 2]);
    };
    broken(&cut_short, "damaged");
    let bomb = |p: &Pack| {
        let mut bytes = fs::read(p.path("garments/TEE-1.png")).unwrap();
        bytes[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
        let crc = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.to_be_bytes());
        p.write("garments/TEE-1.png", bytes);
    };
    broken(&bomb, "16384 × 16384 px");
    broken(
        &|p| p.write("garments/TEE-1.png", vec![0x89; (8 << 20) + 1]),
        "at most 8388608",
    );
    let folder = |p: &Pack| {
        fs::remove_file(p.path("garments/TEE-1.png")).unwrap();
        fs::create_dir(p.path("garments/TEE-1.png")).unwrap();
    };
    broken(&folder, "not a plain file");
    let opaque = |p: &Pack| {
        image::RgbImage::new(500, 500)
            .save(p.path("garments/TEE-1.png"))
            .unwrap()
    };
    broken(&opaque, "no transparent ground");
}

/// CRC-32 of a PNG chunk, so that a picture can lie about its size.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
        }
        crc
    })
}

#[test]
fn nothing_outside_the_pack_can_be_named() {
    for path in [
        "../secret.png",
        "/etc/passwd",
        "a/../../b.png",
        "C:\\\\x.png",
        "a//b.png",
        "./a.png",
        "a\\u0000.png",
    ] {
        one_problem(
            "swatch =",
            &format!("picture = \"{path}\"\nswatch ="),
            "garments[0].picture",
            "",
        );
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let pack = Pack::new();
    let elsewhere = Pack::new();
    fs::remove_file(pack.path("garments/TEE-1.png")).unwrap();
    symlink(
        elsewhere.path("garments/TEE-1.png"),
        pack.path("garments/TEE-1.png"),
    )
    .unwrap();
    assert!(pack.problems()[0].what.contains("is a link"));

    let pack = Pack::new();
    fs::rename(pack.path("texts"), pack.path("texts-elsewhere")).unwrap();
    symlink(pack.path("texts-elsewhere"), pack.path("texts")).unwrap();
    assert!(pack.problems().iter().all(|p| p.what.contains("is a link")));
}

#[test]
fn hostile_toml_ends_in_a_message() {
    for text in [
        String::new(),
        "\u{FEFF}".to_owned(),
        format!("a = {}", "[".repeat(100_000)),
        format!("{}\n", "[a]".repeat(10_000)),
        "schema_version = 2".to_owned(),
        "schema_version = \"1\"".to_owned(),
        "garments = 3\nschema_version = 1".to_owned(),
        format!("schema_version = 1\n{}", "x = 1\n".repeat(1_000)),
        format!("schema_version = 1\n{} = 1", "k".repeat(100_000)),
        " ".repeat((1 << 20) + 1),
    ] {
        let pack = Pack::new();
        pack.write("pack.toml", &text);
        let error = load_pack(pack.dir()).unwrap_err();
        assert!(!error.0.is_empty());
        assert!(
            error.0.iter().all(|p| p.to_string().len() < 1_000),
            "messages stay short"
        );
    }
    let pack = Pack::new();
    pack.write("texts/en.toml", [b'a', b'\n', 0xFF]);
    assert!(
        pack.problems()
            .iter()
            .any(|p| p.place() == "texts/en.toml:2" && p.what.contains("UTF-8"))
    );
    assert!(
        load_pack(std::path::Path::new("/no/such/folder"))
            .unwrap_err()
            .0[0]
            .what
            .contains("missing")
    );
}
