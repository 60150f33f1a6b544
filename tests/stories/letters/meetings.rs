//! A meeting is moved, somebody comes later, it is off; and two change it at once.

use std::fs;

use zegel::client::context::Report;
use zegel::client::describe::short;
use zegel::client::letter::content::{Appointment, Content, Invitation};
use zegel::client::letter::said::{Copy, Word};
use zegel::client::verbs::letter::go_on;
use zegel::client::verbs::letter::invite::{Inviting, What, invite};
use zegel::client::verbs::meeting::roster::Plan;
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::refusal::Language;
use zegel::protocol::statement::Letter;
use zegel::protocol::words::*;

use super::PEOPLE;
use crate::support::hands::{by_hand, journal_size};
use crate::support::letters::*;
use crate::support::post::sealed;
use crate::support::scene::{date, prepared};
use crate::support::{Base, Refused};

on_both!(
    a_change_keeps_the_entry_and_raises_its_number,
    noor_answers_a_cancellation_and_daan_still_reads_the_case,
    of_two_who_change_it_at_once_one_looks_again,
    an_answer_is_to_the_invitation_as_it_is_now,
    a_copy_steers_nothing_that_is_signed,
);

async fn a_change_keeps_the_entry_and_raises_its_number(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let planned = stage.plans("joris", case, date(), &["femke", "amrani"], &[], None).await.unwrap();
    let first = invites(stage, "joris", case, &invitation()).await.unwrap();
    let before = calendar(stage, "femke", to(&first, stage, "femke")).await;
    assert_eq!(invites(stage, "joris", case, &invitation()).await.code(), "already-invited");

    // Noor comes too: she is invited to the same, with the number that all have.
    let add = vec![stage.invited("noor", Seat::Delegate).unwrap()];
    let plan = Plan { meeting: Some(planned.meeting), add, ..Plan::default() };
    stage.changes("joris", case, plan).await.unwrap();
    // Femke gets no letter now, so that nothing can be asked of her in it.
    let noor = vec![stage.member("noor").unwrap().to_string()];
    for (what, to) in [(What::Invite, vec![]), (What::Change, noor)] {
        let asking = Inviting { to, asked: vec![("Femke".into(), ASKED.into())], ..news(what) };
        assert_eq!(invites(stage, "joris", case, &asking).await.code(), "wrong-use");
    }
    let later = invites(stage, "joris", case, &news(What::Invite)).await.unwrap();
    assert_eq!(later.letters.len(), 1);
    let hers = calendar(stage, "noor", to(&later, stage, "noor")).await;
    assert_eq!((&hers.uid, hers.sequence), (&before.uid, 0));

    // It is moved by a day.
    let moved = date().plus(24 * 3600);
    let plan = Plan { meeting: Some(planned.meeting), date: Some(moved), ..Plan::default() };
    stage.changes("joris", case, plan).await.unwrap();
    let place = Some("Zaal 3".to_owned());
    let change = Inviting { place, ..news(What::Change) };
    let changed = invites(stage, "mila", case, &change).await.unwrap();
    assert_eq!(changed.letters.len(), 3);
    let letter = to(&changed, stage, "femke");
    let read = reads(stage, "femke", letter).await.unwrap();
    for line in
        ["is veranderd", "Eerst was het op dinsdag 10 november 2026, 10.00 uur", "Zaal 3", PURPOSE, ASKED]
    {
        assert!(read.text.contains(line), "{line}\n{}", read.text);
    }
    let after = calendar(stage, "femke", letter).await;
    assert_eq!((&after.uid, after.sequence, after.cancelled), (&before.uid, 1, false));
    assert!(after.text.contains("DTSTART:20261111T090000Z"));

    // Dr. Amrani is taken off, and told so by the roster that she was on; then it is off for all.
    let amrani = stage.member("amrani").unwrap().to_string();
    let plan = Plan { meeting: Some(planned.meeting), remove: vec![amrani.clone()], ..Plan::default() };
    stage.changes("joris", case, plan).await.unwrap();
    let off = Inviting { to: vec![amrani], ..news(What::Cancel) };
    let off = invites(stage, "joris", case, &off).await.unwrap();
    let hers = calendar(stage, "amrani", to(&off, stage, "amrani")).await;
    assert_eq!((hers.sequence, hers.cancelled), (2, true));
    let off = Inviting { why: Some("Er is meer informatie nodig.".into()), ..news(What::Cancel) };
    let off = invites(stage, "joris", case, &off).await.unwrap();
    assert_eq!(off.letters.len(), 2, "she knows already");
    let last = calendar(stage, "femke", to(&off, stage, "femke")).await;
    assert_eq!((&last.uid, last.sequence, last.cancelled), (&before.uid, 3, true));
    assert_eq!(invites(stage, "joris", case, &news(What::Cancel)).await.code(), "not-invited");

    // Who is invited again after that gets a number above it.
    let again = invites(stage, "joris", case, &invitation()).await.unwrap();
    assert_eq!(calendar(stage, "femke", to(&again, stage, "femke")).await.sequence, 4);
}

async fn noor_answers_a_cancellation_and_daan_still_reads_the_case(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    invites(stage, "joris", case, &invitation()).await.unwrap();
    let off = invites(stage, "joris", case, &news(What::Cancel)).await.unwrap();
    let letter = to(&off, stage, "noor");
    replies(stage, "noor", letter, &answering(Word::Read)).await.unwrap();
    // Her colleague is shown what she answered, and not the invitation that it ended.
    let seen = sees(stage, "daan").await;
    assert!(seen.received.is_empty() && seen.sent.is_empty());
    messages(stage, "daan", case, None, "Noor is er vandaag niet; ik wel.", vec![]).await.unwrap();
}

async fn of_two_who_change_it_at_once_one_looks_again(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    invites(stage, "joris", case, &invitation()).await.unwrap();
    // Joris writes, and is called away before he signs; meanwhile Mila sends.
    let change = |place: &str| Inviting { place: Some(place.into()), ..news(What::Change) };
    let (declined, said) = at!(stage, "joris", |ctx| async {
        ctx.yes = false;
        invite(ctx, case, &change("Zaal 3")).await
    });
    assert_eq!(declined.code(), "declined");
    let draft = draft_in(&said);
    invites(stage, "mila", case, &change("Zaal 4")).await.unwrap();
    let before = journal_size(stage).await;
    let kinds = [LetterKind::Invitation];
    let (refused, _) = at!(stage, "joris", |ctx| go_on(ctx, &draft, &kinds, &[]));
    let refused = refused.unwrap_err();
    let sentence = refused.sentence(zegel::protocol::refusal::Language::English);
    assert!(refused.is("cannot-get") && sentence.contains("older-invitation"), "{sentence}");
    assert_eq!(journal_size(stage).await, before);
    // Truly at once, the hub's lock decides: all letters of one, none of the other.
    let (five, six) = (change("Zaal 5"), change("Zaal 6"));
    let (a, b) = tokio::join!(invites(stage, "joris", case, &five), invites(stage, "mila", case, &six));
    assert!(a.is_ok() || b.is_ok());
    for refused in [a, b].into_iter().filter_map(Result::err) {
        assert!(["older-invitation", "cannot-get"].contains(&refused.code()), "{refused}");
    }
}

async fn an_answer_is_to_the_invitation_as_it_is_now(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let planned = stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    let first = invites(stage, "joris", case, &invitation()).await.unwrap();
    let (hers, noors) = (to(&first, stage, "femke"), to(&first, stage, "noor"));
    replies(stage, "femke", hers, &answering(Word::Accepted)).await.unwrap();

    // It is moved: that Femke could come at first says nothing any more, and Noor can't answer the first any more.
    let moved = date().plus(24 * 3600);
    let plan = Plan { meeting: Some(planned.meeting), date: Some(moved), ..Plan::default() };
    stage.changes("joris", case, plan).await.unwrap();
    let changed = invites(stage, "joris", case, &news(What::Change)).await.unwrap();
    let seen = sees(stage, "joris").await;
    let answer = |letter| seen.sent.iter().find(|line| line.letter == letter).unwrap().answer.as_ref();
    assert!(answer(hers).unwrap().replaced && answer(to(&changed, stage, "femke")).is_none());
    assert!(
        seen.text(Language::Dutch).contains("vervangen") && seen.text(Language::English).contains("replaced")
    );
    let newer = to(&changed, stage, "noor");
    let mut deputy = answering(Word::Deputy);
    deputy.what = vec![stage.member("noor").unwrap().to_string()];
    for answer in [answering(Word::Accepted), answering(Word::Declined), deputy] {
        let refused = replies(stage, "noor", noors, &answer).await.unwrap_err();
        assert_eq!(refused.code(), "invitation-replaced");
        for language in [Language::Dutch, Language::English] {
            assert!(refused.sentence(language).contains(&short(&newer)), "{refused}");
        }
    }
    // To say that it was read does no harm; and the newest she answers, until it is off.
    replies(stage, "noor", noors, &answering(Word::Read)).await.unwrap();
    replies(stage, "noor", newer, &answering(Word::Accepted)).await.unwrap();
    let off = invites(stage, "joris", case, &news(What::Cancel)).await.unwrap();
    let refused = replies(stage, "noor", newer, &answering(Word::Declined)).await.unwrap_err();
    assert!(refused.to_string().contains(&short(&to(&off, stage, "noor"))), "{refused}");
}

/// Mila, who runs the case too, sends Femke and Noor a change by hand, of which the copies say another meeting, and
/// nothing at all.
async fn a_copy_steers_nothing_that_is_signed(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let planned = stage.plans("joris", case, date(), &["femke", "noor", "amrani"], &[], None).await.unwrap();
    let first = invites(stage, "joris", case, &invitation()).await.unwrap();
    let before = calendar(stage, "femke", to(&first, stage, "femke")).await;
    let other = Appointment {
        meeting: "mtg_0000000000000000".parse().unwrap(),
        sequence: 1,
        date: date().plus(7 * 24 * 3600),
        minutes: 30,
        place: Some("Zaal 66".into()),
        link: None,
    };
    signs_change(stage, case, planned.roster, "femke", 1, copy(other.clone()).to_bytes().unwrap().to_vec())
        .await;
    let right = Appointment { meeting: planned.meeting, sequence: 2, ..other };
    signs_change(stage, case, planned.roster, "noor", 2, vec![b'x'; 1024]).await;
    // Of the right meeting, but not one that the hub could tell from a good one: its date is not used.
    signs_change(stage, case, planned.roster, "amrani", 2, copy(right).to_bytes().unwrap().to_vec()).await;

    // Joris calls it off: everyone who was invited hears of it, of this meeting and its date.
    let (off, said) = at!(stage, "joris", |ctx| invite(ctx, case, &news(What::Cancel)));
    let off = off.unwrap();
    assert_eq!(off.letters.len(), 3);
    for line in ["LET OP: het afschrift van het laatste bericht aan Femke", "bericht aan Noor", "van Mila"] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert!(!said.contains("laatste bericht aan dr. Samira Amrani") && !said.contains("Zaal 66"), "{said}");
    for who in ["femke", "noor", "amrani"] {
        let entry = calendar(stage, who, to(&off, stage, who)).await;
        assert_eq!((&entry.uid, entry.sequence, entry.cancelled), (&before.uid, 3, true));
        let text = entry.text;
        assert!(text.contains("DTSTART:20261110T090000Z") && !text.contains("Zaal 66"), "{text}");
    }
}

/// What Mila says that was said.
fn copy(when: Appointment) -> Copy {
    let invitation = Invitation {
        when,
        purpose: PURPOSE.into(),
        topics: vec!["Iets anders".into()],
        decisions: vec![],
        asked: None,
        until: None,
        deputy: false,
        change: true,
        was: None,
    };
    let content = Content::Invitation(invitation);
    Copy { subject: "Een wijziging".into(), text: "Anders.".into(), content, attachments: vec![] }
}

async fn signs_change(
    stage: &Stage,
    case: CaseNumber,
    roster: Digest,
    who: &str,
    number: u64,
    copy: Vec<u8>,
) {
    let (to, mail) = (stage.member(who).unwrap(), sealed(stage, "mila", who, "anders"));
    let signed = by_hand(stage, "mila", case, |draft, world, state| {
        let (copy, grant_copy) = draft.seal(&copy, &[state.directors(world.house()).unwrap()]).unwrap();
        Letter {
            case,
            kind: LetterKind::Invitation,
            to,
            key: world.house().members[&to].key,
            roster: Some(roster),
            sequence: Some(Number(number)),
            item: None,
            message: draft.attach(mail),
            copy,
            grant_copy,
        }
        .into()
    });
    signed.await.unwrap();
}

/// The draft's id, from what was said.
pub fn draft_in(said: &str) -> String {
    let line = said.lines().find(|line| line.starts_with("Bewaard als concept ")).expect(said);
    line["Bewaard als concept ".len()..][..8].to_owned()
}

struct Entry {
    uid: String,
    sequence: u64,
    cancelled: bool,
    text: String,
}

async fn calendar(stage: &Stage, who: &str, letter: Digest) -> Entry {
    let read = reads(stage, who, letter).await.unwrap();
    let text = fs::read_to_string(read.files[0].saved.as_ref().unwrap()).unwrap();
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
        line.expect("the line is there").to_owned()
    };
    let (uid, sequence) = (value("UID"), value("SEQUENCE").parse().unwrap());
    Entry { uid, sequence, cancelled: value("STATUS") == "CANCELLED", text }
}
