//! The kiosk's identity: an Ed25519 key that never leaves the machine and the device id the hub gave for it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use cheval_hub_api::Inventory;
use cheval_hub_api::client::{self, ClientError, DeviceIdentity};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const KEY: &str = "device.key";
const IDENTITY: &str = "identity.json";

/// What the hub said at enrolment; stands in `identity.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The kiosk's id.
    pub device: Uuid,
    /// Its name on the hub's pages.
    pub name: String,
    /// Its site.
    pub site: String,
    /// Address of the hub.
    pub hub_url: String,
}

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The hub said no, or nothing.
    #[error(transparent)]
    Hub(#[from] ClientError),
    /// A file operation failed.
    #[error("cannot {doing} {path}: {source}", path = path.display())]
    File {
        /// Verb.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The key may be read by others.
    #[error("the device key {path} may be read by others (mode {mode:o}): if it was copied, remove it and enrol again; else run chmod 600", path = path.display())]
    OpenKey {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A file does not hold what it should.
    #[error("{path} is damaged ({reason}): remove it and enrol again", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The kernel has no randomness.
    #[error("cannot make a key: {0}")]
    Randomness(getrandom::Error),
}

/// Enrols this kiosk with the one-time `claim_code` and keeps the identity in `state_dir`. A key that is already there
/// is used again, so that a lost answer can be asked for once more.
///
/// # Errors
/// [`EnrolError`] says what the hub refused or which file is in the way.
pub fn enrol(
    hub_url: &str,
    claim_code: &str,
    state_dir: &Path,
    inventory: Inventory,
) -> Result<DeviceIdentity, EnrolError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(state_dir)
        .map_err(failed("create the folder", state_dir))?;
    let key_path = state_dir.join(KEY);
    let key = match load_key(&key_path)? {
        Some(key) => key,
        None => make_key(&key_path)?,
    };
    let reply = client::enrol(hub_url, claim_code, &key, inventory)?;
    let enrolment = Enrolment {
        device: reply.device,
        name: reply.name,
        site: reply.site,
        hub_url: hub_url.to_owned(),
    };
    let text = serde_json::json!(enrolment).to_string();
    write_private(&state_dir.join(IDENTITY), text.as_bytes())?;
    Ok(DeviceIdentity {
        device: reply.device,
        key,
    })
}

/// The identity kept in `state_dir`; `None` if the kiosk was never enrolled.
///
/// # Errors
/// [`EnrolError`] names the file that cannot be used.
pub fn load(state_dir: &Path) -> Result<Option<(Enrolment, DeviceIdentity)>, EnrolError> {
    let path = state_dir.join(IDENTITY);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", &path)(error)),
    };
    let enrolment: Enrolment =
        serde_json::from_slice(&text).map_err(|error| EnrolError::Damaged {
            path: path.clone(),
            reason: error.to_string(),
        })?;
    let key_path = state_dir.join(KEY);
    let key = load_key(&key_path)?.ok_or_else(|| EnrolError::Damaged {
        path,
        reason: "its device.key is missing".to_owned(),
    })?;
    let identity = DeviceIdentity {
        device: enrolment.device,
        key,
    };
    Ok(Some((enrolment, identity)))
}

fn load_key(path: &Path) -> Result<Option<SigningKey>, EnrolError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path)(error)),
    };
    let mode = fs::metadata(path)
        .map_err(failed("look at", path))?
        .permissions()
        .mode()
        & 0o777;
    if mode & 0o077 != 0 {
        return Err(EnrolError::OpenKey {
            path: path.to_owned(),
            mode,
        });
    }
    SigningKey::from_pkcs8_pem(&text)
        .map(Some)
        .map_err(|error| EnrolError::Damaged {
            path: path.to_owned(),
            reason: error.to_string(),
        })
}

fn make_key(path: &Path) -> Result<SigningKey, EnrolError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(EnrolError::Randomness)?;
    let key = SigningKey::from_bytes(&seed);
    let pem = key
        .to_pkcs8_pem(LineEnding::LF)
        .map_err(|error| EnrolError::Damaged {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
    write_private(path, pem.as_bytes())?;
    Ok(key)
}

/// Writes for the owner only, so that either the old or the new content survives a power cut.
fn write_private(path: &Path, content: &[u8]) -> Result<(), EnrolError> {
    let new = path.with_extension("new");
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    write().map_err(failed("write", path))
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EnrolError {
    let path = path.to_owned();
    move |source| EnrolError::File {
        doing,
        path,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(identity: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        make_key(&dir.path().join(KEY)).unwrap();
        fs::write(dir.path().join(IDENTITY), identity).unwrap();
        dir
    }

    const GOOD: &str = r#"{"device":"01957000-0000-7000-8000-000000000001","name":"window","site":"s","hub_url":"https://hub.example"}"#;

    #[test]
    fn an_identity_comes_back_with_its_key_and_only_for_its_owner() {
        let dir = state(GOOD);
        let (enrolment, identity) = load(dir.path()).unwrap().unwrap();
        assert_eq!(enrolment.name, "window");
        assert_eq!(
            identity.key,
            load_key(&dir.path().join(KEY)).unwrap().unwrap()
        );
        let mode = fs::metadata(dir.path().join(KEY))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_kiosk_that_was_never_enrolled_has_none() {
        assert!(load(tempfile::tempdir().unwrap().path()).unwrap().is_none());
    }

    #[test]
    fn unusable_files_are_named() {
        let damaged = state("{");
        assert!(
            load(damaged.path())
                .err()
                .unwrap()
                .to_string()
                .contains("identity.json is damaged")
        );

        let keyless = state(GOOD);
        fs::remove_file(keyless.path().join(KEY)).unwrap();
        assert!(
            load(keyless.path())
                .err()
                .unwrap()
                .to_string()
                .contains("device.key is missing")
        );

        let garbled = state(GOOD);
        fs::write(garbled.path().join(KEY), "-----BEGIN").unwrap();
        assert!(
            load(garbled.path())
                .err()
                .unwrap()
                .to_string()
                .contains("device.key is damaged")
        );

        let open = state(GOOD);
        fs::set_permissions(open.path().join(KEY), fs::Permissions::from_mode(0o644)).unwrap();
        assert!(
            load(open.path())
                .err()
                .unwrap()
                .to_string()
                .contains("may be read by others (mode 644)")
        );
    }
}
