//! Routes that need no session: each source may try them so often.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::source;
use crate::hub::HubState;
use crate::hub::session::SignedIn;
use crate::hub::throttle::{Attempt, Source};

/// Lets a request through while its source has tried this not too often.
pub async fn layer(
    State((hub, attempt)): State<(HubState, Attempt)>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let source = source_of(&hub, &request);
    if let Err(error) = hub.throttle.tries(attempt, source) {
        return Problem::from(error).into_response();
    }
    let response = next.run(request).await;
    // A fault of the hub's own is nobody's attempt.
    if !response.status().is_client_error() {
        hub.throttle.succeeded(attempt, source);
    }
    response
}

/// Who asks: a member, or else where the request came from.
pub fn source_of(hub: &HubState, request: &Request) -> Source {
    if let Some(signed_in) = request.extensions().get::<SignedIn>() {
        return Source::Member(signed_in.member);
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // What came over no connection came from this program.
    let peer = peer.map_or(IpAddr::from(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
    source(&hub.config, peer, request.headers()).into()
}
