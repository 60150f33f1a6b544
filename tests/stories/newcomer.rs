//! Answers exist; Joris adds Bram; Bram reads nothing; suppliers are asked again in one step. And who leaves the roster
//! and comes back is a newcomer too.

use zegel::client::verbs::meeting::roster::Plan;
use zegel::client::verbs::meeting::{approve, decide, release};
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::words::{Approved, ConsultationForm, Seat};

use crate::support::hands::by_hand;
use crate::support::scene::{AGENDA, date, femke_contributes, joris_releases, prepared};
use crate::support::wire::Wire;
use crate::support::{Base, Refused};

const PEOPLE: &[&str] = &["sanne", "hugo", "joris", "mila", "femke", "pieter", "noor", "bram"];

on_both!(
    bram_reads_nothing_until_suppliers_are_asked_again,
    noor_who_left_the_roster_and_came_back_has_no_pack,
);

async fn bram_reads_nothing_until_suppliers_are_asked_again(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let planned = stage.plans("joris", case, date(), &["noor", "femke"], &[], Some(AGENDA)).await.unwrap();
    let report = femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &[]).await.unwrap();

    let bram = stage.invited("bram", Seat::Delegate).unwrap();
    let plan = Plan { meeting: Some(planned.meeting), add: vec![bram], ..Plan::default() };
    let changed = stage.changes("joris", case, plan).await.unwrap();
    assert_eq!((changed.number, changed.participants), (2, 3));
    assert_eq!(stage.opens_pack("bram", case).await.code(), "not-released");
    Wire::of(stage, "bram").await.never_was(report).await;
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();
    for who in ["noor", "bram"] {
        assert_eq!(releases_as_before(stage, case, who).await, expected(who), "{who}");
    }

    assert!(stage.sees_asks("femke").await.unwrap().asks.is_empty(), "nobody asked for the new roster yet");
    let asked = stage.asks_suppliers("joris", case).await.unwrap();
    assert_eq!(asked, 2, "the police and the municipality, in one step");
    let asks = stage.sees_asks("femke").await.unwrap();
    assert_eq!((asks.asks[0].waiting, asks.asks[0].approved_before), (2, 1));
    let again = approve::Choice { repeat: true, ..Default::default() };
    let (approved, _) = at!(stage, "femke", |ctx| approve::approve(ctx, case, &again));
    assert_eq!(approved.unwrap().approvals.len(), 1, "for Noor, not for Bram");

    stage.releases("joris", case).await.unwrap();
    assert_eq!(stage.opens_pack("noor", case).await.unwrap().opened.len(), 2);
    assert_eq!(stage.opens_pack("bram", case).await.unwrap().opened.len(), 1, "the agenda");
    Wire::of(stage, "bram").await.never_was(report).await;
    let about = decide::About::default();
    let (refused, _) = at!(stage, "pieter", |ctx| decide::refuse(ctx, case, &about, "mag niet"));
    refused.unwrap();
    assert!(stage.sees_asks("femke").await.unwrap().asks.is_empty());
}

/// The approval was for Noor, and for the roster before.
fn expected(who: &str) -> &'static str {
    if who == "noor" { "other-roster" } else { "not-approved" }
}

/// Joris gets round his client, and names Femke's approval in a release for the new roster.
async fn releases_as_before(stage: &Stage, case: CaseNumber, who: &str) -> String {
    let reader = stage.member(who).unwrap();
    let released = by_hand(stage, "joris", case, |draft, world, case| {
        let (id, roster) = case.rosters.iter().find(|(_, roster)| roster.number.0 == 2).unwrap();
        let (approval, state) = case.approvals.iter().next().unwrap();
        let mut release = release::planned(world.house(), case, *id, roster, reader, &[], draft.signed_at());
        release.approved = vec![Approved { item: state.approval.item, approval: *approval }];
        release.into()
    });
    released.await.code()
}

async fn noor_who_left_the_roster_and_came_back_has_no_pack(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let planned = stage.plans("joris", case, date(), &["noor", "femke"], &[], Some(AGENDA)).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &["noor"]).await.unwrap();
    joris_releases(stage, case).await;
    assert_eq!(stage.opens_pack("noor", case).await.unwrap().opened.len(), 2);
    let noor = stage.member("noor").unwrap().to_string();
    let headers = async || -> i64 {
        let count = sqlx::query_scalar("SELECT COUNT(*) FROM header WHERE reader = $1").bind(&noor);
        count.fetch_one(stage.hub.state.db.read()).await.unwrap()
    };
    assert_eq!(headers().await, 4, "label and body of the item and of the agenda");

    let meeting = Some(planned.meeting);
    let without = Plan { meeting, remove: vec![noor.clone()], ..Plan::default() };
    stage.changes("joris", case, without).await.unwrap();
    assert_eq!(headers().await, 0);
    let back = stage.invited("noor", Seat::Delegate).unwrap();
    stage.changes("joris", case, Plan { meeting, add: vec![back], ..Plan::default() }).await.unwrap();
    assert_eq!(stage.opens_pack("noor", case).await.code(), "not-released");
}
