//! All that a hub's tables hold, so that one hub's can be held against another's, whatever the database.

use std::collections::BTreeMap;

use sqlx::any::AnyRow;
use sqlx::{AnyPool, AssertSqlSafe, Row};

use crate::hub::Hub;

/// What a hub draws at random, and what follows from that. Names that stand for something are replaced by what they
/// stand for, salts and the tree over them are for `zegel check`.
const RANDOM: &[&str] = &[
    "leaf.scope_salt",
    "leaf.event_half",
    "leaf.event_salt",
    "node.hash",
    "part.object",
    "upload.id",
    "outbox.id",
    "outbox.claim",
];
/// Nobody reads or signs in here, and how the database was made is its own business.
const APART: &[&str] = &["session", "nonce", "_sqlx_migrations"];

/// Rows by table, each as a text, sorted.
pub type Dump = BTreeMap<String, Vec<String>>;

pub async fn dump(hub: &Hub) -> Dump {
    let pool = hub.state.db.read();
    let (tables, uploads) = (tables(pool).await, uploads(pool).await);
    assert!(tables.len() >= 15, "these are not all tables: {:?}", tables.keys());
    let mut dump = Dump::new();
    for (table, columns) in tables {
        dump.insert(table.clone(), rows(pool, &table, &columns, &uploads).await);
    }
    dump
}

/// Each table's columns, and whether they hold bytes, in the order of their names.
async fn tables(pool: &AnyPool) -> BTreeMap<String, Vec<(String, bool)>> {
    let sqlite = "SELECT t.name, c.name, c.type FROM sqlite_master t, pragma_table_info(t.name) c
                  WHERE t.type = 'table'";
    let postgres = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT)
                    FROM information_schema.columns WHERE table_schema = 'public'";
    let found = match sqlx::query(sqlite).fetch_all(pool).await {
        Ok(rows) => rows,
        Err(_) => sqlx::query(postgres).fetch_all(pool).await.unwrap(),
    };
    let mut tables: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for row in found {
        let (table, column, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        if !APART.contains(&table.as_str()) {
            let is_bytes = ["bytea", "blob"].contains(&kind.to_lowercase().as_str());
            tables.entry(table).or_default().push((column, is_bytes));
        }
    }
    tables.values_mut().for_each(|columns| columns.sort());
    tables
}

/// What each upload's random name stands for: its payload.
async fn uploads(pool: &AnyPool) -> BTreeMap<String, String> {
    let sql = "SELECT id, COALESCE(digest, '') FROM upload";
    let rows: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(pool).await.unwrap();
    rows.into_iter().collect()
}

async fn rows(
    pool: &AnyPool,
    table: &str,
    columns: &[(String, bool)],
    uploads: &BTreeMap<String, String>,
) -> Vec<String> {
    let columns: Vec<_> =
        columns.iter().filter(|(name, _)| !RANDOM.contains(&format!("{table}.{name}").as_str())).collect();
    let value = |(name, is_bytes): &&(String, bool)| match is_bytes {
        true => name.clone(),
        false => format!("CAST({name} AS TEXT)"),
    };
    let select: Vec<String> = columns.iter().map(value).collect();
    // What no statement claimed is of who was refused.
    let claimed = match table {
        "upload" => " WHERE state IN ('claimed', 'gone')",
        "part" => " WHERE upload IN (SELECT id FROM upload WHERE state IN ('claimed', 'gone'))",
        _ => "",
    };
    let sql = format!("SELECT {} FROM {table}{claimed}", select.join(", "));
    let text = |row: &AnyRow| -> String {
        let value = |(place, (name, is_bytes)): (usize, &&(String, bool))| {
            let value = match is_bytes {
                true => row.get::<Option<Vec<u8>>, _>(place).map(hex::encode),
                false => row.get::<Option<String>, _>(place),
            };
            let value = value.map(|text| uploads.get(&text).cloned().unwrap_or(text));
            format!("{name}={}", value.as_deref().unwrap_or("nothing"))
        };
        columns.iter().enumerate().map(value).collect::<Vec<_>>().join(" ")
    };
    let found = sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
    let mut rows: Vec<String> = found.iter().map(text).collect();
    rows.sort();
    rows
}

/// The first rows in which two dumps differ.
pub fn difference(one: &Dump, other: &Dump) -> Vec<String> {
    let mut found = Vec::new();
    for table in one.keys().chain(other.keys()) {
        let (one, other) = (&one[table], &other[table]);
        let only = |some: &[String], all: &[String], whose: &str| -> Vec<String> {
            let only = some.iter().filter(|row| !all.contains(row)).take(3);
            only.map(|row| format!("{table}, only in the {whose}: {row:.400}")).collect()
        };
        found.extend(only(one, other, "one"));
        found.extend(only(other, one, "other"));
        if one.len() != other.len() {
            found.push(format!("{table}: {} rows and {}", one.len(), other.len()));
        }
    }
    found
}
