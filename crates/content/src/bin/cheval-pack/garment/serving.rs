//! The editor's page and its few answers, on this machine only. Whoever asks must know the token in the address, and a
//! page of somebody else's must not be able to ask at all: foreign hosts and origins are refused.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;

use super::editing::{Editing, problems_of};
use super::http::{self, Answer, Request};
use crate::print;

const PAGE: &str = include_str!("editor.html");
const JSON: &str = "application/json";
/// Connections answered at the same time; more are turned away.
const MOST_CONNECTIONS: usize = 16;

struct Server {
    editing: Editing,
    address: SocketAddr,
    token: String,
    done: AtomicBool,
    connections: AtomicUsize,
}

/// Serves until the page says it is done.
pub(super) fn serve(editing: Editing) -> Result<(), String> {
    let cannot = |e: std::io::Error| format!("cannot open a page on this machine: {e}");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(cannot)?;
    let mut token = [0_u8; 16];
    getrandom::fill(&mut token).map_err(|e| format!("cannot make a token: {e}"))?;
    let server = Arc::new(Server {
        address: listener.local_addr().map_err(cannot)?,
        token: hex::encode(token),
        editing,
        done: AtomicBool::new(false),
        connections: AtomicUsize::new(0),
    });
    print::done(&format!(
        "Open http://{}/{}/ in a browser on this machine.\nSaving writes {}; Done on the page or Ctrl-C ends this.",
        server.address,
        server.token,
        server.editing.place().display()
    ));
    while !server.done.load(Ordering::SeqCst) {
        // A connection that failed before it was one is the other side's trouble.
        let Ok((stream, _)) = listener.accept() else {
            continue;
        };
        if server.connections.fetch_add(1, Ordering::SeqCst) >= MOST_CONNECTIONS {
            server.connections.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let for_thread = Arc::clone(&server);
        let started = std::thread::Builder::new()
            .name("page".to_owned())
            .spawn(move || {
                for_thread.answer(&stream);
                for_thread.connections.fetch_sub(1, Ordering::SeqCst);
            });
        if started.is_err() {
            server.connections.fetch_sub(1, Ordering::SeqCst);
        }
    }
    print::done("Done.");
    Ok(())
}

impl Server {
    fn answer(&self, stream: &TcpStream) {
        let was_done = self.done.load(Ordering::SeqCst);
        let answer = match http::read(stream) {
            Ok(Ok(request)) => self.route(&request),
            Ok(Err(refusal)) => refusal,
            // Nobody is there any more.
            Err(_) => return,
        };
        // A browser that hangs up early gets no answer; there is nobody to tell.
        _ = http::send(stream, &answer);
        if !was_done && self.done.load(Ordering::SeqCst) {
            // Wakes the loop that waits for connections.
            _ = TcpStream::connect(self.address);
        }
    }

    fn route(&self, request: &Request) -> Answer {
        if !self.is_own(request) {
            return Answer::refused(403, "this page answers only to its own address");
        }
        let mut parts = request.path.splitn(3, '/');
        let (Some(""), Some(token), Some(what)) = (parts.next(), parts.next(), parts.next()) else {
            return Answer::refused(404, "there is nothing here");
        };
        if !same(token, &self.token) {
            return Answer::refused(403, "open the address that the command printed");
        }
        match (request.method.as_str(), what) {
            ("GET", "") => Answer::new(200, "text/html; charset=utf-8", PAGE),
            ("GET", "picture") => {
                Answer::new(200, self.editing.picture_type, self.editing.picture.clone())
            }
            ("GET", "garment") => Answer::new(200, JSON, self.editing.described().to_string()),
            ("POST", "check") => self.check(request),
            ("POST", "save") => self.save(request),
            ("POST", "done") => {
                self.done.store(true, Ordering::SeqCst);
                Answer::new(200, JSON, "{}")
            }
            (_, "" | "picture" | "garment" | "check" | "save" | "done") => {
                Answer::refused(405, "not in this way")
            }
            _ => Answer::refused(404, "there is nothing here"),
        }
    }

    /// Asked by the page itself: right host, and no other origin; what changes something must name its origin.
    fn is_own(&self, request: &Request) -> bool {
        let hosts = [
            self.address.to_string(),
            format!("localhost:{}", self.address.port()),
        ];
        let own_host = hosts.contains(&request.host);
        let own_origin = match &request.origin {
            Some(origin) => hosts.iter().any(|h| *origin == format!("http://{h}")),
            None => request.method == "GET",
        };
        own_host && own_origin
    }

    fn check(&self, request: &Request) -> Answer {
        match self.fit_in(request) {
            Ok(fit) => Answer::new(
                200,
                JSON,
                json!({"problems": problems_of(&fit)}).to_string(),
            ),
            Err(refusal) => refusal,
        }
    }

    fn save(&self, request: &Request) -> Answer {
        let fit = match self.fit_in(request) {
            Ok(fit) => fit,
            Err(refusal) => return refusal,
        };
        match self.editing.save(&fit) {
            Ok(()) => Answer::new(
                200,
                JSON,
                json!({"problems": problems_of(&fit)}).to_string(),
            ),
            Err(why) => Answer::refused(500, &why),
        }
    }

    fn fit_in(&self, request: &Request) -> Result<cheval_domain::anchors::Fit, Answer> {
        if request.content_type != JSON {
            return Err(Answer::refused(415, "send JSON"));
        }
        self.editing
            .parsed(&request.body)
            .map_err(|why| Answer::refused(400, &why))
    }
}

/// Compares without telling by its time where the first difference is.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && a.bytes()
            .zip(b.bytes())
            .fold(0, |sum, (x, y)| sum | (x ^ y))
            == 0
}
