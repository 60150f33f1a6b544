//! Who gives a command again that was done is told so, whether the first answer was seen or not. Who wants the very same once
//! more says which time it is; that is done once too.

use std::collections::BTreeSet;

use zegel::client::context::Report;
use zegel::client::verbs::case::refer::{Referral, Referred, refer};
use zegel::client::verbs::contribute::terms::NewFile;
use zegel::client::verbs::contribute::{Contributed, contribute};
use zegel::client::verbs::letter::message::{Writing, message};
use zegel::client::verbs::letter::send::Sent;
use zegel::client::verbs::meeting::decide::retract;
use zegel::demo::act::file;
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use crate::support::letters::sees;
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
