//! Somebody who has the hub's machine changes its tables. `zegel check` finds it.

use std::cell::Cell;

use zegel::client::verbs::meeting::decide::retract;
use zegel::client::verbs::meeting::roster::Plan;
use zegel::clock::Clock;
use zegel::hub::check::check;
use zegel::hub::upload;
use zegel::protocol::words::{ItemKind, Seat};

use crate::support::Base;
use crate::support::door::signs_in;
use crate::support::scene::{AGENDA, date, femke_contributes, joris_releases, paper, prepared};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor", "bram"];

on_both!(whoever_changes_the_tables_is_found_out, whoever_checks_while_others_work_finds_nothing);

/// One change after the other, each with words of the finding that it adds.
const CHANGES: &[(&str, &str)] = &[
    ("DELETE FROM holder WHERE member = (SELECT MIN(member) FROM holder)", "is not in the table"),
    (
        "UPDATE holder SET generation = 7 WHERE member = (SELECT MAX(member) FROM holder)",
        "no statement says so",
    ),
    (
        "UPDATE sealed_part SET length = length + 1 WHERE part = 'body'
         AND statement = (SELECT MIN(statement) FROM sealed_part WHERE part = 'body')",
        "not what was signed",
    ),
    (
        "UPDATE sealed_part SET payload = (SELECT p.payload FROM sealed_part p WHERE p.part = 'grounds'
         ORDER BY p.statement LIMIT 1)
         WHERE part = 'outcome'",
        "its bytes were altered",
    ),
    ("DELETE FROM sealed_part WHERE part = 'grants'", "the part is not there"),
    (
        "INSERT INTO header (statement, part, reader, bytes)
         SELECT statement, part, 'mem_0000000000000000', bytes FROM header WHERE reader LIKE 'mem_%'
         ORDER BY statement, part, reader LIMIT 1",
        "no statement names this key for mem_0000000000000000",
    ),
    ("DELETE FROM header WHERE reader LIKE 'vlt_%' AND part = 'label'", "is missing"),
    // A signed-in record's place is taken by a statement that nobody signed.
    (
        "INSERT INTO statement (leaf, id, kind, scope, signer, at, text, signature)
         SELECT (SELECT MIN(l.leaf) FROM leaf l WHERE NOT EXISTS (SELECT 1 FROM statement t WHERE t.leaf = l.leaf)),
                'sha256:0', 'directory', 'house', 'authority', s.at, s.text, s.signature
         FROM statement s WHERE s.kind = 'directory' AND s.leaf = (SELECT MIN(leaf) FROM statement
         WHERE kind = 'directory')",
        "a statement that was not recorded there",
    ),
    (
        "UPDATE statement SET signer = 'hub' WHERE leaf = (SELECT MAX(leaf) FROM statement WHERE kind = 'vault')",
        "kept as another's",
    ),
    (
        "INSERT INTO session (id, token, member, key, begun, seen, until)
         SELECT 'made-up', 'made-up', member, key, begun + 1, seen, until FROM session
         WHERE id = (SELECT MIN(id) FROM session)",
        "did not sign in then",
    ),
    (
        "INSERT INTO bundle_fetch (fetch_id, member, number, bundle, statement)
         SELECT 'sha256:1', member, number, bundle, statement FROM bundle_fetch
         WHERE fetch_id = (SELECT MIN(fetch_id) FROM bundle_fetch)",
        "an id that is not its owner's",
    ),
    ("DELETE FROM shown WHERE who = (SELECT MIN(who) FROM shown WHERE who LIKE 'mem_%')", "who may see it"),
    (
        "DELETE FROM attachment WHERE statement = (SELECT id FROM statement WHERE leaf = (SELECT MAX(leaf) FROM statement
         WHERE kind = 'key'))",
        "An attachment that the statement names is missing",
    ),
    ("UPDATE leaf SET event = 'nonsense' WHERE leaf = (SELECT MAX(leaf) FROM leaf)", "can't be read"),
    ("DELETE FROM leaf WHERE leaf = (SELECT MAX(leaf) FROM statement WHERE kind = 'ask')", "is gone"),
];

async fn whoever_changes_the_tables_is_found_out(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let planned = stage.plans("joris", case, date(), &["noor", "femke"], &[], Some(AGENDA)).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &["noor"]).await.unwrap();
    joris_releases(stage, case).await;
    let bram = stage.invited("bram", Seat::Delegate).unwrap();
    let plan = Plan { meeting: Some(planned.meeting), add: vec![bram], ..Plan::default() };
    stage.changes("joris", case, plan).await.unwrap();
    assert_eq!(check(&stage.hub.state).await.unwrap().faults, Vec::<String>::new());

    let mut before = 0;
    for (change, finding) in CHANGES {
        let done = sqlx::query(*change).execute(stage.hub.state.db.writer()).await.unwrap();
        assert!(done.rows_affected() > 0, "{change}");
        let faults = check(&stage.hub.state).await.unwrap().faults;
        assert!(faults.len() > before, "{change}");
        assert!(faults.iter().any(|fault| fault.contains(finding)), "{change}: {faults:#?}");
        before = faults.len();
    }
}

/// The hub goes on: people sign in, put things in and take them out.
async fn whoever_checks_while_others_work_finds_nothing(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    let at_work = Cell::new(true);
    let works = async {
        for number in 0..6 {
            signs_in(stage, "noor").await;
            let name = format!("stuk{number}.txt");
            let new = paper(stage, &name, &name, ItemKind::Contribution, &name.repeat(50_000));
            let item = stage.contributes("femke", case, vec![new]).await.unwrap().items[0].item;
            at!(stage, "femke", |ctx| retract(ctx, case, &item.to_string())).0.unwrap();
            upload::sweep(&stage.hub.state, stage.clock.now()).await.unwrap();
        }
        at_work.set(false);
    };
    let checks = async {
        let mut times = 0;
        while at_work.get() {
            assert_eq!(check(&stage.hub.state).await.unwrap().faults, Vec::<String>::new());
            times += 1;
        }
        times
    };
    let ((), times) = tokio::join!(works, checks);
    assert!(times > 3, "{times} times");
}
