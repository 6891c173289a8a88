use std::collections::{BTreeMap, BTreeSet};

use cheval_domain::colour::ColourName;
use fluent_bundle::FluentResource;

use super::*;

/// Keys with the variables that their messages use.
fn keys(messages: &str) -> BTreeMap<String, BTreeSet<String>> {
    if let Err((_, errors)) = FluentResource::try_new(messages.to_owned()) {
        panic!("{errors:?}");
    }
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in messages.lines().filter(|l| !l.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            current = line.split(" = ").next().unwrap().to_owned();
            assert!(!keys.contains_key(&current), "`{current}` is there twice");
        }
        let used = line.split('$').skip(1).map(|rest| {
            rest.split(|c: char| !c.is_ascii_alphanumeric())
                .next()
                .unwrap()
        });
        keys.entry(current.clone())
            .or_default()
            .extend(used.map(str::to_owned));
    }
    keys.remove("");
    keys
}

fn all() -> Vec<Language> {
    LOCALES.iter().map(|(tag, _)| Language::load(tag)).collect()
}

const CATEGORIES: [&str; 12] = [
    "t_shirt",
    "shirt",
    "long_sleeve",
    "outerwear",
    "dress",
    "trousers",
    "shorts",
    "skirt",
    "scarf",
    "hat",
    "glasses",
    "top",
];

#[test]
fn every_language_has_every_message_of_the_reference_and_no_other() {
    let reference = keys(LOCALES[0].1);
    assert_eq!(LOCALES[0].0, REFERENCE);
    for (tag, messages) in LOCALES {
        let own = keys(messages);
        assert_eq!(
            own.keys().collect::<Vec<_>>(),
            reference.keys().collect::<Vec<_>>(),
            "{tag}"
        );
        for (key, variables) in own {
            let allowed: BTreeSet<_> = ["colour", "category"]
                .map(String::from)
                .into_iter()
                .chain(reference[&key].clone())
                .collect();
            assert!(
                variables.is_subset(&allowed),
                "{tag}: {key} uses {variables:?}"
            );
        }
    }
}

#[test]
fn every_message_speaks_with_every_argument_it_can_meet() {
    for language in all() {
        for (key, _) in keys(LOCALES[0].1) {
            let args = [
                ("colour", "navy"),
                ("category", "outerwear"),
                ("here", "7"),
                ("warehouse", "0"),
                ("band", "25-34"),
                ("percent", "20"),
            ];
            let said = language.t_with(&key, &args);
            assert!(
                !said.trim().is_empty() && !said.contains(['{', '}', '$']),
                "{language:?} {key}: {said}"
            );
        }
    }
}

#[test]
fn no_category_or_colour_falls_back_to_the_catch_all() {
    for language in all() {
        let word = |key: &str, name: &str, value: &str| language.t_with(key, &[(name, value)]);
        let mut colours: Vec<String> = ColourName::ALL
            .iter()
            .map(|c| word("colour-name", "colour", c.as_str()))
            .collect();
        assert!(!colours.contains(&word("colour-name", "colour", "no such colour")));
        colours.sort();
        colours.dedup();
        assert_eq!(
            colours.len(),
            ColourName::ALL.len(),
            "{language:?}: two colours share a word"
        );
        let categories: BTreeSet<String> = CATEGORIES
            .iter()
            .map(|c| word("category-name", "category", c))
            .collect();
        assert_eq!(
            categories.len(),
            CATEGORIES.len(),
            "{language:?}: two categories share a word"
        );
        for category in CATEGORIES {
            let said = language.t_with(
                "engaged-goes-with",
                &[("category", category), ("colour", "navy")],
            );
            assert!(said.chars().count() <= 60, "{said}");
        }
    }
}

#[test]
fn the_grammar_of_each_language_holds() {
    let worn = [("colour", "navy"), ("category", "outerwear")];
    let goes = |tag: &str| Language::load(tag).t_with("engaged-goes-with", &worn);
    assert_eq!(goes("en"), "Goes with your navy jacket");
    assert_eq!(goes("uk"), "Пасує до вашої куртки");
    assert_eq!(goes("pl"), "Pasuje do Twojej kurtki");
    assert_eq!(goes("ru"), "Подходит к вашей куртке");
    let stock = |here: &str, warehouse: &str| {
        Language::load("en").t_with("tryon-stock", &[("here", here), ("warehouse", warehouse)])
    };
    assert_eq!(stock("7", "120"), "7 here, 120 in the warehouse");
    assert_eq!(stock("0", "12"), "None here, 12 in the warehouse");
    assert_eq!(stock("0", "0"), "Sold out for now");
}

#[test]
fn numbers_choose_plural_forms() {
    let forms = bundle(
        "uk",
        "n = { $n ->\n    [one] { $n } річ\n    [few] { $n } речі\n   *[many] { $n } речей\n}\n",
    );
    let said = |n: &str| {
        let mut args = FluentArgs::new();
        args.set("n", value_of(n));
        say(&forms, "n", &args).unwrap()
    };
    assert_eq!(
        ["1", "3", "5", "11", "21", "104"].map(said),
        [
            "1 річ",
            "3 речі",
            "5 речей",
            "11 речей",
            "21 річ",
            "104 речі"
        ]
    );
}

#[test]
fn unknown_and_regional_tags_find_a_language() {
    for (asked, expect) in [
        ("uk-UA", "uk"),
        ("PL", "pl"),
        ("ru_RU", "ru"),
        ("de", "en"),
        ("", "en"),
        ("../../etc", "en"),
    ] {
        assert_eq!(Language::load(asked).tag(), expect, "{asked:?}");
    }
    let languages = Languages::load("uk", &["en".to_owned(), "pl".to_owned()]);
    assert_eq!(languages.spoken(None).tag(), "uk");
    assert_eq!(languages.spoken(Some("pl")).tag(), "pl");
    assert_eq!(languages.spoken(Some("xx")).tag(), "uk");
    assert_eq!(
        languages.iter().map(Language::own_name).collect::<Vec<_>>(),
        ["English", "Polski"]
    );
}

#[test]
fn a_word_that_a_language_lacks_comes_from_the_reference() {
    let language = Language {
        tag: "xx".into(),
        bundles: vec![bundle("uk", "only = тільки"), bundle("en", "other = other")],
    };
    assert_eq!(language.t("only"), "тільки");
    assert_eq!(language.t("other"), "other");
}

#[test]
#[should_panic(expected = "no language has a message `no-such-key`")]
#[cfg(debug_assertions)]
fn a_key_that_nobody_has_is_caught_while_developing() {
    assert_eq!(Language::load("en").t("no-such-key"), "");
}

#[test]
fn pack_texts_fall_back_to_the_packs_own_language() {
    let text: LocalText = [("en", "Tee"), ("pl", "Koszulka")]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
    assert_eq!(Language::load("pl").pick(&text, "en"), "Koszulka");
    assert_eq!(Language::load("uk").pick(&text, "en"), "Tee");
    assert_eq!(Language::load("uk").pick(&text, "fr"), "Tee");
    assert_eq!(Language::load("uk").pick(&LocalText::new(), "fr"), "");
}
