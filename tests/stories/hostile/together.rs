//! Batches that contradict each other, sent at once. One is recorded, or each in an order in which it may be; and what
//! is left is what the journal says.

use zegel::client::Batch;
use zegel::client::home::Keep;
use zegel::client::verbs::authority;
use zegel::client::verbs::enrol::{Enrol, enrol};
use zegel::client::verbs::key::MAIL_DAYS;
use zegel::clock::random;
use zegel::hub::check::check;
use zegel::protocol::refusal::Language;
use zegel::protocol::seal::SealingKey;

use super::Heard;
use super::hands::*;
use crate::support::Base;
use crate::support::door::{Now, office};
use crate::support::hands::journal_size;
use crate::support::office::slip_for;

on_both!(of_contradictions_one_is_recorded, the_same_at_once_is_recorded_once, a_slip_makes_one_key);

/// Sends all at once; how many were recorded, and the codes of the others.
async fn at_once(table: &Table, batches: &[Batch]) -> (usize, Vec<String>) {
    let sent = batches.iter().map(|batch| posts(table.stage(), batch));
    let heard: Vec<Heard> = futures_util::future::join_all(sent).await;
    assert!(heard.iter().all(|heard| heard.status < 500), "{heard:?}");
    let faults = check(&table.stage().hub.state).await.unwrap().faults;
    assert_eq!(faults, Vec::<String>::new());
    let refused: Vec<String> = heard.iter().filter(|h| h.status != 200).map(|h| h.code.clone()).collect();
    (heard.len() - refused.len(), refused)
}

async fn of_contradictions_one_is_recorded(base: Base) {
    let table = Table::set(base).await;
    let generations = [table.generation().await, table.generation().await, table.generation().await];
    let (recorded, refused) = at_once(&table, &generations).await;
    assert_eq!((recorded, refused), (1, vec!["vault-twice".to_owned(); 2]));

    let rosters = [table.roster(&["bram"], &[]).await, table.roster(&[], &["noor"]).await];
    let (recorded, refused) = at_once(&table, &rosters).await;
    assert_eq!((recorded, refused), (1, vec!["other-roster".to_owned()]));
}

async fn the_same_at_once_is_recorded_once(base: Base) {
    let table = Table::set(base).await;
    let approval = table.approval().await;
    let before = journal_size(table.stage()).await;
    let (recorded, _) = at_once(&table, &vec![approval; 8]).await;
    assert_eq!((recorded, journal_size(table.stage()).await), (8, before + 1));

    // What is approved and what is taken out: both may be, in one order or the other.
    let table = Table::set(base).await;
    let (approval, retraction) = (table.approval().await, table.retraction().await);
    let (recorded, refused) = at_once(&table, &[approval, retraction]).await;
    assert!(recorded == 2 || refused == ["retracted"], "{recorded}: {refused:?}");
}

/// Whoever finds the slip too, and is as quick.
async fn a_slip_makes_one_key(base: Base) {
    let table = Table::set(base).await;
    let stage = table.stage();
    let new = slip_for(stage, "politie", "Nico Nieuw", "nico@politie-midden-linge.example", None);
    let paper = office(stage, |office| authority::slip(office, &new).unwrap());
    stage.publish().await.unwrap();
    let mut batches = Vec::new();
    for folder in ["nico", "max"] {
        let how = Enrol {
            folder: &stage.home(folder),
            url: Some(table.keeps().url().clone()),
            keep: Keep::Identity(SealingKey::generate()),
            days: MAIL_DAYS,
            language: Language::Dutch,
            clock: &stage.clock,
            random: random(),
        };
        assert!(stage.clock_now() < paper.until);
        enrol(how, &paper, &mut |_| Ok(())).await.err().expect("it is kept back");
        batches.push(table.kept());
    }
    let (recorded, refused) = at_once(&table, &batches).await;
    assert_eq!((recorded, refused), (1, vec!["slip-used".to_owned()]));
}
