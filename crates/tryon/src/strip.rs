//! A strip: rungs across a picture and the places they go to. A sleeve, a leg, a torso: each is a ladder whose rungs are
//! laid along a limb. Between rungs everything runs smoothly. No patch of cloth folds over.

use glam::Vec2;

/// Columns of quads across a strip.
pub const COLUMNS: usize = 8;
/// Rows of quads between two rungs.
pub const ROWS: usize = 5;
/// The picture reaches a little beyond its anchors: this share of a rung's length is drawn on each side too.
pub const FRINGE: f32 = 0.07;
/// One rung: two places in the garment's picture and where they go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rung {
    /// In the picture, shares of it.
    pub source: [Vec2; 2],
    /// On the body, picture heights of the camera.
    pub target: [Vec2; 2],
    /// How far beyond either end the picture is drawn too, as a share of the rung's length.
    pub fringe: [f32; 2],
}

impl Rung {
    /// From `source` to `target`.
    #[must_use]
    pub const fn new(source: [Vec2; 2], target: [Vec2; 2]) -> Self {
        Self {
            source,
            target,
            fringe: [0.0; 2],
        }
    }

    /// The same, drawn so far beyond both ends.
    #[must_use]
    pub const fn fringe(self, share: f32) -> Self {
        self.fringe_of(share, share)
    }

    /// The same, drawn so far beyond the first and the second end.
    #[must_use]
    pub const fn fringe_of(self, first: f32, second: f32) -> Self {
        Self {
            fringe: [first, second],
            ..self
        }
    }
}

/// Triangles with a place in the garment's picture for every corner.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mesh {
    /// Corners: where on the body, where in the picture.
    pub corners: Vec<Corner>,
    /// Three corners each.
    pub triangles: Vec<[u16; 3]>,
}

/// A corner of a mesh.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corner {
    /// Place on the body, picture heights of the camera.
    pub at: Vec2,
    /// Place in the garment's picture, shares of it.
    pub source: Vec2,
}

impl Mesh {
    /// Lays a ladder of at least two rungs; without them there is nothing.
    #[must_use]
    pub fn of(rungs: &[Rung]) -> Self {
        if rungs.len() < 2 {
            return Self::default();
        }
        let mut fine = refined(rungs);
        widen(&mut fine);
        let mut mesh = Self::default();
        for rung in &fine {
            for column in 0..=COLUMNS {
                let t = column as f32 / COLUMNS as f32;
                mesh.corners.push(Corner {
                    at: rung.target[0].lerp(rung.target[1], t),
                    source: rung.source[0].lerp(rung.source[1], t),
                });
            }
        }
        let turned = turned(rungs);
        let at = |row: usize, column: usize| (row * (COLUMNS + 1) + column) as u16;
        for row in 0..fine.len() - 1 {
            for column in 0..COLUMNS {
                let (a, b) = (at(row, column), at(row, column + 1));
                let (c, d) = (at(row + 1, column), at(row + 1, column + 1));
                // On the inside of a sharp bend rungs may cross: a patch that turns its back lies under its neighbours.
                let faces = |t: &[u16; 3]| mesh.doubled_area(*t) * turned >= 0.0;
                let seen: Vec<_> = [[a, b, c], [b, d, c]].into_iter().filter(faces).collect();
                mesh.triangles.extend(seen);
            }
        }
        mesh
    }

    /// Twice the signed area of a triangle.
    #[must_use]
    pub fn doubled_area(&self, triangle: [u16; 3]) -> f32 {
        let [a, b, c] = triangle.map(|k| self.corners[usize::from(k)].at);
        (b - a).perp_dot(c - a)
    }
}

/// Rungs in between, on smooth curves through those given.
fn refined(rungs: &[Rung]) -> Vec<Rung> {
    let last = rungs.len() - 1;
    let mut fine = Vec::with_capacity(last * ROWS + 1);
    for k0 in 0..last {
        let around = [k0.saturating_sub(1), k0, k0 + 1, (k0 + 2).min(last)].map(|k| rungs[k]);
        for row in 0..ROWS {
            let t = row as f32 / ROWS as f32;
            let side = |of: fn(&Rung) -> [Vec2; 2], k: usize| curve(around.map(|r| of(&r)[k]), t);
            fine.push(Rung {
                source: [0, 1].map(|k| side(|r| r.source, k)),
                target: [0, 1].map(|k| side(|r| r.target, k)),
                fringe: [0, 1].map(|k: usize| {
                    let (from, to) = (rungs[k0].fringe[k], rungs[k0 + 1].fringe[k]);
                    from + (to - from) * t
                }),
            });
        }
    }
    fine.push(rungs[last]);
    fine
}

/// Cubic through `b` and `c` (Catmull and Rom 1974), drawn in where it would overshoot.
fn curve([a, b, c, d]: [Vec2; 4], t: f32) -> Vec2 {
    let most = (c - b).length();
    let limited = |v: Vec2| v.clamp_length_max(most);
    let (from, to) = (limited((c - a) / 2.0), limited((d - b) / 2.0));
    let (t2, t3) = (t * t, t * t * t);
    b * (2.0 * t3 - 3.0 * t2 + 1.0)
        + from * (t3 - 2.0 * t2 + t)
        + c * (3.0 * t2 - 2.0 * t3)
        + to * (t3 - t2)
}

fn widen(rungs: &mut [Rung]) {
    for rung in rungs {
        let fringe = rung.fringe;
        for ends in [&mut rung.source, &mut rung.target] {
            let along = ends[1] - ends[0];
            *ends = [ends[0] - along * fringe[0], ends[1] + along * fringe[1]];
        }
    }
}

/// +1 or −1: which way round the ladder lies in the garment's picture, and so on the body.
fn turned(rungs: &[Rung]) -> f32 {
    let middle = |rung: &Rung| (rung.source[0] + rung.source[1]) / 2.0;
    let across = |rung: &Rung| rung.source[1] - rung.source[0];
    let area: f32 = rungs
        .windows(2)
        .map(|pair| across(&pair[0]).perp_dot(middle(&pair[1]) - middle(&pair[0])))
        .sum();
    area.signum()
}
