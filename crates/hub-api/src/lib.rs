//! cheval-hub-api
