//! Just enough HTTP/1.1 for one page on this machine: one request a connection, everything bounded. Knows nothing of
//! garments. Own code, because the kiosk links this crate and must not gain a server with it.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Most bytes of request line and headers together.
const HEAD_CAP: u64 = 16 << 10;
/// Most bytes of a body.
const BODY_CAP: usize = 64 << 10;
/// A request must be there within this time.
const PATIENCE: Duration = Duration::from_secs(5);

/// A request as far as anybody here asks for it.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) host: String,
    pub(super) origin: Option<String>,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn new(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type,
            body: body.into(),
        }
    }

    /// A refusal with a sentence.
    pub(super) fn refused(status: u16, why: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", why)
    }
}

/// Reads a request; a bad one comes back as the answer it gets.
pub(super) fn read(stream: &TcpStream) -> io::Result<Result<Request, Answer>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream);
    let mut request = Request::default();
    let mut head = (&mut reader).take(HEAD_CAP);
    let mut line = String::new();
    head.read_line(&mut line)?;
    let mut words = line.split_ascii_whitespace();
    let (Some(method), Some(path), Some("HTTP/1.1" | "HTTP/1.0"), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Ok(Err(Answer::refused(400, "this is no HTTP request")));
    };
    request.method = method.to_owned();
    request.path = path.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        if head.read_line(&mut line)? == 0 {
            return Ok(Err(Answer::refused(431, "the headers are too long")));
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            if line.trim_end().is_empty() {
                break;
            }
            return Ok(Err(Answer::refused(400, "a header has no colon")));
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "host" => request.host = value.to_owned(),
            "origin" => request.origin = Some(value.to_owned()),
            "content-type" => request.content_type = value.to_owned(),
            "transfer-encoding" => {
                return Ok(Err(Answer::refused(411, "say how long the body is")));
            }
            "content-length" => match value.parse() {
                Ok(bytes) if bytes <= BODY_CAP => length = bytes,
                _ => return Ok(Err(Answer::refused(413, "the body is too long"))),
            },
            _ => {}
        }
    }
    request.body = vec![0; length];
    reader.read_exact(&mut request.body)?;
    Ok(Ok(request))
}

/// Sends an answer and closes the connection.
pub(super) fn send(mut stream: &TcpStream, answer: &Answer) -> io::Result<()> {
    let word = match answer.status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        _ => "Refused",
    };
    // Everything the page needs is in it; nothing may frame it, keep it, or tell others its address.
    let head = format!(
        "HTTP/1.1 {} {word}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\n\
         Content-Security-Policy: default-src 'none'; img-src 'self' data:; connect-src 'self'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\r\n",
        answer.status,
        answer.content_type,
        answer.body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&answer.body)?;
    stream.flush()?;
    stream.shutdown(std::net::Shutdown::Write)
}
