//! Uncompressed recordings: Y4M, whose header says everything, and bare frames, whose layout the specification says.

use yuv::YuvRange;

use super::{Frames, Input};
use crate::source::buffer::checked_rgba_bytes;
use crate::source::convert::{self, Chroma, Layout};
use crate::source::{FrameBuffer, MAX_FRAME_BYTES, SourceError};
use crate::spec::{RawFormat, RawLayout};

/// Longest accepted header line.
const MAX_LINE_BYTES: usize = 1024;

#[derive(Debug, Clone, Copy)]
enum Pixels {
    Y4m(Chroma),
    Raw(RawFormat),
}

pub(super) struct Planes {
    input: Input,
    first_frame_at: u64,
    layout: Layout,
    pixels: Pixels,
    frame: Vec<u8>,
    rate_hz: Option<f64>,
}

impl Planes {
    pub(super) fn raw(input: Input, raw: RawLayout) -> Result<Self, SourceError> {
        let RawLayout {
            width_px,
            height_px,
            format,
            rate_hz,
        } = raw;
        checked_rgba_bytes(width_px, height_px)?;
        let frame_bytes = match format {
            RawFormat::Rgb => width_px as usize * height_px as usize * 3,
            RawFormat::Yuyv => width_px.next_multiple_of(2) as usize * height_px as usize * 2,
            RawFormat::Nv12 => {
                width_px.next_multiple_of(2) as usize * (height_px + height_px.div_ceil(2)) as usize
            }
        };
        let layout = Layout {
            width_px,
            height_px,
            stride_bytes: 0,
            range: YuvRange::Limited,
        };
        Self::new(
            input,
            0,
            layout,
            Pixels::Raw(format),
            frame_bytes,
            rate_hz.map(f64::from),
        )
    }

    pub(super) fn y4m(mut input: Input) -> Result<Self, SourceError> {
        let line = read_line(&mut input)?.ok_or_else(|| {
            input.bad("the Y4M header does not end; expected `YUV4MPEG2 W.. H.. F..:.. C420`")
        })?;
        let header =
            parse_y4m(&line).map_err(|problem| input.bad(&format!("Y4M header: {problem}")))?;
        let Y4mHeader {
            layout,
            chroma,
            rate_hz,
        } = header;
        checked_rgba_bytes(layout.width_px, layout.height_px)?;
        let frame_bytes = chroma.frame_bytes(layout.width_px, layout.height_px);
        Self::new(
            input,
            line.len() as u64 + 1,
            layout,
            Pixels::Y4m(chroma),
            frame_bytes,
            rate_hz,
        )
    }

    fn new(
        input: Input,
        first_frame_at: u64,
        layout: Layout,
        pixels: Pixels,
        frame_bytes: usize,
        rate_hz: Option<f64>,
    ) -> Result<Self, SourceError> {
        debug_assert!(
            frame_bytes <= MAX_FRAME_BYTES,
            "every format takes at most 3 bytes per pixel"
        );
        Ok(Self {
            input,
            first_frame_at,
            layout,
            pixels,
            frame: vec![0; frame_bytes],
            rate_hz,
        })
    }

    /// Reads the `FRAME` line before the planes; `false` at the end of the file.
    fn frame_header(&mut self) -> Result<bool, SourceError> {
        match self.pixels {
            Pixels::Raw(_) => Ok(true),
            Pixels::Y4m(_) => match read_line(&mut self.input)? {
                None => Ok(false),
                Some(line) if line.starts_with(b"FRAME") => Ok(true),
                Some(_) => Err(self
                    .input
                    .bad("expected `FRAME` before a Y4M picture; the file is damaged here")),
            },
        }
    }
}

impl Frames for Planes {
    fn read(&mut self, into: &mut FrameBuffer) -> Result<bool, SourceError> {
        if !self.frame_header()? {
            return Ok(false);
        }
        let got = self.input.read_up_to(&mut self.frame)?;
        if got == 0 && matches!(self.pixels, Pixels::Raw(_)) {
            return Ok(false);
        }
        let bytes = &self.frame[..got];
        let Layout {
            width_px,
            height_px,
            ..
        } = self.layout;
        match self.pixels {
            Pixels::Y4m(chroma) => convert::planar(bytes, self.layout, chroma, into),
            Pixels::Raw(RawFormat::Rgb) => convert::rgb(bytes, width_px, height_px, into),
            Pixels::Raw(RawFormat::Yuyv) => convert::yuyv(bytes, self.layout, into),
            Pixels::Raw(RawFormat::Nv12) => convert::nv12(bytes, self.layout, into),
        }
        .map(|()| true)
    }

    fn rewind(&mut self) -> Result<(), SourceError> {
        self.input.seek_to(self.first_frame_at)
    }

    fn kind(&self) -> (&'static str, Option<f64>) {
        let name = match self.pixels {
            Pixels::Y4m(_) => "Y4M",
            Pixels::Raw(RawFormat::Rgb) => "raw RGB",
            Pixels::Raw(RawFormat::Yuyv) => "raw YUYV",
            Pixels::Raw(RawFormat::Nv12) => "raw NV12",
        };
        (name, self.rate_hz)
    }
}

/// A line without its end; none when the file ends first or the line is too long to be a header.
fn read_line(input: &mut Input) -> Result<Option<Vec<u8>>, SourceError> {
    let mut line = Vec::new();
    let mut byte = [0];
    while line.len() < MAX_LINE_BYTES && input.read_up_to(&mut byte)? == 1 {
        if byte[0] == b'\n' {
            return Ok(Some(line));
        }
        line.push(byte[0]);
    }
    Ok(None)
}

#[derive(Debug)]
struct Y4mHeader {
    layout: Layout,
    chroma: Chroma,
    rate_hz: Option<f64>,
}

/// Reads `YUV4MPEG2 W640 H480 F30:1 Ip A1:1 C420jpeg XCOLORRANGE=FULL` (yuv4mpeg(5)).
fn parse_y4m(line: &[u8]) -> Result<Y4mHeader, String> {
    let text = std::str::from_utf8(line).map_err(|_not_text| "not text".to_owned())?;
    let (mut width_px, mut height_px, mut chroma, mut rate_hz) = (None, None, Chroma::C420, None);
    let mut range = YuvRange::Limited;
    for field in text.split_ascii_whitespace().skip(1) {
        match field.split_at_checked(1) {
            Some(("W", value)) => width_px = Some(side(value)?),
            Some(("H", value)) => height_px = Some(side(value)?),
            Some(("F", value)) => rate_hz = Some(fraction(value)?),
            Some(("C", value)) => chroma = parse_chroma(value)?,
            Some(("X", "COLORRANGE=FULL")) => range = YuvRange::Full,
            Some(("I", "p" | "?")) => {}
            Some(("I", value)) => {
                return Err(format!(
                    "interlaced (`I{value}`); expected progressive `Ip`"
                ));
            }
            Some(_) | None => {}
        }
    }
    let (Some(width_px), Some(height_px)) = (width_px, height_px) else {
        return Err("no size; expected `W` and `H` fields".to_owned());
    };
    Ok(Y4mHeader {
        layout: Layout {
            width_px,
            height_px,
            stride_bytes: width_px,
            range,
        },
        chroma,
        rate_hz,
    })
}

fn side(value: &str) -> Result<u32, String> {
    value
        .parse()
        .map_err(|_not_a_number| format!("size `{value}`: expected a number of pixels"))
}

fn fraction(value: &str) -> Result<f64, String> {
    let expected = || format!("rate `{value}`: expected `30:1`, from 0.1 to 240 per second");
    let (above, below) = value.split_once(':').ok_or_else(expected)?;
    let above: u32 = above.parse().map_err(|_not_a_number| expected())?;
    let below: u32 = below.parse().map_err(|_not_a_number| expected())?;
    let rate_hz = f64::from(above) / f64::from(below);
    if (0.1..=240.0).contains(&rate_hz) {
        Ok(rate_hz)
    } else {
        Err(expected())
    }
}

fn parse_chroma(value: &str) -> Result<Chroma, String> {
    match value {
        "420" | "420jpeg" | "420mpeg2" | "420paldv" => Ok(Chroma::C420),
        "422" => Ok(Chroma::C422),
        "444" => Ok(Chroma::C444),
        other => Err(format!(
            "pixel format `C{other}`; expected 8-bit `C420`, `C422` or `C444`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_header_that_ffmpeg_writes() {
        let line =
            b"YUV4MPEG2 W640 H480 F30000:1001 Ip A1:1 C420jpeg XYSCSS=420JPEG XCOLORRANGE=FULL";
        let header = parse_y4m(line).unwrap();
        assert_eq!(
            (header.layout.width_px, header.layout.height_px),
            (640, 480)
        );
        assert_eq!(
            (header.chroma, header.layout.range),
            (Chroma::C420, YuvRange::Full)
        );
        assert!((header.rate_hz.unwrap() - 29.97).abs() < 0.001);
    }

    #[test]
    fn refuses_what_it_cannot_show() {
        for (line, expected) in [
            ("YUV4MPEG2 W640 F30:1", "no size"),
            ("YUV4MPEG2 W640 H-1", "expected a number of pixels"),
            ("YUV4MPEG2 W640 H480 F30", "expected `30:1`"),
            ("YUV4MPEG2 W640 H480 F30:0", "expected `30:1`"),
            ("YUV4MPEG2 W640 H480 F0:0", "expected `30:1`"),
            ("YUV4MPEG2 W640 H480 It", "interlaced"),
            ("YUV4MPEG2 W640 H480 C420p10", "expected 8-bit"),
        ] {
            let refused = parse_y4m(line.as_bytes()).unwrap_err();
            assert!(refused.contains(expected), "`{line}` gave: {refused}");
        }
    }
}
