//! `cheval enrol`: gets this kiosk a key and a name at a hub.

use std::path::PathBuf;

use cheval_agent::{Inventory, enrolment};
use clap::Args;

use super::{Failure, SettingsArgs, say};

/// Options of the enrolment.
#[derive(Debug, Args)]
pub(super) struct EnrolArgs {
    #[command(flatten)]
    settings: SettingsArgs,
    /// Address of the hub, https://…
    #[arg(long, value_name = "URL")]
    hub: String,
    /// One-time claim code, as the hub shows it.
    #[arg(long, value_name = "CODE")]
    claim: String,
    /// Folder for what lasts.
    #[arg(long, value_name = "DIR", env = "CHEVAL_STATE")]
    state: Option<PathBuf>,
}

/// Enrols this kiosk.
pub(super) fn run(args: &EnrolArgs) -> Result<(), Failure> {
    let state = match &args.state {
        Some(state) => state.clone(),
        None => {
            let spool = args.settings.load(Vec::new())?.report.spool_dir;
            spool
                .parent()
                .map_or_else(|| PathBuf::from("."), PathBuf::from)
        }
    };
    let identity =
        enrolment::enrol(&args.hub, &args.claim, &state, inventory()).map_err(|error| {
            Failure::enrolment(format!("the hub did not take this kiosk: {error}")).advise(
                "a claim code works once and not for ever; ask the hub's admin for a fresh one",
            )
        })?;
    say(format!(
        "enrolled as device {}; the key stays in {}",
        identity.device,
        state.display()
    ));
    Ok(())
}

fn inventory() -> Inventory {
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    Inventory {
        name: host.trim().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
    }
}
