//! Keeps the beat of sources that come from a file: absolute deadlines, so that small delays do not add up.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::SourceError;

/// Beats at a fixed rate from its first call.
pub(crate) struct Pacer {
    period: Duration,
    due: Option<Instant>,
}

impl Pacer {
    pub(crate) fn new(rate_hz: f64) -> Self {
        Self {
            period: Duration::from_secs_f64(1.0 / rate_hz.clamp(0.1, 240.0)),
            due: None,
        }
    }

    /// Sleeps until the next beat. One that is missed by more than a period is not made up for: the beat starts anew,
    /// so a machine that is too slow plays slower instead of in bursts.
    ///
    /// # Errors
    /// [`SourceError::NoFrameYet`] when the beat is further away than `timeout`; the wait goes on at the next call.
    pub(crate) fn wait(&mut self, timeout: Duration) -> Result<(), SourceError> {
        let now = Instant::now();
        let due = *self.due.get_or_insert(now);
        let pause = due.saturating_duration_since(now);
        if pause > timeout {
            sleep(timeout);
            return Err(SourceError::NoFrameYet);
        }
        sleep(pause);
        self.due = Some(following(due, self.period, now));
        Ok(())
    }
}

fn following(due: Instant, period: Duration, now: Instant) -> Instant {
    let next = due + period;
    if next + period < now {
        now + period
    } else {
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_delays_do_not_add_up_and_long_ones_restart_the_beat() {
        let start = Instant::now();
        let ms = Duration::from_millis;
        assert_eq!(following(start, ms(33), start + ms(20)), start + ms(33));
        assert_eq!(
            following(start, ms(33), start + ms(60)),
            start + ms(33),
            "catches up within a beat"
        );
        assert_eq!(following(start, ms(33), start + ms(500)), start + ms(533));
    }

    #[test]
    fn a_beat_beyond_the_timeout_is_not_yet() {
        let mut pacer = Pacer::new(0.1);
        assert!(
            pacer.wait(Duration::ZERO).is_ok(),
            "the first frame comes at once"
        );
        assert!(matches!(
            pacer.wait(Duration::ZERO),
            Err(SourceError::NoFrameYet)
        ));
    }
}
