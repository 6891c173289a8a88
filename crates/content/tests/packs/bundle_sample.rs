//! `.cheval` files made by hand after the description, without the code under test: sound ones, and ones that lie.

use std::fs;
use std::path::Path;

use cheval_content::bundle::{Plan, Refusal, Terms, UnpackError, unpack, verify};
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha256};

use crate::sample::Pack;

/// Length of everything before the manifest.
pub(crate) const HEAD_BYTES: usize = 144;

/// Head, manifest and blobs; the head's hash is right.
pub(crate) fn assemble(manifest: &[u8], blobs: &[&[u8]]) -> Vec<u8> {
    let mut file = b"\x89CHVL\r\n\x1a\x01\0\0\0".to_vec();
    file.extend(u32::try_from(manifest.len()).unwrap().to_le_bytes());
    file.extend(Sha256::digest(manifest));
    file.extend([0; 96]);
    file.extend(manifest);
    blobs.iter().for_each(|blob| file.extend(*blob));
    file
}

/// Where the manifest lies in a file.
pub(crate) fn manifest_of(file: &[u8]) -> std::ops::Range<usize> {
    let length = u32::from_le_bytes(file[12..16].try_into().unwrap());
    HEAD_BYTES..HEAD_BYTES + length as usize
}

/// Signs a file, whatever its manifest says.
pub(crate) fn sign(file: &mut [u8], seed: u8) {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let public = key.verifying_key().to_bytes();
    let manifest = &file[manifest_of(file)];
    let message = [b"cheval bundle 1\0".as_slice(), &public, manifest].concat();
    let signature = key.sign(&message).to_bytes();
    file[48..80].copy_from_slice(&public);
    file[80..144].copy_from_slice(&signature);
}

/// A manifest with these entries.
pub(crate) fn manifest(entries: &[String]) -> String {
    format!(
        r#"{{"schema_version":1,"pack":"corner-shop","revision":3,"licence":"CC0-1.0","files":[{}]}}"#,
        entries.join(",")
    )
}

/// An entry of a manifest for a file with these contents.
pub(crate) fn entry(path: &str, contents: &[u8]) -> String {
    sized_entry(path, &contents.len().to_string(), contents)
}

/// The same with any length.
pub(crate) fn sized_entry(path: &str, size: &str, contents: &[u8]) -> String {
    format!(
        r#"{{"path":{},"size_bytes":{size},"sha256":"{}"}}"#,
        serde_json::to_string(path).unwrap(),
        hex::encode(Sha256::digest(contents))
    )
}

/// A file that lists these paths in this order; all of them have no contents.
pub(crate) fn listing(paths: &[&str]) -> Vec<u8> {
    let entries: Vec<String> = paths.iter().map(|path| entry(path, b"")).collect();
    assemble(manifest(&entries).as_bytes(), &[])
}

/// The small sound pack as a file.
pub(crate) fn built(pack: &Pack) -> Vec<u8> {
    let mut bytes = Vec::new();
    let plan = Plan::new(pack.dir(), None).unwrap();
    plan.write(&mut bytes, &mut |_| {}).unwrap();
    bytes
}

/// Why these bytes are refused; unpacking them refuses too and leaves nothing behind.
#[track_caller]
pub(crate) fn refusal(file: &[u8], terms: &Terms<'_>) -> Refusal {
    let refused = verify(file, terms, &mut |_| {}).expect_err("it is refused");
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("pack");
    match unpack(file, terms, &to, &mut |_| {}).expect_err("it is not unpacked") {
        UnpackError::Refused(cause) => assert_eq!(cause.to_string(), refused.to_string()),
        cause => panic!("{cause}"),
    }
    assert_empty(folder.path());
    let told = refused.to_string();
    assert!(
        told.len() < 600 && !told.contains(char::is_control),
        "{told}"
    );
    refused
}

/// Refused with a message that has these words.
#[track_caller]
pub(crate) fn refused_with(file: &[u8], words: &str) {
    let told = refusal(file, &Terms::SOUND).to_string();
    assert!(told.contains(words), "`{words}` is not in: {told}");
}

#[track_caller]
pub(crate) fn assert_empty(dir: &Path) {
    let left: Vec<_> = fs::read_dir(dir).unwrap().map(Result::unwrap).collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}
