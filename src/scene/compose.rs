//! Words the view: session, decisions, catalogue and language in, plain data out. Takes no decisions.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use cheval_domain::catalogue::{Garment, LocalText, Sku};
use cheval_domain::observation::{AgeBand, Gender, Person, WornGarment};
use cheval_domain::session::{Action, CountDown, Screen, TryOn};
use cheval_perception::camera::CameraStatus;

use super::view::{
    CardView, ChromeView, EngagedView, FarewellView, FeedbackView, GreetingView, NoticeView, Page, PromoView, SeenView,
    SeesView, SizeView, SlideView, SwatchView, TryOnView, View, WarningView,
};
use crate::KioskSystems;
use crate::audience::Crowd;
use crate::config::Config;
use crate::content::Content;
use crate::language::{Language, Languages};
use crate::mirror::MirrorState;
use crate::perception::Eyes;
use crate::playback::AttractLoop;
use crate::session::Visit;
use crate::targeting::Choices;
use crate::try_on::Wearing;

/// Composing comes before building.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ComposeSystems;

/// Colours offered while trying on.
const SWATCHES: usize = 7;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, compose.in_set(ComposeSystems).in_set(KioskSystems::Present));
}

/// Everything the words are made of.
#[derive(SystemParam)]
struct Story<'w> {
    visit: Res<'w, Visit>,
    choices: Res<'w, Choices>,
    content: Res<'w, Content>,
    playing: Res<'w, AttractLoop>,
    crowd: Res<'w, Crowd>,
    eyes: Res<'w, Eyes>,
    mirror: Res<'w, MirrorState>,
    wearing: Res<'w, Wearing>,
    languages: Res<'w, Languages>,
    config: Res<'w, Config>,
}

fn compose(story: Story, mut view: ResMut<View>) {
    let teller = Teller { story: &story, words: story.languages.spoken(story.visit.language()) };
    view.set_if_neq(teller.view());
}

struct Teller<'a, 'w> {
    story: &'a Story<'w>,
    words: &'a Language,
}

impl Teller<'_, '_> {
    fn view(&self) -> View {
        let visit = &self.story.visit;
        let page = if visit.sees_open() { Page::Sees(self.sees()) } else { self.page(visit.screen()) };
        let warning = visit.warning().map(|left| self.warning(left));
        let mirror = match page {
            Page::Noticed(_) | Page::Notice(_) | Page::Engaged(_) | Page::TryOn(_) | Page::Sees(_) => self.camera_on(),
            Page::Blank | Page::Attract(_) | Page::Feedback(_) | Page::Farewell(_) => false,
        };
        View { chrome: self.chrome(&page), page, warning, mirror }
    }

    fn page(&self, screen: &Screen) -> Page {
        match screen {
            Screen::Attract => Page::Attract(self.slide()),
            Screen::Noticed => Page::Noticed(self.greeting()),
            Screen::Notice => Page::Notice(self.notice()),
            Screen::Engaged => Page::Engaged(self.engaged()),
            Screen::TryOn(on) => self.try_on(on).map_or_else(|| Page::Engaged(self.engaged()), Page::TryOn),
            Screen::Feedback => Page::Feedback(self.feedback()),
            Screen::Farewell => Page::Farewell(self.farewell()),
        }
    }

    fn t(&self, key: &str) -> String {
        self.words.t(key)
    }

    fn local(&self, text: &LocalText) -> String {
        self.words.pick(text, &self.story.content.catalogue.default_language).to_owned()
    }

    fn camera_on(&self) -> bool {
        matches!(self.story.eyes.camera(), CameraStatus::Live { .. })
    }

    fn chrome(&self, page: &Page) -> Option<ChromeView> {
        let (camera_chip, on_paper) = match page {
            Page::Blank => return None,
            Page::Attract(slide) => (false, slide.on_light()),
            Page::Feedback(_) => (false, true),
            Page::Farewell(_) | Page::Notice(_) | Page::Sees(_) => (false, false),
            Page::Noticed(_) | Page::Engaged(_) | Page::TryOn(_) => (true, false),
        };
        let camera = match self.story.eyes.camera() {
            CameraStatus::Live { .. } => "camera-live",
            CameraStatus::Starting => "camera-starting",
            CameraStatus::Paused => "camera-off",
            CameraStatus::Lost { .. } => "camera-lost",
            CameraStatus::None => "camera-none",
        };
        Some(ChromeView {
            brand: self.story.content.catalogue.brand.clone(),
            camera: camera_chip.then(|| self.t(camera)),
            camera_live: self.camera_on(),
            on_paper,
        })
    }

    fn slide(&self) -> SlideView {
        let invitation = self.t("attract-step-closer");
        let camera_note = match self.story.eyes.camera() {
            CameraStatus::None => None,
            _ => Some(self.t("attract-camera-note")),
        };
        match self.story.playing.slide(&self.story.content) {
            Some(slide) => SlideView {
                title: self.local(&slide.title),
                body: self.local(&slide.body),
                picture: Some(slide.artwork.picture.clone()),
                ground: slide.artwork.ground.clone(),
                invitation,
                camera_note,
            },
            None => SlideView {
                title: self.t("welcome-title"),
                body: self.t("welcome-body"),
                picture: None,
                ground: vec!["#781E34".into(), "#17130F".into()],
                invitation,
                camera_note,
            },
        }
    }

    fn greeting(&self) -> GreetingView {
        GreetingView { title: self.t("noticed-title"), body: self.t("noticed-body") }
    }

    fn notice(&self) -> NoticeView {
        NoticeView {
            title: self.t("notice-title"),
            body: self.t("notice-body"),
            show: self.t("notice-show"),
            sees: self.t("notice-sees"),
            camera_off: self.t("notice-camera-off"),
        }
    }

    fn warning(&self, left: CountDown) -> WarningView {
        WarningView {
            title: self.t("warning-title"),
            body: self.words.t_with("warning-body", &[("seconds", left.left_ms.div_ceil(1000).to_string())]),
            still_here: self.t("warning-still-here"),
            done: self.t("warning-done"),
        }
    }

    fn feedback(&self) -> FeedbackView {
        let rated = self.story.visit.csat().is_some();
        let left_secs = self.story.visit.screen_count_down().map_or(0, |left| left.left_ms.div_ceil(1000));
        FeedbackView {
            title: self.t(if rated { "farewell-thanks" } else { "feedback-title" }),
            scale: ["1", "2", "3", "4", "5"].map(Into::into),
            rated: self.story.visit.csat(),
            worst: self.t("feedback-worst"),
            best: self.t("feedback-best"),
            wiped_soon: self.words.t_with("feedback-wiped-soon", &[("seconds", left_secs.to_string())]),
            still_here: self.t("feedback-still-here"),
        }
    }

    fn farewell(&self) -> FarewellView {
        FarewellView { title: self.t("farewell-title"), body: self.t("farewell-body") }
    }

    fn worn(&self) -> &[WornGarment] {
        self.story.crowd.snapshot().shopper.as_ref().map_or(&[], |shopper| &shopper.worn)
    }

    fn engaged(&self) -> EngagedView {
        let cards: Vec<CardView> = self.story.choices.rail(&self.story.content).into_iter().map(|g| self.card(g)).collect();
        let leading = self.story.choices.goes_with(self.worn());
        let title = match leading {
            Some(worn) => self.words.t_with("engaged-title", &garment_args(worn)),
            None if self.camera_on() && self.story.crowd.people() > 0 => self.t("engaged-title-open"),
            None if self.camera_on() => self.t("engaged-title-nobody"),
            None => self.t("engaged-title-camera-off"),
        };
        let why = match self.story.eyes.camera() {
            CameraStatus::Live { .. } | CameraStatus::Starting => self.story.choices.why(self.words, leading),
            CameraStatus::Paused => self.t("engaged-camera-off"),
            CameraStatus::Lost { .. } | CameraStatus::None => self.t("engaged-camera-lost"),
        };
        EngagedView {
            title,
            why,
            promo: self.promo(),
            cards,
            wear: self.t("engaged-wear"),
            done: self.t("engaged-done"),
            camera_on: self.camera_on(),
            knows_worn: leading.is_some(),
        }
    }

    fn promo(&self) -> Option<PromoView> {
        let promo = self.story.choices.promo(&self.story.content)?;
        Some(PromoView {
            title: self.local(&promo.title),
            reason: self.local(&promo.reason),
            picture: promo.artwork.picture.clone(),
            ground: promo.artwork.ground.first().cloned().unwrap_or_default(),
            sku: promo.skus.first().cloned(),
        })
    }

    fn card(&self, garment: &Garment) -> CardView {
        CardView {
            sku: garment.sku.clone(),
            name: self.local(&garment.name),
            price: self.money(garment.price.0),
            old_price: garment.old_price.map(|old| self.money(old.0)),
            picture: garment.picture.clone(),
            selected: false,
        }
    }

    fn money(&self, minor: i64) -> String {
        self.words.money(minor, &self.story.content.catalogue.currency)
    }

    fn try_on(&self, on: &TryOn) -> Option<TryOnView> {
        let garment = self.story.content.catalogue.garment(on.sku.as_ref()?)?;
        let worn = self.worn().iter().find(|w| w.region == garment.region);
        let visible = self.story.mirror.has_picture && self.story.wearing.shows(garment.region);
        let title = match worn {
            Some(worn) if visible => self.words.t_with(
                "recolour-title",
                &[("category", worn.category.value.as_str().to_owned()), ("colour", garment.colour.as_str().to_owned())],
            ),
            _ => self.local(&garment.name),
        };
        let badge = if visible || !on.wearing {
            self.t("tryon-badge")
        } else if self.camera_on() {
            self.t("recolour-title-nothing")
        } else {
            self.t("engaged-camera-off")
        };
        let stock = [("here", garment.stock_here().to_string()), ("warehouse", garment.stock_warehouse().to_string())];
        Some(TryOnView {
            badge,
            title,
            detail: format!("{} · {}", self.local(&garment.name), self.words.t_with("stock", &stock)),
            price: self.money(garment.price.0),
            swatches: self.swatches(garment, on),
            sizes: garment.sizes.iter().map(|s| SizeView { label: s.size.clone(), here: s.here > 0 }).collect(),
            more: self.t("tryon-more"),
            mine: self.t("tryon-mine"),
            done: self.t("engaged-done"),
        })
    }

    /// The same kind of garment in other colours: each swatch is a garment that can be bought.
    fn swatches(&self, garment: &Garment, on: &TryOn) -> Vec<SwatchView> {
        let garments = &self.story.content.catalogue.garments;
        let mut others: Vec<&Garment> = garments.iter().filter(|g| g.region == garment.region && g.sku != garment.sku).collect();
        others.sort_by_key(|g| g.category != garment.category);
        let swatch = |g: &Garment, selected| SwatchView {
            hex: g.swatch.clone(),
            selected,
            action: Action::Wear(Sku(g.sku.0.clone())),
        };
        let first = std::iter::once(swatch(garment, on.wearing));
        first.chain(others.into_iter().take(SWATCHES - 1).map(|g| swatch(g, false))).collect()
    }

    fn sees(&self) -> SeesView {
        let people = self.story.crowd.latest().map_or(&[][..], |report| &report.people);
        let rows = [
            ("sees-picture", "sees-picture-kept"),
            ("sees-outline", "sees-outline-kept"),
            ("sees-age", "sees-age-kept"),
            ("sees-count", "sees-count-kept"),
        ];
        let k = [("k", self.story.config.audience.k.to_string())];
        SeesView {
            title: self.t("sees-title"),
            rows: rows.map(|(what, kept)| (self.words.t_with(what, &k), self.t(kept))).into(),
            faces: people.iter().map(|person| SeenView { label: self.face_label(person) }).collect(),
            body: people.iter().find(|p| p.body.is_some()).map(|p| SeenView { label: self.body_label(p) }),
            understood: self.t("sees-understood"),
            camera_off: self.t("sees-camera-off"),
        }
    }

    fn face_label(&self, person: &Person) -> String {
        if person.age.value == AgeBand::Minor {
            return self.t("sees-face-minor");
        }
        if person.age.value == AgeBand::Unknown && person.gender.value == Gender::Unknown {
            return self.t("sees-face-unsure");
        }
        let age = self.t(age_key(person.age.value));
        let gender = self.words.t_with("gender-name", &[("gender", person.gender.value.as_str().to_owned())]);
        let percent = steps_of_five(person.age.confidence.min(person.gender.confidence));
        self.words.t_with("sees-face", &[("age", age), ("gender", gender), ("percent", percent.to_string())])
    }

    fn body_label(&self, person: &Person) -> String {
        let worn: Vec<String> = person.worn.iter().map(|w| self.words.t_with("sees-worn", &garment_args(w))).collect();
        if worn.is_empty() { self.t("sees-outline") } else { worn.join("\n") }
    }
}

/// The two facts about a worn garment that sentences are made of.
pub(crate) fn garment_args(worn: &WornGarment) -> [(&'static str, String); 2] {
    [("colour", worn.colour.as_str().to_owned()), ("category", worn.category.value.as_str().to_owned())]
}

fn age_key(band: AgeBand) -> &'static str {
    match band {
        AgeBand::Unknown => "age-unknown",
        AgeBand::Minor => "age-minor",
        AgeBand::From18To24 => "age-18-24",
        AgeBand::From25To34 => "age-25-34",
        AgeBand::From35To44 => "age-35-44",
        AgeBand::From45To54 => "age-45-54",
        AgeBand::From55To64 => "age-55-64",
        AgeBand::From65 => "age-65",
    }
}

/// Confidence in percent, in steps of five: finer would only flicker.
fn steps_of_five(confidence: f32) -> u32 {
    (confidence.clamp(0.0, 1.0) * 20.0).round() as u32 * 5
}
