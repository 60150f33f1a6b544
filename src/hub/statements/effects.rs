//! What a recorded statement leaves in the tables beside itself: sealed parts, headers, blobs, holders;
//! and what it takes away.

use sqlx::{AnyConnection, Row};

use super::{Deed, Read, mailed, outdated};
use crate::hub::error::HubError;
use crate::hub::past::parsed;
use crate::hub::{session, upload};
use crate::protocol::id::{Digest, MemberId};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::*;
use crate::protocol::words::{Payload, Reader};

/// Keeps what a judged statement carries, and does what it says.
pub async fn keep(tx: &mut AnyConnection, deed: &mut Deed<'_>, read: &Read) -> Result<(), HubError> {
    keep_blobs(tx, deed, read).await?;
    keep_parts(tx, deed, read).await?;
    match &read.statement.body {
        Body::Vault(b) => {
            vault(tx, deed, read, b).await?;
            outdated::generations(tx, deed, read, b).await
        }
        Body::Bundle(b) => bundle(tx, read, b).await,
        Body::Roster(b) => outdated::packs(tx, deed.history.case(b.case)?, b).await,
        Body::Revocation(b) => session::end_of_key(tx, b.key).await,
        Body::Suspension(b) => session::end_all(tx, b.member).await,
        Body::Exclusion(b) => exclusion(tx, deed, b).await,
        Body::Ask(b) => {
            ask(tx, deed, b).await?;
            mailed::ask(tx, deed, read, b).await
        }
        Body::Release(b) => {
            release(tx, deed, b).await?;
            mailed::release(tx, read, b).await
        }
        Body::Letter(b) => mailed::letter(tx, deed, read, b).await,
        Body::Reply(b) => mailed::reply(tx, deed, read, b).await,
        Body::Withdrawal(b) => withdrawal(tx, deed, b).await,
        Body::Retraction(b) => retraction(tx, b).await,
        _ => Ok(()),
    }
}

async fn keep_blobs(tx: &mut AnyConnection, deed: &mut Deed<'_>, read: &Read) -> Result<(), HubError> {
    for digest in read.statement.body.blobs() {
        let bytes = deed.attachments.take_blob(digest)?;
        // One hub cert serves many directories. A cert is kept for good, whatever brought the same bytes before.
        let sql = match read.statement.body {
            Body::Bundle(_) | Body::Vault(_) => {
                "INSERT INTO attachment (digest, statement, bytes) VALUES ($1, $2, $3)
                 ON CONFLICT (digest) DO NOTHING"
            }
            _ => {
                "INSERT INTO attachment (digest, statement, bytes) VALUES ($1, $2, $3)
                 ON CONFLICT (digest) DO UPDATE SET statement = excluded.statement"
            }
        };
        sqlx::query(sql)
            .bind(digest.to_string())
            .bind(read.id.to_string())
            .bind(bytes)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

async fn keep_parts(tx: &mut AnyConnection, deed: &mut Deed<'_>, read: &Read) -> Result<(), HubError> {
    for part in read.statement.body.parts() {
        let (payload, upload) = match part.name {
            PartName::Body => (None, Some(claim(tx, read, &part.payload).await?)),
            _ => (Some(deed.attachments.take_payload(&part.payload)?), None),
        };
        sqlx::query(
            "INSERT INTO sealed_part (statement, part, scope, digest, length, payload, upload)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(read.id.to_string())
        .bind(part.name.word())
        .bind(read.scope().to_string())
        .bind(part.payload.digest.to_string())
        .bind(part.payload.length as i64)
        .bind(payload)
        .bind(upload)
        .execute(&mut *tx)
        .await?;
        for grant in part.grants {
            let bytes = deed.attachments.take_header(grant.header)?;
            put_header(tx, read.id, part.name, Reader::Vault(grant.vault), bytes).await?;
        }
    }
    Ok(())
}

/// The signer's own upload with this payload, whole, and not claimed before.
async fn claim(tx: &mut AnyConnection, read: &Read, payload: &Payload) -> Result<String, HubError> {
    let member = read.statement.member().ok_or(Refusal::WrongSigner)?;
    let upload = upload::take_upload(tx, member, payload.digest, payload.length).await?;
    Ok(upload.ok_or(Refusal::NotUploaded)?.to_string())
}

async fn put_header(
    tx: &mut AnyConnection,
    statement: Digest,
    part: PartName,
    reader: Reader,
    bytes: Vec<u8>,
) -> Result<(), HubError> {
    // A reader has one header for a part: a later release replaces that of an earlier one.
    sqlx::query(
        "INSERT INTO header (statement, part, reader, bytes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (statement, part, reader) DO UPDATE SET bytes = excluded.bytes",
    )
    .bind(statement.to_string())
    .bind(part.word())
    .bind(reader.to_string())
    .bind(bytes)
    .execute(tx)
    .await?;
    Ok(())
}

async fn vault(
    tx: &mut AnyConnection,
    deed: &mut Deed<'_>,
    read: &Read,
    vault: &Vault,
) -> Result<(), HubError> {
    let now = crate::protocol::words::VaultGeneration { vault: vault.vault, generation: vault.generation.0 };
    for ((statement, part), header) in deed.set_of(vault)?.entries {
        let bytes = deed.attachments.take_header(header)?;
        put_header(tx, statement, part, Reader::Vault(now), bytes).await?;
    }
    sqlx::query("DELETE FROM holder WHERE vault = $1")
        .bind(vault.vault.to_string())
        .execute(&mut *tx)
        .await?;
    let holders = deed.history.current_vault(vault).map(|state| state.holders.clone()).unwrap_or_default();
    for (holder, key) in holders {
        sqlx::query(
            "INSERT INTO holder (vault, generation, member, key, secret, statement)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(vault.vault.to_string())
        .bind(vault.generation.0 as i64)
        .bind(holder.to_string())
        .bind(key.to_string())
        .bind(vault.secret.to_string())
        .bind(read.id.to_string())
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

async fn bundle(tx: &mut AnyConnection, read: &Read, bundle: &Bundle) -> Result<(), HubError> {
    let member = read.statement.member().ok_or(Refusal::WrongSigner)?;
    for fetch in &bundle.fetch {
        let others =
            sqlx::query("SELECT COUNT(*) AS n FROM bundle_fetch WHERE fetch_id = $1 AND member <> $2");
        let others = others.bind(fetch.to_string()).bind(member.to_string()).fetch_one(&mut *tx).await?;
        // Under another's id this bundle would be found instead of the one that its owner needs.
        if others.try_get::<i64, _>("n")? != 0 {
            return Err(Refusal::NotAllowed.into());
        }
        sqlx::query(
            "INSERT INTO bundle_fetch (fetch_id, member, number, bundle, statement) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (fetch_id, number) DO NOTHING",
        )
        .bind(fetch.to_string())
        .bind(member.to_string())
        .bind(bundle.number.0 as i64)
        .bind(bundle.digest.to_string())
        .bind(read.id.to_string())
        .execute(&mut *tx)
        .await?;
    }
    outdated::bundles(tx, member, bundle.number.0 as i64).await
}

/// An exclusion, like a suspension, can be over again; sessions from before it are not (20.2).
async fn exclusion(
    tx: &mut AnyConnection,
    deed: &mut Deed<'_>,
    exclusion: &Exclusion,
) -> Result<(), HubError> {
    let people =
        deed.history.house.listed_members.iter().filter(|(_, listed)| listed.partner == exclusion.partner);
    for (member, _) in people {
        session::end_all(tx, *member).await?;
    }
    Ok(())
}

/// The supplier gets the agenda to judge by.
async fn ask(tx: &mut AnyConnection, deed: &mut Deed<'_>, ask: &Ask) -> Result<(), HubError> {
    let case = deed.history.case(ask.case)?;
    let agenda = case.rosters.get(&ask.roster).and_then(|roster| roster.agenda);
    let (Some(agenda), Some(label), Some(body)) = (agenda, ask.agenda_label, ask.agenda_body) else {
        return Ok(());
    };
    for (part, grant) in [(PartName::Label, label), (PartName::Body, body)] {
        let bytes = deed.attachments.take_header(grant.header)?;
        put_header(tx, agenda, part, Reader::Vault(grant.vault), bytes).await?;
    }
    Ok(())
}

/// Publishes the reader's headers: those that the approvals name, and the house's own.
async fn release(tx: &mut AnyConnection, deed: &mut Deed<'_>, release: &Release) -> Result<(), HubError> {
    let mut headers: Vec<(Digest, Digest, Digest)> = Vec::new();
    let case = deed.history.case(release.case)?;
    for approved in &release.approved {
        let approval = &case.approvals.get(&approved.approval).ok_or(Refusal::NotApproved)?.approval;
        headers.push((approved.item, approval.reader_label, approval.reader_body));
    }
    headers.extend(release.own.iter().map(|own| (own.item, own.grant_label, own.grant_body)));
    for (item, label, body) in headers {
        for (part, digest) in [(PartName::Label, label), (PartName::Body, body)] {
            let bytes = deed.attachments.take_header(digest)?;
            put_header(tx, item, part, Reader::Member(release.reader), bytes).await?;
        }
    }
    Ok(())
}

/// Published grants go at once, and so do those that still lie sealed.
async fn withdrawal(
    tx: &mut AnyConnection,
    deed: &mut Deed<'_>,
    withdrawal: &Withdrawal,
) -> Result<(), HubError> {
    let case = deed.history.case(withdrawal.case)?;
    let of_reader = |reader: &MemberId| withdrawal.reader.contains(reader);
    let approvals: Vec<Digest> = case
        .approvals
        .iter()
        .filter(|(_, state)| state.approval.item == withdrawal.item && of_reader(&state.approval.reader))
        .map(|(id, _)| *id)
        .collect();
    for reader in &withdrawal.reader {
        let published = sqlx::query("DELETE FROM header WHERE statement = $1 AND reader = $2");
        published.bind(withdrawal.item.to_string()).bind(reader.to_string()).execute(&mut *tx).await?;
    }
    for approval in approvals {
        forget(tx, approval).await?;
    }
    Ok(())
}

/// An item that is taken out goes whole; what lies in objects is removed by a chore.
async fn retraction(tx: &mut AnyConnection, retraction: &Retraction) -> Result<(), HubError> {
    let rows = sqlx::query("SELECT upload FROM sealed_part WHERE statement = $1 AND upload IS NOT NULL")
        .bind(retraction.item.to_string())
        .fetch_all(&mut *tx)
        .await?;
    for row in rows {
        upload::erase(tx, &parsed(&row.try_get::<String, _>("upload")?)?).await?;
    }
    forget(tx, retraction.item).await
}

/// Removes a statement's sealed parts and every header of theirs.
async fn forget(tx: &mut AnyConnection, statement: Digest) -> Result<(), HubError> {
    for table in ["DELETE FROM header WHERE statement = $1", "DELETE FROM sealed_part WHERE statement = $1"] {
        sqlx::query(table).bind(statement.to_string()).execute(&mut *tx).await?;
    }
    Ok(())
}
