//! Words the view: session, decisions, catalogue and language in, plain data out. Takes no decisions.

mod try_on;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use cheval_domain::catalogue::{Garment, LocalText};
use cheval_domain::observation::{AgeBand, Gender, Person, WornGarment};
use cheval_domain::session::Screen;
use cheval_perception::camera::CameraStatus;

use super::view::{
    Beliefs, Beside, CardView, ChromeView, EngagedView, FarewellView, FeedbackView, GreetingView,
    NoticeView, Page, PromoView, SeesView, SlideView, View, WarningView,
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
use crate::try_on::{Fitting, Recoloured, SideCard};

/// Composing comes before building.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ComposeSystems;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        compose.in_set(ComposeSystems).in_set(KioskSystems::Present),
    );
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
    recoloured: Res<'w, Recoloured>,
    fitting: Res<'w, Fitting>,
    side_card: Res<'w, SideCard>,
    config: Res<'w, Config>,
    languages: Res<'w, Languages>,
}

fn compose(
    story: Story,
    mut view: ResMut<View>,
    mut beliefs: ResMut<Beliefs>,
    mut beside: ResMut<Beside>,
) {
    let teller = Teller {
        story: &story,
        shown: &view,
        words: story.languages.spoken(story.visit.language()),
    };
    if story.visit.sees_open() {
        beliefs.set_if_neq(teller.beliefs());
    }
    let next = teller.view();
    beside.set_if_neq(teller.beside(&next));
    view.set_if_neq(next);
}

struct Teller<'a, 'w> {
    story: &'a Story<'w>,
    shown: &'a View,
    words: &'a Language,
}

impl Teller<'_, '_> {
    fn view(&self) -> View {
        let visit = &self.story.visit;
        let mirror = self.camera_on() && shows_mirror(visit.screen());
        // The slide stays until the mirror has its first picture: no black between them.
        let opening =
            mirror && !self.story.mirror.has_picture && *visit.screen() == Screen::Noticed;
        let page = match visit.screen() {
            _ if visit.sees_open() => Page::Sees(self.sees()),
            _ if opening => self.last_slide(),
            screen => self.page(screen),
        };
        let warning = visit.warning().map(|_| self.warning());
        View {
            chrome: self.chrome(&page),
            page,
            warning,
            mirror,
        }
    }

    fn page(&self, screen: &Screen) -> Page {
        match screen {
            Screen::Attract => Page::Attract(self.slide()),
            Screen::Noticed => Page::Noticed(self.greeting()),
            Screen::Notice => Page::Notice(self.notice()),
            Screen::Engaged => Page::Engaged(self.engaged()),
            Screen::TryOn(on) => self
                .try_on(on)
                .map_or_else(|| Page::Engaged(self.engaged()), Page::TryOn),
            Screen::Feedback => Page::Feedback(self.feedback()),
            Screen::Farewell => Page::Farewell(self.farewell()),
        }
    }

    fn t(&self, key: &str) -> String {
        self.words.t(key)
    }

    fn local(&self, text: &LocalText) -> String {
        self.words
            .pick(text, &self.story.content.catalogue.default_language)
            .to_owned()
    }

    fn camera_on(&self) -> bool {
        matches!(self.story.eyes.camera(), CameraStatus::Live { .. })
    }

    fn chrome(&self, page: &Page) -> Option<ChromeView> {
        let status = self.story.eyes.camera();
        let now = match status {
            CameraStatus::Live { .. } | CameraStatus::Starting => "camera-on",
            CameraStatus::Paused | CameraStatus::None => "camera-off",
            CameraStatus::Lost { .. } => "camera-lost",
        };
        let (camera, on_paper) = match page {
            Page::Blank => return None,
            Page::Attract(slide) => (
                (status != CameraStatus::None).then_some("attract-camera-note"),
                slide.on_light(),
            ),
            Page::Feedback(_) => (None, true),
            Page::Farewell(_) | Page::Notice(_) | Page::Sees(_) => (None, false),
            Page::Noticed(_) | Page::Engaged(_) | Page::TryOn(_) => (Some(now), false),
        };
        Some(ChromeView {
            brand: self.story.content.catalogue.brand.clone(),
            camera: camera.map(|key| self.t(key)),
            camera_live: self.camera_on(),
            on_paper,
        })
    }

    /// The loop has ended with the visit; its last slide is still on the glass.
    fn last_slide(&self) -> Page {
        match &self.shown.page {
            Page::Attract(slide) => Page::Attract(slide.clone()),
            _ => Page::Attract(self.slide()),
        }
    }

    fn slide(&self) -> SlideView {
        let invitation = self.t("attract-step-closer");
        match self.story.playing.slide(&self.story.content) {
            Some(slide) => SlideView {
                title: self.local(&slide.title),
                body: self.local(&slide.body),
                picture: Some(slide.artwork.picture.clone()),
                ground: slide.artwork.ground.clone(),
                invitation,
            },
            None => SlideView {
                title: self.t("attract-welcome-title"),
                body: self.t("attract-welcome-body"),
                picture: None,
                ground: vec!["#781E34".into(), "#17130F".into()],
                invitation,
            },
        }
    }

    fn greeting(&self) -> GreetingView {
        GreetingView {
            title: self.t("noticed-title"),
            body: self.t("noticed-body"),
        }
    }

    fn notice(&self) -> NoticeView {
        NoticeView {
            title: self.t("notice-title"),
            body: self.t("notice-body"),
            show: self.t("notice-show-looks"),
            sees: self.t("notice-what-it-sees"),
            camera_off: self.t("notice-camera-off"),
        }
    }

    fn warning(&self) -> WarningView {
        WarningView {
            title: self.t("idle-title"),
            body: self.t("idle-body"),
            still_here: self.t("idle-still-here"),
            done: self.t("idle-done"),
        }
    }

    fn feedback(&self) -> FeedbackView {
        let rated = self.story.visit.csat().is_some();
        FeedbackView {
            title: self.t(if rated {
                "feedback-thanks"
            } else {
                "feedback-title"
            }),
            scale: ["1", "2", "3", "4", "5"].map(Into::into),
            rated: self.story.visit.csat(),
            worst: self.t("feedback-worst"),
            best: self.t("feedback-best"),
            wiped_soon: self.t("feedback-wiped-soon"),
            still_here: self.t("idle-still-here"),
        }
    }

    fn farewell(&self) -> FarewellView {
        FarewellView {
            title: self.t("farewell-title"),
            body: self.t("farewell-body"),
        }
    }

    fn worn(&self) -> &[WornGarment] {
        self.story
            .crowd
            .snapshot()
            .shopper
            .as_ref()
            .map_or(&[], |shopper| &shopper.worn)
    }

    fn engaged(&self) -> EngagedView {
        let cards: Vec<CardView> = self
            .story
            .choices
            .rail(&self.story.content)
            .into_iter()
            .map(|g| self.card(g))
            .collect();
        let leading = self.story.choices.goes_with(self.worn());
        let title = match leading {
            Some(worn) => self.words.t_with("engaged-goes-with", &garment_args(worn)),
            None if self.camera_on() && self.story.crowd.people() > 0 => self.t("engaged-looking"),
            None if self.camera_on() => self.t("engaged-nobody"),
            None => self.t("engaged-new-in"),
        };
        let why = match self.story.eyes.camera() {
            CameraStatus::Live { .. } | CameraStatus::Starting => {
                self.story.choices.why(self.words, leading)
            }
            CameraStatus::Paused | CameraStatus::None => self.t("tryon-no-camera"),
            CameraStatus::Lost { .. } => self.t("camera-lost"),
        };
        EngagedView {
            title,
            why,
            promo: self.promo(),
            cards,
            wear: self.t("engaged-wear-it"),
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
        self.words
            .money(minor, &self.story.content.catalogue.currency)
    }

    fn sees(&self) -> SeesView {
        let rows = [
            ("sees-picture-what", "sees-picture-fate"),
            ("sees-outline-what", "sees-outline-fate"),
            ("sees-age-what", "sees-age-fate"),
            ("sees-count-what", "sees-count-fate"),
        ];
        SeesView {
            title: self.t("sees-title"),
            rows: rows.map(|(what, fate)| (self.t(what), self.t(fate))).into(),
            understood: self.t("sees-understood"),
            camera_off: self.t("notice-camera-off"),
        }
    }

    fn beliefs(&self) -> Beliefs {
        let people = self
            .story
            .crowd
            .latest()
            .map_or(&[][..], |report| &report.people);
        Beliefs {
            faces: people.iter().map(|p| self.face_label(p)).collect(),
            body: people
                .iter()
                .find(|p| p.body.is_some())
                .map(|p| self.body_label(p)),
        }
    }

    fn face_label(&self, person: &Person) -> String {
        if person.age.value == AgeBand::Minor {
            return self.t("age-minor");
        }
        let mut parts = Vec::new();
        let mut confidence = 1.0_f32;
        if person.age.value == AgeBand::Unknown {
            parts.push(self.t("sees-age-unknown"));
        } else {
            let band = person.age.value.as_str().replace('-', "–");
            parts.push(self.words.t_with("age-band", &[("band", band)]));
            confidence = confidence.min(person.age.confidence);
        }
        if let Some(gender) = gender_key(person.gender.value) {
            parts.push(self.t(gender));
            confidence = confidence.min(person.gender.confidence);
        }
        if parts.len() > 1 {
            parts.push(format!("{} %", steps_of_five(confidence)));
        }
        parts.join(" · ")
    }

    fn body_label(&self, person: &Person) -> String {
        let worn: Vec<String> = person
            .worn
            .iter()
            .map(|w| self.words.t_with("worn-garment", &garment_args(w)))
            .collect();
        if worn.is_empty() {
            self.t("sees-body-unknown")
        } else {
            worn.join("\n")
        }
    }
}

const fn shows_mirror(screen: &Screen) -> bool {
    match screen {
        Screen::Noticed | Screen::Notice | Screen::Engaged | Screen::TryOn(_) => true,
        Screen::Attract | Screen::Feedback | Screen::Farewell => false,
    }
}

/// The two facts about a worn garment that sentences are made of.
pub(crate) fn garment_args(worn: &WornGarment) -> [(&'static str, String); 2] {
    [
        ("colour", worn.colour.as_str().to_owned()),
        ("category", worn.category.value.as_str().to_owned()),
    ]
}

fn gender_key(gender: Gender) -> Option<&'static str> {
    match gender {
        Gender::Unknown => None,
        Gender::Female => Some("gender-female"),
        Gender::Male => Some("gender-male"),
    }
}

/// Confidence in percent, in steps of five: finer would only flicker.
fn steps_of_five(confidence: f32) -> u32 {
    (confidence.clamp(0.0, 1.0) * 20.0).round() as u32 * 5
}
