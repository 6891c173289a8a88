//! Putting a signature into a `.cheval` file. Everything else in it stays as it is.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::head::Head;
use super::open::{Terms, Verified, open};
use super::{CHUNK_BYTES, KeyId, PrivateKey, Refusal};
use crate::whole::write_whole_with;

/// Why a file was not signed; it is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// It is not sound.
    #[error("{path} is refused: {source}")]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Refusal,
    },
    /// Somebody else's signature would be lost.
    #[error("it is signed by {signer} already; say --replace to put yours in that place")]
    Signed {
        /// Who.
        signer: KeyId,
    },
    /// The disk refused.
    #[error("cannot sign {path}: {source}")]
    Disk {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

/// Before it is known which file is meant.
enum Cause {
    Refused(Refusal),
    Signed(KeyId),
    Disk(io::Error),
}

impl From<Refusal> for Cause {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// Checks the file and signs it, in one rename. Another one's signature is only replaced when `replace` says so.
///
/// # Errors
/// The file is not sound or signed by another, or the disk refuses; it is as it was.
pub fn sign_file(path: &Path, key: &PrivateKey, replace: bool) -> Result<Verified, SignError> {
    let signed = File::open(path).map_err(Cause::Disk).and_then(|file| {
        write_whole_with(path, |copy| {
            let mut out = BufWriter::with_capacity(CHUNK_BYTES, copy);
            let verified = signed_copy(BufReader::new(file), key, replace, &mut out)?;
            out.flush()?;
            Ok(verified)
        })
    });
    let path = path.to_path_buf();
    signed.map_err(|cause| match cause {
        Cause::Refused(source) => SignError::Refused { path, source },
        Cause::Signed(signer) => SignError::Signed { signer },
        Cause::Disk(source) => SignError::Disk { path, source },
    })
}

fn signed_copy(
    from: impl Read,
    key: &PrivateKey,
    replace: bool,
    out: &mut impl Write,
) -> Result<Verified, Cause> {
    let mut opened = open(from, &Terms::SOUND)?;
    match opened.signer() {
        Some(other) if other != key.public() && !replace => {
            return Err(Cause::Signed(other.id()));
        }
        _ => {}
    }
    let mut head = Head::unsigned(&opened.manifest_bytes)?;
    head.signature = Some(key.sign(&opened.manifest_bytes));
    out.write_all(&head.encode())?;
    out.write_all(&opened.manifest_bytes)?;
    while opened.has_more() {
        opened.next_blob(&mut |chunk| out.write_all(chunk).map_err(Cause::Disk))?;
    }
    let mut verified = opened.finish()?;
    verified.signer = Some(key.public());
    Ok(verified)
}
