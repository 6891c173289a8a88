//! Debian packages, listed by what they are for. Installs the missing ones where that needs no password, and otherwise gives
//! the person the one line to run.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::stop::Stop;
use crate::{camera_vm, progress, shell};

/// What a set of packages is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Compiling the workspace.
    Build,
    /// Opening a window and drawing in it, in software where there is no GPU.
    Run,
    /// A display where there is none.
    VirtualDisplay,
    /// Booting a machine with a virtual camera.
    CameraVm,
}

impl Purpose {
    pub(crate) const ALL: [Self; 4] =
        [Self::Build, Self::Run, Self::VirtualDisplay, Self::CameraVm];

    const fn packages(self) -> &'static [&'static str] {
        match self {
            // C compiler: SQLite, zstd, ring. clang: the V4L2 bindings are generated. ALSA and Wayland are linked.
            Self::Build => &[
                "build-essential",
                "clang",
                "libasound2-dev",
                "libclang-dev",
                "libwayland-dev",
                "pkg-config",
            ],
            // The window system's libraries are loaded when the program starts, so the linker never misses them.
            Self::Run => &[
                "libvulkan1",
                "libwayland-client0",
                "libx11-6",
                "libx11-xcb1",
                "libxcursor1",
                "libxi6",
                "libxkbcommon-x11-0",
                "libxkbcommon0",
                "libxrandr2",
                "mesa-vulkan-drivers",
            ],
            Self::VirtualDisplay => &["xvfb"],
            Self::CameraVm => camera_vm::APT_PACKAGES,
        }
    }
}

/// Installs what `purposes` and the private Python lack.
pub(crate) fn ensure(purposes: &[Purpose], cache: &Path) -> Result<()> {
    let wanted: BTreeSet<&str> = purposes
        .iter()
        .flat_map(|purpose| purpose.packages())
        .copied()
        .collect();
    if !shell::on_path("dpkg-query") {
        let list: Vec<&str> = wanted.into_iter().collect();
        progress::say(&format!(
            "System packages: this is not Debian, so nothing was checked. These Debian packages (or their like) are needed: {}",
            list.join(" ")
        ));
        return Ok(());
    }
    let mut missing = not_installed(&wanted)?;
    missing.extend(tools_not_found());
    if missing.is_empty() {
        return Ok(());
    }
    install(&missing, cache)
}

fn not_installed<'a>(wanted: &BTreeSet<&'a str>) -> Result<Vec<&'a str>> {
    // dpkg-query exits with 1 when it does not know one of the names; its answer for the others is still complete.
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\n"])
        .args(wanted)
        .stdin(Stdio::null())
        .output()?;
    let answer = String::from_utf8_lossy(&output.stdout);
    Ok(missing_in(&answer, wanted))
}

fn missing_in<'a>(dpkg_answer: &str, wanted: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let installed: BTreeSet<&str> = dpkg_answer
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .collect();
    wanted
        .iter()
        .filter(|name| !installed.contains(**name))
        .copied()
        .collect()
}

/// Tools that may well come from elsewhere than Debian, so they are tried instead of looked up.
fn tools_not_found() -> Vec<&'static str> {
    let python_can = |modules: &str| {
        Command::new("python3")
            .args(["-c", modules])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    let mut missing = Vec::new();
    if !python_can("") {
        missing.push("python3");
    }
    if !python_can("import venv, ensurepip") {
        missing.push("python3-venv");
    }
    if !shell::on_path("npm") {
        missing.push("npm");
    }
    missing
}

fn install(missing: &[&str], cache: &Path) -> Result<()> {
    let list = missing.join(" ");
    let Some(prefix) = root_prefix() else {
        bail!(Stop::PackagesMissing {
            install_line: format!(
                "sudo apt-get update && sudo apt-get install -y --no-install-recommends {list}"
            )
        });
    };
    progress::say(&format!("System packages to install: {list}"));
    let apt = |arguments: &[&str]| {
        let mut words = prefix.to_vec();
        words.extend([
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-o",
            "DPkg::Lock::Timeout=300",
        ]);
        words.extend(arguments);
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        command
    };
    shell::run_quietly(
        &apt(&["update"]),
        "System packages: list",
        &cache.join("logs/apt-update.log"),
    )?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(missing);
    shell::run_quietly(
        &apt(&arguments),
        "System packages: install",
        &cache.join("logs/apt-install.log"),
    )
}

/// What to put before a command to run it as root; `None` when that needs a password.
fn root_prefix() -> Option<&'static [&'static str]> {
    if rustix::process::geteuid().is_root() {
        return Some(&[]);
    }
    let sudo = Command::new("sudo")
        .args(["-n", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    sudo.is_ok_and(|status| status.success())
        .then_some(&["sudo", "-n"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fully_installed_packages_count() {
        let wanted: BTreeSet<&str> = ["clang", "xvfb", "mold", "never-heard-of"].into();
        let answer = "clang installed\nxvfb config-files\nmold not-installed\n";
        assert_eq!(
            missing_in(answer, &wanted),
            ["mold", "never-heard-of", "xvfb"]
        );
        assert!(missing_in("clang installed\n", &["clang"].into()).is_empty());
    }

    #[test]
    fn the_person_gets_one_line_to_run() {
        let stop = Stop::PackagesMissing {
            install_line: "sudo apt-get install -y xvfb".into(),
        };
        assert!(
            stop.to_string()
                .contains("\n  sudo apt-get install -y xvfb\n")
        );
        assert_eq!(stop.exit_code(), 3);
    }
}
