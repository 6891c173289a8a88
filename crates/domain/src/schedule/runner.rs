//! One playlist or campaign while it runs: where it goes on, what it got so far. Must not know the others.

use jiff::Timestamp;

use super::cap::LastHour;
use super::history::Totals;
use super::name::EntryId;
use super::open::Hours;
use super::pacing::Pace;
use super::plan::{Entry, Item};
use super::share::Claim;

/// One playlist or campaign while it runs.
#[derive(Debug, Clone)]
pub(super) struct Runner {
    pub(super) id: EntryId,
    pub(super) items: Vec<Item>,
    pub(super) priority: i32,
    pub(super) claim: Claim,
    pub(super) cap_per_hour: Option<u32>,
    pub(super) cap_per_person: Option<u32>,
    pub(super) pace: Option<Pace>,
    over_at: Option<Timestamp>,
    /// Decides between equals.
    pub(super) lot: u64,
    /// What it was promised less what it got, see [`super::share`].
    pub(super) lag: i64,
    pub(super) next_item: usize,
    pub(super) totals: Totals,
    pub(super) hour: LastHour,
}

impl Runner {
    pub(super) fn new(entry: Entry<'_>, number: usize, hours: &Hours, seed: u64) -> Self {
        let campaign = entry.campaign();
        let claim = match entry {
            Entry::Playlist(playlist) => Claim::Weight(playlist.weight),
            Entry::Campaign(campaign) => campaign
                .share_percent
                .map_or(Claim::Weight(1), Claim::Percent),
        };
        let pace = campaign
            .and_then(|c| c.target)
            .map(|target| Pace::new(target, &hours.open_stretches(number)));
        let id = entry.id();
        Self {
            items: entry.items().to_vec(),
            priority: entry.priority(),
            claim,
            cap_per_hour: campaign.and_then(|c| c.cap_per_hour),
            cap_per_person: campaign.and_then(|c| c.cap_per_person),
            pace,
            over_at: hours.over_at(number),
            lot: lot(seed, &id),
            id,
            lag: 0,
            next_item: 0,
            totals: Totals::default(),
            hour: LastHour::default(),
        }
    }

    /// Goes on where the former state of the same entry was.
    pub(super) fn continue_from(&mut self, former: &Self) {
        self.lag = former.lag;
        self.totals = former.totals;
        self.hour = former.hour.clone();
        if let (Some(pace), Some(former)) = (&mut self.pace, &former.pace) {
            pace.continue_from(former);
        }
        let count = former.items.len();
        let followers = (0..count).map(|step| (former.next_item + step) % count);
        self.next_item = followers
            .filter_map(|index| Some((index, former.items.get(index)?)))
            .find_map(|(index, item)| self.place_of(index, item))
            .unwrap_or(0);
    }

    /// The place of a former item: where it stood, if it still stands there.
    pub(super) fn place_of(&self, usual: usize, former: &Item) -> Option<usize> {
        let is_it = |item: &Item| item.creative == former.creative;
        let stayed = self.items.get(usual).is_some_and(is_it).then_some(usual);
        stayed.or_else(|| self.items.iter().position(is_it))
    }

    /// The item after this one is next.
    pub(super) fn go_on_after(&mut self, index: usize) {
        self.next_item = (index + 1) % self.items.len().max(1);
    }

    /// Milliseconds until it is over for good.
    pub(super) fn left_ms(&self, at: Timestamp) -> Option<u64> {
        let left = self.over_at?.as_millisecond() - at.as_millisecond();
        Some(u64::try_from(left).unwrap_or(0))
    }

    pub(super) fn is_over(&self, at: Timestamp) -> bool {
        self.over_at.is_some_and(|over| at >= over)
    }

    /// Takes the next item; the one after it is next.
    pub(super) fn take_item(&mut self) -> Option<(usize, Item)> {
        let index = self.next_item;
        let item = self.items.get(index)?.clone();
        self.go_on_after(index);
        Some((index, item))
    }
}

/// A number that seed and name always give (FNV-1a, then mixed), so that not every kiosk begins with the same one of equals.
fn lot(seed: u64, id: &EntryId) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = id.to_string().bytes().fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}
