//! What is fuzzed: everything that reads what others wrote. Each takes any bytes; it must not panic, and what it takes
//! it must write again as it was. `cargo fuzz run NAME` in the folder above; the corpora are replayed by the tests.

use axum::http::{HeaderMap, HeaderValue, header};
use zegel::client::letter::said::{Answer, Copy};
use zegel::client::note;
use zegel::client::remote::Evidence;
use zegel::client::secret::KeyBundle;
use zegel::hub::config::Config;
use zegel::hub::part::requested_range;
use zegel::hub::statements::Batch;
use zegel::protocol::cert::PublicCert;
use zegel::protocol::id::Moment;
use zegel::protocol::journal::{Event, JournalPublicKey};
use zegel::protocol::label::Label;
use zegel::protocol::mime::{Calendar, Message, Outer};
use zegel::protocol::seal::Header;
use zegel::protocol::statement::Statement;

/// The hub's key of `tests/vectors/journal`.
const KEY: &str = "zvh-ml.example/zegel+2eb6c6f6+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";

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
