use crate::client::testing::TestHouse;
use crate::client::verbs::enrol::{REQUEST, enrol};
use crate::client::verbs::{directory, login};
use crate::clock::{Clock, random};
use crate::protocol::journal::JournalKey;
use crate::protocol::seal::SealingKey;
use crate::protocol::statement::Suspension;
use crate::protocol::words::Role;

use super::*;

#[tokio::test]
async fn who_enrols_with_a_slip_is_in_the_directory_once_the_house_vouches() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    let made = enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
    assert_eq!(made.words.split(' ').count(), 6);

    let mut femke = house.desk("Femke");
    let stands = login::login(&mut femke.ctx()).await.unwrap();
    assert!(!stands.in_force);
    drop(femke);

    assert_eq!(house.vouch("Femke", &[]).unwrap().words, made.words);
    house.publish_directory().await;
    let mut femke = house.desk("Femke");
    let shown = directory::directory(&mut femke.ctx()).await.unwrap();
    assert_eq!((shown.number, shown.partners.len(), shown.members.len()), (2, 3, 1));
    assert_eq!(shown.members[0].refused, None);
    assert!(!shown.ends_soon);
}

#[tokio::test]
async fn a_slip_works_once() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let (first, second) = (house.path("Femke"), house.path("Max"));
    enrol(house.how_to_enrol(&first), &slip, &mut |_| Ok(())).await.unwrap();
    let refused = enrol(house.how_to_enrol(&second), &slip, &mut |_| Ok(())).await;
    assert!(refused.is_err_and(|error| error.is("slip-used")));
    assert!(!second.join("secrets.age").exists(), "nothing is left of keys that were refused");
}

#[tokio::test]
async fn the_authority_vouches_for_no_key_that_the_slip_did_not_make() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let other = house.slip("Max", "Politie").await;
    let (femke, max) = (house.path("Femke"), house.path("Max"));
    enrol(house.how_to_enrol(&femke), &slip, &mut |_| Ok(())).await.unwrap();
    // Max saw Femke's slip's number and membership, but not its code.
    let forged = PaperSlip { code: other.code, ..slip };
    let refused = enrol(house.how_to_enrol(&max), &forged, &mut |_| Ok(())).await;
    assert!(refused.is_err_and(|error| error.is("slip-unknown")));

    // Nor one whose file was changed on the way.
    let path = femke.join(crate::client::verbs::enrol::REQUEST);
    let text = std::fs::read_to_string(&path).unwrap();
    let recipient = SealingKey::generate().recipient().to_string();
    let at = text.find("age1").unwrap();
    let altered = format!("{}{recipient}{}", &text[..at], &text[at + recipient.len()..]);
    std::fs::write(&path, altered).unwrap();
    assert!(house.vouch("Femke", &[]).is_err_and(|error| error.is("key-differs")));
}

#[tokio::test]
async fn publishing_twice_is_harmless_and_statements_come_in_order() {
    let house = TestHouse::start().await;
    house.person("Joris", "Huis", &[Role::Procesregisseur]).await;
    let again = publish(&house.path("authority"), &house.remote()).await.unwrap();
    assert_eq!(again.statements, 0);
    let sent = folder::batch_files(&house.path("authority").join("sent")).unwrap();
    assert_eq!(sent.len(), 7, "three admissions, two directories, a slip, a membership");
    // Someone lost the note of what was sent.
    let (old, out) = (&sent[3], house.path("authority").join("out"));
    std::fs::copy(old, out.join(old.file_name().unwrap())).unwrap();
    assert_eq!(publish(&house.path("authority"), &house.remote()).await.unwrap().statements, 1);
}

#[tokio::test]
async fn who_is_revoked_is_out() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    let mut joris = house.person("Joris", "Huis", &[Role::Procesregisseur]).await;
    femke.ctx().begin().await.unwrap();
    house.office(|office| revoke(office, "Femke", RevocationReason::Stolen)).unwrap();
    house.publish().await;
    let shown = directory::directory(&mut joris.ctx()).await.unwrap();
    let row = shown.members.iter().find(|row| row.name == "Femke").unwrap();
    assert_eq!(row.refused.as_deref(), Some("revoked"));
    house.publish_directory().await;
    let shown = directory::directory(&mut joris.ctx()).await.unwrap();
    assert!(!shown.members.iter().any(|row| row.name == "Femke"));
}

#[tokio::test]
async fn every_key_that_someone_ever_had_is_revoked() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    crate::client::verbs::key::rotate(&mut femke.ctx()).await.unwrap();
    house.vouch("Femke", &[]).unwrap();
    house.office(|office| revoke(office, "Femke", RevocationReason::Left)).unwrap();
    let out = folder::batch_files(&house.path("authority").join("out")).unwrap();
    let batch = read_batch(out.last().unwrap()).unwrap();
    assert_eq!(batch.entries.len(), 2);
    let again = house.office(|office| revoke(office, "Femke", RevocationReason::Left));
    assert!(again.is_err_and(|error| error.is("revoked")));
}

#[tokio::test]
async fn what_was_signed_before_a_crash_is_not_forgotten() {
    let house = TestHouse::start().await;
    house.person("Femke", "Politie", &[]).await;
    let register = house.path("authority").join("register.json");
    let before = std::fs::read(&register).unwrap();
    house.office(|office| revoke(office, "Femke", RevocationReason::Stolen)).unwrap();
    // As if the program was killed right before it noted that.
    std::fs::write(&register, before).unwrap();
    let listed = house.office(|office| directory(office, None, 30)).unwrap();
    assert_eq!((listed.number, listed.members), (3, 0));
    house.publish().await;
}

#[tokio::test]
async fn a_revocation_does_not_wait_behind_a_file_that_the_hub_refuses() {
    let house = TestHouse::start().await;
    let femke = house.person("Femke", "Politie", &[]).await;
    let out = house.path("authority").join("out");
    house.office(authority_admits).unwrap();
    let first = folder::batch_files(&out).unwrap().remove(0);
    let mut refused = read_batch(&first).unwrap();
    refused.entries[0].statement = refused.entries[0].statement.replace("Zorgboerderij", "Zorgboerderijen");
    std::fs::write(&first, serde_json::to_vec(&refused).unwrap()).unwrap();
    let member = femke.home.settings().member;
    house.office(|office| revoke(office, &member.to_string(), RevocationReason::Stolen)).unwrap();

    let told = publish(&house.path("authority"), &house.remote()).await.unwrap_err();
    assert!(told.is("some-refused"));
    let name = first.file_name().unwrap().to_string_lossy().into_owned();
    assert!(told.sentence(Language::Dutch).contains(&name), "{}", told.sentence(Language::Dutch));
    assert_eq!(folder::batch_files(&out).unwrap(), [first], "it stays, the revocation went");
    drop(femke);
    let mut femke = house.desk("Femke");
    assert!(!login::login(&mut femke.ctx()).await.is_ok_and(|stands| stands.in_force));
}

fn authority_admits(office: &mut Office<'_>) -> Result<PartnerId> {
    let name = "Zorgboerderij".parse().unwrap();
    admit(office, &Admit { name, kind: PartnerKind::Partner, standing: Standing::Named, partner: None })
}

/// Changes a word in someone's key request, on its way to the authority.
fn change_request(house: &TestHouse, name: &str, of: &str, with: &str) {
    let path = house.path(name).join(REQUEST);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(of), "{text}");
    std::fs::write(&path, text.replace(of, with)).unwrap();
}

#[tokio::test]
async fn the_authority_vouches_for_no_request_that_was_changed_on_its_way() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
    let whole = std::fs::read(folder.join(REQUEST)).unwrap();
    for (of, with, code) in [
        ("hub: localhost", "hub: elsewhere.example", "wrong-hub"),
        // What the proof of the slip is not about, the signature is.
        ("signed-at: 2026-11-02T09:00:00Z", "signed-at: 2026-11-02T09:00:01Z", "bad-signature"),
    ] {
        change_request(&house, "Femke", of, with);
        assert_eq!(house.vouch("Femke", &[]).unwrap_err().code(), code);
        std::fs::write(folder.join(REQUEST), &whole).unwrap();
    }
    house.vouch("Femke", &[]).unwrap();
}

#[tokio::test]
async fn the_authority_certifies_no_other_name_than_the_slips() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    let renamed = PaperSlip { name: "Joris".parse().unwrap(), ..slip };
    enrol(house.how_to_enrol(&folder), &renamed, &mut |_| Ok(())).await.unwrap();
    assert_eq!(house.vouch("Femke", &[]).unwrap_err().code(), "key-differs");
}

#[tokio::test]
async fn a_slip_that_was_made_out_anew_ends_the_one_before() {
    let house = TestHouse::start().await;
    let slip = house.slip("Femke", "Politie").await;
    let folder = house.path("Femke");
    enrol(house.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
    house.slip_again("Femke", "Politie", slip.member).await;
    assert_eq!(house.vouch("Femke", &[]).unwrap_err().code(), "slip-unknown");
}

/// Whoever stole the keys asks for new ones by them.
#[tokio::test]
async fn a_revoked_key_asks_for_no_new_one() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    crate::client::verbs::key::rotate(&mut femke.ctx()).await.unwrap();
    house.office(|office| revoke(office, "Femke", RevocationReason::Stolen)).unwrap();
    assert_eq!(house.vouch("Femke", &[]).unwrap_err().code(), "revoked");
}

/// Somebody takes the request that still lies there for a new one. The hub would refuse what the authority signs then;
/// one that does not would have everyone refuse the journal.
#[tokio::test]
async fn a_revoked_key_is_vouched_for_no_more() {
    let house = TestHouse::start().await;
    house.person("Femke", "Politie", &[]).await;
    house.office(|office| revoke(office, "Femke", RevocationReason::Stolen)).unwrap();
    house.publish().await;
    assert_eq!(house.vouch("Femke", &[]).unwrap_err().code(), "revoked");
    assert!(folder::batch_files(&house.path("authority").join("out")).unwrap().is_empty());
}

#[tokio::test]
async fn the_keys_of_another_hub_are_not_taken() {
    let house = TestHouse::start().await;
    let keys = folder::read_register(&house.path("authority")).unwrap().hub.unwrap();
    let hub: HubName = "elsewhere.example".parse().unwrap();
    let other = JournalKey::generate(hub.clone(), random()).unwrap();
    let journal_key = other.public().to_string();
    for wrong in [HubKeys { hub, ..keys.clone() }, HubKeys { journal_key, ..keys.clone() }] {
        let refused = house.office(|office| directory(office, Some(wrong), 30));
        assert!(refused.is_err_and(|error| error.is("wrong-hub")));
    }
    house.office(|office| directory(office, Some(keys), 30)).unwrap();
}

#[tokio::test]
async fn the_authority_signs_what_is_its_own_only() {
    let house = TestHouse::start().await;
    let femke = house.person("Femke", "Politie", &[]).await;
    let (member, until) = (femke.home.settings().member, house.clock.now());
    let refused = house.office(|office| {
        let mut authority = office.open()?;
        let mut draft = authority.draft(office.clock)?;
        draft.push(Suspension { member, until });
        office.sign(&mut authority, draft)
    });
    assert!(refused.is_err_and(|error| error.is("input")));
    assert!(folder::batch_files(&house.path("authority").join("out")).unwrap().is_empty());
}

#[tokio::test]
async fn an_authority_is_made_once_and_is_who_it_was() {
    let house = TestHouse::start().await;
    let keep = Keep::Identity(SealingKey::generate());
    let (hub, name) = ("localhost".parse().unwrap(), "Huis".parse().unwrap());
    let again = house.office(|office| init(office, &hub, &name, &keep));
    assert!(again.is_err_and(|error| error.is("home-taken")));
    house.publish_directory().await;

    // What the slips say is not what the key in the folder is.
    let path = house.path("authority").join("authority.toml");
    let other = SecretCert::generate_authority("Huis", house.clock.now()).unwrap().public().fingerprint();
    let settings = format!("hub = \"localhost\"\nauthority = \"{other}\"\n");
    std::fs::write(path, settings).unwrap();
    let refused = house.office(|office| directory(office, None, 30));
    assert!(refused.is_err_and(|error| error.is("home-damaged")));
}

#[tokio::test]
async fn nothing_is_signed_without_a_yes_or_for_too_long() {
    let house = TestHouse::start().await;
    let declined = house.office(|office| {
        office.yes = false;
        directory(office, None, 30)
    });
    assert!(declined.is_err_and(|error| error.is("declined")));
    for days in [0, 93] {
        let refused = house.office(|office| directory(office, None, days));
        assert!(refused.is_err_and(|error| error.is("directory-too-long")), "{days}");
    }
    assert!(folder::batch_files(&house.path("authority").join("out")).unwrap().is_empty());
    assert_eq!(house.office(|office| directory(office, None, 92)).unwrap().number, 2);
}
