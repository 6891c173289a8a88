//! A scripted shopper: waits for screens and touches the glass with real touch events, at the place where the button is.

use bevy::ecs::system::SystemParam;
use bevy::input::touch::{TouchInput, TouchPhase};
use bevy::prelude::*;
use bevy::ui::UiGlobalTransform;
use bevy::window::{PrimaryWindow, WindowEvent};
use cheval_domain::session::Action;

use super::shots::TakeShot;
use crate::KioskSystems;
use crate::diagnostics::pace::Pace;
use crate::diagnostics::presented::Presented;
use crate::perception::Seen;
use crate::scene::view::{Page, View};
use crate::theme::widget::Tappable;

/// What to touch.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Target {
    ShowLooks,
    WhatItSees,
    Understood,
    /// The n-th garment on the rail.
    Card(usize),
    /// The n-th swatch.
    Swatch(usize),
    Done,
    Rate(u8),
}

impl Target {
    fn is(self, action: &Action) -> bool {
        match (self, action) {
            (Self::ShowLooks, Action::ShowLooks)
            | (Self::WhatItSees, Action::WhatItSees)
            | (Self::Understood, Action::Understood)
            | (Self::Done, Action::Done)
            | (Self::Card(_) | Self::Swatch(_), Action::Wear(_))
            | (Self::Swatch(_), Action::ChooseColour(_)) => true,
            (Self::Rate(wanted), Action::Rate(given)) => wanted == *given,
            _ => false,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Card(_) => "card",
            Self::Swatch(_) => "swatch",
            Self::ShowLooks | Self::WhatItSees | Self::Understood | Self::Done | Self::Rate(_) => {
                ""
            }
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Card(i) | Self::Swatch(i) => i,
            Self::ShowLooks | Self::WhatItSees | Self::Understood | Self::Done | Self::Rate(_) => 0,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    /// Until this page is on the glass, then so many milliseconds more.
    Page(&'static str, u64),
    /// Until the shopper's clothes were named, at most so many milliseconds.
    Worn(u64),
    /// A picture under this name.
    Shot(&'static str),
    /// A touch.
    Touch(Target),
}

const STORY: [Step; 27] = [
    Step::Page("attract", 2000),
    Step::Shot("attract"),
    Step::Page("noticed", 420),
    Step::Shot("noticed"),
    Step::Page("notice", 900),
    Step::Shot("notice"),
    Step::Touch(Target::ShowLooks),
    Step::Page("engaged", 1200),
    Step::Worn(5000),
    Step::Page("engaged", 1500),
    Step::Shot("engaged"),
    Step::Touch(Target::WhatItSees),
    Step::Page("sees", 1500),
    Step::Shot("sees"),
    Step::Touch(Target::Understood),
    Step::Page("engaged", 500),
    Step::Touch(Target::Card(0)),
    Step::Page("tryon", 1900),
    Step::Shot("tryon"),
    Step::Touch(Target::Swatch(2)),
    Step::Page("tryon", 1500),
    Step::Shot("recolour"),
    Step::Touch(Target::Done),
    Step::Page("feedback", 900),
    Step::Shot("feedback"),
    Step::Touch(Target::Rate(5)),
    Step::Page("farewell", 700),
];

#[derive(Resource, Default)]
struct Progress {
    step: usize,
    since: Option<f64>,
    waiting: Option<f64>,
    aimed: Option<Vec2>,
    finger_down: Option<(Vec2, f64)>,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Progress>();
    app.add_systems(
        Update,
        (
            stay_outside
                .after(KioskSystems::Ingest)
                .before(KioskSystems::Audience),
            play.after(KioskSystems::Report),
        ),
    );
}

/// Steps of the story before the shopper comes.
const ALONE: usize = 2;

/// Still pictures have somebody in them from the start; the attract loop gets its picture first all the same.
fn stay_outside(progress: Res<Progress>, mut seen: ResMut<Messages<Seen>>) {
    if progress.step < ALONE {
        seen.clear();
    }
}

#[derive(SystemParam)]
struct Glass<'w, 's> {
    view: Res<'w, View>,
    presented: Res<'w, Presented>,
    window: Query<'w, 's, Entity, With<PrimaryWindow>>,
    tappable: Query<
        'w,
        's,
        (
            &'static Tappable,
            &'static UiGlobalTransform,
            Option<&'static Name>,
        ),
    >,
}

impl Glass<'_, '_> {
    fn worn_named(&self) -> bool {
        matches!(&self.view.page, Page::Engaged(engaged) if engaged.knows_worn)
    }

    fn place_of(&self, target: Target) -> Option<Vec2> {
        let mut places: Vec<Vec2> = self
            .tappable
            .iter()
            .filter(|(tappable, _, name)| {
                target.is(&tappable.0)
                    && (target.name().is_empty()
                        || name.is_some_and(|n| n.as_str() == target.name()))
            })
            .map(|(_, transform, _)| transform.translation)
            .collect();
        places.sort_by(|a, b| a.x.total_cmp(&b.x));
        places.get(target.index()).copied()
    }
}

fn play(
    glass: Glass,
    time: Res<Time<Real>>,
    mut progress: ResMut<Progress>,
    mut panel: Panel,
    mut shots: MessageWriter<TakeShot>,
    mut pace: ResMut<Pace>,
) {
    pace.stay_awake();
    let now = time.elapsed_secs_f64();
    if let Some((at, since)) = progress.finger_down {
        if now - since > 0.09 {
            touch(&glass, &mut panel, TouchPhase::Ended, at);
            progress.finger_down = None;
        }
        return;
    }
    let Some(step) = STORY.get(progress.step).copied() else {
        finish(&mut progress, &mut shots);
        return;
    };
    let since = *progress.since.get_or_insert(now);
    let waited_ms = (now - since) * 1000.0;
    let done = match step {
        Step::Page(page, settle_ms) => {
            let there =
                glass.view.page.name() == page && glass.presented.first_picture_ms().is_some();
            if !there {
                // Nothing happened: a person would touch again.
                let waiting_since = *progress.waiting.get_or_insert(now);
                if now - waiting_since > 4.0
                    && progress.step > 0
                    && matches!(STORY[progress.step - 1], Step::Touch(_))
                {
                    progress.step -= 1;
                    progress.waiting = None;
                }
                progress.since = None;
                return;
            }
            waited_ms >= settle_ms as f64
        }
        Step::Worn(patience_ms) => glass.worn_named() || waited_ms >= patience_ms as f64,
        Step::Shot(name) => {
            shots.write(TakeShot(name.into()));
            true
        }
        Step::Touch(target) => {
            let place = glass.place_of(target);
            let aimed = std::mem::replace(&mut progress.aimed, place);
            match place.filter(|place| stands_still(*place, aimed)) {
                Some(at) => {
                    touch(&glass, &mut panel, TouchPhase::Started, at);
                    progress.finger_down = Some((at, now));
                    true
                }
                None => {
                    if waited_ms > 3000.0 && waited_ms < 3050.0 {
                        warn!(
                            "the script finds nothing to touch for {target:?} on page {}",
                            glass.view.page.name()
                        );
                    }
                    false
                }
            }
        }
    };
    if done {
        info!("script: {step:?} done after {waited_ms:.0} ms");
        progress.step += 1;
        progress.since = None;
        progress.waiting = None;
        progress.aimed = None;
    }
}

/// A person aims at what is laid out and does not move: a node spawned in this very frame still lies in the corner.
fn stands_still(place: Vec2, aimed: Option<Vec2>) -> bool {
    place.min_element() > 1.0 && aimed.is_some_and(|aimed| aimed.distance(place) < 1.0)
}

/// After the story: the farewell picture.
fn finish(progress: &mut Progress, shots: &mut MessageWriter<TakeShot>) {
    if progress.step == STORY.len() {
        shots.write(TakeShot("farewell".into()));
        progress.step += 1;
        info!("script: the story is told");
    }
}

/// The two messages that a touch panel causes: one for picking, one for the list of touches.
#[derive(SystemParam)]
struct Panel<'w> {
    events: MessageWriter<'w, WindowEvent>,
    touches: MessageWriter<'w, TouchInput>,
}

fn touch(glass: &Glass, panel: &mut Panel, phase: TouchPhase, position: Vec2) {
    if let Ok(window) = glass.window.single() {
        let input = TouchInput {
            phase,
            position,
            window,
            force: None,
            id: 1,
        };
        panel.events.write(WindowEvent::TouchInput(input));
        panel.touches.write(input);
    }
}
