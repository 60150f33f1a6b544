//! A question, and what comes back: the answer for who asked, the reason for nobody else.

use zegel::client::Questions;
use zegel::client::context::Report;
use zegel::client::letter::said::{Answer, Word, reason_bytes};
use zegel::client::verbs::letter::answer::{AnswerLine, Unread};
use zegel::client::verbs::letter::list::list;
use zegel::client::verbs::letter::read::read;
use zegel::client::verbs::letter::reply::reply;
use zegel::client::verbs::vault::{self, Whose};
use zegel::demo::stage::Stage;
use zegel::protocol::id::Digest;
use zegel::protocol::refusal::Language;
use zegel::protocol::statement::Reply;
use zegel::protocol::words::ItemKind;
use zeroize::Zeroizing;

use super::PEOPLE;
use crate::support::hands::by_hand;
use crate::support::letters::*;
use crate::support::liar::{Lie, liar, through};
use crate::support::scene::{date, paper, prepared, referred};
use crate::support::wire::Wire;
use crate::support::{Base, Refused};

const REASON: &str = "Medisch geheim; de cliënt gaf geen toestemming.";

on_both!(
    dr_amrani_has_no_contribution_and_joris_never_learns_why,
    femke_contributes_to_a_question,
    an_answer_that_is_none_hides_no_other,
    what_the_hub_keeps_back_is_missed,
    a_reason_that_is_kept_back_is_missed_and_hides_nothing_else,
    a_deputy_of_another_organisation_does_not_count,
    dr_amrani_is_asked_why
);

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
    assert_eq!((line.answer, line.reason), (Some(Word::NoContribution), None));
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
    // Nor is he told how he should answer what is not his.
    assert_eq!(replies(stage, "joris", letter, &answering(Word::Accepted)).await.code(), "unknown-letter");
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

/// Max, with Femke's keys, seals nonsense by hand.
async fn an_answer_that_is_none_hides_no_other(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    let sent = requests(stage, "joris", case, &question(stage, &["femke", "amrani"])).await.unwrap();
    let letter = to(&sent, stage, "femke");
    let nonsense = by_hand(stage, "femke", case, |draft, world, state| {
        let own = world.my_vault().unwrap();
        let vaults = [state.directors(world.house()).unwrap(), own];
        let (answer, grant_answer) = draft.seal(&[b'x'; 16 << 10], &vaults).unwrap();
        let (reason, grant_reason) = draft.seal(&[b'x'; 16 << 10], &[own]).unwrap();
        Reply { case, letter, answer, grant_answer, reason, grant_reason }.into()
    });
    nonsense.await.unwrap();
    let amrani = to(&sent, stage, "amrani");
    replies(stage, "amrani", amrani, &answering(Word::NoContribution)).await.unwrap();
    assert_eq!(answer_of(stage, "joris", letter).await.answer, None);
    assert_eq!(answer_of(stage, "joris", amrani).await.answer, Some(Word::NoContribution));
    let seen = sees(stage, "joris").await.text(Language::Dutch);
    assert!(seen.contains("niet te lezen"), "{seen}");
}

/// The hub can't take Femke's answer off the record, so it gives no key to it, or another text.
async fn what_the_hub_keeps_back_is_missed(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    let sent = requests(stage, "joris", case, &question(stage, &["femke"])).await.unwrap();
    let letter = to(&sent, stage, "femke");
    let reply = replies(stage, "femke", letter, &answering(Word::NoContribution)).await.unwrap().id;
    let (remote, liar) = liar(stage).await;
    let part = |what: &str| format!("/v1/statements/{reply}/parts/answer/{what}");
    let elsewhere = format!("/v1/statements/{letter}/parts/copy/headers");
    // The vault has another key by now than the one that the answer was sealed for.
    at!(stage, "joris", |ctx| vault::remove(ctx, Whose { case: Some(case) }, &[])).0.unwrap();
    for lie in [
        Lie::NoHeaders.about(part("headers"), ""),
        Lie::AlteredBit.about("/secret", ""),
        Lie::NotThere.about(part("headers"), ""),
        Lie::NotThere.about(part("payload"), ""),
        Lie::AlteredBit.about(part("payload"), ""),
        Lie::OtherHeader.about(part("headers"), elsewhere),
    ] {
        liar.lock().unwrap().lie = Some(lie);
        let seen = through!(stage, "joris", &remote, |ctx| list(ctx, None)).unwrap();
        let answer = seen.sent[0].answer.as_ref().expect("it was answered");
        assert_eq!((answer.answer, answer.unread), (None, Some(Unread::KeptBack)));
        assert!(seen.text(Language::Dutch).contains("DE HUB HOUDT HET ANTWOORD ACHTER"));
        assert!(seen.text(Language::English).contains("KEEPS THE ANSWER BACK. Call the house."));
    }
    // The same for what Joris wrote himself.
    liar.lock().unwrap().lie =
        Some(Lie::NotThere.about(format!("/v1/statements/{letter}/parts/copy/headers"), ""));
    let seen = through!(stage, "joris", &remote, |ctx| list(ctx, None)).unwrap();
    assert!(seen.sent[0].copy_kept_back && seen.sent[0].subject.is_none());
    assert!(seen.text(Language::Dutch).contains("DE HUB HOUDT HET AFSCHRIFT"));
    let name = letter.to_string();
    let refused = through!(stage, "joris", &remote, |ctx| read(ctx, &name, None));
    assert_eq!(refused.code(), "copy-kept-back");
}

/// Who says yes to all, and why.
#[derive(Default)]
struct Says {
    asked: usize,
}

impl Questions for Says {
    fn agree(&mut self, _question: &str) -> std::io::Result<bool> {
        Ok(true)
    }

    fn secret(&mut self, prompt: &str) -> std::io::Result<Zeroizing<String>> {
        panic!("{prompt}")
    }

    fn text(&mut self, _question: &str) -> std::io::Result<String> {
        self.asked += 1;
        Ok(format!("{REASON}\n"))
    }
}

async fn dr_amrani_is_asked_why(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    let sent = requests(stage, "joris", case, &question(stage, &["amrani"])).await.unwrap();
    let letter = to(&sent, stage, "amrani").to_string();
    // Only where an answer has a reason, and where somebody is there to say it.
    for (word, yes, asked) in
        [(Word::Read, false, 0), (Word::NoContribution, true, 0), (Word::NoContribution, false, 1)]
    {
        let mut ask = Says::default();
        let (answered, _) = at!(stage, "amrani", |ctx| async {
            (ctx.ask, ctx.yes) = (&mut ask, yes);
            reply(ctx, &letter, &answering(word)).await
        });
        answered.unwrap();
        assert_eq!(ask.asked, asked, "{word:?}");
        let own = sees(stage, "amrani").await.received.remove(0).answer.unwrap();
        assert_eq!(own.reason.as_deref(), Some(REASON).filter(|_| asked > 0));
    }
}

/// Max, with Femke's keys, answers by hand that Noor comes for the police.
async fn a_deputy_of_another_organisation_does_not_count(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    let sent = invites(stage, "joris", case, &invitation()).await.unwrap();
    let letter = to(&sent, stage, "femke");
    for (deputy, counts) in [("noor", false), ("femke", false), ("pieter", true)] {
        let deputy = Some(stage.member(deputy).unwrap());
        let answer = Answer { answer: Word::Deputy, deputy, items: vec![], text: String::new() };
        let forged = by_hand(stage, "femke", case, |draft, world, state| {
            let own = world.my_vault().unwrap();
            let vaults = [state.directors(world.house()).unwrap(), own];
            let (answer, grant_answer) = draft.seal(&answer.to_bytes().unwrap(), &vaults).unwrap();
            let (reason, grant_reason) = draft.seal(&reason_bytes("").unwrap(), &[own]).unwrap();
            Reply { case, letter, answer, grant_answer, reason, grant_reason }.into()
        });
        forged.await.unwrap();
        assert_eq!(answer_of(stage, "joris", letter).await.not_a_colleague, !counts, "{deputy:?}");
        let seen = sees(stage, "joris").await;
        assert_eq!(seen.text(Language::Dutch).contains("GELDT NIET"), !counts);
        assert_eq!(seen.text(Language::English).contains("NOT VALID"), !counts);
    }
}

async fn a_reason_that_is_kept_back_is_missed_and_hides_nothing_else(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    let sent = requests(stage, "joris", case, &question(stage, &["amrani"])).await.unwrap();
    let mut answer = answering(Word::NoContribution);
    answer.reason = REASON.into();
    let letter = to(&sent, stage, "amrani");
    let reply = replies(stage, "amrani", letter, &answer).await.unwrap().id;
    let (remote, liar) = liar(stage).await;
    liar.lock().unwrap().lie =
        Some(Lie::AlteredBit.about(format!("/v1/statements/{reply}/parts/reason/payload"), ""));
    let seen = through!(stage, "amrani", &remote, |ctx| list(ctx, None)).unwrap();
    let line = seen.received[0].answer.as_ref().unwrap();
    assert_eq!((line.answer, line.reason.as_ref()), (Some(Word::NoContribution), None));
    assert_eq!(line.reason_unread, Some(Unread::KeptBack));
    assert!(seen.text(Language::Dutch).contains("DE HUB HOUDT DE REDEN ACHTER. Bel het huis."));
    assert!(seen.text(Language::English).contains("THE HUB KEEPS THE REASON BACK. Call the house."));
    // It is not for who asked, who misses nothing.
    let seen = through!(stage, "joris", &remote, |ctx| list(ctx, None)).unwrap();
    assert_eq!(seen.sent[0].answer.as_ref().unwrap().reason_unread, None);
}

async fn answer_of(stage: &Stage, who: &str, letter: Digest) -> AnswerLine {
    let seen = sees(stage, who).await;
    seen.sent.into_iter().find(|line| line.letter == letter).unwrap().answer.expect("an answer")
}
