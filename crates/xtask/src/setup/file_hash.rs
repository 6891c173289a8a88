//! SHA-256 of files, in the lower-case hexadecimal that manifests use.

use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

/// The hash of the file at `path`; `None` when there is no such file.
pub(crate) fn of_file(path: &Path) -> Result<Option<String>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("failed to read {}", path.display()));
        }
    };
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher)
        .with_context(|| format!("failed to read {}", path.display()))?;
    Ok(Some(hex::encode(hasher.finalize())))
}

/// Fails, naming both hashes, unless the file at `path` has the hash `expected`.
pub(crate) fn demand(path: &Path, expected: &str) -> Result<()> {
    match of_file(path)? {
        Some(found) if found == expected => Ok(()),
        Some(found) => bail!(
            "{} has SHA-256 {found}, expected {expected}: it was changed or damaged; delete it and run again",
            path.display()
        ),
        None => bail!("{} is missing", path.display()),
    }
}

/// The hash of a text.
pub(crate) fn of_text(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn the_hash_is_that_of_the_standard() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(
            of_file(&path).unwrap().as_deref(),
            Some(ABC),
            "FIPS 180-2, example B.1"
        );
        assert_eq!(of_text("abc"), ABC);
        demand(&path, ABC).unwrap();
    }

    #[test]
    fn a_changed_or_missing_file_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("model.onnx");
        assert!(
            demand(&path, ABC)
                .unwrap_err()
                .to_string()
                .contains("model.onnx is missing")
        );
        std::fs::write(&path, "abd").unwrap();
        let text = demand(&path, ABC).unwrap_err().to_string();
        assert!(
            text.contains("model.onnx") && text.contains(ABC) && text.contains("delete it"),
            "{text}"
        );
    }
}
