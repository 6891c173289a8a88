//! The attract loop: asks the schedule what plays next, and tells it what became of it. Must not know how a slide is painted.

use bevy::prelude::*;
use cheval_domain::catalogue::Slide;
use cheval_domain::observation::TrackId;
use cheval_domain::record::Play;
use cheval_domain::schedule::{ClockTrust, Moment, Outcome, PlayNo, Playing, Schedule, Settings};
use cheval_domain::session::Screen;

use crate::KioskSystems;
use crate::audience::Crowd;
use crate::clock::Clock;
use crate::config::Config;
use crate::content::Content;
use crate::diagnostics::pace::Pace;
use crate::session::Visit;
use crate::targeting::Trace;

/// The attract loop.
#[derive(Resource)]
pub struct AttractLoop(Schedule);

impl AttractLoop {
    /// The slide that plays.
    #[must_use]
    pub fn slide<'a>(&self, content: &'a Content) -> Option<&'a Slide> {
        let current = self.0.current()?;
        content
            .catalogue
            .slides
            .iter()
            .find(|slide| &slide.id == current)
    }

    pub(super) fn playing(&self) -> Option<Playing<'_>> {
        self.0.playing()
    }

    /// What became of a play: nothing, if not one frame of it was presented.
    pub(super) fn settle(&mut self, turn: PlayNo, play: Option<&Play>) {
        let outcome = play.map_or(Outcome::NeverShown, |play| Outcome::Presented {
            impressions_milli: (play.qty_multiplier.max(0.0) * 1000.0) as u64,
        });
        self.0.settle(turn, outcome);
    }
}

pub(super) fn plugin(app: &mut App) {
    let world = app.world();
    let content = world.resource::<Content>();
    let settings = Settings {
        zone: world.resource::<Clock>().zone().clone(),
        seed: seed(&world.resource::<Config>().site.store),
        made: content.made,
    };
    let schedule = Schedule::new(&content.catalogue, settings);
    app.insert_resource(AttractLoop(schedule));
    app.add_systems(Update, turn_slides.in_set(KioskSystems::Decide));
}

/// Between equals each store begins with another (FNV-1a of its name, the same in every version of this program).
fn seed(store: &str) -> u64 {
    store.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn turn_slides(
    (clock, visit, crowd): (Res<Clock>, Res<Visit>, Res<Crowd>),
    mut playing: ResMut<AttractLoop>,
    mut trace: ResMut<Trace>,
    mut pace: ResMut<Pace>,
) {
    if !matches!(visit.screen(), Screen::Attract) {
        if playing.0.current().is_some() {
            playing.0.interrupt();
        }
        return;
    }
    let people = crowd.latest().map(|report| report.people.as_slice());
    let present: Vec<TrackId> = people.unwrap_or_default().iter().map(|p| p.track).collect();
    let moment = Moment {
        mono: clock.now(),
        civil: clock.civil(),
        // Nobody tells how good the clock is; one that shows a time before the content was loaded is found out.
        clock: ClockTrust::Trusted,
        present: &present,
    };
    if let Some(decision) = playing.0.next(&moment) {
        trace.push(decision);
    }
    if let Some(deadline) = playing.0.deadline() {
        pace.wake_at(deadline);
    }
}
