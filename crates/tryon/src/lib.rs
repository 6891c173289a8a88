//! What happens to a picture when a shopper tries something on, as numbers: the renderer draws it, this crate says how.
//! Pure: no pixels are kept, no clock, no model.
//!
//! A garment's picture with its anchors ([`cheval_domain::anchors`]) in a [`size`] and a body ([`skeleton`], as broad as its
//! [`girth`]) become meshes ([`dress`]) of smooth strips ([`strip`]); [`recolour`] changes what is worn already.
#![warn(missing_docs)]

pub mod carry;
pub mod cover;
pub mod dress;
pub mod gate;
pub mod girth;
pub mod motion;
pub mod recolour;
pub mod size;
pub mod skeleton;
pub mod strip;
pub mod sway;
#[cfg(test)]
mod test_body;
