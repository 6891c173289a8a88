//! Switching, and what becomes of the generation that was switched to: it is kept, or given up for the one before.

use super::lock::Lock;
use super::manifest::Manifest;
use super::pointer::{GivenUp, Pointer};
use super::{GenerationId, Store, StoreError};

/// So many generations that were given up are remembered; the oldest is forgotten first.
const REMEMBERED_MOST: usize = 4;
/// Longest reason that is remembered, characters.
const REASON_CHARS_MOST: usize = 300;

impl Store {
    /// Makes a staged generation the active one, by one rename. It is on trial from then on, until [`Store::commit`] or
    /// [`Store::give_up`]. The last one that was not on trial stays for going back, what is older is removed. Activating
    /// the generation that plays already changes nothing.
    ///
    /// # Errors
    /// The generation is not there, is damaged or was given up, or the disk refuses; the active one is unchanged then.
    pub fn activate(&self, id: GenerationId) -> Result<(), StoreError> {
        let _lock = Lock::take(&self.dir)?;
        let old = self.pointer().ok().flatten();
        let contents = self.contents_of(id);
        let refusal = |old: &Pointer| old.given_up(Some(id), contents.as_deref());
        if let Some(cause) = old.as_ref().and_then(refusal) {
            return Err(cause);
        }
        self.verified(id)?;
        let playing = self.active().ok().map(|playing| playing.id);
        let pointer = match old {
            Some(old) if old.active == id && playing == Some(id) => old,
            Some(old) => Pointer {
                active: id,
                previous: self.way_back(&old, playing).filter(|back| *back != id),
                on_trial: true,
                given_up: old.given_up,
            },
            None => Pointer {
                active: id,
                previous: playing.filter(|playing| *playing != id),
                on_trial: true,
                given_up: Vec::new(),
            },
        };
        self.point(&pointer)?;
        self.collect_garbage(&pointer);
        Ok(())
    }

    /// Ends the trial: the generation has proven itself. Twice is once.
    ///
    /// # Errors
    /// It is not the active one, or the disk refuses; it is still on trial then.
    pub fn commit(&self, id: GenerationId) -> Result<(), StoreError> {
        let _lock = Lock::take(&self.dir)?;
        let Ok(Some(pointer)) = self.pointer() else {
            return Err(StoreError::NotOnTrial { id });
        };
        match pointer {
            Pointer { active, .. } if active != id => Err(StoreError::NotOnTrial { id }),
            Pointer {
                on_trial: false, ..
            } => Ok(()),
            pointer => self.point(&Pointer {
                on_trial: false,
                ..pointer
            }),
        }
    }

    /// Ends the trial the other way: back to the previous generation, which is given. What was given up is removed; neither it
    /// nor the same contents under another number are activated again, and [`Store::active`] tells `why` until the next
    /// activation.
    ///
    /// # Errors
    /// It is not on trial, there is nothing sound to go back to, or the disk refuses; it is still active then.
    pub fn give_up(&self, id: GenerationId, why: &str) -> Result<GenerationId, StoreError> {
        let _lock = Lock::take(&self.dir)?;
        let old = match self.pointer() {
            Ok(Some(pointer)) if pointer.active == id && pointer.on_trial => pointer,
            _ => return Err(StoreError::NotOnTrial { id }),
        };
        let back = old.previous.ok_or(StoreError::NoWayBack { id })?;
        self.verified(back)?;
        let mut given_up = old.given_up;
        given_up.push(GivenUp {
            id,
            contents: self.contents_of(id),
            why: why.trim().chars().take(REASON_CHARS_MOST).collect(),
        });
        let surplus = given_up.len().saturating_sub(REMEMBERED_MOST);
        given_up.drain(..surplus);
        let pointer = Pointer {
            active: back,
            previous: None,
            on_trial: false,
            given_up,
        };
        self.point(&pointer)?;
        self.collect_garbage(&pointer);
        Ok(back)
    }

    /// Where to go back to from what is activated next: from a trial that never ended, to where that would have gone back.
    fn way_back(&self, old: &Pointer, playing: Option<GenerationId>) -> Option<GenerationId> {
        let proven = old.previous.filter(|_| old.on_trial);
        proven.filter(|id| self.verified(*id).is_ok()).or(playing)
    }

    fn contents_of(&self, id: GenerationId) -> Option<String> {
        Manifest::read(&self.dir_of(id)).ok()?.fingerprint()
    }
}
