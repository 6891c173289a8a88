//! The buffer a source fills, with the size caps that every source shares.

use super::SourceError;

/// Longest accepted side of a picture, in pixels.
pub const MAX_SIDE_PX: u32 = 8192;

/// Most bytes one picture may take, in memory as RGBA and on disk in whatever form.
pub const MAX_FRAME_BYTES: usize = 64 << 20;

/// Where a source writes one picture: RGBA, 8 bits per channel, rows from the top, upright, not mirrored.
#[derive(Default)]
pub struct FrameBuffer {
    width_px: u32,
    height_px: u32,
    rgba: Vec<u8>,
}

impl FrameBuffer {
    pub(crate) fn from_recycled(rgba: Vec<u8>) -> Self {
        Self {
            width_px: 0,
            height_px: 0,
            rgba,
        }
    }

    /// Sets the size and hands out the bytes to write, `width_px * height_px * 4` of them, with undefined content.
    ///
    /// # Errors
    /// [`SourceError::TooLarge`] when a side is zero or above [`MAX_SIDE_PX`] or the whole above [`MAX_FRAME_BYTES`].
    pub fn prepare(&mut self, width_px: u32, height_px: u32) -> Result<&mut [u8], SourceError> {
        let bytes = checked_rgba_bytes(width_px, height_px)?;
        self.rgba.resize(bytes, 0);
        (self.width_px, self.height_px) = (width_px, height_px);
        Ok(&mut self.rgba)
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width_px
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height_px
    }

    pub(crate) fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    pub(crate) fn into_parts(self) -> (u32, u32, Vec<u8>) {
        (self.width_px, self.height_px, self.rgba)
    }
}

/// Bytes of an RGBA picture of this size, if it is acceptable at all.
pub(crate) fn checked_rgba_bytes(width_px: u32, height_px: u32) -> Result<usize, SourceError> {
    let sides_fit = (1..=MAX_SIDE_PX).contains(&width_px) && (1..=MAX_SIDE_PX).contains(&height_px);
    Some(width_px as usize)
        .filter(|_| sides_fit)
        .map(|width| width * height_px as usize * 4)
        .filter(|bytes| *bytes <= MAX_FRAME_BYTES)
        .ok_or(SourceError::TooLarge {
            width_px,
            height_px,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_absurd_sizes() {
        for (width, height) in [
            (0, 1),
            (1, 0),
            (8193, 1),
            (1, 8193),
            (8192, 8192),
            (u32::MAX, u32::MAX),
        ] {
            assert!(
                FrameBuffer::default().prepare(width, height).is_err(),
                "{width}x{height}"
            );
        }
        assert_eq!(
            FrameBuffer::default().prepare(4096, 4096).unwrap().len(),
            MAX_FRAME_BYTES
        );
    }
}
