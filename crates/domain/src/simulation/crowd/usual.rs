//! The usual crowd: a fashion shop in a town, chosen by hand. Numbers of one's own shop are better.

use super::{Arrivals, Behaviour, CrowdParts, Dwell, Genders, Groups, People, Wear, Worn};
use crate::colour::ColourName as Colour;
use crate::observation::{AgeBand, WornCategory as Category};

impl Default for CrowdParts {
    fn default() -> Self {
        Self {
            schema_version: 1,
            arrivals: Arrivals::default(),
            groups: Groups::default(),
            people: People::default(),
            behaviour: Behaviour::default(),
            wear: Wear::default(),
        }
    }
}

impl Default for Arrivals {
    fn default() -> Self {
        let open = |hours: [u8; 12]| {
            let mut day = vec![0.0; 9];
            day.extend(hours.map(f64::from));
            day.resize(24, 0.0);
            day
        };
        Self {
            usual: open([8, 18, 24, 32, 34, 26, 24, 30, 42, 46, 30, 12]),
            monday: None,
            tuesday: None,
            wednesday: None,
            thursday: None,
            friday: None,
            saturday: Some(open([12, 34, 52, 64, 70, 72, 70, 66, 58, 44, 26, 10])),
            sunday: Some(open([0, 12, 30, 44, 50, 52, 48, 36, 20, 0, 0, 0])),
        }
    }
}

impl Default for Groups {
    fn default() -> Self {
        Self {
            sizes: vec![62.0, 28.0, 7.0, 3.0],
        }
    }
}

impl Default for People {
    fn default() -> Self {
        let ages = [
            (AgeBand::Minor, 9.0),
            (AgeBand::From18To24, 18.0),
            (AgeBand::From25To34, 25.0),
            (AgeBand::From35To44, 19.0),
            (AgeBand::From45To54, 14.0),
            (AgeBand::From55To64, 9.0),
            (AgeBand::From65, 6.0),
        ];
        Self {
            ages: ages.into(),
            genders: Genders {
                female: 60.0,
                male: 40.0,
            },
            age_unknown: 0.3,
            gender_unknown: 0.15,
            confidence: [0.55, 0.98],
        }
    }
}

impl Default for Behaviour {
    fn default() -> Self {
        let stays = [
            ([2.0, 6.0], 60.0),
            ([6.0, 20.0], 28.0),
            ([20.0, 75.0], 12.0),
        ];
        Self {
            dwell: stays.map(|(secs, weight)| Dwell { secs, weight }).to_vec(),
            face_the_screen: 0.42,
            come_near: 0.35,
            touch: 0.35,
            use_secs: [20.0, 150.0],
            touch_every_secs: [2.0, 9.0],
        }
    }
}

impl Default for Wear {
    fn default() -> Self {
        let worn = |(category, colour, weight)| Worn {
            category,
            colour,
            weight,
        };
        let torso = [
            (Category::TShirt, Colour::White, 9.0),
            (Category::TShirt, Colour::Black, 11.0),
            (Category::TShirt, Colour::Grey, 5.0),
            (Category::TShirt, Colour::Red, 3.0),
            (Category::Shirt, Colour::White, 7.0),
            (Category::Shirt, Colour::LightBlue, 6.0),
            (Category::LongSleeve, Colour::Grey, 7.0),
            (Category::LongSleeve, Colour::Cream, 4.0),
            (Category::LongSleeve, Colour::Green, 3.0),
            (Category::Outerwear, Colour::Black, 14.0),
            (Category::Outerwear, Colour::Navy, 9.0),
            (Category::Outerwear, Colour::Beige, 5.0),
            (Category::Outerwear, Colour::Olive, 4.0),
            (Category::Dress, Colour::Black, 4.0),
            (Category::Dress, Colour::Pink, 2.0),
            (Category::Top, Colour::Charcoal, 7.0),
        ];
        let legs = [
            (Category::Trousers, Colour::Blue, 34.0),
            (Category::Trousers, Colour::Black, 30.0),
            (Category::Trousers, Colour::Navy, 10.0),
            (Category::Trousers, Colour::Beige, 8.0),
            (Category::Skirt, Colour::Black, 9.0),
            (Category::Shorts, Colour::Grey, 5.0),
        ];
        Self {
            torso: torso.map(worn).to_vec(),
            legs: legs.map(worn).to_vec(),
            torso_unknown: 0.1,
            legs_unknown: 0.4,
            confidence: [0.5, 0.97],
        }
    }
}
