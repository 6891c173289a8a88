//! cheval-perception
