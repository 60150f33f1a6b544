//! What one is about to sign is said in plain words, and all of it: whatever line changes, the words change.

#[path = "support/samples.rs"]
mod samples;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use samples::{Choose, sample};
use zegel::client::describe::{Called, Names, describe};
use zegel::protocol::cert::SecretCert;
use zegel::protocol::directory::House;
use zegel::protocol::id::Moment;
use zegel::protocol::refusal::Language;
use zegel::protocol::statement::{SHAPE, Statement};

/// What a member signs.
const KINDS: &[&str] = &[
    "suspension",
    "vault",
    "case",
    "phase",
    "item",
    "retraction",
    "roster",
    "ask",
    "approval",
    "refusal",
    "consultation",
    "release",
    "withdrawal",
    "letter",
    "reply",
    "delivery",
];

/// Lines that say nothing to a person: names of what is sealed, which the client makes itself from what it does
/// say.
const MUTE: &[(&str, &str)] = &[
    ("vault", "predecessor"),
    ("vault", "recipient"),
    ("vault", "secret"),
    ("phase", "outcome"),
    ("item", "label"),
    ("roster", "grounds"),
    ("approval", "reader-label"),
    ("approval", "reader-body"),
    ("approval", "grants"),
    ("refusal", "reason"),
    ("consultation", "outcome"),
    ("letter", "copy"),
    ("reply", "answer"),
    ("reply", "reason"),
];

/// A house in which nobody is known by name.
fn house() -> &'static House {
    static HOUSE: OnceLock<House> = OnceLock::new();
    HOUSE.get_or_init(|| {
        let at = Moment::from_unix(1_790_000_000);
        let authority = SecretCert::generate_authority("Huis", at).unwrap().public();
        House::new("zvh-ml.example".parse().unwrap(), Arc::new(authority))
    })
}

fn words(text: &str, language: Language) -> Option<String> {
    let house = house();
    let names = Names { house, cases: &BTreeMap::new(), called: &Called::new() };
    Some(describe(&Statement::parse(text.as_bytes()).ok()?, names, language))
}

/// The text with other lines of this name.
fn with_lines_of(text: &str, name: &str, other: &str) -> String {
    let is = |line: &&str| line.starts_with(&format!("{name}: "));
    let first = text.lines().position(|line| is(&line)).unwrap();
    let lines =
        text.lines().enumerate().filter(|(at, line)| *at == first || !is(line)).flat_map(|(at, line)| {
            let new = other.lines().filter(is);
            if at == first { new.collect() } else { vec![line] }
        });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// A statement that has this line: no letter has all that letters may have.
fn with_line(kind: &str, name: &str) -> String {
    let random = (0..60).map(|seed| sample(kind, &mut Choose::Random(seed)));
    let mut all = std::iter::once(sample(kind, &mut Choose::Full)).chain(random);
    all.find(|text| text.lines().any(|line| line.starts_with(&format!("{name}: ")))).unwrap()
}

#[test]
fn whatever_line_changes_the_words_change() {
    for kind in KINDS {
        let (_, shape) = SHAPE.iter().find(|(name, _)| name == kind).unwrap();
        for (name, ..) in shape.iter().filter(|(name, ..)| !MUTE.contains(&(kind, name))) {
            let base = with_line(kind, name);
            let others = (0..60).map(|seed| sample(kind, &mut Choose::Random(seed)));
            let others =
                others.map(|other| with_lines_of(&base, name, &other)).filter(|other| *other != base);
            let mut tried = 0;
            for other in others {
                for language in [Language::Dutch, Language::English] {
                    let Some(said) = words(&other, language) else { continue };
                    tried += 1;
                    assert_ne!(Some(said), words(&base, language), "{kind}: {name}\n{other}");
                }
            }
            assert!(tried > 0, "{kind}: {name} was never tried");
        }
    }
}

#[test]
fn a_suspension_that_is_past_is_said_to_be_over() {
    let text = sample("suspension", &mut Choose::Full);
    let past = text.replace("until: 2026-12-18T23:59:59Z", "until: 2026-11-01T00:00:00Z");
    assert!(words(&text, Language::Dutch).unwrap().contains("is geschorst tot"));
    assert!(words(&past, Language::Dutch).unwrap().contains("is voorbij"));
}

#[test]
fn no_word_of_the_protocol_stands_in_for_a_dutch_one() {
    let text = sample("revocation", &mut Choose::Full);
    let was = text.lines().find(|line| line.starts_with("reason: ")).unwrap();
    for (word, dutch) in [("lost", "verloren"), ("rotated", "vervangen"), ("stolen", "gestolen")] {
        let said = words(&text.replace(was, &format!("reason: {word}")), Language::Dutch).unwrap();
        assert!(said.contains(&format!("({dutch})")), "{said}");
    }
    let text = sample("consultation", &mut Choose::Full);
    let said = words(&text, Language::Dutch).unwrap();
    assert!(said.contains("per telefoon") && !said.contains("phone"), "{said}");
}
