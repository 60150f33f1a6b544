//! Killed without a word, at any moment: the hub, or the program of whoever is at work. The same command, given again,
//! finishes the work; nothing is there twice, nothing half, and nobody has to clear up.

mod judge;
mod kills;
mod works;

use crate::support::Base;
use kills::{Season, Tally, When, Who};
use works::{WORKS, Work};

on_both!(
    whoever_is_killed_the_same_command_finishes_the_work,
    who_is_killed_before_the_answer_was_heard_does_it_once,
);

/// Each work is killed once: the hub in one, the person's own program in the next. On the one database at any moment, on
/// the other as soon as the work is on record.
async fn whoever_is_killed_the_same_command_finishes_the_work(base: Base) {
    let (works, when) = match base {
        Base::Sqlite | Base::Bucket => (&WORKS[..], When::AnyMoment),
        Base::Postgres => (&WORKS[..6], When::OnRecord),
    };
    let mut tally = Tally::default();
    let mut season = Season::begin(base, &mut tally).await;
    for (number, work) in works.iter().enumerate() {
        let who = [Who::Hub, Who::Client][number % 2];
        season.killed_once(*work, who, when).await;
    }
    season.ends().await;
    println!("{tally}");
}

/// All was done, nothing of it is left in the home, and nobody was told: the next command can't see that by anything that is
/// under way.
async fn who_is_killed_before_the_answer_was_heard_does_it_once(base: Base) {
    let mut tally = Tally::default();
    let mut season = Season::begin(base, &mut tally).await;
    for work in [Work::Upload, Work::Batch, Work::Letter, Work::Refer] {
        season.killed_before_it_was_heard(work).await;
    }
    season.ends().await;
}

/// How many houses a long run takes, and how often somebody is killed in each.
const SEASONS: u32 = 20;
const KILLS: u32 = 25;

#[tokio::test]
#[ignore = "takes minutes: make soak"]
async fn killed_five_hundred_times_on_sqlite() {
    seasons(Base::Sqlite).await;
}

#[tokio::test]
#[ignore = "takes minutes: make soak"]
async fn killed_five_hundred_times_on_postgresql() {
    seasons(Base::Postgres).await;
}

async fn seasons(base: Base) {
    let mut tally = Tally::default();
    for _ in 0..SEASONS {
        let mut season = Season::begin(base, &mut tally).await;
        let mut turn = 0;
        while season.kills() < KILLS {
            season.killed(Work::at(turn), KILLS).await;
            turn += 1;
        }
        season.ends().await;
        println!("{tally}");
    }
    assert_eq!(tally.kills(), SEASONS * KILLS);
}
