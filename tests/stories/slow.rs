//! A hundred slow clients, and one who gets all of her work done while they hold on.

use std::fs;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use zegel::client::verbs::case::show;
use zegel::client::verbs::contribute;
use zegel::client::verbs::pack::{self, Wish};
use zegel::demo::act::file;
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::payload::PART;
use zegel::protocol::words::*;

use crate::support::door::{self, signs_in};
use crate::support::letters::{messages, to};
use crate::support::scene::{KEEP, comes_in, prepared};
use crate::support::{Base, play_with};

on_both_and_in_a_bucket!(
    a_hundred_slow_clients_keep_nobody_from_work,
    who_takes_no_answer_gets_no_more_of_them
);

const SLOW: &[&str] = &["hugo", "joris", "mila", "femke", "pieter", "noor", "daan", "bram"];
/// Of each of them.
const UPLOADS: usize = 2;
const BATCHES: usize = 3;
/// Of all.
const DOWNLOADS: usize = 30;
const HEADS: usize = 30;
/// As slow as may be: nobody is sent away for being slow while the story is told.
const PATIENT: &str = "[limits]\nrequest = \"10 min\"\npart = \"2 h\"\n";

async fn a_hundred_slow_clients_keep_nobody_from_work(base: Base) {
    let play = play_with(base, &[SLOW, &["sanne"]].concat(), PATIENT).await;
    let (stage, case) = (&play.stage, comes_in(&play.stage).await);
    let item = contributes(stage, case, "eerste.mp4").await;
    let mut slow = Slow::begin(stage, item).await;
    assert_eq!(slow.all.len(), 100);
    assert_eq!(stage.hub.state.parts.free(), 0, "they have all the memory that parts can have");

    for step in 0..3 {
        let name = format!("opname-{step}.mp4");
        contributes(stage, case, &name).await;
        slow.drips().await;
        large_batch_is_judged(stage).await;
        slow.drips().await;
        opens(stage, case, &name).await;
        let (shown, _) = at!(stage, "sanne", |ctx| show::show(ctx, case));
        assert_eq!(shown.unwrap().items.len(), 4 + step, "all that she put in");
        slow.drips().await;
    }
    assert_eq!(slow.that_hold_on(), 100);
    let hub = &stage.hub.state;
    assert_eq!(hub.parts.under_way(), SLOW.len() * UPLOADS, "their parts are still on their way");
    assert_eq!(hub.batches.under_way(), SLOW.len() * BATCHES, "and so are their batches");
}

/// A file of three parts.
async fn contributes(stage: &Stage, case: CaseNumber, name: &str) -> Digest {
    let path = stage.folder.join(name);
    fs::write(&path, name.repeat(2 * PART / name.len() + 100)).unwrap();
    let new = file(path, name, ItemKind::Contribution, &[Phase::Rto], KEEP);
    let (done, _) = at!(stage, "sanne", |ctx| contribute::contribute(ctx, case, vec![new]));
    done.unwrap().items[0].item
}

async fn opens(stage: &Stage, case: CaseNumber, name: &str) {
    let folder = stage.home("sanne").join("opened");
    let wish = Wish { items: vec![name.to_owned()], folder: folder.clone(), sealed: None };
    let (opened, _) = at!(stage, "sanne", |ctx| pack::open(ctx, case, &wish));
    opened.unwrap().require_whole().unwrap();
    assert!(fs::read(folder.join(name)).unwrap() == fs::read(stage.folder.join(name)).unwrap());
}

/// One that is larger than an ordinary request. It says nothing, and is told so.
async fn large_batch_is_judged(stage: &Stage) {
    let text = format!(r#"{{"entries":[{}]}}"#, " ".repeat(3 << 20));
    let url = stage.url().unwrap().join("v1/statements").unwrap();
    let request = reqwest::Client::new().post(url).bearer_auth(signs_in(stage, "sanne").await);
    let answer = request.header("content-type", "application/json").body(text).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("bad-text"));
}

/// People with very slow connections, or who mean to be.
struct Slow {
    all: Vec<Connection>,
}

struct Connection {
    socket: TcpStream,
    reads: bool,
}

impl Slow {
    /// Begins all of them. Each has sent something, or been sent something.
    async fn begin(stage: &Stage, item: Digest) -> Self {
        let mut slow = Self { all: Vec::new() };
        for who in SLOW {
            let token = signs_in(stage, who).await;
            for _ in 0..UPLOADS {
                let path = new_upload(stage, &token).await;
                let tus = "tus-resumable: 1.0.0\r\nupload-offset: 0\r\ncontent-type: application/offset+octet-stream";
                slow.sends(stage, &format!("PATCH {path} HTTP/1.1\r\n{tus}\r\n"), &token, PART).await;
            }
            for _ in 0..BATCHES {
                let head = "POST /v1/statements HTTP/1.1\r\ncontent-type: application/json\r\n";
                slow.sends(stage, head, &token, 32 << 20).await;
            }
        }
        let token = signs_in(stage, "joris").await;
        for _ in 0..DOWNLOADS {
            let get = format!("GET /v1/statements/{item}/parts/body/payload HTTP/1.1\r\n");
            slow.reads(stage, &format!("{get}host: hub\r\nauthorization: Bearer {token}\r\n\r\n")).await;
        }
        for _ in 0..HEADS {
            slow.add(stage, "GET /v1/me HTTP/1.1\r\nhost: hub\r\nx-long: ").await;
        }
        let hub = &stage.hub.state;
        while hub.parts.under_way() < SLOW.len() * UPLOADS || hub.batches.under_way() < SLOW.len() * BATCHES {
            tokio::task::yield_now().await;
        }
        slow
    }

    async fn add(&mut self, stage: &Stage, begin: &str) -> &mut Connection {
        let socket = TcpSocket::new_v4().unwrap();
        // What the machine holds for who reads nothing is the machine's.
        socket.set_recv_buffer_size(4096).unwrap();
        let mut socket = socket.connect(stage.hub.address).await.unwrap();
        socket.write_all(begin.as_bytes()).await.unwrap();
        self.all.push(Connection { socket, reads: false });
        self.all.last_mut().unwrap()
    }

    async fn sends(&mut self, stage: &Stage, head: &str, token: &str, length: usize) {
        let rest =
            format!("host: hub\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n{{");
        self.add(stage, &format!("{head}{rest}")).await;
    }

    async fn reads(&mut self, stage: &Stage, asks: &str) {
        let connection = self.add(stage, asks).await;
        connection.reads = true;
        let mut begin = [0; 15];
        connection.socket.read_exact(&mut begin).await.unwrap();
        assert_eq!(&begin, b"HTTP/1.1 200 OK");
    }

    /// Each sends or takes one more byte.
    async fn drips(&mut self) {
        for Connection { socket, reads } in &mut self.all {
            match reads {
                true => drop(socket.read_u8().await.unwrap()),
                false => socket.write_all(b" ").await.unwrap(),
            }
        }
    }

    /// Who was not answered, and not hung up on: nothing has come, or there is more to come.
    fn that_hold_on(&self) -> usize {
        let holds_on = |connection: &&Connection| match connection.socket.try_read(&mut [0]) {
            Ok(0) => false,
            Ok(_) => connection.reads,
            Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
        };
        self.all.iter().filter(holds_on).count()
    }
}

async fn new_upload(stage: &Stage, token: &str) -> String {
    let url = stage.url().unwrap().join("v1/uploads").unwrap();
    let request = reqwest::Client::new().post(url).bearer_auth(token).header("tus-resumable", "1.0.0");
    let answer = request.header("upload-length", PART.to_string()).send().await.unwrap();
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// Noor has a letter as long as a letter may be, asks for it again and again, and takes nothing of what comes.
async fn who_takes_no_answer_gets_no_more_of_them(base: Base) {
    let (play, case) = prepared(base, &["sanne", "joris", "mila", "noor"]).await;
    let stage = &play.stage;
    let sent = messages(stage, "joris", case, Some("noor"), "Kunt u bellen?", vec![]).await.unwrap();
    let letter = to(&sent, stage, "noor");
    let known = sqlx::query("UPDATE attachment SET bytes = $1 WHERE statement = $2");
    let known = known.bind(vec![7_u8; 14 << 20]).bind(letter.to_string());
    assert_eq!(known.execute(stage.hub.state.db.writer()).await.unwrap().rows_affected(), 1);

    let noor = signs_in(stage, "noor").await;
    let path = format!("/v1/letters/{letter}/message");
    let get = format!("GET {path} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {noor}\r\n\r\n");
    let mut slow = Slow { all: Vec::new() };
    for _ in 0..2 {
        slow.reads(stage, &get).await;
    }
    let answer = door::get(stage, &noor, &path).await;
    assert_eq!((answer.status, answer.code.as_str()), (503, "unavailable"));
    let (shown, _) = at!(stage, "joris", |ctx| show::show(ctx, case));
    shown.unwrap();
    slow.all.pop();
    while door::get(stage, &noor, &path).await.status != 200 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
