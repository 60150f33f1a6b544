//! How long it takes to say no: to who may not know of something that is there, against something that never was. What
//! is the same to the byte should not be told apart by a watch.

use std::fs;
use std::path::Path;
use std::time::Duration;

use zegel::client::home::Home;
use zegel::client::verbs::login;
use zegel::client::{Remote, Unattended};
use zegel::clock::{Clock, Stopwatch};
use zegel::demo::act::file;
use zegel::demo::stage::{Setting, Stage};
use zegel::protocol::id::Digest;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::{CaseKind, ItemKind, Phase};

use crate::race::{Aim, Row, Table, median};

/// So many of each, by turns.
const ASKED: usize = 1500;
/// The case has so many statements beside those that every case has.
const LETTERS: usize = 200;

pub fn all(table: &mut Table) {
    if !WHAT.iter().any(|what| table.wants(&format!("no to {what}"))) {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let house = runtime.block_on(House::begin(folder.path()));
    for (what, there, never) in house.questions() {
        let what = format!("no to {what}");
        if !table.wants(&what) {
            continue;
        }
        let (there, never) = runtime.block_on(house.by_turns(&there, &never));
        let apart = told_apart(&there, &never);
        let what = format!("{what} (told apart {:.0}% of the time)", apart * 100.0);
        table.add(Row { what, amount: None, ours: median(there), peer: median(never), aim: Aim::None });
    }
    runtime.block_on(house.stage.hub.shutdown());
}

/// Of two answers, one of each, how often the slower one is of what is there, or the other way round: a half is as good
/// as guessing.
fn told_apart(there: &[Duration], never: &[Duration]) -> f64 {
    let slower = |one: &Duration| never.iter().filter(|other| one > *other).count();
    let slower: usize = there.iter().map(slower).sum();
    let share = slower as f64 / (there.len() * never.len()) as f64;
    share.max(1.0 - share)
}

/// What is asked, in this order.
const WHAT: [&str; 9] = [
    "a case's statements",
    "an item's headers",
    "an item's payload",
    "an item's records",
    "a letter",
    "a letter's delivery",
    "a vault's secret",
    "a vault's headers",
    "an upload",
];

struct House {
    stage: Stage,
    http: reqwest::Client,
    token: String,
    case: String,
    item: String,
    letter: String,
    vault: String,
    upload: String,
}

impl House {
    /// A case with an item and letters, of which Bram may know nothing.
    async fn begin(folder: &Path) -> Self {
        let setting = Setting {
            folder,
            begins: "2026-11-02T08:00:00Z".parse().expect("a moment"),
            database: "sqlite:zegel.db",
            people: &["sanne", "joris", "mila", "femke", "bram"],
            port: 0,
            keys_end: &[],
            settings: "",
        };
        let stage = Stage::set(&setting).await.expect("the stage is set");
        let referral = folder.join("aanmelding.txt");
        fs::write(&referral, "de aanmelding").expect("a file");
        let referral = file(referral, "Aanmelding", ItemKind::Referral, &[Phase::Rto], "2027-11-02");
        let referred = stage.refers("sanne", CaseKind::Complex, vec![referral]).await.expect("a case");
        stage.opens_case("joris", referred.case).await.expect("it opens");
        let mut letter = String::new();
        for number in 0..LETTERS {
            let text = format!("Bericht {number}.");
            let sent = stage.writes_to("joris", referred.case, "femke", &text).await.expect("a letter");
            letter = sent.letters[0].letter.to_string();
        }
        let one = |sql: &'static str| {
            let db = stage.hub.state.db.read().clone();
            async move { sqlx::query_scalar::<_, String>(sql).fetch_one(&db).await.expect("a row") }
        };
        let vault = one("SELECT vault FROM holder WHERE generation = 1 ORDER BY vault LIMIT 1").await;
        let upload = one("SELECT upload FROM sealed_part WHERE upload IS NOT NULL LIMIT 1").await;
        let token = signs_in(&stage, "bram").await;
        let (case, item) = (referred.case.to_string(), referred.items[0].to_string());
        Self { stage, http: reqwest::Client::new(), token, case, item, letter, vault, upload }
    }

    /// What is asked: of what is there, and of what never was.
    fn questions(&self) -> Vec<(&'static str, String, String)> {
        let never = Digest::of(b"never was").to_string();
        let both =
            |form: &str, there: &str, never: &str| (form.replace("{}", there), form.replace("{}", never));
        let none = ("vlt_0000000000000000", "00000000000000000000000000000000");
        let asked = [
            both("v1/statements?scope={}", &self.case, "ZVH-2026-9999"),
            both("v1/statements/{}/parts/body/headers", &self.item, &never),
            both("v1/statements/{}/parts/body/payload", &self.item, &never),
            both("v1/items/{}/records", &self.item, &never),
            both("v1/letters/{}/message", &self.letter, &never),
            both("v1/letters/{}/delivery", &self.letter, &never),
            both("v1/vaults/{}/secret", &self.vault, none.0),
            both("v1/vaults/{}/headers", &self.vault, none.0),
            both("v1/uploads/{}", &self.upload, none.1),
        ];
        WHAT.into_iter().zip(asked).map(|(what, (there, never))| (what, there, never)).collect()
    }

    /// One after the other, over one connection; each goes first every other time.
    async fn by_turns(&self, there: &str, never: &str) -> (Vec<Duration>, Vec<Duration>) {
        let (mut of_there, mut of_never) = (Vec::new(), Vec::new());
        for number in 0..ASKED {
            if number % 2 == 0 {
                of_there.push(self.asks(there).await);
                of_never.push(self.asks(never).await);
            } else {
                of_never.push(self.asks(never).await);
                of_there.push(self.asks(there).await);
            }
        }
        (of_there, of_never)
    }

    async fn asks(&self, path: &str) -> Duration {
        let url = self.stage.url().expect("an address").join(path).expect("a path");
        let method = if path.contains("uploads") { reqwest::Method::HEAD } else { reqwest::Method::GET };
        let request =
            self.http.request(method, url).bearer_auth(&self.token).header("Tus-Resumable", "1.0.0");
        let watch = Stopwatch::start();
        let answer = request.send().await.expect("an answer");
        let refused = answer.status().is_client_error() || path.contains("scope=");
        answer.bytes().await.expect("all of it");
        let time = watch.elapsed();
        assert!(refused, "{path} is answered");
        time
    }
}

async fn signs_in(stage: &Stage, who: &str) -> String {
    let home = Home::open(&stage.home(who)).expect("a home");
    let remote = Remote::new(&stage.url().expect("an address"), Language::Dutch).expect("a way to it");
    let (mut out, mut ask) = (std::io::sink(), Unattended);
    let mut context = stage.context(&home, &remote, &mut out, &mut ask);
    login::login(&mut context).await.expect("a session");
    home.session(stage.clock.now()).expect("it is kept").expect("it goes on").token.clone()
}
