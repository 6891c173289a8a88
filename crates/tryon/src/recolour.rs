//! Recolours the garment a shopper wears. In L*a*b*, with `w` the worn colour, `t` the target and
//! `shade(L, m) = min(1, (L + 16) / (m + 16))`, the factor by which diffuse shade scales a* and b* (it scales X, Y, Z
//! alike, and a*, b* are differences of their cube roots; highlights are the lamp's colour and do not add any):
//!
//! ```text
//! L' = tL + roll(luma_gain · (L − wL))                                folds keep their order, compressed to fit
//! a' = ta · shade(L', tL) + chroma_keep · (a − wa · shade(L, wL))     prints keep a little of their own colour
//! b' = tb · shade(L', tL) + chroma_keep · (b − wb · shade(L, wL))
//! out = mix(pixel, srgb(L'a'b'), strength · mask)
//! ```
//!
//! [`Recolour`] follows the worn colour and fades; [`RecolourParameters`] is what the fragment shader gets each frame;
//! [`recolour_pixel`] is the reference that the shader must match.

use cheval_domain::colour::{lab_to_srgb, srgb_to_lab};
use cheval_domain::time::Mono;

/// Share of the a*, b* deviation that is kept: prints stay visible, stains and reflections do not. Measured by eye on
/// street pictures.
pub const CHROMA_KEEP: f32 = 0.35;
/// Least and most of the L* deviation that is kept: below the folds vanish, above cloth looks like metal.
pub const GAIN_LEAST: f32 = 0.55;
/// See [`GAIN_LEAST`].
pub const GAIN_MOST: f32 = 1.0;
/// Time in which the worn colour's estimate follows by 63 %, milliseconds: the camera's exposure wanders faster.
pub const SMOOTHING_MS: f32 = 1_000.0;
/// Full fade in or out, milliseconds.
pub const FADE_MS: f32 = 260.0;
/// Default for the least confidence of the garment mask.
pub const CONFIDENCE_LEAST: f32 = 0.5;
/// Distance in L*a*b* between worn and target from which on the recolouring is a full one; towards zero the picture is
/// left as it is, so that one's own colour among the swatches changes nothing.
pub const FULL_CHANGE: f32 = 25.0;
/// Cloth's darkest and lightest L*: velvet and paper.
const L_DARKEST: f32 = 4.0;
const L_LIGHTEST: f32 = 98.0;

/// What the fragment shader needs for one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecolourParameters {
    /// Worn main colour, CIE L*a*b* (D65).
    pub worn_lab: [f32; 3],
    /// Colour it shall have, CIE L*a*b* (D65).
    pub target_lab: [f32; 3],
    /// Share of the L* deviation that is kept, [`GAIN_LEAST`]..=[`GAIN_MOST`].
    pub luma_gain: f32,
    /// Room above the target's L*: lighter deviations roll off towards it. Positive.
    pub headroom: f32,
    /// Room below the target's L*: darker deviations roll off towards it. Positive.
    pub footroom: f32,
    /// Share of the a*, b* deviation that is kept, 0..=1.
    pub chroma_keep: f32,
    /// 0 = the camera's picture, 1 = fully recoloured.
    pub strength: f32,
}

impl RecolourParameters {
    /// Parameters that turn `worn_lab` into `target_lab` at the given strength.
    ///
    /// A dark garment shows its folds in few L* steps and a white one in many, so the gain follows how much lightness
    /// the target has compared with the worn garment: a black coat in yellow keeps all it has, a white shirt in navy
    /// keeps 55 %. The smaller the change of colour ([`FULL_CHANGE`]), the more everything is left as it is.
    #[must_use]
    pub fn new(worn_lab: [f32; 3], target_lab: [f32; 3], strength: f32) -> Self {
        let change = (distance(worn_lab, target_lab) / FULL_CHANGE).clamp(1e-3, 1.0);
        let blend = |unchanged: f32, changed: f32| unchanged + (changed - unchanged) * change;
        let target_l = blend(
            target_lab[0],
            target_lab[0].clamp(L_DARKEST + 2.0, L_LIGHTEST - 2.0),
        );
        let ratio = (target_l.max(0.0) + 10.0) / (worn_lab[0].max(0.0) + 10.0);
        Self {
            worn_lab,
            target_lab: [target_l, target_lab[1], target_lab[2]],
            luma_gain: blend(1.0, ratio.sqrt().clamp(GAIN_LEAST, GAIN_MOST)),
            headroom: (L_LIGHTEST - target_l).max(1.0) / change,
            footroom: (target_l - L_DARKEST).max(1.0) / change,
            chroma_keep: blend(1.0, CHROMA_KEEP),
            strength: strength.clamp(0.0, 1.0),
        }
    }
}

/// The reference for the shader: one pixel, sRGB channels 0..=1, under a full mask.
#[must_use]
pub fn recolour_pixel(srgb: [f32; 3], parameters: &RecolourParameters) -> [f32; 3] {
    let p = parameters;
    let lab = srgb_to_lab(srgb);
    let lightness = p.target_lab[0]
        + roll(
            p.luma_gain * (lab[0] - p.worn_lab[0]),
            p.headroom,
            p.footroom,
        );
    let (worn_shade, shade) = (
        shade(lab[0], p.worn_lab[0]),
        shade(lightness, p.target_lab[0]),
    );
    let chroma =
        |i: usize| p.target_lab[i] * shade + p.chroma_keep * (lab[i] - p.worn_lab[i] * worn_shade);
    let recoloured = lab_to_srgb([lightness, chroma(1), chroma(2)]);
    std::array::from_fn(|i| srgb[i] + (recoloured[i] - srgb[i]) * p.strength)
}

/// Keeps small deviations as they are and lets large ones approach the room without reaching it: d / (1 + |d| / room) is
/// monotone, has slope 1 at 0 and the limit `room`.
fn roll(deviation: f32, headroom: f32, footroom: f32) -> f32 {
    let room = if deviation > 0.0 { headroom } else { footroom };
    deviation / (1.0 + deviation.abs() / room)
}

/// How much diffuse shade scales a* and b* of a colour of lightness `lit` where it appears with `lightness`.
fn shade(lightness: f32, lit: f32) -> f32 {
    ((lightness + 16.0) / (lit + 16.0)).min(1.0)
}

fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
    (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f32>().sqrt()
}

/// What perception says about the garment to recolour, in one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worn {
    /// Its main colour, CIE L*a*b* (D65).
    pub lab: [f32; 3],
    /// Confidence of its mask, 0..=1.
    pub confidence: f32,
}

/// The recolouring of one garment over time: follows the worn colour, fades in and out, never jumps.
#[derive(Debug, Clone, Default)]
pub struct Recolour {
    at: Option<Mono>,
    worn_lab: Option<[f32; 3]>,
    target_lab: Option<[f32; 3]>,
    strength: f32,
}

impl Recolour {
    /// Goes on to `now`. `worn` is `None` when no garment mask is there; `target_lab` is `None` when nothing is tried on.
    /// In both cases, and below [`CONFIDENCE_LEAST`], it fades out. Returns `None` while nothing is to be drawn.
    ///
    /// Independent of the frame rate: many small steps lead where one large step leads.
    pub fn step(
        &mut self,
        now: Mono,
        worn: Option<Worn>,
        target_lab: Option<[f32; 3]>,
    ) -> Option<RecolourParameters> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds between two frames"
        )]
        let elapsed_ms = self.at.map_or(0.0, |at| now.since_ms(at) as f32);
        self.at = Some(self.at.map_or(now, |at| at.max(now)));
        let worn = worn
            .filter(|w| w.confidence >= CONFIDENCE_LEAST && is_finite(w.lab))
            .map(|w| w.lab);
        let target = target_lab.filter(|lab| is_finite(*lab));
        let drawn = worn.is_some() && target.is_some();
        let fade = elapsed_ms / FADE_MS;
        self.strength = if drawn {
            self.strength + fade
        } else {
            self.strength - fade
        }
        .clamp(0.0, 1.0);
        if let Some(worn) = worn {
            let follow = 1.0 - (-elapsed_ms / SMOOTHING_MS).exp();
            self.worn_lab = Some(
                self.worn_lab
                    .map_or(worn, |last| approach(last, worn, follow)),
            );
        }
        if let Some(target) = target {
            // Another swatch: glide as fast as the fade, but start at the target when nothing is drawn yet.
            let visible = self.strength > fade;
            let follow = 1.0 - (-3.0 * fade).exp();
            self.target_lab = Some(
                self.target_lab
                    .filter(|_| visible)
                    .map_or(target, |last| approach(last, target, follow)),
            );
        }
        if self.strength <= 0.0 {
            self.worn_lab = self.worn_lab.filter(|_| drawn);
            return None;
        }
        Some(RecolourParameters::new(
            self.worn_lab?,
            self.target_lab?,
            ease_out(self.strength),
        ))
    }

    /// Forgets everything at once, for the wipe at the end of a session.
    pub fn wipe(&mut self) {
        *self = Self::default();
    }
}

fn is_finite(lab: [f32; 3]) -> bool {
    lab.iter().all(|c| c.is_finite())
}

fn approach(from: [f32; 3], to: [f32; 3], share: f32) -> [f32; 3] {
    std::array::from_fn(|i| from[i] + (to[i] - from[i]) * share)
}

/// Quadratic ease-out, 1 - (1 - t)², written so that the smallest `t` is not rounded away.
fn ease_out(t: f32) -> f32 {
    t * (2.0 - t)
}

#[cfg(test)]
mod tests;
