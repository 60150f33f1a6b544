//! Letters: what one asks, invites to and tells, and how another reads and answers it.

mod answers;
mod drafts;
mod keys;
mod meetings;
mod minutes;
mod tampered;

use std::fs;

use zegel::client::context::Report;
use zegel::client::letter::said::Word;
use zegel::client::remote::MailState;
use zegel::client::verbs::letter::delivery::delivery;
use zegel::client::verbs::letter::list::Standing;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use crate::support::letters::*;
use crate::support::post::settles;
use crate::support::scene::{date, prepared, written};
use crate::support::{Base, Refused};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "amrani", "iris", "noor", "daan"];

on_both!(
    femke_is_invited_reads_it_and_accepts,
    a_message_goes_to_who_runs_the_case_with_a_file,
    femke_chooses_mail_and_english,
);

async fn femke_is_invited_reads_it_and_accepts(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor"], &["daan"], None).await.unwrap();
    let (sent, said) =
        at!(stage, "joris", |ctx| zegel::client::verbs::letter::invite::invite(ctx, case, &invitation()));
    let sent = sent.unwrap();
    assert_eq!(sent.letters.len(), 3);
    // He saw the whole letter, who gets it and how, what only Femke is asked, and what only Daan is told.
    let own = ["Het bericht aan Daan", "Alleen in dit bericht staat:", "U bent vervanger"];
    for line in [PURPOSE, ASKED, "Femke Oosterhof (Politie", "in het portaal"].into_iter().chain(own) {
        assert!(said.contains(line), "{line}\n{said}");
    }

    let letter = to(&sent, stage, "femke");
    let seen = sees(stage, "femke").await;
    assert_eq!((seen.received.len(), seen.received[0].standing), (1, Standing::New));
    assert!(seen.sent.is_empty());
    let read = reads(stage, "femke", letter).await.unwrap();
    assert!(!read.copy && read.subject.starts_with(&format!("{case}: uitnodiging")), "{}", read.subject);
    assert!(read.text.contains(PURPOSE) && read.text.contains(ASKED), "{}", read.text);
    let shown = read.text(Language::Dutch);
    assert!(shown.contains("dinsdag 10 november 2026, 10.00 uur"), "{shown}");
    let calendar = fs::read_to_string(read.files[0].saved.as_ref().unwrap()).unwrap();
    for line in [
        "METHOD:PUBLISH",
        "DTSTART:20261110T090000Z",
        "DTEND:20261110T103000Z",
        "SEQUENCE:0",
        "SUMMARY:Overleg",
    ] {
        assert!(calendar.contains(&format!("\r\n{line}\r\n")), "{line}\n{calendar}");
    }
    assert!(!calendar.contains("ATTENDEE") && !calendar.contains(&case.to_string()));

    // Noor's letter is another: what Femke is asked is not in it. Nor can she read Femke's.
    let hers = reads(stage, "noor", to(&sent, stage, "noor")).await.unwrap();
    assert!(!hers.text.contains(ASKED) && !hers.text.contains("Femke"), "{}", hers.text);
    assert_eq!(reads(stage, "noor", letter).await.code(), "not-found");
    let deputy = reads(stage, "daan", to(&sent, stage, "daan")).await.unwrap();
    assert!(deputy.text.contains("U bent vervanger"), "{}", deputy.text);

    replies(stage, "femke", letter, &answering(Word::Accepted)).await.unwrap();
    let pieter = Some(stage.member("pieter").unwrap().to_string());
    assert_eq!(sees(stage, "femke").await.received[0].standing, Standing::Answered);
    let seen = sees(stage, "joris").await;
    let line = seen.sent.iter().find(|line| line.letter == letter).unwrap();
    assert_eq!(line.delivery.as_ref().unwrap().state, MailState::Portal);
    assert_eq!(line.answer.as_ref().unwrap().answer, Some(Word::Accepted));
    assert!(line.subject.as_ref().unwrap().starts_with(&case.to_string()));
    assert!(seen.text(Language::Dutch).contains("komt"));
    // Mila takes over: she finds what was sent, and what was answered.
    let copy = reads(stage, "mila", letter).await.unwrap();
    assert!(copy.copy && copy.text.contains(ASKED));
    assert_eq!(sees(stage, "mila").await.sent.len(), 3);

    // She thinks again: her colleague comes.
    let mut deputy = answering(Word::Deputy);
    deputy.what.extend(pieter);
    replies(stage, "femke", letter, &deputy).await.unwrap();
    let seen = sees(stage, "joris").await;
    let answer = seen.sent.iter().find(|line| line.letter == letter).unwrap().answer.as_ref().unwrap();
    assert!(answer.deputy_name.as_ref().unwrap().starts_with("Pieter"), "{answer:?}");
    deputy.what = vec![stage.member("noor").unwrap().to_string()];
    assert_eq!(replies(stage, "femke", letter, &deputy).await.code(), "wrong-use");
    assert_eq!(replies(stage, "femke", letter, &answering(Word::Deputy)).await.code(), "wrong-use");
}

async fn a_message_goes_to_who_runs_the_case_with_a_file(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    let file = written(stage, "plattegrond.txt", "links is de keuken");
    let text = "Ik kom later.\u{202e}\n{{case}}";
    let sent = messages(stage, "femke", case, None, text, vec![file.clone()]).await.unwrap();
    assert_eq!(sent.letters.len(), 2, "to Joris and Mila");
    let read = reads(stage, "joris", to(&sent, stage, "joris")).await.unwrap();
    assert!(read.text.contains("{{case}}"), "what people write is no template: {}", read.text);
    assert!(read.text(Language::Dutch).contains("\\u{202e}"), "a terminal gets no orders");
    let saved = read.files[0].saved.as_ref().unwrap();
    assert_eq!(fs::read_to_string(saved).unwrap(), "links is de keuken");
    // Another time it is the same file; unless he changed it, and then nothing is overwritten.
    let again = reads(stage, "joris", read.letter).await.unwrap();
    assert_eq!(again.files[0].saved.as_ref(), Some(saved));
    fs::write(saved, "rechts is de keuken").unwrap();
    let again = reads(stage, "joris", read.letter).await.unwrap();
    assert_ne!(again.files[0].saved.as_ref(), Some(saved));
    assert_eq!(fs::read_to_string(saved).unwrap(), "rechts is de keuken");
    // Pieter, her colleague, finds the copy, without the file.
    let copy = reads(stage, "pieter", read.letter).await.unwrap();
    assert!(copy.copy && copy.files[0].saved.is_none());

    // As much as a letter can carry, to both: two batches, as one has no room for it.
    fs::write(&file, vec![b'k'; 7 << 20]).unwrap();
    let sent =
        messages(stage, "femke", case, None, "De hele plattegrond.", vec![file.clone()]).await.unwrap();
    let read = reads(stage, "mila", to(&sent, stage, "mila")).await.unwrap();
    assert_eq!((sent.letters.len(), read.files[0].length), (2, 7 << 20));

    // What partners say to each other goes by the table.
    let refused = messages(stage, "femke", case, Some("noor"), "Wat weet jij?", vec![]).await.unwrap_err();
    let sentence = refused.sentence(Language::English);
    assert!(refused.is("cannot-get") && sentence.contains("only-to-director"), "{sentence}");
    fs::write(&file, vec![0; (7 << 20) + 1]).unwrap();
    assert_eq!(messages(stage, "femke", case, None, "Groot.", vec![file]).await.code(), "file");
    assert_eq!(messages(stage, "femke", case, None, " \n", vec![]).await.code(), "bad-letter-content");
    let drafts = fs::read_dir(stage.home("femke").join("drafts")).unwrap().count();
    assert_eq!(drafts, 1, "what can never be sent is not kept; only what she can't tell Noor");
}

async fn femke_chooses_mail_and_english(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    let (chosen, _) = at!(stage, "femke", |ctx| delivery(ctx, None, None));
    let chosen = chosen.unwrap();
    assert_eq!(
        (chosen.way, chosen.language, chosen.statement),
        (DeliveryWay::Portal, LanguageWord::Dutch, None)
    );
    let (chosen, said) =
        at!(stage, "femke", |ctx| delivery(ctx, Some(DeliveryWay::Mail), Some(LanguageWord::English)));
    assert!(chosen.unwrap().statement.is_some() && said.contains("versleuteld"), "{said}");

    let sent = invites(stage, "joris", case, &invitation()).await.unwrap();
    let letter = to(&sent, stage, "femke");
    let ways: Vec<DeliveryWay> = sent.letters.iter().map(|letter| letter.way).collect();
    assert!(ways.contains(&DeliveryWay::Mail) && ways.contains(&DeliveryWay::Portal));
    settles(stage).await;
    let read = reads(stage, "femke", letter).await.unwrap();
    assert!(
        read.subject.contains("invitation to a meeting on Tuesday 10 November 2026, 10:00"),
        "{}",
        read.subject
    );
    let seen = sees(stage, "joris").await;
    let line = seen.sent.iter().find(|line| line.letter == letter).unwrap();
    assert_eq!(line.delivery.as_ref().unwrap().state, MailState::Sent);
}
