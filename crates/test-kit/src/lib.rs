//! cheval-test-kit
