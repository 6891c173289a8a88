//! What happens to a picture when a shopper tries something on, as numbers: the renderer draws it, this crate says how.
//! Pure: no pixels are kept, no clock, no model.
#![warn(missing_docs)]

pub mod recolour;
