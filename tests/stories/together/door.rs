//! At the door: bodies, batches and the mail.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use reqwest::Method;
use zegel::client::remote::RecordedBatch;
use zegel::client::verbs::contribute::contribute;
use zegel::client::{Batch, ClientError};
use zegel::demo::stage::Stage;
use zegel::hub::mail::{self, worker};
use zegel::protocol::id::CaseNumber;
use zegel::protocol::words::*;

use super::race::{acts, again, answers, desks, meet, told};
use super::{PEOPLE, SETTINGS, all_is_well, at_the_table, together};
use crate::support::door::signs_in;
use crate::support::hands::journal_size;
use crate::support::liar::{Lie, liar, through};
use crate::support::post::{chooses, count, writes};
use crate::support::scene::paper;
use crate::support::smtp::{FakeServer, Way};
use crate::support::{Base, play_with};

together!(one_batch_is_recorded_once, one_body_comes_in_once,);

/// Sent by all at one time, a batch is recorded once, and everyone is told so.
async fn one_batch_is_recorded_once(stage: &Stage, many: usize) {
    let case = at_the_table(stage).await;
    let batch = femkes_contribution(stage, case).await;
    let before = journal_size(stage).await;
    let told: Vec<RecordedBatch> = at_one_time(stage, many * 3, &batch).await;
    let first = told.iter().filter(|told| told.recorded.iter().all(|receipt| receipt.new)).count();
    let later = told.iter().filter(|told| told.recorded.iter().all(|receipt| !receipt.new)).count();
    assert_eq!((first, later), (1, many * 3 - 1));
    let leaves: BTreeSet<u64> = told.iter().map(|told| told.recorded[0].leaf).collect();
    assert_eq!(leaves.len(), 1, "all are told of the one place");
    assert_eq!(journal_size(stage).await, before + batch.entries.len() as i64);
}

async fn at_one_time(stage: &Stage, many: usize, batch: &Batch) -> Vec<RecordedBatch> {
    let (_, remote) = stage.desk("joris").unwrap();
    let url = stage.url().unwrap();
    let send = |_| {
        let (remote, batch, _url) = (remote.clone(), batch.clone(), url.clone());
        tokio::spawn(async move { remote.post(&batch).await })
    };
    let sent = join_all((0..many).map(send)).await;
    let sent: Result<Vec<_>, ClientError> = sent.into_iter().map(|sent| sent.unwrap()).collect();
    sent.unwrap_or_else(|refused| panic!("{refused}"))
}

/// What Femke's program sends, kept back on its way.
async fn femkes_contribution(stage: &Stage, case: CaseNumber) -> Batch {
    let (keeps, kept) = liar(stage).await;
    kept.lock().unwrap().lie = Some(Lie::KeptBack.told());
    let report = paper(stage, "nog een.txt", "Nog een", ItemKind::Contribution, "nog een");
    let refused = through!(stage, "femke", &keeps, |ctx| contribute(ctx, case, vec![report]));
    assert_eq!(refused.unwrap_err().code(), "kept");
    let kept = kept.lock().unwrap().kept.take().unwrap();
    serde_json::from_slice(&kept).unwrap()
}

/// Parts of one body that come at one time: one of them is kept, the others are told where it goes on; and then one item
/// gets it, and no other.
async fn one_body_comes_in_once(stage: &Stage, many: usize) {
    let token = signs_in(stage, "femke").await;
    let http = reqwest::Client::new();
    let url = stage.url().unwrap();
    let ask = |method: Method, path: &str| {
        let request = http.request(method, url.join(path).unwrap()).bearer_auth(&token);
        request.header("Tus-Resumable", "1.0.0")
    };
    let made = ask(Method::POST, "v1/uploads").header("Upload-Length", "1000").send().await.unwrap();
    let location = made.headers()["Location"].to_str().unwrap().to_owned();
    let part = |number: usize| {
        let request = ask(Method::PATCH, location.trim_start_matches('/')).header("Upload-Offset", "0");
        let request = request.header("Content-Type", "application/offset+octet-stream");
        tokio::spawn(request.body(vec![number as u8; 1000]).send())
    };
    let sent = join_all((0..many).map(part)).await;
    let statuses: Vec<u16> = sent.into_iter().map(|sent| sent.unwrap().unwrap().status().as_u16()).collect();
    let kept = statuses.iter().filter(|status| **status == 204).count();
    assert!(kept == 1 && statuses.iter().all(|status| [204, 409, 429].contains(status)), "{statuses:?}");
    let whole = sqlx::query_scalar("SELECT COUNT(*) FROM part WHERE state = 'whole' AND upload = $1");
    let whole = whole.bind(location.rsplit('/').next().unwrap().to_owned());
    let whole: i64 = whole.fetch_one(stage.hub.state.db.read()).await.unwrap();
    assert_eq!(whole, 1);

    let case = at_the_table(stage).await;
    let mut all = Vec::new();
    for who in ["femke", "pieter"] {
        all.extend(acts!("contributes", desks(stage, who, many / 2).await, |stage, ctx| async {
            let report = paper(stage, "zelfde.txt", "Zelfde", ItemKind::Contribution, "hetzelfde");
            contribute(ctx, case, vec![report]).await
        }));
    }
    let said = meet(stage, &["item"], &["too-many-uploads"], all).await;
    let given = told(&said, "contributes").len();
    let late = again(stage, said);
    assert!(late.iter().all(|said| said.answer.is_ok()), "{:?}", answers(&late));
    assert_eq!(given + told(&late, "contributes").len(), many / 2 * 2, "each desk's is an item of its own");
    let claimed = "SELECT COUNT(DISTINCT upload) - COUNT(upload) FROM sealed_part WHERE upload IS NOT NULL";
    assert_eq!(count(stage, claimed).await, 0, "no two items have one body");
}

/// While letters come in, several workers look for what is due: each letter leaves once, and is noted as sent once.
async fn letters_leave_once(base: Base, many: usize) {
    let server = FakeServer::start(Way::Plain).await;
    let files = tempfile::tempdir().unwrap();
    let settings = format!("{SETTINGS}{}per_hour = 10000\n", server.settings(files.path(), Way::Plain));
    let play = play_with(base, PEOPLE, &settings).await;
    let stage = &play.stage;
    chooses(stage, "femke", DeliveryWay::Mail, LanguageWord::Dutch).await;
    let case = at_the_table(stage).await;
    let hub = stage.hub.state.clone();
    let looking = tokio::spawn(async move {
        let transport = mail::transport(&hub.config.mail, &hub.config.hub).unwrap();
        for _ in 0..many * 4 {
            let rounds = (0..4).map(|_| worker::round(&hub, &transport));
            join_all(rounds).await.into_iter().for_each(|round| round.unwrap());
            tokio::task::yield_now().await;
        }
    });
    let authors = ["joris", "mila"];
    for number in 0..many {
        writes(stage, authors[number % 2], "femke", case, &format!("bericht {number}")).await;
    }
    looking.await.unwrap();
    crate::support::post::settles(stage).await;
    let sent = "SELECT COUNT(*) FROM outbox WHERE letter IS NOT NULL AND state = 'sent' AND attempts = 1";
    assert_eq!(count(stage, sent).await, many as i64);
    let of_letters = server.received().into_iter().filter(|mail| !is_notice(&mail.bytes));
    let ids: Vec<String> = of_letters.map(|mail| mail.header("Message-ID")).collect();
    let once: BTreeSet<&String> = ids.iter().collect();
    assert_eq!((ids.len(), once.len()), (many, many), "each came, and once");
    all_is_well(stage).await;
}

fn is_notice(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).contains("\r\nAuto-Submitted: ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn letters_leave_once_on_sqlite() {
    letters_leave_once(Base::Sqlite, 20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn letters_leave_once_on_postgresql() {
    letters_leave_once(Base::Postgres, 20).await;
}
