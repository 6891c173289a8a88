//! What happened while the screen ran, as one JSON file: for the demo, for measurements, for people who ask. Holds no
//! pixels; person details are those of the tracks, which are forgotten with the process.

use std::collections::BTreeMap;
use std::time::Duration;

use bevy::prelude::*;
use bevy::tasks::IoTaskPool;
use cheval_domain::decision::Decision;
use cheval_domain::observation::{Person, TrackId};
use cheval_domain::record::Play;
use serde::Serialize;

use crate::Startup as KioskStartup;
use crate::diagnostics::cost::{Cost, process_cpu_ms, pss_bytes, rss_bytes};
use crate::diagnostics::presented::Presented;
use crate::mirror::MirrorState;
use crate::perception::{Eyes, Seen};
use crate::playback::PlayEnded;
use crate::scene::view::View;
use crate::targeting::Trace;

/// Decisions and tracks that are kept for the summary; older ones go first.
const KEPT: usize = 200;

/// The summary as it is written.
#[derive(Debug, Serialize)]
struct Summary {
    first_picture_ms: Option<u64>,
    seconds: f64,
    presented_frames: u64,
    camera_frames_in: u64,
    camera_frames_shown: u64,
    vision_results: u64,
    faces_seen: u64,
    tracks: Vec<Track>,
    decisions: Vec<Decision>,
    plays: Vec<Play>,
    pages: Vec<String>,
    organs: BTreeMap<String, String>,
    cpu_ms_per_frame: BTreeMap<String, f64>,
    cpu_share_of_one_core: f64,
    rss_mb: f64,
    pss_mb: f64,
}

#[derive(Debug, Clone, Serialize)]
struct Track {
    track: TrackId,
    frames: u64,
    age_band: String,
    age_confidence: f32,
    gender: String,
    gender_confidence: f32,
    body_seen: bool,
    worn: Vec<String>,
}

#[derive(Resource, Default)]
struct Chronicle {
    tracks: BTreeMap<TrackId, Track>,
    decisions: Vec<Decision>,
    plays: Vec<Play>,
    pages: Vec<String>,
    faces_seen: u64,
    written: Option<Duration>,
    cpu_at_start_ms: Option<f64>,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Chronicle>();
    app.add_systems(Last, (follow, write).chain());
}

fn follow(
    mut seen: MessageReader<Seen>,
    mut ended: MessageReader<PlayEnded>,
    trace: Res<Trace>,
    view: Res<View>,
    mut chronicle: ResMut<Chronicle>,
) {
    chronicle.cpu_at_start_ms.get_or_insert_with(process_cpu_ms);
    for Seen(report) in seen.read() {
        for person in &report.people {
            chronicle.faces_seen += u64::from(person.face_seen);
            note_person(&mut chronicle.tracks, person);
        }
    }
    chronicle.decisions.extend(trace.fresh().iter().cloned());
    chronicle
        .plays
        .extend(ended.read().map(|PlayEnded(play)| play.clone()));
    chronicle.plays.truncate(KEPT);
    let surplus = chronicle.decisions.len().saturating_sub(KEPT);
    chronicle.decisions.drain(..surplus);
    if chronicle.pages.last().map(String::as_str) != Some(view.page.name())
        && chronicle.pages.len() < KEPT
    {
        chronicle.pages.push(view.page.name().into());
    }
}

fn note_person(tracks: &mut BTreeMap<TrackId, Track>, person: &Person) {
    if tracks.len() >= KEPT && !tracks.contains_key(&person.track) {
        tracks.pop_first();
    }
    let frames = tracks.get(&person.track).map_or(0, |t| t.frames) + 1;
    let known = tracks.remove(&person.track);
    let worn: Vec<String> = person
        .worn
        .iter()
        .map(|w| {
            format!(
                "{} {} {:.2}",
                w.colour.as_str(),
                w.category.value.as_str(),
                w.category.confidence
            )
        })
        .collect();
    let body_seen = person.body.is_some() || known.as_ref().is_some_and(|t| t.body_seen);
    let worn = if worn.is_empty() {
        known.map(|t| t.worn).unwrap_or_default()
    } else {
        worn
    };
    tracks.insert(
        person.track,
        Track {
            track: person.track,
            frames,
            age_band: person.age.value.as_str().into(),
            age_confidence: person.age.confidence,
            gender: person.gender.value.as_str().into(),
            gender_confidence: person.gender.confidence,
            body_seen,
            worn,
        },
    );
}

/// Every two seconds and at the end, so that a killed screen leaves one too.
fn write(
    (time, startup, mirror): (Res<Time<Real>>, Res<KioskStartup>, Res<MirrorState>),
    (presented, eyes, cost): (Res<Presented>, Res<Eyes>, Res<Cost>),
    mut chronicle: ResMut<Chronicle>,
    mut exits: MessageReader<AppExit>,
) {
    const INTERVAL: Duration = Duration::from_secs(2);
    let ending = exits.read().next().is_some();
    let now = time.elapsed();
    if !ending
        && chronicle
            .written
            .is_some_and(|at| now.saturating_sub(at) < INTERVAL)
    {
        return;
    }
    chronicle.written = Some(now);
    let Some(file) = startup.tools.summary_file.clone() else {
        return;
    };
    let summary = summarise(&chronicle, now, &presented, &mirror, &eyes, &cost);
    let save = move || {
        let unfinished = file.with_extension("tmp");
        let json = serde_json::to_vec_pretty(&summary).map_err(|e| e.to_string())?;
        std::fs::write(&unfinished, json)
            .and_then(|()| std::fs::rename(&unfinished, &file))
            .map_err(|e| e.to_string())
    };
    let report = |result: Result<(), String>| {
        if let Err(error) = result {
            error!("failed to write the summary: {error}");
        }
    };
    if ending {
        report(save());
    } else {
        IoTaskPool::get()
            .spawn(async move { report(save()) })
            .detach();
    }
}

fn summarise(
    chronicle: &Chronicle,
    now: Duration,
    presented: &Presented,
    mirror: &MirrorState,
    eyes: &Eyes,
    cost: &Cost,
) -> Summary {
    let health = eyes.health();
    let frames = presented.frames().max(1) as f64;
    let spent_ms = process_cpu_ms() - chronicle.cpu_at_start_ms.unwrap_or_default();
    let mut cpu: BTreeMap<String, f64> = cost
        .by_step_ms()
        .map(|(step, ms)| (format!("main_{step}"), ms / frames))
        .collect();
    let vision: BTreeMap<String, f64> = health
        .costs
        .stages
        .iter()
        .map(|(stage, cost)| (format!("vision_{stage}"), cost.cpu_ms / frames))
        .collect();
    cpu.extend(vision);
    cpu.insert("whole_process".into(), spent_ms / frames);
    Summary {
        first_picture_ms: presented.first_picture_ms(),
        seconds: now.as_secs_f64(),
        presented_frames: presented.frames(),
        camera_frames_in: health.camera_frames,
        camera_frames_shown: mirror.frames_shown,
        vision_results: health.results,
        faces_seen: chronicle.faces_seen,
        tracks: chronicle.tracks.values().cloned().collect(),
        decisions: chronicle.decisions.clone(),
        plays: chronicle.plays.clone(),
        pages: chronicle.pages.clone(),
        organs: health
            .organs
            .iter()
            .map(|o| {
                (
                    o.name.to_string(),
                    if o.on {
                        "on".into()
                    } else {
                        format!("off: {}", o.reason)
                    },
                )
            })
            .collect(),
        cpu_ms_per_frame: cpu,
        cpu_share_of_one_core: spent_ms / 1000.0 / now.as_secs_f64().max(0.001),
        rss_mb: rss_bytes() as f64 / 1e6,
        pss_mb: pss_bytes() as f64 / 1e6,
    }
}
