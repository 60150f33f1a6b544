//! A case in which every text that anyone writes can be told from all others.

use std::fs;

use zegel::client::context::Report;
use zegel::client::verbs::case::{self, show};
use zegel::client::verbs::contribute::terms::NewFile;
use zegel::client::verbs::meeting::approve;
use zegel::client::verbs::meeting::decide;
use zegel::client::verbs::meeting::roster::{Invited, Plan};
use zegel::demo::act::{file, police};
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::label::{FactOrOpinion, Police};
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use super::letters::letters;
use crate::support::scene::{KEEP, date, written};

pub const PEOPLE: &[&str] =
    &["sanne", "hugo", "joris", "mila", "femke", "pieter", "amrani", "iris", "noor", "daan", "bram"];

/// What nobody but its readers may learn. Nothing else in the story or the program says these.
const SUBJECT: &str = "Wolfhart Kwikstaart-Zeemeeuw";
const TITLE: &str = "Titel-Roerdomp-4711";
const CONTENT: &str = "Inhoud-Grutto-8832";
const PURPOSE: &str = "Doel-Kievit-1290";
const OUTCOME: &str = "Uitkomst-Wulp-5567";
const GROUND: &str = "Aanwezigheidsgrond-Scholekster-77";
const REASON: &str = "Reden-Lepelaar-3021";
const CONSULTED: &str = "Overleg-Tureluur-6645";
const LEGAL: &str = "Grondslag-Kluut-9913";
const USE: &str = "Gebruik-Bergeend-2468";
const FILE: &str = "bestand-kemphaan-1357";
const RELIABILITY: &str = "Betrouwbaarheid-Goudplevier-80";
pub const SECRETS: &[&str] =
    &[SUBJECT, TITLE, CONTENT, PURPOSE, OUTCOME, GROUND, REASON, CONSULTED, LEGAL, USE, FILE, RELIABILITY];

/// From the referral to a pack that was opened, with everything that goes otherwise.
pub async fn the_whole_chain(stage: &Stage) -> CaseNumber {
    let referral = secret(stage, "aanmelding", ItemKind::Referral, &[Phase::Rto]);
    let for_triage = secret(stage, "triage", ItemKind::Referral, &[Phase::Triage]);
    let case = stage.refers("sanne", CaseKind::Complex, vec![referral, for_triage]).await.unwrap().case;
    stage.opens_case("joris", case).await.unwrap();
    moves(stage, case, Phase::Screening).await;
    moves(stage, case, Phase::Triage).await;
    meets(stage, case, &["amrani"], None).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("hugo", case, &["amrani"]).await.unwrap();
    stage.releases("joris", case).await.unwrap();
    stage.opens_pack("amrani", case).await.unwrap().require_whole().unwrap();
    contributes(stage, "amrani", case, "behandeling").await;
    moves(stage, case, Phase::Rto).await;
    let agenda = secret(stage, "agenda", ItemKind::Agenda, &[Phase::Rto]);
    fs::write(&agenda.path, format!("{PURPOSE}: {SUBJECT}\n")).unwrap();
    stage.contributes("joris", case, vec![agenda]).await.unwrap();
    meets(stage, case, &["femke", "noor", "daan", "sanne"], Some(format!("{TITLE} agenda"))).await;
    for name in ["melding", "vergissing", "opname"] {
        contributes(stage, "femke", case, name).await;
    }
    answers(stage, case).await;
    stage.opens_pack("noor", case).await.unwrap().require_whole().unwrap();
    letters(stage, case).await;
    stage.withdraws("pieter", case, &format!("{TITLE} melding"), &["daan"]).await.unwrap();
    let mistake = format!("{TITLE} vergissing");
    let (retracted, _) = at!(stage, "femke", |ctx| decide::retract(ctx, case, &mistake));
    retracted.unwrap();
    moves(stage, case, Phase::Plan).await;
    case
}

/// Approvals, a refusal, someone who joins later, the consultation, the release.
async fn answers(stage: &Stage, case: CaseNumber) {
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &["noor", "daan"]).await.unwrap();
    stage.refuses("amrani", case, &format!("{REASON}: {SUBJECT}")).await.unwrap();
    let (shown, _) = at!(stage, "joris", |ctx| show::show(ctx, case));
    let meeting =
        shown.unwrap().rosters.into_iter().find(|roster| roster.phase == Phase::Rto).unwrap().meeting;
    let plan = Plan { meeting: Some(meeting), add: invited(stage, &["bram"]), ..Plan::default() };
    stage.changes("joris", case, plan).await.unwrap();
    stage.asks_suppliers("joris", case).await.unwrap();
    let again = approve::Choice { repeat: true, ..Default::default() };
    let (approved, _) = at!(stage, "femke", |ctx| approve::approve(ctx, case, &again));
    assert_eq!(approved.unwrap().approvals.len(), 6, "three items for two readers");
    let outcome = format!("{CONSULTED}: Sanne kent {SUBJECT}.");
    stage.consults("joris", case, ConsultationForm::Phone, &outcome).await.unwrap();
    stage.releases("joris", case).await.unwrap();
}

/// It is all there, for who may read it.
pub async fn its_readers_read(stage: &Stage, case: CaseNumber) {
    let opened = fs::read_to_string(stage.home("noor").join(format!("opened/{FILE}-melding.txt"))).unwrap();
    assert!(opened.contains(SUBJECT) && opened.contains(CONTENT));
    for (who, texts) in [("joris", &[TITLE, OUTCOME, CONSULTED][..]), ("iris", &[TITLE, REASON])] {
        let (shown, _) = at!(stage, who, |ctx| show::show(ctx, case));
        let shown = shown.unwrap().text(Language::Dutch);
        texts.iter().for_each(|text| assert!(shown.contains(text), "{who}: {text}"));
    }
}

/// A file of which everything is secret.
fn secret(stage: &Stage, name: &str, kind: ItemKind, phases: &[Phase]) -> NewFile {
    // More than one chunk of what is sealed.
    let text = format!("{SUBJECT} {CONTENT}\n").repeat(3000);
    let path = written(stage, &format!("{FILE}-{name}.txt"), &text);
    let mut new = file(path, &format!("{TITLE} {name}"), kind, phases, KEEP);
    new.about.legal_ground = LEGAL.to_owned();
    new.about.allowed_use = format!("{USE}, over {SUBJECT}");
    new
}

async fn contributes(stage: &Stage, who: &str, case: CaseNumber, name: &str) {
    let mut new = secret(stage, name, ItemKind::Contribution, &[Phase::Rto]);
    if who == "femke" {
        new = police(new, Police { kind: FactOrOpinion::Fact, reliability: RELIABILITY.to_owned() });
        new.about.legal_ground = LEGAL.to_owned();
    }
    stage.contributes(who, case, vec![new]).await.unwrap();
}

async fn moves(stage: &Stage, case: CaseNumber, phase: Phase) {
    let why = format!("{OUTCOME}: {SUBJECT}");
    let (moved, _) = at!(stage, "joris", |ctx| case::phase(ctx, case, phase, &why));
    moved.unwrap();
}

async fn meets(stage: &Stage, case: CaseNumber, people: &[&str], agenda: Option<String>) {
    let plan = Plan { date: Some(date()), participants: invited(stage, people), agenda, ..Plan::default() };
    stage.changes("joris", case, plan).await.unwrap();
}

fn invited(stage: &Stage, people: &[&str]) -> Vec<Invited> {
    let seat = |person: &&str| {
        let who = stage.member(person).unwrap().to_string();
        Invited { who, seat: Seat::Delegate, ground: format!("{GROUND}: kent {SUBJECT}") }
    };
    people.iter().map(seat).collect()
}
