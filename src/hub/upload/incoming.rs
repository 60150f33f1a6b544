//! The room for parts on their way in: so many of a member's, and one of an upload.
//!
//! A part is in memory at once only when it is kept. On its way it comes at its sender's pace: into memory while there
//! is room, else to disk. So who is slow takes nothing that others wait for.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::{UploadError, UploadId};
use crate::protocol::id::MemberId;
use crate::protocol::payload::PART;

/// How long a part that came in on disk waits for memory before its sender is asked to come back.
const QUEUE: Duration = Duration::from_secs(30);
/// So many parts that came in on disk are kept at one time.
const FROM_DISK: usize = 2;

/// Who sends what just now.
pub struct Incoming {
    /// One permit is the memory for one part, at its sender's pace.
    memory: Semaphore,
    /// The same at our own pace: nobody holds one for long, so it can be waited for.
    from_disk: Semaphore,
    per_member: u64,
    under_way: Mutex<UnderWay>,
    /// Memory for parts that is not in use. It is kept: given back to the system, it would lie about in as many heaps
    /// as there are threads.
    buffers: Mutex<Vec<BytesMut>>,
    /// One upload is begun at a time, so that two at once can't both be the last that its member may begin.
    beginning: tokio::sync::Mutex<()>,
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

/// The right to send one part, and the memory for it if there is some. Given back when dropped.
pub struct Turn<'a> {
    place: Place<'a>,
    memory: Option<SemaphorePermit<'a>>,
}

struct Place<'a> {
    incoming: &'a Incoming,
    number: u64,
    give_way: CancellationToken,
}

impl Incoming {
    pub fn new(in_all: u64, per_member: u64) -> Self {
        let permits = usize::try_from(in_all).unwrap_or(1);
        Self {
            memory: Semaphore::new(permits),
            from_disk: Semaphore::new(FROM_DISK),
            per_member,
            under_way: Mutex::default(),
            buffers: Mutex::default(),
            beginning: tokio::sync::Mutex::default(),
        }
    }

    /// Memory for a part, for who has the right to it.
    pub fn buffer(&self) -> Buffer<'_> {
        let kept = self.buffers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Buffer { incoming: self, bytes: kept.unwrap_or_else(|| BytesMut::with_capacity(PART)) }
    }

    /// Keeps the memory of a part that nobody needs any more.
    pub fn take_back(&self, part: Bytes) {
        if let Ok(bytes) = part.try_into_mut() {
            self.keep(bytes);
        }
    }

    fn keep(&self, mut bytes: BytesMut) {
        bytes.clear();
        if bytes.capacity() >= PART {
            self.buffers.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
        }
    }

    /// The turn to begin an upload.
    pub async fn begins(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.beginning.lock().await
    }

    /// How many parts can still come into memory.
    pub fn free(&self) -> usize {
        self.memory.available_permits()
    }

    /// How many parts are on their way.
    pub fn under_way(&self) -> usize {
        self.lock().parts.len()
    }

    /// A member's turn to send a part of an upload. One that is under way for the same upload gives way: its
    /// connection was cut, which we have not heard of yet, and this is the next try.
    ///
    /// # Errors
    /// [`UploadError::TooManyParts`].
    pub fn turn(&self, member: MemberId, upload: &UploadId) -> Result<Turn<'_>, UploadError> {
        let place = self.place(member, upload)?;
        Ok(Turn { place, memory: self.memory.try_acquire().ok() })
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
    /// Whether the part may come into memory.
    pub fn has_memory(&self) -> bool {
        self.memory.is_some()
    }

    /// The memory to keep the part, which came in whole.
    ///
    /// # Errors
    /// [`UploadError::Busy`] when there is none in time.
    pub async fn wait_for_memory(&mut self) -> Result<(), UploadError> {
        if self.memory.is_none() {
            let memory = tokio::time::timeout(QUEUE, self.place.incoming.from_disk.acquire()).await;
            self.memory = Some(memory.ok().and_then(Result::ok).ok_or(UploadError::Busy)?);
        }
        Ok(())
    }

    /// Ends when another try at the same upload takes over.
    pub fn over(&self) -> WaitForCancellationFutureOwned {
        self.place.give_way.clone().cancelled_owned()
    }
}

/// Memory for a part, which is kept for the next one when this is dropped.
pub struct Buffer<'a> {
    incoming: &'a Incoming,
    pub bytes: BytesMut,
}

impl Buffer<'_> {
    /// The memory itself, to be [taken back](Incoming::take_back).
    pub fn into_bytes(mut self) -> BytesMut {
        std::mem::take(&mut self.bytes)
    }
}

impl Drop for Buffer<'_> {
    fn drop(&mut self) {
        self.incoming.keep(std::mem::take(&mut self.bytes));
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.incoming.lock().parts.retain(|sending| sending.number != self.number);
    }
}
