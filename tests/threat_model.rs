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

/// A test of a story by its module's path, one of another Rust file by that file's, or a whole file of what has no
/// tests by name.
fn is_there(project: &Path, name: &str) -> bool {
    let Some((place, test)) = name.rsplit_once("::") else {
        // Whoever names a file of Rust can name the test in it.
        let is_test_by_name = name.ends_with(".rs") && !name.starts_with("benches/");
        return name.contains('/') && !is_test_by_name && project.join(name).is_file();
    };
    match place.ends_with(".rs") {
        true => has_test(&project.join(place), test),
        false => {
            let story = project.join("tests/stories").join(place.replace("::", "/"));
            has_test(&story.with_extension("rs"), test)
        }
    }
}

/// What makes tests of functions that are told on each database.
const TOLD_BY: [&str; 3] = ["on_both!", "on_both_and_in_a_bucket!", "together!"];

/// Whether a file has a test of this name: a function that is no test shows nothing.
fn has_test(path: &Path, name: &str) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    let begins = format!("fn {name}(");
    let mut above = "";
    for line in text.lines().map(str::trim) {
        if line.trim_start_matches("async ").starts_with(&begins) {
            let is_test = above.ends_with("test]") || above.starts_with("#[tokio::test(");
            return is_test || TOLD_BY.iter().any(|by| tells(&text, by, name));
        }
        above = line;
    }
    false
}

/// Whether a list of tests names this one.
fn tells(text: &str, by: &str, name: &str) -> bool {
    let begins = format!("\n{by}(");
    let lists = text.split(&begins).skip(1).filter_map(|rest| rest.split(");").next());
    lists.flat_map(|list| list.split(',')).any(|told| told.trim() == name)
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
    for missing in [
        "blind",
        "nobody",
        "blind::nothing",
        "blind::everything_planted_is_in",
        "tests/hub_ground.rs",
        "tests/hub_ground.rs::config",
        "browser/tests/nothing.test.ts",
    ] {
        assert!(!is_there(project, missing), "{missing} is not there, or no test");
    }
}
