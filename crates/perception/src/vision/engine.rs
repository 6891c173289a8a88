//! One pass: a frame and a plan in, a report and masks out. Owns the organs, the tracks and what is known of the shopper.
//! Knows no thread and no camera.

use std::path::PathBuf;
use std::sync::Arc;

use cheval_domain::geometry::BoxInImage;
use cheval_domain::observation::{Body, Estimate, FrameReport, Person, TrackId, WornGarment};
use cheval_domain::time::Mono;

use super::meter::{Meter, Stage, thread_cpu_ms};
use super::schedule::Plan;
use crate::masks::GarmentMasks;
use crate::models::{ModelError, ModelStore, Runtime};
use crate::organs::age_gender::{AgeGenderReader, age_estimate, gender_estimate};
use crate::organs::face_detector::FaceDetector;
use crate::organs::garment_parser::{GarmentParser, crop_of};
use crate::organs::person_detector::{BodyRegion, PersonDetector};
use crate::organs::person_mask::PersonMasker;
use crate::organs::picture::{Pixels, Point, Pyramid};
use crate::organs::pose::{PoseReader, has_face};
use crate::organs::scene::SceneWatch;
use crate::organs::worn::{Wardrobe, evidence};
use crate::organs::worn_kinds;
use crate::organs::{Organ, OrganState};
use crate::track::{Track, Tracker};

/// Masks older than this are no base for smoothing.
const MASK_MEMORY_MS: u64 = 400;

/// A frame on its way through the organs.
#[derive(Clone, Copy)]
pub(crate) struct Shot<'a> {
    pub(crate) number: u64,
    pub(crate) captured: Mono,
    pub(crate) pixels: Pixels<'a>,
}

/// All organs and what they remember.
pub(crate) struct Engine {
    faces: Organ<FaceDetector>,
    age_gender: Organ<AgeGenderReader>,
    persons: Organ<PersonDetector>,
    pose: Organ<PoseReader>,
    person_mask: Organ<PersonMasker>,
    parser: Organ<GarmentParser>,
    pyramid: Pyramid,
    scene: SceneWatch,
    tracker: Tracker,
    shopper: Shopper,
    meter: Meter,
}

/// What is known of the active person's body and garments.
#[derive(Default)]
struct Shopper {
    track: Option<TrackId>,
    region: Option<BodyRegion>,
    body: Option<Body>,
    wardrobe: Wardrobe,
    masks: Option<Arc<GarmentMasks>>,
    masks_at: Mono,
}

impl Engine {
    /// Loads every organ that can be loaded; the others stay off with their reason.
    pub(crate) fn load(folders: &[PathBuf], runtime: Option<&std::path::Path>) -> Self {
        let store = Runtime::load(runtime)
            .map_err(ModelError::from)
            .and_then(|runtime| ModelStore::open(folders, runtime));
        let store = store.as_ref();
        fn organ<T>(
            store: Result<&ModelStore, &ModelError>,
            name: &'static str,
            load: impl FnOnce(&ModelStore) -> Result<T, ModelError>,
        ) -> Organ<T> {
            Organ::new(name, store.map_err(Clone::clone).and_then(load))
        }
        Self {
            faces: organ(store, "face_detector", FaceDetector::load),
            age_gender: organ(store, "age_gender", AgeGenderReader::load),
            persons: organ(store, "person_detector", PersonDetector::load),
            pose: organ(store, "pose", PoseReader::load),
            person_mask: organ(store, "person_mask", PersonMasker::load),
            parser: organ(store, "garment_parser", GarmentParser::load),
            pyramid: Pyramid::default(),
            scene: SceneWatch::default(),
            tracker: Tracker::default(),
            shopper: Shopper::default(),
            meter: Meter::default(),
        }
    }

    pub(crate) fn organs(&self) -> Vec<OrganState> {
        vec![
            self.faces.report(),
            self.age_gender.report(),
            self.persons.report(),
            self.pose.report(),
            self.person_mask.report(),
            self.parser.report(),
        ]
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// There is a shopper whose body is not known.
    pub(crate) fn body_lost(&self) -> bool {
        self.shopper.region.is_none() && self.tracker.active().is_some()
    }

    /// Garment masks of the shopper, if there are any.
    pub(crate) fn masks(&self) -> Option<Arc<GarmentMasks>> {
        self.shopper.masks.clone()
    }

    /// Forgets everybody, and wipes what is left of the last frame.
    pub(crate) fn forget(&mut self) {
        self.tracker.clear();
        self.forget_shopper();
        self.scene = SceneWatch::default();
        self.pyramid.wipe();
    }

    /// Looks at one frame.
    pub(crate) fn pass(&mut self, shot: Shot<'_>, plan: Plan) -> FrameReport {
        let (started, cpu_started) = (std::time::Instant::now(), thread_cpu_ms());
        self.pyramid.reset();
        if self.scene.is_cut(shot.pixels) {
            self.tracker.clear();
            self.forget_shopper();
        }
        if plan.faces {
            self.search_faces(shot, plan.read_all);
        }
        self.follow_shopper();
        if plan.pose {
            self.read_body(shot, plan.body_search);
        }
        if plan.parse {
            self.parse_garments(shot);
        }
        let mut meter = std::mem::take(&mut self.meter);
        let report = meter.time(Stage::Report, || self.report(shot));
        meter.pass(
            started.elapsed().as_secs_f32() * 1000.0,
            thread_cpu_ms() - cpu_started,
        );
        self.meter = meter;
        report
    }

    fn search_faces(&mut self, shot: Shot<'_>, read_all: bool) {
        let Self {
            faces,
            age_gender,
            pyramid,
            tracker,
            meter,
            ..
        } = self;
        let found = meter
            .time(Stage::FaceDetector, || {
                faces.with(|organ| organ.detect(shot.pixels, pyramid))
            })
            .unwrap_or_default();
        let wishes = tracker.update(found, shot.pixels.width as f32, read_all, shot.captured);
        for wish in wishes {
            let reading = meter.time(Stage::AgeGender, || {
                age_gender.with(|organ| organ.read(shot.pixels, pyramid, &wish.face, wish.view))
            });
            if let Some(reading) = reading {
                tracker.read(&wish, &reading, shot.captured);
            }
        }
        tracker.forget_lost(shot.captured);
    }

    fn follow_shopper(&mut self) {
        let active = self.tracker.active().and_then(|t| t.id);
        if active != self.shopper.track {
            self.forget_shopper();
            self.shopper.track = active;
        }
    }

    fn forget_shopper(&mut self) {
        self.shopper = Shopper::default();
        if let Some(pose) = self.pose.on_mut() {
            pose.forget();
        }
    }

    fn read_body(&mut self, shot: Shot<'_>, may_search: bool) {
        let Some(active) = self.tracker.active() else {
            return;
        };
        let (face, face_seen) = (active.expected_at(shot.captured), active.seen);
        if self.shopper.region.is_none() && may_search {
            self.search_body(shot, face);
        }
        let Self {
            pose,
            pyramid,
            shopper,
            meter,
            ..
        } = self;
        let Some(region) = shopper.region else { return };
        let reading = meter
            .time(Stage::Pose, || {
                pose.with(|organ| organ.read(shot.pixels, pyramid, region, shot.captured))
            })
            .flatten()
            .filter(|reading| !face_seen || has_face(&reading.body, face));
        shopper.region = reading.as_ref().map(|r| r.next);
        shopper.body = reading.map(|r| r.body);
    }

    fn search_body(&mut self, shot: Shot<'_>, face: BoxInImage) {
        let Self {
            persons,
            pose,
            pyramid,
            shopper,
            meter,
            ..
        } = self;
        let centre = face.centre();
        let at = Point::new(
            centre.x * shot.pixels.width as f32,
            centre.y * shot.pixels.height as f32,
        );
        shopper.region = meter
            .time(Stage::PersonDetector, || {
                persons.with(|organ| organ.detect(shot.pixels, pyramid, at))
            })
            .flatten();
        if let Some(pose) = pose.on_mut() {
            pose.forget();
        }
    }

    fn parse_garments(&mut self, shot: Shot<'_>) {
        let Some(active) = self.tracker.active() else {
            return;
        };
        let face = active.expected_at(shot.captured);
        let Self {
            person_mask,
            parser,
            pyramid,
            shopper,
            meter,
            ..
        } = self;
        let crop = crop_of(shot.pixels, face, shopper.body.as_ref());
        let parsing = meter.time(Stage::GarmentParser, || {
            parser.with(|organ| organ.read(shot.pixels, pyramid, &crop))
        });
        let (Some(parsing), Some(parser)) = (parsing, parser.on()) else {
            shopper.masks = None;
            return;
        };
        let person = meter.time(Stage::PersonMask, || {
            person_mask.with(|organ| organ.read(shot.pixels, pyramid, &crop))
        });
        let last = shopper
            .masks
            .as_deref()
            .filter(|_| shot.captured.since_ms(shopper.masks_at) <= MASK_MEMORY_MS);
        let size = (shot.pixels.width, shot.pixels.height);
        let masks = meter.time(Stage::Masks, || {
            GarmentMasks::compose(shot.number, size, &crop, &parsing, person.as_ref(), last)
        });
        meter.time(Stage::Garments, || {
            for region in worn_kinds::REGIONS {
                if let Some(scores) = worn_kinds::scores(&parsing, region) {
                    shopper.wardrobe.classify(region, scores);
                }
            }
            let body = shopper.body.as_ref();
            for (region, evidence) in
                evidence(shot.pixels, &crop, &parsing, person.as_ref(), &masks, body)
            {
                shopper
                    .wardrobe
                    .observe(region, &evidence, parser.min_presence(), shot.captured);
            }
        });
        shopper.masks = Some(Arc::new(masks));
        shopper.masks_at = shot.captured;
    }

    fn report(&self, shot: Shot<'_>) -> FrameReport {
        FrameReport {
            frame: shot.number,
            captured: shot.captured,
            people: self
                .tracker
                .present()
                .into_iter()
                .filter_map(|track| self.person(track, shot.captured))
                .collect(),
            brightness: shot.pixels.brightness(),
        }
    }

    fn person(&self, track: &Track, now: Mono) -> Option<Person> {
        let id = track.id?;
        let is_shopper = self.shopper.track == Some(id);
        let (age, gender) = match (track.mean_reading(), self.age_gender.on()) {
            (Some(mean), Some(reader)) => (
                age_estimate(&mean.age, reader.rules()),
                gender_estimate(mean.female, reader.rules()),
            ),
            _ => (Estimate::default(), Estimate::default()),
        };
        Some(Person {
            track: id,
            face: track.expected_at(now),
            face_seen: track.seen,
            score: track.score,
            head: track.head,
            age,
            gender,
            body: if is_shopper {
                self.shopper.body.clone()
            } else {
                None
            },
            worn: if is_shopper { self.worn() } else { Vec::new() },
            figure: None,
        })
    }

    fn worn(&self) -> Vec<WornGarment> {
        self.parser
            .on()
            .map(|parser| self.shopper.wardrobe.worn(parser.min_category()))
            .unwrap_or_default()
    }
}
