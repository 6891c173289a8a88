//! Staging and activating: all or nothing, whatever is cut off when.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sample::Pack;
use cheval_content::{GenerationId, Store, StoreError};

struct Kiosk {
    folder: tempfile::TempDir,
    store: Store,
}

impl Kiosk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("content"));
        Self { folder, store }
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join("content").join(relative)
    }

    /// Stages and activates a pack of this revision, which proves itself.
    fn publish(&self, revision: u32) -> GenerationId {
        let id = self.store.stage(pack_of(revision).dir()).unwrap();
        self.store.activate(id).unwrap();
        self.store.commit(id).unwrap();
        id
    }

    fn generations(&self) -> Vec<String> {
        names(&self.path("generations"))
    }

    #[track_caller]
    fn plays(&self, pack: &str) {
        assert_eq!(self.store.active().unwrap().pack, pack);
    }
}

fn pack_of(revision: u32) -> Pack {
    let pack = Pack::new();
    pack.change(
        "pack.toml",
        "revision = 3",
        &format!("revision = {revision}"),
    );
    pack
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn an_empty_store_says_so_and_is_not_touched() {
    let kiosk = Kiosk::new();
    assert!(matches!(
        kiosk.store.active(),
        Err(StoreError::NothingActive(_))
    ));
    assert!(!kiosk.path("").exists(), "looking creates nothing");
}

#[test]
fn a_staged_pack_plays_only_after_it_was_activated() {
    let kiosk = Kiosk::new();
    let first = kiosk.publish(1);
    let second = kiosk.store.stage(pack_of(2).dir()).unwrap();
    assert!(second > first);
    kiosk.plays("corner-shop@1");
    kiosk.store.activate(second).unwrap();
    let active = kiosk.store.active().unwrap();
    assert_eq!(
        (active.id, active.pack.as_str(), active.rolled_back),
        (second, "corner-shop@2", None)
    );
    assert!(
        active
            .dir
            .join(&active.catalogue.garments[0].picture)
            .is_file()
    );
}

#[test]
fn the_active_and_the_previous_generation_are_kept_and_no_other() {
    let kiosk = Kiosk::new();
    for revision in 1..=4 {
        kiosk.publish(revision);
    }
    assert_eq!(kiosk.generations(), ["3", "4"]);
    kiosk.store.activate(GenerationId(3)).unwrap();
    kiosk.plays("corner-shop@3");
}

#[test]
fn a_pack_with_errors_leaves_nothing_behind() {
    let kiosk = Kiosk::new();
    kiosk.publish(1);
    let bad = pack_of(2);
    bad.write("garments/TEE-1.png", "no picture");
    let error = kiosk.store.stage(bad.dir()).unwrap_err();
    assert!(
        matches!(&error, StoreError::Pack(problems) if problems.0.len() == 1),
        "{error}"
    );
    fs::remove_file(bad.path("garments/TEE-1.png")).unwrap();
    let error = kiosk.store.stage(bad.dir()).unwrap_err();
    assert!(error.to_string().contains("is missing"), "{error}");
    assert_eq!(kiosk.generations(), ["1"]);
    kiosk.plays("corner-shop@1");
}

#[test]
fn a_kill_at_any_step_leaves_the_old_or_the_new() {
    // While copying: a half-filled folder, with and without a manifest.
    let kiosk = Kiosk::new();
    kiosk.publish(1);
    fs::create_dir_all(kiosk.path("generations/2.tmp/pack/texts")).unwrap();
    fs::write(kiosk.path("generations/2.tmp/pack/pack.toml"), "schema_ver").unwrap();
    kiosk.plays("corner-shop@1");
    let staged = kiosk.store.stage(pack_of(2).dir()).unwrap();
    assert_eq!(
        kiosk.generations(),
        ["1", "2"],
        "the leftovers are swept away"
    );

    // Between staging and activating.
    kiosk.plays("corner-shop@1");

    // While the pointer was written: a half-written temporary file.
    fs::write(kiosk.path("active.tmp"), "{\"acti").unwrap();
    kiosk.plays("corner-shop@1");
    kiosk.store.activate(staged).unwrap();
    kiosk.plays("corner-shop@2");
    assert_eq!(names(&kiosk.path("")), ["active", "generations", "lock"]);

    // While an old generation was removed: it is renamed first.
    fs::rename(kiosk.path("generations/1"), kiosk.path("generations/1.tmp")).unwrap();
    kiosk.plays("corner-shop@2");
    kiosk.publish(3);
    assert_eq!(kiosk.generations(), ["2", "3"]);
}

/// Two generations, the active one damaged; the previous one must play and the reason must hold these words.
#[track_caller]
fn rolls_back(damage: impl FnOnce(&Kiosk), words: &str) {
    let kiosk = Kiosk::new();
    kiosk.publish(1);
    kiosk.publish(2);
    damage(&kiosk);
    let active = kiosk.store.active().unwrap();
    let back = active.rolled_back.expect("it says that it rolled back");
    assert_eq!(
        (active.pack.as_str(), back.from),
        ("corner-shop@1", Some(GenerationId(2)))
    );
    assert!(
        back.why.contains(words),
        "`{words}` is not in: {}",
        back.why
    );

    // The next pack is activated on top of the generation that really plays.
    kiosk.publish(3);
    kiosk.plays("corner-shop@3");
    fs::remove_dir_all(kiosk.path("generations/3")).unwrap();
    kiosk.plays("corner-shop@1");
}

#[test]
fn a_damaged_generation_rolls_itself_back_and_says_why() {
    let picture = "generations/2/pack/garments/TEE-1.png";
    rolls_back(
        |k| fs::write(k.path(picture), "rotten").unwrap(),
        "has changed since it was staged",
    );
    rolls_back(|k| fs::remove_file(k.path(picture)).unwrap(), "is missing");
    rolls_back(
        |k| fs::remove_file(k.path("generations/2/manifest.json")).unwrap(),
        "manifest.json` is missing",
    );
    rolls_back(
        |k| fs::write(k.path("generations/2/manifest.json"), "{}").unwrap(),
        "manifest is unreadable",
    );
    let escape = r#"{"schema_version":1,"pack":"x@1","files":[{"path":"../../../x","size_bytes":1,"sha256":""}]}"#;
    rolls_back(
        |k| fs::write(k.path("generations/2/manifest.json"), escape).unwrap(),
        "leads out of the pack",
    );
    let empty = r#"{"schema_version":1,"pack":"x@1","files":[]}"#;
    rolls_back(
        |k| fs::write(k.path("generations/2/manifest.json"), empty).unwrap(),
        "was not there when it was staged",
    );
    let flip_one_bit = |k: &Kiosk| {
        let mut bytes = fs::read(k.path(picture)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(k.path(picture), bytes).unwrap();
    };
    rolls_back(flip_one_bit, "TEE-1.png");
}

#[test]
fn a_damaged_pointer_finds_the_newest_sound_generation() {
    let kiosk = Kiosk::new();
    kiosk.publish(1);
    kiosk.publish(2);
    for pointer in [
        "",
        "{\"active\":",
        "null",
        "{\"active\":2,\"previous\":1,\"more\":0}",
    ] {
        fs::write(kiosk.path("active"), pointer).unwrap();
        let active = kiosk.store.active().unwrap();
        assert_eq!(active.pack, "corner-shop@2", "{pointer:?}");
        assert!(
            active
                .rolled_back
                .unwrap()
                .why
                .contains("`active` is damaged")
        );
    }
}

#[test]
fn without_a_sound_generation_every_reason_is_told() {
    let kiosk = Kiosk::new();
    kiosk.publish(1);
    kiosk.publish(2);
    for id in ["1", "2"] {
        fs::write(kiosk.path(&format!("generations/{id}/pack/pack.toml")), "x").unwrap();
    }
    let error = kiosk.store.active().unwrap_err().to_string();
    assert!(
        error.contains("generation 1 is damaged") && error.contains("generation 2 is damaged"),
        "{error}"
    );
}

#[test]
fn only_sound_generations_are_activated() {
    let kiosk = Kiosk::new();
    kiosk.publish(1);
    assert!(matches!(
        kiosk.store.activate(GenerationId(9)),
        Err(StoreError::Damaged { .. })
    ));
    let staged = kiosk.store.stage(pack_of(2).dir()).unwrap();
    fs::write(kiosk.path("generations/2/pack/texts/en.toml"), "").unwrap();
    assert!(matches!(
        kiosk.store.activate(staged),
        Err(StoreError::Damaged { .. })
    ));
    kiosk.plays("corner-shop@1");
}

#[test]
fn two_programs_cannot_change_the_content_at_once() {
    let kiosk = Kiosk::new();
    kiosk.publish(1);
    let held = fs::OpenOptions::new()
        .write(true)
        .open(kiosk.path("lock"))
        .unwrap();
    held.lock().unwrap();
    assert!(matches!(
        kiosk.store.stage(pack_of(2).dir()),
        Err(StoreError::Busy(_))
    ));
    assert!(matches!(
        kiosk.store.activate(GenerationId(1)),
        Err(StoreError::Busy(_))
    ));
    kiosk.plays("corner-shop@1");
    held.unlock().unwrap();
    kiosk.publish(2);
}

#[test]
fn a_store_that_cannot_be_written_says_so() {
    let kiosk = Kiosk::new();
    fs::write(
        kiosk.folder.path().join("content"),
        "a file where the folder should be",
    )
    .unwrap();
    let error = kiosk.store.stage(pack_of(1).dir()).unwrap_err();
    assert!(matches!(error, StoreError::Disk { .. }), "{error}");
    assert!(error.to_string().starts_with("cannot create"), "{error}");
}
