use proptest::prelude::*;

use crate::catalogue::{LocalText, SizeStock, SizedFor};

use super::*;

fn garment(sku: &str, category: WornCategory, colour: ColourName) -> Garment {
    let legs = matches!(
        category,
        WornCategory::Trousers | WornCategory::Shorts | WornCategory::Skirt
    );
    Garment {
        sku: Sku(sku.to_owned()),
        name: LocalText::new(),
        detail: LocalText::new(),
        category,
        region: if legs { Region::Legs } else { Region::Torso },
        colour,
        swatch: "#000000".to_owned(),
        cut_for: Gender::Unknown,
        sized_for: SizedFor::Adults,
        price: MinorUnits(2_900),
        old_price: None,
        sizes: vec![SizeStock {
            size: "M".to_owned(),
            here: 5,
            warehouse: 10,
        }],
        picture: String::new(),
        fit: None,
    }
}

fn catalogue(garments: Vec<Garment>) -> Catalogue {
    Catalogue {
        pack: "demo".to_owned(),
        revision: 1,
        brand: String::new(),
        currency: "EUR".to_owned(),
        default_language: "en".to_owned(),
        slides: Vec::new(),
        promos: Vec::new(),
        garments,
        schedule: crate::schedule::Plan::default(),
    }
}

fn wears(category: WornCategory, colour: ColourName) -> Taste {
    let region = garment("", category, colour).region;
    let category = Estimate {
        value: category,
        confidence: 0.9,
    };
    Taste {
        worn: vec![WornGarment {
            region,
            category,
            colour,
            lab: colour.lab(),
            pattern: Estimate::default(),
        }],
        min_confidence: 0.6,
        ..Taste::default()
    }
}

fn order(catalogue: &Catalogue, taste: &Taste) -> Vec<String> {
    suggest(catalogue, taste, 99)
        .into_iter()
        .map(|s| s.sku.0)
        .collect()
}

#[test]
fn what_goes_with_the_worn_colour_comes_first_and_says_so() {
    let shop = catalogue(vec![
        garment("a-purple", WornCategory::TShirt, ColourName::Purple),
        garment("b-teal", WornCategory::TShirt, ColourName::Teal),
    ]);
    let list = suggest(&shop, &wears(WornCategory::Trousers, ColourName::Red), 2);
    assert_eq!(list[0].sku.0, "b-teal");
    assert_eq!(
        list[0].reasons[0].reason,
        Reason::GoesWith {
            colour: ColourName::Red,
            category: WornCategory::Trousers,
            relation: Relation::Complementary
        }
    );
    assert!(
        list[1]
            .reasons
            .iter()
            .any(|r| matches!(r.reason, Reason::ClashesWith { .. })),
        "{list:?}"
    );
}

#[test]
fn a_tee_goes_under_a_jacket_but_not_over_another_tee() {
    let shop = catalogue(vec![garment(
        "tee",
        WornCategory::TShirt,
        ColourName::White,
    )]);
    let reason = |worn| suggest(&shop, &wears(worn, ColourName::Navy), 1)[0].reasons[0].reason;
    assert!(matches!(
        reason(WornCategory::Outerwear),
        Reason::GoesWith { .. }
    ));
    let others = suggest(&shop, &wears(WornCategory::TShirt, ColourName::Navy), 1);
    assert!(
        others[0]
            .reasons
            .iter()
            .any(|r| matches!(r.reason, Reason::SameCategory { .. }))
    );
    let again = suggest(&shop, &wears(WornCategory::TShirt, ColourName::White), 1);
    assert!(
        again[0]
            .reasons
            .iter()
            .any(|r| matches!(r.reason, Reason::AlreadyWorn { .. }))
    );
    assert!(
        !suggest(&shop, &wears(WornCategory::Dress, ColourName::White), 1)[0]
            .reasons
            .iter()
            .any(|r| matches!(r.reason, Reason::GoesWith { .. }))
    );
}

#[test]
fn stock_here_beats_the_warehouse_and_nothing_is_offered_that_is_nowhere() {
    let with = |sku: &str, here, warehouse| Garment {
        sizes: vec![SizeStock {
            size: "M".to_owned(),
            here,
            warehouse,
        }],
        ..garment(sku, WornCategory::Shirt, ColourName::White)
    };
    let shop = catalogue(vec![
        with("a-none", 0, 0),
        with("b-warehouse", 0, 120),
        with("c-one", 1, 0),
        with("d-many", 9, 0),
    ]);
    assert_eq!(
        order(&shop, &Taste::default()),
        ["d-many", "c-one", "b-warehouse"]
    );
}

#[test]
fn gender_counts_only_for_sure_adults() {
    let cut_for = |sku: &str, gender| Garment {
        cut_for: gender,
        ..garment(sku, WornCategory::Shirt, ColourName::White)
    };
    let shop = catalogue(vec![
        cut_for("a-men", Gender::Male),
        cut_for("b-women", Gender::Female),
    ]);
    let taste = |age, sure: f32| Taste {
        age: Estimate {
            value: age,
            confidence: sure,
        },
        gender: Estimate {
            value: Gender::Female,
            confidence: sure,
        },
        min_confidence: 0.6,
        ..Taste::default()
    };
    assert_eq!(order(&shop, &taste(AgeBand::From25To34, 0.9))[0], "b-women");
    for (age, sure) in [
        (AgeBand::From25To34, 0.5),
        (AgeBand::Minor, 0.99),
        (AgeBand::Unknown, 0.99),
    ] {
        let list = suggest(&shop, &taste(age, sure), 2);
        assert_eq!(list[0].sku.0, "a-men", "ties go to the lower sku");
        assert!(list.iter().flat_map(|s| &s.reasons).all(|r| !matches!(
            r.reason,
            Reason::CutFor { .. } | Reason::CutForOthers { .. }
        )));
    }
}

#[test]
fn reductions_price_band_and_novelty_count() {
    let base = |sku: &str| garment(sku, WornCategory::Shirt, ColourName::White);
    let shop = catalogue(vec![
        base("a-plain"),
        Garment {
            old_price: Some(MinorUnits(3_900)),
            ..base("b-reduced")
        },
        Garment {
            old_price: Some(MinorUnits(1_000)),
            ..base("c-dearer-now")
        },
    ]);
    let list = suggest(&shop, &Taste::default(), 3);
    assert_eq!(list[0].sku.0, "b-reduced");
    assert!(
        list[0]
            .reasons
            .iter()
            .any(|r| r.reason == Reason::Reduced { percent: 26 })
    );
    assert_eq!(
        list.iter()
            .flat_map(|s| &s.reasons)
            .filter(|r| matches!(r.reason, Reason::Reduced { .. }))
            .count(),
        1
    );
    let seen = Taste {
        seen: [Sku("b-reduced".to_owned())].into(),
        ..Taste::default()
    };
    assert_eq!(order(&shop, &seen)[0], "a-plain");
    let band = Taste {
        price_band: Some((MinorUnits(2_000), MinorUnits(3_000))),
        ..Taste::default()
    };
    assert!(
        suggest(&shop, &band, 1)[0]
            .reasons
            .iter()
            .any(|r| r.reason == Reason::InPriceBand)
    );
}

#[test]
fn the_strip_is_not_one_garment_in_five_colours() {
    let mut garments: Vec<Garment> = ["a", "b", "c", "d"]
        .map(|s| garment(s, WornCategory::TShirt, ColourName::White))
        .to_vec();
    garments.push(garment(
        "z-coat",
        WornCategory::Outerwear,
        ColourName::White,
    ));
    assert_eq!(
        order(&catalogue(garments), &Taste::default())[..3],
        ["a", "z-coat", "b"]
    );
}

#[test]
fn the_decision_explains_itself() {
    let shop = catalogue(
        (0..30)
            .map(|i| garment(&format!("s{i:02}"), WornCategory::Shirt, ColourName::White))
            .collect(),
    );
    let ranked = suggest(&shop, &Taste::default(), 99);
    let decision = decision(Mono(5), 7, &ranked, 3);
    let Choice::Suggestions { skus } = &decision.chosen else {
        panic!("{decision:?}")
    };
    assert_eq!(
        (skus.len(), decision.frame, decision.rejected.len()),
        (3, 7, 16)
    );
    assert!(
        decision.because.contains("in_stock_here +0.20"),
        "{}",
        decision.because
    );
    let empty = super::decision(Mono(5), 0, &[], 3);
    assert_eq!(
        (empty.chosen, empty.because.as_str()),
        (Choice::Suggestions { skus: Vec::new() }, "nothing in stock")
    );
}

fn any_garment() -> impl Strategy<Value = Garment> {
    let category = prop_oneof![
        Just(WornCategory::TShirt),
        Just(WornCategory::Outerwear),
        Just(WornCategory::Trousers),
        Just(WornCategory::Dress)
    ];
    (
        category,
        0usize..19,
        0u32..3,
        any::<u32>(),
        any::<i64>(),
        any::<Option<i64>>(),
        "[a-f]{1,2}",
    )
        .prop_map(
            |(category, colour, here, warehouse, price, old, sku)| Garment {
                price: MinorUnits(price),
                old_price: old.map(MinorUnits),
                sizes: vec![SizeStock {
                    size: "M".to_owned(),
                    here,
                    warehouse,
                }],
                ..garment(&sku, category, ColourName::ALL[colour])
            },
        )
}

proptest! {
    #[test]
    fn ranked_the_same_whatever_the_order_of_the_catalogue(
        mut garments in prop::collection::vec(any_garment(), 0..20), worn in any_garment(), limit in 0usize..25,
    ) {
        garments.sort_by(|a, b| a.sku.cmp(&b.sku));
        garments.dedup_by(|a, b| a.sku == b.sku);
        let taste = wears(worn.category, worn.colour);
        let one = suggest(&catalogue(garments.clone()), &taste, limit);
        garments.reverse();
        let other = suggest(&catalogue(garments.clone()), &taste, limit);
        prop_assert_eq!(&one, &other);
        let offered = garments.iter().filter(|g| g.stock_here() + u32::from(g.stock_warehouse() > 0) > 0).count();
        prop_assert_eq!(one.len(), offered.min(limit));
        prop_assert!(one.windows(2).all(|w| w[0].score >= w[1].score - 1e-4), "best first");
        for suggestion in &one {
            let sum: f32 = suggestion.reasons.iter().map(|r| r.points).sum();
            prop_assert!((sum - suggestion.score).abs() < 1e-4, "the score is the sum of its reasons");
        }
    }
}
