//! No consultation on record; Joris releases; refused, and told whom to consult.

use zegel::client::verbs::meeting::{decide, release};
use zegel::protocol::refusal::Language;
use zegel::protocol::words::ConsultationForm;

use crate::support::hands::{by_hand, journal_size};
use crate::support::scene::{AGENDA, date, femke_contributes, prepared};
use crate::support::{Base, Refused};

const PEOPLE: &[&str] = &["sanne", "hugo", "joris", "mila", "femke", "pieter", "noor"];

on_both!(joris_is_told_whom_to_consult);

async fn joris_is_told_whom_to_consult(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["noor", "femke"], &[], Some(AGENDA)).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &["noor"]).await.unwrap();
    let before = journal_size(stage).await;

    let (refused, _) = at!(stage, "joris", |ctx| release::release(ctx, case, &release::Choice::default()));
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), "not-consulted");
    let sentence = refused.sentence(Language::Dutch);
    assert!(sentence.contains("Gemeente Lingewaarden, wijkteams"), "{sentence}");

    // Without his client's advice the hub says the same.
    let noor = stage.member("noor").unwrap();
    let unadvised = by_hand(stage, "joris", case, |draft, world, case| {
        let (id, roster) = case.rosters.iter().next().unwrap();
        release::planned(world.house(), case, *id, roster, noor, &[], draft.signed_at()).into()
    });
    assert_eq!(unadvised.await.code(), "not-consulted");
    assert_eq!(journal_size(stage).await, before, "nothing is on record");
    assert_eq!(stage.opens_pack("noor", case).await.code(), "not-released");

    // Nor can he put another's consent on record in her name.
    let form = ConsultationForm::Signed;
    let (signed, said) =
        at!(stage, "joris", |ctx| decide::consult(ctx, case, None, form, "Sanne vindt het goed."));
    assert_eq!((signed.code().as_str(), said.as_str()), ("not-allowed", ""), "he is not even asked to sign");
    stage.consults("sanne", case, ConsultationForm::Signed, "Akkoord.").await.unwrap();
    assert_eq!(stage.releases("joris", case).await.unwrap().releases.len(), 2);
    assert_eq!(stage.opens_pack("noor", case).await.unwrap().opened.len(), 2);
}
