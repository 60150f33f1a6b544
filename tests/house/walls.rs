//! Who may name whom: imports point down, and the protocol is pure.

use super::sources::{File, Rust};

/// A wing of the house, what it may not name, and why.
struct Wall {
    wing: &'static str,
    never: &'static [&'static str],
    instead: &'static str,
}

const WALLS: &[Wall] = &[
    Wall {
        wing: "src/protocol",
        never: &["hub", "client", "demo", "clock"],
        instead: "protocol knows nobody above it; hand it what it needs as an argument",
    },
    Wall {
        wing: "src/clock",
        never: &["hub", "client", "demo"],
        instead: "imports point down; hand it what it needs as an argument",
    },
    Wall {
        wing: "src/hub",
        never: &["client", "demo"],
        instead: "the hub never names the client; what both need belongs in src/protocol",
    },
    Wall {
        wing: "src/client",
        never: &["hub", "demo"],
        instead: "the client never names the hub; what both need belongs in src/protocol",
    },
];

pub fn imports_point_down(files: &[File]) -> Vec<String> {
    let mut broken = vec![];
    for wall in WALLS {
        for file in files.iter().filter(|file| file.is_rust() && file.is_within(wall.wing)) {
            let code = Rust::read(file.text()).code.join("\n");
            let above = wall.never.iter().filter(|above| names_wing(&code, above));
            broken.extend(above.map(|above| format!("{} names `{above}`: {}.", file.path, wall.instead)));
        }
    }
    broken
}

/// Does the code name `crate::wing`, also within braces, by way of `super`, or as a guest of the crate?
fn names_wing(code: &str, wing: &str) -> bool {
    let roots = ["crate::", "zegel::", "super::"];
    let direct = roots
        .iter()
        .any(|root| code.match_indices(root).any(|(at, _)| starts_with_word(&code[at + root.len()..], wing)));
    direct
        || roots
            .iter()
            .any(|root| code.split(&format!("{root}{{")).skip(1).any(|rest| opens_with(rest, wing)))
}

fn starts_with_word(text: &str, word: &str) -> bool {
    let end = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    text.strip_prefix(word).is_some_and(end)
}

/// Is the wing one of the names right within the braces whose inside begins here?
fn opens_with(inside: &str, wing: &str) -> bool {
    let mut depth = 1;
    let mut name = String::new();
    for c in inside.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 1 && (c == ',' || c == '{') {
            name.clear();
        } else if depth == 1 {
            name.push(c);
        }
        if depth == 0 || starts_with_word(name.trim(), wing) && name.ends_with([':', ' ', '\n']) {
            break;
        }
    }
    starts_with_word(name.trim(), wing)
}

/// What pure code has no use for. (Computing on several cores at once, `thread::scope`, is as pure as on one.)
const IMPURE: &[&str] = &[
    "tokio",
    "sqlx",
    "axum",
    "reqwest",
    "object_store",
    "tower",
    "hyper",
    "tracing",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "thread::spawn",
    "thread::sleep",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "async fn",
    ".await",
    "static mut",
    "thread_local!",
    "OnceLock",
    "LazyLock",
    "println!",
    "eprintln!",
];

pub fn the_protocol_is_pure(files: &[File]) -> Vec<String> {
    let protocol = files.iter().filter(|file| file.is_rust() && file.is_within("src/protocol"));
    each_line(protocol, |line| {
        let found = IMPURE.iter().find(|name| contains_word(line, name))?;
        Some(format!(
            "uses `{found}`: the protocol is pure; take a reader, a writer or a value as an argument"
        ))
    })
}

const CLOCK_AND_CHANCE: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "SystemRandom",
    "thread_rng",
    "OsRng",
    "getrandom",
    "fastrand",
    "rand::",
];

/// Where keys, and the nonces that go with a key, are drawn: nobody may choose those, not even a test.
const KEYS_ARE_DRAWN: &[&str] = &["src/protocol/seal/keys.rs", "src/protocol/payload.rs"];

pub fn clock_and_chance_live_in_one_file(files: &[File]) -> Vec<String> {
    let asks = |file: &File| {
        let draws_keys = KEYS_ARE_DRAWN.contains(&file.path.as_str());
        let names = CLOCK_AND_CHANCE.iter().filter(|name| !(draws_keys && **name == "SystemRandom"));
        let names: Vec<&str> = names.copied().collect();
        each_line(std::iter::once(file), |line| {
            // ring's own `rand` is named to hand a source of randomness on.
            let line = line.replace("ring::rand::", "");
            let found = names.iter().find(|name| contains_word(&line, name))?;
            Some(format!(
                "asks for `{found}`: only src/clock.rs does; take a `&dyn Clock` or a `&dyn SecureRandom`"
            ))
        })
    };
    let others = files.iter().filter(|file| file.is_rust() && file.path.starts_with("src/"));
    others.filter(|file| file.path != "src/clock.rs").flat_map(asks).collect()
}

/// Judges each line of code outside tests; a complaint gets its place and a full stop.
pub fn each_line<'a>(
    files: impl Iterator<Item = &'a File>,
    judge: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut broken = vec![];
    for file in files {
        for (index, line) in Rust::without_tests(file).code.iter().enumerate() {
            if let Some(complaint) = judge(line) {
                broken.push(format!("{}:{} {complaint}.", file.path, index + 1));
            }
        }
    }
    broken
}

/// Contains the name as a whole: not as the end or the beginning of a longer word.
pub fn contains_word(line: &str, name: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        let starts = !name.starts_with(letter) || !before.ends_with(letter);
        let ends = !name.ends_with(letter) || !after.starts_with(letter);
        starts && ends
    })
}
