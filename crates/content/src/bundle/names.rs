//! Names of files that mean one and the same thing on every disk: Linux, macOS, Windows, a stick.

use std::collections::BTreeMap;

use super::Refusal;
use crate::path;
use crate::wording::clip;

/// Deepest file: this many names with `/` between them.
const DEPTH_MOST: usize = 8;
/// Longest name of one folder or file, bytes.
const PART_BYTES_MOST: usize = 120;
/// Names of devices on Windows, with any ending.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];
/// Devices that have a number from 0 to 9 behind their name.
const NUMBERED: &[&str] = &["com", "lpt"];

/// Checks one path by itself.
pub(super) fn check(path: &str) -> Result<(), Refusal> {
    let fault = |why| Refusal::Name {
        path: clip(path),
        why,
    };
    if path::checked(path).is_err() {
        return Err(fault(
            "leads out of the pack, is longer than 200 bytes, or has `\\`, `:` or invisible characters",
        ));
    }
    if path.split('/').count() > DEPTH_MOST {
        return Err(fault("lies in more than 7 folders"));
    }
    path.split('/')
        .try_for_each(|part| part_fault(part).map_or(Ok(()), |why| Err(fault(why))))
}

fn part_fault(part: &str) -> Option<&'static str> {
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, ' '..='~') && !"<>\"|?*:\\".contains(c);
    if part.len() > PART_BYTES_MOST {
        Some("has a part of more than 120 bytes")
    } else if !part.chars().all(plain) {
        Some(
            "has a character other than letters, digits and the usual marks (letters with separate accents are to be typed anew)",
        )
    } else if part.starts_with(' ') || part.ends_with([' ', '.']) {
        Some("has a part that starts or ends with a space, or ends with a dot")
    } else if is_reserved(part) {
        Some("is the name of a device on Windows")
    } else {
        None
    }
}

fn is_reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_lowercase();
    let numbered = || {
        let digit = stem.strip_suffix(|c: char| c.is_ascii_digit() || "¹²³".contains(c));
        digit.is_some_and(|name| NUMBERED.contains(&name))
    };
    RESERVED.contains(&stem.as_str()) || numbered()
}

/// All paths of a pack, to find those that many disks take for one.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, Taken>);

struct Taken {
    as_written: String,
    is_file: bool,
}

impl Names {
    /// Adds a file and the folders it lies in.
    pub(super) fn add(&mut self, path: &str) -> Result<(), Refusal> {
        let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        for folder in folders {
            self.take(folder, false)?;
        }
        self.take(path, true)
    }

    fn take(&mut self, path: &str, is_file: bool) -> Result<(), Refusal> {
        let Some(taken) = self.0.get(&folded(path)) else {
            let as_written = path.to_owned();
            self.0.insert(
                folded(path),
                Taken {
                    as_written,
                    is_file,
                },
            );
            return Ok(());
        };
        if taken.as_written != path {
            Err(Refusal::CaseClash {
                path: clip(path),
                other: clip(&taken.as_written),
            })
        } else if taken.is_file && is_file {
            Err(Refusal::ListedTwice { path: clip(path) })
        } else if taken.is_file != is_file {
            Err(Refusal::FileAndFolder { path: clip(path) })
        } else {
            Ok(())
        }
    }
}

/// The path as a disk without upper and lower case has it, erring on the side of taking names for one.
fn folded(path: &str) -> String {
    path.to_uppercase().to_lowercase()
}
