//! Reads `CROWD.toml`. What is wrong is told with line and key; what its numbers mean is in the domain.

use std::io::Read as _;
use std::path::Path;

use cheval_domain::simulation::{Crowd, CrowdParts};

/// The crowd that is built in, as a file to change.
pub(super) const EXAMPLE: &str = include_str!("crowd.toml");
/// Largest file, bytes.
const CAP: u64 = 1 << 20;

/// The crowd of this file, or the one that is built in.
pub(super) fn read(path: Option<&Path>) -> Result<Crowd, String> {
    let Some(path) = path else {
        return Ok(Crowd::default());
    };
    let cannot = |cause: String| format!("cannot read {}: {cause}", path.display());
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(CAP + 1).read_to_end(&mut bytes))
        .map_err(|cause| cannot(cause.to_string()))?;
    if bytes.len() as u64 > CAP {
        return Err(cannot("it is larger than 1 MiB".to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|cause| cannot(cause.to_string()))?;
    parse(&text).map_err(|what| format!("{}: {what}", path.display()))
}

fn parse(text: &str) -> Result<Crowd, String> {
    let parts: CrowdParts = toml::from_str(text).map_err(|cause| cause.to_string())?;
    Crowd::try_from(parts).map_err(|faults| faults.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_the_crowd_that_is_built_in() {
        assert_eq!(parse(EXAMPLE).unwrap(), Crowd::default());
    }

    #[test]
    fn what_is_left_out_is_as_usual() {
        assert_eq!(parse("").unwrap(), Crowd::default());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, words) in [
            ("[behaviour]\ntuoch = 0.3", "unknown field `tuoch`"),
            (
                "[behaviour]\ntouch = 1.5",
                "behaviour.touch is 1.5; write a number from 0 to 1",
            ),
            (
                "[behaviour]\ntouch = nan",
                "behaviour.touch is NaN; write a number from 0 to 1",
            ),
            ("[behaviour]\ntouch = \"often\"", "line 2"),
            ("[people.ages]\n\"12-17\" = 3", "unknown variant `12-17`"),
            (
                "[arrivals]\nusual = []",
                "arrivals.usual is a list of 0; write 24 numbers",
            ),
            ("[arrivals]\nmoonday = []", "unknown field `moonday`"),
            (
                "[[wear.torso]]\ncategory = \"jeans\"\ncolour = \"blue\"\nweight = 1",
                "unknown variant `jeans`",
            ),
            ("schema_version = 2", "schema_version is 2; write 1"),
            ("what", "TOML parse error at line 1"),
        ] {
            let told = parse(text).unwrap_err();
            assert!(told.contains(words), "`{words}` is not in: {told}");
        }
    }
}
