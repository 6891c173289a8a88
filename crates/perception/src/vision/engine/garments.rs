//! The part of a pass that looks at what the shopper wears: the light, the masks, the names, the patterns, the body.

use std::sync::Arc;

use cheval_domain::figure::Figure;
use cheval_domain::geometry::PointInImage;
use cheval_domain::observation::{Body, KeyPoint, Region, WornCategory, WornGarment};
use cheval_domain::time::Mono;

use super::{Engine, MASK_MEMORY_MS, Shot};
use crate::figure::{Places, Silhouette, halves};
use crate::masks::shade::Shade;
use crate::masks::{GarmentMasks, LEGS, TORSO};
use crate::organs::garment_parser::crop_of;
use crate::organs::light::person_of;
use crate::organs::picture::{Affine, Point};
use crate::organs::worn::evidence;
use crate::organs::worn_kinds;
use crate::vision::meter::Stage;

impl Engine {
    pub(super) fn read_light(&mut self, shot: Shot<'_>) {
        if !self.light.is_due(shot.captured) {
            return;
        }
        let people: Vec<_> = self
            .people
            .present()
            .into_iter()
            .flat_map(|track| person_of(track.bounds()))
            .collect();
        let Self { light, meter, .. } = self;
        meter.time(Stage::Light, || {
            light.observe(shot.pixels, &people, shot.captured);
        });
    }

    pub(super) fn parse_garments(&mut self, shot: Shot<'_>) {
        let Some(active) = self.people.active() else {
            return;
        };
        let face = active.bounds();
        let gains = self.light.light().gains();
        let Self {
            person_mask,
            parser,
            pyramid,
            shopper,
            meter,
            ..
        } = self;
        let crop = crop_of(shot.pixels, face, shopper.body.as_ref());
        let parsing = meter.time(Stage::GarmentParser, || {
            parser.with(|organ| organ.read(shot.pixels, pyramid, &crop))
        });
        let (Some(parsing), Some(parser)) = (parsing, parser.on()) else {
            shopper.masks = None;
            return;
        };
        let person = meter.time(Stage::PersonMask, || {
            person_mask.with(|organ| organ.read(shot.pixels, pyramid, &crop))
        });
        let last = shopper
            .masks
            .as_deref()
            .filter(|_| shot.captured.since_ms(shopper.masks_at) <= MASK_MEMORY_MS);
        let size = (shot.pixels.width, shot.pixels.height);
        let masks = meter.time(Stage::Masks, || {
            let mut masks =
                GarmentMasks::compose(shot.number, size, &crop, &parsing, person.as_ref(), last);
            let before = last.map(|last| &last.shade);
            masks.shade = Shade::read(shot.pixels, &masks, face, gains, before);
            masks
        });
        meter.time(Stage::Garments, || {
            for region in worn_kinds::REGIONS {
                if let Some(scores) = worn_kinds::scores(&parsing, region) {
                    shopper.wardrobe.classify(region, scores);
                }
            }
            let body = shopper.body.as_ref();
            for (region, evidence) in
                evidence(shot.pixels, &crop, &parsing, person.as_ref(), &masks, body)
            {
                shopper.wardrobe.observe(
                    region,
                    &evidence,
                    gains,
                    parser.min_presence(),
                    shot.captured,
                );
            }
        });
        shopper.masks = Some(Arc::new(masks));
        shopper.masks_at = shot.captured;
        let body = shopper.body.as_ref();
        let places = body.and_then(|body| Places::of(&points_in(&crop, shot, body)));
        let Some(person) = &person else { return };
        let silhouette = Silhouette {
            width: person.width,
            height: person.height,
            probability: &person.probability,
            aspect: crop.x[0] / crop.y[1],
        };
        meter.time(Stage::Breadths, || {
            let read = places.and_then(|places| halves(&silhouette, &places));
            read.iter().for_each(|read| shopper.breadths.observe(read));
        });
        if let Some(net) = &self.figure {
            meter.time(Stage::Figure, || {
                let reading = places.and_then(|places| net.read(&silhouette, &places));
                shopper.figure.observe(reading, net, shot.captured);
            });
        }
    }

    pub(super) fn read_patterns(&mut self, shot: Shot<'_>) {
        let Self {
            patterns,
            pyramid,
            shopper,
            meter,
            ..
        } = self;
        let Some(masks) = shopper
            .masks
            .clone()
            .filter(|masks| masks.frame == shot.number)
        else {
            return;
        };
        for (region, plane) in [(Region::Torso, TORSO), (Region::Legs, LEGS)] {
            let scores = meter.time(Stage::Pattern, || {
                patterns.read(shot.pixels, pyramid, &masks, plane)
            });
            if let Some(scores) = scores {
                shopper
                    .wardrobe
                    .read_pattern(region, &scores, shot.captured);
            }
        }
    }

    pub(super) fn shopper_figure(&self, now: Mono) -> Option<Figure> {
        let net = self.figure.as_ref()?;
        let covered = self.worn().iter().any(|garment| {
            garment.region == Region::Torso && garment.category.value == WornCategory::Outerwear
        });
        self.shopper.figure.figure(net, covered, now)
    }

    pub(super) fn worn(&self) -> Vec<WornGarment> {
        self.parser
            .on()
            .map(|parser| self.shopper.wardrobe.worn(parser.min_category()))
            .unwrap_or_default()
    }
}

/// The points of a body as fractions of a crop.
fn points_in(frame_from_unit: &Affine, shot: Shot<'_>, body: &Body) -> Vec<KeyPoint> {
    let unit_from_frame = frame_from_unit.inverse();
    let (width, height) = (shot.pixels.width as f32, shot.pixels.height as f32);
    body.points
        .iter()
        .map(|point| {
            let unit = unit_from_frame.apply(Point::new(point.at.x * width, point.at.y * height));
            KeyPoint {
                at: PointInImage {
                    x: unit.x,
                    y: unit.y,
                },
                visibility: point.visibility,
            }
        })
        .collect()
}
