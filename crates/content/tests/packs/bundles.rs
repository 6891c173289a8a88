//! Building and unpacking: what comes out is what went in, and the same bytes every time.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use cheval_content::bundle::{BuildError, Plan, Terms, UnpackError, unpack, verify};
use cheval_content::load_pack;

use crate::bundle_sample::{assemble, assert_empty, built, entry, listing, manifest};
use crate::sample::Pack;

#[test]
fn what_is_unpacked_is_what_was_packed() {
    let pack = Pack::new();
    let file = built(&pack);
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("pack");
    let mut seen_bytes = 0;
    let verified = unpack(&*file, &Terms::SOUND, &to, &mut |n| seen_bytes += n).unwrap();
    assert_eq!(seen_bytes, verified.manifest.blob_bytes());
    assert_eq!(
        (verified.manifest.pack(), verified.manifest.revision()),
        ("corner-shop", 3)
    );
    assert_eq!(verified.signer, None);
    let (before, after) = (load_pack(pack.dir()).unwrap(), load_pack(&to).unwrap());
    assert_eq!(before, after);
    for path in &before.files {
        assert_eq!(
            fs::read(pack.path(path)).unwrap(),
            fs::read(to.join(path)).unwrap()
        );
    }
}

#[test]
fn the_file_is_laid_out_as_described() {
    let pack = Pack::new();
    let paths = load_pack(pack.dir()).unwrap().files;
    let contents: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| fs::read(pack.path(path)).unwrap())
        .collect();
    let entries: Vec<String> = paths
        .iter()
        .zip(&contents)
        .map(|(path, bytes)| entry(path, bytes))
        .collect();
    let mut blobs: Vec<&[u8]> = Vec::new();
    for bytes in &contents {
        if !blobs.contains(&bytes.as_slice()) {
            blobs.push(bytes);
        }
    }
    assert!(blobs.len() < contents.len(), "two pictures are the same");
    assert_eq!(
        built(&pack),
        assemble(manifest(&entries).as_bytes(), &blobs)
    );
}

#[test]
fn the_same_folder_gives_the_same_bytes() {
    let pack = Pack::new();
    let first = built(&pack);
    let copy = Pack::new();
    let mut paths = load_pack(pack.dir()).unwrap().files;
    paths.reverse();
    for (age, path) in paths.iter().enumerate() {
        fs::remove_file(copy.path(path)).unwrap();
        copy.write(path, fs::read(pack.path(path)).unwrap());
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(86_400 * age as u64);
        let file = File::options().write(true).open(copy.path(path)).unwrap();
        file.set_modified(time).unwrap();
    }
    copy.write("notes.txt", "not part of the pack");
    assert!(built(&copy) == first);
    let written = copy.path("out.cheval");
    let plan = Plan::new(copy.dir(), None).unwrap();
    let size = plan.write_file(&written, &mut |_| {}).unwrap();
    assert_eq!(size, first.len() as u64);
    assert!(fs::read(&written).unwrap() == first);
    assert_eq!(plan.file_name(), "corner-shop-3.cheval");
    assert_eq!(plan.left_out(), ["notes.txt", "out.cheval"]);
}

#[test]
fn every_length_of_file_survives() {
    let lengths = [
        0,
        1,
        4096,
        (256 << 10) - 1,
        256 << 10,
        (256 << 10) + 1,
        700_001,
    ];
    let contents: Vec<Vec<u8>> = lengths.iter().map(|n| vec![7; *n]).collect();
    let paths: Vec<String> = (0..lengths.len()).map(|i| format!("films/{i}")).collect();
    let mut entries: Vec<String> = paths
        .iter()
        .zip(&contents)
        .map(|(path, bytes)| entry(path, bytes))
        .collect();
    entries.push(entry("pack.toml", b"x"));
    let mut blobs: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
    blobs.push(b"x");
    let file = assemble(manifest(&entries).as_bytes(), &blobs);
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("pack");
    unpack(&*file, &Terms::SOUND, &to, &mut |_| {}).unwrap();
    for (path, bytes) in paths.iter().zip(&contents) {
        assert!(fs::read(to.join(path)).unwrap() == *bytes, "{path}");
    }
}

#[test]
fn one_blob_fills_many_files() {
    let paths: Vec<String> = (0..9_999).map(|i| format!("files/{i:05}")).collect();
    let mut paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    paths.push("pack.toml");
    let file = listing(&paths);
    let verified = verify(&*file, &Terms::SOUND, &mut |_| {}).unwrap();
    assert_eq!(
        (
            verified.manifest.files().len(),
            verified.manifest.blobs().len()
        ),
        (10_000, 1)
    );
}

#[test]
fn nothing_is_overwritten_by_unpacking() {
    let file = built(&Pack::new());
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("pack");
    let refused = |words: &str| {
        let told = unpack(&*file, &Terms::SOUND, &there, &mut |_| {}).unwrap_err();
        assert!(told.to_string().contains(words), "{told}");
    };
    fs::write(&there, "mine").unwrap();
    refused("is there already");
    assert_eq!(fs::read(&there).unwrap(), b"mine");
    fs::remove_file(&there).unwrap();
    fs::create_dir(&there).unwrap();
    refused("is there already");
    assert_empty(&there);
    fs::remove_dir(&there).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("nowhere"), &there).unwrap();
        refused("is there already");
        fs::remove_file(&there).unwrap();
    }
    assert_empty(folder.path());
    let missing = folder.path().join("no/such/folder");
    let told = unpack(&*file, &Terms::SOUND, &missing, &mut |_| {}).unwrap_err();
    assert!(matches!(told, UnpackError::Disk { .. }), "{told}");
}

#[test]
fn a_pack_that_lint_refuses_is_not_built() {
    let pack = Pack::new();
    pack.write("garments/TEE-1.png", "no picture");
    let told = Plan::new(pack.dir(), None).unwrap_err();
    assert!(
        matches!(&told, BuildError::Pack(problems) if problems.0.len() == 1),
        "{told}"
    );
}

#[test]
fn a_name_that_other_disks_do_not_take_is_not_built() {
    for (name, words) in [
        ("AUX.png", "device"),
        ("tee?.png", "usual marks"),
        ("a..png.", "dot"),
    ] {
        let pack = Pack::new();
        let picture = format!("picture = \"garments/{name}\"\nswatch =");
        pack.change("pack.toml", "swatch =", &picture);
        pack.picture("garments/TEE-1.png");
        fs::rename(
            pack.path("garments/TEE-1.png"),
            pack.path("garments").join(name),
        )
        .unwrap();
        let told = Plan::new(pack.dir(), None).unwrap_err().to_string();
        assert!(told.contains(name) && told.contains(words), "{told}");
    }
}

#[test]
fn a_pack_that_changes_while_it_is_read_is_not_built() {
    let pack = Pack::new();
    let plan = Plan::new(pack.dir(), None).unwrap();
    let out = tempfile::tempdir().unwrap();
    let place = out.path().join("pack.cheval");
    fs::write(&place, "the one before").unwrap();
    pack.write("texts/en.toml", "");
    let told = plan.write_file(&place, &mut |_| {}).unwrap_err();
    assert!(
        matches!(&told, BuildError::Changed { path } if path == "texts/en.toml"),
        "{told}"
    );
    fs::remove_file(pack.path("texts/en.toml")).unwrap();
    let told = plan.write_file(&place, &mut |_| {}).unwrap_err();
    assert!(told.to_string().contains("is missing"), "{told}");
    assert_eq!(fs::read(&place).unwrap(), b"the one before");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
}
