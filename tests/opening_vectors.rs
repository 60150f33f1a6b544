//! The scenes of `tests/vectors/history` and `tests/vectors/opening`, for any client: what was signed, in order, and
//! whether the last of it counts, or an item opens. Their format is in `docs/protocol.md`.
//!
//! With ZEGEL_WRITE_VECTORS=1 the scenes are told and written anew; else they are only read.

#[path = "support/scenes.rs"]
mod scenes;
#[path = "support/story.rs"]
mod story;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use zegel::protocol::cert::PublicCert;
use zegel::protocol::directory::House;
use zegel::protocol::history::{Entry, History, View};
use zegel::protocol::id::{CaseNumber, Digest, HubName, MemberId, Moment};
use zegel::protocol::meeting::may_open;
use zegel::protocol::refusal::Refusal;
use zegel::protocol::statement::Statement;

use scenes::{Scene, code, scenes};
use story::*;

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(format!("{file}.json"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    what: String,
    after: Option<String>,
    hub: Option<HubName>,
    authority: Option<String>,
    #[serde(default)]
    certs: BTreeMap<Digest, String>,
    entries: Vec<Line>,
    question: Option<Opening>,
    expect: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    leaf: u64,
    at: Moment,
    statement: String,
    signature: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    case: CaseNumber,
    release: Digest,
    item: Digest,
    reader: MemberId,
    now: Moment,
}

/// What a scene has led to, and the certs that were attached so far.
#[derive(Clone)]
struct Told {
    history: History,
    certs: BTreeMap<Digest, Vec<u8>>,
}

fn read(file: &str) -> Vector {
    let text = fs::read_to_string(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn bytes(base64: &str) -> Vec<u8> {
    STANDARD.decode(base64).unwrap()
}

/// Tells a scene with all before it. Only its last statement may be refused.
fn tell(file: &str, told_before: &mut BTreeMap<String, Told>) -> (Told, &'static str) {
    let vector = read(file);
    let mut told = match &vector.after {
        Some(after) if told_before.contains_key(after) => told_before[after].clone(),
        Some(after) => {
            let (told, answer) = tell(after, told_before);
            assert_eq!(answer, "good", "{after}, before {file}");
            told_before.insert(after.clone(), told.clone());
            told
        }
        None => {
            let authority = PublicCert::parse(&bytes(&vector.authority.unwrap())).unwrap();
            let house = House::new(vector.hub.unwrap(), Arc::new(authority));
            Told { history: History::new(house), certs: BTreeMap::new() }
        }
    };
    told.certs.extend(vector.certs.iter().map(|(digest, cert)| (*digest, bytes(cert))));
    let mut answer = "good";
    for (place, line) in vector.entries.iter().enumerate() {
        assert_eq!(answer, "good", "{file}: statement {place}");
        answer = code(record(&mut told, line));
    }
    if let Some(question) = vector.question {
        assert_eq!(answer, "good", "{file}: its last statement");
        let (house, case) = (&told.history.house, told.history.case(question.case).unwrap());
        answer = code(may_open(house, case, question.release, question.item, question.reader, question.now));
    }
    assert_eq!(answer, vector.expect, "{file}: {}", vector.what);
    (told, answer)
}

fn record(told: &mut Told, line: &Line) -> Result<(), Refusal> {
    let (text, signature) = (line.statement.as_bytes(), bytes(&line.signature));
    let statement = Statement::parse(text)?;
    let (leaf, at, certs) = (line.leaf, line.at, &told.certs);
    let id = Digest::of(text);
    let entry = Entry { id, statement: &statement, text, signature: &signature, leaf, at, certs };
    told.history.record(&entry, View::Whole, None).map(|_| ())
}

#[test]
fn every_scene_ends_as_it_says() {
    if std::env::var_os("ZEGEL_WRITE_VECTORS").is_some() {
        write();
    }
    let mut told = BTreeMap::new();
    for (folder, at_least) in [("history", 130), ("opening", 25)] {
        let files = fs::read_dir(path(folder).with_extension("")).unwrap();
        let names = files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
        let names: Vec<String> = names.collect();
        assert!(names.len() >= at_least, "{folder} has only {}", names.len());
        for name in names {
            tell(&format!("{folder}/{name}"), &mut told);
        }
    }
}

/// But for the signatures, which are salted.
#[test]
fn what_is_written_is_what_the_scenes_tell() {
    // Another test is at it.
    if std::env::var_os("ZEGEL_WRITE_VECTORS").is_some() {
        return;
    }
    let mut files = files();
    for scene in scenes() {
        let file = path(&scene.file);
        assert!(files.remove(&file), "{}: ZEGEL_WRITE_VECTORS=1 writes it", scene.file);
        let there: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert_eq!(unsigned(there), unsigned(written(&scene)), "{}", scene.file);
    }
    assert!(files.is_empty(), "of no scene: {files:?}");
}

/// A file that tells its scene already stays as it is: signed anew, it would only have other salts.
fn write() {
    let mut files = files();
    for scene in scenes() {
        let file = path(&scene.file);
        let there = files.remove(&file).then(|| serde_json::from_slice(&fs::read(&file).unwrap()).unwrap());
        let told = written(&scene);
        if there.map(unsigned) != Some(unsigned(told.clone())) {
            fs::write(file, serde_json::to_string_pretty(&told).unwrap() + "\n").unwrap();
        }
    }
    files.iter().for_each(|file| fs::remove_file(file).unwrap());
    story::keys::keep_keys();
}

fn files() -> BTreeSet<PathBuf> {
    let folders = ["history", "opening"].into_iter();
    folders
        .flat_map(|folder| fs::read_dir(path(folder).with_extension("")).unwrap())
        .map(|file| file.unwrap().path())
        .collect()
}

fn unsigned(mut vector: Value) -> Value {
    for entry in vector["entries"].as_array_mut().unwrap() {
        entry.as_object_mut().unwrap().remove("signature");
    }
    vector
}

fn written(scene: &Scene) -> Value {
    let entry = |told: &story::Told| {
        let signature = STANDARD.encode(&told.signature);
        json!({ "leaf": told.leaf, "at": told.at, "statement": told.text, "signature": signature })
    };
    let certs = scene.told.iter().flat_map(|told| &told.certs);
    let certs: BTreeMap<_, _> =
        certs.map(|(digest, cert)| (digest.to_string(), STANDARD.encode(cert))).collect();
    let mut vector = json!({ "what": scene.what, "expect": scene.expect });
    match &scene.after {
        Some(after) => vector["after"] = json!(after),
        None => {
            vector["hub"] = json!(HUB);
            vector["authority"] = json!(STANDARD.encode(keys("authority").cert.public().bytes()));
        }
    }
    if !certs.is_empty() {
        vector["certs"] = json!(certs);
    }
    vector["entries"] = scene.told.iter().map(entry).collect();
    if let Some(q) = &scene.question {
        let case = "ZVH-2026-0001";
        vector["question"] =
            json!({ "case": case, "release": q.release, "item": q.item, "reader": q.reader, "now": q.now });
    }
    vector
}
