//! From a referral to an opened pack.

use std::fs;

use zegel::client::verbs::case::show;
use zegel::client::verbs::meeting::decide;
use zegel::client::verbs::pack;

use crate::support::scene::{AGENDA, PURPOSE, REPORT, date, femke_contributes, joris_releases, prepared};
use crate::support::{Base, Refused};

const PEOPLE: &[&str] =
    &["sanne", "hugo", "joris", "mila", "femke", "pieter", "noor", "daan", "bram", "yara"];

on_both_and_in_a_bucket!(
    noor_opens_what_femke_approved_and_joris_released,
    joris_reads_the_referral_from_the_case_vault,
);

async fn noor_opens_what_femke_approved_and_joris_released(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["noor", "bram", "femke"], &["daan"], Some(AGENDA)).await.unwrap();
    femke_contributes(stage, case).await;
    let asked = stage.asks_suppliers("joris", case).await.unwrap();
    assert_eq!(asked, 2, "the police and the municipality");

    let asks = stage.sees_asks("femke").await.unwrap().asks;
    assert_eq!((asks.len(), asks[0].items[0].title.as_str()), (1, "Melding"));
    assert_eq!(asks[0].purpose.as_deref(), Some(PURPOSE));
    assert_eq!(asks[0].readers.len(), 3, "she reads it already");
    let approved = stage.approves("femke", case, &["noor"]).await.unwrap();
    assert_eq!(approved.approvals.len(), 1);
    assert_eq!(stage.opens_pack("noor", case).await.code(), "not-released");

    joris_releases(stage, case).await;
    let again = stage.releases("joris", case).await.unwrap();
    assert!(again.releases.is_empty());
    let opened = stage.opens_pack("noor", case).await.unwrap();
    opened.require_whole().unwrap();
    let home = stage.home("noor");
    assert_eq!(fs::read_to_string(home.join("opened/melding.txt")).unwrap(), REPORT);
    assert!(home.join("sealed/melding.txt.age").exists());
    let here = fs::read_dir(stage.folder.join("hub/objects")).map_or(0, Iterator::count);
    assert_eq!(here == 0, matches!(base, Base::Bucket), "where bodies lie");
    assert_eq!(stage.opens_pack("bram", case).await.unwrap().opened.len(), 1, "only the agenda");

    stage.withdraws("pieter", case, "Melding", &["noor"]).await.unwrap();
    let wish = pack::Wish { items: vec![], folder: home.join("later"), sealed: None };
    let (after, _) = at!(stage, "noor", |ctx| pack::open(ctx, case, &wish));
    let after = after.unwrap();
    assert_eq!((after.opened.len(), after.refused[0].code.as_str()), (1, "withdrawn"));
    assert_eq!(fs::read_dir(home.join("later")).unwrap().count(), 1);
}

async fn joris_reads_the_referral_from_the_case_vault(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    femke_contributes(stage, case).await;
    let folder = stage.home("joris").join("opened");
    let items = vec!["Aanmelding".into(), "melding".into()];
    let wish = pack::Wish { items, folder: folder.clone(), sealed: None };
    let (opened, _) = at!(stage, "joris", |ctx| pack::open(ctx, case, &wish));
    opened.unwrap().require_whole().unwrap();
    assert_eq!(fs::read_to_string(folder.join("aanmelding.txt")).unwrap(), "de aanmelding");
    let (retracted, _) = at!(stage, "femke", |ctx| decide::retract(ctx, case, "Melding"));
    retracted.unwrap();
    let (opened, _) = at!(stage, "joris", |ctx| pack::open(ctx, case, &wish));
    assert_eq!(opened.code(), "not-found");
    let (nothing, _) = at!(stage, "noor", |ctx| show::show(ctx, case));
    assert_eq!(nothing.code(), "unknown-case");
}
