//! A disk that remembers what was synced and what was only written, so that the power can be cut at any operation.
//!
//! The operations are carried out on a real folder, where the store looks, and noted. What is left after a cut is worked out
//! from the notes: a model of files (bytes synced or not) and folders (names synced or not) runs up to the cut, then loses
//! what was not synced, in one of several ways.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::disk::Disk;

/// One change of the disk.
#[derive(Debug, Clone)]
pub(super) enum Operation {
    CreateDir(PathBuf),
    Create(PathBuf),
    Write(PathBuf, Vec<u8>),
    Sync(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

/// Notes every operation; nothing is really synced, because the power is only cut in the model.
#[derive(Debug, Clone, Default)]
pub(super) struct NotingDisk {
    notes: Arc<Mutex<Vec<Operation>>>,
    refuses_from: Option<usize>,
}

impl NotingDisk {
    /// After so many operations every one is refused, as by a full or a dying disk.
    pub(super) fn refusing_from(operations: usize) -> Self {
        Self {
            refuses_from: Some(operations),
            ..Self::default()
        }
    }

    pub(super) fn notes(&self) -> Vec<Operation> {
        self.notes.lock().unwrap().clone()
    }

    fn note(&self, operation: Operation) -> io::Result<()> {
        let mut notes = self.notes.lock().unwrap();
        if self.refuses_from.is_some_and(|from| notes.len() >= from) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        notes.push(operation);
        Ok(())
    }
}

impl Disk for NotingDisk {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.note(Operation::CreateDir(dir.to_path_buf()))?;
        fs::create_dir(dir)
    }

    fn create(&self, file: &Path) -> io::Result<Box<dyn Write>> {
        self.note(Operation::Create(file.to_path_buf()))?;
        Ok(Box::new(NotingFile {
            file: File::create_new(file)?,
            path: file.to_path_buf(),
            disk: self.clone(),
        }))
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        fs::symlink_metadata(path)?;
        self.note(Operation::Sync(path.to_path_buf()))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::symlink_metadata(from)?;
        self.note(Operation::Rename(from.to_path_buf(), to.to_path_buf()))?;
        fs::rename(from, to)
    }

    fn remove_file(&self, file: &Path) -> io::Result<()> {
        fs::symlink_metadata(file)?;
        self.note(Operation::Remove(file.to_path_buf()))?;
        fs::remove_file(file)
    }

    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        self.note(Operation::Remove(dir.to_path_buf()))?;
        fs::remove_dir(dir)
    }
}

struct NotingFile {
    file: File,
    path: PathBuf,
    disk: NotingDisk,
}

impl Write for NotingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk
            .note(Operation::Write(self.path.clone(), bytes.to_vec()))?;
        self.file.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What becomes of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// All of it is lost.
    Everything,
    /// None of it: only the program was killed.
    Nothing,
    /// Names are there, bytes are not: the files have their lengths and hold zeros.
    BytesOnly,
    /// Names are there, bytes are not, and the lengths neither.
    BytesAndLengths,
    /// Each name and each file's end is there or not, by a coin thrown with this seed; what came later may be there without what
    /// came before.
    Some(u64),
}

type Inode = usize;

#[derive(Debug, Clone)]
enum Node {
    File {
        synced: Vec<u8>,
        written: Vec<u8>,
    },
    Folder {
        synced: BTreeMap<String, Inode>,
        /// Changes that are not synced: a name, whether there is something under it, and the name that is given up for it.
        changes: Vec<Change>,
    },
}

#[derive(Debug, Clone)]
struct Change {
    name: String,
    to: Option<Inode>,
    instead_of: Option<String>,
}

fn apply(names: &mut BTreeMap<String, Inode>, change: &Change) {
    if let Some(old) = &change.instead_of {
        names.remove(old);
    }
    match change.to {
        Some(inode) => names.insert(change.name.clone(), inode),
        None => names.remove(&change.name),
    };
}

/// The disk as it is in the machine's memory and as it is for certain.
#[derive(Debug, Clone)]
pub(super) struct Model {
    root: PathBuf,
    nodes: Vec<Node>,
}

impl Model {
    /// An empty folder.
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            nodes: vec![empty_folder()],
        }
    }

    pub(super) fn run(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateDir(path) => self.add(path, empty_folder()),
            Operation::Create(path) => self.add(
                path,
                Node::File {
                    synced: Vec::new(),
                    written: Vec::new(),
                },
            ),
            Operation::Write(path, bytes) => match self.node(path) {
                Node::File { written, .. } => written.extend(bytes),
                Node::Folder { .. } => panic!("{} is a folder", path.display()),
            },
            Operation::Sync(path) => match self.node(path) {
                Node::File { synced, written } => synced.clone_from(written),
                Node::Folder { synced, changes } => {
                    changes.drain(..).for_each(|c| apply(synced, &c));
                }
            },
            Operation::Rename(from, to) => {
                assert_eq!(from.parent(), to.parent(), "never into another folder");
                let change = Change {
                    name: name_of(to),
                    to: self.find(from),
                    instead_of: Some(name_of(from)),
                };
                self.change(to, change);
            }
            Operation::Remove(path) => {
                let (name, to, instead_of) = (name_of(path), None, None);
                self.change(
                    path,
                    Change {
                        name,
                        to,
                        instead_of,
                    },
                );
            }
        }
    }

    /// Writes what is left after a cut into the empty folder `to`.
    pub(super) fn leave(&self, loss: Loss, to: &Path) {
        let mut coin = match loss {
            Loss::Some(seed) => Coin(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            _ => Coin(1),
        };
        self.leave_folder(0, loss, &mut coin, to);
    }

    fn leave_folder(&self, inode: Inode, loss: Loss, coin: &mut Coin, to: &Path) {
        let Node::Folder { synced, changes } = &self.nodes[inode] else {
            panic!("not a folder");
        };
        let mut names = synced.clone();
        for change in changes {
            let kept = match loss {
                Loss::Everything => false,
                Loss::Some(_) => coin.throw(2) == 0,
                Loss::Nothing | Loss::BytesOnly | Loss::BytesAndLengths => true,
            };
            if kept {
                apply(&mut names, change);
            }
        }
        for (name, inode) in names {
            let place = to.join(name);
            match &self.nodes[inode] {
                Node::Folder { .. } => {
                    fs::create_dir(&place).unwrap();
                    self.leave_folder(inode, loss, coin, &place);
                }
                Node::File { synced, written } => {
                    fs::write(&place, left_of(synced, written, loss, coin)).unwrap();
                }
            }
        }
    }

    fn add(&mut self, path: &Path, node: Node) {
        self.nodes.push(node);
        let change = Change {
            name: name_of(path),
            to: Some(self.nodes.len() - 1),
            instead_of: None,
        };
        self.change(path, change);
    }

    fn change(&mut self, path: &Path, change: Change) {
        match self.node(path.parent().unwrap()) {
            Node::Folder { changes, .. } => changes.push(change),
            Node::File { .. } => panic!("{} is in a file", path.display()),
        }
    }

    fn node(&mut self, path: &Path) -> &mut Node {
        let inode = self.find(path).unwrap_or_else(|| panic!("{path:?}"));
        &mut self.nodes[inode]
    }

    /// What a program sees under this path.
    fn find(&self, path: &Path) -> Option<Inode> {
        let mut inode = 0;
        for part in path.strip_prefix(&self.root).unwrap() {
            let Node::Folder { synced, changes } = &self.nodes[inode] else {
                return None;
            };
            let mut names = synced.clone();
            changes.iter().for_each(|c| apply(&mut names, c));
            inode = *names.get(part.to_str().unwrap())?;
        }
        Some(inode)
    }
}

fn left_of(synced: &[u8], written: &[u8], loss: Loss, coin: &mut Coin) -> Vec<u8> {
    let unsynced = written.len() - synced.len();
    let mut bytes = match loss {
        Loss::Nothing => return written.to_vec(),
        Loss::Everything | Loss::BytesAndLengths => return synced.to_vec(),
        Loss::BytesOnly => synced.to_vec(),
        Loss::Some(_) => written[..synced.len() + coin.throw(unsynced + 1)].to_vec(),
    };
    // The length may be there before the bytes are.
    if loss == Loss::BytesOnly || coin.throw(2) == 0 {
        bytes.resize(written.len(), 0);
    }
    bytes
}

fn empty_folder() -> Node {
    Node::Folder {
        synced: BTreeMap::new(),
        changes: Vec::new(),
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Numbers that look random and are the same every time (xorshift).
struct Coin(u64);

impl Coin {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}
