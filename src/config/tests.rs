use std::io::Write as _;
use std::path::PathBuf;

use super::*;

struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::File::create(&path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        path
    }
}

fn with_device(text: &str) -> Result<Config, ConfigProblems> {
    let files = Files::new();
    Config::load(&Layers {
        device_file: Some(files.write("device.toml", text)),
        ..Layers::default()
    })
}

fn with_set(given: &str) -> Result<Config, ConfigProblems> {
    Config::load(&Layers {
        overrides: vec![given.to_owned()],
        ..Layers::default()
    })
}

/// Exactly one problem, at this line, about this key, with these words in its expectation.
#[track_caller]
fn refused(text: &str, line: usize, key: &str, words: &str) {
    let problems = with_device(text).unwrap_err().0;
    assert_eq!(problems.len(), 1, "{problems:?}");
    let problem = &problems[0];
    assert!(
        problem.place.ends_with(&format!("device.toml:{line}")),
        "{problem}"
    );
    assert_eq!(problem.key, key, "{problem}");
    assert!(problem.expectation.contains(words), "{problem}");
}

#[test]
fn the_defaults_hold_every_key_that_is_not_optional() {
    let config = Config::load(&Layers::default()).unwrap();
    let absent: Vec<_> = spec::keys()
        .filter(|k| config.origin(k).is_none())
        .collect();
    assert_eq!(absent, ["vision.runtime", "sound.device", "report.hub_url"]);
    for key in absent {
        let written = format!("# {} = ", key.split_once('.').unwrap().1);
        assert!(
            DEFAULTS.contains(&written),
            "{key} is not explained in default.toml"
        );
    }
    assert_eq!(config.audience.window_minutes, 15);
    assert_eq!(
        config.session.timings(),
        cheval_domain::session::SessionTimings::default()
    );
}

#[test]
fn later_layers_win_and_every_value_knows_where_it_comes_from() {
    let files = Files::new();
    let site = files.write("site.toml", "[sound]\nvolume = 0.3\nmuted = true\n");
    let device = files.write(
        "device.toml",
        "[sound]\nvolume = 1\n[vision]\nmodels_dir = \"models\"\n",
    );
    let config = Config::load(&Layers {
        site_file: Some(site.clone()),
        device_file: Some(device.clone()),
        overrides: vec![
            "camera.rate_hz=25".into(),
            "site.store=Lviv 7".into(),
            "site.store=12".into(),
        ],
    })
    .unwrap();
    assert!((config.sound.volume - 1.0).abs() < f32::EPSILON);
    assert!(config.sound.muted);
    assert!((config.camera.rate_hz - 25.0).abs() < f64::EPSILON);
    assert_eq!(config.site.store, "12");
    assert_eq!(
        config.vision.models_dir,
        files.0.path().join("models"),
        "relative to its file"
    );
    assert_eq!(
        config.origin("sound.volume"),
        Some(&Origin::Device {
            file: device,
            line: 2
        })
    );
    assert_eq!(
        config.origin("sound.muted"),
        Some(&Origin::Site {
            file: site,
            line: 3
        })
    );
    assert_eq!(config.origin("camera.rate_hz"), Some(&Origin::CommandLine));
    assert_eq!(config.origin("screen.width_px"), Some(&Origin::Default));
    assert_eq!(config.origin("no.such_key"), None);
}

#[test]
fn each_wrong_value_is_refused_with_what_was_expected() {
    refused("[camera]\nrate = 30", 2, "camera.rate", "no such key");
    refused(
        "[camera]\nrate_hs = 30",
        2,
        "camera.rate_hs",
        "did you mean `camera.rate_hz`?",
    );
    refused(
        "\n[camra]\nrate_hz = 30",
        2,
        "camra",
        "did you mean `camera`?",
    );
    refused("camera = 3", 1, "camera", "section headed [camera]");
    refused("[camera.rate_hz]\nx = 1", 1, "camera.rate_hz", "expected");
    refused(
        "[session]\nidle_ms = \"15s\"",
        2,
        "session.idle_ms",
        "milliseconds, 10000 to 600000, without quotes or unit; write 15000",
    );
    refused(
        "[session]\nidle_ms = \"2 min\"",
        2,
        "session.idle_ms",
        "write 120000",
    );
    refused(
        "[report]\nhealth_secs = \"90000ms\"",
        2,
        "report.health_secs",
        "seconds, 5 to 3600, without quotes or unit; write 90",
    );
    refused(
        "[session]\nidle_ms = 15.5",
        2,
        "session.idle_ms",
        "a whole number of milliseconds",
    );
    refused(
        "[session]\nwarning_ms = 5000",
        2,
        "session.warning_ms",
        "20000 to 120000",
    );
    refused("[audience]\nk = 4", 2, "audience.k", "5 to 1000");
    refused(
        "[audience]\nwindow_minutes = 10",
        2,
        "audience.window_minutes",
        "minutes, 15 to 1440",
    );
    refused("[sound]\nvolume = 11", 2, "sound.volume", "0 to 1");
    refused("[sound]\nvolume = nan", 2, "sound.volume", "0 to 1");
    refused(
        "[sound]\nmuted = \"yes\"",
        2,
        "sound.muted",
        "true or false",
    );
    refused(
        "[screen]\nwidth_px = 99999999999999999999",
        2,
        "screen.width_px",
        "expected",
    );
    refused(
        "[camera]\nrotation_degrees = 45",
        2,
        "camera.rotation_degrees",
        "0, 90, 180 or 270",
    );
    refused(
        "[camera]\nsource = \"/dev/video0\"",
        2,
        "camera.source",
        "v4l2:/dev/video0",
    );
    refused(
        "[report]\nhub_url = \"hub.example\"",
        2,
        "report.hub_url",
        "https://",
    );
    refused(
        "[report]\nhub_url = \"\"",
        2,
        "report.hub_url",
        "leave the key out",
    );
    refused(
        "[site]\ntime_zone = \"Kiev\"",
        2,
        "site.time_zone",
        "IANA time zone",
    );
    refused(
        "[site]\nweather = \"rainy\"",
        2,
        "site.weather",
        "did you mean `rain`?",
    );
    refused(
        "[language]\noffered = [\"en\", \"en\"]",
        2,
        "language.offered",
        "different languages",
    );
    refused(
        "[language]\noffered = []",
        2,
        "language.offered",
        "different languages",
    );
}

#[test]
fn the_default_language_must_be_on_offer() {
    let problems = with_set("language.offered=[\"uk\"]").unwrap_err().0;
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].key, "language.default");
    assert_eq!(problems[0].place, "built-in default");
}

#[test]
fn all_problems_of_all_layers_come_at_once() {
    let files = Files::new();
    let layers = Layers {
        site_file: Some(files.write(
            "site.toml",
            "[sound]\nvolume = 2\nvolumes = 1\n[site]\nstore = 3\n",
        )),
        device_file: Some(files.0.path().join("missing.toml")),
        overrides: vec![
            "nonsense".into(),
            "sound.volum=1".into(),
            "audience.k=1".into(),
        ],
    };
    let problems = Config::load(&layers).unwrap_err();
    assert_eq!(problems.0.len(), 7, "{problems}");
    let text = problems.to_string();
    for words in [
        "site.toml:2: sound.volume = 2: ",
        "does not exist",
        "--set: nonsense",
        "did you mean `sound.volume`?",
        "--set: audience.k = 1",
    ] {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
}

#[test]
fn every_syntax_error_is_reported_with_its_line() {
    let problems = with_device("[sound]\nvolume = \nmuted = maybe\n")
        .unwrap_err()
        .0;
    assert!(problems.len() >= 2, "{problems:?}");
    assert!(
        problems[0].place.ends_with("device.toml:2"),
        "{:?}",
        problems[0]
    );
    let twice = with_device("[sound]\nmuted = true\nmuted = false\n")
        .unwrap_err()
        .0;
    assert!(twice[0].place.ends_with(":3"), "{twice:?}");
}

#[test]
fn hostile_files_are_refused_without_harm() {
    let files = Files::new();
    let load = |path: PathBuf| {
        Config::load(&Layers {
            device_file: Some(path),
            ..Layers::default()
        })
        .unwrap_err()
        .0
    };
    let big = files.write("big.toml", &"# padding\n".repeat(40_000));
    assert!(load(big)[0].expectation.contains("at most"));
    let deep = files.write("deep.toml", &format!("a = {}", "[".repeat(50_000)));
    assert!(!load(deep).is_empty());
    let binary = files.0.path().join("binary.toml");
    std::fs::write(&binary, [0xFF, 0xFE, 0x00, 0x80]).unwrap();
    assert!(load(binary)[0].expectation.contains("UTF-8"));
    assert!(
        load(files.0.path().to_path_buf())[0]
            .expectation
            .contains("cannot be read")
    );
    let long = load(files.write(
        "long.toml",
        &format!("[site]\nstore = \"{}\"", "x".repeat(5_000)),
    ));
    assert!(
        long[0].to_string().chars().count() < 400,
        "values are clipped"
    );
}

#[test]
fn the_example_files_are_sound() {
    for name in ["site.example.toml", "device.example.toml"] {
        let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/kiosk-config")).join(name);
        let layers = Layers {
            device_file: Some(file),
            ..Layers::default()
        };
        if let Err(problems) = Config::load(&layers) {
            panic!("{name}: {problems}");
        }
    }
}
