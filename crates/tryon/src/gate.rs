//! Whether a garment may be shown on this body now, and if not, what the shopper could do about it.

pub mod child;

use cheval_domain::anchors::Cut;
use cheval_domain::time::Mono;
use glam::Vec2;

use crate::skeleton::Skeleton;
use Hindrance::Ask;

/// What the shopper is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guide {
    /// Nobody's body is seen.
    ComeCloser,
    /// Too near: shoulders or hips are outside the picture.
    StepBack,
    /// Turned away from the mirror.
    FaceMirror,
    /// Not seen clearly enough: too dark, hidden, too far away.
    StandClear,
    /// Arms hide the body.
    OpenArms,
}

impl Guide {
    /// The word in message keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ComeCloser => "come-closer",
            Self::StepBack => "step-back",
            Self::FaceMirror => "face-mirror",
            Self::StandClear => "stand-clear",
            Self::OpenArms => "open-arms",
        }
    }
}

/// Why a garment is not shown on the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hindrance {
    /// The shopper can do something about it.
    Ask(Guide),
    /// It would not look right, and nothing could fairly be asked: nobody is asked to stand up.
    Beside,
}

/// A joint counts as seen from this visibility on; once shown, a little less will do.
const SEEN: (f32, f32) = (0.6, 0.45);
/// Turned further away than this a front does not fit: breadth of the shoulders over what it would be; 0.6 is about 50
/// degrees. Once shown, 0.5.
const FRONTAL: (f32, f32) = (0.6, 0.5);
/// A body smaller than this is too far away: breadth between the shoulder joints in picture heights.
const SMALLEST: f32 = 0.045;
/// The picture's edge may cut this much of the breadth between the shoulder joints off.
const OUTSIDE: f32 = 0.1;
/// Hips of somebody who sits or stands near lie outside; tops are still shown while this share of the spine is inside.
const SPINE_INSIDE: f32 = 0.62;
/// Both thighs are seen shorter than this share of their length: somebody sits. Once shown, the second. Who stands and lifts
/// a leg has one that is long.
const SITS: (f32, f32) = (0.6, 0.5);
/// Time for which the answer must hold before it changes: to show, to take away, milliseconds.
const SETTLE_MS: (u64, u64) = (250, 350);

/// What a garment needs to be seen of a body.
fn needs(cut: Cut) -> Needs {
    match cut {
        Cut::TShirt | Cut::Shirt | Cut::Knitwear | Cut::Jacket | Cut::Scarf => Needs::Torso,
        Cut::Coat | Cut::Dress => Needs::TorsoAndThighs,
        Cut::Skirt | Cut::Trousers | Cut::Shorts => Needs::Legs,
        Cut::Hat | Cut::Glasses => Needs::Head,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Head,
    Torso,
    TorsoAndThighs,
    Legs,
}

/// The answer for one frame; `aspect` is the picture's width over its height, `shown` whether it is shown already.
///
/// # Errors
/// What the shopper could do, if anything.
pub fn fits(cut: Cut, body: Option<&Skeleton>, aspect: f32, shown: bool) -> Result<(), Hindrance> {
    let body = body.ok_or(Ask(Guide::ComeCloser))?;
    let pick = |(first, then): (f32, f32)| if shown { then } else { first };
    if body.scale < SMALLEST {
        return Err(Ask(Guide::ComeCloser));
    }
    let margin = OUTSIDE * body.scale;
    let inside =
        |p: Vec2| p.x > -margin && p.y > -margin && p.x < aspect + margin && p.y < 1.0 + margin;
    let needs = needs(cut);
    if needs == Needs::Head {
        let eyes = body.head.eyes.into_iter().all(inside);
        return if eyes {
            Ok(())
        } else {
            Err(Ask(Guide::StepBack))
        };
    }
    if !body.arms.iter().all(|arm| inside(arm.root)) || !inside(spine_at(body, SPINE_INSIDE)) {
        return Err(Ask(Guide::StepBack));
    }
    if !body.faces_camera() || body.frontal() < pick(FRONTAL) {
        return Err(Ask(Guide::FaceMirror));
    }
    let hips_inside = inside(body.hips());
    if hips_inside && body.torso_seen < pick(SEEN) {
        return Err(Ask(Guide::StandClear));
    }
    let knees = body.legs.iter().all(|leg| inside(leg.bend));
    match needs {
        Needs::TorsoAndThighs if !hips_inside => Err(Ask(Guide::StepBack)),
        Needs::Legs if !hips_inside || !knees => Err(Ask(Guide::StepBack)),
        Needs::Legs if body.legs.iter().any(|leg| leg.seen < pick(SEEN) * 0.6) => {
            Err(Ask(Guide::StandClear))
        }
        Needs::Legs if body.thighs_seen() < pick(SITS) => Err(Hindrance::Beside),
        _ if arms_hide(body) && !shown => Err(Ask(Guide::OpenArms)),
        _ => Ok(()),
    }
}

fn spine_at(body: &Skeleton, share: f32) -> Vec2 {
    body.shoulders() + body.spine() * share
}

/// Both forearms are folded before the chest.
fn arms_hide(body: &Skeleton) -> bool {
    let chest = spine_at(body, 0.4);
    body.arms
        .iter()
        .all(|arm| arm.seen > 0.5 && arm.tip.distance(chest) < body.scale * 0.42)
}

/// Keeps the answer steady.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gate {
    shown: bool,
    /// The other answer has been given since then.
    other_since: Option<Mono>,
    hindrance: Option<Hindrance>,
}

impl Gate {
    /// Takes in the answer of one frame: whether the garment is shown, and else what to ask for.
    pub fn step(&mut self, answer: Result<(), Hindrance>, now: Mono) -> Result<(), Hindrance> {
        let wanted = answer.is_ok();
        if let Err(hindrance) = answer {
            self.hindrance = Some(hindrance);
        }
        if wanted == self.shown {
            self.other_since = None;
        } else {
            let since = *self.other_since.get_or_insert(now);
            let settle = if wanted { SETTLE_MS.0 } else { SETTLE_MS.1 };
            if now.since_ms(since) >= settle {
                self.shown = wanted;
                self.other_since = None;
            }
        }
        if self.shown {
            Ok(())
        } else {
            Err(self.hindrance.unwrap_or(Ask(Guide::ComeCloser)))
        }
    }

    /// The garment is shown.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.shown
    }
}

#[cfg(test)]
mod tests;
