//! From a sealed payload on disk to a file in a folder: whole, under a safe name, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{iter, thread};

use ring::digest::{Context, SHA256};
use zeroize::Zeroizing;

use crate::client::error::{ClientError, Result};
use crate::client::relay::relay;
use crate::protocol::id::Digest;
use crate::protocol::label::{Label, safe_file_name};
use crate::protocol::payload::{Broken, Opener, PART, PayloadDigest, root_of_parts};
use crate::protocol::seal::{FileKey, Header, Refused};
use crate::protocol::words::Payload;

/// Files are digested in pieces of so many bytes.
const PIECE: usize = 1 << 20;
/// No more than so many files of one name in one folder.
const MOST_OF_ONE_NAME: u32 = 1000;

/// Opens a payload into a folder. Refuses, in this order, for its digest, length, commitment, payload,
/// and for plain text that is not what the label says. Says where the file is.
pub fn save_plain(
    payload: &Path,
    named: &Payload,
    key: &FileKey,
    label: &Label,
    folder: &Path,
) -> Result<PathBuf> {
    require_payload(payload, named)?;
    if !key.matches(&named.commitment) {
        return Err(Refused::Commitment.into());
    }
    fs::create_dir_all(folder).map_err(|problem| ClientError::file(folder, problem))?;
    let partial = Partial::begin(folder, &named.digest)?;
    partial.fill(|file| open_into(payload, key, label, file, folder))?;
    partial.keep_as(folder, &safe_file_name(&label.file_name))
}

/// Saves what was opened in memory, under a safe name that is not taken. The file appears whole.
pub fn save_bytes(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    fs::create_dir_all(folder).map_err(|problem| ClientError::file(folder, problem))?;
    let partial = Partial::begin(folder, &Digest::of(bytes))?;
    partial
        .fill(|file| file.write_all(bytes).map_err(|problem| ClientError::file(&partial.path, problem)))?;
    partial.keep_as(folder, &safe_file_name(name))
}

/// Writes header and payload as an age file, named after the file that they open to.
pub fn save_sealed(header: &Header, payload: &Path, opened: &Path, folder: &Path) -> Result<PathBuf> {
    let name = opened.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    fs::create_dir_all(folder).map_err(|problem| ClientError::file(folder, problem))?;
    let partial = Partial::begin(folder, &header.digest())?;
    partial.fill(|file| {
        let mut from = File::open(payload).map_err(|problem| ClientError::file(payload, problem))?;
        let copied = file.write_all(&header.to_bytes()).and_then(|()| io::copy(&mut from, file));
        copied.map(|_| ()).map_err(|problem| ClientError::file(folder, problem))
    })?;
    partial.keep_as(folder, &format!("{name}.age"))
}

fn require_payload(payload: &Path, named: &Payload) -> Result<()> {
    let (digest, length) = digest_of(payload).map_err(|problem| ClientError::file(payload, problem))?;
    if digest != named.digest {
        return Err(Refused::Digest.into());
    }
    if length != named.length {
        return Err(Refused::Length.into());
    }
    Ok(())
}

/// The payload digest of a file, and its length in bytes. Its parts are spread over the cores.
fn digest_of(payload: &Path) -> io::Result<(Digest, u64)> {
    let parts = fs::metadata(payload)?.len().div_ceil(PART as u64);
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get().min(8) as u64);
    let next = AtomicU64::new(0);
    let digest_some = || -> io::Result<Vec<(u64, Vec<Digest>, u64)>> {
        let mut file = File::open(payload)?;
        let mut piece = vec![0; PIECE];
        let numbers = iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let digest_part = |number| {
            let (leaves, length) = digest_part(&mut file, number, &mut piece)?;
            Ok((number, leaves, length))
        };
        numbers.take_while(|number| *number < parts).map(digest_part).collect()
    };
    let mut all = Vec::new();
    thread::scope(|scope| {
        let others: Vec<_> = (1..cores.min(parts)).map(|_| scope.spawn(digest_some)).collect();
        all.extend(digest_some()?);
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        io::Result::Ok(())
    })?;
    all.sort_by_key(|(number, ..)| *number);
    let leaves: Vec<Digest> = all.iter().flat_map(|(_, leaves, _)| leaves).copied().collect();
    Ok((root_of_parts(&leaves), all.iter().map(|(.., length)| length).sum()))
}

fn digest_part(file: &mut File, number: u64, piece: &mut [u8]) -> io::Result<(Vec<Digest>, u64)> {
    file.seek(SeekFrom::Start(number * PART as u64))?;
    let mut digest = PayloadDigest::new();
    let mut left = PART;
    while left > 0 {
        let room = left.min(piece.len());
        let read = file.read(&mut piece[..room])?;
        if read == 0 {
            break;
        }
        digest.update(&piece[..read]);
        left -= read;
    }
    Ok(digest.finish_parts())
}

fn open_into(payload: &Path, key: &FileKey, label: &Label, to: &mut File, folder: &Path) -> Result<()> {
    let from = File::open(payload).map_err(|problem| ClientError::file(payload, problem))?;
    let broken = |error: io::Error| match Broken::of(&error) {
        Some(broken) => Refused::Payload(broken).into(),
        None => ClientError::file(payload, error),
    };
    let mut opener = Opener::new(from, key).map_err(broken)?;
    let mut digest = Context::new(&SHA256);
    let mut length = 0;
    relay(
        |piece| {
            let read = piece.fill(&mut opener).map_err(broken)?;
            length += read as u64;
            Ok(read > 0)
        },
        vec![
            Box::new(|piece| {
                digest.update(piece.plain());
                Ok(())
            }),
            Box::new(|piece| {
                to.write_all(piece.plain()).map_err(|problem| ClientError::file(folder, problem))
            }),
        ],
    )?;
    let same = digest.finish().as_ref() == label.body_digest.0 && length == label.body_length;
    same.then_some(()).ok_or_else(other_text)
}

fn other_text() -> ClientError {
    ClientError::said(
        "plain-text",
        "De inhoud is niet die waarvan het label spreekt. Er is niets opgeslagen. Bel de verstrekker.",
        "The content is not the one that the label speaks of. Nothing was saved. Call the supplier.",
    )
}

/// A file that is being made. Unless it is kept, it is gone.
struct Partial {
    path: PathBuf,
}

impl Partial {
    fn begin(folder: &Path, named: &Digest) -> Result<Self> {
        clear(folder)?;
        Ok(Self { path: folder.join(format!("{BEGIN}{}{END}", &hex::encode(named.0)[..16])) })
    }

    fn fill(&self, fill: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
        let problem = |problem| ClientError::file(&self.path, problem);
        let mut file = private().open(&self.path).map_err(problem)?;
        fill(&mut file)?;
        file.sync_all().map_err(problem)
    }

    /// Gives it its name, or the first free one with a number; never another file's. A file that was opened before and
    /// is the same to the byte stays as it is: who was cut off halfway a pack opens it again.
    fn keep_as(self, folder: &Path, name: &str) -> Result<PathBuf> {
        for number in 1..=MOST_OF_ONE_NAME {
            let path = folder.join(numbered(name, number));
            match take_name(&self.path, &path) {
                Ok(()) => return Ok(path),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if is_same(&self.path, &path).unwrap_or(false) {
                        return Ok(path);
                    }
                }
                Err(error) => return Err(ClientError::file(&path, error)),
            }
        }
        Err(ClientError::file(&folder.join(name), "too many files of this name"))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

const BEGIN: &str = ".zegel-";
const END: &str = ".part";

/// Removes what a killed program left behind, of whatever it was opening: it is plain text.
fn clear(folder: &Path) -> Result<()> {
    let problem = |problem| ClientError::file(folder, problem);
    for entry in fs::read_dir(folder).map_err(problem)? {
        let entry = entry.map_err(problem)?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(BEGIN) && name.ends_with(END)) {
            fs::remove_file(entry.path()).map_err(problem)?;
        }
    }
    Ok(())
}

/// A second name for the file, which fails if it is taken; then the first one goes. Where a file can't
/// have two names, the new one is reserved first.
fn take_name(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            private().open(to)?;
            fs::rename(from, to)
        }
        answer => answer,
    }
}

/// Whether two files hold the same. Only a file of its own counts, no link to one.
fn is_same(one: &Path, other: &Path) -> io::Result<bool> {
    let about = fs::symlink_metadata(other)?;
    if !about.is_file() || about.len() != fs::metadata(one)?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (File::open(one)?, File::open(other)?);
    let (mut piece, mut same) = (Zeroizing::new(vec![0; PIECE]), Zeroizing::new(vec![0; PIECE]));
    loop {
        let read = one.read(&mut piece)?;
        other.read_exact(&mut same[..read])?;
        if read == 0 || piece[..read] != same[..read] {
            return Ok(read == 0);
        }
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// `plan.pdf`, `plan-2.pdf`, `plan-3.pdf`. What is an age file keeps both of its endings.
fn numbered(name: &str, number: u32) -> String {
    if number == 1 {
        return name.to_owned();
    }
    let (inner, age) = name.strip_suffix(".age").map_or((name, ""), |inner| (inner, ".age"));
    match inner.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem}-{number}.{ending}{age}"),
        _ => format!("{inner}-{number}{age}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::label::{Onward, Regime};
    use crate::protocol::payload::Sealer;

    fn sealed(folder: &Path, text: &[u8], key: &FileKey) -> (PathBuf, Payload) {
        let mut sealer = Sealer::new(Vec::new(), key).unwrap();
        sealer.write_all(text).unwrap();
        let payload = sealer.finish().unwrap();
        let mut digest = PayloadDigest::new();
        digest.update(&payload);
        let (digest, length) = digest.finish();
        let path = folder.join("payload");
        fs::write(&path, &payload).unwrap();
        (path, Payload { digest, length, commitment: key.commitment() })
    }

    fn label(text: &[u8], file_name: &str) -> Label {
        Label {
            title: "Zorgmelding".into(),
            file_name: file_name.into(),
            media_type: "text/plain".into(),
            period_from: None,
            period_until: None,
            regime: Regime::Avg,
            legal_ground: "artikel 6 AVG".into(),
            allowed_use: "alleen voor deze casus".into(),
            onward: Onward::No,
            police: None,
            cites: vec![],
            body_digest: Digest::of(text),
            body_length: text.len() as u64,
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_killed_program_left_is_gone_at_the_next_opening() {
        let (home, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = FileKey::generate().unwrap();
        let (payload, named) = sealed(home.path(), b"tekst", &key);
        fs::write(out.path().join(".zegel-00112233aabbccdd.part"), "half of something else").unwrap();
        fs::write(out.path().join(".zegel"), "not ours").unwrap();
        save_plain(&payload, &named, &key, &label(b"tekst", "plan.pdf"), out.path()).unwrap();
        assert_eq!(names(out.path()), [".zegel", "plan.pdf"]);
    }

    #[test]
    fn noor_opens_twice_and_has_one_file_and_another_of_that_name_beside_it() {
        let (home, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = FileKey::generate().unwrap();
        let (payload, named) = sealed(home.path(), b"tekst", &key);
        let label = label(b"tekst", "../map/plan.pdf");
        for _ in 0..2 {
            let file = save_plain(&payload, &named, &key, &label, out.path()).unwrap();
            assert_eq!(file, out.path().join("plan.pdf"));
        }
        assert_eq!(names(out.path()), ["plan.pdf"]);
        // Noor wrote in it, and opens it once more: hers stays.
        fs::write(out.path().join("plan.pdf"), b"tekst!").unwrap();
        for _ in 0..2 {
            save_plain(&payload, &named, &key, &label, out.path()).unwrap();
        }
        assert_eq!(names(out.path()), ["plan-2.pdf", "plan.pdf"]);
        assert_eq!(fs::read(out.path().join("plan-2.pdf")).unwrap(), b"tekst");
        assert_eq!(fs::read(out.path().join("plan.pdf")).unwrap(), b"tekst!");
    }

    #[test]
    fn what_is_not_what_was_signed_leaves_no_file() {
        let (home, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = FileKey::generate().unwrap();
        let (payload, named) = sealed(home.path(), b"tekst", &key);
        let save = |named: &Payload, key: &FileKey, label: &Label| {
            save_plain(&payload, named, key, label, out.path()).unwrap_err().code().to_owned()
        };
        let other = FileKey::generate().unwrap();
        let good = label(b"tekst", "a.txt");
        assert_eq!(save(&Payload { digest: Digest::of(b""), ..named }, &key, &good), "digest");
        assert_eq!(save(&Payload { length: 99, ..named }, &key, &good), "length");
        assert_eq!(save(&named, &other, &good), "commitment");
        let commitment = other.commitment();
        assert_eq!(save(&Payload { commitment, ..named }, &other, &good), "altered payload");
        assert_eq!(save(&named, &key, &label(b"andere", "a.txt")), "plain-text");
        assert!(names(out.path()).is_empty());
    }

    #[test]
    fn an_age_file_is_header_and_payload() {
        let (home, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = FileKey::generate().unwrap();
        let (payload, named) = sealed(home.path(), b"tekst", &key);
        let noor = crate::protocol::seal::SealingKey::generate();
        let header = Header::wrap(&key, &noor.recipient()).unwrap();
        let opened = save_plain(&payload, &named, &key, &label(b"tekst", "a.txt"), out.path()).unwrap();
        for _ in 0..2 {
            let name = "a.txt.age";
            let sealed = save_sealed(&header, &payload, &opened, out.path()).unwrap();
            assert_eq!(sealed.file_name().unwrap(), name);
            let file = fs::read(&sealed).unwrap();
            assert_eq!(&**crate::protocol::seal::open_file(&file, &noor).unwrap(), b"tekst");
        }
    }
}
