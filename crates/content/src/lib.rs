//! cheval-content
