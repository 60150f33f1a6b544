//! The vectors that both clients share for sealing, codes on paper and labels: tests/vectors/README.md
//! has their form. With ZEGEL_WRITE_VECTORS=1 those of sealing and labels are written anew.

mod codes;
mod labels;
mod openings;
mod properties;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name)
}

fn read<T: DeserializeOwned>(name: &str) -> BTreeMap<String, T> {
    let files = std::fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path());
    let json = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    json.map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let vector = serde_json::from_slice(&std::fs::read(&path).unwrap());
        (name, vector.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    })
    .collect()
}

fn write(name: &str, vectors: &[(impl AsRef<str>, impl Serialize)]) {
    if std::env::var("ZEGEL_WRITE_VECTORS").as_deref() != Ok("1") {
        return;
    }
    std::fs::create_dir_all(folder(name)).unwrap();
    for (file, vector) in vectors {
        let text = serde_json::to_string_pretty(vector).unwrap() + "\n";
        std::fs::write(folder(name).join(format!("{}.json", file.as_ref())), text).unwrap();
    }
}

/// Every reason that a vector can show is shown by one.
fn assert_all_shown(expected: &[&str], shown: impl Iterator<Item = String>) {
    let shown: BTreeSet<_> = shown.collect();
    let expected = expected.iter().map(|reason| (*reason).to_owned()).collect();
    assert_eq!(shown, expected);
}
