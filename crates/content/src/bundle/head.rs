//! The 144 bytes that every `.cheval` file starts with.

use std::io::{self, Read};

use super::key::{PublicKey, Signature};
use super::{BlobHash, FORMAT_VERSION, MANIFEST_CAP_BYTES, Refusal};

const MAGIC: [u8; 8] = *b"\x89CHVL\r\n\x1a";

/// What stands before the manifest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) manifest_bytes: u32,
    pub(super) manifest_hash: BlobHash,
    /// Key and signature as they stand there, neither of them checked; none when both are zeros.
    pub(super) signature: Option<Signature>,
}

impl Head {
    /// The head of an unsigned file with this manifest.
    pub(super) fn unsigned(manifest: &[u8]) -> Result<Self, Refusal> {
        let size = u32::try_from(manifest.len()).unwrap_or(u32::MAX);
        Ok(Self {
            manifest_bytes: sized(size)?,
            manifest_hash: BlobHash::of(manifest),
            signature: None,
        })
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT_VERSION.to_le_bytes());
        bytes.extend(self.manifest_bytes.to_le_bytes());
        bytes.extend(self.manifest_hash.0);
        let unsigned = Signature {
            key: [0; 32],
            signature: [0; 64],
        };
        let signature = self.signature.unwrap_or(unsigned);
        bytes.extend(signature.key);
        bytes.extend(signature.signature);
        bytes
    }

    /// Reads the head. The version is looked at before anything that another version may have elsewhere.
    pub(super) fn read(from: &mut impl Read) -> Result<Self, Refusal> {
        let mut magic = [0; 8];
        let got = read_up_to(from, &mut magic)?;
        if got == 0 || !MAGIC.starts_with(magic.get(..got).unwrap_or_default()) {
            return Err(Refusal::NotABundle);
        }
        if got < MAGIC.len() {
            return Err(cut_short("its head"));
        }
        let version = u32::from_le_bytes(take(from)?);
        if version != FORMAT_VERSION {
            return Err(Refusal::FormatVersion { found: version });
        }
        let manifest_bytes = sized(u32::from_le_bytes(take(from)?))?;
        let manifest_hash = BlobHash(take(from)?);
        let (key, signature) = (take(from)?, take(from)?);
        let signed = key != [0; 32] || signature != [0; 64];
        Ok(Self {
            manifest_bytes,
            manifest_hash,
            signature: signed.then_some(Signature { key, signature }),
        })
    }

    /// Who signed, when the signature belongs to `manifest`.
    pub(super) fn signer(&self, manifest: &[u8]) -> Result<Option<PublicKey>, Refusal> {
        self.signature
            .map(|signature| signature.signer(manifest).ok_or(Refusal::SignatureWrong))
            .transpose()
    }
}

fn sized(size_bytes: u32) -> Result<u32, Refusal> {
    if (1..=MANIFEST_CAP_BYTES).contains(&size_bytes) {
        Ok(size_bytes)
    } else {
        Err(Refusal::ManifestSize { size_bytes })
    }
}

fn take<const N: usize>(from: &mut impl Read) -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    read_all(from, &mut bytes, || "its head".to_owned())?;
    Ok(bytes)
}

/// Fills `bytes`, or says in the middle of what the file ends.
pub(super) fn read_all(
    from: &mut impl Read,
    bytes: &mut [u8],
    place: impl FnOnce() -> String,
) -> Result<(), Refusal> {
    from.read_exact(bytes).map_err(|e| match e.kind() {
        io::ErrorKind::UnexpectedEof => cut_short(place()),
        _ => Refusal::Unreadable(e),
    })
}

/// Fills `bytes` as far as the file goes.
pub(super) fn read_up_to(from: &mut impl Read, bytes: &mut [u8]) -> Result<usize, Refusal> {
    let mut got = 0;
    while let Some(rest) = bytes.get_mut(got..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(Refusal::Unreadable(e)),
        }
    }
    Ok(got)
}

fn cut_short(place: impl Into<String>) -> Refusal {
    Refusal::CutShort {
        place: place.into(),
    }
}
