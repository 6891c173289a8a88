//! Where each playlist and campaign stands when the next play is chosen, and the words for it. Must not choose.

use super::open::Opening;
use super::pacing;
use super::plan::SHORTEST_ITEM_MS;
use super::runner::Runner;
use super::share::Claim;
use super::{Moment, SHARE_WHEN_BEHIND_PERCENT};

/// Whether an entry may play next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It may, with this claim.
    May(Claim),
    /// It may not.
    Out(Out),
}

/// Why an entry may not play next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Out {
    Closed,
    NotYet,
    Over,
    Never,
    NearlyOver,
    HourFull { cap: u32 },
    SeenEnough { cap: u32 },
    Ahead,
    Reached,
}

impl Out {
    pub(super) fn because(self) -> String {
        match self {
            Self::Closed => "none of its dayparts is open".to_owned(),
            Self::NotYet => "its first day has not come".to_owned(),
            Self::Over => "it is over".to_owned(),
            Self::Never => "it is there for the fallback only".to_owned(),
            Self::NearlyOver => "it ends within a second".to_owned(),
            Self::HourFull { cap } => format!("played {cap} times in the last hour"),
            Self::SeenEnough { cap } => format!("somebody here has seen it {cap} times"),
            Self::Ahead => "ahead of its target".to_owned(),
            Self::Reached => "its target is reached".to_owned(),
        }
    }
}

/// Where one entry stands, of which somebody here has seen `most_seen` plays.
pub(super) fn of(
    runner: &mut Runner,
    opening: Opening,
    most_seen: u32,
    now: &Moment<'_>,
) -> Standing {
    match opening {
        Opening::Open => {}
        Opening::Closed => return Standing::Out(Out::Closed),
        Opening::NotYet => return Standing::Out(Out::NotYet),
        Opening::Over => return Standing::Out(Out::Over),
        Opening::Never => return Standing::Out(Out::Never),
    }
    if runner
        .left_ms(now.civil)
        .is_some_and(|left| left < SHORTEST_ITEM_MS)
    {
        return Standing::Out(Out::NearlyOver);
    }
    match of_campaign(runner, most_seen, now) {
        Ok(boost) => Standing::May(boosted(runner.claim, boost)),
        Err(out) => Standing::Out(out),
    }
}

/// Caps and target; playlists have none.
fn of_campaign(runner: &mut Runner, most_seen: u32, now: &Moment<'_>) -> Result<u32, Out> {
    if let Some(cap) = runner.cap_per_hour
        && runner.hour.count(now.mono) >= usize::try_from(cap).unwrap_or(usize::MAX)
    {
        return Err(Out::HourFull { cap });
    }
    if let Some(cap) = runner.cap_per_person
        && most_seen >= cap
    {
        return Err(Out::SeenEnough { cap });
    }
    let Some(pace) = &mut runner.pace else {
        return Ok(1);
    };
    match pace.standing(runner.totals, now.civil) {
        pacing::Standing::Reached => Err(Out::Reached),
        pacing::Standing::Ahead => Err(Out::Ahead),
        pacing::Standing::Due { boost } => Ok(boost),
    }
}

/// Whoever is behind gets more, but never so much that the others get nothing.
fn boosted(claim: Claim, boost: u32) -> Claim {
    match claim {
        Claim::Percent(percent) => {
            let most = percent.max(SHARE_WHEN_BEHIND_PERCENT);
            Claim::Percent(percent.saturating_mul(boost).min(most))
        }
        Claim::Weight(weight) => Claim::Weight(weight.saturating_mul(boost)),
    }
}
