//! Cloth round an arm or a leg: rungs along its middle line, which is straight from joint to joint and round at the bend.
//! They begin at a seam of the garment and turn about its inner end until they stand square to the limb.

use glam::Vec2;

use crate::skeleton::Limb;
use crate::strip::Rung;

/// The bend is rounded over this share of the shorter bone on either side.
const ROUND: f32 = 0.3;
/// On the inside of a bend cloth comes no nearer to the middle of its turn than this share of its radius.
const INSIDE: f32 = 0.9;
/// How far a shoulder is rounded between seam and sleeve.
const ROUNDED: f32 = 0.3;
/// The inside of a limb may lie against the body: this share of half the breadth is left there, and it widens again by
/// this much for each step along.
const TUCKED: f32 = 0.3;
const WIDENS: f32 = 0.8;
/// Rungs from the seam to the first that is square to the limb, and from there to the end.
const TURNING: usize = 6;
const SQUARE: usize = 12;

/// A place on the line: where, which way it goes there, and the radius of the turn it takes (infinite where straight).
#[derive(Debug, Clone, Copy)]
struct Stop {
    at: Vec2,
    way: Vec2,
    radius: f32,
}

/// Length of the line over both bones.
pub(super) fn length(limb: &Limb) -> f32 {
    limb.root.distance(limb.bend) + limb.bend.distance(limb.tip)
}

/// Cloth round a limb.
pub(super) struct Tube<'a> {
    pub(super) limb: &'a Limb,
    /// +1 for the wearer's left, −1 for the right: on which side of the way the outer edge is.
    pub(super) outwards: f32,
    /// Outer and inner end of the seam.
    pub(super) seam: [Vec2; 2],
    /// The first rung square to the limb is at least this far from its root.
    pub(super) free: f32,
    /// Where the cloth is meant to end.
    pub(super) reach: f32,
}

impl Tube<'_> {
    /// Rungs from seam to end. `source` gives the rung of the picture for a share of the way, `half` half the breadth for a
    /// distance from the root.
    pub(super) fn rungs(
        &self,
        source: impl Fn(f32) -> [Vec2; 2],
        half: impl Fn(f32) -> f32,
        fringe: f32,
    ) -> Vec<Rung> {
        let free = self.first_square(&half);
        let reach = self.end(&half);
        let first = self.square(free, free, half(free));
        let mut rungs = Vec::with_capacity(TURNING + SQUARE + 1);
        for k in 0..TURNING {
            let t = k as f32 / TURNING as f32;
            let rung = Rung::new(source(t * free / reach), turned(self.seam, first, t));
            rungs.push(rung.fringe(fringe * (0.5 + 0.5 * t)));
        }
        for k in 0..=SQUARE {
            let along = free + (reach - free) * k as f32 / SQUARE as f32;
            let rung = Rung::new(source(along / reach), self.square(along, free, half(along)));
            rungs.push(rung.fringe(fringe));
        }
        rungs
    }

    /// Where the cloth ends: not before it stands square to the limb.
    pub(super) fn end(&self, half: &impl Fn(f32) -> f32) -> f32 {
        self.reach.max(self.first_square(half) * 1.05)
    }

    /// The first rung square to the limb whose inner end lies beyond the seam's, the further the more it also lies aside.
    fn first_square(&self, half: &impl Fn(f32) -> f32) -> f32 {
        let way = (self.limb.bend - self.limb.root).normalize_or(Vec2::Y);
        let aside = Vec2::new(way.y, -way.x) * self.outwards;
        let from_root = self.seam[1] - self.limb.root;
        let sideways = (from_root.dot(aside) + half(0.0) * TUCKED).max(0.0);
        let beyond = from_root.dot(way) + 0.15 * half(0.0) + sideways;
        let most = (length(self.limb) * 0.6).max(self.free);
        beyond.clamp(self.free, most)
    }

    fn square(&self, along: f32, free: f32, half: f32) -> [Vec2; 2] {
        let Stop { at, way, radius } = stop(self.limb, along);
        let aside = Vec2::new(way.y, -way.x) * self.outwards;
        // Under the seam the limb's inside lies against the body: there cloth is no broader than it was at the seam.
        let against = (at - self.seam[1]).dot(aside) + (along - free) * WIDENS;
        let inside = half.min(against.max(half * TUCKED));
        // The turn's middle lies on the side that `radius` says; there cloth is drawn in.
        let room = radius.abs() * INSIDE;
        let (outer, inner) = if radius * self.outwards > 0.0 {
            (half.min(room), inside)
        } else {
            (half, inside.min(room))
        };
        [at + aside * outer, at - aside * inner]
    }
}

/// From the seam to the first square rung: the outer end goes along the limb's outline, a little rounded; the inner one goes
/// ahead at once and aside only when the rung has turned.
fn turned(seam: [Vec2; 2], first: [Vec2; 2], t: f32) -> [Vec2; 2] {
    let to = first[0] - first[1];
    let aside = (first[1] - seam[1]).project_onto_normalized(to.normalize_or(Vec2::X));
    let ahead = first[1] - seam[1] - aside;
    let inner = seam[1] + ahead * t + aside * t.powi(4);
    let rounded =
        to.normalize_or(Vec2::X) * (seam[0].distance(first[0]) * ROUNDED * (t * (1.0 - t)));
    [seam[0].lerp(first[0], t) + rounded, inner]
}

/// The place `along` from the root; beyond the tip it goes straight on.
fn stop(limb: &Limb, along: f32) -> Stop {
    let (upper, lower) = (limb.bend - limb.root, limb.tip - limb.bend);
    let (first, second) = (upper.length(), lower.length());
    let there = upper.normalize_or(Vec2::Y);
    let thence = lower.normalize_or(there);
    let round = (first.min(second) * ROUND).max(1e-5);
    let from_bend = along - first;
    let straight = |at, way| Stop {
        at,
        way,
        radius: f32::INFINITY,
    };
    if from_bend <= -round {
        return straight(limb.root + there * along, there);
    }
    if from_bend >= round {
        return straight(limb.bend + thence * from_bend, thence);
    }
    // Quadratic Bézier from one bone to the other; the bend is its control point.
    let t = (from_bend + round) / (2.0 * round);
    let (start, end) = (limb.bend - there * round, limb.bend + thence * round);
    let way = (limb.bend - start).lerp(end - limb.bend, t);
    let turn = (end - limb.bend) - (limb.bend - start);
    let bent = way.perp_dot(turn);
    Stop {
        at: start.lerp(limb.bend, t).lerp(limb.bend.lerp(end, t), t),
        way: way.normalize_or(thence),
        // Radius of curvature |c'|³ / (c' × c''), with c' = 2·way and c'' = 2·turn; its sign is the side of its middle:
        // −y·x turned, which is `outwards` for a turn towards the picture's left of a downward way.
        radius: if bent.abs() < 1e-9 {
            f32::INFINITY
        } else {
            -2.0 * way.length().powi(3) / bent
        },
    }
}
