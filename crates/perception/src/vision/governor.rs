//! Keeps vision within its share of a core: organs ask before each run, and are told no in a fixed order when the machine
//! is too slow for all of them. Pure: time and costs come in as arguments.
//!
//! Prediction: wishes a second times mean cost a run, per organ, plus what passes cost besides. A controller on the share
//! that was really used corrects what the prediction misses. Rates fall at once and rise slowly.

use cheval_domain::time::Mono;
use serde::Serialize;

/// Work that asks before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    Faces,
    AgeGender,
    BodySearch,
    Pose,
    GarmentMasks,
    Patterns,
}

/// All tasks, in the order of [`Task`].
pub(crate) const TASKS: usize = 6;

/// What is known of a task beforehand.
struct Terms {
    name: &'static str,
    /// Processor time of a run on the machine this was written on; replaced by what is measured.
    first_cost_ms: f32,
    /// Lowered to this share of the wished rate at first; below it the task is of little use.
    useful_share: f32,
    /// However little it is given, a wish so long after the last run is granted.
    longest_gap_ms: u64,
}

/// In the order of [`Task`].
const TERMS: [Terms; TASKS] = [
    terms("faces", 8.0, 0.5, FACES_GAP_MS),
    terms("age_gender", 3.0, 0.25, PROBE_MS),
    terms("body_search", 8.0, 0.5, PROBE_MS),
    terms("pose", 7.0, 1.0 / 3.0, PROBE_MS),
    terms("garment_masks", 15.0, 1.0 / 3.0, PROBE_MS),
    terms("patterns", 2.0, 0.25, PROBE_MS),
];

const fn terms(
    name: &'static str,
    first_cost_ms: f32,
    useful_share: f32,
    longest_gap_ms: u64,
) -> Terms {
    Terms {
        name,
        first_cost_ms,
        useful_share,
        longest_gap_ms,
    }
}

/// Who gives way first: words about clothes, then their outlines, then the body, then age and gender.
const DEGRADE_ORDER: [Task; TASKS - 1] = [
    Task::Patterns,
    Task::GarmentMasks,
    Task::BodySearch,
    Task::Pose,
    Task::AgeGender,
];

/// Faces are searched at least this often where more is wished, whatever the budget: slower, people who cross are confused.
const FACES_FLOOR_HZ: f32 = 4.0;
/// A tenth less than the period of that: frames come in steps.
const FACES_GAP_MS: u64 = 225;
/// Time between two settlements.
const TICK_MS: u64 = 250;
/// Settlements that rates and use are averaged over: 2 s.
const WINDOW: usize = 8;
/// Weight of a new cost against the mean: two thirds of a step are in it after five runs.
const COST_WEIGHT: f32 = 0.2;
/// A run that cost more than this many times the mean counts as this many: a hiccup is no new cost.
const HICCUP: f32 = 4.0;
/// Shares rise by at most this much a second.
const RAISE_PER_S: f32 = 0.2;
/// Integral gain, per second. With the window's delay of 1 s the loop is well damped (damping ratio above 0.6).
const CORRECTION_PER_S: f32 = 0.3;
/// A larger error than this is a step that the prediction follows; the correction does not wind up on it.
const MAX_ERROR: f32 = 0.15;
/// How far the correction may go.
const CORRECTION: std::ops::RangeInclusive<f32> = 0.6..=1.5;
/// A task that is told no all the time still runs once in so long, so that its cost stays known.
const PROBE_MS: u64 = 20_000;
/// A task counts as limited below the first share, and as free again above the second.
const LIMITED: (f32, f32) = (0.9, 0.99);
/// Least time between two messages about limits.
const NEWS_MS: u64 = 10_000;

/// How the budget is kept.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct GovernorState {
    /// Share of one core that vision may use; absent when it may use all it wants.
    pub budget_cores: Option<f32>,
    /// Share of one core that it used in the last two seconds.
    pub used_cores: f32,
    /// Even the least that must run takes more than the budget.
    pub overloaded: bool,
    /// By task.
    pub tasks: Vec<TaskState>,
}

/// What one task is given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskState {
    /// Name of the task.
    pub name: &'static str,
    /// Runs a second that are wished.
    pub wished_hz: f32,
    /// Share of the wished runs that is given, 0..=1.
    pub share: f32,
    /// Mean processor time of a run, milliseconds.
    pub cost_ms: f32,
    /// Wished runs that were dropped since the start.
    pub dropped: u64,
}

/// Decides who runs.
pub(crate) struct Governor {
    /// Milliseconds of processor time a second.
    budget_ms: f32,
    ledgers: [Ledger; TASKS],
    /// What passes cost besides the tasks, milliseconds.
    besides: Window,
    /// All that passes cost, milliseconds.
    used: Window,
    tick_started: Option<Mono>,
    correction: f32,
    overloaded: bool,
    last_news: Option<Mono>,
    limited_told: [bool; TASKS],
}

/// The account of one task.
struct Ledger {
    cost_ms: f32,
    /// Wishes since the last settlement.
    asked: u32,
    granted_in_pass: u32,
    wishes: Window,
    share: f32,
    /// Runs that the share has saved up.
    owed: f32,
    last_run: Option<Mono>,
    dropped: u64,
    limited: bool,
}

/// Sums of the latest ticks.
#[derive(Default)]
struct Window {
    now: f32,
    ticks: std::collections::VecDeque<f32>,
}

impl Window {
    fn add(&mut self, value: f32) {
        self.now += value;
    }

    /// Closes a tick that lasted `seconds`; the value is kept per second.
    fn close(&mut self, seconds: f32) {
        if self.ticks.len() == WINDOW {
            self.ticks.pop_front();
        }
        self.ticks
            .push_back(std::mem::take(&mut self.now) / seconds);
    }

    fn per_second(&self) -> f32 {
        // The first ticks of a shopper, when everything is due at once, are not taken for the rule.
        self.ticks.iter().sum::<f32>() / self.ticks.len().max(WINDOW / 2) as f32
    }
}

impl Governor {
    /// `budget_cores`: share of one core; infinite for no limit.
    pub(crate) fn new(budget_cores: f32) -> Self {
        Self {
            budget_ms: budget_cores * 1000.0,
            ledgers: TERMS.map(|terms| Ledger::new(terms.first_cost_ms)),
            besides: Window::default(),
            used: Window::default(),
            tick_started: None,
            correction: 1.0,
            overloaded: false,
            last_news: None,
            limited_told: [false; TASKS],
        }
    }

    /// May the task run now? To be asked only when it would.
    pub(crate) fn allow(&mut self, task: Task, now: Mono) -> bool {
        let longest_gap_ms = TERMS[task as usize].longest_gap_ms;
        self.ledgers[task as usize].ask(longest_gap_ms, now)
    }

    /// Closes a pass: what each task took in it and what it took in all, milliseconds of processor time.
    pub(crate) fn spent(&mut self, tasks_ms: [f32; TASKS], pass_ms: f32, now: Mono) {
        for ((ledger, terms), ms) in self.ledgers.iter_mut().zip(&TERMS).zip(tasks_ms) {
            ledger.pay(ms, terms.first_cost_ms);
        }
        self.used.add(pass_ms);
        self.besides
            .add((pass_ms - tasks_ms.iter().sum::<f32>()).max(0.0));
        let started = *self.tick_started.get_or_insert(now);
        let elapsed_ms = now.since_ms(started);
        if elapsed_ms >= TICK_MS {
            self.tick_started = Some(now);
            self.settle(elapsed_ms as f32 / 1000.0);
        }
    }

    /// What is held back, when that has changed since it was last told: names of tasks; empty when nothing is any more.
    pub(crate) fn news(&mut self, now: Mono) -> Option<Vec<&'static str>> {
        let limited: [bool; TASKS] = std::array::from_fn(|k| self.ledgers[k].limited);
        let early = self
            .last_news
            .is_some_and(|last| now.since_ms(last) < NEWS_MS);
        if limited == self.limited_told || early {
            return None;
        }
        self.limited_told = limited;
        self.last_news = Some(now);
        Some(
            TERMS
                .iter()
                .zip(limited)
                .filter(|(_, limited)| *limited)
                .map(|(terms, _)| terms.name)
                .collect(),
        )
    }

    /// How the budget is kept.
    pub(crate) fn state(&self) -> GovernorState {
        GovernorState {
            budget_cores: self
                .budget_ms
                .is_finite()
                .then_some(self.budget_ms / 1000.0),
            used_cores: self.used.per_second() / 1000.0,
            overloaded: self.overloaded,
            tasks: TERMS
                .iter()
                .zip(&self.ledgers)
                .map(|(terms, ledger)| TaskState {
                    name: terms.name,
                    wished_hz: ledger.wishes.per_second(),
                    share: ledger.share,
                    cost_ms: ledger.cost_ms,
                    dropped: ledger.dropped,
                })
                .collect(),
        }
    }

    fn settle(&mut self, seconds: f32) {
        self.used.close(seconds);
        self.besides.close(seconds);
        for ledger in &mut self.ledgers {
            ledger.wishes.add(ledger.asked as f32);
            ledger.wishes.close(seconds);
            ledger.asked = 0;
        }
        self.correct(seconds);
        let wanted = self.shares(self.budget_ms * self.correction);
        for (ledger, wanted) in self.ledgers.iter_mut().zip(wanted) {
            ledger.give(wanted.min(ledger.share + RAISE_PER_S * seconds));
        }
    }

    /// Moves the correction towards the budget while something is held back, and towards nothing otherwise.
    fn correct(&mut self, seconds: f32) {
        let error = (1.0 - self.used.per_second() / self.budget_ms).clamp(-MAX_ERROR, MAX_ERROR);
        let held_back = self.ledgers.iter().any(|l| l.share < 1.0);
        let wish = match (held_back, error < 0.0) {
            (_, true) if self.overloaded => 0.0,
            (false, false) => 1.0 - self.correction,
            _ => error,
        };
        self.correction = (self.correction + CORRECTION_PER_S * seconds * wish)
            .clamp(*CORRECTION.start(), *CORRECTION.end());
    }

    /// Shares of the wished rates that together take `target_ms` a second: every task is lowered to where it is still of
    /// use, in order, then faces to their floor, then the others to nothing, in order.
    fn shares(&mut self, target_ms: f32) -> [f32; TASKS] {
        let mut shares = [1.0_f32; TASKS];
        let full: [f32; TASKS] = std::array::from_fn(|k| self.ledgers[k].wish_ms());
        let mut excess = self.besides.per_second() + full.iter().sum::<f32>() - target_ms;
        let mut lower = |task: Task, floor: f32| {
            let k = task as usize;
            if excess > 0.0 && full[k] > 0.0 && shares[k] > floor {
                let cut = (excess / full[k]).min(shares[k] - floor);
                shares[k] -= cut;
                excess -= cut * full[k];
            }
        };
        for task in DEGRADE_ORDER {
            lower(task, TERMS[task as usize].useful_share);
        }
        let wished_hz = self.ledgers[Task::Faces as usize].wishes.per_second();
        lower(Task::Faces, (FACES_FLOOR_HZ / wished_hz.max(0.1)).min(1.0));
        for task in DEGRADE_ORDER {
            lower(task, 0.0);
        }
        self.overloaded = excess > 0.01 * target_ms;
        shares
    }
}

impl Ledger {
    fn new(first_cost_ms: f32) -> Self {
        Self {
            cost_ms: first_cost_ms,
            asked: 0,
            granted_in_pass: 0,
            wishes: Window::default(),
            share: 1.0,
            owed: 0.0,
            last_run: None,
            dropped: 0,
            limited: false,
        }
    }

    fn ask(&mut self, longest_gap_ms: u64, now: Mono) -> bool {
        self.asked += 1;
        self.owed += self.share;
        let waited_long = || {
            self.last_run
                .is_none_or(|last| now.since_ms(last) >= longest_gap_ms)
        };
        // Sums of shares such as ten tenths stay a hair below one.
        if self.owed < 0.999 && !waited_long() {
            self.dropped += 1;
            return false;
        }
        self.owed = (self.owed - 1.0).max(0.0);
        self.granted_in_pass += 1;
        self.last_run = Some(now);
        true
    }

    fn pay(&mut self, ms: f32, first_cost_ms: f32) {
        let runs = std::mem::take(&mut self.granted_in_pass);
        if runs > 0 {
            let cost = (ms / runs as f32).min(HICCUP * self.cost_ms.max(first_cost_ms));
            self.cost_ms += (cost - self.cost_ms) * COST_WEIGHT;
        }
    }

    /// What the wished runs would take, milliseconds a second.
    fn wish_ms(&self) -> f32 {
        self.wishes.per_second() * self.cost_ms
    }

    fn give(&mut self, share: f32) {
        self.share = share.clamp(0.0, 1.0);
        let border = if self.limited { LIMITED.1 } else { LIMITED.0 };
        self.limited = self.share < border;
    }
}

#[cfg(test)]
mod tests;
