//! What a merchandiser planned: playlists, dayparts, campaigns and the fallback, checked as a whole. Must not know what has
//! played, nor what time it is.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::check::{self, PlanFault};
use super::daypart::Daypart;
use super::name::{CampaignId, DaypartId, EntryId, PlaylistId};
use crate::catalogue::{CreativeId, Slide};

/// Nothing is shown for less, so that a bad pack cannot make the screen flicker, milliseconds.
pub const SHORTEST_ITEM_MS: u64 = 1_000;
/// Nothing is shown for more without a change, milliseconds.
pub const LONGEST_ITEM_MS: u64 = 24 * 60 * 60 * 1_000;

/// One creative in a playlist or campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What is shown.
    pub creative: CreativeId,
    /// How long it stays, milliseconds.
    pub duration_ms: u64,
}

/// When a playlist or campaign may play.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At any time.
    #[default]
    Always,
    /// While one of these is open.
    During(Vec<DaypartId>),
    /// Not by itself: it is there to be the fallback.
    Never,
}

/// Slides in turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Playlist {
    /// Identifier.
    pub id: PlaylistId,
    /// What plays, in order, round and round.
    pub items: Vec<Item>,
    /// When.
    pub when: When,
    /// The highest priority that may play takes all.
    pub priority: i32,
    /// How many of its class's plays it gets beside the other playlists of the class.
    pub weight: u32,
}

/// Slides with a promise: a share, a cap, a target, an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Identifier.
    pub id: CampaignId,
    /// What plays, in order, round and round.
    pub items: Vec<Item>,
    /// When.
    pub when: When,
    /// The highest priority that may play takes all.
    pub priority: i32,
    /// Share of voice: percent of the plays of its class. Without one it takes turns with the playlists.
    pub share_percent: Option<u32>,
    /// First moment, in the store's own time.
    pub from: Option<DateTime>,
    /// First moment at which it is over, in the store's own time.
    pub until: Option<DateTime>,
    /// Plays in any sixty minutes, at most.
    pub cap_per_hour: Option<u32>,
    /// Plays while one and the same person is there, at most.
    pub cap_per_person: Option<u32>,
    /// What it must reach between `from` and `until`, spread evenly over its open hours.
    pub target: Option<Target>,
}

/// What a campaign must reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// So many plays.
    Plays(u64),
    /// So many impressions.
    Impressions(u64),
}

/// A plan as written, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanParts {
    /// Playlists in order.
    pub playlists: Vec<Playlist>,
    /// Dayparts in order.
    pub dayparts: Vec<Daypart>,
    /// Campaigns in order.
    pub campaigns: Vec<Campaign>,
    /// The playlist that plays when nothing else may; it must be right at any time and on any date.
    pub fallback: Option<PlaylistId>,
}

/// A checked plan: every name is known, every number makes sense, and there is a fallback if there is anything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "PlanParts", into = "PlanParts")]
pub struct Plan(PlanParts);

/// Everything that is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the schedule has {} fault(s): {}", .0.len(), .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct PlanFaults(pub Vec<PlanFault>);

impl TryFrom<PlanParts> for Plan {
    type Error = PlanFaults;

    fn try_from(parts: PlanParts) -> Result<Self, PlanFaults> {
        let faults = check::faults(&parts);
        if faults.is_empty() {
            Ok(Self(parts))
        } else {
            Err(PlanFaults(faults))
        }
    }
}

impl From<Plan> for PlanParts {
    fn from(plan: Plan) -> Self {
        plan.0
    }
}

/// The name of the playlist that stands for all slides of a pack without a schedule.
const ALL_SLIDES: &str = "all slides";

impl Plan {
    /// One playlist of these slides, always open: what a pack without a schedule means.
    #[must_use]
    pub fn of_slides(slides: &[Slide]) -> Self {
        if slides.is_empty() {
            return Self::default();
        }
        let item = |slide: &Slide| Item {
            creative: slide.id.clone(),
            duration_ms: slide.duration_ms.clamp(SHORTEST_ITEM_MS, LONGEST_ITEM_MS),
        };
        let all = PlaylistId(ALL_SLIDES.to_owned());
        Self(PlanParts {
            playlists: vec![Playlist {
                id: all.clone(),
                items: slides.iter().map(item).collect(),
                when: When::Always,
                priority: 0,
                weight: 1,
            }],
            fallback: Some(all),
            ..PlanParts::default()
        })
    }

    /// Whether this names the playlist of all slides of a pack without a schedule.
    pub(super) fn is_all_slides(id: &EntryId) -> bool {
        matches!(id, EntryId::Playlist(id) if id.0 == ALL_SLIDES)
    }

    /// Whether nothing is planned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.playlists.is_empty() && self.0.campaigns.is_empty()
    }

    /// Playlists in order.
    #[must_use]
    pub fn playlists(&self) -> &[Playlist] {
        &self.0.playlists
    }

    /// Dayparts in order.
    #[must_use]
    pub fn dayparts(&self) -> &[Daypart] {
        &self.0.dayparts
    }

    /// Campaigns in order.
    #[must_use]
    pub fn campaigns(&self) -> &[Campaign] {
        &self.0.campaigns
    }

    /// The playlist that plays when nothing else may; none only when nothing is planned.
    #[must_use]
    pub fn fallback(&self) -> Option<&PlaylistId> {
        self.0.fallback.as_ref()
    }

    /// Playlists, then campaigns, in order: what the numbers of entries mean.
    pub(super) fn entries(&self) -> Vec<Entry<'_>> {
        let playlists = self.0.playlists.iter().map(Entry::Playlist);
        playlists
            .chain(self.0.campaigns.iter().map(Entry::Campaign))
            .collect()
    }
}

/// A playlist or a campaign.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry<'a> {
    Playlist(&'a Playlist),
    Campaign(&'a Campaign),
}

impl<'a> Entry<'a> {
    pub(super) fn id(self) -> EntryId {
        match self {
            Self::Playlist(playlist) => EntryId::Playlist(playlist.id.clone()),
            Self::Campaign(campaign) => EntryId::Campaign(campaign.id.clone()),
        }
    }

    pub(super) fn items(self) -> &'a [Item] {
        match self {
            Self::Playlist(playlist) => &playlist.items,
            Self::Campaign(campaign) => &campaign.items,
        }
    }

    pub(super) fn when(self) -> &'a When {
        match self {
            Self::Playlist(playlist) => &playlist.when,
            Self::Campaign(campaign) => &campaign.when,
        }
    }

    pub(super) fn priority(self) -> i32 {
        match self {
            Self::Playlist(playlist) => playlist.priority,
            Self::Campaign(campaign) => campaign.priority,
        }
    }

    pub(super) fn campaign(self) -> Option<&'a Campaign> {
        match self {
            Self::Playlist(_) => None,
            Self::Campaign(campaign) => Some(campaign),
        }
    }
}
