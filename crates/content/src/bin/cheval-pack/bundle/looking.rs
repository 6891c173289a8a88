//! `cheval-pack verify`, `unpack` and `diff`: what is in a `.cheval` file.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use cheval_content::PackProblems;
use cheval_content::bundle::{
    Manifest, PublicKey, Side, SideError, Terms, UnpackError, Verified, compare,
    unpack as unpack_file, verify as verify_file,
};
use jiff::Timestamp;

use super::progress::Bar;
use super::{Demands, refused};
use crate::{FINE, PACK_HAS_ERRORS, print};

pub(super) fn verify(path: &Path, demands: &Demands) -> Result<u8, String> {
    let keys = read_keys(demands)?;
    let bar = Bar::waiting("reading");
    bar.measure("reading", size_of(path));
    let verified = verify_file(open(path)?, &terms(&keys, demands), &mut |bytes| {
        bar.advance(bytes);
    });
    drop(bar);
    match verified {
        Ok(verified) => {
            print::done(&told(path, &verified, !keys.is_empty()));
            Ok(FINE)
        }
        Err(refusal) => refused(&refusal),
    }
}

pub(super) fn unpack(path: &Path, dir: &Path, demands: &Demands) -> Result<u8, String> {
    let keys = read_keys(demands)?;
    let bar = Bar::waiting("unpacking");
    bar.measure("unpacking", size_of(path));
    let unpacked = unpack_file(open(path)?, &terms(&keys, demands), dir, &mut |bytes| {
        bar.advance(bytes);
    });
    drop(bar);
    match unpacked {
        Ok(verified) => {
            print::done(&told(path, &verified, !keys.is_empty()));
            print::done(&format!("It is in {} now.", dir.display()));
            Ok(FINE)
        }
        Err(UnpackError::Refused(refusal)) => refused(&refusal),
        Err(cause) => Err(cause.to_string()),
    }
}

pub(super) fn diff(before: &Path, after: &Path, json: bool) -> Result<u8, String> {
    let sides = Side::read(before).and_then(|before| Ok((before, Side::read(after)?)));
    match sides {
        Ok((before, after)) => {
            let difference = compare(&before, &after);
            if json {
                print::as_json(&difference)?;
            } else {
                print::difference(&difference);
            }
            Ok(FINE)
        }
        Err(SideError::Pack {
            path,
            source: PackProblems(problems),
        }) => {
            print::verdict(&path, None, &problems);
            Ok(PACK_HAS_ERRORS)
        }
        Err(SideError::Bundle {
            path,
            source: UnpackError::Refused(refusal),
        }) => {
            print::failure(&format!("{} is refused", path.display()));
            refused(&refusal)
        }
        Err(cause) => Err(cause.to_string()),
    }
}

fn told(path: &Path, verified: &Verified, compared: bool) -> String {
    let signed = match verified.signer {
        Some(key) if compared => format!("signed by {}", key.id()),
        Some(key) => format!(
            "signed by {}; give --key NAME.pub to be sure whose that is",
            key.id()
        ),
        None => "not signed".to_owned(),
    };
    let what = print::bundle(&verified.manifest);
    format!(
        "{} is sound: {what}, {signed}.{}",
        path.display(),
        expiry(&verified.manifest)
    )
}

fn expiry(manifest: &Manifest) -> String {
    manifest
        .not_after()
        .map(|time| format!(" It can be installed until {time}."))
        .unwrap_or_default()
}

fn terms<'k>(keys: &'k [PublicKey], demands: &Demands) -> Terms<'k> {
    Terms {
        trusted: (!keys.is_empty()).then_some(keys),
        now: Some(Timestamp::now()),
        installed: demands.installed,
        allow_older: false,
    }
}

fn read_keys(demands: &Demands) -> Result<Vec<PublicKey>, String> {
    let keys = demands.keys.iter().map(|path| PublicKey::read(path));
    keys.collect::<Result<_, _>>()
        .map_err(|cause| cause.to_string())
}

fn open(path: &Path) -> Result<BufReader<File>, String> {
    File::open(path)
        .map(BufReader::new)
        .map_err(|cause| format!("cannot open {}: {cause}", path.display()))
}

fn size_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |m| m.len())
}
