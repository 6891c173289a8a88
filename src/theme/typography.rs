//! Two voices: EB Garamond for display and titles, Manrope for everything else. Nothing under 27 design pixels.

use bevy::prelude::*;
use bevy::text::{FontSize, LetterSpacing, LineHeight};

/// Loaded faces.
#[derive(Resource, Clone)]
pub struct Fonts {
    serif: Handle<Font>,
    sans: Handle<Font>,
    sans_semibold: Handle<Font>,
    sans_bold: Handle<Font>,
}

/// The type scale, in design pixels (the screen's shorter side is 1080).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Attract headlines: Garamond 150.
    Hero,
    /// Full-page questions: Garamond 116.
    Display,
    /// Panel titles: Garamond 76.
    Title,
    /// The brand line: Garamond 46.
    Brand,
    /// Section heads: Manrope semibold 44.
    Head,
    /// Lead text on slides: Manrope 40.
    Lead,
    /// Running text: Manrope 34.
    Body,
    /// Running text that answers: Manrope bold 34.
    BodyBold,
    /// Buttons: Manrope semibold 32.
    Button,
    /// Chips, card names: Manrope semibold 27.
    Label,
    /// Reasons, small print: Manrope 27.
    Why,
}

impl Voice {
    const fn size(self) -> f32 {
        match self {
            Self::Hero => 150.0,
            Self::Display => 116.0,
            Self::Title => 76.0,
            Self::Brand => 46.0,
            Self::Head => 44.0,
            Self::Lead => 40.0,
            Self::Body | Self::BodyBold => 34.0,
            Self::Button => 32.0,
            Self::Label | Self::Why => 27.0,
        }
    }

    const fn line_height(self) -> f32 {
        match self {
            Self::Hero | Self::Display => 1.0,
            Self::Title => 1.06,
            Self::Brand | Self::Button | Self::Label => 1.2,
            Self::Head => 1.2,
            Self::Lead | Self::Body | Self::BodyBold | Self::Why => 1.36,
        }
    }

    const fn tracking(self) -> f32 {
        match self {
            Self::Hero | Self::Display => -0.015,
            Self::Title => -0.01,
            Self::Brand => 0.02,
            Self::Label => 0.02,
            Self::Head | Self::Lead | Self::Body | Self::BodyBold | Self::Button | Self::Why => 0.0,
        }
    }
}

impl Fonts {
    fn face(&self, voice: Voice) -> Handle<Font> {
        match voice {
            Voice::Hero | Voice::Display | Voice::Title | Voice::Brand => self.serif.clone(),
            Voice::Lead | Voice::Body | Voice::Why => self.sans.clone(),
            Voice::Head | Voice::Button | Voice::Label => self.sans_semibold.clone(),
            Voice::BodyBold => self.sans_bold.clone(),
        }
    }

    /// Text in one voice.
    pub fn text(&self, voice: Voice, colour: Color, text: &str) -> impl Bundle + use<> {
        (
            Text::new(text),
            TextFont {
                font: self.face(voice).into(),
                font_size: FontSize::Px(voice.size()),
                ..default()
            },
            LineHeight::RelativeToFont(voice.line_height()),
            LetterSpacing::Px(voice.tracking() * voice.size()),
            TextColor(colour),
        )
    }
}

pub(super) fn plugin(app: &mut App) {
    let assets = app.world().resource::<AssetServer>();
    let fonts = Fonts {
        serif: assets.load("fonts/EBGaramond-Medium.ttf"),
        sans: assets.load("fonts/Manrope-Medium.ttf"),
        sans_semibold: assets.load("fonts/Manrope-SemiBold.ttf"),
        sans_bold: assets.load("fonts/Manrope-Bold.ttf"),
    };
    app.insert_resource(fonts);
}
