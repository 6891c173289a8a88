//! One meter per creative on the glass, so that a play is reported only after its pixels were presented. What the attract loop
//! shows is decided in `attract`.

mod attract;

use std::sync::{Arc, Mutex, PoisonError};

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use cheval_domain::catalogue::CreativeId;
use cheval_domain::play::{Planned, PlayMeter, Probe, Slot};
use cheval_domain::record::{EndReason, Play, Record};
use cheval_domain::schedule::PlayNo;

use crate::KioskSystems;
use crate::audience::Crowd;
use crate::clock::Clock;
use crate::content::Content;
use crate::diagnostics::pace::Pace;
use crate::diagnostics::presented::Presented;
use crate::report::Reporter;
use crate::session::Visit;
use crate::targeting::Choices;

pub use attract::AttractLoop;

/// Meters of the creatives that are on the glass now.
#[derive(Resource, Default)]
struct OnGlass {
    meters: Vec<Running>,
    frames_before: u64,
}

struct Running {
    meter: PlayMeter,
    slot: Slot,
    /// Its number in the attract loop.
    turn: Option<PlayNo>,
    probe_at: Option<cheval_domain::time::Mono>,
    probes: Arc<Mutex<Vec<Probe>>>,
}

/// What ought to be on the glass.
struct Wanted {
    slot: Slot,
    turn: Option<PlayNo>,
    creative: CreativeId,
    planned_ms: u64,
}

/// When the surface is looked at after a play has started, milliseconds.
const PROBE_AFTER_MS: u64 = 1_200;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<OnGlass>().add_message::<PlayEnded>();
    app.add_plugins(attract::plugin);
    app.add_systems(
        Update,
        (meter_plays, probe_surface, end_plays_at_exit)
            .chain()
            .in_set(KioskSystems::Report),
    );
}

fn meter_plays(
    (content, mut ledger): (Res<Content>, Ledger),
    (visit, choices, mut playing): (Res<Visit>, Res<Choices>, ResMut<AttractLoop>),
    (crowd, presented): (Res<Crowd>, Res<Presented>),
    mut on_glass: ResMut<OnGlass>,
) {
    let wanted = wanted(&visit, &choices, &playing, &content);
    let now = ledger.clock.now();
    let on_glass = &mut *on_glass;
    let frames = presented.frames();
    for running in &mut on_glass.meters {
        running.meter.people(now, crowd.people());
        for _ in on_glass.frames_before..frames {
            running.meter.frame_presented(now, ledger.clock.civil());
        }
        for probe in running
            .probes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            running.meter.probe(probe);
        }
    }
    on_glass.frames_before = frames;
    let stays = |running: &Running| {
        let planned = running.meter.planned();
        wanted.as_ref().is_some_and(|w| {
            w.slot == running.slot && w.creative == planned.creative && w.turn == running.turn
        })
    };
    let (staying, ended): (Vec<_>, Vec<_>) = on_glass.meters.drain(..).partition(stays);
    on_glass.meters = staying;
    for running in ended {
        let reason = end_reason(&running, now, &visit);
        let turn = running.turn;
        let play = ledger.close(running, reason);
        if let Some(turn) = turn {
            playing.settle(turn, play.as_ref());
        }
    }
    if let Some(wanted) = wanted.filter(|_| on_glass.meters.is_empty()) {
        let running = start(wanted, &content, crowd.people(), now);
        on_glass.meters.push(running);
    }
}

fn wanted(
    visit: &Visit,
    choices: &Choices,
    playing: &AttractLoop,
    content: &Content,
) -> Option<Wanted> {
    let slot = Slot::on(visit.screen(), visit.sees_open())?;
    match slot {
        Slot::Attract => playing.playing().map(|playing| Wanted {
            slot,
            turn: Some(playing.play),
            creative: playing.creative.clone(),
            planned_ms: playing.planned_ms,
        }),
        Slot::Promo => choices.promo(content).map(|promo| Wanted {
            slot,
            turn: None,
            creative: promo.id.clone(),
            planned_ms: promo.min_show_ms,
        }),
    }
}

fn start(
    wanted: Wanted,
    content: &Content,
    people: u32,
    now: cheval_domain::time::Mono,
) -> Running {
    let planned = Planned {
        slot: wanted.slot.as_str().into(),
        creative: wanted.creative,
        pack: content.pack.clone(),
        planned_ms: wanted.planned_ms,
    };
    Running {
        meter: PlayMeter::new(planned, people),
        slot: wanted.slot,
        turn: wanted.turn,
        probe_at: Some(now.plus_ms(PROBE_AFTER_MS)),
        probes: Arc::default(),
    }
}

fn end_reason(running: &Running, now: cheval_domain::time::Mono, visit: &Visit) -> EndReason {
    let shown_ms = running.meter.shown_ms(now);
    let planned_ms = running.meter.planned().planned_ms;
    let touched = visit.just_touched(now);
    running
        .slot
        .end_reason(visit.screen(), (shown_ms, planned_ms), touched)
}

/// A play is over and was reported.
#[derive(Message, Debug, Clone)]
pub struct PlayEnded(pub Play);

/// Where an ended play goes.
#[derive(SystemParam)]
struct Ledger<'w> {
    clock: Res<'w, Clock>,
    reporter: Res<'w, Reporter>,
    ended: MessageWriter<'w, PlayEnded>,
}

impl Ledger<'_> {
    /// Reports the play, if anything of it was on the glass.
    fn close(&mut self, running: Running, reason: EndReason) -> Option<Play> {
        let play = running.meter.end(self.clock.now(), reason)?;
        self.reporter
            .report(&self.clock, Record::Play(play.clone()));
        self.ended.write(PlayEnded(play.clone()));
        Some(play)
    }
}

/// Proof of pixels: the presented surface is read back once per play and reduced to a fingerprint on the spot.
fn probe_surface(
    clock: Res<Clock>,
    mut on_glass: ResMut<OnGlass>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    let now = clock.now();
    for running in &mut on_glass.meters {
        let Some(at) = running.probe_at else { continue };
        if now < at {
            pace.wake_at(at);
            continue;
        }
        running.probe_at = None;
        let probes = Arc::clone(&running.probes);
        commands.spawn(Screenshot::primary_window()).observe(
            move |shot: On<ScreenshotCaptured>| {
                let data = shot.image.data.as_deref().unwrap_or_default();
                probes
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(fingerprint(data));
            },
        );
    }
}

/// Brightest channel and a hash over a sparse grid of the pixels (FNV-1a). The pixels themselves go no further.
fn fingerprint(data: &[u8]) -> Probe {
    const GRID_STEP_BYTES: usize = 4 * 997;
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut brightest = 0;
    for pixel in data.chunks_exact(4).step_by(GRID_STEP_BYTES / 4) {
        for &channel in &pixel[..3] {
            brightest = brightest.max(channel);
            hash = (hash ^ u64::from(channel)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Probe {
        brightest,
        fingerprint: hash,
        should_move: false,
    }
}

fn end_plays_at_exit(
    mut ledger: Ledger,
    mut on_glass: ResMut<OnGlass>,
    mut exits: MessageReader<AppExit>,
) {
    if exits.read().next().is_none() {
        return;
    }
    for running in on_glass.meters.drain(..) {
        ledger.close(running, EndReason::Shutdown);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_black_surface_is_seen_as_black_and_a_changed_one_as_changed() {
        let black = fingerprint(&vec![0; 4 * 1000 * 1000]);
        assert_eq!(black.brightest, 0);
        let mut data = vec![0; 4 * 1000 * 1000];
        data[0] = 200;
        let bright = fingerprint(&data);
        assert_eq!(bright.brightest, 200);
        assert_ne!(black.fingerprint, bright.fingerprint);
    }
}
