//! Writes the story down and adds it up while it happens. Must not decide anything.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;

use super::story::{
    Change, EntryShare, HourOfAudience, OnGlass, Played, RuleHits, SessionHeld, Story,
};
use crate::catalogue::CreativeId;
use crate::decision::{Choice, Decision, Rejected};
use crate::observation::TrackId;
use crate::play::Slot;
use crate::record::{AudienceWindow, Interaction};
use crate::schedule::EntryId;
use crate::targeting::Targeting;
use crate::time::Mono;

const HOUR_MS: i64 = 60 * 60 * 1_000;

/// The story so far.
pub(super) struct Tally {
    story: Story,
    /// Where each list of alternatives stands.
    rejections: BTreeMap<String, usize>,
    /// Shoppers of the people who are there, and the rules that held for them.
    shoppers: BTreeSet<TrackId>,
    matched: BTreeSet<(usize, TrackId)>,
    /// Plays of the last hour by entry.
    last_hour: Vec<VecDeque<i64>>,
}

/// When something happens, and on which screen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamp {
    pub(super) at: Timestamp,
    pub(super) mono: Mono,
    pub(super) screen: &'static str,
    pub(super) people: u32,
}

impl Tally {
    pub(super) fn new(targeting: &Targeting, faults: Vec<String>, entries: Vec<EntryId>) -> Self {
        let rules = targeting.rules().map(|(rule, _)| RuleHits {
            promo: rule.id().clone(),
            condition: rule.condition().to_owned(),
            priority: rule.priority(),
            looks: 0,
            held: 0,
            shoppers: 0,
            chosen: 0,
            plays: 0,
            shown_ms: 0,
        });
        let last_hour = entries.iter().map(|_| VecDeque::new()).collect();
        let entries = entries.into_iter().map(|entry| EntryShare {
            entry,
            due_plays: 0.0,
            plays: 0,
            fallback_plays: 0,
            shown_ms: 0,
            impressions_milli: 0,
            most_in_an_hour: 0,
        });
        Self {
            story: Story {
                rejections: vec![Vec::new()],
                rules: rules.collect(),
                entries: entries.collect(),
                faults,
                ..Story::default()
            },
            rejections: BTreeMap::from([(String::new(), 0)]),
            shoppers: BTreeSet::new(),
            matched: BTreeSet::new(),
            last_hour,
        }
    }

    /// Another screen came.
    pub(super) fn screen(&mut self, stamp: Stamp, because: &str) {
        self.push(
            stamp,
            OnGlass::Screen,
            ("session".to_owned(), 0.0),
            because.to_owned(),
            0,
        );
    }

    /// Something was decided. Gives the change's place.
    pub(super) fn decided(&mut self, stamp: Stamp, decision: Decision) -> usize {
        if let Choice::Promo { id } = &decision.chosen
            && let Some(rule) = self.rule(id)
        {
            rule.chosen += 1;
        }
        let rejected = self.keep(decision.rejected);
        let rule = (decision.rule, decision.priority);
        self.push(
            stamp,
            OnGlass::Decided(decision.chosen),
            rule,
            decision.because,
            rejected,
        )
    }

    fn push(
        &mut self,
        stamp: Stamp,
        to: OnGlass,
        (rule, priority): (String, f32),
        because: String,
        rejected: usize,
    ) -> usize {
        self.story.changes.push(Change {
            at: stamp.at,
            mono: stamp.mono,
            screen: stamp.screen,
            people: stamp.people,
            to,
            rule,
            priority,
            because,
            rejected,
        });
        self.story.changes.len() - 1
    }

    fn keep(&mut self, rejected: Vec<Rejected>) -> usize {
        let mut key = String::new();
        for r in &rejected {
            key.push_str(&format!("{}\n{}\n{}\n", r.what, r.priority, r.because));
        }
        let new = self.story.rejections.len();
        let place = *self.rejections.entry(key).or_insert(new);
        if place == new {
            self.story.rejections.push(rejected);
        }
        place
    }

    fn rule(&mut self, promo: &CreativeId) -> Option<&mut RuleHits> {
        self.story
            .rules
            .iter_mut()
            .find(|rule| &rule.promo == promo)
    }

    /// The rules were looked at for this shopper.
    pub(super) fn rules_at(&mut self, targeting: &Targeting, shopper: Option<TrackId>) {
        let is_new = shopper.is_some_and(|track| self.shoppers.insert(track));
        self.story.shoppers += u64::from(is_new);
        let rules = self.story.rules.iter_mut().zip(targeting.rules());
        for (number, (hits, (_, held))) in rules.enumerate() {
            hits.looks += 1;
            hits.held += u64::from(held);
            let is_new = held && shopper.is_some_and(|track| self.matched.insert((number, track)));
            hits.shoppers += u64::from(is_new);
        }
    }

    /// Nobody is there: their tracks will not come back.
    pub(super) fn settled(&mut self) {
        self.shoppers.clear();
        self.matched.clear();
    }

    /// A play of the loop was given away; so much of it was due to each entry, in percent.
    pub(super) fn due(&mut self, due: &[(EntryId, f64)]) {
        for (entry, percent) in due {
            if let Some(share) = self.story.entries.iter_mut().find(|e| &e.entry == entry) {
                share.due_plays += percent / 100.0;
            }
        }
    }

    /// A play ended.
    pub(super) fn played(&mut self, played: Played, impressions_milli: u64) {
        if played.slot == Slot::Promo
            && let Some(rule) = self.rule(&played.creative)
        {
            rule.plays += 1;
            rule.shown_ms += played.shown_ms;
        }
        let entries = self.story.entries.iter_mut().zip(&mut self.last_hour);
        let of_entry =
            |(share, _): &(&mut EntryShare, _)| Some(&share.entry) == played.entry.as_ref();
        if let Some((share, hour)) = entries.into_iter().find(of_entry) {
            share.plays += 1;
            share.fallback_plays += u64::from(played.as_fallback);
            share.shown_ms += played.shown_ms;
            share.impressions_milli += impressions_milli;
            let at = played.at.as_millisecond();
            while hour.front().is_some_and(|first| at - first >= HOUR_MS) {
                hour.pop_front();
            }
            hour.push_back(at);
            share.most_in_an_hour = share.most_in_an_hour.max(hour.len());
        }
        self.story.plays.push(played);
    }

    pub(super) fn session(&mut self, ended: Timestamp, interaction: Interaction) {
        self.story.sessions.push(SessionHeld { ended, interaction });
    }

    pub(super) fn hour(&mut self, from: Timestamp, window: &AudienceWindow) {
        self.story.hours.push(HourOfAudience {
            from,
            people: window.ots,
            watchers: window.watchers,
            dwell_ms: window.dwell_ms,
            attention_ms: window.attention_ms,
        });
    }

    pub(super) fn finish(mut self, people: u64, people_unseen: u64) -> Story {
        self.story.people = people;
        self.story.people_unseen = people_unseen;
        self.story
    }
}
