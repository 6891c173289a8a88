//! Who gets how many plays, and in what order.

use proptest::prelude::*;

use super::super::share::{self, Claim, PLAY, Sharer};
use super::*;

fn sharing(id: &str, share_percent: u32) -> Campaign {
    Campaign {
        share_percent: Some(share_percent),
        ..campaign(id, id)
    }
}

#[test]
fn shares_are_percent_of_plays_and_playlists_get_the_rest() {
    let plan = plan(
        &[playlist("day", "d1 d2")],
        &[],
        &[sharing("half", 50), sharing("fifth", 20)],
    );
    let counts = Stage::of(&plan).counts(1_000);
    assert_eq!(counts["half"], 500);
    assert_eq!(counts["fifth"], 200);
    assert_eq!((counts["d1"], counts["d2"]), (150, 150));
}

#[test]
fn a_small_share_is_spread_evenly() {
    let plan = plan(&[playlist("day", "d")], &[], &[sharing("tenth", 10)]);
    let plays = Stage::of(&plan).plays(400);
    let at: Vec<usize> = (0..400).filter(|i| plays[*i] == "tenth").collect();
    assert_eq!(at.len(), 40);
    assert!(at.windows(2).all(|pair| pair[1] - pair[0] == 10), "{at:?}");
}

#[test]
fn weights_divide_what_shares_leave() {
    let heavy = Playlist {
        weight: 3,
        ..playlist("heavy", "heavy")
    };
    let plan = plan(
        &[heavy, playlist("light", "light")],
        &[],
        &[sharing("c", 60)],
    );
    let counts = Stage::of(&plan).counts(1_000);
    assert_eq!(
        (counts["c"], counts["heavy"], counts["light"]),
        (600, 300, 100)
    );
}

#[test]
fn shares_that_promise_too_much_are_taken_as_proportions() {
    let plan = plan(
        &[playlist("day", "d")],
        &[],
        &[sharing("a", 100), sharing("b", 50)],
    );
    let counts = Stage::of(&plan).counts(300);
    assert_eq!(
        (counts["a"], counts["b"], counts.get("d")),
        (200, 100, None)
    );
}

#[test]
fn alone_a_small_share_is_everything() {
    let plan = plan(&[], &[], &[sharing("c", 5)]);
    assert_eq!(Stage::of(&plan).counts(20)["c"], 20);
}

#[test]
fn the_higher_priority_takes_all_and_equal_ones_share() {
    let vip = Playlist {
        priority: 10,
        ..playlist("vip", "v")
    };
    let plan1 = plan(
        &[playlist("day", "d"), vip.clone()],
        &[],
        &[sharing("c", 90)],
    );
    let mut stage = Stage::of(&plan1);
    let decision = stage.play();
    assert_eq!(slide(&decision), "v");
    let told: Vec<(&str, &str)> = decision
        .rejected
        .iter()
        .map(|r| (r.what.as_str(), r.because.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("playlist day", "lower priority"),
            ("campaign c", "lower priority"),
            ("playlist safe", "it is there for the fallback only"),
        ]
    );
    let also = Campaign {
        priority: 10,
        ..sharing("c", 25)
    };
    let counts = Stage::of(&plan(&[playlist("day", "d"), vip], &[], &[also])).counts(100);
    assert_eq!((counts["c"], counts["v"], counts.get("d")), (25, 75, None));
}

#[test]
fn the_reason_names_turn_share_and_what_comes_later() {
    let plan = plan(&[playlist("day", "d")], &[], &[sharing("c", 75)]);
    let mut stage = Stage::of(&plan);
    let decision = (0..2)
        .map(|_| stage.play())
        .find(|d| slide(d) == "c")
        .unwrap();
    assert_eq!(decision.rule, "campaign c");
    assert_eq!(
        decision.because,
        "campaign c takes its turn among 2 with 75 % of the plays, play 1; slide 1 of 1, for 10000 ms"
    );
    assert_eq!(decision.rejected[0].because, "its turn comes later");
}

#[test]
fn the_same_seed_gives_the_same_sequence_and_seeds_differ_only_among_equals() {
    let equal: Vec<Playlist> = ["a", "b", "c", "d"]
        .iter()
        .map(|id| playlist(id, id))
        .collect();
    let plan = plan(&equal, &[], &[]);
    let plays = |seed| {
        let settings = Settings {
            seed,
            ..settings(TimeZone::UTC)
        };
        let schedule = Schedule::of_plan(&plan, settings);
        Stage::with(schedule, at("2026-09-07T08:00:00Z")).plays(40)
    };
    assert_eq!(plays(1), plays(1));
    let orders: std::collections::BTreeSet<_> = (0..50).map(plays).collect();
    assert!(orders.len() > 5, "{} orders", orders.len());
    for order in orders {
        for id in ["a", "b", "c", "d"] {
            assert_eq!(order.iter().filter(|slide| *slide == id).count(), 10);
        }
    }
}

fn claims() -> impl Strategy<Value = Vec<Claim>> {
    let claim = prop_oneof![
        (1u32..=100).prop_map(Claim::Percent),
        (1u32..=100).prop_map(Claim::Weight)
    ];
    prop::collection::vec(claim, 1..12)
}

fn sharers(claims: &[Claim], seed: u64) -> Vec<Sharer> {
    let rights = share::rights(claims).into_iter().zip(0u64..);
    rights
        .map(|(right, n)| Sharer {
            right,
            lag: 0,
            lot: (n + 1).wrapping_mul(seed | 1),
        })
        .collect()
}

proptest! {
    #[test]
    fn rights_add_up_to_one_play_and_are_in_proportion(claims in claims()) {
        let rights = share::rights(&claims);
        prop_assert_eq!(rights.iter().sum::<i64>(), PLAY);
        prop_assert!(rights.iter().all(|right| (0..=PLAY).contains(right)));
        let percents: u32 = claims.iter().map(|c| match c { Claim::Percent(p) => *p, Claim::Weight(_) => 0 }).sum();
        let any_weight = claims.iter().any(|c| matches!(c, Claim::Weight(_)));
        if percents <= 100 && any_weight {
            for (claim, right) in claims.iter().zip(&rights) {
                if let Claim::Percent(percent) = claim {
                    prop_assert!((right - PLAY / 100 * i64::from(*percent)).abs() <= 12);
                }
            }
        }
    }

    /// After every single play everybody has what is due to them, give or take less than one play.
    #[test]
    fn nobody_is_ever_a_whole_play_off(claims in claims(), seed in any::<u64>(), plays in 1usize..600) {
        let mut sharers = sharers(&claims, seed);
        let mut got = vec![0i64; sharers.len()];
        for n in 1..=plays {
            let winner = share::next(&mut sharers).unwrap();
            got[winner] += 1;
            for (got, sharer) in got.iter().zip(&sharers) {
                let off = i128::from(sharer.right) * n as i128 - i128::from(*got) * i128::from(PLAY);
                prop_assert!(off.abs() < i128::from(PLAY), "{} of a play off after {}", off as f64 / PLAY as f64, n);
            }
        }
    }

    /// Whoever comes and goes, debts stay small and the next play is always somebody's.
    #[test]
    fn coming_and_going_leaves_no_debts(claims in claims(), seed in any::<u64>(), there in prop::collection::vec(any::<u16>(), 1..200)) {
        let mut lags = vec![0i64; claims.len()];
        for mask in there {
            let here: Vec<usize> = (0..claims.len()).filter(|i| mask >> (i % 16) & 1 == 1).collect();
            if here.is_empty() {
                continue;
            }
            let some: Vec<Claim> = here.iter().map(|i| claims[*i]).collect();
            let mut now = sharers(&some, seed);
            for (sharer, i) in now.iter_mut().zip(&here) {
                sharer.lag = lags[*i];
            }
            prop_assert!(share::next(&mut now).is_some());
            for (sharer, i) in now.iter().zip(&here) {
                lags[*i] = sharer.lag;
                prop_assert!(sharer.lag.abs() <= 2 * PLAY);
            }
        }
    }

    #[test]
    fn nothing_about_hostile_lags_matters(lags in prop::collection::vec(any::<i64>(), 0..20)) {
        let mut sharers: Vec<Sharer> = lags.iter().map(|lag| Sharer { right: PLAY / 20, lag: *lag, lot: 0 }).collect();
        prop_assert_eq!(share::next(&mut sharers).is_none(), lags.is_empty());
    }
}
