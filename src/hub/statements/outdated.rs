//! What goes because something newer took its place: old generations of vaults, old bundles, packs of who left a
//! roster.

use sqlx::{AnyConnection, Row};

use super::{Deed, Read};
use crate::hub::error::HubError;
use crate::hub::past::parsed;
use crate::protocol::case::CaseState;
use crate::protocol::id::{Digest, MemberId};
use crate::protocol::meeting::no_longer_given;
use crate::protocol::statement::{Roster, Vault};
use crate::protocol::words::{Signer, VaultGeneration};

/// Removes the headers and secrets of a vault's generations before the last but one, once a second holder's client
/// has opened all of that: whoever makes a generation opens the whole one before it. One holder alone could make two
/// with headers that open nothing, and the authority makes one that holds nothing; so the older ones stay until a
/// generation is made by another member than the one who made the generation before. Of a part whose header one of these
/// two took over as it was, that one opened nothing: there all the older ones stay, with the secrets to them.
pub async fn generations(
    tx: &mut AnyConnection,
    deed: &Deed<'_>,
    read: &Read,
    vault: &Vault,
) -> Result<(), HubError> {
    let state = deed.history.current_vault(vault);
    let statements = state.map_or_else(Vec::new, |state| state.generations.clone());
    let [older @ .., before, _] = &statements[..] else { return Ok(()) };
    let other_member = match (signer_of(tx, *before).await?, read.statement.by) {
        (Signer::Member(before), Signer::Member(now)) => before != now,
        _ => false,
    };
    if !other_member {
        return Ok(());
    }
    let of = |generation| VaultGeneration { vault: vault.vault, generation }.to_string();
    let now = vault.generation.0;
    for (generation, statement) in (1..).zip(older) {
        let headers = sqlx::query(
            "DELETE FROM header WHERE reader = $1 AND NOT EXISTS (
                 SELECT 1 FROM header n JOIN header l ON l.statement = n.statement AND l.part = n.part
                 WHERE n.statement = header.statement AND n.part = header.part AND n.bytes = l.bytes
                 AND (n.reader = $2 AND l.reader = $3 OR n.reader = $3 AND l.reader = $4))",
        );
        let headers = headers.bind(of(generation)).bind(of(now)).bind(of(now - 1)).bind(of(now - 2));
        headers.execute(&mut *tx).await?;
        // A secret that was brought again is also the newer generation's, as is a set.
        sqlx::query(
            "DELETE FROM attachment WHERE statement = $1 AND digest <> $2 AND digest <> $3
             AND digest NOT IN (SELECT h.secret FROM holder h)
             AND NOT EXISTS (SELECT 1 FROM header h WHERE h.reader = $4)",
        )
        .bind(statement.to_string())
        .bind(vault.secret.to_string())
        .bind(vault.set.map_or_else(String::new, |set| set.to_string()))
        .bind(of(generation))
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

async fn signer_of(tx: &mut AnyConnection, statement: Digest) -> Result<Signer, HubError> {
    let row = sqlx::query("SELECT signer FROM statement WHERE id = $1").bind(statement.to_string());
    Ok(parsed(&row.fetch_one(tx).await?.try_get::<String, _>("signer")?)?)
}

/// Removes a member's bundles but for the newest, which has this number, and the one before it: that one stays for
/// a member whose client has not opened the newest yet.
pub async fn bundles(tx: &mut AnyConnection, member: MemberId, newest: i64) -> Result<(), HubError> {
    let before: Option<i64> =
        sqlx::query_scalar("SELECT MAX(number) FROM bundle_fetch WHERE member = $1 AND number < $2")
            .bind(member.to_string())
            .bind(newest)
            .fetch_one(&mut *tx)
            .await?;
    let Some(before) = before else { return Ok(()) };
    let old: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT bundle FROM bundle_fetch WHERE member = $1 AND number < $2")
            .bind(member.to_string())
            .bind(before)
            .fetch_all(&mut *tx)
            .await?;
    let fetch = sqlx::query("DELETE FROM bundle_fetch WHERE member = $1 AND number < $2");
    fetch.bind(member.to_string()).bind(before).execute(&mut *tx).await?;
    for bundle in old {
        sqlx::query(
            "DELETE FROM attachment WHERE digest = $1
             AND (SELECT COUNT(*) FROM bundle_fetch f WHERE f.bundle = $1) = 0
             AND digest NOT IN (SELECT h.secret FROM holder h)
             AND (SELECT COUNT(*) FROM statement s WHERE s.id = attachment.statement AND s.kind = 'bundle') = 1",
        )
        .bind(bundle)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Removes the published headers of who is not on a meeting's new roster.
pub async fn packs(tx: &mut AnyConnection, case: &CaseState, roster: &Roster) -> Result<(), HubError> {
    for (reader, item) in no_longer_given(case, roster) {
        let header = sqlx::query("DELETE FROM header WHERE statement = $1 AND reader = $2");
        header.bind(item.to_string()).bind(reader.to_string()).execute(&mut *tx).await?;
    }
    Ok(())
}
