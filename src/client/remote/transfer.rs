//! Payloads of any size: up in parts of 8 MiB (tus 1.0), down by ranges, both going on after a cut.

use std::path::Path;

use reqwest::header::{CONTENT_RANGE, LOCATION};
use reqwest::{Method, Response, StatusCode};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use super::exchange::{Ask, plain, segment, why};
use super::patience::Why;
use super::{Progress, Remote};
use crate::client::error::{ClientError, Result};
use crate::protocol::id::Digest;
use crate::protocol::payload::{PART, PayloadDigest};
use crate::protocol::seal::Refused;
use crate::protocol::statement::PartName;
use crate::protocol::words::Payload;

/// The largest payload that is read into memory, in bytes.
pub(super) const MOST_IN_MEMORY: usize = 64 << 20;

const TUS: (&str, &str) = ("Tus-Resumable", "1.0.0");
const OFFSET: &str = "upload-offset";

pub(super) fn payload_path(statement: Digest, part: PartName) -> String {
    format!("v1/statements/{statement}/parts/{part}/payload")
}

/// Refuses a payload that is not the one named.
pub(super) fn require_named(payload: &[u8], named: &Payload) -> Result<(), Refused> {
    let mut digest = PayloadDigest::new();
    digest.update(payload);
    same(digest, named)
}

fn same(digest: PayloadDigest, named: &Payload) -> Result<(), Refused> {
    let (digest, length) = digest.finish();
    match (digest == named.digest, length == named.length) {
        (true, true) => Ok(()),
        (false, _) => Err(Refused::Digest),
        (true, false) => Err(Refused::Length),
    }
}

pub(super) async fn download(
    remote: &Remote,
    path: &str,
    named: &Payload,
    to: &Path,
    progress: Progress<'_>,
) -> Result<()> {
    let from_before = length_of(to).await > 0;
    match download_whole(remote, path, named, to, &mut *progress).await {
        // The beginning that lay here was another's, or a lie that was told before: it is no reason to refuse what
        // is served now.
        Err(ClientError::Sealed(_)) if from_before => download_whole(remote, path, named, to, progress).await,
        downloaded => downloaded,
    }
}

/// Goes on until all is there, over as many cuts as it takes. What is not the payload that is named is removed.
async fn download_whole(
    remote: &Remote,
    path: &str,
    named: &Payload,
    to: &Path,
    progress: Progress<'_>,
) -> Result<()> {
    let downloaded = match download_parts(remote, path, named, to, progress).await {
        Ok(()) => check_file(to, *named).await,
        error => error,
    };
    if matches!(downloaded, Err(ClientError::Sealed(_))) {
        let _ = tokio::fs::remove_file(to).await;
    }
    downloaded
}

async fn download_parts(
    remote: &Remote,
    path: &str,
    named: &Payload,
    to: &Path,
    progress: Progress<'_>,
) -> Result<()> {
    let (mut patience, mut most) = (remote.patience(), length_of(to).await);
    loop {
        let before = length_of(to).await;
        if before == named.length {
            return Ok(());
        }
        let result = download_rest(remote, path, named, to, before, &mut *progress).await;
        let cut = match result {
            Ok(()) => continue,
            Err(cut @ ClientError::Network { .. }) => cut,
            Err(error) => return Err(error),
        };
        // A hub that begins anew each time comes no further.
        if length_of(to).await > most {
            (patience, most) = (remote.patience(), length_of(to).await);
        }
        if !remote.another_try(&mut patience, Why::Silence).await {
            return Err(cut);
        }
    }
}

/// Asks for what a file does not have yet, and adds it. Comes back early when the connection is cut.
async fn download_rest(
    remote: &Remote,
    path: &str,
    named: &Payload,
    to: &Path,
    have: u64,
    progress: Progress<'_>,
) -> Result<()> {
    let failed = |error| ClientError::file(to, error);
    // What is too long can't be a beginning.
    let have = if have > named.length { 0 } else { have };
    let mut ask = Ask::get(path);
    if have > 0 {
        ask = ask.header("range", &format!("bytes={have}-"));
        ask = ask.header("if-range", &format!("\"{}\"", named.digest));
    }
    let mut response = remote.answer(ask).await?;
    let start = if goes_on(&response, have) { have } else { 0 };
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(to).await.map_err(failed)?;
    file.set_len(start).await.map_err(failed)?;
    file.seek(std::io::SeekFrom::Start(start)).await.map_err(failed)?;
    let (mut done, announced) = (start, response.content_length());
    loop {
        progress(done, named.length);
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(error) => {
                file.flush().await.map_err(failed)?;
                return Err(ClientError::Network { problem: plain(&error) });
            }
        };
        done += chunk.len() as u64;
        if done > named.length {
            return Err(ClientError::Sealed(Refused::Length));
        }
        file.write_all(&chunk).await.map_err(failed)?;
    }
    file.sync_all().await.map_err(failed)?;
    match done == named.length {
        true => Ok(()),
        // All came that the hub said would come: nothing was cut off.
        false if announced == Some(done - start) => Err(ClientError::Sealed(Refused::Length)),
        false => Err(ClientError::Network { problem: format!("{done} / {}", named.length) }),
    }
}

/// Whether an answer begins where we stopped; else it begins at the beginning.
fn goes_on(response: &Response, have: u64) -> bool {
    let range = response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
    response.status() == StatusCode::PARTIAL_CONTENT
        && range.is_some_and(|range| range.starts_with(&format!("bytes {have}-")))
}

async fn length_of(path: &Path) -> u64 {
    tokio::fs::metadata(path).await.map_or(0, |metadata| metadata.len())
}

/// Reads the file once more, whole: what is on disk is what counts.
async fn check_file(path: &Path, named: Payload) -> Result<()> {
    let path = path.to_owned();
    let check = move || -> Result<()> {
        let failed = |error| ClientError::file(&path, error);
        let mut file = std::fs::File::open(&path).map_err(failed)?;
        let mut digest = PayloadDigest::new();
        let mut buffer = vec![0; 1 << 20];
        loop {
            match std::io::Read::read(&mut file, &mut buffer).map_err(failed)? {
                0 => return Ok(same(digest, &named)?),
                read => digest.update(&buffer[..read]),
            }
        }
    };
    tokio::task::spawn_blocking(check).await.map_err(ClientError::input)?
}

pub(super) async fn begin(remote: &Remote, length: u64) -> Result<String> {
    // Begun twice is harmless: what is not claimed goes by itself.
    let ask = Ask::new(Method::POST, "v1/uploads").header(TUS.0, TUS.1);
    let response = remote.answer(ask.header("Upload-Length", &length.to_string()).repeatable()).await?;
    const WHAT: ClientError = ClientError::BadAnswer { what: "Location" };
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).ok_or(WHAT)?;
    // Only the id counts: the hub does not send us elsewhere.
    let id = location.rsplit('/').next().ok_or(WHAT)?;
    Ok(segment(id)?.to_owned())
}

pub(super) async fn upload(
    remote: &Remote,
    id: &str,
    payload: &Path,
    progress: Progress<'_>,
) -> Result<bool> {
    let path = format!("v1/uploads/{}", segment(id)?);
    let failed = |error| ClientError::file(payload, error);
    let mut file = File::open(payload).await.map_err(failed)?;
    let length = file.metadata().await.map_err(failed)?.len();
    const ASTRAY: ClientError = ClientError::BadAnswer { what: "Upload-Offset" };
    let Some(mut offset) = offset(remote, &path).await? else { return Ok(false) };
    if offset > length || offset != length && !offset.is_multiple_of(PART as u64) {
        return Err(ASTRAY);
    }
    let mut patience = remote.patience();
    loop {
        progress(offset, length);
        if offset >= length {
            return Ok(true);
        }
        let before = offset;
        match upload_part(remote, &path, &mut file, payload, offset, length).await {
            Ok(next) => offset = next,
            Err((error, _)) if !is_cut(&error) => return Err(error),
            Err((error, why)) => {
                if !remote.another_try(&mut patience, why).await {
                    return Err(error);
                }
                // How far it came, the hub knows.
                match self::offset(remote, &path).await? {
                    // The part was kept or it was not: a hub that says anything else could keep us sending forever.
                    Some(known) if known == before || known == before + part_size(before, length) => {
                        offset = known;
                    }
                    Some(_) => return Err(ASTRAY),
                    None => return Ok(false),
                }
            }
        }
        if offset > before {
            patience = remote.patience();
        }
    }
}

/// Worth asking the hub how far it came: a cut, a busy hub, another offset than we thought, or as many parts of ours
/// under way as the hub takes, of another window or another machine.
fn is_cut(error: &ClientError) -> bool {
    match error {
        ClientError::Network { .. } => true,
        ClientError::Refused { code, .. } => {
            matches!(code.as_str(), "wrong-offset" | "unavailable" | "too-slow" | "too-many-uploads")
        }
        _ => false,
    }
}

/// Sends a part: where the next one begins; or what went wrong, and when to try again if that is of use.
async fn upload_part(
    remote: &Remote,
    path: &str,
    file: &mut File,
    name: &Path,
    offset: u64,
    length: u64,
) -> Result<u64, (ClientError, Why)> {
    let failed = |error| (ClientError::file(name, error), Why::Silence);
    let size = part_size(offset, length) as usize;
    let mut part = vec![0; size];
    file.seek(std::io::SeekFrom::Start(offset)).await.map_err(failed)?;
    file.read_exact(&mut part).await.map_err(failed)?;
    let ask = Ask::new(Method::PATCH, path)
        .header(TUS.0, TUS.1)
        .header(OFFSET, &offset.to_string())
        .body("application/offset+octet-stream", part.into());
    let response = match remote.once(&ask).await {
        Ok(response) => response,
        Err(error) => return Err((ClientError::Network { problem: plain(&error) }, Why::Silence)),
    };
    if !response.status().is_success() {
        let why = why(&response);
        return Err((remote.refusal(response).await, why));
    }
    match read_offset(&response) {
        Ok(next) if next == offset + size as u64 => Ok(next),
        _ => Err((ClientError::BadAnswer { what: "Upload-Offset" }, Why::Silence)),
    }
}

/// How long the part is that begins there.
fn part_size(offset: u64, length: u64) -> u64 {
    (length - offset).min(PART as u64)
}

/// How many bytes the hub has; nothing if it does not know the upload.
async fn offset(remote: &Remote, path: &str) -> Result<Option<u64>> {
    let ask = Ask::new(Method::HEAD, path).header(TUS.0, TUS.1).repeatable();
    match remote.answer_if_there(ask).await? {
        Some(response) => read_offset(&response).map(Some),
        None => Ok(None),
    }
}

fn read_offset(response: &Response) -> Result<u64> {
    let value = response.headers().get(OFFSET).and_then(|value| value.to_str().ok());
    value.and_then(|value| value.parse().ok()).ok_or(ClientError::BadAnswer { what: "Upload-Offset" })
}
