//! The text that names a picture source, in config and on the command line. Knows nothing about opening it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::source::MAX_SIDE_PX;

/// How long an image stays when the specification does not say.
const DEFAULT_HOLD_MS: u64 = 4000;

/// Which source to open.
///
/// | text | meaning |
/// |---|---|
/// | `v4l2:` | the first usable camera |
/// | `v4l2:/dev/video0`, `v4l2:/dev/v4l/by-id/...` | the camera at this path |
/// | `v4l2:serial=XYZ` | the camera with this serial number, wherever it is plugged in |
/// | `v4l2:...?format=yuyv` | the same, with this pixel format (`nv12`, `yuyv`, `mjpg`) instead of the best one |
/// | `images:DIR`, `images:DIR?hold_secs=4` | the pictures of a folder by name, each for that long |
/// | `video:FILE` | a recording: MJPEG (bare or AVI) or Y4M |
/// | `video:FILE?size=640x480&format=yuyv&rate=30` | a recording without header: `rgb`, `nv12` or `yuyv` |
/// | `standin:DIR` | people from cut-outs who walk through a scene |
/// | `none` | no camera |
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceSpec {
    /// A V4L2 camera.
    V4l2(CameraName),
    /// A folder of pictures.
    Images {
        /// The folder.
        dir: PathBuf,
        /// How long each stays, in milliseconds.
        hold_ms: u64,
    },
    /// A recording.
    Video {
        /// The file.
        file: PathBuf,
        /// Its layout when it has no header.
        raw: Option<RawLayout>,
    },
    /// The stand-in scene.
    Standin {
        /// The folder with `standin.toml` and the cut-outs.
        dir: PathBuf,
    },
    /// No camera.
    None,
}

/// Which camera, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraName {
    /// Which one.
    pub device: DeviceName,
    /// Its pixel format; the best one when absent.
    pub pixels: Option<CameraPixels>,
}

/// Which camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceName {
    /// The first that gives pictures.
    First,
    /// By device path or a link to one.
    Path(PathBuf),
    /// By the serial number in its USB descriptor, as udev shows it.
    Serial(String),
}

/// Pixel formats of cameras that we read, cheapest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameraPixels {
    /// 4:2:0, luma plane then interleaved chroma plane.
    Nv12,
    /// 4:2:2 packed.
    Yuyv,
    /// Motion-JPEG.
    Mjpg,
}

impl CameraPixels {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Nv12, Self::Yuyv, Self::Mjpg];

    /// Its V4L2 name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nv12 => "NV12",
            Self::Yuyv => "YUYV",
            Self::Mjpg => "MJPG",
        }
    }
}

/// How the frames of a headerless recording lie in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawLayout {
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// Pixel format.
    pub format: RawFormat,
    /// Frames per second; the camera options decide when absent.
    pub rate_hz: Option<u32>,
}

/// Pixel formats of headerless recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawFormat {
    /// 3 bytes per pixel.
    Rgb,
    /// 4:2:0, luma plane then interleaved chroma plane, BT.601 limited range.
    Nv12,
    /// 4:2:2 packed, BT.601 limited range.
    Yuyv,
}

impl RawFormat {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Rgb => "rgb",
            Self::Nv12 => "nv12",
            Self::Yuyv => "yuyv",
        }
    }
}

/// A specification that cannot be read; the text says what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("camera `{text}`: {problem}")]
pub struct SpecError {
    text: String,
    problem: String,
}

impl FromStr for SourceSpec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text.trim()).map_err(|problem| SpecError {
            text: text.to_owned(),
            problem,
        })
    }
}

fn parse(text: &str) -> Result<SourceSpec, String> {
    if text == "none" {
        return Ok(SourceSpec::None);
    }
    let (kind, rest) = text.split_once(':').ok_or(
        "expected `v4l2:/dev/video0`, `v4l2:serial=XYZ`, `images:DIR`, `video:FILE`, `standin:DIR` or `none`",
    )?;
    match kind {
        "v4l2" => parse_camera(rest),
        "images" => parse_images(rest),
        "video" => parse_video(rest),
        "standin" => Ok(SourceSpec::Standin {
            dir: path(rest, "a folder")?,
        }),
        other => Err(format!(
            "unknown kind `{other}`; expected `v4l2`, `images`, `video`, `standin` or `none`"
        )),
    }
}

fn parse_camera(rest: &str) -> Result<SourceSpec, String> {
    let (device, keys) = split_keys(rest);
    let mut pixels = None;
    for pair in keys {
        match pair? {
            ("format", value) => pixels = Some(parse_pixels(value)?),
            (key, _) => return Err(format!("unknown key `{key}`; expected `format`")),
        }
    }
    Ok(SourceSpec::V4l2(CameraName {
        device: parse_device(device)?,
        pixels,
    }))
}

fn parse_pixels(value: &str) -> Result<CameraPixels, String> {
    CameraPixels::ALL
        .into_iter()
        .find(|pixels| pixels.as_str().eq_ignore_ascii_case(value))
        .ok_or_else(|| format!("`format={value}`: expected `nv12`, `yuyv` or `mjpg`"))
}

fn parse_device(rest: &str) -> Result<DeviceName, String> {
    if rest.is_empty() {
        return Ok(DeviceName::First);
    }
    if let Some(serial) = rest.strip_prefix("serial=") {
        let usable = !serial.is_empty() && serial.chars().all(|c| c.is_ascii_graphic());
        return if usable {
            Ok(DeviceName::Serial(serial.to_owned()))
        } else {
            Err("expected a serial number after `serial=`, as in `ls /dev/v4l/by-id`".to_owned())
        };
    }
    if rest.starts_with('/') {
        Ok(DeviceName::Path(PathBuf::from(rest)))
    } else {
        Err(
            "expected nothing, a path such as `/dev/video0`, or `serial=XYZ` after `v4l2:`"
                .to_owned(),
        )
    }
}

fn parse_images(rest: &str) -> Result<SourceSpec, String> {
    let (dir, keys) = split_keys(rest);
    let mut hold_ms = DEFAULT_HOLD_MS;
    for pair in keys {
        match pair? {
            ("hold_secs", value) => hold_ms = parse_hold_ms(value)?,
            (key, _) => return Err(format!("unknown key `{key}`; expected `hold_secs`")),
        }
    }
    Ok(SourceSpec::Images {
        dir: path(dir, "a folder")?,
        hold_ms,
    })
}

fn parse_hold_ms(value: &str) -> Result<u64, String> {
    let expected = || format!("`hold_secs={value}`: expected seconds from 0.01 to 3600");
    let secs: f64 = value.parse().map_err(|_not_a_number| expected())?;
    if (0.01..=3600.0).contains(&secs) {
        Ok((secs * 1000.0).round() as u64)
    } else {
        Err(expected())
    }
}

fn parse_video(rest: &str) -> Result<SourceSpec, String> {
    let (file, keys) = split_keys(rest);
    let (mut size, mut format, mut rate_hz) = (None, None, None);
    for pair in keys {
        match pair? {
            ("size", value) => size = Some(parse_size(value)?),
            ("format", value) => format = Some(parse_format(value)?),
            ("rate", value) => rate_hz = Some(parse_rate(value)?),
            (key, _) => {
                return Err(format!(
                    "unknown key `{key}`; expected `size`, `format` or `rate`"
                ));
            }
        }
    }
    let raw = match (size, format) {
        (Some((width_px, height_px)), Some(format)) => Some(RawLayout {
            width_px,
            height_px,
            format,
            rate_hz,
        }),
        (None, None) if rate_hz.is_none() => None,
        _ => {
            return Err(
                "a recording without header needs both `size=WxH` and `format=rgb|nv12|yuyv`"
                    .to_owned(),
            );
        }
    };
    Ok(SourceSpec::Video {
        file: path(file, "a file")?,
        raw,
    })
}

fn parse_size(value: &str) -> Result<(u32, u32), String> {
    let side = |text: &str| {
        text.parse()
            .ok()
            .filter(|px| (1..=MAX_SIDE_PX).contains(px))
    };
    value
        .split_once('x')
        .and_then(|(width, height)| Some((side(width)?, side(height)?)))
        .ok_or_else(|| {
            format!("`size={value}`: expected WIDTHxHEIGHT, each from 1 to {MAX_SIDE_PX}")
        })
}

fn parse_format(value: &str) -> Result<RawFormat, String> {
    [RawFormat::Rgb, RawFormat::Nv12, RawFormat::Yuyv]
        .into_iter()
        .find(|format| format.as_str() == value)
        .ok_or_else(|| format!("`format={value}`: expected `rgb`, `nv12` or `yuyv`"))
}

fn parse_rate(value: &str) -> Result<u32, String> {
    value
        .parse()
        .ok()
        .filter(|rate| (1..=240).contains(rate))
        .ok_or_else(|| format!("`rate={value}`: expected frames per second from 1 to 240"))
}

fn path(text: &str, what: &str) -> Result<PathBuf, String> {
    if text.is_empty() {
        Err(format!("expected {what} after the colon"))
    } else {
        Ok(PathBuf::from(text))
    }
}

/// Splits `path?key=value&key=value`.
fn split_keys(rest: &str) -> (&str, impl Iterator<Item = Result<(&str, &str), String>>) {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    (
        path,
        pairs.map(|pair| {
            pair.split_once('=')
                .ok_or_else(|| format!("expected `key=value`, got `{pair}`"))
        }),
    )
}

impl fmt::Display for SourceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4l2(CameraName { device, pixels }) => {
                match device {
                    DeviceName::First => f.write_str("v4l2:"),
                    DeviceName::Path(path) => write!(f, "v4l2:{}", path.display()),
                    DeviceName::Serial(serial) => write!(f, "v4l2:serial={serial}"),
                }?;
                pixels.map_or(Ok(()), |pixels| {
                    write!(f, "?format={}", pixels.as_str().to_ascii_lowercase())
                })
            }
            Self::Images {
                dir,
                hold_ms: DEFAULT_HOLD_MS,
            } => write!(f, "images:{}", dir.display()),
            Self::Images { dir, hold_ms } => {
                write!(
                    f,
                    "images:{}?hold_secs={}",
                    dir.display(),
                    *hold_ms as f64 / 1000.0
                )
            }
            Self::Video { file, raw: None } => write!(f, "video:{}", file.display()),
            Self::Video {
                file,
                raw: Some(raw),
            } => {
                let RawLayout {
                    width_px,
                    height_px,
                    format,
                    rate_hz,
                } = raw;
                write!(
                    f,
                    "video:{}?size={width_px}x{height_px}&format={}",
                    file.display(),
                    format.as_str()
                )?;
                rate_hz.map_or(Ok(()), |rate| write!(f, "&rate={rate}"))
            }
            Self::Standin { dir } => write!(f, "standin:{}", dir.display()),
            Self::None => f.write_str("none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_and_writes_back() {
        for text in [
            "v4l2:",
            "v4l2:/dev/video0",
            "v4l2:/dev/v4l/by-id/usb-Some_Camera_0001-video-index0",
            "v4l2:serial=AB12:3",
            "v4l2:?format=mjpg",
            "v4l2:/dev/video0?format=yuyv",
            "images:people/keep",
            "images:people?hold_secs=2.5",
            "video:clip.avi",
            "video:/tmp/a b.raw?size=640x480&format=yuyv&rate=25",
            "video:clip.raw?size=640x480&format=nv12",
            "standin:assets/standin",
            "none",
        ] {
            let spec: SourceSpec = text.parse().unwrap();
            assert_eq!(spec.to_string(), text);
        }
    }

    #[test]
    fn defaults_and_spaces_are_forgiven() {
        let explicit: SourceSpec = " images:x?hold_secs=4.0 ".parse().unwrap();
        assert_eq!(explicit.to_string(), "images:x");
    }

    #[test]
    fn refusals_say_what_was_expected() {
        for (text, expected) in [
            ("", "expected `v4l2:/dev/video0`"),
            ("webcam", "expected `v4l2:/dev/video0`"),
            ("usb:0", "unknown kind `usb`"),
            ("v4l2:video0", "a path such as `/dev/video0`"),
            ("v4l2:serial=", "expected a serial number"),
            ("v4l2:serial=a b", "expected a serial number"),
            ("v4l2:?format=h264", "expected `nv12`, `yuyv` or `mjpg`"),
            ("v4l2:/dev/video0?fps=3", "unknown key `fps`"),
            ("images:", "expected a folder"),
            ("images:x?hold_secs=0", "expected seconds from 0.01 to 3600"),
            (
                "images:x?hold_secs=NaN",
                "expected seconds from 0.01 to 3600",
            ),
            ("images:x?hold=3", "unknown key `hold`"),
            ("images:x?hold_secs", "expected `key=value`"),
            ("video:", "expected a file"),
            ("video:x?size=640x480", "needs both `size=WxH` and `format="),
            ("video:x?rate=30", "needs both"),
            ("video:x?size=0x480&format=rgb", "each from 1 to 8192"),
            ("video:x?size=99999x480&format=rgb", "each from 1 to 8192"),
            ("video:x?size=640&format=rgb", "expected WIDTHxHEIGHT"),
            (
                "video:x?size=4x4&format=bgr",
                "expected `rgb`, `nv12` or `yuyv`",
            ),
            ("video:x?size=4x4&format=rgb&rate=0", "from 1 to 240"),
            ("standin:", "expected a folder"),
        ] {
            let refused = text.parse::<SourceSpec>().unwrap_err().to_string();
            assert!(refused.contains(expected), "`{text}` gave: {refused}");
        }
    }
}
