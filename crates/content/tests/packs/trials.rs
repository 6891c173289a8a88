//! A new generation is on trial until it has proven itself, or is given up for the one before.

use std::fs;
use std::path::PathBuf;

use cheval_content::bundle::{Plan, Terms};
use cheval_content::{GenerationId, RollBack, Store, StoreError};

use crate::sample::Pack;

struct Kiosk {
    folder: tempfile::TempDir,
    store: Store,
}

impl Kiosk {
    /// Revision 1 has proven itself.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("content"));
        let kiosk = Self { folder, store };
        let id = kiosk.try_out(1);
        kiosk.store.commit(id).unwrap();
        kiosk
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join("content").join(relative)
    }

    fn try_out(&self, revision: u32) -> GenerationId {
        let id = self.store.stage(pack_of(revision).dir()).unwrap();
        self.store.activate(id).unwrap();
        id
    }

    fn pointer(&self) -> String {
        fs::read_to_string(self.path("active")).unwrap()
    }

    /// The revision that plays and whether it is on trial.
    #[track_caller]
    fn plays(&self, revision: u32, on_trial: bool) {
        let active = self.store.active().unwrap();
        let shown = (active.pack, active.on_trial);
        assert_eq!(shown, (format!("corner-shop@{revision}"), on_trial));
    }

    fn rolled_back(&self) -> Option<RollBack> {
        self.store.active().unwrap().rolled_back
    }
}

fn pack_of(revision: u32) -> Pack {
    let pack = Pack::new();
    let to = format!("revision = {revision}");
    pack.change("pack.toml", "revision = 3", &to);
    pack
}

#[test]
fn a_trial_ends_with_the_commit() {
    let kiosk = Kiosk::new();
    let id = kiosk.try_out(2);
    kiosk.plays(2, true);
    kiosk.store.activate(id).unwrap();
    kiosk.plays(2, true);
    kiosk.store.commit(id).unwrap();
    kiosk.plays(2, false);
    assert_eq!(kiosk.pointer(), r#"{"active":2,"previous":1}"#);
    kiosk.store.commit(id).unwrap();
    kiosk.store.activate(id).unwrap();
    kiosk.plays(2, false);
    assert_eq!(kiosk.rolled_back(), None);
}

#[test]
fn a_pointer_of_the_first_programs_is_one_without_trial() {
    let kiosk = Kiosk::new();
    let id = kiosk.try_out(2);
    fs::write(kiosk.path("active"), r#"{"active":2,"previous":1}"#).unwrap();
    kiosk.plays(2, false);
    kiosk.store.commit(id).unwrap();
    fs::write(kiosk.path("active"), r#"{"active":1,"previous":null}"#).unwrap();
    kiosk.plays(1, false);
}

#[test]
fn what_was_given_up_is_told_of_and_not_tried_again() {
    let kiosk = Kiosk::new();
    let bad = kiosk.try_out(2);
    let back = kiosk.store.give_up(bad, "it froze three times").unwrap();
    assert_eq!(back, GenerationId(1));
    kiosk.plays(1, false);
    let told = kiosk.rolled_back().unwrap();
    assert_eq!(told.from, Some(bad));
    assert_eq!(told.why, "generation 2 was given up: it froze three times");
    assert!(!kiosk.path("generations/2").exists());

    // Neither by its number nor by its contents, however they arrive.
    let file = kiosk.folder.path().join("pack.cheval");
    let pack = pack_of(2);
    let plan = Plan::new(pack.dir(), None).unwrap();
    plan.write_file(&file, &mut |_| {}).unwrap();
    for refused in [
        kiosk.store.activate(bad).map(|()| bad),
        kiosk.store.stage(pack.dir()),
        kiosk.store.stage_bundle(&file, &Terms::SOUND, &mut |_| {}),
    ] {
        let cause = refused.unwrap_err();
        assert!(
            matches!(&cause, StoreError::GivenUp { id, why } if *id == bad && why.contains("froze")),
            "{cause}"
        );
    }
    assert_eq!(fs::read_dir(kiosk.path("generations")).unwrap().count(), 1);
    assert!(kiosk.rolled_back().is_some(), "still told");

    // Anything else gets its chance, under a number that was never used.
    let next = kiosk.try_out(3);
    assert_eq!(next, GenerationId(3));
    kiosk.plays(3, true);
    assert_eq!(kiosk.rolled_back(), None);
    kiosk.store.commit(next).unwrap();
    let cause = kiosk.store.stage(pack.dir()).unwrap_err();
    assert!(matches!(cause, StoreError::GivenUp { .. }), "{cause}");
}

#[test]
fn the_way_back_leads_to_what_has_proven_itself() {
    let kiosk = Kiosk::new();
    kiosk.try_out(2);
    kiosk.try_out(3);
    let bad = kiosk.try_out(4);
    assert_eq!(kiosk.store.give_up(bad, "black").unwrap(), GenerationId(1));
    kiosk.plays(1, false);

    // Where nothing has, to what played.
    let fresh = tempfile::tempdir().unwrap();
    let store = Store::open(fresh.path());
    let stage = |revision| store.stage(pack_of(revision).dir()).unwrap();
    store.activate(stage(1)).unwrap();
    let second = stage(2);
    store.activate(second).unwrap();
    assert_eq!(store.give_up(second, "black").unwrap(), GenerationId(1));
}

#[test]
fn only_a_trial_can_be_given_up() {
    let kiosk = Kiosk::new();
    let (first, second) = (GenerationId(1), GenerationId(2));
    let not_on_trial = |id| {
        let cause = kiosk.store.give_up(id, "late").unwrap_err();
        assert!(matches!(cause, StoreError::NotOnTrial { .. }), "{cause}");
    };
    not_on_trial(first);
    kiosk.try_out(2);
    not_on_trial(first);
    let cause = kiosk.store.commit(first).unwrap_err();
    assert!(matches!(cause, StoreError::NotOnTrial { .. }), "{cause}");

    // Something that plays badly is better than nothing.
    let picture = kiosk.path("generations/1/pack/slides/welcome.png");
    let sound = fs::read(&picture).unwrap();
    fs::write(&picture, "rotten").unwrap();
    let cause = kiosk.store.give_up(second, "black").unwrap_err();
    assert!(matches!(cause, StoreError::Damaged { .. }), "{cause}");
    kiosk.plays(2, true);
    fs::write(&picture, sound).unwrap();
    kiosk.store.commit(second).unwrap();
    not_on_trial(second);

    let fresh = tempfile::tempdir().unwrap();
    let store = Store::open(fresh.path());
    let id = store.stage(pack_of(1).dir()).unwrap();
    assert!(matches!(
        store.commit(id),
        Err(StoreError::NotOnTrial { .. })
    ));
    store.activate(id).unwrap();
    let cause = store.give_up(id, "black").unwrap_err();
    assert!(matches!(cause, StoreError::NoWayBack { .. }), "{cause}");
    assert!(store.active().unwrap().on_trial);
}

#[test]
fn reasons_are_kept_short_and_few() {
    let kiosk = Kiosk::new();
    for revision in 2..=7 {
        let bad = kiosk.try_out(revision);
        let reason = "\u{1}ж\"\n".repeat(100_000);
        kiosk.store.give_up(bad, &reason).unwrap();
        kiosk.plays(1, false);
    }
    assert!(kiosk.pointer().len() < 16_000, "{}", kiosk.pointer().len());
    // The oldest ones are forgotten.
    let remembered = (2..=7).map(|revision| kiosk.store.stage(pack_of(revision).dir()).is_err());
    assert_eq!(
        remembered.collect::<Vec<_>>(),
        [false, false, true, true, true, true]
    );
    kiosk.plays(1, false);
}
