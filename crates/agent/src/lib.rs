//! cheval-agent
