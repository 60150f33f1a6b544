//! `docs/administration.md` names every key of the configuration, and no other.

use std::collections::BTreeSet;
use std::fs;

fn file(name: &str) -> String {
    fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The keys that the program reads: the first argument of each of the reader's questions.
fn keys_read() -> BTreeSet<String> {
    let source = file("src/hub/config.rs") + &file("src/hub/config/mail.rs");
    let asks = [
        "parsed",
        "flag",
        "list",
        "text",
        "optional_text",
        "size",
        "count",
        "time",
        "secret",
        "optional_secret",
    ];
    let of = |ask: &str| {
        let from = format!("r.{ask}(\"");
        let keys = source.split(&from).skip(1).filter_map(|rest| rest.split('"').next());
        keys.map(str::to_owned).collect::<Vec<_>>()
    };
    asks.into_iter().flat_map(of).collect()
}

#[test]
fn every_key_of_the_configuration_is_explained() {
    let page = file("docs/administration.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let explained: BTreeSet<String> = rows.map(str::to_owned).collect();
    let read = keys_read();
    assert!(read.len() > 20, "the keys were not found in the source");
    assert_eq!(explained, read);
}
