//! What one shopper is doing: Attract → Noticed → Notice → Engaged → `TryOn` → Feedback → Farewell → Attract.
//!
//! A pure state machine: time and events come in, the new state and a list of [`Effect`]s come out. It knows neither the
//! catalogue nor the picture; the caller offers only actions that are on the glass, and an action that does not fit the
//! screen is counted as a touch and otherwise ignored.
//!
//! Two rules hold in every state (DESIGN §6.2): inference is allowed only while the notice has been on glass since the
//! last wipe and the camera is not paused, and every way back to Attract passes [`Effect::WipeSession`].

use serde::{Deserialize, Serialize};

use crate::catalogue::Sku;
use crate::colour::parse_hex;
use crate::record::Interaction;
use crate::time::Mono;

mod journal;

use journal::Journal;

/// What the glass shows. The names in [`Screen::name`] are those of `record::InteractionStep`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "screen")]
pub enum Screen {
    /// The attract loop with the permanent notice line.
    #[default]
    Attract,
    /// The attract loop; somebody is there and is invited to step closer.
    Noticed,
    /// The privacy notice with a progress bar.
    Notice,
    /// The live mirror with promo card and suggestion strip.
    Engaged,
    /// One garment or one colour on the shopper.
    TryOn(TryOn),
    /// "How did it feel?" with the count-down to the wipe.
    Feedback,
    /// Goodbye.
    Farewell,
}

/// What is tried on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TryOn {
    /// The garment that is open; `None` on the screen that recolours what the shopper wears.
    pub sku: Option<Sku>,
    /// The open garment is worn on the picture (in its own colour unless `tint` is given).
    pub wearing: bool,
    /// Chosen colour `#RRGGBB`; `None` = the garment's own, or the shopper's own where no garment is open.
    pub tint: Option<String>,
}

impl Screen {
    /// The word used in records and logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Attract => "attract",
            Self::Noticed => "noticed",
            Self::Notice => "notice",
            Self::Engaged => "engaged",
            Self::TryOn(_) => "try_on",
            Self::Feedback => "feedback",
            Self::Farewell => "farewell",
        }
    }

    /// Screens that can time out with a warning.
    const fn warns_when_idle(&self) -> bool {
        matches!(self, Self::Engaged | Self::TryOn(_))
    }

    /// Screens of one shopper's use; leaving them for Attract ends the session.
    const fn in_session(&self) -> bool {
        matches!(
            self,
            Self::Notice | Self::Engaged | Self::TryOn(_) | Self::Feedback | Self::Farewell
        )
    }
}

/// Everything a shopper can touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The attract screen's button.
    StepCloser,
    /// "Show me looks" on the notice, or "Show jackets" while recolouring.
    ShowLooks,
    /// Opens the panel "What I see, and what I keep".
    WhatItSees,
    /// Closes that panel; on the notice also accepts it.
    Understood,
    /// Closes the camera at once; the session goes on without a mirror.
    CameraOff,
    /// Opens it again.
    CameraOn,
    /// Opens a garment from the strip or a promo card.
    OpenGarment(Sku),
    /// Puts a garment on.
    Wear(Sku),
    /// "Change my colour": recolours what the shopper wears, nothing chosen yet.
    ChangeColour,
    /// A swatch, `#RRGGBB`.
    ChooseColour(String),
    /// The next page of suggestions.
    NextSuggestions,
    /// Takes garment and colour off again.
    BackToMine,
    /// One screen back.
    Back,
    /// "I am still here".
    StillHere,
    /// Ends the session.
    Done,
    /// CSAT 1..=5.
    Rate(u8),
    /// Changes the language for this session, BCP 47.
    Language(String),
    /// A touch that hits nothing.
    Elsewhere,
}

/// What the camera does, as far as the session cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CameraStatus {
    /// Not open, or not yet.
    #[default]
    Off,
    /// Frames arrive.
    Live,
    /// Was there and stopped, or there is none.
    Lost,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Time went on. Send at least four times a second.
    Tick,
    /// A camera frame's report had people in it.
    PersonPresent {
        /// The shopper candidate is near enough to use the mirror.
        near: bool,
        /// It faces the screen.
        facing: bool,
    },
    /// The audience is empty.
    PersonGone,
    /// A touch.
    Tap(Action),
    /// A frame with the notice on it (line, panel or camera chip) was presented. Idempotent; send it after every
    /// presented frame that carries one, because a wipe forgets it.
    NoticePresented,
    /// The notice left the glass. Idempotent.
    NoticeHidden,
    /// The camera's state changed. Idempotent.
    Camera(CameraStatus),
    /// The screen is about to stop.
    Shutdown,
}

/// A sound to play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cue {
    /// Somebody was noticed.
    Hello,
    /// A touch did something.
    Tap,
    /// A garment or colour was put on.
    Wear,
    /// A rating was given.
    Thanks,
    /// The idle warning began.
    Warning,
    /// The session ended.
    Farewell,
}

/// What the caller has to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Open the camera.
    OpenCamera,
    /// Close the camera device within 500 ms.
    CloseCamera,
    /// Start or stop inference on camera frames. Until the first one it is not allowed.
    AllowInference(bool),
    /// Forget everything of this session: looks, tints, worn garments, seen garments, suggestions, estimates.
    WipeSession,
    /// Play a sound.
    PlayCue(Cue),
    /// Report one shopper's use.
    Report(Interaction),
    /// The notice panel came up: count it.
    CountNoticeShown,
    /// A shopper paused the camera: count it.
    CountCameraPaused,
    /// The panel "What I see" was opened: count it.
    CountSeesOpened,
    /// Show the next page of suggestions.
    TurnSuggestions,
}

/// Durations of the session, all in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionTimings {
    /// Somebody near and facing this long brings up the notice. Default 700.
    pub linger_ms: u64,
    /// The notice goes on by itself after this time. Default 8 000 (reading time of its 45 words at a glance).
    pub notice_ms: u64,
    /// No touch for this long starts the warning. Default 45 000.
    pub idle_ms: u64,
    /// The warning counts down this long, never below 20 000 (WCAG 2.2.1). Default 20 000.
    pub warning_ms: u64,
    /// Feedback waits this long before saying goodbye, never below 20 000. Default 20 000.
    pub feedback_ms: u64,
    /// The farewell stays this long. Default 4 000.
    pub farewell_ms: u64,
    /// In a session, nobody in the picture for this long (and no touch) means they walked away. Default 6 000.
    pub away_ms: u64,
    /// Without any word about people for this long, nobody is there. Default 3 000.
    pub presence_ttl_ms: u64,
}

/// Shortest time a shopper has to react before something is lost (WCAG 2.2.1 Timing Adjustable).
pub const SHORTEST_WARNING_MS: u64 = 20_000;

impl Default for SessionTimings {
    fn default() -> Self {
        Self {
            linger_ms: 700,
            notice_ms: 8_000,
            idle_ms: 45_000,
            warning_ms: SHORTEST_WARNING_MS,
            feedback_ms: SHORTEST_WARNING_MS,
            farewell_ms: 4_000,
            away_ms: 6_000,
            presence_ttl_ms: 3_000,
        }
    }
}

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

    fn run_timers(&mut self, effects: &mut Vec<Effect>) {
        let timings = self.timings;
        if self.last_present.is_some() && !self.somebody_here() {
            self.person_gone();
        }
        if self.screen.in_session() && self.walked_away() {
            return self.wipe(effects);
        }
        match self.screen {
            Screen::Attract => {
                self.quiet &=
                    self.on_screen_ms() < timings.presence_ttl_ms || self.last_present.is_some();
                self.forget_idle_choices(effects);
            }
            Screen::Noticed if self.last_present.is_none() => {
                self.forget(effects);
                self.enter(Screen::Attract);
            }
            Screen::Noticed => {
                let lingered = self
                    .lingering_since
                    .is_some_and(|s| self.now.since_ms(s) >= timings.linger_ms);
                if lingered && !self.quiet {
                    self.begin(&Screen::Notice, effects);
                    self.enter(Screen::Notice);
                }
                self.forget_idle_choices(effects);
            }
            Screen::Notice if self.sees => {}
            Screen::Notice if self.on_screen_ms() >= timings.notice_ms => {
                self.enter(Screen::Engaged)
            }
            Screen::Feedback
                if self
                    .count_down(self.last_touch.max(self.entered), timings.feedback_ms)
                    .left_ms
                    == 0 =>
            {
                self.say_goodbye(Outcome::Done, effects);
            }
            Screen::Farewell if self.on_screen_ms() >= timings.farewell_ms => self.wipe(effects),
            Screen::Notice
            | Screen::Feedback
            | Screen::Farewell
            | Screen::Engaged
            | Screen::TryOn(_) => {}
        }
        if self.screen.in_session() {
            self.run_idle_timer(effects);
        }
    }

    /// A language or panel that somebody left behind on the attract loop.
    fn forget_idle_choices(&mut self, effects: &mut Vec<Effect>) {
        let left_behind = self.sees || self.language.is_some();
        if left_behind
            && !self.screen.in_session()
            && self.now.since_ms(self.last_touch) >= self.timings.idle_ms
        {
            self.forget(effects);
        }
    }

    fn run_idle_timer(&mut self, effects: &mut Vec<Effect>) {
        let idle_ms = self.now.since_ms(self.last_touch.max(self.entered));
        match self.warning_since {
            Some(since) if self.now.since_ms(since) >= self.timings.warning_ms => {
                self.quiet = true;
                self.say_goodbye(
                    if self.paused {
                        Outcome::CameraOff
                    } else {
                        Outcome::Idle
                    },
                    effects,
                );
            }
            None if idle_ms >= self.timings.idle_ms
                && (self.screen.warns_when_idle() || self.sees) =>
            {
                self.warning_since = Some(self.now);
                effects.push(Effect::PlayCue(Cue::Warning));
            }
            Some(_) | None => {}
        }
    }

    fn walked_away(&self) -> bool {
        self.presence_known()
            && self.last_present.is_none()
            && self.now.since_ms(self.last_touch.max(self.entered)) >= self.timings.away_ms
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
