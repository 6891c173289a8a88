//! The anchor editor in a real browser: Chromium without a window, spoken to in its own protocol over two pipes. Where
//! there is no Chromium the test says so and does nothing.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use cheval_domain::anchors::{Anchor, Side};
use serde_json::{Value, json};

use crate::command_line::text;
use crate::editing::Editor;
use crate::sample::Pack;

const BROWSERS: [&str; 4] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
];

struct Browser {
    child: Child,
    to: File,
    from: BufReader<File>,
    session: Option<String>,
    said: u64,
    /// Errors that scripts of the page ended in, and what it wrote as errors.
    errors: Vec<String>,
    _folder: tempfile::TempDir,
}

impl Browser {
    fn start() -> Option<Self> {
        let browser = BROWSERS.into_iter().find(|b| Path::new(b).exists())?;
        let folder = tempfile::tempdir().unwrap();
        let (to, from) = (folder.path().join("to"), folder.path().join("from"));
        let made = Command::new("mkfifo").arg(&to).arg(&from).status();
        assert!(made.unwrap().success());
        // The protocol's pipes are file descriptors 3 and 4.
        let script = "exec \"$0\" --headless --no-sandbox --disable-gpu --no-first-run --window-size=1400,900 \
                      --user-data-dir=\"$1/profile\" --remote-debugging-pipe 3<\"$1/to\" 4>\"$1/from\"";
        let child = Command::new("sh")
            .args(["-c", script, browser])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self {
            child,
            to: File::options().write(true).open(&to).unwrap(),
            from: BufReader::new(File::open(&from).unwrap()),
            session: None,
            said: 0,
            errors: Vec::new(),
            _folder: folder,
        })
    }

    /// Says something and waits for its answer; errors of the page that come in between are kept.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.said += 1;
        let mut message = json!({"id": self.said, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.to
            .write_all(format!("{message}\0").as_bytes())
            .unwrap();
        loop {
            let mut bytes = Vec::new();
            self.from.read_until(0, &mut bytes).unwrap();
            bytes.pop();
            let heard: Value = serde_json::from_slice(&bytes).unwrap();
            if heard["id"] == json!(self.said) {
                assert!(heard["error"].is_null(), "{method}: {heard}");
                return heard["result"].clone();
            }
            let is_error = heard["method"] == "Runtime.exceptionThrown"
                || (heard["method"] == "Log.entryAdded"
                    && heard["params"]["entry"]["level"] == "error");
            if is_error {
                self.errors.push(heard["params"].to_string());
            }
        }
    }

    fn open(&mut self, address: &str) {
        let target = self.ask("Target.createTarget", json!({"url": "about:blank"}));
        let attached = self.ask(
            "Target.attachToTarget",
            json!({"targetId": target["targetId"], "flatten": true}),
        );
        self.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Runtime.enable", "Log.enable", "Page.enable"] {
            self.ask(domain, json!({}));
        }
        self.ask("Page.navigate", json!({"url": address}));
    }

    fn evaluate(&mut self, script: &str) -> Value {
        let params = json!({"expression": script, "awaitPromise": true, "returnByValue": true});
        self.ask("Runtime.evaluate", params)["result"]["value"].clone()
    }

    /// Waits inside the page until something holds.
    fn wait_for(&mut self, what: &str) {
        let script = format!(
            "new Promise(done => {{ const from = Date.now(); const look = () => ({what}) ? done(true) : Date.now() - from > 20000 ? done(false) : setTimeout(look, 30); look(); }})"
        );
        assert_eq!(self.evaluate(&script), true, "{what}; {:?}", self.errors);
    }

    fn mouse(&mut self, kind: &str, [x, y]: [f64; 2]) {
        let buttons = u8::from(kind != "mouseReleased");
        self.ask(
            "Input.dispatchMouseEvent",
            json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1}),
        );
    }

    fn key(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            self.ask("Input.dispatchKeyEvent", json!({"type": kind, "key": key}));
        }
    }

    fn middle_of(&mut self, selector: &str) -> [f64; 2] {
        let script = format!(
            "(() => {{ const b = document.querySelector('{selector}').getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()"
        );
        serde_json::from_value(self.evaluate(&script)).unwrap()
    }

    fn drag(&mut self, from: [f64; 2], to: [f64; 2]) {
        self.mouse("mousePressed", from);
        for share in [0.25, 0.5, 1.0] {
            let way = [0, 1].map(|i| from[i] + (to[i] - from[i]) * share);
            self.mouse("mouseMoved", way);
        }
        self.mouse("mouseReleased", to);
    }

    /// Saves, and waits until the page says so.
    fn save(&mut self) {
        self.evaluate("document.querySelector('#said').textContent = ''");
        self.click("#save");
        self.wait_for("document.querySelector('#said').textContent === 'Saved.'");
    }

    fn click(&mut self, selector: &str) {
        let at = self.middle_of(selector);
        self.mouse("mousePressed", at);
        self.mouse("mouseReleased", at);
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn anchors_are_dragged_nudged_undone_and_saved() {
    let Some(mut browser) = Browser::start() else {
        println!("skipped: there is no Chromium on this machine");
        return;
    };
    let editor = Editor::of_sample();
    browser.open(&editor.address());
    browser.wait_for("document.querySelectorAll('.pin').length === 12");
    assert_eq!(
        browser.evaluate("document.querySelector('#problems').textContent"),
        "None. It can be worn."
    );

    // Both sides move, each to its own side.
    let pin = ".pin[data-anchor=waist_left] .dot";
    let from = browser.middle_of(pin);
    browser.drag(from, [from[0] + 20.0, from[1]]);
    let to = browser.middle_of(pin);
    assert!((to[0] - from[0] - 20.0).abs() < 1.5, "{from:?} {to:?}");
    for _ in 0..3 {
        browser.key("ArrowDown");
    }
    browser.save();
    let fit = editor.saved();
    let waist = |side| fit.at(Anchor::Waist(side)).unwrap();
    let (left, right) = (waist(Side::Left), waist(Side::Right));
    assert!(left[0] > 0.72 && (left[0] - 0.715 + right[0] - 0.285).abs() < 0.001);
    assert!((left[1] - 0.63 - 3.0 / 500.0).abs() < 0.0005, "{left:?}");
    assert_eq!(left[1], right[1]);

    // Dragged below the hem it is told at once; undone it is fine again.
    browser.drag(to, [to[0], to[1] + 400.0]);
    browser.wait_for("document.querySelector('#problems').textContent.includes('must lie above')");
    browser.click("#undo");
    browser.wait_for("document.querySelector('#problems').textContent === 'None. It can be worn.'");
    assert_eq!(editor.saved(), fit, "nothing is written before it is saved");

    browser.click("#done");
    browser.wait_for("document.querySelector('h1').textContent === 'Done'");
    assert!(browser.errors.is_empty(), "{:#?}", browser.errors);
}

/// The editor of a shirt of the demo shop, whose neckline is drawn.
fn shirt_on_the_table() -> Editor {
    let demo = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/demo-pack/garments"
    );
    let pack = Pack::new();
    for ending in ["png", "fit.toml"] {
        let from = Path::new(demo).join(format!("shirt-oxford.{ending}"));
        fs::copy(from, pack.path(&format!("garments/TEE-1.{ending}"))).unwrap();
    }
    let dir = pack.dir().to_owned();
    Editor::start(pack, &[text(&dir), "TEE-1"])
}

#[cfg(unix)]
#[test]
fn a_garment_of_the_demo_shop_is_drawn_with_all_it_has() {
    let Some(mut browser) = Browser::start() else {
        println!("skipped: there is no Chromium on this machine");
        return;
    };
    let editor = shirt_on_the_table();
    browser.open(&editor.address());
    browser.wait_for("document.querySelectorAll('.pin').length === 20");
    browser.wait_for("document.querySelectorAll('.edge').length === 1");
    browser.click("#neckline");
    browser.wait_for("document.querySelectorAll('.edge').length === 0");
    browser.click("#undo");
    browser.wait_for("document.querySelectorAll('.edge').length === 1");
    browser.click("[data-anchor=cuff_outer_left] .dot");
    browser.wait_for("document.querySelector('#active').textContent === 'cuff outer left'");
    assert!(browser.errors.is_empty(), "{:#?}", browser.errors);
}

#[cfg(unix)]
#[test]
fn places_of_the_neckline_are_dragged_added_taken_out_and_saved() {
    let Some(mut browser) = Browser::start() else {
        println!("skipped: there is no Chromium on this machine");
        return;
    };
    let editor = shirt_on_the_table();
    let before = editor.saved();
    let count = before.neckline.len();
    let knots = |n: usize| format!("document.querySelectorAll('.knot').length === {n}");
    browser.open(&editor.address());
    browser.wait_for(&knots(count));

    // One place is dragged; nothing else moves with it.
    let from = browser.middle_of(".knot[data-knot=\"8\"]");
    browser.drag(from, [from[0] - 6.0, from[1] + 24.0]);
    let to = browser.middle_of(".knot[data-knot=\"8\"]");
    assert!((to[1] - from[1] - 24.0).abs() < 1.5, "{from:?} {to:?}");
    browser.save();
    let dragged = editor.saved();
    assert!(dragged.neckline[8][1] > before.neckline[8][1] + 0.01);
    assert!(dragged.neckline[8][0] < before.neckline[8][0]);
    let mut restored = dragged.clone();
    restored.neckline[8] = before.neckline[8];
    assert_eq!(restored, before, "only that place was moved");

    // Pressing on the line makes one more place there, and drags it.
    let ends = [2, 3].map(|k| browser.middle_of(&format!(".knot[data-knot=\"{k}\"]")));
    let between = [0, 1].map(|i| (ends[0][i] + ends[1][i]) / 2.0);
    browser.drag(between, [between[0] + 10.0, between[1]]);
    browser.wait_for(&knots(count + 1));
    browser.save();
    let longer = editor.saved();
    assert_eq!(longer.neckline.len(), count + 1);
    let [across, down] = longer.neckline[3];
    assert!(across > before.neckline[2][0].max(before.neckline[3][0]));
    assert!(before.neckline[2][1] < down && down < before.neckline[3][1]);
    assert_eq!(longer.anchors, before.anchors);

    // The key takes it out; undo brings it back, and again.
    browser.key("Delete");
    browser.wait_for(&knots(count));
    browser.click("#undo");
    browser.wait_for(&knots(count + 1));
    browser.click("#redo");
    browser.wait_for(&knots(count));
    browser.save();
    assert_eq!(editor.saved(), dragged);
    assert!(browser.errors.is_empty(), "{:#?}", browser.errors);
}

#[cfg(unix)]
#[test]
fn a_neckline_that_is_not_drawn_yet_starts_as_half_an_ellipse() {
    let Some(mut browser) = Browser::start() else {
        println!("skipped: there is no Chromium on this machine");
        return;
    };
    let editor = Editor::of_sample();
    let before = editor.saved();
    assert!(before.neckline.is_empty());
    browser.open(&editor.address());
    browser.wait_for("document.querySelectorAll('.pin').length === 12");
    browser.click("#neckline");
    browser.wait_for("document.querySelectorAll('.knot').length === 13");
    browser.save();
    let fit = editor.saved();
    let at = |anchor| before.at(anchor).unwrap();
    assert_eq!(fit.neckline[0], at(Anchor::Neck(Side::Right)));
    assert_eq!(fit.neckline[12], at(Anchor::Neck(Side::Left)));
    assert_eq!(fit.neckline[6], at(Anchor::NeckFront));
    assert_eq!((fit.anchors, fit.cut), (before.anchors, before.cut));
    assert_eq!(editor.pack.problems(), []);
    assert!(browser.errors.is_empty(), "{:#?}", browser.errors);
}
