//! cheval-hub
