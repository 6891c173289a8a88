//! Evaluates face tracks over a folder of frames: ground truth in the form of MOTChallenge, `frame,id,x,y,w,h`, without a head
//! line; frames count from 1 in the order of the file names, boxes in pixels of the frames.

use std::path::{Path, PathBuf};

use cheval_domain::geometry::BoxInImage;
use cheval_domain::metrics::tracks::{Labelled, score};

use super::chain::Chain;
use super::metrics::Share;
use super::picture::Picture;
use super::report::{FORMAT, Figure, Report, Section, Unit, model_facts};
use super::sheet::{Lines, csv_reader, demand_folder, read_capped};
use super::{EvalError, EvalOptions, Watcher};
use crate::models::{ModelStore, Runtime};
use crate::source::MAX_SIDE_PX;
use crate::vision::Plan;

/// A box fits another from this intersection over union, as in both papers.
const MIN_OVERLAP: f32 = 0.5;
/// Frames beyond this are not compared: a number in a label file must not fill the memory.
const FRAMES_MAX: u64 = 1_000_000;
/// Faces only, found and followed in every frame.
const FACES_ONLY: Plan = Plan {
    faces: true,
    read_all: false,
    pose: false,
    body_search: false,
    bodies: false,
    parse: false,
    patterns: false,
};

/// A box of one track in one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackBox {
    /// Frame, from 1.
    pub frame: u64,
    /// Track.
    pub id: u64,
    /// Left edge in pixels of the frame.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

/// Truth and answer for the same frames.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrackRun {
    /// Labelled boxes, by frame.
    pub truth: Vec<TrackBox>,
    /// Boxes of confirmed tracks that a face was found for, by frame.
    pub said: Vec<TrackBox>,
    /// Frames that were shown.
    pub frames: u64,
    /// Frames that are no usable picture.
    pub unusable: u64,
    /// Rows of the label file that say nothing usable.
    pub bad_rows: u64,
}

/// Shows the frames to detector and tracker at `frames_per_second`.
///
/// # Errors
/// [`EvalError`] when folder, label file or models cannot be used.
pub fn follow(
    options: &EvalOptions,
    frames_per_second: f64,
    watcher: &mut dyn Watcher,
) -> Result<TrackRun, EvalError> {
    demand_folder(&options.data)?;
    let (truth, bad_rows) = read_boxes(&options.labels, watcher)?;
    let names = frames_of(&options.data, &options.labels)?;
    let mut run = TrackRun {
        truth,
        bad_rows,
        ..TrackRun::default()
    };
    let step_ms = (1000.0 / frames_per_second.clamp(0.1, 1000.0))
        .round()
        .max(1.0) as u64;
    let mut chain = Chain::load(options);
    for (k, name) in names.iter().enumerate() {
        let frame = k as u64 + 1;
        match Picture::load(&options.data, name, MAX_SIDE_PX) {
            Ok(picture) => {
                let pixels = picture.pixels();
                let (width, height) = (pixels.width as f64, pixels.height as f64);
                let report = chain.next(pixels, step_ms, FACES_ONLY);
                let seen = report.people.iter().filter(|person| person.face_seen);
                run.said.extend(seen.map(|person| TrackBox {
                    frame,
                    id: person.track.0,
                    x: f64::from(person.face.x) * width,
                    y: f64::from(person.face.y) * height,
                    w: f64::from(person.face.width) * width,
                    h: f64::from(person.face.height) * height,
                }));
                run.frames += 1;
            }
            Err(_) => {
                watcher.left_out(&format!(
                    "{}: frame {frame} is not a usable picture",
                    options.data.join(name).display()
                ));
                run.unusable += 1;
            }
        }
        watcher.row_done(k + 1, names.len());
    }
    if run.frames == 0 {
        return Err(EvalError::NothingUsable {
            path: options.data.clone(),
            rows: names.len(),
            first: "no frame is a usable picture".to_owned(),
        });
    }
    Ok(run)
}

/// Reads `frame,id,x,y,w,h`; further cells are ignored. Rows that are none are told, counted and left out.
fn read_boxes(path: &Path, watcher: &mut dyn Watcher) -> Result<(Vec<TrackBox>, u64), EvalError> {
    let wrong = |reason: String| EvalError::Sheet {
        path: path.to_owned(),
        reason,
    };
    let bytes = read_capped(path)?;
    let mut lines = Lines::of(&bytes);
    let mut reader = csv_reader(&bytes, false);
    let (mut boxes, mut bad) = (Vec::new(), 0);
    for record in reader.byte_records() {
        let record = record.map_err(|e| wrong(e.to_string()))?;
        match track_box(&record) {
            Some(found) => boxes.push(found),
            None => {
                let line = lines.of_record(&record);
                watcher.left_out(&format!(
                    "{}:{line}: not `frame,id,x,y,w,h` with a box larger than nothing",
                    path.display()
                ));
                bad += 1;
            }
        }
    }
    if boxes.is_empty() {
        return Err(wrong(
            "it holds no row of the form frame,id,x,y,w,h".to_owned(),
        ));
    }
    boxes.sort_by_key(|b| (b.frame, b.id));
    Ok((boxes, bad))
}

fn track_box(record: &csv::ByteRecord) -> Option<TrackBox> {
    let cell = |at: usize| std::str::from_utf8(record.get(at)?).ok();
    let number = |at: usize| cell(at)?.parse::<f64>().ok().filter(|v| v.is_finite());
    let found = TrackBox {
        frame: cell(0)?.parse().ok().filter(|frame| *frame > 0)?,
        id: cell(1)?.parse().ok()?,
        x: number(2)?,
        y: number(3)?,
        w: number(4)?,
        h: number(5)?,
    };
    (found.w > 0.0 && found.h > 0.0).then_some(found)
}

/// The frames' names in order; the label file may lie beside them.
fn frames_of(data: &Path, labels: &Path) -> Result<Vec<String>, EvalError> {
    let wrong = |e: std::io::Error| EvalError::Sheet {
        path: data.to_owned(),
        reason: e.to_string(),
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(data).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.is_file() && path != labels {
            files.push(path);
        }
    }
    files.sort();
    Ok(files
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect())
}

/// The report on a run.
///
/// # Errors
/// [`EvalError`] when the manifest of the models cannot be used.
pub fn report(options: &EvalOptions, run: &TrackRun) -> Result<Report, EvalError> {
    let store = ModelStore::open(&options.models, Runtime::load(options.runtime.as_deref())?)?;
    let mut skipped = std::collections::BTreeMap::new();
    for (reason, count) in [
        ("broken row", run.bad_rows),
        ("not a usable picture", run.unusable),
    ] {
        if count > 0 {
            skipped.insert(reason.to_owned(), count);
        }
    }
    Ok(Report {
        format: FORMAT,
        what: "tracks".to_owned(),
        rows: run.truth.len() as u64 + run.bad_rows,
        used: run.truth.len() as u64,
        skipped,
        models: model_facts(&store, &["face_detector"]),
        method: vec![
            "Faces are found in every frame and followed as the kiosk does, which spares the search where nobody is known and \
             nothing differs from the learned background; a box counts in frames in which the search found the face. MOTA after Bernardin and Stiefelhagen (2008), IDF1 after Ristani et al. (2016)."
                .to_owned(),
        ],
        sections: vec![findings(run)],
        worst: Vec::new(),
    })
}

/// What a run says, apart from any file or model.
#[must_use]
pub fn findings(run: &TrackRun) -> Section {
    let scores = score(&by_frame(&run.truth), &by_frame(&run.said), MIN_OVERLAP);
    let labelled = run.truth.len() as u64;
    let count = |key: &str, label: &str, value: usize| {
        Figure::number(key, label, Some(value as f64), Unit::Count, labelled)
    };
    let found = Share {
        hits: scores.matches as u64,
        of: labelled,
    };
    let people = |boxes: &[TrackBox]| {
        let ids: std::collections::BTreeSet<u64> = boxes.iter().map(|b| b.id).collect();
        ids.len()
    };
    let mut section = Section::new(
        "tracks",
        "Tracks",
        "The count behind a figure is labelled boxes.",
    );
    section.figures = vec![
        Figure::number(
            "tracks.mota",
            "MOTA",
            Some(scores.mota),
            Unit::Ratio,
            labelled,
        ),
        Figure::number(
            "tracks.idf1",
            "IDF1",
            Some(scores.idf1),
            Unit::Ratio,
            labelled,
        ),
        Figure::share("tracks.found", "Labelled boxes found", found),
        count("tracks.missed", "Missed boxes", scores.misses),
        count("tracks.false_alarms", "False boxes", scores.false_positives),
        count("tracks.switches", "Identity switches", scores.switches),
        Figure::number(
            "tracks.count_error",
            "Mean error of the count",
            Some(scores.count_error),
            Unit::Count,
            labelled,
        ),
        count(
            "tracks.labelled_tracks",
            "Labelled tracks",
            people(&run.truth),
        ),
        count(
            "tracks.said_tracks",
            "Tracks that were said",
            people(&run.said),
        ),
        Figure::number(
            "tracks.frames",
            "Frames",
            Some(run.frames as f64),
            Unit::Count,
            labelled,
        ),
    ];
    section
}

/// Boxes of one frame after another, from the first.
fn by_frame(boxes: &[TrackBox]) -> Vec<Vec<Labelled>> {
    let last = boxes
        .iter()
        .map(|b| b.frame)
        .max()
        .unwrap_or(0)
        .min(FRAMES_MAX);
    let mut frames = vec![Vec::new(); last as usize];
    for found in boxes.iter().filter(|b| (1..=last).contains(&b.frame)) {
        frames[found.frame as usize - 1].push(Labelled {
            id: found.id,
            bounds: BoxInImage {
                x: found.x as f32,
                y: found.y as f32,
                width: found.w as f32,
                height: found.h as f32,
            },
        });
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gt.txt");
        std::fs::write(&path, text).unwrap();
        (dir, path)
    }

    #[test]
    fn boxes_are_read_in_the_order_of_frames_and_bad_ones_counted() {
        let (_dir, path) = written(
            "2,1,10,10,5,5,1,-1,-1,-1\n1,1,0,0,5,5\n0,1,0,0,5,5\n3,1,0,0,0,5\n3,1,nan,0,5,5\nx\n",
        );
        let (boxes, bad) = read_boxes(&path, &mut ()).unwrap();
        assert_eq!(boxes.iter().map(|b| b.frame).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((boxes[1].x, bad), (10.0, 4));
    }

    #[test]
    fn a_bad_box_is_told_with_its_line_whichever_system_wrote_the_file() {
        struct Ear(Vec<String>);
        impl Watcher for Ear {
            fn row_done(&mut self, _: usize, _: usize) {}
            fn left_out(&mut self, message: &str) {
                self.0.push(message.to_owned());
            }
        }
        let (_dir, path) = written("1,1,0,0,5,5\r\n\r\nx\r\n2,1,0,0,5,5\r\ny\r\n");
        let mut ear = Ear(Vec::new());
        let (boxes, bad) = read_boxes(&path, &mut ear).unwrap();
        assert_eq!((boxes.len(), bad), (2, 2));
        assert!(ear.0[0].contains("gt.txt:3:"), "{:?}", ear.0);
        assert!(ear.0[1].contains("gt.txt:5:"), "{:?}", ear.0);
    }

    #[test]
    fn a_label_file_without_a_box_is_refused() {
        let (_dir, path) = written("frame,id,x,y,w,h\n");
        assert!(
            read_boxes(&path, &mut ())
                .unwrap_err()
                .to_string()
                .contains("no row of the form")
        );
        assert!(read_boxes(Path::new("no/such/file"), &mut ()).is_err());
    }

    #[test]
    fn frames_come_by_name_and_the_label_file_is_none() {
        let (dir, path) = written("1,1,0,0,5,5\n");
        for name in ["b.png", "a.png"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        assert_eq!(frames_of(dir.path(), &path).unwrap(), ["a.png", "b.png"]);
    }

    #[test]
    fn a_folder_without_a_picture_is_an_error() {
        let (dir, path) = written("1,1,0,0,5,5\n");
        std::fs::write(dir.path().join("a.png"), "no picture").unwrap();
        let options = EvalOptions {
            data: dir.path().to_owned(),
            labels: path,
            models: Vec::new(),
            runtime: None,
        };
        let error = follow(&options, 10.0, &mut ()).unwrap_err().to_string();
        assert!(error.contains("no frame is a usable picture"), "{error}");
    }

    #[test]
    fn findings_count_tracks_and_boxes() {
        let at = |frame, id| TrackBox {
            frame,
            id,
            x: if id == 2 { 10.0 } else { 0.0 },
            y: 0.0,
            w: 1.0,
            h: 1.0,
        };
        let run = TrackRun {
            truth: vec![at(1, 1), at(1, 2), at(2, 1), at(2, 2)],
            said: vec![at(1, 9), at(2, 9)],
            frames: 2,
            ..TrackRun::default()
        };
        let section = findings(&run);
        let value = |key: &str| section.figures.iter().find(|f| f.key == key).unwrap().value;
        assert_eq!(value("tracks.mota"), Some(0.5));
        assert_eq!(value("tracks.found"), Some(0.5));
        assert_eq!(
            (value("tracks.labelled_tracks"), value("tracks.said_tracks")),
            (Some(2.0), Some(1.0))
        );
    }
}
