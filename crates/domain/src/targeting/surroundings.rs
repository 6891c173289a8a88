//! The part of a condition's context that does not come from the people: hour, weekday, stock, weather, language. Must not
//! know who is there.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use super::Context;
use crate::audience::Snapshot;
use crate::catalogue::{Catalogue, Sku};

/// The store around the people in front of the mirror.
#[derive(Debug, Clone, PartialEq)]
pub struct Surroundings {
    stock: BTreeMap<Sku, u32>,
    weather: String,
}

impl Surroundings {
    /// Stock as the catalogue says, and the store's word for the weather.
    #[must_use]
    pub fn new(catalogue: &Catalogue, weather: &str) -> Self {
        let garments = catalogue.garments.iter();
        Self {
            stock: garments.map(|g| (g.sku.clone(), g.stock_here())).collect(),
            weather: weather.to_owned(),
        }
    }

    /// Everything a condition may look at, now. `local` is the time on the store's wall.
    #[must_use]
    pub fn context(&self, audience: &Snapshot, local: DateTime, language: &str) -> Context {
        let hour = u8::try_from(local.hour()).unwrap_or(0);
        Context {
            daypart: daypart(hour).to_owned(),
            hour,
            weekday: local.weekday().into(),
            stock: self.stock.clone(),
            weather: self.weather.clone(),
            language: language.to_owned(),
            ..Context::of_audience(audience)
        }
    }
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
