//! cheval-tryon
