//! What the hub's administrator types: `zegel init`, `serve`, `check`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::check::check;
use super::config::Config;
use super::init::{self, New};
use super::portal;
use super::serve::Hub;
use crate::clock::{Clock, SystemClock, random};
use crate::protocol::cert::PublicCert;
use crate::protocol::id::HubName;
use crate::protocol::refusal::Language;

/// Why it was not done, in the administrator's language.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

fn refused(error: impl std::fmt::Display) -> Refused {
    Refused(error.to_string())
}

/// What the hub's administrator does.
#[derive(Subcommand)]
pub enum HubVerb {
    /// Set up a hub in an empty folder, with the authority's cert.
    #[command(
        after_help = "Example:\n  zegel init --hub zvh-ml.example --authority authority.asc --folder /srv/zegel"
    )]
    Init(InitArgs),
    /// Run the hub until it is told to stop.
    #[command(after_help = "Example:\n  zegel serve --config /srv/zegel/zegel.toml")]
    Serve(Place),
    /// Replay the journal, and hold it against tables and objects.
    #[command(after_help = "Example:\n  zegel check --config /srv/zegel/zegel.toml")]
    Check(Place),
}

/// Where the hub is.
#[derive(Args)]
pub struct Place {
    /// The hub's configuration.
    #[arg(long, value_name = "FILE", default_value = "zegel.toml")]
    config: PathBuf,
}

/// What a new hub is told.
#[derive(Args)]
pub struct InitArgs {
    /// The hub's host name, as it will stand on every slip.
    #[arg(long)]
    hub: String,
    /// The authority's public cert; its fingerprint is pinned for good.
    #[arg(long, value_name = "FILE")]
    authority: PathBuf,
    /// An empty folder.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Where people's programs reach the hub; a proxy that ends TLS stands before it.
    #[arg(long, default_value = "127.0.0.1:8460")]
    listen: SocketAddr,
    /// Where the administrator's programs do (live, ready, metrics).
    #[arg(long, default_value = "127.0.0.1:8461")]
    ops_listen: SocketAddr,
    /// SQLite in the folder, or postgres://…
    #[arg(long, default_value = "sqlite:zegel.db")]
    database: String,
}

impl HubVerb {
    /// Does it.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to do.
    pub async fn run(self, language: Language, out: &mut dyn std::io::Write) -> Result<(), Refused> {
        match self {
            Self::Init(args) => init_hub(&args, language, out),
            Self::Serve(place) => serve(&place.config, language, out).await,
            Self::Check(place) => check_hub(&place.config, language, out).await,
        }
    }
}

fn init_hub(args: &InitArgs, language: Language, out: &mut dyn std::io::Write) -> Result<(), Refused> {
    let hub: HubName = args.hub.parse().map_err(refused)?;
    let cert = std::fs::read(&args.authority)
        .map_err(|error| Refused(format!("{}: {error}", args.authority.display())))?;
    let authority = PublicCert::from_armor(&cert).map_err(refused)?;
    let new = New {
        hub,
        listen: args.listen,
        ops_listen: args.ops_listen,
        database: args.database.clone(),
        authority: &authority,
    };
    super::serve::private_folder(&args.folder).map_err(refused)?;
    init::init(&args.folder, &new, SystemClock.now(), random()).map_err(refused)?;
    let (folder, fingerprint) = (args.folder.display(), authority.fingerprint());
    let text = match language {
        Language::Dutch => format!(
            "De hub is ingericht in {folder}.\nVastgelegde autoriteit: {fingerprint}\nGeef {folder}/hub.json aan \
             de autoriteit, en start de hub met: zegel serve --config {folder}/zegel.toml"
        ),
        Language::English => format!(
            "The hub is set up in {folder}.\nPinned authority: {fingerprint}\nGive {folder}/hub.json to the \
             authority, and start the hub with: zegel serve --config {folder}/zegel.toml"
        ),
    };
    writeln!(out, "{text}").map_err(refused)
}

fn config(path: &Path) -> Result<Config, Refused> {
    Config::load(path, std::env::vars()).map_err(refused)
}

async fn serve(path: &Path, language: Language, out: &mut dyn std::io::Write) -> Result<(), Refused> {
    let config = config(path)?;
    log();
    let hub = Hub::start(config, Arc::new(SystemClock), random()).await.map_err(refused)?;
    let (name, address) = (&hub.state.config.hub, hub.address);
    let text = match language {
        Language::Dutch => format!("De hub {name} luistert op http://{address} (Ctrl-C stopt)."),
        Language::English => format!("The hub {name} listens on http://{address} (Ctrl-C stops)."),
    };
    let portal = match (portal::put_on_record(&hub.state).await.map_err(refused)?, language) {
        (Some(digest), Language::Dutch) => format!("Het portaal: {digest}"),
        (Some(digest), Language::English) => format!("The portal: {digest}"),
        (None, Language::Dutch) => {
            "Deze hub is gebouwd zonder portaal; de opdrachtregel werkt wel.".to_owned()
        }
        (None, Language::English) => {
            "This hub was built without its portal; the command line works.".to_owned()
        }
    };
    // Whoever read this may be gone: no reason not to serve.
    let _ = writeln!(out, "{text}\n{portal}");
    hub.until_told_to_stop().await;
    Ok(())
}

/// Lines for the administrator on standard error; `RUST_LOG` says how many.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    // A test or the demo may have set one up before.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

async fn check_hub(path: &Path, language: Language, out: &mut dyn std::io::Write) -> Result<(), Refused> {
    let state = super::serve::open(config(path)?, Arc::new(SystemClock), random()).await.map_err(refused)?;
    let findings = check(&state).await.map_err(refused)?;
    let (leaves, statements) = (findings.leaves, findings.statements);
    if !findings.faults.is_empty() {
        return Err(Refused(findings.faults.join("\n")));
    }
    let text = match language {
        Language::Dutch => format!("Alles klopt: {leaves} regels in het logboek, {statements} verklaringen."),
        Language::English => format!("All is well: {leaves} leaves in the journal, {statements} statements."),
    };
    writeln!(out, "{text}").map_err(refused)
}
