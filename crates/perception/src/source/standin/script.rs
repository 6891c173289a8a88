//! The choreography file: who is where at which time. Format and rules: `assets/standin/README.md`.

use std::f64::consts::TAU;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::source::SourceError;

/// Most people in one scene.
const MAX_ACTORS: usize = 64;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    version: u32,
    loop_secs: f64,
    background: String,
    background_wide: String,
    #[serde(default)]
    actor: Vec<Actor>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Actor {
    pub(super) picture: String,
    #[serde(default)]
    pub(super) flip: bool,
    keyframes: Vec<Keyframe>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keyframe {
    t_secs: f64,
    x: f64,
    y: f64,
    height: f64,
}

/// Where a cut-out stands: middle of its bottom edge and its height, as fractions of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placement {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) height: f64,
}

impl Script {
    pub(super) fn read(dir: &Path) -> Result<Self, SourceError> {
        let path = dir.join("standin.toml");
        let text = fs::read_to_string(&path).map_err(|source| SourceError::Read {
            path: path.clone(),
            source,
        })?;
        let bad = |reason: String| SourceError::BadFile {
            path: path.clone(),
            reason,
        };
        let script: Self = toml::from_str(&text).map_err(|e| bad(e.to_string()))?;
        let problems = script.problems();
        if problems.is_empty() {
            Ok(script)
        } else {
            Err(bad(problems.join("; ")))
        }
    }

    pub(super) fn loop_secs(&self) -> f64 {
        self.loop_secs
    }

    pub(super) fn actors(&self) -> impl Iterator<Item = &Actor> {
        self.actor.iter()
    }

    pub(super) fn background(&self, width_px: u32, height_px: u32) -> &str {
        if width_px > height_px {
            &self.background_wide
        } else {
            &self.background
        }
    }

    /// Who is in the picture at `t_secs`, farthest first.
    pub(super) fn place(&self, t_secs: f64, in_view: &mut Vec<(usize, Placement)>) {
        in_view.clear();
        let actors = self.actor.iter().enumerate();
        in_view.extend(actors.filter_map(|(i, actor)| Some((i, actor.place(i, t_secs)?))));
        in_view.sort_by(|(_, a), (_, b)| a.y.total_cmp(&b.y));
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut require = |holds: bool, problem: String| {
            if !holds {
                problems.push(problem);
            }
        };
        require(
            self.version == 1,
            format!("version {}; this program reads version 1", self.version),
        );
        require(
            (1.0..=3600.0).contains(&self.loop_secs),
            format!("`loop_secs` = {}: expected 1 to 3600", self.loop_secs),
        );
        require(
            self.actor.len() <= MAX_ACTORS,
            format!("{} actors; at most {MAX_ACTORS}", self.actor.len()),
        );
        let pictures = self.actor.iter().map(|actor| &actor.picture);
        for name in pictures.chain([&self.background, &self.background_wide]) {
            let plain = Path::new(name)
                .file_name()
                .is_some_and(|file| file == name.as_str());
            require(
                plain,
                format!("picture `{name}`: expected a file name in this folder"),
            );
        }
        for Actor {
            picture, keyframes, ..
        } in &self.actor
        {
            require(
                keyframes.len() >= 2,
                format!("{picture}: expected at least two keyframes"),
            );
            let rise = keyframes
                .windows(2)
                .all(|pair| pair[0].t_secs < pair[1].t_secs);
            require(rise, format!("{picture}: keyframes must rise in time"));
            for Keyframe {
                t_secs,
                x,
                y,
                height,
            } in keyframes
            {
                for (name, value, range) in [
                    ("t_secs", t_secs, 0.0..=3600.0),
                    ("x", x, -10.0..=10.0),
                    ("y", y, -10.0..=10.0),
                    ("height", height, 0.01..=4.0),
                ] {
                    let (low, high) = (range.start(), range.end());
                    require(
                        range.contains(value),
                        format!("{picture}: `{name}` = {value}: expected {low} to {high}"),
                    );
                }
            }
        }
        problems
    }
}

impl Actor {
    /// Greatest height this actor reaches, as a fraction of the frame's.
    pub(super) fn tallest(&self) -> f64 {
        self.keyframes
            .iter()
            .map(|key| key.height)
            .fold(0.0, f64::max)
    }

    /// Place of the `i`th actor at time `t`, if present: eased between keyframes, breathing, swaying, stepping.
    fn place(&self, i: usize, t: f64) -> Option<Placement> {
        let (a, b) = self
            .keyframes
            .windows(2)
            .map(|pair| (pair[0], pair[1]))
            .find(|(a, b)| (a.t_secs..=b.t_secs).contains(&t))?;
        let u = (t - a.t_secs) / (b.t_secs - a.t_secs);
        let eased = u * u * (3.0 - 2.0 * u);
        let between = |a: f64, b: f64| a + (b - a) * eased;
        let phase = i as f64;
        let height =
            between(a.height, b.height) * (1.0 + 0.004 * (TAU * t / 4.2 + 1.7 * phase).sin());
        let x = between(a.x, b.x) + 0.004 * height * (TAU * t / 5.3 + 2.3 * phase).sin();
        let speed = (b.x - a.x).abs() / (b.t_secs - a.t_secs);
        let step = if speed > 0.05 {
            0.010 * height * (TAU * 0.95 * t).sin().abs() * 4.0 * u * (1.0 - u)
        } else {
            0.0
        };
        Some(Placement {
            x,
            y: between(a.y, b.y) - step,
            height,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walker() -> Actor {
        let key = |t_secs, x, y, height| Keyframe {
            t_secs,
            x,
            y,
            height,
        };
        let keyframes = vec![
            key(2.0, 0.0, 1.0, 0.5),
            key(4.0, 1.0, 1.0, 0.5),
            key(6.0, 1.0, 1.2, 0.8),
        ];
        Actor {
            picture: "a.png".to_owned(),
            flip: false,
            keyframes,
        }
    }

    #[test]
    fn follows_the_written_rules() {
        let actor = walker();
        assert_eq!(actor.place(0, 1.99), None);
        assert_eq!(actor.place(0, 6.01), None);
        let half_way = actor.place(0, 3.0).unwrap();
        let height = 0.5 * (1.0 + 0.004 * (TAU * 3.0 / 4.2).sin());
        assert!((half_way.height - height).abs() < 1e-12);
        assert!((half_way.x - (0.5 + 0.004 * height * (TAU * 3.0 / 5.3).sin())).abs() < 1e-12);
        assert!(
            (half_way.y - (1.0 - 0.010 * height * (TAU * 0.95 * 3.0).sin().abs())).abs() < 1e-12
        );
        let closer = actor.place(0, 5.0).unwrap();
        assert!(
            (closer.y - 1.1).abs() < 1e-12,
            "no steps when only coming closer"
        );
    }

    #[test]
    fn nearer_people_come_last() {
        let mut near = walker();
        near.keyframes.iter_mut().for_each(|key| key.y += 0.1);
        let script = Script {
            version: 1,
            loop_secs: 10.0,
            background: "a.png".to_owned(),
            background_wide: "a.png".to_owned(),
            actor: vec![near, walker()],
        };
        let mut in_view = Vec::new();
        script.place(5.0, &mut in_view);
        assert_eq!(in_view.iter().map(|(i, _)| *i).collect::<Vec<_>>(), [1, 0]);
    }
}
