//! What a scene needs to draw itself: plain data, already worded in the shopper's language. A scene is rebuilt when its view
//! changes and only then.

use bevy::prelude::*;
use cheval_domain::catalogue::Sku;
use cheval_domain::session::Action;
use cheval_tryon::gate::Guide;

use crate::theme::palette;

/// Everything on the glass apart from the mirror's picture.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub struct View {
    /// The page.
    pub page: Page,
    /// Brand line and camera chip, where the page has them.
    pub chrome: Option<ChromeView>,
    /// The idle warning, over everything.
    pub warning: Option<WarningView>,
    /// The live mirror is behind the page.
    pub mirror: bool,
}

/// One screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Page {
    /// Nothing yet (the pack is being read).
    #[default]
    Blank,
    /// Attract loop.
    Attract(SlideView),
    /// Somebody came.
    Noticed(GreetingView),
    /// Privacy notice.
    Notice(NoticeView),
    /// Suggestions.
    Engaged(EngagedView),
    /// A garment on the shopper.
    TryOn(TryOnView),
    /// What the camera sees.
    Sees(SeesView),
    /// How was it.
    Feedback(FeedbackView),
    /// Good-bye.
    Farewell(FarewellView),
}

impl Page {
    /// The same screen with other words: it changes in place. Slides of the attract loop are pages of their own.
    #[must_use]
    pub fn is_same_screen(&self, other: &Self) -> bool {
        self.name() == other.name() && !matches!(self, Self::Attract(_))
    }

    /// Name of the page in records and logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Attract(_) => "attract",
            Self::Noticed(_) => "noticed",
            Self::Notice(_) => "notice",
            Self::Engaged(_) => "engaged",
            Self::TryOn(_) => "tryon",
            Self::Sees(_) => "sees",
            Self::Feedback(_) => "feedback",
            Self::Farewell(_) => "farewell",
        }
    }
}

/// Brand line and camera chip.
#[derive(Debug, Clone, PartialEq)]
pub struct ChromeView {
    /// Shop name.
    pub brand: String,
    /// What the camera does, if the page says so.
    pub camera: Option<String>,
    /// The camera is open.
    pub camera_live: bool,
    /// The page below is light.
    pub on_paper: bool,
}

/// Idle warning.
#[derive(Debug, Clone, PartialEq)]
pub struct WarningView {
    /// "Still there?"
    pub title: String,
    /// What happens otherwise.
    pub body: String,
    /// Stay.
    pub still_here: String,
    /// Go.
    pub done: String,
}

/// One slide.
#[derive(Debug, Clone, PartialEq)]
pub struct SlideView {
    /// Headline.
    pub title: String,
    /// Text.
    pub body: String,
    /// Picture inside the pack.
    pub picture: Option<String>,
    /// Ground gradient.
    pub ground: Vec<String>,
    /// The button.
    pub invitation: String,
}

impl SlideView {
    /// The text stands on a light ground.
    #[must_use]
    pub fn on_light(&self) -> bool {
        self.ground
            .last()
            .is_some_and(|hex| palette::wants_ink(palette::from_pack(hex)))
    }
}

/// Hello.
#[derive(Debug, Clone, PartialEq)]
pub struct GreetingView {
    /// Hello.
    pub title: String,
    /// What happens next.
    pub body: String,
}

/// Privacy notice.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeView {
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// Go on.
    pub show: String,
    /// Show what it sees.
    pub sees: String,
    /// Close the camera.
    pub camera_off: String,
}

/// Suggestions and offer.
#[derive(Debug, Clone, PartialEq)]
pub struct EngagedView {
    /// "Goes with your navy jacket".
    pub title: String,
    /// Why these.
    pub why: String,
    /// The offer, if one fits.
    pub promo: Option<PromoView>,
    /// The rail.
    pub cards: Vec<CardView>,
    /// Main action.
    pub wear: String,
    /// Finish.
    pub done: String,
    /// The camera is open.
    pub camera_on: bool,
    /// The models have named what the shopper wears.
    pub knows_worn: bool,
}

/// An offer.
#[derive(Debug, Clone, PartialEq)]
pub struct PromoView {
    /// Headline.
    pub title: String,
    /// Why it is shown.
    pub reason: String,
    /// Picture inside the pack.
    pub picture: String,
    /// Garment that opens when touched.
    pub sku: Option<Sku>,
}

/// One garment on the rail.
#[derive(Debug, Clone, PartialEq)]
pub struct CardView {
    /// Code.
    pub sku: Sku,
    /// Name.
    pub name: String,
    /// Price in the shop's format.
    pub price: String,
    /// Former price.
    pub old_price: Option<String>,
    /// Picture inside the pack.
    pub picture: String,
    /// Chosen.
    pub selected: bool,
}

/// A garment on the shopper.
#[derive(Debug, Clone, PartialEq)]
pub struct TryOnView {
    /// "Live view, colour may differ".
    pub badge: String,
    /// The garment where the mirror would be.
    pub whole: Option<PictureView>,
    /// The garment beside its name.
    pub small: Option<PictureView>,
    /// What the shopper sees.
    pub title: String,
    /// The garment in a few words, stock.
    pub detail: String,
    /// Price.
    pub price: String,
    /// Colours.
    pub swatches: Vec<SwatchView>,
    /// Sizes.
    pub sizes: Vec<SizeView>,
    /// Back to the rail.
    pub more: String,
    /// Show my own colour; there must be a mirror to show it in.
    pub mine: Option<String>,
    /// Finish.
    pub done: String,
}

/// A garment's picture.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureView {
    /// Inside the pack.
    pub path: String,
    /// Width over height.
    pub aspect: f32,
}

/// What the shopper is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub struct GuideView {
    /// Which movement.
    pub guide: Guide,
    /// In words.
    pub words: String,
}

/// What stands beside the shopper while the chosen garment is not on them. It comes and goes with fades of its own, whatever
/// becomes of the page.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub struct Beside {
    /// What the shopper is asked to do.
    pub guide: Option<GuideView>,
    /// The garment.
    pub card: Option<PictureView>,
}

/// One colour.
#[derive(Debug, Clone, PartialEq)]
pub struct SwatchView {
    /// `#RRGGBB`.
    pub hex: String,
    /// Chosen.
    pub selected: bool,
    /// What touching it does.
    pub action: Action,
}

/// One size.
#[derive(Debug, Clone, PartialEq)]
pub struct SizeView {
    /// As on the label.
    pub label: String,
    /// In this store.
    pub here: bool,
}

/// What the camera sees and keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct SeesView {
    /// Title.
    pub title: String,
    /// What, and what becomes of it.
    pub rows: Vec<(String, String)>,
    /// Close.
    pub understood: String,
    /// Close the camera.
    pub camera_off: String,
}

/// What the models believe, in words. It changes with every report, so the boxes on the glass follow it in place.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub struct Beliefs {
    /// One per face, in the order of the report.
    pub faces: Vec<String>,
    /// About the shopper's body.
    pub body: Option<String>,
}

/// One tap.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedbackView {
    /// Question.
    pub title: String,
    /// Labels of the five answers.
    pub scale: [String; 5],
    /// The answer that was given.
    pub rated: Option<u8>,
    /// Below the first.
    pub worst: String,
    /// Below the last.
    pub best: String,
    /// When everything is wiped.
    pub wiped_soon: String,
    /// Stay.
    pub still_here: String,
}

/// Good-bye.
#[derive(Debug, Clone, PartialEq)]
pub struct FarewellView {
    /// Title.
    pub title: String,
    /// What was wiped.
    pub body: String,
}

impl View {
    /// Something on the glass says that the mirror can see: the attract line, the panel or the camera chip.
    #[must_use]
    pub fn shows_notice(&self) -> bool {
        matches!(self.page, Page::Notice(_) | Page::Sees(_))
            || self
                .chrome
                .as_ref()
                .is_some_and(|line| line.camera.is_some())
    }
}
