//! Any bytes as a `.cheval` file: refused or read, never a panic, never more memory than one piece.
//! The hash in the head keeps most inputs away from the manifest, which has a target of its own.
#![no_main]

use cheval_content::bundle::{Terms, verify};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    _ = verify(bytes, &Terms::SOUND, &mut |_| {});
});
