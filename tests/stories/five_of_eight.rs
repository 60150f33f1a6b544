//! Femke approves for five of eight readers; Joris releases; only those five can open. To the others it is as if the
//! item did not exist.

use std::fs;

use zegel::client::verbs::case::show;
use zegel::client::verbs::pack;
use zegel::demo::stage::Stage;
use zegel::hub::evidence;
use zegel::protocol::id::{CaseNumber, Digest, MemberId};
use zegel::protocol::refusal::Language;
use zegel::protocol::statement::{Body, Statement};

use crate::support::scene::{AGENDA, REPORT, date, femke_contributes, joris_releases, prepared};
use crate::support::wire::Wire;
use crate::support::{Base, Refused};

const PEOPLE: &[&str] = &[
    "sanne", "hugo", "joris", "mila", "femke", "pieter", "amrani", "iris", "bram", "yara", "noor", "daan",
    "ruud",
];
const FIVE: &[&str] = &["noor", "daan", "bram", "yara", "amrani"];
const OTHERS: &[&str] = &["sanne", "hugo", "iris"];

on_both!(only_those_five_can_open);

async fn only_those_five_can_open(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let eight = [&["femke"], FIVE, OTHERS].concat();
    stage.plans("joris", case, date(), &eight, &[], Some(AGENDA)).await.unwrap();
    let report = femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, FIVE).await.unwrap();
    joris_releases(stage, case).await;

    for who in FIVE {
        stage.opens_pack(who, case).await.unwrap().require_whole().unwrap();
        let opened = stage.home(who).join("opened/melding.txt");
        assert_eq!(fs::read_to_string(opened).unwrap(), REPORT, "{who}");
    }
    for who in OTHERS {
        let pack = stage.opens_pack(who, case).await.unwrap();
        assert!(pack.is_whole() && pack.opened.len() == 1, "{who} gets the agenda");
        it_does_not_exist(stage, who, case, report).await;
    }
    the_case_does_not_exist(stage, "ruud", case).await;

    // The same questions have other answers for who may know.
    let noor = Wire::of(stage, "noor").await;
    for what in ["label/headers", "label/payload", "body/headers", "body/payload"] {
        assert_eq!(noor.get(&format!("/v1/statements/{report}/parts/{what}")).await.status, 200, "{what}");
    }
    let pieter = Wire::of(stage, "pieter").await;
    assert_eq!(pieter.get(&format!("/v1/items/{report}/records")).await.status, 200);
    assert!(noor.get(&format!("/v1/statements?scope={case}")).await.body.contains(&report.to_string()));
}

/// Neither the item, nor what was said of it to anyone else.
async fn it_does_not_exist(stage: &Stage, who: &str, case: CaseNumber, report: Digest) {
    let wire = Wire::of(stage, who).await;
    let secret = not_for(stage, stage.member(who).unwrap(), report).await;
    assert_eq!(secret.len(), 1 + 1 + 5 + 5, "item, ask, approvals, releases");
    for id in &secret {
        wire.never_was(*id).await;
    }
    for path in
        [format!("/v1/statements?scope={case}"), "/v1/statements?scope=house".into(), "/v1/cases".into()]
    {
        let answer = wire.get(&path).await;
        assert_eq!(answer.status, 200);
        let named = secret.iter().find(|id| answer.body.contains(&id.to_string()));
        assert_eq!(named, None, "{who} sees it in {path}");
    }
    let (shown, _) = at!(stage, who, |ctx| show::show(ctx, case));
    assert!(shown.unwrap().items.iter().all(|line| line.item != report), "{who}");
    let named = said_of(stage, who, case, report).await;
    assert_eq!(named, said_of(stage, who, case, Digest::of(b"never was")).await);
}

/// What the client says when someone names an item.
async fn said_of(stage: &Stage, who: &str, case: CaseNumber, item: Digest) -> String {
    let wish = pack::Wish { items: vec![item.to_string()], folder: stage.folder.join("none"), sealed: None };
    let (opened, _) = at!(stage, who, |ctx| pack::open(ctx, case, &wish));
    let error = opened.map(drop).unwrap_err();
    assert_eq!(error.code(), "not-found");
    error.sentence(Language::Dutch).replace(&item.to_string(), "…")
}

/// The item, and all that builds on it for others than this member.
async fn not_for(stage: &Stage, me: MemberId, report: Digest) -> Vec<Digest> {
    let mut ids = vec![report];
    for (_, _, text, _) in evidence::all(&stage.hub.state).await.unwrap() {
        let about = match Statement::parse(text.as_bytes()).unwrap().body {
            Body::Ask(ask) => ask.item.contains(&report),
            Body::Approval(approval) => approval.item == report,
            Body::Release(release) => {
                release.reader != me && release.approved.iter().any(|approved| approved.item == report)
            }
            _ => false,
        };
        ids.extend(about.then(|| Digest::of(text.as_bytes())));
    }
    ids
}

/// Ruud is at no table of this case.
async fn the_case_does_not_exist(stage: &Stage, who: &str, case: CaseNumber) {
    let never = "ZVH-2026-0099";
    let wire = Wire::of(stage, who).await;
    let real = wire.get(&format!("/v1/statements?scope={case}")).await;
    let none = wire.get(&format!("/v1/statements?scope={never}")).await;
    assert_eq!((real.status, &real), (200, &none));
    assert!(!wire.get("/v1/cases").await.body.contains(&case.to_string()));
    let mut said = Vec::new();
    for number in [case, never.parse().unwrap()] {
        let (shown, _) = at!(stage, who, |ctx| show::show(ctx, number));
        let error = shown.map(drop).unwrap_err();
        said.push((error.code().to_owned(), error.sentence(Language::Dutch)));
    }
    assert_eq!(said[0], said[1]);
    assert_eq!(said[0].0, "unknown-case");
    assert_eq!(stage.opens_pack(who, case).await.code(), "unknown-case");
}
