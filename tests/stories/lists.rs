//! The list of cases is found in one of two ways; it says the same.

use serde_json::Value;
use sqlx::Row;
use zegel::client::Unattended;
use zegel::clock::Clock;
use zegel::demo::stage::Stage;
use zegel::hub::access::of_kind;
use zegel::hub::journal;
use zegel::hub::web::Caller;
use zegel::protocol::id::Digest;
use zegel::protocol::statement::Bundle;
use zegel::protocol::words::Number;

use crate::support::door::{get, signs_in};
use crate::support::hands::signed;
use crate::support::scene::comes_in;
use crate::support::{Base, play};

on_both!(
    whoever_holds_many_vaults_is_listed_the_same_cases,
    what_is_shown_to_two_vaults_of_somebody_counts_once,
    long_statements_come_on_several_pages,
);

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter"];

async fn whoever_holds_many_vaults_is_listed_the_same_cases(base: Base) {
    let play = play(base, PEOPLE).await;
    let stage = &play.stage;
    for _ in 0..3 {
        comes_in(stage).await;
    }
    let before = all_lists(stage).await;
    let counts: Vec<usize> = before.iter().map(|list| list["cases"].as_array().unwrap().len()).collect();
    assert_eq!(
        counts,
        [3, 2, 3, 2, 3, 2, 0, 0, 0, 0],
        "the referrer's and who run them; from the start, and after one"
    );
    for who in PEOPLE {
        holds_many(stage, who).await;
    }
    assert_eq!(all_lists(stage).await, before);
}

/// Joris holds the house's vault, to which each case was shown at first, and the vault of each.
async fn what_is_shown_to_two_vaults_of_somebody_counts_once(base: Base) {
    let play = play(base, PEOPLE).await;
    let stage = &play.stage;
    let mut cases = Vec::new();
    for _ in 0..3 {
        cases.push(comes_in(stage).await.to_string());
    }
    let hub = &stage.hub.state;
    let mut connection = hub.db.read().acquire().await.unwrap();
    let size = journal::size(&mut connection).await.unwrap() as i64;
    let house = hub.past.load(&mut connection, size, &[]).await.unwrap().house;
    let joris = &house.members[&stage.member("joris").unwrap()];
    let joris = Caller::of(&house, joris, stage.clock.now());
    for most in 1..=4 {
        let rows = of_kind(&mut connection, joris, "case", -1, most).await.unwrap();
        let listed: Vec<String> = rows.iter().map(|row| row.get("scope")).collect();
        assert_eq!(listed, cases[..(most as usize).min(3)], "{most} at most");
    }
}

/// A few statements can be as long as hundreds are.
async fn long_statements_come_on_several_pages(base: Base) {
    let play = play(base, PEOPLE).await;
    let stage = &play.stage;
    let (home, remote) = stage.desk("femke").unwrap();
    let (mut out, mut ask) = (std::io::sink(), Unattended);
    let (secrets, world) = stage.context(&home, &remote, &mut out, &mut ask).begin().await.unwrap();
    for number in 2..=9 {
        let batch = signed(stage, &secrets, &world, |draft| {
            let digest = draft.attach(b"a bundle".to_vec());
            let fetch = (0..2500).map(|id| Digest::of(format!("{number} {id}").as_bytes())).collect();
            Bundle { number: Number(number), digest, fetch }.into()
        });
        remote.post(&batch).await.unwrap();
    }
    drop(home);
    let token = signs_in(stage, "femke").await;
    let (mut after, mut pages, mut found) = (String::new(), 0, 0);
    loop {
        let page = get(stage, &token, &format!("v1/statements?scope=house&kind=bundle{after}")).await;
        let page = page.json();
        let entries = page["entries"].as_array().unwrap();
        let bytes: usize = entries.iter().map(|entry| entry["statement"].as_str().unwrap().len()).sum();
        assert!(bytes < (1 << 20) + (256 << 10), "{bytes}");
        (pages, found) = (pages + 1, found + entries.len());
        if page["more"] == false {
            break;
        }
        after = format!("&after={}", entries.last().unwrap()["leaf"]);
    }
    assert_eq!((pages, found), (2, 9));
}

/// What each of them is listed, from the start and after the first case.
async fn all_lists(stage: &Stage) -> Vec<Value> {
    let first = "SELECT MIN(leaf) FROM statement WHERE kind = 'case'";
    let first: i64 = sqlx::query_scalar(first).fetch_one(stage.hub.state.db.read()).await.unwrap();
    let mut lists = Vec::new();
    for who in PEOPLE {
        let token = signs_in(stage, who).await;
        for path in ["v1/cases".to_owned(), format!("v1/cases?after={first}")] {
            lists.push(get(stage, &token, &path).await.json());
        }
    }
    lists
}

/// As if of so many cases that nobody would wait for them to be made.
async fn holds_many(stage: &Stage, who: &str) {
    let member = stage.member(who).unwrap().to_string();
    for number in 0..100 {
        let held = "INSERT INTO holder (vault, generation, member, key, secret) VALUES ($1, 1, $2, '', '')";
        let held = sqlx::query(held).bind(format!("vlt_{number:016}")).bind(member.clone());
        held.execute(stage.hub.state.db.writer()).await.unwrap();
    }
}
