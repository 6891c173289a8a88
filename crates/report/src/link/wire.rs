//! Lines of JSON with a size cap. Must not know what the messages mean.

use std::io::{self, BufRead, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::MAX_LINE_BYTES;

/// Why a line was not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineError {
    /// Longer than [`MAX_LINE_BYTES`].
    #[error("a line is longer than {MAX_LINE_BYTES} bytes")]
    TooLong,
    /// Not a message of this protocol. The text of the line is not repeated.
    #[error("a line is not a message of this protocol (column {column}: {what})")]
    Garbage {
        /// Where in the line.
        column: usize,
        /// `syntax`, `data` or `end of line`.
        what: &'static str,
    },
    /// The other side went away in the middle of a line.
    #[error("the connection ended in the middle of a line")]
    HalfLine,
    /// The socket failed.
    #[error("the socket failed: {0}")]
    Io(#[from] io::Error),
}

/// The next message, or `None` at the end of the stream.
pub(super) fn read_message<T: DeserializeOwned>(
    reader: &mut impl BufRead,
) -> Result<Option<T>, LineError> {
    let mut line = Vec::new();
    let cap = MAX_LINE_BYTES as u64;
    let length = reader.by_ref().take(cap).read_until(b'\n', &mut line)?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => {
            serde_json::from_slice(&line)
                .map(Some)
                .map_err(|error| LineError::Garbage {
                    column: error.column(),
                    what: match error.classify() {
                        serde_json::error::Category::Data => "data",
                        serde_json::error::Category::Eof => "end of line",
                        serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
                            "syntax"
                        }
                    },
                })
        }
        Some(_) if length == MAX_LINE_BYTES => Err(LineError::TooLong),
        Some(_) => Err(LineError::HalfLine),
    }
}

/// The message as one line, newline included.
pub(super) fn line<T: Serialize>(message: &T) -> Result<Vec<u8>, LineError> {
    let mut line = serde_json::to_vec(message).map_err(io::Error::from)?;
    line.push(b'\n');
    if line.len() > MAX_LINE_BYTES {
        Err(LineError::TooLong)
    } else {
        Ok(line)
    }
}

/// Writes the message as one line.
pub(super) fn write_message<T: Serialize>(
    writer: &mut impl Write,
    message: &T,
) -> Result<(), LineError> {
    Ok(writer.write_all(&line(message)?)?)
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;
    use crate::link::{AgentMessage, ScreenMessage};

    fn read(bytes: &[u8]) -> Result<Option<ScreenMessage>, LineError> {
        read_message(&mut BufReader::new(bytes))
    }

    #[test]
    fn a_message_comes_back_as_it_was_sent() {
        let hello = ScreenMessage::Hello { pid: 7, version: 1 };
        assert_eq!(read(&line(&hello).unwrap()).unwrap(), Some(hello));
    }

    #[test]
    fn hostile_lines_are_refused_by_name() {
        assert!(matches!(read(b""), Ok(None)));
        assert!(matches!(
            read(b"{\"hello\":{\"pid\":1,\"version\":1}}"),
            Err(LineError::HalfLine)
        ));
        assert!(matches!(
            read(b"GET / HTTP/1.1\r\n"),
            Err(LineError::Garbage { what: "syntax", .. })
        ));
        assert!(matches!(read(b"\n"), Err(LineError::Garbage { .. })));
        assert!(matches!(
            read(b"\xff\xfe\x00\n"),
            Err(LineError::Garbage { .. })
        ));
        assert!(matches!(
            read(b"{\"launch\":{}}\n"),
            Err(LineError::Garbage { what: "data", .. })
        ));
        assert!(matches!(
            read(b"{\"hello\":{\"pid\":-1,\"version\":1}}\n"),
            Err(LineError::Garbage { .. })
        ));
        let deep = [b"[".repeat(60_000), b"\n".to_vec()].concat();
        assert!(matches!(read(&deep), Err(LineError::Garbage { .. })));
    }

    #[test]
    fn the_cap_is_exact() {
        let mut endless = std::io::repeat(b'x');
        let mut reader = BufReader::new(&mut endless);
        assert!(matches!(
            read_message::<ScreenMessage>(&mut reader),
            Err(LineError::TooLong)
        ));

        let padded = |length: usize| {
            let mut text = b"{\"hello\":{\"pid\":1,\"version\":1}}".to_vec();
            text.resize(length - 1, b' ');
            text.push(b'\n');
            text
        };
        assert!(read(&padded(MAX_LINE_BYTES)).unwrap().is_some());
        assert!(matches!(
            read(&padded(MAX_LINE_BYTES + 1)),
            Err(LineError::TooLong)
        ));
    }

    #[test]
    fn nothing_longer_than_the_cap_is_sent() {
        let refused = AgentMessage::Refused {
            ids: vec![],
            reason: "x".repeat(MAX_LINE_BYTES),
        };
        assert!(matches!(line(&refused), Err(LineError::TooLong)));
    }
}
