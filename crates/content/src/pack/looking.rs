//! Decoding all pictures of a pack, on one core or on all of them. What is found does not depend on which.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::Pictures;
use crate::picture::{self, Use};
use crate::problem::{Problem, Sink};

/// More threads than this only cost memory: each decodes a picture of up to 32 MiB.
const THREADS_MOST: usize = 8;

/// A picture and what it must be fit for.
pub(super) struct Look<'a> {
    pub(super) relative: &'a str,
    pub(super) used_as: Use,
    pub(super) asked_by: &'a str,
}

/// What is wrong with a picture, and its width and height if it can be decoded.
type Seen = (Vec<Problem>, Option<(u32, u32)>);

/// Looks at every picture and reports what is wrong with it; gives width and height of each, in order.
pub(super) fn look_at_all(
    dir: &Path,
    looks: &[Look<'_>],
    pictures: Pictures,
    sink: &Sink,
) -> Vec<Option<(u32, u32)>> {
    let threads = match pictures {
        Pictures::Trust => return vec![None; looks.len()],
        Pictures::Decode => 1,
        Pictures::DecodeOnAllCores => thread::available_parallelism().map_or(1, usize::from),
    };
    let next = AtomicUsize::new(0);
    let seen: Mutex<Vec<Option<Seen>>> = Mutex::new(looks.iter().map(|_| None).collect());
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(look) = looks.get(at) else { break };
            let result = look_at(dir, look);
            if let Ok(mut seen) = seen.lock() {
                seen[at] = Some(result);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.min(THREADS_MOST).min(looks.len()) {
            let helper = thread::Builder::new().name("picture check".to_owned());
            if let Err(e) = helper.spawn_scoped(scope, work) {
                tracing::debug!("pictures are checked on fewer cores: {e}");
            }
        }
        work();
    });
    let seen = seen.into_inner().unwrap_or_default();
    seen.into_iter()
        .map(|seen| {
            let (problems, size) = seen.unwrap_or_default();
            problems.into_iter().for_each(|problem| sink.push(problem));
            size
        })
        .collect()
}

fn look_at(dir: &Path, look: &Look<'_>) -> Seen {
    let sink = Sink::default();
    let size = picture::check(dir, look.relative, look.used_as, look.asked_by, &sink);
    (sink.into_sorted(), size)
}
