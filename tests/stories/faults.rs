//! A machine that fails under the hub, or under somebody's program: a disk that is full or takes no writes, a database
//! that is gone, a store that fails. Who asks is told so, nothing is half done, and all goes on by itself once it is
//! mended.

mod database;
mod heard;
mod own_disk;
mod process;
mod store;

use std::future::Future;
use std::time::Duration;

use reqwest::Method;
use zegel::client::verbs::contribute;
use zegel::client::verbs::contribute::terms::NewFile;
use zegel::demo::stage::Stage;
use zegel::hub::check::check;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::words::{ApprovalRule, ItemKind};

use crate::support::liar::through;
use crate::support::scene::paper;
use heard::Heard;

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter"];

/// Files as Femke puts them in: so many, each so long.
fn files(stage: &Stage, count: usize, length: usize) -> Vec<NewFile> {
    let new = |number| {
        let title = format!("Stuk {number}");
        let text = format!("{title} ").repeat(length / 7 + 1);
        let mut file = paper(stage, &format!("stuk-{number}.txt"), &title, ItemKind::Contribution, &text);
        file.terms.approval = ApprovalRule::Never;
        file
    };
    (0..count).map(new).collect()
}

/// She puts them in at a broken hub. It is mended only when the hub has said so; and then they are in, once.
async fn gets_in(stage: &Stage, case: CaseNumber, files: Vec<NewFile>, mend: impl AsyncFnOnce()) {
    let count = files.len();
    let heard = Heard::before(stage.url().unwrap()).await;
    let done = outlives(&heard, mend, async {
        through!(stage, "femke", &heard.remote, |ctx| contribute::contribute(ctx, case, files))
    });
    let done = done.await.unwrap_or_else(|error| panic!("it gets done by itself: {error}"));
    assert_eq!((done.items.len(), done.items.iter().all(|item| item.new)), (count, true));
    all_holds(stage).await;
}

/// Journal, tables and objects agree.
async fn all_holds(stage: &Stage) {
    assert_eq!(check(&stage.hub.state).await.unwrap().faults, Vec::<String>::new());
}

/// Somebody is at work at a broken hub, which is mended when it has said that it can't, and when to come back.
async fn outlives<T>(heard: &Heard, mend: impl AsyncFnOnce(), act: impl Future<Output = T>) -> T {
    let before = heard.faults();
    let mended = async {
        within(|| heard.faults() > before).await;
        mend().await;
    };
    let done = tokio::join!(act, mended).0;
    heard.faults();
    done
}

/// How often the hub answered with a fault, whichever.
fn faults(stage: &Stage) -> u64 {
    let text = stage.hub.state.metrics.text();
    let line = text.lines().find_map(|line| line.strip_prefix("zegel_answers_total{status=\"5xx\"} "));
    line.unwrap().parse().unwrap()
}

async fn within(is_so: impl Fn() -> bool) {
    for _ in 0..3000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it takes more than half a minute");
}

/// Both languages, when to come back, and in the form of a problem.
async fn says_when_to_come_back(stage: &Stage, method: Method, path: &str, token: &str) {
    for (language, said) in
        [("nl", "De hub kan dit nu even niet doen."), ("en", "The hub can't do this just now.")]
    {
        let url = stage.url().unwrap().join(path).unwrap();
        let ask = reqwest::Client::new().request(method.clone(), url).bearer_auth(token);
        let ask = ask.header("accept-language", language).header("tus-resumable", "1.0.0");
        let answer = ask.header("upload-length", "100").send().await.unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(answer.status(), 503, "{method} {path}");
        let form = [header("retry-after"), header("content-type"), header("content-language")];
        assert_eq!(form, ["5", "application/problem+json", language]);
        let problem: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(problem["code"], "unavailable");
        assert!(problem["detail"].as_str().unwrap().starts_with(said), "{problem}");
    }
}
