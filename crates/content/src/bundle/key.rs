//! Keys that packs are signed with: Ed25519, as PEM files that other programs read too.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// What is signed starts with this, so that no other signature of the same key can pass for one of a pack.
const DOMAIN: &[u8] = b"cheval bundle 1\0";
/// Longest key file, bytes.
const FILE_CAP_BYTES: u64 = 4096;

/// What can go wrong with a key's file.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file holds something else.
    #[error("{path} holds no {kind} key for packs; `cheval-pack keygen` makes a pair")]
    NoKey {
        /// The file.
        path: PathBuf,
        /// `private` or `public`.
        kind: &'static str,
    },
    /// A key is not lost for a new one.
    #[error("{0} is there already; choose another name, no key is overwritten")]
    Exists(PathBuf),
    /// The system gave no random numbers, or the key could not be written down.
    #[error("cannot make a key: {0}")]
    NotMade(String),
    /// The disk refused.
    #[error("cannot {doing} {path}: {source}")]
    Disk {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

/// Short name of a key, to be compared by people: 16 hexadecimal digits of its SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key {}", hex::encode(self.0))
    }
}

/// Tells whether a pack was signed by the owner of the private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// From its 32 bytes; none for keys with which anything would look signed.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes).ok()?;
        (!key.is_weak()).then_some(Self(key))
    }

    /// Reads a `.pub` file (PEM, SubjectPublicKeyInfo).
    ///
    /// # Errors
    /// The file cannot be read or holds no such key.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_public_key_pem(&read_text(path)?).ok();
        key.and_then(|key| Self::from_bytes(key.as_bytes()))
            .ok_or_else(|| KeyError::NoKey {
                path: path.to_path_buf(),
                kind: "public",
            })
    }

    /// Its short name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let hash: [u8; 32] = Sha256::digest(self.0.as_bytes()).into();
        let mut id = [0; 8];
        id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        KeyId(id)
    }
}

/// Signs packs.
pub struct PrivateKey(SigningKey);

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.public().id())
    }
}

impl PrivateKey {
    /// A new key from the system's random numbers.
    ///
    /// # Errors
    /// The system has none.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|e| KeyError::NotMade(e.to_string()))?;
        Ok(Self::from_seed(&seed))
    }

    /// The key that follows from these 32 bytes, which must be secret and random.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads a `.key` file (PEM, PKCS#8).
    ///
    /// # Errors
    /// The file cannot be read or holds no such key.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_pem(&read_text(path)?)
            .map(Self)
            .ok()
            .ok_or_else(|| KeyError::NoKey {
                path: path.to_path_buf(),
                kind: "private",
            })
    }

    /// Writes `<name>.key`, for its owner's eyes only, and `<name>.pub`. Gives both paths.
    ///
    /// # Errors
    /// One of them is there already, or the disk refuses.
    pub fn write_pair(&self, name: &Path) -> Result<(PathBuf, PathBuf), KeyError> {
        let not_made = |e: &dyn fmt::Display| KeyError::NotMade(e.to_string());
        let private = self
            .0
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|e| not_made(&e))?;
        let public = self
            .0
            .verifying_key()
            .to_public_key_pem(LineEnding::LF)
            .map_err(|e| not_made(&e))?;
        let (private_path, public_path) = (with_ending(name, ".key"), with_ending(name, ".pub"));
        if fs::symlink_metadata(&public_path).is_ok() {
            return Err(KeyError::Exists(public_path));
        }
        write_new(&private_path, private.as_bytes(), true)?;
        write_new(&public_path, public.as_bytes(), false)?;
        Ok((private_path, public_path))
    }

    /// The key that others check with.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(super) fn sign(&self, manifest: &[u8]) -> Signature {
        let key = self.0.verifying_key().to_bytes();
        Signature {
            key,
            signature: self.0.sign(&message(&key, manifest)).to_bytes(),
        }
    }
}

/// Who claims to have signed, and the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) key: [u8; 32],
    pub(super) signature: [u8; 64],
}

impl Signature {
    /// The key, when it really signed `manifest` (strict: nothing that other programs would take otherwise).
    pub(super) fn signer(&self, manifest: &[u8]) -> Option<PublicKey> {
        let key = PublicKey::from_bytes(&self.key)?;
        let signature = ed25519_dalek::Signature::from_bytes(&self.signature);
        let signed = key
            .0
            .verify_strict(&message(&self.key, manifest), &signature);
        signed.is_ok().then_some(key)
    }
}

fn message(key: &[u8; 32], manifest: &[u8]) -> Vec<u8> {
    [DOMAIN, key, manifest].concat()
}

fn with_ending(name: &Path, ending: &str) -> PathBuf {
    let mut path = name.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

fn read_text(path: &Path) -> Result<String, KeyError> {
    use std::io::Read as _;
    let mut text = String::new();
    fs::File::open(path)
        .and_then(|file| file.take(FILE_CAP_BYTES).read_to_string(&mut text))
        .map_err(|source| KeyError::Disk {
            doing: "read",
            path: path.to_path_buf(),
            source,
        })?;
    Ok(text)
}

fn write_new(path: &Path, bytes: &[u8], private: bool) -> Result<(), KeyError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyError::Exists(path.to_path_buf()),
        _ => KeyError::Disk {
            doing: "write",
            path: path.to_path_buf(),
            source,
        },
    })
}
