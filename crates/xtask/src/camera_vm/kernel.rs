//! Debian's kernel, its virtual camera modules and a static busybox, unpacked into the cache.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::{progress, shell};

/// The driver of the virtual camera.
const DRIVER: &str = "vivid";

/// What the virtual machine is made of.
pub(super) struct Parts {
    pub(super) kernel: PathBuf,
    pub(super) busybox: PathBuf,
    /// In the order in which they must be loaded.
    pub(super) modules: Vec<Module>,
}

pub(super) struct Module {
    pub(super) name: String,
    pub(super) file: PathBuf,
}

/// Gets the parts from the cache, or from Debian's archive on the first run.
pub(super) fn fetch(cache: &Path) -> Result<Parts> {
    let image = match cached_image(cache) {
        Some(image) => image,
        None => newest_image()?,
    };
    let kernel_dir = unpacked(
        cache,
        &image,
        &["./boot/vmlinuz-*", "./lib/modules/*/kernel/drivers/media/*"],
    )?;
    let busybox_dir = unpacked(cache, "busybox-static", &["./bin/busybox"])?;
    let kernel = only_file(&kernel_dir.join("boot"))?;
    let modules = load_order(&kernel_dir.join("lib/modules"), DRIVER)?;
    Ok(Parts {
        kernel,
        busybox: busybox_dir.join("bin/busybox"),
        modules,
    })
}

fn cached_image(cache: &Path) -> Option<String> {
    let names = fs::read_dir(cache)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names
        .filter(|name| abi_number(name).is_some())
        .max_by_key(|name| abi_number(name))
}

fn newest_image() -> Result<String> {
    let pattern = r"^linux-image-6\.1\.0-[0-9]+-amd64-unsigned$";
    let found =
        shell::capture(Command::new("apt-cache").args(["search", "--names-only", pattern]))?;
    found
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .max_by_key(|name| abi_number(name))
        .map(str::to_owned)
        .context("apt knows no linux-image-6.1.0-*-amd64-unsigned; run `sudo apt-get update` (Debian 12), then try again")
}

/// `linux-image-6.1.0-50-amd64-unsigned` → 50.
fn abi_number(package: &str) -> Option<u32> {
    package
        .strip_prefix("linux-image-6.1.0-")?
        .strip_suffix("-amd64-unsigned")?
        .parse()
        .ok()
}

/// The folder with those files of a package that match `wanted`, filled on first use.
fn unpacked(cache: &Path, package: &str, wanted: &[&str]) -> Result<PathBuf> {
    let dir = cache.join(package);
    if dir.is_dir() {
        return Ok(dir);
    }
    let fresh = cache.join(format!("{package}.part-{}", std::process::id()));
    fs::create_dir_all(&fresh).with_context(|| format!("failed to create {}", fresh.display()))?;
    let filled = download(&fresh, package).and_then(|archive| unpack(&archive, &fresh, wanted));
    if filled.is_err() {
        fs::remove_dir_all(&fresh).ok();
    }
    filled?;
    fs::rename(&fresh, &dir)
        .with_context(|| format!("failed to put {} in place", dir.display()))?;
    Ok(dir)
}

/// apt checks the archive against Debian's signed lists.
fn download(dir: &Path, package: &str) -> Result<PathBuf> {
    let mut apt = Command::new("apt-get");
    apt.current_dir(dir).args(["download", "--quiet", package]);
    shell::run_quietly(
        &apt,
        &format!("downloading {package}"),
        &dir.join("download.log"),
    )?;
    let mut entries =
        fs::read_dir(dir).with_context(|| format!("failed to list {}", dir.display()))?;
    entries
        .find_map(|entry| {
            Some(entry.ok()?.path()).filter(|path| path.extension().is_some_and(|ext| ext == "deb"))
        })
        .with_context(|| format!("apt-get downloaded no archive for {package}"))
}

fn unpack(archive: &Path, dir: &Path, wanted: &[&str]) -> Result<()> {
    let whole = dir.join("data.tar");
    let out = fs::File::create(&whole)
        .with_context(|| format!("failed to create {}", whole.display()))?;
    let status = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(archive)
        .stdout(out)
        .status();
    ensure!(
        status.context("failed to run dpkg-deb")?.success(),
        "dpkg-deb cannot read {}",
        archive.display()
    );
    let mut tar = Command::new("tar");
    tar.arg("--extract")
        .arg("--directory")
        .arg(dir)
        .arg("--file")
        .arg(&whole)
        .arg("--wildcards")
        .args(wanted);
    shell::capture(&mut tar)?;
    for used in [&whole, &archive.to_owned()] {
        fs::remove_file(used).with_context(|| format!("failed to remove {}", used.display()))?;
    }
    progress::say(&format!(
        "unpacked {}",
        archive.file_name().unwrap_or_default().display()
    ));
    Ok(())
}

fn only_file(dir: &Path) -> Result<PathBuf> {
    let mut entries =
        fs::read_dir(dir).with_context(|| format!("failed to list {}", dir.display()))?;
    entries
        .find_map(|entry| Some(entry.ok()?.path()))
        .with_context(|| format!("nothing in {}", dir.display()))
}

/// The driver behind everything it needs. The package has no `modules.dep` (its installation makes it), so the modules
/// themselves are asked.
fn load_order(modules: &Path, driver: &str) -> Result<Vec<Module>> {
    let mut files = HashMap::new();
    collect_modules(modules, &mut files)?;
    let mut order = Vec::new();
    add_with_needs(driver, &files, &mut order)?;
    Ok(order)
}

fn collect_modules(dir: &Path, files: &mut HashMap<String, PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("failed to list {}", dir.display()))? {
        let path = entry
            .with_context(|| format!("failed to list {}", dir.display()))?
            .path();
        if path.is_dir() {
            collect_modules(&path, files)?;
        } else if let Some(name) = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".ko"))
        {
            files.insert(name.replace('-', "_"), path);
        }
    }
    Ok(())
}

fn add_with_needs(
    name: &str,
    files: &HashMap<String, PathBuf>,
    order: &mut Vec<Module>,
) -> Result<()> {
    let name = name.replace('-', "_");
    if order.iter().any(|module| module.name == name) {
        return Ok(());
    }
    let file = files
        .get(&name)
        .with_context(|| format!("the kernel package has no module {name}"))?;
    let bytes = fs::read(file).with_context(|| format!("failed to read {}", file.display()))?;
    for need in needs(&bytes) {
        add_with_needs(&need, files, order)?;
    }
    order.push(Module {
        name,
        file: file.clone(),
    });
    Ok(())
}

/// Names in the module's `depends=a,b,c` entry.
fn needs(module: &[u8]) -> Vec<String> {
    const KEY: &[u8] = b"\0depends=";
    let Some(at) = module.windows(KEY.len()).position(|window| window == KEY) else {
        return Vec::new();
    };
    let value: Vec<u8> = module[at + KEY.len()..]
        .iter()
        .copied()
        .take_while(|byte| *byte != 0)
        .collect();
    let text = String::from_utf8_lossy(&value);
    text.split(',')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_kernel_is_the_highest_number() {
        let names = [
            "linux-image-6.1.0-9-amd64-unsigned",
            "linux-image-6.1.0-50-amd64-unsigned",
            "linux-image-amd64",
        ];
        assert_eq!(
            names.iter().max_by_key(|name| abi_number(name)),
            Some(&names[1])
        );
        assert_eq!(abi_number("linux-image-6.1.0-50-rt-amd64-unsigned"), None);
    }

    #[test]
    fn modules_load_after_what_they_need() {
        let dir = tempfile::tempdir().unwrap();
        for (name, depends) in [
            ("vivid", "v4l2-tpg,videodev"),
            ("v4l2-tpg", "videodev"),
            ("videodev", ""),
        ] {
            let bytes = format!("\x7fELF\0license=GPL\0depends={depends}\0name={name}\0");
            fs::write(dir.path().join(format!("{name}.ko")), bytes).unwrap();
        }
        let order: Vec<_> = load_order(dir.path(), "vivid")
            .unwrap()
            .into_iter()
            .map(|module| module.name)
            .collect();
        assert_eq!(order, ["videodev", "v4l2_tpg", "vivid"]);
        let missing = load_order(dir.path(), "uvcvideo").err().unwrap();
        assert!(missing.to_string().contains("no module uvcvideo"));
    }
}
