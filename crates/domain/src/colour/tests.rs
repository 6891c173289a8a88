use proptest::prelude::*;

use super::*;

#[test]
fn words_match_the_serialised_form() {
    for name in ColourName::ALL {
        assert_eq!(
            serde_json::to_string(&name).unwrap(),
            format!("\"{}\"", name.as_str())
        );
    }
}

#[test]
fn every_anchor_is_nearest_to_itself() {
    for name in ColourName::ALL {
        assert_eq!(nearest(name.lab()), name);
    }
}

#[test]
fn known_lab_values() {
    // Lindbloom's calculator, sRGB, D65.
    for (rgb, lab) in [
        ([255, 255, 255], [100.0, 0.0, 0.0]),
        ([255, 0, 0], [53.24, 80.09, 67.20]),
        ([0, 0, 255], [32.30, 79.19, -107.86]),
        ([128, 128, 128], [53.59, 0.0, 0.0]),
    ] {
        let got = srgb8_to_lab(rgb);
        for i in 0..3 {
            assert!(
                (got[i] - lab[i]).abs() < 0.05,
                "{rgb:?}: {got:?}, expected {lab:?}"
            );
        }
    }
}

#[test]
fn ciede2000_matches_the_published_pairs() {
    // Sharma, Wu, Dalal 2005, table 1, pairs 1, 4, 7, 9, 16, 17, 20, 25, 32, 34.
    for (one, two, expected) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0000),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0009], 7.1792),
        ([50.0, 2.5, 0.0], [50.0, 0.0, -2.5], 4.3065),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([50.0, 2.5, 0.0], [58.0, 24.0, 15.0], 19.4535),
        (
            [60.2574, -34.0099, 36.2677],
            [60.4626, -34.1751, 39.4387],
            1.2644,
        ),
        (
            [36.4612, 47.8580, 18.3852],
            [36.2715, 50.5065, 21.2231],
            1.4146,
        ),
        (
            [2.0776, 0.0795, -1.1350],
            [0.9033, -0.0636, -0.5514],
            0.9082,
        ),
    ] {
        let got = delta_e_2000(one, two);
        assert!(
            (got - expected).abs() < 2e-3,
            "{one:?} {two:?}: {got}, expected {expected}"
        );
    }
}

#[test]
fn cloth_as_seen_gets_the_word_people_use() {
    for (hex, expected) in [
        ("#000000", ColourName::Black),
        ("#121214", ColourName::Black),
        ("#26262A", ColourName::Black),
        ("#2B2B30", ColourName::Black),
        ("#45464C", ColourName::Charcoal),
        ("#53555C", ColourName::Charcoal),
        ("#101A38", ColourName::Navy),
        ("#1C2340", ColourName::Navy),
        ("#2A3355", ColourName::Navy),
        ("#808080", ColourName::Grey),
        ("#B5B5B8", ColourName::Grey),
        ("#FFFFFF", ColourName::White),
        ("#E4E4E6", ColourName::White),
        ("#F5EBD5", ColourName::Cream),
        ("#4A2E1F", ColourName::Brown),
        ("#8A5A34", ColourName::Brown),
        ("#E0001B", ColourName::Red),
        ("#7A1E33", ColourName::Bordeaux),
        ("#FF8C1A", ColourName::Orange),
        ("#FFD700", ColourName::Yellow),
        ("#5A5F2C", ColourName::Olive),
        ("#1F6B3A", ColourName::Green),
        ("#4CAF50", ColourName::Green),
        ("#0F6E70", ColourName::Teal),
        ("#AFCDE6", ColourName::LightBlue),
        ("#1E63D0", ColourName::Blue),
        ("#5A3A90", ColourName::Purple),
        ("#E84FA5", ColourName::Pink),
        ("#F2B8CB", ColourName::Pink),
    ] {
        assert_eq!(
            nearest(srgb8_to_lab(parse_hex(hex).unwrap())),
            expected,
            "{hex}"
        );
    }
}

#[test]
fn hex_is_read_or_refused() {
    assert_eq!(parse_hex("#E8562a").unwrap(), [0xE8, 0x56, 0x2A]);
    for bad in [
        "",
        "#",
        "E8562A",
        "#E8562",
        "#E8562AA",
        "#E8562G",
        "#+12345",
        "# 12345",
        "#ééé",
        "rgb(1,2,3)",
    ] {
        let error = parse_hex(bad).unwrap_err().to_string();
        assert!(error.contains("#RRGGBB") && error.contains(bad), "{error}");
    }
    assert!(parse_hex(&"#".repeat(10_000)).unwrap_err().text.len() <= 32);
}

#[test]
fn harmony_says_what_a_stylist_says() {
    for (a, b, expected) in [
        (ColourName::Navy, ColourName::White, Relation::Neutral),
        (ColourName::Black, ColourName::Red, Relation::Neutral),
        (ColourName::Beige, ColourName::Blue, Relation::Neutral),
        (ColourName::Red, ColourName::Bordeaux, Relation::TonOnTon),
        (ColourName::Orange, ColourName::Red, Relation::Analogous),
        (
            ColourName::Blue,
            ColourName::Orange,
            Relation::SplitComplementary,
        ),
        (ColourName::Red, ColourName::Teal, Relation::Complementary),
        (ColourName::Yellow, ColourName::Pink, Relation::Clash),
    ] {
        assert_eq!(harmony(a, b).relation, expected, "{a:?} {b:?}");
    }
    assert!(
        harmony(ColourName::Navy, ColourName::White).score
            > harmony(ColourName::Red, ColourName::Purple).score
    );
}

#[test]
fn harmony_is_symmetric_and_bounded() {
    for a in ColourName::ALL {
        for b in ColourName::ALL {
            let (ab, ba) = (harmony(a, b), harmony(b, a));
            assert_eq!(ab.relation, ba.relation);
            assert!((ab.score - ba.score).abs() < 1e-6 && (0.0..=1.0).contains(&ab.score));
        }
    }
}

proptest! {
    #[test]
    fn srgb_survives_the_way_through_lab(rgb: [u8; 3]) {
        prop_assert_eq!(lab_to_srgb8(srgb8_to_lab(rgb)), rgb);
    }

    #[test]
    fn hex_survives(rgb: [u8; 3]) {
        prop_assert_eq!(parse_hex(&format!("#{:02x}{:02X}{:02x}", rgb[0], rgb[1], rgb[2])).unwrap(), rgb);
    }

    #[test]
    fn parsing_never_panics(text in ".{0,12}") {
        drop(parse_hex(&text));
    }

    #[test]
    fn distance_is_symmetric_and_zero_on_itself(a: [u8; 3], b: [u8; 3]) {
        let (a, b) = (srgb8_to_lab(a), srgb8_to_lab(b));
        prop_assert!((delta_e_2000(a, b) - delta_e_2000(b, a)).abs() < 1e-3);
        prop_assert_eq!(delta_e_2000(a, a), 0.0);
    }

    #[test]
    fn any_colour_gets_a_name_and_stays_in_gamut(lab in [-50.0f32..150.0, -200.0f32..200.0, -200.0f32..200.0]) {
        prop_assert!(ColourName::ALL.contains(&nearest(lab)));
        prop_assert!(lab_to_srgb(lab).iter().all(|c| (0.0..=1.0).contains(c)));
    }
}
