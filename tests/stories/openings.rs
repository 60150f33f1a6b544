//! What the hub records of who opens an item, and by which release it may be opened.

use std::fs;

use reqwest::Method;
use zegel::client::ask::Unattended;
use zegel::client::verbs::meeting::roster::{Plan, Planned};
use zegel::client::verbs::meeting::{approve, ask, decide, release};
use zegel::demo::act::file;
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::words::*;

use crate::support::door::{self, get, signs_in};
use crate::support::{Base, Play, play};

/// Femke's item, released to Noor at a meeting that she was invited to.
async fn released(base: Base) -> (Play, CaseNumber, Digest) {
    let play = play(base, &["sanne", "joris", "mila", "femke", "pieter", "noor"]).await;
    let stage = &play.stage;
    let new = |name: &str, kind| {
        let path = stage.folder.join(name);
        fs::write(&path, name).unwrap();
        file(path, name, kind, &[Phase::Rto], "2027-06-30")
    };
    let referral = vec![new("aanmelding.txt", ItemKind::Referral)];
    let case = stage.refers("sanne", CaseKind::Aftercare, referral).await.unwrap().case;
    stage.opens_case("joris", case).await.unwrap();
    stage.moves_to("joris", case, Phase::Rto).await.unwrap();
    let meeting = meets(stage, case, "2026-11-10T09:00:00Z").await;
    let melding = vec![new("melding.txt", ItemKind::Contribution)];
    let item = stage.contributes("femke", case, melding).await.unwrap().items[0].item;
    releases(stage, case, meeting.roster).await;
    (play, case, item)
}

async fn meets(stage: &Stage, case: CaseNumber, date: &str) -> Planned {
    stage.plans("joris", case, date.parse().unwrap(), &["femke", "noor"], &[], None).await.unwrap()
}

/// Somebody does something at the own desk.
macro_rules! does {
    ($stage:expr, $who:expr, |$ctx:ident| $act:expr) => {{
        let (home, remote) = $stage.desk($who).unwrap();
        let (mut out, mut ask) = (std::io::sink(), Unattended);
        let mut context = $stage.context(&home, &remote, &mut out, &mut ask);
        let $ctx = &mut context;
        $act.await.unwrap()
    }};
}

/// From the ask to Noor's release, for one roster.
async fn releases(stage: &Stage, case: CaseNumber, roster: Digest) {
    let roster = Some(roster.to_string());
    let named = roster.as_deref();
    does!(stage, "joris", |ctx| ask::ask(ctx, case, named, &[]));
    let readers = vec![stage.member("noor").unwrap().to_string()];
    let choice = approve::Choice { roster: roster.clone(), readers, ..approve::Choice::default() };
    does!(stage, "femke", |ctx| approve::approve(ctx, case, &choice));
    does!(stage, "sanne", |ctx| decide::consult(ctx, case, named, ConsultationForm::Signed, "Akkoord."));
    let choice = release::Choice { roster: roster.clone(), ..release::Choice::default() };
    does!(stage, "joris", |ctx| release::release(ctx, case, &choice));
}

fn headers(item: Digest, part: &str) -> String {
    format!("/v1/statements/{item}/parts/{part}/headers")
}

/// The outcomes that the journal holds, in order.
async fn records(stage: &Stage) -> Vec<String> {
    let sql =
        "SELECT event FROM leaf WHERE event LIKE 'zegel/1 record%' AND event LIKE '%about:%' ORDER BY leaf";
    let events: Vec<String> = sqlx::query_scalar(sql).fetch_all(stage.hub.state.db.read()).await.unwrap();
    let outcome = |event: &String| {
        let line = event.lines().find_map(|line| line.strip_prefix("record: "));
        line.unwrap().to_owned()
    };
    events.iter().map(outcome).collect()
}

on_both_and_in_a_bucket!(
    opening_again_and_again_is_recorded_once_in_ten_minutes,
    nothing_is_recorded_as_opened_behind_its_withdrawal,
    an_item_opens_by_whichever_release_still_holds,
);

async fn opening_again_and_again_is_recorded_once_in_ten_minutes(base: Base) {
    let (play, case, item) = released(base).await;
    let stage = &play.stage;
    let noor = signs_in(stage, "noor").await;
    let path = headers(item, "body");
    assert_eq!(door::ask(stage, Method::HEAD, &noor, &path).await.status, 200);
    assert_eq!(get(stage, &noor, &headers(item, "label")).await.status, 200);
    assert!(records(stage).await.is_empty(), "neither HEAD nor a label is an opening");

    let size = get(stage, &noor, "/v1/hub").await.json()["size"].clone();
    let many = (0..20).map(|_| get(stage, &noor, &path));
    let answers = futures_util::future::join_all(many).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(records(stage).await, ["opened"]);
    let after = get(stage, &noor, "/v1/hub").await.json()["size"].clone();
    assert_eq!(after.as_u64(), size.as_u64().map(|size| size + 1));

    stage.clock.advance(9 * 60);
    get(stage, &noor, &path).await;
    assert_eq!(records(stage).await, ["opened"]);
    stage.clock.advance(60);
    get(stage, &noor, &path).await;
    assert_eq!(records(stage).await, ["opened", "opened"]);

    stage.withdraws("pieter", case, "melding.txt", &["noor"]).await.unwrap();
    for _ in 0..3 {
        assert_eq!(get(stage, &noor, &path).await.code, "withdrawn");
    }
    assert_eq!(records(stage).await, ["opened", "opened", "refused"]);
}

async fn nothing_is_recorded_as_opened_behind_its_withdrawal(base: Base) {
    let (play, case, item) = released(base).await;
    let stage = &play.stage;
    let noor = signs_in(stage, "noor").await;
    let path = headers(item, "body");
    let reading = async {
        let mut answers = Vec::new();
        for _ in 0..200 {
            let answer = get(stage, &noor, &path).await;
            let refused = answer.status != 200;
            answers.push(answer);
            // So that each of them is recorded anew.
            sqlx::query("DELETE FROM recorded").execute(stage.hub.state.db.writer()).await.unwrap();
            if refused {
                break;
            }
        }
        answers
    };
    let readers =
        futures_util::future::join(reading, stage.withdraws("pieter", case, "melding.txt", &["noor"]));
    let (answers, withdrawn) = readers.await;
    withdrawn.unwrap();
    assert!(answers.iter().any(|answer| answer.status == 200) && answers.last().unwrap().code == "withdrawn");
    let order: Vec<String> = sqlx::query_scalar(
        "SELECT l.event FROM leaf l LEFT JOIN statement s ON s.leaf = l.leaf
         WHERE l.event LIKE '%record: opened%' OR s.kind = 'withdrawal' ORDER BY l.leaf DESC LIMIT 1",
    )
    .fetch_all(stage.hub.state.db.read())
    .await
    .unwrap();
    assert!(order[0].contains("statement: "), "the withdrawal comes last: {}", order[0]);
}

async fn an_item_opens_by_whichever_release_still_holds(base: Base) {
    // Meetings have ids by chance: whichever comes last, the other one's release counts too.
    for left in ["first", "second"] {
        let (play, case, item) = released(base).await;
        let stage = &play.stage;
        let noor = signs_in(stage, "noor").await;
        let path = headers(item, "body");
        let first: String = sqlx::query_scalar("SELECT text FROM statement WHERE kind = 'roster'")
            .fetch_one(stage.hub.state.db.read())
            .await
            .unwrap();
        let first = first.lines().find_map(|line| line.strip_prefix("meeting: ")).unwrap().parse().unwrap();
        let second = meets(stage, case, "2026-11-11T09:00:00Z").await;
        releases(stage, case, second.roster).await;
        assert_eq!(get(stage, &noor, &path).await.status, 200);

        let meeting = if left == "first" { first } else { second.meeting };
        let remove = vec![stage.member("noor").unwrap().to_string()];
        let without_her = Plan { meeting: Some(meeting), remove: remove.clone(), ..Plan::default() };
        stage.changes("joris", case, without_her).await.unwrap();
        assert_eq!(get(stage, &noor, &path).await.status, 200, "she left the {left}");
        let other = if left == "first" { second.meeting } else { first };
        let without_her = Plan { meeting: Some(other), remove, ..Plan::default() };
        stage.changes("joris", case, without_her).await.unwrap();
        assert_eq!(get(stage, &noor, &path).await.code, "not-on-roster");
    }
}
