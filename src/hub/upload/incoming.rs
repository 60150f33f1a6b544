//! The room for parts on their way in: so many in all, so many of a member's, and one of an upload.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

use super::{UploadError, UploadId};
use crate::protocol::id::MemberId;

/// How long a sender waits for memory before it is asked to come back.
const QUEUE: Duration = Duration::from_secs(5);

/// Who sends what just now.
pub struct Incoming {
    /// One permit is the memory for one part.
    memory: Semaphore,
    per_member: u64,
    under_way: Mutex<UnderWay>,
}

#[derive(Default)]
struct UnderWay {
    last: u64,
    parts: Vec<Sending>,
}

struct Sending {
    number: u64,
    member: MemberId,
    upload: UploadId,
    give_way: CancellationToken,
}

/// The right to send one part, and the memory for it. Given back when dropped.
pub struct Turn<'a> {
    place: Place<'a>,
    _memory: SemaphorePermit<'a>,
}

struct Place<'a> {
    incoming: &'a Incoming,
    number: u64,
    give_way: CancellationToken,
}

impl Incoming {
    pub fn new(in_all: u64, per_member: u64) -> Self {
        let permits = usize::try_from(in_all).unwrap_or(1);
        Self { memory: Semaphore::new(permits), per_member, under_way: Mutex::default() }
    }

    /// How many parts can still come in.
    pub fn free(&self) -> usize {
        self.memory.available_permits()
    }

    /// A member's turn to send a part of an upload. One that is under way for the same upload gives way: its
    /// connection was cut, which we have not heard of yet, and this is the next try.
    ///
    /// # Errors
    /// [`UploadError::TooManyParts`]; [`UploadError::Busy`] when there is no memory in time.
    pub async fn turn(&self, member: MemberId, upload: &UploadId) -> Result<Turn<'_>, UploadError> {
        let place = self.place(member, upload)?;
        let memory = tokio::time::timeout(QUEUE, self.memory.acquire()).await;
        let memory = memory.ok().and_then(Result::ok).ok_or(UploadError::Busy)?;
        Ok(Turn { place, _memory: memory })
    }

    fn place(&self, member: MemberId, upload: &UploadId) -> Result<Place<'_>, UploadError> {
        let mut under_way = self.lock();
        under_way.parts.retain(|sending| {
            let same = sending.upload == *upload && sending.member == member;
            if same {
                sending.give_way.cancel();
            }
            !same
        });
        let of_member = under_way.parts.iter().filter(|sending| sending.member == member).count();
        if of_member as u64 >= self.per_member {
            return Err(UploadError::TooManyParts { most: self.per_member });
        }
        under_way.last += 1;
        let (number, give_way) = (under_way.last, CancellationToken::new());
        let upload = upload.clone();
        under_way.parts.push(Sending { number, member, upload, give_way: give_way.clone() });
        Ok(Place { incoming: self, number, give_way })
    }

    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        // The list is changed in one step, so a panic elsewhere can't have left half of it.
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Ends when another try at the same upload takes over.
    pub async fn over(&self) {
        self.place.give_way.cancelled().await;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.incoming.lock().parts.retain(|sending| sending.number != self.number);
    }
}
