//! What a decision of the schedule costs, with the biggest plan that is allowed.
#![expect(clippy::unwrap_used, reason = "tests, and the helpers they share")]

use std::time::{Duration, Instant};

use cheval_domain::catalogue::CreativeId;
use cheval_domain::observation::TrackId;
use cheval_domain::schedule::{
    CAMPAIGNS_MAX, Campaign, CampaignId, ClockTrust, Daypart, DaypartId, Item, Moment,
    PLAYLISTS_MAX, Plan, PlanParts, Playlist, PlaylistId, Schedule, Settings, Target, WallMinute,
    Weekdays, When, parse_date_time,
};
use cheval_domain::time::Mono;
use jiff::tz::TimeZoneDatabase;
use jiff::{SignedDuration, Timestamp};

/// A generous bound for a slow build on a busy machine; what is aimed at is 50 µs.
const WORST_MEDIAN: Duration = Duration::from_millis(1);

fn items(ids: &[&str]) -> Vec<Item> {
    let item = |id: &&str| Item {
        creative: CreativeId((*id).to_owned()),
        duration_ms: 10_000,
    };
    ids.iter().map(item).collect()
}

fn during(numbers: &[usize]) -> When {
    When::During(numbers.iter().map(|n| DaypartId(format!("n{n}"))).collect())
}

fn daypart(n: u16) -> Daypart {
    Daypart {
        id: DaypartId(format!("n{n}")),
        weekdays: Weekdays::ALL,
        from: WallMinute::try_from(n * 20).unwrap(),
        to: WallMinute::try_from((n * 37 + 700) % 1440).unwrap(),
        first_day: None,
        last_day: None,
        extra: [].into(),
        except: [].into(),
    }
}

fn campaign(n: usize) -> Campaign {
    Campaign {
        id: CampaignId(format!("c{n}")),
        items: items(&["x", "y"]),
        when: during(&[n % 64, n / 4]),
        priority: 0,
        share_percent: Some(1),
        from: parse_date_time("2026-09-01 00:00"),
        until: parse_date_time("2026-12-01 00:00"),
        cap_per_hour: Some(60),
        cap_per_person: Some(9),
        target: Some(Target::Plays(100_000)),
    }
}

fn biggest_plan() -> Plan {
    let playlist = |n: usize| Playlist {
        id: PlaylistId(format!("p{n}")),
        items: items(&["a", "b", "c"]),
        when: during(&[n]),
        priority: 0,
        weight: 1,
    };
    let parts = PlanParts {
        playlists: (0..PLAYLISTS_MAX).map(playlist).collect(),
        dayparts: (0..64).map(daypart).collect(),
        campaigns: (0..CAMPAIGNS_MAX).map(campaign).collect(),
        fallback: Some(PlaylistId("p0".to_owned())),
    };
    Plan::try_from(parts).unwrap()
}

#[test]
fn a_decision_is_cheap_with_the_biggest_plan() {
    let settings = Settings {
        zone: TimeZoneDatabase::bundled().get("Europe/Kyiv").unwrap(),
        seed: 1,
        made: None,
    };
    let plan = biggest_plan();
    let began = Instant::now();
    let mut schedule = Schedule::of_plan(&plan, settings);
    let built = began.elapsed();
    let present: Vec<TrackId> = (0..6).map(TrackId).collect();
    let mut mono = Mono(0);
    let mut civil: Timestamp = "2026-10-24T20:00:00Z".parse().unwrap();
    let moment = |mono, civil| Moment {
        mono,
        civil,
        clock: ClockTrust::Trusted,
        present: &present,
    };
    let mut decide = |schedule: &mut Schedule, step_secs: i64| {
        let began = Instant::now();
        assert!(schedule.next(&moment(mono, civil)).is_some());
        let took = began.elapsed();
        mono = mono.plus_ms(10_000);
        civil += SignedDuration::from_secs(step_secs);
        took
    };
    let mut usual: Vec<Duration> = (0..2_000).map(|_| decide(&mut schedule, 10)).collect();
    // Ten hours further each time, so that what is open has to be found out again.
    let mut fresh: Vec<Duration> = (0..200).map(|_| decide(&mut schedule, 36_000)).collect();
    let frames = 10_000u32;
    let last = moment(mono, civil);
    assert!(schedule.next(&last).is_some());
    let began = Instant::now();
    for _ in 0..frames {
        assert!(schedule.next(&last).is_none());
    }
    let frame = began.elapsed() / frames;
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (usual, fresh) = (median(&mut usual), median(&mut fresh));
    println!(
        "built in {built:?}; decision {usual:?}, at a change of what is open {fresh:?}, frame without one {frame:?} (medians)"
    );
    assert!(usual < WORST_MEDIAN, "{usual:?}");
    assert!(fresh < WORST_MEDIAN, "{fresh:?}");
}
