//! `cheval run`: the agent process. Makes the content active, then supervises the screen until told to end.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

use cheval_agent::{
    AgentError, AgentOptions, ExitReason, HubOptions, StopSignal, Timing, enrolment,
};
use cheval_content::{Store, StoreError};
use clap::Args;
use tracing_subscriber::EnvFilter;

use super::Failure;
use super::screen::ScreenArgs;
use crate::config::Config;

/// Options of the kiosk.
#[derive(Debug, Clone, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    screen: ScreenArgs,
    /// Folder for what lasts: identity, spool, content.
    #[arg(long, value_name = "DIR", env = "CHEVAL_STATE")]
    state: Option<PathBuf>,
    /// Content pack to install before the screen starts; without it the active one stays.
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,
    /// End when standard input is closed (for programs that start the kiosk).
    #[arg(long)]
    exit_on_stdin_close: bool,
}

/// Writes log lines to standard error; `RUST_LOG` chooses more or less.
pub(super) fn start_log() {
    let usual = "info,wgpu_core=warn,wgpu_hal=error,naga=warn,bevy_render=warn,bevy_winit=warn,symphonia_core=warn,\
                 symphonia_bundle_mp3=warn,nokhwa=warn,parley=warn,fontique=warn";
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    // A second start in the same process keeps the first log.
    _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
}

/// Runs the kiosk until SIGTERM, Ctrl-C, or its time is over.
pub(super) fn run(args: &RunArgs) -> Result<(), Failure> {
    start_log();
    let config = args.screen.config()?;
    let folders = Folders::new(args, &config);
    install_pack(args, &folders.content)?;
    let options = agent_options(args, &config, &folders)?;
    let stop = StopSignal::new().on_signals().map_err(Failure::new)?;
    if args.exit_on_stdin_close {
        stop_with_stdin(stop.clone())?;
    }
    match cheval_agent::run(&options, &stop) {
        Ok(ExitReason::Stopped | ExitReason::ScreenEnded(0)) => Ok(()),
        Ok(ExitReason::ScreenEnded(code)) => Err(Failure::with_code(
            code,
            "the screen ended; see its message above",
        )),
        Err(AgentError::Spool(error @ cheval_report::SpoolError::Busy { .. })) => {
            Err(Failure::in_use(error))
        }
        Err(error) => Err(Failure::new(error)),
    }
}

/// Where things are.
struct Folders {
    state: PathBuf,
    runtime: PathBuf,
    spool: PathBuf,
    content: PathBuf,
}

impl Folders {
    fn new(args: &RunArgs, config: &Config) -> Self {
        let runtime = args
            .screen
            .runtime
            .clone()
            .unwrap_or_else(|| config.report.runtime_dir.clone());
        match &args.state {
            Some(state) => Self {
                spool: state.join("spool"),
                content: args
                    .screen
                    .content
                    .clone()
                    .unwrap_or_else(|| state.join("content")),
                state: state.clone(),
                runtime,
            },
            None => Self {
                spool: config.report.spool_dir.clone(),
                content: args
                    .screen
                    .content
                    .clone()
                    .unwrap_or_else(|| config.content.store_dir.clone()),
                state: config
                    .report
                    .spool_dir
                    .parent()
                    .map_or_else(|| PathBuf::from("."), PathBuf::from),
                runtime,
            },
        }
    }
}

/// Installs the pack that was named. A bad one is refused and the last good one goes on; where nothing was ever installed
/// the demo pack that comes with the program plays.
fn install_pack(args: &RunArgs, store_dir: &Path) -> Result<(), Failure> {
    let store = Store::open(store_dir);
    let pack = match (&args.pack, store.active()) {
        (Some(pack), _) => pack.clone(),
        (None, Err(StoreError::NothingActive(_))) => super::screen::assets_dir()?.join("demo-pack"),
        (None, _) => return Ok(()),
    };
    // Named by hand, it is kept without a trial.
    let installed = store.stage(&pack).and_then(|id| {
        store.activate(id)?;
        store.commit(id)
    });
    match installed {
        Ok(()) => Ok(()),
        Err(error @ (StoreError::Disk { .. } | StoreError::Busy(_))) => Err(Failure::new(format!(
            "the content cannot be installed: {error}"
        ))),
        Err(refusal) if store.active().is_ok() => {
            tracing::error!("the new content is refused, the last good one goes on:\n{refusal}");
            Ok(())
        }
        Err(error) => Err(
            Failure::new(format!("the content cannot be installed: {error}"))
                .advise("`cheval-pack lint DIR` lists everything that is wrong with a pack"),
        ),
    }
}

fn agent_options(
    args: &RunArgs,
    config: &Config,
    folders: &Folders,
) -> Result<AgentOptions, Failure> {
    let mut screen = args.screen.clone();
    screen.content = Some(folders.content.clone());
    screen.runtime = Some(folders.runtime.join("screen"));
    let program = std::env::current_exe().map_err(Failure::new)?;
    let command: Vec<OsString> = std::iter::once(program.into())
        .chain(screen.to_args())
        .collect();
    Ok(AgentOptions {
        runtime_dir: folders.runtime.clone(),
        spool_dir: folders.spool.clone(),
        spool_cap_bytes: u64::from(config.report.spool_cap_mib) << 20,
        screen_command: command,
        hub: hub_options(config, folders)?,
        end_with_screen: args.screen.seconds.is_some(),
        timing: Timing::default(),
    })
}

/// The hub this kiosk was enrolled at; without enrolment records wait in the spool.
fn hub_options(config: &Config, folders: &Folders) -> Result<Option<HubOptions>, Failure> {
    let Some((enrolled, identity)) = enrolment::load(&folders.state).map_err(Failure::new)? else {
        tracing::info!("not enrolled at a hub: records wait in the spool (`cheval enrol --help`)");
        return Ok(None);
    };
    let url = config.report.hub_url.clone().unwrap_or(enrolled.hub_url);
    Ok(Some(HubOptions::new(url, identity)))
}

fn stop_with_stdin(stop: StopSignal) -> Result<(), Failure> {
    let watch = move || {
        // Whatever comes in is not for us; the end of it is the message.
        _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
        stop.stop();
    };
    std::thread::Builder::new()
        .name("stdin".into())
        .spawn(watch)
        .map_err(Failure::new)?;
    Ok(())
}
