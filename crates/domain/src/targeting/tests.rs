use proptest::prelude::*;

use crate::catalogue::{Artwork, LocalText, Sku};
use crate::colour::ColourName;
use crate::observation::{AgeBand, Estimate, Gender, Region, WornCategory, WornGarment};

use super::*;

fn promo(id: &str, condition: &str, priority: i32) -> Promo {
    Promo {
        id: CreativeId(id.to_owned()),
        title: LocalText::new(),
        body: LocalText::new(),
        reason: LocalText::new(),
        artwork: Artwork {
            picture: String::new(),
            ground: Vec::new(),
        },
        skus: vec![Sku("TEE".to_owned())],
        condition: condition.to_owned(),
        priority,
        min_confidence: 0.6,
        hold_ms: 1_500,
        cooldown_ms: 20_000,
        min_show_ms: 5_000,
    }
}

fn woman(age: AgeBand, confidence: f32) -> Context {
    Context {
        track: Some(TrackId(1)),
        age: Estimate {
            value: age,
            confidence,
        },
        gender: Estimate {
            value: Gender::Female,
            confidence,
        },
        worn: vec![WornGarment {
            region: Region::Torso,
            category: Estimate {
                value: WornCategory::Outerwear,
                confidence: 0.9,
            },
            colour: ColourName::Navy,
            lab: ColourName::Navy.lab(),
            pattern: Estimate::default(),
        }],
        group_size: 2,
        dwell_ms: 7_500,
        daypart: "evening".to_owned(),
        hour: 18,
        weekday: Weekday::Friday,
        stock: [(Sku("TEE".to_owned()), 7)].into(),
        weather: "rain".to_owned(),
        language: "en".to_owned(),
        ..Context::default()
    }
}

fn adult() -> Context {
    woman(AgeBand::From25To34, 0.9)
}

fn refused(condition: &str) -> String {
    Rule::compile(&promo("autumn", condition, 1))
        .map(|_| ())
        .unwrap_err()
        .to_string()
}

/// The promo up after `ms` of the same context, in steps of a tenth of a second.
fn after(targeting: &mut Targeting, from: u64, ms: u64, context: &Context) -> Vec<Decision> {
    (0..=ms / 100)
        .filter_map(|i| targeting.decide(Mono(from + i * 100), i, Some(context)))
        .collect()
}

fn only(promos: &[Promo]) -> Targeting {
    let (targeting, faults) = Targeting::new(promos);
    assert!(faults.is_empty(), "{faults:?}");
    targeting
}

fn up(targeting: &Targeting) -> Option<&str> {
    targeting.current().map(|id| id.0.as_str())
}

#[test]
fn every_variable_can_be_asked() {
    for condition in [
        "age_band == '25-34' && age_confidence > 0.8",
        "age_band in ['18-24', '25-34']",
        "gender == 'female' && gender_confidence >= 0.6",
        "'outerwear' in worn && worn_torso == 'outerwear' && worn_legs == 'none'",
        "colours.exists(c, c == 'navy' || c == 'blue') && colour_torso != 'red' && colour_legs == 'none'",
        "group_size >= 2 && dwell_ms > 7000 && dwell_secs == 7 && attention_secs < 1 && !facing",
        "daypart == 'evening' && hour >= 17 && weekday == 'friday'",
        "stock['TEE'] == 7 && stock_here > 5 && ('TEE' in stock)",
        "weather == 'rain' && language.startsWith('en') && size(worn) == 1",
        "",
        "   ",
    ] {
        let rule = Rule::compile(&promo("p", condition, 1)).unwrap();
        assert_eq!(rule.holds(&adult()), Ok(true), "{condition}");
    }
    for variable in Variable::ALL {
        assert_eq!(Variable::by_name(variable.name()), Some(variable));
        assert!(
            Rule::compile(&promo("p", &format!("{0} == {0}", variable.name()), 1)).is_ok(),
            "{variable:?}"
        );
    }
}

#[test]
fn faults_say_promo_place_what_and_what_would_be_right() {
    for (condition, expected) in [
        (
            "group_size >=",
            &["`autumn`", "not valid CEL", "line 1"][..],
        ),
        (
            "group_sise >= 2",
            &["`autumn`", "`group_sise`", "column 1", "group_size"],
        ),
        (
            "hour > 3 && temperature > 20",
            &["`temperature`", "column 13", "weather"],
        ),
        ("worn.exists(w, v == 'dress')", &["`v`", "column 16"]),
        (
            "age_band == '25-43'",
            &["\"25-43\"", "`age_band`", "column 13", "25-34"],
        ),
        ("'jeans' in worn", &["\"jeans\"", "column 1", "trousers"]),
        ("gender in ['femal', 'male']", &["\"femal\"", "female"]),
        (
            "colour_torso != 'ultramarine'",
            &["\"ultramarine\"", "navy"],
        ),
        ("age_band == 'minor'", &["minors are never targeted"]),
        ("hour", &["a number", "true or false"]),
        ("'a' + 'b'", &["a text", "true or false"]),
        ("hour > 'noon'", &["cannot be evaluated"]),
        ("weather.matches('.*')", &["`matches`", "known functions"]),
        ("Person{age: 3} == 3", &["`autumn`"]),
    ] {
        let message = refused(condition);
        for part in expected {
            assert!(
                message.contains(part),
                "{condition}: `{message}` lacks `{part}`"
            );
        }
    }
}

#[test]
fn hostile_conditions_are_bounded() {
    assert!(refused(&format!("hour == {}", "1".repeat(600))).contains("more than 500"));
    assert!(
        refused(&format!("{}true{}", "(".repeat(200), ")".repeat(200)))
            .contains("nested too deeply")
    );
    assert!(
        refused("[1,2].all(a, [1,2].all(b, [1,2].all(c, a + b + c > 0)))")
            .contains("nested too deeply"),
        "three loops inside each other"
    );
    assert!(
        Rule::compile(&Promo {
            min_confidence: f32::NAN,
            ..promo("p", "", 1)
        })
        .is_err()
    );
    assert!(
        Rule::compile(&Promo {
            min_confidence: 1.5,
            ..promo("p", "", 1)
        })
        .is_err()
    );
}

#[test]
fn one_bad_promo_does_not_silence_the_others() {
    let (targeting, faults) = Targeting::new(&[promo("bad", "nope", 9), promo("good", "true", 1)]);
    assert_eq!((targeting.rules.len(), faults.len()), (1, 1));
}

#[test]
fn a_promo_comes_up_when_its_condition_has_held_and_says_why() {
    let mut targeting = only(&[
        promo("jackets", "colour_torso == 'navy'", 5),
        promo("rain", "weather == 'snow'", 9),
    ]);
    let decisions = after(&mut targeting, 0, 1_400, &adult());
    assert!(decisions.is_empty(), "{decisions:?}");
    let decision = targeting.decide(Mono(1_500), 42, Some(&adult())).unwrap();
    assert_eq!(
        decision.chosen,
        Choice::Promo {
            id: CreativeId("jackets".to_owned())
        }
    );
    assert_eq!(
        (decision.frame, decision.rule.as_str(), decision.priority),
        (42, "jackets", 5.0)
    );
    assert!(
        decision.because.contains("colour_torso == 'navy'"),
        "{}",
        decision.because
    );
    assert_eq!(decision.rejected[0].because, "condition false");
    assert_eq!(targeting.last_decision(), Some(&decision));
    assert_eq!(
        targeting.decide(Mono(1_600), 43, Some(&adult())),
        None,
        "nothing changed"
    );
}

#[test]
fn a_condition_that_trembles_never_comes_up() {
    let mut targeting = only(&[promo("p", "facing", 1)]);
    for i in 0..200 {
        let context = Context {
            facing: i % 10 != 0,
            ..adult()
        };
        assert_eq!(targeting.decide(Mono(i * 100), i, Some(&context)), None);
    }
}

#[test]
fn it_stays_its_time_and_then_leaves_only_after_the_hold() {
    let mut targeting = only(&[promo("p", "facing", 1)]);
    let (yes, no) = (
        Context {
            facing: true,
            ..adult()
        },
        adult(),
    );
    after(&mut targeting, 0, 1_500, &yes);
    assert_eq!(up(&targeting), Some("p"));
    after(&mut targeting, 1_600, 4_800, &no);
    assert_eq!(up(&targeting), Some("p"), "shown 4.9 of 5 s");
    let gone = targeting.decide(Mono(6_500), 0, Some(&no)).unwrap();
    assert_eq!(gone.chosen, Choice::NoPromo);
    assert!(gone.because.contains("no longer holds"));
}

#[test]
fn one_missed_frame_does_not_take_it_down() {
    let mut targeting = only(&[promo("p", "facing", 1)]);
    let (yes, no) = (
        Context {
            facing: true,
            ..adult()
        },
        adult(),
    );
    after(&mut targeting, 0, 20_000, &yes);
    assert_eq!(targeting.decide(Mono(20_100), 0, Some(&no)), None);
    assert_eq!(targeting.decide(Mono(20_200), 0, Some(&yes)), None);
    assert_eq!(up(&targeting), Some("p"));
}

#[test]
fn it_leaves_with_the_people_and_cools_down() {
    let mut targeting = only(&[promo("p", "", 1)]);
    after(&mut targeting, 0, 1_500, &adult());
    let gone = targeting.decide(Mono(1_600), 0, None).unwrap();
    assert_eq!(
        (gone.chosen, gone.because.as_str()),
        (Choice::NoPromo, "nothing fits: nobody is there")
    );
    assert_eq!(targeting.decide(Mono(1_700), 0, None), None);
    after(&mut targeting, 2_000, 15_000, &adult());
    assert_eq!(up(&targeting), None, "cooling down");
    after(&mut targeting, 17_100, 4_600, &adult());
    assert_eq!(up(&targeting), Some("p"));
}

#[test]
fn a_higher_priority_takes_over_after_the_shortest_show() {
    let mut targeting = only(&[
        promo("low", "true", 1),
        promo("high", "facing", 9),
        promo("equal", "true", 1),
    ]);
    after(&mut targeting, 0, 2_000, &adult());
    assert_eq!(up(&targeting), Some("equal"), "of equals the lower id");
    let facing = Context {
        facing: true,
        ..adult()
    };
    let decisions = after(&mut targeting, 2_100, 6_000, &facing);
    assert_eq!(decisions.len(), 1);
    assert!(decisions[0].at.since_ms(Mono(1_500)) >= 5_000);
    assert_eq!(up(&targeting), Some("high"));
    let of = |what: &str| {
        decisions[0]
            .rejected
            .iter()
            .find(|r| r.what == what)
            .unwrap()
            .because
            .clone()
    };
    assert_eq!(
        (of("low").as_str(), of("equal").as_str()),
        ("lower priority", "cooling down for 20 s")
    );
}

#[test]
fn minors_see_only_what_asks_for_nothing_personal() {
    let personal = promo("young", "age_band != '65+'", 9);
    let also = promo("women", "dwell_secs > 1 || gender == 'female'", 8);
    let open = promo("rain", "weather == 'rain'", 1);
    let mut targeting = only(&[personal, also, open]);
    let minor = woman(AgeBand::Minor, 0.3);
    let decisions = after(&mut targeting, 0, 3_000, &minor);
    assert_eq!((decisions.len(), up(&targeting)), (1, Some("rain")));
    assert!(
        decisions[0].rejected.iter().all(|r| r.because == "minor"),
        "{:?}",
        decisions[0].rejected
    );
}

#[test]
fn a_personal_promo_leaves_at_once_when_the_shopper_may_be_a_minor() {
    let mut targeting = only(&[promo("young", "age_band != '65+'", 9)]);
    after(&mut targeting, 0, 1_600, &adult());
    assert_eq!(up(&targeting), Some("young"));
    let decision = targeting
        .decide(Mono(1_700), 0, Some(&woman(AgeBand::Minor, 0.9)))
        .unwrap();
    assert_eq!(decision.chosen, Choice::NoPromo);
    assert!(decision.because.contains("minor"));
}

#[test]
fn estimates_below_the_confidence_are_unknown() {
    let rule = Rule::compile(&promo(
        "p",
        "age_band == 'unknown' && gender == 'unknown'",
        1,
    ))
    .unwrap();
    assert_eq!(rule.holds(&woman(AgeBand::From25To34, 0.59)), Ok(true));
    assert_eq!(rule.holds(&adult()), Ok(false));
}

#[test]
fn an_evaluation_that_fails_counts_as_false_and_says_so() {
    let mut targeting = only(&[promo("p", "stock['COAT'] > 0", 1), promo("q", "true", 0)]);
    let decisions = after(&mut targeting, 0, 2_000, &adult());
    assert_eq!(up(&targeting), Some("q"));
    assert!(
        decisions[0].rejected[0]
            .because
            .starts_with("condition failed:"),
        "{:?}",
        decisions[0].rejected
    );
}

#[test]
fn another_shopper_starts_the_hold_again() {
    let mut targeting = only(&[promo("p", "true", 1)]);
    after(&mut targeting, 0, 1_400, &adult());
    let other = Context {
        track: Some(TrackId(2)),
        ..adult()
    };
    assert_eq!(targeting.decide(Mono(1_500), 0, Some(&other)), None);
    assert!(targeting.decide(Mono(3_000), 0, Some(&other)).is_some());
}

#[test]
fn a_decision_keeps_at_most_sixteen_alternatives() {
    let promos: Vec<Promo> = (0..40)
        .map(|i| promo(&format!("p{i:02}"), "hour > 30", i))
        .collect();
    let mut targeting = only(&[promos, vec![promo("z", "true", -1)]].concat());
    let decisions = after(&mut targeting, 0, 2_000, &adult());
    assert_eq!(
        (
            decisions[0].rejected.len(),
            decisions[0].rejected[0].what.as_str()
        ),
        (16, "p39")
    );
}

#[test]
fn targeting_can_move_between_threads() {
    fn movable<T: Send + Sync>() {}
    movable::<Targeting>();
}

fn any_context() -> impl Strategy<Value = Option<Context>> {
    let age = prop_oneof![
        Just(AgeBand::Unknown),
        Just(AgeBand::Minor),
        Just(AgeBand::From25To34),
        Just(AgeBand::From65)
    ];
    let someone = (1u64..3, age, 0.0f32..1.0, any::<bool>(), 0u64..20_000).prop_map(
        |(track, age, sure, facing, dwell_ms)| Context {
            track: Some(TrackId(track)),
            facing,
            dwell_ms,
            ..woman(age, sure)
        },
    );
    prop_oneof![8 => someone.prop_map(Some), 1 => Just(None)]
}

proptest! {
    #[test]
    fn nothing_flickers_and_minors_are_never_targeted(story in prop::collection::vec((0u64..4_000, any_context()), 0..150)) {
        let mut targeting = only(&[
            promo("a", "facing", 3),
            promo("b", "age_band == '25-34'", 5),
            promo("c", "dwell_secs > 5", 1),
            promo("d", "gender == 'female' || true", 2),
        ]);
        let personal = ["b", "d"];
        let (mut now, mut up_since, mut left_at) = (0u64, 0u64, std::collections::BTreeMap::new());
        for (frame, (ms, context)) in story.into_iter().enumerate() {
            now += ms;
            let before = up(&targeting).map(str::to_owned);
            let decision = targeting.decide(Mono(now), frame as u64, context.as_ref());
            let present = up(&targeting).map(str::to_owned);
            let minor = context.as_ref().is_some_and(Context::is_minor);
            prop_assert_eq!(decision.is_some(), before != present, "a decision for every change and only then");
            if let (true, Some(id)) = (minor, &present) {
                prop_assert!(!personal.contains(&id.as_str()));
            }
            prop_assert!(context.is_some() || present.is_none());
            if before == present {
                continue;
            }
            if let Some(before) = before {
                let forced = context.is_none() || (minor && personal.contains(&before.as_str()));
                prop_assert!(forced || now - up_since >= 5_000, "{before} was up for only {} ms", now - up_since);
                left_at.insert(before, now);
            }
            if let Some(present) = present {
                prop_assert!(left_at.get(&present).is_none_or(|at| now - at >= 20_000), "{present} did not cool down");
                up_since = now;
            }
        }
    }

    #[test]
    fn any_text_compiles_or_is_refused(text in "[a-z_ ()<>=&|!'\"0-9.,\\[\\]{}?:+*/%-]{0,60}") {
        if let Ok(rule) = Rule::compile(&promo("p", &text, 1)) {
            rule.holds(&adult()).ok();
        }
    }

    #[test]
    fn any_bytes_are_survived(text in ".{0,40}") {
        Rule::compile(&promo("p", &text, 1)).ok();
    }
}
