//! Motion-JPEG pictures: where one ends in a stream of bytes, whether it is whole, and its decoding.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::buffer::checked_rgba_bytes;
use super::{FrameBuffer, MAX_SIDE_PX, SourceError};

/// First bytes of every JPEG picture: start of image, then the next marker.
pub(crate) const START: [u8; 3] = [0xFF, 0xD8, 0xFF];

/// Makes a decoder assume the standard Huffman tables (ITU-T T.81, K.3.3), which many cameras and AVI files leave out:
/// start of image, then an application segment that says "Motion-JPEG".
const START_OF_MOTION_JPEG: [u8; 11] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 7, b'A', b'V', b'I', b'1', 0];

/// What [`scan`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scan {
    /// A whole picture.
    Whole {
        /// Its length in bytes, end marker included.
        bytes: usize,
        /// It carries its own Huffman tables.
        has_tables: bool,
    },
    /// It goes on beyond the given bytes.
    GoesOn,
    /// It is not a JPEG picture, or one whose segments do not join.
    Broken,
}

/// Walks the segments of the picture at the start of `bytes` (ITU-T T.81, annex B) up to its end marker.
pub(crate) fn scan(bytes: &[u8]) -> Scan {
    if !bytes.starts_with(&START) {
        return if START.starts_with(bytes) {
            Scan::GoesOn
        } else {
            Scan::Broken
        };
    }
    let (mut at, mut has_tables) = (2, false);
    loop {
        let Some(&[0xFF, marker]) = bytes.get(at..at + 2) else {
            return if bytes.len() < at + 2 {
                Scan::GoesOn
            } else {
                Scan::Broken
            };
        };
        match marker {
            0xFF => at += 1,
            0xD9 => {
                return Scan::Whole {
                    bytes: at + 2,
                    has_tables,
                };
            }
            0x01 | 0xD0..=0xD8 => return Scan::Broken,
            0x00..=0xBF => return Scan::Broken,
            _ => {
                has_tables |= marker == 0xC4;
                let Some(&[high, low]) = bytes.get(at + 2..at + 4) else {
                    return Scan::GoesOn;
                };
                let length = usize::from(u16::from_be_bytes([high, low]));
                if length < 2 {
                    return Scan::Broken;
                }
                at += 2 + length;
                if marker == 0xDA {
                    let Some(end) = end_of_entropy_data(bytes, at) else {
                        return Scan::GoesOn;
                    };
                    at = end;
                }
            }
        }
    }
}

/// Position of the first marker after the compressed data that starts at `from`; stuffed zeros and restart markers
/// belong to the data.
fn end_of_entropy_data(bytes: &[u8], from: usize) -> Option<usize> {
    let data = bytes.get(from..)?;
    let inside = |pair: &&[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    data.windows(2)
        .enumerate()
        .find(|(_, pair)| inside(pair))
        .map(|(at, _)| from + at)
}

/// Decodes the picture at the start of `bytes`; what follows its end (cameras pad) is ignored.
///
/// # Errors
/// [`SourceError::TornFrame`] when it is cut short or damaged, [`SourceError::TooLarge`] beyond the caps.
pub(crate) fn decode(bytes: &[u8], into: &mut FrameBuffer) -> Result<(), SourceError> {
    match scan(bytes) {
        Scan::Whole {
            bytes: length,
            has_tables: true,
        } => decode_whole(&bytes[..length], into),
        Scan::Whole {
            bytes: length,
            has_tables: false,
        } => decode_whole(&[&START_OF_MOTION_JPEG, &bytes[2..length]].concat(), into),
        Scan::GoesOn => Err(torn(&format_args!(
            "the JPEG picture ends after {} bytes, in its middle",
            bytes.len()
        ))),
        Scan::Broken => Err(torn(&"not a JPEG picture, or its segments do not join")),
    }
}

fn decode_whole(bytes: &[u8], into: &mut FrameBuffer) -> Result<(), SourceError> {
    let options = DecoderOptions::default()
        .set_max_width(MAX_SIDE_PX as usize)
        .set_max_height(MAX_SIDE_PX as usize)
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|e| torn(&e))?;
    let (width_px, height_px) = decoder
        .info()
        .map(|info| (u32::from(info.width), u32::from(info.height)))
        .unwrap_or_default();
    let rgba = into.prepare(width_px, height_px)?;
    if decoder.output_buffer_size() != Some(checked_rgba_bytes(width_px, height_px)?) {
        return Err(torn(&"the decoder disagrees with itself about the size"));
    }
    decoder.decode_into(rgba).map_err(|e| torn(&e))
}

fn torn(reason: &dyn std::fmt::Display) -> SourceError {
    SourceError::TornFrame {
        reason: reason.to_string(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use image::codecs::jpeg::JpegEncoder;

    use super::*;

    /// A JPEG picture of one colour.
    pub(crate) fn plain_jpeg(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
        let picture = image::RgbImage::from_pixel(width, height, image::Rgb(colour));
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 95)
            .encode_image(&picture)
            .unwrap();
        bytes
    }

    /// The same picture without its Huffman tables, as many cameras send it.
    fn without_tables(jpeg: &[u8]) -> Vec<u8> {
        let mut out = jpeg[..2].to_vec();
        let mut at = 2;
        while jpeg[at + 1] != 0xDA {
            let length = 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
            if jpeg[at + 1] != 0xC4 {
                out.extend_from_slice(&jpeg[at..at + length]);
            }
            at += length;
        }
        out.extend_from_slice(&jpeg[at..]);
        out
    }

    #[test]
    fn a_padded_picture_is_found_and_decoded() {
        let mut bytes = plain_jpeg(32, 16, [200, 30, 60]);
        let length = bytes.len();
        bytes.extend([0; 100]);
        assert_eq!(
            scan(&bytes),
            Scan::Whole {
                bytes: length,
                has_tables: true
            }
        );
        let mut into = FrameBuffer::default();
        decode(&bytes, &mut into).unwrap();
        assert_eq!((into.width(), into.height()), (32, 16));
        for (got, want) in into.rgba()[..4].iter().zip([200_u8, 30, 60, 255]) {
            assert!(got.abs_diff(want) <= 4, "{got} is not {want}");
        }
    }

    #[test]
    fn missing_huffman_tables_are_the_standard_ones() {
        let whole = plain_jpeg(32, 16, [10, 120, 240]);
        let stripped = without_tables(&whole);
        assert!(stripped.len() < whole.len() - 300);
        let (mut expected, mut got) = (FrameBuffer::default(), FrameBuffer::default());
        decode(&whole, &mut expected).unwrap();
        decode(&stripped, &mut got).unwrap();
        assert_eq!(expected.rgba(), got.rgba());
    }

    #[test]
    fn a_picture_cut_anywhere_is_torn() {
        let bytes = plain_jpeg(64, 64, [90, 90, 90]);
        for length in 0..bytes.len() {
            let refused = decode(&bytes[..length], &mut FrameBuffer::default());
            assert!(
                matches!(refused, Err(SourceError::TornFrame { .. })),
                "cut at {length}: {refused:?}"
            );
        }
    }

    #[test]
    fn damage_inside_is_torn_or_decodes_but_never_panics() {
        let bytes = plain_jpeg(48, 48, [90, 190, 20]);
        for at in 2..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x5A;
            let _outcome = decode(&damaged, &mut FrameBuffer::default());
        }
    }

    #[test]
    fn absurd_sizes_are_refused_before_memory_is_taken() {
        let mut bytes = plain_jpeg(16, 16, [1, 2, 3]);
        let sof = bytes
            .windows(2)
            .position(|pair| pair == [0xFF, 0xC0])
            .unwrap();
        bytes[sof + 5..sof + 9].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
        assert!(decode(&bytes, &mut FrameBuffer::default()).is_err());
    }
}
