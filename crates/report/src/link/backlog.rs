//! Records the screen has handed over and the agent has not yet taken. Bounded: when full, the least important and
//! oldest goes, and the loss becomes a record itself. Must not know sockets.

use std::collections::{HashSet, VecDeque};

use cheval_domain::record::{Fault, Record};
use jiff::Timestamp;
use uuid::Uuid;

use crate::stamped::StampedRecord;

/// Code of the fault that tells how many records were lost.
const LOSS_CODE: &str = "screen_queue_full";

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

    /// Turns losses into a record once there is room again. A fault, not a gap: gaps speak of sequences, and these
    /// records never had one.
    pub(super) fn record_losses(&mut self, now: Timestamp) {
        if self.unrecorded > 0 && self.len() < self.limit {
            let fault = Fault {
                code: LOSS_CODE.to_owned(),
                component: "report".to_owned(),
                count: u32::try_from(self.unrecorded).unwrap_or(u32::MAX),
                message: "the screen had to drop records because the agent did not take them"
                    .to_owned(),
            };
            self.unrecorded = 0;
            self.push(StampedRecord::new(now, Record::Fault(fault)));
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
        match gone.map(|record| record.record) {
            // Nothing new is lost with it: its losses are told again later.
            Some(Record::Fault(fault)) if fault.code == LOSS_CODE => {
                self.unrecorded += u64::from(fault.count)
            }
            Some(_) => self.count_lost(1),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use cheval_domain::record::{DeviceHealth, Privacy};

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
        assert_eq!(losses(&out[2]), Some(1));
    }

    #[test]
    fn a_loss_is_never_forgotten_even_when_its_record_has_to_go() {
        let mut backlog = Backlog::new(2);
        (0..3).for_each(|_| backlog.push(privacy()));
        let first = backlog.next_unsent().map(|r| r.id).unwrap();
        backlog.settle(&[first]);
        backlog.record_losses(now());
        (0..2).for_each(|_| backlog.push(privacy()));
        assert_eq!(backlog.dropped(), 2, "the record of the loss is no loss");
        drain(&mut backlog).iter().for_each(|r| {
            backlog.settle(&[r.id]);
        });
        backlog.record_losses(now());
        assert_eq!(drain(&mut backlog).iter().find_map(losses), Some(2));
    }

    fn losses(record: &StampedRecord) -> Option<u32> {
        match &record.record {
            Record::Fault(fault) => Some(fault.count),
            _ => None,
        }
    }

    #[test]
    fn settling_unknown_ids_changes_nothing() {
        let mut backlog = Backlog::new(3);
        backlog.push(privacy());
        backlog.settle(&[Uuid::nil(), privacy().id]);
        assert_eq!(backlog.len(), 1);
    }
}
