//! The single writer: one thread owns the writing connection and puts waiting requests into one transaction (group
//! commit), each in its own savepoint so that a failing one takes nobody with it. Must not know what is written.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior};

use crate::store::StoreError;

/// Requests that may wait; more are refused ([`StoreError::Busy`]).
const QUEUE: usize = 256;
/// Most requests in one transaction: bounds how long the first one waits.
const GROUP: usize = 64;

type Job = Box<dyn Work>;

/// Handle of the writer thread; dropping it finishes what waits and joins.
pub(super) struct Writer {
    queue: Option<SyncSender<Job>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel::<Job>(QUEUE);
        let thread = std::thread::Builder::new()
            .name("hub-writer".to_owned())
            .spawn(move || run(connection, &jobs))?;
        Ok(Self {
            queue: Some(queue),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Runs `work` in a transaction and returns its result after the commit.
    pub(super) fn call<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = sync_channel(1);
        let task = Task {
            doing,
            work: Some(work),
            result: None,
            reply,
        };
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue
            .try_send(Box::new(task))
            .map_err(|error| match error {
                TrySendError::Full(_) => StoreError::Busy,
                TrySendError::Disconnected(_) => StoreError::Closed,
            })?;
        answer.recv().unwrap_or(Err(StoreError::Closed))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        let thread = self.thread.get_mut().ok().and_then(Option::take);
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the hub's writer thread panicked");
        }
    }
}

fn run(mut connection: Connection, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(GROUP - 1));
        let committed =
            commit_group(&mut connection, &mut group).map_err(|error| error.to_string());
        for job in group {
            job.settle(committed.as_ref().copied());
        }
    }
}

fn commit_group(connection: &mut Connection, group: &mut [Job]) -> rusqlite::Result<()> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in group {
        let savepoint = transaction.savepoint()?;
        if job.run(&savepoint) {
            savepoint.commit()?;
        }
    }
    transaction.commit()
}

trait Work: Send {
    /// Does the work inside the open transaction; `false` when it failed and must leave no trace.
    fn run(&mut self, connection: &Connection) -> bool;
    /// Tells the waiting caller, after the commit.
    fn settle(self: Box<Self>, committed: Result<(), &String>);
}

struct Task<F, T> {
    doing: &'static str,
    work: Option<F>,
    result: Option<rusqlite::Result<T>>,
    reply: SyncSender<Result<T, StoreError>>,
}

impl<F, T> Work for Task<F, T>
where
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
    T: Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        self.result = self.work.take().map(|work| work(connection));
        matches!(self.result, Some(Ok(_)))
    }

    fn settle(self: Box<Self>, committed: Result<(), &String>) {
        let failed = |detail: String| StoreError::Failed {
            doing: self.doing,
            detail,
        };
        let answer = match (committed, self.result) {
            (_, Some(Err(error))) => Err(failed(error.to_string())),
            (Err(detail), _) => Err(failed(detail.clone())),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Ok(()), None) => Err(StoreError::Closed),
        };
        // A caller that went away no longer waits; its work is done all the same.
        drop(self.reply.send(answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_request_takes_nobody_with_it() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE t (n INTEGER UNIQUE)")
            .unwrap();
        let mut connection = connection;
        let (good, good_answer) = sync_channel(1);
        let (bad, bad_answer) = sync_channel(1);
        let insert =
            |n: i64| move |c: &Connection| c.execute("INSERT INTO t VALUES (?1), (?1 + 1)", [n]);
        let mut group: Vec<Job> = vec![
            Box::new(Task {
                doing: "insert",
                work: Some(insert(1)),
                result: None,
                reply: good,
            }),
            Box::new(Task {
                doing: "insert",
                work: Some(insert(2)),
                result: None,
                reply: bad,
            }),
        ];
        commit_group(&mut connection, &mut group).unwrap();
        for job in group {
            job.settle(Ok(()));
        }
        assert_eq!(good_answer.recv().unwrap().unwrap(), 2);
        assert!(matches!(
            bad_answer.recv().unwrap(),
            Err(StoreError::Failed { .. })
        ));
        let rows: i64 = connection
            .query_row("SELECT count(*) FROM t", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 2, "the failed request left nothing behind");
    }

    #[test]
    fn what_waits_is_written_before_the_writer_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.sqlite");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch("CREATE TABLE t (n INTEGER)")
            .unwrap();
        let writer = Writer::start(connection).unwrap();
        for n in 0..100_i64 {
            writer
                .call("insert", move |c| {
                    c.execute("INSERT INTO t VALUES (?1)", [n])
                })
                .unwrap();
        }
        drop(writer);
        let rows: i64 = Connection::open(&path)
            .unwrap()
            .query_row("SELECT count(*) FROM t", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 100);
    }
}
