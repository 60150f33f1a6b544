//! At the meeting: suppliers, readers and those who run the case get in each other's way.

use zegel::client::letter::said::Word;
use zegel::client::verbs::case::phase;
use zegel::client::verbs::directory::suspend;
use zegel::client::verbs::letter::invite::invite;
use zegel::client::verbs::letter::reply::reply;
use zegel::client::verbs::meeting::approve::{self, approve};
use zegel::client::verbs::meeting::ask::ask;
use zegel::client::verbs::meeting::decide::{retract, withdraw};
use zegel::client::verbs::meeting::release::{self, release};
use zegel::client::verbs::meeting::roster::{Plan, roster};
use zegel::demo::stage::Stage;
use zegel::hub::journal;
use zegel::protocol::case::CaseState;
use zegel::protocol::id::{CaseNumber, MeetingId};
use zegel::protocol::words::*;

use super::race::{acts, again, answers, desks, meet, told};
use super::{at_the_table, recorded, together};
use crate::support::door::{DAY, Now, suspends};
use crate::support::letters::{answering, invitation};
use crate::support::post::writes;

together!(
    approvals_meet_another_roster,
    withdrawals_meet_releases,
    retractions_meet_approvals,
    a_suspension_meets_releases,
    a_phase_meets_asks,
    two_invite_and_many_answer,
);

async fn state_of(stage: &Stage, case: CaseNumber) -> CaseState {
    let mut connection = stage.hub.state.db.read().acquire().await.unwrap();
    let size = journal::size(&mut connection).await.unwrap() as i64;
    let history = stage.hub.state.past.load(&mut connection, size, &[case]).await.unwrap();
    history.case(case).unwrap().clone()
}

async fn meeting_of(stage: &Stage, case: CaseNumber) -> MeetingId {
    let state = state_of(stage, case).await;
    state.rosters.values().find(|roster| roster.phase == Phase::Rto).unwrap().meeting
}

/// What a reader finds in the pack: the titles, or why there is none.
async fn finds(stage: &Stage, who: &str, case: CaseNumber) -> Result<Vec<String>, String> {
    let opened = stage.opens_pack(who, case).await;
    let opened = opened.map_err(|error| super::race::of_client(error).code().to_owned())?;
    Ok(opened.opened.into_iter().map(|item| item.opened.title).collect())
}

fn for_noor(stage: &Stage) -> approve::Choice {
    approve::Choice { readers: stage.ids(&["noor"]).unwrap(), ..Default::default() }
}

/// An approval holds for its roster only, so each is recorded before the new one or not at all. Then approvals are
/// asked for again, and given in one step.
async fn approvals_meet_another_roster(stage: &Stage, many: usize) {
    let case = at_the_table(stage).await;
    let meeting = meeting_of(stage, case).await;
    let mut all = Vec::new();
    for who in ["femke", "pieter"] {
        all.extend(acts!("approves", desks(stage, who, many / 3).await, |stage, ctx| async {
            approve(ctx, case, &for_noor(stage)).await
        }));
    }
    for who in ["joris", "mila"] {
        all.extend(acts!("invites", desks(stage, who, many / 6).await, |stage, ctx| async {
            let add = vec![stage.invited("bram", Seat::Delegate).unwrap()];
            roster(ctx, case, &Plan { meeting: Some(meeting), add, ..Plan::default() }).await
        }));
    }
    let said = meet(stage, &["approval", "roster"], &[], all).await;
    assert!(!told(&said, "invites").is_empty(), "somebody comes first: {:?}", answers(&said));
    let rosters = told(&said, "invites").len();
    let latest = state_of(stage, case).await.latest[&meeting];
    assert!(told(&said, "invites").contains(&latest), "{rosters} rosters");

    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &["noor", "bram"]).await.unwrap();
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();
    stage.releases("joris", case).await.unwrap();
    for reader in ["noor", "bram"] {
        assert_eq!(
            finds(stage, reader, case).await.unwrap().iter().filter(|title| *title == "Melding").count(),
            1
        );
    }
}

/// Whatever comes first: what was withdrawn is closed, and no key to it lies at the hub. What nobody withdrew is
/// released when it is tried again.
async fn withdrawals_meet_releases(stage: &Stage, many: usize) {
    let case = at_the_table(stage).await;
    stage.approves("femke", case, &["noor"]).await.unwrap();
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();
    let noor = stage.ids(&["noor"]).unwrap();
    let mut all = acts!("withdraws", desks(stage, "pieter", many / 2).await, |stage, ctx| async {
        let noor = stage.ids(&["noor"]).unwrap();
        withdraw(ctx, case, "Melding", &noor).await
    });
    for who in ["joris", "mila"] {
        all.extend(acts!("releases", desks(stage, who, many / 4).await, |stage, ctx| async {
            release(ctx, case, &release::Choice::default()).await
        }));
    }
    let said = meet(stage, &["withdrawal", "release"], &[], all).await;
    assert!(!told(&said, "withdraws").is_empty());
    for said in said.iter().filter(|said| said.what == "releases") {
        if let Err((code, sentence)) = &said.answer {
            assert_eq!(code, "withdrawn", "{sentence}");
            assert!(sentence.contains("Doe het opnieuw"), "{sentence}");
        }
    }
    let refused = again(stage, said);
    assert!(refused.iter().all(|said| said.answer.is_ok()), "{:?}", answers(&refused));
    let report = state_of(stage, case).await.approvals.values().next().unwrap().approval.item;
    let keys = "SELECT COUNT(*) FROM header WHERE statement = $1 AND reader = $2";
    let keys = sqlx::query_scalar(keys).bind(report.to_string()).bind(noor[0].clone());
    let keys: i64 = keys.fetch_one(stage.hub.state.db.read()).await.unwrap();
    assert_eq!(keys, 0);
    let found = finds(stage, "noor", case).await;
    assert!(found.iter().flatten().all(|title| title != "Melding"), "{found:?}");
}

/// Once it is taken out, nobody approves it any more.
async fn retractions_meet_approvals(stage: &Stage, many: usize) {
    let case = at_the_table(stage).await;
    let mut all = Vec::new();
    for who in ["pieter", "femke"] {
        all.extend(acts!("retracts", desks(stage, who, many / 4).await, |stage, ctx| async {
            retract(ctx, case, "Melding").await
        }));
    }
    let others: Vec<String> = desks(stage, "femke", many / 4 + many / 2).await.split_off(many / 4);
    all.extend(acts!("approves", others, |stage, ctx| async { approve(ctx, case, &for_noor(stage)).await }));
    let said = meet(stage, &["retraction", "approval"], &["not-found", "title-hidden"], all).await;
    assert_eq!(told(&said, "retracts").len(), 1, "it is taken out once: {:?}", answers(&said));
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();
    stage.releases("joris", case).await.unwrap();
    assert_eq!(finds(stage, "noor", case).await, Ok(vec!["Doel en agenda".to_owned()]));
}

/// Who is suspended opens nothing, whichever came first; afterwards the pack is there again.
async fn a_suspension_meets_releases(stage: &Stage, many: usize) {
    let case = at_the_table(stage).await;
    stage.approves("femke", case, &["noor"]).await.unwrap();
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();
    let until = stage.clock_now().plus(DAY);
    let mut all = acts!("suspends", desks(stage, "ellen", many / 4).await, |stage, ctx| async {
        let noor = stage.member("noor").unwrap().to_string();
        suspend(ctx, &noor, until).await
    });
    for who in ["joris", "mila"] {
        all.extend(acts!("releases", desks(stage, who, many / 3).await, |stage, ctx| async {
            let choice = release::Choice { readers: stage.ids(&["noor"]).unwrap(), ..Default::default() };
            release(ctx, case, &choice).await
        }));
    }
    let said = meet(stage, &["suspension", "release"], &[], all).await;
    assert_eq!(told(&said, "suspends").len(), 1, "signed to the letter by many desks, it is one");
    assert!(finds(stage, "noor", case).await.is_err());
    suspends(stage, "ellen", "noor", 0).await;
    stage.clock.advance(1);
    stage.releases("joris", case).await.unwrap();
    assert!(finds(stage, "noor", case).await.unwrap().contains(&"Melding".to_owned()));
}

/// A case moves on once. Who asks after that is told what to do first.
async fn a_phase_meets_asks(stage: &Stage, many: usize) {
    let case = at_the_table(stage).await;
    let phases = recorded(stage, case, "phase").await;
    let mut all = Vec::new();
    for who in ["joris", "mila"] {
        let desks = desks(stage, who, many / 2).await;
        all.extend(acts!("moves", desks[..many / 4], |stage, ctx| async {
            phase(ctx, case, Phase::Plan, "Verder.").await
        }));
        all.extend(acts!("asks", desks[many / 4..], |stage, ctx| async { ask(ctx, case, None, &[]).await }));
    }
    let said = meet(stage, &["phase", "ask"], &[], all).await;
    assert_eq!(told(&said, "moves").len(), 1, "{:?}", answers(&said));
    assert_eq!(recorded(stage, case, "phase").await, phases + 1);
    for late in again(stage, said).iter().filter(|said| said.what == "asks") {
        let (code, sentence) = late.answer.as_ref().unwrap_err();
        assert_eq!(code, "unknown-roster");
        assert!(sentence.contains("zegel roster"), "{sentence}");
    }
}

/// Each is invited once by whichever of the two comes first; each letter is answered.
async fn two_invite_and_many_answer(stage: &Stage, many: usize) {
    let case = at_the_table(stage).await;
    let mut all = Vec::new();
    for who in ["joris", "mila"] {
        all.extend(acts!("invites", desks(stage, who, many / 4).await, |stage, ctx| async {
            invite(ctx, case, &invitation()).await
        }));
    }
    let letter = writes(stage, "joris", "noor", case, "Komt u?").await;
    all.extend(acts!("answers", desks(stage, "noor", many / 2).await, |stage, ctx| async {
        reply(ctx, &letter.to_string(), &answering(Word::Read)).await
    }));
    let said = meet(stage, &["letter", "reply"], &["already-invited", "invitation-replaced"], all).await;
    let state = state_of(stage, case).await;
    for who in ["noor", "femke"] {
        let member = stage.member(who).unwrap();
        let invitations = state.letters.values().filter(|state| state.letter.to == member);
        let invitations = invitations.filter(|state| state.letter.kind == LetterKind::Invitation).count();
        assert_eq!(invitations, 1, "{who}: {:?}", answers(&said));
    }
}
