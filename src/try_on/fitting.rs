//! Puts the chosen garments on the shopper in the mirror: follows the body, waits until it can be dressed, and lets the
//! garments come with a wipe of light and go with a fade.

use std::collections::VecDeque;

use bevy::prelude::*;
use cheval_domain::anchors::{Cut, Fit};
use cheval_domain::catalogue::{Garment, SizedFor, Sku};
use cheval_domain::geometry::BoxInImage;
use cheval_domain::observation::{Person, TrackId};
use cheval_domain::session::{Screen, TryOn};
use cheval_domain::time::Mono;
use cheval_tryon::carry::Carry;
use cheval_tryon::gate::child::Stature;
use cheval_tryon::gate::{Gate, Guide, Hindrance, fits};
use cheval_tryon::motion::Motion;
use cheval_tryon::size::SizedFit;
use cheval_tryon::skeleton::Skeleton;
use cheval_tryon::sway::Sway;

use super::outfit::Outfit;
use super::scene::{Moment, Put, compose};
use super::wardrobe::Wardrobe;
use crate::audience::Crowd;
use crate::clock::Clock;
use crate::content::Content;
use crate::diagnostics::pace::Pace;
use crate::mirror::{Glass, MirrorState, Wear};
use crate::perception::Seen;
use crate::session::{Effects, Visit};

/// The wipe of light takes so long, and the fade away, milliseconds.
const WIPE_MS: f32 = 620.0;
const FADE_MS: f32 = 260.0;
/// Poses are remembered for so many frames, to know where the body was when the masks were read.
const POSES: usize = 24;
/// Whose face is this high and whose body is not found stands too near for it, shares of the picture.
const NEAR_FACE: f32 = 0.22;
/// A pose older than this no longer says where the body is, milliseconds: where the face is not seen either, where it has
/// gone elsewhere, and where it has stayed. Perception looks at bodies that stand still less often, and on a busy machine
/// hardly at all.
const LOST_MS: u64 = 600;
const GONE_ON_MS: u64 = 1500;
const STAYED_MS: u64 = 4000;
/// A face has stayed if it overlaps with where it was by so much (intersection over union).
const STAYED: f32 = 0.7;

/// The garments on the shopper, and the body they follow.
#[derive(Resource, Default)]
pub struct Fitting {
    outfit: Outfit,
    /// What was put on last; it stays for the fade when the outfit is taken off.
    put: Vec<Sku>,
    shopper: Option<TrackId>,
    /// What the shopper before wore still fades, where it was.
    leaving: bool,
    stature: Stature,
    /// The chosen garment is none for this shopper.
    refused: bool,
    /// Where the face is, in the frame captured when, and where it was when the body was seen last.
    face: BoxInImage,
    face_at: Mono,
    face_of_pose: BoxInImage,
    motion: Motion,
    poses: VecDeque<(u64, Skeleton)>,
    gate: Gate,
    hindrance: Option<Hindrance>,
    sway: Sway,
    /// The picture that the hem swung for last, and how far it hangs back.
    swung: Option<(Mono, Vec2)>,
    /// Since when the newest garment is shown.
    shown: Option<(Sku, Mono)>,
    opacity: f32,
    at: Option<Mono>,
}

impl Fitting {
    /// A garment of the shop is on the shopper, or coming or going.
    #[must_use]
    pub fn is_worn(&self) -> bool {
        self.opacity > 0.0
    }

    /// This garment is on, and its wipe of light is over.
    #[must_use]
    pub fn has_put_on(&self, sku: &Sku) -> bool {
        let since = self.shown.as_ref().filter(|(shown, _)| shown == sku);
        let age = since
            .zip(self.at)
            .map(|((_, since), at)| at.since_ms(*since));
        let whole = self.opacity >= 1.0 && self.guide().is_none();
        whole && age.is_some_and(|age| age as f32 >= WIPE_MS)
    }

    /// What the shopper is asked to do so that the chosen garment can be put on.
    #[must_use]
    pub fn guide(&self) -> Option<Guide> {
        match self.hindrance {
            Some(Hindrance::Ask(guide)) => Some(guide),
            Some(Hindrance::Beside) | None => None,
        }
    }

    /// The chosen garment is sized for others and is not put on this shopper.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    fn wipe(&mut self) {
        *self = Self::default();
    }

    /// Follows another shopper, or nobody: what was learned of the one before is not used for them.
    fn turn_to(&mut self, shopper: Option<TrackId>) {
        if self.shopper == shopper {
            return;
        }
        self.shopper = shopper;
        self.motion.forget();
        self.poses.clear();
        self.gate = Gate::default();
        self.stature = Stature::default();
        self.hindrance = None;
        self.face = BoxInImage::default();
        self.leaving = self.opacity > 0.0;
    }

    /// Takes in the shopper's pose of one frame; reports repeat it until there is another.
    fn see(&mut self, person: &Person, skeleton: Skeleton, aspect: f32, of: (u64, Mono)) {
        let (frame, captured) = of;
        let seen = self.motion.seen();
        if seen.is_some_and(|(_, at)| captured <= at) {
            return;
        }
        if fits(Cut::TShirt, Some(&skeleton), aspect, true).is_ok() {
            self.stature.see(person.age, &skeleton);
        }
        self.motion.see(skeleton, captured);
        self.face_of_pose = person.face;
        self.poses.push_back((frame, skeleton));
        if self.poses.len() > POSES {
            self.poses.pop_front();
        }
    }

    /// The body that garments are drawn on, if any: never one that came while another's garments still fade.
    fn dressed(&self, picture: Mono, aspect: f32) -> Option<Skeleton> {
        self.body(picture, aspect).filter(|_| !self.leaving)
    }

    /// A garment of these sizes is put on this shopper.
    fn suits(&self, sized_for: SizedFor) -> bool {
        sized_for == SizedFor::Children || !self.stature.is_child()
    }

    /// The chosen garment may be put on this body now.
    fn allows(
        &mut self,
        fit: Option<&Fit>,
        body: Option<&Skeleton>,
        aspect: f32,
        now: Mono,
    ) -> bool {
        let Some(fit) = fit else {
            self.hindrance = None;
            self.gate = Gate::default();
            return false;
        };
        let answer = match body {
            None if self.face.height >= NEAR_FACE => Err(Hindrance::Ask(Guide::StepBack)),
            _ => fits(fit.cut, body, aspect, self.gate.is_shown()),
        };
        let answer = self.gate.step(answer, now);
        self.hindrance = answer.err();
        answer.is_ok()
    }

    /// The body at the moment of the picture on the glass.
    fn body(&self, picture: Mono, aspect: f32) -> Option<Skeleton> {
        let (_, seen) = self.motion.seen()?;
        let stale_ms = if picture.since_ms(self.face_at) > LOST_MS {
            LOST_MS
        } else if self.face.iou(self.face_of_pose) < STAYED {
            GONE_ON_MS
        } else {
            STAYED_MS
        };
        let (face, before) = (self.face.centre(), self.face_of_pose.centre());
        let strayed = Vec2::new((face.x - before.x) * aspect, face.y - before.y);
        (picture.since_ms(seen) <= stale_ms)
            .then(|| self.motion.along(picture, strayed))
            .flatten()
    }

    /// Where the masks of a frame lie on the body as it stands now.
    fn carry(&self, now: &Skeleton, masks_frame: u64) -> Carry {
        let nearest = self
            .poses
            .iter()
            .min_by_key(|(frame, _)| frame.abs_diff(masks_frame));
        nearest.map_or(Carry::STAY, |(_, then)| Carry::between(now, then))
    }

    /// How far the hem hangs back at the moment of the picture; the same picture drawn twice swings nothing.
    fn swing(&mut self, body: &Skeleton, captured: Mono) -> Vec2 {
        let before = self.swung.filter(|(then, _)| captured >= *then);
        if let Some((then, swing)) = before
            && then == captured
        {
            return swing;
        }
        let seconds = before.map_or(f32::MAX, |(then, _)| {
            captured.since_ms(then) as f32 / 1000.0
        });
        let swing = self.sway.step(body.hips(), body.scale, seconds);
        self.swung = Some((captured, swing));
        swing
    }

    /// Steps the fade, and tells how far the wipe is.
    fn step(&mut self, newest: Option<&Sku>, now: Mono) -> f32 {
        let seconds = self.at.map_or(0.0, |at| now.since_ms(at) as f32 / 1000.0);
        self.at = Some(now);
        let Some(newest) = newest else {
            self.opacity = (self.opacity - seconds * 1000.0 / FADE_MS).max(0.0);
            self.shown = self.shown.take().filter(|_| self.opacity > 0.0);
            self.leaving &= self.opacity > 0.0;
            return 1.0;
        };
        self.opacity = 1.0;
        let (sku, since) = self.shown.get_or_insert_with(|| (newest.clone(), now));
        if sku != newest {
            (*sku, *since) = (newest.clone(), now);
        }
        let t = (now.since_ms(*since) as f32 / WIPE_MS).clamp(0.0, 1.0);
        1.0 - (1.0 - t).powi(2)
    }
}

/// Takes in the shopper's poses.
pub(super) fn follow(
    mut seen: MessageReader<Seen>,
    crowd: Res<Crowd>,
    mirror: Res<MirrorState>,
    effects: Res<Effects>,
    mut fitting: ResMut<Fitting>,
    mut wear: ResMut<Wear>,
) {
    if effects.wipe() {
        fitting.wipe();
        wear.forget();
    }
    let shopper = crowd
        .snapshot()
        .shopper
        .as_ref()
        .map(|shopper| shopper.track);
    fitting.turn_to(shopper);
    let aspect = aspect(&mirror);
    for Seen(report) in seen.read() {
        let Some(person) = report.people.iter().find(|p| Some(p.track) == shopper) else {
            continue;
        };
        (fitting.face, fitting.face_at) = (person.face, report.captured);
        let read = person.body.as_ref().map(|body| body.captured);
        if let Some((captured, skeleton)) = read.zip(Skeleton::of_person(person, aspect)) {
            fitting.see(person, skeleton, aspect, (report.frame, captured));
        }
    }
}

fn aspect(mirror: &MirrorState) -> f32 {
    let size = mirror.size.as_vec2();
    if size.y > 0.0 { size.x / size.y } else { 1.0 }
}

/// Dresses the shopper for the picture on the glass.
pub(super) fn put_on(
    (clock, crowd, content): (Res<Clock>, Res<Crowd>, Res<Content>),
    visit: Res<Visit>,
    (mirror, glass): (Res<MirrorState>, Res<Glass>),
    mut wardrobe: ResMut<Wardrobe>,
    mut fitting: ResMut<Fitting>,
    mut wear: ResMut<Wear>,
    mut pace: ResMut<Pace>,
) {
    let now = clock.now();
    let fitting = &mut *fitting;
    choose(&mut fitting.outfit, &visit, &content);
    let aspect = aspect(&mirror);
    let body = fitting
        .dressed(mirror.captured, aspect)
        .filter(|_| mirror.on_glass);
    let garments = &content.catalogue;
    let chosen = fitting
        .outfit
        .newest()
        .and_then(|sku| garments.garment(sku));
    fitting.refused = chosen.is_some_and(|garment| !fitting.suits(garment.sized_for));
    let newest = chosen
        .filter(|_| !fitting.refused)
        .and_then(|garment| Some((garment, garment.fit.as_ref()?)));
    let fit = newest.map(|(_, fit)| fit);
    let allowed = fitting.allows(fit, body.as_ref(), aspect, now);
    if newest.is_some() {
        fitting.put = fitting.outfit.garments().cloned().collect();
    }
    let hung: Vec<(&Garment, Handle<Image>)> = fitting
        .put
        .iter()
        .filter_map(|sku| garments.garment(sku))
        .filter_map(|garment| {
            let path = content.dir.join(&garment.picture);
            let picture = wardrobe.picture(&garment.sku, garment.fit.as_ref()?, path)?;
            Some((garment, picture))
        })
        .collect();
    let ready = newest.filter(|(garment, _)| {
        allowed && body.is_some() && hung.iter().any(|(g, _)| g.sku == garment.sku)
    });
    let (was_on, was_opaque) = (wear.on, fitting.opacity);
    if was_opaque >= 1.0 && newest.is_some() && ready.is_none() {
        let pose_ms = fitting
            .motion
            .seen()
            .map(|(_, seen)| mirror.captured.since_ms(seen));
        debug!(allowed, pose_ms, "a garment comes off");
    }
    let wiped = fitting.step(ready.map(|(garment, _)| &garment.sku), now);
    let Some(body) = body.filter(|_| fitting.opacity > 0.0) else {
        fade_in_place(fitting, &mut wear, mirror.on_glass);
        if was_on {
            pace.new_picture();
        }
        return;
    };
    let swing = fitting.swing(&body, mirror.captured);
    let worn = crowd
        .snapshot()
        .shopper
        .as_ref()
        .map_or(&[][..], |s| &s.worn);
    let put: Vec<Put<'_>> = hung
        .iter()
        .filter_map(|(garment, picture)| {
            let fit = garment.fit.as_ref()?;
            let newest = newest.is_some_and(|(newest, _)| newest.sku == garment.sku);
            let fits = newest
                || fitting.suits(garment.sized_for)
                    && fits(fit.cut, Some(&body), aspect, true).is_ok();
            // Nobody can choose a size on the glass yet.
            fits.then(|| Put {
                fit: SizedFit::of(fit, None, &body),
                picture: picture.clone(),
            })
        })
        .collect();
    let moment = Moment {
        body: &body,
        aspect,
        swing,
        carry: fitting.carry(&body, mirror.masks_frame),
        tones: wear.tones,
        worn,
        wiped,
        opacity: fitting.opacity,
        frame: mirror.frame,
        masked: glass.masked,
    };
    compose(&mut wear, &put, &moment);
    // A new camera picture asks to be drawn by itself.
    if !was_on || wiped < 1.0 || fitting.opacity != was_opaque {
        pace.new_picture();
    }
}

/// Whoever wore it is out of sight: it fades where it was drawn last.
fn fade_in_place(fitting: &mut Fitting, wear: &mut Wear, on_glass: bool) {
    if on_glass && wear.on && fitting.opacity > 0.0 {
        wear.uniform.what.w = fitting.opacity;
        return;
    }
    fitting.opacity = 0.0;
    fitting.leaving = false;
    fitting.shown = None;
    fitting.sway.rest();
    wear.on = false;
}

/// What the session says is tried on.
fn choose(outfit: &mut Outfit, visit: &Visit, content: &Content) {
    match visit.screen() {
        Screen::TryOn(TryOn {
            sku: Some(sku),
            wearing: true,
            tint: None,
        }) => {
            let garment = content.catalogue.garment(sku);
            if let Some(fit) = garment.and_then(|garment| garment.fit.as_ref()) {
                outfit.put_on(sku, fit.cut);
            } else {
                outfit.take_off();
            }
        }
        // Looking at other garments takes nothing off.
        Screen::Engaged | Screen::TryOn(TryOn { sku: None, .. }) => {}
        _ => outfit.take_off(),
    }
}

#[cfg(test)]
mod tests;
