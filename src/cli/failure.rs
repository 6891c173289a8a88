//! Failures as a person reads them: what happened, what to do, and an exit code for scripts.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
    advice: Option<String>,
}

impl Failure {
    /// Anything without a code of its own.
    pub fn new(message: impl Display) -> Self {
        Self {
            code: 1,
            message: message.to_string(),
            advice: None,
        }
    }

    /// The exit code of a child, handed on.
    pub fn with_code(code: i32, message: impl Display) -> Self {
        Self {
            code: u8::try_from(code).unwrap_or(1).max(1),
            ..Self::new(message)
        }
    }

    /// Wrong configuration.
    pub fn config(message: impl Display) -> Self {
        Self {
            code: 10,
            ..Self::new(message)
        }
    }

    /// No X11 or Wayland display.
    #[must_use]
    pub fn no_display() -> Self {
        Self { code: 11, ..Self::new("there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set") }
            .advise("start it from the kiosk's graphical session, or try it under a virtual display: xvfb-run cheval run …")
    }

    /// No Vulkan device.
    #[must_use]
    pub fn no_graphics() -> Self {
        Self { code: 12, ..Self::new("there is no graphics device that can draw the mirror (Vulkan)") }.advise(
            "install the driver of this machine's graphics chip; `apt install mesa-vulkan-drivers` brings the Intel and AMD \
             drivers and a software one",
        )
    }

    /// The hub did not take this kiosk.
    pub fn enrolment(message: impl Display) -> Self {
        Self {
            code: 13,
            ..Self::new(message)
        }
    }

    /// Another kiosk runs on the same state.
    pub fn in_use(message: impl Display) -> Self {
        Self {
            code: 14,
            ..Self::new(message)
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    pub(super) fn tell(&self) -> ExitCode {
        let mut stderr = std::io::stderr().lock();
        // Nothing can be done about a closed stderr; the exit code still tells.
        _ = writeln!(stderr, "cheval: {}", self.message);
        if let Some(advice) = &self.advice {
            _ = writeln!(stderr, "  → {advice}");
        }
        ExitCode::from(self.code)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
