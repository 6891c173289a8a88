//! What one shopper is doing: Attract → Noticed → Notice → Engaged → `TryOn` → Feedback → Farewell → Attract.
//!
//! A pure state machine: time and events come in, the new state and a list of [`Effect`]s come out. It knows neither the
//! catalogue nor the picture; the caller offers only actions that are on the glass, and an action that does not fit the
//! screen is counted as a touch and otherwise ignored.
//!
//! Two rules hold in every state (DESIGN §6.2): inference is allowed only while the notice has been on glass since the
//! last wipe and the camera is not paused, and every way back to Attract passes [`Effect::WipeSession`].

use serde::{Deserialize, Serialize};

use crate::colour::parse_hex;
use crate::time::Mono;

mod journal;
mod presence;
mod timers;
mod vocabulary;

pub use presence::NEAR_FACE;
pub use vocabulary::{
    Action, CameraStatus, Cue, Effect, Input, SHORTEST_WARNING_MS, Screen, SessionTimings, TryOn,
};

use journal::Journal;

/// How a session ended; the words of `record::Interaction::outcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    WalkedAway,
    Idle,
    CameraOff,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::WalkedAway => "walked_away",
            Self::Idle => "idle",
            Self::CameraOff => "camera_off",
        }
    }
}

/// A running count-down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountDown {
    /// Milliseconds left.
    pub left_ms: u64,
    /// Milliseconds from its start to its end.
    pub whole_ms: u64,
}

/// One mirror's session.
#[derive(Debug, Clone)]
pub struct Session {
    timings: SessionTimings,
    now: Mono,
    screen: Screen,
    entered: Mono,
    last_touch: Mono,
    /// Last word that somebody is there; `None` = nobody.
    last_present: Option<Mono>,
    /// Since when somebody has been near and facing without a break.
    lingering_since: Option<Mono>,
    /// The last session ended by idleness and whoever caused it has not left: do not start over by itself.
    quiet: bool,
    sees: bool,
    paused: bool,
    warning_since: Option<Mono>,
    notice_on_glass: bool,
    inference_allowed: bool,
    camera_wanted: bool,
    camera: CameraStatus,
    language: Option<String>,
    csat: Option<u8>,
    outcome: Outcome,
    number: u64,
    journal: Option<Journal>,
}

impl Session {
    /// A session machine at Attract with the camera closed and inference forbidden. Warning and feedback times below
    /// [`SHORTEST_WARNING_MS`] are raised to it.
    #[must_use]
    pub fn new(timings: SessionTimings, now: Mono) -> Self {
        let timings = SessionTimings {
            warning_ms: timings.warning_ms.max(SHORTEST_WARNING_MS),
            feedback_ms: timings.feedback_ms.max(SHORTEST_WARNING_MS),
            ..timings
        };
        Self {
            timings,
            now,
            screen: Screen::Attract,
            entered: now,
            last_touch: now,
            last_present: None,
            lingering_since: None,
            quiet: false,
            sees: false,
            paused: false,
            warning_since: None,
            notice_on_glass: false,
            inference_allowed: false,
            camera_wanted: false,
            camera: CameraStatus::Off,
            language: None,
            csat: None,
            outcome: Outcome::WalkedAway,
            number: 0,
            journal: None,
        }
    }

    /// Takes one input and says what to do. `now` earlier than before counts as before.
    pub fn handle(&mut self, now: Mono, input: Input) -> Vec<Effect> {
        self.now = self.now.max(now);
        let mut effects = Vec::new();
        match input {
            Input::Tick => {}
            Input::PersonPresent { near, facing } => {
                self.person_present(near && facing, &mut effects)
            }
            Input::PersonGone => self.person_gone(),
            Input::Tap(action) => self.tap(action, &mut effects),
            Input::NoticePresented => self.notice_on_glass = true,
            Input::NoticeHidden => self.notice_on_glass = false,
            Input::Camera(status) => self.camera = status,
            Input::Shutdown => self.shut_down(&mut effects),
        }
        self.run_timers(&mut effects);
        self.steer_camera(&mut effects);
        effects
    }

    /// What the glass shows.
    #[must_use]
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Milliseconds since the screen was entered.
    #[must_use]
    pub fn on_screen_ms(&self) -> u64 {
        self.now.since_ms(self.entered)
    }

    /// The panel "What I see, and what I keep" is open over the screen.
    #[must_use]
    pub fn sees_open(&self) -> bool {
        self.sees
    }

    /// A shopper paused the camera.
    #[must_use]
    pub fn camera_paused(&self) -> bool {
        self.paused
    }

    /// Inference on camera frames is allowed at this moment.
    #[must_use]
    pub fn inference_allowed(&self) -> bool {
        self.inference_allowed
    }

    /// The idle warning, while it counts down.
    #[must_use]
    pub fn warning(&self) -> Option<CountDown> {
        self.warning_since
            .map(|since| self.count_down(since, self.timings.warning_ms))
    }

    /// Time left on the notice or on the feedback screen.
    #[must_use]
    pub fn screen_count_down(&self) -> Option<CountDown> {
        match self.screen {
            Screen::Notice => Some(self.count_down(self.entered, self.timings.notice_ms)),
            Screen::Feedback => {
                Some(self.count_down(self.last_touch.max(self.entered), self.timings.feedback_ms))
            }
            Screen::Farewell => Some(self.count_down(self.entered, self.timings.farewell_ms)),
            Screen::Attract | Screen::Noticed | Screen::Engaged | Screen::TryOn(_) => None,
        }
    }

    /// The language this shopper chose.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// The rating given in this session.
    #[must_use]
    pub fn csat(&self) -> Option<u8> {
        self.csat
    }

    /// Number of the current or last session since the start; 0 before the first.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    fn count_down(&self, since: Mono, whole_ms: u64) -> CountDown {
        CountDown {
            left_ms: whole_ms.saturating_sub(self.now.since_ms(since)),
            whole_ms,
        }
    }

    /// Only a camera that may look can say that nobody is there.
    fn presence_known(&self) -> bool {
        self.camera == CameraStatus::Live && self.inference_allowed
    }

    fn somebody_here(&self) -> bool {
        self.last_present
            .is_some_and(|at| self.now.since_ms(at) < self.timings.presence_ttl_ms)
    }

    fn person_present(&mut self, close: bool, effects: &mut Vec<Effect>) {
        if !self.inference_allowed {
            return;
        }
        self.last_present = Some(self.now);
        self.lingering_since = if close {
            self.lingering_since.or(Some(self.now))
        } else {
            None
        };
        if self.screen == Screen::Attract {
            effects.push(Effect::PlayCue(Cue::Hello));
            self.enter(Screen::Noticed);
        }
    }

    fn person_gone(&mut self) {
        self.last_present = None;
        self.lingering_since = None;
        self.quiet = false;
    }

    fn tap(&mut self, action: Action, effects: &mut Vec<Effect>) {
        self.last_touch = self.now;
        self.quiet = false;
        if self.warning_since.take().is_some() && action == Action::StillHere {
            effects.push(Effect::PlayCue(Cue::Tap));
            return;
        }
        if self.tap_anywhere(&action, effects) {
            return;
        }
        let Some(next) = self.next_screen(action) else {
            return;
        };
        if !self.screen.in_session() {
            self.begin(&next, effects);
        }
        self.outcome = match next {
            Screen::Feedback | Screen::Farewell => Outcome::Done,
            Screen::Attract
            | Screen::Noticed
            | Screen::Notice
            | Screen::Engaged
            | Screen::TryOn(_) => Outcome::WalkedAway,
        };
        effects.push(Effect::PlayCue(match &next {
            Screen::TryOn(TryOn { wearing: true, .. }) => Cue::Wear,
            Screen::Farewell => Cue::Farewell,
            _ => Cue::Tap,
        }));
        self.enter(next);
    }

    /// Actions that mean the same on every screen. True when the action is dealt with.
    fn tap_anywhere(&mut self, action: &Action, effects: &mut Vec<Effect>) -> bool {
        match action {
            Action::WhatItSees if !self.sees => {
                self.sees = true;
                effects.extend([Effect::CountSeesOpened, Effect::PlayCue(Cue::Tap)]);
            }
            Action::Understood | Action::Back | Action::WhatItSees if self.sees => {
                self.sees = false;
                if self.screen == Screen::Notice {
                    // Who has understood goes on; who only closed the panel gets the notice's time again.
                    self.entered = self.now;
                    if *action == Action::Understood {
                        return false;
                    }
                }
                effects.push(Effect::PlayCue(Cue::Tap));
            }
            Action::CameraOff if !self.paused => {
                self.paused = true;
                self.sees = false;
                self.person_gone();
                effects.push(Effect::CountCameraPaused);
                // Before the session proper, switching the camera off also leads into it: see the table.
                if matches!(
                    self.screen,
                    Screen::Attract | Screen::Noticed | Screen::Notice
                ) {
                    return false;
                }
                effects.push(Effect::PlayCue(Cue::Tap));
            }
            Action::CameraOn if self.paused => {
                self.paused = false;
                effects.push(Effect::PlayCue(Cue::Tap));
            }
            Action::Language(tag) => {
                if is_language_tag(tag) {
                    self.language = Some(tag.clone());
                    effects.push(Effect::PlayCue(Cue::Tap));
                }
            }
            Action::NextSuggestions
                if matches!(self.screen, Screen::Engaged | Screen::TryOn(_)) =>
            {
                effects.extend([Effect::TurnSuggestions, Effect::PlayCue(Cue::Tap)]);
            }
            Action::Rate(stars) => {
                if self.screen == Screen::Feedback && (1..=5).contains(stars) {
                    self.csat = Some(*stars);
                    effects.push(Effect::PlayCue(Cue::Thanks));
                }
            }
            Action::Elsewhere | Action::NextSuggestions | Action::WhatItSees => {}
            _ => return false,
        }
        true
    }

    /// The table: where an action leads from the present screen; `None` = nowhere.
    fn next_screen(&self, action: Action) -> Option<Screen> {
        use Action as A;
        use Screen as S;
        let open = |sku| {
            S::TryOn(TryOn {
                sku: Some(sku),
                wearing: false,
                tint: None,
            })
        };
        let wear = |sku| {
            S::TryOn(TryOn {
                sku: Some(sku),
                wearing: true,
                tint: None,
            })
        };
        match (self.screen.clone(), action) {
            (S::Attract | S::Noticed, A::StepCloser | A::ShowLooks) => Some(self.first_screen()),
            // Who switches the camera off wants to use the screen without it: straight to the catalogue.
            (S::Attract | S::Noticed | S::Notice, A::CameraOff) => Some(S::Engaged),
            (S::Notice, A::ShowLooks | A::Understood | A::StepCloser) => Some(S::Engaged),
            (S::Notice, A::Done | A::Back) => Some(S::Farewell),
            (S::Engaged | S::TryOn(_), A::OpenGarment(sku)) => Some(open(sku)),
            (S::Engaged | S::TryOn(_), A::Wear(sku)) => Some(wear(sku)),
            (S::Engaged | S::TryOn(_), A::ChangeColour) => Some(S::TryOn(TryOn::default())),
            (S::Engaged, A::ChooseColour(hex)) if parse_hex(&hex).is_ok() => {
                Some(S::TryOn(TryOn {
                    sku: None,
                    wearing: true,
                    tint: Some(hex),
                }))
            }
            (S::TryOn(on), A::ChooseColour(hex)) if parse_hex(&hex).is_ok() => {
                Some(S::TryOn(TryOn {
                    wearing: true,
                    tint: Some(hex),
                    ..on
                }))
            }
            (S::TryOn(on), A::BackToMine) => Some(S::TryOn(TryOn {
                wearing: false,
                tint: None,
                ..on
            })),
            (S::TryOn(_), A::Back | A::ShowLooks) => Some(S::Engaged),
            (S::Engaged | S::TryOn(_), A::Done) => Some(S::Feedback),
            (S::Feedback, A::Done) => Some(S::Farewell),
            (S::Feedback | S::Farewell, A::StillHere | A::Back | A::ShowLooks) => Some(S::Engaged),
            _ => None,
        }
    }

    /// Where a touch leads from Attract: through the notice where a camera could look, else straight in.
    fn first_screen(&self) -> Screen {
        if self.paused || self.camera == CameraStatus::Lost {
            Screen::Engaged
        } else {
            Screen::Notice
        }
    }

    fn begin(&mut self, first: &Screen, effects: &mut Vec<Effect>) {
        self.number += 1;
        self.csat = None;
        self.outcome = Outcome::WalkedAway;
        self.last_touch = self.now;
        self.journal = Some(Journal::new(self.number, self.now));
        if *first == Screen::Notice {
            effects.push(Effect::CountNoticeShown);
        }
    }

    fn enter(&mut self, next: Screen) {
        if next == self.screen {
            return;
        }
        if let Some(journal) = &mut self.journal {
            journal.enter(self.now, &next);
        }
        self.warning_since = None;
        self.entered = self.now;
        self.screen = next;
    }

    fn say_goodbye(&mut self, outcome: Outcome, effects: &mut Vec<Effect>) {
        self.outcome = outcome;
        self.sees = false;
        effects.push(Effect::PlayCue(Cue::Farewell));
        self.enter(Screen::Farewell);
    }

    /// Ends the session: reports it if the shopper got past the notice, forgets everything, goes to Attract.
    fn wipe(&mut self, effects: &mut Vec<Effect>) {
        if let Some(report) = self
            .journal
            .take()
            .and_then(|j| j.finish(self.now, self.csat, self.outcome.as_str()))
        {
            effects.push(Effect::Report(report));
        }
        self.forget(effects);
        self.paused = false;
        self.notice_on_glass = false;
        self.enter(Screen::Attract);
    }

    fn forget(&mut self, effects: &mut Vec<Effect>) {
        effects.push(Effect::WipeSession);
        self.csat = None;
        self.language = None;
        self.sees = false;
        self.lingering_since = None;
    }

    fn shut_down(&mut self, effects: &mut Vec<Effect>) {
        if self.screen.in_session() {
            self.wipe(effects);
        }
        self.notice_on_glass = false;
        self.camera_wanted = false;
        effects.push(Effect::CloseCamera);
    }

    /// Camera and inference follow from three facts: is the notice on glass, is the camera paused, is it wanted.
    fn steer_camera(&mut self, effects: &mut Vec<Effect>) {
        let allowed = self.notice_on_glass && !self.paused;
        if allowed != self.inference_allowed {
            self.inference_allowed = allowed;
            if !allowed {
                self.last_present = None;
                self.lingering_since = None;
            }
            effects.push(Effect::AllowInference(allowed));
        }
        // The notice may leave the glass for a frame; only a pause closes the device.
        let wanted = !self.paused && (self.camera_wanted || self.notice_on_glass);
        if wanted != self.camera_wanted {
            self.camera_wanted = wanted;
            effects.push(if wanted {
                Effect::OpenCamera
            } else {
                Effect::CloseCamera
            });
        }
    }
}

/// A loose BCP 47 check: letters, digits and hyphens, a primary subtag of 2..=8 letters, at most 35 characters (RFC 5646
/// §4.4.1).
fn is_language_tag(tag: &str) -> bool {
    let primary = tag.split('-').next().unwrap_or_default();
    tag.len() <= 35
        && (2..=8).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && tag
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests;
