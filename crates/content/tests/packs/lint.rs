//! Every way a pack can be wrong, and what the merchandiser is told.

use std::fs;

use crate::sample::{PACK, Pack};
use cheval_content::{Problem, Severity, check_glyphs, load_pack};
use cheval_domain::catalogue::{MinorUnits, SizedFor};
use cheval_domain::observation::{Gender, Region};

/// After this one change in pack.toml there is exactly one problem, at this line, about this key, with these words.
#[track_caller]
pub(crate) fn one_problem(from: &str, to: &str, key: &str, words: &str) -> Problem {
    let pack = Pack::new();
    pack.change("pack.toml", from, to);
    let problems = pack.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let problem = problems.into_iter().next().unwrap();
    let changed_at = PACK.split(from).next().unwrap().matches('\n').count() + 1;
    assert_eq!(
        (problem.file.as_str(), problem.line),
        ("pack.toml", Some(changed_at)),
        "{problem}"
    );
    assert_eq!(problem.key, key, "{problem}");
    let told = problem.to_string();
    assert!(told.contains(words), "`{words}` is not in: {told}");
    assert!(
        !problem.mend.is_empty(),
        "nothing says how to mend it: {told}"
    );
    problem
}

#[test]
fn a_sound_pack_is_loaded_whole() {
    let pack = load_pack(Pack::new().dir()).unwrap();
    assert!(pack.warnings.is_empty(), "{:#?}", pack.warnings);
    assert_eq!(pack.name(), "corner-shop@3");
    assert_eq!(pack.languages, ["en", "pl"]);
    assert_eq!(
        pack.files,
        [
            "garments/TEE-1.fit.toml",
            "garments/TEE-1.png",
            "pack.toml",
            "slides/welcome.png",
            "texts/en.toml",
            "texts/pl.toml"
        ]
    );
    let garment = &pack.catalogue.garments[0];
    assert_eq!(
        (garment.price, garment.old_price),
        (MinorUnits(2990), Some(MinorUnits(3900)))
    );
    assert_eq!(
        (garment.region, garment.cut_for),
        (Region::Torso, Gender::Unknown)
    );
    assert_eq!(garment.sized_for, SizedFor::Adults);
    assert_eq!(garment.name["pl"], "Red tee");
    let promo = &pack.catalogue.promos[0];
    assert_eq!(
        promo.artwork.picture, "garments/TEE-1.png",
        "borrowed from its first garment"
    );
    assert_eq!(
        (promo.hold_ms, promo.cooldown_ms, promo.min_show_ms),
        (1_000, 60_000, 6_000)
    );
    assert_eq!(pack.catalogue.slides[0].duration_ms, 9_000);
}

#[test]
fn wrong_values_are_named_with_line_key_and_remedy() {
    one_problem(
        "brand =",
        "brnad = \"X\"\nbrand =",
        "brnad",
        "did you mean `brand`?",
    );
    one_problem(
        "colour = \"red\"",
        "colour = \"rde\"",
        "garments[0].colour",
        "did you mean `red`?",
    );
    one_problem(
        "category = \"t_shirt\"",
        "category = \"sock\"",
        "garments[0].category",
        "allowed here: t_shirt",
    );
    one_problem(
        "colour = \"red\"",
        "sized_for = \"childern\"\ncolour = \"red\"",
        "garments[0].sized_for",
        "did you mean `children`?",
    );
    one_problem(
        "swatch = \"#A8202C\"",
        "swatch = \"red\"",
        "garments[0].swatch",
        "is no colour",
    );
    one_problem(
        "swatch = \"#A8202C\"",
        "swatch = \"#A8202\"",
        "garments[0].swatch",
        "six digits",
    );
    one_problem(
        "price = 29.90",
        "price = 0",
        "garments[0].price",
        "not above zero",
    );
    one_problem(
        "price = 29.90",
        "price = -3",
        "garments[0].price",
        "not above zero",
    );
    one_problem(
        "price = 29.90",
        "price = \"29 €\"",
        "garments[0].price",
        "without quotes or currency",
    );
    one_problem(
        "price = 29.90",
        "price = 29.999",
        "garments[0].price",
        "EUR, which has 2 decimals",
    );
    one_problem(
        "old_price = 39",
        "old_price = 29.9",
        "garments[0].old_price",
        "not higher than the price",
    );
    one_problem(
        "here = 3",
        "here = -3",
        "garments[0].sizes[0].here",
        "out of range",
    );
    one_problem(
        "sizes = [{ size = \"M\", here = 3, warehouse = 10 }]",
        "sizes = []",
        "garments[0].sizes",
        "0 entries",
    );
    one_problem(
        "duration_secs = 9",
        "duration_secs = 0",
        "slides[0].duration_secs",
        "2 to 120",
    );
    one_problem(
        "duration_secs = 9",
        "duration_secs = \"9s\"",
        "slides[0].duration_secs",
        "without quotes or unit",
    );
    one_problem(
        "duration_secs = 9",
        "duration_secs = nan",
        "slides[0].duration_secs",
        "out of range",
    );
    one_problem(
        "[\"#781E34\", \"#17130F\"]",
        "[\"#781E34\"]",
        "slides[0].ground",
        "1 entries",
    );
    one_problem(
        "currency = \"EUR\"",
        "currency = \"€\"",
        "currency",
        "ISO 4217",
    );
    one_problem(
        "id = \"corner-shop\"",
        "id = \"Corner Shop\"",
        "id",
        "small letters",
    );
    one_problem("revision = 3", "revision = 0", "revision", "out of range");
    one_problem("brand = \"Corner Shop\"", "brand = \"\"", "brand", "empty");
    one_problem(
        "brand = \"Corner Shop\"",
        "brand = \"a\\u202Eb\"",
        "brand",
        "invisible character U+202E",
    );
    one_problem(
        "default_language = \"en\"",
        "default_language = \"fr\"",
        "default_language",
        "not among `languages`",
    );
    one_problem(
        "priority = 5",
        "priority = \"high\"",
        "promos[0].priority",
        "a whole number",
    );
    one_problem(
        "skus = [\"TEE-1\"]",
        "skus = [\"TEE-1\", \"TEE-2\"]",
        "promos[0].skus",
        "did you mean `TEE-1`?",
    );
}

#[test]
fn conditions_that_the_mirror_cannot_evaluate_are_refused() {
    let broken = |condition: &str, words: &str| {
        one_problem(
            "condition = 'worn_torso == \"shirt\"'",
            &format!("condition = '{condition}'"),
            "promos[0].condition",
            words,
        )
    };
    broken("worn_torso ==", "not valid CEL");
    broken("worn_torsoo == \"shirt\"", "unknown name `worn_torsoo`");
    broken("worn_torso == \"jeans\"", "can never be");
    broken("age_band == \"minor\"", "minors are never targeted");
    broken("group_size", "true or false");
}

#[test]
fn a_light_ground_is_a_warning_only() {
    let problem = one_problem(
        "[\"#781E34\", \"#17130F\"]",
        "[\"#F7F2EB\", \"#17130F\"]",
        "slides[0].ground",
        "too light",
    );
    assert_eq!(problem.severity, Severity::Warning);
}

#[test]
fn everything_wrong_is_told_at_once() {
    let pack = Pack::new();
    pack.change("pack.toml", "price = 29.90", "price = 0");
    pack.change("pack.toml", "duration_secs = 9", "");
    pack.change(
        "texts/pl.toml",
        "title = \"Welcome\"\n",
        "titel = \"Welcome\"\n",
    );
    pack.write("slides/welcome.png", b"GIF89a");
    let told: Vec<String> = pack.problems().iter().map(ToString::to_string).collect();
    for words in [
        "price: 0 is not above zero",
        "`duration_secs` is missing",
        "pl.toml:1: slides.welcome.title: `title` is missing",
        "did you mean `title`?",
        "neither PNG, JPEG nor WebP",
    ] {
        assert!(
            told.iter().any(|t| t.contains(words)),
            "`{words}` is not in {told:#?}"
        );
    }
    assert_eq!(told.len(), 5, "{told:#?}");
}

#[test]
fn twice_the_same_name_is_refused() {
    let pack = Pack::new();
    let garment = PACK.split("[[garments]]").nth(1).unwrap();
    pack.write("pack.toml", format!("{PACK}\n[[garments]]{garment}"));
    let problems = pack.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(
        (problems[0].key.as_str(), problems[0].line),
        ("garments[1].sku", Some(31))
    );
    assert!(problems[0].what.contains("`TEE-1` is there twice"));

    let pack = Pack::new();
    pack.change("pack.toml", "id = \"red-tee\"", "id = \"welcome\"");
    pack.change("texts/en.toml", "[promos.red-tee]", "[promos.welcome]");
    pack.change("texts/pl.toml", "[promos.red-tee]", "[promos.welcome]");
    assert!(
        pack.problems()[0].what.contains("`welcome` is there twice"),
        "slides and promos share their ids"
    );
}

#[test]
fn texts_must_be_complete_and_nothing_else() {
    let pack = Pack::new();
    pack.change(
        "texts/pl.toml",
        "[garments.TEE-1]\nname = \"Red tee\"\ndetail = \"Cotton\"\n",
        "",
    );
    let problems = pack.problems();
    assert_eq!(
        (problems.len(), problems[0].key.as_str()),
        (1, "garments.TEE-1")
    );
    assert!(
        problems[0].mend.contains("add [garments.TEE-1] with name"),
        "{}",
        problems[0]
    );

    let pack = Pack::new();
    pack.change("texts/pl.toml", "[garments.TEE-1]", "[garments.TEE-2]");
    let told = pack
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    assert!(
        told.contains("lists no `TEE-2`") && told.contains("did you mean `TEE-1`?"),
        "{told}"
    );

    let pack = Pack::new();
    fs::remove_file(pack.path("texts/pl.toml")).unwrap();
    assert!(
        pack.problems()[0]
            .to_string()
            .contains("`texts/pl.toml` is missing")
    );

    let pack = Pack::new();
    pack.change(
        "texts/en.toml",
        "title = \"Welcome\"",
        &format!("title = \"{}\"", "W".repeat(41)),
    );
    assert!(
        pack.problems()[0]
            .what
            .contains("41 characters; at most 40")
    );
}

#[test]
fn letters_that_a_font_lacks_are_named() {
    let font = fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/fonts/Manrope-Medium.ttf"
    ))
    .unwrap();
    let pack = Pack::new();
    pack.change(
        "texts/pl.toml",
        "title = \"Welcome\"",
        "title = \"Zażółć 服\"",
    );
    let loaded = load_pack(pack.dir()).unwrap();
    let problems = check_glyphs(&loaded.catalogue, &[("en", &font), ("pl", &font)]);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(
        (problems[0].file.as_str(), problems[0].key.as_str()),
        ("texts/pl.toml", "slides.welcome.title")
    );
    assert!(
        problems[0].what.contains("服 (U+670D)") && problems[0].what.contains("Manrope"),
        "{}",
        problems[0]
    );
    assert!(
        check_glyphs(&loaded.catalogue, &[("en", b"no font")])[0]
            .what
            .contains("cannot be read")
    );
}

#[test]
fn the_demo_pack_is_fit_to_be_shown() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let pack =
        load_pack(&root.join("assets/demo-pack")).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(
        pack.warnings.is_empty(),
        "the demo sets the example: {:#?}",
        pack.warnings
    );
    let (slides, promos, garments) = (
        pack.catalogue.slides.len(),
        pack.catalogue.promos.len(),
        pack.catalogue.garments.len(),
    );
    assert!(
        slides >= 5 && promos >= 10 && garments >= 24,
        "{slides} slides, {promos} promos, {garments} garments"
    );
    assert_eq!(pack.languages, ["en", "uk", "pl", "ru"]);
    for font in [
        "EBGaramond-Medium.ttf",
        "Manrope-Medium.ttf",
        "Manrope-SemiBold.ttf",
        "Manrope-Bold.ttf",
    ] {
        let bytes = fs::read(root.join("assets/fonts").join(font)).unwrap();
        let pairs: Vec<(&str, &[u8])> = pack
            .languages
            .iter()
            .map(|l| (l.as_str(), bytes.as_slice()))
            .collect();
        let problems = check_glyphs(&pack.catalogue, &pairs);
        assert!(problems.is_empty(), "{font}: {problems:#?}");
    }
}
