//! The words of a label sheet for what is worn, and the words the kiosk may answer with.

use cheval_domain::colour::ColourName;
use cheval_domain::observation::{Region, WornGarment};

const TORSO: [&str; 5] = ["t_shirt", "shirt", "long_sleeve", "outerwear", "dress"];
const LEGS: [&str; 3] = ["trousers", "shorts", "skirt"];
const PATTERNS: [&str; 4] = ["plain", "striped", "checked", "print"];
/// Answers that are no label: a torso garment without a sure name, a pattern too small to see, nothing worn, anything else.
const NO_LABELS: [&str; 4] = ["top", "unknown", "nothing", "other"];
const NOTHING: usize = 2;
const OTHER: usize = 3;

/// A question that a label sheet may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// Kind of torso garment.
    TorsoCategory,
    /// Kind of leg garment.
    LegsCategory,
    /// Main colour of the torso garment.
    TorsoColour,
    /// Main colour of the leg garment.
    LegsColour,
    /// Pattern of the torso garment.
    TorsoPattern,
    /// Pattern of the leg garment.
    LegsPattern,
}

/// What was said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Said {
    /// Place among [`Task::words`] and the answers after them.
    pub word: usize,
    /// Its confidence, 0..=1; colours have none.
    pub confidence: Option<f64>,
}

/// One labelled word and the answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WordCase {
    /// The question.
    pub task: Task,
    /// Place of the label among [`Task::words`].
    pub truth: usize,
    /// The answer.
    pub said: Said,
}

impl Task {
    /// Every question, in the order of the report.
    pub const ALL: [Self; 6] = [
        Self::TorsoCategory,
        Self::LegsCategory,
        Self::TorsoColour,
        Self::LegsColour,
        Self::TorsoPattern,
        Self::LegsPattern,
    ];

    /// Its column in the label sheet, also its name in reports.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::TorsoCategory => "torso_category",
            Self::LegsCategory => "legs_category",
            Self::TorsoColour => "torso_colour",
            Self::LegsColour => "legs_colour",
            Self::TorsoPattern => "torso_pattern",
            Self::LegsPattern => "legs_pattern",
        }
    }

    /// For people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::TorsoCategory => "Kind of torso garment",
            Self::LegsCategory => "Kind of leg garment",
            Self::TorsoColour => "Colour of the torso garment",
            Self::LegsColour => "Colour of the leg garment",
            Self::TorsoPattern => "Pattern of the torso garment",
            Self::LegsPattern => "Pattern of the leg garment",
        }
    }

    /// Labels that the sheet may use.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::TorsoCategory => TORSO.to_vec(),
            Self::LegsCategory => LEGS.to_vec(),
            Self::TorsoColour | Self::LegsColour => {
                ColourName::ALL.map(ColourName::as_str).to_vec()
            }
            Self::TorsoPattern | Self::LegsPattern => PATTERNS.to_vec(),
        }
    }

    /// Answers that are no label, after [`Task::words`].
    #[must_use]
    pub const fn no_labels() -> [&'static str; 4] {
        NO_LABELS
    }

    /// Whether it is about the kind of garment.
    #[must_use]
    pub const fn is_category(self) -> bool {
        matches!(self, Self::TorsoCategory | Self::LegsCategory)
    }

    /// The part of the body that is asked about.
    #[must_use]
    pub const fn region(self) -> Region {
        match self {
            Self::TorsoCategory | Self::TorsoColour | Self::TorsoPattern => Region::Torso,
            Self::LegsCategory | Self::LegsColour | Self::LegsPattern => Region::Legs,
        }
    }

    /// Place of a label; spaces and hyphens may stand for underscores.
    #[must_use]
    pub fn truth(self, label: &str) -> Option<usize> {
        let label = label.to_lowercase().replace([' ', '-'], "_");
        self.words().iter().position(|word| *word == label)
    }

    /// The answer in what the kiosk says is worn.
    pub(super) fn said(self, worn: &[WornGarment]) -> Said {
        let region = match self {
            Self::TorsoCategory | Self::TorsoColour | Self::TorsoPattern => Region::Torso,
            Self::LegsCategory | Self::LegsColour | Self::LegsPattern => Region::Legs,
        };
        let Some(garment) = worn.iter().find(|garment| garment.region == region) else {
            return Said {
                word: self.words().len() + NOTHING,
                confidence: None,
            };
        };
        let (word, confidence) = match self {
            Self::TorsoCategory | Self::LegsCategory => (
                garment.category.value.as_str(),
                Some(garment.category.confidence),
            ),
            Self::TorsoColour | Self::LegsColour => (garment.colour.as_str(), None),
            Self::TorsoPattern | Self::LegsPattern => (
                garment.pattern.value.as_str(),
                Some(garment.pattern.confidence),
            ),
        };
        Said {
            word: self.place(word),
            confidence: confidence.map(f64::from),
        }
    }

    /// Place of an answer among all answers.
    pub(super) fn place(self, word: &str) -> usize {
        let words = self.words();
        let answers = words.iter().chain(&NO_LABELS);
        answers
            .into_iter()
            .position(|answer| *answer == word)
            .unwrap_or(words.len() + OTHER)
    }

    /// The word at a place.
    pub(super) fn answer(self, place: usize) -> &'static str {
        let words = self.words();
        words
            .get(place)
            .or_else(|| NO_LABELS.get(place.saturating_sub(words.len())))
            .copied()
            .unwrap_or("other")
    }
}

impl WordCase {
    pub(super) fn right(&self) -> bool {
        self.said.word == self.truth
    }
}
