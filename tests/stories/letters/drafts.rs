//! What was written is not lost, and nobody gets it twice.

use std::fs;

use zegel::client::context::Report;
use zegel::client::verbs::letter::drafts::{discard, list_drafts};
use zegel::client::verbs::letter::message::{Writing, message};
use zegel::client::verbs::letter::{go_on, request};
use zegel::demo::stage::Stage;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::LetterKind;

use super::PEOPLE;
use super::meetings::draft_in;
use crate::support::letters::*;
use crate::support::liar::{Lie, liar, through};
use crate::support::scene::{prepared, referred};
use crate::support::{Base, Refused};

on_both!(
    joris_thinks_it_over_and_goes_on_the_next_day,
    a_letter_whose_answer_got_lost_is_sent_once,
    a_draft_can_be_thrown_away,
);

async fn joris_thinks_it_over_and_goes_on_the_next_day(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    let asking = question(stage, &["femke", "noor"]);
    let (declined, said) = at!(stage, "joris", |ctx| async {
        ctx.yes = false;
        request::request(ctx, case, &asking).await
    });
    assert_eq!(declined.code(), "declined");
    let draft = draft_in(&said);
    // It lies sealed to him: nothing of it can be found in his home.
    let folder = stage.home("joris").join("drafts");
    let file = fs::read(folder.join(format!("{draft}.age"))).unwrap();
    assert!(file.starts_with(b"age-encryption.org/v1\n"));
    assert!(!String::from_utf8_lossy(&file).contains("gezin"));
    // The same words again are the same draft.
    let (_, again) = at!(stage, "joris", |ctx| async {
        ctx.yes = false;
        request::request(ctx, case, &asking).await
    });
    assert_eq!(draft_in(&again), draft);
    let (drafts, _) = at!(stage, "joris", |ctx| list_drafts(ctx));
    let drafts = drafts.unwrap();
    assert_eq!((drafts.drafts.len(), drafts.drafts[0].kind), (1, Some(LetterKind::Request)));
    let shown = drafts.text(Language::Dutch);
    assert!(shown.contains("Femke") && shown.contains(&format!("zegel request --draft {draft}")), "{shown}");

    stage.clock.advance(20 * 3600);
    let (wrong, _) = at!(stage, "joris", |ctx| go_on(ctx, &draft, &[LetterKind::Message], &[]));
    assert_eq!(wrong.code(), "wrong-use");
    let (sent, _) = at!(stage, "joris", |ctx| go_on(ctx, &draft, &[LetterKind::Request], &[]));
    assert_eq!(sent.unwrap().letters.len(), 2);
    assert!(ids(stage).is_empty(), "it is forgotten once it is on record");
    let (gone, _) = at!(stage, "joris", |ctx| go_on(ctx, &draft, &[LetterKind::Request], &[]));
    assert_eq!(gone.code(), "no-draft");
}

/// The hub records it, and then says nothing that can be believed.
async fn a_letter_whose_answer_got_lost_is_sent_once(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let (remote, liar) = liar(stage).await;
    liar.lock().unwrap().lie = Some(Lie::NotThere.about("/v1/journal/consistency", ""));
    let to = vec![stage.member("femke").unwrap().to_string()];
    let writing =
        Writing { to, text: "Wilt u mij bellen?".into(), until: None, attachments: vec![], without: vec![] };
    let lost = through!(stage, "joris", &remote, |ctx| message(ctx, case, &writing));
    assert!(lost.is_err());
    assert_eq!(liar.lock().unwrap().posted, 1);
    let draft = ids(stage).remove(0);
    // He gives the same command again.
    liar.lock().unwrap().lie = None;
    let sent = through!(stage, "joris", &remote, |ctx| message(ctx, case, &writing)).unwrap();
    assert_eq!(sent.letters.len(), 1);
    assert_eq!(liar.lock().unwrap().posted, 1, "nothing was sent again");
    assert!(!ids(stage).contains(&draft));
    assert_eq!(sees(stage, "femke").await.received.len(), 1);
}

async fn a_draft_can_be_thrown_away(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let sanne = stage.member("sanne").unwrap().to_string();
    let writing = Writing {
        to: vec![sanne],
        text: "Toch maar niet.".into(),
        until: None,
        attachments: vec![],
        without: vec![],
    };
    let (_, said) = at!(stage, "joris", |ctx| async {
        ctx.yes = false;
        message(ctx, case, &writing).await
    });
    let draft = draft_in(&said);
    let (left, _) = at!(stage, "joris", |ctx| discard(ctx, &draft));
    assert!(left.unwrap().drafts.is_empty() && ids(stage).is_empty());
    let (gone, _) = at!(stage, "joris", |ctx| discard(ctx, &draft));
    assert_eq!(gone.code(), "no-draft");
}

/// The drafts in Joris's home.
fn ids(stage: &Stage) -> Vec<String> {
    let files = fs::read_dir(stage.home("joris").join("drafts")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(".age").map(str::to_owned)).collect()
}
