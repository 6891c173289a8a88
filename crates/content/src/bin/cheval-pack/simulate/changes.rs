//! `changes.csv`: one line for each change, for a spreadsheet.

use cheval_domain::decision::Choice;
use cheval_domain::simulation::{Change, OnGlass};

use super::{Telling, time};

const HEAD: &str = "time,screen,people,kind,what,rule,priority,because,rejected\r\n";

pub(super) fn csv(telling: &Telling<'_>) -> String {
    let story = telling.story;
    let mut text = HEAD.to_owned();
    for change in &story.changes {
        let (kind, what) = what(change);
        let lost = story
            .rejections
            .get(change.rejected)
            .map_or(&[][..], Vec::as_slice);
        let rejected: Vec<String> = lost
            .iter()
            .map(|r| format!("{} ({}): {}", r.what, r.priority, r.because))
            .collect();
        let row = [
            time::written(&telling.scenario.zone, change.at),
            change.screen.to_owned(),
            change.people.to_string(),
            kind.to_owned(),
            quoted(&what),
            quoted(&change.rule),
            change.priority.to_string(),
            quoted(&change.because),
            quoted(&rejected.join("; ")),
        ];
        text.push_str(&row.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A word for what a change was about, and its name.
pub(super) fn what(change: &Change) -> (&'static str, String) {
    match &change.to {
        OnGlass::Screen => ("screen", change.screen.to_owned()),
        OnGlass::Decided(Choice::Slide { id }) => ("slide", id.0.clone()),
        OnGlass::Decided(Choice::Promo { id }) => ("promo", id.0.clone()),
        OnGlass::Decided(Choice::NoPromo) => ("no_promo", String::new()),
        OnGlass::Decided(Choice::Suggestions { skus }) => {
            let skus: Vec<&str> = skus.iter().map(|sku| sku.0.as_str()).collect();
            ("suggestions", skus.join(" "))
        }
    }
}

/// RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe in front.
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn texts_stay_texts() {
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(quoted("=HYPERLINK(1)"), "\"'=HYPERLINK(1)\"");
    }
}
