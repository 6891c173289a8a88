//! Whether faces are looked for on a frame. Pure.

use cheval_domain::time::Mono;

/// Even when nothing changed, faces are looked for once in so long: the plate may be wrong.
const SAFETY_LOOK_MS: u64 = 1000;

/// Remembers whether the scene was quiet, and the last search.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    quiet: bool,
    last_search: Option<Mono>,
    spared: u64,
}

impl Gate {
    /// Search on this frame? `due`: the schedule would. The first frame on which something changed is searched whether
    /// due or not, so that nobody waits longer than without a plate.
    pub(crate) fn search(&mut self, due: bool, quiet: bool, now: Mono) -> bool {
        let opened = self.quiet && !quiet;
        self.quiet = quiet;
        let safety_look = || {
            self.last_search
                .is_none_or(|last| now.since_ms(last) >= SAFETY_LOOK_MS)
        };
        let search = opened || if quiet { safety_look() } else { due };
        self.spared += u64::from(due && !search);
        if search {
            self.last_search = Some(now);
        }
        search
    }

    /// Searches that were due and not needed.
    pub(crate) fn spared(&self) -> u64 {
        self.spared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_scene_is_searched_once_a_second_and_a_change_at_once() {
        let mut gate = Gate::default();
        let mut searched = Vec::new();
        for k in 0..121_u64 {
            let now = Mono(k * 33);
            if gate.search(k % 4 == 0, k < 119, now) {
                searched.push(k);
            }
        }
        assert_eq!(searched, [0, 31, 62, 93, 119, 120]);
        assert_eq!(gate.spared(), 29);
    }

    #[test]
    fn an_open_gate_leaves_the_schedule_alone() {
        let mut gate = Gate::default();
        for k in 0..60_u64 {
            assert_eq!(gate.search(k % 4 == 0, false, Mono(k * 33)), k % 4 == 0);
        }
        assert_eq!(gate.spared(), 0);
    }
}
