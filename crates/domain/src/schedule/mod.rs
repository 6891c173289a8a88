//! What the attract loop plays next, and why: playlists, dayparts, campaigns, fallback. Plain data and pure functions; time,
//! zone, seed and people come in as arguments, so the same inputs give the same sequence.
//!
//! A play ends ([`Schedule::deadline`]) → which entries are open ([`Hours`]) → which of them may play (caps, targets) → the
//! highest priority among them takes all, equal ones share → the next item of the winner. When none may play, or the clock
//! cannot be trusted, the fallback plays and says so. Must not know how a slide is painted.
//!
//! A slide is never cut short, except when its campaign ends ([`Campaign::until`]) or the clock turns out wrong.

mod cap;
mod check;
mod daypart;
mod explain;
mod history;
mod name;
mod open;
mod pacing;
mod plan;
mod playing;
mod runner;
mod share;
mod standing;
mod timeline;
mod wall;
mod week;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use check::{
    CAMPAIGNS_MAX, CAP_MAX, DATES_MAX, DAYPARTS_MAX, ITEMS_MAX, PLAYLISTS_MAX, PRIORITY_MAX,
    PlanFault, TARGET_DAYS_MAX, TARGET_MAX, WEIGHT_MAX,
};
pub use daypart::{Daypart, Weekdays};
pub use history::{CampaignHistory, History, Outcome, PlayNo, Totals};
pub use jiff::civil::{Date, DateTime, Weekday};
pub use name::{CampaignId, DaypartId, EntryId, PlaylistId};
pub use open::{Hours, OpenSpan, Opening};
pub use pacing::BOOST_MAX;
pub use plan::{
    Campaign, Item, LONGEST_ITEM_MS, Plan, PlanFaults, PlanParts, Playlist, SHORTEST_ITEM_MS,
    Target, When,
};
pub use playing::{Playing, Schedule};
pub use timeline::{Forecast, Foreseen};
pub use wall::{NoMinute, WallMinute, instant_of, parse_date, parse_date_time};
pub use week::{Week, WeekSpan};

use crate::observation::TrackId;
use crate::time::Mono;

/// A campaign with a share that is behind its target gets at most this much of its class, unless its share is higher anyway.
pub const SHARE_WHEN_BEHIND_PERCENT: u32 = 75;

/// What stays the same while a schedule lives.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The store's own zone.
    pub zone: TimeZone,
    /// Decides between equals.
    pub seed: u64,
    /// When the content was made, if known: a clock that shows an earlier time is wrong.
    pub made: Option<Timestamp>,
}

/// Whether the clock on the wall can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockTrust {
    /// It was set from a good source.
    Trusted,
    /// It may show anything.
    Doubtful,
}

/// Now, as the caller sees it.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// For durations and caps.
    pub mono: Mono,
    /// For dayparts, terms and targets.
    pub civil: Timestamp,
    /// Whether `civil` can be believed.
    pub clock: ClockTrust,
    /// Who is there.
    pub present: &'a [TrackId],
}

#[cfg(test)]
mod tests;
