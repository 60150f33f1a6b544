//! Somebody has Femke's key, and fills a case with it. A day holds only so much of one member; others go on, and what was
//! put in can be taken out.

use zegel::client::verbs::meeting::decide::retract;
use zegel::demo::act::police;
use zegel::protocol::label::{FactOrOpinion, Police};
use zegel::protocol::words::*;

use crate::support::scene::{REPORT, comes_in, comes_to_the_table, date, paper};
use crate::support::{Base, Refused, play_with};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor"];

on_both!(a_day_holds_so_much_of_one_member);

async fn a_day_holds_so_much_of_one_member(base: Base) {
    let play = play_with(base, PEOPLE, "[limits]\nstatements_per_day = 12\n").await;
    let stage = &play.stage;
    let case = comes_in(stage).await;
    comes_to_the_table(stage, case).await;
    stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    let contributes = async |title: &str| {
        let fact = Police { kind: FactOrOpinion::Fact, reliability: "proces-verbaal".into() };
        let report = police(paper(stage, "melding.txt", title, ItemKind::Contribution, REPORT), fact);
        stage.contributes("femke", case, vec![report]).await
    };
    let mut there = 0;
    let refused = loop {
        match contributes(&format!("Melding {there}")).await {
            Ok(_) => there += 1,
            Err(refused) => break refused,
        }
        assert!(there < 12, "it never ends");
    };
    assert_eq!(Err::<(), _>(refused).code(), "too-much");
    assert!(there > 0, "how much she has on record of before");
    let (taken, _) = at!(stage, "femke", |ctx| retract(ctx, case, "Melding 0"));
    taken.unwrap();
    stage.asks_suppliers("joris", case).await.unwrap();
}
