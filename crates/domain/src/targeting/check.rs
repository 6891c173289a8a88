//! Checks a condition's text before it is trusted: size, syntax, names, functions and fixed words. A condition comes with
//! a pack, so it is hostile until checked: its length, its nesting and the loops it may make are bounded.

use cel::Program;
use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};

use crate::catalogue::Promo;

use super::context::Variable;

/// Longest condition, bytes.
const LENGTH_MAX: usize = 500;
/// Deepest brackets.
const BRACKETS_MAX: usize = 16;
/// Macros such as `exists` inside each other.
const LOOPS_MAX: usize = 2;
/// Functions a condition may call besides operators and the macros `has`, `all`, `exists`, `exists_one`, `map`, `filter`.
const FUNCTIONS: [&str; 7] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "int",
    "double",
    "string",
];

/// A promo rule that cannot be used. Columns count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum RuleError {
    #[error(
        "promo `{promo}`: its condition has {length} bytes, more than {LENGTH_MAX}: shorten it"
    )]
    TooLong { promo: String, length: usize },
    #[error(
        "promo `{promo}`: its condition is nested too deeply at column {column}: at most {BRACKETS_MAX} brackets and {LOOPS_MAX} loops inside each other"
    )]
    TooDeep { promo: String, column: usize },
    #[error(
        "promo `{promo}`: its condition is not valid CEL at line {line}, column {column}: {message}"
    )]
    Syntax {
        promo: String,
        line: usize,
        column: usize,
        message: String,
    },
    #[error(
        "promo `{promo}`: its condition uses the unknown name `{name}` at column {column}; known names: {known}"
    )]
    UnknownName {
        promo: String,
        column: usize,
        name: String,
        known: String,
    },
    #[error(
        "promo `{promo}`: its condition calls the unknown function `{name}` at column {column}; known functions: {known}"
    )]
    UnknownFunction {
        promo: String,
        column: usize,
        name: String,
        known: String,
    },
    #[error(
        "promo `{promo}`: its condition compares `{variable}` with \"{word}\" at column {column}, which it can never be; its words: {known}"
    )]
    UnknownWord {
        promo: String,
        column: usize,
        variable: String,
        word: String,
        known: String,
    },
    #[error(
        "promo `{promo}`: its condition asks for minors at column {column}; minors are never targeted"
    )]
    Minors { promo: String, column: usize },
    #[error("promo `{promo}`: its condition is {got}, but must be true or false")]
    NotABoolean { promo: String, got: String },
    #[error("promo `{promo}`: its condition cannot be evaluated: {message}")]
    Types { promo: String, message: String },
    #[error("promo `{promo}`: its minimum confidence is {got}, but must be between 0 and 1")]
    Confidence { promo: String, got: String },
}

/// Compiles the condition of `promo` and checks everything that can be checked without evaluating it.
pub(super) fn check(promo: &Promo) -> Result<Program, RuleError> {
    let (id, text) = (&promo.id.0, promo.condition.as_str());
    if text.len() > LENGTH_MAX {
        return Err(RuleError::TooLong {
            promo: id.clone(),
            length: text.len(),
        });
    }
    check_brackets(id, text)?;
    let program = Program::compile(text).map_err(|errors| syntax_error(id, &errors))?;
    Checker {
        promo: id,
        text,
        program: &program,
    }
    .expression(program.expression(), &mut Vec::new(), 0)?;
    Ok(program)
}

/// Counts brackets before the parser recurses into them; brackets in texts count too, which only makes it stricter.
fn check_brackets(promo: &str, text: &str) -> Result<(), RuleError> {
    let mut depth = 0_usize;
    for (column, c) in text.chars().enumerate() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > BRACKETS_MAX {
            return Err(RuleError::TooDeep {
                promo: promo.to_owned(),
                column: column + 1,
            });
        }
    }
    Ok(())
}

fn syntax_error(promo: &str, errors: &cel::ParseErrors) -> RuleError {
    let first = errors.errors.first();
    let position = |p: isize| usize::try_from(p).unwrap_or_default().max(1);
    RuleError::Syntax {
        promo: promo.to_owned(),
        line: first.map_or(1, |e| position(e.pos.0)),
        column: first.map_or(1, |e| position(e.pos.1)),
        message: first.map_or_else(String::new, |e| {
            e.msg
                .lines()
                .next()
                .unwrap_or_default()
                .chars()
                .take(160)
                .collect()
        }),
    }
}

struct Checker<'p> {
    promo: &'p str,
    text: &'p str,
    program: &'p Program,
}

impl<'p> Checker<'p> {
    /// Walks the tree with the loop variables in scope.
    fn expression(
        &self,
        at: &'p IdedExpr,
        bound: &mut Vec<&'p str>,
        loops: usize,
    ) -> Result<(), RuleError> {
        match &at.expr {
            Expr::Unspecified | Expr::Literal(_) => Ok(()),
            Expr::Ident(name) => self.name(at, name, bound),
            Expr::Select(select) => self.expression(&select.operand, bound, loops),
            Expr::Call(call) => {
                self.function(at, call)?;
                self.words(call)?;
                let mut parts = call.target.as_deref().into_iter().chain(&call.args);
                parts.try_for_each(|part| self.expression(part, bound, loops))
            }
            Expr::List(list) => list
                .elements
                .iter()
                .try_for_each(|e| self.expression(e, bound, loops)),
            Expr::Map(map) => map
                .entries
                .iter()
                .try_for_each(|e| self.entry(&e.expr, bound, loops)),
            Expr::Struct(shape) => Err(self.unknown_name(at, &shape.type_name)),
            Expr::Comprehension(walk) => {
                if loops >= LOOPS_MAX {
                    return Err(RuleError::TooDeep {
                        promo: self.promo.to_owned(),
                        column: self.column(at),
                    });
                }
                self.expression(&walk.iter_range, bound, loops + 1)?;
                let before = bound.len();
                bound.extend([walk.iter_var.as_str(), walk.accu_var.as_str()]);
                bound.extend(walk.iter_var2.as_deref());
                for part in [
                    &walk.accu_init,
                    &walk.loop_cond,
                    &walk.loop_step,
                    &walk.result,
                ] {
                    self.expression(part, bound, loops + 1)?;
                }
                bound.truncate(before);
                Ok(())
            }
        }
    }

    fn entry(
        &self,
        entry: &'p EntryExpr,
        bound: &mut Vec<&'p str>,
        loops: usize,
    ) -> Result<(), RuleError> {
        match entry {
            EntryExpr::StructField(field) => self.expression(&field.value, bound, loops),
            EntryExpr::MapEntry(pair) => {
                self.expression(&pair.key, bound, loops)?;
                self.expression(&pair.value, bound, loops)
            }
        }
    }

    fn name(&self, at: &IdedExpr, name: &str, bound: &[&str]) -> Result<(), RuleError> {
        if bound.contains(&name) || Variable::by_name(name).is_some() {
            return Ok(());
        }
        Err(self.unknown_name(at, name))
    }

    fn unknown_name(&self, at: &IdedExpr, name: &str) -> RuleError {
        RuleError::UnknownName {
            promo: self.promo.to_owned(),
            column: self.column(at),
            name: name.to_owned(),
            known: Variable::ALL.map(Variable::name).join(", "),
        }
    }

    fn function(&self, at: &IdedExpr, call: &CallExpr) -> Result<(), RuleError> {
        let is_operator = !call
            .func_name
            .starts_with(|c: char| c.is_ascii_alphabetic());
        if is_operator || FUNCTIONS.contains(&call.func_name.as_str()) {
            return Ok(());
        }
        Err(RuleError::UnknownFunction {
            promo: self.promo.to_owned(),
            column: self.column(at),
            name: call.func_name.clone(),
            known: FUNCTIONS.join(", "),
        })
    }

    /// `age_band == "25-43"`, `"jeans" in worn`, `gender in ["femal"]`: a comparison that can never be true.
    fn words(&self, call: &CallExpr) -> Result<(), RuleError> {
        let [left, right] = call.args.as_slice() else {
            return Ok(());
        };
        let compares =
            [operators::EQUALS, operators::NOT_EQUALS].contains(&call.func_name.as_str());
        if compares || call.func_name == operators::IN {
            self.word(left, right)?;
            self.word(right, left)?;
            if let (true, Expr::List(list)) = (call.func_name == operators::IN, &right.expr) {
                return list
                    .elements
                    .iter()
                    .try_for_each(|element| self.word(left, element));
            }
        }
        Ok(())
    }

    fn word(&self, variable: &IdedExpr, literal: &IdedExpr) -> Result<(), RuleError> {
        let (Expr::Ident(name), Expr::Literal(LiteralValue::String(word))) =
            (&variable.expr, &literal.expr)
        else {
            return Ok(());
        };
        let Some(known) = Variable::by_name(name).and_then(Variable::words) else {
            return Ok(());
        };
        if known.contains(&word.inner()) {
            return Ok(());
        }
        let (promo, column) = (self.promo.to_owned(), self.column(literal));
        if name == Variable::AgeBand.name() && word.inner() == "minor" {
            return Err(RuleError::Minors { promo, column });
        }
        Err(RuleError::UnknownWord {
            promo,
            column,
            variable: name.clone(),
            word: word.inner().to_owned(),
            known: known.join(", "),
        })
    }

    fn column(&self, at: &IdedExpr) -> usize {
        let start = self
            .program
            .source_info()
            .offset_for(at.id)
            .map_or(0, |(start, _)| start as usize);
        self.text
            .char_indices()
            .take_while(|(offset, _)| *offset < start)
            .count()
            + 1
    }
}
