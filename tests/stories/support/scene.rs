//! How far a case is when a story begins.

use std::fs;
use std::path::PathBuf;

use zegel::client::verbs::contribute::terms::NewFile;
use zegel::demo::act::{file, police};
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest, Moment};
use zegel::protocol::label::{FactOrOpinion, Police};
use zegel::protocol::words::*;

use super::{Base, Play, play_with};

pub const KEEP: &str = "2027-06-30";
pub const AGENDA: &str = "Doel en agenda";
pub const PURPOSE: &str = "Veiligheid van de kinderen.\nWie doet wat.";
/// What the police know.
pub const REPORT: &str = "wat de politie weet";

/// When the meeting is.
pub fn date() -> Moment {
    "2026-11-10T09:00:00Z".parse().unwrap()
}

/// A file on someone's desk.
pub fn written(stage: &Stage, name: &str, text: &str) -> PathBuf {
    let path = stage.folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

/// A file for the meeting.
pub fn paper(stage: &Stage, name: &str, title: &str, kind: ItemKind, text: &str) -> NewFile {
    file(written(stage, name, text), title, kind, &[Phase::Rto], KEEP)
}

/// A case that Sanne referred and Joris opened, with a part for the triage.
pub async fn referred(base: Base, people: &[&str]) -> (Play, CaseNumber) {
    referred_with(base, people, "").await
}

/// The same, with more lines in the hub's configuration.
pub async fn referred_with(base: Base, people: &[&str], settings: &str) -> (Play, CaseNumber) {
    let play = play_with(base, people, settings).await;
    let case = comes_in(&play.stage).await;
    (play, case)
}

/// Sanne refers, Joris opens.
pub async fn comes_in(stage: &Stage) -> CaseNumber {
    let referral = paper(stage, "aanmelding.txt", "Aanmelding", ItemKind::Referral, "de aanmelding");
    // Each of its own: the very same would be the same case.
    let question = format!("de vraag {}", super::machine::chance(u64::MAX));
    let triage =
        file(written(stage, "vraag.txt", &question), "Vraag", ItemKind::Referral, &[Phase::Triage], KEEP);
    let case = stage.refers("sanne", CaseKind::Complex, vec![referral, triage]).await.unwrap().case;
    stage.opens_case("joris", case).await.unwrap();
    stage.moves_to("joris", case, Phase::Screening).await.unwrap();
    stage.moves_to("joris", case, Phase::Triage).await.unwrap();
    case
}

/// The case comes before a meeting, with an agenda.
pub async fn comes_to_the_table(stage: &Stage, case: CaseNumber) {
    stage.moves_to("joris", case, Phase::Rto).await.unwrap();
    let agenda = paper(stage, "agenda.txt", AGENDA, ItemKind::Agenda, PURPOSE);
    stage.contributes("joris", case, vec![agenda]).await.unwrap();
}

/// A case before a meeting that is still to be planned.
pub async fn prepared(base: Base, people: &[&str]) -> (Play, CaseNumber) {
    let (play, case) = referred(base, people).await;
    comes_to_the_table(&play.stage, case).await;
    (play, case)
}

/// Femke, who is at the meeting, adds what the police know.
pub async fn femke_contributes(stage: &Stage, case: CaseNumber) -> Digest {
    let report = paper(stage, "melding.txt", "Melding", ItemKind::Contribution, REPORT);
    let report = police(report, Police { kind: FactOrOpinion::Fact, reliability: "proces-verbaal".into() });
    stage.contributes("femke", case, vec![report]).await.unwrap().items[0].item
}

/// Sanne agrees by phone, and Joris releases what was approved.
pub async fn joris_releases(stage: &Stage, case: CaseNumber) {
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();
    stage.releases("joris", case).await.unwrap();
}
