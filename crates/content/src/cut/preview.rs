//! The picture with its neckline and every anchor drawn and named, to be looked at before anybody wears it.

use cheval_domain::anchors::{Anchor, Fit};
use image::{Rgba, RgbaImage};

use super::letters;

const PAPER: [u8; 3] = [0xF7, 0xF2, 0xEB];
const INK: [u8; 3] = [0x17, 0x13, 0x0F];
const ACCENT: [u8; 3] = [0xE8, 0x56, 0x2A];
/// Room for names on both sides, dots of a letter.
const ROOM: u32 = 112;
/// Height of a name with its gap, dots.
const LINE: u32 = 11;

/// Draws neckline and anchors over the picture; names stand at the sides, sides are those of the picture.
#[must_use]
pub fn draw(picture: &RgbaImage, fit: &Fit) -> RgbaImage {
    let dot = (picture.width().max(picture.height()) / 400).max(2);
    let room = ROOM * dot;
    let mut page =
        RgbaImage::from_pixel(picture.width() + 2 * room, picture.height(), solid(PAPER));
    image::imageops::overlay(&mut page, picture, i64::from(room), 0);
    let place = |[x, y]: [f32; 2]| {
        [
            x * picture.width() as f32 + room as f32,
            y * picture.height() as f32,
        ]
    };
    let mut places: Vec<(Anchor, [f32; 2])> =
        fit.anchors.iter().map(|(a, at)| (*a, place(*at))).collect();
    places.sort_by(|a, b| a.1[1].total_cmp(&b.1[1]));
    let middle = page.width() as f32 / 2.0;
    // What lies in the middle is named on the left, so that each side keeps its own.
    let (left, right): (Vec<_>, Vec<_>) = places
        .iter()
        .partition(|(anchor, at)| at[0] <= middle || anchor.mirrored() == *anchor);
    for (names, is_left) in [(left, true), (right, false)] {
        let heights = spread(&names, LINE * dot, picture.height());
        for ((anchor, at), y) in names.iter().zip(heights) {
            let word = anchor.as_str();
            let width = word.len() as u32 * 6 * dot;
            let x = if is_left {
                room.saturating_sub(width + 4 * dot)
            } else {
                page.width() - room + 4 * dot
            };
            let from = if is_left {
                x + width + dot
            } else {
                x - 2 * dot
            };
            line(&mut page, [from as f32, (y + 3 * dot) as f32], *at);
            write(&mut page, word, x, y, dot);
        }
    }
    // Dark with a light rim: it shows on any cloth.
    for (radius, colour) in [(0.9, PAPER), (0.5, INK)] {
        for pair in fit.neckline.windows(2) {
            along(place(pair[0]), place(pair[1]), |at| {
                disc(&mut page, at, radius * dot as f32, colour);
            });
        }
    }
    for (_, at) in &places {
        disc(&mut page, *at, 3.2 * dot as f32, PAPER);
        disc(&mut page, *at, 2.2 * dot as f32, ACCENT);
    }
    page
}

/// Heights for the names, each near its place and none over another.
fn spread(names: &[&(Anchor, [f32; 2])], line: u32, height: u32) -> Vec<u32> {
    let mut next = 0;
    let mut heights: Vec<u32> = names
        .iter()
        .map(|(_, at)| {
            let y = (at[1].max(0.0) as u32).saturating_sub(line / 2).max(next);
            next = y + line;
            y
        })
        .collect();
    let mut most = height.saturating_sub(line);
    for y in heights.iter_mut().rev() {
        *y = (*y).min(most);
        most = y.saturating_sub(line);
    }
    heights
}

fn solid([r, g, b]: [u8; 3]) -> Rgba<u8> {
    Rgba([r, g, b, 255])
}

fn put(page: &mut RgbaImage, x: i64, y: i64, colour: [u8; 3]) {
    if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
        && x < page.width()
        && y < page.height()
    {
        page.put_pixel(x, y, solid(colour));
    }
}

fn disc(page: &mut RgbaImage, at: [f32; 2], radius: f32, colour: [u8; 3]) {
    let reach = radius.ceil() as i64;
    let (cx, cy) = (at[0].round() as i64, at[1].round() as i64);
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            if (dx * dx + dy * dy) as f32 <= radius * radius {
                put(page, cx + dx, cy + dy, colour);
            }
        }
    }
}

fn line(page: &mut RgbaImage, from: [f32; 2], to: [f32; 2]) {
    along(from, to, |[x, y]| {
        put(page, x.round() as i64, y.round() as i64, ACCENT)
    });
}

/// Every pixel's place on the way.
fn along(from: [f32; 2], to: [f32; 2], mut each: impl FnMut([f32; 2])) {
    let way = [to[0] - from[0], to[1] - from[1]];
    let steps = way[0].abs().max(way[1].abs()).max(1.0) as u32;
    for k in 0..=steps {
        let share = k as f32 / steps as f32;
        each([from[0] + way[0] * share, from[1] + way[1] * share]);
    }
}

fn write(page: &mut RgbaImage, word: &str, x: u32, y: u32, dot: u32) {
    for (n, letter) in word.chars().enumerate() {
        let letter = if letter == '_' { ' ' } else { letter };
        for (row, bits) in letters::rows(letter).into_iter().enumerate() {
            for column in 0..5 {
                if bits >> (4 - column) & 1 == 0 {
                    continue;
                }
                let left = x + (n as u32 * 6 + column) * dot;
                let top = y + row as u32 * dot;
                for dy in 0..dot {
                    for dx in 0..dot {
                        put(page, i64::from(left + dx), i64::from(top + dy), INK);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_every_anchor_can_be_drawn() {
        for anchor in Anchor::ALL {
            for letter in anchor.as_str().chars().filter(|c| *c != '_') {
                assert_ne!(letters::rows(letter), [0; 7], "{letter}");
            }
        }
    }

    #[test]
    fn names_do_not_lie_on_each_other() {
        let at = |y| (Anchor::Crown, [0.0, y]);
        let names = [at(0.0), at(1.0), at(2.0), at(99.0)];
        let heights = spread(&names.iter().collect::<Vec<_>>(), 10, 100);
        assert_eq!(heights, [0, 10, 20, 90]);
    }
}
