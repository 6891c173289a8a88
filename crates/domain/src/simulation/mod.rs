//! A made-up shop on a made-up day: people who come, look, touch and go, and the real decisions about what they see. The
//! people come from a [`Crowd`] and a seed; who comes in one second depends on nothing that happened before, so a week and
//! its Tuesday alone have the same people on Tuesday.
//!
//! No rule lives here: people become [`FrameReport`](crate::observation::FrameReport)s, and
//! [`Audience`](crate::audience::Audience), [`Session`](crate::session::Session),
//! [`Targeting`](crate::targeting::Targeting), [`Strip`](crate::suggest::Strip) and
//! [`Schedule`](crate::schedule::Schedule) decide as they do in the kiosk. Time over which nothing can happen is jumped.

mod clock;
mod crowd;
mod hand;
mod mirror;
mod random;
mod run;
mod story;
mod street;
mod tally;
mod visitor;

pub use crowd::{
    Arrivals, Behaviour, Crowd, CrowdFault, CrowdFaults, CrowdParts, Dwell, GROUP_MAX,
    GROUPS_PER_HOUR_MAX, Genders, Groups, People, SECS_MAX, Wear, Worn,
};
pub use run::{LONGEST_DAYS, Scenario, ScenarioFault, simulate};
pub use story::{
    Change, EntryShare, HourOfAudience, OnGlass, Played, RuleHits, SessionHeld, Story, Verdict,
};
pub use street::PRESENT_MAX;

#[cfg(test)]
mod tests;
