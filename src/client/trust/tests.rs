use crate::client::batch::Batch;
use crate::client::sign::Draft;
use crate::client::testing::{Desk, TestHouse};
use crate::client::verbs::authority::{read_batch, revoke};
use crate::clock::Clock;
use crate::protocol::cert::SecretCert;
use crate::protocol::journal::JournalKey;
use crate::protocol::statement::{Directory, Exclusion, Suspension};
use crate::protocol::words::{JournalKeyText, Number, RevocationReason, Role, Signer};

use super::*;

type Tamper = Box<dyn Fn(&mut crate::client::remote::Evidence) + Send>;

/// A house in which Femke looked once, at its second directory.
async fn seen_once() -> (TestHouse, Desk) {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    femke.ctx().begin().await.unwrap();
    (house, femke)
}

/// Why Femke believes nothing now; and she remembers what she saw before.
async fn refused(femke: &mut Desk) -> ClientError {
    let before = femke.home.remembered().unwrap();
    let error = femke.ctx().begin().await.err().expect("refused");
    assert_eq!(femke.home.remembered().unwrap(), before);
    for language in [crate::protocol::refusal::Language::Dutch, crate::protocol::refusal::Language::English] {
        assert!(error.sentence(language).ends_with('.'), "{}", error.sentence(language));
    }
    error
}

#[tokio::test]
async fn what_is_proven_is_believed_and_remembered() {
    let (house, mut femke) = seen_once().await;
    let first = femke.home.remembered().unwrap().unwrap();
    assert_eq!(first.directory, 2);
    house.hub.add_noise();
    house.publish_directory().await;
    let (_, world) = femke.ctx().begin().await.unwrap();
    let second = femke.home.remembered().unwrap().unwrap();
    assert_eq!((second.directory, second.size), (3, first.size + 2));
    assert_eq!(world.seen.size, second.size);
    assert_eq!(world.name_of(world.me), "Femke (Politie)");
    assert_eq!(world.member_named("femke").unwrap().member, world.me);
    assert_eq!(world.member_named("femke@politie.example").unwrap().member, world.me);
}

#[tokio::test]
async fn who_left_is_called_by_name_and_found_by_none() {
    let (house, mut femke) = seen_once().await;
    let mut joris = house.person("Joris", "Huis", &[Role::Procesregisseur]).await;
    let left = femke.ctx().begin().await.unwrap().1.me;
    house.office(|office| revoke(office, "Femke", RevocationReason::Left)).unwrap();
    house.publish_directory().await;
    let (_, world) = joris.ctx().begin().await.unwrap();
    assert_eq!(world.name_of(left), "Femke (Politie)");
    assert!(world.gone(left).is_some_and(|(nl, _)| nl.contains("werkt hier niet meer")));
    assert_eq!(world.gone(world.me), None);
    assert!(world.member_named("Femke").is_err_and(|error| error.is("unknown-member")));
    let nobody: MemberId = "mem_0000000000000000".parse().unwrap();
    assert_eq!((world.name_of(nobody), world.gone(nobody)), (nobody.to_string(), None));
}

#[tokio::test]
async fn another_authority_than_the_slips_is_refused() {
    let (house, mut femke) = seen_once().await;
    let other = SecretCert::generate_authority("Huis", house.clock.now()).unwrap();
    house.hub.init(other.public());
    assert_eq!(refused(&mut femke).await.code(), "wrong-authority");
}

#[tokio::test]
async fn whatever_the_hub_changes_is_found() {
    let (house, mut femke) = seen_once().await;
    let other = JournalKey::generate("localhost".parse().unwrap(), crate::clock::random()).unwrap();
    let checks: Vec<(&str, Tamper)> = vec![
        ("not-in-journal", Box::new(|e| e.entries[0].at = e.entries[0].at.plus(1))),
        ("not-in-journal", Box::new(|e| e.entries[0].scope_salt = "ff".repeat(32))),
        ("not-in-journal", Box::new(|e| e.entries[0].signature.push(0))),
        ("not-in-journal", Box::new(|e| e.entries[0].inclusion.truncate(1))),
        ("malformed-evidence", Box::new(|e| e.entries[0].inclusion[0] = "no".into())),
        ("malformed-evidence", Box::new(|e| e.entries[0].statement.push('\n'))),
        ("malformed-evidence", Box::new(|e| e.entries.reverse())),
        (
            "other-journal",
            Box::new(|e| {
                e.entries.iter_mut().for_each(|entry| entry.consistency.push("00".repeat(32)));
            }),
        ),
        (
            "malformed-evidence",
            Box::new(|e| {
                e.blobs.values_mut().for_each(|blob| *blob = "AAAA".into());
            }),
        ),
        ("bad-checkpoint", Box::new(move |e| e.checkpoint = other.sign(4, Digest::of(b"root")))),
        (
            "forged-statement",
            Box::new(|e| {
                e.entries.retain(|entry| !entry.statement.starts_with("zegel/1 admission"));
            }),
        ),
        (
            "forged-statement",
            Box::new(|e| {
                e.entries.retain(|entry| !entry.statement.starts_with("zegel/1 membership"));
            }),
        ),
        (
            "older-directory",
            Box::new(|e| {
                e.entries.retain(|entry| {
                    !entry.statement.contains("directory\n") || !entry.statement.contains("\nnumber: 2\n")
                });
            }),
        ),
    ];
    for (code, tamper) in checks {
        house.hub.tamper(tamper);
        assert_eq!(refused(&mut femke).await.code(), code);
    }
    house.hub.state().tamper = None;
    femke.ctx().begin().await.unwrap();
}

#[tokio::test]
async fn another_history_than_before_is_refused_and_kept_as_evidence() {
    let (house, mut femke) = seen_once().await;
    house.hub.forget_last(1);
    let shorter = refused(&mut femke).await;
    assert_eq!(shorter.code(), "forked-journal");
    house.hub.add_noise();
    house.hub.add_noise();
    let ClientError::Trust(TrustError::Forked { evidence }) = refused(&mut femke).await else { panic!() };
    let text = std::fs::read_to_string(evidence).unwrap();
    assert_eq!(text.matches("localhost/zegel\\n").count(), 2, "{text}");
}

fn draft(house: &TestHouse, by: Signer, seen: Seen) -> Draft {
    Draft::of("localhost".parse().unwrap(), seen, by, house.clock.now())
}

/// A suspension of Femke by herself, who is no manager; with her own good signature.
fn suspension(house: &TestHouse, femke: &mut Desk, seen: Seen) -> Batch {
    let secrets = femke.ctx().unlock().unwrap().secrets(None).ok().unwrap();
    let mut draft = draft(house, Signer::Member(secrets.member), seen);
    draft.push(Suspension { member: secrets.member, until: house.clock.now().plus(60) });
    draft.sign(&secrets.cert).unwrap()
}

#[tokio::test]
async fn a_statement_by_who_may_not_is_no_statement_even_in_the_journal() {
    let (house, mut femke) = seen_once().await;
    let batch = suspension(&house, &mut femke, Seen::nothing());
    house.hub.smuggle(&batch);
    let error = refused(&mut femke).await;
    assert!(matches!(
        error,
        ClientError::Trust(TrustError::Statement { refusal: Refusal::NotManager { .. }, .. })
    ));
}

#[tokio::test]
async fn a_forged_authority_convinces_nobody() {
    let (house, mut femke) = seen_once().await;
    let (_, world) = femke.ctx().begin().await.unwrap();
    let forger = SecretCert::generate_authority("Huis", house.clock.now()).unwrap();
    let mut forged = draft(&house, Signer::Authority, Seen::nothing());
    forged.push(Exclusion { partner: world.my_partner().unwrap() });
    house.hub.smuggle(&forged.sign(&forger).unwrap());
    let error = refused(&mut femke).await;
    assert!(matches!(
        error,
        ClientError::Trust(TrustError::Statement { refusal: Refusal::BadSignature { .. }, .. })
    ));
}

#[tokio::test]
async fn a_signer_who_saw_another_journal_gives_the_hub_away() {
    let (house, mut femke) = seen_once().await;
    let batch = suspension(&house, &mut femke, Seen { size: 3, root: [9; 32] });
    house.hub.smuggle(&batch);
    assert_eq!(refused(&mut femke).await.code(), "other-journal");
}

#[tokio::test]
async fn an_old_directory_stops_nothing_from_being_seen_but_warns() {
    let (house, mut femke) = seen_once().await;
    house.clock.advance(25 * 24 * 3600);
    let shown = crate::client::verbs::directory::directory(&mut femke.ctx()).await.unwrap();
    assert!(shown.ends_soon);
    house.clock.advance(10 * 24 * 3600);
    let (_, world) = femke.ctx().begin().await.unwrap();
    assert!(world.house().fresh_directory(world.now).is_err());
}

#[tokio::test]
async fn a_manager_suspends_at_once() {
    let (house, mut femke) = seen_once().await;
    let mut ellen = house.person("Ellen", "Huis", &[Role::Manager]).await;
    let until = house.clock.now().plus(3600);
    crate::client::verbs::directory::suspend(&mut ellen.ctx(), "Femke", until).await.unwrap();
    assert!(ellen.said().contains("Femke (Politie) is suspended until"), "{}", ellen.said());
    let (_, world) = ellen.ctx().begin().await.unwrap();
    let member = world.member_named("Femke").unwrap().member;
    assert_eq!(world.house().member(member, world.now), Err(Refusal::Suspended { until }));
    let by_femke = crate::client::verbs::directory::suspend(&mut femke.ctx(), "Ellen", until).await;
    assert!(by_femke.is_err());
}

#[tokio::test]
async fn a_statement_that_stands_in_the_journal_twice_is_not_believed() {
    let (house, mut femke) = seen_once().await;
    let sent = std::fs::read_dir(house.path("authority").join("sent")).unwrap();
    let last = sent.map(|entry| entry.unwrap().path()).max().unwrap();
    house.hub.smuggle(&read_batch(&last).unwrap());
    let error = refused(&mut femke).await;
    assert!(matches!(
        error,
        ClientError::Trust(TrustError::Statement { refusal: Refusal::RecordedTwice, kind: "directory", .. })
    ));
}

/// Even where the authority was led to sign for it.
#[tokio::test]
async fn the_journal_of_another_hub_is_refused() {
    let (house, mut femke) = seen_once().await;
    let other = JournalKey::generate("elsewhere.example".parse().unwrap(), crate::clock::random()).unwrap();
    let (_, world) = femke.ctx().begin().await.unwrap();
    let last = world.house().directory.as_deref().unwrap().clone();
    let journal_key = JournalKeyText(other.public().to_string());
    let next = Directory { number: Number(last.number.0 + 1), journal_key, ..last };
    let batch = house.office(|office| {
        let authority = office.open().unwrap();
        let mut draft = authority.draft(office.clock).unwrap();
        draft.push(next);
        draft.sign(authority.cert()).unwrap()
    });
    house.hub.smuggle(&batch);
    assert_eq!(refused(&mut femke).await.code(), "wrong-hub");
}
