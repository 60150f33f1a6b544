//! Takes out each check of hub, client and protocol, one at a time, and sees whether a test notices.
//!
//! Every place where the code refuses gets a number and a switch, in a copy of the project. The copy is built once.
//! Its tests run once with all checks in place, and note at which places something was refused; then, for each place,
//! the tests that came by run again with that one check switched off. One of them must fail. What no test notices, or
//! no test ever makes refuse, is a survivor: `explained.txt` says why it may be one, or the run fails.
//!
//! `make mutants`; with words, only places in files whose path has one of them.

mod places;
mod runs;
mod switch;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use places::Place;

/// Where checks are.
const CODE: [&str; 3] = ["src/client", "src/hub", "src/protocol"];

/// What the copy is made of.
const COPIED: [&str; 14] = [
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "src",
    "tests",
    "migrations",
    "templates",
    "keys.example",
    "benches",
    "browser",
    "fuzz",
    "docs",
    "ops",
    ".config",
];

fn main() -> ExitCode {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the project");
    let words: Vec<String> = std::env::args().skip(1).collect();
    let copy = project.join("target/mutants/copy");
    let places = instrument(&project, &copy);
    println!("{} places where something is refused", places.len());
    let chosen =
        |place: &&Place| words.is_empty() || words.iter().any(|word| place.file.contains(word.as_str()));
    let chosen: Vec<&Place> = places.iter().filter(chosen).collect();
    if words == ["list"] {
        places.iter().for_each(|place| println!("{}:{} {}", place.file, place.line, place.name()));
        return ExitCode::SUCCESS;
    }
    let known = runs::record(&copy);
    let survivors = runs::without_each(&copy, &chosen, &known);
    report(&project, &chosen, &survivors)
}

/// Copies the project, with a switch at each check.
fn instrument(project: &Path, copy: &Path) -> Vec<Place> {
    for name in COPIED {
        copy_over(&project.join(name), &copy.join(name));
    }
    // What npm installed is read only, and stays where it is.
    let (there, here) = (project.join("browser/node_modules"), copy.join("browser/node_modules"));
    if there.exists() && !here.exists() {
        std::os::unix::fs::symlink(there, here).expect("a link");
    }
    let mut places = Vec::new();
    for folder in CODE {
        for file in rust_files(&project.join(folder)) {
            let name = file.strip_prefix(project).expect("in the project").to_string_lossy().into_owned();
            let text = fs::read_to_string(&file).expect("a source file");
            let with_switches = places::instrument(&name, &text, &mut places);
            write_if_other(&copy.join(&name), with_switches.as_bytes());
        }
    }
    let library = fs::read_to_string(project.join("src/lib.rs")).expect("the library");
    let library = format!("#![allow(warnings)]\n{library}\npub mod mutant;\n");
    write_if_other(&copy.join("src/lib.rs"), library.as_bytes());
    write_if_other(&copy.join("src/mutant.rs"), switch::MODULE.as_bytes());
    places
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    files.map(walkdir::DirEntry::into_path).filter(|path| has_checks(path)).collect()
}

/// Whether a file of [`CODE`] is the program's, and not its tests'.
fn has_checks(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "rs")
        && path.file_stem().is_some_and(|stem| stem != "tests")
        && !path.to_string_lossy().contains("/testing")
}

/// Files that are as they were keep their time, so that they aren't built again.
fn copy_over(from: &Path, to: &Path) {
    let is_ours =
        |entry: &walkdir::DirEntry| !matches!(entry.file_name().to_str(), Some("target" | "node_modules"));
    for entry in walkdir::WalkDir::new(from).into_iter().filter_entry(is_ours).filter_map(Result::ok) {
        if !entry.file_type().is_file() {
            continue;
        }
        let inside = entry.path().strip_prefix(from).expect("inside");
        let to = if inside.as_os_str().is_empty() { to.to_owned() } else { to.join(inside) };
        // What gets switches is written once, with them.
        let is_code = CODE.iter().any(|folder| to.to_string_lossy().contains(&format!("copy/{folder}")));
        if to.ends_with("src/lib.rs") || is_code && has_checks(&to) {
            continue;
        }
        write_if_other(&to, &fs::read(entry.path()).expect("a file"));
        let permissions = fs::metadata(entry.path()).expect("a file").permissions();
        fs::set_permissions(&to, permissions).expect("a file of ours");
    }
}

fn write_if_other(to: &Path, bytes: &[u8]) {
    if fs::read(to).is_ok_and(|there| there == bytes) {
        return;
    }
    fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
    fs::write(to, bytes).expect("a file");
}

/// Prints who survived, and fails when that is not explained, or an explanation explains nothing.
fn report(project: &Path, chosen: &[&Place], survivors: &BTreeMap<usize, &'static str>) -> ExitCode {
    let text = fs::read_to_string(project.join("tests/mutants/explained.txt")).unwrap_or_default();
    let explained: Vec<(&str, &str)> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once(" -- "))
        .collect();
    let mut unexplained = 0;
    for place in chosen.iter().filter(|place| survivors.contains_key(&place.number)) {
        let name = place.name();
        if explained.iter().any(|(what, _)| *what == name) {
            continue;
        }
        unexplained += 1;
        println!("{}:{}: {}\n    {name}", place.file, place.line, survivors[&place.number]);
    }
    let caught = chosen.len() - survivors.len();
    println!(
        "{} places: {caught} caught, {} survive, of which {unexplained} unexplained",
        chosen.len(),
        survivors.len()
    );
    let gone: Vec<&str> = explained
        .iter()
        .map(|(what, _)| *what)
        .filter(|what| !chosen.iter().any(|place| place.name() == *what))
        .collect();
    if chosen.len() > 500 {
        gone.iter().for_each(|what| println!("explained, but not there: {what}"));
    }
    if unexplained == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
