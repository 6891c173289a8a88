//! Records the screen has handed over and the agent has not yet taken. Bounded: when full, the least important and
//! oldest goes, and the loss becomes a record itself. Must not know sockets.

use std::collections::{HashSet, VecDeque};

use cheval_domain::record::{Record, SpoolGap};
use jiff::Timestamp;
use uuid::Uuid;

use crate::stamped::StampedRecord;

#[derive(Debug)]
pub(super) struct Backlog {
    /// On their way; older than everything unsent.
    sent: VecDeque<StampedRecord>,
    unsent: VecDeque<StampedRecord>,
    limit: usize,
    /// Dropped and not yet recorded.
    unrecorded: u64,
    /// Dropped since the start.
    dropped: u64,
}

impl Backlog {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            sent: VecDeque::new(),
            unsent: VecDeque::new(),
            limit: limit.max(2),
            unrecorded: 0,
            dropped: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.sent.len() + self.unsent.len()
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Notes records that could not even be queued.
    pub(super) fn count_lost(&mut self, records: u64) {
        self.unrecorded += records;
        self.dropped += records;
    }

    /// Takes `record` in; makes room first when there is none.
    pub(super) fn push(&mut self, record: StampedRecord) {
        if self.len() >= self.limit {
            self.drop_one();
        }
        self.unsent.push_back(record);
    }

    /// Turns losses into a record once there is room again.
    pub(super) fn record_losses(&mut self, now: Timestamp) {
        if self.unrecorded > 0 && self.len() < self.limit {
            let gap = SpoolGap {
                from_sequence: 0,
                to_sequence: 0,
                dropped: self.unrecorded,
                reason: "screen_queue".to_owned(),
            };
            self.unrecorded = 0;
            self.push(StampedRecord::new(now, Record::SpoolGap(gap)));
        }
    }

    /// The next record to send, from now on counted as sent.
    pub(super) fn next_unsent(&mut self) -> Option<&StampedRecord> {
        self.sent.push_back(self.unsent.pop_front()?);
        self.sent.back()
    }

    /// After a reconnect everything is sent again.
    pub(super) fn resend_all(&mut self) {
        self.sent.append(&mut self.unsent);
        std::mem::swap(&mut self.sent, &mut self.unsent);
    }

    /// Forgets what the agent has taken or refused; returns how many records that were.
    pub(super) fn settle(&mut self, ids: &[Uuid]) -> u64 {
        let before = self.len();
        let ids: HashSet<&Uuid> = ids.iter().collect();
        self.sent.retain(|record| !ids.contains(&record.id));
        self.unsent.retain(|record| !ids.contains(&record.id));
        (before - self.len()) as u64
    }

    fn drop_one(&mut self) {
        let weakest = |queue: &VecDeque<StampedRecord>| {
            queue
                .iter()
                .enumerate()
                .map(|(i, record)| (record.record.kind(), i))
                .min()
        };
        let gone = match (weakest(&self.sent), weakest(&self.unsent)) {
            (Some((kind, i)), Some((other, _))) if kind <= other => self.sent.remove(i),
            (Some((_, i)), None) => self.sent.remove(i),
            (_, Some((_, i))) => self.unsent.remove(i),
            (None, None) => None,
        };
        self.count_lost(u64::from(gone.is_some()));
    }
}

#[cfg(test)]
mod tests {
    use cheval_domain::record::{DeviceHealth, Privacy, RecordKind};

    use super::*;

    fn now() -> Timestamp {
        "2026-03-01T10:00:00Z".parse().unwrap()
    }

    fn privacy() -> StampedRecord {
        StampedRecord::new(now(), Record::Privacy(Privacy::default()))
    }

    fn health() -> StampedRecord {
        StampedRecord::new(now(), Record::DeviceHealth(DeviceHealth::default()))
    }

    fn drain(backlog: &mut Backlog) -> Vec<StampedRecord> {
        std::iter::from_fn(|| backlog.next_unsent().cloned()).collect()
    }

    #[test]
    fn records_go_out_in_order_and_again_after_a_reconnect() {
        let mut backlog = Backlog::new(10);
        let records = [privacy(), privacy(), privacy()];
        records.iter().for_each(|r| backlog.push(r.clone()));
        assert_eq!(drain(&mut backlog), records);
        backlog.settle(&[records[1].id]);
        assert_eq!(backlog.next_unsent(), None);
        backlog.resend_all();
        backlog.push(health());
        assert_eq!(
            drain(&mut backlog)[..2],
            [records[0].clone(), records[2].clone()]
        );
    }

    #[test]
    fn when_full_the_least_important_goes_and_the_loss_is_a_record() {
        let mut backlog = Backlog::new(3);
        let kept = [privacy(), privacy(), privacy()];
        backlog.push(health());
        kept.iter().for_each(|r| backlog.push(r.clone()));
        backlog.record_losses(now());
        assert_eq!(
            (backlog.len(), backlog.dropped()),
            (3, 1),
            "no room yet for the gap record"
        );

        backlog.settle(&[kept[0].id]);
        backlog.record_losses(now());
        let out = drain(&mut backlog);
        assert_eq!(out[..2], kept[1..]);
        assert_eq!(out[2].record.kind(), RecordKind::SpoolGap);
        let Record::SpoolGap(gap) = &out[2].record else {
            panic!("expected a gap")
        };
        assert_eq!(gap.dropped, 1);
    }

    #[test]
    fn settling_unknown_ids_changes_nothing() {
        let mut backlog = Backlog::new(3);
        backlog.push(privacy());
        backlog.settle(&[Uuid::nil(), privacy().id]);
        assert_eq!(backlog.len(), 1);
    }
}
