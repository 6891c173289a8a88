//! Who comes by, in numbers a merchandiser can write down, checked as a whole. Must not know time or chance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::colour::ColourName;
use crate::observation::{AgeBand, WornCategory};

mod check;
mod usual;

pub use check::{CrowdFault, CrowdFaults, GROUP_MAX, GROUPS_PER_HOUR_MAX, SECS_MAX};

/// A crowd as written, unchecked. Whatever is left out is as in the usual crowd.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CrowdParts {
    /// Layout of the file.
    pub schema_version: u32,
    /// When.
    pub arrivals: Arrivals,
    /// With how many.
    pub groups: Groups,
    /// Who.
    pub people: People,
    /// What they do.
    pub behaviour: Behaviour,
    /// What they wear.
    pub wear: Wear,
}

/// Groups that come into the picture per hour, by hour of the day from 0 to 23.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the days say it")]
pub struct Arrivals {
    /// On days that are not listed.
    pub usual: Vec<f64>,
    pub monday: Option<Vec<f64>>,
    pub tuesday: Option<Vec<f64>>,
    pub wednesday: Option<Vec<f64>>,
    pub thursday: Option<Vec<f64>>,
    pub friday: Option<Vec<f64>>,
    pub saturday: Option<Vec<f64>>,
    pub sunday: Option<Vec<f64>>,
}

/// How many come together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Groups {
    /// Weight of one person alone, of two, of three, and so on.
    pub sizes: Vec<f64>,
}

/// Who they are, as the mirror would guess.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// Weight of each age band.
    pub ages: BTreeMap<AgeBand, f64>,
    /// Weight of each gender.
    pub genders: Genders,
    /// Share whose age cannot be told.
    pub age_unknown: f64,
    /// Share whose gender cannot be told.
    pub gender_unknown: f64,
    /// How sure the mirror is of the others: from, to.
    pub confidence: [f64; 2],
}

/// Weight of each gender.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Genders {
    pub female: f64,
    pub male: f64,
}

/// What they do in front of the mirror.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Behaviour {
    /// How long they stay in the picture.
    pub dwell: Vec<Dwell>,
    /// Share who look at the screen.
    pub face_the_screen: f64,
    /// Share of those who look who come near enough to use it.
    pub come_near: f64,
    /// Share of those who come near who touch it.
    pub touch: f64,
    /// How much longer those who touch stay, seconds: from, to.
    pub use_secs: [f64; 2],
    /// Time between two touches, seconds: from, to.
    pub touch_every_secs: [f64; 2],
}

/// One kind of stay.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dwell {
    /// Seconds: from, to.
    pub secs: [f64; 2],
    /// How common it is.
    pub weight: f64,
}

/// What they wear.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wear {
    /// On the torso.
    pub torso: Vec<Worn>,
    /// On the legs; whoever wears a dress has nothing there.
    pub legs: Vec<Worn>,
    /// Share whose clothes on the torso cannot be made out.
    pub torso_unknown: f64,
    /// Share whose clothes on the legs cannot be made out.
    pub legs_unknown: f64,
    /// How sure the mirror is of the category: from, to.
    pub confidence: [f64; 2],
}

/// One kind of garment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worn {
    /// What.
    pub category: WornCategory,
    /// In which colour.
    pub colour: ColourName,
    /// How common it is.
    pub weight: f64,
}

/// A checked crowd: every number makes sense.
#[derive(Debug, Clone, PartialEq)]
pub struct Crowd(CrowdParts);

impl TryFrom<CrowdParts> for Crowd {
    type Error = CrowdFaults;

    fn try_from(parts: CrowdParts) -> Result<Self, CrowdFaults> {
        let faults = check::faults(&parts);
        if faults.is_empty() {
            Ok(Self(parts))
        } else {
            Err(CrowdFaults(faults))
        }
    }
}

impl Default for Crowd {
    /// A fashion shop in a town.
    fn default() -> Self {
        Self(CrowdParts::default())
    }
}

impl Crowd {
    /// The numbers.
    #[must_use]
    pub fn parts(&self) -> &CrowdParts {
        &self.0
    }

    /// Groups per hour on this day at this hour.
    #[must_use]
    pub fn groups_per_hour(&self, day: jiff::civil::Weekday, hour: usize) -> f64 {
        let hours = self.0.arrivals.on(day);
        hours.get(hour).copied().unwrap_or(0.0)
    }
}

impl Arrivals {
    fn on(&self, day: jiff::civil::Weekday) -> &[f64] {
        use jiff::civil::Weekday as Day;
        let listed = match day {
            Day::Monday => &self.monday,
            Day::Tuesday => &self.tuesday,
            Day::Wednesday => &self.wednesday,
            Day::Thursday => &self.thursday,
            Day::Friday => &self.friday,
            Day::Saturday => &self.saturday,
            Day::Sunday => &self.sunday,
        };
        listed.as_deref().unwrap_or(&self.usual)
    }
}
