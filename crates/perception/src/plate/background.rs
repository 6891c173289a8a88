//! The colours of the empty scene, ready for the GPU. Like a frame: cannot be cloned, serialised or printed, and is
//! overwritten with zeros when the last owner lets go.

use std::fmt;

use crate::frame::wipe;

/// The scene without people, at low resolution: cell (x, y) covers the frame from (`cell_px`·x, `cell_px`·y) on.
pub struct Background {
    width: usize,
    height: usize,
    cell_px: usize,
    rgba: Vec<u8>,
}

impl Background {
    /// `rgba`: `width * height * 4` bytes, sRGB; alpha 0 = not learned.
    pub(super) fn new(width: usize, height: usize, cell_px: usize, rgba: Vec<u8>) -> Self {
        Self {
            width,
            height,
            cell_px,
            rgba,
        }
    }

    /// Cells per row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Side of a cell, frame pixels.
    #[must_use]
    pub fn cell_px(&self) -> usize {
        self.cell_px
    }

    /// Copies the colours into the buffer of a GPU texture (RGBA8, tightly packed; alpha 0 = not learned), replacing what
    /// it held. The only way they leave this crate.
    pub fn copy_to_gpu_buffer(&self, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(&self.rgba);
    }

    #[cfg(test)]
    pub(super) fn rgba_at(&self, x: usize, y: usize) -> [u8; 4] {
        let at = (y * self.width + x) * 4;
        self.rgba[at..at + 4].try_into().unwrap()
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Background({}x{})", self.width, self.height)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        wipe(&mut self.rgba);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_colour_and_the_gpu_gets_them() {
        let background = Background::new(1, 1, 4, vec![201, 202, 203, 255]);
        assert_eq!(format!("{background:?}"), "Background(1x1)");
        let mut out = vec![1; 9];
        background.copy_to_gpu_buffer(&mut out);
        assert_eq!(out, [201, 202, 203, 255]);
    }
}
