//! Values from outside as messages quote them, and what is wrong with a text for the glass.

use toml::de::DeValue;

/// A number's digits as written, if the value is a plain decimal number.
pub(crate) fn written_number<'a>(value: &'a DeValue<'a>) -> Option<&'a str> {
    match value {
        DeValue::Integer(i) if i.radix() == 10 => Some(i.as_str()),
        DeValue::Float(f) => Some(f.as_str()),
        _ => None,
    }
}

pub(crate) fn text_problem(text: &str, most: usize) -> Option<(String, String)> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        return Some((
            "the text is empty".to_owned(),
            "write it, or take the key away".to_owned(),
        ));
    }
    if text.trim() != text {
        return Some((
            "the text begins or ends with a space".to_owned(),
            "take the space away".to_owned(),
        ));
    }
    if length > most {
        return Some((
            format!("{length} characters; at most {most} fit on the glass"),
            "shorten it".to_owned(),
        ));
    }
    let bad = text.chars().find(|c| {
        c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    })?;
    Some((
        format!(
            "the text holds the invisible character U+{:04X}",
            u32::from(bad)
        ),
        "type the text again without it".to_owned(),
    ))
}

pub(crate) fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text \"{}\"", clip(text)),
        DeValue::Integer(_) | DeValue::Float(_) => {
            format!(
                "the number {}",
                written_number(value).map(clip).unwrap_or_default()
            )
        }
        DeValue::Boolean(b) => format!("{b}"),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// A value from outside, short and printable enough to be quoted in a message.
pub(crate) fn clip(value: &str) -> String {
    let mut shown: String = value
        .chars()
        .take(60)
        .flat_map(char::escape_debug)
        .collect();
    if value.chars().count() > 60 {
        shown.push('…');
    }
    shown
}
