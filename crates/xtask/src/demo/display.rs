//! Where the picture is shown: the person's display, or a virtual one.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::Size;
use crate::shell::{self, Running};

const START_LIMIT: Duration = Duration::from_secs(30);

/// Whether this session has a display.
pub(crate) fn is_there() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|key| env::var_os(key).is_some_and(|value| !value.is_empty()))
}

/// A display, alive as long as this value where it is a virtual one.
pub(crate) struct Display {
    virtual_display: Option<(Running, String)>,
}

impl Display {
    /// The one that this session has.
    pub(crate) const fn of_the_person() -> Self {
        Self {
            virtual_display: None,
        }
    }

    /// A new virtual display of `size`.
    pub(crate) fn start_virtual(size: Size, out: &Path) -> Result<Self> {
        let log = out.join("logs/display.log");
        let mut server = Command::new("Xvfb");
        // The server picks a free number itself and tells it on its standard output once it accepts clients.
        server.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            &format!("{size}x24"),
            "-nolisten",
            "tcp",
            "-noreset",
        ]);
        let (mut running, stdout) = Running::start_piped(&server, "the virtual display", &log)?;
        let (sender, receiver) = sync_channel(1);
        thread::Builder::new()
            .name("display-number".into())
            .spawn(move || {
                let mut line = String::new();
                let read = BufReader::new(stdout.take(64)).read_line(&mut line);
                // Nobody listens any more only when the demo has already given up on the display.
                drop(sender.send(read.map(|_| line)));
            })
            .context("failed to start a thread")?;
        let deadline = Instant::now() + START_LIMIT;
        let line = loop {
            match receiver.recv_timeout(Duration::from_millis(50)) {
                Ok(line) => break line.context("failed to read the virtual display's number")?,
                Err(RecvTimeoutError::Timeout)
                    if Instant::now() < deadline && running.ended()?.is_none() =>
                {
                    shell::check_interrupted()?
                }
                Err(_) => bail!(
                    "the virtual display did not start. The end of {}:\n{}",
                    log.display(),
                    shell::tail(&log, 10)
                ),
            }
        };
        let number = line.trim();
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            bail!(
                "the virtual display did not start. The end of {}:\n{}",
                log.display(),
                shell::tail(&log, 10)
            );
        }
        Ok(Self {
            virtual_display: Some((running, format!(":{number}"))),
        })
    }

    /// Points `command` at this display.
    pub(crate) fn apply(&self, command: &mut Command) {
        if let Some((_, name)) = &self.virtual_display {
            command
                .env("DISPLAY", name)
                .env_remove("WAYLAND_DISPLAY")
                .env_remove("WAYLAND_SOCKET");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_display_replaces_every_other() {
        let running = Running::start(&Command::new("true"), "true").unwrap();
        let display = Display {
            virtual_display: Some((running, ":7".into())),
        };
        let mut command = Command::new("true");
        display.apply(&mut command);
        let variables: Vec<_> = command
            .get_envs()
            .filter_map(|(key, value)| {
                Some((key.to_str()?, value.and_then(|value| value.to_str())))
            })
            .collect();
        assert_eq!(
            variables,
            [
                ("DISPLAY", Some(":7")),
                ("WAYLAND_DISPLAY", None),
                ("WAYLAND_SOCKET", None)
            ]
        );
    }
}
