//! Hostile and broken models, each refused with words that say why. The nets are written here, byte by byte.
//! Needs the runtime library: `ORT_DYLIB_PATH`, or the place where `cargo xtask setup` puts it.

mod onnx;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use self::onnx::{Node, Tensor, model};
use super::*;

/// The manifest entry of a net `x` [1, 3] → `y` [1, 3] with the hash of `bytes`.
fn manifest(bytes: &[u8]) -> String {
    format!(
        r#"
format = 1
[[model]]
organ = "test"
file = "test.onnx"
sha256 = "{}"
max_bytes = 4096
licence = "CC0-1.0"
card = "none"
inputs = [{{ name = "x", dtype = "f32", dims = [1, 3] }}]
outputs = [{{ name = "y", dtype = "f32", dims = [1, 3] }}]
picture = {{ width = 1, height = 1, colour = "rgb", layout = "nhwc", mean = [0.0, 0.0, 0.0], scale = 1.0 }}
thresholds = {{ score = 0.5 }}
[model.source]
kind = "own"
"#,
        hex::encode(Sha256::digest(bytes))
    )
}

fn runtime() -> Runtime {
    Runtime::load(None)
        .expect("these tests run real nets: run `cargo xtask setup`, or set ORT_DYLIB_PATH")
}

fn load_from(folder: &Path) -> Result<Model, ModelError> {
    ModelStore::open(&[folder.to_owned()], runtime())?.load("test")
}

/// Loads `bytes` under a manifest that expects exactly them, changed by `edit`.
fn load(bytes: &[u8], edit: impl Fn(String) -> String) -> Result<Model, ModelError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("test.onnx"), bytes).unwrap();
    std::fs::write(folder.path().join("models.toml"), edit(manifest(bytes))).unwrap();
    load_from(folder.path())
}

fn refusal(bytes: &[u8]) -> ModelError {
    load(bytes, |m| m).err().expect("it must be refused")
}

fn doubling() -> Vec<u8> {
    model(&[Node::new("Add", &["x", "x"], &["y"])], &[])
}

#[test]
fn a_good_model_runs() {
    let mut model = load(&doubling(), |m| m).unwrap_or_else(|e| panic!("{e}"));
    let out = model.run(&[1.0, 2.0, -3.5], |out| out[0].to_vec()).unwrap();
    assert_eq!(out, [2.0, 4.0, -7.0]);
    assert_eq!(model.entry().threshold("score").unwrap(), 0.5);
    let missing = model.entry().threshold("minor").unwrap_err();
    assert_eq!(
        missing.to_string(),
        "models.toml gives no `minor` for `test`"
    );
}

#[test]
fn weights_in_the_subfolder_are_found() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("weights")).unwrap();
    std::fs::write(folder.path().join("weights/test.onnx"), doubling()).unwrap();
    std::fs::write(folder.path().join("models.toml"), manifest(&doubling())).unwrap();
    assert!(load_from(folder.path()).is_ok());
}

#[test]
fn a_missing_file_is_named_with_the_places() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("models.toml"), manifest(b"")).unwrap();
    let error = load_from(folder.path()).err().unwrap();
    assert!(matches!(&error, ModelError::Missing { file, .. } if file == "test.onnx"));
    assert!(error.to_string().contains("cargo xtask setup"), "{error}");
}

#[test]
fn a_missing_manifest_is_named_with_the_places() {
    let folder = tempfile::tempdir().unwrap();
    let error = load_from(folder.path()).err().unwrap();
    assert!(
        error.to_string().starts_with("no models.toml in /"),
        "{error}"
    );
}

#[test]
fn an_organ_that_is_not_listed_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("models.toml"), manifest(b"")).unwrap();
    let store = ModelStore::open(&[folder.path().to_owned()], runtime()).unwrap();
    assert!(matches!(store.load("nose"), Err(ModelError::NotListed { organ }) if organ == "nose"));
}

#[test]
fn a_changed_byte_is_a_wrong_hash() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = doubling();
    std::fs::write(folder.path().join("models.toml"), manifest(&bytes)).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(folder.path().join("test.onnx"), &bytes).unwrap();
    assert!(matches!(
        load_from(folder.path()),
        Err(ModelError::WrongHash { .. })
    ));
}

#[test]
fn a_truncated_file_is_a_wrong_hash() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = doubling();
    std::fs::write(folder.path().join("models.toml"), manifest(&bytes)).unwrap();
    std::fs::write(folder.path().join("test.onnx"), &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(
        load_from(folder.path()),
        Err(ModelError::WrongHash { .. })
    ));
}

#[test]
fn a_truncated_file_with_the_right_hash_is_malformed() {
    let bytes = doubling();
    for length in [1, bytes.len() / 2, bytes.len() - 1] {
        assert!(
            matches!(refusal(&bytes[..length]), ModelError::Malformed { .. }),
            "{length} bytes"
        );
    }
}

#[test]
fn garbage_is_malformed() {
    for garbage in [
        &b""[..],
        b"\xff\xff\xff\xff",
        b"GIF89a not a net at all",
        &[0; 100],
    ] {
        assert!(matches!(
            refusal(garbage),
            ModelError::Malformed { .. } | ModelError::Refused { .. }
        ));
    }
}

#[test]
fn a_file_over_the_cap_is_not_read() {
    let error = load(&doubling(), |m| {
        m.replace("max_bytes = 4096", "max_bytes = 20")
    })
    .err()
    .unwrap();
    assert!(
        matches!(error, ModelError::TooLarge { max_bytes: 20, .. }),
        "{error}"
    );
}

#[test]
fn external_data_is_refused_wherever_it_hides() {
    let add = [Node::new("Add", &["x", "w"], &["y"])];
    let direct = model(&add, &[Tensor::external("w", &[1, 3], "/etc/hostname")]);
    let constant = Node::new("Constant", &[], &["w"])
        .with_tensor("value", Tensor::external("w", &[1, 3], "../w.bin"));
    let in_attribute = model(&[constant.clone(), add[0].clone()], &[]);
    let branch = onnx::graph("inner", &[constant], &[], &[], &["w"]);
    let nested = model(
        &[Node::new("If", &["x"], &["y"]).with_graph("then_branch", branch)],
        &[],
    );
    for bytes in [direct, in_attribute, nested] {
        assert!(
            matches!(refusal(&bytes), ModelError::ExternalData { tensor, .. } if tensor == "w")
        );
    }
}

#[test]
fn graphs_without_end_are_malformed() {
    let mut inner = onnx::graph("inner", &[], &[], &[], &[]);
    for _ in 0..40 {
        inner = onnx::graph(
            "inner",
            &[Node::new("If", &["c"], &["d"]).with_graph("then_branch", inner)],
            &[],
            &[],
            &[],
        );
    }
    let bytes = model(
        &[Node::new("If", &["x"], &["y"]).with_graph("then_branch", inner)],
        &[],
    );
    assert!(matches!(
        refusal(&bytes),
        ModelError::Malformed {
            reason: "its graphs are nested too deeply",
            ..
        }
    ));
}

#[test]
fn another_signature_is_refused() {
    let error = load(&doubling(), |m| {
        m.replace("dims = [1, 3] }]\noutputs", "dims = [3] }]\noutputs")
    })
    .err()
    .unwrap();
    assert!(
        matches!(error, ModelError::Signature { what: "inputs", .. }),
        "{error}"
    );
    let error = load(&doubling(), |m| m.replace("name = \"y\"", "name = \"z\""))
        .err()
        .unwrap();
    assert!(
        matches!(
            error,
            ModelError::Signature {
                what: "outputs",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn an_unknown_operation_is_refused() {
    let bytes = model(&[Node::new("Teleport", &["x"], &["y"])], &[]);
    assert!(matches!(refusal(&bytes), ModelError::Refused { .. }));
}

#[test]
fn nan_on_warm_up_is_refused() {
    let bytes = model(&[Node::new("Div", &["x", "x"], &["y"])], &[]);
    let error = refusal(&bytes);
    assert!(
        matches!(&error, ModelError::BadOutput { output, .. } if output == "y"),
        "{error}"
    );
    let infinite = model(
        &[Node::new("Div", &["one", "x"], &["y"])],
        &[Tensor::floats("one", &[1, 3], &[1.0, 1.0, 1.0])],
    );
    assert!(matches!(refusal(&infinite), ModelError::BadOutput { .. }));
}

#[test]
fn nan_in_use_is_an_error_and_the_next_run_works() {
    let bytes = model(&[Node::new("Sqrt", &["x"], &["y"])], &[]);
    let mut model = load(&bytes, |m| m).unwrap_or_else(|e| panic!("{e}"));
    assert!(matches!(
        model.run(&[-1.0, 0.0, 0.0], |_| ()),
        Err(ModelError::BadOutput { .. })
    ));
    assert_eq!(
        model.run(&[4.0, 0.0, 1.0], |out| out[0].to_vec()).unwrap(),
        [2.0, 0.0, 1.0]
    );
}

#[test]
fn a_wrong_input_length_is_an_error() {
    let mut model = load(&doubling(), |m| m).unwrap_or_else(|e| panic!("{e}"));
    assert!(matches!(
        model.run(&[1.0], |_| ()),
        Err(ModelError::Run { .. })
    ));
}

#[test]
fn an_endless_net_is_stopped_and_can_be_used_again() {
    // Loops for as long as the sum of the input is above zero: not on the zeros of the warm-up.
    let mut model = load(&onnx::loop_while_positive(), |m| m).unwrap_or_else(|e| panic!("{e}"));
    let error = model
        .run_within(1, &[1.0, 1.0, 1.0], Duration::from_millis(200), |_| ())
        .unwrap_err();
    assert!(
        matches!(
            error,
            ModelError::Deadline {
                deadline_ms: 200,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(
        model.run(&[0.0; 3], |out| out[0].to_vec()).unwrap(),
        [0.0; 3]
    );
}

#[test]
fn a_manifest_says_what_is_wrong_with_it() {
    let good = manifest(b"");
    for (from, to, expected) in [
        (
            "format = 1",
            "format = 9",
            "format is 9, this program reads format 1",
        ),
        ("test.onnx", "../test.onnx", "expected a plain file name"),
        (
            "dims = [1, 3]",
            "dims = [1, -1]",
            "expected positive sizes, -1 only first",
        ),
        ("dtype = \"f32\"", "dtype = \"i8\"", "expected `f32`"),
        (
            "width = 1",
            "width = 7",
            "picture needs 21 numbers, the input holds 3",
        ),
        ("scale = 1.0", "scale = 0.0", "scale above 0"),
        (
            "score = 0.5",
            "score = 5",
            "threshold score is 5, expected 0 to 1",
        ),
        (
            "max_bytes = 4096",
            "max_bytes = 99000000000",
            "max_bytes is 99000000000",
        ),
        ("licence =", "license =", "unknown field `license`"),
        (
            "sha256 = \"e",
            "sha256 = \"E",
            "64 lower-case hexadecimal digits",
        ),
    ] {
        let error =
            Manifest::parse(&good.replacen(from, to, 1), Path::new("models.toml")).unwrap_err();
        assert!(
            error.to_string().contains(expected),
            "{from} -> {to}: {error}"
        );
    }
}

#[test]
fn the_projects_own_manifest_is_good_and_complete() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../models/models.toml");
    let manifest = Manifest::parse(&std::fs::read_to_string(&path).unwrap(), &path).unwrap();
    for organ in [
        "face_detector",
        "face_detector_wide",
        "face_detector_square",
        "age_gender",
        "person_detector",
        "pose",
        "person_mask",
        "garment_parser",
    ] {
        let entry = manifest.entry(organ).unwrap_or_else(|| panic!("{organ}"));
        let card = path.with_file_name(&entry.card);
        assert!(
            card.is_file(),
            "{organ} has no model card at {}",
            card.display()
        );
    }
}

#[test]
fn a_runtime_that_is_configured_is_the_only_candidate() {
    assert_eq!(
        runtime_candidates(Some(Path::new("/opt/ort.so"))),
        [PathBuf::from("/opt/ort.so")]
    );
}
