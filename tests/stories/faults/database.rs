//! A database that is full, takes no writes, or is gone.

use std::process::Command;

use reqwest::Method;
use sqlx::AssertSqlSafe;
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;

use super::{PEOPLE, files, gets_in, says_when_to_come_back, within};
use crate::postgres::Server;
use crate::support::door::{get, signs_in};
use crate::support::hands::journal_size;
use crate::support::scene::{comes_in, comes_to_the_table, date, prepared};
use crate::support::{Base, Play, play_at};

on_both!(a_database_that_takes_no_writes_takes_them_again);

/// A case that Femke knows of, before the meeting.
async fn femke_is_invited(stage: &Stage, case: CaseNumber) {
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
}

/// The one connection for writes, told something by SQLite's own means.
async fn pragma(stage: &Stage, text: String) -> i64 {
    let told = sqlx::query_scalar(AssertSqlSafe(format!("PRAGMA {text}")));
    told.fetch_optional(stage.hub.state.db.writer()).await.unwrap().unwrap_or(0)
}

/// The hub says so, keeps nothing of what had no room, and goes on reading.
#[tokio::test]
async fn a_full_database_keeps_nothing_half_and_takes_it_when_there_is_room() {
    let (play, case) = prepared(Base::Sqlite, PEOPLE).await;
    let stage = &play.stage;
    femke_is_invited(stage, case).await;
    let before = journal_size(stage).await;
    let pages = pragma(stage, "page_count".into()).await;
    assert!(pages > 10 && pragma(stage, format!("max_page_count = {pages}")).await == pages);
    let mend = async || {
        assert_eq!(journal_size(stage).await, before, "nothing of it is on record");
        let token = signed_in(stage).await;
        assert_eq!(get(stage, &token, "v1/statements?scope=house").await.status, 200, "and it can be read");
        pragma(stage, format!("max_page_count = {}", 1 << 30)).await;
    };
    gets_in(stage, case, files(stage, 24, 9000), mend).await;
    assert_eq!(journal_size(stage).await, before + 24);
}

/// The token that Femke's program keeps.
async fn signed_in(stage: &Stage) -> String {
    let session = std::fs::read_to_string(stage.home("femke").join("session")).unwrap();
    serde_json::from_str::<serde_json::Value>(&session).unwrap()["token"].as_str().unwrap().to_owned()
}

async fn a_database_that_takes_no_writes_takes_them_again(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    femke_is_invited(stage, case).await;
    let token = signs_in(stage, "femke").await;
    let before = journal_size(stage).await;
    takes_writes(stage, base, false).await;
    says_when_to_come_back(stage, Method::POST, "v1/uploads", &token).await;
    let mend = async || {
        assert_eq!(get(stage, &token, "v1/statements?scope=house").await.status, 200, "it can be read");
        assert_eq!(journal_size(stage).await, before);
        takes_writes(stage, base, true).await;
    };
    gets_in(stage, case, files(stage, 2, 100), mend).await;
    assert_eq!(journal_size(stage).await, before + 2);
}

/// As an administrator's setting, or a standby, would have it.
async fn takes_writes(stage: &Stage, base: Base, yes: bool) {
    let word = if yes { "off" } else { "on" };
    match base {
        Base::Sqlite | Base::Bucket => {
            pragma(stage, format!("query_only = {}", if yes { 0 } else { 1 })).await;
        }
        Base::Postgres => {
            let url = stage.hub.state.config.database.reveal();
            let (name, host) = url.trim_start_matches("postgres:///").split_once("?host=").unwrap();
            let host = host.split('&').next().unwrap();
            let set = format!("ALTER DATABASE {name} SET default_transaction_read_only = {word}");
            let end =
                format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            let psql = [
                "-h",
                host,
                "-U",
                "zegel",
                "-d",
                "postgres",
                "-q",
                "-o",
                "/dev/null",
                "-c",
                &set,
                "-c",
                &end,
            ];
            assert!(Command::new("psql").args(psql).status().unwrap().success());
        }
    }
}

/// A server of PostgreSQL that can be killed, and started again.
struct Postmaster {
    _server: Server,
    folder: String,
    database: String,
}

impl Postmaster {
    fn start() -> Self {
        let server = Server::start();
        let database = server.database();
        let (_, host) = database.split_once("?host=").unwrap();
        let folder = host.split('&').next().unwrap().to_owned();
        Self { _server: server, folder, database }
    }

    fn shell(&self, script: &str) {
        let mut command = crate::postgres::shell();
        let done = command.args(["-c", script, "sh", &self.folder]).current_dir("/").status().unwrap();
        assert!(done.success(), "{script}");
    }

    /// The first process of them all, without a word. The others go with it.
    fn kill(&self) {
        self.shell("kill -KILL $(head -1 \"$1/data/postmaster.pid\")");
    }

    fn start_again(&self) {
        self.shell(
            "bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
             [ -n \"$bin\" ] || bin=$(dirname \"$(command -v initdb)\")
             opts=\"-c listen_addresses='' -c unix_socket_directories='$1' -c max_connections=300 -c fsync=off\"
             for n in 1 2 3 4 5 6 7 8 9; do
                 \"$bin/pg_ctl\" -D \"$1/data\" -l \"$1/log\" -w start -o \"$opts\" >/dev/null && exit
                 sleep 1
             done
             exit 1",
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_killed_is_found_again_once_it_is_back() {
    let server = Postmaster::start();
    let begins = "2026-11-02T08:00:00Z".parse().unwrap();
    let play: Play = play_at(&server.database, PEOPLE, "[limits]\nrequest = 2\n", begins).await;
    let stage = &play.stage;
    let case = comes_in(stage).await;
    comes_to_the_table(stage, case).await;
    femke_is_invited(stage, case).await;
    let token = signs_in(stage, "femke").await;
    let before = journal_size(stage).await;
    server.kill();
    // What the server started notices a moment later that it is gone.
    let mut answers = 0;
    while get(stage, &token, "v1/statements?scope=house").await.status == 200 {
        answers += 1;
        assert!(answers < 1000, "it goes on without its server");
    }
    says_when_to_come_back(stage, Method::GET, "v1/statements?scope=house", &token).await;
    says_when_to_come_back(stage, Method::POST, "v1/uploads", &token).await;
    gets_in(stage, case, files(stage, 2, 100), async || server.start_again()).await;
    assert_eq!(journal_size(stage).await, before + 2);
    assert_eq!(get(stage, &token, "v1/statements?scope=house").await.status, 200);
    within(|| stage.hub.state.db.read().num_idle() > 0).await;
}
