//! One pass: a frame and a plan in, a report and masks out. Owns the organs, the tracks and what is known of the shopper.
//! Knows no thread and no camera.

mod garments;

use std::sync::Arc;

use cheval_domain::observation::{Body, Estimate, FrameReport, Person, TrackId};
use cheval_domain::time::Mono;

use super::VisionOptions;
use super::governor::{Governor, TASKS, Task};
use super::meter::{Meter, Stage, thread_cpu_ms};
use super::schedule::{Needs, Plan};
use crate::figure::{BreadthWatch, FigureWatch, Net};
use crate::masks::GarmentMasks;
use crate::models::{ModelError, ModelStore, Runtime};
use crate::organs::age_gender::{AgeGenderReader, age_estimate, gender_estimate};
use crate::organs::face_detector::{Face, FaceDetector};
use crate::organs::garment_parser::GarmentParser;
use crate::organs::light::LightMeter;
use crate::organs::pattern::PatternReader;
use crate::organs::person_detector::{BodyRegion, PersonDetector, belonging_to};
use crate::organs::person_mask::PersonMasker;
use crate::organs::picture::{Pixels, Point, Pyramid};
use crate::organs::pose::{PoseReader, has_face};
use crate::organs::scene::SceneWatch;
use crate::organs::worn::Wardrobe;
use crate::organs::{Organ, OrganState};
use crate::plate::{Gate, Plate};
use crate::track::{People, Readings, Track};

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
    /// `None` when the figure is switched off.
    figure: Option<Net>,
    pyramid: Pyramid,
    scene: SceneWatch,
    light: LightMeter,
    patterns: PatternReader,
    people: People,
    shopper: Shopper,
    meter: Meter,
    plate: Plate,
    gate: Gate,
    governor: Governor,
    /// The latest search found a face, whether a person came of it or not.
    face_found: bool,
    /// Patterns are due as soon as there are masks to read them from.
    patterns_due: bool,
}

/// What is known of the active person's body and garments.
#[derive(Default)]
struct Shopper {
    track: Option<TrackId>,
    region: Option<BodyRegion>,
    body: Option<Body>,
    wardrobe: Wardrobe,
    figure: FigureWatch,
    breadths: BreadthWatch,
    masks: Option<Arc<GarmentMasks>>,
    masks_at: Mono,
}

impl Engine {
    /// Loads every organ that can be loaded; the others stay off with their reason.
    pub(crate) fn load(options: &VisionOptions) -> Self {
        let store = Runtime::load(options.runtime.as_deref())
            .map_err(ModelError::from)
            .and_then(|runtime| ModelStore::open(&options.models, runtime));
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
            figure: options.figure.then(Net::shipped).flatten(),
            pyramid: Pyramid::default(),
            scene: SceneWatch::default(),
            light: LightMeter::default(),
            patterns: PatternReader::default(),
            people: People::default(),
            shopper: Shopper::default(),
            meter: Meter::default(),
            plate: Plate::default(),
            gate: Gate::default(),
            governor: Governor::new(options.rates.budget_cores),
            face_found: false,
            patterns_due: false,
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

    /// What the next frame should be searched for.
    pub(crate) fn needs(&self) -> Needs {
        Needs {
            body_lost: self.body_lost(),
            in_doubt: self.people.is_in_doubt(),
            several: self.people.present().len() > 1,
        }
    }

    pub(crate) fn governor(&mut self) -> &mut Governor {
        &mut self.governor
    }

    pub(crate) fn plate(&self) -> &Plate {
        &self.plate
    }

    /// Face searches that were due and not needed, because nothing had changed.
    pub(crate) fn spared_searches(&self) -> u64 {
        self.gate.spared()
    }

    /// There is a shopper whose body is not known.
    fn body_lost(&self) -> bool {
        self.shopper.region.is_none() && self.people.active().is_some()
    }

    /// Garment masks of the shopper, if there are any.
    pub(crate) fn masks(&self) -> Option<Arc<GarmentMasks>> {
        self.shopper.masks.clone()
    }

    /// Forgets everybody, and wipes what is left of the last frame.
    pub(crate) fn forget(&mut self) {
        self.people.clear();
        self.forget_shopper();
        self.scene = SceneWatch::default();
        self.pyramid.wipe();
        self.patterns.wipe();
        self.plate.forget();
        self.face_found = false;
    }

    /// Looks at one frame.
    pub(crate) fn pass(&mut self, shot: Shot<'_>, plan: Plan) -> FrameReport {
        let (started, cpu_started) = (std::time::Instant::now(), thread_cpu_ms());
        self.pyramid.reset();
        if self.scene.is_cut(shot.pixels) {
            self.people.clear();
            self.forget_shopper();
            self.light = LightMeter::default();
            self.plate.relearn();
        }
        let before = self.task_costs();
        let plan = self.afford(shot, plan);
        if plan.faces {
            self.search_faces(shot, plan.read_all);
        }
        self.people.settle(shot.captured);
        self.follow_shopper();
        if plan.bodies || (plan.body_search && self.body_lost()) {
            self.search_bodies(shot, plan.pose);
        }
        if plan.pose {
            self.read_body(shot);
        }
        if plan.parse {
            self.read_light(shot);
            self.parse_garments(shot);
        }
        if plan.patterns {
            self.read_patterns(shot);
        }
        let mut meter = std::mem::take(&mut self.meter);
        let report = meter.time(Stage::Report, || self.report(shot));
        let pass_ms = thread_cpu_ms() - cpu_started;
        meter.pass(started.elapsed().as_secs_f32() * 1000.0, pass_ms);
        self.meter = meter;
        let after = self.task_costs();
        let spent = std::array::from_fn(|k| (after[k] - before[k]) as f32);
        self.governor.spent(spent, pass_ms as f32, shot.captured);
        report
    }

    /// What is left of the plan after the gate, which spares an empty scene, and the governor, which keeps the budget.
    fn afford(&mut self, shot: Shot<'_>, plan: Plan) -> Plan {
        if plan.read_all {
            return plan;
        }
        let quiet = self.is_quiet(shot);
        let faces = self.gate.search(plan.faces, quiet, shot.captured);
        // Without a shopper the tasks of the body do nothing and are not counted.
        let free = self.people.active().is_none();
        let governor = &mut self.governor;
        let mut allow = |task, wanted| wanted && governor.allow(task, shot.captured);
        let mut allow_body = |task, wanted| if free { wanted } else { allow(task, wanted) };
        let pose = allow_body(Task::Pose, plan.pose);
        let body_search = allow_body(Task::BodySearch, pose && plan.body_search);
        let parse = allow_body(Task::GarmentMasks, plan.parse);
        self.patterns_due |= plan.patterns;
        let patterns = allow_body(Task::Patterns, self.patterns_due && parse);
        self.patterns_due &= !parse;
        Plan {
            faces: allow(Task::Faces, faces),
            pose,
            body_search,
            bodies: body_search
                || (!plan.body_search && allow(Task::BodySearch, plan.bodies && !quiet)),
            parse,
            patterns,
            ..plan
        }
    }

    /// Nobody is known to be there and nothing differs from the learned background.
    fn is_quiet(&mut self, shot: Shot<'_>) -> bool {
        let Self {
            people,
            plate,
            meter,
            ..
        } = self;
        let present = people.present();
        let alone = present.is_empty() && !self.face_found;
        if !alone && !plate.is_due(shot.captured) {
            return false;
        }
        let boxes: Vec<_> = present.iter().map(|track| track.bounds()).collect();
        let quiet = meter.time(Stage::Plate, || {
            plate.look(shot.pixels, &boxes, shot.captured)
        });
        quiet && alone
    }

    /// Processor time of the governor's tasks so far, milliseconds, in the order of [`Task`].
    fn task_costs(&self) -> [f64; TASKS] {
        [
            &[Stage::FaceDetector][..],
            &[Stage::AgeGender],
            &[Stage::PersonDetector],
            &[Stage::Pose],
            &[
                Stage::GarmentParser,
                Stage::PersonMask,
                Stage::Masks,
                Stage::Garments,
            ],
            &[Stage::Pattern],
        ]
        .map(|stages| self.meter.spent_on(stages))
    }

    fn search_faces(&mut self, shot: Shot<'_>, read_all: bool) {
        let Self {
            faces,
            age_gender,
            pyramid,
            people,
            meter,
            governor,
            face_found,
            ..
        } = self;
        let found = meter
            .time(Stage::FaceDetector, || {
                faces.with(|organ| organ.detect(shot.pixels, pyramid))
            })
            .unwrap_or_default();
        *face_found = !found.is_empty();
        let sightings: Vec<_> = found.iter().map(Face::sighting).collect();
        let width_px = shot.pixels.width as f32;
        let mut wishes = people.see_faces(&sightings, width_px, read_all, shot.captured);
        let mut affords = |_: &_| read_all || governor.allow(Task::AgeGender, shot.captured);
        wishes.retain(|wish| wish.face < found.len() && affords(wish));
        let readings = meter.time(Stage::AgeGender, || {
            let faces = wishes.iter().map(|wish| (&found[wish.face], wish.view));
            age_gender.with(|organ| organ.read(shot.pixels, pyramid, faces))
        });
        for (wish, reading) in wishes.into_iter().zip(readings.unwrap_or_default()) {
            people.read(wish, &reading, shot.captured);
        }
    }

    fn follow_shopper(&mut self) {
        let active = self.people.active().and_then(Track::id);
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

    /// Looks for everybody's body, and takes the shopper's for the pose net when it has lost its own.
    fn search_bodies(&mut self, shot: Shot<'_>, for_pose: bool) {
        let Self {
            persons,
            pyramid,
            people,
            meter,
            ..
        } = self;
        let found = meter
            .time(Stage::PersonDetector, || {
                persons.with(|organ| organ.detect(shot.pixels, pyramid))
            })
            .unwrap_or_default();
        let (width, height) = (shot.pixels.width as f32, shot.pixels.height as f32);
        let sightings: Vec<_> = found.iter().map(|b| b.sighting(width, height)).collect();
        people.see_bodies(&sightings, shot.captured);
        people.settle(shot.captured);
        if !for_pose || !self.body_lost() {
            return;
        }
        let Some(active) = self.people.active() else {
            return;
        };
        let centre = active.bounds().centre();
        let face = Point::new(centre.x * width, centre.y * height);
        self.shopper.region = belonging_to(&found, face);
        if let Some(pose) = self.pose.on_mut() {
            pose.forget();
        }
    }

    fn read_body(&mut self, shot: Shot<'_>) {
        let Some(active) = self.people.active() else {
            return;
        };
        let (face, face_seen) = (active.bounds(), active.is_seen());
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

    fn report(&self, shot: Shot<'_>) -> FrameReport {
        FrameReport {
            frame: shot.number,
            captured: shot.captured,
            people: self
                .people
                .present()
                .into_iter()
                .filter_map(|track| self.person(track, shot))
                .collect(),
            faceless: u32::try_from(self.people.faceless().len()).unwrap_or(u32::MAX),
            brightness: shot.pixels.brightness(),
        }
    }

    fn person(&self, track: &Track<Readings>, shot: Shot<'_>) -> Option<Person> {
        let id = track.id()?;
        let is_shopper = self.shopper.track == Some(id);
        let (age, gender) = match (track.kept().mean(), self.age_gender.on()) {
            (Some(mean), Some(reader)) => (
                age_estimate(&mean, reader.rules()),
                gender_estimate(mean.female, reader.rules()),
            ),
            _ => (Estimate::default(), Estimate::default()),
        };
        Some(Person {
            track: id,
            face: track.bounds(),
            face_seen: track.is_seen(),
            score: track.score(),
            head: track.head(),
            age,
            gender,
            body_box: self.people.body_of(track),
            body: if is_shopper {
                self.shopper.body.clone()
            } else {
                None
            },
            worn: if is_shopper { self.worn() } else { Vec::new() },
            figure: if is_shopper {
                self.shopper_figure(shot.captured)
            } else {
                None
            },
            breadths: is_shopper
                .then(|| self.shopper.breadths.breadths())
                .flatten(),
        })
    }
}
