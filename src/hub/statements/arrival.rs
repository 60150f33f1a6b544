//! A batch on its way in. One that is larger than other requests may be comes to disk at its sender's pace, and into
//! memory at ours: so who is slow takes nothing that others wait for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::Batch;
use crate::hub::HubState;
use crate::hub::throttle::Source;
use crate::hub::web::Json;
use crate::hub::web::problem::Problem;
use crate::hub::web::throttled::source_of;

/// Large batches that are judged at one time: each takes a few times its size of memory.
const IN_MEMORY: usize = 4;
/// Large batches that may come in at one time, of one source and in all; whoever began first gives way to a newcomer.
const OF_ONE_SOURCE: usize = 4;
const ON_DISK: usize = 64;
/// How long one waits for memory before its sender is asked to come back.
const QUEUE: Duration = Duration::from_secs(15);

/// Large batches on their way in.
pub struct LargeBatches {
    /// Held at our own pace, never at a sender's.
    memory: Arc<Semaphore>,
    under_way: Mutex<UnderWay>,
}

#[derive(Default)]
struct UnderWay {
    last: u64,
    batches: Vec<Coming>,
}

struct Coming {
    number: u64,
    source: Source,
    give_way: CancellationToken,
}

impl Default for LargeBatches {
    fn default() -> Self {
        Self { memory: Arc::new(Semaphore::new(IN_MEMORY)), under_way: Mutex::default() }
    }
}

impl LargeBatches {
    /// How many come in just now.
    pub fn under_way(&self) -> usize {
        self.lock().batches.len()
    }

    /// One permit is the memory for one that came in whole.
    pub fn memory(&self) -> Arc<Semaphore> {
        self.memory.clone()
    }

    /// A place on disk for a batch of this source. Where there are too many, the oldest of whoever has most gives way.
    fn place(&self, source: Source) -> Place<'_> {
        let mut under_way = self.lock();
        let of = |batches: &[Coming], source| batches.iter().filter(|coming| coming.source == source).count();
        let batches = &under_way.batches;
        let leaves = match of(batches, source) >= OF_ONE_SOURCE {
            true => batches.iter().position(|coming| coming.source == source),
            false if batches.len() >= ON_DISK => {
                let most = batches.iter().map(|coming| of(batches, coming.source)).max();
                batches.iter().position(|coming| Some(of(batches, coming.source)) == most)
            }
            false => None,
        };
        if let Some(oldest) = leaves {
            under_way.batches.remove(oldest).give_way.cancel();
        }
        under_way.last += 1;
        let (number, give_way) = (under_way.last, CancellationToken::new());
        under_way.batches.push(Coming { number, source, give_way: give_way.clone() });
        Place { all: self, number, give_way }
    }

    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        // The list is changed in one step, so a panic elsewhere can't have left half of it.
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place on disk. Given back when dropped.
struct Place<'a> {
    all: &'a LargeBatches,
    number: u64,
    give_way: CancellationToken,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.all.lock().batches.retain(|coming| coming.number != self.number);
    }
}

/// A batch that came in, whole and in its form.
pub struct Arrived {
    pub batch: Batch,
    /// Held until the batch is done. A small one needs none.
    pub memory: Option<OwnedSemaphorePermit>,
}

impl FromRequest<HubState> for Arrived {
    type Rejection = Problem;
    async fn from_request(request: Request, hub: &HubState) -> Result<Self, Problem> {
        if declared(&request).is_some_and(|length| length <= hub.config.limits.body) {
            let Json(batch) = Json::from_request(request, hub).await?;
            return Ok(Self { batch, memory: None });
        }
        let place = hub.batches.place(source_of(hub, &request));
        let (parts, body) = request.into_parts();
        let (bytes, memory) = tokio::select! {
            whole = comes_in(hub, body) => whole?,
            () = place.give_way.cancelled() => return Err(Problem::busy()),
        };
        let Json(batch) = Json::from_request(Request::from_parts(parts, Body::from(bytes)), hub).await?;
        Ok(Self { batch, memory: Some(memory) })
    }
}

/// How long a request says that it is.
fn declared(request: &Request) -> Option<u64> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Takes all of a large batch in, and the memory for it only then.
async fn comes_in(hub: &HubState, body: Body) -> Result<(Bytes, OwnedSemaphorePermit), Problem> {
    let failed = |error: std::io::Error| Problem::unavailable(&error);
    let mut spool = hub.spool().await.map_err(failed)?;
    let mut stream = body.into_data_stream();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| Problem::of_status(StatusCode::BAD_REQUEST))?;
        if (spool.length() + piece.len()) as u64 > hub.config.limits.batch {
            return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
        }
        spool.push(&piece).await.map_err(failed)?;
    }
    let memory = tokio::time::timeout(QUEUE, hub.batches.memory().acquire_owned()).await;
    let memory = memory.ok().and_then(Result::ok).ok_or_else(Problem::busy)?;
    Ok((spool.read(BytesMut::new()).await.map_err(failed)?, memory))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places<'a>(all: &'a LargeBatches, sources: &[u8]) -> Vec<Place<'a>> {
        let source = |last: &u8| Source::from(std::net::IpAddr::from([192, 0, 2, *last]));
        sources.iter().map(|last| all.place(source(last))).collect()
    }

    fn staying(places: &[Place<'_>]) -> Vec<bool> {
        places.iter().map(|place| !place.give_way.is_cancelled()).collect()
    }

    #[test]
    fn of_one_source_the_oldest_gives_way() {
        let all = LargeBatches::default();
        let held = places(&all, &[1, 2, 1, 1, 1, 1]);
        assert_eq!(staying(&held), [false, true, true, true, true, true]);
        assert_eq!(all.under_way(), 5);
        drop(held);
        assert_eq!(all.under_way(), 0);
    }

    #[test]
    fn when_it_is_full_whoever_has_most_gives_way() {
        let all = LargeBatches::default();
        let sources: Vec<u8> = (1..=ON_DISK as u8 - 2).chain([7, 7]).collect();
        let held = places(&all, &sources);
        let newcomer = places(&all, &[99]);
        let left = staying(&held).iter().position(|stays| !stays);
        assert_eq!(left, Some(6), "the oldest of number 7");
        assert_eq!((staying(&newcomer), all.under_way()), (vec![true], ON_DISK));
    }
}
