//! Every key there is, with what it takes. A wrong value is answered with what was expected, in the key's own unit.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Value;

use super::layer::{Leaf, Place};
use super::problem::{ConfigProblem, did_you_mean};

/// A key and what it takes.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    takes: Takes,
}

#[derive(Debug)]
enum Takes {
    Flag,
    Whole(i64, i64),
    Number(f64, f64),
    OneOf(&'static [&'static str]),
    Degrees(&'static [i64]),
    Text,
    Path,
    Url,
    TimeZone,
    Camera,
    Languages,
}

const fn key(name: &'static str, takes: Takes) -> Key {
    Key { name, takes }
}

/// Languages that the program speaks.
const LANGUAGES: &[&str] = &["en", "uk", "pl", "ru"];
/// Weather words of `cheval_domain::targeting`.
const WEATHER: &[&str] = &["unknown", "clear", "cloudy", "rain", "snow", "hot", "cold"];

const KEYS: &[Key] = &[
    key("site.store", Takes::Text),
    key("site.venue_type", Takes::Text),
    key("site.time_zone", Takes::TimeZone),
    key("site.weather", Takes::OneOf(WEATHER)),
    key("screen.width_px", Takes::Whole(320, 8192)),
    key("screen.height_px", Takes::Whole(320, 8192)),
    key("screen.fullscreen", Takes::Flag),
    key("screen.cursor", Takes::Flag),
    key("camera.source", Takes::Camera),
    key("camera.width_px", Takes::Whole(160, 8192)),
    key("camera.height_px", Takes::Whole(120, 8192)),
    key("camera.rate_hz", Takes::Number(1.0, 120.0)),
    key(
        "camera.rotation_degrees",
        Takes::Degrees(&[0, 90, 180, 270]),
    ),
    key("camera.mirrored", Takes::Flag),
    key("vision.enabled", Takes::Flag),
    key("vision.models_dir", Takes::Path),
    key("vision.runtime", Takes::Path),
    key("vision.detect_hz", Takes::Number(0.5, 60.0)),
    key("vision.budget_cores", Takes::Number(0.05, 4.0)),
    key("vision.nice", Takes::Whole(0, 19)),
    key("vision.figure", Takes::Flag),
    key("try_on.recolour", Takes::Flag),
    key("session.linger_ms", Takes::Whole(100, 10_000)),
    key("session.notice_ms", Takes::Whole(3_000, 60_000)),
    key("session.idle_ms", Takes::Whole(10_000, 600_000)),
    key("session.warning_ms", Takes::Whole(20_000, 120_000)),
    key("session.feedback_ms", Takes::Whole(20_000, 120_000)),
    key("session.farewell_ms", Takes::Whole(1_000, 30_000)),
    key("session.away_ms", Takes::Whole(1_000, 120_000)),
    key("session.presence_ttl_ms", Takes::Whole(500, 30_000)),
    key("audience.window_minutes", Takes::Whole(15, 1_440)),
    key("audience.k", Takes::Whole(5, 1_000)),
    key("audience.facing_yaw_degrees", Takes::Number(5.0, 60.0)),
    key("audience.facing_pitch_degrees", Takes::Number(5.0, 60.0)),
    key("audience.glance_ms", Takes::Whole(0, 5_000)),
    key("audience.watcher_ms", Takes::Whole(0, 10_000)),
    key("content.store_dir", Takes::Path),
    key("sound.volume", Takes::Number(0.0, 1.0)),
    key("sound.muted", Takes::Flag),
    key("sound.device", Takes::Text),
    key("report.hub_url", Takes::Url),
    key("report.spool_dir", Takes::Path),
    key("report.spool_cap_mib", Takes::Whole(16, 65_536)),
    key("report.runtime_dir", Takes::Path),
    key("report.health_secs", Takes::Whole(5, 3_600)),
    key("language.default", Takes::OneOf(LANGUAGES)),
    key("language.offered", Takes::Languages),
];

/// The key with this name.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|k| k.name == name)
}

/// The names of all keys.
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|k| k.name)
}

/// The names of all sections.
pub(super) fn sections() -> impl Iterator<Item = &'static str> {
    KEYS.iter()
        .filter_map(|k| k.name.split_once('.'))
        .map(|(section, _)| section)
}

pub(super) fn is_section(name: &str) -> bool {
    sections().any(|s| s == name)
}

/// Rules that hold between keys, once each key is fine by itself.
pub(super) fn check_together(
    leaves: &BTreeMap<&'static str, Leaf>,
    problems: &mut Vec<ConfigProblem>,
) {
    let (Some(default), Some(offered)) = (
        leaves.get("language.default"),
        leaves.get("language.offered"),
    ) else {
        return;
    };
    let is_offered = offered
        .value
        .as_array()
        .is_some_and(|all| all.contains(&default.value));
    if !is_offered {
        let mut problem = ConfigProblem::new(
            &Place::Default,
            None,
            "language.default",
            &default.value.to_string(),
            "expected one of the languages in `language.offered`",
        );
        problem.place = default.origin.to_string();
        problems.push(problem);
    }
}

impl Key {
    /// Text is meant even where the value looks like something else (`--set site.store=7`).
    pub(super) fn takes_text(&self) -> bool {
        match self.takes {
            Takes::OneOf(_)
            | Takes::Text
            | Takes::Path
            | Takes::Url
            | Takes::TimeZone
            | Takes::Camera => true,
            Takes::Flag
            | Takes::Whole(..)
            | Takes::Number(..)
            | Takes::Degrees(_)
            | Takes::Languages => false,
        }
    }

    /// The value in the form it is kept in, relative paths made to start from `folder`; or what was expected instead.
    pub(super) fn check(&self, value: Value, folder: Option<&Path>) -> Result<Value, String> {
        match self.takes {
            Takes::Flag => value
                .as_bool()
                .map(|_| value)
                .ok_or_else(|| "expected true or false".into()),
            Takes::Whole(least, most) => self.whole(value, least, most),
            Takes::Number(least, most) => self.number(&value, least, most),
            Takes::OneOf(words) => one_of(value, words),
            Takes::Degrees(allowed) => match value.as_integer() {
                Some(degrees) if allowed.contains(&degrees) => Ok(value),
                _ => Err("expected 0, 90, 180 or 270, without unit".into()),
            },
            Takes::Text => text(value, 120, |_| Ok(())),
            Takes::Path => text(value, 4096, |_| Ok(())).map(|v| from_folder(v, folder)),
            Takes::Url => text(value, 400, is_url),
            Takes::TimeZone => text(value, 64, is_time_zone),
            Takes::Camera => text(value, 4096, is_camera).map(|v| camera_from_folder(v, folder)),
            Takes::Languages => languages(value),
        }
    }

    fn whole(&self, value: Value, least: i64, most: i64) -> Result<Value, String> {
        let unit = self.unit();
        match value.as_integer() {
            Some(number) if (least..=most).contains(&number) => Ok(value),
            _ => {
                let hint = value.as_str().and_then(|written| self.converted(written));
                let hint = hint.map(|n| format!("; write {n}")).unwrap_or_default();
                Err(format!(
                    "expected a whole number{unit}, {least} to {most}, without quotes or unit{hint}"
                ))
            }
        }
    }

    fn number(&self, value: &Value, least: f64, most: f64) -> Result<Value, String> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "far below 2^53 or out of range anyway"
        )]
        let number = value
            .as_float()
            .or_else(|| value.as_integer().map(|i| i as f64));
        match number {
            Some(number) if (least..=most).contains(&number) => Ok(Value::Float(number)),
            _ => Err(format!(
                "expected a number{}, {least} to {most}, without quotes or unit",
                self.unit()
            )),
        }
    }

    /// The unit that the key's name ends in, in words.
    fn unit(&self) -> &'static str {
        match self.suffix() {
            "ms" => " of milliseconds",
            "secs" => " of seconds",
            "minutes" => " of minutes",
            "px" => " of pixels",
            "mib" => " of mebibytes",
            "hz" => " per second",
            _ => "",
        }
    }

    fn suffix(&self) -> &'static str {
        self.name.rsplit_once('_').map_or("", |(_, suffix)| suffix)
    }

    /// A duration such as `15s` or `2 min`, or plain digits in quotes, in the key's unit.
    fn converted(&self, written: &str) -> Option<u64> {
        let written = written.trim();
        let split = written
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(written.len());
        let (digits, unit) = written.split_at_checked(split)?;
        let number: u64 = digits.parse().ok()?;
        let unit = unit.trim();
        let own_ms = match self.suffix() {
            "ms" => 1,
            "secs" => 1_000,
            "minutes" => 60_000,
            _ => return unit.is_empty().then_some(number),
        };
        let given_ms = match unit {
            "" => return Some(number),
            "ms" => 1,
            "s" | "sec" | "secs" | "seconds" => 1_000,
            "m" | "min" | "mins" | "minutes" => 60_000,
            "h" | "hours" => 3_600_000,
            _ => return None,
        };
        let whole_ms = number.checked_mul(given_ms)?;
        (whole_ms % own_ms == 0).then_some(whole_ms / own_ms)
    }
}

fn one_of(value: Value, words: &[&str]) -> Result<Value, String> {
    match value.as_str() {
        Some(word) if words.contains(&word) => Ok(value),
        Some(word) => {
            let hint = did_you_mean(word, words.iter().copied())
                .map(|h| format!("; {h}"))
                .unwrap_or_default();
            Err(format!("expected one of {}{hint}", words.join(", ")))
        }
        None => Err(format!("expected one of {}, in quotes", words.join(", "))),
    }
}

fn text(value: Value, most: usize, check: fn(&str) -> Result<(), String>) -> Result<Value, String> {
    match value.as_str() {
        Some(words) if words.trim().is_empty() => {
            Err("expected a text that is not empty; leave the key out instead".into())
        }
        Some(words) if words.chars().count() > most => {
            Err(format!("expected at most {most} characters"))
        }
        Some(words) if words.chars().any(char::is_control) => {
            Err("expected one line of text".into())
        }
        Some(words) => check(words).map(|()| value),
        None => Err("expected a text in quotes".into()),
    }
}

fn is_url(written: &str) -> Result<(), String> {
    let rest = written
        .strip_prefix("https://")
        .or_else(|| written.strip_prefix("http://"));
    match rest {
        Some(host)
            if !host.is_empty()
                && !host.starts_with(['/', ':'])
                && !host.contains(char::is_whitespace) =>
        {
            Ok(())
        }
        _ => Err("expected an address such as https://hub.example".into()),
    }
}

fn is_time_zone(name: &str) -> Result<(), String> {
    jiff::tz::TimeZone::get(name)
        .map(drop)
        .map_err(|_unknown| "expected an IANA time zone such as Europe/Kyiv".into())
}

fn is_camera(written: &str) -> Result<(), String> {
    let kind = written.split_once(':').map_or(written, |(kind, _)| kind);
    let fine = written == "none"
        || (written.contains(':') && ["v4l2", "images", "video", "standin"].contains(&kind));
    if fine {
        return Ok(());
    }
    Err("expected v4l2:, v4l2:/dev/video0, v4l2:serial=XYZ, images:DIR, video:FILE, standin:DIR or none".into())
}

fn languages(value: Value) -> Result<Value, String> {
    let expected = || {
        format!(
            "expected a list of different languages out of {}",
            LANGUAGES.join(", ")
        )
    };
    let listed = value.as_array().ok_or_else(expected)?;
    let known = |item: &Value| item.as_str().is_some_and(|tag| LANGUAGES.contains(&tag));
    let different = listed
        .iter()
        .enumerate()
        .all(|(i, item)| !listed.iter().take(i).any(|earlier| earlier == item));
    if !listed.is_empty() && different && listed.iter().all(known) {
        Ok(value)
    } else {
        Err(expected())
    }
}

fn from_folder(value: Value, folder: Option<&Path>) -> Value {
    match (value.as_str(), folder) {
        (Some(path), Some(folder)) => {
            Value::String(folder.join(path).to_string_lossy().into_owned())
        }
        _ => value,
    }
}

/// Folders and files of a camera source start from the settings file's folder as well.
fn camera_from_folder(value: Value, folder: Option<&Path>) -> Value {
    let (Some((kind @ ("images" | "video" | "standin"), path)), Some(folder)) = (
        value.as_str().and_then(|written| written.split_once(':')),
        folder,
    ) else {
        return value;
    };
    Value::String(format!("{kind}:{}", folder.join(path).to_string_lossy()))
}
