//! The door: everything that knows of HTTP.

mod described;
pub mod held;
pub mod portal;
pub mod problem;
pub mod router;
pub mod throttled;
pub mod uploads;

use std::net::IpAddr;

use axum::extract::{FromRequest, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::hub::config::Config;
use crate::hub::session::why_not;
use crate::protocol::id::{Digest, MemberId, PartnerId};
use problem::Problem;

/// Who asks: a member who has signed in. The session layer puts it into the request; without it a handler that
/// asks for it answers "not signed in".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    pub member: MemberId,
    pub partner: PartnerId,
    /// The key with which it holds vaults; none where its roles don't let it hold any.
    pub holds_with: Option<Digest>,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| why_not(parts))
    }
}

/// A JSON body, or an answer, whose refusals are problems.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub struct Json<T>(pub T);

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// What stands in the path, whose refusals are problems.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub struct Path<T>(pub T);

/// What stands after the question mark, whose refusals are problems.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub struct Query<T>(pub T);

/// Where a request came from: the connection's other end, or, when that is a proxy of ours, the last address in
/// `X-Forwarded-For` that is not. What stands before that one anybody can have written.
pub fn source(config: &Config, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<_> = forwarded.flat_map(|value| value.split(',')).map(|hop| hop.trim().parse()).collect();
    let mut source = peer.to_canonical();
    for hop in hops.into_iter().rev() {
        match hop {
            Ok(hop) if config.trusts(source) => source = IpAddr::to_canonical(&hop),
            _ => break,
        }
    }
    source
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_proxies_are_believed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("zegel.toml");
        std::fs::write(folder.path().join("authority.asc"), "").unwrap();
        let fingerprint = "0".repeat(40);
        let text = format!(
            "hub = \"hub\"\ndata = \"d\"\nauthority = \"authority.asc\"\nauthority_fingerprint = \"{fingerprint}\"\n\
             trusted_proxies = [\"10.0.0.0/8\"]"
        );
        std::fs::write(&file, text).unwrap();
        let config = Config::load(&file, []).unwrap();
        for (peer, forwarded, expected) in [
            ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
            ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "1.1.1.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
            ("10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1"),
            ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ] {
            let headers = HeaderMap::from_iter([(
                axum::http::HeaderName::from_static("x-forwarded-for"),
                forwarded.parse().unwrap(),
            )]);
            let found = source(&config, peer.parse().unwrap(), &headers);
            assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{peer}: {forwarded}");
        }
    }
}
