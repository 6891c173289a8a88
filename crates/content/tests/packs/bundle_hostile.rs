//! `.cheval` files made to do harm. Their hashes are right; only what they say is not.

use std::io::Read;

use cheval_content::bundle::{Refusal, Terms, verify};

use crate::bundle_sample::{
    assemble, entry, listing, manifest, manifest_of, refusal, refused_with, sized_entry,
};

/// A file that has only this name besides `pack.toml`.
fn with_name(name: &str) -> Vec<u8> {
    let mut names = [name, "pack.toml"];
    names.sort_unstable();
    listing(&names)
}

#[test]
fn sound_names_are_taken() {
    for name in [
        "slides/зима 2027.png",
        "garments/żółty (2).png",
        "a/b/c/d/e/f/g/h.png",
        "console.png",
        "com.png",
        "com10.png",
        ".well-known",
        "夏.png",
        "100 % wool & silk's_-+=,;@#$~!^{}[].png",
    ] {
        let taken = verify(&*with_name(name), &Terms::SOUND, &mut |_| {});
        assert!(taken.is_ok(), "{name}: {}", taken.unwrap_err());
    }
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let long_part = format!("{}.png", "x".repeat(120));
    let long_path = ["x".repeat(100), "y".repeat(100)].join("/");
    for name in [
        "",
        "/etc/passwd",
        "..",
        "../x.png",
        "a/../../x.png",
        "a/..",
        ".",
        "./x.png",
        "a//x.png",
        "a/",
        "a\\x.png",
        "..\\x.png",
        "C:x.png",
        "C:\\x.png",
        "\\\\server\\share\\x.png",
        "x.png:stream",
        "a\0b.png",
        "a\nb.png",
        "\u{1B}[2Jx.png",
        "a\u{7F}b.png",
        "a\u{85}b.png",
        "gnp.\u{202E}x.exe",
        "a\u{200B}b.png",
        "a\u{FEFF}b.png",
        "e\u{301}.png",
        "a\u{2028}b.png",
        "a\u{A0}b.png",
        "a/b/c/d/e/f/g/h/i.png",
        "x?.png",
        "x*.png",
        "<x>.png",
        "x|y.png",
        "\"x\".png",
        "x.png.",
        "x.png ",
        " x.png",
        "a /x.png",
        "a./x.png",
        "con",
        "NUL.png",
        "a/Aux/x.png",
        "prn .png",
        "COM1.tar.gz",
        "lpt9",
        "com¹.png",
        &long_part,
        &long_path,
    ] {
        let told = refusal(&with_name(name), &Terms::SOUND);
        assert!(matches!(told, Refusal::Name { .. }), "{name:?}: {told}");
    }
}

#[test]
fn names_that_one_disk_takes_for_one_are_refused() {
    let clash = |names: &[&str]| {
        let told = refusal(&listing(names), &Terms::SOUND);
        assert!(
            matches!(told, Refusal::CaseClash { .. }),
            "{names:?}: {told}"
        );
    };
    clash(&["A.png", "a.png", "pack.toml"]);
    clash(&["PACK.toml", "pack.toml"]);
    clash(&["Slides/a.png", "pack.toml", "slides/b.png"]);
    clash(&["A", "a/b.png", "pack.toml"]);
    clash(&["pack.toml", "ЗИМА.png", "зима.png"]);
    clash(&["k.png", "pack.toml", "\u{212A}.png"]);
    clash(&["pack.toml", "strasse.png", "straße.png"]);
}

#[test]
fn a_name_means_one_thing() {
    let told = refusal(
        &listing(&["a", "a-b", "a/b.png", "pack.toml"]),
        &Terms::SOUND,
    );
    assert!(
        matches!(&told, Refusal::FileAndFolder { path } if path == "a"),
        "{told}"
    );
    let told = refusal(&listing(&["a/b/c", "a/b/c/d", "pack.toml"]), &Terms::SOUND);
    assert!(
        matches!(&told, Refusal::FileAndFolder { path } if path == "a/b/c"),
        "{told}"
    );
    let told = refusal(&listing(&["pack.toml", "pack.toml"]), &Terms::SOUND);
    assert!(matches!(told, Refusal::ListedTwice { .. }), "{told}");
    let told = refusal(&listing(&["pack.toml", "b.png"]), &Terms::SOUND);
    assert!(matches!(told, Refusal::Unsorted { .. }), "{told}");
    refused_with(&listing(&["a.png"]), "`pack.toml` is not in the list");
    refused_with(&listing(&[]), "`pack.toml` is not in the list");
}

#[test]
fn a_million_entries_are_refused_at_once() {
    // By its length, before a byte of it is read: the reader behind the head gives nothing.
    let mut head = assemble(b"{}", &[]);
    for size in [0, (4 << 20) + 1, 120_000_000, u32::MAX] {
        head[12..16].copy_from_slice(&size.to_le_bytes());
        let told = refusal(&head[..16], &Terms::SOUND);
        assert!(matches!(told, Refusal::ManifestSize { size_bytes } if size_bytes == size));
    }
    let names: Vec<String> = (0..1_000_000).map(|i| format!("{i:06}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let file = listing(&names);
    let started = std::time::Instant::now();
    assert!(matches!(
        verify(&*file, &Terms::SOUND, &mut |_| {}),
        Err(Refusal::ManifestSize { .. })
    ));
    let most = std::time::Duration::from_millis(100);
    assert!(started.elapsed() < most, "a look at the head is enough");
    // As many as fit into a manifest.
    let file = listing(&names[..35_000]);
    assert!(manifest_of(&file).len() < 4 << 20);
    let told = refusal(&file, &Terms::SOUND);
    assert!(
        matches!(told, Refusal::TooManyFiles { count: 35_000 }),
        "{told}"
    );
}

#[test]
fn sizes_are_held_against_their_caps_before_anything_is_taken() {
    let sized = |sizes: &[&str]| {
        let mut entries: Vec<String> = sizes
            .iter()
            .enumerate()
            .map(|(i, size)| sized_entry(&format!("{i}.png"), size, &[i as u8]))
            .collect();
        entries.push(entry("pack.toml", b""));
        assemble(manifest(&entries).as_bytes(), &[])
    };
    for size in ["536870913", "9007199254740993", "18446744073709551615"] {
        let told = refusal(&sized(&[size]), &Terms::SOUND);
        assert!(matches!(told, Refusal::FileTooBig { .. }), "{told}");
    }
    for size in ["18446744073709551616", "-1", "1.5", "1e3", "\"1\"", "null"] {
        refused_with(&sized(&[size]), "the manifest cannot be used");
    }
    let half = "536870912";
    assert!(matches!(
        refusal(&sized(&[half, half, "1"]), &Terms::SOUND),
        Refusal::PackTooBig
    ));
    // A promise that is not kept costs no more memory than one piece.
    let told = refusal(&sized(&[half, half]), &Terms::SOUND);
    assert!(
        matches!(&told, Refusal::CutShort { place } if place == "`0.png`"),
        "{told}"
    );
}

#[test]
fn a_small_file_cannot_become_a_large_folder() {
    let film = vec![0; 1 << 20];
    let mut entries: Vec<String> = (0..1025)
        .map(|i| entry(&format!("{i:04}.mp4"), &film))
        .collect();
    entries.push(entry("pack.toml", b""));
    let file = assemble(manifest(&entries).as_bytes(), &[&film]);
    assert!(matches!(refusal(&file, &Terms::SOUND), Refusal::PackTooBig));
}

#[test]
fn one_hash_has_one_length() {
    let entries = [
        sized_entry("a.png", "0", b""),
        sized_entry("pack.toml", "1", b""),
    ];
    refused_with(
        &assemble(manifest(&entries).as_bytes(), &[b"x"]),
        "has the hash of a file of another length",
    );
}

#[test]
fn only_the_one_way_of_writing_a_manifest_is_read() {
    let sound = manifest(&[entry("pack.toml", b"")]);
    assert!(
        verify(
            &*assemble(sound.as_bytes(), &[]),
            &Terms::SOUND,
            &mut |_| {}
        )
        .is_ok()
    );
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for (from, to, words) in [
        (
            "{\"schema",
            " {\"schema",
            "not written as this program does",
        ),
        (
            "pack.toml",
            "p\\u0061ck.toml",
            "not written as this program does",
        ),
        ("]}", "]}\n", "not written as this program does"),
        (
            "\"files\"",
            "\"not_after\":null,\"files\"",
            "not written as this program does",
        ),
        (
            hash,
            &hash.to_uppercase(),
            "not written as this program does",
        ),
        ("\"files\"", "\"more\":1,\"files\"", "unknown field"),
        ("\"files\"", "\"revision\":9,\"files\"", "duplicate field"),
        (
            "\"size_bytes\":0",
            "\"size_bytes\":0,\"mode\":511",
            "unknown field",
        ),
        (
            "\"size_bytes\":0",
            "\"size_bytes\":0,\"path\":\"x\"",
            "duplicate field",
        ),
        ("\"revision\":3,", "", "missing field"),
        ("\"revision\":3", "\"revision\":0", "no revision 0"),
        (
            "\"revision\":3",
            "\"revision\":1000000000000",
            "no revision",
        ),
        ("corner-shop", "", "no name of a pack"),
        ("corner-shop", "Corner Shop", "no name of a pack"),
        ("corner-shop", "../shop", "no name of a pack"),
        ("CC0-1.0", "", "licence"),
        ("CC0-1.0", "\\u001b[2J", "licence"),
        (hash, "e3b0", "64 hexadecimal digits"),
        ("]}", "]", "EOF"),
        ("]}", "]}{}", "trailing characters"),
        (
            "\"files\"",
            "\"not_after\":\"tomorrow\",\"files\"",
            "cannot be used",
        ),
    ] {
        assert!(sound.contains(from), "{from}");
        refused_with(
            &assemble(sound.replacen(from, to, 1).as_bytes(), &[]),
            words,
        );
    }
    for text in [
        "null",
        "[]",
        "\u{FEFF}{}",
        "{\"schema_version\":\"1\"}",
        "{\"schema_version\":-1}",
    ] {
        refused_with(&assemble(text.as_bytes(), &[]), "cannot be used");
    }
    refused_with(&assemble(&[0xFF, 0xFE], &[]), "cannot be used");
    refused_with(
        &assemble("[".repeat(1 << 20).as_bytes(), &[]),
        "cannot be used",
    );
    let deep = format!("{{\"schema_version\":1,\"files\":{}", "[".repeat(1 << 20));
    refused_with(&assemble(deep.as_bytes(), &[]), "cannot be used");
}

#[test]
fn a_later_layout_says_so_whatever_else_it_has() {
    let later = r#"{"schema_version":2,"files":{"packed":true},"more":[]}"#;
    let told = refusal(&assemble(later.as_bytes(), &[]), &Terms::SOUND);
    assert!(
        matches!(told, Refusal::SchemaVersion { found: 2 }),
        "{told}"
    );
}

#[test]
fn an_endless_file_ends() {
    let file = [listing(&["pack.toml"])].concat();
    let told = verify(file.chain(std::io::repeat(0)), &Terms::SOUND, &mut |_| {}).unwrap_err();
    assert!(matches!(told, Refusal::Trailing), "{told}");
    let told = verify(std::io::repeat(0x89), &Terms::SOUND, &mut |_| {}).unwrap_err();
    assert!(matches!(told, Refusal::NotABundle), "{told}");
}
