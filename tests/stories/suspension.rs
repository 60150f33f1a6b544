//! The manager suspends somebody, and ends it: each is signed once, and a mistake is told before anything is signed.
//! Who approves is told which reader is suspended.

use zegel::client::verbs::meeting::approve::{self, Choice};
use zegel::client::verbs::{directory, login};
use zegel::demo::stage::Stage;
use zegel::protocol::refusal::Language;

use crate::support::door::{DAY, Now, suspends};
use crate::support::hands::recorded;
use crate::support::scene::{AGENDA, date, femke_contributes, prepared};
use crate::support::{Base, Refused, play};

const PEOPLE: &[&str] = &["joris", "mila", "ellen", "femke", "pieter"];

on_both!(
    a_suspension_is_signed_once_and_ended_once,
    a_suspension_that_can_not_be_meant_is_not_signed,
    who_approves_is_told_which_reader_is_suspended,
);

/// How many statements are on record; the journal has what the hub itself noted too.
async fn signed(stage: &Stage) -> usize {
    recorded(stage).await.len()
}

async fn a_suspension_is_signed_once_and_ended_once(base: Base) {
    let play = play(base, PEOPLE).await;
    let stage = &play.stage;
    let (soon, later) = (stage.clock_now().plus(7 * DAY), stage.clock_now().plus(30 * DAY));
    macro_rules! new {
        ($new:expr, |$ctx:ident| $act:expr) => {{
            let before = signed(stage).await;
            let (done, said) = at!(stage, "ellen", |$ctx| $act);
            assert_eq!(done.unwrap().new, $new, "{said}");
            assert_eq!(signed(stage).await, before + usize::from($new), "{said}");
            assert_eq!(said.contains("ondertekenen"), $new, "{said}");
            said
        }};
    }
    let said = new!(true, |ctx| directory::suspend(ctx, "Femke", soon));
    assert!(said.contains("is geschorst tot"), "{said}");
    let (refused, _) = at!(stage, "femke", |ctx| login::login(ctx));
    assert_eq!(refused.code(), "suspended");

    // Whose answer got lost gives the same command again; another day replaces the first.
    new!(false, |ctx| directory::suspend(ctx, "Femke", soon));
    new!(true, |ctx| directory::suspend(ctx, "Femke", later));

    let said = new!(true, |ctx| directory::end_suspension(ctx, "Femke"));
    assert!(said.contains("is voorbij"), "{said}");
    at!(stage, "femke", |ctx| login::login(ctx)).0.unwrap();
    new!(false, |ctx| directory::end_suspension(ctx, "Femke"));

    // What was ended can be wanted anew, until the same day.
    new!(true, |ctx| directory::suspend(ctx, "Femke", later));
    let (refused, _) = at!(stage, "femke", |ctx| login::login(ctx));
    assert_eq!(refused.code(), "suspended");
}

async fn a_suspension_that_can_not_be_meant_is_not_signed(base: Base) {
    let play = play(base, PEOPLE).await;
    let stage = &play.stage;
    let (now, soon) = (stage.clock_now(), stage.clock_now().plus(7 * DAY));
    let before = signed(stage).await;
    macro_rules! refused {
        ($who:expr, $code:expr, |$ctx:ident| $act:expr) => {{
            let (refused, said) = at!(stage, $who, |$ctx| $act);
            assert_eq!(refused.code(), $code);
            assert!(!said.contains("ondertekenen"), "{}: {said}", $code);
            assert_eq!(signed(stage).await, before, "{}", $code);
        }};
    }
    refused!("joris", "not-manager", |ctx| directory::suspend(ctx, "Femke", soon));
    refused!("joris", "not-manager", |ctx| directory::end_suspension(ctx, "Femke"));
    refused!("ellen", "unknown-member", |ctx| directory::suspend(ctx, "Niemand", soon));
    refused!("ellen", "own-suspension", |ctx| directory::suspend(ctx, "Ellen", soon));
    // A slip of the pen in the year is no suspension, and must not look like one.
    for past in [now, now.plus(-365 * DAY)] {
        refused!("ellen", "suspension-past", |ctx| directory::suspend(ctx, "Femke", past));
    }
    refused!("ellen", "not-suspended", |ctx| directory::end_suspension(ctx, "Femke"));

    // One that is over by itself was ended by nobody.
    at!(stage, "ellen", |ctx| directory::suspend(ctx, "Femke", now.plus(DAY))).0.unwrap();
    stage.clock.advance(2 * DAY);
    let (refused, _) = at!(stage, "ellen", |ctx| directory::end_suspension(ctx, "Femke"));
    assert_eq!(refused.code(), "not-suspended");
    at!(stage, "femke", |ctx| login::login(ctx)).0.unwrap();
}

/// Bram was suspended after he was invited: Femke is told so before she signs, and goes on without him.
async fn who_approves_is_told_which_reader_is_suspended(base: Base) {
    let people = ["sanne", "hugo", "joris", "mila", "ellen", "femke", "pieter", "noor", "bram"];
    let (play, case) = prepared(base, &people).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["noor", "bram", "femke"], &[], Some(AGENDA)).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    suspends(stage, "ellen", "bram", 7).await;

    let before = signed(stage).await;
    let choice = Choice { readers: stage.ids(&["noor", "bram"]).unwrap(), ..Choice::default() };
    let (refused, said) = at!(stage, "femke", |ctx| approve::approve(ctx, case, &choice));
    let refused = refused.unwrap_err();
    assert!(refused.is("readers-not-now"), "{refused}");
    let sentence = refused.sentence(Language::Dutch);
    assert!(sentence.contains("geschorst") && sentence.contains("zonder Bram"), "{sentence}");
    assert!(!sentence.contains("Noor") && !said.contains("ondertekenen"), "{sentence} {said}");
    assert_eq!(signed(stage).await, before);
    assert_eq!(stage.approves("femke", case, &["noor"]).await.unwrap().approvals.len(), 1);
}
