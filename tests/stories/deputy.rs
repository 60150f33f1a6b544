//! The deputy on the roster opens in the delegate's place; the journal shows it.

use std::fs;

use zegel::client::verbs::meeting::release;
use zegel::demo::stage::Stage;
use zegel::protocol::id::Digest;
use zegel::protocol::words::ConsultationForm;

use crate::support::scene::{AGENDA, REPORT, date, femke_contributes, prepared};
use crate::support::{Base, Refused};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor", "daan"];

on_both!(daan_opens_in_noors_place_and_the_police_can_see_it);

async fn daan_opens_in_noors_place_and_the_police_can_see_it(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["noor", "femke"], &["daan"], Some(AGENDA)).await.unwrap();
    let report = femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &["noor", "daan"]).await.unwrap();
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();
    let delegates = release::Choice { delegates_only: true, ..Default::default() };
    let (released, _) = at!(stage, "joris", |ctx| release::release(ctx, case, &delegates));
    assert_eq!(released.unwrap().releases.len(), 2);
    assert_eq!(stage.opens_pack("daan", case).await.code(), "not-released", "he is not needed yet");
    assert_eq!(opened_by(stage, report).await, Vec::<String>::new());

    // On the day Noor is ill.
    let released = stage.releases("joris", case).await.unwrap();
    assert_eq!(released.releases.len(), 1);
    stage.opens_pack("daan", case).await.unwrap().require_whole().unwrap();
    assert_eq!(fs::read_to_string(stage.home("daan").join("opened/melding.txt")).unwrap(), REPORT);

    let daan = stage.member("daan").unwrap().to_string();
    assert_eq!(opened_by(stage, report).await, [daan]);
}

/// Who opened an item, as the hub's records say to its supplier.
async fn opened_by(stage: &Stage, item: Digest) -> Vec<String> {
    let (records, _) = at!(stage, "pieter", |ctx| async {
        ctx.begin().await.unwrap();
        ctx.remote.records(item).await
    });
    let records = records.unwrap();
    let events =
        records["records"].as_array().unwrap().iter().map(|record| record["event"].as_str().unwrap());
    let mut who = Vec::new();
    for event in events.filter(|event| event.contains("\nrecord: opened\n")) {
        assert!(event.contains(&format!("\nabout: {item}\n")), "{event}");
        who.extend(event.lines().find_map(|line| line.strip_prefix("member: ")).map(str::to_owned));
    }
    who
}
