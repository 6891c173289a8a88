//! What perception saw in one camera frame: numbers and words, never a pixel.

use serde::{Deserialize, Serialize};

use crate::colour::ColourName;
use crate::figure::{Figure, TorsoBreadths};
use crate::geometry::{BoxInImage, PointInImage};
use crate::time::Mono;

/// One person's presence. Numbers rise and are never reused while the process lives; they identify nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrackId(pub u64);

/// Apparent age in bands. `Minor` is never targeted and never reported on its own.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum AgeBand {
    /// Not enough confidence to say.
    #[default]
    Unknown,
    /// Possibly under 18.
    Minor,
    /// 18–24.
    #[serde(rename = "18-24")]
    From18To24,
    /// 25–34.
    #[serde(rename = "25-34")]
    From25To34,
    /// 35–44.
    #[serde(rename = "35-44")]
    From35To44,
    /// 45–54.
    #[serde(rename = "45-54")]
    From45To54,
    /// 55–64.
    #[serde(rename = "55-64")]
    From55To64,
    /// 65 and over.
    #[serde(rename = "65+")]
    From65,
}

impl AgeBand {
    /// The word used in conditions, records and logs; the same as the serialised form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Minor => "minor",
            Self::From18To24 => "18-24",
            Self::From25To34 => "25-34",
            Self::From35To44 => "35-44",
            Self::From45To54 => "45-54",
            Self::From55To64 => "55-64",
            Self::From65 => "65+",
        }
    }
}

/// Apparent gender.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Not enough confidence to say.
    #[default]
    Unknown,
    /// Appears female.
    Female,
    /// Appears male.
    Male,
}

impl Gender {
    /// The word used in conditions, records and logs; the same as the serialised form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Female => "female",
            Self::Male => "male",
        }
    }
}

/// A value with the model's calibrated confidence, 0..=1. `Unknown` values carry the confidence that was too low.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Estimate<T> {
    /// The estimated value.
    pub value: T,
    /// Confidence 0..=1.
    pub confidence: f32,
}

/// Where on the body a worn garment sits; the region that a recolour changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// Shirts, knitwear, jackets, dresses: shoulders to hip.
    Torso,
    /// Trousers, shorts, skirts.
    Legs,
    /// Scarves. Never reported by perception; nothing is recoloured there.
    Neck,
    /// Hats and glasses. Never reported by perception; nothing is recoloured there.
    Head,
}

/// Category of a garment: what perception tells apart, and what is worn around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WornCategory {
    /// T-shirt or other short-sleeved top.
    TShirt,
    /// Shirt or blouse.
    Shirt,
    /// Long-sleeved top, knitwear.
    LongSleeve,
    /// Jacket, coat, blazer.
    Outerwear,
    /// Dress.
    Dress,
    /// Trousers, jeans.
    Trousers,
    /// Shorts.
    Shorts,
    /// Skirt.
    Skirt,
    /// Scarf. Never reported by perception.
    Scarf,
    /// Hat or cap. Never reported by perception.
    Hat,
    /// Glasses or sunglasses. Never reported by perception.
    Glasses,
    /// Something on the torso that the models cannot name with confidence.
    Top,
}

impl WornCategory {
    /// The word used in conditions, records and message keys; the same as the serialised form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TShirt => "t_shirt",
            Self::Shirt => "shirt",
            Self::LongSleeve => "long_sleeve",
            Self::Outerwear => "outerwear",
            Self::Dress => "dress",
            Self::Trousers => "trousers",
            Self::Shorts => "shorts",
            Self::Skirt => "skirt",
            Self::Scarf => "scarf",
            Self::Hat => "hat",
            Self::Glasses => "glasses",
            Self::Top => "top",
        }
    }
}

/// One garment that a person wears.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WornGarment {
    /// Where it sits.
    pub region: Region,
    /// What it is.
    pub category: Estimate<WornCategory>,
    /// Its main colour by name.
    pub colour: ColourName,
    /// Its main colour in CIE L*a*b* (D65), smoothed over about a second.
    pub lab: [f32; 3],
    /// What its cloth shows.
    pub pattern: Estimate<Pattern>,
}

/// What a cloth shows.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Too little of it is seen to say.
    #[default]
    Unknown,
    /// One colour, folds apart.
    Plain,
    /// Lines in one direction.
    Striped,
    /// Lines in two directions.
    Checked,
    /// Figures, letters, flowers.
    Print,
}

impl Pattern {
    /// The word used in conditions, records and message keys; the same as the serialised form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Plain => "plain",
            Self::Striped => "striped",
            Self::Checked => "checked",
            Self::Print => "print",
        }
    }
}

/// Where a head points, seen from the camera.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct HeadPose {
    /// Degrees from straight into the camera; positive towards the right edge of the picture.
    pub yaw_degrees: f32,
    /// Degrees from straight into the camera; positive upwards.
    pub pitch_degrees: f32,
}

/// A body key point (BlazePose topology, 33 points).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct KeyPoint {
    /// Position in the upright picture.
    pub at: PointInImage,
    /// Visibility 0..=1.
    pub visibility: f32,
}

/// Number of BlazePose body key points.
pub const BODY_POINTS: usize = 33;

/// The body of the person nearest to the mirror.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// 33 BlazePose points.
    pub points: Vec<KeyPoint>,
    /// Box around the visible points.
    pub bounds: BoxInImage,
    /// Person score 0..=1.
    pub score: f32,
    /// When the frame was captured that it was read in: bodies are looked at less often than reports are made.
    pub captured: Mono,
}

/// One person as seen in one frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The presence this observation belongs to.
    pub track: TrackId,
    /// Face box (brows to chin, square); coasting boxes of briefly lost faces are included with `face_seen = false`.
    pub face: BoxInImage,
    /// The detector saw the face in this frame.
    pub face_seen: bool,
    /// Detector score 0..=1.
    pub score: f32,
    /// Where the head points.
    pub head: HeadPose,
    /// Age averaged over the track.
    pub age: Estimate<AgeBand>,
    /// Gender averaged over the track.
    pub gender: Estimate<Gender>,
    /// Where this person's body is, head to feet; may reach outside the picture. `None` while no search for bodies found
    /// one under this face.
    pub body_box: Option<BoxInImage>,
    /// Body of this person; only the active shopper has one.
    pub body: Option<Body>,
    /// What this person wears; only the active shopper's garments are read.
    pub worn: Vec<WornGarment>,
    /// Proportions of the active shopper, for advice on fit only; nobody's when switched off.
    pub figure: Option<Figure>,
    /// Breadths of the active shopper's torso, for trying on only.
    pub breadths: Option<TorsoBreadths>,
}

/// Everything perception has to say about one camera frame.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FrameReport {
    /// Rising number of the camera frame.
    pub frame: u64,
    /// When the frame came into memory.
    pub captured: Mono,
    /// People in the picture, largest face first.
    pub people: Vec<Person>,
    /// Bodies in sight whose face is not: people who look away.
    pub faceless: u32,
    /// Mean luma of the picture 0..=1, to notice a covered lens.
    pub brightness: f32,
}
