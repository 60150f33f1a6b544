//! Letters, as their authors' programs make them; and the hub's post, hurried along.

use std::time::Duration;

use zegel::client::home::Home;
use zegel::client::remote::RecordedBatch;
use zegel::client::{ClientError, Draft, Unattended};
use zegel::clock::{Clock, random};
use zegel::demo::stage::Stage;
use zegel::hub::mail::{self, worker};
use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::letter::kept_by;
use zegel::protocol::mime::{self, Mailbox, Message, MessageId, house_address};
use zegel::protocol::statement::{Delivery, Letter};
use zegel::protocol::words::*;

use super::door::{get, signs_in};
use super::hands::{by_hand, signed};

/// All that may stand outside of what is sealed, in this order (docs/protocol.md 20.1).
pub const OUTSIDE: [&str; 8] =
    ["From", "To", "Date", "Message-ID", "Subject", "MIME-Version", "Auto-Submitted", "Content-Type"];

/// Somebody chooses how to get letters.
pub async fn chooses(stage: &Stage, who: &str, way: DeliveryWay, language: LanguageWord) {
    let (home, remote) = stage.desk(who).unwrap();
    let (mut out, mut ask) = (std::io::sink(), zegel::client::Unattended);
    let mut ctx = stage.context(&home, &remote, &mut out, &mut ask);
    let (secrets, world) = ctx.begin().await.unwrap();
    let batch = signed(stage, &secrets, &world, |_| Delivery { way, language }.into());
    remote.post(&batch).await.unwrap();
}

/// A whole mail, sealed by its author for its addressee.
pub fn sealed(stage: &Stage, from: &str, to: &str, words: &str) -> Vec<u8> {
    let person = |key: &str| stage.cast.people.iter().find(|person| person.key == key).unwrap();
    let hub = stage.cast.hub.clone();
    let message = Message {
        from: Mailbox { name: person(from).name.clone(), address: house_address(&hub).unwrap() },
        to: Mailbox { name: person(to).name.clone(), address: person(to).mail.clone() },
        date: stage.clock.now(),
        id: MessageId::new(hub, random()).unwrap(),
        subject: format!("Betreft: {words}"),
        text: format!("{words}\n"),
        calendar: None,
        attachments: Vec::new(),
    };
    mime::seal(&message, &secret_cert(stage, from), &secret_cert(stage, to).public(), random()).unwrap()
}

/// A person's own cert.
pub fn secret_cert(stage: &Stage, who: &str) -> SecretCert {
    let bundle = Home::open(&stage.home(who)).unwrap().unlock(&mut Unattended).unwrap();
    bundle.keys.into_iter().next_back().unwrap().cert
}

/// Somebody signs a letter with this mail, whatever it is.
pub async fn signs_letter(
    stage: &Stage,
    from: &str,
    to: &str,
    case: CaseNumber,
    kind: LetterKind,
    mail: Vec<u8>,
) -> Result<RecordedBatch, ClientError> {
    signs_letter_about(stage, (from, to), case, kind, About::default(), mail).await
}

/// What a letter is about: the meeting of a roster, its number in calendars, its minutes.
#[derive(Clone, Copy, Default)]
pub struct About {
    pub roster: Option<Digest>,
    pub sequence: Option<Number>,
    pub item: Option<Digest>,
}

/// The same, about a meeting.
pub async fn signs_letter_about(
    stage: &Stage,
    (from, to): (&str, &str),
    case: CaseNumber,
    kind: LetterKind,
    About { roster, sequence, item }: About,
    mail: Vec<u8>,
) -> Result<RecordedBatch, ClientError> {
    let (author, addressee) = (stage.member(from).unwrap(), stage.member(to).unwrap());
    by_hand(stage, from, case, |draft, world, state| {
        let house = world.house();
        let mut vaults = kept_by(house, state, &[house.members[&author].partner]).unwrap();
        vaults.dedup_by_key(|vault| vault.vault);
        let (copy, grant_copy) = draft.seal(&[b' '; 1024], &vaults).unwrap();
        let message = draft.attach(mail);
        let key = house.members[&addressee].key;
        Letter { case, kind, to: addressee, key, roster, sequence, item, message, copy, grant_copy }.into()
    })
    .await
}

/// Somebody writes a letter; its statement.
pub async fn writes(stage: &Stage, from: &str, to: &str, case: CaseNumber, words: &str) -> Digest {
    let mail = sealed(stage, from, to, words);
    let sent = signs_letter(stage, from, to, case, LetterKind::Message, mail).await;
    sent.unwrap_or_else(|error| panic!("{from} writes to {to}: {error}")).recorded[0].id
}

/// Everything that is due is tried once, by whoever is first.
pub async fn settles(stage: &Stage) {
    let hub = &stage.hub.state;
    let transport = mail::transport(&hub.config.mail, &hub.config.hub).unwrap();
    worker::round(hub, &transport).await.unwrap();
    for _ in 0..2000 {
        let claimed = "SELECT COUNT(*) FROM outbox WHERE state = 'waiting' AND claimed_until > 0";
        if count(stage, claimed).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("mail is under way for very long");
}

pub async fn count(stage: &Stage, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(stage.hub.state.db.read()).await.unwrap()
}

/// How it went with a letter, as somebody is told.
pub async fn delivery(stage: &Stage, who: &str, letter: Digest) -> serde_json::Value {
    let token = signs_in(stage, who).await;
    let answer = get(stage, &token, &format!("v1/letters/{letter}/delivery")).await;
    assert_eq!(answer.status, 200, "{who}: {}", answer.code);
    answer.json()
}

/// State, attempts and the last failure of a letter, as its author is told.
pub async fn went(stage: &Stage, who: &str, letter: Digest) -> (String, u64, String) {
    let told = delivery(stage, who, letter).await;
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    (text("state"), told["attempts"].as_u64().unwrap(), text("last_failure"))
}

/// Somebody writes so many letters in one go, which differ in their words.
pub async fn writes_many(stage: &Stage, from: &str, to: &str, case: CaseNumber, letters: usize) {
    let (author, addressee) = (stage.member(from).unwrap(), stage.member(to).unwrap());
    let mails = (0..letters).map(|number| sealed(stage, from, to, &format!("bericht {number}")));
    let mails: Vec<Vec<u8>> = mails.collect();
    let (home, remote) = stage.desk(from).unwrap();
    let (mut out, mut ask) = (std::io::sink(), Unattended);
    let mut ctx = stage.context(&home, &remote, &mut out, &mut ask);
    let (secrets, mut world) = ctx.begin().await.unwrap();
    let state = world.load_case(&home, &remote, case).await.unwrap();
    let house = world.house();
    let mut vaults = kept_by(house, &state, &[house.members[&author].partner]).unwrap();
    vaults.dedup_by_key(|vault| vault.vault);
    let mut draft = Draft::new(&world, &stage.clock);
    for mail in mails {
        let (copy, grant_copy) = draft.seal(&[b' '; 1024], &vaults).unwrap();
        let message = draft.attach(mail);
        let (kind, key) = (LetterKind::Message, house.members[&addressee].key);
        let (roster, sequence, item) = (None, None, None);
        draft.push(Letter {
            case,
            kind,
            to: addressee,
            key,
            roster,
            sequence,
            item,
            message,
            copy,
            grant_copy,
        });
    }
    remote.post(&draft.sign(&secrets.cert).unwrap()).await.unwrap();
}
