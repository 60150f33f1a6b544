//! Runs the copy's tests: once to see who comes by where, then with one check less each time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::places::Place;

/// A test: its binary's id and its name.
type Test = (String, String);

/// The house's own rules are about the code as people read it, not about the copy; PostgreSQL judges as SQLite does; and
/// what is about crashes, memory and load is slow, and not about a check.
const ASKED: &str =
    "not binary(house) and not binary(protocol_doc) and not test(postgres) and not test(bucket)
    and not test(/^(crash|memory|size|slow|together|demo|faults)::/)";

/// How many tests are asked about one check before it is said that none notices.
const MOST: usize = 15;
/// So many of one binary run in one process.
const AT_A_TIME: usize = 3;
/// How many checks are looked at side by side.
const SIDE_BY_SIDE: usize = 2;
/// Seconds after which a test that never ends has noticed.
const PATIENCE: &str = "150";
/// What a test may write at most, in bytes: without one of its checks a program may write until the disk is full.
const LONGEST_FILE: &str = "--fsize=1000000000";

/// What is known of the tests once they ran.
pub struct Known {
    /// Which tests make which place refuse, the quickest first.
    refused: BTreeMap<usize, Vec<Test>>,
    binaries: BTreeMap<String, Binary>,
}

struct Binary {
    path: PathBuf,
    folder: PathBuf,
}

fn nextest(copy: &Path, what: &str) -> Command {
    let mut command = Command::new("cargo");
    command.args(["nextest", what, "--locked", "--offline"]).stdin(Stdio::null());
    command.args(["-E", ASKED]);
    // What cargo says of this program to it would have some packages built anew.
    std::env::vars()
        .filter(|(name, _)| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST"))
        .for_each(|(name, _)| {
            command.env_remove(name);
        });
    command.current_dir(copy).env("CARGO_TARGET_DIR", copy.join("../target"));
    command
}

/// Builds the copy, and runs all of its tests with all checks in place. Tests that fail so are of no use, and left out.
pub fn record(copy: &Path) -> Known {
    let notes = copy.join("../notes");
    let _ = fs::remove_dir_all(&notes);
    fs::create_dir_all(&notes).expect("a folder");
    let listed = nextest(copy, "list").args(["--message-format", "json"]).stderr(Stdio::inherit()).output();
    let listed = listed.expect("cargo nextest");
    assert!(listed.status.success(), "the copy does not build");
    let binaries = binaries(&serde_json::from_slice(&listed.stdout).expect("a list"));
    let output = nextest(copy, "run")
        .args(["--no-fail-fast", "--status-level", "all", "--final-status-level", "none"])
        .args(["--show-progress", "none", "--failure-output", "never", "--success-output", "never"])
        .env("ZEGEL_MUTANT_NOTES", &notes)
        .stderr(Stdio::piped())
        .output()
        .expect("cargo nextest");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    fs::write(copy.join("../record.log"), &said).expect("a log");
    let passed: BTreeMap<Test, f64> = said.lines().filter_map(passed).collect();
    let mut refused: BTreeMap<usize, BTreeSet<Test>> = BTreeMap::new();
    for entry in fs::read_dir(&notes).expect("notes").filter_map(Result::ok) {
        for line in fs::read_to_string(entry.path()).unwrap_or_default().lines() {
            let words: Vec<&str> = line.splitn(3, ' ').collect();
            let [number, binary, test] = words[..] else { continue };
            let test = (binary.to_owned(), test.to_owned());
            if passed.contains_key(&test) {
                refused.entry(number.parse().expect("a number")).or_default().insert(test);
            }
        }
    }
    println!("{} places refuse in some test; {} tests passed", refused.len(), passed.len());
    let quickest_first = |tests: BTreeSet<Test>| {
        let mut tests: Vec<Test> = tests.into_iter().collect();
        tests.sort_by(|a, b| passed[a].total_cmp(&passed[b]));
        tests.truncate(MOST);
        tests
    };
    let refused = refused.into_iter().map(|(number, tests)| (number, quickest_first(tests))).collect();
    Known { refused, binaries }
}

fn binaries(listed: &Value) -> BTreeMap<String, Binary> {
    let suites = listed["rust-suites"].as_object().expect("suites");
    let path = |suite: &Value, name: &str| PathBuf::from(suite[name].as_str().expect("a path"));
    let binary = |suite| Binary { path: path(suite, "binary-path"), folder: path(suite, "cwd") };
    suites.iter().map(|(id, suite)| (id.clone(), binary(suite))).collect()
}

/// `PASS [   0.012s] (1/2) zegel::stories lies::a_test`
fn passed(line: &str) -> Option<(Test, f64)> {
    let line = line.trim_start().strip_prefix("PASS [")?;
    let (took, rest) = line.split_once("s]")?;
    let mut words = rest.rsplit(' ');
    let test = words.next()?.to_owned();
    Some(((words.next()?.to_owned(), test), took.trim().parse().ok()?))
}

/// Who is not missed: by number, and why.
pub fn without_each(copy: &Path, places: &[&Place], known: &Known) -> BTreeMap<usize, &'static str> {
    let (next, survivors) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let log = copy.join("../survivors.txt");
    let _ = fs::remove_file(&log);
    let work = || {
        while let Some(place) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
            let done = next.load(Ordering::Relaxed);
            if let Some(why) = survives(place, known) {
                let mut survivors = survivors.lock().expect("no panic elsewhere");
                survivors.insert(place.number, why);
                let line = format!("{}:{}: {why}\n    {}\n", place.file, place.line, place.name());
                fs::write(&log, fs::read_to_string(&log).unwrap_or_default() + &line).expect("a log");
            }
            if done.is_multiple_of(50) {
                println!("{done} of {}", places.len());
            }
        }
    };
    std::thread::scope(|scope| (0..SIDE_BY_SIDE).for_each(|_| drop(scope.spawn(work))));
    survivors.into_inner().expect("no panic elsewhere")
}

fn survives(place: &Place, known: &Known) -> Option<&'static str> {
    match known.refused.get(&place.number) {
        // What stands elsewhere refuses, and is looked at there.
        None if place.passes_on => None,
        None => Some("no test makes it refuse"),
        Some(tests) if tests.chunks(AT_A_TIME).any(|some| fails(known, place.number, some)) => None,
        Some(_) => Some("no test notices that it is gone"),
    }
}

/// Whether one of these tests fails, or never ends, with a check switched off.
fn fails(known: &Known, number: usize, tests: &[Test]) -> bool {
    let binaries: BTreeSet<&String> = tests.iter().map(|(binary, _)| binary).collect();
    binaries.into_iter().any(|id| {
        let binary = &known.binaries[id];
        let names = tests.iter().filter(|(of, _)| of == id).map(|(_, name)| name);
        let status = Command::new("prlimit")
            .arg(LONGEST_FILE)
            .args(["timeout", "--kill-after", "5", PATIENCE])
            .arg(&binary.path)
            .args(["--exact", "--test-threads", "2"])
            .args(names)
            .current_dir(&binary.folder)
            .env("ZEGEL_MUTANT", number.to_string())
            .env("INSTA_UPDATE", "no")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        !status.expect("timeout, of Debian's coreutils").success()
    })
}
