//! A hub that records what it should refuse: the leaf, the tree and the checkpoint are all as they should be.

use zegel::client::batch::Signed;
use zegel::demo::stage::Stage;
use zegel::hub::journal;
use zegel::protocol::id::{Digest, MemberId, Moment};
use zegel::protocol::journal::{Event, Scope};

/// Puts a statement at the end of the journal without judging it, and shows it to one member.
pub async fn smuggles(stage: &Stage, smuggled: &Signed, at: Moment, to: MemberId) {
    let hub = &stage.hub.state;
    let (statement, id) = (smuggled.parse().unwrap(), smuggled.id());
    let case = statement.body.case().expect("it is of a case");
    let mut tx = hub.db.begin().await.unwrap();
    let leaf = journal::lock(&mut tx).await.unwrap();
    let event = Event::Statement { at, statement: id, signature: Digest::of(&smuggled.signature) };
    journal::append(&mut tx, hub.random, Scope::Case(case), leaf, &event).await.unwrap();
    sqlx::query(
        "INSERT INTO statement (leaf, id, kind, scope, signer, at, text, signature)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(leaf)
    .bind(id.to_string())
    .bind(statement.body.kind())
    .bind(case.to_string())
    .bind(statement.by.to_string())
    .bind(at.to_string())
    .bind(smuggled.statement.clone())
    .bind(smuggled.signature.clone())
    .execute(&mut *tx)
    .await
    .unwrap();
    let shown = sqlx::query("INSERT INTO shown (who, scope, leaf) VALUES ($1, $2, $3)");
    shown.bind(to.to_string()).bind(case.to_string()).bind(leaf).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// Takes the last leaf away again.
pub async fn removes_last(stage: &Stage) {
    let mut tx = stage.hub.state.db.begin().await.unwrap();
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
