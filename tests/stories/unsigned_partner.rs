//! Joris invites someone of a partner that has not signed; refused with the reason; nothing is sent.

use zegel::client::verbs::login::login;
use zegel::client::verbs::meeting::roster::{Invited, Plan, roster};
use zegel::protocol::refusal::Language;
use zegel::protocol::statement::Roster;
use zegel::protocol::words::*;

use crate::support::hands::{by_hand, journal_size};
use crate::support::office::{gets_keys, slip_for};
use crate::support::scene::{AGENDA, date, prepared};
use crate::support::{Base, Refused};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "noor"];

on_both!(nobody_of_stichting_vijf_is_invited);

async fn nobody_of_stichting_vijf_is_invited(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    // Vera of Stichting Vijf has keys already: her partner is named in the agreement, and is about to sign it.
    let slip = slip_for(stage, "vijf", "Vera Post", "vera.post@stichting-vijf.example", None);
    let vera = gets_keys(stage, "vera", &slip).await;
    let (signed_in, _) = at!(stage, "vera", |ctx| login(ctx));
    assert_eq!(signed_in.code(), "not-signed-partner");
    let planned = stage.plans("joris", case, date(), &["noor"], &[], Some(AGENDA)).await.unwrap();
    let before = journal_size(stage).await;

    let ground = "Convenant art. 6.2".to_owned();
    let add = vec![Invited { who: "Vera Post".into(), seat: Seat::Delegate, ground }];
    let plan = Plan { meeting: Some(planned.meeting), add, ..Plan::default() };
    let (refused, said) = at!(stage, "joris", |ctx| roster(ctx, case, &plan));
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), "not-signed-partner");
    let sentence = refused.sentence(Language::Dutch);
    assert!(sentence.contains("Stichting Vijf, beschermd wonen"), "{sentence}");
    assert!(!said.contains("ondertekenen"), "there was nothing to sign: {said}");

    let unadvised = by_hand(stage, "joris", case, |draft, world, case| {
        let (id, before) = case.rosters.iter().next().unwrap();
        let vault = case.directors(world.house()).unwrap();
        let (grounds, grant_grounds) = draft.seal(b"{}\n", &[vault]).unwrap();
        let mut participant = before.participant.clone();
        participant.push(Participant { member: vera, seat: Seat::Delegate });
        participant.sort_by_key(|participant| participant.member);
        let (number, previous) = (Number(before.number.0 + 1), Some(*id));
        Roster { number, previous, participant, grounds, grant_grounds, ..before.clone() }.into()
    });
    assert_eq!(unadvised.await.code(), "not-signed-partner");
    assert_eq!(journal_size(stage).await, before, "nothing was sent");
    assert_eq!(stage.opens_pack("vera", case).await.code(), "not-signed-partner");
}
