//! One SQL text for SQLite and PostgreSQL.

use super::sources::{File, Rust};
use super::walls::{contains_word, each_line};

/// What only one of the two understands, or what they understand differently; and what to write instead.
const ONE_SIDED: &[(&str, &str)] = &[
    ("AUTOINCREMENT", "number rows in the deed"),
    ("SERIAL", "number rows in the deed"),
    ("BIGSERIAL", "number rows in the deed"),
    ("AS IDENTITY", "number rows in the deed"),
    ("BLOB", "write BYTEA"),
    ("JSON", "write TEXT"),
    ("JSONB", "write TEXT"),
    ("BOOLEAN", "write BIGINT, 0 or 1"),
    ("INTEGER", "write BIGINT"),
    ("DATETIME", "write TEXT, as a Moment is written"),
    ("TIMESTAMP", "write TEXT, as a Moment is written"),
    ("TIMESTAMPTZ", "write TEXT, as a Moment is written"),
    ("CURRENT_TIMESTAMP", "bind the clock's moment"),
    ("NOW()", "bind the clock's moment"),
    ("RANDOM()", "bind what the source of randomness gave"),
    ("STRFTIME", "bind the clock's moment"),
    ("WITHOUT ROWID", "leave it out"),
    ("FOR UPDATE", "begin the deed with the journal's row, which is the lock"),
    ("SKIP LOCKED", "begin the deed with the journal's row, which is the lock"),
    ("INSERT OR", "write ON CONFLICT"),
    ("REPLACE INTO", "write ON CONFLICT"),
    ("ILIKE", "store what is compared in one case"),
    ("GLOB", "write LIKE"),
    ("SELECT EXISTS", "write SELECT COUNT(*): the two give a truth in different types"),
    ("ANY(", "write IN"),
    ("IFNULL", "write COALESCE"),
    ("GROUP_CONCAT", "join in the program"),
    ("STRING_AGG", "join in the program"),
    ("::TEXT", "write CAST"),
    ("::BIGINT", "write CAST"),
    ("PRAGMA", "settings of a connection belong in src/hub/db.rs"),
];

/// Where the difference between the two databases is dealt with.
const BOTH_SIDES: &str = "src/hub/db.rs";

pub fn one_sql_text_for_both_databases(files: &[File]) -> Vec<String> {
    let migrations = files.iter().filter(|file| file.is_within("migrations") && file.path.ends_with(".sql"));
    let mut broken: Vec<String> = migrations.flat_map(in_migration).collect();
    let hub =
        || files.iter().filter(|file| file.is_rust() && file.is_within("src/hub") && file.path != BOTH_SIDES);
    broken.extend(hub().flat_map(in_program));
    broken.extend(each_line(hub(), |line| {
        let builder = contains_word(line, "QueryBuilder");
        builder.then(|| {
            "uses `QueryBuilder`: it writes `?`, which PostgreSQL refuses; write the text with $1".to_owned()
        })
    }));
    broken
}

fn in_migration(file: &File) -> Vec<String> {
    let lines = file.text().lines().map(|line| line.split("--").next().unwrap_or_default());
    lines.enumerate().filter_map(|(index, line)| complaint(&file.path, index, line)).collect()
}

/// Only strings that are SQL count.
fn in_program(file: &File) -> Vec<String> {
    let mut broken = vec![];
    for (start, text) in Rust::without_tests(file).strings.iter().filter(|(_, text)| is_sql(text)) {
        for (index, line) in text.lines().enumerate().map(|(index, line)| (start + index, line)) {
            broken.extend(complaint(&file.path, index, line));
            if line.contains('?') {
                broken.push(format!(
                    "{}:{} has `?` in SQL: PostgreSQL wants $1, and SQLite takes it.",
                    file.path,
                    index + 1
                ));
            }
        }
    }
    broken
}

fn is_sql(text: &str) -> bool {
    let text = text.trim_start_matches(['\\', ' ', '\n']);
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH ", "CREATE ", "PRAGMA "]
        .iter()
        .any(|verb| text.starts_with(verb))
}

fn complaint(path: &str, index: usize, line: &str) -> Option<String> {
    let upper = line.to_uppercase();
    let (word, instead) = ONE_SIDED.iter().find(|(word, _)| contains_word(&upper, word))?;
    Some(format!("{path}:{} has `{word}`, which the two databases do not share: {instead}.", index + 1))
}

/// `0001_what_it_does.sql`, counted without a gap, each beginning with a line that says what it is for.
pub fn migrations_are_numbered_and_say_what_they_do(files: &[File]) -> Vec<String> {
    let mut broken = vec![];
    let migrations = files.iter().filter(|file| file.is_within("migrations") && file.path.ends_with(".sql"));
    for (index, file) in migrations.enumerate() {
        let number = format!("migrations/{:04}_", index + 1);
        if !file.path.starts_with(&number) {
            broken.push(format!(
                "{} should begin with {number}: migrations are counted without a gap.",
                file.path
            ));
        }
        if !file.text().starts_with("-- ") {
            broken.push(format!("{} should begin with a line `-- …` that says what it is for.", file.path));
        }
    }
    broken
}
