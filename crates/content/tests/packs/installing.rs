//! A `.cheval` file becomes a generation, or is refused with nothing left behind; and the store keeps to its share of the disk.

use std::fs;
use std::path::PathBuf;

use cheval_content::bundle::{Plan, PrivateKey, PublicKey, Refusal, Terms};
use cheval_content::{Store, StoreError};

use crate::bundle_sample::{assemble, built, entry, manifest, sign};
use crate::sample::{PACK, Pack};

struct Kiosk {
    folder: tempfile::TempDir,
    store: Store,
    trusted: Vec<PublicKey>,
}

impl Kiosk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("content"));
        let trusted = vec![PrivateKey::from_seed(&[1; 32]).public()];
        Self {
            folder,
            store,
            trusted,
        }
    }

    fn terms(&self) -> Terms<'_> {
        Terms {
            trusted: Some(&self.trusted),
            ..Terms::SOUND
        }
    }

    fn put(&self, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join("pack.cheval");
        fs::write(&path, bytes).unwrap();
        path
    }

    fn install(&self, bytes: &[u8], terms: &Terms<'_>) -> Result<(), StoreError> {
        let file = self.put(bytes);
        let id = self.store.stage_bundle(&file, terms, &mut |_| {})?;
        self.store.activate(id)
    }

    fn generations(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join("content/generations"));
        let mut names: Vec<String> = entries
            .map(|all| {
                all.map(|e| e.unwrap().file_name().into_string().unwrap())
                    .collect()
            })
            .unwrap_or_default();
        names.sort();
        names
    }

    #[track_caller]
    fn plays(&self, pack: &str) {
        assert_eq!(self.store.active().unwrap().pack, pack);
    }

    /// Why this file is refused; revision 3 plays on and nothing of the file is left.
    #[track_caller]
    fn refuses(&self, bytes: &[u8], terms: &Terms<'_>) -> StoreError {
        let cause = self.install(bytes, terms).expect_err("it is refused");
        self.plays("corner-shop@3");
        assert_eq!(self.generations(), ["1"]);
        cause
    }
}

fn pack_of(revision: u32) -> Pack {
    let pack = Pack::new();
    let to = format!("revision = {revision}");
    pack.change("pack.toml", "revision = 3", &to);
    pack
}

/// The small pack of this revision, signed by the one who is trusted.
fn signed(revision: u32) -> Vec<u8> {
    signed_by(&pack_of(revision), 1)
}

fn signed_by(pack: &Pack, seed: u8) -> Vec<u8> {
    let mut file = built(pack);
    sign(&mut file, seed);
    file
}

#[test]
fn a_file_becomes_the_generation_that_its_folder_would_be() {
    let kiosk = Kiosk::new();
    let file = kiosk.put(&signed(3));
    let mut written = 0;
    let mut progress = |bytes| written += bytes;
    let id = kiosk
        .store
        .stage_bundle(&file, &kiosk.terms(), &mut progress);
    kiosk.store.activate(id.unwrap()).unwrap();
    let plan = Plan::new(pack_of(3).dir(), None).unwrap();
    assert_eq!(written, plan.manifest().blob_bytes());

    let of_folder = Kiosk::new();
    let id = of_folder.store.stage(pack_of(3).dir()).unwrap();
    of_folder.store.activate(id).unwrap();
    let (ours, theirs) = (
        kiosk.store.active().unwrap(),
        of_folder.store.active().unwrap(),
    );
    assert_eq!(ours.catalogue, theirs.catalogue);
    let listed = |kiosk: &Kiosk| {
        let manifest = "content/generations/1/manifest.json";
        fs::read_to_string(kiosk.folder.path().join(manifest)).unwrap()
    };
    assert_eq!(listed(&kiosk), listed(&of_folder));
}

#[test]
fn files_of_the_same_contents_are_all_there() {
    // The slide and the garment of the small pack have one picture.
    let kiosk = Kiosk::new();
    kiosk.install(&signed(3), &kiosk.terms()).unwrap();
    let dir = kiosk.store.active().unwrap().dir;
    let slide = fs::read(dir.join("slides/welcome.png")).unwrap();
    assert!(slide == fs::read(dir.join("garments/TEE-1.png")).unwrap());
}

#[test]
fn what_nobody_trusted_signed_is_refused() {
    let kiosk = Kiosk::new();
    kiosk.install(&signed(3), &kiosk.terms()).unwrap();
    let refused = |bytes: &[u8]| match kiosk.refuses(bytes, &kiosk.terms()) {
        StoreError::Bundle(refusal) => refusal,
        other => panic!("{other}"),
    };
    assert!(matches!(refused(&built(&pack_of(4))), Refusal::Unsigned));
    let stranger = signed_by(&pack_of(4), 2);
    assert!(matches!(refused(&stranger), Refusal::UnknownKey { .. }));
    let mut forged = signed(4);
    forged[100] ^= 1;
    assert!(matches!(refused(&forged), Refusal::SignatureWrong));
}

#[test]
fn an_older_revision_is_refused_unless_it_is_wanted() {
    let kiosk = Kiosk::new();
    kiosk.install(&signed(3), &kiosk.terms()).unwrap();
    let cause = kiosk.refuses(&signed(2), &kiosk.terms());
    let older = matches!(
        cause,
        StoreError::Bundle(Refusal::Older {
            revision: 2,
            installed: 3
        })
    );
    assert!(older, "{cause}");
    let back = Terms {
        allow_older: true,
        ..kiosk.terms()
    };
    kiosk.install(&signed(2), &back).unwrap();
    kiosk.plays("corner-shop@2");
    kiosk.install(&signed(2), &kiosk.terms()).unwrap();

    // Another pack counts its own revisions.
    let other = pack_of(1);
    other.change("pack.toml", "id = \"corner-shop\"", "id = \"other-shop\"");
    kiosk
        .install(&signed_by(&other, 1), &kiosk.terms())
        .unwrap();
    kiosk.plays("other-shop@1");
}

#[test]
fn an_expired_pack_is_refused_and_an_installed_one_plays_on() {
    let kiosk = Kiosk::new();
    let build = |revision| {
        let not_after = "2027-01-31T23:00:00Z".parse().unwrap();
        let pack = pack_of(revision);
        let plan = Plan::new(pack.dir(), Some(not_after)).unwrap();
        let mut file = Vec::new();
        plan.write(&mut file, &mut |_| {}).unwrap();
        sign(&mut file, 1);
        file
    };
    let at = |now: &str| Terms {
        now: Some(now.parse().unwrap()),
        ..kiosk.terms()
    };
    kiosk
        .install(&build(3), &at("2027-01-31T23:00:00Z"))
        .unwrap();
    let cause = kiosk.refuses(&build(4), &at("2027-02-01T00:00:00Z"));
    assert!(
        matches!(cause, StoreError::Bundle(Refusal::Expired { .. })),
        "{cause}"
    );
}

#[test]
fn damage_anywhere_leaves_nothing_behind() {
    let kiosk = Kiosk::new();
    kiosk.install(&signed(3), &kiosk.terms()).unwrap();
    let sound = signed(4);
    let step = sound.len() / 40;
    for at in (0..sound.len()).step_by(step).chain([sound.len() - 1]) {
        let mut flipped = sound.clone();
        flipped[at] ^= 0x20;
        kiosk.refuses(&flipped, &kiosk.terms());
        kiosk.refuses(&sound[..at], &kiosk.terms());
    }
    kiosk.refuses(&[&sound[..], b"x"].concat(), &kiosk.terms());
    let nowhere = kiosk.folder.path().join("none.cheval");
    let cause = kiosk
        .store
        .stage_bundle(&nowhere, &kiosk.terms(), &mut |_| {});
    assert!(
        cause.unwrap_err().to_string().starts_with("cannot open"),
        "no such file"
    );
}

#[test]
fn a_signed_file_whose_pack_is_bad_is_refused() {
    let kiosk = Kiosk::new();
    kiosk.install(&signed(3), &kiosk.terms()).unwrap();
    // The label says revision 3 of the corner shop.
    let lying = |toml: &str, sound: &dyn Fn(&Pack)| {
        let pack = Pack::new();
        pack.write("pack.toml", toml);
        sound(&pack);
        let mut paths = vec![
            "garments/TEE-1.fit.toml",
            "garments/TEE-1.png",
            "pack.toml",
            "slides/welcome.png",
            "texts/en.toml",
            "texts/pl.toml",
        ];
        let bytes = |path: &&str| fs::read(pack.path(path)).unwrap();
        let entries: Vec<String> = paths.iter().map(|p| entry(p, &bytes(p))).collect();
        paths.retain(|p| !["slides/welcome.png", "texts/pl.toml"].contains(p));
        let mut blobs: Vec<Vec<u8>> = paths.iter().map(bytes).collect();
        if bytes(&"slides/welcome.png") != bytes(&"garments/TEE-1.png") {
            blobs.insert(3, bytes(&"slides/welcome.png"));
        }
        let blobs: Vec<&[u8]> = blobs.iter().map(Vec::as_slice).collect();
        let mut file = assemble(manifest(&entries).as_bytes(), &blobs);
        sign(&mut file, 1);
        kiosk.refuses(&file, &kiosk.terms())
    };
    for (from, to, found) in [
        ("revision = 3", "revision = 9", "corner-shop@9"),
        (
            "id = \"corner-shop\"",
            "id = \"other-shop\"",
            "other-shop@3",
        ),
    ] {
        let cause = lying(&PACK.replace(from, to), &|_| {});
        assert!(
            matches!(&cause, StoreError::Mislabelled { found: f, .. } if f == found),
            "{cause}"
        );
    }
    let cause = lying(PACK, &|pack| {
        pack.write("slides/welcome.png", "no picture");
    });
    assert!(
        matches!(&cause, StoreError::Pack(p) if p.0.len() == 1),
        "{cause}"
    );
    let cause = lying("schema_version = 9", &|_| {});
    assert!(cause.to_string().contains("layout 9"), "{cause}");
}

#[test]
fn the_store_keeps_to_its_quota() {
    let kiosk = Kiosk::new();
    kiosk.install(&signed(3), &kiosk.terms()).unwrap();
    let generation_bytes: u64 = {
        let dir = kiosk.folder.path().join("content/generations/1");
        let manifest = fs::metadata(dir.join("manifest.json")).unwrap().len();
        let plan = Plan::new(pack_of(3).dir(), None).unwrap();
        let files = plan.manifest().files().iter().map(|f| f.size_bytes);
        files.sum::<u64>() + manifest
    };
    let quota = |generations: u64| {
        let bytes = generations * generation_bytes + 100;
        kiosk.store.clone().with_quota(bytes)
    };
    // One more does not fit: neither as a file nor as a folder.
    let file = kiosk.put(&signed(4));
    let refused = [
        quota(1).stage_bundle(&file, &kiosk.terms(), &mut |_| {}),
        quota(1).stage(pack_of(4).dir()),
    ];
    for cause in refused.map(Result::unwrap_err) {
        let StoreError::NoRoom {
            new_bytes,
            kept_bytes,
            quota_bytes,
        } = cause
        else {
            panic!("{cause}");
        };
        assert!(new_bytes > 0 && kept_bytes == generation_bytes);
        assert!(kept_bytes + new_bytes > quota_bytes);
        assert!(
            cause
                .to_string()
                .contains("there is no room for the new content"),
            "{cause}"
        );
        assert_eq!(kiosk.generations(), ["1"]);
    }
    kiosk.plays("corner-shop@3");

    // Two fit, and three: the active one, the previous one and the new one.
    let store = quota(3);
    for revision in 4..=7 {
        let id = store.stage(pack_of(revision).dir()).unwrap();
        store.activate(id).unwrap();
    }
    assert_eq!(kiosk.generations().len(), 2);
    assert!(matches!(
        quota(2).stage(pack_of(8).dir()),
        Err(StoreError::NoRoom { .. })
    ));

    // What was staged and never activated gives way, and only when it must.
    let waiting = store.stage(pack_of(8).dir()).unwrap();
    let roomy = kiosk.store.stage(pack_of(9).dir()).unwrap();
    assert_eq!(kiosk.generations().len(), 4);
    let last = store.stage(pack_of(10).dir()).unwrap();
    assert_eq!(kiosk.generations().len(), 3);
    assert!(kiosk.store.activate(waiting).is_err() && kiosk.store.activate(roomy).is_err());
    store.activate(last).unwrap();
    kiosk.plays("corner-shop@10");
}
