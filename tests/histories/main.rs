//! Any row of deeds, whoever does them in whatever order: hub and history in memory say the same of each, the tables
//! are what replaying the journal makes them, and the same statements make the same tables at another hub, on
//! another database.

mod deeds;
mod dump;
mod hub;
#[path = "../support/postgres.rs"]
mod postgres;
mod real;
mod seen;
#[path = "../support/story.rs"]
mod story;
mod tale;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use zegel::protocol::statement::{Body, Retraction};

use deeds::{Deed, What, a_deed};
use dump::{difference, dump};
use hub::Hub;
use real::Signed;
use story::{Story, named};
use tale::Tale;

/// How many rows of how many deeds, and each which is told on PostgreSQL too.
struct Much {
    rows: u32,
    deeds: usize,
    postgres: u32,
}

#[test]
fn any_history_has_one_end_in_memory_and_on_both_databases() {
    let counts = histories(Much { rows: 4, deeds: 120, postgres: 2 });
    let recorded: usize = counts.values().filter_map(|said| said.get(RECORDED)).sum();
    assert!(recorded > 100, "hardly anything was done: {counts:?}");
}

#[test]
#[ignore = "takes minutes: make soak"]
fn hundreds_of_long_histories() {
    let counts = histories(Much { rows: 200, deeds: 300, postgres: 10 });
    for kind in Body::KINDS.iter().filter(|kind| **kind != "login") {
        let said = counts.get(kind).cloned().unwrap_or_default();
        let (recorded, all) = (said.get(RECORDED).copied().unwrap_or(0), said.values().sum::<usize>());
        assert!(recorded > 20, "{kind}: {said:?}");
        // The authority's own program asks for nothing that it may not have.
        let always = ["admission", "exclusion", "revocation", "slip"].contains(kind);
        assert!(always || all > recorded, "{kind}: {said:?}");
    }
}

/// By kind: how many were recorded, and refused for which reason.
type Counts = BTreeMap<&'static str, BTreeMap<String, usize>>;
const RECORDED: &str = "recorded";

fn histories(much: Much) -> Counts {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (begun, folder) = runtime.block_on(begun());
    let config = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::with_cases(much.rows)
    };
    let (counts, row) = (RefCell::new(Counts::new()), Cell::new(0_u32));
    let deeds = vec(a_deed(), much.deeds / 2..=much.deeds);
    let told = TestRunner::new(config).run(&deeds, |deeds| {
        row.set(row.get() + 1);
        let on_postgres = row.get().is_multiple_of(much.postgres);
        runtime.block_on(one(&begun, folder.path(), &deeds, on_postgres, &mut counts.borrow_mut()))
    });
    println!("{} rows of deeds:", row.get());
    counts.borrow().iter().for_each(|(kind, said)| println!("  {kind}: {said:?}"));
    told.unwrap_or_else(|failed| panic!("{failed}"));
    counts.into_inner()
}

/// A house that stands, with a case at the table; and the folder of a hub that has all of it, to be copied.
async fn begun() -> (Tale, tempfile::TempDir) {
    let hub = Hub::empty("sqlite:zegel.db").await;
    let mut tale = Tale::of(&Story::with_house());
    feeds(&hub, &tale.recorded).await;
    let mut counts = Counts::new();
    for deed in deeds::to_the_table() {
        tells(&mut tale, &hub, deed, &mut counts).await.unwrap();
    }
    assert!(counts.values().all(|said| said.keys().all(|said| said == RECORDED)), "{counts:?}");
    (tale, hub.stops().await)
}

async fn feeds(hub: &Hub, recorded: &[Signed]) {
    for signed in recorded {
        let kind = signed.told.statement.body.kind();
        assert_eq!(hub.tries(&[signed]).await, Ok(vec![true]), "{kind}");
    }
}

async fn one(
    begun: &Tale,
    folder: &Path,
    deeds: &[Deed],
    on_postgres: bool,
    counts: &mut Counts,
) -> Result<(), TestCaseError> {
    let hub = Hub::from_copy(folder).await;
    let mut tale = begun.clone();
    for deed in deeds {
        tells(&mut tale, &hub, *deed, counts).await?;
    }
    knows_what_history_says(&hub, &tale).await?;
    prop_assert_eq!(seen::keys_to_the_unseen(&hub, &tale.story.history.house).await, Vec::<String>::new());
    let same = dump(&hub).await;
    let mut databases = vec!["sqlite:zegel.db".to_owned()];
    databases.extend(on_postgres.then(|| postgres::shared().database()));
    for database in databases {
        let other = Hub::empty(&database).await;
        feeds(&other, &tale.recorded).await;
        prop_assert_eq!(difference(&same, &dump(&other).await), Vec::<String>::new(), "{}", database);
        prop_assert_eq!(other.faults().await, Vec::<String>::new());
        other.stops().await;
    }
    hub.stops().await;
    Ok(())
}

/// A deed is done, or refused, and the hub and the history in memory say the same of it.
async fn tells(tale: &mut Tale, hub: &Hub, deed: Deed, counts: &mut Counts) -> Result<(), TestCaseError> {
    match deed.what {
        What::TimePasses => tale.story.passes(i64::from(deed.how) * i64::from(deed.how) * 4),
        What::Again => return is_on_record(tale, hub, deed).await,
        _ => {
            let Some(signed) = tale.signs(hub, deed).await else { return Ok(()) };
            let kind = signed.told.statement.body.kind();
            if deed.who % 8 == 3 {
                nothing_comes_of_it_with_junk(tale, hub, &signed).await?;
            }
            let before = hub.size().await;
            let answer = hub.tries(&[&signed]).await.map(drop);
            let judged = match &answer {
                Err(code) if tale.is_for_the_hub(&signed, deed, code) => answer.clone(),
                _ => tale.judges(&signed).map_err(|refusal| refusal.code().to_owned()),
            };
            prop_assert_eq!(&answer, &judged, "of {:?}:\n{}", deed, signed.told.text);
            prop_assert_eq!(hub.size().await, before + u64::from(answer.is_ok()), "{}", kind);
            let said = answer.err().unwrap_or_else(|| RECORDED.to_owned());
            *counts.entry(kind).or_default().entry(said).or_default() += 1;
        }
    }
    Ok(())
}

/// What was recorded is recorded once, however often it is sent.
async fn is_on_record(tale: &Tale, hub: &Hub, deed: Deed) -> Result<(), TestCaseError> {
    let Some(before) = deeds::pick(&tale.recorded, deed.about) else { return Ok(()) };
    let size = hub.size().await;
    prop_assert_eq!(hub.tries(&[&before]).await, Ok(vec![false]));
    prop_assert_eq!(hub.size().await, size);
    Ok(())
}

/// A batch is recorded whole or not at all.
async fn nothing_comes_of_it_with_junk(tale: &Tale, hub: &Hub, signed: &Signed) -> Result<(), TestCaseError> {
    let case = "ZVH-2026-9999".parse().unwrap();
    let junk = tale.story.signs("Femke", Retraction { case, item: named("nothing") });
    let junk = tale.real.signed(junk, &tale.story);
    let size = hub.size().await;
    prop_assert!(hub.tries(&[signed, &junk]).await.is_err());
    prop_assert_eq!(hub.size().await, size);
    Ok(())
}

/// What the hub remembers, what it reads when it has just started, and what was judged in memory deed by deed.
async fn knows_what_history_says(hub: &Hub, tale: &Tale) -> Result<(), TestCaseError> {
    prop_assert_eq!(hub.faults().await, Vec::<String>::new());
    let history = &tale.story.history;
    let cases: Vec<_> = history.cases.keys().copied().collect();
    for just_started in [false, true] {
        let known = hub.knows(just_started, &cases).await;
        let mut differs = lines_apart(&known.house, &history.house);
        for case in &cases {
            differs.extend(lines_apart(&known.cases.get(case), &history.cases.get(case)));
        }
        prop_assert_eq!(differs, Vec::<String>::new(), "just started: {}", just_started);
    }
    Ok(())
}

/// Where two states differ, in lines of how they are written down for programmers: the first few, and in what they are.
fn lines_apart(one: &impl std::fmt::Debug, other: &impl std::fmt::Debug) -> Vec<String> {
    let (one, other) = (format!("{one:#?}"), format!("{other:#?}"));
    let (ours, theirs): (Vec<&str>, Vec<&str>) = (one.lines().collect(), other.lines().collect());
    let Some(first) = (0..ours.len().max(theirs.len())).find(|at| ours.get(*at) != theirs.get(*at)) else {
        return Vec::new();
    };
    let some = |lines: &[&str]| {
        lines.iter().skip(first).take(8).map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    };
    vec![
        inside(&ours, first),
        format!("{} lines: {}", ours.len(), some(&ours)),
        format!("{} lines: {}", theirs.len(), some(&theirs)),
    ]
}

/// What a line lies in: each line before it that is less far in.
fn inside(lines: &[&str], at: usize) -> String {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut path: Vec<&str> = Vec::new();
    let mut deep = lines.get(at).map_or(usize::MAX, |line| depth(line));
    for line in lines.iter().take(at).rev().filter(|line| !line.trim_start().starts_with(['}', ']', ')'])) {
        if depth(line) < deep {
            deep = depth(line);
            path.push(line.trim());
        }
    }
    path.reverse();
    path.join(" ")
}
