//! Short cues. A named thread owns the sound device; a missing card means silence, not an error.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use bevy::prelude::*;
use cheval_domain::session::Cue;
use rodio::source::Source;

use crate::config::Sound;
use crate::session::Effects;
use crate::{KioskSystems, Startup as KioskStartup};

/// Cues waiting to be played; more than this at once would be noise, so further ones are dropped.
const QUEUE: usize = 4;

/// The sound thread as the screen sees it.
#[derive(Resource)]
pub struct Speaker {
    cues: Option<SyncSender<Cue>>,
    state: Arc<AtomicU8>,
}

const STARTING: u8 = 0;
const ON: u8 = 1;
const NO_DEVICE: u8 = 2;
const MUTED: u8 = 3;

impl Speaker {
    /// `on`, `muted`, `no_device` or `starting`, as health reports it.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match self.state.load(Ordering::Relaxed) {
            ON => "on",
            NO_DEVICE => "no_device",
            MUTED => "muted",
            _ => "starting",
        }
    }

    fn start(sound: &Sound, sounds_dir: PathBuf) -> Self {
        let state = Arc::new(AtomicU8::new(STARTING));
        if sound.muted || sound.volume <= 0.0 {
            state.store(MUTED, Ordering::Relaxed);
            return Self { cues: None, state };
        }
        let (cues, queue) = sync_channel(QUEUE);
        let (volume, seen) = (sound.volume, Arc::clone(&state));
        let thread = std::thread::Builder::new()
            .name("sound".into())
            .spawn(move || play_cues(&queue, volume, &sounds_dir, &seen));
        if let Err(error) = thread {
            warn!("no sound: failed to start its thread: {error}");
            state.store(NO_DEVICE, Ordering::Relaxed);
            return Self { cues: None, state };
        }
        Self {
            cues: Some(cues),
            state,
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    let startup = app.world().resource::<KioskStartup>();
    let speaker = Speaker::start(&startup.config.sound, startup.assets_dir.join("sounds"));
    app.insert_resource(speaker);
    app.add_systems(Update, play_effects.in_set(KioskSystems::Present));
}

fn play_effects(effects: Res<Effects>, speaker: Res<Speaker>) {
    let Some(cues) = &speaker.cues else { return };
    for cue in effects.cues() {
        // A full queue means that cues are already sounding: one more would only be noise.
        _ = cues.try_send(cue);
    }
}

fn play_cues(queue: &Receiver<Cue>, volume: f32, sounds_dir: &Path, state: &AtomicU8) {
    let device = match rodio::DeviceSinkBuilder::open_default_sink() {
        Ok(device) => device,
        Err(error) => {
            info!("no sound device, the kiosk stays silent: {error}");
            state.store(NO_DEVICE, Ordering::Relaxed);
            return;
        }
    };
    state.store(ON, Ordering::Relaxed);
    while let Ok(cue) = queue.recv() {
        match load(&sounds_dir.join(file_of(cue))) {
            Ok(sound) => device.mixer().add(sound.amplify(volume)),
            Err(error) => warn!("failed to play a cue: {error}"),
        }
    }
}

fn load(path: &Path) -> Result<impl Source + Send + 'static + use<>, String> {
    let file = std::fs::File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    rodio::Decoder::try_from(file).map_err(|error| format!("{}: {error}", path.display()))
}

/// The file of a cue inside the sounds folder.
#[must_use]
pub fn file_of(cue: Cue) -> &'static str {
    match cue {
        Cue::Hello => "noticed.wav",
        Cue::Tap => "tap.wav",
        Cue::Thanks => "engage.wav",
        Cue::Wear => "wear.wav",
        Cue::Warning => "warn.wav",
        Cue::Farewell => "farewell.wav",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Cue; 6] = [
        Cue::Hello,
        Cue::Tap,
        Cue::Wear,
        Cue::Thanks,
        Cue::Warning,
        Cue::Farewell,
    ];

    #[test]
    fn every_cue_decodes_to_something_audible() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sounds");
        for cue in ALL {
            let loudest = load(&dir.join(file_of(cue)))
                .unwrap()
                .map(f32::abs)
                .fold(0.0, f32::max);
            assert!(
                (0.02..=1.0).contains(&loudest),
                "{cue:?} peaks at {loudest}"
            );
        }
    }

    #[test]
    fn a_missing_or_broken_sound_is_an_error_not_a_panic() {
        let dir = tempfile::tempdir().unwrap();
        assert!(load(&dir.path().join("none.wav")).is_err());
        let broken = dir.path().join("broken.wav");
        std::fs::File::create(&broken).unwrap();
        assert!(load(&broken).is_err());
    }

    #[test]
    fn muted_means_no_thread() {
        let sound = Sound {
            volume: 0.5,
            muted: true,
            device: None,
        };
        assert_eq!(Speaker::start(&sound, "nowhere".into()).state(), "muted");
    }
}
