//! Who is next among those that share: share of voice in plays, evenly interleaved. Whole numbers only; must not know names,
//! hours or people.
//!
//! Each claim has a right to a part of every play. What it has been promised less what it has got is its lag. Its next play
//! may come once the lag is above zero, and must come before the lag would reach a whole play; of those that may, the one that
//! must come soonest is taken. With fixed claims no lag ever reaches a whole play in either direction (earliest deadline first
//! over such windows is optimal: Baruah et al., *Proportionate Progress*, 1996), so after any number of plays everybody has
//! what is due to them, give or take less than one play, and nothing comes in bursts.

/// One play, in units that can be divided by 100 and by every number up to 16.
pub(super) const PLAY: i64 = 72_072_000;

/// What an entry may claim of a class's plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// So many percent of all plays.
    Percent(u32),
    /// So many parts of what the percentages leave.
    Weight(u32),
}

/// The part of each play that is due to every claim; the sum is one play. Percentages of 100 and more leave nothing to the
/// rest; when there is no rest, they are taken as proportions.
pub(super) fn rights(claims: &[Claim]) -> Vec<i64> {
    let percent: i64 = claims.iter().map(percent_of).sum();
    let weight: i64 = claims.iter().map(weight_of).sum();
    let (for_percents, for_weights) = if weight == 0 || percent >= 100 {
        (PLAY, 0)
    } else {
        (PLAY / 100 * percent, PLAY - PLAY / 100 * percent)
    };
    let part = |claim: &Claim| match claim {
        Claim::Percent(_) if percent > 0 => for_percents * percent_of(claim) / percent,
        Claim::Weight(_) if weight > 0 && percent < 100 => for_weights * weight_of(claim) / weight,
        Claim::Percent(_) | Claim::Weight(_) => 0,
    };
    let mut rights: Vec<i64> = claims.iter().map(part).collect();
    let lost = PLAY - rights.iter().sum::<i64>();
    if let Some(first) = rights.iter_mut().find(|right| **right > 0) {
        *first += lost;
    }
    rights
}

/// A part of a play in percent.
#[expect(clippy::cast_precision_loss, reason = "only shown and added up")]
pub(super) fn in_percent(right: i64) -> f64 {
    right as f64 * 100.0 / PLAY as f64
}

fn percent_of(claim: &Claim) -> i64 {
    match claim {
        Claim::Percent(percent) => i64::from(*percent),
        Claim::Weight(_) => 0,
    }
}

fn weight_of(claim: &Claim) -> i64 {
    match claim {
        Claim::Percent(_) => 0,
        Claim::Weight(weight) => i64::from(*weight),
    }
}

/// One of those that share a play.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sharer {
    /// Part of each play that is due to it.
    pub(super) right: i64,
    /// What it was promised less what it got.
    pub(super) lag: i64,
    /// Decides between equals.
    pub(super) lot: u64,
}

/// Gives the next play to one of the sharers, settles all lags, and says whose it is.
pub(super) fn next(sharers: &mut [Sharer]) -> Option<usize> {
    balance(sharers);
    for sharer in sharers.iter_mut() {
        sharer.lag += sharer.right;
    }
    let entitled = |s: &Sharer| s.right > 0;
    let urgency = |(_, s): &(usize, &Sharer)| (plays_to_deadline(s), -s.lag, s.lot);
    let due = sharers.iter().enumerate();
    let chosen = due
        .clone()
        .filter(|(_, s)| entitled(s) && s.lag > 0)
        .min_by_key(urgency)
        .or_else(|| {
            due.filter(|(_, s)| entitled(s))
                .min_by_key(|(_, s)| (-s.lag, s.lot))
        })
        .map(|(index, _)| index)?;
    if let Some(sharer) = sharers.get_mut(chosen) {
        sharer.lag -= PLAY;
    }
    Some(chosen)
}

/// Plays after this one until the next play of `sharer` is late.
fn plays_to_deadline(sharer: &Sharer) -> i64 {
    let room = (PLAY - sharer.lag).max(0);
    room / sharer.right + i64::from(room % sharer.right != 0)
}

/// Whoever joined or left took their lag along; the others settle the difference, so that lags add up to nothing again.
fn balance(sharers: &mut [Sharer]) {
    for sharer in sharers.iter_mut() {
        sharer.lag = sharer.lag.clamp(-PLAY, PLAY);
    }
    let excess: i64 = sharers.iter().map(|s| s.lag).sum();
    if excess == 0 {
        return;
    }
    let mut left = excess;
    for sharer in sharers.iter_mut() {
        let part = i128::from(excess) * i128::from(sharer.right) / i128::from(PLAY);
        let part = i64::try_from(part).unwrap_or(0);
        sharer.lag -= part;
        left -= part;
    }
    if let Some(first) = sharers.iter_mut().find(|s| s.right > 0) {
        first.lag -= left;
    }
}
