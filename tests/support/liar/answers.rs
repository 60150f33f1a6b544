//! What the liar makes of a true answer.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};
use zegel::client::remote::{Evidence, RecordedBatch, Session};
use zegel::clock::random;
use zegel::protocol::id::{Digest, MemberId};
use zegel::protocol::journal::JournalKey;
use zegel::protocol::seal::Header;

use super::{Answer, Ask, Lie, Told};

/// The answer as the lie has it. `before` is what was answered the first time.
pub fn bent(told: &Told, ask: &Ask, mut answer: Answer, before: Option<Answer>) -> Response {
    match told.lie {
        Lie::OlderJournal | Lie::OlderBundle => return before.unwrap_or(answer).into_response(),
        Lie::CutAnswer | Lie::LostAnswer => return cut(answer),
        // What is no answer is no use to lie about.
        _ if !answer.status.is_success() => return answer.into_response(),
        Lie::OtherRecipient | Lie::OtherCert | Lie::ChangedRule | Lie::FalseState => {
            rewrite(told, &mut answer)
        }
        Lie::AlteredBit => *answer.body.last_mut().unwrap() ^= 1,
        Lie::Shorter => _ = answer.body.pop(),
        Lie::Longer => answer.body.push(0),
        Lie::HugeAnswer => answer.body.resize(answer.body.len() + (65 << 20), b' '),
        Lie::TwoStanzas => headers(&mut answer, two_stanzas),
        Lie::ScryptStanza => headers(&mut answer, |text| text.replace("X25519", "scrypt")),
        Lie::CaseNotListed => change(&mut answer, |list: &mut Value| {
            let cases = list["cases"].as_array_mut().unwrap();
            cases.retain(|row| told.about.iter().all(|(case, _)| row["case"] != case.as_str()));
        }),
        Lie::NoHeaders => change(&mut answer, |list: &mut Value| list["headers"] = json!([])),
        Lie::HeaderLeftOut => change(&mut answer, |list: &mut Value| {
            let of =
                |row: &Value| [&row["statement"], &row["part"]].map(|word| word.as_str().unwrap().to_owned());
            let all = list["headers"].as_array_mut().unwrap();
            all.retain(|row| told.about.iter().all(|(_, with)| of(row).join(" ") != *with));
        }),
        Lie::OtherMember => change(&mut answer, |session: &mut Session| {
            session.member = MemberId::new(random()).unwrap();
        }),
        Lie::OtherReceipts => change(&mut answer, |batch: &mut RecordedBatch| {
            batch.recorded.iter_mut().for_each(|one| one.id = Digest::of(b"another"));
        }),
        Lie::NoReceipts => change(&mut answer, |batch: &mut RecordedBatch| batch.recorded.clear()),
        Lie::ReceiptsBeyond => change(&mut answer, |batch: &mut RecordedBatch| {
            batch.recorded.iter_mut().for_each(|one| one.leaf += 1000);
        }),
        _ if ask.uri.starts_with("/v1/statements?") => {
            change(&mut answer, |evidence| evidence_as(told, evidence))
        }
        _ => {}
    }
    answer.into_response()
}

fn evidence_as(told: &Told, evidence: &mut Evidence) {
    let lines = |text: &str| told.about.iter().all(|(line, _)| text.contains(line.as_str()));
    match told.lie {
        Lie::OlderDirectory | Lie::LeftOut => evidence.entries.retain(|entry| !lines(&entry.statement)),
        Lie::OutOfOrder => evidence.entries.reverse(),
        Lie::Duplicated => evidence.entries.extend(evidence.entries.last().cloned()),
        Lie::OtherMoment => evidence.entries.iter_mut().for_each(|entry| entry.at = entry.at.plus(1)),
        Lie::CutProof => evidence.entries.iter_mut().for_each(|entry| _ = entry.inclusion.pop()),
        Lie::ForgedCheckpoint => evidence.checkpoint = forged(&evidence.checkpoint),
        Lie::EndlessPages => evidence.more = true,
        Lie::EmptyPages => (evidence.entries, evidence.more) = (Vec::new(), true),
        _ => {}
    }
}

/// The same origin, under a key that is not the journal's.
fn forged(note: &str) -> String {
    let hub = note.split('/').next().unwrap().parse().unwrap();
    JournalKey::generate(hub, random()).unwrap().sign(9999, Digest::of(b"root"))
}

fn change<T: serde::Serialize + serde::de::DeserializeOwned>(answer: &mut Answer, how: impl FnOnce(&mut T)) {
    let mut value = serde_json::from_slice(&answer.body).unwrap();
    how(&mut value);
    answer.body = serde_json::to_vec(&value).unwrap();
}

/// Certs are no text, and stay.
fn rewrite(told: &Told, answer: &mut Answer) {
    let Ok(text) = std::str::from_utf8(&answer.body) else { return };
    let pairs = told.about.iter();
    answer.body = pairs.fold(text.to_owned(), |text, (of, with)| text.replace(of, with)).into_bytes();
}

fn headers(answer: &mut Answer, how: impl Fn(&str) -> String) {
    change(answer, |list: &mut Value| {
        for row in list["headers"].as_array_mut().unwrap() {
            let text = BASE64_STANDARD.decode(row["header"].as_str().unwrap()).unwrap();
            row["header"] = json!(BASE64_STANDARD.encode(how(std::str::from_utf8(&text).unwrap())));
        }
    });
}

/// The one stanza a second time: a good age header, but for another reader too.
fn two_stanzas(header: &str) -> String {
    assert!(Header::parse(header.as_bytes()).is_ok());
    let stanza: String = header.lines().skip(1).take(2).map(|line| format!("{line}\n")).collect();
    header.replacen("\n", &format!("\n{stanza}"), 1)
}

/// Half of it, of what was announced whole.
fn cut(mut answer: Answer) -> Response {
    answer.headers.insert(CONTENT_LENGTH, answer.body.len().into());
    let half = Bytes::from(answer.body[..answer.body.len() / 2].to_vec());
    let rest = stream::once(async {
        // Until the first half is on its way.
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(std::io::Error::other("cut"))
    });
    let pieces = stream::iter([Ok(half)]).chain(rest);
    (answer.status, answer.headers, Body::from_stream(pieces)).into_response()
}
