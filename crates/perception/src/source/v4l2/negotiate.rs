//! Settles size, pixel format and rate with a camera. nokhwa lists what is offered and sets our choice (`Exact`, never
//! `Closest`); where it cannot, the same choice is made through `v4l`. Either way the driver has the last word: what it
//! really set is read back, and a rate that is no whole number is as good as any.

use std::panic::{AssertUnwindSafe, catch_unwind};

use nokhwa::Camera;
use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType,
    Resolution,
};
use tracing::{debug, warn};
use v4l::framesize::FrameSizeEnum;
use v4l::video::Capture;
use v4l::video::capture::Parameters;
use v4l::{Device, Format, FourCC, Fraction};

use super::{CameraDevice, refused};
use crate::source::{CameraOptions, MAX_SIDE_PX, SourceError};
use crate::spec::CameraPixels;

fn fourcc(pixels: CameraPixels) -> FourCC {
    match pixels {
        CameraPixels::Nv12 => FourCC::new(b"NV12"),
        CameraPixels::Yuyv => FourCC::new(b"YUYV"),
        CameraPixels::Mjpg => FourCC::new(b"MJPG"),
    }
}

fn pixels_of(fourcc_now: FourCC) -> Option<CameraPixels> {
    CameraPixels::ALL
        .into_iter()
        .find(|pixels| fourcc(*pixels) == fourcc_now)
}

fn for_nokhwa(pixels: CameraPixels) -> FrameFormat {
    match pixels {
        CameraPixels::Nv12 => FrameFormat::NV12,
        CameraPixels::Yuyv => FrameFormat::YUYV,
        CameraPixels::Mjpg => FrameFormat::MJPEG,
    }
}

/// What camera and kiosk agreed on.
pub(super) struct Agreed {
    pub(super) pixels: CameraPixels,
    /// The library that settled it.
    pub(super) settled_by: &'static str,
}

/// What the kiosk wants.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) options: &'a CameraOptions,
    pub(super) pixels: Option<CameraPixels>,
}

/// One thing a camera says it can do.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Offer {
    pixels: CameraPixels,
    width_px: u32,
    height_px: u32,
    rate_hz: f64,
}

/// Sets the camera to what comes nearest to `options`; the pixel format that it really has now.
pub(super) fn negotiate(
    device: &Device,
    camera: &CameraDevice,
    wanted: Wanted<'_>,
) -> Result<Agreed, SourceError> {
    let named = camera.path.display().to_string();
    let offered = offered_formats(device, &named, wanted.pixels)?;
    prepare_for_nokhwa(device, &offered, wanted.options);
    // nokhwa divides by the driver's step sizes and asserts on its own lists.
    let by_nokhwa = catch_unwind(AssertUnwindSafe(|| {
        choose_with_nokhwa(device, camera.index, &offered, wanted.options)
    }));
    let by_nokhwa = by_nokhwa.unwrap_or_else(|_panic| Err("nokhwa panicked".to_owned()));
    let (choice, settled_by) = match by_nokhwa {
        Ok(choice) => (choice, "nokhwa"),
        Err(reason) => {
            debug!("{named}: nokhwa cannot negotiate ({reason}); asking the driver directly");
            (
                best(
                    &list_directly(device, &offered, wanted.options),
                    wanted.options,
                ),
                "v4l",
            )
        }
    };
    settle(device, choice, wanted.options).map_err(|e| refused(&e, &named))?;
    let now = device.format().map_err(|e| refused(&e, &named))?.fourcc;
    let pixels = pixels_of(now).filter(|pixels| offered.contains(pixels));
    pixels
        .map(|pixels| Agreed { pixels, settled_by })
        .ok_or_else(|| SourceError::UnsupportedFormat {
            device: named,
            offered: format!("only {now} in the end"),
        })
}

/// The rate that the driver has set, pictures per second.
pub(super) fn rate_hz(device: &Device) -> Option<f64> {
    let interval = device.params().ok()?.interval;
    let rate_hz = f64::from(interval.denominator) / f64::from(interval.numerator);
    (rate_hz.is_finite() && rate_hz > 0.0).then_some(rate_hz)
}

/// What the camera offers, we read and is wanted; never empty.
fn offered_formats(
    device: &Device,
    named: &str,
    wanted: Option<CameraPixels>,
) -> Result<Vec<CameraPixels>, SourceError> {
    let all: Vec<_> = device
        .enum_formats()
        .unwrap_or_default()
        .into_iter()
        .map(|format| format.fourcc)
        .collect();
    let usable: Vec<_> = CameraPixels::ALL
        .into_iter()
        .filter(|pixels| {
            all.contains(&fourcc(*pixels)) && wanted.is_none_or(|wanted| wanted == *pixels)
        })
        .collect();
    if usable.is_empty() {
        let names: Vec<_> = all.iter().map(ToString::to_string).collect();
        let offered = if names.is_empty() {
            "no pictures at all".to_owned()
        } else {
            names.join(", ")
        };
        return Err(SourceError::UnsupportedFormat {
            device: named.to_owned(),
            offered,
        });
    }
    Ok(usable)
}

/// nokhwa refuses to open a camera whose present format it does not know or whose present rate is no whole number, in
/// whatever state the last program left it.
fn prepare_for_nokhwa(device: &Device, offered: &[CameraPixels], options: &CameraOptions) {
    let known = device
        .format()
        .is_ok_and(|now| pixels_of(now.fourcc).is_some());
    if let (false, Some(first)) = (known, offered.first()) {
        let preset = Format::new(options.width_px, options.height_px, fourcc(*first));
        if let Err(error) = device.set_format(&preset) {
            debug!("cannot preset the picture format: {error}");
        }
    }
    let whole = device.params().is_ok_and(|now| now.interval.numerator == 1);
    if !whole {
        set_rate(device, options);
    }
}

fn set_rate(device: &Device, options: &CameraOptions) {
    let thousandths = (options.rate_hz.clamp(0.1, 240.0) * 1000.0).round() as u32;
    let interval = match thousandths % 1000 {
        0 => Fraction::new(1, thousandths / 1000),
        _ => Fraction::new(1000, thousandths),
    };
    if let Err(error) = device.set_params(&Parameters::new(interval)) {
        debug!("the camera does not let us set its rate: {error}");
    }
}

/// Lets nokhwa open the camera as it is, list its formats and set the best of them.
fn choose_with_nokhwa(
    device: &Device,
    index: u32,
    offered: &[CameraPixels],
    options: &CameraOptions,
) -> Result<Offer, String> {
    let formats = CameraPixels::ALL.map(for_nokhwa);
    let as_it_is =
        RequestedFormat::with_formats(RequestedFormatType::Exact(present(device)?), &formats);
    let mut camera =
        Camera::with_backend(CameraIndex::Index(index), as_it_is, ApiBackend::Video4Linux)
            .map_err(|e| e.to_string())?;
    let listed = camera
        .compatible_camera_formats()
        .map_err(|e| e.to_string())?;
    let offers: Vec<_> = listed
        .iter()
        .filter_map(|format| {
            Some(Offer {
                pixels: *offered
                    .iter()
                    .find(|pixels| for_nokhwa(**pixels) == format.format())?,
                width_px: format.width(),
                height_px: format.height(),
                rate_hz: f64::from(format.frame_rate()),
            })
        })
        .collect();
    if offers.is_empty() {
        return Err("its list is empty".to_owned());
    }
    let choice = best(&offers, options);
    let resolution = Resolution::new(choice.width_px, choice.height_px);
    let wanted = CameraFormat::new(resolution, for_nokhwa(choice.pixels), choice.rate_hz as u32);
    let exactly = RequestedFormat::with_formats(RequestedFormatType::Exact(wanted), &formats);
    camera
        .set_camera_requset(exactly)
        .map_err(|e| e.to_string())?;
    Ok(choice)
}

/// What the camera is set to, in nokhwa's words.
fn present(device: &Device) -> Result<CameraFormat, String> {
    let now = device.format().map_err(|e| e.to_string())?;
    let pixels =
        pixels_of(now.fourcc).ok_or_else(|| format!("the camera insists on {}", now.fourcc))?;
    let interval = device.params().map_err(|e| e.to_string())?.interval;
    if interval.numerator != 1 {
        return Err(format!(
            "the camera insists on a rate of {}/{}",
            interval.denominator, interval.numerator
        ));
    }
    Ok(CameraFormat::new(
        Resolution::new(now.width, now.height),
        for_nokhwa(pixels),
        interval.denominator,
    ))
}

/// The same list from the driver itself, for cameras that nokhwa cannot open. Rates are not listed: the driver takes the
/// nearest.
fn list_directly(device: &Device, offered: &[CameraPixels], options: &CameraOptions) -> Vec<Offer> {
    let mut offers = Vec::new();
    for &pixels in offered {
        for size in device.enum_framesizes(fourcc(pixels)).unwrap_or_default() {
            let (width_px, height_px) = match size.size {
                FrameSizeEnum::Discrete(size) => (size.width, size.height),
                FrameSizeEnum::Stepwise(range) => (
                    options.width_px.min(range.max_width).max(range.min_width),
                    options
                        .height_px
                        .min(range.max_height)
                        .max(range.min_height),
                ),
            };
            offers.push(Offer {
                pixels,
                width_px,
                height_px,
                rate_hz: f64::INFINITY,
            });
        }
    }
    offers
}

/// The offer that suits the mirror best; what we want ourselves when nothing is offered.
fn best(offers: &[Offer], options: &CameraOptions) -> Offer {
    let fits = |offer: &&Offer| offer.width_px <= MAX_SIDE_PX && offer.height_px <= MAX_SIDE_PX;
    let wish = Offer {
        pixels: CameraPixels::Yuyv,
        width_px: options.width_px,
        height_px: options.height_px,
        rate_hz: options.rate_hz,
    };
    offers
        .iter()
        .filter(fits)
        .max_by(|a, b| merit(a, &wish).total_cmp(&merit(b, &wish)))
        .copied()
        .unwrap_or(wish)
}

/// How well an offer suits, 0..=1. A smooth picture is worth more than a sharp one; more than asked for costs time and
/// gives nothing; at equal worth the format that is cheaper to read wins.
fn merit(offer: &Offer, wish: &Offer) -> f64 {
    let area = |offer: &Offer| f64::from(offer.width_px) * f64::from(offer.height_px);
    let aspect = |offer: &Offer| f64::from(offer.width_px) / f64::from(offer.height_px.max(1));
    let sharp = match area(offer) / area(wish) {
        ratio if ratio > 1.0 => ratio.powf(-0.5),
        ratio => ratio,
    };
    let smooth = match offer.rate_hz / wish.rate_hz {
        ratio if ratio > 1.0 => ratio.powf(-0.1).max(0.7),
        ratio => ratio.powf(1.5),
    };
    let shape = if (aspect(offer) / aspect(wish) - 1.0).abs() < 0.05 {
        1.0
    } else {
        0.95
    };
    let cost = match offer.pixels {
        CameraPixels::Nv12 => 1.0,
        CameraPixels::Yuyv => 0.99,
        CameraPixels::Mjpg => 0.97,
    };
    sharp * smooth * shape * cost
}

/// Makes sure that the choice is set, whatever nokhwa left behind, and asks for the wanted rate.
fn settle(device: &Device, choice: Offer, options: &CameraOptions) -> std::io::Result<()> {
    let now = device.format()?;
    let as_chosen = now.fourcc == fourcc(choice.pixels)
        && (now.width, now.height) == (choice.width_px, choice.height_px);
    if !as_chosen {
        device.set_format(&Format::new(
            choice.width_px,
            choice.height_px,
            fourcc(choice.pixels),
        ))?;
    }
    set_rate(device, options);
    if let Some(rate_hz) = rate_hz(device).filter(|rate_hz| *rate_hz < options.rate_hz * 0.8) {
        warn!(
            "the camera gives {rate_hz:.1} pictures per second at this size, {} were asked for",
            options.rate_hz
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(pixels: CameraPixels, width_px: u32, height_px: u32, rate: u32) -> Offer {
        Offer {
            pixels,
            width_px,
            height_px,
            rate_hz: f64::from(rate),
        }
    }

    #[test]
    fn prefers_smooth_then_sharp_then_cheap() {
        use CameraPixels::{Mjpg, Nv12, Yuyv};
        let usb2 = [
            offer(Yuyv, 1280, 720, 10),
            offer(Yuyv, 640, 480, 30),
            offer(Mjpg, 1280, 720, 30),
        ];
        let cases: [(&[Offer], Offer); 6] = [
            (&usb2, offer(Mjpg, 1280, 720, 30)),
            (&usb2[..2], offer(Yuyv, 640, 480, 30)),
            (
                &[offer(Mjpg, 1280, 720, 30), offer(Yuyv, 1280, 720, 30)],
                offer(Yuyv, 1280, 720, 30),
            ),
            (
                &[offer(Yuyv, 1280, 720, 30), offer(Nv12, 1280, 720, 30)],
                offer(Nv12, 1280, 720, 30),
            ),
            (
                &[offer(Yuyv, 640, 480, 30), offer(Mjpg, 1920, 1080, 30)],
                offer(Mjpg, 1920, 1080, 30),
            ),
            (
                &[offer(Yuyv, 1280, 720, 60), offer(Yuyv, 1280, 720, 30)],
                offer(Yuyv, 1280, 720, 30),
            ),
        ];
        for (offers, expected) in cases {
            assert_eq!(
                best(offers, &CameraOptions::default()),
                expected,
                "of {offers:?}"
            );
        }
    }

    #[test]
    fn absurd_offers_do_not_count() {
        let offers = [
            offer(CameraPixels::Yuyv, 100_000, 100_000, 30),
            offer(CameraPixels::Yuyv, 320, 240, 30),
        ];
        assert_eq!(best(&offers, &CameraOptions::default()), offers[1]);
        assert_eq!(best(&[], &CameraOptions::default()).width_px, 1280);
    }
}
