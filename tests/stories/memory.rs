//! What stays in memory. The hub, after all that a house does, holds no word of what it is about and nobody's secret; the
//! programs that people use keep theirs to themselves while they have them, and leave nothing behind.

mod own;
mod scan;
mod secrets;
mod street;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;

use sqlx::any::AnyPoolOptions;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use zegel::client::verbs::enrol::PaperSlip;
use zegel::protocol::recovery::RecoveryCode;

use crate::blind::spellings::spellings;
use scan::Needles;
use street::{Street, ZEGEL};

const TITLE: &str = "Titel-Roodhalsfuut-2201";
const CONTENT: &str = "Inhoud-Nachtegaal-9034";
const GROUND: &str = "Grond-Wielewaal-4417";
const REASON: &str = "Reden-Putter-8080";
const PURPOSE: &str = "Doel-Sijs-3316";
const QUESTION: &str = "Vraag-Kneu-5512";
const ANSWER: &str = "Antwoord-Barmsijs-7703";
const PLACE: &str = "Plaats-Goudvink-1291";
const CANARIES: &[&str] = &[TITLE, CONTENT, GROUND, REASON, PURPOSE, QUESTION, ANSWER, PLACE];
/// What is put into the hub's memory on purpose.
const PLANTED: &str = "Geplant-Zilverreiger-1234";
const NUMBER: [u8; 32] = *b"\x01\xfe\x02\xfd\x03\xfc\x04\xfb\x05\xfa\x06\xf9\x07\xf8\x08\xf7\x11\xee\x12\xed\x13\xec\x14\xeb\x15\xea\x16\xe9\x17\xe8\x18\xe7";

#[tokio::test]
async fn the_hub_remembers_nothing_of_what_it_is_about() {
    let mut street = Street::begins().await;
    let mut needles = Needles::default();
    CANARIES.iter().for_each(|canary| needles.word(canary, canary));
    let people = everyone_comes(&mut street, &mut needles);
    works(&mut street);
    let mut keys = Vec::new();
    for who in people {
        keys.extend(secrets::of_home(&mut needles, who, &street.home(who)));
    }
    let (attachments, headers) =
        (column(&street, "bytes", "attachment").await, column(&street, "bytes", "header").await);
    let (vaults, files) = secrets::all_that_opens(&mut needles, keys, &attachments, &headers);
    assert!(vaults >= 4 && files >= 20, "{vaults} vaults, {files} keys of files");

    let kept = plants(&street).await;
    let mut planted = Needles::default();
    planted.word("planted", PLANTED);
    planted.secret("a planted number", &NUMBER);
    // Who takes part is no secret: the hub has to know.
    planted.bytes("Femke's address", "femke@femke.example".as_bytes());
    let (found, read) = planted.in_memory_of(street.hub.id());
    let names: BTreeSet<&str> = found.iter().filter_map(|found| found.split(", ").next()).collect();
    assert_eq!(names.len(), spellings(PLANTED).len() + 4, "all that was planted is found: {found:#?}");
    let (found, again) = needles.in_memory_of(street.hub.id());
    assert!(read > 20 << 20 && again > 20 << 20, "{read} bytes are not all of it");
    assert_eq!(found, BTreeSet::new(), "of {} needles", needles.len());
    println!("{} needles, {} MiB of memory", needles.len(), again >> 20);
    drop(kept);
    said_in_no_list(&street, &needles);
}

/// Each with what is on their slip, and in the code that they are shown.
fn everyone_comes(street: &mut Street, needles: &mut Needles) -> [&'static str; 4] {
    street.does("", &["authority", "admit", "Het huis", "--house"]);
    for partner in ["Gemeente", "Politie", "Raad"] {
        street.does("", &["authority", "admit", partner]);
    }
    let keys = street.path("hub/hub.json");
    street.does("", &["authority", "directory", "--hub-file", &keys]);
    let people = [
        ("joris", "Joris van der Waal", "Het huis", &["procesregisseur"][..]),
        ("sanne", "Sanne Verhoeven", "Gemeente", &[]),
        ("femke", "Femke Oosterhof", "Politie", &[]),
        ("noor", "Noor Yilmaz", "Raad", &[]),
    ];
    for (who, name, partner, roles) in people {
        let (slip, shown) = street.enrols(who, name, partner, roles);
        let slip = PaperSlip::parse(&slip).unwrap();
        needles.bytes(&format!("{who}'s slip"), slip.code.to_text().as_bytes());
        needles.secret(&format!("what {who} proves the slip with"), slip.code.secret().bytes());
        let code = shown.split_whitespace().find_map(|word| RecoveryCode::parse(word).ok());
        let code = code.or_else(|| shown.lines().find_map(|line| RecoveryCode::parse(line.trim()).ok()));
        let code = code.expect("a recovery code is shown");
        needles.bytes(&format!("{who}'s recovery code"), code.to_text().as_bytes());
        secrets::sealing_key(needles, &format!("{who}'s recovery key"), &code.identity().to_text());
    }
    street.does("", &["authority", "directory"]);
    street.publishes();
    for (who, ..) in people {
        street.does(who, &["vault", "add"]);
    }
    people.map(|(who, ..)| who)
}

/// From the referral to a pack that was opened, with letters and an answer, and a withdrawal.
fn works(street: &mut Street) {
    let text = format!("{CONTENT}\n").repeat(3000);
    let (referral, report) = (street.writes("aanmelding.txt", &text), street.writes("melding.txt", &text));
    let why = street.writes("waarom.txt", &format!("{REASON}.\n"));
    street.does("sanne", &["case", "refer", &referral, "--title", TITLE, "--ground", GROUND]);
    let year = &street.day(0)[..4];
    let case = &format!("ZVH-{year}-0001");
    street.does("joris", &["case", "open", case]);
    for phase in ["screening", "triage", "rto"] {
        street.does("joris", &["case", "phase", case, phase, "--outcome", &why]);
    }
    let agenda = street.writes("agenda.txt", &format!("{PURPOSE}\n"));
    let titled = format!("{TITLE} agenda");
    street.does(
        "joris",
        &["contribute", case, &agenda, "--kind", "agenda", "--title", &titled, "--ground", GROUND],
    );
    let date = format!("{} 09:00", street.day(3));
    let with = ["Femke", "Noor"].map(|name| format!("{name}:{GROUND}"));
    street.does(
        "joris",
        &[
            "roster",
            case,
            "--date",
            &date,
            "--agenda",
            &titled,
            "--participant",
            &with[0],
            "--participant",
            &with[1],
        ],
    );
    street.does("femke", &["contribute", case, &report, "--title", TITLE, "--ground", GROUND]);
    street.does("joris", &["ask", case]);
    street.does("femke", &["approve", case, "--reader", "Noor"]);
    street.does("joris", &["consult", case, "--form", "phone", "--outcome", &why]);
    street.does("joris", &["release", case]);
    let out = street.path("pakket");
    street.does("noor", &["pack", "open", case, "--out", &out]);
    assert!(fs::read_to_string(format!("{out}/melding.txt")).unwrap().contains(CONTENT));
    letters(street, case);
    street.does("femke", &["withdraw", case, "--item", TITLE, "--reader", "Noor"]);
    street.does("femke", &["vault", "remove"]);
    street.does("joris", &["case", "phase", case, "plan", "--outcome", &why]);
}

fn letters(street: &mut Street, case: &str) {
    street.does("noor", &["delivery", "mail"]);
    let question = street.writes("vraag.txt", &format!("{QUESTION}?\n"));
    let (until, purpose) = (street.day(2), street.writes("doel.txt", &format!("{PURPOSE}.\n")));
    street.does(
        "joris",
        &["request", case, "--to", "Noor", "--to", "Femke", "--question-file", &question, "--until", &until],
    );
    let invitation = ["invite", case, "--purpose-file", &purpose, "--topic", PURPOSE, "--decisions", PURPOSE];
    street.does("joris", &[&invitation[..], &["--minutes-long", "60", "--place", PLACE]].concat());
    let listed = street.does("noor", &["letters", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let letter = listed["received"][0]["letter"].as_str().unwrap().to_owned();
    let answer = street.writes("antwoord.txt", &format!("{ANSWER}.\n"));
    street.does("noor", &["read", &letter]);
    street.does(
        "noor",
        &["reply", &letter, "no-contribution", "--text-file", &answer, "--reason-file", &answer],
    );
}

async fn column(street: &Street, column: &str, table: &str) -> Vec<Vec<u8>> {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite:{}", street.path("hub/zegel.db"));
    let pool = AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let sql = sqlx::AssertSqlSafe(format!("SELECT {column} FROM {table}"));
    let rows = sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap();
    pool.close().await;
    rows
}

/// Somebody sends a batch that does not end: as long as the connection stands, the hub keeps what came.
async fn plants(street: &Street) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", street.port)).await.unwrap();
    let head = "POST /v1/statements HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for (_, bytes) in spellings(PLANTED) {
        stream.write_all(&[b"....", &bytes[..], b"...."].concat()).await.unwrap();
    }
    for number in [NUMBER.to_vec(), hex::encode(NUMBER).into_bytes(), hex::encode_upper(NUMBER).into_bytes()]
    {
        stream.write_all(&[b"....", &number[..], b"...."].concat()).await.unwrap();
    }
    stream.flush().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    stream
}

/// Arguments and environment of a process can be read by others: of the hub, and of a member's program that has its
/// owner's keys and waits.
fn said_in_no_list(street: &Street, needles: &Needles) {
    let mut waits = street.waits_for_the_hub("femke", &["vault", "remove"]);
    let has_keys = || needles.in_memory_of(waits.id()).0.iter().any(|found| found.starts_with("femke's"));
    let unlocked = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        has_keys()
    });
    let lists = [street.hub.id(), waits.id()].map(|process| {
        let list = |list| (list, fs::read(format!("/proc/{process}/{list}")).unwrap());
        ["cmdline", "environ"].map(list)
    });
    waits.kill().unwrap();
    waits.wait().unwrap();
    assert!(unlocked, "her program has her keys in its memory: else this shows nothing");
    for (list, shown) in lists.as_flattened() {
        assert!(shown.len() > 20, "{list} is read");
        assert_eq!(needles.found_in(shown), BTreeSet::new(), "{list}");
    }
}

/// A program of any user's: it keeps its memory from the disk, and from that user's other programs. The kernel gives
/// the files of such a process to root.
#[test]
fn every_program_keeps_its_memory_to_itself() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    for words in [&["enrol", "--slip", "-"][..], &["--yes", "enrol", "--unattended"]] {
        let mut command = own::program_of_somebody(ZEGEL);
        command
            .args(words)
            .env("ZEGEL_HOME", &home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut waits = command.spawn().unwrap();
        own::until_it_reads(&waits);
        let limits = fs::read_to_string(format!("/proc/{}/limits", waits.id())).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned();
        let owner = fs::metadata(format!("/proc/{}/mem", waits.id())).unwrap().uid();
        let other = own::control();
        let control = fs::metadata(format!("/proc/{}/mem", other.id())).unwrap().uid();
        waits.kill().unwrap();
        waits.wait().unwrap();
        assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core}");
        assert_eq!(owner, 0, "it lets others of its user look into its memory");
        assert_ne!(control, 0, "another program of that user lets them: else this shows nothing");
    }
}
