//! Tries garments on whoever the source of pictures shows, one after another, and takes a picture of the bare mirror with
//! each: for contact sheets, and to look at what a garment looks like on people. Goes through the session like a shopper.

use std::path::PathBuf;

use bevy::prelude::*;
use cheval_domain::catalogue::Sku;
use cheval_domain::session::Action;

use super::shots::TakeShot;
use crate::Startup as KioskStartup;
use crate::content::Content;
use crate::diagnostics::pace::Pace;
use crate::mirror::{Glass, GlassUniform};
use crate::perception::Eyes;
use crate::scene::view::{Page, View};
use crate::theme::widget::Tapped;
use crate::try_on::Fitting;
use crate::{KioskSystems, mirror};

/// Seconds in which perception learns who stands there and what they wear, before the first garment.
const SETTLE_S: f64 = 2.5;
/// Seconds a garment is worn before its picture: the wipe of light is over.
const WORN_S: f64 = 1.1;
/// Seconds after which a garment that cannot be put on is left out.
const PATIENCE_S: f64 = 3.0;

/// Garments still to be tried on, the next one last; each may be an outfit joined with `+`.
#[derive(Resource)]
struct Plan {
    left: Vec<String>,
    now: Now,
    told: Vec<String>,
}

enum Now {
    /// Waiting for somebody, since.
    Nobody(Option<f64>),
    /// The garments to tap, and since when all were.
    Trying(String, Vec<Sku>, f64),
    /// The last picture is being written, since.
    Done(f64),
}

pub(super) fn plugin(app: &mut App) {
    let startup = app.world().resource::<KioskStartup>();
    let mut left = startup.tools.looks.clone();
    if left == ["all"] {
        let garments = &startup.content.catalogue.garments;
        left = garments.iter().map(|g| g.sku.0.clone()).collect();
    }
    left.push(String::new());
    left.reverse();
    app.insert_resource(Plan {
        left,
        now: Now::Nobody(None),
        told: Vec::new(),
    });
    app.add_systems(Update, try_next.after(KioskSystems::Report));
    // Nothing but the mirror: after everybody else has said what stands on the glass.
    app.add_systems(Last, bare.after(mirror::FurnitureSystems));
}

fn bare(mut glass: ResMut<Glass>) {
    glass.furniture.clear();
    glass.uniform = GlassUniform {
        ink: Vec4::ZERO,
        place: Vec4::new(0.0, 0.0, 1.0, 1.0),
        ..glass.uniform
    };
}

fn try_next(
    (time, view, fitting): (Res<Time<Real>>, Res<View>, Res<Fitting>),
    (content, startup): (Res<Content>, Res<KioskStartup>),
    eyes: Res<Eyes>,
    mut plan: ResMut<Plan>,
    mut taps: MessageWriter<Tapped>,
    mut shots: MessageWriter<TakeShot>,
    mut pace: ResMut<Pace>,
    mut exit: MessageWriter<AppExit>,
) {
    pace.stay_awake();
    let now = time.elapsed_secs_f64();
    let plan = &mut *plan;
    match &mut plan.now {
        Now::Nobody(since) => {
            if matches!(view.page, Page::Notice(_)) {
                taps.write(Tapped(Action::ShowLooks));
            }
            let there = matches!(view.page, Page::Engaged(_)) && eyes.latest_masks().is_some();
            if !there {
                *since = None;
                return;
            }
            if now - *since.get_or_insert(now) < SETTLE_S {
                return;
            }
        }
        Now::Trying(name, skus, since) => {
            if let Some(sku) = skus.pop() {
                taps.write(Tapped(Action::Wear(sku)));
                *since = now;
                return;
            }
            let waited = now - *since;
            let worn = name.is_empty() || fitting.is_worn();
            if worn && waited < WORN_S || !worn && waited < PATIENCE_S {
                return;
            }
            let file = if name.is_empty() {
                "original"
            } else {
                name.as_str()
            };
            if worn {
                shots.write(TakeShot(file.to_owned()));
            }
            let guide = fitting.guide().map_or("", |guide| guide.as_str());
            plan.told.push(format!("{file},{worn},{guide}"));
        }
        Now::Done(since) => {
            if now - *since > 1.5 {
                exit.write(AppExit::Success);
            }
            return;
        }
    }
    let Some(next) = plan.left.pop() else {
        finish(&startup.tools.shots_dir, &plan.told);
        plan.now = Now::Done(now);
        return;
    };
    taps.write(Tapped(Action::BackToMine));
    let known = |sku: &&str| content.catalogue.garment(&Sku((*sku).to_owned())).is_some();
    let mut skus: Vec<Sku> = next
        .split('+')
        .filter(known)
        .map(|s| Sku(s.to_owned()))
        .collect();
    skus.reverse();
    plan.now = Now::Trying(next, skus, now);
}

/// What was shown and what was not, with the reason.
fn finish(dir: &Option<PathBuf>, told: &[String]) {
    let Some(dir) = dir else { return };
    let text = format!("garment,shown,guide\n{}\n", told.join("\n"));
    if let Err(error) = std::fs::write(dir.join("looks.csv"), text) {
        error!("failed to write looks.csv: {error}");
    }
}
