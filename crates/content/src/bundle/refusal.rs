//! Why a `.cheval` file is refused: what is wrong, where, and what to do about it.

use std::io;

use jiff::Timestamp;

use super::{
    FILE_CAP_BYTES, FILES_MOST, FORMAT_VERSION, KeyId, MANIFEST_CAP_BYTES, PACK_CAP_BYTES,
    SCHEMA_VERSION,
};

/// Why a `.cheval` file is refused. What it quotes from the file is short and printable.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Other first bytes.
    #[error("this is not a .cheval file; `cheval-pack build` makes one out of a pack's folder")]
    NotABundle,
    /// A later program wrote it.
    #[error(
        "the file has format {found}, this program reads {FORMAT_VERSION}; update Cheval, or build the file again"
    )]
    FormatVersion {
        /// What the file says.
        found: u32,
    },
    /// A later program wrote the manifest.
    #[error(
        "the manifest has layout {found}, this program reads {SCHEMA_VERSION}; update Cheval, or build the file again"
    )]
    SchemaVersion {
        /// What the manifest says.
        found: u32,
    },
    /// Fewer bytes than the head and the manifest promise.
    #[error("the file ends in the middle of {place}; copy or download it again")]
    CutShort {
        /// The part that is incomplete.
        place: String,
    },
    /// More bytes than the manifest promises.
    #[error("something follows after the last file of the pack; copy or download it again")]
    Trailing,
    /// A length that no manifest has.
    #[error(
        "the manifest would have {size_bytes} bytes; 1 to {MANIFEST_CAP_BYTES} are allowed. The file is damaged or was made to do harm: get it again from who made it"
    )]
    ManifestSize {
        /// What the head says.
        size_bytes: u32,
    },
    /// The manifest is not the one that the head was written for.
    #[error("the manifest is damaged; copy or download the file again")]
    ManifestDamaged,
    /// The manifest is sound, but says nothing that can be used.
    #[error("the manifest cannot be used: {why}; build the file again with `cheval-pack build`")]
    Manifest {
        /// What is wrong with it.
        why: String,
    },
    /// Too many files.
    #[error(
        "the pack has {count} files, at most {FILES_MOST} are allowed; take out what is not shown"
    )]
    TooManyFiles {
        /// How many.
        count: usize,
    },
    /// One file is too large.
    #[error(
        "`{path}` has {size_bytes} bytes, at most {FILE_CAP_BYTES} are allowed; make it smaller"
    )]
    FileTooBig {
        /// Which.
        path: String,
        /// What the manifest says.
        size_bytes: u64,
    },
    /// All files together are too large.
    #[error(
        "the files of the pack have more than {PACK_CAP_BYTES} bytes together; make pictures and films smaller"
    )]
    PackTooBig,
    /// A name that leads out of the folder, or that another machine takes for something else.
    #[error("the name `{path}` {why}; rename the file and build again")]
    Name {
        /// The name, shortened.
        path: String,
        /// What is wrong with it, to follow the name.
        why: &'static str,
    },
    /// Two names that many disks take for one.
    #[error(
        "`{path}` and `{other}` differ in upper and lower case only, which many disks take for one; rename one and build again"
    )]
    CaseClash {
        /// The later one.
        path: String,
        /// The earlier one.
        other: String,
    },
    /// One name for a file and for a folder.
    #[error("`{path}` is listed as a file and as a folder; build the file again")]
    FileAndFolder {
        /// The name.
        path: String,
    },
    /// The same name twice.
    #[error("`{path}` is listed twice; build the file again")]
    ListedTwice {
        /// The name.
        path: String,
    },
    /// Files out of order.
    #[error("`{path}` is not in the order of the alphabet; build the file again")]
    Unsorted {
        /// The first one that is out of order.
        path: String,
    },
    /// A file's bytes are not what the manifest promises.
    #[error("`{path}` is damaged; copy or download the file again")]
    BlobDamaged {
        /// The first file with these contents.
        path: String,
    },
    /// Nobody signed, but somebody must have.
    #[error("nobody signed this pack; sign it with `cheval-pack sign`")]
    Unsigned,
    /// The signature does not belong to the manifest.
    #[error(
        "the signature is wrong: the pack was changed after it was signed, or the file is damaged; get it again from who made it"
    )]
    SignatureWrong,
    /// Somebody signed who is not trusted here.
    #[error(
        "the pack is signed by {signer}, which is not among the keys trusted here; have it signed by one of them, or trust that key"
    )]
    UnknownKey {
        /// Who.
        signer: KeyId,
    },
    /// It was to be installed earlier.
    #[error(
        "the pack was to be installed before {not_after}, now it is {now}; get a newer revision"
    )]
    Expired {
        /// What the manifest says.
        not_after: Timestamp,
        /// The time it was held against.
        now: Timestamp,
    },
    /// A newer one is installed.
    #[error(
        "the pack has revision {revision}, revision {installed} is installed; raise `revision` in pack.toml and build again"
    )]
    Older {
        /// What the manifest says.
        revision: u64,
        /// What is there.
        installed: u64,
    },
    /// The disk or the line refused.
    #[error("cannot read the file: {0}")]
    Unreadable(#[source] io::Error),
}
