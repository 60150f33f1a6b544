//! A hub of before: today's program brings its database up to date by itself, and all that was there is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::any::AnyPoolOptions;
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, AssertSqlSafe, Row};
use zegel::clock::random;
use zegel::demo::stage::Stage;
use zegel::hub::check::check;
use zegel::hub::config::Config;
use zegel::hub::migrations;
use zegel::hub::serve::open;
use zegel::protocol::words::LanguageWord;

use crate::support::Base;
use crate::support::disk::{Disk, is_bytes};
use crate::support::post::{settles, writes};
use crate::support::scene::{date, femke_contributes, prepared};

on_both!(what_an_older_hub_left_is_all_there);

/// Before these a hub had no mail, or nothing at all.
const FIRST: i64 = 3;

/// From each version since, with a case, a file, a letter and its mail.
async fn what_an_older_hub_left_is_all_there(base: Base) {
    let (play, case) = prepared(base, &["sanne", "joris", "mila", "femke", "pieter"]).await;
    let stage = &play.stage;
    stage.wants_mail("sanne", LanguageWord::Dutch).await.unwrap();
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    femke_contributes(stage, case).await;
    writes(stage, "joris", "sanne", case, "een bericht").await;
    settles(stage).await;
    let today = kept(&Disk::of(stage)).await;
    for of in ["statement.text", "leaf.event", "outbox.letter", "shown.kind", "part.object", "header.bytes"] {
        assert!(today.contains_key(of), "{of} has rows: {:?}", today.keys());
    }
    let versions = migrations::all().iter().map(|migration| migration.version).collect::<Vec<_>>();
    let last = *versions.last().unwrap();
    assert!(last > FIRST, "{versions:?}");
    let folder = tempfile::tempdir().unwrap();
    for version in FIRST..last {
        let database = match base {
            Base::Postgres => crate::postgres::shared().database(),
            Base::Sqlite | Base::Bucket => {
                let file = folder.path().join(format!("{version}.db"));
                std::fs::write(&file, "").unwrap();
                format!("sqlite:{}", file.display())
            }
        };
        is_as_of(stage, &database, version).await;
        let environment = [("ZEGEL__DATABASE".to_owned(), database.clone())];
        let config = Config::load(&stage.folder.join("hub/zegel.toml"), environment).unwrap();
        let hub = open(config, Arc::new(stage.clock.clone()), random()).await.unwrap();
        assert_eq!(check(&hub).await.unwrap().faults, Vec::<String>::new(), "from version {version}");
        hub.db.close().await;
        let updated = kept(&Disk::with(stage, &database)).await;
        let differs = updated.iter().filter(|(place, digests)| today.get(*place) != Some(digests));
        assert_eq!(differs.map(|(place, _)| place).collect::<Vec<_>>(), Vec::<&String>::new());
        assert_eq!(updated.len(), today.len(), "from version {version}");
    }
}

/// All of it but what the database notes of its own versions, which has times.
async fn kept(disk: &Disk) -> BTreeMap<String, Vec<zegel::protocol::id::Digest>> {
    let mut kept = disk.kept().await;
    kept.retain(|place, _| !place.starts_with(VERSIONS));
    kept
}

const VERSIONS: &str = "_sqlx_migrations";

/// Makes an empty database as a hub of that version did, and fills it with what the house has.
async fn is_as_of(stage: &Stage, database: &str, version: i64) {
    let all = migrations::all();
    let before = all.iter().filter(|migration| migration.version <= version).cloned().collect::<Vec<_>>();
    assert!(before.len() < all.iter().count());
    let before = Migrator { migrations: before.into(), ..all };
    let pool = |url: &str| AnyPoolOptions::new().max_connections(1).connect_lazy(url).unwrap();
    let (from, to) = (pool(stage.hub.state.config.database.reveal()), pool(database));
    before.run(&to).await.unwrap();
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (table, column, kind) in Disk::with(stage, database).columns(&to).await {
        tables.entry(table).or_default().push((column, kind));
    }
    tables.remove(VERSIONS);
    // What others refer to comes first.
    let mut order: Vec<_> = tables.into_iter().collect();
    order.sort_by_key(|(table, _)| table != "upload");
    for (table, columns) in order {
        copies(&from, &to, &table, &columns).await;
    }
    from.close().await;
    to.close().await;
}

/// The rows of a table, with the columns that it had.
async fn copies(from: &AnyPool, to: &AnyPool, table: &str, columns: &[(String, String)]) {
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("${place}")).collect();
    let (names, places) = (names.join(", "), places.join(", "));
    sqlx::query(AssertSqlSafe(format!("DELETE FROM {table}"))).execute(to).await.unwrap();
    for row in
        sqlx::query(AssertSqlSafe(format!("SELECT {names} FROM {table}"))).fetch_all(from).await.unwrap()
    {
        let text = AssertSqlSafe(format!("INSERT INTO {table} ({names}) VALUES ({places})"));
        let mut insert = sqlx::query(text);
        for (place, (_, kind)) in columns.iter().enumerate() {
            insert = match kind.as_str() {
                kind if is_bytes(kind) => insert.bind(row.get::<Option<Vec<u8>>, _>(place)),
                "bigint" => insert.bind(row.get::<Option<i64>, _>(place)),
                _ => insert.bind(row.get::<Option<String>, _>(place)),
            };
        }
        insert.execute(to).await.unwrap_or_else(|error| panic!("{table}: {error}"));
    }
}
