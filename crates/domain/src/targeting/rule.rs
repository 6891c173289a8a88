//! One promo's condition, compiled and evaluated.

use std::sync::Arc;

use cel::{Program, Value};

use crate::catalogue::{CreativeId, Promo, Sku};
use crate::observation::{AgeBand, Estimate, Gender, Region, WornCategory, WornGarment};

use super::check::{RuleError, check};
use super::context::{Context, Variable, whole};

/// Longest message kept of a failed evaluation, characters.
const MESSAGE_MAX: usize = 120;

/// A compiled promo rule.
#[derive(Debug)]
pub struct Rule {
    id: CreativeId,
    condition: String,
    /// `None` = an empty condition, which always holds.
    program: Option<Program>,
    personal: bool,
    skus: Vec<Sku>,
    priority: i32,
    min_confidence: f32,
    hold_ms: u64,
    cooldown_ms: u64,
    min_show_ms: u64,
}

/// What a condition said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    True,
    False,
    /// It asks for age or gender, and the shopper may be a minor.
    Minor,
    Failed(String),
}

impl Rule {
    /// Compiles the condition of a promo and checks the names, words and types it uses.
    ///
    /// # Errors
    /// Says which promo, where in its condition, what is wrong and what would be right.
    pub fn compile(promo: &Promo) -> Result<Self, RuleError> {
        if !(0.0..=1.0).contains(&promo.min_confidence) {
            return Err(RuleError::Confidence {
                promo: promo.id.0.clone(),
                got: promo.min_confidence.to_string(),
            });
        }
        let program = if promo.condition.trim().is_empty() {
            None
        } else {
            Some(check(promo)?)
        };
        let uses = |variable: &Variable| {
            program
                .as_ref()
                .is_some_and(|p: &Program| p.references().has_variable(variable.name()))
        };
        let rule = Self {
            id: promo.id.clone(),
            condition: promo.condition.trim().to_owned(),
            personal: Variable::ALL.iter().filter(|v| v.is_personal()).any(uses),
            program,
            skus: promo.skus.clone(),
            priority: promo.priority,
            min_confidence: promo.min_confidence,
            hold_ms: promo.hold_ms,
            cooldown_ms: promo.cooldown_ms,
            min_show_ms: promo.min_show_ms,
        };
        rule.try_out()?;
        Ok(rule)
    }

    /// The promo.
    #[must_use]
    pub fn id(&self) -> &CreativeId {
        &self.id
    }

    /// The condition as written; empty: it always holds.
    #[must_use]
    pub fn condition(&self) -> &str {
        &self.condition
    }

    /// Its condition asks for the shopper's age or gender, so it is never shown to minors.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        self.personal
    }

    /// Evaluates the condition once, outside the hold and cool-down of [`super::Targeting`], for previews.
    ///
    /// # Errors
    /// The evaluation's own message; on the screen this counts as false.
    pub fn holds(&self, context: &Context) -> Result<bool, String> {
        match self.evaluate(context, &context.to_scope(&Arc::new(cel::Env::stdlib()))) {
            Verdict::True => Ok(true),
            Verdict::False | Verdict::Minor => Ok(false),
            Verdict::Failed(message) => Err(message),
        }
    }

    /// Higher wins.
    #[must_use]
    pub const fn priority(&self) -> i32 {
        self.priority
    }

    pub(super) const fn hold_ms(&self) -> u64 {
        self.hold_ms
    }

    pub(super) const fn cooldown_ms(&self) -> u64 {
        self.cooldown_ms
    }

    pub(super) const fn min_show_ms(&self) -> u64 {
        self.min_show_ms
    }

    pub(super) fn why(&self) -> String {
        if self.program.is_none() {
            return format!(
                "it has no condition; highest priority ({}) that is ready",
                self.priority
            );
        }
        format!(
            "`{}` held for {} ms; highest priority ({}) that is ready",
            self.condition, self.hold_ms, self.priority
        )
    }

    pub(super) fn evaluate(
        &self,
        context: &Context,
        scope: &cel::Context<'static, 'static>,
    ) -> Verdict {
        if self.personal && context.is_minor() {
            return Verdict::Minor;
        }
        let Some(program) = &self.program else {
            return Verdict::True;
        };
        match program.execute(&self.narrow(context, scope)) {
            Ok(Value::Bool(true)) => Verdict::True,
            Ok(Value::Bool(false)) => Verdict::False,
            Ok(other) => Verdict::Failed(format!("it is {}, not true or false", type_word(&other))),
            Err(error) => Verdict::Failed(error.to_string().chars().take(MESSAGE_MAX).collect()),
        }
    }

    /// Adds the variables that differ by promo: estimates below its confidence are unknown, stock is that of its garments.
    fn narrow<'s>(
        &self,
        context: &Context,
        scope: &'s cel::Context<'static, 'static>,
    ) -> cel::Context<'s, 'static> {
        let mut scope = scope.new_inner_scope();
        let sure = |confidence: f32| confidence >= self.min_confidence;
        let age = if sure(context.age.confidence) {
            context.age.value
        } else {
            AgeBand::Unknown
        };
        let gender = if sure(context.gender.confidence) {
            context.gender.value
        } else {
            Gender::Unknown
        };
        let here = self
            .skus
            .iter()
            .filter_map(|sku| context.stock.get(sku))
            .map(|&n| u64::from(n))
            .sum();
        scope.add_variable_from_value(Variable::AgeBand.name(), age.as_str());
        scope.add_variable_from_value(Variable::Gender.name(), gender.as_str());
        scope.add_variable_from_value(Variable::StockHere.name(), whole(here));
        scope
    }

    /// Evaluates the condition on two made-up shoppers, so that wrong types are found when the pack is built.
    fn try_out(&self) -> Result<(), RuleError> {
        let worn = |region, category, colour: crate::colour::ColourName| WornGarment {
            region,
            category: Estimate {
                value: category,
                confidence: 1.0,
            },
            colour,
            lab: colour.lab(),
            pattern: Estimate::default(),
        };
        let adult = Context {
            age: Estimate {
                value: AgeBand::From25To34,
                confidence: 1.0,
            },
            gender: Estimate {
                value: Gender::Female,
                confidence: 1.0,
            },
            worn: vec![
                worn(
                    Region::Torso,
                    WornCategory::Shirt,
                    crate::colour::ColourName::White,
                ),
                worn(
                    Region::Legs,
                    WornCategory::Trousers,
                    crate::colour::ColourName::Navy,
                ),
            ],
            group_size: 1,
            dwell_ms: 5_000,
            stock: self.skus.iter().map(|sku| (sku.clone(), 1)).collect(),
            ..Context::default()
        };
        let environment = Arc::new(cel::Env::stdlib());
        for context in [Context::default(), adult] {
            let Some(program) = &self.program else {
                continue;
            };
            match program.execute(&self.narrow(&context, &context.to_scope(&environment))) {
                // Whether a key or element exists depends on the day; everything else is a fault of the text.
                Ok(Value::Bool(_))
                | Err(
                    cel::ExecutionError::NoSuchKey(_) | cel::ExecutionError::IndexOutOfBounds(_),
                ) => {}
                Ok(other) => {
                    return Err(RuleError::NotABoolean {
                        promo: self.id.0.clone(),
                        got: type_word(&other).to_owned(),
                    });
                }
                Err(error) => {
                    let message = error.to_string().chars().take(MESSAGE_MAX).collect();
                    return Err(RuleError::Types {
                        promo: self.id.0.clone(),
                        message,
                    });
                }
            }
        }
        Ok(())
    }
}

fn type_word(value: &Value) -> &'static str {
    match value {
        Value::List(_) => "a list",
        Value::Map(_) | Value::Struct(_) => "a map",
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => "a number",
        Value::String(_) => "a text",
        Value::Bool(_) => "true or false",
        Value::Null => "null",
        _ => "something else",
    }
}
