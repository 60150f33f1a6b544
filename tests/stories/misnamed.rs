//! Who names an item, a reader or an answer that is not there, is told so by the own program, and is not asked to sign.

use zegel::client::verbs::letter::invite::{Inviting, invite};
use zegel::client::verbs::meeting::roster::{Invited, Plan, roster};
use zegel::client::verbs::meeting::{approve, decide, release};
use zegel::protocol::words::*;

use crate::support::hands::journal_size;
use crate::support::letters::invitation;
use crate::support::scene::{AGENDA, date, femke_contributes, prepared};
use crate::support::{Base, Refused};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor", "daan"];

on_both!(nobody_signs_for_what_is_not_there);

async fn nobody_signs_for_what_is_not_there(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let planned = stage.plans("joris", case, date(), &["femke", "noor"], &[], Some(AGENDA)).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();
    let before = journal_size(stage).await;
    macro_rules! refused {
        ($who:expr, $code:expr, |$ctx:ident| $act:expr) => {{
            let (refused, said) = at!(stage, $who, |$ctx| $act);
            assert_eq!(refused.code(), $code);
            assert!(!said.contains("ondertekenen"), "{}: {said}", $code);
            assert_eq!(journal_size(stage).await, before, "{}", $code);
        }};
    }
    let named = vec!["Melding".to_owned()];

    // On no ground nobody sits at the table.
    let add = vec![Invited { who: "Daan".into(), seat: Seat::Delegate, ground: " ".into() }];
    let plan = Plan { meeting: Some(planned.meeting), add, ..Plan::default() };
    refused!("joris", "no-ground", |ctx| roster(ctx, case, &plan));
    // Daan is at no table, so nothing is asked of him there.
    let inviting = Inviting { asked: vec![("Daan".into(), "Wat weet u?".into())], ..invitation() };
    refused!("joris", "not-on-roster", |ctx| invite(ctx, case, &inviting));

    // Femke approves for who is there, and for a time that ends behind its beginning. That it is over says nothing then.
    let for_daan = approve::Choice { readers: stage.ids(&["daan"]).unwrap(), ..Default::default() };
    refused!("femke", "not-on-roster", |ctx| approve::approve(ctx, case, &for_daan));
    for until in [date().plus(-1), "2026-10-01T00:00:00Z".parse().unwrap()] {
        let (from, until) = (Some(date()), Some(until));
        let backwards = approve::Choice { items: named.clone(), from, until, ..Default::default() };
        refused!("femke", "outside-window", |ctx| approve::approve(ctx, case, &backwards));
    }
    // What nobody approved is neither withdrawn nor released.
    refused!("femke", "not-approved", |ctx| decide::withdraw(ctx, case, "Melding", &[]));
    let unapproved = release::Choice { items: named, ..Default::default() };
    refused!("joris", "not-approved", |ctx| release::release(ctx, case, &unapproved));

    // Nor is anything asked for Daan that she could refuse.
    let about = decide::About { readers: stage.ids(&["daan"]).unwrap(), ..Default::default() };
    refused!("femke", "nothing-waits", |ctx| decide::refuse(ctx, case, &about, "Te weinig."));
}
