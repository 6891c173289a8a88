//! The kiosk as processes: `cheval run` with its screen under a virtual display and software Vulkan, and a real hub. Needs
//! Xvfb and a Vulkan driver, which `cargo xtask test` sets up.

mod machine;

use std::time::Duration;

use machine::watermark::Watermark;
use machine::{Display, Kiosk};

#[test]
fn a_killed_screen_comes_back_and_no_record_is_lost() {
    let display = Display::start();
    let mut kiosk = Kiosk::start(&display, &["--camera", "standin:assets/standin"]);
    kiosk.wait_for("the first picture", |status| {
        status.first_picture_ms.is_some()
    });
    kiosk.wait_for("a noticed or attracting state", |status| {
        !status.state.is_empty()
    });
    let before = kiosk.status();
    kiosk.kill_screen();
    kiosk.wait_for("another screen with a picture", |status| {
        status.restarts == before.restarts + 1 && status.first_picture_ms.is_some()
    });
    kiosk.wait_for_records(|today| today.plays.count > 0);
    let delivered = kiosk.hub.today();
    assert!(delivered.plays.count > 0);
    kiosk.stop();
    assert_eq!(
        kiosk.missing_sequences(),
        0,
        "every record that was acknowledged is at the hub"
    );
}

#[test]
fn a_killed_agent_takes_its_screen_along_and_its_successor_delivers_the_rest() {
    let display = Display::start();
    let mut kiosk = Kiosk::start(&display, &["--camera", "none"]);
    kiosk.wait_for("the first picture", |status| {
        status.first_picture_ms.is_some()
    });
    let screen = kiosk.status().screen_pid;
    kiosk.kill_agent();
    machine::wait_until("the orphaned screen ends", Duration::from_secs(10), || {
        !machine::alive(screen)
    });
    kiosk.start_again(&display, &["--camera", "none"]);
    kiosk.wait_for("the first picture", |status| {
        status.first_picture_ms.is_some()
    });
    kiosk.wait_for_records(|today| today.plays.count > 0);
    kiosk.stop();
    assert_eq!(kiosk.missing_sequences(), 0);
}

#[test]
fn a_second_kiosk_on_the_same_state_is_refused_by_name() {
    let display = Display::start();
    let kiosk = Kiosk::start(&display, &["--camera", "none"]);
    kiosk.wait_for("the first picture", |status| {
        status.first_picture_ms.is_some()
    });
    let (code, said) = kiosk.run_another(&display);
    assert_eq!(code, Some(14), "{said}");
    assert!(said.contains("in use by process"), "{said}");
}

#[test]
fn no_pixel_of_the_camera_is_in_any_file() {
    let pictures = tempfile::tempdir().unwrap();
    let watermark = Watermark::paint(pictures.path());
    let camera = format!("images:{}", pictures.path().display());
    let display = Display::start();
    let mut kiosk = Kiosk::start(&display, &["--camera", &camera]);
    kiosk.wait_for("the shopper before the mirror", |status| {
        status.state == "engaged"
    });
    kiosk.wait_for_records(|today| today.plays.count > 0);
    // A picture that had leaked would be found: here is one.
    let leak = kiosk.folder().join("leak.bin");
    let pixels = image::open(pictures.path().join("person.png")).unwrap();
    std::fs::write(&leak, pixels.into_rgba8().into_raw()).unwrap();
    assert_eq!(watermark.found_below(kiosk.folder()), [leak.as_path()]);
    std::fs::remove_file(&leak).unwrap();
    kiosk.stop();
    assert!(watermark.found_below(kiosk.folder()).is_empty());
    assert!(watermark.found_below(kiosk.hub.folder()).is_empty());
}

#[test]
fn no_display_and_no_graphics_are_told_with_advice() {
    let (code, said) = machine::screen_without_display();
    assert_eq!(code, Some(11), "{said}");
    assert!(said.contains("DISPLAY") && said.contains('→'), "{said}");
    let display = Display::start();
    let (code, said) = machine::screen_without_graphics(&display);
    assert_eq!(code, Some(12), "{said}");
    assert!(said.contains("mesa-vulkan-drivers"), "{said}");
}

#[test]
fn wrong_settings_are_all_told_at_once() {
    let (code, said) = machine::cheval(&[
        "screen",
        "--set",
        "sound.volume=7",
        "--set",
        "camera.speed=3",
    ]);
    assert_eq!(code, Some(10), "{said}");
    assert!(
        said.contains("sound.volume") && said.contains("camera.speed"),
        "{said}"
    );
}
