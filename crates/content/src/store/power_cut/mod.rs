//! The power is cut at every operation of a kiosk's life with its store, in several ways each: what plays afterwards is what
//! played before or what was switched to, never a mix, and the store goes on working.

mod disk;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use self::disk::{Loss, Model, NotingDisk, Operation};
use super::{Generation, GenerationId, Store, StoreError};
use crate::bundle::{Plan, Terms};

const LOSSES: [Loss; 12] = [
    Loss::Everything,
    Loss::Nothing,
    Loss::BytesOnly,
    Loss::BytesAndLengths,
    Loss::Some(1),
    Loss::Some(2),
    Loss::Some(3),
    Loss::Some(4),
    Loss::Some(5),
    Loss::Some(6),
    Loss::Some(7),
    Loss::Some(8),
];

/// A slide and a garment with one picture, in one language.
fn write_pack(dir: &Path, revision: u64) {
    let pack = format!(
        r##"schema_version = 1
id = "corner-shop"
revision = {revision}
brand = "Corner Shop"
currency = "EUR"
default_language = "en"
languages = ["en"]
licence = "CC0-1.0"

[[slides]]
id = "welcome"
ground = ["#781E34", "#17130F"]
duration_secs = 9

[[garments]]
sku = "TEE-1"
category = "t_shirt"
colour = "red"
swatch = "#A8202C"
price = 29.90
sizes = [{{ size = "M", here = 3, warehouse = 10 }}]
"##
    );
    let texts = "[slides.welcome]\ntitle = \"Welcome\"\nbody = \"Come in.\"\n\
        [garments.TEE-1]\nname = \"Red tee\"\ndetail = \"Cotton\"\n";
    for folder in ["texts", "slides", "garments"] {
        fs::create_dir_all(dir.join(folder)).unwrap();
    }
    fs::write(dir.join("pack.toml"), pack).unwrap();
    fs::write(dir.join("texts/en.toml"), texts).unwrap();
    let shade = u8::try_from(revision).unwrap();
    let picture = image::RgbaImage::from_fn(120, 120, |x, y| {
        let is_inside = x.abs_diff(60) + y.abs_diff(60) < 50;
        image::Rgba([shade, 20, 30, if is_inside { 255 } else { 0 }])
    });
    for name in ["slides/welcome.png", "garments/TEE-1.png"] {
        picture.save(dir.join(name)).unwrap();
    }
}

/// Packs of revision 1 to 9, as folders and as files.
struct Packs(tempfile::TempDir);

impl Packs {
    fn new() -> Self {
        let packs = Self(tempfile::tempdir().unwrap());
        for revision in 1..=9 {
            write_pack(&packs.folder(revision), revision);
        }
        packs
    }

    fn folder(&self, revision: u64) -> std::path::PathBuf {
        self.0.path().join(revision.to_string())
    }

    fn stage(&self, store: &Store, revision: u64) -> Result<GenerationId, StoreError> {
        store.stage(&self.folder(revision))
    }

    fn stage_file(&self, store: &Store, revision: u64) -> Result<GenerationId, StoreError> {
        let file = self.0.path().join(format!("{revision}.cheval"));
        let plan = Plan::new(&self.folder(revision), None).unwrap();
        plan.write_file(&file, &mut |_| {}).unwrap();
        store.stage_bundle(&file, &Terms::SOUND, &mut |_| {})
    }
}

fn store_on(disk: &NotingDisk, folder: &Path) -> Store {
    Store {
        disk: Arc::new(disk.clone()),
        ..Store::open(&folder.join("content"))
    }
}

/// What a kiosk shows of its store: the pack, whether it is on trial, why an older one plays.
type Shown = Option<(String, bool, Option<String>)>;

/// What plays, every byte of it checked; a damaged generation is never to be seen.
fn try_look(store: &Store) -> Result<Shown, StoreError> {
    match store.active() {
        Ok(Generation {
            pack,
            on_trial,
            rolled_back,
            ..
        }) => Ok(Some((pack, on_trial, rolled_back.map(|back| back.why)))),
        Err(StoreError::NothingActive(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

fn look(store: &Store) -> Shown {
    try_look(store).unwrap_or_else(|e| panic!("{e}"))
}

type Step = (
    &'static str,
    fn(&Packs, &Store) -> Result<GenerationId, StoreError>,
);

/// A kiosk's life. Each step changes what is shown at most once.
const LIFE: [Step; 12] = [
    ("stage 1", |packs, store| packs.stage(store, 1)),
    ("activate 1", |_, store| {
        store.activate(GenerationId(1)).map(|()| GenerationId(1))
    }),
    ("commit 1", |_, store| {
        store.commit(GenerationId(1)).map(|()| GenerationId(1))
    }),
    ("stage 2 from a file", |packs, store| {
        packs.stage_file(store, 2)
    }),
    ("activate 2", |_, store| {
        store.activate(GenerationId(2)).map(|()| GenerationId(2))
    }),
    ("commit 2", |_, store| {
        store.commit(GenerationId(2)).map(|()| GenerationId(2))
    }),
    ("stage 3", |packs, store| packs.stage(store, 3)),
    ("activate 3, remove 1", |_, store| {
        store.activate(GenerationId(3)).map(|()| GenerationId(3))
    }),
    ("give up 3", |_, store| {
        store.give_up(GenerationId(3), "it froze")
    }),
    ("stage 4", |packs, store| packs.stage(store, 4)),
    ("activate 4", |_, store| {
        store.activate(GenerationId(4)).map(|()| GenerationId(4))
    }),
    ("commit 4", |_, store| {
        store.commit(GenerationId(4)).map(|()| GenerationId(4))
    }),
];

/// After whatever happened, the next pack can be staged and plays.
#[track_caller]
fn goes_on(packs: &Packs, store: &Store, story: &str) {
    let staged = packs.stage(store, 9);
    let id = staged.unwrap_or_else(|e| panic!("{story}: {e}"));
    store
        .activate(id)
        .unwrap_or_else(|e| panic!("{story}: {e}"));
    let next = Some(("corner-shop@9".to_owned(), true, None));
    assert_eq!(look(store), next, "{story}");
    store.commit(id).unwrap();
    let left = crate::disk::entries(&store.generations_dir()).unwrap();
    assert!(left.len() <= 2, "{story}: left are {left:?}");
}

/// A step of a life that nothing disturbed.
struct Lived {
    name: &'static str,
    old: Shown,
    new: Shown,
    operations: Vec<Operation>,
}

fn live(packs: &Packs, folder: &Path) -> Vec<Lived> {
    let noting = NotingDisk::default();
    let store = store_on(&noting, folder);
    let mut done = 0;
    let mut lived = Vec::new();
    for (name, step) in LIFE {
        let old = look(&store);
        step(packs, &store).unwrap_or_else(|e| panic!("{name}: {e}"));
        let operations = noting.notes().split_off(done);
        assert!(!operations.is_empty(), "{name} changes the disk");
        done += operations.len();
        lived.push(Lived {
            name,
            old,
            new: look(&store),
            operations,
        });
    }
    lived
}

/// Cuts the power after every operation and looks at what is left; the first cut after which it is neither the old nor the new.
/// `is_done` tells which operations the disk really carries out.
fn first_mix(
    root: &Path,
    life: &[Lived],
    is_done: impl Fn(&Operation) -> bool,
    mut then: impl FnMut(usize, Loss, &Store, &str),
) -> Option<String> {
    let mut model = Model::new(root);
    let mut cuts = 0;
    for step in life {
        for (at, operation) in step.operations.iter().enumerate() {
            if is_done(operation) {
                model.run(operation);
            }
            let is_last = at + 1 == step.operations.len();
            for loss in LOSSES {
                let story = format!("{}, {loss:?}, cut after {at} {operation:?}", step.name);
                let after = tempfile::tempdir().unwrap();
                model.leave(loss, after.path());
                let store = store_on(&NotingDisk::default(), after.path());
                let found = match try_look(&store) {
                    Ok(found) => found,
                    Err(e) => return Some(format!("{story}: {e}")),
                };
                // What was reported done is done.
                if found != step.new && (is_last || found != step.old) {
                    return Some(format!("{story}: {found:?}"));
                }
                then(cuts, loss, &store, &story);
                cuts += 1;
            }
        }
    }
    assert!(cuts > 100 * LOSSES.len(), "{cuts} cuts");
    None
}

#[test]
fn a_power_cut_at_any_operation_leaves_the_old_or_the_new() {
    let packs = Packs::new();
    let folder = tempfile::tempdir().unwrap();
    let life = live(&packs, folder.path());
    let mix = first_mix(
        folder.path(),
        &life,
        |_| true,
        |cuts, loss, store, story| {
            if loss == Loss::Everything || cuts % 5 == 0 {
                goes_on(&packs, store, story);
            }
        },
    );
    assert_eq!(mix, None);
}

#[test]
fn a_disk_that_does_not_sync_is_found_out() {
    let packs = Packs::new();
    let folder = tempfile::tempdir().unwrap();
    let life = live(&packs, folder.path());
    let is_sync_of = |operation: &Operation, kind: &dyn Fn(&Path) -> bool| match operation {
        Operation::Sync(path) => kind(path),
        _ => false,
    };
    let has_name = |path: &Path, name: &str| path.file_name().is_some_and(|n| n == name);
    let kinds: [(&str, &dyn Fn(&Path) -> bool); 6] = [
        ("files", &|path| path.extension().is_some()),
        ("folders", &|path| path.extension().is_none()),
        ("the store", &|path| has_name(path, "content")),
        ("its generations", &|path| has_name(path, "generations")),
        ("the pointer", &|path| has_name(path, "active.tmp")),
        ("manifests", &|path| has_name(path, "manifest.json")),
    ];
    for (what, kind) in kinds {
        let syncs = |operation: &Operation| !is_sync_of(operation, kind);
        let mix = first_mix(folder.path(), &life, syncs, |_, _, _, _| {});
        assert!(mix.is_some(), "nobody noticed that {what} were not synced");
    }
}

#[test]
fn a_disk_that_refuses_at_any_operation_leaves_the_old_or_the_new() {
    let packs = Packs::new();
    let undisturbed = tempfile::tempdir().unwrap();
    let life = live(&packs, undisturbed.path());
    let operations: usize = life.iter().map(|step| step.operations.len()).sum();
    for from in 0..operations {
        let folder = tempfile::tempdir().unwrap();
        let refusing = NotingDisk::refusing_from(from);
        let store = store_on(&refusing, folder.path());
        let failed = LIFE
            .iter()
            .position(|(name, step)| match step(&packs, &store) {
                Ok(_) => false,
                Err(StoreError::Disk { .. }) => true,
                Err(other) => panic!("{name}, refused from {from}: {other}"),
            });
        let found = look(&store);
        // Only the last removal may fail without being told.
        let at = failed.unwrap_or(LIFE.len() - 1);
        let story = format!("{}, refused from {from}", LIFE[at].0);
        let is_one_of_them = found == life[at].old || found == life[at].new;
        assert!(is_one_of_them, "{story}: {found:?}");
        let working = store_on(&NotingDisk::default(), folder.path());
        goes_on(&packs, &working, &story);
    }
}
