//! docs/threat-model.md names a test for each of its lines: here it is made sure that those tests are there.

use std::fs;
use std::path::Path;

/// Rows of the tables, as cells.
fn rows(document: &str) -> Vec<Vec<&str>> {
    let rows = document.lines().filter(|line| line.starts_with("| ") && !line.ends_with("| Shown by |"));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// What stands between backquotes.
fn named(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// A file, or a story by its module's path, of which the last word can be a test.
fn is_there(project: &Path, name: &str) -> bool {
    if name.contains('/') {
        return project.join(name).exists();
    }
    let words: Vec<&str> = name.split("::").collect();
    let file = |words: &[&str]| project.join("tests/stories").join(words.join("/")).with_extension("rs");
    let (last, before) = words.split_last().expect("a name");
    file(&words).exists() || (!before.is_empty() && has_test(&file(before), last))
}

/// Whether a file has a test of this name: a function that is no test shows nothing.
fn has_test(path: &Path, name: &str) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    let begins = format!("fn {name}(");
    let mut above = "";
    for line in text.lines().map(str::trim) {
        if line.trim_start_matches("async ").starts_with(&begins) {
            return above.ends_with("test]") || above.starts_with("#[tokio::test(");
        }
        above = line;
    }
    false
}

#[test]
fn every_line_names_a_test_that_is_there() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(project.join("docs/threat-model.md")).unwrap();
    let rows = rows(&document);
    assert!(rows.len() > 30, "the tables are read");
    let mut shown = 0;
    for row in rows {
        let [_, _, by] = row[..] else { panic!("three cells: {row:?}") };
        for name in named(by) {
            assert!(is_there(project, name), "{name} is no story, and no file");
            shown += 1;
        }
    }
    assert!(shown > 40, "most lines are shown");
    assert!(
        ["blind::nothing", "nobody", "blind::everything_planted_is_in"]
            .iter()
            .all(|name| !is_there(project, name)),
        "what is not there, and what is no test, is missed"
    );
}
