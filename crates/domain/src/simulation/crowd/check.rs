//! What is wrong with a crowd, all at once. Bounds keep a slip of the pen from making a simulation that never ends.

use super::CrowdParts;
use crate::observation::{AgeBand, WornCategory};

/// Most groups per hour that can be asked for.
pub const GROUPS_PER_HOUR_MAX: f64 = 1_200.0;
/// Largest group.
pub const GROUP_MAX: usize = 8;
/// Longest stay, and longest time between touches, seconds.
pub const SECS_MAX: f64 = 1_800.0;
/// Largest weight.
const WEIGHT_MAX: f64 = 1_000_000.0;
/// Most kinds of garments or stays.
const KINDS_MAX: usize = 200;
/// The only layout of the file there is.
const SCHEMA_VERSION: u32 = 1;
const HOURS: usize = 24;

/// One thing that is wrong with a crowd.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} is {got}; {expected}")]
pub struct CrowdFault {
    /// Key, such as `behaviour.touch`.
    pub key: String,
    /// What stands there.
    pub got: String,
    /// What should.
    pub expected: String,
}

/// Everything that is wrong with a crowd.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the crowd has {} fault(s):{}", .0.len(), .0.iter().map(|f| format!("\n  {f}")).collect::<String>())]
pub struct CrowdFaults(pub Vec<CrowdFault>);

pub(super) fn faults(parts: &CrowdParts) -> Vec<CrowdFault> {
    let mut check = Check(Vec::new());
    if parts.schema_version != SCHEMA_VERSION {
        let got = parts.schema_version.to_string();
        check.fault("schema_version", got, "write 1");
    }
    check.arrivals(parts);
    let sizes = &parts.groups.sizes;
    check.count("groups.sizes", sizes.len(), GROUP_MAX);
    check.weights("groups.sizes", "", sizes.iter().copied());
    check.people(parts);
    check.behaviour(parts);
    check.wear(parts);
    check.0
}

struct Check(Vec<CrowdFault>);

impl Check {
    fn fault(
        &mut self,
        key: impl Into<String>,
        got: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.0.push(CrowdFault {
            key: key.into(),
            got: got.into(),
            expected: expected.into(),
        });
    }

    fn arrivals(&mut self, parts: &CrowdParts) {
        let a = &parts.arrivals;
        let days = [
            ("usual", Some(&a.usual)),
            ("monday", a.monday.as_ref()),
            ("tuesday", a.tuesday.as_ref()),
            ("wednesday", a.wednesday.as_ref()),
            ("thursday", a.thursday.as_ref()),
            ("friday", a.friday.as_ref()),
            ("saturday", a.saturday.as_ref()),
            ("sunday", a.sunday.as_ref()),
        ];
        for (day, hours) in days.into_iter().filter_map(|(day, h)| Some((day, h?))) {
            let key = format!("arrivals.{day}");
            if hours.len() != HOURS {
                let got = format!("a list of {}", hours.len());
                self.fault(&key, got, "write 24 numbers, one for each hour of the day");
            }
            for (hour, groups) in hours.iter().enumerate() {
                self.within(format!("{key}[{hour}]"), *groups, 0.0, GROUPS_PER_HOUR_MAX);
            }
        }
    }

    fn people(&mut self, parts: &CrowdParts) {
        let people = &parts.people;
        for age in people.ages.keys().filter(|a| **a == AgeBand::Unknown) {
            let key = format!("people.ages.{}", age.as_str());
            self.fault(
                key,
                "an age band",
                "use people.age_unknown for those whose age cannot be told",
            );
        }
        self.weights("people.ages", "", people.ages.values().copied());
        let genders = [people.genders.female, people.genders.male];
        self.weights("people.genders", "", genders.into_iter());
        self.within("people.age_unknown", people.age_unknown, 0.0, 1.0);
        self.within("people.gender_unknown", people.gender_unknown, 0.0, 1.0);
        self.range("people.confidence", people.confidence, 0.0, 1.0);
    }

    fn behaviour(&mut self, parts: &CrowdParts) {
        let does = &parts.behaviour;
        self.count("behaviour.dwell", does.dwell.len(), KINDS_MAX);
        for (i, dwell) in does.dwell.iter().enumerate() {
            self.range(
                format!("behaviour.dwell[{i}].secs"),
                dwell.secs,
                0.5,
                SECS_MAX,
            );
        }
        self.weights(
            "behaviour.dwell",
            ".weight",
            does.dwell.iter().map(|d| d.weight),
        );
        self.within("behaviour.face_the_screen", does.face_the_screen, 0.0, 1.0);
        self.within("behaviour.come_near", does.come_near, 0.0, 1.0);
        self.within("behaviour.touch", does.touch, 0.0, 1.0);
        self.range("behaviour.use_secs", does.use_secs, 0.0, SECS_MAX);
        self.range(
            "behaviour.touch_every_secs",
            does.touch_every_secs,
            0.5,
            SECS_MAX,
        );
    }

    fn wear(&mut self, parts: &CrowdParts) {
        use WornCategory as C;
        let wear = &parts.wear;
        let on_legs = |c| matches!(c, C::Trousers | C::Shorts | C::Skirt);
        for (key, worn, legs) in [
            ("wear.torso", &wear.torso, false),
            ("wear.legs", &wear.legs, true),
        ] {
            self.count(key, worn.len(), KINDS_MAX);
            for (i, garment) in worn.iter().enumerate() {
                let category = garment.category;
                let elsewhere = matches!(category, C::Scarf | C::Hat | C::Glasses);
                if elsewhere || on_legs(category) != legs {
                    let expected = if legs {
                        "write trousers, shorts or skirt"
                    } else {
                        "write t_shirt, shirt, long_sleeve, outerwear, dress or top"
                    };
                    self.fault(format!("{key}[{i}].category"), category.as_str(), expected);
                }
            }
            self.weights(key, ".weight", worn.iter().map(|w| w.weight));
        }
        self.within("wear.torso_unknown", wear.torso_unknown, 0.0, 1.0);
        self.within("wear.legs_unknown", wear.legs_unknown, 0.0, 1.0);
        self.range("wear.confidence", wear.confidence, 0.0, 1.0);
    }

    fn within(&mut self, key: impl Into<String>, number: f64, low: f64, high: f64) -> bool {
        // Not a number is in no range.
        let is_sound = (low..=high).contains(&number);
        if !is_sound {
            self.fault(
                key,
                number.to_string(),
                format!("write a number from {low} to {high}"),
            );
        }
        is_sound
    }

    fn range(&mut self, key: impl Into<String>, [from, to]: [f64; 2], low: f64, high: f64) {
        let key = key.into();
        let both = self.within(format!("{key}[0]"), from, low, high)
            & self.within(format!("{key}[1]"), to, low, high);
        if both && from > to {
            self.fault(
                key,
                format!("[{from}, {to}]"),
                "write the smaller number first",
            );
        }
    }

    fn count(&mut self, key: &str, count: usize, most: usize) {
        if !(1..=most).contains(&count) {
            let expected = format!("write from 1 to {most} entries");
            self.fault(key, format!("a list of {count}"), expected);
        }
    }

    /// Weights are not negative, and one is above zero.
    fn weights(&mut self, key: &str, part: &str, weights: impl Iterator<Item = f64>) {
        let (mut sum, mut count, mut sound) = (0.0, 0, true);
        for (i, weight) in weights.enumerate() {
            sound &= self.within(format!("{key}[{i}]{part}"), weight, 0.0, WEIGHT_MAX);
            sum += weight;
            count += 1;
        }
        if sound && count > 0 && sum <= 0.0 {
            self.fault(key, "all zero", "write a number above 0 for at least one");
        }
    }
}
