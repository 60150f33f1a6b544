//! Killed in the middle of it, without a word; and a disk that is full.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use zegel::clock::{Clock, SystemClock, random};
use zegel::demo::stage::Stage;
use zegel::hub::check::check;
use zegel::hub::config::Config;
use zegel::hub::serve;
use zegel::protocol::words::{DeliveryWay, LanguageWord};

use super::{HOUR, PEOPLE};
use crate::support::post::{chooses, settles, went, writes, writes_many};
use crate::support::scene::{comes_in, referred};
use crate::support::smtp::{Act, FakeServer, Way};
use crate::support::{Base, Left, play_from};

on_both!(every_letter_arrives_whenever_the_hub_is_killed, a_full_disk_loses_nothing_and_shows_no_half);

/// How often it is killed in an ordinary run of the tests.
const KILLS: usize = 8;

async fn every_letter_arrives_whenever_the_hub_is_killed(base: Base) {
    killed(base, KILLS).await;
}

#[tokio::test]
#[ignore = "takes minutes: make soak"]
async fn killed_two_hundred_times_on_sqlite() {
    killed(Base::Sqlite, 200).await;
}

#[tokio::test]
#[ignore = "takes minutes: make soak"]
async fn killed_two_hundred_times_on_postgresql() {
    killed(Base::Postgres, 200).await;
}

async fn killed(base: Base, kills: usize) {
    let letters = kills * 3 + 8;
    let (database, folder, mut sent) = with_letters_that_wait(base, letters).await;
    let server = FakeServer::start(Way::Plain).await;
    let hub = Hub { folder: folder.path().join("hub"), port: server.port };
    for kill in 1..=kills {
        let mut process = hub.serves();
        // Three more each time; and then at some moment of those in which it sends, or notes that it sent.
        within(|| server.received().len() >= kill * 3).await;
        tokio::time::sleep(Duration::from_millis(chance(30))).await;
        process.kill().unwrap();
        process.wait().unwrap();
    }
    let mut process = hub.serves();
    within(|| ids(&server).len() == letters).await;
    let limits = fs::read_to_string(format!("/proc/{}/limits", process.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let none: Vec<&str> = core.split_whitespace().filter(|word| *word == "0").collect();
    assert_eq!(none.len(), 2, "killed by whatever, it leaves nothing of its memory: {core}");
    let config = Config::load(&hub.folder.join("zegel.toml"), []).unwrap();
    let state = serve::open(config, std::sync::Arc::new(SystemClock), random()).await.unwrap();
    let done = async || -> i64 {
        let sql = "SELECT COUNT(*) FROM outbox WHERE state = 'sent'";
        sqlx::query_scalar(sql).fetch_one(state.db.read()).await.unwrap()
    };
    for _ in 0..1000 {
        if done().await == letters as i64 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(done().await, letters as i64, "each is noted as sent");
    process.kill().unwrap();
    process.wait().unwrap();

    for mail in server.received() {
        let id = mail.header("Message-ID");
        assert_eq!(sent.remove(&id).as_ref().unwrap_or(&mail.bytes), &mail.bytes, "doubles are the same");
        sent.insert(id, mail.bytes);
    }
    assert_eq!(ids(&server), sent.keys().cloned().collect(), "all of them, and no others");
    let wire = String::from_utf8_lossy(&server.wire()).into_owned();
    assert!(!wire.contains("bericht") && !wire.contains("Betreft"), "nothing in clear");
    assert_eq!(check(&state).await.unwrap().faults, Vec::<String>::new());
    println!("{} kills: {} letters came {} times", kills, letters, server.received().len());
    drop((database, folder));
}

/// A house that stopped before any of its letters was handed over: the letters, by Message-ID.
async fn with_letters_that_wait(base: Base, letters: usize) -> (String, Left, BTreeMap<String, Vec<u8>>) {
    let deaf = FakeServer::start(Way::Plain).await;
    deaf.will(&[Act::Silent; 1000]);
    let settings = format!(
        "[limits]\nstop = 0\n[mail]\nserver = \"smtp://127.0.0.1:{}\"\nat_once = 2\nper_hour = 10000\n",
        deaf.port
    );
    // A program of its own goes by the machine's clock.
    let play = play_from(base, PEOPLE, &settings, SystemClock.now()).await;
    let case = comes_in(&play.stage).await;
    chooses(&play.stage, "femke", DeliveryWay::Mail, LanguageWord::Dutch).await;
    for some in (0..letters).step_by(40) {
        writes_many(&play.stage, "joris", "femke", case, (letters - some).min(40)).await;
    }
    let sent = letters_of(&play.stage).await;
    assert_eq!(sent.len(), letters);
    let database = play.stage.hub.state.config.database.reveal().to_owned();
    (database, play.stops().await, sent)
}

async fn letters_of(stage: &Stage) -> BTreeMap<String, Vec<u8>> {
    let sql =
        "SELECT bytes FROM attachment WHERE statement IN (SELECT id FROM statement WHERE kind = 'letter')";
    let all: Vec<Vec<u8>> = sqlx::query_scalar(sql).fetch_all(stage.hub.state.db.read()).await.unwrap();
    all.into_iter().map(|bytes| (message_id(&bytes), bytes)).collect()
}

fn message_id(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap().to_owned()
}

fn ids(server: &FakeServer) -> BTreeSet<String> {
    server.received().iter().map(|mail| mail.header("Message-ID")).collect()
}

/// The program itself, on a folder that is there.
struct Hub {
    folder: PathBuf,
    port: u16,
}

impl Hub {
    fn serves(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_zegel"))
            .args(["serve", "--config"])
            .arg(self.folder.join("zegel.toml"))
            .env("ZEGEL__MAIL__SERVER", format!("smtp://127.0.0.1:{}", self.port))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }
}

async fn within(is_so: impl Fn() -> bool) {
    for _ in 0..12_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it takes more than a minute");
}

fn chance(most: u64) -> u64 {
    let mut bytes = [0; 8];
    random().fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes) % most
}

/// As good as full: where the Maildir's folder should be is none.
async fn a_full_disk_loses_nothing_and_shows_no_half(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    chooses(stage, "femke", DeliveryWay::Mail, LanguageWord::Dutch).await;
    let maildir = stage.folder.join("hub/mail/femke.oosterhof@politie-midden-linge.example");
    fs::create_dir_all(maildir.join("new")).unwrap();
    fs::write(maildir.join("tmp"), "").unwrap();
    let letter = writes(stage, "joris", "femke", case, "de vraag").await;
    settles(stage).await;
    assert_eq!(went(stage, "joris", letter).await, ("waiting".to_owned(), 1, "no-room".to_owned()));
    assert_eq!(files(&maildir.join("new")).len(), 0);
    fs::remove_file(maildir.join("tmp")).unwrap();
    stage.clock.advance(HOUR);
    settles(stage).await;
    assert_eq!(went(stage, "joris", letter).await, ("sent".to_owned(), 2, String::new()));
    let [(_, bytes)] = &files(&maildir.join("new"))[..] else { panic!("one message") };
    assert!(letters_of(stage).await.into_values().eq([bytes.clone()]));
    assert_eq!(files(&maildir.join("tmp")).len(), 0);
}

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}
