//! The statements of `tests/vectors/statement`, for any client: which texts are statements, what they say, and which
//! are none and why. Their format is in `docs/protocol.md`.
//!
//! With ZEGEL_WRITE_VECTORS=1 they are written anew; else they are only read.

#[path = "support/samples.rs"]
mod samples;
#[path = "support/spoilt.rs"]
mod spoilt;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use zegel::protocol::id::Digest;
use zegel::protocol::lines::BadStatement;
use zegel::protocol::statement::{Body, SHAPE, Statement};

use samples::{Choose, sample};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/statement")
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    valid: Vec<String>,
    refused: Vec<Refused>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    name: String,
    what: String,
    expect: String,
    /// Where the fault is, counted from 1, if it is on one line.
    line: Option<usize>,
}

fn index() -> Index {
    serde_json::from_slice(&fs::read(folder().join("index.json")).unwrap()).unwrap()
}

#[test]
fn the_vectors_hold() {
    if std::env::var_os("ZEGEL_WRITE_VECTORS").is_some() {
        write();
    }
    valid_statements_say_what_their_json_says();
    refused_statements_are_refused_for_their_reason();
    no_file_is_without_an_entry();
}

fn valid_statements_say_what_their_json_says() {
    let mut kinds = BTreeSet::new();
    for name in index().valid {
        let bytes = fs::read(folder().join(format!("valid/{name}.txt"))).unwrap();
        let json = fs::read(folder().join(format!("valid/{name}.json"))).unwrap();
        let json: Value = serde_json::from_slice(&json).unwrap();
        let statement = Statement::parse(&bytes).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        assert_eq!(statement.to_text().as_bytes(), bytes, "{name}");
        assert_eq!(statement.id().to_string(), json["id"], "{name}");
        assert_eq!(parsed(&statement), json, "{name}");
        kinds.insert(statement.body.kind());
    }
    assert_eq!(kinds.len(), Body::KINDS.len(), "each kind has a valid statement");
}

fn refused_statements_are_refused_for_their_reason() {
    let refused = index().refused;
    assert!(refused.len() >= 100, "only {}", refused.len());
    for Refused { name, what, expect, line } in refused {
        let bytes = fs::read(folder().join(format!("refused/{name}.txt"))).unwrap();
        let problem = Statement::parse(&bytes).expect_err(&format!("{name}: {what}"));
        assert_eq!((problem.code(), line_of(&problem)), (expect.as_str(), line), "{name}: {problem}");
    }
}

fn no_file_is_without_an_entry() {
    let index = index();
    let files = |of: &str| {
        let files = fs::read_dir(folder().join(of)).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect::<BTreeSet<_>>()
    };
    let refused = index.refused.iter().map(|refused| format!("{}.txt", refused.name)).collect();
    let valid = index.valid.iter().flat_map(|name| [format!("{name}.txt"), format!("{name}.json")]).collect();
    assert_eq!((files("refused"), files("valid")), (refused, valid));
}

fn line_of(problem: &BadStatement) -> Option<usize> {
    match problem {
        BadStatement::BadCharacter { line }
        | BadStatement::LineTooLong { line }
        | BadStatement::Expected { line, .. }
        | BadStatement::BadValue { line, .. }
        | BadStatement::NotSorted { line, .. }
        | BadStatement::TooMany { line, .. }
        | BadStatement::AfterTheEnd { line } => Some(*line),
        _ => None,
    }
}

/// What a statement says, as the vectors have it. A line that may be left out is absent or a value, one that may be
/// repeated is a list; a value of several words is an object.
fn parsed(statement: &Statement) -> Value {
    let text = statement.to_text();
    let kind = statement.body.kind();
    let lines: Vec<(&str, &str)> = text.lines().skip(1).map(|line| line.split_once(": ").unwrap()).collect();
    let own = &lines[2..lines.len() - 2];
    let (_, shape) = SHAPE.iter().find(|(name, _)| *name == kind).unwrap();
    let mut fields = Map::new();
    for (name, how, what) in *shape {
        let mut values = own.iter().filter(|(field, _)| field == name).map(|(_, text)| value(what, text));
        match *how {
            "many" => drop(fields.insert((*name).to_owned(), values.collect())),
            _ => fields.extend(values.next_back().map(|value| ((*name).to_owned(), value))),
        }
    }
    json!({
        "id": Digest::of(text.as_bytes()),
        "kind": kind,
        "hub": statement.hub,
        "journal": { "size": statement.journal.size, "root": hex::encode(statement.journal.root) },
        "fields": fields,
        "by": statement.by.to_string(),
        "signed-at": statement.signed_at,
    })
}

fn value(what: &str, text: &str) -> Value {
    let words: Vec<&str> = text.split([' ', '/']).collect();
    let number = |text: &str| json!(text.parse::<u64>().unwrap());
    match (what, &words[..]) {
        ("Number", [digits]) => number(digits),
        ("Payload", [digest, length, commitment]) => {
            json!({ "digest": digest, "length": number(length), "commitment": commitment })
        }
        ("VaultGrant", [vault, generation, header]) => {
            json!({ "vault": vault, "generation": number(generation), "header": header })
        }
        ("Participant", [member, seat]) => json!({ "member": member, "seat": seat }),
        ("Approved", [item, approval]) => json!({ "item": item, "approval": approval }),
        ("OwnItem", [item, label, body]) => json!({ "item": item, "grant-label": label, "grant-body": body }),
        _ => json!(text),
    }
}

fn write() {
    for of in ["valid", "refused"] {
        let _ = fs::remove_dir_all(folder().join(of));
        fs::create_dir_all(folder().join(of)).unwrap();
    }
    let mut index = Index { valid: Vec::new(), refused: Vec::new() };
    for kind in Body::KINDS {
        let (full, bare) = (sample(kind, &mut Choose::Full), sample(kind, &mut Choose::Bare));
        write_valid(&format!("{kind}-full"), &full, &mut index);
        if full != bare {
            write_valid(&format!("{kind}-bare"), &bare, &mut index);
        }
    }
    for (name, what, text) in spoilt::valid() {
        write_valid(name, &text, &mut index);
        assert!(!what.is_empty());
    }
    for (name, expect, what, bytes) in spoilt::refused() {
        fs::write(folder().join(format!("refused/{name}.txt")), &bytes).unwrap();
        let line = Statement::parse(&bytes).err().as_ref().and_then(line_of);
        let (name, what, expect) = (name.to_owned(), what.to_owned(), expect.to_owned());
        index.refused.push(Refused { name, what, expect, line });
    }
    let text = serde_json::to_string_pretty(&index).unwrap() + "\n";
    fs::write(folder().join("index.json"), text).unwrap();
}

fn write_valid(name: &str, text: &str, index: &mut Index) {
    let statement =
        Statement::parse(text.as_bytes()).unwrap_or_else(|problem| panic!("{name}: {problem}\n{text}"));
    let json = serde_json::to_string_pretty(&parsed(&statement)).unwrap() + "\n";
    fs::write(folder().join(format!("valid/{name}.txt")), text).unwrap();
    fs::write(folder().join(format!("valid/{name}.json")), json).unwrap();
    index.valid.push(name.to_owned());
}
