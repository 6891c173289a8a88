//! ONNX Runtime: one shared library out of a pinned wheel, checked by hash before and after unpacking.
//!
//! `pip download` fetches it because that honours the machine's own mirror and proxy settings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::file_hash;
use crate::shell;

const VERSION: &str = "1.31.1";

/// The pinned release for one processor family.
struct Release {
    platform: &'static str,
    wheel_sha256: &'static str,
    library_sha256: &'static str,
}

const X86_64: Release = Release {
    platform: "manylinux_2_28_x86_64",
    wheel_sha256: "1f3dea47f2f0e5117c2404cea7d21fd253ae7836a3bf167a501cdfbb2600d536",
    library_sha256: "fc44112fbe06d7d689c57e11d3862031f64711007e4ee020f8eed5185fd2c1d3",
};
const AARCH64: Release = Release {
    platform: "manylinux_2_28_aarch64",
    wheel_sha256: "0b9a492176886992e0e875f06bc0367e333f5fff11711a2d642e18b02f3009cc",
    library_sha256: "8aa3b76b28c778a2b1dd660d34161adb1d508c9ccd04ff9dc80e26eca5df8467",
};

/// Takes the library and its licences out of a wheel; any Python can.
const UNPACK: &str = "
import sys, zipfile
wheel, out, version = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for entry, name in [
        (f'onnxruntime/capi/libonnxruntime.so.{version}', 'libonnxruntime.so'),
        ('onnxruntime/LICENSE', 'LICENSE'),
        ('onnxruntime/ThirdPartyNotices.txt', 'ThirdPartyNotices.txt'),
    ]:
        with open(f'{out}/{name}', 'wb') as target:
            target.write(archive.read(entry))
";

/// The library in the cache, fetched on first use and checked every time.
pub(crate) fn ensure(cache: &Path, python: &Path) -> Result<PathBuf> {
    let release = match std::env::consts::ARCH {
        "x86_64" => X86_64,
        "aarch64" => AARCH64,
        other => bail!(
            "no ONNX Runtime is pinned for {other}: the mirror runs on x86_64 and aarch64 Linux"
        ),
    };
    let home = cache.join("onnxruntime").join(VERSION);
    let library = home.join("libonnxruntime.so");
    if file_hash::of_file(&library)?.as_deref() == Some(release.library_sha256) {
        return Ok(library);
    }
    let work = cache
        .join("onnxruntime")
        .join(format!("{VERSION}.incoming-{}", std::process::id()));
    fs::create_dir_all(&work).with_context(|| format!("failed to create {}", work.display()))?;
    let outcome = fetch(&release, &work, python, cache).and_then(|()| put_in_place(&work, &home));
    // What is left of the download is of no use, whether it worked or not.
    drop(fs::remove_dir_all(&work));
    outcome?;
    Ok(library)
}

fn fetch(release: &Release, work: &Path, python: &Path, cache: &Path) -> Result<()> {
    let requirement = work.join("requirements.txt");
    fs::write(
        &requirement,
        format!(
            "onnxruntime=={VERSION} --hash=sha256:{}\n",
            release.wheel_sha256
        ),
    )
    .context("failed to write the pinned requirement")?;
    let mut download = Command::new(python);
    download
        .args([
            "-m",
            "pip",
            "download",
            "--disable-pip-version-check",
            "--no-input",
            "--no-deps",
            "--require-hashes",
        ])
        .args([
            "--only-binary=:all:",
            "--python-version",
            "3.12",
            "--implementation",
            "cp",
            "--abi",
            "cp312",
        ])
        .args(["--platform", release.platform, "--dest"])
        .arg(work)
        .arg("-r")
        .arg(&requirement);
    shell::run_quietly(
        &download,
        "ONNX Runtime: download",
        &cache.join("logs/onnxruntime.log"),
    )?;
    let wheel = fs::read_dir(work)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip said it downloaded ONNX Runtime, but there is no wheel")?;
    file_hash::demand(&wheel, release.wheel_sha256)?;
    shell::capture(
        Command::new(python)
            .args(["-c", UNPACK])
            .arg(&wheel)
            .arg(work)
            .arg(VERSION),
    )
    .context("failed to unpack ONNX Runtime")?;
    file_hash::demand(&work.join("libonnxruntime.so"), release.library_sha256)
}

fn put_in_place(work: &Path, home: &Path) -> Result<()> {
    fs::create_dir_all(home).with_context(|| format!("failed to create {}", home.display()))?;
    // The library last: its presence is what makes the folder complete.
    for name in ["LICENSE", "ThirdPartyNotices.txt", "libonnxruntime.so"] {
        fs::rename(work.join(name), home.join(name))
            .with_context(|| format!("failed to place {name} in {}", home.display()))?;
    }
    Ok(())
}
