//! One layer of settings: TOML text or a `key=value` from the command line, taken apart into checked leaves.

use std::fmt;
use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use toml::de::{DeTable, DeValue};

use super::Origin;
use super::problem::{ConfigProblem, did_you_mean};
use super::spec::{self, Key};

/// Largest settings file, bytes.
const FILE_CAP: u64 = 256 << 10;

/// A checked value with its origin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    pub(super) value: toml::Value,
    pub(super) origin: Origin,
}

/// Where a layer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Default,
    Site(PathBuf),
    Device(PathBuf),
    CommandLine,
}

impl Place {
    fn origin(&self, line: usize) -> Origin {
        match self {
            Self::Default => Origin::Default,
            Self::Site(file) => Origin::Site {
                file: file.clone(),
                line,
            },
            Self::Device(file) => Origin::Device {
                file: file.clone(),
                line,
            },
            Self::CommandLine => Origin::CommandLine,
        }
    }

    /// The file's folder, which its relative paths start from.
    fn folder(&self) -> Option<PathBuf> {
        match self {
            Self::Site(file) | Self::Device(file) => file.parent().map(PathBuf::from),
            Self::Default | Self::CommandLine => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => write!(f, "built-in defaults"),
            Self::Site(file) | Self::Device(file) => write!(f, "{}", file.display()),
            Self::CommandLine => write!(f, "--set"),
        }
    }
}

type Leaves = Vec<(&'static str, Leaf)>;

/// Reads a settings file.
pub(super) fn read_file(place: Place, problems: &mut Vec<ConfigProblem>) -> Leaves {
    let (Place::Site(file) | Place::Device(file)) = &place else {
        return Vec::new();
    };
    let mut text = String::new();
    let read = fs::File::open(file).and_then(|f| f.take(FILE_CAP + 1).read_to_string(&mut text));
    let complaint = match read {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            Some("this file does not exist".to_owned())
        }
        Err(e) if e.kind() == std::io::ErrorKind::InvalidData => {
            Some("expected UTF-8 text".to_owned())
        }
        Err(e) => Some(format!("this file cannot be read: {e}")),
        Ok(size) if size as u64 > FILE_CAP => {
            Some(format!("expected at most {} KiB", FILE_CAP >> 10))
        }
        Ok(_) => None,
    };
    if let Some(complaint) = complaint {
        problems.push(ConfigProblem::new(&place, None, "", "", complaint));
        return Vec::new();
    }
    read_text(&text, &place, problems)
}

/// Takes TOML text apart into leaves.
pub(super) fn read_text(text: &str, place: &Place, problems: &mut Vec<ConfigProblem>) -> Leaves {
    let (tree, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for error in errors {
            let line = error.span().map(|span| line_of(text, span.start));
            problems.push(ConfigProblem::new(
                place,
                line,
                "",
                "",
                format!("not valid TOML: {}", error.message().trim()),
            ));
        }
        return Vec::new();
    }
    let mut reader = Reader {
        text,
        place,
        problems,
        leaves: Vec::new(),
    };
    reader.walk(tree.get_ref(), "");
    reader.leaves
}

/// Reads one `key=value`; quotes around a text may be left out.
pub(super) fn read_override(given: &str, problems: &mut Vec<ConfigProblem>) -> Leaves {
    let place = Place::CommandLine;
    let Some((key, written)) = given.split_once('=') else {
        problems.push(ConfigProblem::new(
            &place,
            None,
            given,
            "",
            "expected key=value, such as sound.volume=0.4",
        ));
        return Vec::new();
    };
    let (key, written) = (key.trim(), written.trim());
    let Some(known) = spec::find(key) else {
        problems.push(unknown(&place, None, key));
        return Vec::new();
    };
    let value = match written.parse::<toml::Value>() {
        Ok(value) if !known.takes_text() || value.is_str() => value,
        _ => toml::Value::String(written.to_owned()),
    };
    match known.check(value, None) {
        Ok(value) => vec![(
            known.name,
            Leaf {
                value,
                origin: Origin::CommandLine,
            },
        )],
        Err(expectation) => {
            problems.push(ConfigProblem::new(&place, None, key, written, expectation));
            Vec::new()
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    place: &'a Place,
    problems: &'a mut Vec<ConfigProblem>,
    leaves: Leaves,
}

impl Reader<'_> {
    fn walk(&mut self, table: &DeTable<'_>, prefix: &str) {
        for (name, value) in table {
            let key = if prefix.is_empty() {
                name.get_ref().to_string()
            } else {
                format!("{prefix}.{}", name.get_ref())
            };
            let line = line_of(self.text, name.span().start);
            match (spec::find(&key), value.get_ref()) {
                (Some(known), found) => self.leaf(known, found, value.span(), line),
                (None, DeValue::Table(inner)) if spec::is_section(&key) => self.walk(inner, &key),
                (None, _) if spec::is_section(&key) => {
                    let expectation = format!("expected a section headed [{key}]");
                    self.problems.push(ConfigProblem::new(
                        self.place,
                        Some(line),
                        &key,
                        "",
                        expectation,
                    ));
                }
                (None, _) => self.problems.push(unknown(self.place, Some(line), &key)),
            }
        }
    }

    fn leaf(
        &mut self,
        known: &'static Key,
        found: &DeValue<'_>,
        span: std::ops::Range<usize>,
        line: usize,
    ) {
        let written = self.text.get(span).unwrap_or_default();
        let checked =
            plain(found).ok_or_else(|| "expected a value that this program can read".to_owned());
        match checked.and_then(|value| known.check(value, self.place.folder().as_deref())) {
            Ok(value) => self.leaves.push((
                known.name,
                Leaf {
                    value,
                    origin: self.place.origin(line),
                },
            )),
            Err(expectation) => {
                self.problems.push(ConfigProblem::new(
                    self.place,
                    Some(line),
                    known.name,
                    written,
                    expectation,
                ));
            }
        }
    }
}

fn unknown(place: &Place, line: Option<usize>, key: &str) -> ConfigProblem {
    let hint = did_you_mean(key, spec::keys().chain(spec::sections()))
        .unwrap_or_else(|| "kiosk-config/default.toml lists every key".to_owned());
    let shown: String = key.chars().take(80).flat_map(char::escape_debug).collect();
    ConfigProblem::new(
        place,
        line,
        &shown,
        "",
        format!("there is no such key; {hint}"),
    )
}

fn plain(value: &DeValue<'_>) -> Option<toml::Value> {
    Some(match value {
        DeValue::String(text) => toml::Value::String(text.to_string()),
        DeValue::Integer(number) => {
            toml::Value::Integer(i64::from_str_radix(number.as_str(), number.radix()).ok()?)
        }
        DeValue::Float(number) => toml::Value::Float(number.as_str().parse().ok()?),
        DeValue::Boolean(flag) => toml::Value::Boolean(*flag),
        DeValue::Array(items) => toml::Value::Array(
            items
                .iter()
                .map(|i| plain(i.get_ref()))
                .collect::<Option<_>>()?,
        ),
        DeValue::Datetime(moment) => toml::Value::Datetime(*moment),
        DeValue::Table(_) => return None,
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|b| *b == b'\n').count()
}
