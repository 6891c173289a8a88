//! Any bytes as the manifest of a `.cheval` file: what is read is written back as the same bytes.
#![no_main]

use cheval_content::bundle::Manifest;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = Manifest::parse(bytes) {
        assert!(manifest.to_bytes().is_ok_and(|written| written == bytes));
    }
});
