//! `cloth-check DIR > OUT.csv`: reads every garment of `DIR/manifest.csv` (see `models/train/pattern`) and prints what the
//! program says of it beside the labels: colours, names, gains of the light, patterns, features.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use cheval_domain::geometry::BoxInImage;
use cheval_perception::cloth::{ClothPicture, ClothReading, read};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: cloth-check DIR")?;
    let folder = Path::new(&folder);
    let manifest = fs::read_to_string(folder.join("manifest.csv"))?;
    let mut lines = manifest.lines();
    let head: Vec<&str> = lines.next().ok_or("empty manifest")?.split(',').collect();
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{},l,a,b,gain_r,gain_g,gain_b,plain_name,name,p0,p1,p2,p3,features",
        head.join(",")
    )?;
    let mut spent = (Duration::ZERO, 0_u32);
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name: &str| {
            let at = head.iter().position(|h| *h == name)?;
            cells.get(at).copied()
        };
        let number = |name: &str| {
            cell(name)
                .ok_or("column missing")?
                .parse::<f32>()
                .map_err(Box::<dyn Error>::from)
        };
        let picture = image::open(folder.join(cell("picture").ok_or("no picture")?))?.into_rgba8();
        let mask = image::open(folder.join(cell("mask").ok_or("no mask")?))?.into_luma8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let (x, y) = (number("x0")? / width as f32, number("y0")? / height as f32);
        let person = BoxInImage {
            x,
            y,
            width: number("x1")? / width as f32 - x,
            height: number("y1")? / height as f32 - y,
        };
        let start = Instant::now();
        let reading = read(ClothPicture {
            width,
            height,
            rgba: picture.as_raw(),
            mask: mask.as_raw(),
            person,
        });
        spent = (spent.0 + start.elapsed(), spent.1 + 1);
        writeln!(
            out,
            "{line},{}",
            reading.map_or_else(String::new, |r| row(&r))
        )?;
    }
    let mean = spent.0.as_secs_f64() * 1000.0 / f64::from(spent.1.max(1));
    writeln!(std::io::stderr(), "{} garments, {mean:.2} ms each", spent.1)?;
    Ok(())
}

fn row(reading: &ClothReading) -> String {
    let numbers = |values: &[f32]| -> String {
        let words: Vec<String> = values.iter().map(|v| format!("{v:.5}")).collect();
        words.join(",")
    };
    let scores: Vec<f32> = reading.patterns.iter().map(|(_, p)| *p).collect();
    let scores = if scores.is_empty() {
        ",,,".to_owned()
    } else {
        numbers(&scores)
    };
    format!(
        "{},{},{},{},{},{}",
        numbers(&reading.lab),
        numbers(&reading.gains),
        reading.plain_name.as_str(),
        reading.name.as_str(),
        scores,
        numbers(&reading.features).replace(',', " ")
    )
}
