//! Hands records, beats and decisions to the agent. Sending never blocks; the link keeps records until the agent has them
//! on disk.

mod health;

use bevy::prelude::*;
use cheval_domain::decision::Decision;
use cheval_domain::record::{Fault, Record};
use cheval_report::{Beat, ScreenLink, ScreenMessage, StampedRecord};

use crate::clock::Clock;
use crate::diagnostics::presented::Presented;
use crate::perception::Eyes;
use crate::session::Visit;
use crate::{KioskSystems, Startup as KioskStartup};

/// The way to the agent; `None` when the screen runs alone.
#[derive(Resource)]
pub struct Reporter {
    link: Option<ScreenLink>,
}

impl Reporter {
    /// Reports one record that happened now.
    pub fn report(&self, clock: &Clock, record: Record) {
        self.send(ScreenMessage::Record(StampedRecord::new(
            clock.civil(),
            record,
        )));
    }

    /// Reports a fault; the words come from our own vocabulary.
    pub fn fault(&self, clock: &Clock, component: &str, code: &str, message: &str) {
        let fault = Fault {
            code: code.into(),
            component: component.into(),
            count: 1,
            message: message.into(),
        };
        self.report(clock, Record::Fault(fault));
    }

    /// Tells the agent what was decided and why.
    pub fn decided(&self, decision: &Decision) {
        self.send(ScreenMessage::Decision(decision.clone()));
    }

    /// The agent asks the screen to end.
    #[must_use]
    pub fn stop_requested(&self) -> bool {
        self.link.as_ref().is_some_and(ScreenLink::stop_requested)
    }

    /// Waits until the agent has everything; only for the end of the process.
    pub fn flush(&self) {
        const PATIENCE: std::time::Duration = std::time::Duration::from_millis(1500);
        if let Some(link) = &self.link
            && !link.flush(PATIENCE)
        {
            warn!("the agent did not take all records in time; they are lost with this screen");
        }
    }

    fn send(&self, message: ScreenMessage) {
        if let Some(link) = &self.link {
            // What did not fit is counted by the link itself and reported as a gap.
            _ = link.send(message);
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    let socket = app.world().resource::<KioskStartup>().agent_socket.clone();
    let link = socket.and_then(|path| match ScreenLink::start(&path) {
        Ok(link) => Some(link),
        Err(error) => {
            error!("reports are off: failed to start the link to the agent: {error}");
            None
        }
    });
    app.insert_resource(Reporter { link });
    app.add_plugins(health::plugin);
    app.add_systems(Update, (beat, stop_when_asked).in_set(KioskSystems::Report));
}

fn beat(
    time: Res<Time<Real>>,
    reporter: Res<Reporter>,
    presented: Res<Presented>,
    visit: Res<Visit>,
    eyes: Res<Eyes>,
    mut last: Local<Option<std::time::Duration>>,
) {
    const INTERVAL: std::time::Duration = std::time::Duration::from_millis(900);
    let now = time.elapsed();
    if last.is_some_and(|last| now.saturating_sub(last) < INTERVAL) {
        return;
    }
    *last = Some(now);
    reporter.send(ScreenMessage::Beat(Beat {
        frames_presented: presented.frames(),
        first_picture_ms: presented.first_picture_ms(),
        state: visit.screen().name().into(),
        camera: eyes.camera().as_str().into(),
    }));
}

fn stop_when_asked(reporter: Res<Reporter>, mut exit: MessageWriter<AppExit>) {
    if reporter.stop_requested() {
        exit.write(AppExit::Success);
    }
}
