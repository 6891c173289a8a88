//! Owns what is done with a picture: one module per organ, each with one net (or none), each able to be absent without
//! taking another with it. Knows no camera, no thread and no schedule.

pub(crate) mod age_gender;
mod anchors;
pub(crate) mod dominant;
pub(crate) mod face_detector;
pub(crate) mod garment_parser;
mod head;
pub(crate) mod light;
pub(crate) mod one_euro;
pub(crate) mod pattern;
pub(crate) mod person_detector;
pub(crate) mod person_mask;
pub(crate) mod picture;
pub(crate) mod pose;
pub(crate) mod scene;
pub(crate) mod worn;
pub(crate) mod worn_kinds;

use crate::models::ModelError;

/// After this many failures in a row an organ stays off.
const MAX_FAILURES: u32 = 3;

/// An organ that works, or the reason why it does not.
pub(crate) struct Organ<T> {
    name: &'static str,
    state: Result<T, ModelError>,
    failures: u32,
}

/// One organ's state, for health and `cheval doctor`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OrganState {
    /// Name as in `models.toml`.
    pub name: String,
    /// It works.
    pub on: bool,
    /// Why it does not, in words for staff; empty when it does.
    pub reason: String,
}

impl<T> Organ<T> {
    pub(crate) fn new(name: &'static str, state: Result<T, ModelError>) -> Self {
        if let Err(error) = &state {
            tracing::warn!(organ = name, "organ is off: {error}");
        }
        Self {
            name,
            state,
            failures: 0,
        }
    }

    pub(crate) fn on(&self) -> Option<&T> {
        self.state.as_ref().ok()
    }

    pub(crate) fn on_mut(&mut self) -> Option<&mut T> {
        self.state.as_mut().ok()
    }

    /// Uses the organ, if it works. A failure gives `None`; the third in a row switches it off.
    pub(crate) fn with<R>(
        &mut self,
        run: impl FnOnce(&mut T) -> Result<R, ModelError>,
    ) -> Option<R> {
        match run(self.state.as_mut().ok()?) {
            Ok(result) => {
                self.failures = 0;
                Some(result)
            }
            Err(error) => {
                self.failures += 1;
                if self.failures >= MAX_FAILURES {
                    tracing::warn!(
                        organ = self.name,
                        "organ is off after {MAX_FAILURES} failures: {error}"
                    );
                    self.state = Err(error);
                }
                None
            }
        }
    }

    pub(crate) fn report(&self) -> OrganState {
        let reason = self
            .state
            .as_ref()
            .err()
            .map(ToString::to_string)
            .unwrap_or_default();
        OrganState {
            name: self.name.to_owned(),
            on: self.state.is_ok(),
            reason,
        }
    }
}

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;

#[cfg(test)]
mod organ_tests {
    use super::*;

    fn failure() -> ModelError {
        ModelError::NotListed {
            organ: "test".to_owned(),
        }
    }

    #[test]
    fn the_third_failure_in_a_row_switches_off() {
        let mut organ = Organ::new("test", Ok(1));
        for outcome in [
            Err(failure()),
            Err(failure()),
            Ok(()),
            Err(failure()),
            Err(failure()),
        ] {
            organ.with(|_| outcome);
        }
        assert!(organ.report().on, "a success in between forgives");
        assert_eq!(organ.with(|_| Err::<(), _>(failure())), None);
        assert_eq!(
            organ.report(),
            OrganState {
                name: "test".to_owned(),
                on: false,
                reason: failure().to_string()
            }
        );
    }
}
