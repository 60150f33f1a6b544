//! Who may see what: the one place. Every read joins on it in SQL, so that nothing is fetched first and
//! left out afterwards; who may not know of something gets what one gets that does not exist.

use sqlx::{AnyConnection, Row};

use super::error::HubError;
use super::past::parsed;
use super::web::Caller;
use crate::protocol::id::{Digest, VaultId};
use crate::protocol::refusal::Refusal;

/// The condition on a row `w` of `shown`; `$1` is the caller's member id, `$2` its partner's.
pub const SHOWN_TO_CALLER: &str = "(w.who = 'all' OR w.who = $1 OR w.who = $2
    OR w.who IN (SELECT h.vault FROM holder h WHERE h.member = $1))";

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
        "SELECT s.leaf, s.kind, s.scope, s.text FROM statement s WHERE s.id = $3 AND
         (SELECT COUNT(*) FROM shown w WHERE w.scope = s.scope AND w.leaf = s.leaf AND {SHOWN_TO_CALLER}) > 0"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(caller.member.to_string())
        .bind(caller.partner.to_string())
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    let row = row.ok_or(Refusal::UnknownItem)?;
    Ok(Visible {
        leaf: row.try_get("leaf")?,
        kind: row.try_get("kind")?,
        scope: row.try_get("scope")?,
        text: row.try_get("text")?,
    })
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
    let row = sqlx::query("SELECT generation, secret FROM holder WHERE vault = $1 AND member = $2")
        .bind(vault.to_string())
        .bind(caller.member.to_string())
        .fetch_optional(connection)
        .await?;
    let row = row.ok_or(Refusal::NotHolder)?;
    Ok((row.try_get::<i64, _>("generation")? as u64, parsed(&row.try_get::<String, _>("secret")?)?))
}
