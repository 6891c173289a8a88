//! `cheval-pack simulate`: a pack, a crowd and a span of time become a list of changes, sums and a page to look at. The
//! decisions are those of `cheval_domain::simulation`; this is files and words.

mod changes;
mod crowd_file;
mod page;
mod summary;
mod time;

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use cheval_content::{LoadedPack, PackProblems, load_pack, write_whole};
use cheval_domain::number::thousands;
use cheval_domain::simulation::{Scenario, Story, Verdict, simulate};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;

use crate::{FINE, PACK_HAS_ERRORS, must_be_a_folder, print};

/// Words for the weather that a store may have.
const WEATHER: [&str; 7] = ["unknown", "clear", "cloudy", "rain", "snow", "hot", "cold"];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The pack's folder
    #[arg(long, value_name = "DIR", required_unless_present = "example_crowd")]
    pack: Option<PathBuf>,
    /// First moment in the store's time: 2026-12-01 or "2026-12-01 09:00"
    #[arg(long, value_name = "TIME", required_unless_present = "example_crowd")]
    from: Option<String>,
    /// Last day, or first moment after it: 2026-12-07 or "2026-12-07 21:00"
    #[arg(long, value_name = "TIME", required_unless_present = "example_crowd")]
    to: Option<String>,
    /// The store's time zone
    #[arg(long, value_name = "NAME", default_value = "UTC")]
    zone: String,
    /// Who comes by; a fashion shop in a town if left out
    #[arg(long, value_name = "CROWD.toml")]
    crowd: Option<PathBuf>,
    /// The same seed brings the same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The store's weather
    #[arg(long, value_name = "WORD", default_value = "unknown", value_parser = WEATHER)]
    weather: String,
    /// Folder for changes.csv, summary.json and timeline.html
    #[arg(long, value_name = "DIR", required_unless_present = "example_crowd")]
    out: Option<PathBuf>,
    /// Print the crowd that is built in, to change
    #[arg(long)]
    example_crowd: bool,
}

/// What is told besides the story itself.
pub(crate) struct Telling<'a> {
    pub(crate) pack: &'a LoadedPack,
    pub(crate) scenario: &'a Scenario<'a>,
    /// Name of the zone as given.
    pub(crate) zone: &'a str,
    pub(crate) story: &'a Story,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, String> {
    if arguments.example_crowd {
        print::done(crowd_file::EXAMPLE.trim_end());
        return Ok(FINE);
    }
    let (Some(dir), Some(from), Some(to), Some(out)) = (
        &arguments.pack,
        &arguments.from,
        &arguments.to,
        &arguments.out,
    ) else {
        return Err("--pack, --from, --to and --out are needed".to_owned());
    };
    let zone = TimeZone::get(&arguments.zone).map_err(|_cause| {
        let zone = &arguments.zone;
        format!("--zone {zone} is not known; write a name such as Europe/Kyiv")
    })?;
    let crowd = crowd_file::read(arguments.crowd.as_deref())?;
    must_be_a_folder(dir)?;
    let pack = match load_pack(dir) {
        Ok(pack) => pack,
        Err(PackProblems(problems)) => {
            print::verdict(dir, None, &problems);
            return Ok(PACK_HAS_ERRORS);
        }
    };
    let scenario = Scenario {
        catalogue: &pack.catalogue,
        crowd: &crowd,
        from: time::first(&zone, from)?,
        to: time::last(&zone, to)?,
        zone,
        seed: arguments.seed,
        weather: &arguments.weather,
        language: &pack.catalogue.default_language,
    };
    let story = play(&scenario)?;
    let telling = Telling {
        pack: &pack,
        scenario: &scenario,
        zone: &arguments.zone,
        story: &story,
    };
    write(out, &telling)?;
    print::done(&in_words(out, &telling));
    Ok(FINE)
}

fn play(scenario: &Scenario<'_>) -> Result<Story, String> {
    let whole_ms = scenario.to.as_millisecond() - scenario.from.as_millisecond();
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new(u64::try_from(whole_ms).unwrap_or(0))
    } else {
        ProgressBar::hidden()
    };
    if let Ok(style) = ProgressStyle::with_template("playing {bar:32} {percent} %, {eta} left") {
        bar.set_style(style);
    }
    let story = simulate(scenario, |done_ms| bar.set_position(done_ms));
    bar.finish_and_clear();
    story.map_err(|fault| fault.to_string())
}

fn write(out: &Path, telling: &Telling<'_>) -> Result<(), String> {
    let cannot =
        |path: &Path, cause: std::io::Error| format!("cannot write {}: {cause}", path.display());
    std::fs::create_dir_all(out).map_err(|cause| cannot(out, cause))?;
    let files = [
        ("changes.csv", changes::csv(telling)),
        ("summary.json", summary::json(telling)?),
        ("timeline.html", page::html(telling)?),
    ];
    for (name, text) in files {
        let path = out.join(name);
        write_whole(&path, text.as_bytes()).map_err(|cause| cannot(&path, cause))?;
    }
    Ok(())
}

/// What happened, in a few lines; the page has the rest.
fn in_words(out: &Path, telling: &Telling<'_>) -> String {
    let story = telling.story;
    let mut text = format!(
        "{}: {} people came by, {} used the mirror; {} plays, {} changes.",
        telling.pack.name(),
        thousands(story.people),
        thousands(story.sessions.len() as u64),
        thousands(story.plays.len() as u64),
        thousands(story.changes.len() as u64),
    );
    for rule in &story.rules {
        // A promo without a condition is meant to hold always.
        let is_meant = rule.condition.is_empty() && rule.verdict() == Verdict::AlwaysTrue;
        if let Some(words) = verdict_words(rule.verdict()).filter(|_| !is_meant) {
            text.push_str(&format!("\n  promo {}: {words}", rule.promo.0));
        }
    }
    for fault in &story.faults {
        text.push_str(&format!("\n  {fault}"));
    }
    text.push_str(&format!(
        "\nOpen {} in a browser.",
        out.join("timeline.html").display()
    ));
    text
}

/// What to say of a rule that deserves a look.
fn verdict_words(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::NeverTrue => Some("its condition held for nobody"),
        Verdict::AlwaysTrue => Some("its condition held for everybody all the time"),
        Verdict::NeverChosen => Some("its condition held, but other promos always came first"),
        Verdict::NotTried => Some("nobody came, so it was not tried"),
        Verdict::Fine => None,
    }
}
