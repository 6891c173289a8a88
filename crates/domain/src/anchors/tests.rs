//! Fits: what can be put on, and what is refused with which words.

use super::*;

fn t_shirt() -> Fit {
    let anchors = [
        ("neck_back", [0.5, 0.14]),
        ("neck_front", [0.5, 0.22]),
        ("neck_right", [0.42, 0.145]),
        ("neck_left", [0.58, 0.145]),
        ("shoulder_right", [0.28, 0.2]),
        ("shoulder_left", [0.72, 0.2]),
        ("armpit_right", [0.28, 0.4]),
        ("armpit_left", [0.72, 0.4]),
        ("waist_right", [0.285, 0.63]),
        ("waist_left", [0.715, 0.63]),
        ("hem_right", [0.275, 0.87]),
        ("hem_left", [0.725, 0.87]),
        ("cuff_outer_right", [0.14, 0.34]),
        ("cuff_outer_left", [0.86, 0.34]),
        ("cuff_inner_right", [0.23, 0.43]),
        ("cuff_inner_left", [0.77, 0.43]),
    ];
    Fit {
        cut: Cut::TShirt,
        aspect: 1.0,
        open: false,
        ease: 0.1,
        stretch: Fit::WOVEN_STRETCH,
        anchors: anchors
            .into_iter()
            .map(|(word, at)| (Anchor::named(word).unwrap(), at))
            .collect(),
        neckline: Vec::new(),
        chart: None,
    }
}

#[test]
fn every_anchor_has_a_word_of_its_own_and_a_mirror_image() {
    for &anchor in Anchor::ALL {
        assert_eq!(Anchor::named(anchor.as_str()), Some(anchor));
        assert_eq!(anchor.mirrored().mirrored(), anchor);
        let sided = anchor.as_str().ends_with("_left") || anchor.as_str().ends_with("_right");
        assert_eq!(sided, anchor.mirrored() != anchor, "{anchor:?}");
    }
}

#[test]
fn every_cut_asks_for_anchors_on_both_sides() {
    for cut in Cut::ALL {
        let wanted = cut.required();
        assert!(!wanted.is_empty());
        for anchor in &wanted {
            assert!(wanted.contains(&anchor.mirrored()), "{cut:?} {anchor:?}");
        }
        assert!(cut.optional().iter().all(|a| !wanted.contains(a)));
        let word = serde_json::to_value(cut).unwrap();
        assert_eq!(word, cut.as_str());
    }
}

#[test]
fn a_whole_t_shirt_can_be_put_on_and_survives_a_file() {
    let fit = t_shirt();
    assert_eq!(fit.problems(), []);
    assert!(fit.has_sleeve(Side::Left));
    let text = serde_json::to_string(&fit).unwrap();
    assert_eq!(serde_json::from_str::<Fit>(&text).unwrap(), fit);
    assert!(serde_json::from_str::<Fit>(&text.replace("neck_back", "neck_bakc")).is_err());
}

/// What the merchandiser reads when one thing of the T-shirt is wrong.
fn said(spoil: impl FnOnce(&mut Fit)) -> Vec<String> {
    let mut fit = t_shirt();
    spoil(&mut fit);
    fit.problems().iter().map(ToString::to_string).collect()
}

fn put(fit: &mut Fit, word: &str, at: [f32; 2]) {
    fit.anchors.insert(Anchor::named(word).unwrap(), at);
}

#[test]
fn what_is_wrong_is_said_in_words() {
    let words = said(|fit| {
        fit.anchors.remove(&Anchor::NeckFront);
    });
    assert_eq!(
        words,
        ["the anchor `neck_front` is missing; a t_shirt needs it"]
    );
    assert_eq!(
        said(|fit| put(fit, "crotch", [0.5, 0.5])),
        ["a t_shirt has no anchor `crotch`; take it out"]
    );
    assert_eq!(
        said(|fit| put(fit, "hem_left", [1.2, 0.9])),
        ["the anchor `hem_left` lies outside the picture: 1.2, 0.9; both must be from 0 to 1"]
    );
    assert_eq!(
        said(|fit| {
            fit.anchors.remove(&Anchor::CuffInner(Side::Left));
        }),
        ["`cuff_outer_left` is there without `cuff_inner_left`; set both or neither"]
    );
    assert_eq!(
        said(|fit| put(fit, "armpit_left", [0.72, 0.1])),
        [
            "`neck_left` must lie above `armpit_left`",
            "`shoulder_left` must lie above `armpit_left`"
        ]
    );
    assert_eq!(
        said(|fit| fit.ease = 3.0),
        ["the ease is 3; it must be from 0 (hugs the body) to 1"]
    );
    assert_eq!(said(|fit| fit.aspect = f32::NAN).len(), 1);
    assert_eq!(said(|fit| fit.neckline = vec![[0.5, -0.1]]).len(), 1);
    assert_eq!(said(|fit| fit.neckline = vec![[0.5; 2]; 65]).len(), 1);
    assert_eq!(said(|fit| fit.neckline = vec![[0.5; 2]]).len(), 1);
    assert_eq!(
        said(|fit| fit.neckline = vec![[0.6, 0.2], [0.4, 0.2]]),
        [
            "the neckline runs the wrong way; it begins at `neck_right`, on the left of a picture of the front"
        ]
    );
}

#[test]
fn a_picture_seen_from_the_wrong_side_is_told_once_for_each_pair() {
    let words = said(|fit| {
        fit.anchors = fit
            .anchors
            .iter()
            .map(|(a, at)| (a.mirrored(), *at))
            .collect();
    });
    assert_eq!(words.len(), 7, "{words:#?}");
    assert!(
        words.iter().all(|w| w.contains("the wearer's left")),
        "{words:#?}"
    );
}

#[test]
fn numbers_that_are_none_are_outside() {
    for bad in [f32::NAN, f32::INFINITY, -0.1, 1.1] {
        assert_eq!(
            said(|fit| put(fit, "waist_left", [bad, 0.5])).len(),
            1,
            "{bad}"
        );
    }
}

#[test]
fn a_sleeve_may_do_without_an_elbow_and_not_the_other_way_round() {
    let words = said(|fit| {
        put(fit, "elbow_outer_left", [0.8, 0.3]);
        put(fit, "elbow_inner_left", [0.78, 0.4]);
    });
    assert!(words.is_empty(), "{words:#?}");
    let words = said(|fit| {
        for word in ["cuff_outer_left", "cuff_inner_left"] {
            fit.anchors.remove(&Anchor::named(word).unwrap());
        }
        put(fit, "elbow_outer_left", [0.8, 0.3]);
        put(fit, "elbow_inner_left", [0.78, 0.4]);
    });
    assert_eq!(words.len(), 1, "{words:#?}");
}

#[test]
fn the_usual_neckline_hangs_from_neck_to_neck_through_the_front() {
    let mut fit = t_shirt();
    let line = fit.usual_neckline();
    assert_eq!((line[0], line[12]), ([0.42, 0.145], [0.58, 0.145]));
    assert!((line[6][0] - 0.5).abs() < 1e-6 && (line[6][1] - 0.22).abs() < 1e-6);
    fit.neckline = line;
    assert_eq!(fit.problems(), []);
    fit.anchors.remove(&Anchor::NeckBack);
    assert!(fit.usual_neckline().is_empty());
}
