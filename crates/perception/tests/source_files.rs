//! Folders of pictures and recordings as sources: what comes out of good ones, and what is said about bad ones.
#![expect(clippy::unwrap_used, reason = "tests, and the helpers they share")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use cheval_perception::source::{
    CameraOptions, FrameBuffer, FrameSource, Rotation, SourceError, open,
};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

const RED: [u8; 3] = [220, 30, 40];
const GREEN: [u8; 3] = [40, 200, 60];
const BLUE: [u8; 3] = [30, 50, 210];

/// No test waits for a beat: the fastest one is 240 per second.
fn options() -> CameraOptions {
    CameraOptions {
        rate_hz: 240.0,
        width_px: 64,
        height_px: 64,
        ..CameraOptions::default()
    }
}

fn open_with(spec: &str, options: &CameraOptions) -> Result<Box<dyn FrameSource>, SourceError> {
    open(&spec.parse().unwrap(), options)
}

fn refusal(spec: &str) -> String {
    open_with(spec, &options())
        .err()
        .map(|refused| refused.to_string())
        .unwrap_or_default()
}

/// Size and colour of the next picture.
fn next(source: &mut dyn FrameSource) -> Result<((u32, u32), [u8; 3]), SourceError> {
    let mut buffer = FrameBuffer::default();
    source.next(Duration::from_secs(60), &mut buffer)?;
    let size = (buffer.width(), buffer.height());
    let rgba = buffer.prepare(size.0, size.1)?;
    Ok((size, [rgba[0], rgba[1], rgba[2]]))
}

fn assert_near(got: [u8; 3], want: [u8; 3]) {
    assert!(
        got.iter()
            .zip(want)
            .all(|(got, want)| got.abs_diff(want) <= 12),
        "{got:?} is not about {want:?}"
    );
}

fn jpeg(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(&RgbImage::from_pixel(width, height, Rgb(colour)))
        .unwrap();
    bytes
}

fn png(path: &Path, width: u32, height: u32, colour: [u8; 3]) {
    RgbImage::from_pixel(width, height, Rgb(colour))
        .save(path)
        .unwrap();
}

fn file(content: &[u8]) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("recording");
    fs::write(&path, content).unwrap();
    let spec = format!("video:{}", path.display());
    (dir, spec)
}

#[test]
fn pictures_come_by_name_each_for_its_time_and_again() {
    let dir = tempfile::tempdir().unwrap();
    png(&dir.path().join("b.png"), 8, 4, GREEN);
    fs::write(dir.path().join("a.jpg"), jpeg(16, 8, RED)).unwrap();
    fs::write(dir.path().join("LICENSE.md"), "not a picture").unwrap();
    fs::create_dir(dir.path().join("more")).unwrap();
    let spec = format!("images:{}?hold_secs=0.1", dir.path().display());
    let mut source = open_with(
        &spec,
        &CameraOptions {
            rate_hz: 20.0,
            ..options()
        },
    )
    .unwrap();
    for (size, colour) in [
        ((16, 8), RED),
        ((16, 8), RED),
        ((8, 4), GREEN),
        ((8, 4), GREEN),
        ((16, 8), RED),
    ] {
        let (got_size, got) = next(source.as_mut()).unwrap();
        assert_eq!(got_size, size);
        assert_near(got, colour);
    }
    assert!(
        !source.describe().live,
        "a still picture is not a frozen camera"
    );
}

#[test]
fn large_pictures_are_scaled_to_the_camera_and_turned() {
    let dir = tempfile::tempdir().unwrap();
    png(&dir.path().join("large.png"), 400, 200, BLUE);
    let turned = CameraOptions {
        rotation: Rotation::Clockwise90,
        ..options()
    };
    let mut source = open_with(&format!("images:{}", dir.path().display()), &turned).unwrap();
    let (size, colour) = next(source.as_mut()).unwrap();
    assert_eq!(size, (32, 64));
    assert_near(colour, BLUE);
    let info = source.describe();
    assert_eq!((info.width_px, info.height_px), (32, 64));
}

#[test]
fn damaged_pictures_are_skipped() {
    let dir = tempfile::tempdir().unwrap();
    let whole = jpeg(64, 64, RED);
    fs::write(dir.path().join("a-cut.jpg"), &whole[..whole.len() / 2]).unwrap();
    fs::write(dir.path().join("b-empty.png"), "").unwrap();
    fs::write(dir.path().join("c-liar.png"), "GIF89a").unwrap();
    fs::write(dir.path().join("d-huge.png"), png_header(100_000, 100_000)).unwrap();
    png(&dir.path().join("e-good.png"), 8, 8, GREEN);
    let mut source = open_with(&format!("images:{}", dir.path().display()), &options()).unwrap();
    assert_near(next(source.as_mut()).unwrap().1, GREEN);
    assert!(
        source.describe().name.starts_with("1 pictures"),
        "{}",
        source.describe().name
    );
}

/// A PNG that claims this size and ends there.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut small = Vec::new();
    RgbImage::new(1, 1)
        .write_to(
            &mut std::io::Cursor::new(&mut small),
            image::ImageFormat::Png,
        )
        .unwrap();
    small[16..20].copy_from_slice(&width.to_be_bytes());
    small[20..24].copy_from_slice(&height.to_be_bytes());
    small
}

#[test]
fn folders_without_pictures_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let spec = format!("images:{}", dir.path().display());
    assert!(
        refusal(&spec).contains("no usable picture in this folder"),
        "{}",
        refusal(&spec)
    );
    fs::write(dir.path().join("notes.txt"), "none here").unwrap();
    assert!(
        refusal(&spec).contains("expected PNG, JPEG or WebP"),
        "{}",
        refusal(&spec)
    );
    assert!(refusal("images:/nowhere/at/all").contains("cannot read /nowhere/at/all"));
}

#[test]
fn a_bare_jpeg_stream_plays_and_starts_again() {
    let bytes = [jpeg(32, 16, RED), jpeg(32, 16, GREEN), jpeg(32, 16, BLUE)].concat();
    let (_dir, spec) = file(&bytes);
    let mut source = open_with(&spec, &options()).unwrap();
    for colour in [RED, GREEN, BLUE, RED] {
        let (size, got) = next(source.as_mut()).unwrap();
        assert_eq!(size, (32, 16));
        assert_near(got, colour);
    }
    assert_eq!(
        (source.describe().format.as_str(), source.describe().rate_hz),
        ("MJPG", 240.0)
    );
}

#[test]
fn an_avi_plays_at_its_own_rate() {
    let mut avi = b"RIFF\0\0\0\0AVI LIST\0\0\0\0hdrlavih".to_vec();
    avi.extend(56_u32.to_le_bytes());
    avi.extend(40_000_u32.to_le_bytes());
    avi.extend([0; 52]);
    avi.extend(b"LIST\0\0\0\0movi");
    for colour in [RED, GREEN] {
        let picture = jpeg(32, 16, colour);
        avi.extend(b"00dc");
        avi.extend(u32::try_from(picture.len()).unwrap().to_le_bytes());
        avi.extend(picture);
    }
    avi.extend(b"idx1\x10\0\0\0");
    let (_dir, spec) = file(&avi);
    let mut source = open_with(&spec, &options()).unwrap();
    assert_eq!(source.describe().rate_hz, 25.0);
    assert_near(next(source.as_mut()).unwrap().1, RED);
    assert_near(next(source.as_mut()).unwrap().1, GREEN);
}

#[test]
fn torn_pictures_of_a_recording_are_told_and_passed_over() {
    let torn = jpeg(32, 16, GREEN);
    let bytes = [
        jpeg(32, 16, RED),
        torn[..torn.len() - 4].to_vec(),
        jpeg(32, 16, BLUE),
    ]
    .concat();
    let (_dir, spec) = file(&bytes);
    let mut source = open_with(
        &spec,
        &CameraOptions {
            repeat: false,
            ..options()
        },
    )
    .unwrap();
    assert_near(next(source.as_mut()).unwrap().1, RED);
    assert!(matches!(
        next(source.as_mut()),
        Err(SourceError::TornFrame { .. })
    ));
    assert_near(next(source.as_mut()).unwrap().1, BLUE);
    assert!(matches!(next(source.as_mut()), Err(SourceError::Ended)));
}

#[test]
fn y4m_plays_in_every_chroma() {
    // BT.601 limited of a clear red, green and blue.
    let pixels = [
        (81, 90, 240, [255, 0, 0]),
        (145, 54, 34, [0, 255, 0]),
        (41, 240, 110, [0, 0, 255]),
    ];
    for (chroma, samples) in [("420jpeg", 2 * 3), ("422", 2 * 5), ("444", 4 * 5)] {
        let mut bytes = format!("YUV4MPEG2 W4 H5 F240:1 Ip A1:1 C{chroma}\n").into_bytes();
        for (y, u, v, _) in pixels {
            bytes.extend(b"FRAME\n");
            bytes.extend([vec![y; 20], vec![u; samples], vec![v; samples]].concat());
        }
        let (_dir, spec) = file(&bytes);
        let mut source = open_with(&spec, &options()).unwrap();
        for (_, _, _, colour) in pixels.iter().chain(&pixels[..1]) {
            let (size, got) = next(source.as_mut()).unwrap();
            assert_eq!(size, (4, 5), "{chroma}");
            assert_near(got, *colour);
        }
    }
}

#[test]
fn raw_frames_play_as_the_specification_says() {
    let yuyv = [81, 90, 81, 240].repeat(4 * 2 / 2);
    let nv12 = [vec![81; 8], [90, 240].repeat(2)].concat();
    let rgb = [255, 0, 0].repeat(8);
    for (format, frame) in [("yuyv", yuyv), ("nv12", nv12), ("rgb", rgb)] {
        let (_dir, spec) = file(&frame.repeat(3));
        let mut source = open_with(
            &format!("{spec}?size=4x2&format={format}&rate=200"),
            &options(),
        )
        .unwrap();
        assert_eq!(source.describe().rate_hz, 200.0);
        for _ in 0..4 {
            let (size, got) = next(source.as_mut()).unwrap();
            assert_eq!(size, (4, 2));
            assert_near(got, [255, 0, 0]);
        }
    }
}

#[test]
fn recordings_that_are_none_are_refused_with_the_reason() {
    let whole = jpeg(64, 64, RED);
    let huge = "YUV4MPEG2 W4294967295 H4294967295 F30:1 C420\nFRAME\n";
    let big = "YUV4MPEG2 W8192 H8192 F30:1 C444\nFRAME\n";
    let cases: &[(&[u8], &str)] = &[
        (b"", "the file is empty"),
        (
            b"GIF89a and more",
            "not a recording we can read; expected MJPEG",
        ),
        (b"RIFF\0\0\0\0WAVEfmt ", "not a recording we can read"),
        (
            &whole[..whole.len() / 2],
            "no whole picture in this recording",
        ),
        (
            b"RIFF\0\0\0\0AVI LIST and nothing in it",
            "no whole picture in this recording",
        ),
        (b"YUV4MPEG2 W4 H4", "header does not end"),
        (b"YUV4MPEG2 W4 H4 F30:1 C420p10\n", "expected 8-bit `C420`"),
        (
            b"YUV4MPEG2 W4 H4 F30:1 C420\nFRAME\nshort",
            "no whole picture",
        ),
        (b"YUV4MPEG2 W4 H4 F30:1 C420\nNOFRAME\n", "expected `FRAME`"),
        (huge.as_bytes(), "is not acceptable"),
        (big.as_bytes(), "at most 64 MiB"),
    ];
    for (content, expected) in cases {
        let (_dir, spec) = file(content);
        let said = refusal(&spec);
        assert!(said.contains(expected), "wanted `{expected}`, got: {said}");
    }
    assert!(refusal("video:/nowhere/clip.avi").contains("cannot read /nowhere/clip.avi"));
    let dir = tempfile::tempdir().unwrap();
    assert!(refusal(&format!("video:{}", dir.path().display())).contains("not a file"));
    let (_dir, spec) = file(&[0; 100]);
    assert!(refusal(&format!("{spec}?size=8192x8192&format=rgb")).contains("at most 64 MiB"));
    assert!(refusal(&format!("{spec}?size=64x64&format=rgb")).contains("no whole picture"));
}

#[test]
fn none_opens_nothing() {
    assert!(matches!(
        open_with("none", &options()),
        Err(SourceError::NoCamera)
    ));
}
