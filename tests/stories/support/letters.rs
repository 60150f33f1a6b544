//! People who write letters, read and answer them.

use std::path::PathBuf;

use zegel::client::ClientError;
use zegel::client::letter::said::Word;
use zegel::client::remote::Recorded;
use zegel::client::verbs::letter::invite::{Inviting, What, invite};
use zegel::client::verbs::letter::list::{Letters, list};
use zegel::client::verbs::letter::message::{Writing, message};
use zegel::client::verbs::letter::read::{ReadLetter, read};
use zegel::client::verbs::letter::reply::{Answering, reply};
use zegel::client::verbs::letter::request::{Asking, request};
use zegel::client::verbs::letter::send::Sent;
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};

type Done<T> = Result<T, ClientError>;

pub const PURPOSE: &str = "De kinderen zijn weer veilig thuis, en wij weten wie wat doet.";
pub const QUESTION: &str = "Is er in de laatste twaalf maanden contact geweest met dit gezin?";
pub const ASKED: &str = "Wat heeft de politie op dit adres gezien?";

/// An invitation with all that it needs.
pub fn invitation() -> Inviting {
    Inviting {
        purpose: Some(PURPOSE.into()),
        topics: vec!["Hoe is het nu thuis?".into()],
        decisions: vec!["Wie de regie heeft".into()],
        asked: vec![("Femke".into(), ASKED.into())],
        minutes: Some(90),
        place: Some("Zaal 2".into()),
        ..Inviting::default()
    }
}

/// What changes, or that it is off.
pub fn news(what: What) -> Inviting {
    Inviting { what, ..Inviting::default() }
}

pub async fn invites(stage: &Stage, who: &str, case: CaseNumber, inviting: &Inviting) -> Done<Sent> {
    at!(stage, who, |ctx| invite(ctx, case, inviting)).0
}

/// A question to these people, by their names in the cast.
pub fn question(stage: &Stage, to: &[&str]) -> Asking {
    Asking {
        to: to.iter().map(|who| stage.member(who).unwrap().to_string()).collect(),
        question: QUESTION.into(),
        asks: vec![],
        until: "2026-11-06T23:00:00Z".parse().unwrap(),
        attachments: vec![],
        without: vec![],
    }
}

pub async fn requests(stage: &Stage, who: &str, case: CaseNumber, asking: &Asking) -> Done<Sent> {
    at!(stage, who, |ctx| request(ctx, case, asking)).0
}

/// A message to someone, by the name in the cast; to who runs the case without one.
pub async fn messages(
    stage: &Stage,
    who: &str,
    case: CaseNumber,
    to: Option<&str>,
    text: &str,
    attachments: Vec<PathBuf>,
) -> Done<Sent> {
    let to = to.iter().map(|who| stage.member(who).unwrap().to_string()).collect();
    let writing = Writing { to, text: text.into(), until: None, attachments, without: vec![] };
    at!(stage, who, |ctx| message(ctx, case, &writing)).0
}

pub async fn sees(stage: &Stage, who: &str) -> Letters {
    at!(stage, who, |ctx| list(ctx, None)).0.unwrap()
}

/// Reads a letter; its files go to the own folder.
pub async fn reads(stage: &Stage, who: &str, letter: Digest) -> Done<ReadLetter> {
    let out = stage.home(who).join("brieven");
    at!(stage, who, |ctx| read(ctx, &letter.to_string(), Some(&out))).0
}

pub fn answering(word: Word) -> Answering {
    Answering { word, what: vec![], text: String::new(), reason: String::new() }
}

pub async fn replies(stage: &Stage, who: &str, letter: Digest, answering: &Answering) -> Done<Recorded> {
    at!(stage, who, |ctx| reply(ctx, &letter.to_string(), answering)).0
}

/// The letter to someone, of those that were sent.
pub fn to(sent: &Sent, stage: &Stage, who: &str) -> Digest {
    let member = stage.member(who).unwrap();
    sent.letters.iter().find(|letter| letter.to == member).expect("there is a letter").letter
}
