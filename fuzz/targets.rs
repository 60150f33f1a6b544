//! What is fuzzed: everything that reads what others wrote. Each takes any bytes; it must not panic, and what it takes
//! it must write again as it was. `cargo fuzz run NAME` in the folder above; the corpora are replayed by the tests.

use std::io::Read;
use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use zegel::client::letter::said::{Answer, Copy};
use zegel::client::note;
use zegel::client::remote::{Evidence, HubInfo, RecordedBatch, Session};
use zegel::client::secret::KeyBundle;
use zegel::client::verbs::enrol::PaperSlip;
use zegel::hub::config::Config;
use zegel::hub::part::requested_range;
use zegel::hub::statements::Batch;
use zegel::hub::web::uploads::number;
use zegel::protocol::cert::mail::open_and_verify;
use zegel::protocol::cert::{PublicCert, SecretCert, verify_statement};
use zegel::protocol::id::Moment;
use zegel::protocol::journal::{Event, JournalPublicKey, Tile};
use zegel::protocol::label::Label;
use zegel::protocol::mime::{Calendar, Message, Outer};
use zegel::protocol::payload::Opener;
use zegel::protocol::recovery::RecoveryCode;
use zegel::protocol::seal::{FileKey, Header, SealingKey, open_file};
use zegel::protocol::statement::Statement;
use zegel::protocol::vault::RekeyedSet;

/// The hub's key of `tests/vectors/journal`.
const KEY: &str = "zvh-ml.example/zegel+2eb6c6f6+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";

const AS_WE_SIGN: &str = include_str!("../tests/vectors/signature/good--as-we-sign.json");
const LETTERS: &str = include_str!("../tests/vectors/letter/letters.json");

type Target = (&'static str, fn(&[u8]));

/// Name and function of each.
pub const ALL: &[Target] = &[
    ("statement", statement),
    ("header", seal_header),
    ("label", label),
    ("cert", cert),
    ("batch", batch),
    ("bundle", bundle),
    ("note", notes),
    ("range", range),
    ("checkpoint", checkpoint),
    ("evidence", evidence),
    ("event", event),
    ("config", config),
    ("mail", mail),
    ("inside", inside),
    ("calendar", calendar),
    ("tus", tus),
    ("tile", tile),
    ("set", set),
    ("code", code),
    ("slip", slip),
    ("payload", payload),
    ("file", file),
    ("signature", signature),
    ("sealed", sealed),
    ("answer", answer),
];

/// The text that is signed (docs/protocol.md 4).
pub fn statement(bytes: &[u8]) {
    if let Ok(statement) = Statement::parse(bytes) {
        assert_eq!(statement.to_text().as_bytes(), bytes);
    }
}

/// An age header for one reader.
pub fn seal_header(bytes: &[u8]) {
    if let Ok(header) = Header::parse(bytes) {
        assert_eq!(header.to_bytes(), bytes);
    }
}

pub fn label(bytes: &[u8]) {
    if let Ok(label) = Label::from_bytes(bytes) {
        assert_eq!(label.to_bytes().as_deref(), Ok(bytes));
    }
}

pub fn cert(bytes: &[u8]) {
    if let Ok(cert) = PublicCert::parse(bytes) {
        assert_eq!(cert.bytes(), bytes);
        let at = Moment::from_unix(1_800_000_000);
        let _ = (cert.usable_for_mail(at), cert.mail_expires());
    }
}

/// A batch as it comes in by HTTP, up to where the database is asked.
pub fn batch(bytes: &[u8]) {
    let Ok(batch) = serde_json::from_slice::<Batch>(bytes) else { return };
    for entry in &batch.entries {
        let _ = entry.read();
    }
    let _ = batch.read_attachments();
}

/// What is inside a member's sealed bundle.
pub fn bundle(bytes: &[u8]) {
    let _ = KeyBundle::from_bytes(bytes);
}

/// Sealed parts in JSON: reasons, answers, copies.
pub fn notes(bytes: &[u8]) {
    let _ = note::from_bytes::<note::Text>(bytes);
    let _ = note::from_bytes::<note::Grounds>(bytes);
    let _ = Answer::from_bytes(bytes);
    let _ = Copy::from_bytes(bytes);
}

/// `Range` and `If-Range` of a request, a line each.
pub fn range(bytes: &[u8]) {
    let mut request = HeaderMap::new();
    let mut lines = bytes.split(|byte| *byte == b'\n');
    for name in [header::RANGE, header::IF_RANGE] {
        if let Some(value) = lines.next().and_then(|line| HeaderValue::from_bytes(line).ok()) {
            request.insert(name, value);
        }
    }
    for length in [0, 1, 1000, u64::MAX] {
        if let Ok(Some((start, end))) = requested_range(&request, "\"tag\"", length) {
            assert!(start < end && end <= length);
        }
    }
}

/// A signed note of the journal; the key is of tests/vectors/journal.
pub fn checkpoint(bytes: &[u8]) {
    let Ok(note) = std::str::from_utf8(bytes) else { return };
    let key: JournalPublicKey = KEY.parse().expect("a key");
    let _ = key.open(note);
}

/// A page of the journal, as a client gets it.
pub fn evidence(bytes: &[u8]) {
    let _ = serde_json::from_slice::<Evidence>(bytes);
}

/// What stands in a leaf.
pub fn event(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(event) = text.parse::<Event>() {
        assert_eq!(event.to_string(), text);
    }
}

/// The hub's configuration.
pub fn config(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("zegel.toml");
    std::fs::write(&file, bytes).expect("a file");
    if let Err(error) = Config::load(&file, []) {
        assert!(!error.to_string().is_empty());
    }
}

/// The outside of a mail.
pub fn mail(bytes: &[u8]) {
    if let Ok(outer) = Outer::parse(bytes) {
        assert_eq!(outer.to_bytes(), bytes);
    }
}

/// What is sealed in a mail.
pub fn inside(bytes: &[u8]) {
    if let Ok(message) = Message::parse(bytes) {
        assert_eq!(message.to_bytes().as_ref().map(|written| written.as_slice()), Ok(bytes));
    }
}

pub fn calendar(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(calendar) = Calendar::parse(text) {
        assert_eq!(calendar.to_text().as_deref(), Ok(text));
    }
}

/// What an upload says of itself: a line for each header.
pub fn tus(bytes: &[u8]) {
    const NAMES: [&str; 3] = ["upload-length", "upload-offset", "content-length"];
    let mut request = HeaderMap::new();
    for (name, line) in NAMES.iter().zip(bytes.split(|byte| *byte == b'\n')) {
        let Ok(value) = HeaderValue::from_bytes(line) else { continue };
        request.insert(HeaderName::from_static(name), value);
    }
    for name in NAMES.map(HeaderName::from_static) {
        let Ok(length) = number(&request, &name) else { continue };
        let text = request[&name].to_str().expect("digits");
        assert_eq!(text.trim_start_matches('0'), length.to_string().trim_start_matches('0'));
    }
}

/// The path of a piece of the tree.
pub fn tile(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(tile) = text.parse::<Tile>() {
        assert_eq!(tile.to_string(), text);
        let nodes = tile.nodes().count();
        assert!((1..=256).contains(&nodes));
        // Where the hub asks whether it has it, of a journal of any size.
        let _ = (tile.is_in(0), tile.is_in(1 << 40), tile.is_in(u64::MAX));
    }
}

/// What a new generation of a vault carries over.
pub fn set(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(set) = text.parse::<RekeyedSet>() {
        assert_eq!(set.to_text(), text);
    }
}

/// A code of paper, as people type it.
pub fn code(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(code) = RecoveryCode::parse(text) {
        let (written, again) = (code.to_text(), RecoveryCode::parse(&code.to_text()));
        assert_eq!(again.expect("what we write").to_text(), written);
    }
}

/// The paper with which one enrols.
pub fn slip(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(slip) = PaperSlip::parse(text) {
        let again = PaperSlip::parse(&slip.to_text()).expect("what we write");
        assert_eq!(again.to_text(), slip.to_text());
    }
}

/// The stream of a sealed part. Nothing comes out of a chunk that was not authenticated, so this is about its form.
pub fn payload(bytes: &[u8]) {
    let Ok(opener) = Opener::new(bytes, &FileKey::from_bytes(&[7; 16])) else { return };
    let mut plain = Vec::new();
    if { opener }.read_to_end(&mut plain).is_ok() {
        assert!(plain.len() < bytes.len());
    }
}

/// A whole age file, for a key that everybody has.
pub fn file(bytes: &[u8]) {
    let _ = open_file(bytes, &SealingKey::from_bytes(&[7; 32]));
}

/// An OpenPGP signature, beside a statement that was signed: only what was made with the key counts.
pub fn signature(bytes: &[u8]) {
    static SIGNED: LazyLock<(serde_json::Value, PublicCert)> = LazyLock::new(|| {
        let vector: serde_json::Value = serde_json::from_str(AS_WE_SIGN).expect("a vector");
        let cert = base64(vector["cert"].as_str().expect("a cert"));
        (vector, PublicCert::parse(&cert).expect("a cert"))
    });
    let (vector, cert) = &*SIGNED;
    let text = |name: &str| vector[name].as_str().expect("a text");
    let at: Moment = text("signed-at").parse().expect("a moment");
    let _ = verify_statement(cert, text("kind"), text("statement").as_bytes(), bytes, at);
    let other = verify_statement(cert, text("kind"), b"zegel/1 approval\n", bytes, at);
    assert!(other.is_err(), "nobody signed this");
}

/// The packets of a letter, for an addressee whose key everybody has.
pub fn sealed(bytes: &[u8]) {
    static PEOPLE: LazyLock<(SecretCert, PublicCert, Moment)> = LazyLock::new(|| {
        let vectors: serde_json::Value = serde_json::from_str(LETTERS).expect("vectors");
        let secret = |who: &str| {
            let secret = base64(vectors["keys"][who]["secret"].as_str().expect("a key"));
            SecretCert::from_bytes(&secret).expect("a key")
        };
        (secret("noor"), secret("joris").public(), "2026-11-23T18:20:00Z".parse().expect("a moment"))
    });
    let (addressee, author, at) = &*PEOPLE;
    let _ = open_and_verify(bytes, addressee, author, *at);
}

/// What a client makes of a hub's answer.
pub fn answer(bytes: &[u8]) {
    let _ = serde_json::from_slice::<RecordedBatch>(bytes);
    let _ = serde_json::from_slice::<HubInfo>(bytes);
    let _ = serde_json::from_slice::<Session>(bytes);
}

fn base64(text: &str) -> Vec<u8> {
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).expect("base64")
}
