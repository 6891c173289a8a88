//! `cheval-pack build`, `keygen`, `sign`, `verify`, `unpack` and `diff` as a merchandiser meets them.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use crate::command_line::{cheval_pack, said, text};
use crate::sample::Pack;

/// A folder to work in, with a key pair and the small pack as `pack.cheval`.
struct Desk {
    folder: tempfile::TempDir,
    pack: Pack,
}

impl Desk {
    fn new() -> Self {
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
            pack: Pack::new(),
        };
        desk.build("pack.cheval", &[]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn build(&self, name: &str, more: &[&str]) {
        let output = self.path(name);
        let args = [&["build", text(self.pack.dir()), "-o", text(&output)], more].concat();
        ends(
            &cheval_pack(&args),
            0,
            &["corner-shop@3, 6 files, licence CC0-1.0", "not signed yet"],
        );
    }

    fn key(&self, name: &str) {
        ends(
            &cheval_pack(&["keygen", text(&self.path(name))]),
            0,
            &["keep it secret"],
        );
    }
}

/// It ended with this code and said these words.
#[track_caller]
fn ends(output: &Output, code: i32, words: &[&str]) {
    let said = said(output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for words in words {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
}

#[test]
fn a_pack_goes_from_folder_to_folder() {
    let desk = Desk::new();
    desk.key("shop");
    let (file, to) = (desk.path("pack.cheval"), desk.path("unpacked"));
    let (private, public) = (desk.path("shop.key"), desk.path("shop.pub"));
    ends(
        &cheval_pack(&["verify", text(&file)]),
        0,
        &["is sound", "not signed"],
    );
    ends(
        &cheval_pack(&["sign", text(&file), "--key", text(&private)]),
        0,
        &["signed by key "],
    );
    ends(
        &cheval_pack(&["verify", text(&file)]),
        0,
        &["give --key NAME.pub"],
    );
    let checked = cheval_pack(&["verify", text(&file), "--key", text(&public)]);
    ends(&checked, 0, &["corner-shop@3, 6 files", "signed by key "]);
    let unpacked = cheval_pack(&["unpack", text(&file), text(&to), "--key", text(&public)]);
    ends(&unpacked, 0, &["It is in "]);
    ends(
        &cheval_pack(&["lint", text(&to)]),
        0,
        &["is ready to be shown"],
    );
    ends(
        &cheval_pack(&["unpack", text(&file), text(&to)]),
        2,
        &["is there already"],
    );
    ends(
        &cheval_pack(&["diff", text(desk.pack.dir()), text(&file)]),
        0,
        &["no difference"],
    );
}

#[test]
fn refused_files_end_with_one_and_say_why() {
    let desk = Desk::new();
    desk.key("shop");
    desk.key("other");
    let (file, public) = (desk.path("pack.cheval"), desk.path("shop.pub"));
    let verify = |more: &[&str]| cheval_pack(&[&["verify", text(&file)], more].concat());
    ends(
        &verify(&["--key", text(&public)]),
        1,
        &["nobody signed this pack"],
    );
    ends(
        &verify(&["--installed", "4"]),
        1,
        &["revision 4 is installed"],
    );
    ends(
        &cheval_pack(&["sign", text(&file), "--key", text(&desk.path("other.key"))]),
        0,
        &[],
    );
    ends(
        &verify(&["--key", text(&public)]),
        1,
        &["not among the keys trusted here"],
    );
    ends(
        &verify(&[
            "--key",
            text(&public),
            "--key",
            text(&desk.path("other.pub")),
        ]),
        0,
        &[],
    );
    let own = desk.path("shop.key");
    let sign = ["sign", text(&file), "--key", text(&own), "--replace"];
    ends(
        &cheval_pack(&sign[..4]),
        1,
        &["signed by key ", "--replace"],
    );
    ends(&cheval_pack(&sign), 0, &[]);
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    ends(&verify(&[]), 1, &["`texts/en.toml` is damaged"]);
    let to = desk.path("unpacked");
    ends(
        &cheval_pack(&["unpack", text(&file), text(&to)]),
        1,
        &["is damaged"],
    );
    assert!(!to.exists());
    ends(
        &cheval_pack(&["diff", text(&file), text(desk.pack.dir())]),
        1,
        &["is refused"],
    );
    ends(
        &cheval_pack(&["sign", text(&file), "--key", text(&desk.path("shop.key"))]),
        1,
        &[],
    );
}

#[test]
fn what_cannot_be_done_ends_with_two() {
    let desk = Desk::new();
    desk.key("shop");
    let (file, nowhere) = (desk.path("pack.cheval"), desk.path("none"));
    ends(
        &cheval_pack(&["verify", text(&nowhere)]),
        2,
        &["cannot open"],
    );
    ends(
        &cheval_pack(&["verify", text(desk.folder.path())]),
        2,
        &["cannot read"],
    );
    ends(
        &cheval_pack(&["verify", text(&file), "--key", text(&file)]),
        2,
        &[],
    );
    ends(
        &cheval_pack(&["sign", text(&file), "--key", text(&desk.path("shop.pub"))]),
        2,
        &["no private key"],
    );
    ends(
        &cheval_pack(&["keygen", text(&desk.path("shop"))]),
        2,
        &["no key is overwritten"],
    );
    ends(
        &cheval_pack(&["build", text(&nowhere)]),
        2,
        &["there is no folder"],
    );
    ends(
        &cheval_pack(&["diff", text(&nowhere), text(&file)]),
        2,
        &["cannot read"],
    );
    let not_after = ["build", text(desk.pack.dir()), "--not-after", "tomorrow"];
    ends(&cheval_pack(&not_after), 2, &["--not-after"]);
}

#[test]
fn a_pack_with_errors_is_not_built() {
    let desk = Desk::new();
    let file = desk.path("bad.cheval");
    desk.pack.change("pack.toml", "price = 29.90", "price = 0");
    let built = cheval_pack(&["build", text(desk.pack.dir()), "-o", text(&file)]);
    ends(&built, 1, &["[garments[0].price]", "cannot be shown yet"]);
    assert!(!file.exists());
}

#[test]
fn an_expired_pack_is_told() {
    let desk = Desk::new();
    desk.build("old.cheval", &["--not-after", "2020-01-01T00:00:00+01:00"]);
    desk.build("new.cheval", &["--not-after", "2999-12-31T23:59:59Z"]);
    let verify = |name| cheval_pack(&["verify", text(&desk.path(name))]);
    ends(
        &verify("old.cheval"),
        1,
        &["before 2019-12-31T23:00:00Z", "get a newer revision"],
    );
    ends(
        &verify("new.cheval"),
        0,
        &["can be installed until 2999-12-31T23:59:59Z"],
    );
}

#[test]
fn build_names_what_it_leaves_out() {
    let desk = Desk::new();
    for i in 0..7 {
        desk.pack.write(&format!("notes/{i}.txt"), "later");
    }
    desk.pack.write(".hidden", "");
    let built = cheval_pack(&["build", text(desk.pack.dir()), "-o", text(&desk.path("x"))]);
    ends(
        &built,
        0,
        &["notes/0.txt, notes/1.txt", "notes/4.txt and 2 more"],
    );
}

/// The small pack with another price, another garment and another slide.
fn changed() -> Pack {
    let pack = Pack::new();
    pack.change("pack.toml", "revision = 3", "revision = 4");
    pack.change("pack.toml", "price = 29.90\nold_price = 39", "price = 24.5");
    pack.change("pack.toml", "id = \"welcome\"", "id = \"spring\"");
    let garment = "[[garments]]\nsku = \"HAT-1\"\ncategory = \"hat\"\ncolour = \"red\"\nswatch = \"#A8202C\"\nprice = 10\nsizes = [{ size = \"M\", here = 1, warehouse = 1 }]\n\n[[garments]]\nsku = \"TEE-1\"";
    pack.change("pack.toml", "[[garments]]\nsku = \"TEE-1\"", garment);
    for language in ["en", "pl"] {
        let file = format!("texts/{language}.toml");
        pack.change(&file, "[slides.welcome]", "[slides.spring]");
        let hat = "[garments.HAT-1]\nname = \"Red hat\"\ndetail = \"Felt\"\n\n[garments.TEE-1]";
        pack.change(&file, "[garments.TEE-1]", hat);
    }
    pack.picture("garments/HAT-1.png");
    pack.picture("slides/spring.png");
    pack
}

#[test]
fn diff_says_in_plain_words_what_differs() {
    let (desk, changed) = (Desk::new(), changed());
    let file = desk.path("pack.cheval");
    let told = cheval_pack(&["diff", text(&file), text(changed.dir())]);
    ends(
        &told,
        0,
        &[
            "corner-shop@3 → corner-shop@4",
            "garment added: HAT-1 (Red hat)",
            "slide added: spring (Welcome)",
            "slide removed: welcome (Welcome)",
            "price of TEE-1 (Red tee): 29.90 EUR (before: 39.00 EUR) → 24.50 EUR",
            "file added: garments/HAT-1.png",
            "file removed: slides/welcome.png",
            "file changed: pack.toml",
        ],
    );
    assert!(!said(&told).contains("promo"), "{}", said(&told));
}

#[test]
fn diff_speaks_json_to_other_programs() {
    let (desk, changed) = (Desk::new(), changed());
    let told = cheval_pack(&[
        "diff",
        text(changed.dir()),
        text(&desk.path("pack.cheval")),
        "--json",
    ]);
    ends(&told, 0, &[]);
    let json: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(json["before"], "corner-shop@4");
    assert_eq!(json["garments"]["removed"][0]["id"], "HAT-1");
    assert_eq!(json["prices"][0]["after"], "29.90 EUR");
    assert_eq!(
        json["prices"][0]["old_price_before"],
        serde_json::Value::Null
    );
    assert_eq!(json["files"]["added"][0], "slides/welcome.png");
    desk.pack.change("pack.toml", "price = 29.90", "price = 0");
    let told = cheval_pack(&["diff", text(changed.dir()), text(desk.pack.dir())]);
    ends(&told, 1, &["[garments[0].price]"]);
}
