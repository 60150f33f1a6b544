use super::*;
use crate::client::home::Home;
use crate::client::testing::{Desk, TestHouse, Way};
use crate::client::verbs::directory::KEY_WARNING;
use crate::clock::Clock;

async fn femke() -> (TestHouse, Desk) {
    let house = TestHouse::start().await;
    let femke = house.person("Femke", "Politie", &[]).await;
    (house, femke)
}

fn keys(desk: &mut Desk) -> usize {
    desk.ctx().unlock().unwrap().keys.len()
}

#[tokio::test]
async fn nothing_is_signed_or_kept_before_the_yes() {
    let (house, mut femke) = femke().await;
    let request = house.path("Femke").join(REQUEST);
    let before = std::fs::read(&request).unwrap();
    let ctx = femke.ctx();
    let refused = rotate(&mut Context { yes: false, ..ctx }).await;
    assert!(refused.is_err_and(|error| error.is("declined")));
    assert_eq!((keys(&mut femke), std::fs::read(&request).unwrap()), (1, before));
    assert!(femke.said().contains("by new ones. The old ones count until"));
}

#[tokio::test]
async fn keys_whose_answer_was_no_answer_are_kept_and_sent_again() {
    let (house, mut femke) = femke().await;
    house.hub.state().way = Way::Fault;
    assert!(rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("internal")));
    assert_eq!(keys(&mut femke), 2);
    house.hub.state().way = Way::Open;
    let made = rotate(&mut femke.ctx()).await.unwrap();
    assert_eq!(keys(&mut femke), 2);
    assert_eq!(house.vouch("Femke", &[]).unwrap().words, made.words);
    house.publish_directory().await;
    let (secrets, world) = femke.ctx().begin().await.unwrap();
    assert_eq!(world.my_membership().unwrap().recipient, secrets.sealing.recipient());
}

#[tokio::test]
async fn keys_that_never_arrived_do_not_wait_for_ever() {
    let (house, mut femke) = femke().await;
    house.hub.state().way = Way::Closed;
    assert!(rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("network")));
    let unsent = key_row(femke.ctx().unlock().unwrap().keys.last().unwrap());
    house.hub.state().way = Way::Open;
    house.clock.advance(600);
    // Too late for the old signature: new keys, after a new yes.
    let made = rotate(&mut femke.ctx()).await.unwrap();
    assert_ne!(made.words, unsent.words);
    assert_eq!(keys(&mut femke), 2);
    let aside = Home::open(&house.path("Femke").join("unused-1")).unwrap();
    let aside = aside.unlock(&mut crate::client::ask::Unattended).unwrap();
    assert_eq!(aside.keys.last().map(|pair| key_row(pair).words), Some(unsent.words));
    assert_eq!(house.vouch("Femke", &[]).unwrap().words, made.words);
}

#[tokio::test]
async fn keys_that_were_kept_but_not_yet_on_their_way_are_forgotten() {
    let (house, mut femke) = femke().await;
    house.hub.state().way = Way::Closed;
    assert!(rotate(&mut femke.ctx()).await.is_err());
    // As if the program was killed right before.
    pending(&femke.ctx()).done().unwrap();
    house.hub.state().way = Way::Open;
    rotate(&mut femke.ctx()).await.unwrap();
    assert_eq!(keys(&mut femke), 2);
}

#[tokio::test]
async fn a_key_that_ends_soon_is_told_of_at_every_verb() {
    let (house, mut femke) = femke().await;
    femke.ctx().begin().await.unwrap();
    assert!(!femke.said().contains("Note:"));
    let until = femke.ctx().begin().await.unwrap().1.my_membership().unwrap().until;
    house.clock.advance(until.unix() - house.clock.now().unix() - KEY_WARNING);
    house.publish_directory().await;
    femke.ctx().begin().await.unwrap();
    assert!(femke.said().contains("Note: your membership ends at"), "{}", femke.said());
    let directory = crate::client::verbs::directory::directory(&mut femke.ctx()).await.unwrap();
    assert!(directory.text(Language::English).contains("! Letters can be sent until"));
}
