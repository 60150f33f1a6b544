//! Labels, and what is made of names and texts that others chose.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zegel::protocol::id::Digest;
use zegel::protocol::label::{BadLabel, Label, for_terminal, safe_file_name};

use super::{assert_all_shown, folder, read, write};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelBytes {
    comment: String,
    expect: String,
    bytes: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<Value>,
}

#[test]
fn labels() {
    write("label", &made_labels());
    let vectors = read::<LabelBytes>("label");
    for (name, vector) in &vectors {
        let bytes = BASE64.decode(&vector.bytes).unwrap();
        let outcome = Label::from_bytes(&bytes);
        assert_eq!(outcome.as_ref().map_or_else(|bad| bad.name(), |_| "good"), vector.expect, "{name}");
        if let Ok(label) = outcome {
            assert_eq!(Some(serde_json::to_value(&label).unwrap()), vector.label, "{name}");
            assert_eq!(label.to_bytes().unwrap(), bytes, "{name}");
        }
    }
    let reasons = ["good", "too long", "padding", "not utf-8", "json", "field", "spelling"];
    assert_all_shown(&reasons, vectors.into_values().map(|vector| vector.expect));
}

#[test]
fn a_label_that_says_as_much_as_it_may_of_everything_is_too_long() {
    let mut label: Label = serde_json::from_value(a_label()).unwrap();
    let long = |length| "\u{1f4c4}".repeat(length);
    (label.title, label.file_name) = (long(200), long(255));
    (label.legal_ground, label.allowed_use) = (long(500), long(2000));
    assert!(label.to_bytes().is_ok());
    label.cites = (0..64).map(|number| Digest([number; 32])).collect();
    assert_eq!(label.to_bytes(), Err(BadLabel::TooLong));
}

#[test]
fn texts_of_others() {
    let names: Vec<(String, String)> =
        serde_json::from_slice(&std::fs::read(folder("label/text/file-names.json")).unwrap()).unwrap();
    for (name, safe) in names {
        assert_eq!(safe_file_name(&name), safe, "{name:?}");
    }
    let lines: Vec<(String, String)> =
        serde_json::from_slice(&std::fs::read(folder("label/text/terminal.json")).unwrap()).unwrap();
    for (text, shown) in lines {
        assert_eq!(for_terminal(&text), shown, "{text:?}");
    }
}

fn a_label() -> Value {
    json!({
        "title": "Zorgen over de thuissituatie", "file_name": "zorgen.pdf", "media_type": "application/pdf",
        "period_from": "2026-09-01", "period_until": "2026-11-20", "regime": "wpg",
        "legal_ground": "Wpg artikel 20", "allowed_use": "Alleen voor deze casus.\nNiet in het dossier.",
        "onward": "ask", "police": {"kind": "opinion", "reliability": "niet bevestigd"},
        "cites": [format!("sha256:{}", "0a".repeat(32)), format!("sha256:{}", "1b".repeat(32))],
        "body_digest": Digest::of(b"body").to_string(), "body_length": 4
    })
}

fn padded(json: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = json.to_vec();
    bytes.resize(length - 1, b' ');
    bytes.push(b'\n');
    bytes
}

/// The fields in the order of a label: a map sorts them, and that would be another spelling.
fn spelled(label: &Value) -> String {
    let order = "title file_name media_type period_from period_until regime legal_ground allowed_use onward \
                 police cites body_digest body_length more";
    let fields = order.split_whitespace().filter_map(|name| Some((name, label.get(name)?)));
    let fields: Vec<_> = fields.map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    format!("{{{}}}", fields.join(","))
}

/// The values of a label's fields, without the names.
fn listed(label: &Value) -> String {
    let order = "title file_name media_type period_from period_until regime legal_ground allowed_use onward \
                 police cites body_digest body_length";
    order.split_whitespace().map(|name| label[name].clone()).collect::<Value>().to_string()
}

fn made_labels() -> Vec<(String, LabelBytes)> {
    let vector = |comment: &str, expect: &str, bytes: &[u8]| LabelBytes {
        comment: comment.to_owned(),
        expect: expect.to_owned(),
        bytes: BASE64.encode(bytes),
        label: None,
    };
    let with = |field: &str, value: Value| {
        let mut label = a_label();
        label[field] = value;
        label
    };
    let good = |comment: &str, label: Value| {
        let json = spelled(&label);
        let bytes = padded(json.as_bytes(), (json.len() + 1).next_multiple_of(1024));
        LabelBytes { label: Some(label), ..vector(comment, "good", &bytes) }
    };
    let bytes = padded(spelled(&a_label()).as_bytes(), 1024);
    let json = spelled(&a_label());
    let mut smallest = with("regime", json!("medical"));
    for field in ["police", "period_from", "period_until"] {
        smallest.as_object_mut().unwrap().remove(field);
    }
    let mut no_police = a_label();
    no_police.as_object_mut().unwrap().remove("police");
    let mut all = vec![
        ("good".to_owned(), good("all fields", a_label())),
        ("good-smallest".to_owned(), good("without what may be left out", smallest.clone())),
        (
            "good-two-kib".to_owned(),
            good("needs more than one KiB", with("allowed_use", json!("Alleen lezen. ".repeat(60)))),
        ),
        (
            "good-escapes".to_owned(),
            good(
                "quotes, a backslash and characters beyond ASCII",
                with("title", json!("\"C:\\plan\" – é 📄 \u{202e}x")),
            ),
        ),
        ("too-long".to_owned(), vector("17 KiB", "too long", &padded(json.as_bytes(), 17 * 1024))),
        ("padding-empty".to_owned(), vector("nothing", "padding", b"")),
        ("padding-none".to_owned(), vector("JSON only", "padding", json.as_bytes())),
        ("padding-no-lf".to_owned(), vector("no final LF", "padding", &[&bytes[..1023], b" "].concat())),
        ("padding-short".to_owned(), vector("a byte too short", "padding", &bytes[1..])),
        ("padding-much".to_owned(), vector("a KiB too much", "padding", &padded(json.as_bytes(), 2048))),
        ("padding-two-lf".to_owned(), vector("two LF", "spelling", &[&bytes[..1022], b"\n\n"].concat())),
        ("not-utf8".to_owned(), vector("Latin-1", "not utf-8", &padded(b"{\"title\":\"\xe9\xe9n\"}", 1024))),
        ("json-none".to_owned(), vector("spaces only", "json", &padded(b"", 1024))),
        ("json-array".to_owned(), vector("not an object", "json", &padded(b"[1]", 1024))),
        (
            "json-list".to_owned(),
            vector("the fields as a list", "json", &padded(listed(&a_label()).as_bytes(), 1024)),
        ),
        (
            "json-list-police".to_owned(),
            vector(
                "the fields of one as a list",
                "json",
                &padded(spelled(&with("police", json!(["opinion", "niet bevestigd"]))).as_bytes(), 1024),
            ),
        ),
        (
            "json-word-object".to_owned(),
            vector(
                "a word as a field",
                "json",
                &padded(json.replacen("\"wpg\"", "{\"wpg\":null}", 1).as_bytes(), 1024),
            ),
        ),
        ("json-cut".to_owned(), vector("cut off", "json", &padded(&json.as_bytes()[..json.len() - 1], 1024))),
        (
            "json-unknown-field".to_owned(),
            vector("a field too many", "json", &padded(spelled(&with("more", json!(1))).as_bytes(), 1024)),
        ),
        (
            "json-twice".to_owned(),
            vector(
                "a field twice",
                "json",
                &padded(json.replacen('{', "{\"title\":\"Iets anders\",", 1).as_bytes(), 1024),
            ),
        ),
        ("json-missing".to_owned(), vector("fields missing", "json", &padded(b"{\"title\":\"Plan\"}", 1024))),
        (
            "spelling-space".to_owned(),
            vector(
                "a space after a colon",
                "spelling",
                &padded(json.replacen(':', ": ", 1).as_bytes(), 1024),
            ),
        ),
        (
            "spelling-order".to_owned(),
            vector("fields in another order", "spelling", &padded(a_label().to_string().as_bytes(), 1024)),
        ),
        (
            "spelling-escape".to_owned(),
            vector(
                "a letter as an escape",
                "spelling",
                &padded(json.replacen('Z', "\\u005a", 1).as_bytes(), 1024),
            ),
        ),
        (
            "spelling-null".to_owned(),
            vector(
                "what is left out, as null",
                "spelling",
                &padded(spelled(&with("period_until", Value::Null)).as_bytes(), 1024),
            ),
        ),
        (
            "field-no-police".to_owned(),
            vector("wpg without it", "field", &padded(spelled(&no_police).as_bytes(), 1024)),
        ),
    ];
    let fields = [
        ("title-empty", "title", json!(" ")),
        ("title-long", "title", json!("é".repeat(201))),
        ("title-two-lines", "title", json!("Plan\nvan aanpak")),
        ("title-escape", "title", json!("Plan \u{1b}[2J")),
        ("file-name-empty", "file_name", json!("")),
        ("file-name-line-separator", "file_name", json!("a\u{2028}b")),
        ("media-type", "media_type", json!("Application/PDF")),
        ("media-type-parameter", "media_type", json!("text/plain; charset=utf-8")),
        ("period", "period_until", json!("2026-08-31")),
        ("legal-ground", "legal_ground", json!("x".repeat(501))),
        ("allowed-use", "allowed_use", json!("x".repeat(2001))),
        ("allowed-use-cr", "allowed_use", json!("een\r\ntwee")),
        ("police-elsewhere", "regime", json!("avg")),
        ("reliability", "police", json!({"kind": "fact", "reliability": ""})),
        (
            "cites-unsorted",
            "cites",
            json!([format!("sha256:{}", "1b".repeat(32)), format!("sha256:{}", "0a".repeat(32))]),
        ),
        (
            "cites-twice",
            "cites",
            json!([format!("sha256:{}", "1b".repeat(32)), format!("sha256:{}", "1b".repeat(32))]),
        ),
        ("body-length", "body_length", json!((1u64 << 50) + 1)),
    ];
    for (name, field, value) in fields {
        let json = spelled(&with(field, value));
        let bytes = padded(json.as_bytes(), (json.len() + 1).next_multiple_of(1024));
        all.push((format!("field-{name}"), vector(&format!("{field} can't be so"), "field", &bytes)));
    }
    all
}
