//! Time as it comes in from outside: a monotonic stamp for durations, a civil stamp for records.

use serde::{Deserialize, Serialize};

/// Milliseconds on the machine's monotonic clock. Only differences mean anything.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Mono(pub u64);

impl Mono {
    /// Milliseconds from `earlier` to `self`; zero if `earlier` is later.
    #[must_use]
    pub fn since_ms(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This stamp moved `ms` milliseconds into the future.
    #[must_use]
    pub fn plus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

/// A civil time as it stands in records: RFC 3339, UTC, milliseconds.
#[must_use]
pub fn rfc3339_ms(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}
