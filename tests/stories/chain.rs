//! From a referral to an opened pack.

use std::fs;

use zegel::client::ask::Unattended;
use zegel::client::context::Report;
use zegel::client::verbs::case::refer::{Referral, refer};
use zegel::client::verbs::case::show;
use zegel::client::verbs::meeting::roster::Plan;
use zegel::client::verbs::meeting::{approve, decide, release};
use zegel::client::verbs::{contribute, pack};
use zegel::demo::act::{file, police};
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Moment};
use zegel::protocol::label::{FactOrOpinion, Police};
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use crate::support::{Play, play};

const KEEP: &str = "2027-06-30";

fn date() -> Moment {
    "2026-11-10T09:00:00Z".parse().unwrap()
}

/// Somebody does something at the own desk, and sees what comes of it.
macro_rules! at {
    ($stage:expr, $who:expr, |$ctx:ident| $act:expr) => {{
        let (home, remote) = $stage.desk($who).unwrap();
        let (mut out, mut ask) = (Vec::new(), Unattended);
        let mut context = $stage.context(&home, &remote, &mut out, &mut ask);
        let $ctx = &mut context;
        let done = $act.await;
        (done, String::from_utf8(out).unwrap())
    }};
}

fn written(stage: &Stage, name: &str, text: &str) -> std::path::PathBuf {
    let path = stage.folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

/// A case in the phase of the meeting, with one item of the police.
async fn prepared() -> (Play, CaseNumber) {
    let play =
        play(&["sanne", "hugo", "joris", "mila", "femke", "pieter", "noor", "daan", "bram", "yara"]).await;
    let stage = &play.stage;
    let referral = file(
        written(stage, "aanmelding.txt", "de aanmelding"),
        "Aanmelding",
        ItemKind::Referral,
        &[Phase::Rto],
        KEEP,
    );
    let triage =
        file(written(stage, "vraag.txt", "de vraag"), "Vraag", ItemKind::Referral, &[Phase::Triage], KEEP);
    let case = stage.refers("sanne", CaseKind::Complex, vec![referral, triage]).await.unwrap().case;
    stage.opens_case("joris", case).await.unwrap();
    for phase in [Phase::Screening, Phase::Triage, Phase::Rto] {
        stage.moves_to("joris", case, phase).await.unwrap();
    }
    let agenda = file(
        written(stage, "agenda.txt", "Veiligheid van de kinderen.\nWie doet wat."),
        "Doel en agenda",
        ItemKind::Agenda,
        &[Phase::Rto],
        KEEP,
    );
    stage.contributes("joris", case, vec![agenda]).await.unwrap();
    (play, case)
}

/// Femke, who is at the meeting, adds what the police know.
async fn femke_contributes(stage: &Stage, case: CaseNumber) {
    let melding = file(
        written(stage, "melding.txt", "wat de politie weet"),
        "Melding",
        ItemKind::Contribution,
        &[Phase::Rto],
        KEEP,
    );
    let melding = police(melding, Police { kind: FactOrOpinion::Fact, reliability: "proces-verbaal".into() });
    stage.contributes("femke", case, vec![melding]).await.unwrap();
}

#[tokio::test]
async fn noor_opens_what_femke_approved_and_joris_released() {
    let (play, case) = prepared().await;
    let stage = &play.stage;
    stage
        .plans("joris", case, date(), &["noor", "bram", "femke"], &["daan"], Some("Doel en agenda"))
        .await
        .unwrap();
    femke_contributes(stage, case).await;
    let asked = stage.asks_suppliers("joris", case).await.unwrap();
    assert_eq!(asked, 2, "the police and the municipality");

    let asks = stage.sees_asks("femke").await.unwrap();
    println!("{}", asks.text(Language::Dutch));
    assert_eq!(asks.asks.len(), 1);
    assert_eq!(asks.asks[0].items[0].title, "Melding");
    assert_eq!(asks.asks[0].purpose.as_deref(), Some("Veiligheid van de kinderen.\nWie doet wat."));
    assert_eq!(asks.asks[0].readers.len(), 3, "she reads it already");

    let (approved, said) = at!(stage, "femke", |ctx| approve::approve(
        ctx,
        case,
        &approve::Choice {
            readers: vec!["Noor".into()]
                .into_iter()
                .map(|_: String| stage.member("noor").unwrap().to_string())
                .collect(),
            ..Default::default()
        }
    ));
    println!("{said}");
    assert_eq!(approved.unwrap().approvals.len(), 1);

    let (refused, _) = at!(stage, "joris", |ctx| release::release(ctx, case, &release::Choice::default()));
    assert_eq!(refused.unwrap_err().code(), "not-consulted");
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne, 2 november: akkoord.").await.unwrap();
    assert!(stage.opens_pack("noor", case).await.is_err());
    let released = stage.releases("joris", case).await.unwrap();
    assert_eq!(released.releases.len(), 4, "all get the agenda");
    let again = stage.releases("joris", case).await.unwrap();
    assert!(again.releases.is_empty());

    let opened = stage.opens_pack("noor", case).await.unwrap();
    opened.require_whole().unwrap();
    println!("{}", opened.text(Language::Dutch));
    let home = stage.home("noor");
    assert_eq!(fs::read_to_string(home.join("opened/melding.txt")).unwrap(), "wat de politie weet");
    assert!(home.join("sealed/melding.txt.age").exists());
    assert_eq!(stage.opens_pack("bram", case).await.unwrap().opened.len(), 1, "only the agenda");
    let (packs, _) = at!(stage, "noor", |ctx| pack::list(ctx, None));
    println!("{}", packs.unwrap().text(Language::Dutch));

    let (shown, said) = at!(stage, "joris", |ctx| show::show(ctx, case));
    println!("{said}{}", shown.unwrap().text(Language::Dutch));
    let (shown, said) = at!(stage, "sanne", |ctx| show::show(ctx, case));
    println!("{said}{}", shown.unwrap().text(Language::Dutch));

    stage.withdraws("pieter", case, "Melding", &["noor"]).await.unwrap();
    let (after, _) = at!(stage, "noor", |ctx| pack::open(
        ctx,
        case,
        &pack::Wish { items: vec![], folder: home.join("later"), sealed: None }
    ));
    let after = after.unwrap();
    println!("{}", after.text(Language::Dutch));
    assert_eq!(after.opened.len(), 1);
}

#[tokio::test]
async fn when_bram_joins_femke_repeats_her_answers_in_one_step() {
    let (play, case) = prepared().await;
    let stage = &play.stage;
    let planned =
        stage.plans("joris", case, date(), &["noor", "femke"], &[], Some("Doel en agenda")).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &[]).await.unwrap();
    let bram = stage.invited("bram", Seat::Delegate).unwrap();
    let plan = Plan { meeting: Some(planned.meeting), add: vec![bram], ..Plan::default() };
    let changed = stage.changes("joris", case, plan).await.unwrap();
    assert_eq!((changed.number, changed.participants), (2, 3));
    assert!(stage.sees_asks("femke").await.unwrap().asks.is_empty(), "nobody asked for the new roster yet");
    stage.asks_suppliers("joris", case).await.unwrap();
    let asks = stage.sees_asks("femke").await.unwrap();
    assert_eq!((asks.asks[0].waiting, asks.asks[0].approved_before), (2, 1));
    let (approved, _) = at!(stage, "femke", |ctx| approve::approve(
        ctx,
        case,
        &approve::Choice { repeat: true, ..Default::default() }
    ));
    assert_eq!(approved.unwrap().approvals.len(), 1);
    stage.consults("sanne", case, ConsultationForm::Signed, "Akkoord.").await.unwrap();
    stage.releases("joris", case).await.unwrap();
    assert_eq!(stage.opens_pack("noor", case).await.unwrap().opened.len(), 2);
    assert_eq!(stage.opens_pack("bram", case).await.unwrap().opened.len(), 1);
    let about = decide::About::default();
    let (refused, _) = at!(stage, "pieter", |ctx| decide::refuse(ctx, case, &about, "mag niet"));
    refused.unwrap();
    assert!(stage.sees_asks("femke").await.unwrap().asks.is_empty());
}

#[tokio::test]
async fn joris_reads_the_referral_from_the_case_vault() {
    let (play, case) = prepared().await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    femke_contributes(stage, case).await;
    let folder = stage.home("joris").join("opened");
    let wish = pack::Wish {
        items: vec!["Aanmelding".into(), "melding".into()],
        folder: folder.clone(),
        sealed: None,
    };
    let (opened, _) = at!(stage, "joris", |ctx| pack::open(ctx, case, &wish));
    opened.unwrap().require_whole().unwrap();
    assert_eq!(fs::read_to_string(folder.join("aanmelding.txt")).unwrap(), "de aanmelding");
    let (retracted, _) = at!(stage, "femke", |ctx| decide::retract(ctx, case, "Melding"));
    retracted.unwrap();
    let (opened, _) = at!(stage, "joris", |ctx| pack::open(ctx, case, &wish));
    assert_eq!(opened.unwrap_err().code(), "not-found");
    let (nothing, _) = at!(stage, "noor", |ctx| show::show(ctx, case));
    assert_eq!(nothing.unwrap_err().code(), "unknown-case");
}

#[tokio::test]
async fn an_upload_that_was_cut_off_is_not_done_twice() {
    let (play, case) = prepared().await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    let big = "x".repeat(20 << 20);
    let new = || file(written(stage, "foto.jpg", &big), "Foto", ItemKind::Contribution, &[Phase::Rto], KEEP);
    let outgoing = stage.home("femke").join("outgoing");
    let (failed, _) = at!(stage, "femke", |ctx| async {
        ctx.yes = false;
        contribute::contribute(ctx, case, vec![new()]).await
    });
    assert_eq!(failed.unwrap_err().code(), "declined");
    let kept = files_in(&outgoing);
    assert_eq!(kept.len(), 2, "the sealed payload and its record");
    let (done, _) = at!(stage, "femke", |ctx| contribute::contribute(ctx, case, vec![new()]));
    let done = done.unwrap();
    assert!(done.items[0].new);
    assert!(files_in(&outgoing).is_empty());

    // As if her client was killed after the hub had it all, and before it could clear up.
    kept.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    let (again, _) = at!(stage, "femke", |ctx| contribute::contribute(ctx, case, vec![new()]));
    let again = again.unwrap();
    assert_eq!((again.items[0].item, again.items[0].new), (done.items[0].item, false));
    assert!(files_in(&outgoing).is_empty());
}

#[tokio::test]
async fn a_referral_that_was_cut_off_is_one_case() {
    let play = play(&["sanne", "joris", "mila"]).await;
    let stage = &play.stage;
    let path = written(stage, "aanmelding.txt", "de aanmelding");
    let referral = || Referral {
        kind: CaseKind::Complex,
        files: vec![file(&path, "Aanmelding", ItemKind::Referral, &[Phase::Rto], KEEP)],
    };
    let outgoing = stage.home("sanne").join("outgoing");
    let (failed, _) = at!(stage, "sanne", |ctx| async {
        ctx.yes = false;
        refer(ctx, referral()).await
    });
    assert_eq!(failed.unwrap_err().code(), "declined");
    let kept = files_in(&outgoing);
    let (referred, _) = at!(stage, "sanne", |ctx| refer(ctx, referral()));
    let referred = referred.unwrap();
    kept.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    let (again, _) = at!(stage, "sanne", |ctx| refer(ctx, referral()));
    assert_eq!(again.unwrap().items, referred.items);
    assert!(files_in(&outgoing).is_empty());
    // The same file once more, on purpose, is another case.
    let (other, _) = at!(stage, "sanne", |ctx| refer(ctx, referral()));
    assert_ne!(other.unwrap().case, referred.case);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_keeps_all_of_them_here() {
    let (play, case) = prepared().await;
    let stage = &play.stage;
    let new = |path| file(path, "Stuk", ItemKind::Agenda, &[Phase::Rto], KEEP);
    let files = vec![new(written(stage, "goed.txt", "goed")), new(stage.folder.join("weg.txt"))];
    let (failed, _) = at!(stage, "joris", |ctx| contribute::contribute(ctx, case, files));
    assert_eq!(failed.unwrap_err().code(), "file");
    let (shown, _) = at!(stage, "joris", |ctx| show::show(ctx, case));
    assert_eq!(shown.unwrap().items.len(), 3);
}

fn files_in(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}
