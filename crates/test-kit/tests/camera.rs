//! The camera thread in good and bad days: what its owner sees when sources fail, fall silent, freeze, tear, or are
//! closed on purpose.
#![expect(clippy::unwrap_used, reason = "tests, and the helpers they share")]

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use cheval_perception::camera::{Camera, CameraStatus, CameraTiming, Opener, Wake};
use cheval_perception::source::{CameraOptions, FrameSource, SourceError};
use cheval_perception::spec::SourceSpec;
use cheval_test_kit::frames::{Failing, Freezing, Silent, Stage, Synthetic, Torn, read_barcode};

const PATIENCE: Duration = Duration::from_secs(120);

/// A camera together with the bell it rings at every change.
struct Observed {
    camera: Camera,
    bell: Arc<(Mutex<u64>, Condvar)>,
}

impl Observed {
    fn start(opener: Opener, timing: CameraTiming) -> Self {
        let bell: Arc<(Mutex<u64>, Condvar)> = Arc::default();
        let rung = Arc::clone(&bell);
        let wake: Wake = Arc::new(move || {
            *rung.0.lock().unwrap() += 1;
            rung.1.notify_all();
        });
        Self {
            camera: Camera::start_with(opener, timing, wake),
            bell,
        }
    }

    fn wait_until(&self, what: &str, mut holds: impl FnMut(&Camera) -> bool) {
        let heard = self.bell.0.lock().unwrap();
        let (_heard, timeout) = self
            .bell
            .1
            .wait_timeout_while(heard, PATIENCE, |_| !holds(&self.camera))
            .unwrap();
        assert!(
            !timeout.timed_out(),
            "waited in vain until {what}: {:?}",
            self.camera.status()
        );
    }

    fn wait_for_frames(&self, count: u64) {
        self.wait_until("frames came", |camera| camera.counts().frames_in >= count);
    }

    fn wait_for_loss(&self) -> String {
        let mut said = String::new();
        self.wait_until("the camera is lost", |camera| match camera.status() {
            CameraStatus::Lost { reason, .. } => {
                said = reason;
                true
            }
            _ => false,
        });
        said
    }
}

/// Never takes the pauses of a test for a stall.
fn patient() -> CameraTiming {
    CameraTiming {
        stall_ms: 600_000,
        first_frame_ms: 600_000,
        ..CameraTiming::default()
    }
}

fn quick() -> CameraTiming {
    CameraTiming {
        retry_first_ms: 1,
        retry_cap_ms: 4,
        ..patient()
    }
}

/// Waits for ever between tries, so that a status stays to be looked at.
fn one_try() -> CameraTiming {
    CameraTiming {
        retry_first_ms: 3_600_000,
        retry_cap_ms: 3_600_000,
        ..patient()
    }
}

fn picture(stage: &Stage) -> Synthetic {
    Synthetic::new(stage, 64, 48)
}

fn boxed(source: impl FrameSource + 'static) -> Result<Box<dyn FrameSource>, SourceError> {
    Ok(Box::new(source))
}

fn unplugged() -> SourceError {
    SourceError::Lost {
        reason: "No such device (os error 19)".to_owned(),
    }
}

#[test]
fn every_consumer_gets_the_newest_frame_once() {
    let stage = Stage::default();
    let observed = Observed::start(stage.opener(|_, stage| boxed(picture(stage))), quick());
    let (screen, models) = (observed.camera.tap(), observed.camera.tap());
    stage.give(3);
    observed.wait_for_frames(3);
    observed.wait_until("it is published", |_| screen.missed() == 2);
    let newest = screen.take().unwrap();
    assert_eq!((newest.number(), read_barcode(&newest)), (3, 3));
    assert!(screen.take().is_none(), "nobody gets a frame twice");
    assert_eq!(
        models.wait(PATIENCE).unwrap().number(),
        3,
        "consumers do not take from each other"
    );
    stage.give(1);
    assert_eq!(models.wait(PATIENCE).unwrap().number(), 4);
}

#[test]
fn a_lost_camera_comes_back_and_frames_go_on_counting() {
    let stage = Stage::default();
    stage.give(4);
    let opener = stage.opener(|attempt, stage| match attempt {
        1 => boxed(Failing::after(2, picture(stage), unplugged)),
        2 => Err(SourceError::NoDevice {
            wanted: "/dev/video0".to_owned(),
            found: "none".to_owned(),
        }),
        _ => boxed(picture(stage)),
    });
    let observed = Observed::start(opener, quick());
    let tap = observed.camera.tap();
    observed.wait_for_frames(4);
    assert_eq!(stage.happened().opened, 2);
    assert_eq!(tap.wait(PATIENCE).unwrap().number(), 4);
    observed.wait_until("it is live", |camera| camera.status().as_str() == "live");
}

#[test]
fn the_reason_of_a_loss_is_told() {
    let stage = Stage::default();
    stage.give(9);
    let opener = stage.opener(|_, stage| boxed(Failing::after(2, picture(stage), unplugged)));
    let observed = Observed::start(opener, one_try());
    let tap = observed.camera.tap();
    assert_eq!(
        observed.wait_for_loss(),
        "the camera is gone: No such device (os error 19)"
    );
    assert!(tap.take().is_none(), "no old picture of a lost camera");
    assert_eq!(stage.happened().closed, 1);
}

#[test]
fn a_silent_camera_is_opened_again() {
    let stage = Stage::default();
    stage.give(1);
    let opener = stage.opener(|attempt, stage| match attempt {
        1 => boxed(Silent::instead_of(picture(stage))),
        _ => boxed(picture(stage)),
    });
    let observed = Observed::start(
        opener,
        CameraTiming {
            first_frame_ms: 20,
            ..quick()
        },
    );
    observed.wait_for_frames(1);
    let happened = stage.happened();
    assert!(happened.opened >= 2 && happened.closed >= 1, "{happened:?}");
}

#[test]
fn a_stall_is_told_with_its_length() {
    let stage = Stage::default();
    let opener = stage.opener(|_, stage| boxed(Silent::instead_of(picture(stage))));
    let observed = Observed::start(
        opener,
        CameraTiming {
            first_frame_ms: 1,
            ..one_try()
        },
    );
    let reason = observed.wait_for_loss();
    assert!(
        reason.starts_with("the camera has given no picture for "),
        "{reason}"
    );
}

#[test]
fn a_frozen_picture_is_flagged_and_a_moving_one_is_not() {
    let stage = Stage::default();
    let opener = stage.opener(|_, stage| boxed(Freezing::during(10..400, picture(stage))));
    let observed = Observed::start(opener, quick());
    let frozen =
        |camera: &Camera| matches!(camera.status(), CameraStatus::Live { frozen: true, .. });
    stage.give(300);
    observed.wait_for_frames(300);
    assert!(
        !frozen(&observed.camera),
        "9.7 s by the pictures' own stamps"
    );
    stage.give(50);
    observed.wait_until("it is frozen", frozen);
    stage.give(50);
    observed.wait_until("it moves again", |camera| {
        camera.counts().frames_in == 400 && !frozen(camera)
    });
}

#[test]
fn torn_pictures_are_counted_and_not_shown() {
    let stage = Stage::default();
    let observed = Observed::start(
        stage.opener(|_, stage| boxed(Torn::every(3, picture(stage)))),
        quick(),
    );
    let tap = observed.camera.tap();
    stage.give(30);
    observed.wait_for_frames(20);
    stage.give(2);
    observed.wait_for_frames(22);
    assert_eq!(observed.camera.counts().torn, 10);
    assert_ne!(
        read_barcode(&tap.wait(PATIENCE).unwrap()) % 3,
        0,
        "31 or 32"
    );
}

#[test]
fn a_camera_that_only_tears_is_lost_for_that_reason() {
    let stage = Stage::default();
    stage.give(u64::MAX);
    let opener = stage.opener(|_, stage| boxed(Torn::every(1, picture(stage))));
    let observed = Observed::start(
        opener,
        CameraTiming {
            first_frame_ms: 5,
            ..one_try()
        },
    );
    let reason = observed.wait_for_loss();
    assert!(reason.contains("half of it is missing"), "{reason}");
}

/// By count instead of by clock: after `pause` at most one more wait begins, and no wait is longer than 100 ms, so the
/// device is closed within the promised 500 ms.
#[test]
fn pause_closes_the_device_after_at_most_one_more_wait() {
    let stage = Stage::default();
    let observed = Observed::start(stage.opener(|_, stage| boxed(picture(stage))), patient());
    let tap = observed.camera.tap();
    stage.give(2);
    observed.wait_for_frames(2);
    observed.camera.pause();
    let asked = stage.happened().asked;
    stage.wait_until("the device is closed", |happened| happened.closed == 1);
    let happened = stage.happened();
    assert!(
        happened.asked <= asked + 1,
        "{asked} before, then {happened:?}"
    );
    assert!(
        happened.longest_timeout <= Duration::from_millis(100),
        "{happened:?}"
    );
    observed.wait_until("it is paused", |camera| {
        camera.status() == CameraStatus::Paused
    });
    assert!(tap.take().is_none(), "no picture from before the pause");

    stage.give(1);
    observed.camera.resume();
    assert_eq!(tap.wait(PATIENCE).unwrap().number(), 3);
    assert_eq!(stage.happened().opened, 2);
}

#[test]
fn pause_ends_the_wait_for_a_new_try() {
    let stage = Stage::default();
    let observed = Observed::start(stage.opener(|_, _| Err(unplugged())), one_try());
    observed.wait_for_loss();
    observed.camera.pause();
    observed.wait_until("it is paused", |camera| {
        camera.status() == CameraStatus::Paused
    });
}

#[test]
fn a_panic_in_a_driver_library_is_a_loss_like_any_other() {
    let stage = Stage::default();
    stage.give(1);
    let opener = stage.opener(|attempt, stage| {
        assert!(attempt > 1, "as the libraries do");
        boxed(picture(stage))
    });
    Observed::start(opener, quick()).wait_for_frames(1);
}

#[test]
fn dropping_the_camera_closes_the_device() {
    let stage = Stage::default();
    stage.give(1);
    let observed = Observed::start(stage.opener(|_, stage| boxed(picture(stage))), quick());
    observed.wait_for_frames(1);
    drop(observed);
    stage.wait_until("the device is closed", |happened| happened.closed == 1);
}

#[test]
fn a_recording_that_plays_once_ends_without_alarm() {
    let stage = Stage::default();
    stage.give(9);
    let opener =
        stage.opener(|_, stage| boxed(Failing::after(3, picture(stage), || SourceError::Ended)));
    let observed = Observed::start(opener, quick());
    observed.wait_until("it is over", |camera| camera.status() == CameraStatus::None);
    assert_eq!(observed.camera.counts().frames_in, 3);
}

#[test]
fn without_a_camera_everything_answers() {
    let camera = Camera::start(SourceSpec::None, CameraOptions::default(), Arc::new(|| {}));
    assert_eq!(camera.status(), CameraStatus::None);
    camera.pause();
    camera.resume();
    assert!(camera.tap().take().is_none());
}

#[test]
fn the_frame_log_has_one_line_per_frame() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("frames.jsonl");
    let stage = Stage::default();
    stage.give(3);
    let timing = CameraTiming {
        frame_log: Some(path.clone()),
        ..quick()
    };
    let observed = Observed::start(stage.opener(|_, stage| boxed(picture(stage))), timing);
    observed.wait_for_frames(3);
    observed.wait_until("the last is published", |camera| {
        camera.status().as_str() == "live"
    });
    let lines = std::fs::read_to_string(path).unwrap();
    let expected =
        "{\"frame\":1,\"captured_ns\":33333333}\n{\"frame\":2,\"captured_ns\":66666666}\n";
    assert!(lines.starts_with(expected), "{lines}");
}

#[test]
fn a_frame_log_that_cannot_be_written_stops_nothing() {
    let stage = Stage::default();
    stage.give(1);
    let timing = CameraTiming {
        frame_log: Some("/nowhere/frames.jsonl".into()),
        ..quick()
    };
    Observed::start(stage.opener(|_, stage| boxed(picture(stage))), timing).wait_for_frames(1);
}
