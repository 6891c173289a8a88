//! Ways through the room: where somebody is, and where the head points, at any time. Pure.

use super::chance::Chance;

/// Height of faces differs by this much, metres.
const HEIGHT_SPREAD: f32 = 0.08;
/// Nobody is nearer to the mirror, metres.
const NEAREST_M: f32 = 0.8;
/// Where somebody who comes by begins and ends, metres from the middle: outside the picture.
const OUTSIDE_M: f32 = 3.5;

/// A place and a time at which somebody is there.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stop {
    at_s: f32,
    aside_m: f32,
    depth_m: f32,
}

/// One person's way.
#[derive(Debug, Clone, PartialEq)]
pub struct Walker {
    /// Number of the truth.
    pub id: u64,
    height_m: f32,
    /// In order of time; straight between them.
    stops: Vec<Stop>,
}

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WalkerState {
    /// From the picture's middle, rightwards in the picture, metres.
    pub aside_m: f32,
    /// From the mirror, metres.
    pub depth_m: f32,
    /// Of the face above the mean, metres.
    pub height_m: f32,
    /// Where the head points; positive towards the right edge of the picture.
    pub yaw_degrees: f32,
}

impl Walker {
    /// From `aside_m` at time 0, at one depth, with `speed` metres a second to the right, for a minute.
    #[must_use]
    pub fn straight(id: u64, aside_m: f32, depth_m: f32, speed: f32) -> Self {
        let stop = |at_s: f32| Stop {
            at_s,
            aside_m: aside_m + speed * at_s,
            depth_m,
        };
        Self {
            id,
            height_m: 0.0,
            stops: vec![stop(0.0), stop(100.0)],
        }
    }

    /// Somebody who passes by, or comes, stands at one or two places, and leaves.
    #[must_use]
    pub fn any(id: u64, seconds: f32, chance: &mut Chance) -> Self {
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let depth_m = chance.between(1.6, 4.0);
        let begin_s = chance.between(0.0, seconds * 0.4);
        let mut way = Self {
            id,
            height_m: HEIGHT_SPREAD * chance.normal(),
            stops: vec![Stop {
                at_s: begin_s,
                aside_m: -side * OUTSIDE_M,
                depth_m,
            }],
        };
        let places = [0, 1, 1, 2][(chance.between(0.0, 4.0) as usize).min(3)];
        for _ in 0..places {
            let depth_m = chance.between(1.0, 3.0);
            let aside_m = chance.between(-0.4, 0.4) * depth_m;
            way.walk_to(aside_m, depth_m, chance);
            way.stand(chance.between(2.0, seconds * 0.3));
        }
        let out = if chance.happens(0.7) { side } else { -side };
        way.walk_to(out * OUTSIDE_M, depth_m, chance);
        way
    }

    /// Where the person is; nobody before the first and after the last stop.
    #[must_use]
    pub fn at(&self, at_s: f32) -> Option<WalkerState> {
        let leg = self
            .stops
            .windows(2)
            .find(|leg| (leg[0].at_s..leg[1].at_s).contains(&at_s))?;
        let (from, to) = (leg[0], leg[1]);
        let share = (at_s - from.at_s) / (to.at_s - from.at_s);
        let along = |a: f32, b: f32| a + (b - a) * share;
        Some(WalkerState {
            aside_m: along(from.aside_m, to.aside_m) + self.sway(at_s),
            depth_m: along(from.depth_m, to.depth_m).max(NEAREST_M),
            height_m: self.height_m,
            yaw_degrees: turn(from, to),
        })
    }

    fn walk_to(&mut self, aside_m: f32, depth_m: f32, chance: &mut Chance) {
        let Some(from) = self.stops.last().copied() else {
            return;
        };
        let way_m = (aside_m - from.aside_m).hypot(depth_m - from.depth_m);
        self.stops.push(Stop {
            at_s: from.at_s + way_m / chance.between(0.6, 1.4) + 0.1,
            aside_m,
            depth_m,
        });
    }

    fn stand(&mut self, seconds: f32) {
        if let Some(last) = self.stops.last().copied() {
            self.stops.push(Stop {
                at_s: last.at_s + seconds,
                ..last
            });
        }
    }

    /// Nobody stands like a post: 15 mm to and fro, each in another rhythm.
    fn sway(&self, at_s: f32) -> f32 {
        0.015 * (at_s * (1.5 + 0.2 * (self.id % 5) as f32) + self.id as f32).sin()
    }
}

/// People look where they go, half way back to the mirror; who stands looks into it.
fn turn(from: Stop, to: Stop) -> f32 {
    let (aside_m, nearer_m) = (to.aside_m - from.aside_m, from.depth_m - to.depth_m);
    if aside_m.hypot(nearer_m) < 0.05 {
        return 0.0;
    }
    (aside_m.atan2(nearer_m).to_degrees() * 0.5).clamp(-60.0, 60.0)
}
