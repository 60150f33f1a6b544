//! The one write path: an ordered batch of signed statements, all or none.
//!
//! Parse, take the journal's row, judge by what is true so far, keep what is carried along, append.
//! Whatever was recorded before is answered as such, so that sending again is always safe.

mod allowance;
mod arrival;
mod attachments;
mod batch;
mod effects;
mod mailed;
mod outdated;
mod signed;

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use sqlx::{AnyConnection, Row};

use allowance::Allowance;
pub use arrival::{Arrived, LargeBatches};
pub use attachments::Attachments;
pub use batch::{Batch, BatchEntry, Read};

use super::HubState;
use super::error::HubError;
use super::web::Json;
use super::web::problem::{Problem, ProblemBody};
use super::{journal, past, vault};
use crate::protocol::history::{Entry, History, View};
use crate::protocol::id::{Digest, Moment};
use crate::protocol::journal::Event;
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Body, Item, PartName, Statement, Vault};
use crate::protocol::vault::{Carried, RekeyedSet, VaultState};
use crate::protocol::words::{Owner, Seen};

/// A statement of a batch, recorded now or before.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Receipt {
    /// The statement's id.
    #[schema(value_type = String)]
    pub id: Digest,
    /// Its place in the journal.
    pub leaf: u64,
    /// When it was recorded.
    #[schema(value_type = String)]
    pub at: Moment,
    /// False where it had been recorded before.
    pub new: bool,
}

/// Records a batch.
///
/// # Errors
/// The first refusal, with the place of the statement in the batch; nothing is kept then.
pub async fn submit(hub: &HubState, batch: Batch) -> Result<Vec<Receipt>, HubError> {
    let entries = batch.read_entries(&hub.config)?;
    if let Some(receipts) = all_recorded(hub, &entries).await? {
        return Ok(receipts);
    }
    signed::require(hub, &entries).await?;
    record(hub, &entries, batch.read_attachments()?).await
}

async fn all_recorded(hub: &HubState, entries: &[Read]) -> Result<Option<Vec<Receipt>>, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let mut receipts = Vec::new();
    for entry in entries {
        match recorded(&mut connection, entry).await? {
            Some(receipt) => receipts.push(receipt),
            None => return Ok(None),
        }
    }
    Ok(Some(receipts))
}

/// What was recorded before, of who sends the very same. Without the signature nothing is told: some texts can be
/// guessed, and whoever may not know of a case would learn that there is one.
async fn recorded(connection: &mut AnyConnection, read: &Read) -> Result<Option<Receipt>, HubError> {
    let on_record = on_record(connection, read.id).await?;
    Ok(on_record.filter(|(_, signature)| *signature == read.signature).map(|(receipt, _)| receipt))
}

/// The statement of this id, with its signature.
async fn on_record(
    connection: &mut AnyConnection,
    id: Digest,
) -> Result<Option<(Receipt, Vec<u8>)>, HubError> {
    let row = sqlx::query("SELECT leaf, at, signature FROM statement WHERE id = $1").bind(id.to_string());
    let Some(row) = row.fetch_optional(connection).await? else { return Ok(None) };
    let at = past::parsed(&row.try_get::<String, _>("at")?)?;
    let receipt = Receipt { id, leaf: row.try_get::<i64, _>("leaf")? as u64, at, new: false };
    Ok(Some((receipt, row.try_get("signature")?)))
}

async fn record(
    hub: &HubState,
    entries: &[Read],
    attachments: Attachments,
) -> Result<Vec<Receipt>, HubError> {
    let mut tx = hub.db.begin().await?;
    let before = journal::lock(&mut tx).await?;
    let history = hub.past.load(&mut tx, before, &[]).await?;
    let at = present(hub, &mut tx).await?;
    let (size, receipts, allowance) = (before, Vec::new(), Allowance::default());
    let mut deed = Deed { hub, at, history, attachments, before, size, receipts, allowance };
    for (place, entry) in entries.iter().enumerate() {
        deed.record(&mut tx, entry).await.map_err(|error| error.at(place))?;
    }
    deed.require_own_case(entries)?;
    deed.attachments.all_used()?;
    journal::unlock(&mut tx, deed.size).await?;
    tx.commit().await?;
    hub.past.keep(&deed.history, deed.size);
    hub.bell.notify_one();
    Ok(deed.receipts)
}

/// When a statement is recorded now: journals don't go back in time, even when the machine's clock does.
async fn present(hub: &HubState, connection: &mut AnyConnection) -> Result<Moment, HubError> {
    let last: Option<String> = sqlx::query_scalar("SELECT at FROM statement ORDER BY leaf DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    let last: Option<Moment> = last.map(|at| past::parsed(&at)).transpose()?;
    Ok(last.map_or(hub.clock.now(), |last| last.max(hub.clock.now())))
}

/// A batch as it is being recorded: one moment, one transaction.
struct Deed<'a> {
    hub: &'a HubState,
    at: Moment,
    history: History,
    attachments: Attachments,
    /// The journal's size when the deed got it.
    before: i64,
    /// The same with what was recorded so far.
    size: i64,
    receipts: Vec<Receipt>,
    allowance: Allowance,
}

impl Deed<'_> {
    async fn record(&mut self, tx: &mut AnyConnection, read: &Read) -> Result<(), HubError> {
        if let Some((receipt, signature)) = on_record(tx, read.id).await? {
            if signature != read.signature {
                // Signed once more, to the letter.
                self.verified(read, &self.attachments.certs(&read.statement.body)?)?;
            }
            self.attachments.use_all_of(&read.statement.body);
            self.receipts.push(receipt);
            return Ok(());
        }
        require_seen(tx, self.size, read.statement.journal).await?;
        self.require_limits(&read.statement)?;
        let shown = self.judge(tx, read).await?;
        self.allowance.take(tx, &self.hub.config.limits, read, self.at).await?;
        let leaf = self.append(tx, read).await?;
        for (id, who) in shown {
            show(tx, id, &who.to_string()).await?;
        }
        effects::keep(tx, self, read).await?;
        self.receipts.push(Receipt { id: read.id, leaf: leaf as u64, at: self.at, new: true });
        Ok(())
    }

    /// Two referrals that one member signs in one second, each on a machine of its own, begin with the same `case` to
    /// the letter. The second would put what it brings into the first one's case, about somebody else.
    fn require_own_case(&self, entries: &[Read]) -> Result<(), HubError> {
        let begins =
            |(read, receipt): (&Read, &Receipt)| matches!(read.statement.body, Body::Case(_)) && !receipt.new;
        let taken = entries.iter().zip(&self.receipts).position(begins);
        match taken.filter(|_| self.receipts.iter().any(|receipt| receipt.new)) {
            Some(place) => {
                let next = self.history.house.next_case(self.at);
                Err(HubError::from(Refusal::CaseNumberTaken { next }).at(place))
            }
            None => Ok(()),
        }
    }

    async fn judge(
        &mut self,
        tx: &mut AnyConnection,
        read: &Read,
    ) -> Result<BTreeSet<(Digest, crate::protocol::case::Audience)>, HubError> {
        let certs = self.attachments.certs(&read.statement.body)?;
        // The signature first: who can't sign learns nothing from what would be asked next, and has nothing read.
        let entry = self.verified(read, &certs)?;
        if let Some(case) = read.case_before() {
            self.hub.past.case(tx, &mut self.history, self.before, case).await?;
        }
        let (set, open) = match &read.statement.body {
            Body::Vault(vault) => (self.set_of(vault)?, self.open_headers(tx, vault).await?),
            _ => Default::default(),
        };
        let carried =
            matches!(read.statement.body, Body::Vault(_)).then_some(Carried { set: &set, open: &open });
        Ok(self.history.record(&entry, View::Whole, carried)?)
    }

    fn verified<'e>(
        &self,
        read: &'e Read,
        certs: &'e BTreeMap<Digest, Vec<u8>>,
    ) -> Result<Entry<'e>, HubError> {
        let entry = Entry {
            id: read.id,
            statement: &read.statement,
            text: &read.text,
            signature: &read.signature,
            leaf: self.size as u64,
            at: self.at,
            certs,
        };
        self.history.verify_signature(&entry)?;
        Ok(entry)
    }

    fn set_of(&self, vault: &Vault) -> Result<RekeyedSet, HubError> {
        let Some(digest) = vault.set else { return Ok(RekeyedSet::default()) };
        let bytes = self.attachments.blob(digest)?;
        let text = std::str::from_utf8(bytes).map_err(|_| Refusal::IncompleteSet)?;
        Ok(text.parse().map_err(|_| Refusal::IncompleteSet)?)
    }

    /// What a vault's predecessor can open, and so must be carried over: of a case vault's first
    /// generation, what the house's vault can open of that case.
    async fn open_headers(
        &self,
        tx: &mut AnyConnection,
        vault: &Vault,
    ) -> Result<BTreeSet<(Digest, PartName)>, HubError> {
        let house = &self.history.house;
        let of_house = || house.house_partner().and_then(|partner| house.vault_of(partner));
        let (before, scope) = match (self.history.current_vault(vault), vault.owner) {
            (Some(before), _) => (Some(before), None),
            (None, Owner::Case(case)) => (of_house(), Some(case)),
            (None, Owner::Partner(_)) => (None, None),
        };
        let Some(before) = before.map(VaultState::now) else { return Ok(BTreeSet::new()) };
        let rows = vault::headers_to(tx, before, scope).await?;
        let entry = |row: &sqlx::any::AnyRow| -> Result<_, HubError> {
            let (id, part): (String, String) = (row.try_get("statement")?, row.try_get("part")?);
            Ok((past::parsed(&id)?, past::parsed(&part)?))
        };
        rows.iter().map(entry).collect()
    }

    async fn append(&mut self, tx: &mut AnyConnection, read: &Read) -> Result<i64, HubError> {
        let event =
            Event::Statement { at: self.at, statement: read.id, signature: Digest::of(&read.signature) };
        let scope = read.scope();
        let leaf = self.size;
        journal::append(tx, self.hub.random, scope, leaf, &event).await?;
        sqlx::query(
            "INSERT INTO statement (leaf, id, kind, scope, signer, at, text, signature)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(leaf)
        .bind(read.id.to_string())
        .bind(read.statement.body.kind())
        .bind(scope.to_string())
        .bind(read.statement.by.to_string())
        .bind(self.at.to_string())
        .bind(String::from_utf8_lossy(&read.text).into_owned())
        .bind(read.signature.clone())
        .execute(tx)
        .await?;
        self.size += 1;
        Ok(leaf)
    }

    /// What the protocol limits in bytes, and the house's own configuration in days.
    fn require_limits(&self, statement: &Statement) -> Result<(), HubError> {
        self.attachments.require_small(&statement.body)?;
        let Body::Item(Item { retention, .. }) = &statement.body else { return Ok(()) };
        let ceiling = self.at.plus(i64::from(self.hub.config.limits.retention_days) * 24 * 3600);
        (retention.ends() <= ceiling).then_some(()).ok_or(Refusal::RetentionTooLong.into())
    }
}

/// Refuses a statement whose signer saw another journal than this one.
async fn require_seen(tx: &mut AnyConnection, size: i64, seen: Seen) -> Result<(), HubError> {
    if seen.size == 0 {
        return Ok(());
    }
    if seen.size > size as u64 || journal::root(tx, seen.size).await?.0 != seen.root {
        return Err(Refusal::OtherHistory.into());
    }
    Ok(())
}

async fn show(tx: &mut AnyConnection, id: Digest, who: &str) -> Result<(), HubError> {
    sqlx::query(
        "INSERT INTO shown (who, scope, leaf, kind) SELECT $1, scope, leaf, kind FROM statement WHERE id = $2
         ON CONFLICT (who, scope, leaf) DO NOTHING",
    )
    .bind(who)
    .bind(id.to_string())
    .execute(tx)
    .await?;
    Ok(())
}

/// The certs among attachments, by digest.
pub type Certs = BTreeMap<Digest, Vec<u8>>;

/// What a batch became.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Recorded {
    pub recorded: Vec<Receipt>,
    /// A C2SP signed note: the journal with these statements in it.
    pub checkpoint: String,
}

/// Records statements: all of a batch, or none. Sending again what was recorded is harmless.
#[utoipa::path(post, path = "/v1/statements", tag = "statements", request_body = Batch,
    responses((status = 200, body = Recorded), (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn post(State(hub): State<HubState>, arrived: Arrived) -> Result<Json<Recorded>, Problem> {
    let Arrived { batch, memory } = arrived;
    let recorded = submit(&hub, batch).await?;
    drop(memory);
    let mut connection = hub.db.read().acquire().await.map_err(HubError::from)?;
    let (_, checkpoint) =
        journal::checkpoint(&mut connection, &hub.journal_key).await.map_err(HubError::from)?;
    Ok(Json(Recorded { recorded, checkpoint }))
}
