//! Letters from the outbox to a mail server on this machine, against a script that hands the same mails to the same
//! server over one connection. The outbox also holds each letter against its addressee as things stand, and notes in
//! the journal that it left.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use sqlx::Row as _;
use zegel::client::verbs::contribute::terms::NewFile;
use zegel::clock::Stopwatch;
use zegel::demo::act::file;
use zegel::demo::stage::{Setting, Stage};
use zegel::hub::mail::{self, worker};
use zegel::protocol::id::CaseNumber;
use zegel::protocol::words::{CaseKind, ItemKind, LanguageWord, Phase};

use crate::race::{Aim, Row, Table, race, time};

const LETTERS: usize = 100;
const ROUNDS: usize = 3;
const HOUR: i64 = 60 * 60;
const FROM: &str = "post@localhost";
const TO: &str = "femke.oosterhof@politie-midden-linge.example";
const SCRIPT: &str = "
import pathlib, smtplib, sys
port, sender, to, folder = sys.argv[1:]
with smtplib.SMTP('127.0.0.1', int(port)) as server:
    for mail in pathlib.Path(folder).iterdir():
        server.sendmail(sender, [to], mail.read_bytes())
";

pub fn all(table: &mut Table) {
    let what = "letters from the outbox to a mail server".to_owned();
    if !table.wants(&what) {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let sink = Sink::start();
    let house = runtime.block_on(House::begin(folder.path(), sink.port));
    let (ours, peer) =
        race(ROUNDS, || runtime.block_on(house.sends(&sink)), || script(&house.mails, sink.port));
    runtime.block_on(house.stage.hub.shutdown());
    let amount = Some((LETTERS as f64, "a second"));
    table.add(Row { what, amount, ours, peer, aim: Aim::None });
}

/// A house with a case about which Joris writes to Femke, who wants mail.
struct House {
    stage: Stage,
    case: CaseNumber,
    /// Where the mails of a round lie, as files.
    mails: PathBuf,
}

impl House {
    async fn begin(folder: &Path, port: u16) -> Self {
        let settings = format!("[mail]\nserver = \"smtp://127.0.0.1:{port}\"\nper_hour = 10000\n");
        let setting = Setting {
            folder,
            begins: "2026-11-02T08:00:00Z".parse().expect("a moment"),
            database: "sqlite:zegel.db",
            people: &["sanne", "joris", "mila", "femke", "pieter"],
            port: 0,
            keys_end: &[],
            settings: &settings,
        };
        let stage = Stage::set(&setting).await.expect("the stage is set");
        let referral = folder.join("aanmelding.txt");
        fs::write(&referral, "de aanmelding").expect("a file");
        let referral: NewFile = file(referral, "Aanmelding", ItemKind::Referral, &[Phase::Rto], "2027-11-02");
        let case = stage.refers("sanne", CaseKind::Complex, vec![referral]).await.expect("a case").case;
        stage.opens_case("joris", case).await.expect("it opens");
        stage.wants_mail("femke", LanguageWord::Dutch).await.expect("she wants mail");
        let mails = folder.join("mails");
        fs::create_dir(&mails).expect("a folder");
        Self { stage, case, mails }
    }

    /// The letters are written first, while the server takes nothing; only what the outbox does then is timed.
    async fn sends(&self, sink: &Sink) -> Duration {
        sink.open.store(false, Ordering::SeqCst);
        for number in 0..LETTERS {
            let text = format!("Bericht {number}: {}", "wij spreken elkaar morgen. ".repeat(40));
            self.stage.writes_to("joris", self.case, "femke", &text).await.expect("a letter");
        }
        self.keeps_a_copy().await;
        let hub = &self.stage.hub.state;
        let transport = mail::transport(&hub.config.mail, &hub.config.hub).expect("a way to the server");
        sink.open.store(true, Ordering::SeqCst);
        self.stage.clock.advance(HOUR);
        let watch = Stopwatch::start();
        // The hub's own worker may join in.
        while self.waiting().await > 0 {
            worker::round(hub, &transport).await.expect("all is sent");
        }
        watch.elapsed()
    }

    async fn waiting(&self) -> i64 {
        let waiting = "SELECT COUNT(*) FROM outbox WHERE state = 'waiting'";
        sqlx::query_scalar(waiting).fetch_one(self.stage.hub.state.db.read()).await.expect("a number")
    }

    async fn keeps_a_copy(&self) {
        let waiting = "SELECT a.bytes FROM outbox o JOIN attachment a ON a.statement = o.letter
             WHERE o.state = 'waiting'";
        let rows = sqlx::query(waiting).fetch_all(self.stage.hub.state.db.read()).await.expect("the mails");
        let bytes = rows.iter().map(|row| row.get::<Vec<u8>, _>("bytes"));
        let mails: Vec<_> = bytes.filter(|bytes| bytes.starts_with(b"From: ")).collect();
        assert_eq!(mails.len(), LETTERS);
        for (number, mail) in mails.iter().enumerate() {
            fs::write(self.mails.join(number.to_string()), mail).expect("a mail is kept");
        }
    }
}

fn script(mails: &Path, port: u16) -> Duration {
    time(|| {
        let mut python = Command::new("python3");
        python.args(["-c", SCRIPT, &port.to_string(), FROM, TO]).arg(mails);
        assert!(python.status().expect("python3 runs").success());
    })
}

/// A mail server that keeps nothing, and takes everything while it is open. It ends with the program.
struct Sink {
    port: u16,
    open: Arc<AtomicBool>,
}

impl Sink {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let open = Arc::new(AtomicBool::new(false));
        let shared = open.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let open = shared.load(Ordering::SeqCst);
                // How a conversation ends is for the one who began it to see.
                thread::spawn(move || talk(stream, open));
            }
        });
        Self { port, open }
    }
}

fn talk(stream: TcpStream, open: bool) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    if !open {
        return writer.write_all(b"421 later\r\n");
    }
    let mut lines = BufReader::new(stream).split(b'\n');
    writer.write_all(b"220 sink ESMTP\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let answer: &[u8] = match line.get(..4).map(<[u8]>::to_ascii_uppercase).as_deref() {
            Some(b"EHLO") => b"250-sink\r\n250 8BITMIME\r\n",
            Some(b"DATA") => {
                writer.write_all(b"354 go on\r\n")?;
                while lines.next().transpose()?.is_some_and(|line| line != b".\r") {}
                b"250 taken\r\n"
            }
            Some(b"QUIT") => return writer.write_all(b"221 goodbye\r\n"),
            _ => b"250 ok\r\n",
        };
        writer.write_all(answer)?;
    }
    Ok(())
}
