//! Parity of the net with its recipe on rendered bodies, and what bad input gives.

use std::collections::BTreeMap;
use std::path::Path;

use cheval_domain::figure::{Figure, Shape};
use cheval_domain::geometry::PointInImage;
use cheval_domain::observation::{BODY_POINTS, KeyPoint};

use super::*;

/// A rendered silhouette with its points and its truth; columns in `models/train/figure/export.py`.
struct Example {
    file: String,
    clothing: String,
    turned: bool,
    aspect: f32,
    ratios: [f32; 2],
    points: Vec<KeyPoint>,
    size: (usize, usize),
    probability: Vec<f32>,
}

impl Example {
    fn silhouette(&self) -> Silhouette<'_> {
        Silhouette {
            width: self.size.0,
            height: self.size.1,
            probability: &self.probability,
            aspect: self.aspect,
        }
    }

    fn reading(&self, net: &Net) -> Option<Reading> {
        net.read(&self.silhouette(), &Places::of(&self.points)?)
    }
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/figure")
}

fn point(text: &str) -> KeyPoint {
    let values: Vec<f32> = text.split(':').map(|v| v.parse().unwrap()).collect();
    KeyPoint {
        at: PointInImage {
            x: values[0],
            y: values[1],
        },
        visibility: values[2],
    }
}

fn examples() -> Vec<Example> {
    let labels = std::fs::read_to_string(folder().join("labels.csv")).unwrap();
    labels
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let number = |k: usize| cells[k].parse::<f32>().unwrap();
            let picture = image::open(folder().join(cells[0])).unwrap().into_luma8();
            Example {
                file: cells[0].to_owned(),
                clothing: cells[2].to_owned(),
                turned: cells[3] == "1",
                aspect: number(7),
                ratios: [number(8), number(9)],
                points: cells[11].split(' ').map(point).collect(),
                size: (picture.width() as usize, picture.height() as usize),
                probability: picture.iter().map(|v| f32::from(*v) / 255.0).collect(),
            }
        })
        .collect()
}

fn net() -> Net {
    Net::shipped().unwrap()
}

#[test]
fn the_net_says_what_its_recipe_says() {
    let golden = std::fs::read_to_string(folder().join("golden.csv")).unwrap();
    let golden: BTreeMap<&str, Vec<f32>> = golden
        .lines()
        .skip(1)
        .map(|line| {
            let (file, rest) = line.split_once(',').unwrap();
            (file, rest.split(',').map(|v| v.parse().unwrap()).collect())
        })
        .collect();
    let examples = examples();
    assert!(examples.len() >= 8 && examples.len() == golden.len());
    for example in examples {
        let reading = example.reading(&net()).expect("a torso is in sight");
        let ratios = reading.log_ratios.map(f32::exp);
        let said = [ratios[0], ratios[1], reading.measurable]
            .into_iter()
            .chain(reading.shapes);
        for (said, wanted) in said.zip(&golden[example.file.as_str()]) {
            assert!(
                (said - wanted).abs() < 1e-3,
                "{}: {reading:?}",
                example.file
            );
        }
    }
}

#[test]
fn bodies_that_it_never_saw_are_measured_and_coats_and_turns_are_not() {
    let (mut measured, mut errors) = (0, [0.0; 2]);
    for example in examples() {
        let figure = figure_of(&example.silhouette(), &example.points);
        if example.turned || example.clothing == "coat" {
            assert_eq!(figure.shape.value, Shape::Unknown, "{}", example.file);
        } else if example.clothing == "tight" {
            measured += 1;
            let said = [figure.shoulder_to_hip, figure.waist_to_hip];
            for k in 0..2 {
                errors[k] += (said[k] / example.ratios[k] - 1.0).abs();
            }
        }
    }
    assert!(measured >= 3, "{measured}");
    for error in errors {
        assert!(error / (measured as f32) < 0.08, "{errors:?}");
    }
}

#[test]
fn points_that_say_nothing_give_no_figure() {
    let example = examples()
        .into_iter()
        .find(|e| e.clothing == "tight" && !e.turned)
        .unwrap();
    let with = |change: &dyn Fn(&mut Vec<KeyPoint>)| {
        let mut points = example.points.clone();
        change(&mut points);
        figure_of(&example.silhouette(), &points)
    };
    assert_ne!(
        with(&|_| {}),
        Figure::default(),
        "the example itself is good"
    );
    let bad: [&dyn Fn(&mut Vec<KeyPoint>); 8] = [
        &|points| points.clear(),
        &|points| points.truncate(20),
        &|points| points[11].at.x = f32::NAN,
        &|points| points[0].at.y = f32::INFINITY,
        &|points| points[23].visibility = 0.1,
        &|points| points[24].at.y = 1.4,
        &|points| points[12].visibility = f32::NAN,
        &|points| {
            points
                .iter_mut()
                .for_each(|p| p.at = PointInImage { x: 0.5, y: 0.5 });
        },
    ];
    for (k, change) in bad.into_iter().enumerate() {
        assert_eq!(with(change), Figure::default(), "case {k}");
    }
    assert_eq!(example.points.len(), BODY_POINTS);
}

#[test]
fn silhouettes_that_say_nothing_give_no_shape() {
    let example = examples().remove(0);
    let figure = |width: usize, height: usize, probability: &[f32], aspect: f32| {
        let silhouette = Silhouette {
            width,
            height,
            probability,
            aspect,
        };
        figure_of(&silhouette, &example.points)
    };
    let (width, height) = example.size;
    let whole = width * height;
    for (k, said) in [
        figure(0, 0, &[], 0.75),
        figure(0, height, &[], 0.75),
        figure(width, height, &[1.0; 7], 0.75),
        figure(width, height, &vec![f32::NAN; whole], 0.75),
        figure(width, height, &example.probability, 0.0),
        figure(width, height, &example.probability, -0.75),
        figure(width, height, &example.probability, f32::NAN),
        figure(usize::MAX, 2, &[0.5; 4], 0.75),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(said, Figure::default(), "case {k}");
    }
    for level in [0.0, 1.0] {
        let said = figure(width, height, &vec![level; whole], 0.75);
        assert_eq!(said.shape.value, Shape::Unknown, "all {level}: {said:?}");
    }
    let one_cell = figure(1, 1, &[1.0], 0.75);
    assert_eq!(one_cell.shape.value, Shape::Unknown, "{one_cell:?}");
}
