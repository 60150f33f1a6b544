//! What the copy's code asks at each check.

/// The module that is put into the copy.
pub const MODULE: &str = r#"//! Switches of checks: see tests/mutants.
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{LazyLock, Mutex};

static OFF: LazyLock<Option<u32>> = LazyLock::new(|| std::env::var("ZEGEL_MUTANT").ok()?.parse().ok());
static NOTED: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Whether the check stands, here where it refuses.
pub fn stands(number: u32) -> bool {
    note(number);
    *OFF != Some(number)
}

/// What is asked, or yes where the check is off.
pub fn truth(number: u32, is_so: bool) -> bool {
    is_so || !stands(number)
}

fn note(number: u32) {
    let Ok(folder) = std::env::var("ZEGEL_MUTANT_NOTES") else { return };
    if !NOTED.lock().unwrap_or_else(|held| held.into_inner()).insert(number) {
        return;
    }
    let test = std::env::var("NEXTEST_TEST_NAME").unwrap_or_default();
    let binary = std::env::var("NEXTEST_BINARY_ID").unwrap_or_default();
    let file = format!("{folder}/{}", std::process::id());
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).expect("notes");
    file.write_all(format!("{number} {binary} {test}\n").as_bytes()).expect("notes");
}
"#;
