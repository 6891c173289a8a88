//! The frame log: when which frame came into memory, for measurements from outside the process.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tracing::warn;

/// Lines after which the log ends: a good day at 30 frames per second, about 120 MB.
const MAX_LINES: u64 = 3_000_000;

#[derive(Serialize)]
struct Line {
    frame: u64,
    captured_ns: u64,
}

/// Writes one line per frame until something goes wrong; that is said once and hurts nobody.
pub(super) struct FrameLog {
    path: PathBuf,
    file: Option<File>,
    lines: u64,
}

impl FrameLog {
    pub(super) fn create(path: &Path) -> Self {
        let mut log = Self {
            path: path.to_owned(),
            file: None,
            lines: 0,
        };
        match File::create(path) {
            Ok(file) => log.file = Some(file),
            Err(error) => log.give_up(&error),
        }
        log
    }

    pub(super) fn write(&mut self, frame: u64, captured_ns: u64) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = append(file, &Line { frame, captured_ns }) {
            self.give_up(&error);
            return;
        }
        self.lines += 1;
        if self.lines == MAX_LINES {
            self.give_up(&io::Error::other("it has reached its greatest length"));
        }
    }

    fn give_up(&mut self, error: &io::Error) {
        warn!("the frame log {} ends: {error}", self.path.display());
        self.file = None;
    }
}

fn append(file: &mut File, line: &Line) -> io::Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    file.write_all(&bytes)
}
