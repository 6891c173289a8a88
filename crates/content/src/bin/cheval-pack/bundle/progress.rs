//! A bar for what takes longer than a glance; silent where nobody watches.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

const LAYOUT: &str = "{msg} {bar:32} {bytes}/{total_bytes} {binary_bytes_per_sec}";

/// A bar on a terminal, gone when it is dropped.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// Work whose length is not known.
    pub(super) fn waiting(doing: &'static str) -> Self {
        let bar = if std::io::stderr().is_terminal() {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        bar.set_message(doing);
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        Self(bar)
    }

    /// From now on it is so many bytes.
    pub(super) fn measure(&self, doing: &'static str, total_bytes: u64) {
        self.0.disable_steady_tick();
        self.0.set_length(total_bytes);
        self.0.set_message(doing);
        if let Ok(style) = ProgressStyle::with_template(LAYOUT) {
            self.0.set_style(style);
        }
    }

    pub(super) fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
