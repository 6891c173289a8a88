//! Why a command stopped, where a script needs to tell the reasons apart by exit code. Everything else exits with 1.

/// A reason with an exit code of its own.
#[derive(Debug)]
pub(crate) enum Stop {
    /// System packages are missing and this user may not install them.
    PackagesMissing {
        /// The one line that installs them.
        install_line: String,
    },
    /// The demo ran, but not everything that must happen did.
    StagesMissing(Vec<String>),
    /// Ctrl-C or a request to end.
    Interrupted,
}

impl Stop {
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::PackagesMissing { .. } => 3,
            Self::StagesMissing(_) => 4,
            Self::Interrupted => 130,
        }
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PackagesMissing { install_line } => write!(
                f,
                "system packages are missing, and this user cannot install them without a password. Run this line, then try again:\n\n  {install_line}\n"
            ),
            Self::StagesMissing(stages) => write!(f, "the demo ran, but: {}", stages.join("; ")),
            Self::Interrupted => {
                f.write_str("interrupted; everything that was started has been stopped")
            }
        }
    }
}

impl std::error::Error for Stop {}
