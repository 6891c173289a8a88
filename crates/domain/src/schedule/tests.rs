use std::collections::BTreeMap;

use jiff::tz::TimeZoneDatabase;

use super::*;
use crate::catalogue::CreativeId;
use crate::decision::{Choice, Decision};

mod caps;
mod faults;
mod hours;
mod nights;
mod pace;
mod playhead;
mod shares;
mod weeks;

/// From the copy of the tz database in the program: no file is read.
fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn local(zone: &TimeZone, wall: &str) -> Timestamp {
    let wall: DateTime = wall.parse().unwrap();
    wall.to_zoned(zone.clone()).unwrap().timestamp()
}

fn minute(text: &str) -> WallMinute {
    WallMinute::parse(text).unwrap()
}

fn date(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn daypart(id: &str, from: &str, to: &str) -> Daypart {
    Daypart {
        id: DaypartId(id.to_owned()),
        weekdays: Weekdays::ALL,
        from: minute(from),
        to: minute(to),
        first_day: None,
        last_day: None,
        extra: [].into(),
        except: [].into(),
    }
}

fn items(ids: &str, duration_ms: u64) -> Vec<Item> {
    ids.split_whitespace()
        .map(|id| Item {
            creative: CreativeId(id.to_owned()),
            duration_ms,
        })
        .collect()
}

/// `ids` of ten seconds each.
fn playlist(id: &str, ids: &str) -> Playlist {
    Playlist {
        id: PlaylistId(id.to_owned()),
        items: items(ids, 10_000),
        when: When::Always,
        priority: 0,
        weight: 1,
    }
}

fn campaign(id: &str, ids: &str) -> Campaign {
    Campaign {
        id: CampaignId(id.to_owned()),
        items: items(ids, 10_000),
        when: When::Always,
        priority: 0,
        share_percent: None,
        from: None,
        until: None,
        cap_per_hour: None,
        cap_per_person: None,
        target: None,
    }
}

fn during(ids: &[&str]) -> When {
    When::During(ids.iter().map(|id| DaypartId((*id).to_owned())).collect())
}

/// With a fallback `safe` of one slide `safe`, and nothing else always open.
fn plan(playlists: &[Playlist], dayparts: &[Daypart], campaigns: &[Campaign]) -> Plan {
    let safe = Playlist {
        when: When::Never,
        ..playlist("safe", "safe")
    };
    let parts = PlanParts {
        playlists: [safe].iter().chain(playlists).cloned().collect(),
        dayparts: dayparts.to_vec(),
        campaigns: campaigns.to_vec(),
        fallback: Some(PlaylistId("safe".to_owned())),
    };
    Plan::try_from(parts).unwrap()
}

fn settings(zone: TimeZone) -> Settings {
    Settings {
        zone,
        seed: 7,
        made: None,
    }
}

fn schedule(plan: &Plan) -> Schedule {
    Schedule::of_plan(plan, settings(TimeZone::UTC))
}

/// A stage with both clocks, on which a schedule plays.
struct Stage {
    schedule: Schedule,
    mono: Mono,
    civil: Timestamp,
    clock: ClockTrust,
    present: Vec<TrackId>,
}

impl Stage {
    /// Monday morning in UTC.
    fn of(plan: &Plan) -> Self {
        Self::with(schedule(plan), at("2026-09-07T08:00:00Z"))
    }

    fn with(schedule: Schedule, civil: Timestamp) -> Self {
        Self {
            schedule,
            mono: Mono(1_000_000),
            civil,
            clock: ClockTrust::Trusted,
            present: Vec::new(),
        }
    }

    fn next(&mut self) -> Option<Decision> {
        self.schedule.next(&Moment {
            mono: self.mono,
            civil: self.civil,
            clock: self.clock,
            present: &self.present,
        })
    }

    fn wait(&mut self, ms: u64) {
        self.mono = self.mono.plus_ms(ms);
        let ms = jiff::SignedDuration::from_millis(i64::try_from(ms).unwrap());
        self.civil = self.civil.checked_add(ms).unwrap();
    }

    /// The next play, at its time.
    fn play(&mut self) -> Decision {
        if let Some(deadline) = self.schedule.deadline() {
            self.wait(deadline.since_ms(self.mono));
        }
        self.next().expect("something plays")
    }

    /// The slides of the next plays.
    fn plays(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| slide(&self.play())).collect()
    }

    /// How often each slide plays among the next plays.
    fn counts(&mut self, count: usize) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for slide in self.plays(count) {
            *counts.entry(slide).or_default() += 1;
        }
        counts
    }
}

fn slide(decision: &Decision) -> String {
    match &decision.chosen {
        Choice::Slide { id } => id.0.clone(),
        other => panic!("{other:?}"),
    }
}
