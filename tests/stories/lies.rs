//! The hub lies. Each lie is refused with a code and a sentence of its own; nothing was wrapped, sent, opened or left
//! behind; and once the truth is told, what was refused is done. A lie without a row fails.

mod bundles;
mod kept_back;
mod process;
mod renewed;
mod rows;
mod scene;
mod smuggled;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::liar::Lie;
use crate::support::Base;
use rows::ROWS;
use scene::{Said, Scene};

/// Lies that have a story elsewhere, and where.
const ELSEWHERE: &[(Lie, &str)] = &[
    (Lie::CaseNotListed, "lies::kept_back"),
    (Lie::OtherCert, "letters::keys"),
    (Lie::OtherLetter, "letters::tampered"),
    (Lie::FalseState, "letters::tampered"),
];

#[test]
fn every_lie_has_its_row() {
    let rows = ROWS.iter().map(|row| row.lie).chain(smuggled::LIES.iter().copied());
    let told: BTreeSet<Lie> =
        rows.chain(bundles::LIES.iter().copied()).chain(ELSEWHERE.iter().map(|(lie, _)| *lie)).collect();
    let missing: Vec<&str> =
        Lie::ALL.iter().filter(|lie| !told.contains(lie)).map(|lie| lie.name()).collect();
    assert_eq!(missing, Vec::<&str>::new(), "nobody is told these");
    let names: BTreeSet<&str> = Lie::ALL.iter().map(|lie| lie.name()).collect();
    assert_eq!(names.len(), Lie::ALL.len(), "each has a name of its own");
}

#[tokio::test]
async fn a_lie_is_refused_in_words_of_its_own_and_leaves_nothing() {
    let scene = Scene::set(Base::Sqlite, 2 + ROWS.iter().filter(|row| row.sends()).count()).await;
    let (mut table, mut next) = (Vec::new(), 1..);
    for row in ROWS {
        let number = if row.sends() { next.next().unwrap() } else { 0 };
        let said = scene.is_lied_to(row, number).await;
        assert_eq!(said.code, row.code, "{}: {}", row.lie.name(), said.nl);
        table.push((row.name(), said));
    }
    assert_eq!(scene.elsewhere(), 0, "nobody was sent elsewhere");
    each_code_has_words_of_its_own(&table);
    snapshot("lies", &table);
}

/// Two codes with one sentence would have people do the same about different things.
fn each_code_has_words_of_its_own(table: &[(String, Said)]) {
    let mut by_words: BTreeMap<&str, &str> = BTreeMap::new();
    for (row, said) in table {
        for words in [&said.nl, &said.en] {
            let code = by_words.entry(words).or_insert(&said.code);
            assert_eq!(*code, said.code, "{row}: {words}");
            assert!(!words.contains(char::is_control), "{row}: {words:?}");
        }
    }
}

/// By code, so that it shows which lies people can't tell apart: what they hear, and for which lies.
fn snapshot(name: &str, table: &[(String, Said)]) {
    let mut by_words: BTreeMap<(String, String, String), Vec<&str>> = BTreeMap::new();
    for (row, said) in table {
        let words = (said.code.clone(), plain(&said.nl), plain(&said.en));
        by_words.entry(words).or_default().push(row);
    }
    let mut text = String::new();
    for ((code, nl, en), rows) in by_words {
        writeln!(text, "{code}\n  nl  {nl}\n  en  {en}").unwrap();
        rows.iter().for_each(|row| writeln!(text, "      {row}").unwrap());
        text.push('\n');
    }
    insta::with_settings!({ snapshot_path => "lies", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

/// Without what differs from run to run: ids, fingerprints, places.
fn plain(sentence: &str) -> String {
    let word = |word: &str| {
        let core = word.trim_matches(|c: char| !c.is_alphanumeric());
        let varies = core.starts_with("sha256:")
            || core.len() >= 40 && core.bytes().all(|c| c.is_ascii_hexdigit())
            || word.contains(".json")
            || core.len() == 12 && core.bytes().all(|c| c.is_ascii_hexdigit());
        if varies { word.replace(core, "…").trim_start_matches('/').to_owned() } else { word.to_owned() }
    };
    let plain = sentence.split(' ').map(word).collect::<Vec<_>>().join(" ");
    // What the machine says of a connection that was lost.
    let lost = [("niet bereikbaar: ", ". Er is niets"), ("can't be reached: ", ". Nothing")];
    lost.iter().fold(plain, |plain, (before, after)| match (plain.find(before), plain.find(after)) {
        (Some(from), Some(to)) => plain[..from + before.len()].to_owned() + "…" + &plain[to..],
        _ => plain,
    })
}
