//! One-time claim codes: 60 random bits, read out by an administrator, typed in at the kiosk. The hub keeps only the
//! hash; 60 bits with an expiry are beyond guessing over the network, so a fast hash is enough.

use std::fmt;

use jiff::{Span, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::store::{ControlStore, StoreError};

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;
const GROUP: usize = 4;
/// Longest site name, bytes.
const SITE_BYTES: usize = 100;

/// A code as shown to an administrator, `XXXX-XXXX-XXXX`. Not `Debug`, so that it does not end up in a log by chance.
pub struct ClaimCode(String);

impl fmt::Display for ClaimCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a code cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The site's name cannot be used.
    #[error("site name: expected 1 to {SITE_BYTES} bytes without control characters")]
    Site,
    /// The machine gives no random numbers.
    #[error("the machine gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// The lifetime is out of range.
    #[error("the validity is out of range")]
    Validity,
    /// The store failed.
    #[error("cannot store the code")]
    Store(#[source] StoreError),
}

/// Makes and stores a code for `site`.
///
/// # Errors
/// Any [`ClaimError`].
pub fn create(
    store: &dyn ControlStore,
    site: &str,
    now: Timestamp,
    valid: Span,
) -> Result<ClaimCode, ClaimError> {
    let site = site.trim();
    if site.is_empty() || site.len() > SITE_BYTES || site.chars().any(char::is_control) {
        return Err(ClaimError::Site);
    }
    let expires = now
        .checked_add(valid)
        .ok()
        .filter(|expires| *expires > now)
        .ok_or(ClaimError::Validity)?;
    let mut random = [0; LENGTH];
    getrandom::fill(&mut random).map_err(ClaimError::Random)?;
    let code = spell(random);
    store
        .create_claim(hash(&code), site, now, expires)
        .map_err(ClaimError::Store)?;
    Ok(ClaimCode(code))
}

/// Hash of a code as typed: case, spaces and hyphens do not matter, and the letters that Crockford leaves out read as
/// the digits they look like.
#[must_use]
pub fn hash(typed: &str) -> [u8; 32] {
    let normal: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    Sha256::digest(normal.as_bytes()).into()
}

fn spell(random: [u8; LENGTH]) -> String {
    let mut code = String::with_capacity(LENGTH + LENGTH / GROUP);
    for (place, byte) in random.into_iter().enumerate() {
        if place > 0 && place.is_multiple_of(GROUP) {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_readable_and_forgiving() {
        assert_eq!(
            spell([0, 1, 2, 31, 32, 33, 10, 18, 200, 255, 17, 20]),
            "012Z-01AJ-8ZHM"
        );
        assert_eq!(hash("012Z-01AJ-8ZHM"), hash(" oi2z 0laj 8zhm "));
        assert_ne!(hash("012Z-01AJ-8ZHM"), hash("012Z-01AJ-8ZHN"));
    }
}
