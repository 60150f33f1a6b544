//! Two keys open a pack: the supplier's approval, and the procesregisseur's release. Whoever has one of them, and the hub's
//! disk too, opens nothing.

use zegel::client::verbs::pack;
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::label::{FactOrOpinion, Police};
use zegel::protocol::words::*;

use crate::support::Base;
use crate::support::disk::Thief;
use crate::support::hands::commitments;
use crate::support::scene::{AGENDA, REPORT, date, joris_releases, paper, prepared};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor", "daan"];

on_both!(neither_the_approval_nor_the_release_opens_alone);

async fn neither_the_approval_nor_the_release_opens_alone(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["noor", "femke"], &[], Some(AGENDA)).await.unwrap();
    let report = paper(stage, "melding.txt", "Melding", ItemKind::Contribution, REPORT);
    let fact = Police { kind: FactOrOpinion::Fact, reliability: "proces-verbaal".into() };
    let mut report = zegel::demo::act::police(report, fact);
    report.terms.director = Director::Label;
    let report = stage.contributes("femke", case, vec![report]).await.unwrap().items[0].item;
    stage.asks_suppliers("joris", case).await.unwrap();
    let [label, body] = commitments(stage, report).await;

    // Before the approval: nobody but the police.
    let joris = Thief::with(stage, &["joris", "mila"]).await;
    assert!(joris.headers_found() > 10);
    assert_eq!((joris.opened.contains(&label), joris.opened.contains(&body)), (true, false));
    assert_eq!(refused_to_joris(stage, case).await, "label-only");
    let noor = Thief::with(stage, &["noor", "daan"]).await;
    assert_eq!((noor.opened.contains(&label), noor.opened.contains(&body)), (false, false));

    // Approved is not released: what opens for Noor lies sealed to those who run the case, for whom it does not open.
    stage.approves("femke", case, &["noor"]).await.unwrap();
    let noor = Thief::with(stage, &["noor", "daan"]).await;
    assert_eq!((noor.opened.contains(&label), noor.opened.contains(&body)), (false, false));
    let joris = Thief::with(stage, &["joris", "mila"]).await;
    assert!(joris.read.iter().any(|text| text.len() == 336), "he can take Noor's grants out");
    assert!(!joris.opened.contains(&body), "but they are Noor's");
    assert_eq!(refused_to_joris(stage, case).await, "label-only");
    let all = [&noor.read[..], &joris.read].concat();
    assert!(!all.iter().any(|text| text == REPORT.as_bytes()));

    // With both keys the same search finds it.
    joris_releases(stage, case).await;
    let noor = Thief::with(stage, &["noor", "daan"]).await;
    assert_eq!((noor.opened.contains(&label), noor.opened.contains(&body)), (true, true));
    assert!(noor.read.iter().any(|text| text == REPORT.as_bytes()));
    let together = Thief::with(stage, &["femke"]).await;
    assert!(together.read.iter().any(|text| text == REPORT.as_bytes()), "the police could all along");
    stage.opens_pack("noor", case).await.unwrap().require_whole().unwrap();
}

async fn refused_to_joris(stage: &Stage, case: CaseNumber) -> String {
    let wish = pack::Wish { items: vec!["Melding".into()], folder: stage.folder.join("none"), sealed: None };
    let (opened, _) = at!(stage, "joris", |ctx| pack::open(ctx, case, &wish));
    let opened = opened.unwrap();
    assert!(opened.opened.is_empty());
    opened.refused[0].code.clone()
}
