//! Reading a `.cheval` file from anything that gives bytes, in one go and in bounded memory. Knows no files and no clock.

use std::io::Read;
use std::sync::Arc;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::head::{Head, read_all, read_up_to};
use super::{BlobHash, CHUNK_BYTES, ListedFile, Manifest, PublicKey, Refusal};

/// What a file must fulfil besides being sound.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Whose signature it must have; none: anybody's, or nobody's. A signature that is there must be right in any case.
    pub trusted: Option<&'a [PublicKey]>,
    /// The time to hold the expiry against; none: expired packs are read too.
    pub now: Option<Timestamp>,
    /// Revision that is there already; an older one is refused.
    pub installed: Option<u64>,
    /// An older revision is taken too: for going back on purpose.
    pub allow_older: bool,
}

impl Terms<'_> {
    /// Sound, and that is all. For looking into a file, not for playing it.
    pub const SOUND: Terms<'static> = Terms {
        trusted: None,
        now: None,
        installed: None,
        allow_older: false,
    };

    fn check(&self, manifest: &Manifest) -> Result<(), Refusal> {
        if let (Some(now), Some(not_after)) = (self.now, manifest.not_after())
            && now > not_after
        {
            return Err(Refusal::Expired { not_after, now });
        }
        self.installed.map_or(Ok(()), |installed| {
            self.check_revision(manifest.revision(), installed)
        })
    }

    /// An older revision than the one that is installed is refused, unless it is wanted.
    pub(crate) fn check_revision(&self, revision: u64, installed: u64) -> Result<(), Refusal> {
        if revision < installed && !self.allow_older {
            return Err(Refusal::Older {
                revision,
                installed,
            });
        }
        Ok(())
    }

    fn check_signer(&self, signer: Option<PublicKey>) -> Result<(), Refusal> {
        match (self.trusted, signer) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(Refusal::Unsigned),
            (Some(trusted), Some(key)) if trusted.contains(&key) => Ok(()),
            (Some(_), Some(key)) => Err(Refusal::UnknownKey { signer: key.id() }),
        }
    }
}

/// A file that was read to the end and is sound.
#[derive(Debug, Clone)]
pub struct Verified {
    /// What is in it.
    pub manifest: Arc<Manifest>,
    /// Who signed it.
    pub signer: Option<PublicKey>,
}

/// A file whose head and manifest are sound and wanted; its blobs are still to be read.
#[derive(Debug, Clone)]
pub struct Opened<R> {
    from: R,
    pub(super) manifest_bytes: Arc<Vec<u8>>,
    verified: Verified,
    next: usize,
}

/// Reads head and manifest: whether the rest is worth reading is known after a few kilobytes.
///
/// # Errors
/// It is damaged, hostile, or not as the terms want it.
pub fn open<R: Read>(mut from: R, terms: &Terms<'_>) -> Result<Opened<R>, Refusal> {
    let head = Head::read(&mut from)?;
    let mut bytes = vec![0; head.manifest_bytes as usize];
    read_all(&mut from, &mut bytes, || "its manifest".to_owned())?;
    if BlobHash::of(&bytes) != head.manifest_hash {
        return Err(Refusal::ManifestDamaged);
    }
    let signer = head.signer(&bytes)?;
    terms.check_signer(signer)?;
    let manifest = Manifest::parse(&bytes)?;
    terms.check(&manifest)?;
    Ok(Opened {
        from,
        manifest_bytes: Arc::new(bytes),
        verified: Verified {
            manifest: Arc::new(manifest),
            signer,
        },
        next: 0,
    })
}

/// Reads a file to the end; `progress` is told how many more bytes of blobs were read.
///
/// # Errors
/// It is damaged, hostile, or not as the terms want it.
pub fn verify(
    from: impl Read,
    terms: &Terms<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Verified, Refusal> {
    let mut opened = open(from, terms)?;
    while opened.has_more() {
        opened.next_blob(&mut |chunk| {
            progress(chunk.len() as u64);
            Ok::<(), Refusal>(())
        })?;
    }
    opened.finish()
}

impl<R: Read> Opened<R> {
    /// What is in the file.
    #[must_use]
    pub fn manifest(&self) -> &Arc<Manifest> {
        &self.verified.manifest
    }

    /// Who signed it.
    #[must_use]
    pub fn signer(&self) -> Option<PublicKey> {
        self.verified.signer
    }

    /// The first file of the blob that comes next.
    #[must_use]
    pub fn upcoming(&self) -> Option<&ListedFile> {
        self.verified.manifest.blob(self.next)
    }

    /// Another blob is to be read.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.upcoming().is_some()
    }

    /// Reads the next blob and hands it over piece by piece. The pieces may be kept only when this succeeds: the hash is known
    /// at the end.
    ///
    /// # Errors
    /// The blob is damaged or cut short, or `take` failed.
    pub fn next_blob<E: From<Refusal>>(
        &mut self,
        take: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let manifest = Arc::clone(&self.verified.manifest);
        let Some(file) = manifest.blob(self.next) else {
            return Ok(());
        };
        let mut hash = Sha256::new();
        let mut left = file.size_bytes;
        let mut buffer = vec![0; chunk_of(left)];
        while left > 0 {
            let size = chunk_of(left);
            let chunk = buffer.get_mut(..size).unwrap_or_default();
            read_all(&mut self.from, chunk, || format!("`{}`", file.path))?;
            hash.update(&*chunk);
            take(chunk)?;
            left -= size as u64;
        }
        if BlobHash(hash.finalize().into()) != file.sha256 {
            let path = file.path.clone();
            return Err(Refusal::BlobDamaged { path }.into());
        }
        self.next += 1;
        Ok(())
    }

    /// Ends the reading: nothing may follow.
    ///
    /// # Errors
    /// Something does, or not every blob was read.
    pub fn finish(mut self) -> Result<Verified, Refusal> {
        if let Some(unread) = self.upcoming() {
            return Err(Refusal::CutShort {
                place: format!("`{}`", unread.path),
            });
        }
        match read_up_to(&mut self.from, &mut [0])? {
            0 => Ok(self.verified),
            _ => Err(Refusal::Trailing),
        }
    }
}

/// How much of what is left is read at once.
pub(super) fn chunk_of(left_bytes: u64) -> usize {
    usize::try_from(left_bytes).map_or(CHUNK_BYTES, |left| left.min(CHUNK_BYTES))
}
