//! Answers that lie in memory until their reader has taken them: so much for each who asks, so much for all, and no
//! slower than a line in use. Without that, who asks often and takes nothing would have the hub's memory.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use super::problem::Problem;
use super::router::is_api;
use super::throttled::source_of;
use crate::clock::Stopwatch;
use crate::hub::HubState;
use crate::hub::error::HubError;
use crate::hub::throttle::Source;

/// What is smaller fits in what the system keeps for a connection anyway.
const SMALL: usize = 64 << 10;
/// What of an answer is handed on at one time.
const PIECE: usize = 64 << 10;
/// Of one member's, or of one address that nobody signed in from. A single answer may be larger.
const OF_ONE: usize = 32 << 20;
const OF_ALL: usize = 128 << 20;
/// How many bytes an answer is to be taken in a second, once it was patiently waited for.
const PACE: f64 = 16.0 * 1024.0;

/// How much of whose answers is held.
#[derive(Default)]
pub struct Answers {
    held: Mutex<HashMap<Source, usize>>,
}

impl Answers {
    /// Holds so many bytes; nothing where too many are held already.
    fn hold(self: &Arc<Self>, source: Source, bytes: usize) -> Option<Hold> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = held.values().sum();
        let own = held.get(&source).copied().unwrap_or_default();
        let fits = |before: usize, most: usize| before == 0 || before.saturating_add(bytes) <= most;
        if !fits(own, OF_ONE) || !fits(all, OF_ALL) {
            return None;
        }
        held.insert(source, own + bytes);
        Some(Hold { answers: self.clone(), source, bytes })
    }

    fn let_go(&self, source: Source, bytes: usize) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let left = held.get(&source).copied().unwrap_or_default().saturating_sub(bytes);
        match left {
            0 => held.remove(&source),
            left => held.insert(source, left),
        };
    }
}

/// Bytes that are held, until this is dropped.
struct Hold {
    answers: Arc<Answers>,
    source: Source,
    bytes: usize,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.answers.let_go(self.source, self.bytes);
    }
}

/// An answer on its way.
struct OnItsWay {
    left: Bytes,
    taken: usize,
    watch: Stopwatch,
    patience: Duration,
    _hold: Hold,
}

impl OnItsWay {
    /// The next piece, and the rest.
    fn next(mut self) -> Option<(io::Result<Bytes>, Self)> {
        if self.left.is_empty() {
            return None;
        }
        let due = self.patience + Duration::from_secs_f64(self.taken as f64 / PACE);
        if self.watch.elapsed() > due {
            self.left = Bytes::new();
            return Some((Err(io::ErrorKind::TimedOut.into()), self));
        }
        let piece = self.left.split_to(PIECE.min(self.left.len()));
        self.taken += piece.len();
        Some((Ok(piece), self))
    }
}

/// Lets an answer that lies in memory go piece by piece, if there is room to hold it so long; else the reader is asked to
/// come back. What is read from the store as it is taken passes untouched.
pub async fn layer(State(hub): State<HubState>, request: Request, next: Next) -> Response {
    // The portal's files are part of the program: many people behind one address open it at once.
    if !is_api(request.uri().path()) {
        return next.run(request).await;
    }
    let source = source_of(&hub, &request);
    let response = next.run(request).await;
    let size = response.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
    let Some(size) = size.filter(|size| *size > SMALL) else { return response };
    let Some(hold) = hub.answers.hold(source, size) else {
        return Problem::from(HubError::Busy).into_response();
    };
    let (mut parts, body) = response.into_parts();
    let Ok(left) = to_bytes(body, size).await else {
        return Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response();
    };
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
    let (watch, patience) = (Stopwatch::start(), hub.config.limits.request);
    let answer = OnItsWay { left, taken: 0, watch, patience, _hold: hold };
    let pieces = stream::unfold(answer, |answer| std::future::ready(answer.next()));
    Response::from_parts(parts, Body::from_stream(pieces))
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn source(last: u8) -> Source {
        IpAddr::from(Ipv4Addr::new(192, 0, 2, last)).into()
    }

    #[test]
    fn who_takes_nothing_gets_no_more_and_others_do() {
        let answers = Arc::new(Answers::default());
        let large = answers.hold(source(1), 4 * OF_ONE - 1);
        assert!(large.is_some(), "one answer may be as large as it is");
        assert!(answers.hold(source(1), 1).is_none(), "and then no other of the same one's");
        assert!(answers.hold(source(2), 1).is_some(), "another's has room left");
        drop(large);
        let held: Vec<_> = (1..=4).map(|last| answers.hold(source(last), OF_ONE).unwrap()).collect();
        assert!(answers.hold(source(5), 1).is_none(), "there is no more room for anyone");
        drop(held);
        assert!(answers.held.lock().unwrap().is_empty());
        assert!(answers.hold(source(1), OF_ONE).is_some());
    }
}
