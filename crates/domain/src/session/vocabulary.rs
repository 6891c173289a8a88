//! The closed vocabulary between the session and its surroundings: screens, touches, inputs, effects, timings.

use serde::{Deserialize, Serialize};

use crate::catalogue::Sku;
use crate::record::Interaction;

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
    pub(super) const fn warns_when_idle(&self) -> bool {
        matches!(self, Self::Engaged | Self::TryOn(_))
    }

    /// Screens of one shopper's use; leaving them for Attract ends the session.
    pub(super) const fn in_session(&self) -> bool {
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
