//! Who may see what: the one place. Every read joins on it in SQL, so that nothing is fetched first and
//! left out afterwards; who may not know of something gets what one gets that does not exist.
//!
//! A vault is held by whom the protocol says: with the key that its generation was made for, by a member whose
//! roles still allow it.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Row};

use super::error::HubError;
use super::past::parsed;
use super::web::Caller;
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, Moment, VaultId};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Membership, PartName};
use crate::protocol::vault::require_may_hold;
use crate::protocol::words::{Owner, Reader};

/// The condition on a row `w` of `shown`, in a text that [`of_caller`] takes.
pub const SHOWN_TO_CALLER: &str = "(w.who = 'all' OR w.who = $1 OR w.who = $2
    OR w.who IN (SELECT v.vault FROM holder v WHERE v.member = $1 AND v.key = $3))";

/// Who holds no more vaults than this is shown few statements, so that it is quicker to begin with those.
const FEW_VAULTS: usize = 64;

/// The places of statements of kind `$6` after leaf `$4`, in order, `$5` at most, that the caller may see: for who may
/// see few, and holds so many vaults, which are bound from `$7` on. Each part finds its own beginning in the index, and each
/// statement is looked up by itself: where it may join, PostgreSQL walks along everyone's leaves instead. What is shown to
/// several of the caller's vaults counts once: a page that it filled twice over would end too soon, and nobody would ask for the rest.
fn few_of_a_kind(vaults: usize) -> String {
    let held = |vault| {
        format!("(SELECT v.vault FROM holder v WHERE v.vault = ${vault} AND v.member = $1 AND v.key = $3)")
    };
    let to = ["'all'", "$1", "$2"].map(str::to_owned).into_iter().chain((7..7 + vaults).map(held));
    let parts = to.map(|who| {
        format!(
            "SELECT leaf, scope FROM (SELECT w.leaf, w.scope FROM shown w
                 WHERE w.who = {who} AND w.kind = $6 AND w.leaf > $4 ORDER BY w.leaf LIMIT $5) part"
        )
    });
    let found = parts.collect::<Vec<_>>().join(" UNION ");
    format!(
        "SELECT l.leaf, l.scope, (SELECT s.at FROM statement s WHERE s.leaf = l.leaf) AS at
         FROM ({found}) l ORDER BY l.leaf LIMIT $5"
    )
}

impl Caller {
    /// A member who is in force, as it stands at a moment.
    pub fn of(house: &House, membership: &Membership, now: Moment) -> Self {
        // The house's vault and a case's ask the same of their holders; a partner's is held by its own people.
        let owner = Owner::Partner(membership.partner);
        let may_hold = require_may_hold(house, owner, membership.member, now).is_ok();
        Self {
            member: membership.member,
            partner: membership.partner,
            holds_with: may_hold.then_some(membership.key),
        }
    }
}

/// A question in which `$1` is the caller's member id, `$2` its partner's, and `$3` the key with which it holds
/// vaults, or nothing. What follows is bound from `$4` on.
pub fn of_caller(sql: String, caller: Caller) -> Query<'static, Any, AnyArguments> {
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(caller.member.to_string())
        .bind(caller.partner.to_string())
        .bind(caller.holds_with.map_or_else(String::new, |key| key.to_string()))
}

/// Place, scope and moment of the statements of a kind after a leaf that the caller may see, in order.
pub async fn of_kind(
    connection: &mut AnyConnection,
    caller: Caller,
    kind: &str,
    after: i64,
    most: i64,
) -> Result<Vec<AnyRow>, HubError> {
    let vaults: Vec<String> = sqlx::query_scalar("SELECT vault FROM holder WHERE member = $1 LIMIT $2")
        .bind(caller.member.to_string())
        .bind(FEW_VAULTS as i64 + 1)
        .fetch_all(&mut *connection)
        .await?;
    if vaults.len() <= FEW_VAULTS {
        let few = of_caller(few_of_a_kind(vaults.len()), caller).bind(after).bind(most).bind(kind.to_owned());
        return Ok(vaults.into_iter().fold(few, Query::bind).fetch_all(connection).await?);
    }
    let sql = format!(
        "SELECT s.leaf, s.scope, s.at FROM statement s WHERE s.kind = $6 AND s.leaf > $4 AND
         (SELECT COUNT(*) FROM shown w WHERE w.scope = s.scope AND w.leaf = s.leaf AND {SHOWN_TO_CALLER}) > 0
         ORDER BY s.leaf LIMIT $5"
    );
    let rows = of_caller(sql, caller).bind(after).bind(most).bind(kind.to_owned());
    Ok(rows.fetch_all(connection).await?)
}

/// A statement that the caller may see.
pub struct Visible {
    pub leaf: i64,
    pub kind: String,
    pub scope: String,
    pub text: String,
}

/// The statement, if the caller may see it.
///
/// # Errors
/// [`Refusal::UnknownItem`], the same whether it is not there or not for the caller.
pub async fn statement(
    connection: &mut AnyConnection,
    caller: Caller,
    id: Digest,
) -> Result<Visible, HubError> {
    let sql = format!(
        "SELECT s.leaf, s.kind, s.scope, s.text FROM statement s WHERE s.id = $4 AND
         (SELECT COUNT(*) FROM shown w WHERE w.scope = s.scope AND w.leaf = s.leaf AND {SHOWN_TO_CALLER}) > 0"
    );
    let row = of_caller(sql, caller).bind(id.to_string()).fetch_optional(connection).await?;
    let row = row.ok_or(Refusal::UnknownItem)?;
    Ok(Visible {
        leaf: row.try_get("leaf")?,
        kind: row.try_get("kind")?,
        scope: row.try_get("scope")?,
        text: row.try_get("text")?,
    })
}

/// The headers of a part that are for the caller, or for a vault that it holds, in its present generation.
pub async fn headers(
    connection: &mut AnyConnection,
    caller: Caller,
    statement: Digest,
    part: PartName,
) -> Result<Vec<(Reader, Vec<u8>)>, HubError> {
    let sql = "SELECT h.reader, h.bytes FROM header h WHERE h.statement = $4 AND h.part = $5 AND (h.reader = $1
         OR h.reader IN (SELECT v.vault || '/' || v.generation FROM holder v WHERE v.member = $1 AND v.key = $3))
         ORDER BY h.reader";
    let rows = of_caller(sql.to_owned(), caller).bind(statement.to_string()).bind(part.word());
    let header = |row: &AnyRow| -> Result<(Reader, Vec<u8>), HubError> {
        Ok((parsed(&row.try_get::<String, _>("reader")?)?, row.try_get("bytes")?))
    };
    rows.fetch_all(connection).await?.iter().map(header).collect()
}

/// A vault that the caller holds: its present generation, and the blob with its secret.
///
/// # Errors
/// [`Refusal::NotHolder`], also where there is no such vault.
pub async fn held_vault(
    connection: &mut AnyConnection,
    caller: Caller,
    vault: VaultId,
) -> Result<(u64, Digest), HubError> {
    let sql = "SELECT generation, secret FROM holder WHERE vault = $4 AND member = $1 AND key = $3";
    let row = of_caller(sql.to_owned(), caller).bind(vault.to_string()).fetch_optional(connection).await?;
    let row = row.ok_or(Refusal::NotHolder)?;
    Ok((row.try_get::<i64, _>("generation")? as u64, parsed(&row.try_get::<String, _>("secret")?)?))
}
