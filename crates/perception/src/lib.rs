//! From a camera to words: frames come in, [`FrameReport`](cheval_domain::observation::FrameReport)s go out.
//! Pixels stay in this crate, except for the copy that the screen's GPU texture gets. Knows no window, no network, and
//! writes no file.

pub mod frame;
pub mod models;
pub mod source;
pub mod spec;
