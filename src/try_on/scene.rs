//! One frame of garments on a body, as the numbers and triangles that the layer's shader takes.

use bevy::prelude::*;
use cheval_domain::observation::{Pattern, Region, WornCategory, WornGarment};
use cheval_tryon::carry::Carry;
use cheval_tryon::cover::{Capsule, Cover, cover, top_ends};
use cheval_tryon::dress::{Part, Piece, dress};
use cheval_tryon::size::SizedFit;
use cheval_tryon::skeleton::Skeleton;
use cheval_tryon::strip::{COLUMNS, ROWS};

use crate::mirror::{CapsuleUniform, Corner, Draw, Tones, Wear, WearUniform};

/// A shadow lies this far below the cloth that casts it, breadths between the shoulder joints.
const SHADOW_DROP: f32 = 0.035;
/// How much of the worn cloth's folds is carried over: plain cloth, unknown, anything with a pattern.
const FOLDS: [f32; 3] = [0.8, 0.5, 0.0];
/// The tint of the light is believed within these limits, sRGB shares: a camera balances most of it away.
const LIGHT: std::ops::RangeInclusive<f32> = 0.75..=1.15;
/// Linear light as the eye sees it (1 / 2.2), of which half is believed: a camera's own balance hides the rest.
const HALF_IN_SRGB: f32 = 0.227;
/// Breadth of the wipe of light, breadths between the shoulder joints.
const WIPE_BREADTH: f32 = 0.7;
/// A picture drawn at its own size has edges about so soft, pixels; each smaller version doubles it.
const SHARP_PX: f32 = 0.5;
/// Cloth is softened with the camera by at most so many versions.
const SOFTEST: f32 = 2.0;
/// Worn cloth further than this from the limbs and from trunk and legs is somebody else's, breadths between the shoulder
/// joints: wide sleeves, a coat that hangs open.
const OWN: (f32, f32) = (0.25, 0.55);
/// Where the chest is along the spine.
const CHEST: f32 = 0.35;
/// A place below every picture, picture heights.
const BELOW: f32 = 10.0;
/// A shadow is at least so strong, or the shader takes it for cloth.
const FAINTEST: f32 = 0.004;
/// Reserve around everything that is drawn, picture heights.
const MARGIN: f32 = 0.02;

/// A garment that is put on.
pub(super) struct Put<'a> {
    /// In the size that is put on.
    pub(super) fit: SizedFit<'a>,
    pub(super) picture: Handle<Image>,
}

/// What the body and the moment bring.
pub(super) struct Moment<'a> {
    pub(super) body: &'a Skeleton,
    pub(super) aspect: f32,
    pub(super) swing: Vec2,
    pub(super) carry: Carry,
    pub(super) tones: Tones,
    pub(super) worn: &'a [WornGarment],
    /// Share of the wipe that is done, 0..=1.
    pub(super) wiped: f32,
    pub(super) opacity: f32,
    /// Number of the camera picture.
    pub(super) frame: u64,
    /// Where worn garments are, shares of the picture.
    pub(super) masked: Rect,
}

/// Lays the scene of this moment into the resource.
pub(super) fn compose(wear: &mut Wear, put: &[Put<'_>], moment: &Moment<'_>) {
    wear.corners.clear();
    wear.indices.clear();
    wear.draws.clear();
    let top = worn_top(moment);
    let covers: Vec<Cover> = put.iter().map(|p| cover(p.fit, moment.body, top)).collect();
    let tucked = under_worn_top(top, &covers);
    let mut pieces: Vec<_> = put
        .iter()
        .flat_map(|put| {
            dress(put.fit, moment.body, moment.swing)
                .into_iter()
                .map(move |piece| (piece, put))
        })
        .collect();
    pieces.sort_by_key(|(piece, _)| piece.level);
    let shadow = moment.body.down() * SHADOW_DROP * moment.body.scale;
    for (piece, put) in &pieces {
        let begun = wear.indices.len();
        if casts_shadow(piece.part) {
            add(wear, piece, tucked, Some(shadow));
        }
        add(wear, piece, tucked, None);
        let indices = count(begun)..count(wear.indices.len());
        wear.draws.push(Draw {
            indices,
            picture: put.picture.clone(),
        });
    }
    let drawn = bounds(&wear.corners);
    let whole = merged(&covers);
    wear.uncovers = whole.torso || whole.legs;
    wear.uniform = numbers(moment, &whole, drawn);
    wear.extent = extent(moment, &whole, drawn);
    wear.on = !wear.draws.is_empty();
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Trousers and skirts go under the top that is worn. Not under a dress, which reaches further down than a top, and not
/// where the worn top gives way.
fn under_worn_top(top: Option<WornCategory>, covers: &[Cover]) -> bool {
    top.is_some_and(|top| top != WornCategory::Dress) && !covers.iter().any(|cover| cover.torso)
}

fn worn_top(moment: &Moment<'_>) -> Option<WornCategory> {
    let own = moment.worn.iter().find(|w| w.region == Region::Torso);
    own.map(|own| own.category.value)
}

fn casts_shadow(part: Part) -> bool {
    !matches!(part, Part::Leg(_))
}

/// A sleeve grows out of the cloth of the torso from inside the armhole on: how much of it there is in a row of its mesh.
fn begun(row: usize) -> f32 {
    (row as f32 / ROWS as f32).min(1.0)
}

/// Hair lies over collars and under hats; arms hang before everything but their own sleeves.
fn add(wear: &mut Wear, piece: &Piece, tucked: bool, shadow: Option<Vec2>) {
    let under_hair = !matches!(piece.part, Part::Hat | Part::Glasses);
    let under_arms = matches!(
        piece.part,
        Part::Torso | Part::Skirt | Part::Leg(_) | Part::Scarf
    );
    let flag = |on: bool| if on { 1.0 } else { 0.0 };
    let how = [
        flag(under_hair),
        flag(under_arms),
        flag(tucked && matches!(piece.part, Part::Skirt | Part::Leg(_))),
    ];
    let shift = shadow.unwrap_or(Vec2::ZERO);
    let first = count(wear.corners.len());
    let corners = piece.mesh.corners.iter().enumerate();
    wear.corners.extend(corners.map(|(k, corner)| -> Corner {
        let at = corner.at + shift;
        let begun = match piece.part {
            Part::Sleeve(_) => begun(k / (COLUMNS + 1)),
            _ => 1.0,
        };
        let faded = if shadow.is_some() {
            begun.max(FAINTEST)
        } else {
            begun - 1.0
        };
        let from = corner.source;
        [at.x, at.y, from.x, from.y, faded, how[0], how[1], how[2]]
    }));
    let triangles = piece.mesh.triangles.iter().flatten();
    wear.indices
        .extend(triangles.map(|corner| first + u32::from(*corner)));
}

/// What any garment makes disappear.
fn merged(covers: &[Cover]) -> Cover {
    let mut whole = covers
        .iter()
        .find(|cover| cover.torso)
        .or(covers.iter().find(|cover| cover.legs))
        .or(covers.first())
        .cloned()
        .unwrap_or_default();
    let tops = covers.iter().filter(|cover| cover.torso);
    whole.ends = tops
        .map(|cover| cover.ends.unwrap_or(f32::MAX))
        .reduce(f32::max)
        .filter(|ends| *ends < f32::MAX);
    whole.skirt = covers.iter().find_map(|cover| cover.skirt);
    for cover in covers {
        whole.torso |= cover.torso;
        whole.legs |= cover.legs;
        for skin in &cover.skin {
            if !whole.skin.contains(skin) && whole.skin.len() < cheval_tryon::cover::SKIN_MOST {
                whole.skin.push(*skin);
            }
        }
    }
    whole
}

fn numbers(moment: &Moment<'_>, cover: &Cover, drawn: Rect) -> WearUniform {
    let Moment {
        body,
        tones,
        aspect,
        ..
    } = *moment;
    let row = |[x, y, z]: [f32; 3]| Vec4::new(x, y, z, 0.0);
    let flag = |on: bool| if on { 1.0 } else { 0.0 };
    let light = tones.light.map(|c| {
        let tint = (c / tones.light[1].max(0.1)).max(0.0).powf(HALF_IN_SRGB);
        tint.clamp(*LIGHT.start(), *LIGHT.end()) * tones.lens.exposure
    });
    let folds = [Region::Torso, Region::Legs].map(|region| folds(moment.worn, region));
    let band = WIPE_BREADTH * body.scale;
    let top = drawn.min.y - band;
    // Down to the floor: what gives way may lie below the garment.
    let edge = top + (1.0 + 2.0 * band - top) * moment.wiped;
    let skin = tones.skin.unwrap_or_default();
    WearUniform {
        carry_x: row(moment.carry.x),
        carry_y: row(moment.carry.y),
        what: Vec4::new(aspect, flag(cover.torso), flag(cover.legs), moment.opacity),
        skin: Vec3::from(skin).extend(flag(tones.skin.is_some())),
        light: Vec3::from(light).extend(top_ends(body)),
        cloth: Vec4::new(
            folds[0],
            folds[1],
            cover.ends.unwrap_or(BELOW),
            cover.skirt.unwrap_or(BELOW),
        ),
        wipe: Vec4::new(edge, band, if moment.wiped < 1.0 { 0.55 } else { 0.0 }, 0.0),
        lens: Vec4::new(
            tones.lens.grain,
            (tones.lens.soft_px / SHARP_PX).log2().clamp(0.0, SOFTEST),
            // Noise never stands still.
            (moment.frame % 251) as f32,
            0.0,
        ),
        chest: body
            .shoulders()
            .lerp(body.hips(), CHEST)
            .extend(OWN.0 * body.scale)
            .extend(OWN.1 * body.scale),
        skins: capsules(&cover.skin),
        bodies: capsules(&cover.body),
        fronts: capsules(&cover.front),
    }
}

fn capsules<const N: usize>(of: &[Capsule]) -> [CapsuleUniform; N] {
    std::array::from_fn(|k| {
        of.get(k).map_or_else(CapsuleUniform::default, |capsule| {
            let [a, b] = capsule.ends;
            CapsuleUniform {
                ends: Vec4::new(a.x, a.y, b.x, b.y),
                round: Vec4::new(
                    capsule.radius[0],
                    capsule.radius[1],
                    capsule.weight,
                    if capsule.bare { 1.0 } else { 0.0 },
                ),
            }
        })
    })
}

fn folds(worn: &[WornGarment], region: Region) -> f32 {
    let pattern = worn
        .iter()
        .find(|w| w.region == region)
        .map(|w| w.pattern.value);
    match pattern {
        Some(Pattern::Plain) => FOLDS[0],
        Some(Pattern::Unknown) | None => FOLDS[1],
        Some(_) => FOLDS[2],
    }
}

fn bounds(corners: &[Corner]) -> Rect {
    corners
        .iter()
        .map(|corner| Vec2::new(corner[0], corner[1]))
        .fold(None, |bounds: Option<Rect>, at| {
            let point = Rect::from_corners(at, at);
            Some(bounds.map_or(point, |bounds| bounds.union(point)))
        })
        .unwrap_or_default()
}

/// Garments, and what gives way where the masks of worn ones are by now.
fn extent(moment: &Moment<'_>, cover: &Cover, drawn: Rect) -> Rect {
    let mut all = drawn;
    if cover.torso || cover.legs {
        let shift = Vec2::new(moment.carry.x[2], moment.carry.y[2]).abs();
        let to_heights = Vec2::new(moment.aspect, 1.0);
        all = all.union(Rect {
            min: moment.masked.min * to_heights - shift,
            max: moment.masked.max * to_heights + shift,
        });
    }
    let shares = |at: Vec2| Vec2::new(at.x / moment.aspect, at.y).clamp(Vec2::ZERO, Vec2::ONE);
    Rect {
        min: shares(all.min - MARGIN),
        max: shares(all.max + MARGIN),
    }
}

#[cfg(test)]
mod tests {
    use cheval_domain::anchors::{Anchor, Cut, Fit};

    use super::*;
    use crate::try_on::test_body::skeleton;

    fn skirt() -> Fit {
        let places = [
            ("waist_right", [0.35, 0.1]),
            ("waist_left", [0.65, 0.1]),
            ("hip_right", [0.3, 0.3]),
            ("hip_left", [0.7, 0.3]),
            ("hem_right", [0.25, 0.9]),
            ("hem_left", [0.75, 0.9]),
        ];
        Fit {
            cut: Cut::Skirt,
            aspect: 1.0,
            open: false,
            ease: 0.1,
            stretch: Fit::WOVEN_STRETCH,
            anchors: places
                .into_iter()
                .map(|(word, at)| (Anchor::named(word).unwrap(), at))
                .collect(),
            neckline: Vec::new(),
            chart: None,
        }
    }

    fn composed(fits: &[Fit], wiped: f32) -> Wear {
        let body = skeleton(0.0);
        let put: Vec<Put<'_>> = fits
            .iter()
            .map(|fit| Put {
                fit: fit.into(),
                picture: Handle::default(),
            })
            .collect();
        let moment = Moment {
            body: &body,
            aspect: 0.5625,
            swing: Vec2::ZERO,
            carry: Carry::STAY,
            tones: Tones::default(),
            worn: &[],
            wiped,
            opacity: 1.0,
            frame: 1,
            masked: Rect::default(),
        };
        let mut wear = Wear::default();
        compose(&mut wear, &put, &moment);
        wear
    }

    #[test]
    fn everything_that_is_drawn_lies_inside_the_extent_and_the_corners() {
        let wear = composed(&[skirt()], 1.0);
        assert!(wear.on && wear.uncovers && wear.draws.len() == 1);
        let whole = wear.draws[0].indices.clone();
        assert_eq!(whole, 0..count(wear.indices.len()));
        let corners = count(wear.corners.len());
        assert!(wear.indices.iter().all(|k| *k < corners));
        let cloth = wear.corners.iter().filter(|corner| corner[4] == 0.0);
        for corner in cloth {
            let at = Vec2::new(corner[0] / 0.5625, corner[1]);
            assert!(
                wear.extent.contains(at.clamp(Vec2::ZERO, Vec2::ONE)),
                "{at}"
            );
        }
    }

    #[test]
    fn without_a_garment_nothing_is_drawn() {
        let wear = composed(&[], 1.0);
        assert!(!wear.on && wear.draws.is_empty() && wear.corners.is_empty());
    }

    #[test]
    fn the_wipe_begins_above_the_garment_and_ends_below_the_picture() {
        let (begun, done) = (composed(&[skirt()], 0.0), composed(&[skirt()], 1.0));
        let top = bounds(&begun.corners).min.y;
        let shown = |wear: &Wear, y: f32| (wear.uniform.wipe.x - y) / wear.uniform.wipe.y;
        assert!(shown(&begun, top) <= 0.0, "nothing is shown yet");
        assert!(shown(&done, 1.0) >= 1.0, "down to the floor");
        assert_eq!(done.uniform.wipe.z, 0.0, "its light is out");
    }

    #[test]
    fn nothing_of_the_shopper_is_left_when_they_are_forgotten() {
        let mut wear = composed(&[skirt()], 1.0);
        wear.tones.skin = Some([0.7, 0.5, 0.4]);
        wear.forget();
        assert!(!wear.on && wear.corners.is_empty() && wear.draws.is_empty());
        assert_eq!(wear.uniform, WearUniform::default());
        assert!(wear.tones == Tones::default());
    }

    #[test]
    fn a_face_that_was_not_seen_gives_no_skin() {
        assert_eq!(composed(&[skirt()], 1.0).uniform.skin.w, 0.0);
    }
}
