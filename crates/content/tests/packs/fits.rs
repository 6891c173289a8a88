//! Garments that can be worn: what a fit beside a picture gives, and what is said about a wrong one.

use std::fs;

use crate::sample::{FIT, Pack};
use cheval_content::{Problem, Severity, load_pack, write_fit};
use cheval_domain::anchors::{Anchor, Cut, Fit};
use cheval_domain::observation::Region;

pub(crate) const FILE: &str = "garments/TEE-1.fit.toml";

/// The one problem of a pack whose fit has this one change.
#[track_caller]
pub(crate) fn one_problem(from: &str, to: &str, key: &str, words: &str) -> Problem {
    let pack = Pack::new();
    pack.change(FILE, from, to);
    let problems = pack.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let problem = problems.into_iter().next().unwrap();
    let told = problem.to_string();
    assert_eq!(problem.severity, Severity::Error, "{told}");
    assert_eq!(
        (problem.file.as_str(), problem.key.as_str()),
        (FILE, key),
        "{told}"
    );
    assert!(told.contains(words), "`{words}` is not in: {told}");
    assert!(
        problem.line.is_some() && !problem.mend.is_empty(),
        "nothing says where and how to mend it: {told}"
    );
    problem
}

#[test]
fn a_garment_gets_the_fit_beside_its_picture() {
    let pack = load_pack(Pack::new().dir()).unwrap();
    let fit = pack.catalogue.garments[0].fit.as_ref().unwrap();
    assert_eq!((fit.cut, fit.open), (Cut::TShirt, false));
    assert_eq!(fit.at(Anchor::NeckFront), Some([0.5, 0.22]));
    assert_eq!(fit, &toml::from_str::<Fit>(FIT).unwrap());
    assert_eq!(write_fit(fit), FIT, "written in the form it was read in");
}

#[test]
fn without_a_fit_only_the_colour_can_be_tried_on_and_lint_says_so() {
    let pack = Pack::new();
    fs::remove_file(pack.path(FILE)).unwrap();
    let loaded = load_pack(pack.dir()).unwrap();
    assert_eq!(loaded.catalogue.garments[0].fit, None);
    assert!(!loaded.files.iter().any(|f| f == FILE));
    let [advice] = &loaded.warnings[..] else {
        panic!("{:#?}", loaded.warnings);
    };
    assert_eq!(advice.severity, Severity::Advice);
    assert_eq!(advice.file, FILE);
    let told = advice.to_string();
    assert!(told.contains("only its colour can be tried on"), "{told}");
    assert!(told.contains("cheval-pack garment"), "{told}");
}

#[test]
fn wrong_fits_are_told_with_file_anchor_and_remedy() {
    let line = one_problem(
        "neck_front = [0.5, 0.22]\n",
        "",
        "anchors.neck_front",
        "a t_shirt needs it",
    );
    assert_eq!(line.line, Some(7), "the table it belongs into");
    let line = one_problem("[0.5, 0.22]", "[0.5, 1.2]", "anchors.neck_front", "outside");
    assert_eq!(line.line, Some(9));
    for (from, to, key, words) in [
        ("0.22]", "nan]", "anchors.neck_front", "outside"),
        (
            "neck_front =",
            "crotch = [0.5, 0.5]\nneck_front =",
            "anchors.crotch",
            "has no anchor `crotch`",
        ),
        (
            "neck_front =",
            "cuff_outer_left = [0.9, 0.4]\nneck_front =",
            "anchors.cuff_outer_left",
            "set both or neither",
        ),
        (
            "neck_left = [0.58",
            "neck_left = [0.4",
            "anchors.neck_left",
            "wearer's left",
        ),
        (
            "waist_left = [0.715, 0.63]",
            "waist_left = [0.715, 0.9]",
            "anchors.hem_left",
            "must lie above",
        ),
        ("ease = 0.1", "ease = 3", "ease", "write 0 to 1"),
        ("aspect = 1.0", "aspect = 0.01", "aspect", "write 0.1 to 10"),
        (
            "aspect = 1.0",
            "aspect = 1.02",
            "aspect",
            "the picture is 500 × 500 px",
        ),
        ("cut =", "cutt = 1\ncut =", "cutt", "did you mean `cut`?"),
        ("open = false", "open = \"no\"", "open", "true or false"),
        ("aspect = 1.0", "aspect = \"1\"", "aspect", "a number"),
        (
            "[0.5, 0.14]",
            "[0.5, 0.14, 1]",
            "anchors.neck_back",
            "two numbers",
        ),
        ("[0.5, 0.14]", "0.5", "anchors.neck_back", "two numbers"),
    ] {
        // A pair that is none leaves its anchor missing as well; that second message is the same trouble.
        if words == "two numbers" {
            let pack = Pack::new();
            pack.change(FILE, from, to);
            let told: Vec<String> = pack.problems().iter().map(Problem::to_string).collect();
            assert!(told.iter().any(|t| t.contains(words)), "{told:?}");
            continue;
        }
        one_problem(from, to, key, words);
    }
    one_problem(
        "neck_back =",
        "neck_bakc = [0.5, 0.1]\nneck_back =",
        "anchors.neck_bakc",
        "did you mean `neck_back`?",
    );
}

#[test]
fn the_shape_may_be_rounded() {
    let pack = Pack::new();
    pack.change(FILE, "aspect = 1.0", "aspect = 1.009");
    assert_eq!(pack.problems(), []);
}

#[test]
fn cut_and_category_must_agree() {
    let problem = one_problem(
        "cut = \"t_shirt\"",
        "cut = \"coat\"",
        "cut",
        "garment TEE-1 is listed as `t_shirt` in pack.toml, but is cut as a `coat`",
    );
    assert!(problem.mend.contains("`cut = \"t_shirt\"`"), "{problem}");
    one_problem(
        "cut = \"t_shirt\"",
        "cut = \"cape\"",
        "cut",
        "`cape` is not known here",
    );
    let pack = Pack::new();
    pack.change("pack.toml", "\"t_shirt\"", "\"skirt\"");
    let told = pack.problems()[0].to_string();
    assert!(told.contains("is listed as `skirt`"), "{told}");
}

#[test]
fn hats_glasses_and_scarves_can_be_sold() {
    for (category, region) in [
        ("hat", Region::Head),
        ("glasses", Region::Head),
        ("scarf", Region::Neck),
    ] {
        let pack = Pack::new();
        pack.change("pack.toml", "\"t_shirt\"", &format!("\"{category}\""));
        fs::remove_file(pack.path(FILE)).unwrap();
        let loaded = load_pack(pack.dir()).unwrap();
        assert_eq!(loaded.catalogue.garments[0].region, region);
    }
}

#[test]
fn hostile_fits_end_in_a_message() {
    for text in [
        String::new(),
        "cut".to_owned(),
        format!("a = {}", "[".repeat(60_000)),
        "cut = 1\naspect = true\nanchors = 3".to_owned(),
        " ".repeat((64 << 10) + 1),
        format!(
            "cut = \"t_shirt\"\naspect = 1\n[anchors]\n{} = 1",
            "k".repeat(60_000)
        ),
        FIT.replace("[anchors]", "[anchors.neck_back]"),
    ] {
        let pack = Pack::new();
        pack.write(FILE, &text);
        let problems = pack.problems();
        assert!(problems.iter().any(|p| p.severity == Severity::Error));
        for problem in problems {
            assert_eq!(problem.file, FILE);
            assert!(problem.to_string().len() < 1_000, "messages stay short");
        }
    }
    let pack = Pack::new();
    pack.write(FILE, [0xFF_u8, 0xFE]);
    assert!(pack.problems()[0].what.contains("UTF-8"));
    let pack = Pack::new();
    fs::remove_file(pack.path(FILE)).unwrap();
    fs::create_dir(pack.path(FILE)).unwrap();
    assert!(pack.problems()[0].what.contains("not a plain file"));
}

#[cfg(unix)]
#[test]
fn a_linked_fit_is_not_followed() {
    let (pack, elsewhere) = (Pack::new(), Pack::new());
    fs::remove_file(pack.path(FILE)).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(FILE), pack.path(FILE)).unwrap();
    assert!(pack.problems()[0].what.contains("is a link"));
}

#[test]
fn what_would_be_pasted_on_the_shopper_as_a_box_is_refused() {
    let picture = "garments/TEE-1.png";
    let opaque = Pack::new();
    image::RgbImage::new(500, 500)
        .save(opaque.path(picture))
        .unwrap();
    let problem = &opaque.problems()[0];
    assert_eq!(problem.severity, Severity::Error);
    assert!(problem.why.contains("laid over the shopper"), "{problem}");
    fs::remove_file(opaque.path(FILE)).unwrap();
    let told = opaque.problems();
    assert!(
        told.iter().all(|p| p.severity != Severity::Error),
        "only the card would look poor: {told:#?}"
    );

    let empty = Pack::new();
    image::RgbaImage::new(500, 500)
        .save(empty.path(picture))
        .unwrap();
    assert!(empty.problems()[0].what.contains("is empty"));

    let wide = Pack::new();
    image::RgbaImage::new(4097, 4097)
        .save(wide.path(picture))
        .unwrap();
    let told = wide.problems()[0].to_string();
    assert!(
        told.contains("4097 × 4097 px") && told.contains("scale it down"),
        "{told}"
    );
}
