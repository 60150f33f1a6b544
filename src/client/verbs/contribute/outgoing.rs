//! Files on their way out: sealed beside the home first, then uploaded, and kept until they are on record,
//! so that a cut line or a killed client costs nothing but time.
//!
//! `outgoing/NAME.payload` is the sealed payload, `outgoing/NAME.age` its record: the file key's 16 bytes
//! and JSON, sealed to the member's own key. A payload without a record was cut off while sealing.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::mem;
use std::path::{Path, PathBuf};

use ring::digest::{Context as Sha, SHA256};
use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::client::error::{ClientError, Result};
use crate::client::home::{Home, write_private};
use crate::client::relay::relay;
use crate::client::remote::{Progress, Remote};
use crate::client::secret::Secrets;
use crate::protocol::id::{Digest, Mac};
use crate::protocol::payload::{PayloadDigest, Sealer};
use crate::protocol::seal::{FileKey, open_file, seal_file};
use crate::protocol::words::Payload;

/// Files are read in pieces of so many bytes.
const PIECE: usize = 1 << 20;
const KEY: usize = 16;

/// The folder of files on their way out.
pub struct Outbox<'s> {
    folder: PathBuf,
    secrets: &'s Secrets,
}

/// One file on its way out.
pub struct Outgoing {
    path: PathBuf,
    record: Record,
    pub file_key: FileKey,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    /// Where it goes, so that one file can be under way to two places.
    purpose: String,
    plain_digest: Digest,
    plain_length: u64,
    payload_digest: Digest,
    payload_length: u64,
    commitment: Mac,
    upload: Option<String>,
}

impl<'s> Outbox<'s> {
    /// The outbox of a home. What was cut off while sealing is cleared away.
    pub fn open(home: &Home, secrets: &'s Secrets) -> Result<Self> {
        let outbox = Self { folder: home.subfolder("outgoing")?, secrets };
        for payload in outbox.files("payload")? {
            if !payload.with_extension("age").exists() {
                let _ = fs::remove_file(payload);
            }
        }
        Ok(outbox)
    }

    /// The file, sealed: anew, or as it was before if it is on its way to this place already. It is read
    /// to its end here, so that one that can't be read stops everything before an upload begins.
    pub fn take(
        &self,
        purpose: &str,
        file: &Path,
        random: &dyn SecureRandom,
        progress: Progress<'_>,
    ) -> Result<Outgoing> {
        let waiting = self.waiting()?;
        if waiting.iter().any(|outgoing| outgoing.record.purpose == purpose) {
            let (digest, length) = digest_of(file)?;
            let same = |o: &Outgoing| {
                o.record.purpose == purpose
                    && (o.record.plain_digest, o.record.plain_length) == (digest, length)
            };
            if let Some(outgoing) = waiting.into_iter().find(same) {
                return Ok(outgoing);
            }
        }
        self.seal(purpose, file, random, progress)
    }

    /// All that is on its way.
    pub fn waiting(&self) -> Result<Vec<Outgoing>> {
        Ok(self.files("age")?.iter().filter_map(|record| self.read(record)).collect())
    }

    fn seal(
        &self,
        purpose: &str,
        file: &Path,
        random: &dyn SecureRandom,
        progress: Progress<'_>,
    ) -> Result<Outgoing> {
        let mut name = [0; 8];
        random.fill(&mut name)?;
        let path = self.folder.join(hex::encode(name)).with_extension("payload");
        let file_key = FileKey::generate()?;
        let sealed = seal_to(file, &path, &file_key, progress).inspect_err(|_| {
            let _ = fs::remove_file(&path);
        })?;
        let record = Record {
            purpose: purpose.to_owned(),
            plain_digest: sealed.plain.0,
            plain_length: sealed.plain.1,
            payload_digest: sealed.payload.0,
            payload_length: sealed.payload.1,
            commitment: file_key.commitment(),
            upload: None,
        };
        let outgoing = Outgoing { path, record, file_key };
        self.write(&outgoing)?;
        Ok(outgoing)
    }

    /// Sends what the hub does not have yet.
    pub async fn upload(
        &self,
        outgoing: &mut Outgoing,
        remote: &Remote,
        progress: Progress<'_>,
    ) -> Result<()> {
        if let Some(id) = &outgoing.record.upload
            && remote.upload(id, &outgoing.path, progress).await?
        {
            return Ok(());
        }
        let id = remote.begin_upload(outgoing.record.payload_length).await?;
        outgoing.record.upload = Some(id.clone());
        self.write(outgoing)?;
        match remote.upload(&id, &outgoing.path, progress).await? {
            true => Ok(()),
            false => Err(ClientError::BadAnswer { what: "upload" }),
        }
    }

    /// They are on record, and known to be (see [`Done`](crate::client::done::Done)): nothing of them needs to stay here.
    /// Who is killed meanwhile finds the others the next time, or that they were done.
    pub fn forget(&self, all: impl IntoIterator<Item = Outgoing>) {
        for outgoing in all {
            // What can't be cleared now is no reason to say that it did not go well.
            let _ = fs::remove_file(outgoing.path.with_extension("age"));
            let _ = fs::remove_file(outgoing.path);
        }
    }

    fn write(&self, outgoing: &Outgoing) -> Result<()> {
        let json = serde_json::to_vec(&outgoing.record).map_err(ClientError::input)?;
        let mut plain = Zeroizing::new(Vec::with_capacity(KEY + json.len()));
        plain.extend_from_slice(outgoing.file_key.bytes());
        plain.extend_from_slice(&json);
        let sealed = seal_file(&plain, &[self.secrets.sealing.recipient()])?;
        write_private(&outgoing.path.with_extension("age"), &sealed)
    }

    /// A record that this member's keys open, with its payload; else nothing.
    fn read(&self, path: &Path) -> Option<Outgoing> {
        let sealed = fs::read(path).ok()?;
        let mut keys = std::iter::once(&self.secrets.sealing).chain(&self.secrets.others);
        let plain = keys.find_map(|key| open_file(&sealed, key).ok())?;
        let (key, json) = plain.split_first_chunk::<KEY>()?;
        let record: Record = serde_json::from_slice(json).ok()?;
        let payload = path.with_extension("payload");
        let whole = fs::metadata(&payload).is_ok_and(|file| file.len() == record.payload_length);
        let file_key = FileKey::from_bytes(key);
        (whole && file_key.matches(&record.commitment)).then_some(Outgoing {
            path: payload,
            record,
            file_key,
        })
    }

    fn files(&self, ending: &str) -> Result<Vec<PathBuf>> {
        let problem = |problem| ClientError::file(&self.folder, problem);
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(problem)? {
            files.push(entry.map_err(problem)?.path());
        }
        files.retain(|file| file.extension().is_some_and(|found| found == ending));
        files.sort();
        Ok(files)
    }
}

impl Outgoing {
    /// As the item's statement names it.
    pub fn payload(&self) -> Payload {
        Payload {
            digest: self.record.payload_digest,
            length: self.record.payload_length,
            commitment: self.record.commitment,
        }
    }

    /// Where it goes.
    pub fn purpose(&self) -> &str {
        &self.record.purpose
    }

    /// The digest and the length in bytes of the plain text.
    pub fn plain(&self) -> (Digest, u64) {
        (self.record.plain_digest, self.record.plain_length)
    }
}

struct Sealed {
    plain: (Digest, u64),
    payload: (Digest, u64),
}

/// Reads a file once: seals it, and digests both texts.
fn seal_to(from: &Path, to: &Path, key: &FileKey, progress: Progress<'_>) -> Result<Sealed> {
    let (mut file, total) = open_plain(from)?;
    let unreadable = |problem| ClientError::file(from, problem);
    let unwritable = |problem| ClientError::file(to, problem);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(to).map_err(unwritable)?;
    let mut sealer = Sealer::new(Vec::new(), key).map_err(unwritable)?;
    let (mut plain, mut payload) = (Sha::new(&SHA256), PayloadDigest::new());
    let mut length = 0;
    relay(
        |piece| {
            let read = piece.fill(&mut file).map_err(unreadable)?;
            length += read as u64;
            progress(length, total.max(length));
            Ok(read > 0)
        },
        vec![
            Box::new(|piece| {
                plain.update(piece.plain());
                Ok(())
            }),
            Box::new(|piece| {
                sealer.write_all(piece.plain()).map_err(unwritable)?;
                piece.sealed.clear();
                mem::swap(&mut piece.sealed, sealer.out());
                Ok(())
            }),
            Box::new(|piece| {
                payload.update(&piece.sealed);
                Ok(())
            }),
            Box::new(|piece| out.write_all(&piece.sealed).map_err(unwritable)),
        ],
    )?;
    let rest = sealer.finish().map_err(unwritable)?;
    payload.update(&rest);
    out.write_all(&rest).and_then(|()| out.sync_all()).map_err(unwritable)?;
    Ok(Sealed { plain: (finished(plain), length), payload: payload.finish() })
}

fn digest_of(path: &Path) -> Result<(Digest, u64)> {
    let (mut file, _) = open_plain(path)?;
    let mut digest = Sha::new(&SHA256);
    let mut length = 0;
    let mut piece = Zeroizing::new(vec![0; PIECE]);
    loop {
        let read = file.read(&mut piece).map_err(|problem| ClientError::file(path, problem))?;
        if read == 0 {
            return Ok((finished(digest), length));
        }
        digest.update(&piece[..read]);
        length += read as u64;
    }
}

fn open_plain(path: &Path) -> Result<(File, u64)> {
    let problem = |problem| ClientError::file(path, problem);
    let file = File::open(path).map_err(problem)?;
    let about = file.metadata().map_err(problem)?;
    match about.is_dir() {
        true => Err(ClientError::file(path, "it is a folder")),
        false => Ok((file, about.len())),
    }
}

fn finished(digest: Sha) -> Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.finish().as_ref());
    Digest(bytes)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::post;

    use super::*;
    use crate::client::home::Settings;
    use crate::client::secret::tests::bundle;
    use crate::clock::random;
    use crate::protocol::refusal::Language;

    #[tokio::test]
    async fn a_hub_that_forgets_an_upload_that_it_began_is_not_sent_it_again() {
        let begun = || async { (StatusCode::CREATED, [("location", "/v1/uploads/00ff")]) };
        let router = Router::new().route("/v1/uploads", post(begun));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: url::Url =
            format!("http://localhost:{}/", listener.local_addr().unwrap().port()).parse().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let (folder, bundle) = (tempfile::tempdir().unwrap(), bundle());
        let settings = Settings {
            hub: "localhost".parse().unwrap(),
            url: url.clone(),
            authority: bundle.authority,
            member: bundle.member,
            language: Language::Dutch,
        };
        let home = Home::create(&folder.path().join("home"), settings).unwrap();
        let secrets = bundle.secrets(None).ok().unwrap();
        let outbox = Outbox::open(&home, &secrets).unwrap();
        let file = folder.path().join("melding.txt");
        fs::write(&file, "wat de politie weet").unwrap();
        let mut outgoing = outbox.take("here", &file, random(), &mut |_, _| ()).unwrap();
        let remote = Remote::new(&url, Language::Dutch).unwrap();
        let refused = outbox.upload(&mut outgoing, &remote, &mut |_, _| ()).await;
        assert!(refused.is_err_and(|error| error.is("bad-answer")));
        assert_eq!(outbox.waiting().unwrap().len(), 1, "the next try begins it anew");
    }
}
