//! Whoever holds a vault renews it, whatever cases they know of: all that the vault has a key to can be wrapped anew by
//! each of its holders.

use zegel::client::letter::said::Word;
use zegel::client::verbs::case;
use zegel::client::verbs::letter::minutes::{Reporting, minutes};
use zegel::client::verbs::vault::{self, Whose};
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::words::{CaseKind, ItemKind, Phase};

use crate::support::letters::{answering, invitation, invites, messages, question, replies, requests, to};
use crate::support::scene::{
    AGENDA, comes_to_the_table, date, femke_contributes, joris_releases, paper, written,
};
use crate::support::{Base, Play, Refused, play_with};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor"];

const MINUTES: &str = r#"
present = ["Femke", "Noor"]
decisions = ["De wijkteams hebben de regie."]

[[paragraph]]
text = "Iedereen wil door."
"#;

on_both!(every_holder_renews_what_they_hold, mila_who_does_not_run_the_case_has_no_key_to_it);

/// Joris runs the case alone, and Mila holds the house's vault with him.
async fn in_full_swing(base: Base) -> (Play, CaseNumber) {
    let play = play_with(base, PEOPLE, "").await;
    let stage = &play.stage;
    let case = begins(stage).await;
    comes_to_the_table(stage, case).await;
    let screening = paper(stage, "toets.txt", "Toets", ItemKind::Screening, "de toets");
    stage.contributes("joris", case, vec![screening]).await.unwrap();
    stage.plans("joris", case, date(), &["femke", "noor"], &["pieter"], Some(AGENDA)).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &["noor"]).await.unwrap();
    joris_releases(stage, case).await;
    everyone_writes(stage, case).await;
    (play, case)
}

async fn begins(stage: &Stage) -> CaseNumber {
    let referral = paper(stage, "aanmelding.txt", "Aanmelding", ItemKind::Referral, "de aanmelding");
    let case = stage.refers("sanne", CaseKind::Complex, vec![referral]).await.unwrap().case;
    let only = [stage.member("joris").unwrap().to_string()];
    at!(stage, "joris", |ctx| case::open(ctx, case, &only)).0.unwrap();
    stage.moves_to("joris", case, Phase::Screening).await.unwrap();
    stage.moves_to("joris", case, Phase::Triage).await.unwrap();
    case
}

async fn everyone_writes(stage: &Stage, case: CaseNumber) {
    let invited = invites(stage, "joris", case, &invitation()).await.unwrap();
    replies(stage, "femke", to(&invited, stage, "femke"), &answering(Word::Accepted)).await.unwrap();
    let asked = requests(stage, "joris", case, &question(stage, &["femke", "noor"])).await.unwrap();
    let nothing = answering(Word::NoContribution);
    replies(stage, "noor", to(&asked, stage, "noor"), &nothing).await.unwrap();
    let word = messages(stage, "femke", case, None, "Is er al een tolk?", vec![]).await.unwrap();
    replies(stage, "joris", word.letters[0].letter, &answering(Word::Read)).await.unwrap();
    let reporting = Reporting {
        file: written(stage, "verslag.toml", MINUTES),
        roster: None,
        to: vec![],
        title: "Verslag".into(),
        ground: "convenant, artikel 6.4".into(),
        retention: None,
        without: vec![],
    };
    let (told, _) = at!(stage, "joris", |ctx| minutes(ctx, case, &reporting));
    told.unwrap();
}

async fn every_holder_renews_what_they_hold(base: Base) {
    let (play, case) = in_full_swing(base).await;
    let stage = &play.stage;
    // Pieter did nothing in the case, Mila knows nothing of it.
    for who in ["pieter", "femke", "mila", "joris", "noor", "sanne"] {
        renews(stage, who, None).await;
    }
    renews(stage, "joris", Some(case)).await;
    // What Femke was answered is still hers to read, under the new key.
    let told = crate::support::letters::sees(stage, "femke").await;
    assert!(format!("{told:?}").contains("Read"), "{told:?}");
}

async fn renews(stage: &Stage, who: &str, case: Option<CaseNumber>) {
    let (renewed, said) = at!(stage, who, |ctx| vault::remove(ctx, Whose { case }, &[]));
    renewed.unwrap_or_else(|refused| panic!("{who}: {refused:?}\n{said:?}"));
}

/// The house has what it keeps in a case by the case's vault: who runs other cases can't read it.
async fn mila_who_does_not_run_the_case_has_no_key_to_it(base: Base) {
    let (play, case) = in_full_swing(base).await;
    let stage = &play.stage;
    let (held, _) = at!(stage, "mila", |ctx| async {
        let (_, world) = ctx.begin().await?;
        let vault = world.my_vault()?.vault;
        ctx.remote.vault_headers(vault).await
    });
    // To what came in before the case had a vault of its own, and to nothing since.
    assert_eq!(held.unwrap().len(), 2, "label and body of the referral");
    assert_eq!(stage.opens_pack("mila", case).await.code(), "not-released");
}
