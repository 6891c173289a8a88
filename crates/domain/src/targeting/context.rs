//! What a promo condition can ask about, by name and type.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cel::Value;

use crate::audience::Snapshot;
use crate::catalogue::Sku;
use crate::colour::ColourName;
use crate::observation::{AgeBand, Estimate, Gender, Region, TrackId, WornCategory, WornGarment};

/// Everything a condition may look at, on one camera frame.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Context {
    /// The shopper's presence.
    pub track: Option<TrackId>,
    /// The shopper's age.
    pub age: Estimate<AgeBand>,
    /// The shopper's gender.
    pub gender: Estimate<Gender>,
    /// What the shopper wears.
    pub worn: Vec<WornGarment>,
    /// People present.
    pub group_size: u32,
    /// The shopper's presence so far, milliseconds.
    pub dwell_ms: u64,
    /// The shopper's facing time so far, milliseconds.
    pub attention_ms: u64,
    /// The shopper faces the screen.
    pub facing: bool,
    /// The shop's word for the part of the day, e.g. `morning`.
    pub daypart: String,
    /// Local hour 0..=23.
    pub hour: u8,
    /// Local weekday.
    pub weekday: Weekday,
    /// Pieces in this store by sku.
    pub stock: BTreeMap<Sku, u32>,
    /// The weather's word, e.g. `rain`; empty if unknown.
    pub weather: String,
    /// BCP 47 tag of the language on screen.
    pub language: String,
}

/// Day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    #[default]
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The word used in conditions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }
}

impl From<jiff::civil::Weekday> for Weekday {
    fn from(day: jiff::civil::Weekday) -> Self {
        match day {
            jiff::civil::Weekday::Monday => Self::Monday,
            jiff::civil::Weekday::Tuesday => Self::Tuesday,
            jiff::civil::Weekday::Wednesday => Self::Wednesday,
            jiff::civil::Weekday::Thursday => Self::Thursday,
            jiff::civil::Weekday::Friday => Self::Friday,
            jiff::civil::Weekday::Saturday => Self::Saturday,
            jiff::civil::Weekday::Sunday => Self::Sunday,
        }
    }
}

/// The variables of conditions. This list is the documentation for merchandisers, see [`Variable::meaning`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "`meaning` documents each for the reader who needs it, the merchandiser"
)]
pub enum Variable {
    AgeBand,
    AgeConfidence,
    Gender,
    GenderConfidence,
    Worn,
    WornTorso,
    WornLegs,
    Colours,
    ColourTorso,
    ColourLegs,
    GroupSize,
    DwellMs,
    DwellSecs,
    AttentionSecs,
    Facing,
    Daypart,
    Hour,
    Weekday,
    Stock,
    StockHere,
    Weather,
    Language,
}

/// The word of a garment region where nothing was recognised.
const NONE: &str = "none";

impl Variable {
    /// Every variable.
    pub const ALL: [Self; 22] = [
        Self::AgeBand,
        Self::AgeConfidence,
        Self::Gender,
        Self::GenderConfidence,
        Self::Worn,
        Self::WornTorso,
        Self::WornLegs,
        Self::Colours,
        Self::ColourTorso,
        Self::ColourLegs,
        Self::GroupSize,
        Self::DwellMs,
        Self::DwellSecs,
        Self::AttentionSecs,
        Self::Facing,
        Self::Daypart,
        Self::Hour,
        Self::Weekday,
        Self::Stock,
        Self::StockHere,
        Self::Weather,
        Self::Language,
    ];

    /// Its name in conditions.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AgeBand => "age_band",
            Self::AgeConfidence => "age_confidence",
            Self::Gender => "gender",
            Self::GenderConfidence => "gender_confidence",
            Self::Worn => "worn",
            Self::WornTorso => "worn_torso",
            Self::WornLegs => "worn_legs",
            Self::Colours => "colours",
            Self::ColourTorso => "colour_torso",
            Self::ColourLegs => "colour_legs",
            Self::GroupSize => "group_size",
            Self::DwellMs => "dwell_ms",
            Self::DwellSecs => "dwell_secs",
            Self::AttentionSecs => "attention_secs",
            Self::Facing => "facing",
            Self::Daypart => "daypart",
            Self::Hour => "hour",
            Self::Weekday => "weekday",
            Self::Stock => "stock",
            Self::StockHere => "stock_here",
            Self::Weather => "weather",
            Self::Language => "language",
        }
    }

    /// Type and meaning, for help texts.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::AgeBand => "text: the shopper's age band, `unknown` below the promo's confidence",
            Self::AgeConfidence => "number 0..1: how sure the age band is",
            Self::Gender => "text: `female`, `male`, `unknown` below the promo's confidence",
            Self::GenderConfidence => "number 0..1: how sure the gender is",
            Self::Worn => "list of texts: categories the shopper wears",
            Self::WornTorso => "text: category worn on the torso, or `none`",
            Self::WornLegs => "text: category worn on the legs, or `none`",
            Self::Colours => "list of texts: colours the shopper wears",
            Self::ColourTorso => "text: colour worn on the torso, or `none`",
            Self::ColourLegs => "text: colour worn on the legs, or `none`",
            Self::GroupSize => "whole number: people present",
            Self::DwellMs => "whole number: milliseconds the shopper has been there",
            Self::DwellSecs => "whole number: seconds the shopper has been there",
            Self::AttentionSecs => "whole number: seconds the shopper has faced the screen",
            Self::Facing => "true or false: the shopper faces the screen",
            Self::Daypart => "text: the shop's word for the part of the day",
            Self::Hour => "whole number 0..23: local hour",
            Self::Weekday => "text: `monday` to `sunday`",
            Self::Stock => "map: pieces in this store by sku, e.g. `stock[\"TEE-01\"] > 3`",
            Self::StockHere => "whole number: pieces in this store of all garments of the promo",
            Self::Weather => "text: the weather's word, empty if unknown",
            Self::Language => "text: language on screen, e.g. `en`",
        }
    }

    /// The variable of this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.name() == name)
    }

    /// It says something about the shopper's age or gender.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        matches!(
            self,
            Self::AgeBand | Self::AgeConfidence | Self::Gender | Self::GenderConfidence
        )
    }

    /// The words it can take, where they are fixed. `minor` is none of them: minors are never targeted.
    #[must_use]
    pub fn words(self) -> Option<Vec<&'static str>> {
        const AGES: [AgeBand; 7] = [
            AgeBand::Unknown,
            AgeBand::From18To24,
            AgeBand::From25To34,
            AgeBand::From35To44,
            AgeBand::From45To54,
            AgeBand::From55To64,
            AgeBand::From65,
        ];
        const CATEGORIES: [WornCategory; 9] = [
            WornCategory::TShirt,
            WornCategory::Shirt,
            WornCategory::LongSleeve,
            WornCategory::Outerwear,
            WornCategory::Dress,
            WornCategory::Trousers,
            WornCategory::Shorts,
            WornCategory::Skirt,
            WornCategory::Top,
        ];
        let categories = || CATEGORIES.into_iter().map(WornCategory::as_str);
        let colours = || ColourName::ALL.into_iter().map(ColourName::as_str);
        match self {
            Self::AgeBand => Some(AGES.into_iter().map(AgeBand::as_str).collect()),
            Self::Gender => Some(
                [Gender::Unknown, Gender::Female, Gender::Male]
                    .map(Gender::as_str)
                    .to_vec(),
            ),
            Self::Worn => Some(categories().collect()),
            Self::WornTorso | Self::WornLegs => Some(categories().chain([NONE]).collect()),
            Self::Colours => Some(colours().collect()),
            Self::ColourTorso | Self::ColourLegs => Some(colours().chain([NONE]).collect()),
            Self::Weekday => Some(Weekday::ALL.map(Weekday::as_str).to_vec()),
            Self::AgeConfidence
            | Self::GenderConfidence
            | Self::GroupSize
            | Self::DwellMs
            | Self::DwellSecs
            | Self::AttentionSecs
            | Self::Facing
            | Self::Daypart
            | Self::Hour
            | Self::Stock
            | Self::StockHere
            | Self::Weather
            | Self::Language => None,
        }
    }
}

impl Context {
    /// The part that comes from the audience; time, stock, weather and language stay at their defaults.
    #[must_use]
    pub fn of_audience(audience: &Snapshot) -> Self {
        let shopper = audience.shopper.as_ref();
        Self {
            track: shopper.map(|s| s.track),
            age: shopper.map(|s| s.age).unwrap_or_default(),
            gender: shopper.map(|s| s.gender).unwrap_or_default(),
            worn: shopper.map(|s| s.worn.clone()).unwrap_or_default(),
            group_size: audience.people,
            dwell_ms: shopper.map_or(0, |s| s.dwell_ms),
            attention_ms: shopper.map_or(0, |s| s.attention_ms),
            facing: shopper.is_some_and(|s| s.facing),
            ..Self::default()
        }
    }

    /// The shopper may be a minor.
    #[must_use]
    pub fn is_minor(&self) -> bool {
        self.age.value == AgeBand::Minor
    }

    /// The variables that are the same for every promo.
    pub(super) fn to_scope(&self, environment: &Arc<cel::Env>) -> cel::Context<'static, 'static> {
        let mut scope = cel::Context::with_env(Arc::clone(environment));
        let mut set = |variable: Variable, value: Value| {
            scope.add_variable_from_value(variable.name(), value)
        };
        let text = |text: &str| Value::from(text);
        set(
            Variable::AgeConfidence,
            Value::Float(self.age.confidence.into()),
        );
        set(
            Variable::GenderConfidence,
            Value::Float(self.gender.confidence.into()),
        );
        set(
            Variable::Worn,
            self.worn
                .iter()
                .map(|w| w.category.value.as_str())
                .collect::<Vec<_>>()
                .into(),
        );
        set(Variable::WornTorso, text(self.category(Region::Torso)));
        set(Variable::WornLegs, text(self.category(Region::Legs)));
        set(
            Variable::Colours,
            self.worn
                .iter()
                .map(|w| w.colour.as_str())
                .collect::<Vec<_>>()
                .into(),
        );
        set(Variable::ColourTorso, text(self.colour(Region::Torso)));
        set(Variable::ColourLegs, text(self.colour(Region::Legs)));
        set(Variable::GroupSize, Value::Int(self.group_size.into()));
        set(Variable::DwellMs, whole(self.dwell_ms));
        set(Variable::DwellSecs, whole(self.dwell_ms / 1000));
        set(Variable::AttentionSecs, whole(self.attention_ms / 1000));
        set(Variable::Facing, Value::Bool(self.facing));
        set(Variable::Daypart, text(&self.daypart));
        set(Variable::Hour, Value::Int(self.hour.into()));
        set(Variable::Weekday, text(self.weekday.as_str()));
        let stock: HashMap<String, i64> = self
            .stock
            .iter()
            .map(|(sku, n)| (sku.0.clone(), i64::from(*n)))
            .collect();
        set(Variable::Stock, stock.into());
        set(Variable::Weather, text(&self.weather));
        set(Variable::Language, text(&self.language));
        scope
    }

    fn on(&self, region: Region) -> Option<&WornGarment> {
        self.worn.iter().find(|w| w.region == region)
    }

    fn category(&self, region: Region) -> &'static str {
        self.on(region).map_or(NONE, |w| w.category.value.as_str())
    }

    fn colour(&self, region: Region) -> &'static str {
        self.on(region).map_or(NONE, |w| w.colour.as_str())
    }
}

/// A count as CEL sees it.
pub(super) fn whole(n: u64) -> Value {
    Value::Int(i64::try_from(n).unwrap_or(i64::MAX))
}
