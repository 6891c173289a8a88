//! From the pixel formats of cameras and recordings to RGBA. Matrix and range: BT.601 limited unless the stream says
//! otherwise (the default of the USB video class and of Y4M).

use yuv::{
    YuvBiPlanarImage, YuvConversionMode, YuvError, YuvPackedImage, YuvPlanarImage, YuvRange,
    YuvStandardMatrix,
};

use super::{FrameBuffer, SourceError};

/// Size and row length of a picture in a camera's own format.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    /// Bytes from one row to the next, in the first plane.
    pub(crate) stride_bytes: u32,
    pub(crate) range: YuvRange,
}

impl Layout {
    fn rows(self, stride_bytes: u32, rows: u32) -> usize {
        stride_bytes as usize * rows as usize
    }

    fn stride_at_least(self, bytes: u32) -> Self {
        Self {
            stride_bytes: self.stride_bytes.max(bytes),
            ..self
        }
    }
}

/// Packed 4:2:2, `Y0 U Y1 V`.
pub(crate) fn yuyv(
    bytes: &[u8],
    layout: Layout,
    into: &mut FrameBuffer,
) -> Result<(), SourceError> {
    let layout = layout.stride_at_least(layout.width_px.next_multiple_of(2) * 2);
    let yuy = whole(bytes, layout.rows(layout.stride_bytes, layout.height_px))?;
    let Layout {
        width_px,
        height_px,
        stride_bytes,
        range,
    } = layout;
    let image = YuvPackedImage {
        yuy,
        yuy_stride: stride_bytes,
        width: width_px,
        height: height_px,
    };
    let rgba = into.prepare(width_px, height_px)?;
    yuv::yuyv422_to_rgba(&image, rgba, width_px * 4, range, YuvStandardMatrix::Bt601)
        .map_err(|e| refused(&e))
}

/// 4:2:0 with a luma plane and an interleaved chroma plane of the same row length.
pub(crate) fn nv12(
    bytes: &[u8],
    layout: Layout,
    into: &mut FrameBuffer,
) -> Result<(), SourceError> {
    let layout = layout.stride_at_least(layout.width_px.next_multiple_of(2));
    let Layout {
        width_px,
        height_px,
        stride_bytes,
        range,
    } = layout;
    let luma = layout.rows(stride_bytes, height_px);
    let chroma = layout.rows(stride_bytes, height_px.div_ceil(2));
    let (y_plane, uv_plane) = whole(bytes, luma + chroma)?.split_at(luma);
    let image = YuvBiPlanarImage {
        y_plane,
        y_stride: stride_bytes,
        uv_plane,
        uv_stride: stride_bytes,
        width: width_px,
        height: height_px,
    };
    let rgba = into.prepare(width_px, height_px)?;
    let (matrix, mode) = (YuvStandardMatrix::Bt601, YuvConversionMode::Balanced);
    yuv::yuv_nv12_to_rgba(&image, rgba, width_px * 4, range, matrix, mode).map_err(|e| refused(&e))
}

/// How much smaller the chroma planes of a planar picture are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chroma {
    C420,
    C422,
    C444,
}

impl Chroma {
    fn plane(self, width_px: u32, height_px: u32) -> (u32, u32) {
        match self {
            Self::C420 => (width_px.div_ceil(2), height_px.div_ceil(2)),
            Self::C422 => (width_px.div_ceil(2), height_px),
            Self::C444 => (width_px, height_px),
        }
    }

    /// Bytes of one picture with three tightly packed planes.
    pub(crate) fn frame_bytes(self, width_px: u32, height_px: u32) -> usize {
        let (width, height) = self.plane(width_px, height_px);
        width_px as usize * height_px as usize + 2 * (width as usize * height as usize)
    }
}

/// Three tightly packed planes, Y then U then V.
pub(crate) fn planar(
    bytes: &[u8],
    layout: Layout,
    chroma: Chroma,
    into: &mut FrameBuffer,
) -> Result<(), SourceError> {
    let Layout {
        width_px,
        height_px,
        range,
        ..
    } = layout;
    let bytes = whole(bytes, chroma.frame_bytes(width_px, height_px))?;
    let (chroma_width, chroma_height) = chroma.plane(width_px, height_px);
    let (y_plane, rest) = bytes.split_at(width_px as usize * height_px as usize);
    let (u_plane, v_plane) = rest.split_at(chroma_width as usize * chroma_height as usize);
    let image = YuvPlanarImage {
        y_plane,
        y_stride: width_px,
        u_plane,
        u_stride: chroma_width,
        v_plane,
        v_stride: chroma_width,
        width: width_px,
        height: height_px,
    };
    let rgba = into.prepare(width_px, height_px)?;
    let to_rgba = match chroma {
        Chroma::C420 => yuv::yuv420_to_rgba,
        Chroma::C422 => yuv::yuv422_to_rgba,
        Chroma::C444 => yuv::yuv444_to_rgba,
    };
    to_rgba(&image, rgba, width_px * 4, range, YuvStandardMatrix::Bt601).map_err(|e| refused(&e))
}

/// 3 bytes per pixel, tightly packed.
pub(crate) fn rgb(
    bytes: &[u8],
    width_px: u32,
    height_px: u32,
    into: &mut FrameBuffer,
) -> Result<(), SourceError> {
    let bytes = whole(bytes, width_px as usize * height_px as usize * 3)?;
    let rgba = into.prepare(width_px, height_px)?;
    for (to, from) in rgba
        .as_chunks_mut::<4>()
        .0
        .iter_mut()
        .zip(bytes.as_chunks::<3>().0)
    {
        *to = [from[0], from[1], from[2], 255];
    }
    Ok(())
}

fn whole(bytes: &[u8], needed: usize) -> Result<&[u8], SourceError> {
    bytes.get(..needed).ok_or_else(|| SourceError::TornFrame {
        reason: format!("{} of {needed} bytes arrived", bytes.len()),
    })
}

fn refused(error: &YuvError) -> SourceError {
    SourceError::Decode {
        what: "camera picture",
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(width_px: u32, height_px: u32) -> Layout {
        Layout {
            width_px,
            height_px,
            stride_bytes: 0,
            range: YuvRange::Limited,
        }
    }

    /// BT.601 limited: white, black and the red of ITU-R BT.601 (Y 81, U 90, V 240).
    #[test]
    fn known_colours_come_out_right() {
        for (yuv, rgb) in [
            ([235, 128, 128], [255, 255, 255]),
            ([16, 128, 128], [0, 0, 0]),
            ([81, 90, 240], [255, 0, 0]),
        ] {
            let [y, u, v] = yuv;
            let mut into = FrameBuffer::default();
            let near = |into: &FrameBuffer, how: &str| {
                for pixel in into.rgba().chunks_exact(4) {
                    for (got, want) in pixel.iter().zip(rgb) {
                        assert!(got.abs_diff(want) <= 2, "{how}: {pixel:?} is not {rgb:?}");
                    }
                    assert_eq!(pixel[3], 255);
                }
            };
            yuyv(&[y, u, y, v].repeat(4), layout(4, 2), &mut into).unwrap();
            near(&into, "yuyv");
            nv12(
                &[[y; 8].as_slice(), &[u, v, u, v]].concat(),
                layout(4, 2),
                &mut into,
            )
            .unwrap();
            near(&into, "nv12");
            for (chroma, samples) in [(Chroma::C420, 2), (Chroma::C422, 4), (Chroma::C444, 8)] {
                let planes = [vec![y; 8], vec![u; samples], vec![v; samples]].concat();
                planar(&planes, layout(4, 2), chroma, &mut into).unwrap();
                near(&into, "planar");
            }
        }
    }

    #[test]
    fn rows_longer_than_the_picture_are_skipped_over() {
        let padded = Layout {
            stride_bytes: 8,
            ..layout(2, 2)
        };
        let row = [235, 128, 235, 128, 16, 0, 16, 0];
        let mut into = FrameBuffer::default();
        yuyv(&[row, row].concat(), padded, &mut into).unwrap();
        assert!(into.rgba().iter().all(|byte| *byte >= 253));
    }

    #[test]
    fn odd_sizes_work() {
        let mut into = FrameBuffer::default();
        planar(&[128; 15 + 2 * 6], layout(5, 3), Chroma::C420, &mut into).unwrap();
        nv12(&[128; 6 * 3 + 6 * 2], layout(5, 3), &mut into).unwrap();
        yuyv(&[128; 12 * 3], layout(5, 3), &mut into).unwrap();
        assert_eq!((into.width(), into.height()), (5, 3));
    }

    #[test]
    fn short_pictures_are_torn() {
        let mut into = FrameBuffer::default();
        let refused = yuyv(&[0; 15], layout(4, 2), &mut into).unwrap_err();
        assert_eq!(refused.to_string(), "torn picture: 15 of 16 bytes arrived");
        assert!(matches!(
            nv12(&[0; 11], layout(4, 2), &mut into),
            Err(SourceError::TornFrame { .. })
        ));
        assert!(matches!(
            rgb(&[0; 23], 4, 2, &mut into),
            Err(SourceError::TornFrame { .. })
        ));
    }
}
