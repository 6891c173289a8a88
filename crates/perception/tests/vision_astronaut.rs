//! The whole way: a picture file comes in as a camera would, a report with a person and her garment goes out.
//! Needs the models and the runtime that `cargo xtask setup` builds.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use cheval_domain::audience::AudienceSettings;
use cheval_domain::figure::Shape;
use cheval_domain::observation::{AgeBand, FrameReport, Gender, Region};
use cheval_perception::source::CameraOptions;
use cheval_perception::spec::SourceSpec;
use cheval_perception::{
    Effort, Perception, PLANES, PerceptionOptions, TORSO, VisionRates, default_models_folders,
};

/// Generous: the machine may be doing something else.
const PATIENCE: Duration = Duration::from_secs(120);

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn perceive(folder: &Path) -> (Perception, Receiver<()>) {
    let (sender, woken) = sync_channel(1);
    let options = PerceptionOptions {
        spec: SourceSpec::Images {
            dir: folder.to_owned(),
            hold_ms: 600_000,
        },
        camera: CameraOptions::default(),
        models: std::iter::once(repository().join("models"))
            .chain(default_models_folders())
            .collect(),
        runtime: None,
        rates: VisionRates::default(),
        nice: 0,
        figure: true,
    };
    let wake = Arc::new(move || {
        sender.try_send(()).ok();
    });
    (Perception::start(options, wake), woken)
}

/// The first report that `wanted` accepts.
fn wait_for(
    perception: &Perception,
    woken: &Receiver<()>,
    wanted: impl Fn(&FrameReport) -> bool,
) -> FrameReport {
    let start = Instant::now();
    let mut last = None;
    while start.elapsed() < PATIENCE {
        woken.recv_timeout(Duration::from_secs(1)).ok();
        while let Some(report) = perception.try_report() {
            if wanted(&report) {
                return report;
            }
            last = Some(report);
        }
    }
    panic!(
        "not seen within {PATIENCE:?}; {:?}; last {last:?}; {:?}",
        perception.camera_status(),
        perception.health()
    );
}

#[test]
fn the_astronaut_is_seen_and_her_suit_is_named_and_masked() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(
        repository().join("assets/standin/astronaut.png"),
        folder.path().join("astronaut.png"),
    )
    .unwrap();
    let (perception, woken) = perceive(folder.path());
    perception.set_effort(Effort::TryOn);
    perception.allow_inference(true);
    let report = wait_for(&perception, &woken, |report| {
        report
            .people
            .first()
            .is_some_and(|p| p.gender.value != Gender::Unknown && !p.worn.is_empty())
    });

    assert_eq!(report.people.len(), 1);
    let person = &report.people[0];
    assert!(
        AudienceSettings::default().is_facing(person.head)
            && person.face_seen
            && person.score > 0.8
    );
    assert_eq!(person.gender.value, Gender::Female);
    assert!(
        !matches!(
            person.age.value,
            AgeBand::Minor | AgeBand::From18To24 | AgeBand::From65
        ),
        "{:?}",
        person.age
    );
    assert!(
        person.worn.iter().any(|g| g.region == Region::Torso),
        "{:?}",
        person.worn
    );
    let body = person.body.as_ref().expect("shoulders are in sight");
    assert!(body.points[11].visibility > 0.5 && body.points[12].visibility > 0.5);
    assert!(
        body.points[11].at.x > body.points[12].at.x,
        "the picture is not mirrored: her left is on the right"
    );

    assert!(
        person
            .figure
            .is_none_or(|figure| figure.shape.value == Shape::Unknown),
        "no hips are in the picture: {:?}",
        person.figure
    );

    let masks = perception.latest_masks().unwrap();
    // The portrait is 664 x 664 pixels, four to a cell.
    assert_eq!((masks.width, masks.height), (166, 166));
    let torso = |x: usize, y: usize| masks.rgba[(y * masks.width + x) * PLANES + TORSO];
    let face = person.face.centre();
    assert_eq!(
        torso((face.x * 166.0) as usize, (face.y * 166.0) as usize),
        0,
        "a face is no garment"
    );
    assert!(
        masks.rgba.iter().step_by(PLANES).filter(|&&v| v > 200).count() > 500,
        "the suit fills much of the picture"
    );

    perception.allow_inference(false);
    assert_eq!(perception.try_report(), None);
    assert!(perception.latest_masks().is_none());
}

#[test]
fn without_any_model_the_mirror_still_gets_its_picture() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(
        repository().join("assets/standin/astronaut.png"),
        folder.path().join("astronaut.png"),
    )
    .unwrap();
    let (sender, woken) = sync_channel(1);
    let options = PerceptionOptions {
        spec: SourceSpec::Images {
            dir: folder.path().to_owned(),
            hold_ms: 600_000,
        },
        camera: CameraOptions::default(),
        models: vec![folder.path().to_owned()],
        runtime: None,
        rates: VisionRates::default(),
        nice: 0,
        figure: false,
    };
    let wake = Arc::new(move || {
        sender.try_send(()).ok();
    });
    let perception = Perception::start(options, wake);
    perception.allow_inference(true);
    let report = wait_for(&perception, &woken, |_| true);
    assert!(report.people.is_empty() && report.brightness > 0.1);
    let start = Instant::now();
    while perception.latest_frame().is_none() {
        assert!(start.elapsed() < PATIENCE);
        woken.recv_timeout(Duration::from_secs(1)).ok();
    }
    let organs = perception.health().organs;
    assert!(
        organs
            .iter()
            .all(|o| !o.on && o.reason.contains("models.toml")),
        "{organs:?}"
    );
}
