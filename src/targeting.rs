//! What to offer and what to suggest, with reasons. The rules are in `cheval_domain::{targeting, suggest}`; here they get
//! the observation of this very frame, and what they decide is kept for "why is this on screen?".

use bevy::prelude::*;
use cheval_domain::catalogue::{CreativeId, Garment, Promo};
use cheval_domain::decision::Decision;
use cheval_domain::observation::{Region, WornGarment};
use cheval_domain::suggest::{Reason, Strip};
use cheval_domain::targeting::{Surroundings, Targeting};

use crate::KioskSystems;
use crate::audience::Crowd;
use crate::clock::Clock;
use crate::config::Config;
use crate::content::Content;
use crate::language::Language;
use crate::report::Reporter;
use crate::scene::garment_args;
use crate::session::{Effects, Visit};

/// Decisions of this frame, on their way to the agent and to the summary.
#[derive(Resource, Default)]
pub struct Trace {
    fresh: Vec<Decision>,
}

impl Trace {
    /// Adds a decision of this frame.
    pub fn push(&mut self, decision: Decision) {
        self.fresh.push(decision);
    }

    /// Decisions of this frame.
    #[must_use]
    pub fn fresh(&self) -> &[Decision] {
        &self.fresh
    }
}

/// What is offered and suggested now.
#[derive(Resource, Default)]
pub struct Choices {
    promo: Option<CreativeId>,
    strip: Strip,
}

impl Choices {
    /// The offer that is up.
    #[must_use]
    pub fn promo<'a>(&self, content: &'a Content) -> Option<&'a Promo> {
        let id = self.promo.as_ref()?;
        content
            .catalogue
            .promos
            .iter()
            .find(|promo| &promo.id == id)
    }

    /// Garments on the rail, best first.
    #[must_use]
    pub fn rail<'a>(&self, content: &'a Content) -> Vec<&'a Garment> {
        let shown = self.strip.shown();
        shown
            .filter_map(|s| content.catalogue.garment(&s.sku))
            .collect()
    }

    /// The worn garment that the suggestions go with.
    #[must_use]
    pub fn goes_with<'a>(&self, worn: &'a [WornGarment]) -> Option<&'a WornGarment> {
        worn.iter()
            .find(|w| w.region == Region::Torso)
            .or(worn.first())
    }

    /// Why these garments, in the shopper's words: "jacket, navy · in stock here".
    #[must_use]
    pub fn why(&self, words: &Language, leading: Option<&WornGarment>) -> String {
        let mut reasons: Vec<String> = leading
            .map(|w| words.t_with("why-worn", &garment_args(w)))
            .into_iter()
            .collect();
        let best = self.strip.best().map_or(&[][..], |best| &best.reasons);
        for said in best
            .iter()
            .filter(|scored| scored.points > 0.0)
            .filter_map(|scored| reason_words(words, scored.reason))
        {
            if reasons.len() < 3 && !reasons.contains(&said) {
                reasons.push(said);
            }
        }
        reasons.join(" · ")
    }
}

/// The words of a reason; reasons that are about the shopper are not said aloud.
fn reason_words(words: &Language, reason: Reason) -> Option<String> {
    match reason {
        Reason::GoesWith { .. } => Some(words.t("why-harmony")),
        Reason::InStockHere { .. } => Some(words.t("why-in-stock-here")),
        Reason::InWarehouse { .. } => Some(words.t("why-in-warehouse")),
        Reason::Reduced { percent } => {
            Some(words.t_with("why-reduced", &[("percent", percent.to_string())]))
        }
        Reason::ClashesWith { .. }
        | Reason::SameCategory { .. }
        | Reason::AlreadyWorn { .. }
        | Reason::InPriceBand
        | Reason::CutFor { .. }
        | Reason::CutForOthers { .. }
        | Reason::Seen
        | Reason::MoreOfTheSame => None,
    }
}

/// The promo slot.
#[derive(Resource)]
struct PromoSlot {
    targeting: Targeting,
    around: Surroundings,
}

pub(super) fn plugin(app: &mut App) {
    let catalogue = &app.world().resource::<Content>().catalogue;
    let (targeting, faults) = Targeting::new(&catalogue.promos);
    let weather = &app.world().resource::<Config>().site.weather;
    let around = Surroundings::new(catalogue, weather);
    for fault in faults {
        warn!("a promo is left out: {fault}");
    }
    app.insert_resource(PromoSlot { targeting, around });
    app.init_resource::<Trace>().init_resource::<Choices>();
    app.add_systems(
        Update,
        (forget_old_decisions, decide_promo, decide_suggestions)
            .chain()
            .in_set(KioskSystems::Decide),
    );
    app.add_systems(Update, report_decisions.in_set(KioskSystems::Report));
}

fn forget_old_decisions(
    mut trace: ResMut<Trace>,
    effects: Res<Effects>,
    mut choices: ResMut<Choices>,
) {
    trace.fresh.clear();
    if effects.wipe() {
        *choices = Choices::default();
    }
}

fn decide_promo(
    (clock, config): (Res<Clock>, Res<Config>),
    (crowd, visit): (Res<Crowd>, Res<Visit>),
    mut slot: ResMut<PromoSlot>,
    mut trace: ResMut<Trace>,
    mut choices: ResMut<Choices>,
) {
    let language = visit.language().unwrap_or(&config.language.default);
    let local = clock.local().datetime();
    let context =
        (crowd.people() > 0).then(|| slot.around.context(crowd.snapshot(), local, language));
    let decided = slot
        .targeting
        .decide(clock.now(), crowd.frame(), context.as_ref());
    if let Some(decision) = decided {
        trace.push(decision);
    }
    choices.promo = slot.targeting.current().cloned();
}

fn decide_suggestions(
    (clock, crowd, content): (Res<Clock>, Res<Crowd>, Res<Content>),
    (visit, effects): (Res<Visit>, Res<Effects>),
    mut trace: ResMut<Trace>,
    mut choices: ResMut<Choices>,
) {
    if effects.turn_suggestions() {
        choices.strip.turn();
    }
    let decided = choices.strip.update(
        &content.catalogue,
        visit.screen(),
        crowd.snapshot().shopper.as_ref(),
        (clock.now(), crowd.frame()),
    );
    if let Some(decision) = decided {
        trace.push(decision);
    }
}

fn report_decisions(trace: Res<Trace>, reporter: Res<Reporter>) {
    for decision in trace.fresh() {
        info!(rule = decision.rule, because = decision.because, "decided");
        reporter.decided(decision);
    }
}
