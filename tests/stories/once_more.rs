//! Who gives a command again that was done is told so, whether the first answer was seen or not. Who wants the very same once
//! more says which time it is; that is done once too.

use std::collections::BTreeSet;

use zegel::client::context::Report;
use zegel::client::letter::said::Word;
use zegel::client::verbs::case::refer::{Referral, Referred, refer};
use zegel::client::verbs::contribute::terms::{NewFile, Retention};
use zegel::client::verbs::contribute::{Contributed, contribute};
use zegel::client::verbs::letter::message::{Writing, message};
use zegel::client::verbs::letter::reply::{Answering, reply};
use zegel::client::verbs::letter::send::Sent;
use zegel::client::verbs::meeting::decide::{consult, retract};
use zegel::client::verbs::meeting::roster::{Plan, Planned, roster};
use zegel::clock::Clock;
use zegel::demo::act::file;
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use crate::support::letters::{answering, question, replies, requests, sees};
use crate::support::liar::{Lie, liar, through};
use crate::support::scene::{KEEP, date, prepared, written};
use crate::support::{Base, play};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter"];
const DAY: i64 = 24 * 3600;
/// The first time, and those of somebody who wants the same thrice.
const TIMES: [Option<u32>; 3] = [None, Some(2), Some(3)];

on_both!(
    a_file_is_contributed_once_unless_it_is_wanted_again,
    a_case_is_referred_once_unless_it_is_wanted_again,
    a_message_is_sent_once_unless_it_is_wanted_again,
    a_meeting_is_planned_once_unless_it_is_wanted_again,
    a_reply_and_a_consultation_are_on_record_once,
);

async fn a_file_is_contributed_once_unless_it_is_wanted_again(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    let path = written(stage, "melding.txt", "wat de politie weet");
    let titled = |title: &str| file(&path, title, ItemKind::Contribution, &[Phase::Rto], KEEP);
    let new = || titled("Melding");
    let mut items = BTreeSet::new();
    for time in TIMES {
        let done = contributes(stage, case, new(), time).await;
        assert!(done.items[0].new && items.insert(done.items[0].item));
        assert!(!done.text(Language::Dutch).contains("--again"));
        let again = contributes(stage, case, new(), time).await;
        assert_eq!((again.items[0].item, again.items[0].new), (done.items[0].item, false));
        assert!(again.text(Language::Dutch).contains("(stond er al)\nWilt u precies hetzelfde nog eens?"));
    }
    // Another title is another wish, and so are other rules.
    assert!(contributes(stage, case, titled("Zorgmelding"), None).await.items[0].new);
    let mut other = new();
    other.terms.withheld = Withheld::Shown;
    assert!(contributes(stage, case, other, None).await.items[0].new);

    // What was taken out is wanted anew, once.
    let id = contributes(stage, case, new(), None).await.items[0].item;
    at!(stage, "femke", |ctx| retract(ctx, case, &id.to_string())).0.unwrap();
    let anew = contributes(stage, case, new(), None).await;
    assert!(anew.items[0].new && items.insert(anew.items[0].item));
    let again = contributes(stage, case, new(), None).await;
    assert_eq!((again.items[0].item, again.items[0].new), (anew.items[0].item, false));
    // So it is after the weekend; a week later it is another wish.
    stage.clock.advance(3 * DAY);
    assert!(!contributes(stage, case, new(), None).await.items[0].new);
    stage.clock.advance(8 * DAY);
    assert!(contributes(stage, case, new(), None).await.items[0].new);
    // Who leaves the last day to the program gets another one tomorrow, and means the same.
    let whenever = |stage: &Stage| {
        let mut new = titled("Tot wanneer dan ook");
        new.terms.retention = Retention::or_default(None, stage.clock.now()).unwrap();
        new
    };
    let first = contributes(stage, case, whenever(stage), None).await;
    stage.clock.advance(3 * DAY);
    let again = contributes(stage, case, whenever(stage), None).await;
    assert_eq!((again.items[0].item, again.items[0].new), (first.items[0].item, false));
}

async fn a_case_is_referred_once_unless_it_is_wanted_again(base: Base) {
    let play = play(base, &["sanne", "joris", "mila"]).await;
    let stage = &play.stage;
    let mut cases = BTreeSet::new();
    for time in TIMES {
        let done = refers(stage, CaseKind::Complex, time).await;
        assert!(done.new && cases.insert(done.case));
        let again = refers(stage, CaseKind::Complex, time).await;
        assert_eq!((again.case, &again.items, again.new), (done.case, &done.items, false));
        assert!(again.text(Language::English).contains("--again 2"));
    }
    let other = refers(stage, CaseKind::Aftercare, None).await;
    assert!(other.new && cases.insert(other.case));
}

async fn a_message_is_sent_once_unless_it_is_wanted_again(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let mut letters = BTreeSet::new();
    for time in TIMES {
        let sent = writes(stage, case, &["femke"], time).await;
        assert!(sent.letters[0].new && letters.insert(sent.letters[0].letter));
        let again = writes(stage, case, &["femke"], time).await;
        assert_eq!((again.letters[0].letter, again.letters[0].new), (sent.letters[0].letter, false));
        assert!(again.text(Language::Dutch).contains("(was al verstuurd).\nWilt u precies"));
    }
    assert_eq!(sees(stage, "femke").await.received.len(), TIMES.len());
    // Who is written to beside her gets it; she doesn't get it again.
    let both = writes(stage, case, &["femke", "sanne"], None).await;
    assert_eq!(both.letters.iter().filter(|letter| letter.new).count(), 1);
    assert_eq!(sees(stage, "femke").await.received.len(), TIMES.len());
    assert_eq!(sees(stage, "sanne").await.received.len(), 1);
}

/// Her hub records it, and its answer gets lost.
macro_rules! unanswered {
    ($stage:expr, $who:expr, |$ctx:ident| $deed:expr) => {{
        // What happened before is known, so that only what is recorded now has to be proven.
        sees($stage, $who).await;
        let (remote, liar) = liar($stage).await;
        liar.lock().unwrap().lie = Some(Lie::NotThere.about("/v1/journal/consistency", ""));
        let lost = through!($stage, $who, &remote, |$ctx| $deed);
        assert!(lost.is_err());
        assert_eq!(liar.lock().unwrap().posted, 1);
    }};
}

async fn a_meeting_is_planned_once_unless_it_is_wanted_again(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let plan = Plan {
        date: Some(date()),
        participants: vec![stage.invited("femke", Seat::Delegate).unwrap()],
        ..Plan::default()
    };
    unanswered!(stage, "joris", |ctx| roster(ctx, case, &plan));
    let first = plans(stage, case, &plan, None).await;
    assert!(!first.new, "the hub had it");
    assert!(
        first.text(Language::Dutch).contains("stond er al. U hebt niets nieuws gepland.\nWilt u precies")
    );
    let mut meetings = BTreeSet::from([first.meeting]);
    for time in [Some(2), Some(3)] {
        let done = plans(stage, case, &plan, time).await;
        assert!(done.new && meetings.insert(done.meeting));
        let again = plans(stage, case, &plan, time).await;
        assert_eq!(again, Planned { new: false, ..done });
    }
    // A change is made once, and anew once the meeting has changed since.
    let meeting = Some(first.meeting);
    let add =
        Plan { meeting, add: vec![stage.invited("pieter", Seat::Delegate).unwrap()], ..Plan::default() };
    let remove =
        Plan { meeting, remove: vec![stage.member("pieter").unwrap().to_string()], ..Plan::default() };
    unanswered!(stage, "joris", |ctx| roster(ctx, case, &add));
    let added = plans(stage, case, &add, None).await;
    assert_eq!((added.number, added.participants, added.new), (2, 2, false));
    assert_eq!(plans(stage, case, &remove, None).await.number, 3);
    let added = plans(stage, case, &add, None).await;
    assert_eq!((added.number, added.new), (4, true));
}

async fn a_reply_and_a_consultation_are_on_record_once(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    let asked = requests(stage, "joris", case, &question(stage, &["femke"])).await.unwrap();
    let letter = asked.letters[0].letter;
    let nothing = Answering { text: "Niets bekend.".into(), ..answering(Word::NoContribution) };
    unanswered!(stage, "femke", |ctx| reply(ctx, &letter.to_string(), &nothing));
    let first = replies(stage, "femke", letter, &nothing).await.unwrap();
    assert!(!first.new, "the hub had it");
    // Another answer, and then the first one after all.
    assert!(replies(stage, "femke", letter, &answering(Word::Read)).await.unwrap().new);
    let after_all = replies(stage, "femke", letter, &nothing).await.unwrap();
    assert!(after_all.new && after_all.id != first.id);

    let form = ConsultationForm::Phone;
    unanswered!(stage, "joris", |ctx| consult(ctx, case, None, form, "Sanne: akkoord."));
    let (again, _) = at!(stage, "joris", |ctx| consult(ctx, case, None, form, "Sanne: akkoord."));
    let again = again.unwrap();
    assert!(!again.new, "the hub had it");
    let (other, _) = at!(stage, "joris", |ctx| consult(ctx, case, None, form, "Sanne: onder voorwaarden."));
    assert!(other.unwrap().new);
}

async fn plans(stage: &Stage, case: CaseNumber, plan: &Plan, time: Option<u32>) -> Planned {
    let (planned, _) = at!(stage, "joris", |ctx| async {
        ctx.again = time;
        roster(ctx, case, plan).await
    });
    planned.unwrap()
}

async fn contributes(stage: &Stage, case: CaseNumber, new: NewFile, time: Option<u32>) -> Contributed {
    let (done, _) = at!(stage, "femke", |ctx| async {
        ctx.again = time;
        contribute(ctx, case, vec![new]).await
    });
    done.unwrap()
}

async fn refers(stage: &Stage, kind: CaseKind, time: Option<u32>) -> Referred {
    let path = written(stage, "aanmelding.txt", "de aanmelding");
    let files = vec![file(path, "Aanmelding", ItemKind::Referral, &[Phase::Rto], KEEP)];
    let (done, _) = at!(stage, "sanne", |ctx| async {
        ctx.again = time;
        refer(ctx, Referral { kind, files }).await
    });
    done.unwrap()
}

async fn writes(stage: &Stage, case: CaseNumber, to: &[&str], time: Option<u32>) -> Sent {
    let to = to.iter().map(|who| stage.member(who).unwrap().to_string()).collect();
    let text = "Wilt u mij bellen?".into();
    let writing = Writing { to, text, until: None, attachments: vec![], without: vec![] };
    let (sent, _) = at!(stage, "joris", |ctx| async {
        ctx.again = time;
        message(ctx, case, &writing).await
    });
    sent.unwrap()
}
