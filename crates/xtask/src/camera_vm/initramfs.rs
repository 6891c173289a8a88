//! The boot image: a cpio archive ("newc", Documentation/driver-api/early-userspace/buffer-format.rst) with busybox, the
//! modules, the probe and the libraries it is linked to.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::kernel::Parts;
use crate::shell;

const FOLDER: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;

/// Writes the image; `/init` is `script`.
pub(super) fn write(image: &Path, parts: &Parts, probe: &Path, script: &str) -> Result<()> {
    let mut files = vec![
        (PathBuf::from("bin/busybox"), parts.busybox.clone()),
        (PathBuf::from("bin/camera-probe"), probe.to_owned()),
    ];
    files.extend(parts.modules.iter().map(|module| {
        (
            PathBuf::from(format!("modules/{}.ko", module.name)),
            module.file.clone(),
        )
    }));
    for library in libraries(probe)? {
        files.push((
            library.strip_prefix("/").unwrap_or(&library).to_owned(),
            library,
        ));
    }
    let out =
        File::create(image).with_context(|| format!("failed to create {}", image.display()))?;
    pack(BufWriter::new(out), &files, script)
        .with_context(|| format!("failed to write {}", image.display()))
}

fn pack(out: impl Write, files: &[(PathBuf, PathBuf)], script: &str) -> Result<()> {
    let mut archive = Archive { out, entries: 0 };
    let mut folders: BTreeSet<&Path> = ["dev", "proc", "sys"].map(Path::new).into();
    for (inside, _) in files {
        folders.extend(
            inside
                .ancestors()
                .skip(1)
                .filter(|folder| !folder.as_os_str().is_empty()),
        );
    }
    for folder in folders {
        archive.add(folder, FOLDER, &[])?;
    }
    for (inside, outside) in files {
        let bytes =
            fs::read(outside).with_context(|| format!("failed to read {}", outside.display()))?;
        archive.add(inside, PROGRAM, &bytes)?;
    }
    archive.add(Path::new("init"), PROGRAM, script.as_bytes())?;
    archive.finish()?;
    Ok(())
}

/// The shared libraries of a program and its loader, by the paths at which it looks for them.
fn libraries(program: &Path) -> Result<Vec<PathBuf>> {
    let listed = shell::capture(Command::new("ldd").arg(program))?;
    Ok(library_paths(&listed))
}

fn library_paths(ldd: &str) -> Vec<PathBuf> {
    let path = |line: &str| {
        line.split_whitespace()
            .find(|word| word.starts_with('/'))
            .map(PathBuf::from)
    };
    ldd.lines().filter_map(path).collect()
}

/// A cpio archive in the making.
struct Archive<W> {
    out: W,
    entries: u32,
}

impl<W: Write> Archive<W> {
    fn add(&mut self, name: &Path, mode: u32, data: &[u8]) -> io::Result<()> {
        let name = name.to_string_lossy();
        self.entries += 1;
        let size = u32::try_from(data.len()).map_err(io::Error::other)?;
        let name_size = u32::try_from(name.len() + 1).map_err(io::Error::other)?;
        write!(self.out, "070701")?;
        for field in [
            self.entries,
            mode,
            0,
            0,
            1,
            0,
            size,
            0,
            0,
            0,
            0,
            name_size,
            0,
        ] {
            write!(self.out, "{field:08X}")?;
        }
        write!(self.out, "{name}\0")?;
        self.pad(110 + name.len() + 1)?;
        self.out.write_all(data)?;
        self.pad(data.len())
    }

    fn pad(&mut self, written: usize) -> io::Result<()> {
        self.out
            .write_all(&[0; 3][..written.next_multiple_of(4) - written])
    }

    fn finish(mut self) -> io::Result<()> {
        self.add(Path::new("TRAILER!!!"), 0, &[])?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_ldd_prints() {
        let listed = "\tlinux-vdso.so.1 (0x00007f19ac05f000)\n\
                      \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f19ab53e000)\n\
                      \t/lib64/ld-linux-x86-64.so.2 (0x00007f19ac061000)\n";
        let expected = [
            "/lib/x86_64-linux-gnu/libc.so.6",
            "/lib64/ld-linux-x86-64.so.2",
        ]
        .map(PathBuf::from);
        assert_eq!(library_paths(listed), expected);
    }

    #[test]
    fn entries_are_aligned_and_folders_come_first() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("probe");
        fs::write(&file, "12345").unwrap();
        let mut image = Vec::new();
        pack(
            &mut image,
            &[(PathBuf::from("bin/tools/probe"), file)],
            "#!/bin/busybox sh\n",
        )
        .unwrap();
        let names = [
            "bin\0",
            "bin/tools\0",
            "dev\0",
            "proc\0",
            "sys\0",
            "bin/tools/probe\0",
            "init\0",
            "TRAILER!!!\0",
        ];
        let mut from = 0;
        for name in names {
            let at = image[from..]
                .windows(name.len())
                .position(|window| window == name.as_bytes())
                .unwrap()
                + from;
            assert_eq!((at - 110) % 4, 0, "{name:?}");
            assert_eq!(&image[at - 110..at - 104], b"070701", "{name:?}");
            from = at;
        }
        assert_eq!(image.len() % 4, 0);
    }
}
