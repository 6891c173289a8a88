//! Turns pictures upright for cameras that are mounted on their side.

use std::time::Duration;

use super::{Captured, FrameBuffer, FrameSource, SourceError, SourceInfo};

/// How far a picture must be turned clockwise to stand upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rotation {
    /// It stands upright.
    #[default]
    None,
    /// A quarter turn clockwise.
    Clockwise90,
    /// Upside down.
    Half,
    /// A quarter turn anticlockwise.
    Clockwise270,
}

impl Rotation {
    /// From clockwise degrees.
    ///
    /// # Errors
    /// A sentence for the person who wrote the number, when it is none of 0, 90, 180 and 270.
    pub fn from_degrees(degrees: u32) -> Result<Self, String> {
        match degrees {
            0 => Ok(Self::None),
            90 => Ok(Self::Clockwise90),
            180 => Ok(Self::Half),
            270 => Ok(Self::Clockwise270),
            other => Err(format!(
                "a camera can be turned by 0, 90, 180 or 270 degrees, not by {other}"
            )),
        }
    }

    fn swaps_sides(self) -> bool {
        matches!(self, Self::Clockwise90 | Self::Clockwise270)
    }
}

/// Puts a turning step behind `source`, if one is needed.
pub(super) fn upright(source: Box<dyn FrameSource>, rotation: Rotation) -> Box<dyn FrameSource> {
    match rotation {
        Rotation::None => source,
        Rotation::Clockwise90 | Rotation::Half | Rotation::Clockwise270 => Box::new(Rotated {
            source,
            rotation,
            as_taken: FrameBuffer::default(),
        }),
    }
}

struct Rotated {
    source: Box<dyn FrameSource>,
    rotation: Rotation,
    as_taken: FrameBuffer,
}

impl FrameSource for Rotated {
    fn next(&mut self, timeout: Duration, into: &mut FrameBuffer) -> Result<Captured, SourceError> {
        let captured = self.source.next(timeout, &mut self.as_taken)?;
        rotate(&self.as_taken, self.rotation, into)?;
        Ok(captured)
    }

    fn describe(&self) -> SourceInfo {
        let info = self.source.describe();
        if self.rotation.swaps_sides() {
            SourceInfo {
                width_px: info.height_px,
                height_px: info.width_px,
                ..info
            }
        } else {
            info
        }
    }
}

/// Side of the square blocks in which a quarter turn walks the picture: both the rows read and the rows written of one
/// block stay in the first-level cache (32 x 32 x 4 bytes, twice).
const BLOCK: usize = 32;

fn rotate(
    from: &FrameBuffer,
    rotation: Rotation,
    into: &mut FrameBuffer,
) -> Result<(), SourceError> {
    let (width, height) = (from.width() as usize, from.height() as usize);
    let (to_width, to_height) = if rotation.swaps_sides() {
        (from.height(), from.width())
    } else {
        (from.width(), from.height())
    };
    let target = into.prepare(to_width, to_height)?;
    let (source, _) = from.rgba().as_chunks::<4>();
    let (target, _) = target.as_chunks_mut::<4>();
    match rotation {
        Rotation::None => target.copy_from_slice(source),
        Rotation::Half => target
            .iter_mut()
            .zip(source.iter().rev())
            .for_each(|(to, from)| *to = *from),
        Rotation::Clockwise90 => transpose(
            source,
            width,
            height,
            |x, y| x * height + (height - 1 - y),
            target,
        ),
        Rotation::Clockwise270 => transpose(
            source,
            width,
            height,
            |x, y| (width - 1 - x) * height + y,
            target,
        ),
    }
    Ok(())
}

fn transpose(
    source: &[[u8; 4]],
    width: usize,
    height: usize,
    place: impl Fn(usize, usize) -> usize,
    target: &mut [[u8; 4]],
) {
    for top in (0..height).step_by(BLOCK) {
        for left in (0..width).step_by(BLOCK) {
            for y in top..(top + BLOCK).min(height) {
                for x in left..(left + BLOCK).min(width) {
                    target[place(x, y)] = source[y * width + x];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns a picture whose pixels are numbered row by row, and gives their new order.
    fn turned(width: u32, height: u32, degrees: u32) -> (u32, u32, Vec<u8>) {
        let mut from = FrameBuffer::default();
        for (n, pixel) in from
            .prepare(width, height)
            .unwrap()
            .chunks_exact_mut(4)
            .enumerate()
        {
            pixel[0] = u8::try_from(n % 251).unwrap();
        }
        let mut into = FrameBuffer::default();
        rotate(&from, Rotation::from_degrees(degrees).unwrap(), &mut into).unwrap();
        let reds = into.rgba().chunks_exact(4).map(|pixel| pixel[0]).collect();
        (into.width(), into.height(), reds)
    }

    #[test]
    fn every_turn_of_a_small_picture() {
        assert_eq!(turned(3, 2, 0), (3, 2, vec![0, 1, 2, 3, 4, 5]));
        assert_eq!(turned(3, 2, 90), (2, 3, vec![3, 0, 4, 1, 5, 2]));
        assert_eq!(turned(3, 2, 180), (3, 2, vec![5, 4, 3, 2, 1, 0]));
        assert_eq!(turned(3, 2, 270), (2, 3, vec![2, 5, 1, 4, 0, 3]));
    }

    #[test]
    fn blocks_join_without_seams() {
        let (width, height, reds) = turned(70, 45, 90);
        assert_eq!((width, height), (45, 70));
        for (n, red) in reds.iter().enumerate() {
            let (x, y) = (n % 45, n / 45);
            assert_eq!(usize::from(*red), ((44 - x) * 70 + y) % 251, "at {x},{y}");
        }
    }

    #[test]
    fn odd_angles_are_refused() {
        assert_eq!(
            Rotation::from_degrees(45).unwrap_err(),
            "a camera can be turned by 0, 90, 180 or 270 degrees, not by 45"
        );
    }
}
