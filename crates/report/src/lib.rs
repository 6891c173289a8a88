//! cheval-report
