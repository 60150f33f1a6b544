//! The chain: referral, triage, contribution, ask, approval, release, opening.

use std::fs;

use zegel::demo::act::{file, police};
use zegel::demo::stage::StageError;
use zegel::protocol::id::{CaseNumber, Moment};
use zegel::protocol::label::{FactOrOpinion, Police};
use zegel::protocol::words::*;

use crate::support::{Play, play};

const KEEP: &str = "2027-06-30";
const REPORT: &str = "Drie meldingen van overlast in oktober; twee keer is een bemiddelaar meegegaan.";

fn rto() -> Moment {
    "2026-11-20T09:00:00Z".parse().expect("a moment")
}

fn code(error: &StageError) -> String {
    match error {
        StageError::Client(error) => error.code().to_owned(),
        other => other.to_string(),
    }
}

/// A case that Sanne referred and Joris brought to the table, with Femke's report in it.
async fn at_the_table(play: &Play) -> CaseNumber {
    let stage = &play.stage;
    let folder = &stage.folder;
    fs::write(folder.join("aanmelding.txt"), "Zorgen over het gezin.").expect("a file");
    fs::write(folder.join("melding.txt"), REPORT).expect("a file");
    fs::write(folder.join("doel.txt"), "Doel: veiligheid thuis; besluit over hulp.").expect("a file");

    let referral =
        file(folder.join("aanmelding.txt"), "Aanmelding", ItemKind::Referral, &[Phase::Triage], KEEP);
    let referred = stage.refers("sanne", CaseKind::Complex, vec![referral]).await.expect("a referral");
    let case = referred.case;
    stage.opens_case("joris", case).await.expect("the case opens");
    for phase in [Phase::Screening, Phase::Triage] {
        stage.moves_to("joris", case, phase).await.expect("a phase");
    }
    // In triage Femke is asked, alone: so that she knows of the case.
    stage.plans("joris", case, rto(), &["femke"], &[], None).await.expect("a triage roster");
    let seen = Police { kind: FactOrOpinion::Fact, reliability: "waargenomen door de wijkagent".to_owned() };
    let report = file(folder.join("melding.txt"), "Meldingen", ItemKind::Contribution, &[Phase::Rto], KEEP);
    stage.contributes("femke", case, vec![police(report, seen)]).await.expect("a contribution");
    stage.moves_to("joris", case, Phase::Rto).await.expect("to the table");
    let agenda = file(folder.join("doel.txt"), "Doel en agenda", ItemKind::Agenda, &[Phase::Rto], KEEP);
    stage.contributes("joris", case, vec![agenda]).await.expect("an agenda");
    case
}

#[tokio::test]
async fn femke_approves_for_some_and_only_those_can_open() {
    let play = play(&["sanne", "hugo", "joris", "mila", "femke", "pieter", "bram", "noor"]).await;
    let stage = &play.stage;
    let case = at_the_table(&play).await;
    let people = ["sanne", "bram", "noor", "femke"];
    stage.plans("joris", case, rto(), &people, &[], Some("Doel en agenda")).await.expect("a roster");
    assert!(stage.asks_suppliers("joris", case).await.expect("asks") >= 1);
    assert_eq!(stage.sees_asks("pieter").await.expect("asks").asks.len(), 1);

    let approvals = stage.approves("femke", case, &["noor", "sanne"]).await.expect("approvals");
    assert_eq!(approvals.approvals.len(), 2);

    let refused = stage.releases("joris", case).await.expect_err("nobody was consulted");
    assert_eq!(code(&refused), "not-consulted");
    stage
        .consults("joris", case, ConsultationForm::Phone, "Gebeld met Sanne: akkoord.")
        .await
        .expect("noted");
    let released = stage.releases("joris", case).await.expect("a release");
    assert_eq!(released.releases.len(), 4);

    let pack = stage.opens_pack("noor", case).await.expect("Noor's pack");
    assert!(pack.is_whole(), "{pack:?}");
    let report = pack.opened.iter().find(|item| item.opened.title == "Meldingen").expect("the report");
    assert_eq!(fs::read_to_string(&report.opened.file).expect("a file"), REPORT);

    let pack = stage.opens_pack("bram", case).await.expect("Bram's pack");
    assert!(pack.opened.iter().all(|item| item.opened.title != "Meldingen"), "{pack:?}");
    assert_eq!(pack.gaps, 0, "nobody sees that the police has something");

    stage.withdraws("pieter", case, "Meldingen", &["noor"]).await.expect("a withdrawal");
    let pack = stage.opens_pack("noor", case).await.expect("what is left");
    assert!(pack.opened.iter().all(|item| item.opened.title != "Meldingen"), "{pack:?}");
    assert!(pack.refused.iter().any(|item| item.code == "withdrawn"), "{pack:?}");
}
