//! Whatever is wrong with somebody's key stops a letter, with a message of its own, before anything is sealed; and what
//! goes wrong after that, before it leaves the hub.

#[path = "support/story.rs"]
mod story;

use std::collections::BTreeSet;
use std::sync::Arc;

use sequoia_openpgp as openpgp;

use openpgp::cert::{Cert, CertRevocationBuilder};
use openpgp::parse::Parse;
use openpgp::serialize::SerializeInto;
use openpgp::types::ReasonForRevocation;

use story::{Story, keys, member, moment, partner};
use zegel::client::letter::addressee::addressee;
use zegel::hub::mail::Why;
use zegel::hub::mail::seal::{Written, letter_may_leave};
use zegel::protocol::cert::{PublicCert, SecretCert};
use zegel::protocol::directory::House;
use zegel::protocol::id::Moment;
use zegel::protocol::mime::{Mailbox, Message, MessageId, house_address, seal};
use zegel::protocol::refusal::Language;
use zegel::protocol::statement::Membership;
use zegel::protocol::words::{LetterKind, Standing};

const MADE: &str = "2026-01-05T09:00:00Z";

/// The house with Noor's membership, or her partner, or anything else changed behind everyone's back.
fn house(change: impl FnOnce(&mut House)) -> (House, Moment) {
    let story = Story::with_house();
    let mut house = House::clone(&story.history.house);
    change(&mut house);
    (house, story.now)
}

fn noors(house: &mut House) -> &mut Membership {
    Arc::make_mut(house.members.get_mut(&member("Noor")).unwrap())
}

/// Noor has this cert, and the house vouches for it.
fn has(house: &mut House, cert: PublicCert) {
    let digest = cert.digest();
    noors(house).cert = digest;
    let key = noors(house).key;
    let state = house.keys.get_mut(&key).unwrap();
    state.key.cert = digest;
    state.cert = Arc::new(cert);
}

fn named(house: &mut House) -> (String, String) {
    let noor = noors(house);
    (noor.name.to_string(), noor.mail.to_string())
}

/// A cert in which its owner says, to mail programs, that it is revoked.
fn revoked(cert: &SecretCert) -> PublicCert {
    let cert = Cert::from_bytes(&cert.to_bytes().unwrap()[..]).unwrap();
    let mut signer = cert.primary_key().key().clone().parts_into_secret().unwrap().into_keypair().unwrap();
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(moment(MADE).unix() as u64 + 60);
    let signature = CertRevocationBuilder::new()
        .set_reason_for_revocation(ReasonForRevocation::KeyCompromised, b"")
        .unwrap()
        .set_signature_creation_time(at)
        .unwrap()
        .build(&mut signer, &cert, None)
        .unwrap();
    let (cert, _) = cert.insert_packets(vec![signature]).unwrap();
    PublicCert::parse(&cert.strip_secret_key_material().to_vec().unwrap()).unwrap()
}

type Change = fn(&mut House);

const CASES: &[(&str, Change, &str)] = &[
    (
        "there is no key on record",
        |house| {
            let key = noors(house).key;
            house.keys.remove(&key);
        },
        "key-unknown",
    ),
    (
        "it has expired",
        |house| {
            let (name, mail) = named(house);
            let until = Some(moment("2026-06-01T00:00:00Z"));
            has(house, SecretCert::generate_until(&name, &mail, moment(MADE), until).unwrap().public());
        },
        "cert-expired",
    ),
    (
        "its owner revoked it",
        |house| {
            let (name, mail) = named(house);
            has(house, revoked(&SecretCert::generate(&name, &mail, moment(MADE)).unwrap()));
        },
        "cert-revoked",
    ),
    (
        "it can only sign",
        |house| {
            let (name, mail) = named(house);
            has(house, SecretCert::generate_hub(&format!("{name} <{mail}>"), moment(MADE)).unwrap().public());
        },
        "cert-sign-only",
    ),
    (
        "it is for another address",
        |house| {
            let (name, _) = named(house);
            has(house, SecretCert::generate(&name, "noor@elders.example", moment(MADE)).unwrap().public());
        },
        "other-address",
    ),
    (
        "it is for another name",
        |house| {
            let (_, mail) = named(house);
            has(house, SecretCert::generate("Max de Vries", &mail, moment(MADE)).unwrap().public());
        },
        "other-address",
    ),
    (
        "it is not the one that the house vouches for",
        |house| {
            let (name, mail) = named(house);
            let vouched = noors(house).cert;
            has(house, SecretCert::generate(&name, &mail, moment(MADE)).unwrap().public());
            noors(house).cert = vouched;
        },
        "key-differs",
    ),
    (
        "it is somebody else's",
        |house| {
            let key = noors(house).key;
            house.keys.get_mut(&key).unwrap().member = member("Daan");
        },
        "key-differs",
    ),
    (
        "the authority revoked it",
        |house| {
            let key = noors(house).key;
            house.revoked.insert(key, key);
        },
        "revoked",
    ),
    (
        "she is not in the directory",
        |house| {
            house.members.remove(&member("Noor"));
        },
        "unknown-member",
    ),
    ("her membership is over", |house| noors(house).until = moment(MADE), "not-in-force"),
    (
        "she is suspended",
        |house| {
            house.suspended.insert(member("Noor"), moment("2027-01-01T00:00:00Z"));
        },
        "suspended",
    ),
    (
        "her partner is excluded",
        |house| {
            house.excluded.insert(partner("Raad voor de Kinderbescherming"));
        },
        "excluded",
    ),
    (
        "her partner has not signed",
        |house| {
            let partner = house.partners.get_mut(&partner("Raad voor de Kinderbescherming")).unwrap();
            Arc::make_mut(partner).standing = Standing::Named;
        },
        "not-signed-partner",
    ),
    (
        "the directory has ended",
        |house| {
            Arc::make_mut(house.directory.as_mut().unwrap()).until = moment(MADE);
        },
        "stale-directory",
    ),
];

#[test]
fn each_failure_of_a_key_has_its_own_message() {
    let mut sentences = BTreeSet::new();
    for (what, change, code) in CASES {
        let (house, now) = house(change);
        let refused = addressee(&house, member("Noor"), now).err().unwrap_or_else(|| panic!("{what} goes"));
        assert_eq!(refused.code(), *code, "{what}");
        for language in [Language::Dutch, Language::English] {
            sentences.insert(refused.sentence(language));
        }
    }
    // Only the two keys that are not hers share their words.
    assert_eq!(sentences.len(), 2 * (CASES.len() - 1), "{sentences:#?}");
}

#[test]
fn who_has_a_good_key_is_an_addressee() {
    let (house, now) = house(|_| {});
    let noor = addressee(&house, member("Noor"), now).unwrap();
    assert_eq!(noor.membership.member, member("Noor"));
    assert_eq!(noor.cert.digest(), noor.membership.cert);
}

/// Whether Joris's letter to Noor still leaves the hub, after a change behind everyone's back.
fn leaves(change: impl FnOnce(&mut House, &mut Membership)) -> Result<(), Why> {
    let story = Story::with_case();
    let mut house = House::clone(&story.history.house);
    let mut noor = noors(&mut house).clone();
    let message = Message {
        from: Mailbox {
            name: house.members[&member("Joris")].name.clone(),
            address: house_address(&house.hub).unwrap(),
        },
        to: Mailbox { name: noor.name.clone(), address: noor.mail.clone() },
        date: story.now,
        id: MessageId::new(house.hub.clone(), zegel::clock::random()).unwrap(),
        subject: "Een vraag".to_owned(),
        text: "Kent u dit gezin?\n".to_owned(),
        calendar: None,
        attachments: Vec::new(),
    };
    let (joris, her_cert) = (&keys("Joris").cert, house.keys[&noor.key].cert.clone());
    let bytes = seal(&message, joris, &her_cert, zegel::clock::random()).unwrap();
    let letter = story.letter("Joris", LetterKind::Message, "Noor");
    change(&mut house, &mut noor);
    let written = Written { letter: &letter, author: member("Joris"), signed_at: story.now, bytes: &bytes };
    letter_may_leave(&house, &written, &noor)
}

#[test]
fn what_changed_since_a_letter_was_written_keeps_it_at_the_hub() {
    assert_eq!(leaves(|_, _| ()), Ok(()));
    let stolen = |house: &mut House, noor: &mut Membership| {
        house.revoked.insert(noor.key, noor.key);
    };
    assert_eq!(leaves(stolen), Err(Why::KeyRevoked), "a thief may read it");
    let moved = |_: &mut House, noor: &mut Membership| noor.mail = "noor@elders.example".parse().unwrap();
    assert_eq!(leaves(moved), Err(Why::AddressChanged));
    let by_nobody = |house: &mut House, _: &mut Membership| {
        house.memberships.retain(|_, membership| membership.member != member("Joris"));
    };
    assert_eq!(leaves(by_nobody), Err(Why::NotSealed), "in whose name is it?");
}
