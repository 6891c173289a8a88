//! What to offer and what to suggest, with reasons. The rules are in `cheval_domain::{targeting, suggest}`; here they get
//! the observation of this very frame, and what they decide is kept for "why is this on screen?".

use bevy::prelude::*;
use cheval_domain::catalogue::{CreativeId, Garment, Promo, Sku};
use cheval_domain::decision::Decision;
use cheval_domain::observation::{Region, WornGarment};
use cheval_domain::session::Screen;
use cheval_domain::suggest::{self, Reason, Suggestion, Taste};
use cheval_domain::targeting::{Context, Targeting};
use std::collections::{BTreeMap, BTreeSet};

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
    suggestions: Vec<Suggestion>,
    page: usize,
    seen: BTreeSet<Sku>,
    basis: Option<
        Vec<(
            Region,
            cheval_domain::colour::ColourName,
            cheval_domain::observation::WornCategory,
        )>,
    >,
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
        let count = self.suggestions.len().max(1);
        let start = self.page * RAIL % count;
        let turned = self
            .suggestions
            .iter()
            .cycle()
            .skip(start)
            .take(RAIL.min(self.suggestions.len()));
        turned
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
        let best = self
            .suggestions
            .first()
            .map_or(&[][..], |best| &best.reasons);
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

/// Garments on the rail at once; the last one peeks in from the edge.
pub const RAIL: usize = 4;
/// Garments ranked: three pages of the rail.
const RANKED: usize = 3 * RAIL;
/// Estimates below this do not steer suggestions.
const MIN_CONFIDENCE: f32 = 0.8;

/// The promo slot.
#[derive(Resource)]
struct PromoSlot(Targeting);

pub(super) fn plugin(app: &mut App) {
    let (targeting, faults) = Targeting::new(&app.world().resource::<Content>().catalogue.promos);
    for fault in faults {
        warn!("a promo is left out: {fault}");
    }
    app.insert_resource(PromoSlot(targeting));
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
    (clock, config, content): (Res<Clock>, Res<Config>, Res<Content>),
    (crowd, visit): (Res<Crowd>, Res<Visit>),
    mut slot: ResMut<PromoSlot>,
    mut trace: ResMut<Trace>,
    mut choices: ResMut<Choices>,
) {
    let local = clock.local();
    let hour = u8::try_from(local.hour()).unwrap_or(0);
    let stock: BTreeMap<Sku, u32> = content
        .catalogue
        .garments
        .iter()
        .map(|g| (g.sku.clone(), g.stock_here()))
        .collect();
    let context = Context {
        daypart: daypart(hour).into(),
        hour,
        weekday: local.weekday().into(),
        stock,
        weather: config.site.weather.clone(),
        language: visit
            .language()
            .unwrap_or(&config.language.default)
            .to_owned(),
        ..Context::of_audience(crowd.snapshot())
    };
    let context = (crowd.people() > 0).then_some(&context);
    if let Some(decision) = slot.0.decide(clock.now(), crowd.frame(), context) {
        trace.push(decision);
    }
    choices.promo = slot.0.current().cloned();
}

/// The shop's word for the part of the day.
#[must_use]
pub fn daypart(hour: u8) -> &'static str {
    match hour {
        5..=10 => "morning",
        11..=13 => "midday",
        14..=17 => "afternoon",
        18..=22 => "evening",
        _ => "night",
    }
}

fn decide_suggestions(
    (clock, crowd, content): (Res<Clock>, Res<Crowd>, Res<Content>),
    (visit, effects): (Res<Visit>, Res<Effects>),
    mut trace: ResMut<Trace>,
    mut choices: ResMut<Choices>,
) {
    let choices = &mut *choices;
    if let Screen::TryOn(on) = visit.screen() {
        choices.seen.extend(on.sku.clone());
    }
    if effects.turn_suggestions() {
        choices.page += 1;
    }
    let wanted = matches!(
        visit.screen(),
        Screen::Noticed | Screen::Notice | Screen::Engaged
    );
    if !wanted {
        return;
    }
    let shopper = crowd.snapshot().shopper.as_ref();
    let worn = shopper.map_or(&[][..], |s| &s.worn);
    let basis: Vec<_> = worn
        .iter()
        .map(|w| (w.region, w.colour, w.category.value))
        .collect();
    // The strip keeps still once it has something to go by: garments are voted over time, a strip must not twitch.
    let stale = choices
        .basis
        .as_ref()
        .is_none_or(|known| known.is_empty() && !basis.is_empty());
    if !stale {
        return;
    }
    let taste = Taste {
        worn: worn.to_vec(),
        age: shopper.map(|s| s.age).unwrap_or_default(),
        gender: shopper.map(|s| s.gender).unwrap_or_default(),
        min_confidence: MIN_CONFIDENCE,
        price_band: None,
        seen: choices.seen.clone(),
    };
    choices.suggestions = suggest::suggest(&content.catalogue, &taste, RANKED);
    choices.basis = Some(basis);
    trace.push(suggest::decision(
        clock.now(),
        crowd.frame(),
        &choices.suggestions,
        RAIL,
    ));
}

fn report_decisions(trace: Res<Trace>, reporter: Res<Reporter>) {
    for decision in trace.fresh() {
        info!(rule = decision.rule, because = decision.because, "decided");
        reporter.decided(decision);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hour_has_a_daypart() {
        for hour in 0..24 {
            assert!(!daypart(hour).is_empty());
        }
        assert_eq!(daypart(9), "morning");
        assert_eq!(daypart(23), "night");
    }
}
