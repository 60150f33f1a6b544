//! The stage on which a story is played, and what people need on it.

/// Each story is told on both databases.
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $story() { super::$story($crate::support::Base::Sqlite).await })+
        }
        mod postgres {
            $(#[tokio::test] async fn $story() { super::$story($crate::support::Base::Postgres).await })+
        }
    };
}

/// Stories about bodies are also told where those lie in a bucket.
macro_rules! on_both_and_in_a_bucket {
    ($($story:ident),+ $(,)?) => {
        on_both!($($story),+);
        mod bucket {
            $(#[tokio::test] async fn $story() { super::$story($crate::support::Base::Bucket).await })+
        }
    };
}

/// Somebody does something at the own desk, and sees what comes of it.
macro_rules! at {
    ($stage:expr, $who:expr, |$ctx:ident| $act:expr) => {{
        let (home, remote) = $stage.desk($who).unwrap();
        let (mut out, mut ask) = (Vec::new(), zegel::client::Unattended);
        let mut context = $stage.context(&home, &remote, &mut out, &mut ask);
        let $ctx = &mut context;
        let done = $act.await;
        (done, String::from_utf8(out).unwrap())
    }};
}

pub mod disk;
pub mod door;
pub mod exim;
pub mod hands;
pub mod letters;
pub mod liar;
pub mod machine;
pub mod office;
pub mod post;
pub mod program;
pub mod proxy;
pub mod scene;
pub mod smtp;
pub mod wire;

use std::path::Path;

use tempfile::TempDir;
use zegel::client::ClientError;
use zegel::demo::stage::{Setting, Stage, StageError};
use zegel::protocol::id::Moment;

use crate::bucket::{self, Bucket};

/// Where the hub keeps what it knows.
#[derive(Clone, Copy, Debug)]
pub enum Base {
    Sqlite,
    Postgres,
    /// SQLite; and bodies lie in a bucket.
    Bucket,
}

/// A house that runs in a folder of its own.
pub struct Play {
    pub stage: Stage,
    left: Left,
}

/// What a hub leaves, as long as this is kept.
pub struct Left {
    folder: TempDir,
    _bucket: Option<Bucket>,
}

impl Left {
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Play {
    /// Stops the hub.
    pub async fn stops(self) -> Left {
        self.stage.hub.shutdown().await;
        self.left
    }
}

/// Sets up the house with these people.
pub async fn play(base: Base, people: &[&str]) -> Play {
    play_with(base, people, "").await
}

/// The same, with more lines in the hub's configuration.
pub async fn play_with(base: Base, people: &[&str], settings: &str) -> Play {
    play_from(base, people, settings, "2026-11-02T08:00:00Z".parse().expect("a moment")).await
}

/// The same, beginning at another moment.
pub async fn play_from(base: Base, people: &[&str], settings: &str, begins: Moment) -> Play {
    let database = match base {
        Base::Sqlite | Base::Bucket => "sqlite:zegel.db".to_owned(),
        Base::Postgres => crate::postgres::shared().database(),
    };
    let bucket = match base {
        Base::Bucket => Some(bucket::start("zegel").await),
        Base::Sqlite | Base::Postgres => None,
    };
    play_in(&database, bucket, people, settings, begins).await
}

/// The same, on a database of one's own.
pub async fn play_at(database: &str, people: &[&str], settings: &str, begins: Moment) -> Play {
    play_in(database, None, people, settings, begins).await
}

async fn play_in(
    database: &str,
    bucket: Option<Bucket>,
    people: &[&str],
    settings: &str,
    begins: Moment,
) -> Play {
    let folder = tempfile::tempdir().expect("a folder");
    let settings =
        settings.to_owned() + &bucket.as_ref().map_or_else(String::new, |b| b.lines(folder.path()));
    let setting = Setting {
        folder: folder.path(),
        begins,
        database,
        people,
        port: 0,
        keys_end: &[],
        settings: &settings,
    };
    let stage = Stage::set(&setting).await.unwrap_or_else(|error| panic!("the stage: {error}"));
    Play { stage, left: Left { folder, _bucket: bucket } }
}

/// The code with which something was refused.
pub trait Refused {
    fn code(self) -> String;
}

impl<T> Refused for Result<T, ClientError> {
    fn code(self) -> String {
        self.err().expect("this is refused").code().to_owned()
    }
}

impl<T> Refused for Result<T, StageError> {
    fn code(self) -> String {
        match self.err().expect("this is refused") {
            StageError::Client(error) => error.code().to_owned(),
            error => panic!("{error}"),
        }
    }
}
