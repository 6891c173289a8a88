//! `cheval-pack keygen` and `sign`.

use std::path::Path;

use cheval_content::bundle::{PrivateKey, SignError, sign_file};

use super::refused;
use crate::{FINE, PACK_HAS_ERRORS, print};

pub(super) fn keygen(name: &Path) -> Result<u8, String> {
    let made = PrivateKey::generate()
        .and_then(|key| Ok((key.write_pair(name)?, key.public().id())))
        .map_err(|cause| cause.to_string())?;
    let ((private, public), id) = made;
    print::done(&format!(
        "{id}\n  {}  signs packs: keep it secret, keep a copy in a safe place\n  {}  goes to whoever checks them",
        private.display(),
        public.display()
    ));
    Ok(FINE)
}

pub(super) fn sign(file: &Path, key: &Path, replace: bool) -> Result<u8, String> {
    let key = PrivateKey::read(key).map_err(|cause| cause.to_string())?;
    match sign_file(file, &key, replace) {
        Ok(signed) => {
            let what = print::bundle(&signed.manifest);
            print::done(&format!(
                "{}: {what}, signed by {}.",
                file.display(),
                key.public().id()
            ));
            Ok(FINE)
        }
        Err(SignError::Refused { source, .. }) => refused(&source),
        Err(cause @ SignError::Signed { .. }) => {
            print::failure(&cause.to_string());
            Ok(PACK_HAS_ERRORS)
        }
        Err(cause) => Err(cause.to_string()),
    }
}
