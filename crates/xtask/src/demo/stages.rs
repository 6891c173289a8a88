//! What must have happened in an unattended run, and what of it did not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::Size;
use super::summary::ScreenSummary;

/// The states of the screen that the touch script goes through, in order; each leaves a picture.
pub(crate) const STATES: [&str; 9] = [
    "attract", "noticed", "notice", "engaged", "sees", "tryon", "recolour", "feedback", "farewell",
];

/// What became of each state's picture: a reason, where it is not good.
pub(crate) type Pictures = BTreeMap<&'static str, Result<(), String>>;

/// Copies the pictures of all states from `shots` to `out` and looks whether they are pictures of the screen.
pub(crate) fn collect_pictures(shots: &Path, out: &Path, size: Size) -> Result<Pictures> {
    let mut pictures = Pictures::new();
    for state in STATES {
        let name = format!("{state}.png");
        let verdict = match fs::read(shots.join(&name)) {
            Ok(bytes) => {
                fs::write(out.join(&name), &bytes)
                    .with_context(|| format!("failed to write {name} to {}", out.display()))?;
                picture_of(&bytes, size)
            }
            Err(_) => Err("there is no picture".to_owned()),
        };
        pictures.insert(state, verdict);
    }
    Ok(pictures)
}

/// Whether these bytes are a whole PNG of `size` (signature, IHDR first, IEND last: PNG specification, sections 5 and 11).
fn picture_of(bytes: &[u8], size: Size) -> Result<(), String> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const END: &[u8] = b"IEND\xae\x42\x60\x82";
    let side = |at: usize| {
        bytes
            .get(at..at + 4)?
            .try_into()
            .ok()
            .map(u32::from_be_bytes)
    };
    if !bytes.starts_with(SIGNATURE) || !bytes.ends_with(END) {
        return Err("its picture is not a whole PNG".to_owned());
    }
    match (side(16), side(20)) {
        (Some(width), Some(height)) if (Size { width, height }) == size => Ok(()),
        (width, height) => Err(format!(
            "its picture is {}x{}, not {size}",
            width.unwrap_or(0),
            height.unwrap_or(0)
        )),
    }
}

/// A sentence for each stage that did not happen.
pub(crate) fn missing(
    screen: &ScreenSummary,
    accepted: &BTreeMap<String, u64>,
    pictures: &Pictures,
) -> Vec<String> {
    let accepted_of = |kind: &str| accepted.get(kind).copied().unwrap_or(0);
    let figures = [
        (
            screen.presented_frames == 0,
            "nothing was presented on the screen",
        ),
        (
            screen.camera_frames_in == 0,
            "no frame came from the camera",
        ),
        (
            screen.camera_frames_shown == 0,
            "no camera frame was shown in the mirror",
        ),
        (screen.vision_results == 0, "the models looked at no frame"),
        (screen.faces_seen == 0, "no face was found"),
        (screen.tracks.is_empty(), "nobody was followed"),
        (screen.decisions.is_empty(), "nothing was decided"),
        (screen.plays.is_empty(), "no play was completed"),
        (
            accepted.values().sum::<u64>() == 0,
            "the hub accepted no record",
        ),
        (accepted_of("play") == 0, "the hub accepted no play"),
        (
            accepted_of("interaction") == 0,
            "the hub accepted no interaction",
        ),
    ];
    let of_pictures = pictures
        .iter()
        .filter_map(|(state, verdict)| Some(format!("state {state}: {}", verdict.as_ref().err()?)));
    of_pictures
        .chain(
            figures
                .into_iter()
                .filter(|(failed, _)| *failed)
                .map(|(_, sentence)| sentence.to_owned()),
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size {
        width: 2,
        height: 3,
    };

    fn png(width: u32, height: u32) -> Vec<u8> {
        [
            &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..],
            &width.to_be_bytes(),
            &height.to_be_bytes(),
            b"...",
            b"IEND\xae\x42\x60\x82",
        ]
        .concat()
    }

    fn good_run() -> (ScreenSummary, BTreeMap<String, u64>, Pictures) {
        let screen = ScreenSummary {
            presented_frames: 9,
            camera_frames_in: 9,
            camera_frames_shown: 9,
            vision_results: 9,
            faces_seen: 9,
            tracks: vec![true.into()],
            decisions: vec![true.into()],
            plays: vec![true.into()],
            rest: serde_json::Map::new(),
        };
        let accepted = [("play".to_owned(), 1), ("interaction".to_owned(), 1)].into();
        (
            screen,
            accepted,
            STATES.into_iter().map(|state| (state, Ok(()))).collect(),
        )
    }

    #[test]
    fn a_good_run_misses_nothing() {
        let (screen, accepted, pictures) = good_run();
        assert_eq!(missing(&screen, &accepted, &pictures), [""; 0]);
    }

    #[test]
    fn each_stage_that_did_not_happen_is_named() {
        type Spoil = fn(&mut (ScreenSummary, BTreeMap<String, u64>, Pictures));
        let cases: [(Spoil, &str); 9] = [
            (|run| run.0.presented_frames = 0, "presented"),
            (|run| run.0.camera_frames_in = 0, "from the camera"),
            (|run| run.0.camera_frames_shown = 0, "in the mirror"),
            (|run| run.0.vision_results = 0, "models"),
            (|run| run.0.faces_seen = 0, "face"),
            (|run| run.0.tracks.clear(), "followed"),
            (|run| run.0.decisions.clear(), "decided"),
            (|run| run.0.plays.clear(), "play was completed"),
            (
                |run| run.1.retain(|kind, _| kind != "play"),
                "accepted no play",
            ),
        ];
        for (spoil, word) in cases {
            let mut run = good_run();
            spoil(&mut run);
            let sentences = missing(&run.0, &run.1, &run.2);
            assert!(
                sentences.len() == 1 && sentences[0].contains(word),
                "{word}: {sentences:?}"
            );
        }
        let mut run = good_run();
        run.1.clear();
        run.2.insert("tryon", Err("there is no picture".into()));
        let sentences = missing(&run.0, &run.1, &run.2).join("; ");
        assert!(
            sentences.contains("state tryon: there is no picture")
                && sentences.contains("accepted no record"),
            "{sentences}"
        );
    }

    #[test]
    fn pictures_are_looked_at_not_only_counted() {
        let (shots, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for (state, bytes) in [
            ("attract", png(2, 3)),
            ("noticed", png(3, 2)),
            ("engaged", png(2, 3)[..20].to_vec()),
            ("sees", Vec::new()),
        ] {
            fs::write(shots.path().join(format!("{state}.png")), bytes).unwrap();
        }
        let pictures = collect_pictures(shots.path(), out.path(), SIZE).unwrap();
        assert_eq!(pictures["attract"], Ok(()));
        assert_eq!(
            pictures["noticed"],
            Err("its picture is 3x2, not 2x3".into())
        );
        assert!(pictures["engaged"].is_err() && pictures["sees"].is_err());
        assert_eq!(pictures["farewell"], Err("there is no picture".into()));
        assert!(out.path().join("attract.png").exists());
    }
}
