//! The stage on which a story is played.

use tempfile::TempDir;
use zegel::demo::stage::{Setting, Stage};

/// A house that runs in a folder of its own.
pub struct Play {
    pub stage: Stage,
    _folder: TempDir,
}

/// Sets up the house with these people, on SQLite.
pub async fn play(people: &[&str]) -> Play {
    let folder = tempfile::tempdir().expect("a folder");
    let begins = "2026-11-02T08:00:00Z".parse().expect("a moment");
    let setting = Setting { folder: folder.path(), begins, database: "sqlite:zegel.db", people, port: 0 };
    let stage = Stage::set(&setting).await.unwrap_or_else(|error| panic!("the stage: {error}"));
    Play { stage, _folder: folder }
}
