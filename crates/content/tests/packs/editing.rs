//! The anchor editor over real HTTP: what the page may do, and what nobody else may.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use cheval_domain::anchors::{Anchor, Fit};
use serde_json::Value;

use crate::command_line::{cheval_pack, said, text};
use crate::sample::{FIT, Pack};

/// A running editor of the sample pack's tee.
pub(crate) struct Editor {
    child: Child,
    /// Kept open, so that what is said finds a listener.
    _out: BufReader<ChildStdout>,
    pub(crate) pack: Pack,
    host: String,
    token: String,
}

impl Editor {
    pub(crate) fn start(pack: Pack, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cheval-pack"))
            .args(["garment", "edit"])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap();
        let mut parts = address.split('/');
        let (host, token) = (parts.next().unwrap(), parts.next().unwrap());
        assert!(host.starts_with("127.0.0.1:"), "{line}");
        assert_eq!(token.len(), 32);
        Self {
            host: host.to_owned(),
            token: token.to_owned(),
            child,
            _out: out,
            pack,
        }
    }

    /// Of the tee of a pack like the sample.
    pub(crate) fn of(pack: Pack) -> Self {
        let fit = pack.path("garments/TEE-1.fit.toml");
        Self::start(pack, &[text(&fit)])
    }

    pub(crate) fn of_sample() -> Self {
        Self::of(Pack::new())
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}/{}/", self.host, self.token)
    }

    pub(crate) fn place(&self) -> PathBuf {
        self.pack.path("garments/TEE-1.fit.toml")
    }

    pub(crate) fn saved(&self) -> Fit {
        toml::from_str(&fs::read_to_string(self.place()).unwrap()).unwrap()
    }

    /// Sends bytes as they are and reads the whole answer: status and body.
    fn raw(&self, request: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        // The server may hang up on an endless request before all of it is written.
        _ = stream.write_all(request);
        _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        _ = stream.read_to_end(&mut answer);
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n");
        let Some(end) = end else {
            return (0, answer);
        };
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer[end + 4..].to_vec())
    }

    fn get(&self, what: &str) -> (u16, Vec<u8>) {
        let path = format!("/{}/{what}", self.token);
        self.raw(format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host).as_bytes())
    }

    /// What the page is told at its start.
    pub(crate) fn garment(&self) -> Value {
        serde_json::from_slice(&self.get("garment").1).unwrap()
    }

    pub(crate) fn post(&self, what: &str, body: &str) -> (u16, String) {
        let request = format!(
            "POST /{}/{what} HTTP/1.1\r\nHost: {}\r\nOrigin: http://{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            self.host,
            self.host,
            body.len()
        );
        let (status, body) = self.raw(request.as_bytes());
        (status, String::from_utf8(body).unwrap())
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// The page's own copy of the fit.
fn fit_of(editor: &Editor) -> Value {
    let (status, body) = editor.get("garment");
    assert_eq!(status, 200);
    serde_json::from_slice::<Value>(&body).unwrap()["fit"].clone()
}

#[test]
fn the_page_comes_with_its_picture_and_its_anchors() {
    let editor = Editor::of_sample();
    let (status, page) = editor.get("");
    assert_eq!(status, 200);
    let page = String::from_utf8(page).unwrap();
    assert!(page.starts_with("<!doctype html>"));
    for foreign in ["http://", "https://", "src=\"/", "@import"] {
        let known = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!known.contains(foreign), "the page asks for {foreign}");
    }
    let (status, picture) = editor.get("picture");
    assert_eq!(status, 200);
    assert_eq!(
        picture,
        fs::read(editor.pack.path("garments/TEE-1.png")).unwrap()
    );
    let garment = editor.garment();
    assert_eq!(garment["name"], "TEE-1");
    assert_eq!(garment["mirrored"]["hem_left"], "hem_right");
    assert!(
        garment["cuts"]["t_shirt"]["required"]
            .as_array()
            .unwrap()
            .len()
            > 5
    );
    assert_eq!(garment["problems"], Value::Array(vec![]));
}

#[test]
fn problems_are_told_while_dragging_and_saving_writes_the_file() {
    let editor = Editor::of_sample();
    let before = fs::read_to_string(editor.place()).unwrap();
    let mut fit = fit_of(&editor);
    fit["anchors"]["neck_front"] = serde_json::json!([0.5, 1.4]);
    let (status, told) = editor.post("check", &fit.to_string());
    assert_eq!(status, 200);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["problems"][0]["anchor"], "neck_front");
    assert!(
        told["problems"][0]["what"]
            .as_str()
            .unwrap()
            .contains("outside")
    );
    assert_eq!(
        fs::read_to_string(editor.place()).unwrap(),
        before,
        "only checked"
    );

    fit["anchors"]["neck_front"] = serde_json::json!([0.5, 0.25]);
    fit["aspect"] = 9.0.into();
    let (status, told) = editor.post("save", &fit.to_string());
    assert_eq!((status, told.as_str()), (200, r#"{"problems":[]}"#));
    let expected = FIT.replace("neck_front = [0.5, 0.22]", "neck_front = [0.5, 0.25]");
    let text = fs::read_to_string(editor.place()).unwrap();
    assert_eq!(text, expected, "the same form, the picture's own shape");
    let beside = fs::read_dir(editor.pack.path("garments")).unwrap().count();
    assert_eq!(beside, 2, "nothing temporary is left");
    assert_eq!(editor.pack.problems(), []);
}

#[test]
fn comments_at_the_head_stay() {
    let pack = Pack::new();
    pack.write(
        "garments/TEE-1.fit.toml",
        format!("# Measured by Ann.\n{FIT}"),
    );
    let dir = pack.dir().to_owned();
    let editor = Editor::start(pack, &[text(&dir), "TEE-1"]);
    assert_eq!(editor.post("save", &fit_of(&editor).to_string()).0, 200);
    let text = fs::read_to_string(editor.place()).unwrap();
    assert_eq!(text, format!("# Measured by Ann.\n{FIT}"));
}

#[test]
fn without_a_file_the_silhouette_makes_a_proposal() {
    let pack = Pack::new();
    fs::remove_file(pack.path("garments/TEE-1.fit.toml")).unwrap();
    let demo = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/demo-pack/garments/tee-navy.png"
    );
    let picture = pack.path("garments/TEE-1.png");
    fs::copy(demo, &picture).unwrap();
    let editor = Editor::start(pack, &[text(&picture)]);
    let garment = editor.garment();
    assert_eq!(garment["proposed"], true);
    assert_eq!(garment["fit"]["cut"], "t_shirt");
    assert!(garment["fit"]["anchors"].as_object().unwrap().len() >= 12);
    assert!(
        !editor.place().exists(),
        "nothing is written before it is saved"
    );
    assert_eq!(editor.post("save", &garment["fit"].to_string()).0, 200);
    assert!(editor.place().exists());
}

#[test]
fn a_shape_that_is_no_garment_begins_without_anchors() {
    let pack = Pack::new();
    fs::remove_file(pack.path("garments/TEE-1.fit.toml")).unwrap();
    let dir = pack.dir().to_owned();
    let editor = Editor::start(pack, &[text(&dir), "TEE-1"]);
    let garment = editor.garment();
    assert_eq!(garment["proposed"], true);
    assert!(!garment["cuts"].as_object().unwrap().is_empty());
}

#[test]
fn done_ends_the_command() {
    let mut editor = Editor::of_sample();
    assert_eq!(editor.post("done", "").0, 200);
    assert!(editor.child.wait().unwrap().success());
}

#[test]
fn whoever_does_not_belong_here_is_refused() {
    let editor = Editor::of_sample();
    let before = fs::read_to_string(editor.place()).unwrap();
    let fit = fit_of(&editor).to_string().replace("0.22", "0.3");
    let (host, token) = (editor.host.as_str(), editor.token.as_str());
    let own = format!("http://{host}");
    let save = |host: &str, token: &str, origin: Option<&str>, kind: &str| {
        let origin = origin
            .map(|o| format!("Origin: {o}\r\n"))
            .unwrap_or_default();
        format!(
            "POST /{token}/save HTTP/1.1\r\nHost: {host}\r\n{origin}Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{fit}",
            fit.len()
        )
    };
    let json = "application/json";
    let port = host.rsplit(':').next().unwrap();
    for (request, status) in [
        (save("evil.example", token, Some(&own), json), 403),
        (
            save(&format!("evil.example:{port}"), token, Some(&own), json),
            403,
        ),
        (save("127.0.0.1", token, Some(&own), json), 403),
        (save("", token, Some(&own), json), 403),
        (save(host, token, Some("http://evil.example"), json), 403),
        (save(host, token, Some("null"), json), 403),
        (
            save(host, token, Some(&format!("https://{host}")), json),
            403,
        ),
        (save(host, token, None, json), 403),
        (save(host, &"0".repeat(32), Some(&own), json), 403),
        (save(host, &token[..31], Some(&own), json), 403),
        (save(host, "", Some(&own), json), 403),
        (save(host, token, Some(&own), "text/plain"), 415),
        (
            save(host, token, Some(&own), "application/x-www-form-urlencoded"),
            415,
        ),
    ] {
        assert_eq!(editor.raw(request.as_bytes()).0, status, "{request}");
    }
    for path in [
        "/".to_owned(),
        "/favicon.ico".to_owned(),
        format!("/{token}"),
        format!("/{token}/../pack.toml"),
        format!("/{token}/..%2fpack.toml"),
        format!("/{token}/picture/../../pack.toml"),
        format!("/{token}//etc/passwd"),
        format!("//{token}/garment"),
        format!("http://{host}/{token}/garment"),
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let (status, body) = editor.raw(request.as_bytes());
        assert!(matches!(status, 403 | 404), "{path}: {status}");
        assert!(body.len() < 100, "{path}");
    }
    for (what, status) in [("save", 405), ("check", 405), ("done", 405)] {
        assert_eq!(editor.get(what).0, status);
    }
    assert_eq!(editor.post("picture", "").0, 405);
    assert_eq!(fs::read_to_string(editor.place()).unwrap(), before);
    assert_eq!(editor.get("garment").0, 200, "it still answers");
}

#[test]
fn broken_and_endless_requests_are_survived() {
    let editor = Editor::of_sample();
    let before = fs::read_to_string(editor.place()).unwrap();
    let head = |more: &str| {
        format!(
            "POST /{}/save HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Type: application/json\r\n{more}\r\n",
            editor.token,
            host = editor.host
        )
    };
    for (request, status) in [
        (String::new(), 400),
        ("\0\x01\x02".to_owned(), 400),
        ("GET / HTTP/9\r\n\r\n".to_owned(), 400),
        ("GET /\r\n\r\n".to_owned(), 400),
        (head("no colon\r\n"), 400),
        (head("Content-Length: 999999999\r\n"), 413),
        (head("Content-Length: -1\r\n"), 413),
        (head("Content-Length: many\r\n"), 413),
        (head("Transfer-Encoding: chunked\r\n"), 411),
        (head("Content-Length: 10\r\n"), 0),
        (head(&format!("X: {}\r\n", "x".repeat(20_000))), 431),
        (format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(40_000)), 400),
    ] {
        let found = editor.raw(request.as_bytes()).0;
        // A server that hangs up in the middle of an endless request may leave no answer behind.
        let fine = found == status || (request.len() > 16_000 && found == 0);
        assert!(fine, "{found}, not {status}: {:?}", request.get(..200));
    }
    for body in [
        "",
        "{",
        "null",
        "[]",
        r#"{"cut":"cape"}"#,
        r#"{"cut":"hat","aspect":1,"anchors":{"halo":[0,0]}}"#,
        r#"{"cut":"hat","aspect":1,"anchors":{"crown":[0]}}"#,
        r#"{"cut":"hat","aspect":1,"anchors":{"crown":["a","b"]}}"#,
        &"[".repeat(50_000),
    ] {
        let (status, told) = editor.post("save", body);
        assert_eq!(status, 400, "{}", body.get(..60).unwrap_or(body));
        assert!(!told.is_empty() && told.len() < 400);
    }
    assert_eq!(fs::read_to_string(editor.place()).unwrap(), before);
    assert_eq!(editor.get("garment").0, 200, "it still answers");
}

#[test]
fn what_cannot_be_edited_is_said() {
    let pack = Pack::new();
    let check = |args: &[&str], words: &str| {
        let output = cheval_pack(&[&["garment", "edit"], args].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(words), "{}", said(&output));
    };
    check(&[text(pack.dir())], "say which garment");
    check(&[text(pack.dir()), "../x"], "is no SKU");
    check(&[text(pack.dir()), "NO-SUCH"], "there is no picture");
    check(&["/no/such/tee.fit.toml"], "there is no picture");
    pack.write("garments/TEE-1.fit.toml", "cut = \"cape\"");
    check(&[text(pack.dir()), "TEE-1"], "cannot be read");
    pack.write("garments/TEE-1.png", "no picture");
    check(&[text(pack.dir()), "TEE-1"], "neither PNG, JPEG nor WebP");
    assert!(Anchor::ALL.len() > 20);
}
