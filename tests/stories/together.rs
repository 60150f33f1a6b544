//! Forty programs at one time, doing the same or what can't go together, in an order that is left to chance. Whoever
//! hears yes has what was done in the journal; whoever hears no hears why, and can do it again; nothing is there twice;
//! and in the end tables and objects are what the journal says, on both databases.

mod door;
mod house;
mod meeting;
mod race;

use std::sync::Arc;

use zegel::demo::stage::Stage;
use zegel::hub::check::check;
use zegel::hub::journal;
use zegel::hub::past::Past;
use zegel::protocol::id::CaseNumber;

use crate::support::scene::{AGENDA, comes_in, comes_to_the_table, date, femke_contributes};
use crate::support::{Base, Play, play_with};

const PEOPLE: &[&str] =
    &["sanne", "hugo", "joris", "mila", "ellen", "femke", "pieter", "noor", "daan", "bram"];
/// So many at one time, and how often they meet, in an ordinary run of the tests.
const MANY: usize = 6;
const ONCE: usize = 1;
/// And in a long one.
const ALL: usize = 40;
const OFTEN: usize = 4;
/// Nobody is kept out for being refused often: that is a story of its own.
const SETTINGS: &str = "[limits]\nbad_writes = 1000000\nsign_ins = 1000000\n";

/// Each is told on both databases, with a few programs, and at length when there is time.
macro_rules! together {
    ($($race:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $race() { $crate::together::rounds($crate::support::Base::Sqlite, false, super::$race).await })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $race() { $crate::together::rounds($crate::support::Base::Postgres, false, super::$race).await })+
        }
        mod forty {
            mod sqlite {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                #[ignore = "takes minutes: make soak"]
                async fn $race() {
                    $crate::together::rounds($crate::support::Base::Sqlite, true, super::super::$race).await
                })+
            }
            mod postgres {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                #[ignore = "takes minutes: make soak"]
                async fn $race() {
                    $crate::together::rounds($crate::support::Base::Postgres, true, super::super::$race).await
                })+
            }
        }
    };
}
use together;

/// They meet once, or time after time; and after each all is well.
async fn rounds(base: Base, long: bool, race: impl AsyncFn(&Stage, usize)) {
    let Play { stage, .. } = &play_with(base, PEOPLE, SETTINGS).await;
    let (many, rounds) = if long { (ALL, OFTEN) } else { (MANY, ONCE) };
    for _ in 0..rounds {
        race(stage, many).await;
        all_is_well(stage).await;
        stage.clock.advance(60);
    }
}

/// The tables are what the journal makes them, and what the hub remembers is what it would read.
async fn all_is_well(stage: &Stage) {
    let hub = &stage.hub.state;
    assert_eq!(check(hub).await.unwrap().faults, Vec::<String>::new());
    let mut connection = hub.db.read().acquire().await.unwrap();
    let size = journal::size(&mut connection).await.unwrap() as i64;
    let cases: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT scope FROM statement WHERE scope <> 'house'")
            .fetch_all(&mut *connection)
            .await
            .unwrap();
    let cases: Vec<CaseNumber> = cases.iter().map(|case| case.parse().unwrap()).collect();
    let anew = Arc::new(Past::new(hub.config.hub.clone(), hub.past.authority().clone()));
    let remembered = hub.past.load(&mut connection, size, &cases).await.unwrap();
    let read = anew.load(&mut connection, size, &cases).await.unwrap();
    assert_eq!(format!("{:?}", remembered.house), format!("{:?}", read.house));
    assert_eq!(format!("{:?}", remembered.cases), format!("{:?}", read.cases));
}

/// How many statements there are of a kind in a case.
async fn recorded(stage: &Stage, case: CaseNumber, kind: &str) -> usize {
    let sql = "SELECT COUNT(*) FROM statement WHERE scope = $1 AND kind = $2";
    let count = sqlx::query_scalar(sql).bind(case.to_string()).bind(kind.to_owned());
    let count: i64 = count.fetch_one(stage.hub.state.db.read()).await.unwrap();
    count as usize
}

/// A case at the table with Noor and Femke, for which Femke has contributed and everyone is asked.
async fn at_the_table(stage: &Stage) -> CaseNumber {
    let case = comes_in(stage).await;
    comes_to_the_table(stage, case).await;
    stage.plans("joris", case, date(), &["noor", "femke"], &[], Some(AGENDA)).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    case
}
