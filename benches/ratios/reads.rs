//! Each list that somebody reads who sees few of the house's things, in a house with a thousand items against one with
//! a hundred thousand; and how long two hundred at once wait for theirs.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::runtime::Runtime;
use zegel::clock::Stopwatch;
use zegel::demo::stage::Stage;

use crate::fill::fill;
use crate::postgres::Server;
use crate::race::{Aim, Row, Table, race};
use crate::stage::{house, refers, signs_in};

const FEW: u32 = 1_000;
const MANY: u32 = 100_000;
const ROUNDS: usize = 41;
const CASES: usize = 5;
const CLIENTS: usize = 200;
/// Of each of them.
const READS: usize = 20;

pub fn all(table: &mut Table) {
    on(table, "SQLite", ["sqlite:zegel.db", "sqlite:zegel.db"]);
    if table.wants("read, PostgreSQL") || table.wants("p99 of reads, PostgreSQL") {
        let (few, many) = (Server::start(), Server::start());
        on(table, "PostgreSQL", [&few.url, &many.url]);
    }
}

fn on(table: &mut Table, name: &str, databases: [&str; 2]) {
    let (read, crowd) = (format!("read, {name}"), format!("p99 of reads, {name}, 200 clients"));
    if !table.wants(&read) && !table.wants(&crowd) {
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let begin = |number: usize, items| {
        let folder = folder.path().join(number.to_string());
        std::fs::create_dir(&folder).expect("a folder");
        runtime.block_on(Library::begin(folder, databases[number], items))
    };
    let (few, many) = (begin(0, FEW), begin(1, MANY));
    for (number, (what, path)) in many.lists.iter().enumerate() {
        let what = format!("{read}, {what}");
        if table.wants(&what) {
            let small = &few.lists[number].1;
            let ours = || runtime.block_on(many.read(path));
            let (ours, peer) = race(ROUNDS, ours, || runtime.block_on(few.read(small)));
            table.add(Row { what, amount: None, ours, peer, aim: Aim::Growth(1.5) });
        }
    }
    if table.wants(&crowd) {
        let bare = runtime.block_on(bare_route(&few.stage));
        let (ours, peer) =
            race(5, || runtime.block_on(few.crowd()), || runtime.block_on(crowd_at(&bare, "")));
        table.add(Row { what: crowd, amount: None, ours, peer, aim: Aim::None });
    }
    for library in [few, many] {
        runtime.block_on(library.stage.hub.shutdown());
    }
}

/// A house with so many items of others, of which Femke sees none; and a few cases of her own.
struct Library {
    stage: Stage,
    token: String,
    http: reqwest::Client,
    /// Every list that she can read, by its name.
    lists: Vec<(&'static str, String)>,
}

impl Library {
    async fn begin(folder: std::path::PathBuf, database: &str, items: u32) -> Self {
        let stage = house(&folder, database).await;
        let (theirs, _) = refers(&stage, "sanne", "van-een-ander.txt").await;
        let mut own = Vec::new();
        for number in 0..CASES {
            own.push(refers(&stage, "femke", &format!("van-femke-{number}.txt")).await);
        }
        stage.opens_case("joris", own[0].0).await.expect("it opens");
        fill(&stage, theirs, items).await;
        // As the last of all, so that what is read is not only at the beginning.
        let (case, item) = refers(&stage, "femke", "de-laatste.txt").await;
        let token = signs_in(&stage, "femke").await;
        let mut connection = stage.hub.state.db.read().acquire().await.expect("a connection");
        let size = zegel::hub::journal::size(&mut connection).await.expect("a size");
        drop(connection);
        let vault = "SELECT vault FROM holder WHERE member = $1 ORDER BY vault LIMIT 1";
        let femke = stage.member("femke").expect("she has keys").to_string();
        let vault: String = sqlx::query_scalar(vault)
            .bind(femke)
            .fetch_one(stage.hub.state.db.read())
            .await
            .expect("her vault");
        let lists = vec![
            ("cases", "/v1/cases".to_owned()),
            ("statements of the house", "/v1/statements?scope=house".to_owned()),
            ("directories", "/v1/statements?scope=house&kind=directory".to_owned()),
            ("statements of a case", format!("/v1/statements?scope={case}")),
            ("headers of an item", format!("/v1/statements/{item}/parts/body/headers")),
            ("headers of a vault", format!("/v1/vaults/{vault}/headers")),
            ("records of an item", format!("/v1/items/{item}/records")),
            ("sessions", "/v1/sessions".to_owned()),
            ("proof of consistency", format!("/v1/journal/consistency?from={}&to={size}", size / 2)),
            ("tile", "/v1/tile/0/000".to_owned()),
        ];
        let http = reqwest::Client::new();
        let library = Self { stage, token, http, lists };
        // What is read for the first time is read from disk, and the past is caught up with.
        for (_, path) in &library.lists {
            library.read(path).await;
        }
        library
    }

    /// How long one read takes, to its last byte.
    async fn read(&self, path: &str) -> Duration {
        let url = format!("http://{}{path}", self.stage.hub.address);
        let watch = Stopwatch::start();
        let answer = self.http.get(url).bearer_auth(&self.token).send().await.expect("an answer");
        let status = answer.status();
        let text = answer.bytes().await.expect("the whole of it");
        assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&text));
        watch.elapsed()
    }

    async fn crowd(&self) -> Duration {
        crowd_at(&format!("http://{}/v1/me", self.stage.hub.address), &self.token).await
    }
}

/// What an axum route answers that asks the same database for one row.
async fn bare_route(stage: &Stage) -> String {
    let db = stage.hub.state.db.clone();
    let size = async move || {
        let size = sqlx::query_scalar::<_, i64>("SELECT size FROM journal WHERE id = 1").fetch_one(db.read());
        axum::Json(size.await.unwrap_or_default())
    };
    let router = axum::Router::new().route("/", axum::routing::get(size));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// Of all that so many clients ask one after the other, the time that one in a hundred takes or more.
async fn crowd_at(url: &str, token: &str) -> Duration {
    let http = reqwest::Client::new();
    let client = async || {
        let mut times = Vec::new();
        for _ in 0..READS {
            let watch = Stopwatch::start();
            let answer = http.get(url).bearer_auth(token).send().await.expect("an answer");
            answer.error_for_status().expect("a good one").bytes().await.expect("the whole of it");
            times.push(watch.elapsed());
        }
        times
    };
    let clients = join_all((0..CLIENTS).map(|_| client())).await;
    let mut times: Vec<Duration> = clients.into_iter().flatten().collect();
    times.sort();
    times[times.len() * 99 / 100]
}
