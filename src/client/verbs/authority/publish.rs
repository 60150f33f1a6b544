//! `zegel authority publish`: the outbox to the hub, in order; and the way back, of key requests.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::folder::{batch_files, hub_of, read_register, write_register};
use crate::client::batch::{Batch, Signed};
use crate::client::context::{Context, Report};
use crate::client::error::{ClientError, Result};
use crate::client::home::{check_address, lock, make_private_folder, write_private};
use crate::client::pending::is_refused;
use crate::client::remote::Remote;
use crate::protocol::journal::JournalPublicKey;
use crate::protocol::refusal::Language;
use crate::protocol::statement::{Body, Statement};
use crate::protocol::words::Seen;

/// What was sent.
#[derive(Debug, Default, Serialize)]
pub struct Published {
    pub statements: usize,
}

/// Sends all that is in `out/`, and moves it to `sent/`. One that the hub refuses stays there and is told at the end:
/// a revocation behind it must not wait. Needs no key, and may be done again at any time.
pub async fn publish(folder: &Path, remote: &Remote) -> Result<Published> {
    check_address(remote.url(), &hub_of(folder)?)?;
    let _lock = lock(folder)?;
    let sent = folder.join("sent");
    make_private_folder(&sent)?;
    let (mut published, mut refused) = (Published::default(), Vec::new());
    for path in batch_files(&folder.join("out"))? {
        let batch = read_batch(&path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let answer = match remote.post(&batch).await {
            Err(error) if is_refused(&error) => {
                refused.push((name, error));
                continue;
            }
            answer => answer?,
        };
        published.statements += answer.recorded.len();
        let to = sent.join(name);
        std::fs::rename(&path, &to).map_err(|error| ClientError::file(&path, error))?;
        remember(folder, &answer.checkpoint)?;
    }
    if refused.is_empty() { Ok(published) } else { Err(some_refused(&published, &refused)) }
}

/// What did get through, and what not, with the hub's reasons.
fn some_refused(published: &Published, refused: &[(String, ClientError)]) -> ClientError {
    let lines = |language| {
        let line =
            |(name, error): &(String, ClientError)| format!("\n  {name}: {}", error.sentence(language));
        refused.iter().map(line).collect::<String>()
    };
    let done = published.statements;
    ClientError::said(
        "some-refused",
        format!(
            "{done} verklaringen zijn gepubliceerd. De hub weigert deze bestanden in out/; los eerst op wat er staat, en publiceer dan opnieuw:{}",
            lines(Language::Dutch)
        ),
        format!(
            "{done} statements were published. The hub refuses these files in out/; first solve what it says, then publish again:{}",
            lines(Language::English)
        ),
    )
}

/// A file with a batch.
pub fn read_batch(path: &Path) -> Result<Batch> {
    let bytes = std::fs::read(path).map_err(|error| ClientError::file(path, error))?;
    serde_json::from_slice(&bytes).map_err(|error| ClientError::file(path, error))
}

/// The authority's next statements say that it saw this, if the journal's key signed it and it is not an older one.
fn remember(folder: &Path, note: &str) -> Result<()> {
    let mut register = read_register(folder)?;
    let key = register.hub.as_ref().and_then(|hub| hub.journal_key.parse::<JournalPublicKey>().ok());
    let Some(checkpoint) = key.and_then(|key| key.open(note).ok()) else { return Ok(()) };
    if register.seen()?.is_none_or(|seen| seen.size < checkpoint.size) {
        register.seen = Some(Seen { size: checkpoint.size, root: checkpoint.root.0 }.to_string());
        write_register(folder, &register)?;
    }
    Ok(())
}

/// For a member who carries files to the authority: writes the key requests that wait, each to a file of its own.
/// The authority checks each itself.
pub async fn fetch(ctx: &mut Context<'_>, to: &Path) -> Result<Vec<PathBuf>> {
    let (_secrets, world) = ctx.begin().await?;
    let vouched: Vec<_> = world.house().memberships.values().map(|m| m.key).collect();
    let mut files = Vec::new();
    for known in world.statements_of_house() {
        let Statement { body: Body::Key(key), .. } = &known.statement else { continue };
        let revoked = world.house().revoked.contains_key(&known.id);
        if vouched.contains(&known.id) || revoked {
            continue;
        }
        let cert = world.cert(key.cert).ok_or(ClientError::BadAnswer { what: "blobs" })?;
        let entries = vec![Signed { statement: known.text.clone(), signature: known.signature.clone() }];
        let request = Batch { entries, attachments: vec![cert.to_vec()] };
        let member = known.statement.member().map_or_else(|| "key".to_owned(), |member| member.to_string());
        let path = to.join(format!("{member}-{}.json", crate::client::describe::short(&known.id)));
        make_private_folder(to)?;
        write_private(&path, &serde_json::to_vec_pretty(&request).map_err(ClientError::input)?)?;
        files.push(path);
    }
    Ok(files)
}

impl Report for Published {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Dutch => format!("Er zijn {} verklaringen gepubliceerd.", self.statements),
            Language::English => format!("{} statements were published.", self.statements),
        }
    }
}
