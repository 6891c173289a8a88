//! The span that is simulated, as a merchandiser writes it. A day stands for all of it, as in `pack.toml`.

use cheval_domain::schedule::{instant_of, parse_date, parse_date_time};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The first moment.
pub(super) fn first(zone: &TimeZone, text: &str) -> Result<Timestamp, String> {
    if let Some(date) = parse_date(text) {
        return Ok(instant_of(zone, date.at(0, 0, 0, 0)));
    }
    moment(zone, "--from", text)
}

/// The first moment after the last one.
pub(super) fn last(zone: &TimeZone, text: &str) -> Result<Timestamp, String> {
    if let Some(next) = parse_date(text).and_then(|date| date.tomorrow().ok()) {
        return Ok(instant_of(zone, next.at(0, 0, 0, 0)));
    }
    moment(zone, "--to", text)
}

fn moment(zone: &TimeZone, option: &str, text: &str) -> Result<Timestamp, String> {
    let wall = parse_date_time(text).map(|wall| instant_of(zone, wall));
    wall.or_else(|| text.parse().ok()).ok_or_else(|| {
        format!("{option} {text} is no time; write 2026-12-01, or \"2026-12-01 09:00\"")
    })
}

/// A moment on the store's wall, with its offset.
pub(super) fn written(zone: &TimeZone, at: Timestamp) -> String {
    let local = at.to_zoned(zone.clone());
    local.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
}
