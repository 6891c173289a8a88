//! `cheval-hub`: the command line of the hub.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use cheval_hub::{Hub, HubOptions, claim, open_store, system_clock};
use clap::{Parser, Subcommand};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The hub of a fleet of Cheval kiosks: takes their records and shows the day.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve kiosks and the page of today.
    Serve {
        /// Folder of the data; created when missing.
        #[arg(long, env = "CHEVAL_HUB_DATA")]
        data: PathBuf,
        /// Address to listen on. The pages need no login, so keep to this machine unless a proxy guards them.
        #[arg(long, default_value = "127.0.0.1:8787", env = "CHEVAL_HUB_LISTEN")]
        listen: SocketAddr,
        /// Where days begin and end, e.g. Europe/Kyiv; the machine's own zone when absent.
        #[arg(long)]
        time_zone: Option<String>,
        /// Also make a claim code for this site and print it as `claim: XXXX-XXXX-XXXX`.
        #[arg(long, value_name = "SITE")]
        print_claim: Option<String>,
    },
    /// Make a one-time claim code, with which one kiosk can enrol.
    Claim {
        /// Folder of the data.
        #[arg(long, env = "CHEVAL_HUB_DATA")]
        data: PathBuf,
        /// Where the kiosk will stand.
        #[arg(long)]
        site: String,
        /// How long the code holds, hours.
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i64).range(1..=720))]
        valid_hours: i64,
    },
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve {
            data,
            listen,
            time_zone,
            print_claim,
        } => {
            let time_zone = match time_zone {
                Some(name) => TimeZone::get(&name)
                    .with_context(|| format!("--time-zone {name:?} is not known"))?,
                None => TimeZone::system(),
            };
            serve(
                HubOptions {
                    data,
                    listen,
                    time_zone,
                    clock: system_clock(),
                },
                print_claim.as_deref(),
            )
        }
        Command::Claim {
            data,
            site,
            valid_hours,
        } => {
            let store = open_store(&data)?;
            let code = claim::create(
                &store,
                &site,
                Timestamp::now(),
                Span::new().hours(valid_hours),
            )?;
            say(&format!("claim: {code}"))
        }
    }
}

fn serve(options: HubOptions, print_claim: Option<&str>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("hub-http")
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        let mut interrupt = signal(tokio::signal::unix::SignalKind::interrupt())?;
        let mut terminate = signal(tokio::signal::unix::SignalKind::terminate())?;
        let hub = Hub::bind(options).await?;
        say(&format!("listening: http://{}", hub.address()))?;
        if let Some(site) = print_claim {
            say(&format!(
                "claim: {}",
                hub.claim(site, Span::new().hours(24))?
            ))?;
        }
        hub.run(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
        .await?;
        Ok(())
    })
}

fn signal(kind: tokio::signal::unix::SignalKind) -> anyhow::Result<tokio::signal::unix::Signal> {
    tokio::signal::unix::signal(kind).context("cannot listen for signals")
}

/// Lines that scripts read go to standard output, everything else to the log.
fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .context("cannot write to standard output")
}
