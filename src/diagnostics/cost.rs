//! What a frame costs: CPU time of the main thread by step (Update runs on it alone), of the whole process, and memory.

use std::time::Duration;

use bevy::prelude::*;
use rustix::time::{ClockId, clock_gettime};

use crate::KioskSystems;

/// CPU time by step since the start.
#[derive(Resource, Debug, Default, Clone)]
pub struct Cost {
    spent: [Duration; STEPS.len()],
    last_mark: Duration,
}

/// The steps of a frame as they are reported.
pub const STEPS: [&str; 6] = [
    "ingest", "audience", "session", "decide", "present", "report",
];

impl Cost {
    /// CPU time of each step in milliseconds since the start.
    pub fn by_step_ms(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        STEPS
            .iter()
            .zip(&self.spent)
            .map(|(name, spent)| (*name, spent.as_secs_f64() * 1000.0))
    }
}

/// CPU time of the whole process since its start, milliseconds.
#[must_use]
pub fn process_cpu_ms() -> f64 {
    cpu_time(ClockId::ProcessCPUTime).as_secs_f64() * 1000.0
}

/// Resident memory of this process in bytes.
#[must_use]
pub fn rss_bytes() -> u64 {
    memory_kib("/proc/self/status", "VmRSS:") * 1024
}

/// Proportional memory of this process in bytes: shared pages count by share.
#[must_use]
pub fn pss_bytes() -> u64 {
    memory_kib("/proc/self/smaps_rollup", "Pss:") * 1024
}

fn memory_kib(file: &str, key: &str) -> u64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix(key))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

fn cpu_time(clock: ClockId) -> Duration {
    let t = clock_gettime(clock);
    Duration::new(
        u64::try_from(t.tv_sec).unwrap_or(0),
        u32::try_from(t.tv_nsec).unwrap_or(0),
    )
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Cost>();
    app.add_systems(Update, start.before(KioskSystems::Ingest));
    app.add_systems(
        Update,
        (
            mark::<0>
                .after(KioskSystems::Ingest)
                .before(KioskSystems::Audience),
            mark::<1>
                .after(KioskSystems::Audience)
                .before(KioskSystems::Session),
            mark::<2>
                .after(KioskSystems::Session)
                .before(KioskSystems::Decide),
            mark::<3>
                .after(KioskSystems::Decide)
                .before(KioskSystems::Present),
            mark::<4>
                .after(KioskSystems::Present)
                .before(KioskSystems::Report),
            mark::<5>.after(KioskSystems::Report),
        ),
    );
}

fn start(mut cost: ResMut<Cost>) {
    cost.last_mark = cpu_time(ClockId::ThreadCPUTime);
}

fn mark<const STEP: usize>(mut cost: ResMut<Cost>) {
    let now = cpu_time(ClockId::ThreadCPUTime);
    let spent = now.saturating_sub(cost.last_mark);
    cost.spent[STEP] += spent;
    cost.last_mark = now;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_memory_and_time() {
        assert!(rss_bytes() > 100_000);
        assert!(process_cpu_ms() > 0.0);
    }
}
