//! How much a pack may have, whichever way it arrives: as a folder, as a `.cheval` file, or lying in the store.

/// Most files of a pack.
pub const FILES_MOST: usize = 10_000;
/// Largest file of a pack, bytes. Each kind of file has its own smaller cap when the pack is checked.
pub const FILE_CAP_BYTES: u64 = 512 << 20;
/// Largest pack when unpacked, bytes.
pub const PACK_CAP_BYTES: u64 = 1 << 30;

/// How much is read, hashed and written at once, bytes.
pub(crate) const CHUNK_BYTES: usize = 256 << 10;
