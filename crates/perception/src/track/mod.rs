//! Faces and bodies of single frames become people. Pure: time and boxes come in, tracks come out.

mod motion;
mod people;
mod readings;
mod tracks;

pub use people::{BodySighting, Head, People, ReadingWish};
pub use readings::Readings;
pub use tracks::{Key, Rules, Sighting, Track, Tracks};
