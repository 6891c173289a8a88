//! `cheval-pack build`, `keygen`, `sign`, `verify`, `unpack`, `diff`: packs as one file.

mod building;
mod looking;
mod progress;
mod signing;

use std::path::PathBuf;

use cheval_content::bundle::Refusal;
use clap::Subcommand;
use jiff::Timestamp;

use crate::{PACK_HAS_ERRORS, print};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make one .cheval file out of a pack, after lint found no error
    Build {
        /// The pack's folder
        dir: PathBuf,
        /// The file to write; ID-REVISION.cheval in this folder if left out
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Last moment to install it, such as 2027-01-31T23:59:59+01:00; what plays goes on playing
        #[arg(long, value_name = "TIME")]
        not_after: Option<Timestamp>,
    },
    /// Make a pair of keys: NAME.key signs packs and stays secret, NAME.pub goes to whoever checks them
    Keygen {
        /// Name of the files, with a folder or without
        name: PathBuf,
    },
    /// Put your signature on a .cheval file
    Sign {
        /// The .cheval file
        file: PathBuf,
        /// Your private key
        #[arg(long, value_name = "NAME.key")]
        key: PathBuf,
        /// Put it in the place of somebody else's
        #[arg(long)]
        replace: bool,
    },
    /// Say whether a .cheval file is sound, who signed it and what is in it
    Verify {
        /// The .cheval file
        file: PathBuf,
        #[command(flatten)]
        terms: Demands,
    },
    /// Make a folder out of a .cheval file
    Unpack {
        /// The .cheval file
        file: PathBuf,
        /// A folder that is not there yet
        dir: PathBuf,
        #[command(flatten)]
        terms: Demands,
    },
    /// Say what differs between two packs, each a folder or a .cheval file
    Diff {
        /// The earlier one
        before: PathBuf,
        /// The later one
        after: PathBuf,
        /// Print JSON for other programs
        #[arg(long)]
        json: bool,
    },
}

/// What a file must fulfil besides being sound.
#[derive(clap::Args)]
pub(crate) struct Demands {
    /// A public key that may have signed it; may be given several times. Anybody's signature, or none, will do if left out
    #[arg(long = "key", value_name = "NAME.pub")]
    keys: Vec<PathBuf>,
    /// Refuse it when it is older than this revision
    #[arg(long, value_name = "REVISION")]
    installed: Option<u64>,
}

pub(crate) fn run(command: Command) -> Result<u8, String> {
    match command {
        Command::Build {
            dir,
            output,
            not_after,
        } => building::build(&dir, output, not_after),
        Command::Keygen { name } => signing::keygen(&name),
        Command::Sign { file, key, replace } => signing::sign(&file, &key, replace),
        Command::Verify { file, terms } => looking::verify(&file, &terms),
        Command::Unpack { file, dir, terms } => looking::unpack(&file, &dir, &terms),
        Command::Diff {
            before,
            after,
            json,
        } => looking::diff(&before, &after, json),
    }
}

/// A refused file is the pack's fault, a file that cannot be read is not.
fn refused(refusal: &Refusal) -> Result<u8, String> {
    match refusal {
        Refusal::Unreadable(_) => Err(refusal.to_string()),
        _ => {
            print::failure(&refusal.to_string());
            Ok(PACK_HAS_ERRORS)
        }
    }
}
