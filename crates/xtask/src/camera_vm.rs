//! `cargo xtask camera-vm`: proves camera capture without a camera. Boots Debian's kernel with its virtual camera driver
//! (`vivid`) under qemu, in software, as an ordinary user, and runs the product's own `camera-probe` in it. The kernel and
//! a static busybox come from Debian's archive, unpacked in the user's cache, never installed.

mod initramfs;
mod kernel;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

use crate::build;
use crate::progress;
use crate::shell::{self, Running};
use crate::workspace;

/// System packages that this command needs beside dpkg and apt, which every Debian has.
pub(crate) const APT_PACKAGES: &[&str] = &["qemu-system-x86"];

/// Longest time from power-on to power-off. Emulated and on a busy machine it takes about a minute.
const TIME_LIMIT: Duration = Duration::from_secs(240);

/// Starts the lines of the virtual machine's console that are meant for us.
const MARK: &str = "CHEVAL-VM ";

/// How the virtual camera is to be proven.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct CameraVmArgs {
    /// Pictures that must arrive in every case
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=600))]
    pub(crate) frames: u32,
    /// Keep the boot image and the console log
    #[arg(long)]
    pub(crate) keep: bool,
}

/// One run of `camera-probe` in the virtual machine.
struct Case {
    name: &'static str,
    what: &'static str,
    /// Shell words before the probe, which the guest runs first.
    before: &'static str,
    arguments: &'static str,
    verdict: fn(&Report, u32) -> Result<()>,
}

const CASES: &[Case] = &[
    Case {
        name: "path",
        what: "capture by path, whole rate",
        before: "",
        arguments: "--source v4l2:/dev/video0?format=yuyv --size 640x360 --rate 25",
        verdict: |report, frames| {
            report.must_have(frames)?;
            report.must_be_set(25.0, "YUYV", "nokhwa")
        },
    },
    Case {
        name: "fraction",
        what: "a rate of 25/2, which nokhwa refuses and leaves behind",
        before: "",
        arguments: "--source v4l2:/dev/video0 --size 640x360 --rate 12.5",
        verdict: |report, frames| {
            report.must_have(frames)?;
            report.must_be_set(12.5, "NV12", "nokhwa")
        },
    },
    Case {
        name: "left-over",
        what: "a camera that another program left at 25/2",
        before: "",
        arguments: "--source v4l2: --size 640x360 --rate 25",
        verdict: |report, frames| {
            report.must_have(frames)?;
            report.must_be_set(25.0, "NV12", "nokhwa")
        },
    },
    Case {
        name: "odd-size",
        what: "a size the camera does not have, turned upright",
        before: "",
        arguments: "--source v4l2: --size 700x400 --rate 15 --rotate 90",
        verdict: |report, frames| {
            report.must_have(frames)?;
            ensure!(
                report.width_px < report.height_px,
                "the picture is not upright"
            );
            Ok(())
        },
    },
    Case {
        name: "unplugged",
        what: "the camera goes away and comes back",
        before: "( busybox sleep 2; echo vivid.0 > /sys/bus/platform/drivers/vivid/unbind; busybox sleep 2; \
                 echo vivid.0 > /sys/bus/platform/drivers/vivid/bind ) &",
        arguments: "--source v4l2: --size 640x360 --rate 25 --lose 1",
        verdict: |report, frames| {
            report.must_have(frames)?;
            ensure!(report.times_lost >= 1, "the loss went unnoticed");
            Ok(())
        },
    },
    Case {
        name: "missing",
        what: "a camera that is not there",
        before: "",
        arguments: "--source v4l2:/dev/video9 --seconds 2",
        verdict: |report, _frames| {
            let problem = report.problem.as_deref().unwrap_or_default();
            ensure!(
                problem.contains("/dev/video9"),
                "no clear message: `{problem}`"
            );
            ensure!(
                problem.contains("/dev/video0"),
                "the message does not name the camera that is there: `{problem}`"
            );
            Ok(())
        },
    },
];

/// What `camera-probe --json` says.
#[derive(Debug, Deserialize)]
struct Report {
    negotiated: Option<Negotiated>,
    problem: Option<String>,
    frames_in: u32,
    times_lost: u32,
    width_px: u32,
    height_px: u32,
}

#[derive(Debug, Deserialize)]
struct Negotiated {
    rate_hz: f64,
    format: String,
    settled_by: String,
}

impl Report {
    fn must_have(&self, frames: u32) -> Result<()> {
        ensure!(
            self.frames_in >= frames,
            "{} of {frames} pictures arrived",
            self.frames_in
        );
        Ok(())
    }

    fn must_be_set(&self, rate_hz: f64, format: &str, settled_by: &str) -> Result<()> {
        let set = self
            .negotiated
            .as_ref()
            .context("nothing was settled with the camera")?;
        let as_wanted = (set.rate_hz - rate_hz).abs() < 0.01
            && set.format == format
            && set.settled_by == settled_by;
        ensure!(
            as_wanted,
            "wanted {format} at {rate_hz} per second through {settled_by}, got {set:?}"
        );
        Ok(())
    }
}

/// Boots, probes, judges.
pub(crate) fn run(args: CameraVmArgs) -> Result<()> {
    check_host()?;
    let cache = workspace::cache_dir()?.join("vm");
    let parts = kernel::fetch(&cache)?;
    let probe = build::build()?.probe;
    let work = WorkDir::create(&cache, args.keep)?;
    let image = work.path.join("initramfs.cpio");
    initramfs::write(&image, &parts, &probe, &init_script(&parts, args.frames))?;
    let console = work.path.join("console.log");
    let started = Instant::now();
    boot(&parts.kernel, &image, &console)?;
    let text =
        fs::read(&console).with_context(|| format!("failed to read {}", console.display()))?;
    let outcome = judge(&String::from_utf8_lossy(&text), args.frames);
    progress::say(&format!(
        "camera-vm: {:.0} s from power-on to power-off",
        started.elapsed().as_secs_f64()
    ));
    outcome.with_context(|| {
        format!(
            "the virtual camera failed; its console ends with\n{}",
            shell::tail(&console, 20)
        )
    })
}

fn check_host() -> Result<()> {
    ensure!(
        cfg!(target_arch = "x86_64"),
        "camera-vm emulates an x86-64 machine and runs our own build in it"
    );
    for (program, package) in [
        ("qemu-system-x86_64", APT_PACKAGES[0]),
        ("apt-get", "apt"),
        ("dpkg-deb", "dpkg"),
    ] {
        ensure!(
            shell::on_path(program),
            "{program} is missing; install it with: sudo apt-get install -y --no-install-recommends {package}"
        );
    }
    Ok(())
}

/// What the guest does: load the drivers, run every case, power off.
fn init_script(parts: &kernel::Parts, frames: u32) -> String {
    let mut script = String::from(
        "#!/bin/busybox sh\n\
         busybox mount -t proc proc /proc\n\
         busybox mount -t sysfs sysfs /sys\n\
         busybox mount -t devtmpfs devtmpfs /dev\n",
    );
    for module in &parts.modules {
        let options = if module.name == "vivid" {
            " n_devs=1 node_types=0x1 num_inputs=1 input_types=0x0 num_outputs=0"
        } else {
            ""
        };
        script.push_str(&format!(
            "busybox insmod /modules/{}.ko{options}\n",
            module.name
        ));
    }
    script.push_str(&format!(
        "echo \"{MARK}booted $(busybox cut -d' ' -f1 /proc/uptime)\"\n"
    ));
    for Case {
        name,
        before,
        arguments,
        ..
    } in CASES
    {
        script.push_str(&format!(
            "{before}\nresult=$(camera-probe --json --frames {frames} --seconds 60 {arguments} 2>&1)\n\
             echo \"{MARK}case {name} $? $result\"\n"
        ));
    }
    script.push_str(&format!("echo \"{MARK}done\"\nbusybox poweroff -f\n"));
    script
}

fn boot(kernel: &Path, image: &Path, console: &Path) -> Result<()> {
    let mut qemu = Command::new("qemu-system-x86_64");
    qemu.args([
        "-accel",
        "tcg",
        "-cpu",
        "max",
        "-m",
        "768",
        "-smp",
        "1",
        "-nodefaults",
        "-display",
        "none",
    ])
    .args(["-serial", "stdio", "-no-reboot", "-kernel"])
    .arg(kernel)
    .arg("-initrd")
    .arg(image)
    .args([
        "-append",
        "console=ttyS0 quiet loglevel=3 panic=-1 rdinit=/init",
    ]);
    let mut step = progress::Step::start("virtual camera");
    let mut machine = Running::start_logged(&qemu, "the virtual machine", console)?;
    let started = Instant::now();
    while machine.ended()?.is_none() {
        if started.elapsed() > TIME_LIMIT {
            step.done("took too long");
            bail!(
                "the virtual machine did not end within {} s; its console ends with\n{}",
                TIME_LIMIT.as_secs(),
                shell::tail(console, 20)
            );
        }
        step.tick(shell::tail(console, 1).trim());
        shell::pause()?;
    }
    step.done("powered off");
    Ok(())
}

/// Reads the console and holds every case against what it must show. Prints what the probe said.
fn judge(console: &str, frames: u32) -> Result<()> {
    let lines: Vec<_> = console
        .lines()
        .filter_map(|line| Some(line.split_once(MARK)?.1.trim_end()))
        .collect();
    ensure!(
        lines.contains(&"done"),
        "the virtual machine stopped before the end"
    );
    let mut failed = Vec::new();
    for case in CASES {
        let result = lines.iter().find_map(|line| {
            line.strip_prefix("case ")?
                .strip_prefix(case.name)?
                .strip_prefix(' ')
        });
        match judge_case(case, result, frames) {
            Ok(json) => progress::answer(json),
            Err(error) => failed.push(format!("{} ({}): {error:#}", case.name, case.what)),
        }
    }
    ensure!(failed.is_empty(), "{}", failed.join("\n"));
    Ok(())
}

fn judge_case<'a>(case: &Case, result: Option<&'a str>, frames: u32) -> Result<&'a str> {
    let (_, json) = result
        .and_then(|result| result.split_once(' '))
        .context("it did not run")?;
    let report: Report = serde_json::from_str(json).with_context(|| format!("it said `{json}`"))?;
    (case.verdict)(&report, frames).with_context(|| json.to_owned())?;
    Ok(json)
}

/// The folder of one run, gone with it unless it is to be kept.
struct WorkDir {
    path: PathBuf,
    keep: bool,
}

impl WorkDir {
    fn create(cache: &Path, keep: bool) -> Result<Self> {
        let path = cache.join(format!("run-{}", std::process::id()));
        fs::create_dir_all(&path)
            .with_context(|| format!("failed to create {}", path.display()))?;
        Ok(Self { path, keep })
    }
}

impl Drop for WorkDir {
    fn drop(&mut self) {
        if self.keep {
            progress::say(&format!("kept {}", self.path.display()));
        } else {
            fs::remove_dir_all(&self.path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(case: &str, frames: u32, rate: f64, lost: u32) -> String {
        let format = if case == "path" { "YUYV" } else { "NV12" };
        let problem = "no camera /dev/video9; found: /dev/video0";
        format!(
            "noise\r\n[  1.0] {MARK}case {case} 0 {{\"negotiated\":{{\"rate_hz\":{rate},\"format\":\"{format}\",\
             \"settled_by\":\"nokhwa\"}},\"problem\":\"{problem}\",\
             \"frames_in\":{frames},\"times_lost\":{lost},\"width_px\":360,\"height_px\":640}}\r\n"
        )
    }

    fn console() -> String {
        [
            line("path", 30, 25.0, 0),
            line("fraction", 30, 12.5, 0),
            line("left-over", 30, 25.0, 0),
            line("odd-size", 30, 15.0, 0),
            line("unplugged", 30, 25.0, 1),
            line("missing", 0, 0.0, 0),
            format!("{MARK}done\r\n"),
        ]
        .concat()
    }

    #[test]
    fn a_good_console_passes() {
        judge(&console(), 30).unwrap();
    }

    #[test]
    fn every_shortcoming_is_found() {
        for (from, to, expected) in [
            (
                line("path", 30, 25.0, 0),
                line("path", 29, 25.0, 0),
                "path (capture by path, whole rate): ",
            ),
            (
                line("fraction", 30, 12.5, 0),
                line("fraction", 30, 25.0, 0),
                "fraction",
            ),
            (
                line("unplugged", 30, 25.0, 1),
                line("unplugged", 30, 25.0, 0),
                "unplugged",
            ),
            (
                line("left-over", 30, 25.0, 0),
                String::new(),
                "it did not run",
            ),
            (
                format!("{MARK}done"),
                String::new(),
                "stopped before the end",
            ),
        ] {
            let text = console();
            assert!(text.contains(&from));
            let error = format!("{:#}", judge(&text.replace(&from, &to), 30).unwrap_err());
            assert!(
                error.contains(expected),
                "wanted `{expected}`, got: {error}"
            );
        }
    }
}
