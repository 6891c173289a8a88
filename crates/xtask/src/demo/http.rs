//! One question to a server on this machine: `GET`, answer, end. HTTP/1.0, so that the answer is never chunked.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

const LIMIT: Duration = Duration::from_secs(5);
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The body of `GET path`; an error unless the answer is a 200.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)
        .with_context(|| format!("nothing answers at {address}"))?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    write!(
        stream,
        "GET {path} HTTP/1.0\r\nHost: {address}\r\nAccept: application/json\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream
        .take(ANSWER_BYTES_MAX)
        .read_to_end(&mut answer)
        .with_context(|| format!("{address} did not finish its answer"))?;
    body_of(&answer).with_context(|| format!("GET {path} at {address}"))
}

fn body_of(answer: &[u8]) -> Result<Vec<u8>> {
    let end_of_head = answer
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .context("the answer is not HTTP")?;
    let (head, rest) = answer.split_at(end_of_head);
    let status = String::from_utf8_lossy(head)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    if !status.starts_with("HTTP/1.") || status.split(' ').nth(1) != Some("200") {
        bail!("the answer is `{status}`, not 200");
    }
    Ok(rest.get(4..).unwrap_or_default().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_of_a_good_answer_is_returned_whole() {
        assert_eq!(
            body_of(b"HTTP/1.0 200 OK\r\ncontent-length: 6\r\n\r\n{}\r\n\r\n").unwrap(),
            b"{}\r\n\r\n"
        );
        assert_eq!(body_of(b"HTTP/1.1 200 OK\r\n\r\n").unwrap(), b"");
    }

    #[test]
    fn anything_else_is_refused_with_what_was_said() {
        for (answer, word) in [
            (&b"HTTP/1.0 500 Internal Server Error\r\n\r\n{}"[..], "500"),
            (b"HTTP/1.0 404 Not Found\r\n\r\n", "404"),
            (b"SSH-2.0-OpenSSH\r\n\r\n", "SSH-2.0"),
            (b"HTTP/1.0 200 OK\r\nhalf a he", "not HTTP"),
            (b"", "not HTTP"),
        ] {
            let text = format!("{:#}", body_of(answer).unwrap_err());
            assert!(text.contains(word), "{text}");
        }
    }
}
