//! Random histories of touches, people and time, which must keep every promise.

use proptest::prelude::*;

use super::*;

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        Just(Action::StepCloser),
        Just(Action::ShowLooks),
        Just(Action::WhatItSees),
        Just(Action::Understood),
        Just(Action::CameraOff),
        Just(Action::CameraOn),
        "[A-C]".prop_map(|s| Action::OpenGarment(Sku(s))),
        "[A-C]".prop_map(|s| Action::Wear(Sku(s))),
        Just(Action::ChangeColour),
        "#[0-9A-F]{5,7}".prop_map(Action::ChooseColour),
        Just(Action::NextSuggestions),
        Just(Action::BackToMine),
        Just(Action::Back),
        Just(Action::StillHere),
        Just(Action::Done),
        any::<u8>().prop_map(Action::Rate),
        ".{0,6}".prop_map(Action::Language),
        Just(Action::Elsewhere),
    ]
}

fn any_input() -> impl Strategy<Value = Input> {
    prop_oneof![
        3 => Just(Input::Tick),
        4 => any::<(bool, bool)>().prop_map(|(near, facing)| Input::PersonPresent { near, facing }),
        1 => Just(Input::PersonGone),
        6 => any_action().prop_map(Input::Tap),
        3 => Just(Input::NoticePresented),
        1 => Just(Input::NoticeHidden),
        1 => prop_oneof![Just(CameraStatus::Off), Just(CameraStatus::Live), Just(CameraStatus::Lost)]
            .prop_map(Input::Camera),
        1 => Just(Input::Shutdown),
    ]
}

proptest! {
    #[test]
    fn any_story_keeps_the_promises(story in prop::collection::vec((0u64..20_000, any_input()), 0..120)) {
        let mut session = Session::new(SessionTimings::default(), Mono(0));
        let (mut now, mut notice, mut paused_since_wipe) = (0, false, false);
        for (ms, input) in story {
            now += ms;
            notice = match input {
                Input::NoticePresented => true,
                Input::NoticeHidden | Input::Shutdown => false,
                _ => notice,
            };
            paused_since_wipe |= input == Input::Tap(Action::CameraOff);
            let before = session.screen().clone();
            let effects = session.handle(Mono(now), input);
            let wiped = effects.contains(&Effect::WipeSession);
            if wiped && before.in_session() {
                notice = false;
                paused_since_wipe = false;
            }
            prop_assert!(!session.inference_allowed() || notice, "inference without the notice");
            prop_assert!(!session.inference_allowed() || !session.camera_paused());
            prop_assert!(!session.camera_paused() || paused_since_wipe);
            if effects.contains(&Effect::AllowInference(true)) {
                prop_assert!(notice);
            }
            if before != Screen::Attract && *session.screen() == Screen::Attract {
                prop_assert!(wiped, "came back to Attract from {before:?} without a wipe");
            }
            if *session.screen() == Screen::Attract && wiped {
                prop_assert!(session.language().is_none() && session.csat().is_none() && !session.sees_open());
            }
        }
        // Nobody there any more: everything ends at Attract, wiped, in the time of one whole idle session.
        for _ in 0..400 {
            now += 250;
            session.handle(Mono(now), Input::Tick);
        }
        prop_assert_eq!(session.screen(), &Screen::Attract);
        prop_assert!(session.journal.is_none() && session.warning().is_none());
    }

    #[test]
    fn time_jumps_are_survived(times in prop::collection::vec((any::<u64>(), any_input()), 0..60)) {
        let mut session = Session::new(SessionTimings::default(), Mono(0));
        for (at, input) in times {
            session.handle(Mono(at), input);
        }
    }

    #[test]
    fn reports_add_up(story in prop::collection::vec((0u64..5_000, any_action()), 0..200)) {
        let mut session = Session::new(SessionTimings::default(), Mono(0));
        let mut now = 0;
        for (ms, action) in story {
            now += ms;
            for effect in session.handle(Mono(now), Input::Tap(action)) {
                let Effect::Report(report) = effect else { continue };
                let steps_ms: u64 = report.steps.iter().map(|s| s.ms).sum();
                let tried_ms: u64 = report.tried.iter().map(|t| t.ms).sum();
                prop_assert!(tried_ms <= steps_ms && report.steps.len() <= 64 && report.tried.len() <= 32);
                prop_assert!(steps_ms.abs_diff(report.duration_secs * 1000) <= 500);
                prop_assert!(report.csat.is_none_or(|c| (1..=5).contains(&c)));
            }
        }
    }
}
