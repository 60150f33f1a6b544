//! What a hub leaves out, where nothing says what there should be: a case of a list, a title of a case, a text of a
//! decision; and what it says it recorded.

use zegel::client::ClientError;
use zegel::client::context::Report;
use zegel::client::verbs::case::refer::{Referral, refer};
use zegel::client::verbs::case::show;
use zegel::client::verbs::letter::list::list as letters;
use zegel::client::verbs::meeting::approve::{self, approve};
use zegel::client::verbs::meeting::ask::asks;
use zegel::client::verbs::meeting::decide::retract;
use zegel::client::verbs::pack;
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use crate::liar::{Lie, Shared, Told};
use crate::support::letters::{question, requests};
use crate::support::liar::{liar, through};
use crate::support::scene::{date, femke_contributes, joris_releases, paper, prepared};
use crate::support::{Base, Refused};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor"];

on_both!(
    a_case_that_was_shown_is_in_every_list,
    a_referral_that_is_not_there_is_missed,
    all_that_was_not_recorded_is_told_at_once,
    a_hidden_title_decides_nothing,
    a_text_that_is_kept_back_shows,
);

fn tells(liar: &Shared, lie: Option<Told>) {
    liar.lock().unwrap().lie = lie;
}

async fn a_case_that_was_shown_is_in_every_list(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    requests(stage, "joris", case, &question(stage, &["femke"])).await.unwrap();
    let (remote, liar) = liar(stage).await;
    for lie in [None, Some(Lie::CaseNotListed.about(case.to_string(), ""))] {
        tells(&liar, lie);
        let listed = through!(stage, "femke", &remote, |ctx| show::list(ctx)).unwrap();
        assert_eq!(listed.cases.len(), 1);
        assert_eq!(through!(stage, "femke", &remote, |ctx| asks(ctx)).unwrap().asks.len(), 1);
        assert_eq!(through!(stage, "femke", &remote, |ctx| letters(ctx, None)).unwrap().received.len(), 1);
    }
    tells(&liar, None);
    stage.approves("femke", case, &["noor"]).await.unwrap();
    joris_releases(stage, case).await;
    for lie in [None, Some(Lie::CaseNotListed.about(case.to_string(), ""))] {
        tells(&liar, lie);
        let packs = through!(stage, "noor", &remote, |ctx| pack::list(ctx, None)).unwrap();
        assert_eq!(packs.packs.len(), 1);
    }
    // Sanne refers another, and gives the same command again.
    let other = || Referral {
        kind: CaseKind::Complex,
        files: vec![paper(stage, "ander.txt", "Nog een", ItemKind::Referral, "een andere")],
    };
    tells(&liar, None);
    let first = through!(stage, "sanne", &remote, |ctx| refer(ctx, other())).unwrap();
    through!(stage, "sanne", &remote, |ctx| show::list(ctx)).unwrap();
    tells(&liar, Some(Lie::CaseNotListed.about(first.case.to_string(), "")));
    let again = through!(stage, "sanne", &remote, |ctx| refer(ctx, other())).unwrap();
    assert_eq!((again.case, again.new), (first.case, false));
}

/// The hub says that it has it, and there is no such case.
async fn a_referral_that_is_not_there_is_missed(base: Base) {
    let (play, _) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let referral = || Referral {
        kind: CaseKind::Complex,
        files: vec![paper(stage, "ander.txt", "Nog een", ItemKind::Referral, "een andere")],
    };
    let (remote, liar) = liar(stage).await;
    tells(&liar, Some(Lie::NothingRecorded.told()));
    let referred = through!(stage, "sanne", &remote, |ctx| refer(ctx, referral())).unwrap();
    tells(&liar, None);
    let listed = through!(stage, "sanne", &remote, |ctx| show::list(ctx));
    assert_eq!(listed.code(), "not-kept");
    let listed = through!(stage, "sanne", &remote, |ctx| show::list(ctx)).unwrap();
    assert!(listed.cases.iter().all(|line| line.case != referred.case));
    let truly = through!(stage, "sanne", &remote, |ctx| refer(ctx, referral())).unwrap();
    assert!(truly.new);
}

async fn all_that_was_not_recorded_is_told_at_once(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor", "sanne"], &[], None).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    let (remote, liar) = liar(stage).await;
    tells(&liar, Some(Lie::NothingRecorded.told()));
    let all = approve::Choice::default();
    let approved = through!(stage, "femke", &remote, |ctx| approve(ctx, case, &all)).unwrap();
    assert_eq!(approved.approvals.len(), 2);
    tells(&liar, None);
    let missed = through!(stage, "femke", &remote, |ctx| show::show(ctx, case)).unwrap_err();
    assert_eq!(missed.code(), "not-kept");
    assert!(missed.sentence(Language::Dutch).contains(", en nog 1)"), "{}", missed.sentence(Language::Dutch));
    let truly = through!(stage, "femke", &remote, |ctx| approve(ctx, case, &all)).unwrap();
    assert_eq!(truly.approvals.len(), 2);
}

/// Femke has two items of one title. By hiding one the hub would choose which she means.
async fn a_hidden_title_decides_nothing(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    let twins = ["een", "twee"]
        .map(|name| paper(stage, &format!("{name}.txt"), "Melding", ItemKind::Contribution, name));
    let items = stage.contributes("femke", case, twins.into()).await.unwrap().items;
    let (remote, liar) = liar(stage).await;
    let takes_out = async |text: &str| -> Result<(), ClientError> {
        through!(stage, "femke", &remote, |ctx| retract(ctx, case, text)).map(drop)
    };
    assert_eq!(takes_out("Melding").await.code(), "ambiguous");
    let label = format!("/v1/statements/{}/parts/label/", items[0].item);
    tells(&liar, Some(Lie::NotThere.about(label, "")));
    assert_eq!(takes_out("Melding").await.code(), "title-hidden");
    assert_eq!(liar.lock().unwrap().posted, 0);
    takes_out(&items[1].item.to_string()).await.unwrap();
}

async fn a_text_that_is_kept_back_shows(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let (remote, liar) = liar(stage).await;
    let told = shows(stage, &remote, "joris", case).await;
    assert!(told.contains("Voldoet aan de voorwaarden") && !told.contains("ACHTER"), "{told}");
    tells(&liar, Some(Lie::AlteredBit.about("/parts/outcome/payload", "")));
    let told = shows(stage, &remote, "joris", case).await;
    assert!(told.contains("DE HUB HOUDT DEZE TEKST ACHTER. Bel het huis."), "{told}");
    // What is for others is no alarm to who merely knows of the case.
    tells(&liar, None);
    stage.plans("joris", case, date(), &["noor"], &[], None).await.unwrap();
    let told = shows(stage, &remote, "noor", case).await;
    assert!(!told.contains("ACHTER") && !told.contains("Voldoet"), "{told}");
}

async fn shows(stage: &Stage, remote: &zegel::client::Remote, who: &str, case: CaseNumber) -> String {
    through!(stage, who, remote, |ctx| show::show(ctx, case)).unwrap().text(Language::Dutch)
}
