//! Stories of the whole screen, without window, graphics, camera or network: observations and touches in, pages out.

mod stage;

use cheval::scene::view::{Beside, Page};
use cheval_domain::session::Action;
use cheval_tryon::gate::Guide;
use stage::Stage;

#[test]
fn the_last_slide_stays_until_the_mirror_has_its_picture() {
    let mut stage = Stage::new();
    stage.until("attract");
    stage.run_ms(500);
    let Page::Attract(slide) = stage.page().clone() else {
        panic!("the loop plays");
    };
    assert!(slide.picture.is_some(), "a slide of the pack");
    stage.step_in(1);
    for _ in 0..100 {
        stage.run_ms(100);
        match stage.page() {
            Page::Attract(still) => assert_eq!(still.title, slide.title),
            _ => return,
        }
    }
    panic!("the mirror never came");
}

#[test]
fn weekday_and_hour_decide_what_the_attract_loop_shows() {
    let on = |civil: &str| {
        let civil = civil.parse().expect("a time");
        let mut slides = Stage::on(&civil).slides_within(50_000);
        slides.sort();
        slides.dedup();
        slides
    };
    let weekend = on("2100-03-06T12:00[Europe/Kyiv]");
    assert_eq!(
        weekend,
        ["knit-weather", "mirror-tries-it-on", "saffron-season"]
    );
    let evening = on("2100-03-03T18:00[Europe/Kyiv]");
    assert_eq!(
        evening,
        ["mirror-tries-it-on", "navy-all-week", "rouge-evening"]
    );
    let day = on("2100-03-03T11:00[Europe/Kyiv]");
    assert!(day.contains(&"rain-ready".to_owned()), "{day:?}");
}

#[test]
fn a_clock_that_stands_before_the_content_was_loaded_plays_the_fallback() {
    let slides = Stage::new().slides_within(20_000);
    assert_eq!(slides[..2], ["saffron-season", "navy-all-week"]);
}

#[test]
fn a_visit_goes_from_attract_to_farewell_and_leaves_nothing() {
    let mut stage = Stage::new();
    stage.until("attract");
    stage.step_in(1);
    stage.until("notice");
    stage.tap(Action::ShowLooks);
    stage.until("engaged");
    let sku = stage.first_card();
    stage.tap(Action::Wear(sku));
    stage.until("tryon");
    stage.tap(Action::Done);
    stage.until("feedback");
    stage.tap(Action::Rate(5));
    stage.tap(Action::Done);
    stage.until("farewell");
    stage.leave();
    stage.until("attract");
}

#[test]
fn nothing_is_inferred_before_the_notice_was_presented() {
    let mut stage = Stage::new();
    stage.hold_presentation();
    stage.step_in(1);
    stage.run_ms(3_000);
    assert!(!stage.inference_allowed());
    assert_eq!(stage.page_name(), "attract");
    stage.present_again();
    stage.until("notice");
    assert!(stage.inference_allowed());
}

#[test]
fn the_camera_button_closes_the_camera_and_the_catalogue_stays() {
    let mut stage = Stage::new();
    stage.step_in(1);
    stage.until("notice");
    stage.tap(Action::CameraOff);
    stage.until("engaged");
    assert!(!stage.inference_allowed());
    assert!(matches!(stage.page(), Page::Engaged(engaged) if !engaged.cards.is_empty()));
}

#[test]
fn the_same_story_in_every_language_has_no_raw_key() {
    for language in ["en", "uk", "pl", "ru"] {
        let mut stage = Stage::new();
        stage.step_in(1);
        stage.until("notice");
        stage.tap(Action::Language(language.into()));
        stage.tap(Action::ShowLooks);
        stage.until("engaged");
        let words = format!("{:?}", stage.page());
        assert!(!words.contains("engaged-"), "{language}: {words}");
    }
}

#[test]
fn a_garment_that_cannot_be_put_on_stands_beside_the_shopper_who_is_told_what_to_do() {
    let mut stage = Stage::new();
    stage.step_in(1);
    stage.until("notice");
    stage.tap(Action::ShowLooks);
    stage.until("engaged");
    stage.tap(Action::Wear(stage.first_card()));
    stage.until("tryon");
    assert!(stage.beside().card.is_none(), "it may come at any moment");
    stage.run_ms(2_000);
    let beside = stage.beside();
    let guide = beside.guide.expect("nobody's body was seen").guide;
    assert_eq!(guide, Guide::ComeCloser);
    assert!(beside.card.is_some());
    stage.tap(Action::Done);
    stage.until("feedback");
    assert_eq!(stage.beside(), Beside::default());
}

#[test]
fn without_a_camera_the_garment_takes_the_place_of_the_mirror() {
    let mut stage = Stage::new();
    stage.step_in(1);
    stage.until("notice");
    stage.tap(Action::CameraOff);
    stage.until("engaged");
    stage.tap(Action::Wear(stage.first_card()));
    stage.until("tryon");
    stage.run_ms(500);
    let Page::TryOn(page) = stage.page() else {
        panic!("the garment was chosen");
    };
    assert!(page.whole.is_some() && page.small.is_none());
    assert_eq!(stage.beside(), Beside::default());
}
