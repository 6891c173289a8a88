//! What a simulation tells: every change with its reason, every play, and the sums of them. Plain data in the order of time.

use jiff::Timestamp;

use crate::catalogue::CreativeId;
use crate::decision::{Choice, Rejected};
use crate::play::Slot;
use crate::record::{EndReason, Interaction};
use crate::schedule::EntryId;
use crate::time::Mono;

/// Everything that happened.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Story {
    /// What was decided and which screens came, in order.
    pub changes: Vec<Change>,
    /// Lists of alternatives that lost; [`Change::rejected`] is a place in here. The first one is empty.
    pub rejections: Vec<Vec<Rejected>>,
    /// Creatives on the glass, in the order in which they left it.
    pub plays: Vec<Played>,
    /// Every promo's rule, highest priority first.
    pub rules: Vec<RuleHits>,
    /// Promos that were left out, and why.
    pub faults: Vec<String>,
    /// Every playlist and campaign.
    pub entries: Vec<EntryShare>,
    /// The audience of each hour on the wall.
    pub hours: Vec<HourOfAudience>,
    /// One shopper's use each, in the order in which they ended.
    pub sessions: Vec<SessionHeld>,
    /// People in the picture.
    pub people: u64,
    /// People for whom the picture was too full.
    pub people_unseen: u64,
    /// Different people who were the shopper.
    pub shoppers: u64,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// The same on the simulation's monotonic clock, which begins with it.
    pub mono: Mono,
    /// The screen on the glass.
    pub screen: &'static str,
    /// People present.
    pub people: u32,
    /// What it was.
    pub to: OnGlass,
    /// The rule that won; `session` for a screen.
    pub rule: String,
    /// Its priority or score.
    pub priority: f32,
    /// Why it won.
    pub because: String,
    /// Place in [`Story::rejections`].
    pub rejected: usize,
}

/// What a change was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnGlass {
    /// Another screen of the session.
    Screen,
    /// A decision.
    Decided(Choice),
}

/// One creative on the glass.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    /// When it came.
    pub at: Timestamp,
    /// Where.
    pub slot: Slot,
    /// What.
    pub creative: CreativeId,
    /// For which playlist or campaign; none for promos.
    pub entry: Option<EntryId>,
    /// It played because nothing else might.
    pub as_fallback: bool,
    /// Time on the glass, milliseconds.
    pub shown_ms: u64,
    /// Time it was given, milliseconds.
    pub planned_ms: u64,
    /// Mean number of people in front of it.
    pub people: f32,
    /// Why it ended.
    pub end_reason: EndReason,
    /// Place of the decision in [`Story::changes`] that brought it.
    pub change: usize,
}

/// What happened to one promo's rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleHits {
    /// The promo.
    pub promo: CreativeId,
    /// Its condition; empty: it always holds.
    pub condition: String,
    /// Its priority.
    pub priority: i32,
    /// Times it was looked at with somebody there.
    pub looks: u64,
    /// Of them, its condition held.
    pub held: u64,
    /// Shoppers for whom it held at least once.
    pub shoppers: u64,
    /// Times it was chosen.
    pub chosen: u64,
    /// Times it was on the glass.
    pub plays: u64,
    /// For how long, milliseconds.
    pub shown_ms: u64,
}

/// What a merchandiser should know about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody came.
    NotTried,
    /// Its condition held for nobody.
    NeverTrue,
    /// Its condition held for everybody all the time.
    AlwaysTrue,
    /// It held, but another promo always came before it.
    NeverChosen,
    /// It holds now and then.
    Fine,
}

impl RuleHits {
    /// What a merchandiser should know about it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.looks == 0 {
            Verdict::NotTried
        } else if self.held == 0 {
            Verdict::NeverTrue
        } else if self.chosen == 0 {
            Verdict::NeverChosen
        } else if self.held == self.looks {
            Verdict::AlwaysTrue
        } else {
            Verdict::Fine
        }
    }
}

/// What one playlist or campaign was due, and what it got.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryShare {
    /// Which.
    pub entry: EntryId,
    /// Plays that were due to it by weight and share at each choice, among those that might play then.
    pub due_plays: f64,
    /// Plays it got.
    pub plays: u64,
    /// Of them, because nothing else might play.
    pub fallback_plays: u64,
    /// Time on the glass, milliseconds.
    pub shown_ms: u64,
    /// Impressions: people times plays, thousandths.
    pub impressions_milli: u64,
    /// Most plays in any sixty minutes.
    pub most_in_an_hour: usize,
}

/// The audience of one hour. Whoever stayed over the full hour counts in the hour in which they left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourOfAudience {
    /// Its beginning.
    pub from: Timestamp,
    /// People present.
    pub people: u32,
    /// Of them, looked at the screen.
    pub watchers: u32,
    /// Presence of watchers, milliseconds.
    pub dwell_ms: u64,
    /// Looking at the screen, milliseconds.
    pub attention_ms: u64,
}

/// One shopper's use.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionHeld {
    /// When it ended.
    pub ended: Timestamp,
    /// What is reported of it.
    pub interaction: Interaction,
}
