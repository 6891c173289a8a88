//! How good what perception says is, against what people said: pure figures over plain lists.

pub mod tracks;
