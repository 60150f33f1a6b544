//! `zegel check`: the journal replayed from its first leaf, and held against what the tables and the
//! objects say.

mod doors;
mod post;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AnyConnection, Row};

use super::HubState;
use super::db::DbErrorKind;
use super::error::HubError;
use super::journal;
use super::past::parsed;
use crate::protocol::history::{Entry, History, View};
use crate::protocol::id::Digest;
use crate::protocol::journal::{Event, Frontier, Record};
use crate::protocol::statement::{Body, Statement, Vault};
use crate::protocol::vault::RekeyedSet;
use doors::Doors;
use post::{Post, Signed};
use tables::Named;

/// What was found.
#[derive(Debug, Default, serde::Serialize)]
pub struct Findings {
    /// Leaves replayed.
    pub leaves: u64,
    /// Statements among them.
    pub statements: u64,
    /// Each thing that is not as it should be, with its place.
    pub faults: Vec<String>,
}

/// Replays everything, as it is at one moment: the hub may go on.
///
/// # Errors
/// When the database or the store can't be read. What is wrong in them is a finding.
pub async fn check(hub: &HubState) -> Result<Findings, HubError> {
    let mut connection = hub.db.snapshot().await?;
    let size = journal::size(&mut connection).await?;
    let mut replay = Replay {
        history: History::new(hub.past.before_all()),
        tree: Frontier::default(),
        shown: BTreeSet::new(),
        leaf_of: BTreeMap::new(),
        named: Named::default(),
        post: Post::default(),
        doors: Doors::default(),
        at_leaves: BTreeSet::new(),
        findings: Findings::default(),
    };
    for leaf in 0..size {
        replay.leaf(&mut connection, leaf).await?;
    }
    replay.findings.leaves = size;
    replay.tree_stands(&mut connection, size).await?;
    replay.no_more_than_recorded(&mut connection).await?;
    replay.shown_as_recorded(&mut connection).await?;
    let faults = replay.named.compare(hub, &mut connection, &replay.history).await?;
    replay.findings.faults.extend(faults);
    replay.findings.faults.extend(replay.post.compare(&mut connection).await?);
    replay.findings.faults.extend(replay.doors.compare(&mut connection).await?);
    Ok(replay.findings)
}

struct Replay {
    history: History,
    tree: Frontier,
    /// Leaf and audience, as the replay has it.
    shown: BTreeSet<(i64, String)>,
    leaf_of: BTreeMap<Digest, i64>,
    named: Named,
    post: Post,
    doors: Doors,
    /// The leaves that are statements.
    at_leaves: BTreeSet<i64>,
    findings: Findings,
}

impl Replay {
    fn fault(&mut self, text: String) {
        self.findings.faults.push(text);
    }

    async fn leaf(&mut self, connection: &mut AnyConnection, leaf: u64) -> Result<(), HubError> {
        let kept = match journal::leaf(connection, leaf).await {
            Err(error) if error.kind() == DbErrorKind::Other => {
                self.fault(format!("leaf {leaf}: is gone, or can't be read"));
                return Ok(());
            }
            kept => kept?,
        };
        self.tree.append(kept.hash());
        let (at, statement, signature) = match kept.event {
            Some((_, Event::Statement { at, statement, signature })) => (at, statement, signature),
            Some((_, Event::Record { at, record })) => {
                if let Record::SignedIn { member } = record {
                    self.doors.signed_in(member, at);
                }
                self.post.record(record);
                return Ok(());
            }
            None => return Ok(()),
        };
        self.at_leaves.insert(leaf as i64);
        let row =
            sqlx::query("SELECT id, kind, scope, signer, at, text, signature FROM statement WHERE leaf = $1")
                .bind(leaf as i64)
                .fetch_optional(&mut *connection)
                .await?;
        let Some(row) = row else {
            self.fault(format!("leaf {leaf}: its statement is gone"));
            return Ok(());
        };
        let (text, signed): (String, Vec<u8>) = (row.try_get("text")?, row.try_get("signature")?);
        let same = row.try_get::<String, _>("id")? == statement.to_string()
            && row.try_get::<String, _>("at")? == at.to_string()
            && row.try_get::<String, _>("scope")? == kept.scope.to_string()
            && Digest::of(text.as_bytes()) == statement
            && Digest::of(&signed) == signature;
        if !same {
            self.fault(format!("leaf {leaf}: the statement's row is not what was recorded"));
            return Ok(());
        }
        self.findings.statements += 1;
        let Ok(parsed) = Statement::parse(text.as_bytes()) else {
            self.fault(format!("leaf {leaf}: the statement can't be read"));
            return Ok(());
        };
        let filed = (row.try_get::<String, _>("kind")?, row.try_get::<String, _>("signer")?);
        if filed != (parsed.body.kind().to_owned(), parsed.by.to_string()) {
            self.fault(format!("leaf {leaf}: the statement is kept as another's, or as another kind"));
        }
        self.doors.add(statement, &parsed);
        let certs = certs_of(connection, &parsed.body).await?;
        let entry = Entry {
            id: statement,
            statement: &parsed,
            text: text.as_bytes(),
            signature: &signed,
            leaf,
            at,
            certs: &certs,
        };
        self.leaf_of.insert(statement, leaf as i64);
        match self.history.record(&entry, View::Whole, None) {
            Ok(shown) => {
                let to = shown.iter().filter_map(|(id, who)| Some((*self.leaf_of.get(id)?, who.to_string())));
                self.shown.extend(to);
                let set = set_of(connection, &parsed.body).await?;
                self.named.add(&self.history, statement, &parsed.body, &kept.scope.to_string(), &set);
                if let (Body::Letter(letter), Some(author)) = (&parsed.body, parsed.member()) {
                    let letter = Signed { id: statement, letter, author, signed_at: parsed.signed_at };
                    self.post.letter(connection, &self.history, letter, at).await?;
                }
            }
            Err(refusal) => self.fault(format!("leaf {leaf}: {refusal}")),
        }
        Ok(())
    }

    async fn tree_stands(&mut self, connection: &mut AnyConnection, size: u64) -> Result<(), HubError> {
        if journal::root(connection, size).await? != self.tree.root() {
            self.fault("the tree's stored root is not that of its leaves".to_owned());
        }
        Ok(())
    }

    /// The hub reads what is true from the statements' rows: one of which the journal has no leaf would count too.
    async fn no_more_than_recorded(&mut self, connection: &mut AnyConnection) -> Result<(), HubError> {
        let rows: Vec<i64> = sqlx::query_scalar("SELECT leaf FROM statement").fetch_all(connection).await?;
        for leaf in rows.into_iter().filter(|leaf| !self.at_leaves.contains(leaf)).collect::<Vec<_>>() {
            self.fault(format!("leaf {leaf}: a statement that was not recorded there"));
        }
        Ok(())
    }

    async fn shown_as_recorded(&mut self, connection: &mut AnyConnection) -> Result<(), HubError> {
        let rows = sqlx::query("SELECT leaf, who FROM shown").fetch_all(&mut *connection).await?;
        let mut stored = BTreeSet::new();
        for row in rows {
            stored.insert((row.try_get::<i64, _>("leaf")?, row.try_get::<String, _>("who")?));
        }
        let (expected, findings) = (&self.shown, &mut self.findings);
        for (leaf, who) in expected.difference(&stored) {
            findings.faults.push(format!("leaf {leaf}: is not shown to {who}, who may see it"));
        }
        for (leaf, who) in stored.difference(expected) {
            findings.faults.push(format!("leaf {leaf}: is shown to {who}, who may not see it"));
        }
        let misfiled = "SELECT w.leaf FROM shown w JOIN statement s ON s.leaf = w.leaf
             WHERE w.kind <> s.kind OR w.scope <> s.scope";
        for leaf in sqlx::query_scalar::<_, i64>(misfiled).fetch_all(connection).await? {
            findings.faults.push(format!("leaf {leaf}: is listed as what it is not"));
        }
        Ok(())
    }
}

/// What was re-keyed into a vault's generation, as long as that is kept: the headers of older ones are gone.
async fn set_of(connection: &mut AnyConnection, body: &Body) -> Result<RekeyedSet, HubError> {
    let Body::Vault(Vault { set: Some(digest), .. }) = body else { return Ok(RekeyedSet::default()) };
    let row = sqlx::query("SELECT bytes FROM attachment WHERE digest = $1").bind(digest.to_string());
    let Some(row) = row.fetch_optional(connection).await? else { return Ok(RekeyedSet::default()) };
    let bytes: Vec<u8> = row.try_get("bytes")?;
    parsed(&String::from_utf8_lossy(&bytes)).map_err(HubError::from)
}

async fn certs_of(
    connection: &mut AnyConnection,
    body: &Body,
) -> Result<BTreeMap<Digest, Vec<u8>>, HubError> {
    let digest = match body {
        Body::Key(b) => b.cert,
        Body::Membership(b) => b.certified,
        Body::Directory(b) => b.hub_cert,
        _ => return Ok(BTreeMap::new()),
    };
    let row = sqlx::query("SELECT bytes FROM attachment WHERE digest = $1").bind(digest.to_string());
    // One that is gone is found where the statement is judged.
    let Some(row) = row.fetch_optional(connection).await? else { return Ok(BTreeMap::new()) };
    Ok(BTreeMap::from([(digest, row.try_get("bytes")?)]))
}
