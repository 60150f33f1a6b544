//! The hub keeps something back. Nobody signs for what they were not shown.

use std::fs;

use zegel::client::context::Report;
use zegel::client::verbs::contribute::contribute;
use zegel::client::verbs::meeting::approve::{self, approve};
use zegel::client::verbs::meeting::ask::asks;
use zegel::demo::act::file;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use crate::support::liar::{Lie, liar};
use crate::support::{Base, Play, play};

on_both!(
    femke_does_not_approve_what_she_is_not_shown,
    the_same_file_under_other_rules_is_not_passed_off_as_done,
);

/// A case at the table, with Femke and Noor.
async fn at_the_table(base: Base) -> (Play, CaseNumber) {
    let play = play(base, &["sanne", "joris", "mila", "femke", "pieter", "noor"]).await;
    let stage = &play.stage;
    let path = stage.folder.join("aanmelding.txt");
    fs::write(&path, "de aanmelding").unwrap();
    let referral = vec![file(path, "Aanmelding", ItemKind::Referral, &[Phase::Rto], "2027-06-30")];
    let case = stage.refers("sanne", CaseKind::Aftercare, referral).await.unwrap().case;
    stage.opens_case("joris", case).await.unwrap();
    stage.moves_to("joris", case, Phase::Rto).await.unwrap();
    let date = "2026-11-10T09:00:00Z".parse().unwrap();
    stage.plans("joris", case, date, &["femke", "noor"], &[], None).await.unwrap();
    (play, case)
}

/// Somebody does something at the own desk, by way of some hub; what comes of it, and what was said.
macro_rules! by_way_of {
    ($stage:expr, $who:expr, $remote:expr, |$ctx:ident| $act:expr) => {{
        let (home, _) = $stage.desk($who).unwrap();
        let (mut out, mut ask) = (Vec::new(), zegel::client::Unattended);
        let mut context = $stage.context(&home, $remote, &mut out, &mut ask);
        let $ctx = &mut context;
        let done = $act.await;
        (done, String::from_utf8(out).unwrap())
    }};
}

async fn femke_does_not_approve_what_she_is_not_shown(base: Base) {
    let (play, case) = at_the_table(base).await;
    let stage = &play.stage;
    let path = stage.folder.join("melding.txt");
    fs::write(&path, "wat de politie weet").unwrap();
    let melding = file(path, "Melding", ItemKind::Contribution, &[Phase::Rto], "2027-06-30");
    let item = stage.contributes("femke", case, vec![melding]).await.unwrap().items[0].item;
    stage.asks_suppliers("joris", case).await.unwrap();
    let (remote, liar) = liar(stage).await;
    for part in ["payload", "headers"] {
        liar.lock().unwrap().lie =
            Some(Lie::NotThere.about(format!("/v1/statements/{item}/parts/label/{part}"), ""));
        let all = approve::Choice::default();
        let (refused, said) = by_way_of!(stage, "femke", &remote, |ctx| approve(ctx, case, &all));
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), "unknown-item", "{part}");
        assert!(refused.sentence(Language::Dutch).contains("U kunt niet zien hoe uw stuk"));
        assert!(said.contains("ALARM: Volgens de hub: Dit stuk bestaat niet"), "{said}");
        let (shown, _) = by_way_of!(stage, "femke", &remote, |ctx| asks(ctx));
        assert!(
            shown.unwrap().text(Language::Dutch).contains("ALARM: Volgens de hub: Dit stuk bestaat niet")
        );
    }
    assert_eq!(liar.lock().unwrap().posted, 0);
    liar.lock().unwrap().lie = None;
    let all = approve::Choice::default();
    let (approved, _) = by_way_of!(stage, "femke", &remote, |ctx| approve(ctx, case, &all));
    assert_eq!(approved.unwrap().approvals.len(), 1);
}

async fn the_same_file_under_other_rules_is_not_passed_off_as_done(base: Base) {
    let (play, case) = at_the_table(base).await;
    let stage = &play.stage;
    let path = stage.folder.join("melding.txt");
    fs::write(&path, "wat de politie weet").unwrap();
    let new = || file(&path, "Melding", ItemKind::Contribution, &[Phase::Rto], "2027-06-30");
    let outgoing = stage.home("femke").join("outgoing");
    let (failed, _) = at!(stage, "femke", |ctx| async {
        ctx.yes = false;
        contribute(ctx, case, vec![new()]).await
    });
    assert_eq!(failed.unwrap_err().code(), "declined");
    let kept: Vec<_> = fs::read_dir(&outgoing).unwrap().map(|file| file.unwrap().path()).collect();
    let kept: Vec<_> = kept.iter().map(|path| (path, fs::read(path).unwrap())).collect();
    let (done, _) = at!(stage, "femke", |ctx| contribute(ctx, case, vec![new()]));
    let done = done.unwrap();
    assert!(!done.text(Language::Dutch).contains("stond er al"));

    // As if her client was killed after the hub had it all, and before it could clear up.
    kept.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    let mut other = new();
    other.terms.director = Director::Label;
    other.terms.phases = vec![Phase::Rto, Phase::Triage];
    let (refused, _) = at!(stage, "femke", |ctx| contribute(ctx, case, vec![other]));
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), "other-rules");
    let sentence = refused.sentence(Language::Dutch);
    assert!(sentence.contains("director") && sentence.contains("phase"), "{sentence}");
    let (again, _) = at!(stage, "femke", |ctx| contribute(ctx, case, vec![new()]));
    let again = again.unwrap();
    assert_eq!(again.items[0].item, done.items[0].item);
    assert!(again.text(Language::Dutch).contains("stond er al"), "{}", again.text(Language::Dutch));
}
