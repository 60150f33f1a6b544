use crate::client::testing::TestHouse;
use crate::client::verbs::{authority, key};
use crate::protocol::words::RevocationReason;

use super::*;

#[tokio::test]
async fn when_the_answer_gets_lost_the_same_keys_are_sent_again() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    house.hub.state().cut = true;
    let lost = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await;
    assert!(lost.is_err_and(|error| error.is("network")));

    house.hub.state().cut = false;
    let made = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
    assert_eq!(house.vouch("Femke", &[]).unwrap().words, made.words);
    house.publish_directory().await;
    assert!(house.desk("Femke").ctx().begin().await.is_ok());
    let again = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await;
    assert!(again.is_err_and(|error| error.is("home-taken")));
}

#[tokio::test]
async fn the_recovery_code_alone_brings_everything_back() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let (folder, other) = (house.path("Femke"), house.path("new laptop"));
    let mut paper = String::new();
    let mut write_down = |code: &RecoveryCode| {
        paper = code.to_text().to_string();
        Ok(())
    };
    let made = enrol(house.how_to_enrol(&folder), &slip, &mut write_down).await.unwrap();
    house.vouch("Femke", &[]).unwrap();
    house.publish_directory().await;

    let code = RecoveryCode::parse(&paper).unwrap();
    let member = recover(house.how_to_enrol(&other), &slip.hub, &code).await.unwrap();
    assert_eq!(member, made.member);
    let (_, world) = house.desk("new laptop").ctx().begin().await.unwrap();
    assert_eq!(world.name_of(member), "Femke (Politie)");

    let wrong = RecoveryCode::generate(crate::clock::random()).unwrap();
    let refused = recover(house.how_to_enrol(&house.path("max")), &slip.hub, &wrong).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn who_lost_everything_enrols_anew_with_a_new_slip() {
    let house = TestHouse::start().await;
    let lost = house.person("Femke", "Politie", &[]).await;
    let member = lost.home.settings().member;
    house.office(|office| authority::revoke(office, "Femke", RevocationReason::Lost)).unwrap();
    let slip = house.slip_again("Femke", "Politie", member).await;
    let folder = house.path("new laptop");
    let made = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
    assert_eq!(made.member, member);
    assert_eq!(house.desk("new laptop").ctx().unlock().unwrap().number, 2);
}

#[tokio::test]
async fn new_keys_of_which_the_hub_never_heard_keep_nobody_from_trying_again() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    house.hub.state().deaf = true;
    assert!(key::rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("network")));
    house.hub.state().deaf = false;
    key::rotate(&mut femke.ctx()).await.unwrap();
    assert!(key::rotate(&mut femke.ctx()).await.is_err_and(|error| error.is("key-waits")));
}

#[tokio::test]
async fn an_old_copy_of_the_keys_is_told_that_there_are_newer_ones() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    let old = femke.ctx().unlock().unwrap();
    let keep = Keep::Identity(SealingKey::generate());
    key::rotate(&mut femke.ctx()).await.unwrap();
    femke.home.save_bundle(&old, &keep).unwrap();
    assert!(femke.ctx().begin().await.is_err_and(|error| error.is("bundle-number")));
}

#[tokio::test]
async fn the_slips_authority_is_the_only_one() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let slip = PaperSlip { authority: crate::protocol::cert::Fingerprint([1; 20]), ..slip };
    let folder = house.path("Femke");
    let refused = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await;
    assert!(refused.is_err_and(|error| error.is("wrong-authority")));
    assert!(!folder.exists());
}
