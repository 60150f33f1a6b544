//! The database: SQLite or PostgreSQL, with one SQL text for both.
//!
//! That text keeps to `$1`, TEXT, BIGINT and BYTEA, and knows no `FOR UPDATE`: a deed begins with an UPDATE of the
//! row that it is about, which is the lock.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::error::ErrorKind;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor};

use super::migrations;

/// A deed's transaction. Undone when dropped before `commit`.
pub type Tx = sqlx::Transaction<'static, Any>;

/// How long a deed waits for its turn, and a reader for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a deed asks for its turn when another program holds the database.
const TRIES: u32 = 3;
const CONNECTIONS: u32 = 8;

/// The pools. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    writers: AnyPool,
    readers: AnyPool,
    /// SQLite's file. PostgreSQL has none.
    file: Option<PathBuf>,
}

impl Db {
    /// Opens the database, makes the SQLite file when there is none, and brings its tables up to date. `url`
    /// is `sqlite:` and a path, or `postgres://…`, as [`Config`](super::config::Config) makes it.
    pub async fn open(url: &str) -> Result<Self, DbError> {
        sqlx::any::install_default_drivers();
        let file = url.strip_prefix("sqlite:").map(PathBuf::from);
        let db = match file {
            // SQLite lets one writer in at a time: better that they queue here than that they meet there.
            Some(file) => {
                private_file(&file).map_err(|error| DbError(sqlx::Error::Io(error)))?;
                // Made above, and never again: a new connection would put an empty file in the place of one that is gone.
                let url = format!("{url}?mode=rw");
                let writers = pool(&url, 1).await?;
                Self { writers, readers: pool(&url, CONNECTIONS).await?, file: Some(file) }
            }
            // Deeds wait for each other with a connection in hand: reads have their own.
            None => Self {
                writers: pool(url, CONNECTIONS).await?,
                readers: pool(url, CONNECTIONS).await?,
                file: None,
            },
        };
        migrations::all().run(&db.writers).await.map_err(|error| DbError(error.into()))?;
        Ok(db)
    }

    /// Begins a deed.
    ///
    /// In SQLite it holds the write lock from here on, so that it can't fail halfway because another deed wrote;
    /// in PostgreSQL it is READ COMMITTED, and the row that it first updates is its lock.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        if self.file.is_none() {
            return Ok(self.writers.begin().await?);
        }
        let mut tries = 1;
        loop {
            match self.writers.begin_with("BEGIN IMMEDIATE").await.map_err(DbError) {
                Err(error) if error.kind() == DbErrorKind::Conflict && tries < TRIES => tries += 1,
                outcome => return outcome,
            }
        }
    }

    /// All that is there at one moment, to be read by many questions while others write.
    pub async fn snapshot(&self) -> Result<Tx, DbError> {
        let begin = match self.file {
            Some(_) => "BEGIN",
            None => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        };
        Ok(self.readers.begin_with(begin).await?)
    }

    /// For reads outside a deed.
    pub fn read(&self) -> &AnyPool {
        &self.readers
    }

    /// For a write of one statement, which is a transaction by itself.
    pub fn writer(&self) -> &AnyPool {
        &self.writers
    }

    /// Whether the database answers, and SQLite's file is still where it was: an open file that was removed goes
    /// on working until the hub stops, and then all is lost.
    pub async fn ping(&self) -> Result<(), DbError> {
        if let Some(file) = &self.file
            && let Err(gone) = tokio::fs::metadata(file).await
        {
            return Err(DbError(sqlx::Error::Io(gone)));
        }
        sqlx::query("SELECT COUNT(*) FROM upload WHERE id = ''").fetch_one(&self.readers).await?;
        Ok(())
    }

    /// Cuts off SQLite's log of writes, which keeps what was erased until something as large is written again. Where
    /// somebody reads just now, the next time does it. PostgreSQL sees to its own.
    pub async fn tidy(&self) -> Result<(), DbError> {
        if self.file.is_some() {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writers).await?;
        }
        Ok(())
    }

    /// Ends all connections, once those in use have come back.
    pub async fn close(&self) {
        self.writers.close().await;
        self.readers.close().await;
    }
}

/// Makes the file, or takes it back, for the hub's own user only. SQLite gives its log beside it the same rights.
fn private_file(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let made = std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file)?;
    made.set_permissions(std::fs::Permissions::from_mode(0o600))
}

async fn pool(url: &str, connections: u32) -> Result<AnyPool, DbError> {
    // Statements' texts are ours, but their arguments are not: nothing of them is logged.
    let options = url.parse::<AnyConnectOptions>()?.disable_statement_logging();
    let pool = AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .after_connect(|connection, _| Box::pin(set_up(connection)))
        .before_acquire(|connection, _| Box::pin(is_fresh(connection)))
        .connect_with(options)
        .await?;
    Ok(pool)
}

/// A full disk makes SQLite undo a deed by itself. Our side then finds nothing to undo, and takes the connection to be
/// within that deed for good: no deed could begin on it any more. Such a one is closed, and another takes its place.
async fn is_fresh(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    Ok(!connection.is_in_transaction())
}

/// What SQLite forgets with each connection. FULL: what was answered "done" survives a power cut.
async fn set_up(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    if connection.backend_name() != "SQLite" {
        return Ok(());
    }
    for pragma in [
        "PRAGMA busy_timeout = 5000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        // What is erased is overwritten, not just forgotten.
        "PRAGMA secure_delete = ON",
    ] {
        connection.execute(pragma).await?;
    }
    Ok(())
}

/// What a caller can do about a database error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DbErrorKind {
    /// There is such a row already.
    Unique,
    /// Another deed was in the way; the same deed may do well when tried again.
    Conflict,
    /// The database doesn't answer, or has no room.
    Unavailable,
    /// None of these: a fault of ours.
    Other,
}

/// A database error. What it says is for the log, not for an answer.
#[derive(Debug, thiserror::Error)]
#[error("the database: {0}")]
pub struct DbError(#[from] sqlx::Error);

impl DbError {
    /// The database holds what no deed of ours leaves there.
    pub fn damaged(what: impl std::fmt::Display) -> Self {
        Self(sqlx::Error::Decode(format!("damaged: {what}").into()))
    }

    pub fn kind(&self) -> DbErrorKind {
        use DbErrorKind::{Other, Unavailable, Unique};
        match &self.0 {
            sqlx::Error::Database(error) => match error.kind() {
                ErrorKind::UniqueViolation => Unique,
                _ => error.code().map_or(Other, |code| kind_of_code(&code)),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Unavailable,
            _ => Other,
        }
    }
}

/// SQLite's result code (a number; its low byte is the primary one) or PostgreSQL's SQLSTATE (five characters).
fn kind_of_code(code: &str) -> DbErrorKind {
    if code.len() == 5 {
        return match &code[..2] {
            // Serialization failure, deadlock.
            "40" => DbErrorKind::Conflict,
            // Connection, resources, shutting down, the machine below; the database itself away, or not for us.
            "08" | "53" | "57" | "58" | "28" | "3D" => DbErrorKind::Unavailable,
            // It takes no writes: a standby, or an administrator's own setting.
            _ if code == "25006" => DbErrorKind::Unavailable,
            _ => DbErrorKind::Other,
        };
    }
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(5 | 6 | 15) => DbErrorKind::Conflict, // BUSY, LOCKED, PROTOCOL
        // NOMEM, READONLY, IOERR, FULL, CANTOPEN, NOTADB
        Ok(7 | 8 | 10 | 13 | 14 | 26) => DbErrorKind::Unavailable,
        _ => DbErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_database_is_worth_another_try() {
        for code in ["5", "261", "517", "40001", "40P01"] {
            assert_eq!(kind_of_code(code), DbErrorKind::Conflict, "{code}");
        }
        for code in ["13", "10", "1032", "57P03", "53100", "08006", "25006", "58030", "3D000"] {
            assert_eq!(kind_of_code(code), DbErrorKind::Unavailable, "{code}");
        }
        assert_eq!(kind_of_code("42601"), DbErrorKind::Other);
    }
}
