//! What someone finds who has the hub's machine in hands: the database row by row, and every file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, AssertSqlSafe, Row};
use walkdir::WalkDir;
use zegel::client::Unattended;
use zegel::client::home::Home;
use zegel::demo::stage::Stage;
use zegel::protocol::id::{Digest, Mac};
use zegel::protocol::payload::Opener;
use zegel::protocol::seal::{FileKey, Header, SealingKey, open_file};

/// The hub's database and folders, whether the hub runs or not.
pub struct Disk {
    database: String,
    folder: PathBuf,
}

impl Disk {
    pub fn of(stage: &Stage) -> Self {
        Self::with(stage, stage.hub.state.config.database.reveal())
    }

    /// The same folders, with another database.
    pub fn with(stage: &Stage, database: &str) -> Self {
        Self { database: database.to_owned(), folder: stage.folder.join("hub") }
    }

    /// Looks at everything, each with its place. What PostgreSQL still holds in memory it writes down first.
    pub async fn each(&self, look: &mut dyn FnMut(&str, &[u8])) {
        let pool = AnyPoolOptions::new().max_connections(1).connect(&self.database).await.unwrap();
        for (table, column, kind) in self.columns(&pool).await {
            self.each_value(&pool, &table, &column, is_bytes(&kind), look).await;
        }
        if let Some(data) = self.postgres_data() {
            sqlx::query("CHECKPOINT").execute(&pool).await.unwrap();
            // Of other databases on the server nothing is ours.
            let own = "SELECT CAST(oid AS TEXT) FROM pg_database WHERE datname = current_database()";
            let own: String = sqlx::query_scalar(own).fetch_one(&pool).await.unwrap();
            let ours = |path: &Path| path.parent() != Some(&data.join("base")) || path.ends_with(&own);
            each_file(&data, &ours, look);
        }
        each_file(&self.folder, &|_| true, look);
        pool.close().await;
    }

    /// What the hub keeps, column by column and file by file, as digests that say nothing of order. The hub must have
    /// nothing to send: what goes out meanwhile would be told as a change.
    ///
    /// Left out is what a refused request changes rightly: when its session was seen last, and which nonce it used
    /// up, so that the same words count once.
    pub async fn kept(&self) -> BTreeMap<String, Vec<Digest>> {
        const PASSING: [&str; 3] = ["session.seen", "nonce.nonce", "nonce.until"];
        let mut kept: BTreeMap<String, Vec<Digest>> = BTreeMap::new();
        let mut note =
            |place: &str, bytes: &[u8]| kept.entry(place.to_owned()).or_default().push(Digest::of(bytes));
        let pool = AnyPoolOptions::new().max_connections(1).connect(&self.database).await.unwrap();
        for (table, column, kind) in self.columns(&pool).await {
            if !PASSING.contains(&format!("{table}.{column}").as_str()) {
                self.each_value(&pool, &table, &column, is_bytes(&kind), &mut note).await;
            }
        }
        pool.close().await;
        // What comes in lies in a file without a name: whatever is found there stayed behind.
        for folder in ["objects", "incoming"] {
            let files = WalkDir::new(self.folder.join(folder)).into_iter().filter_map(Result::ok);
            for file in files.filter(|file| file.file_type().is_file()) {
                note(&file.path().display().to_string(), &fs::read(file.path()).unwrap());
            }
        }
        kept.values_mut().for_each(|digests| digests.sort());
        assert!(kept.len() > 40, "this is not all: {kept:?}");
        kept
    }

    /// PostgreSQL's own files. The URL names the socket, which lies beside them.
    fn postgres_data(&self) -> Option<PathBuf> {
        let (_, host) = self.database.split_once("?host=")?;
        Some(Path::new(host.split('&').next()?).join("data"))
    }

    /// Table, column, and what it holds, in the database's own word.
    pub async fn columns(&self, pool: &AnyPool) -> Vec<(String, String, String)> {
        let sql = match self.postgres_data() {
            Some(_) => {
                "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT)
                 FROM information_schema.columns WHERE table_schema = 'public'"
            }
            None => {
                "SELECT t.name, c.name, c.type FROM sqlite_master t, pragma_table_info(t.name) c
                 WHERE t.type = 'table'"
            }
        };
        let rows = sqlx::query(sql).fetch_all(pool).await.unwrap();
        let column =
            |row: &sqlx::any::AnyRow| (row.get(0), row.get(1), row.get::<String, _>(2).to_lowercase());
        let columns: Vec<_> = rows.iter().map(column).collect();
        assert!(columns.len() > 40, "these are not all columns: {columns:?}");
        columns
    }

    async fn each_value(
        &self,
        pool: &AnyPool,
        table: &str,
        column: &str,
        is_bytes: bool,
        look: &mut dyn FnMut(&str, &[u8]),
    ) {
        let value = if is_bytes { column.to_owned() } else { format!("CAST({column} AS TEXT)") };
        let sql = format!("SELECT {value} FROM {table} WHERE {column} IS NOT NULL");
        let place = format!("{table}.{column}");
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap() {
            match is_bytes {
                true => look(&place, &row.get::<Vec<u8>, _>(0)),
                false => look(&place, row.get::<String, _>(0).as_bytes()),
            }
        }
    }
}

/// Whether a column of this kind holds bytes.
pub fn is_bytes(kind: &str) -> bool {
    ["bytea", "blob"].contains(&kind)
}

fn each_file(folder: &Path, enter: &dyn Fn(&Path) -> bool, look: &mut dyn FnMut(&str, &[u8])) {
    let entries = WalkDir::new(folder).into_iter().filter_entry(|entry| enter(entry.path()));
    let files = entries.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    let mut found = 0;
    for file in files {
        // A running database removes files of its own.
        let Ok(bytes) = fs::read(file.path()) else { continue };
        look(&file.path().display().to_string(), &bytes);
        found += 1;
    }
    assert!(found > 3, "{} can be read", folder.display());
}

/// Who has the disk, and some keys: everything that opens with them, and with what opens then.
#[derive(Default)]
pub struct Thief {
    keys: Vec<SealingKey>,
    files: BTreeSet<Vec<u8>>,
    headers: BTreeSet<Vec<u8>>,
    /// The commitments of all file keys that were found.
    pub opened: BTreeSet<Mac>,
    /// What was found sealed, and read.
    pub read: Vec<Vec<u8>>,
}

impl Thief {
    /// Takes the disk, and the keys in the homes of these people.
    pub async fn with(stage: &Stage, people: &[&str]) -> Self {
        let mut thief = Self::default();
        for person in people {
            thief.keys.extend(secret_keys(stage, person));
        }
        Disk::of(stage)
            .each(&mut |place, bytes| {
                thief.headers.extend(headers_in(bytes));
                // A value of a row, or an object, as a whole; a database's file is many of those.
                if !place.contains("/data/") && !place.contains("zegel.db") && bytes.len() < 1 << 20 {
                    thief.files.insert(bytes.to_vec());
                }
            })
            .await;
        thief.open_all();
        thief
    }

    pub fn headers_found(&self) -> usize {
        self.headers.len()
    }

    /// Opens whatever opens, until nothing new does.
    fn open_all(&mut self) {
        let mut tried = 0;
        let mut file_keys: BTreeMap<Mac, FileKey> = BTreeMap::new();
        loop {
            let before = (self.keys.len(), self.headers.len(), file_keys.len());
            for key in self.keys.iter().skip(tried) {
                let opens = |file: &Vec<u8>| Some(open_file(file, key).ok()?.to_vec());
                self.read.extend(self.files.iter().filter_map(opens));
            }
            tried = self.keys.len();
            for header in self.headers.iter().filter_map(|bytes| Header::parse(bytes).ok()) {
                for key in self.keys.iter().filter_map(|key| header.open(key).ok()) {
                    file_keys.insert(key.commitment(), key);
                }
            }
            for key in file_keys.iter().filter(|(mac, _)| !self.opened.contains(*mac)).map(|(_, key)| key) {
                self.read.extend(self.files.iter().filter_map(|payload| open_payload(payload, key)));
            }
            self.opened = file_keys.keys().copied().collect();
            for text in self.read.clone() {
                // An approval's grants hold headers, a vault's secret a key.
                self.headers.extend(headers_in(&text));
                let line = String::from_utf8_lossy(&text);
                let known = |key: &SealingKey| *key.to_text() == *line.trim();
                if let Some(key) =
                    SealingKey::parse(line.trim()).ok().filter(|_| !self.keys.iter().any(known))
                {
                    self.keys.push(key);
                }
            }
            if before == (self.keys.len(), self.headers.len(), file_keys.len()) {
                return;
            }
        }
    }
}

/// The secret keys in a person's home, of today and of before.
pub fn secret_keys(stage: &Stage, person: &str) -> Vec<SealingKey> {
    let bundle = Home::open(&stage.home(person)).unwrap().unlock(&mut Unattended).unwrap();
    bundle.keys.into_iter().map(|pair| pair.sealing).collect()
}

/// Everything in there that could be the header of an age file for one reader.
fn headers_in(bytes: &[u8]) -> Vec<Vec<u8>> {
    const BEGIN: &[u8] = b"age-encryption.org/v1\n";
    let mut found = Vec::new();
    each_start(bytes, &mut |at| {
        let begins = bytes[at] == b'a' && bytes[at..].starts_with(BEGIN);
        found.extend(bytes.get(at..at + Header::LENGTH).filter(|_| begins).map(<[u8]>::to_vec));
    });
    found
}

/// Every place where something may begin. Databases are full of empty pages: these are passed over at once.
pub fn each_start(bytes: &[u8], start: &mut dyn FnMut(usize)) {
    const PAGE: usize = 4096;
    for (number, page) in bytes.chunks(PAGE).enumerate() {
        let first = if page == &[0; PAGE][..page.len()] { page.len() - 1 } else { 0 };
        (first..page.len()).for_each(|place| start(number * PAGE + place));
    }
}

fn open_payload(payload: &[u8], key: &FileKey) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    Opener::new(payload, key).ok()?.read_to_end(&mut text).ok()?;
    Some(text)
}
