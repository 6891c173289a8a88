//! Tries garments on whoever the source of pictures shows, one after another, and takes a picture of the bare mirror with
//! each: for contact sheets, and to look at what a garment looks like on people. Goes through the session like a shopper.

use std::path::PathBuf;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use cheval_domain::catalogue::Sku;
use cheval_domain::session::Action;

use super::shots::TakeShot;
use crate::Startup as KioskStartup;
use crate::clock::Clock;
use crate::content::Content;
use crate::diagnostics::pace::Pace;
use crate::mirror::{Glass, GlassUniform, MirrorState, Wear, WearUniform};
use crate::perception::Eyes;
use crate::scene::view::{Page, View};
use crate::theme::widget::Tapped;
use crate::try_on::Fitting;
use crate::{KioskSystems, mirror};

mod planes;

use planes::{Plane, Planes};

/// Seconds in which perception learns who stands there and what they wear, before the first garment.
const SETTLE_S: f64 = 2.5;
/// Seconds a garment is on before its picture: shadows and tones have come to rest.
const WORN_S: f64 = 0.5;
/// Seconds after which a garment that cannot be put on is left out. A busy machine without a graphics chip is slow.
const PATIENCE_S: f64 = 10.0;
/// Seconds after which it is given up that somebody stands there.
const NOBODY_S: f64 = 30.0;
/// Seconds of cloth that are read back while the person moves, and seconds of pictures taken after them.
const MEASURE_S: f64 = 8.0;
const FILM_S: f64 = 2.5;

/// Garments still to be tried on, the next one last; each may be an outfit joined with `+`.
#[derive(Resource)]
struct Plan {
    left: Vec<String>,
    name: String,
    /// The garment of these that is put on last.
    last: Option<Sku>,
    now: Now,
    /// Camera frame that was looked at last.
    frame: u64,
    delays_ms: Vec<u64>,
    told: Vec<String>,
}

enum Now {
    /// Waiting for somebody who stays, since when they do.
    Nobody(Option<f64>),
    /// The garments to tap, since when all were, and since when the last is on.
    Trying(Vec<Sku>, f64, Option<f64>),
    /// Parts of the layer still to be read, of somebody who does not move; since.
    Reading(Vec<Plane>, f64),
    /// The cloth of each camera picture is read, since.
    Measuring(f64),
    /// A picture is taken with each camera picture, since.
    Filming(f64),
    /// The last picture is being written, since.
    Done(f64),
}

pub(super) fn plugin(app: &mut App) {
    let startup = app.world().resource::<KioskStartup>();
    let mut left = startup.tools.looks.garments.clone();
    if left == ["all"] {
        let garments = &startup.content.catalogue.garments;
        left = garments.iter().map(|g| g.sku.0.clone()).collect();
    }
    // First nothing: the person as they are.
    left.insert(0, String::new());
    left.reverse();
    app.init_resource::<Planes>();
    app.insert_resource(Plan {
        left,
        name: String::new(),
        last: None,
        now: Now::Nobody(None),
        frame: 0,
        delays_ms: Vec::new(),
        told: Vec::new(),
    });
    app.add_systems(Update, try_next.after(KioskSystems::Report));
    // Nothing but the mirror: after everybody else has said what stands on the glass.
    app.add_systems(Last, (bare, planes::read).after(mirror::FurnitureSystems));
}

fn bare(mut glass: ResMut<Glass>) {
    glass.furniture.clear();
    glass.uniform = GlassUniform {
        ink: Vec4::ZERO,
        place: Vec4::new(0.0, 0.0, 1.0, 1.0),
        ..glass.uniform
    };
}

/// What the screen shows of the plan.
#[derive(SystemParam)]
struct Scene<'w> {
    view: Res<'w, View>,
    fitting: Res<'w, Fitting>,
    wear: Res<'w, Wear>,
    mirror: Res<'w, MirrorState>,
    content: Res<'w, Content>,
    startup: Res<'w, KioskStartup>,
    eyes: Res<'w, Eyes>,
    clock: Res<'w, Clock>,
}

fn try_next(
    time: Res<Time<Real>>,
    scene: Scene,
    (mut plan, mut planes): (ResMut<Plan>, ResMut<Planes>),
    mut taps: MessageWriter<Tapped>,
    mut shots: MessageWriter<TakeShot>,
    mut pace: ResMut<Pace>,
    mut exit: MessageWriter<AppExit>,
) {
    pace.stay_awake();
    let now = time.elapsed_secs_f64();
    let plan = &mut *plan;
    let new_picture = scene.mirror.frame != plan.frame;
    plan.frame = scene.mirror.frame;
    match &mut plan.now {
        Now::Nobody(since) => {
            if matches!(scene.view.page, Page::Notice(_)) {
                taps.write(Tapped(Action::ShowLooks));
            }
            let masks = scene.eyes.latest_masks();
            let Some(masks) = masks.filter(|_| matches!(scene.view.page, Page::Engaged(_))) else {
                *since = None;
                if now > NOBODY_S {
                    finish(&scene.startup.tools.shots_dir, &[]);
                    plan.now = Now::Done(now);
                }
                return;
            };
            if now - *since.get_or_insert(now) < SETTLE_S {
                return;
            }
            if let Some(dir) = &scene.startup.tools.shots_dir {
                planes::save_masks(&masks, dir.clone());
            }
        }
        Now::Trying(skus, since, on_since) => {
            if let Some(sku) = skus.pop() {
                plan.last = Some(sku.clone());
                taps.write(Tapped(Action::Wear(sku)));
                *since = now;
                return;
            }
            let on = plan
                .last
                .as_ref()
                .is_none_or(|sku| scene.fitting.has_put_on(sku));
            *on_since = on_since.filter(|_| on).or(on.then_some(now));
            let worn = on_since.is_some_and(|since| now - since >= WORN_S);
            if on && new_picture {
                let delay = scene.clock.now().since_ms(scene.mirror.captured);
                plan.delays_ms.push(delay);
            }
            if !worn && now - *since < PATIENCE_S {
                return;
            }
            plan.told
                .push(told(&plan.name, worn, &plan.delays_ms, &scene));
            let motion = scene.startup.tools.looks.motion;
            if worn && !motion {
                shots.write(TakeShot(file_stem(&plan.name).to_owned()));
            }
            if worn && !plan.name.is_empty() {
                plan.now = if motion {
                    Now::Measuring(now)
                } else {
                    // The cloth is drawn again, alone, and then what gives way.
                    Now::Reading(vec![Plane::Uncovered, Plane::Cloth], now)
                };
                return;
            }
        }
        Now::Reading(left, since) => {
            // A garment that comes off meanwhile is left half-read.
            let gone = now - *since > PATIENCE_S;
            if gone {
                planes.give_up();
            }
            if !planes.are_saved() {
                return;
            }
            if let Some(plane) = left.pop().filter(|_| !gone) {
                planes.want(plane, format!("{}.{}.png", plan.name, plane.word()));
                pace.new_picture();
                return;
            }
        }
        Now::Measuring(since) => {
            if now - *since < MEASURE_S {
                // One at a time: a machine that is busy writing them would be measured instead. Not while it comes or goes.
                let last = plan.last.as_ref();
                let on = last.is_some_and(|sku| scene.fitting.has_put_on(sku));
                if on && new_picture && planes.are_saved() {
                    let frame = plan.frame;
                    planes.want(Plane::Cloth, format!("cloth/{}/{frame:06}.png", plan.name));
                }
                return;
            }
            planes.give_up();
            plan.now = Now::Filming(now);
            return;
        }
        Now::Filming(since) => {
            if now - *since < FILM_S {
                if new_picture {
                    shots.write(TakeShot(format!("film/{}/{:06}", plan.name, plan.frame)));
                }
                return;
            }
        }
        Now::Done(since) => {
            let saved = planes.are_saved() || now - *since > PATIENCE_S;
            if now - *since > 1.5 && saved {
                exit.write(AppExit::Success);
            }
            return;
        }
    }
    let Some(next) = plan.left.pop() else {
        finish(&scene.startup.tools.shots_dir, &plan.told);
        plan.now = Now::Done(now);
        return;
    };
    taps.write(Tapped(Action::BackToMine));
    let garments = &scene.content.catalogue;
    let known = |sku: &&str| garments.garment(&Sku((*sku).to_owned())).is_some();
    let mut skus: Vec<Sku> = next
        .split('+')
        .filter(known)
        .map(|s| Sku(s.to_owned()))
        .collect();
    skus.reverse();
    plan.name = next;
    plan.delays_ms.clear();
    plan.last = None;
    plan.now = Now::Trying(skus, now, None);
}

fn file_stem(name: &str) -> &str {
    if name.is_empty() { "original" } else { name }
}

/// A line of `looks.csv`. Worn tops give way down to one height and from another on, picture heights.
fn told(name: &str, worn: bool, delays_ms: &[u64], scene: &Scene) -> String {
    let guide = scene.fitting.guide().map_or("", |guide| guide.as_str());
    let mut delays = delays_ms.to_vec();
    delays.sort_unstable();
    let delay = delays.get(delays.len() / 2).copied().unwrap_or_default();
    let WearUniform { what, cloth, .. } = scene.wear.uniform;
    let (torso_to, torso_from, legs) = (what.y * cloth.z, cloth.w, what.z > 0.5);
    let file = file_stem(name);
    format!("{file},{worn},{guide},{torso_to},{torso_from},{legs},{delay}")
}

/// What was shown and what was not, with the reason.
fn finish(dir: &Option<PathBuf>, told: &[String]) {
    let Some(dir) = dir else { return };
    let text = format!(
        "garment,shown,guide,torso_to,torso_from,legs,delay_ms\n{}\n",
        told.join("\n")
    );
    if let Err(error) = std::fs::write(dir.join("looks.csv"), text) {
        error!("failed to write looks.csv: {error}");
    }
}
