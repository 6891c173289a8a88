//! The `.cheval` file: a content pack in one file that can be carried on a stick or sent over a bad line, and of which not
//! one byte can be changed unnoticed. Knows bytes, hashes and keys; must not know what a pack says, except when it is built
//! or compared.
//!
//! ```text
//! offset  bytes
//!      0      8  magic: 89 43 48 56 4C 0D 0A 1A (`\x89CHVL\r\n\x1a`: mangled by whoever takes it for text)
//!      8      4  format version, 1
//!     12      4  length of the manifest, n: 1 to 4 MiB
//!     16     32  SHA-256 of the manifest
//!     48     32  Ed25519 public key of who signed; zeros when nobody did
//!     80     64  signature; zeros when nobody signed
//!    144      n  manifest
//!  144+n         blobs, one after the other, to the end of the file
//! ```
//!
//! Numbers are little-endian. The manifest is JSON without white space, its keys in this order:
//!
//! ```text
//! {"schema_version":1,"pack":"corner-shop","revision":3,"licence":"CC0-1.0",
//!  "not_after":"2027-01-31T23:00:00Z",                                         left out when the pack does not expire
//!  "files":[{"path":"pack.toml","size_bytes":812,"sha256":"9f86…"}, …]}        by path, in the order of its bytes
//! ```
//!
//! A blob is the contents of every file with that hash. Blobs stand in the order in which the list of files first names them,
//! so lengths and places follow from the manifest and nothing needs to be sought: whoever reads a stream knows after the
//! manifest whether it is wanted, and after each blob whether it is sound.
//!
//! The signature is over `cheval bundle 1\0`, the public key and the manifest. It has its place from the start, so signing
//! changes only bytes 48 to 143. There is no time of building and nothing else of the machine in the file: the same folder
//! gives the same bytes everywhere.

mod build;
mod diff;
mod head;
mod key;
mod manifest;
mod names;
mod open;
mod refusal;
mod side;
mod sign;
mod unpack;

pub use crate::caps::{FILE_CAP_BYTES, FILES_MOST, PACK_CAP_BYTES};
pub use build::{BuildError, Plan};
pub use diff::{Changes, Difference, FileChanges, Named, PriceChange, compare};
pub use key::{KeyError, KeyId, PrivateKey, PublicKey};
pub use manifest::{BlobHash, ListedFile, Manifest};
pub use open::{Opened, Terms, Verified, open, verify};
pub use refusal::Refusal;
pub use side::{Side, SideError};
pub use sign::{SignError, sign_file};
pub use unpack::{UnpackError, unpack};

pub(crate) use unpack::extract;

use crate::caps::CHUNK_BYTES;

/// The layout of head and blobs that this program writes and reads.
pub const FORMAT_VERSION: u32 = 1;
/// The layout of the manifest that this program writes and reads.
pub const SCHEMA_VERSION: u32 = 1;
/// Longest manifest, bytes.
pub const MANIFEST_CAP_BYTES: u32 = 4 << 20;
