//! Letters and answers in which every text can be told from all others.

use zegel::client::letter::said::Word;
use zegel::client::verbs::letter::invite::Inviting;
use zegel::client::verbs::letter::minutes::Reporting;
use zegel::client::verbs::letter::reply::Answering;
use zegel::client::verbs::letter::request::Asking;
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::words::*;

use crate::support::scene::{date, written};

const QUESTION: &str = "Vraag-Steltkluut-4410";
const ASKED: &str = "Gevraagd-Oeverloper-5120";
const PLACE: &str = "Plaats-Bosruiter-7733";
const TOPIC: &str = "Onderwerp-Kanoet-9021";
const TEXT: &str = "Bericht-Rosse-Grutto-1177";
const MINUTES: &str = "Verslag-Steenloper-6402";
const ANSWER: &str = "Antwoord-Regenwulp-3508";
const WHY: &str = "Waarom-Drieteenstrandloper-61";
pub const SECRETS: &[&str] = &[QUESTION, ASKED, PLACE, TOPIC, TEXT, MINUTES, ANSWER, WHY];

/// A question, an invitation, a message and minutes, by mail and in the portal; an answer with a reason.
pub async fn letters(stage: &Stage, case: CaseNumber) {
    stage.wants_mail("noor", LanguageWord::Dutch).await.unwrap();
    let asking = Asking {
        to: stage.ids(&["amrani", "noor"]).unwrap(),
        question: format!("{QUESTION}?"),
        asks: vec![(stage.member("noor").unwrap().to_string(), format!("{ASKED}."))],
        until: date(),
        attachments: Vec::new(),
        without: Vec::new(),
    };
    stage.requests("joris", case, asking).await.unwrap();
    let question = stage.sees_letters("amrani", case).await.unwrap().received[0].letter.to_string();
    let answering = Answering {
        word: Word::NoContribution,
        what: Vec::new(),
        text: format!("{ANSWER}."),
        reason: format!("{WHY}."),
    };
    stage.answers("amrani", &question, answering).await.unwrap();
    let inviting = Inviting {
        purpose: Some(format!("{TOPIC} als doel.")),
        topics: vec![format!("{TOPIC}?")],
        decisions: vec![format!("{TOPIC}!")],
        minutes: Some(60),
        place: Some(PLACE.to_owned()),
        ..Inviting::default()
    };
    stage.invites("joris", case, inviting).await.unwrap();
    stage.writes_to("joris", case, "noor", &format!("{TEXT}.")).await.unwrap();
    let file = format!("present = [\"Noor\"]\n[[paragraph]]\ntext = \"{MINUTES}.\"\n");
    let reporting = Reporting {
        file: written(stage, "verslag.toml", &file),
        roster: None,
        to: Vec::new(),
        title: format!("{MINUTES} titel"),
        ground: "AVG art. 6".to_owned(),
        retention: None,
        without: Vec::new(),
    };
    stage.sends_minutes("joris", case, reporting).await.unwrap();
}

/// It is all there, for who may read it; and the reason for nobody else.
pub async fn their_readers_read(stage: &Stage, case: CaseNumber) {
    let mut read = String::new();
    for letter in stage.sees_letters("noor", case).await.unwrap().received {
        read += &stage.reads_letter("noor", &letter.letter.to_string()).await.unwrap().text;
    }
    for text in [QUESTION, ASKED, PLACE, TOPIC, TEXT, MINUTES] {
        assert!(read.contains(text), "{text}: {read}");
    }
    let sent = stage.sees_letters("joris", case).await.unwrap().sent;
    let answer = sent.iter().find_map(|letter| letter.answer.as_ref()).unwrap();
    assert!(answer.text.contains(ANSWER) && answer.reason.is_none(), "{answer:?}");
    let received = stage.sees_letters("amrani", case).await.unwrap().received;
    let answer = received.iter().find_map(|letter| letter.answer.as_ref()).unwrap();
    assert!(answer.reason.as_ref().is_some_and(|reason| reason.contains(WHY)), "{answer:?}");
}
