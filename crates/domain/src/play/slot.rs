//! Which slot of the glass has a creative on which screen, and why a play of it ended. Must not know the creatives.

use crate::record::EndReason;
use crate::session::Screen;

/// Where a creative can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// The attract loop.
    Attract,
    /// The promo card beside the mirror.
    Promo,
}

impl Slot {
    /// The word used in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attract => "attract",
            Self::Promo => "promo",
        }
    }

    /// The slot that is on the glass; the panel "What I see" covers the card.
    #[must_use]
    pub const fn on(screen: &Screen, sees_open: bool) -> Option<Self> {
        match screen {
            Screen::Attract => Some(Self::Attract),
            Screen::Engaged if !sees_open => Some(Self::Promo),
            Screen::Engaged
            | Screen::Noticed
            | Screen::Notice
            | Screen::TryOn(_)
            | Screen::Feedback
            | Screen::Farewell => None,
        }
    }

    /// Why a play in this slot ended. The loop turns its slides itself; it never cuts one short.
    #[must_use]
    pub fn end_reason(
        self,
        screen: &Screen,
        (shown_ms, planned_ms): (u64, u64),
        just_touched: bool,
    ) -> EndReason {
        let turned = self == Self::Attract && *screen == Screen::Attract;
        if turned || shown_ms >= planned_ms {
            EndReason::Complete
        } else if just_touched {
            EndReason::Touched
        } else {
            EndReason::Preempted
        }
    }
}
