//! The hub is blind. Max has the database, the files, the log and the configuration; he finds no name, title, content,
//! purpose or reason, in whatever spelling.

mod case;
mod letters;
mod log;
pub mod spellings;
mod wire;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;

use zegel::demo::stage::Stage;

use crate::support::disk::Disk;
use crate::support::{Base, play};
use case::{PEOPLE, its_readers_read, the_whole_chain};
use log::Log;
use spellings::{Found, Search, spellings};

/// What is put there on purpose, to see that it would be found.
const PLANTED: &str = "Geplant-Zilverreiger-1234";

on_both!(max_finds_nothing_of_what_it_is_about);

async fn max_finds_nothing_of_what_it_is_about(base: Base) {
    let log = Log::of_everything();
    let play = play(base, PEOPLE).await;
    let stage = &play.stage;
    let disk = Disk::of(stage);
    let case = the_whole_chain(stage).await;
    its_readers_read(stage, case).await;
    letters::their_readers_read(stage, case).await;
    let secrets = [case::SECRETS, letters::SECRETS].concat();

    assert_eq!(found(&secrets, &disk, &log).await, BTreeSet::new(), "while the hub runs");
    plants(stage, &log).await;
    everything_planted_is_in(&found(&[PLANTED], &disk, &log).await);

    let folder = play.stops().await;
    assert_eq!(found(&secrets, &disk, &log).await, BTreeSet::new(), "when it was stopped");
    everything_planted_is_in(&found(&[PLANTED], &disk, &log).await);
    drop(folder);
}

/// Where any of these words is, in any spelling.
async fn found(words: &[&str], disk: &Disk, log: &Log) -> BTreeSet<Found> {
    let mut search = Search::new(words);
    disk.each(&mut |place, bytes| search.look(place, bytes)).await;
    assert!(search.looked_at > 1 << 20, "there is much to look at");
    let lines = log.read();
    assert!(String::from_utf8_lossy(&lines).contains("answered"), "the hub wrote a log");
    search.look("log", &lines);
    search.found
}

/// In a row, in an object, in the configuration and in the log, in every spelling.
async fn plants(stage: &Stage, log: &Log) {
    let hub = stage.folder.join("hub");
    let mut object = fs::File::create(hub.join("objects/planted")).unwrap();
    let mut config = fs::OpenOptions::new().append(true).open(hub.join("zegel.toml")).unwrap();
    for (spelling, bytes) in spellings(PLANTED) {
        sqlx::query("INSERT INTO attachment (digest, statement, bytes) VALUES ($1, 'planted', $2)")
            .bind(spelling)
            .bind(bytes.clone())
            .execute(stage.hub.state.db.writer())
            .await
            .unwrap();
        object.write_all(&[b"....", &bytes[..], b"...."].concat()).unwrap();
        config.write_all(&[b"\n# ", &bytes[..], b"\n"].concat()).unwrap();
        log.writes(&bytes);
    }
}

fn everything_planted_is_in(found: &BTreeSet<Found>) {
    for (spelling, _) in spellings(PLANTED) {
        let is_at = |place: &dyn Fn(&str) -> bool| {
            found.iter().any(|(at, word, spelt)| place(at) && word == PLANTED && *spelt == spelling)
        };
        assert!(is_at(&|at| at == "attachment.bytes"), "{spelling} in a row");
        assert!(
            is_at(&|at| at.contains("zegel.db") || at.contains("/data/base/")),
            "{spelling} in a table's file"
        );
        assert!(is_at(&|at| at.ends_with("objects/planted")), "{spelling} in an object");
        assert!(is_at(&|at| at.ends_with("zegel.toml")), "{spelling} in the configuration");
        assert!(is_at(&|at| at == "log"), "{spelling} in the log");
    }
}
