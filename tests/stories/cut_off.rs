//! What breaks off halfway is done once, or not at all.

use std::fs;

use zegel::client::verbs::case::refer::{Referral, refer};
use zegel::client::verbs::case::show;
use zegel::client::verbs::contribute;
use zegel::demo::act::file;
use zegel::protocol::words::*;

use crate::support::scene::{KEEP, date, prepared, written};
use crate::support::{Base, Refused, play};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter"];

on_both_and_in_a_bucket!(
    an_upload_that_was_cut_off_is_not_done_twice,
    a_batch_that_was_cut_off_while_it_was_cleared_up_is_not_done_twice,
    a_referral_that_was_cut_off_is_one_case,
    a_file_that_cannot_be_read_keeps_all_of_them_here,
);

async fn an_upload_that_was_cut_off_is_not_done_twice(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    let big = "x".repeat(20 << 20);
    let new = || file(written(stage, "foto.jpg", &big), "Foto", ItemKind::Contribution, &[Phase::Rto], KEEP);
    let outgoing = stage.home("femke").join("outgoing");
    let (failed, _) = at!(stage, "femke", |ctx| async {
        ctx.yes = false;
        contribute::contribute(ctx, case, vec![new()]).await
    });
    assert_eq!(failed.code(), "declined");
    let kept = files_in(&outgoing);
    assert_eq!(kept.len(), 2, "the sealed payload and its record");
    let (done, _) = at!(stage, "femke", |ctx| contribute::contribute(ctx, case, vec![new()]));
    let done = done.unwrap();
    assert!(done.items[0].new);
    assert!(files_in(&outgoing).is_empty());

    // As if her client was killed after the hub had it all, and before it could clear up.
    kept.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    let (again, _) = at!(stage, "femke", |ctx| contribute::contribute(ctx, case, vec![new()]));
    let again = again.unwrap();
    assert_eq!((again.items[0].item, again.items[0].new), (done.items[0].item, false));
    assert!(files_in(&outgoing).is_empty());
}

/// Her client was killed while it cleared up: with so many of its records gone, and perhaps the file of the last one left.
async fn a_batch_that_was_cut_off_while_it_was_cleared_up_is_not_done_twice(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    let new = |number: usize| {
        let (name, title) = (format!("foto-{number}.jpg"), format!("Foto {number}"));
        file(written(stage, &name, &title), &title, ItemKind::Contribution, &[Phase::Rto], KEEP)
    };
    let all = || (0..3).map(new).collect::<Vec<_>>();
    let outgoing = stage.home("femke").join("outgoing");
    let (failed, _) = at!(stage, "femke", |ctx| async {
        ctx.yes = false;
        contribute::contribute(ctx, case, all()).await
    });
    assert_eq!(failed.code(), "declined");
    let mut kept = files_in(&outgoing);
    kept.sort();
    let (done, _) = at!(stage, "femke", |ctx| contribute::contribute(ctx, case, all()));
    let items = |done: &contribute::Contributed| done.items.iter().map(|item| item.item).collect::<Vec<_>>();
    let done = done.unwrap();
    // Of each, the record goes before the file.
    for gone in 0..=kept.len() {
        kept[gone..].iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
        let (again, _) = at!(stage, "femke", |ctx| contribute::contribute(ctx, case, all()));
        let again = again.unwrap();
        assert!(again.items.iter().all(|item| !item.new), "{gone} were gone");
        assert_eq!(items(&again), items(&done));
        assert!(files_in(&outgoing).is_empty());
    }
    // It was killed before it could remember that it was done; and then once more, after it could.
    fs::remove_file(stage.home("femke").join("done.age")).unwrap();
    kept.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    for _ in 0..2 {
        let (again, _) = at!(stage, "femke", |ctx| contribute::contribute(ctx, case, all()));
        assert_eq!(items(&again.unwrap()), items(&done));
    }
    kept.iter().filter(|(path, _)| path.extension().unwrap() == "payload").for_each(|(path, bytes)| {
        fs::write(path, bytes).unwrap();
    });
    let (other, _) = at!(stage, "femke", |ctx| contribute::contribute(ctx, case, vec![new(7)]));
    assert!(other.unwrap().items[0].new && files_in(&outgoing).is_empty());
}

async fn a_referral_that_was_cut_off_is_one_case(base: Base) {
    let play = play(base, &["sanne", "joris", "mila"]).await;
    let stage = &play.stage;
    let path = written(stage, "aanmelding.txt", "de aanmelding");
    let referral = || Referral {
        kind: CaseKind::Complex,
        files: vec![file(&path, "Aanmelding", ItemKind::Referral, &[Phase::Rto], KEEP)],
    };
    let outgoing = stage.home("sanne").join("outgoing");
    let (failed, _) = at!(stage, "sanne", |ctx| async {
        ctx.yes = false;
        refer(ctx, referral()).await
    });
    assert_eq!(failed.code(), "declined");
    let kept = files_in(&outgoing);
    let (referred, _) = at!(stage, "sanne", |ctx| refer(ctx, referral()));
    let referred = referred.unwrap();
    kept.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    let (again, _) = at!(stage, "sanne", |ctx| refer(ctx, referral()));
    assert_eq!(again.unwrap().items, referred.items);
    assert!(files_in(&outgoing).is_empty());
}

async fn a_file_that_cannot_be_read_keeps_all_of_them_here(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let new = |path| file(path, "Stuk", ItemKind::Agenda, &[Phase::Rto], KEEP);
    let files = vec![new(written(stage, "goed.txt", "goed")), new(stage.folder.join("weg.txt"))];
    let (failed, _) = at!(stage, "joris", |ctx| contribute::contribute(ctx, case, files));
    assert_eq!(failed.code(), "file");
    let (shown, _) = at!(stage, "joris", |ctx| show::show(ctx, case));
    assert_eq!(shown.unwrap().items.len(), 3);
}

fn files_in(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}
