//! From a configuration to a hub that answers, and back.

mod attentive;
mod connections;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::config::Config;
use super::db::{Db, DbError};
use super::mail::{self, Transport, TransportError};
use super::objects::{Objects, ObjectsError};
use super::{HubState, Random};
use super::{init, records, session, upload, web};
use crate::clock::Clock;

/// How often what was left lying is swept up.
const SWEEP: Duration = Duration::from_secs(60 * 60);
/// How long database and store may take to say that they are well.
const WELL: Duration = Duration::from_secs(3);

/// Makes a hub.
pub struct Hub;

/// Why a hub doesn't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("can't make the data folder {folder}: {error}. Make it, or give the hub the right to")]
    Data { folder: String, error: io::Error },
    #[error(transparent)]
    Keys(#[from] init::InitError),
    #[error("can't open the database: {0}. See the setting database")]
    Db(#[from] DbError),
    #[error("can't open the store for body parts: {0}. See the settings under objects")]
    Objects(#[from] ObjectsError),
    #[error(transparent)]
    Mail(#[from] TransportError),
    #[error("can't listen on {address}: {error}. Does another program listen there?")]
    Listen { address: SocketAddr, error: io::Error },
}

/// A hub that answers, until it is shut down.
pub struct RunningHub {
    /// Where it answers: the port is the real one, also when 0 was asked for.
    pub address: SocketAddr,
    /// Where it answers the administrator.
    pub ops_address: SocketAddr,
    pub state: HubState,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Hub {
    /// Opens database and store, and answers on both addresses.
    pub async fn start(
        config: Config,
        clock: Arc<dyn Clock>,
        random: Random,
    ) -> Result<RunningHub, StartError> {
        let transport = mail::transport(&config.mail, &config.hub)?;
        Self::start_with(config, clock, random, transport).await
    }

    /// The same, with another to hand mail to than the configuration names.
    pub async fn start_with(
        config: Config,
        clock: Arc<dyn Clock>,
        random: Random,
        transport: Arc<dyn Transport>,
    ) -> Result<RunningHub, StartError> {
        let state = open(config, clock, random).await?;
        let (listener, address) = listen(state.config.listen).await?;
        let (ops_listener, ops_address) = listen(state.config.ops_listen).await?;

        let stop = CancellationToken::new();
        let tasks = vec![
            tokio::spawn(serve(state.clone(), listener, web::router::build(state.clone()), stop.clone())),
            tokio::spawn(serve(state.clone(), ops_listener, ops(state.clone()), stop.clone())),
            tokio::spawn(sweeping(state.clone(), stop.clone())),
            tokio::spawn(mail::worker::run(state.clone(), transport, stop.clone())),
        ];
        tracing::info!(%address, %ops_address, "the hub answers");
        Ok(RunningHub { address, ops_address, state, stop, tasks })
    }
}

/// Opens database and store, and answers nobody: for who only looks.
pub async fn open(config: Config, clock: Arc<dyn Clock>, random: Random) -> Result<HubState, StartError> {
    private_folder(&config.data)
        .map_err(|error| StartError::Data { folder: config.data.display().to_string(), error })?;
    if let Some(mode) = open_to_others(&config.data) {
        tracing::warn!(mode = %format!("{mode:o}"), "others on this machine can look into the data folder: chmod 700");
    }
    let keys = init::keys(&config)?;
    let db = Db::open(config.database.reveal()).await?;
    let objects = Objects::open(&config.objects)?;
    Ok(HubState::new(Arc::new(config), keys, db, objects, clock, random))
}

impl RunningHub {
    /// Takes no new requests, lets those at hand finish within the limit, and closes the database.
    pub async fn shutdown(self) {
        self.stop.cancel();
        let limit = self.state.config.limits.stop;
        let aborts: Vec<_> = self.tasks.iter().map(JoinHandle::abort_handle).collect();
        if tokio::time::timeout(limit, futures_util::future::join_all(self.tasks)).await.is_err() {
            tracing::warn!("requests were cut off: they took longer than limits.stop");
            aborts.iter().for_each(tokio::task::AbortHandle::abort);
        }
        // A connection that is still in use is waited for no longer than a request may take.
        let _ = tokio::time::timeout(Duration::from_secs(5), self.state.db.close()).await;
    }

    /// Runs until the machine asks the hub to stop, and then stops.
    pub async fn until_told_to_stop(self) {
        told_to_stop().await;
        tracing::info!("stopping");
        self.shutdown().await;
    }
}

/// SIGTERM or SIGINT.
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let wait = |kind| async move {
        match signal(kind) {
            Ok(mut signal) => drop(signal.recv().await),
            // Without a handler the signal ends the program by itself.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::interrupt()) => {}
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let real = listener.local_addr().map_err(failed)?;
    Ok((listener, real))
}

async fn serve(hub: HubState, listener: TcpListener, router: Router, stop: CancellationToken) {
    connections::serve(listener, router, &hub.config.limits, stop).await;
}

async fn sweeping(hub: HubState, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match upload::sweep(&hub, hub.clock.now()).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "uploads and parts swept up"),
            Err(error) => tracing::error!(%error, "uploads could not be swept up"),
        }
        if let Err(error) = hub.db.tidy().await {
            tracing::warn!(%error, "the log of writes stays as long as it is for now");
        }
        if let Err(error) = session::sweep(&hub).await {
            tracing::error!(%error, "sessions could not be swept up");
        }
        if let Err(error) = records::sweep(&hub).await {
            tracing::error!(%error, "what was recorded could not be swept up");
        }
    }
}

/// For the administrator's programs, on loopback only.
fn ops(hub: HubState) -> Router {
    Router::new()
        .route("/live", get(|| async { "live\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(|State(hub): State<HubState>| async move { hub.metrics.text() }))
        .with_state(hub)
}

/// 200 when database and store answer; else 503, with which of them does not.
async fn ready(State(hub): State<HubState>) -> (StatusCode, String) {
    let (db, objects) = tokio::join!(well("database", hub.db.ping()), well("objects", hub.objects.ping()));
    let status = if db && objects { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |well| if well { "ready" } else { "not ready" };
    (status, format!("database: {}\nobjects: {}\n", word(db), word(objects)))
}

async fn well<E: std::fmt::Display>(what: &str, ping: impl Future<Output = Result<(), E>>) -> bool {
    match tokio::time::timeout(WELL, ping).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(what, %error, "not ready");
            false
        }
        Err(_) => {
            tracing::error!(what, "not ready: no answer in time");
            false
        }
    }
}

/// Makes a folder that only the hub's own user can look into. One that is there keeps the rights that it has.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A folder's rights, where they are more than its owner's.
fn open_to_others(folder: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(folder).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}
