//! `cheval why` and `cheval status`: questions to the running agent.

use std::path::PathBuf;

use cheval_agent::control::{self, ControlReply, ControlRequest};
use cheval_agent::{AgentStatus, CONTROL_SOCKET};
use cheval_domain::decision::{Choice, Decision};
use clap::Args;

use super::{Failure, SettingsArgs, say};

/// Options of `why`.
#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    #[command(flatten)]
    whom: Whom,
    /// How many decisions.
    #[arg(long, default_value_t = 5)]
    last: usize,
    /// Machine-readable.
    #[arg(long)]
    json: bool,
}

/// Options of `status`.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    whom: Whom,
    /// Machine-readable.
    #[arg(long)]
    json: bool,
}

/// Which running kiosk.
#[derive(Debug, Args)]
struct Whom {
    #[command(flatten)]
    settings: SettingsArgs,
    /// Runtime folder of the running kiosk.
    #[arg(long, value_name = "DIR")]
    runtime: Option<PathBuf>,
}

impl Whom {
    fn ask(&self, request: &ControlRequest) -> Result<ControlReply, Failure> {
        let runtime = match &self.runtime {
            Some(dir) => dir.clone(),
            None => self.settings.load(Vec::new())?.report.runtime_dir,
        };
        match control::ask(&runtime.join(CONTROL_SOCKET), request) {
            Ok(ControlReply::Refused { reason }) => Err(Failure::new(reason)),
            Ok(reply) => Ok(reply),
            Err(error) => Err(Failure::new(error)
                .advise("is `cheval run` running here? --runtime names its folder")),
        }
    }
}

/// Why is this on the screen?
pub(super) fn why(args: &WhyArgs) -> Result<(), Failure> {
    let ControlReply::Why { decisions } =
        args.whom.ask(&ControlRequest::Why { last: args.last })?
    else {
        return Err(Failure::new("the agent answered something else"));
    };
    if args.json {
        say(serde_json::to_string_pretty(&decisions).map_err(Failure::new)?);
    } else if decisions.is_empty() {
        say("nothing has been decided yet");
    } else {
        decisions
            .iter()
            .for_each(|decision| say(explained(decision)));
    }
    Ok(())
}

/// One decision as a person reads it.
fn explained(decision: &Decision) -> String {
    let what = match &decision.chosen {
        Choice::Slide { id } => format!("slide {}", id.0),
        Choice::Promo { id } => format!("offer {}", id.0),
        Choice::NoPromo => "no offer".to_owned(),
        Choice::Suggestions { skus } => {
            format!(
                "looks {}",
                skus.iter()
                    .map(|sku| sku.0.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        }
    };
    let mut lines = vec![
        format!(
            "{what}   (frame {}, at {:.1} s)",
            decision.frame,
            decision.at.0 as f64 / 1000.0
        ),
        format!(
            "  by {} (priority {:.2}): {}",
            decision.rule, decision.priority, decision.because
        ),
    ];
    for rejected in &decision.rejected {
        lines.push(format!(
            "  not {:<24} {:>6.2}  {}",
            rejected.what, rejected.priority, rejected.because
        ));
    }
    lines.join("\n")
}

/// How is the running kiosk?
pub(super) fn status(args: &StatusArgs) -> Result<(), Failure> {
    let ControlReply::Status(status) = args.whom.ask(&ControlRequest::Status)? else {
        return Err(Failure::new("the agent answered something else"));
    };
    if args.json {
        say(serde_json::to_string_pretty(&*status).map_err(Failure::new)?);
    } else {
        say_status(&status);
    }
    Ok(())
}

fn say_status(status: &AgentStatus) {
    say(format!(
        "agent    process {}, up {} s",
        status.pid, status.uptime_secs
    ));
    match (&status.screen.pid, &status.screen.beat) {
        (Some(pid), Some(beat)) => say(format!(
            "screen   process {pid}, up {} s, {} frames presented, shows {}, camera {}, restarts {}",
            status.screen.running_ms / 1000,
            beat.frames_presented,
            beat.state,
            beat.camera,
            status.screen.restarts
        )),
        (Some(pid), None) => say(format!("screen   process {pid}, starting")),
        (None, _) => say(format!(
            "screen   not running; {}",
            status.screen.last_end.as_deref().unwrap_or("waiting")
        )),
    }
    match &status.hub {
        Some(hub) => say(format!(
            "hub      {}, {} delivered, {}",
            hub.url,
            hub.delivered,
            hub.trouble.as_deref().unwrap_or("no trouble")
        )),
        None => say("hub      none: records wait in the spool"),
    }
}

#[cfg(test)]
mod tests {
    use cheval_domain::catalogue::CreativeId;
    use cheval_domain::decision::Rejected;
    use cheval_domain::time::Mono;

    use super::*;

    #[test]
    fn a_decision_is_told_with_what_lost_and_why() {
        let told = explained(&Decision {
            frame: 7,
            at: Mono(1_500),
            chosen: Choice::Promo {
                id: CreativeId("rain".into()),
            },
            rule: "rain".into(),
            priority: 20.0,
            because: "weather == 'rain'".into(),
            rejected: vec![Rejected {
                what: "family".into(),
                priority: 10.0,
                because: "condition false".into(),
            }],
        });
        for part in [
            "offer rain",
            "frame 7",
            "1.5 s",
            "family",
            "condition false",
        ] {
            assert!(told.contains(part), "{part} is missing in: {told}");
        }
    }
}
