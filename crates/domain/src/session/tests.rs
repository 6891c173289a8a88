//! Stories of one session, told step by step.

mod histories;

use crate::catalogue::Sku;
use crate::record::Interaction;

use super::*;

/// A session with a clock, that remembers what it was told to do.
struct Story {
    session: Session,
    now: u64,
    effects: Vec<Effect>,
}

impl Story {
    fn new() -> Self {
        Self {
            session: Session::new(SessionTimings::default(), Mono(0)),
            now: 0,
            effects: Vec::new(),
        }
    }

    fn send(&mut self, input: Input) -> &mut Self {
        self.effects
            .extend(self.session.handle(Mono(self.now), input));
        self
    }

    fn tap(&mut self, action: Action) -> &mut Self {
        self.send(Input::Tap(action))
    }

    /// Lets time pass in quarter seconds; somebody stands there or not.
    fn pass(&mut self, ms: u64, somebody: bool) -> &mut Self {
        for _ in 0..ms.div_ceil(250) {
            self.now += 250;
            self.send(if somebody {
                Input::PersonPresent {
                    near: true,
                    facing: true,
                }
            } else {
                Input::Tick
            });
        }
        self
    }

    fn with_camera() -> Self {
        let mut story = Self::new();
        story
            .send(Input::NoticePresented)
            .send(Input::Camera(CameraStatus::Live));
        story
    }

    fn engaged() -> Self {
        let mut story = Self::with_camera();
        story.pass(1_000, true).tap(Action::ShowLooks);
        assert_eq!(*story.session.screen(), Screen::Engaged);
        story
    }

    fn screen(&self) -> &'static str {
        self.session.screen().name()
    }

    fn did(&self, effect: &Effect) -> usize {
        self.effects.iter().filter(|e| *e == effect).count()
    }

    fn report(&self) -> Option<&Interaction> {
        self.effects.iter().find_map(|e| match e {
            Effect::Report(report) => Some(report),
            _ => None,
        })
    }
}

fn sku(code: &str) -> Sku {
    Sku(code.to_owned())
}

#[test]
fn the_camera_opens_and_looks_only_after_the_notice_was_presented() {
    let mut story = Story::new();
    story.pass(5_000, true);
    assert!(story.effects.is_empty(), "{:?}", story.effects);
    story.send(Input::NoticePresented);
    assert_eq!(
        story.effects,
        [Effect::AllowInference(true), Effect::OpenCamera]
    );
    story.send(Input::NoticePresented);
    assert_eq!(story.effects.len(), 2, "idempotent");
    story.send(Input::NoticeHidden);
    assert_eq!(story.effects.last(), Some(&Effect::AllowInference(false)));
}

#[test]
fn the_whole_way() {
    let mut story = Story::with_camera();
    story.pass(250, true);
    assert_eq!(story.screen(), "noticed");
    story.pass(1_000, true);
    assert_eq!(story.screen(), "notice");
    assert_eq!(story.did(&Effect::CountNoticeShown), 1);
    story.pass(4_000, true);
    assert!(story.session.screen_count_down().unwrap().left_ms <= 4_250);
    story.pass(4_500, true);
    assert_eq!(story.screen(), "engaged");
    story
        .tap(Action::OpenGarment(sku("TEE")))
        .pass(1_000, true)
        .tap(Action::Wear(sku("TEE")))
        .pass(2_000, true);
    story
        .tap(Action::ChooseColour("#6E1A2C".to_owned()))
        .pass(1_000, true);
    assert_eq!(
        *story.session.screen(),
        Screen::TryOn(TryOn {
            sku: Some(sku("TEE")),
            wearing: true,
            tint: Some("#6E1A2C".to_owned())
        })
    );
    story
        .tap(Action::BackToMine)
        .pass(1_000, true)
        .tap(Action::Done);
    assert_eq!(story.screen(), "feedback");
    story
        .tap(Action::Rate(5))
        .pass(1_000, true)
        .tap(Action::Done);
    assert_eq!(story.screen(), "farewell");
    assert_eq!(story.did(&Effect::WipeSession), 0);
    story.pass(4_250, true);
    assert_eq!(story.did(&Effect::WipeSession), 1);
    let report = story.report().unwrap();
    assert_eq!(
        (report.csat, report.outcome.as_str(), report.session),
        (Some(5), "done", 1)
    );
    assert_eq!(
        report.tried,
        [crate::record::TriedGarment {
            sku: sku("TEE"),
            ms: 3_000
        }]
    );
    let screens: Vec<&str> = report.steps.iter().map(|s| s.screen.as_str()).collect();
    assert_eq!(
        screens,
        ["notice", "engaged", "try_on", "feedback", "farewell"]
    );
    let steps_ms = report.steps.iter().map(|s| s.ms).sum::<u64>();
    assert!(
        steps_ms.abs_diff(report.duration_secs * 1000) <= 500,
        "{report:?}"
    );
}

#[test]
fn after_a_wipe_nothing_is_inferred_until_the_notice_is_on_glass_again() {
    let mut story = Story::engaged();
    story.tap(Action::Done).tap(Action::Done).pass(4_500, true);
    assert_eq!(story.screen(), "attract");
    assert!(!story.session.inference_allowed());
    story.send(Input::NoticePresented);
    assert!(story.session.inference_allowed());
}

#[test]
fn camera_off_closes_at_once_and_the_session_goes_on() {
    for mut story in [Story::with_camera(), Story::engaged()] {
        story.effects.clear();
        story.tap(Action::CameraOff);
        assert_eq!(story.screen(), "engaged");
        for effect in [
            Effect::AllowInference(false),
            Effect::CloseCamera,
            Effect::CountCameraPaused,
        ] {
            assert_eq!(story.did(&effect), 1, "{effect:?}");
        }
        story
            .send(Input::Camera(CameraStatus::Off))
            .pass(20_000, false);
        assert_eq!(
            story.screen(),
            "engaged",
            "with the camera off nobody can be said to have walked away"
        );
        story.tap(Action::OpenGarment(sku("TEE")));
        assert_eq!(story.screen(), "try_on");
        story.tap(Action::CameraOn);
        assert_eq!(
            story.did(&Effect::OpenCamera) - story.did(&Effect::CloseCamera),
            0
        );
        assert!(story.session.inference_allowed() && !story.session.camera_paused());
    }
}

#[test]
fn the_next_shopper_gets_the_camera_back() {
    let mut story = Story::engaged();
    story
        .tap(Action::CameraOff)
        .send(Input::Camera(CameraStatus::Off))
        .pass(80_000, false);
    assert_eq!(
        (story.screen(), story.session.camera_paused()),
        ("attract", false)
    );
    assert_eq!(story.report().unwrap().outcome, "camera_off");
    story.effects.clear();
    story.send(Input::NoticePresented);
    assert_eq!(
        story.effects,
        [Effect::AllowInference(true), Effect::OpenCamera]
    );
}

#[test]
fn idleness_warns_for_twenty_seconds_and_can_be_extended_any_number_of_times() {
    let mut story = Story::engaged();
    for _ in 0..12 {
        story.pass(45_250, true);
        let warning = story.session.warning().unwrap();
        assert!(warning.whole_ms >= SHORTEST_WARNING_MS && warning.left_ms > 19_000);
        story.pass(19_000, true);
        assert_eq!(story.screen(), "engaged");
        story.tap(Action::StillHere);
        assert_eq!(story.session.warning(), None);
    }
    story.pass(66_000, true);
    assert_eq!(story.screen(), "farewell");
    story.pass(5_000, true);
    assert_eq!(story.screen(), "attract");
    assert_eq!(story.report().unwrap().outcome, "idle");
}

#[test]
fn who_idled_out_is_not_pestered_until_leaving_or_touching() {
    let mut story = Story::engaged();
    story
        .pass(71_000, true)
        .send(Input::NoticePresented)
        .pass(30_000, true);
    assert_eq!(story.screen(), "noticed");
    story.tap(Action::StepCloser);
    assert_eq!(story.screen(), "notice");
}

#[test]
fn walking_away_wipes_soon_and_says_so() {
    let mut story = Story::engaged();
    story.send(Input::PersonGone).pass(5_000, false);
    assert_eq!(story.screen(), "engaged");
    story.pass(1_500, false);
    assert_eq!(
        (story.screen(), story.report().unwrap().outcome.as_str()),
        ("attract", "walked_away")
    );
}

#[test]
fn whoever_leaves_at_the_notice_leaves_no_record() {
    let mut story = Story::with_camera();
    story.pass(1_250, true);
    assert_eq!(story.screen(), "notice");
    story.send(Input::PersonGone).pass(7_000, false);
    assert_eq!((story.screen(), story.report()), ("attract", None));
    assert!(story.did(&Effect::WipeSession) > 0);
}

#[test]
fn without_a_camera_a_touch_leads_straight_to_the_catalogue() {
    let mut story = Story::new();
    story
        .send(Input::Camera(CameraStatus::Lost))
        .tap(Action::StepCloser);
    assert_eq!(story.screen(), "engaged");
}

#[test]
fn the_panel_what_i_see_lies_over_any_screen_and_holds_the_notice() {
    let mut story = Story::with_camera();
    story.pass(1_250, true).tap(Action::WhatItSees);
    assert!(story.session.sees_open());
    story.pass(15_000, true);
    assert_eq!(story.screen(), "notice", "reading takes the time it takes");
    story.tap(Action::Back);
    assert_eq!(
        (story.session.sees_open(), story.screen()),
        (false, "notice")
    );
    story.tap(Action::WhatItSees).tap(Action::Understood);
    assert_eq!(
        (story.session.sees_open(), story.screen()),
        (false, "engaged")
    );
    story.tap(Action::WhatItSees).tap(Action::Understood);
    assert_eq!(
        (story.session.sees_open(), story.screen()),
        (false, "engaged")
    );
    assert_eq!(story.did(&Effect::CountSeesOpened), 3);
}

#[test]
fn nonsense_from_the_glass_changes_nothing() {
    let mut story = Story::engaged();
    for action in [
        Action::ChooseColour("red".to_owned()),
        Action::Rate(5),
        Action::Language("../../etc".to_owned()),
        Action::Language("x".repeat(10_000)),
        Action::Language(String::new()),
        Action::BackToMine,
        Action::Elsewhere,
    ] {
        story.tap(action);
    }
    assert_eq!(
        (
            story.screen(),
            story.session.csat(),
            story.session.language()
        ),
        ("engaged", None, None)
    );
    story
        .tap(Action::Done)
        .tap(Action::Rate(0))
        .tap(Action::Rate(6));
    assert_eq!(story.session.csat(), None);
    story.tap(Action::Language("uk".to_owned()));
    assert_eq!(story.session.language(), Some("uk"));
}

#[test]
fn a_language_left_behind_on_the_attract_loop_is_forgotten() {
    let mut story = Story::new();
    story
        .tap(Action::Language("pl".to_owned()))
        .pass(44_000, false);
    assert_eq!(story.session.language(), Some("pl"));
    story.pass(2_000, false);
    assert_eq!(story.session.language(), None);
}

#[test]
fn shutting_down_reports_wipes_and_closes() {
    let mut story = Story::engaged();
    story.send(Input::Shutdown);
    assert!(story.report().is_some() && !story.session.inference_allowed());
    assert_eq!(
        (
            story.did(&Effect::WipeSession),
            story.did(&Effect::CloseCamera)
        ),
        (1, 1)
    );
}

#[test]
fn a_rating_is_thanked_for_and_a_touch_meanwhile_keeps_the_screen() {
    let mut story = Story::engaged();
    story
        .tap(Action::Done)
        .tap(Action::Rate(4))
        .pass(1_000, true)
        .tap(Action::Rate(5));
    story.pass(1_250, true);
    assert_eq!(story.screen(), "feedback");
    story.pass(500, true);
    assert_eq!(
        (story.screen(), story.session.csat()),
        ("farewell", Some(5))
    );
}

#[test]
fn too_short_warnings_are_raised_to_what_people_need() {
    let hasty = SessionTimings {
        warning_ms: 10,
        feedback_ms: 0,
        ..SessionTimings::default()
    };
    let session = Session::new(hasty, Mono(0));
    assert_eq!(
        (session.timings.warning_ms, session.timings.feedback_ms),
        (20_000, 20_000)
    );
}
