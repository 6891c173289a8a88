//! Not one byte of a `.cheval` file can change, go or come unnoticed.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use cheval_content::bundle::{Manifest, Refusal, Terms, open, verify};

use crate::bundle_sample::{
    HEAD_BYTES, assemble, built, entry, manifest, manifest_of, refusal, sign,
};
use crate::sample::Pack;

const FILES: usize = 512;
const FILE_BYTES: usize = 2048;

/// A signed file with a megabyte of files.
fn megabyte() -> Vec<u8> {
    let contents: Vec<Vec<u8>> = (0..FILES)
        .map(|i| {
            (0..FILE_BYTES)
                .map(|at| (at * 31 + i * 7 + (at >> 8) * (i >> 8)).to_le_bytes()[0])
                .collect()
        })
        .collect();
    let entries: Vec<String> = contents
        .iter()
        .enumerate()
        .map(|(i, bytes)| entry(&name(i), bytes))
        .collect();
    let blobs: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
    let mut file = assemble(manifest(&entries).as_bytes(), &blobs);
    sign(&mut file, 1);
    let manifest = verify(&*file, &Terms::SOUND, &mut |_| {}).unwrap().manifest;
    assert_eq!(manifest.blobs().len(), FILES);
    file
}

/// Sorted; the last one is the one that every pack must have.
fn name(i: usize) -> String {
    if i + 1 == FILES {
        "pack.toml".to_owned()
    } else {
        format!("files/{i:04}.png")
    }
}

/// A place in bytes that can be changed while they are read.
#[derive(Clone)]
struct Shared {
    bytes: Rc<[Cell<u8>]>,
    at: usize,
}

impl Shared {
    fn new(bytes: &[u8]) -> Self {
        let bytes = bytes.iter().map(|b| Cell::new(*b)).collect();
        Self { bytes, at: 0 }
    }

    /// Calls `check` with one bit of the byte at `at` turned over.
    fn flipped(&self, at: usize, check: impl FnOnce()) {
        let byte = self.bytes[at].get();
        self.bytes[at].set(byte ^ (1 << (at % 8)));
        check();
        self.bytes[at].set(byte);
    }
}

impl Read for Shared {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let rest = &self.bytes[self.at..];
        let size = rest.len().min(into.len());
        into.iter_mut()
            .zip(rest)
            .for_each(|(to, from)| *to = from.get());
        self.at += size;
        Ok(size)
    }
}

fn take(_: &[u8]) -> Result<(), Refusal> {
    Ok(())
}

/// Each of the 1.1 million bytes is flipped once. [`verify`] is `open`, `next_blob` until there is none, `finish`; as nothing before the
/// changed byte differs, reading goes on from the state in front of the part that the byte lies in.
#[test]
fn every_flipped_byte_of_a_megabyte_is_noticed() {
    let file = megabyte();
    let shared = Shared::new(&file);
    let blobs_start = manifest_of(&file).end;
    for at in 0..blobs_start {
        shared.flipped(at, || {
            assert!(open(shared.clone(), &Terms::SOUND).is_err(), "byte {at}");
        });
    }
    let mut reader = open(shared.clone(), &Terms::SOUND).unwrap();
    for blob in 0..FILES {
        let start = blobs_start + blob * FILE_BYTES;
        for at in start..start + FILE_BYTES {
            shared.flipped(at, || {
                let told = reader.clone().next_blob(&mut take).unwrap_err();
                assert!(
                    matches!(&told, Refusal::BlobDamaged { path } if *path == name(blob)),
                    "byte {at}: {told}"
                );
            });
        }
        reader.next_blob(&mut take).unwrap();
    }
    reader.finish().unwrap();
}

/// The small pack in one piece and through to the disk: every byte, three ways.
#[test]
fn nothing_of_a_damaged_file_is_unpacked() {
    let pack = Pack::new();
    let mut file = built(&pack);
    sign(&mut file, 1);
    for at in 0..file.len() {
        let byte = file[at];
        for other in [byte ^ 1, byte ^ 0x80, !byte] {
            file[at] = other;
            assert!(
                verify(&*file, &Terms::SOUND, &mut |_| {}).is_err(),
                "byte {at}"
            );
        }
        if at % 5 == 0 {
            refusal(&file, &Terms::SOUND);
        }
        file[at] = byte;
    }
}

#[test]
fn whoever_mends_the_hash_cannot_mend_the_signature() {
    let mut file = built(&Pack::new());
    sign(&mut file, 1);
    let range = manifest_of(&file);
    for at in range.clone() {
        let mut bytes = file[range.clone()].to_vec();
        bytes[at - HEAD_BYTES] ^= 1;
        let mut other = assemble(&bytes, &[&file[range.end..]]);
        // Unsigned it may pass for another pack, but never for a manifest that is written in two ways.
        if let Ok(read) = Manifest::parse(&bytes) {
            assert_eq!(read.to_bytes().unwrap(), bytes);
        }
        other[48..144].copy_from_slice(&file[48..144]);
        let told = verify(&*other, &Terms::SOUND, &mut |_| {}).unwrap_err();
        assert!(matches!(told, Refusal::SignatureWrong), "byte {at}: {told}");
    }
}

#[test]
fn a_file_that_ends_too_early_is_refused() {
    let file = megabyte();
    let head = 0..manifest_of(&file).end;
    let pages = (0..file.len()).step_by(4096);
    for length in head.chain(pages).chain([file.len() - 1]) {
        let told = verify(&file[..length], &Terms::SOUND, &mut |_| {}).unwrap_err();
        let fits = match &told {
            Refusal::NotABundle => length == 0,
            Refusal::CutShort { place } if length < HEAD_BYTES => place == "its head",
            Refusal::CutShort { place } if length < manifest_of(&file).end => {
                place == "its manifest"
            }
            Refusal::CutShort { place } => {
                let blob = (length - manifest_of(&file).end) / FILE_BYTES;
                *place == format!("`{}`", name(blob))
            }
            _ => false,
        };
        assert!(fits, "{length} bytes: {told}");
        if length % 4096 == 0 {
            refusal(&file[..length], &Terms::SOUND);
        }
    }
}

#[test]
fn a_file_that_goes_on_is_refused() {
    for more in [vec![0], vec![0; 4096], b"\x89CHVL\r\n\x1a".to_vec()] {
        let file = [built(&Pack::new()), more].concat();
        assert!(matches!(refusal(&file, &Terms::SOUND), Refusal::Trailing));
    }
}

#[test]
fn other_files_are_told_apart_from_damaged_ones() {
    for other in [
        b"".as_slice(),
        b"PK\x03\x04",
        b"\x89PNG\r\n\x1a\n",
        b"\x89CHVL\n\x1a\0\0\0\0",
        &[0; 200],
    ] {
        assert!(matches!(refusal(other, &Terms::SOUND), Refusal::NotABundle));
    }
    assert!(matches!(
        refusal(b"\x89CHVL\r\n", &Terms::SOUND),
        Refusal::CutShort { .. }
    ));
    let mut later = built(&Pack::new());
    later[8..12].copy_from_slice(&2_u32.to_le_bytes());
    later.truncate(12);
    assert!(matches!(
        refusal(&later, &Terms::SOUND),
        Refusal::FormatVersion { found: 2 }
    ));
}

#[test]
fn a_line_that_breaks_is_no_damage() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let file = built(&Pack::new());
    for length in [0, 5, 100, 200, file.len() - 1, file.len()] {
        let told = verify(file[..length].chain(Broken), &Terms::SOUND, &mut |_| {}).unwrap_err();
        assert!(matches!(told, Refusal::Unreadable(_)), "{length}: {told}");
    }
    let one_at_a_time = OneByOne(&file);
    assert!(verify(one_at_a_time, &Terms::SOUND, &mut |_| {}).is_ok());
}

/// A slow line.
struct OneByOne<'a>(&'a [u8]);

impl Read for OneByOne<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = into.len().min(1);
        self.0.read(&mut into[..size])
    }
}
