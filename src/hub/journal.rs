//! The journal in the database: its lock, its leaves and the tree over them.

use std::collections::HashMap;

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::Random;
use super::db::DbError;
use super::past::parsed;
use crate::protocol::id::{Digest, Moment};
use crate::protocol::journal::{
    Event, Frontier, Halves, JournalKey, Leaf, Needed, NodeId, Salt, Scope, consistency_nodes, empty_root,
    inclusion_nodes, root_nodes,
};

/// So many subtrees are asked for in one question.
const NODES_AT_ONCE: usize = 256;

/// Takes the row that every deed begins with, which is the lock; returns the journal's size.
pub async fn lock(tx: &mut AnyConnection) -> Result<i64, DbError> {
    // An UPDATE, so that the database makes others wait here and not later.
    let row = sqlx::query("UPDATE journal SET size = size + 1 WHERE id = 1 RETURNING size").fetch_one(tx);
    Ok(row.await?.try_get::<i64, _>("size")? - 1)
}

/// Sets the size that a deed ends with; its commit lets the next one in.
pub async fn unlock(tx: &mut AnyConnection, size: i64) -> Result<(), DbError> {
    sqlx::query("UPDATE journal SET size = $1 WHERE id = 1").bind(size).execute(tx).await?;
    Ok(())
}

/// The number of leaves now.
pub async fn size(connection: &mut AnyConnection) -> Result<u64, DbError> {
    let row = sqlx::query("SELECT size FROM journal WHERE id = 1").fetch_one(connection).await?;
    Ok(row.try_get::<i64, _>("size")? as u64)
}

/// Appends an event at the end, which only who has the lock may do.
pub async fn append(
    tx: &mut AnyConnection,
    random: Random,
    scope: Scope,
    leaf: i64,
    event: &Event,
) -> Result<(), DbError> {
    let entry = Leaf { scope, scope_salt: salt(random)?, event_salt: salt(random)?, event: *event };
    let halves = entry.halves();
    sqlx::query(
        "INSERT INTO leaf (leaf, scope, scope_salt, event_half, event_salt, event)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(leaf)
    .bind(scope.to_string())
    .bind(entry.scope_salt.to_vec())
    .bind(halves.event.0.to_vec())
    .bind(entry.event_salt.to_vec())
    .bind(event.to_string())
    .execute(&mut *tx)
    .await?;
    let peaks = nodes(tx, &root_nodes(leaf as u64)).await?;
    let mut frontier = Frontier::new(leaf as u64, peaks).ok_or_else(|| DbError::damaged("the tree"))?;
    for (node, hash) in frontier.append(halves.hash()) {
        sqlx::query("INSERT INTO node (level, place, hash) VALUES ($1, $2, $3)")
            .bind(i64::from(node.level))
            .bind(node.index as i64)
            .bind(hash.0.to_vec())
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

fn salt(random: Random) -> Result<Salt, DbError> {
    let mut salt = [0; 32];
    random.fill(&mut salt).map_err(|_| DbError::damaged("the source of randomness"))?;
    Ok(salt)
}

/// The tree's root at a size that it has had.
pub async fn root(connection: &mut AnyConnection, size: u64) -> Result<Digest, DbError> {
    let needed = root_nodes(size);
    let hashes = nodes(connection, &needed).await?;
    Ok(folded(&needed, &hashes)?.first().copied().unwrap_or_else(empty_root))
}

/// The signed size and root.
pub async fn checkpoint(connection: &mut AnyConnection, key: &JournalKey) -> Result<(u64, String), DbError> {
    let size = size(connection).await?;
    let root = root(connection, size).await?;
    Ok((size, key.sign(size, root)))
}

/// What proves that a leaf stands in the tree of a size.
pub fn inclusion(leaf: u64, size: u64) -> Result<Needed, DbError> {
    inclusion_nodes(leaf, size).ok_or_else(|| DbError::damaged("the journal's size"))
}

/// Proves that the tree of one size grew from that of another; none where it did not.
pub async fn consistency(
    connection: &mut AnyConnection,
    old: u64,
    new: u64,
) -> Result<Option<Vec<Digest>>, DbError> {
    let Some(needed) = consistency_nodes(old, new) else { return Ok(None) };
    let hashes = nodes(connection, &needed).await?;
    Ok(Some(folded(&needed, &hashes)?))
}

fn folded(needed: &Needed, hashes: &[Digest]) -> Result<Vec<Digest>, DbError> {
    needed.fold(hashes).ok_or_else(|| DbError::damaged("the tree"))
}

async fn nodes(connection: &mut AnyConnection, needed: &Needed) -> Result<Vec<Digest>, DbError> {
    fetch(connection, needed.ids()).await?.all(needed.ids())
}

/// Complete subtrees' hashes, fetched together.
pub struct Nodes(HashMap<NodeId, Digest>);

impl Nodes {
    /// Those of some of them, in the order asked for.
    pub fn all(&self, ids: impl Iterator<Item = NodeId>) -> Result<Vec<Digest>, DbError> {
        ids.map(|id| self.0.get(&id).copied().ok_or_else(|| DbError::damaged("the tree"))).collect()
    }

    /// The proof that is made of some of them.
    pub fn proof(&self, needed: &Needed) -> Result<Vec<Digest>, DbError> {
        folded(needed, &self.all(needed.ids())?)
    }
}

/// Fetches the hashes of these subtrees: proofs need many, and most of them more than once.
pub async fn fetch(
    connection: &mut AnyConnection,
    ids: impl Iterator<Item = NodeId>,
) -> Result<Nodes, DbError> {
    let mut ids: Vec<NodeId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut nodes = HashMap::with_capacity(ids.len());
    for some in ids.chunks(NODES_AT_ONCE) {
        // So that there are few texts for the database to remember.
        let places = some.len().next_power_of_two();
        let mut query = sqlx::query(AssertSqlSafe(nodes_sql(places)));
        for node in some.iter().chain(some.last()).cycle().take(places) {
            query = query.bind(i64::from(node.level)).bind(node.index as i64);
        }
        for row in query.fetch_all(&mut *connection).await? {
            let level = row.try_get::<i64, _>("level")? as u8;
            let id = NodeId { level, index: row.try_get::<i64, _>("place")? as u64 };
            nodes.insert(id, digest(row.try_get("hash")?)?);
        }
    }
    Ok(Nodes(nodes))
}

/// The question for so many of them.
fn nodes_sql(places: usize) -> String {
    let pairs: Vec<String> = (0..places).map(|n| format!("(${}, ${})", 2 * n + 1, 2 * n + 2)).collect();
    format!("SELECT level, place, hash FROM node WHERE (level, place) IN (VALUES {})", pairs.join(", "))
}

/// One complete subtree's hash.
pub async fn node(connection: &mut AnyConnection, node: NodeId) -> Result<Digest, DbError> {
    let nodes = fetch(connection, std::iter::once(node)).await?;
    nodes.all(std::iter::once(node))?.pop().ok_or_else(|| DbError::damaged("the tree"))
}

fn digest(bytes: Vec<u8>) -> Result<Digest, DbError> {
    bytes.try_into().map(Digest).map_err(|_| DbError::damaged("a hash"))
}

/// A leaf as it is kept: whole, or after its erasure the halves.
pub struct Kept {
    pub leaf: u64,
    pub scope: Scope,
    pub scope_salt: Salt,
    pub event_half: Digest,
    pub event: Option<(Salt, Event)>,
}

impl Kept {
    /// The leaf's hash, computed from what is kept.
    pub fn hash(&self) -> Digest {
        match &self.event {
            Some((event_salt, event)) => {
                let (scope, scope_salt, event_salt) = (self.scope, self.scope_salt, *event_salt);
                Leaf { scope, scope_salt, event_salt, event: *event }.hash()
            }
            None => Halves::erased(self.scope, &self.scope_salt, self.event_half).hash(),
        }
    }
}

/// Reads a leaf.
pub async fn leaf(connection: &mut AnyConnection, leaf: u64) -> Result<Kept, DbError> {
    let row =
        sqlx::query("SELECT scope, scope_salt, event_half, event_salt, event FROM leaf WHERE leaf = $1")
            .bind(leaf as i64)
            .fetch_one(connection)
            .await?;
    let event = match (
        row.try_get::<Option<Vec<u8>>, _>("event_salt")?,
        row.try_get::<Option<String>, _>("event")?,
    ) {
        (Some(salt), Some(event)) => Some((digest(salt)?.0, parsed(&event)?)),
        _ => None,
    };
    Ok(Kept {
        leaf,
        scope: parsed(&row.try_get::<String, _>("scope")?)?,
        scope_salt: digest(row.try_get("scope_salt")?)?.0,
        event_half: digest(row.try_get("event_half")?)?,
        event,
    })
}

/// Now, for a record.
pub fn record_at(at: Moment, record: crate::protocol::journal::Record) -> Event {
    Event::Record { at, record }
}
