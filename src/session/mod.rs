//! One shopper's use: feeds touches, presence, camera state and presented notices to the domain's session machine, and
//! carries out its effects on the camera and on inference. What was decided is in `cheval_domain::session`.

use bevy::prelude::*;
use cheval_domain::record::{Privacy, Record};
use cheval_domain::session::{CameraStatus as SessionCamera, Cue, Effect, Input, Screen, Session};
use cheval_domain::time::Mono;
use cheval_perception::Effort;
use cheval_perception::camera::CameraStatus;

use crate::KioskSystems;
use crate::audience::Crowd;
use crate::clock::Clock;
use crate::config::Config;
use crate::diagnostics::pace::Pace;
use crate::diagnostics::presented::Presented;
use crate::perception::Eyes;
use crate::report::Reporter;
use crate::scene::view::View;
use crate::theme::widget::Tapped;

/// The session of the shopper in front of the mirror.
#[derive(Resource, Deref)]
pub struct Visit {
    #[deref]
    session: Session,
    last_tap: Option<Mono>,
}

impl Visit {
    /// Share of the current countdown that is over, 0..=1.
    #[must_use]
    pub fn countdown_share(&self) -> Option<f32> {
        let running = self.warning().or(self.screen_count_down())?;
        Some(1.0 - running.left_ms as f32 / running.whole_ms.max(1) as f32)
    }

    /// The glass was touched a moment ago.
    #[must_use]
    pub fn just_touched(&self, now: Mono) -> bool {
        self.last_tap.is_some_and(|at| now.since_ms(at) < 400)
    }
}

/// What the session machine asked for in this frame.
#[derive(Resource, Default, Deref)]
pub struct Effects(Vec<Effect>);

impl Effects {
    /// Sounds to play.
    pub fn cues(&self) -> impl Iterator<Item = Cue> + '_ {
        self.0.iter().filter_map(|effect| match effect {
            Effect::PlayCue(cue) => Some(*cue),
            _ => None,
        })
    }

    /// Everything of this session must be forgotten now.
    #[must_use]
    pub fn wipe(&self) -> bool {
        self.0.contains(&Effect::WipeSession)
    }

    /// The shopper wants other suggestions.
    #[must_use]
    pub fn turn_suggestions(&self) -> bool {
        self.0.contains(&Effect::TurnSuggestions)
    }
}

/// Privacy counters since the last record.
#[derive(Resource, Default)]
struct PrivacyCounters(Privacy);

pub(super) fn plugin(app: &mut App) {
    let timings = app.world().resource::<Config>().session.timings();
    let now = app.world().resource::<Clock>().now();
    app.insert_resource(Visit {
        session: Session::new(timings, now),
        last_tap: None,
    });
    app.init_resource::<Effects>()
        .init_resource::<PrivacyCounters>();
    app.add_systems(
        Update,
        (
            advance_session,
            (steer_perception, report_session, count_privacy),
        )
            .chain()
            .in_set(KioskSystems::Session),
    );
}

fn advance_session(
    clock: Res<Clock>,
    crowd: Res<Crowd>,
    eyes: Res<Eyes>,
    (view, presented): (Res<View>, Res<Presented>),
    mut tapped: MessageReader<Tapped>,
    mut visit: ResMut<Visit>,
    mut effects: ResMut<Effects>,
    mut pace: ResMut<Pace>,
    mut notice_since: Local<Option<u64>>,
) {
    let now = clock.now();
    let mut inputs = vec![Input::Camera(session_camera(&eyes.camera()))];
    inputs.push(notice_input(&view, &presented, &mut notice_since));
    inputs.extend(crowd.session_input());
    for Tapped(action) in tapped.read() {
        visit.last_tap = Some(now);
        inputs.push(Input::Tap(action.clone()));
    }
    inputs.push(Input::Tick);
    effects.0.clear();
    for input in inputs {
        let caused = visit.session.handle(now, input);
        effects.0.extend(caused);
    }
    if *visit.screen() != Screen::Attract {
        pace.wake_at(now.plus_ms(250));
    }
}

/// The notice counts as presented two frames after the view with it was complete: the first may still be on its way.
fn notice_input(view: &View, presented: &Presented, since: &mut Option<u64>) -> Input {
    if !view.shows_notice() || presented.first_picture_ms().is_none() {
        *since = None;
        return Input::NoticeHidden;
    }
    let first = *since.get_or_insert(presented.frames());
    if presented.frames() >= first + 2 {
        Input::NoticePresented
    } else {
        Input::NoticeHidden
    }
}

fn session_camera(status: &CameraStatus) -> SessionCamera {
    match status {
        CameraStatus::Live { .. } => SessionCamera::Live,
        CameraStatus::Starting | CameraStatus::Paused => SessionCamera::Off,
        CameraStatus::Lost { .. } | CameraStatus::None => SessionCamera::Lost,
    }
}

fn steer_perception(
    effects: Res<Effects>,
    visit: Res<Visit>,
    eyes: Res<Eyes>,
    mut effort: Local<Option<Effort>>,
) {
    for effect in effects.iter() {
        match effect {
            Effect::OpenCamera => eyes.set_camera(true),
            Effect::CloseCamera => eyes.set_camera(false),
            Effect::AllowInference(allowed) => eyes.allow_inference(*allowed),
            _ => {}
        }
    }
    let wanted = match visit.screen() {
        Screen::Attract | Screen::Feedback | Screen::Farewell => Effort::Faces,
        Screen::Noticed | Screen::Notice | Screen::Engaged => Effort::Clothes,
        Screen::TryOn(_) => Effort::TryOn,
    };
    if *effort != Some(wanted) {
        eyes.set_effort(wanted);
        *effort = Some(wanted);
    }
}

fn report_session(effects: Res<Effects>, clock: Res<Clock>, reporter: Res<Reporter>) {
    for effect in effects.iter() {
        if let Effect::Report(interaction) = effect {
            reporter.report(&clock, Record::Interaction(interaction.clone()));
        }
    }
}

fn count_privacy(
    effects: Res<Effects>,
    clock: Res<Clock>,
    reporter: Res<Reporter>,
    mut counters: ResMut<PrivacyCounters>,
) {
    for effect in effects.iter() {
        match effect {
            Effect::CountNoticeShown => counters.0.notices_shown += 1,
            Effect::CountCameraPaused => counters.0.camera_paused += 1,
            Effect::CountSeesOpened => counters.0.sees_opened += 1,
            _ => {}
        }
    }
    if effects.wipe() && counters.0 != Privacy::default() {
        reporter.report(&clock, Record::Privacy(std::mem::take(&mut counters.0)));
    }
}
