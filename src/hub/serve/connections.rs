//! Connections: so many at a time, and none that says nothing, or takes nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::attentive::Attentive;
use crate::hub::config::Limits;

/// How long to wait when the machine has no connection to give.
const BREATH: Duration = Duration::from_secs(1);

/// Serves until it is told to stop, and then until the requests at hand are answered.
pub async fn serve(listener: TcpListener, router: Router, limits: &Limits, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(usize::try_from(limits.connections).unwrap_or(1)));
    let open = TaskTracker::new();
    loop {
        // Who comes when it is full waits with the machine, not with us.
        let accepted = async {
            let place = room.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, (stream, peer)) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accepted => match accepted {
                (Ok(place), Ok(connection)) => (place, connection),
                (Err(_), _) => break,
                (_, Err(error)) => {
                    tracing::error!(%error, "no connection could be accepted");
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            },
        };
        let (router, stop, patience) = (router.clone(), stop.clone(), limits.request);
        open.spawn(async move {
            converse(stream, peer, router, patience, stop).await;
            drop(place);
        });
    }
    open.close();
    open.wait().await;
}

/// So much of a head or a body is read ahead for a connection. Anybody can open one, and let its head come slowly.
const MOST_BEFORE_READ: usize = 64 << 10;

/// One connection. What comes of it is the sender's to notice.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    patience: Duration,
    stop: CancellationToken,
) {
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(MOST_BEFORE_READ);
    let mut connection =
        std::pin::pin!(http.serve_connection(TokioIo::new(Attentive::new(stream, patience)), service));
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
