//! `timeline.html`: the story as a page that needs nothing else. Everything from the pack travels as JSON in which no tag can
//! begin, and the page puts it on the glass as text only.

use std::collections::BTreeMap;

use cheval_domain::decision::Rejected;
use cheval_domain::schedule::EntryId;
use jiff::Timestamp;
use serde::Serialize;

use super::summary::{Summary, summary};
use super::{Telling, changes};

const TEMPLATE: &str = include_str!("timeline.html");
/// Where the data goes in the template.
const PLACE: &str = "@DATA@";

#[derive(Serialize)]
struct Page {
    summary: Summary,
    days: Vec<Day>,
    /// Every text once; other fields name it by its number.
    words: Vec<String>,
    /// When (milliseconds from the start), how long, creative, entry or -1 for a promo, change.
    plays: Vec<(i64, u64, usize, i64, usize)>,
    /// When, kind, what, screen, people, rule, priority, because, rejections.
    changes: Vec<(i64, usize, usize, usize, u32, usize, f32, usize, usize)>,
    /// What, priority, because.
    rejections: Vec<Vec<(usize, f32, usize)>>,
    /// When, people, watchers.
    hours: Vec<(i64, u32, u32)>,
    slides: BTreeMap<String, String>,
}

/// One day on the store's wall.
#[derive(Serialize)]
struct Day {
    date: String,
    weekday: String,
    from_ms: i64,
    to_ms: i64,
    /// Full hours: when, and what the clock shows.
    hours: Vec<(i64, String)>,
}

pub(super) fn html(telling: &Telling<'_>) -> Result<String, String> {
    let data = serde_json::to_string(&page(telling)).map_err(|cause| cause.to_string())?;
    Ok(TEMPLATE.replacen(PLACE, &harmless(&data), 1))
}

/// The same JSON without a letter that means something in HTML.
fn harmless(json: &str) -> String {
    json.replace('&', "\\u0026")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[derive(Default)]
struct Words {
    all: Vec<String>,
    places: BTreeMap<String, usize>,
}

impl Words {
    fn place(&mut self, word: &str) -> usize {
        if let Some(place) = self.places.get(word) {
            return *place;
        }
        self.all.push(word.to_owned());
        self.places.insert(word.to_owned(), self.all.len() - 1);
        self.all.len() - 1
    }
}

fn page(telling: &Telling<'_>) -> Page {
    let (story, scenario) = (telling.story, telling.scenario);
    let mut words = Words::default();
    let since = |at: Timestamp| at.as_millisecond() - scenario.from.as_millisecond();
    let entry = |id: &EntryId| {
        let place = story.entries.iter().position(|e| &e.entry == id);
        place.and_then(|p| i64::try_from(p).ok()).unwrap_or(-1)
    };
    let plays = story.plays.iter().map(|p| {
        let of = p.entry.as_ref().map_or(-1, entry);
        (
            since(p.at),
            p.shown_ms,
            words.place(&p.creative.0),
            of,
            p.change,
        )
    });
    let plays = plays.collect();
    let changes = story.changes.iter().map(|c| {
        let (kind, what) = changes::what(c);
        let (kind, what) = (words.place(kind), words.place(&what));
        let (screen, rule) = (words.place(c.screen), words.place(&c.rule));
        let because = words.place(&c.because);
        (
            since(c.at),
            kind,
            what,
            screen,
            c.people,
            rule,
            c.priority,
            because,
            c.rejected,
        )
    });
    let changes = changes.collect();
    let mut lost = |r: &Rejected| (words.place(&r.what), r.priority, words.place(&r.because));
    let rejections = story
        .rejections
        .iter()
        .map(|list| list.iter().map(&mut lost).collect());
    let rejections = rejections.collect();
    let language = &scenario.catalogue.default_language;
    let slides = scenario.catalogue.slides.iter();
    let promos = scenario.catalogue.promos.iter().map(|p| (&p.id, &p.title));
    let titles = slides.map(|s| (&s.id, &s.title)).chain(promos);
    Page {
        summary: summary(telling),
        days: days(telling),
        words: words.all,
        plays,
        changes,
        rejections,
        hours: story
            .hours
            .iter()
            .map(|h| (since(h.from), h.people, h.watchers))
            .collect(),
        slides: titles
            .map(|(id, title)| {
                (
                    id.0.clone(),
                    title.get(language).cloned().unwrap_or_default(),
                )
            })
            .collect(),
    }
}

fn days(telling: &Telling<'_>) -> Vec<Day> {
    let scenario = telling.scenario;
    let since = |at: Timestamp| at.as_millisecond() - scenario.from.as_millisecond();
    let mut days: Vec<Day> = Vec::new();
    // The beginning, then every full hour on the wall.
    let mut at = scenario.from;
    while at < scenario.to {
        let local = at.to_zoned(scenario.zone.clone());
        let date = local.strftime("%Y-%m-%d").to_string();
        if days.last().is_none_or(|day| day.date != date) {
            days.push(Day {
                date,
                weekday: local.strftime("%A").to_string(),
                from_ms: since(at),
                to_ms: since(at),
                hours: Vec::new(),
            });
        }
        let into_hour = i64::from(local.minute()) * 60 + i64::from(local.second());
        let next = Timestamp::from_second(at.as_second() - into_hour + 3_600);
        let next = next.map_or(scenario.to, |next| next.min(scenario.to));
        if let Some(day) = days.last_mut() {
            day.to_ms = since(next);
            day.hours
                .push((since(at), local.strftime("%H:%M").to_string()));
        }
        at = next;
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_tag_can_begin_in_the_data() {
        let hostile = "</script><script>alert(1)</script>&\u{2028}";
        let json = harmless(&serde_json::to_string(hostile).unwrap());
        assert!(!json.contains(['<', '>', '&', '\u{2028}']), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), hostile);
    }

    #[test]
    fn the_page_reaches_for_nothing() {
        assert_eq!(TEMPLATE.matches(PLACE).count(), 1);
        assert!(!TEMPLATE.contains("innerHTML"));
        let without_namespaces = TEMPLATE.replace("http://www.w3.org/2000/svg", "");
        assert!(!without_namespaces.contains("://"));
    }
}
