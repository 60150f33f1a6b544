//! What is not the letter that its author signed to its reader is not shown.

use zegel::client::context::Report;
use zegel::client::verbs::letter::list::{Standing, list};
use zegel::client::verbs::letter::read::read;
use zegel::clock::{Clock, random};
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::mime::{Calendar, Mailbox, Message, MessageId, Outer, house_address, meeting_uid, seal};
use zegel::protocol::refusal::Language;
use zegel::protocol::words::{LetterKind, Number};

use super::PEOPLE;
use crate::forge::Forge;
use crate::smuggle::smuggles;
use crate::support::hands::signed;
use crate::support::letters::*;
use crate::support::liar::{Lie, liar, through};
use crate::support::post::{About, secret_cert, signs_letter, signs_letter_about, writes};
use crate::support::scene::{date, prepared, referred};
use crate::support::{Base, Refused};

on_both!(
    another_letter_in_its_place_is_not_shown,
    a_letter_that_its_reader_seals_anew_is_not_shown,
    a_calendar_of_another_cases_meeting_is_not_shown,
    an_old_letter_is_not_shown_as_a_new_one,
    the_hub_writes_nothing_on_a_terminal,
);

async fn another_letter_in_its_place_is_not_shown(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    let sent = requests(stage, "joris", case, &question(stage, &["femke"])).await.unwrap();
    let first = sent.letters[0].letter;
    let sent = messages(stage, "joris", case, Some("femke"), "Iets anders.", vec![]).await.unwrap();
    let second = sent.letters[0].letter;
    let (remote, liar) = liar(stage).await;
    let path = |letter: Digest| format!("/v1/letters/{letter}/message");
    let name = first.to_string();
    for (lie, code) in [
        (Lie::OtherLetter.about(path(first), path(second)), "other-message"),
        (Lie::AlteredBit.about(path(first), ""), "other-message"),
        (Lie::NotThere.about(path(first), ""), "unknown-item"),
    ] {
        liar.lock().unwrap().lie = Some(lie);
        let out = stage.home("femke").join("brieven");
        let refused = through!(stage, "femke", &remote, |ctx| read(ctx, &name, Some(&out)));
        assert_eq!(refused.code(), code);
        assert!(!out.exists());
    }
    let seen = sees(stage, "femke").await;
    assert!(seen.received.iter().all(|line| line.standing == Standing::New));
}

async fn the_hub_writes_nothing_on_a_terminal(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    let sent = requests(stage, "joris", case, &question(stage, &["femke"])).await.unwrap();
    let letter = sent.letters[0].letter;
    let (remote, liar) = liar(stage).await;
    for (of, with) in [
        (r#""state":"portal""#, r#""state":"\u001b]0;gemaild\u0007""#),
        (r#""last_failure":null"#, r#""last_failure":"\u001b[2Jbel 0900-1234""#),
    ] {
        liar.lock().unwrap().lie = Some(Lie::FalseState.about(of, with));
        let seen = through!(stage, "joris", &remote, |ctx| list(ctx, None)).unwrap();
        let text = seen.text(Language::Dutch);
        assert!(!text.contains(['\u{1b}', '\u{7}']) && !text.contains("0900"), "{text:?}");
        let told = through!(stage, "joris", &remote, |ctx| async {
            ctx.begin().await?;
            ctx.remote.letter_delivery(letter).await
        });
        assert_eq!(told.code(), "bad-answer");
    }
}

/// Stock programs say of both that the signature is good: it is, but of a letter to somebody else.
async fn a_letter_that_its_reader_seals_anew_is_not_shown(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    requests(stage, "joris", case, &question(stage, &["femke", "noor"])).await.unwrap();

    // What Noor wrote to Joris, Joris's colleague Mila gets as if it were to her; and Femke passes off as her own what
    // Joris wrote to her.
    let at = stage.clock.now();
    let to_joris = letter(stage, "noor", "joris");
    let to_femke = letter(stage, "joris", "femke");
    for (author, inside, from, code) in [
        ("noor", &to_joris, "noor", "letter-for-another"),
        ("joris", &to_femke, "femke", "letter-not-by-author"),
    ] {
        let (signer, reader) = (secret_cert(stage, author), secret_cert(stage, "mila"));
        let sealed = Forge::right(&signer, &reader, at).seal(&inside.to_bytes().unwrap());
        let outer = Outer {
            from: Mailbox { name: mailbox(stage, from).name, ..inside.from.clone() },
            to: mailbox(stage, "mila"),
            date: at,
            id: inside.id.clone(),
            automatic: false,
            sealed,
        };
        // The hub can't see it, and hands it over.
        let sent = signs_letter(stage, from, "mila", case, LetterKind::Message, outer.to_bytes()).await;
        let letter = sent.unwrap_or_else(|error| panic!("{from}: {error}")).recorded[0].id;
        assert_eq!(reads(stage, "mila", letter).await.code(), code);
    }
}

/// Joris and the hub show Femke an old letter of his as if he wrote it now.
async fn an_old_letter_is_not_shown_as_a_new_one(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    let old = writes(stage, "joris", "femke", case, "Het is goed zo.").await;
    stage.clock.advance(3600);
    let (batch, _) = at!(stage, "joris", |ctx| async {
        let (secrets, mut world) = ctx.begin().await.unwrap();
        world.load_case(ctx.home, ctx.remote, case).await.unwrap();
        signed(stage, &secrets, &world, |_| world.statement(old).unwrap().statement.body.clone())
    });
    let again = &batch.entries[0];
    smuggles(&stage.hub.state, again, stage.clock.now(), "all").await;
    let (remote, liar) = liar(stage).await;
    let path = |letter: Digest| format!("/v1/letters/{letter}/message");
    liar.lock().unwrap().lie = Some(Lie::OtherLetter.about(path(again.id()), path(old)));
    for (letter, code) in [(old, None), (again.id(), Some("bad-letter"))] {
        let name = letter.to_string();
        let shown = through!(stage, "femke", &remote, |ctx| read(ctx, &name, None));
        assert_eq!(shown.err().map(|error| error.code().to_owned()).as_deref(), code);
    }
}

/// Who runs a case invites in it, with a file that would move the meeting of another case.
async fn a_calendar_of_another_cases_meeting_is_not_shown(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let planned = stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    let hub = stage.cast.hub.to_string();
    let other: CaseNumber = "ZVH-2026-9999".parse().unwrap();
    let (right, elsewhere) =
        (meeting_uid(case, planned.meeting, &hub), meeting_uid(other, planned.meeting, &hub));
    let of_meeting = format!("{}@{hub}", planned.meeting);
    let at = stage.clock.now();
    for (sequence, uid, shown) in [(0, elsewhere, false), (1, of_meeting, false), (2, right, true)] {
        let message = letter(stage, "joris", "noor");
        let calendar = Calendar {
            uid: uid.clone(),
            sequence,
            stamp: at,
            start: date(),
            end: date().plus(3600),
            cancelled: false,
            summary: "Overleg".into(),
            location: None,
            organizer: message.from.address.clone(),
        };
        let message = Message { calendar: Some(calendar), ..message };
        let (author, noor) = (secret_cert(stage, "joris"), secret_cert(stage, "noor").public());
        let mail = seal(&message, &author, &noor, random()).unwrap();
        let about =
            About { roster: Some(planned.roster), sequence: Some(Number(sequence)), ..About::default() };
        let people = ("joris", "noor");
        let sent = signs_letter_about(stage, people, case, LetterKind::Invitation, about, mail).await;
        let read = reads(stage, "noor", sent.unwrap().recorded[0].id).await;
        match shown {
            true => assert_eq!(read.unwrap().files.len(), 1),
            false => assert_eq!(read.code(), "bad-letter", "{uid}"),
        }
    }
}

/// A letter as its author signed it.
fn letter(stage: &Stage, from: &str, to: &str) -> Message {
    let hub = stage.cast.hub.clone();
    Message {
        from: Mailbox { name: mailbox(stage, from).name, address: house_address(&hub).unwrap() },
        to: mailbox(stage, to),
        date: stage.clock.now(),
        id: MessageId::new(hub, random()).unwrap(),
        subject: "Een bericht".into(),
        text: "Alleen voor u.\n".into(),
        calendar: None,
        attachments: vec![],
    }
}

fn mailbox(stage: &Stage, who: &str) -> Mailbox {
    let person = stage.cast.people.iter().find(|person| person.key == who).unwrap();
    Mailbox { name: person.name.clone(), address: person.mail.clone() }
}
