//! What an unattended run says about itself: the screen's own summary, completed with what the hub accepted.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The screen's summary: the figures that decide whether every stage happened, and everything else as the screen wrote it.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct ScreenSummary {
    /// Frames on the glass.
    pub(crate) presented_frames: u64,
    /// Frames that the camera gave.
    pub(crate) camera_frames_in: u64,
    /// Of them, shown in the mirror.
    pub(crate) camera_frames_shown: u64,
    /// Frames that the models have looked at.
    pub(crate) vision_results: u64,
    /// Faces found, summed over frames.
    pub(crate) faces_seen: u64,
    /// People followed.
    pub(crate) tracks: Vec<Value>,
    /// Decisions with their reasons.
    pub(crate) decisions: Vec<Value>,
    /// Creatives presented.
    #[serde(default)]
    pub(crate) plays: Vec<Value>,
    /// Timings, memory and the rest.
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

impl ScreenSummary {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("the screen left no summary at {}", path.display()))?;
        serde_json::from_str(&text)
            .with_context(|| format!("the screen's summary {} is not understood", path.display()))
    }
}

#[derive(Serialize)]
struct Summary<'a> {
    #[serde(flatten)]
    screen: &'a ScreenSummary,
    records_accepted_by_hub: &'a BTreeMap<String, u64>,
}

/// Writes `summary.json`.
pub(crate) fn write(
    path: &Path,
    screen: &ScreenSummary,
    records_accepted_by_hub: &BTreeMap<String, u64>,
) -> Result<()> {
    let text = serde_json::to_string_pretty(&Summary {
        screen,
        records_accepted_by_hub,
    })?;
    fs::write(path, text + "\n").with_context(|| format!("failed to write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: &str = r#"{"first_picture_ms":900,"presented_frames":500,"camera_frames_in":400,"camera_frames_shown":390,
        "vision_results":300,"faces_seen":280,"tracks":[{"age_band":"adult"}],"decisions":[{"rule":"playlist"}],"plays":[{}],
        "cpu_ms_per_frame":{"faces":3.5},"rss_mb":300}"#;

    #[test]
    fn everything_the_screen_says_is_kept_beside_the_hubs_count() {
        let dir = tempfile::tempdir().unwrap();
        let (screen_path, path) = (
            dir.path().join("screen.json"),
            dir.path().join("summary.json"),
        );
        fs::write(&screen_path, SCREEN).unwrap();
        let screen = ScreenSummary::read(&screen_path).unwrap();
        write(&path, &screen, &[("play".to_owned(), 2)].into()).unwrap();
        let written: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(written["records_accepted_by_hub"]["play"], 2);
        assert_eq!(written["cpu_ms_per_frame"]["faces"], 3.5);
        assert_eq!(written["tracks"][0]["age_band"], "adult");
    }

    #[test]
    fn a_missing_or_damaged_summary_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("screen-summary.json");
        assert!(
            format!("{:#}", ScreenSummary::read(&path).unwrap_err()).contains("left no summary")
        );
        for damaged in [
            "",
            "{",
            "[]",
            r#"{"presented_frames":"many"}"#,
            &SCREEN.replace("\"faces_seen\":280,", ""),
        ] {
            fs::write(&path, damaged).unwrap();
            assert!(
                format!("{:#}", ScreenSummary::read(&path).unwrap_err())
                    .contains("screen-summary.json")
            );
        }
    }
}
