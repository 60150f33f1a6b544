//! A copy of the house, on which somebody else does what the house itself takes from one only.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use sqlx::AssertSqlSafe;
use sqlx::any::AnyPoolOptions;
use tower::ServiceExt;
use zegel::client::Batch;
use zegel::clock::random;
use zegel::demo::stage::Stage;
use zegel::hub::config::Config;
use zegel::hub::serve::open;
use zegel::hub::web::router;

/// A copy of the hub takes a batch, and is thrown away. It answers nobody else, and mails nothing.
pub async fn takes(stage: &Stage, batch: &Batch, what: &str) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("copy.db");
    let pool = AnyPoolOptions::new().max_connections(1);
    let pool = pool.connect(stage.hub.state.config.database.reveal()).await.unwrap();
    let copied = AssertSqlSafe(format!("VACUUM INTO '{}'", database.display()));
    sqlx::query(copied).execute(&pool).await.unwrap();
    pool.close().await;
    let environment = [("ZEGEL__DATABASE".to_owned(), format!("sqlite:{}", database.display()))];
    let config = Config::load(&stage.folder.join("hub/zegel.toml"), environment).unwrap();
    let copy = open(config, Arc::new(stage.clock.clone()), random()).await.unwrap();
    let post = Request::post("/v1/statements").header("content-type", "application/json");
    let post = post.body(Body::from(serde_json::to_vec(batch).unwrap())).unwrap();
    let answer = router::build(copy.clone()).oneshot(post).await.unwrap();
    let status = answer.status();
    let said = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{what}: {}", String::from_utf8_lossy(&said));
    let said: serde_json::Value = serde_json::from_slice(&said).unwrap();
    let receipts = said["recorded"].as_array().unwrap();
    assert_eq!(receipts.len(), batch.entries.len(), "{what}");
    assert!(receipts.iter().all(|receipt| receipt["new"] == true), "{what}: {said}");
    copy.db.close().await;
}
