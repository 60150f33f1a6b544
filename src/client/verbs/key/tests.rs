use super::*;
use crate::client::ask::Unattended;
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
async fn keys_that_can_not_be_put_aside_make_no_others() {
    let (house, mut femke) = femke().await;
    house.hub.state().way = Way::Closed;
    assert!(rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("network")));
    house.hub.state().way = Way::Open;
    house.clock.advance(600);
    let request = house.path("Femke").join(REQUEST);
    std::fs::remove_file(&request).unwrap();
    std::fs::create_dir(&request).unwrap();
    assert!(rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("file")));
    assert_eq!(keys(&mut femke), 2, "they are not forgotten");
    std::fs::remove_dir(&request).unwrap();
    rotate(&mut femke.ctx()).await.unwrap();
}

/// The keys that the hub would not have are still here: that they could not be put aside is what she is told.
#[tokio::test]
async fn keys_that_are_refused_and_can_not_be_put_aside_are_not_forgotten() {
    let (house, mut femke) = femke().await;
    let (settings, away) = (house.path("Femke").join("home.toml"), house.path("Femke").join("home.away"));
    std::fs::rename(&settings, &away).unwrap();
    std::fs::create_dir(&settings).unwrap();
    house.hub.state().way = Way::Refused;
    assert!(rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("file")));
    assert_eq!(keys(&mut femke), 2);
    std::fs::remove_dir(&settings).unwrap();
    std::fs::rename(&away, &settings).unwrap();
    assert!(rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("not-vouched")));
    assert_eq!(keys(&mut femke), 1, "now they are aside");
    house.hub.state().way = Way::Open;
    rotate(&mut femke.ctx()).await.unwrap();
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
    let aside = aside.unlock(&mut Unattended).unwrap();
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

/// With the number that the new keys were to have, so that what lies here is older.
#[tokio::test]
async fn a_bundle_that_was_made_elsewhere_meanwhile_is_never_replaced_by_an_older_one() {
    let (house, mut femke) = femke().await;
    let mut elsewhere = femke.ctx().unlock().unwrap();
    house.hub.state().way = Way::Closed;
    assert!(rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("network")));
    house.hub.state().way = Way::Open;
    elsewhere.number += 1;
    elsewhere.recipients.push(SealingKey::generate().recipient());
    let (secrets, world) = femke.ctx().begin().await.unwrap();
    let mut draft = Draft::new(&world, &femke.clock);
    let digest = draft.attach(elsewhere.seal().unwrap());
    draft.push(Bundle { number: Number(elsewhere.number), digest, fetch: elsewhere.fetch.clone() });
    femke.remote.post(&draft.sign(&secrets.cert).unwrap()).await.unwrap();

    assert!(rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("bundle-number")));
    assert_eq!((keys(&mut femke), femke.ctx().unlock().unwrap().number), (1, elsewhere.number - 1));
    assert!(femke.ctx().begin().await.is_err_and(|error| error.is("bundle-number")));
    // Who fetched what was made elsewhere makes new keys that it opens too.
    femke.home.save_bundle(&elsewhere, &Keep::Identity(SealingKey::generate())).unwrap();
    rotate(&mut femke.ctx()).await.unwrap();
    let bundle = femke.ctx().unlock().unwrap();
    assert_eq!((bundle.number, bundle.recipients), (elsewhere.number + 1, elsewhere.recipients));
}

#[tokio::test]
async fn no_keys_are_made_with_which_the_bundle_could_not_be_read_any_more() {
    let (house, mut femke) = femke().await;
    let mut bundle = femke.ctx().unlock().unwrap();
    let older = |number: u8| {
        let cert = bundle.keys[0].cert.clone();
        Pair { key: Digest::of(&[number]), sealing: SealingKey::generate(), cert }
    };
    let mut all: Vec<Pair> = (1..64).map(older).collect();
    all.append(&mut bundle.keys);
    bundle.keys = all;
    femke.home.save_bundle(&bundle, &Keep::Identity(SealingKey::generate())).unwrap();
    house.hub.state().asked.clear();
    assert!(rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("bundle-full")));
    assert!(!house.hub.state().asked.iter().any(|asked| asked == "POST /v1/statements"));
    bundle.keys.remove(0);
    femke.home.save_bundle(&bundle, &Keep::Identity(SealingKey::generate())).unwrap();
    rotate(&mut femke.ctx()).await.unwrap();
    assert_eq!(keys(&mut femke), 64);
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
