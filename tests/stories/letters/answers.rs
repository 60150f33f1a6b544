//! A question, and what comes back: the answer for who asked, the reason for nobody else.

use zegel::client::context::Report;
use zegel::client::letter::said::Word;
use zegel::client::verbs::letter::list::AnswerLine;
use zegel::demo::stage::Stage;
use zegel::protocol::id::Digest;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::ItemKind;

use super::PEOPLE;
use crate::support::letters::*;
use crate::support::scene::{paper, referred};
use crate::support::wire::Wire;
use crate::support::{Base, Refused};

const REASON: &str = "Medisch geheim; de cliënt gaf geen toestemming.";

on_both!(dr_amrani_has_no_contribution_and_joris_never_learns_why, femke_contributes_to_a_question);

async fn dr_amrani_has_no_contribution_and_joris_never_learns_why(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    let mut asking = question(stage, &["amrani"]);
    asking.asks = vec![("Femke".into(), ASKED.into())];
    let sent = requests(stage, "joris", case, &asking).await.unwrap();
    assert_eq!(sent.letters.len(), 2, "Femke too, who is asked something of her own");
    let letter = to(&sent, stage, "amrani");
    let read = reads(stage, "amrani", letter).await.unwrap();
    assert!(read.text.contains(QUESTION) && !read.text.contains(ASKED), "{}", read.text);
    assert!(read.text.contains("vrijdag 6 november 2026"), "{}", read.text);

    let mut answer = answering(Word::NoContribution);
    answer.reason = REASON.into();
    let reply = replies(stage, "amrani", letter, &answer).await.unwrap().id;
    let line = answer_of(stage, "joris", letter).await;
    assert_eq!((line.answer, line.reason), (Word::NoContribution, None));
    let seen = sees(stage, "joris").await;
    let told = seen.text(Language::Dutch) + &serde_json::to_string(&seen).unwrap();
    assert!(told.contains("geen bijdrage") && !told.contains("Medisch"), "{told}");
    let joris = Wire::of(stage, "joris").await;
    for what in ["headers", "payload"] {
        let reason = joris.get(&format!("/v1/statements/{reply}/parts/reason/{what}")).await;
        assert_eq!(reason.status, 403, "{}", reason.body);
    }
    // She sees it again herself, and to Femke it is as if there were no such letter.
    let own = sees(stage, "amrani").await.received.remove(0).answer.unwrap();
    assert_eq!(own.reason.as_deref(), Some(REASON));
    assert_eq!(reads(stage, "femke", letter).await.code(), "not-found");
    assert_eq!(replies(stage, "femke", letter, &answer).await.code(), "not-found");
    assert_eq!(replies(stage, "joris", letter, &answer).await.code(), "unknown-letter");
    assert_eq!(replies(stage, "amrani", letter, &answering(Word::Accepted)).await.code(), "wrong-use");
}

async fn femke_contributes_to_a_question(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    let sent = requests(stage, "joris", case, &question(stage, &["femke"])).await.unwrap();
    let letter = to(&sent, stage, "femke");
    // The question made the case known to her.
    let file = paper(stage, "melding.txt", "Melding", ItemKind::Contribution, "twee meldingen");
    let item = stage.contributes("femke", case, vec![file]).await.unwrap().items[0].item;
    let mut answer = answering(Word::Contributed);
    assert_eq!(replies(stage, "femke", letter, &answer).await.code(), "wrong-use");
    answer.what = vec!["Melding".into()];
    answer.text = "Bel mij gerust.".into();
    replies(stage, "femke", letter, &answer).await.unwrap();
    let line = answer_of(stage, "joris", letter).await;
    assert_eq!((line.items, line.text.as_str()), (vec![item], "Bel mij gerust."));
}

async fn answer_of(stage: &Stage, who: &str, letter: Digest) -> AnswerLine {
    let seen = sees(stage, who).await;
    seen.sent.into_iter().find(|line| line.letter == letter).unwrap().answer.expect("an answer")
}
