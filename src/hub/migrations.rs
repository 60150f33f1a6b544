//! The database's tables, version by version: the files of `migrations/`, which the program holds itself.
//!
//! Listed here, and not found by sqlx's macro: that would build both databases' drivers a second time, for the
//! compiler to use.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../migrations/", $name, ".sql")))),*]
    };
}

/// The first is version 1, and so on: each a file's name, and what it does. None changes once it was released.
const FILES: [(&str, &str); 6] = files![
    "0001_ground",
    "0002_statements",
    "0003_mail",
    "0004_mail_per_hour",
    "0005_shown_kind",
    "0006_allowance",
];

/// What makes or updates a hub's tables.
pub fn all() -> Migrator {
    let migration = |(version, (name, text)): (i64, (&str, &'static str))| {
        let words = name.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
        Migration::new(
            version,
            words.replace('_', " ").into(),
            MigrationType::Simple,
            text.into_sql_str(),
            false,
        )
    };
    Migrator::with_migrations((1..).zip(FILES).map(migration).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[tokio::test]
    async fn every_file_is_listed_and_is_known_by_what_sqlx_would_make_of_it() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let of = |migrator: Migrator| {
            let migrations = migrator.migrations.iter();
            migrations
                .map(|it| (it.version, it.description.clone(), it.checksum.clone(), it.no_tx))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(all()), of(Migrator::new(folder).await.unwrap()));
    }
}
