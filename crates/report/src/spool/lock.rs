//! One process per spool: an advisory lock on a file that names its holder. The kernel frees it when the holder dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::SpoolError;

const LOCK: &str = "spool.lock";

#[derive(Debug)]
pub(super) struct SpoolLock(
    #[expect(dead_code, reason = "held, not used: closing the file frees the lock")] File,
);

impl SpoolLock {
    pub(super) fn take(dir: &Path) -> Result<Self, SpoolError> {
        let path = dir.join(LOCK);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(SpoolError::file("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(SpoolError::Busy {
                    dir: dir.to_owned(),
                    pid: holder(&mut file),
                });
            }
            Err(TryLockError::Error(e)) => return Err(SpoolError::file("lock", &path)(e)),
        }
        write_pid(&mut file).map_err(SpoolError::file("write", &path))?;
        Ok(Self(file))
    }
}

fn write_pid(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.take(32).read_to_string(&mut text);
    match (read, text.trim().parse::<u32>()) {
        (Ok(_), Ok(pid)) => pid.to_string(),
        _ => "unknown".to_owned(),
    }
}
