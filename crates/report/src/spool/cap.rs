//! The disk cap: which records go when there is no room, and the gap record they leave.

use jiff::Timestamp;
use rusqlite::Transaction;

use super::{DROP_ORDER, SpoolError, gap, store};

/// Drops records, least important kind first and oldest first within a kind, until an eighth of the cap is free again;
/// one gap record stands for all of them. Does nothing below the cap.
pub(super) fn enforce(
    tx: &Transaction<'_>,
    cap_bytes: u64,
    now: Timestamp,
) -> Result<(), SpoolError> {
    let used = store::droppable_bytes(tx)?;
    if used <= cap_bytes {
        return Ok(());
    }
    let mut excess = used - cap_bytes / 8 * 7;
    let (mut first, mut last, mut dropped) = (u64::MAX, 0, 0);
    for kind in DROP_ORDER {
        for (sequence, bytes) in store::oldest_of_kind(tx, kind, excess)? {
            store::drop_row(tx, sequence)?;
            (first, last, dropped) = (first.min(sequence), last.max(sequence), dropped + 1);
            excess = excess.saturating_sub(bytes);
        }
        if excess == 0 {
            break;
        }
    }
    tracing::warn!(
        dropped,
        first,
        last,
        cap_bytes,
        "the spool reached its cap and dropped records"
    );
    store::insert_new(tx, &gap(now, first, last, dropped, "disk_cap"), now)
}
