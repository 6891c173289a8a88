//! Who may say what is played, until when, and instead of what.

use std::fs;

use cheval_content::bundle::{
    Plan, PrivateKey, PublicKey, Refusal, SignError, Terms, sign_file, verify,
};

use crate::bundle_sample::{built, manifest_of, refusal, sign};
use crate::sample::Pack;

fn key(seed: u8) -> PublicKey {
    PrivateKey::from_seed(&[seed; 32]).public()
}

/// The small pack signed with this seed.
fn signed(seed: u8) -> Vec<u8> {
    let mut file = built(&Pack::new());
    sign(&mut file, seed);
    file
}

fn trusting(keys: &[PublicKey]) -> Terms<'_> {
    Terms {
        trusted: Some(keys),
        ..Terms::SOUND
    }
}

#[test]
fn a_trusted_signature_is_taken() {
    let keys = [key(1), key(2)];
    for seed in [1, 2] {
        let verified = verify(&*signed(seed), &trusting(&keys), &mut |_| {}).unwrap();
        assert_eq!(verified.signer, Some(key(seed)));
    }
}

#[test]
fn others_are_not_trusted() {
    let told = refusal(&signed(3), &trusting(&[key(1), key(2)]));
    assert!(
        matches!(told, Refusal::UnknownKey { signer } if signer == key(3).id()),
        "{told}"
    );
    assert!(matches!(
        refusal(&signed(1), &trusting(&[])),
        Refusal::UnknownKey { .. }
    ));
    let told = refusal(&built(&Pack::new()), &trusting(&[key(1)]));
    assert!(matches!(told, Refusal::Unsigned), "{told}");
}

#[test]
fn a_wrong_signature_is_refused_even_when_nobody_asks() {
    let wrong = |change: &dyn Fn(&mut [u8])| {
        let mut file = signed(1);
        change(&mut file);
        for terms in [Terms::SOUND, trusting(&[key(1), key(2)])] {
            let told = refusal(&file, &terms);
            assert!(matches!(told, Refusal::SignatureWrong), "{told}");
        }
    };
    // Somebody else's name on it.
    wrong(&|f| f[48..80].copy_from_slice(&signed(2)[48..80]));
    // Somebody else's signature.
    wrong(&|f| f[80..144].copy_from_slice(&signed(2)[80..144]));
    // Half taken away.
    wrong(&|f| f[48..80].fill(0));
    wrong(&|f| f[80..144].fill(0));
    // Keys with which anything looks signed: the small-order points.
    wrong(&|f| f[48..144].fill(0xFF));
    wrong(&|f| {
        f[48..144].fill(0);
        f[48] = 1;
        f[80] = 1;
    });
    // A signature that other programs would take too: S plus the order of the group.
    wrong(&|f| {
        let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        let mut carry = 0;
        for (s, l) in f[112..144].iter_mut().zip(order.unwrap()) {
            let sum = u16::from(*s) + u16::from(l) + carry;
            *s = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
    });
    // The manifest of another pack under the signature of this one.
    let (other, file) = (Pack::new(), signed(1));
    other.change("pack.toml", "revision = 3", "revision = 9");
    let mut other = built(&other);
    other[48..144].copy_from_slice(&file[48..144]);
    assert!(matches!(
        refusal(&other, &Terms::SOUND),
        Refusal::SignatureWrong
    ));
}

#[test]
fn a_signature_is_for_packs_only() {
    use ed25519_dalek::{Signer as _, SigningKey};
    let mut file = signed(1);
    let key = SigningKey::from_bytes(&[1; 32]);
    let bare = key.sign(&file[manifest_of(&file)]).to_bytes();
    file[80..144].copy_from_slice(&bare);
    assert!(matches!(
        refusal(&file, &Terms::SOUND),
        Refusal::SignatureWrong
    ));
}

#[test]
fn an_expired_pack_is_refused_from_then_on() {
    let pack = Pack::new();
    let not_after = "2027-01-31T23:00:00Z".parse().unwrap();
    let plan = Plan::new(pack.dir(), Some(not_after)).unwrap();
    let mut file = Vec::new();
    plan.write(&mut file, &mut |_| {}).unwrap();
    let at = |now: &str| Terms {
        now: Some(now.parse().unwrap()),
        ..Terms::SOUND
    };
    for now in ["2026-11-22T08:00:00Z", "2027-01-31T23:00:00Z"] {
        let verified = verify(&*file, &at(now), &mut |_| {}).unwrap();
        assert_eq!(verified.manifest.not_after(), Some(not_after));
    }
    let told = refusal(&file, &at("2027-01-31T23:00:01Z"));
    assert!(matches!(told, Refusal::Expired { .. }), "{told}");
    assert!(verify(&*file, &Terms::SOUND, &mut |_| {}).is_ok());
    let unlimited = built(&pack);
    assert!(verify(&*unlimited, &at("2999-01-01T00:00:00Z"), &mut |_| {}).is_ok());
}

#[test]
fn an_older_revision_is_refused() {
    let file = built(&Pack::new());
    let over = |installed| Terms {
        installed: Some(installed),
        ..Terms::SOUND
    };
    for installed in [0, 2, 3] {
        assert!(verify(&*file, &over(installed), &mut |_| {}).is_ok());
    }
    for installed in [4, u64::MAX] {
        let told = refusal(&file, &over(installed));
        assert!(matches!(told, Refusal::Older { revision: 3, .. }), "{told}");
    }
}

#[test]
fn signing_changes_the_signature_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pack.cheval");
    let unsigned = built(&Pack::new());
    fs::write(&path, &unsigned).unwrap();
    let (first, second) = (
        PrivateKey::from_seed(&[1; 32]),
        PrivateKey::from_seed(&[2; 32]),
    );
    let verified = sign_file(&path, &first, false).unwrap();
    assert_eq!(verified.signer, Some(first.public()));
    let file = fs::read(&path).unwrap();
    assert!(file == signed(1), "as signed by hand");
    assert!(file[..48] == unsigned[..48] && file[144..] == unsigned[144..]);
    sign_file(&path, &first, false).unwrap();
    assert!(fs::read(&path).unwrap() == file, "twice is once");
    let told = sign_file(&path, &second, false).unwrap_err();
    assert!(
        matches!(told, SignError::Signed { signer } if signer == key(1).id()),
        "{told}"
    );
    assert!(fs::read(&path).unwrap() == file);
    sign_file(&path, &second, true).unwrap();
    assert!(fs::read(&path).unwrap() == signed(2));
}

#[test]
fn what_is_not_sound_is_not_signed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pack.cheval");
    let key = PrivateKey::from_seed(&[1; 32]);
    let mut file = built(&Pack::new());
    *file.last_mut().unwrap() ^= 1;
    fs::write(&path, &file).unwrap();
    let told = sign_file(&path, &key, false).unwrap_err();
    assert!(
        matches!(
            told,
            SignError::Refused {
                source: Refusal::BlobDamaged { .. },
                ..
            }
        ),
        "{told}"
    );
    assert!(fs::read(&path).unwrap() == file);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let nowhere = sign_file(&folder.path().join("none"), &key, false).unwrap_err();
    assert!(matches!(nowhere, SignError::Disk { .. }), "{nowhere}");
}

#[test]
fn keys_survive_being_written_and_never_replace_others() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("spring.2027");
    let key = PrivateKey::generate().unwrap();
    let (private, public) = key.write_pair(&name).unwrap();
    assert!(private.ends_with("spring.2027.key") && public.ends_with("spring.2027.pub"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&private).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    assert!(
        fs::read_to_string(&private)
            .unwrap()
            .starts_with("-----BEGIN PRIVATE KEY-----\n")
    );
    assert!(
        fs::read_to_string(&public)
            .unwrap()
            .starts_with("-----BEGIN PUBLIC KEY-----\n")
    );
    assert_eq!(PrivateKey::read(&private).unwrap().public(), key.public());
    assert_eq!(PublicKey::read(&public).unwrap(), key.public());
    let other = PrivateKey::generate().unwrap();
    assert_ne!(other.public(), key.public());
    for left in [&private, &public] {
        assert!(
            other
                .write_pair(&name)
                .unwrap_err()
                .to_string()
                .contains("is there already")
        );
        assert_eq!(
            PublicKey::read(&public).ok(),
            public.exists().then(|| key.public())
        );
        fs::remove_file(left).unwrap();
    }
    assert!(
        !format!("{key:?}").contains(&hex::encode([1; 4])),
        "the secret is not shown"
    );
}

#[test]
fn other_files_are_no_keys() {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = PrivateKey::generate()
        .unwrap()
        .write_pair(&folder.path().join("k"))
        .unwrap();
    assert!(PrivateKey::read(&public).is_err());
    assert!(PublicKey::read(&private).is_err());
    let path = folder.path().join("x");
    let weak = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n-----END PUBLIC KEY-----\n";
    for text in ["", "key", weak, &"-".repeat(100_000)] {
        fs::write(&path, text).unwrap();
        let told = PublicKey::read(&path).unwrap_err().to_string();
        assert!(told.contains("no public key"), "{told}");
        assert!(PrivateKey::read(&path).is_err());
    }
}
