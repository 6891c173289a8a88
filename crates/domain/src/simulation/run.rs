//! Runs a simulation from its first to its last moment. Owns the step of time; must not know what is decided.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::clock::VirtualClock;
use super::crowd::Crowd;
use super::mirror::Mirror;
use super::story::Story;
use super::street::Street;
use crate::catalogue::Catalogue;

/// Longest simulation, days.
pub const LONGEST_DAYS: i64 = 31;
/// Time between two camera frames while something can happen, milliseconds; the session wants four ticks a second.
const STEP_MS: u64 = 250;
const DAY_SECS: i64 = 24 * 60 * 60;

/// What is simulated.
#[derive(Debug, Clone)]
pub struct Scenario<'a> {
    /// What can be shown.
    pub catalogue: &'a Catalogue,
    /// Who comes.
    pub crowd: &'a Crowd,
    /// The store's own zone.
    pub zone: TimeZone,
    /// First moment.
    pub from: Timestamp,
    /// First moment after it.
    pub to: Timestamp,
    /// The same seed brings the same people.
    pub seed: u64,
    /// The store's word for the weather.
    pub weather: &'a str,
    /// Language on the glass.
    pub language: &'a str,
}

/// Why there is nothing to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioFault {
    /// It ends before it begins.
    #[error("it ends at or before the moment at which it begins: let `to` be later than `from`")]
    Backwards,
    /// It takes too long.
    #[error("it is longer than {LONGEST_DAYS} days: choose a shorter time")]
    TooLong,
}

/// Plays a scenario through. `progress` is told the simulated milliseconds so far, once an hour.
///
/// # Errors
/// Its time makes no sense.
pub fn simulate(
    scenario: &Scenario<'_>,
    mut progress: impl FnMut(u64),
) -> Result<Story, ScenarioFault> {
    let (from, to) = (scenario.from, scenario.to);
    if to <= from {
        return Err(ScenarioFault::Backwards);
    }
    if to.as_second() - from.as_second() > LONGEST_DAYS * DAY_SECS {
        return Err(ScenarioFault::TooLong);
    }
    let mut clock = VirtualClock::new(scenario.zone.clone(), from);
    let people = (scenario.crowd, scenario.seed);
    let mut street = Street::new(people, scenario.zone.clone(), (from, to));
    let mut mirror = Mirror::new(scenario);
    let end = clock.mono_at(to);
    let mut hour = (from, clock.next_hour());
    while clock.now() < end {
        if clock.now() >= hour.1 {
            mirror.close_hour(clock.now(), (hour.0, clock.civil_at(hour.1)));
            progress(clock.now().0);
            hour = (clock.civil_at(hour.1), clock.next_hour());
        }
        let settled = mirror.step(&clock, street.at(&clock));
        let next = if settled {
            street.next_arrival(&clock).unwrap_or(end)
        } else {
            clock.now().plus_ms(STEP_MS)
        };
        let now = clock.now();
        let due = mirror.deadline().filter(|deadline| *deadline > now);
        let next = due.map_or(next, |due| due.min(next)).min(hour.1).min(end);
        clock.go_to(next.max(now.plus_ms(1)));
    }
    mirror.shut_down(&clock);
    mirror.close_hour(clock.now(), (hour.0, to));
    progress(clock.now().0);
    Ok(mirror.tally.finish(street.seen(), street.unseen()))
}
