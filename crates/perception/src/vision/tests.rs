//! The thread's promises, with frames made here and without a single net: all organs are off, the rest must work.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use cheval_domain::time::Mono;

use super::*;

const PATIENCE: Duration = Duration::from_secs(60);

/// What the thread did with its source.
#[derive(Debug, PartialEq, Eq)]
enum Event {
    Opened,
    Asked,
    Closed,
}

struct FakeFeed {
    frames: Arc<Mutex<Receiver<Arc<Frame>>>>,
    events: SyncSender<Event>,
}

impl Feed for FakeFeed {
    fn wait(&self, timeout: Duration) -> Option<Arc<Frame>> {
        self.events.try_send(Event::Asked).ok();
        lock(&self.frames).recv_timeout(timeout).ok()
    }
}

impl Drop for FakeFeed {
    fn drop(&mut self) {
        self.events.send(Event::Closed).ok();
    }
}

struct Bench {
    vision: Vision,
    frames: SyncSender<Arc<Frame>>,
    events: Receiver<Event>,
    woken: Receiver<()>,
}

fn start() -> Bench {
    let (frames, incoming) = sync_channel(64);
    let (event_sender, events) = sync_channel(1024);
    let (wake_sender, woken) = sync_channel(64);
    let incoming = Arc::new(Mutex::new(incoming));
    let subscribe: Subscribe = Box::new(move || {
        event_sender.send(Event::Opened).unwrap();
        Box::new(FakeFeed {
            frames: Arc::clone(&incoming),
            events: event_sender.clone(),
        })
    });
    let options = VisionOptions {
        models: vec!["/nowhere".into()],
        nice: 0,
        ..VisionOptions::default()
    };
    let wake: Wake = Arc::new(move || {
        wake_sender.try_send(()).ok();
    });
    let vision = Vision::start(options, subscribe, wake);
    Bench {
        vision,
        frames,
        events,
        woken,
    }
}

impl Bench {
    fn show(&self, number: u64) {
        let frame = Frame::from_rgba(number, Mono(number * 33), 8, 8, &[128; 256]).unwrap();
        self.frames.send(Arc::new(frame)).unwrap();
    }

    fn wait_for(&self, event: &Event) {
        while self
            .events
            .recv_timeout(PATIENCE)
            .expect("the thread answers")
            != *event
        {}
    }
}

/// Waits for something the thread does by itself.
fn wait_until(done: impl Fn() -> bool) {
    let start = std::time::Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "the thread does not answer");
        std::thread::yield_now();
    }
}

#[test]
fn no_frame_is_asked_for_before_inference_is_allowed() {
    let bench = start();
    bench.show(1);
    wait_until(|| !bench.vision.organs().is_empty());
    assert!(bench.events.try_recv().is_err(), "no feed was opened");
    bench.vision.allow(true);
    bench.wait_for(&Event::Asked);
    bench.woken.recv_timeout(PATIENCE).unwrap();
    assert_eq!(bench.vision.try_report().unwrap().frame, 1);
}

#[test]
fn a_no_closes_the_feed_and_empties_what_waits() {
    let bench = start();
    bench.vision.allow(true);
    bench.show(1);
    bench.woken.recv_timeout(PATIENCE).unwrap();
    bench.vision.allow(false);
    assert_eq!(bench.vision.try_report(), None);
    bench.wait_for(&Event::Closed);
    bench.show(2);
    bench.vision.allow(true);
    bench.wait_for(&Event::Opened);
    bench.woken.recv_timeout(PATIENCE).unwrap();
    assert_eq!(bench.vision.try_report().unwrap().frame, 2);
}

#[test]
fn an_empty_scene_is_learned_and_spares_searches() {
    let bench = start();
    bench.vision.allow(true);
    let rgba: Vec<u8> = (0..160 * 120).flat_map(|k| [(k % 160) as u8; 4]).collect();
    for number in 1..=301 {
        let frame = Frame::from_rgba(number, Mono(number * 33), 160, 120, &rgba).unwrap();
        bench.frames.send(Arc::new(frame)).unwrap();
    }
    wait_until(|| bench.vision.results() == 301);
    let economy = bench.vision.economy();
    assert!(
        economy.plate.ready && economy.plate.confidence > 0.99,
        "{economy:?}"
    );
    // 10 s at 8 searches a second, of which the first 3 s are learned in and the rest needs one a second.
    assert!(
        (40..=55).contains(&economy.spared_searches),
        "{}",
        economy.spared_searches
    );
    let faces = &economy.governor.tasks[0];
    assert!(faces.wished_hz <= 1.5 && faces.dropped == 0, "{faces:?}");
    assert_eq!(economy.governor.budget_cores, Some(0.30));
}

#[test]
fn only_the_newest_reports_wait() {
    let bench = start();
    bench.vision.allow(true);
    (1..=10).for_each(|n| bench.show(n));
    wait_until(|| bench.vision.results() == 10);
    let waiting: Vec<u64> = std::iter::from_fn(|| bench.vision.try_report())
        .map(|r| r.frame)
        .collect();
    assert_eq!(waiting, [7, 8, 9, 10]);
}

#[test]
fn without_models_every_organ_is_off_and_says_why() {
    let bench = start();
    wait_until(|| !bench.vision.organs().is_empty());
    let organs = bench.vision.organs();
    assert_eq!(organs.len(), 6);
    for organ in organs {
        assert!(!organ.on && !organ.reason.is_empty(), "{organ:?}");
    }
    bench.vision.allow(true);
    bench.show(1);
    bench.woken.recv_timeout(PATIENCE).unwrap();
    let report = bench.vision.try_report().unwrap();
    assert!(report.people.is_empty());
    assert!((report.brightness - 0.5).abs() < 0.01);
}

#[test]
fn the_thread_ends_with_its_owner() {
    let bench = start();
    bench.vision.allow(true);
    bench.wait_for(&Event::Opened);
    let Bench {
        vision,
        frames: _frames,
        events,
        woken: _woken,
    } = bench;
    drop(vision);
    while events.recv_timeout(PATIENCE).expect("the thread ends") != Event::Closed {}
}
