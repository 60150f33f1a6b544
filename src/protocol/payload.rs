//! The payload of a part: a nonce and the sealed text, as age v1 writes it after its header, and the
//! digest that names it.
//!
//! Sealing follows <https://c2sp.org/age#payload>: HKDF-SHA256 of the file key (salt: the nonce of 16
//! bytes; info: `payload`) gives a key for ChaCha20-Poly1305 over chunks of 64 KiB. A chunk's nonce is
//! its number in eleven bytes and a byte that says whether it is the last, so that chunks can't be
//! swapped, dropped or added. Naming follows RFC 6962, section 2.1, over parts of 8 MiB, so that
//! up- and downloads can be checked part by part.

mod digest;

use std::io::{self, Read, Write};
use std::thread;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

pub use digest::{PART, PayloadDigest, part_leaf, root_of_parts};

use super::seal::FileKey;

/// The bytes of plain text in a chunk; only the last one is shorter.
pub const CHUNK: usize = 64 << 10;
/// The bytes of the nonce that a payload begins with.
pub const NONCE: usize = 16;
/// The bytes by which a chunk grows when it is sealed.
pub const TAG: usize = 16;

/// As many chunks are held, and worked on together, as keep all cores busy in 2 MiB.
const BATCH: usize = 32;
const BATCH_SEALED: usize = BATCH * (CHUNK + TAG);
/// Fewer chunks than this are not worth a thread of their own.
const WORTH_A_THREAD: usize = 4;

/// Why a payload does not open. What came before the break may have been handed out already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It stops at a whole chunk that is not the last, or before there is one.
    #[error("the sealed text is cut off")]
    Truncated,
    /// A chunk is not what was sealed with this key at this place.
    #[error("the sealed text was altered, or belongs to another key")]
    Altered,
    /// More follows after the last chunk.
    #[error("something was added behind the sealed text")]
    TrailingData,
    /// The last chunk is empty, though it is not the only one: a second spelling of the same text.
    #[error("the sealed text ends with an empty chunk")]
    EmptyLastChunk,
}

impl Broken {
    /// The break that an [`Opener`] reported as an I/O error, if it is one.
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl From<Broken> for io::Error {
    fn from(broken: Broken) -> Self {
        Self::new(io::ErrorKind::InvalidData, broken)
    }
}

/// The length in bytes of the payload of a plain text of so many bytes.
pub fn payload_length(plaintext: u64) -> u64 {
    NONCE as u64 + plaintext + TAG as u64 * plaintext.div_ceil(CHUNK as u64).max(1)
}

/// The key of one payload.
struct Stream(LessSafeKey);

impl Stream {
    fn new(file_key: &FileKey, nonce: &[u8; NONCE]) -> Self {
        let extracted = Salt::new(HKDF_SHA256, nonce).extract(file_key.bytes());
        // Cannot fail: 32 bytes are within HKDF's bounds.
        let key =
            extracted.expand(&[b"payload"], &CHACHA20_POLY1305).expect("32 bytes are within HKDF's bounds");
        Self(LessSafeKey::new(UnboundKey::from(key)))
    }

    fn nonce(number: u64, last: bool) -> Nonce {
        let mut nonce = [0; NONCE_LEN];
        nonce[3..11].copy_from_slice(&number.to_be_bytes());
        nonce[11] = last.into();
        Nonce::assume_unique_for_key(nonce)
    }

    fn seal(&self, number: u64, last: bool, chunk: &mut Vec<u8>) {
        // Cannot fail: a chunk is within the cipher's bounds.
        self.0
            .seal_in_place_append_tag(Self::nonce(number, last), Aad::empty(), chunk)
            .expect("a chunk is within the cipher's bounds");
    }

    /// Opens into `plain`, which stays empty when that fails.
    fn open(&self, number: u64, last: bool, sealed: &[u8], plain: &mut Vec<u8>) -> bool {
        plain.clear();
        plain.extend_from_slice(sealed);
        let length =
            self.0.open_in_place(Self::nonce(number, last), Aad::empty(), plain).map(|text| text.len());
        plain.truncate(length.unwrap_or(0));
        length.is_ok()
    }

    /// Opens a chunk, or says in which way it is not what should be there.
    fn judge(&self, number: u64, last: bool, sealed: &[u8], plain: &mut Vec<u8>) -> Result<(), Broken> {
        if last && sealed.len() < TAG {
            return Err(Broken::Truncated);
        }
        if self.open(number, last, sealed, plain) {
            return if last && number > 0 && plain.is_empty() { Err(Broken::EmptyLastChunk) } else { Ok(()) };
        }
        // A full chunk that is authentic but for what follows it is handed out still, as `age` does.
        let would_open_elsewhere = self.open(number, !last, sealed, plain);
        if sealed.len() < CHUNK + TAG {
            plain.clear();
        }
        match (would_open_elsewhere, last) {
            (true, true) => Err(Broken::Truncated),
            (true, false) => Err(Broken::TrailingData),
            (false, _) => Err(Broken::Altered),
        }
    }
}

/// Does the work on each of them, spread over the cores, and gives the results in order.
fn on_each<T: Send, R: Send>(all: &mut [T], work: impl Fn(usize, &mut T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get().min(8));
    let share = all.len().div_ceil(cores).max(WORTH_A_THREAD);
    let do_span = |(span, some): (usize, &mut [T])| -> Vec<R> {
        some.iter_mut().enumerate().map(|(i, one)| work(span * share + i, one)).collect()
    };
    thread::scope(|scope| {
        let mut spans = all.chunks_mut(share).enumerate();
        let mine = spans.next();
        let others: Vec<_> = spans.map(|span| scope.spawn(move || do_span(span))).collect();
        let mut results = mine.map_or_else(Vec::new, do_span);
        for other in others {
            results.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results
    })
}

/// Seals what is written to it. Only [`Sealer::finish`] makes the payload whole.
pub struct Sealer<W: Write> {
    out: W,
    stream: Stream,
    chunks: Vec<Zeroizing<Vec<u8>>>,
    used: usize,
    sealed: u64,
    failed: bool,
}

impl<W: Write> Sealer<W> {
    /// Begins a payload with a nonce of its own. Errors when there is no randomness or `out` fails.
    pub fn new(out: W, file_key: &FileKey) -> io::Result<Self> {
        let mut nonce = [0; NONCE];
        #[expect(clippy::disallowed_methods, reason = "a nonce is drawn where it is used")]
        SystemRandom::new().fill(&mut nonce).map_err(|_| io::Error::other("no randomness"))?;
        Self::with_nonce(out, file_key, nonce)
    }

    /// Begins a payload with a given nonce: for test vectors. Two texts under one file key and nonce
    /// would give both away.
    #[doc(hidden)]
    pub fn with_nonce(mut out: W, file_key: &FileKey, nonce: [u8; NONCE]) -> io::Result<Self> {
        out.write_all(&nonce)?;
        let stream = Stream::new(file_key, &nonce);
        Ok(Self { out, stream, chunks: Vec::new(), used: 0, sealed: 0, failed: false })
    }

    /// What it writes to: for taking away what was sealed so far.
    pub fn out(&mut self) -> &mut W {
        &mut self.out
    }

    /// Seals and writes the last chunk, and gives back what was written to.
    pub fn finish(mut self) -> io::Result<W> {
        if self.used == 0 {
            self.next_chunk();
        }
        self.seal_batch(true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn next_chunk(&mut self) {
        if self.used == self.chunks.len() {
            // Room for the tag too: a vector that grew would leave plain text behind in memory.
            self.chunks.push(Zeroizing::new(Vec::with_capacity(CHUNK + TAG)));
        }
        self.chunks[self.used].clear();
        self.used += 1;
    }

    fn seal_batch(&mut self, last: bool) -> io::Result<()> {
        if self.failed {
            return Err(io::Error::other("an earlier part of the payload was not written"));
        }
        self.failed = true;
        let (stream, first, used) = (&self.stream, self.sealed, self.used);
        on_each(&mut self.chunks[..used], |i, chunk| {
            stream.seal(first + i as u64, last && i + 1 == used, chunk)
        });
        self.sealed += used as u64;
        self.used = 0;
        for chunk in &self.chunks[..used] {
            self.out.write_all(chunk)?;
        }
        self.failed = false;
        Ok(())
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        // A full chunk waits until more arrives: it may turn out to be the last.
        let full = self.used == 0 || self.chunks[self.used - 1].len() == CHUNK;
        if full && !text.is_empty() {
            if self.used == BATCH {
                self.seal_batch(false)?;
            }
            self.next_chunk();
        }
        let Some(chunk) = self.chunks[..self.used].last_mut() else { return Ok(0) };
        let taken = text.len().min(CHUNK - chunk.len());
        chunk.extend_from_slice(&text[..taken]);
        Ok(taken)
    }

    /// Passes on to the writer below; a chunk that is not full stays here.
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Opens the payload that it reads. It hands out plain text of chunks that are authentic, and nothing
/// else; what it handed out is whole only once it has said so by the end (`Ok(0)`). A [`Broken`]
/// payload is an I/O error of kind `InvalidData`, again and again.
pub struct Opener<R: Read> {
    from: R,
    stream: Stream,
    /// Room for a batch, and for the byte behind it that tells whether its last chunk is the last of all.
    sealed: Vec<u8>,
    filled: usize,
    plain: Vec<Zeroizing<Vec<u8>>>,
    /// The chunk being handed out, and the first byte of it that was not.
    place: (usize, usize),
    opened: u64,
    end: Option<Result<(), Broken>>,
}

impl<R: Read> Opener<R> {
    /// Begins to read a payload. Errors when `from` fails, or is too short for a nonce.
    pub fn new(mut from: R, file_key: &FileKey) -> io::Result<Self> {
        let mut nonce = Vec::with_capacity(NONCE);
        from.by_ref().take(NONCE as u64).read_to_end(&mut nonce)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Broken::Truncated)?;
        Ok(Self {
            from,
            stream: Stream::new(file_key, &nonce),
            sealed: vec![0; BATCH_SEALED + 1],
            filled: 0,
            plain: Vec::new(),
            place: (0, 0),
            opened: 0,
            end: None,
        })
    }

    /// Reads a batch and a byte, or all that is left.
    fn fill(&mut self) -> io::Result<()> {
        while self.filled < self.sealed.len() {
            match self.from.read(&mut self.sealed[self.filled..]) {
                Ok(0) => break,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn open_batch(&mut self) -> io::Result<()> {
        self.fill()?;
        let at_end = self.filled <= BATCH_SEALED;
        let sealed = &self.sealed[..self.filled.min(BATCH_SEALED)];
        // A payload without a byte after its nonce still lacks one chunk.
        let count = sealed.len().div_ceil(CHUNK + TAG).max(1);
        self.plain.resize_with(count, || Zeroizing::new(Vec::with_capacity(CHUNK + TAG)));
        let (stream, first) = (&self.stream, self.opened);
        let results = on_each(&mut self.plain, |i, plain| {
            let start = i * (CHUNK + TAG);
            let chunk = &sealed[start..sealed.len().min(start + CHUNK + TAG)];
            stream.judge(first + i as u64, at_end && i + 1 == count, chunk, plain)
        });
        if let Some((i, broken)) = results.into_iter().enumerate().find_map(|(i, r)| Some((i, r.err()?))) {
            self.plain.truncate(i + 1);
            self.end = Some(Err(broken));
        } else if at_end {
            self.end = Some(Ok(()));
        }
        self.opened += count as u64;
        self.place = (0, 0);
        self.sealed[0] = self.sealed[BATCH_SEALED];
        self.filled = 1;
        Ok(())
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        loop {
            let (slot, start) = self.place;
            match (self.plain.get(slot), self.end) {
                (Some(plain), _) if start < plain.len() => {
                    let given = to.len().min(plain.len() - start);
                    to[..given].copy_from_slice(&plain[start..start + given]);
                    self.place.1 += given;
                    return Ok(given);
                }
                (Some(_), _) => self.place = (slot + 1, 0),
                (None, Some(Ok(()))) => return Ok(0),
                (None, Some(Err(broken))) => return Err(broken.into()),
                (None, None) => self.open_batch()?,
            }
        }
    }
}
