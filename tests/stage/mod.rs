//! The screen on a stage without window, graphics, camera or network. Time is the test's, people are the test's.

use std::path::Path;
use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::settings::{RenderCreation, WgpuSettings};
use bevy::time::TimeUpdateStrategy;
use bevy::winit::WinitPlugin;
use cheval::clock::Clock;
use cheval::config::{Config, Layers};
use cheval::content::Content;
use cheval::diagnostics::presented::Presented;
use cheval::perception::Seen;
use cheval::playback::AttractLoop;
use cheval::scene::view::{Beside, Page, View};
use cheval::session::Visit;
use cheval::theme::widget::Tapped;
use cheval::{KioskPlugin, Startup, Tools};
use cheval_content::Store;
use cheval_domain::catalogue::Sku;
use cheval_domain::geometry::BoxInImage;
use cheval_domain::observation::{
    AgeBand, Estimate, FrameReport, Gender, HeadPose, Person, TrackId,
};
use cheval_domain::session::Action;
use cheval_domain::time::Mono;
use jiff::Zoned;

const STEP: Duration = Duration::from_millis(100);
/// No page of a visit takes longer to come.
const PATIENCE: Duration = Duration::from_secs(30);
/// Real time per step: the camera thread is a real one and must keep up with the story's own clock.
const BREATH: Duration = Duration::from_millis(3);

/// A screen under test.
pub(crate) struct Stage {
    app: App,
    now: Mono,
    frame: u64,
    people: Vec<Person>,
    presenting: bool,
    _store: tempfile::TempDir,
}

impl Stage {
    /// In 1970, as a clock without a battery tells.
    pub(crate) fn new() -> Self {
        Self::with_clock(|clock| clock)
    }

    /// At this time in the store's own zone.
    pub(crate) fn on(civil: &Zoned) -> Self {
        Self::with_clock(|clock| clock.on(civil))
    }

    fn with_clock(set: impl FnOnce(Clock) -> Clock) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let store = tempfile::tempdir().expect("a temporary folder");
        let generations = Store::open(store.path());
        let id = generations
            .stage(&root.join("assets/demo-pack"))
            .expect("the demo pack is sound");
        generations.activate(id).expect("it can be activated");
        // A camera whose picture nobody looks at: people come in as reports, by the test's own word.
        let pictures = store.path().join("pictures");
        std::fs::create_dir(&pictures).expect("a folder");
        image::RgbImage::from_pixel(64, 64, image::Rgb([120, 110, 100]))
            .save(pictures.join("wall.png"))
            .expect("a picture");
        let source = format!("images:{}", pictures.display());
        let overrides = vec![
            format!("camera.source={source}"),
            "vision.enabled=false".into(),
            "sound.muted=true".into(),
        ];
        let config = Config::load(&Layers {
            overrides,
            ..Layers::default()
        })
        .expect("the defaults are sound");
        let startup = Startup {
            config: config.clone(),
            assets_dir: root.join("assets"),
            content: Content::read(store.path()),
            agent_socket: None,
            restarts: 0,
            camera: source.parse().expect("a source"),
            tools: Tools::default(),
        };
        // Later than any clock of the machine: what the real vision thread says meanwhile is old news.
        let now = Mono(1_000_000_000_000);
        Self {
            app: build(startup, config, set(Clock::stopped_at(now))),
            now,
            frame: 0,
            people: Vec::new(),
            presenting: true,
            _store: store,
        }
    }

    /// So many adults walk in and look.
    pub(crate) fn step_in(&mut self, count: u64) {
        self.people = (0..count).map(person).collect();
    }

    /// Everybody leaves.
    pub(crate) fn leave(&mut self) {
        self.people.clear();
    }

    /// Frames are drawn but do not reach the glass.
    pub(crate) fn hold_presentation(&mut self) {
        self.presenting = false;
    }

    /// They reach it again.
    pub(crate) fn present_again(&mut self) {
        self.presenting = true;
    }

    /// A touch.
    pub(crate) fn tap(&mut self, action: Action) {
        self.app.world_mut().write_message(Tapped(action));
        self.step();
    }

    /// Runs until this page is on the glass.
    pub(crate) fn until(&mut self, page: &str) {
        let begun = Instant::now();
        while self.page_name() != page {
            assert!(
                begun.elapsed() < PATIENCE,
                "page {page} did not come, {} stayed",
                self.page_name()
            );
            self.step();
        }
    }

    /// Lets time go by.
    pub(crate) fn run_ms(&mut self, ms: u64) {
        for _ in 0..ms / u64::try_from(STEP.as_millis()).expect("small") {
            self.step();
        }
    }

    pub(crate) fn page(&self) -> &Page {
        &self.app.world().resource::<View>().page
    }

    /// Slides of the attract loop in the order in which they come within this time.
    pub(crate) fn slides_within(&mut self, ms: u64) -> Vec<String> {
        let mut slides: Vec<String> = Vec::new();
        for _ in 0..ms / 100 {
            self.run_ms(100);
            let world = self.app.world();
            let content = world.resource::<Content>();
            let slide = world.resource::<AttractLoop>().slide(content);
            let slide = slide.expect("the loop plays").id.0.clone();
            if slides.last() != Some(&slide) {
                slides.push(slide);
            }
        }
        slides
    }

    /// What stands beside the shopper.
    pub(crate) fn beside(&self) -> Beside {
        self.app.world().resource::<Beside>().clone()
    }

    pub(crate) fn page_name(&self) -> &'static str {
        self.page().name()
    }

    pub(crate) fn inference_allowed(&self) -> bool {
        self.app.world().resource::<Visit>().inference_allowed()
    }

    /// The first garment on the rail.
    pub(crate) fn first_card(&self) -> Sku {
        match self.page() {
            Page::Engaged(engaged) => engaged
                .cards
                .first()
                .expect("a garment on the rail")
                .sku
                .clone(),
            page => panic!("no rail on page {}", page.name()),
        }
    }

    fn step(&mut self) {
        self.now = self
            .now
            .plus_ms(u64::try_from(STEP.as_millis()).expect("small"));
        self.frame += 1;
        self.app.world_mut().resource_mut::<Clock>().set(self.now);
        if self.presenting {
            let presented = self.app.world().resource::<Presented>().clone();
            presented.picture_is_complete();
            presented.count();
        }
        if self.app.world().resource::<Visit>().inference_allowed() {
            let report = FrameReport {
                frame: self.frame,
                captured: self.now,
                people: self.people.clone(),
                faceless: 0,
                brightness: 0.5,
            };
            self.app.world_mut().write_message(Seen(report));
        }
        self.app.update();
        std::thread::sleep(BREATH);
    }
}

fn build(startup: Startup, config: Config, clock: Clock) -> App {
    let mut app = App::new();
    cheval::third_party::register_pack_source(&mut app, &startup);
    let no_graphics = WgpuSettings {
        backends: None,
        ..default()
    };
    app.insert_resource(clock)
        .insert_resource(TimeUpdateStrategy::ManualDuration(STEP))
        .insert_resource(config)
        .insert_resource(startup.content.clone())
        .add_plugins(
            cheval::third_party::bevy_plugins(&startup)
                .disable::<WinitPlugin>()
                .set(RenderPlugin {
                    render_creation: RenderCreation::Automatic(Box::new(no_graphics)),
                    ..default()
                }),
        )
        .insert_resource(startup)
        .add_plugins(KioskPlugin);
    app.finish();
    app.cleanup();
    app
}

fn person(number: u64) -> Person {
    Person {
        track: TrackId(number + 1),
        face: BoxInImage {
            x: 0.42,
            y: 0.2,
            width: 0.16,
            height: 0.16,
        },
        face_seen: true,
        score: 0.9,
        head: HeadPose::default(),
        age: Estimate {
            value: AgeBand::From25To34,
            confidence: 0.9,
        },
        gender: Estimate {
            value: Gender::Female,
            confidence: 0.95,
        },
        body_box: None,
        body: None,
        worn: Vec::new(),
        figure: None,
        breadths: None,
    }
}
