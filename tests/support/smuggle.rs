//! A hub that records what it should refuse: the leaf, the tree and the checkpoint are all as they should be.

use zegel::client::batch::Signed;
use zegel::hub::{HubState, journal};
use zegel::protocol::id::{Digest, Moment};
use zegel::protocol::journal::{Event, Scope};

/// Puts a statement at the end of the journal without judging it, and shows it to a member, or to `all`.
pub async fn smuggles(hub: &HubState, smuggled: &Signed, at: Moment, to: &str) {
    let (statement, id) = (smuggled.parse().unwrap(), smuggled.id());
    let scope = statement.body.case().map_or(Scope::House, Scope::Case);
    let mut tx = hub.db.begin().await.unwrap();
    let leaf = journal::lock(&mut tx).await.unwrap();
    let event = Event::Statement { at, statement: id, signature: Digest::of(&smuggled.signature) };
    journal::append(&mut tx, hub.random, scope, leaf, &event).await.unwrap();
    sqlx::query(
        "INSERT INTO statement (leaf, id, kind, scope, signer, at, text, signature)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(leaf)
    .bind(id.to_string())
    .bind(statement.body.kind())
    .bind(scope.to_string())
    .bind(statement.by.to_string())
    .bind(at.to_string())
    .bind(smuggled.statement.clone())
    .bind(smuggled.signature.clone())
    .execute(&mut *tx)
    .await
    .unwrap();
    let shown = sqlx::query("INSERT INTO shown (who, scope, leaf, kind) VALUES ($1, $2, $3, $4)");
    let shown = shown.bind(to).bind(scope.to_string()).bind(leaf).bind(statement.body.kind());
    shown.execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// Takes the last leaf away again.
pub async fn removes_last(hub: &HubState) {
    let mut tx = hub.db.begin().await.unwrap();
    let leaf = journal::lock(&mut tx).await.unwrap() - 1;
    for sql in [
        "DELETE FROM shown WHERE leaf = $1",
        "DELETE FROM statement WHERE leaf = $1",
        "DELETE FROM leaf WHERE leaf = $1",
    ] {
        sqlx::query(sql).bind(leaf).execute(&mut *tx).await.unwrap();
    }
    for level in 0..32 {
        let above = sqlx::query("DELETE FROM node WHERE level = $1 AND place >= $2");
        above.bind(level).bind(leaf >> level).execute(&mut *tx).await.unwrap();
    }
    journal::unlock(&mut tx, leaf).await.unwrap();
    tx.commit().await.unwrap();
}
