//! What the parser's second output calls the cloth of torso and legs. Pure.

use cheval_domain::observation::{Region, WornCategory};

use super::garment_parser::{Parsing, Part};

/// Kinds in the order of the output. `None`: worn on neither torso nor legs.
const KINDS: [Option<WornCategory>; 10] = [
    Some(WornCategory::Dress),
    None, // hat
    Some(WornCategory::LongSleeve),
    Some(WornCategory::Outerwear),
    Some(WornCategory::Trousers),
    Some(WornCategory::Shirt),
    None, // shoes
    Some(WornCategory::Shorts),
    Some(WornCategory::Skirt),
    Some(WornCategory::TShirt),
];
/// Count of kinds.
pub(crate) const COUNT: usize = KINDS.len();
/// Regions in the order of the output.
pub(crate) const REGIONS: [Region; 2] = [Region::Torso, Region::Legs];
/// Less cloth than this many cells of the parser says nothing; no smaller garment was trained on.
const MIN_CELLS: f32 = 24.0;

/// Probability of each category; what is missing has none.
pub(crate) type CategoryScores = Vec<(WornCategory, f32)>;

/// What the cloth of a region is; `None` when too little of it is in sight, and where no cloth is read.
pub(crate) fn scores(parsing: &Parsing, region: Region) -> Option<CategoryScores> {
    let parts: &[Part] = match region {
        Region::Torso => &[Part::Upper, Part::Outer, Part::Dress],
        Region::Legs => &[Part::Legs, Part::Skirt],
        Region::Neck | Region::Head => return None,
    };
    if parsing.sum(parts).iter().sum::<f32>() < MIN_CELLS {
        return None;
    }
    let of_region = parsing.kinds(region);
    Some(
        KINDS
            .iter()
            .zip(of_region)
            .filter_map(|(kind, p)| kind.map(|category| (category, p.clamp(0.0, 1.0))))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coat_over_shorts(row: usize) -> Parsing {
        let cells = Parsing::from_cells(|_, r| if r < row { Part::Outer } else { Part::Skin });
        let mut kinds = [0.02; 2 * COUNT];
        kinds[3] = 0.82;
        kinds[COUNT + 7] = 0.82;
        cells.with_kinds(kinds.to_vec())
    }

    #[test]
    fn each_region_gets_its_own_row() {
        let parsing = coat_over_shorts(30);
        let torso = scores(&parsing, Region::Torso).unwrap();
        assert_eq!(torso.len(), 8, "hats and shoes are worn elsewhere");
        assert!(torso.contains(&(WornCategory::Outerwear, 0.82)));
        assert!(torso.contains(&(WornCategory::Shorts, 0.02)));
    }

    #[test]
    fn no_cloth_has_no_kind() {
        assert_eq!(scores(&coat_over_shorts(30), Region::Legs), None);
        assert_eq!(scores(&coat_over_shorts(0), Region::Torso), None);
    }
}
