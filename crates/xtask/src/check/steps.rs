//! The steps of `cargo xtask test`, in the order that reports the cheapest mistakes first.

use std::ffi::OsString;
use std::process::{Command, Stdio};

use anyhow::Result;
use clap::ValueEnum;

use super::Outcome;
use crate::setup::Environment;
use crate::{camera_vm, demo, looks, shell, workspace};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StepName {
    Fmt,
    Clippy,
    Doc,
    Tests,
    Doctests,
    Demo,
    Looks,
    CameraVm,
    Deny,
    UnusedDeps,
}

impl StepName {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Doc => "doc",
            Self::Tests => "tests",
            Self::Doctests => "doctests",
            Self::Demo => "demo",
            Self::Looks => "looks",
            Self::CameraVm => "camera-vm",
            Self::Deny => "deny",
            Self::UnusedDeps => "unused-deps",
        }
    }

    pub(crate) const fn purpose(self) -> &'static str {
        match self {
            Self::Fmt => "one way to lay out code",
            Self::Clippy => "no warning anywhere",
            Self::Doc => "the documentation builds and its links lead somewhere",
            Self::Tests => "unit, story and architecture tests of every crate",
            Self::Doctests => "the examples in the documentation",
            Self::Demo => "the mirror runs from camera to hub, on a virtual display",
            Self::Looks => "garments on people look as they did, on a virtual display",
            Self::CameraVm => {
                "the product's capture code on a real V4L2 device, in a virtual machine"
            }
            Self::Deny => "licences, sources and bans of dependencies",
            Self::UnusedDeps => "no dependency that nothing uses",
        }
    }

    /// Whether the step compiles or runs the product.
    pub(crate) const fn needs_setup(&self) -> bool {
        !matches!(self, Self::Fmt | Self::Deny | Self::UnusedDeps)
    }

    pub(crate) fn run(self, environment: &Environment) -> Result<Outcome> {
        match self {
            Self::Fmt => cargo(environment, &["fmt", "--all", "--check"], &[]),
            Self::Clippy => cargo(
                environment,
                &[
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ],
                &[],
            ),
            Self::Doc => cargo(
                environment,
                &[
                    "doc",
                    "--workspace",
                    "--no-deps",
                    "--document-private-items",
                ],
                &[("RUSTDOCFLAGS", "-D warnings")],
            ),
            Self::Tests => tests(environment),
            Self::Doctests => cargo(environment, &["test", "--workspace", "--doc"], &[]),
            Self::Demo => short_demo(),
            Self::Looks => known_looks(),
            Self::CameraVm => virtual_camera(),
            Self::Deny => with_tool(
                environment,
                "deny",
                &["deny", "--offline", "check", "bans", "licenses", "sources"],
                "cargo-deny is not installed",
            ),
            Self::UnusedDeps => with_tool(
                environment,
                "machete",
                &["machete"],
                "cargo-machete is not installed",
            ),
        }
    }
}

fn cargo(
    environment: &Environment,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Result<Outcome> {
    let mut command = workspace::cargo();
    command.args(arguments).envs(variables.iter().copied());
    environment.apply(&mut command);
    shell::run(&command, &format!("cargo {}", arguments.join(" ")))?;
    Ok(Outcome::Passed)
}

/// Test programs without the usual harness, which nextest cannot list; `.config/nextest.toml` leaves them out.
const OWN_HARNESS: &[&str] = &["sandbox"];

fn tests(environment: &Environment) -> Result<Outcome> {
    if !has_cargo_tool("nextest") {
        let all = [
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-fail-fast",
        ];
        return cargo(environment, &all, &[]);
    }
    cargo(environment, &["nextest", "run", "--workspace"], &[])?;
    for name in OWN_HARNESS {
        cargo(environment, &["test", "--workspace", "--test", name], &[])?;
    }
    Ok(Outcome::Passed)
}

fn short_demo() -> Result<Outcome> {
    demo::run(&demo::Options {
        headless: true,
        seconds: Some(50),
        camera: Some(demo::standin_camera()),
        out: Some(workspace::target_dir()?.join("demo-test")),
        ..demo::Options::default()
    })?;
    Ok(Outcome::Passed)
}

/// One garment of each kind on people whose pictures are free, as `tests/looks` has them.
const LOOKS: &str = "tee-sunrise,shirt-linen,knit-bordeaux,coat-camel,dress-fern,shorts-sage,\
                     scarf-lagoon+hat-straw+glasses-amber,shirt-oxford+jacket-cognac+skirt-plum";

fn known_looks() -> Result<Outcome> {
    let root = workspace::root();
    let out = workspace::target_dir()?.join("looks/known");
    let people = root.join("tests/looks/people");
    let mut arguments: Vec<OsString> = vec!["--garments".into(), LOOKS.into()];
    for (name, value) in [
        ("--people", people),
        ("--golden", root.join("tests/looks")),
        ("--out", out),
    ] {
        arguments.extend([name.into(), value.into()]);
    }
    let options = looks::Options { arguments };
    // Once more: where others use the machine too, a pose may come too late for its picture.
    looks::run(&options).or_else(|_| looks::run(&options))?;
    Ok(Outcome::Passed)
}

fn virtual_camera() -> Result<Outcome> {
    if std::env::consts::ARCH != "x86_64" {
        return Ok(Outcome::Skipped("the virtual machine is an x86-64 one"));
    }
    camera_vm::run(camera_vm::CameraVmArgs {
        frames: 30,
        keep: false,
    })?;
    Ok(Outcome::Passed)
}

fn with_tool(
    environment: &Environment,
    tool: &str,
    arguments: &[&str],
    missing: &'static str,
) -> Result<Outcome> {
    if has_cargo_tool(tool) {
        cargo(environment, arguments, &[])
    } else {
        Ok(Outcome::Skipped(missing))
    }
}

/// Whether `cargo NAME` exists; asked of cargo itself, which also finds tools beside it that are not on the search path.
fn has_cargo_tool(name: &str) -> bool {
    let mut command: Command = workspace::cargo();
    command
        .args([name, "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
