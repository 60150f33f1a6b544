//! How the code is written: what may not fail, how long a file is, what a secret does not show.

use super::sources::{File, Rust, is_test_module};
use super::walls::{contains_word, each_line};

/// A file is read in one sitting.
const LINES: usize = 450;

pub fn a_file_is_one_sitting(files: &[File]) -> Vec<String> {
    let code = |file: &&File| {
        (file.path.starts_with("src/") || file.path.starts_with("browser/src/"))
            && [".rs", ".ts", ".css", ".html"].iter().any(|end| file.path.ends_with(end))
    };
    let long =
        files.iter().filter(code).map(|file| (file, file.text().lines().count())).filter(|(_, n)| *n > LINES);
    let sentence = |(file, lines): (&File, usize)| {
        format!(
            "{} has {lines} lines, more than {LINES}: give a part of it a name and a file of its own.",
            file.path
        )
    };
    long.map(sentence).collect()
}

const FALLS_OVER: &[&str] =
    &[".unwrap()", ".expect(", ".unwrap_err()", "panic!", "todo!", "unimplemented!", "unreachable!"];

/// On a line, or in the comment just above it, this says why it can't happen.
const EXCUSE: &str = "cannot fail";

pub fn nothing_falls_over(files: &[File]) -> Vec<String> {
    let mut broken = vec![];
    let both = files
        .iter()
        .filter(|file| file.is_rust() && (file.is_within("src/hub") || file.is_within("src/protocol")));
    for file in both {
        let rust = Rust::without_tests(file);
        for (index, line) in rust.code.iter().enumerate() {
            let Some(found) = FALLS_OVER.iter().find(|name| contains_word(line, name)) else { continue };
            // What a constant is made of is tried by the compiler.
            if is_constant(line) || is_excused(&rust, index) {
                continue;
            }
            broken.push(format!(
                "{}:{} has `{found}`: return an error that says what is wrong, or say in a comment `// Cannot fail: …` why \
                 no input reaches it.",
                file.path,
                index + 1
            ));
        }
    }
    broken
}

fn is_constant(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
    line.starts_with("const ") && !line.starts_with("const fn")
}

/// Says the comment on this line, or one of the comments right above the statement, why it cannot fail?
fn is_excused(rust: &Rust, index: usize) -> bool {
    let says = |line: usize| rust.comments[line].to_lowercase().contains(EXCUSE);
    // A statement may take a few lines before the call that could fail.
    says(index) || (index.saturating_sub(4)..index).any(says)
}

pub fn the_hub_does_not_print(files: &[File]) -> Vec<String> {
    let hub = files.iter().filter(|file| file.is_rust() && file.is_within("src/hub"));
    let printing = each_line(hub, |line| {
        let found =
            ["println!", "eprintln!", "print!", "eprint!"].iter().find(|name| contains_word(line, name))?;
        Some(format!("has `{found}`: use `tracing`, without names or bodies"))
    });
    let all = files.iter().filter(|file| file.is_rust() && file.path.starts_with("src/"));
    let left = each_line(all, |line| {
        contains_word(line, "dbg!").then(|| "has a `dbg!` left in it: remove it".to_owned())
    });
    [printing, left].concat()
}

pub fn tests_come_last(files: &[File]) -> Vec<String> {
    let sentence = |file: &File| {
        let lines: Vec<&str> = file.text().lines().collect();
        let start = lines.windows(2).position(|two| is_test_module(two[0], two[1]))?;
        let end = lines.iter().skip(start).position(|line| *line == "}")? + start;
        (end + 1 != lines.len()).then(|| {
            format!(
                "{} goes on after its test module: tests come last, so that the file reads from the top.",
                file.path
            )
        })
    };
    files.iter().filter(|file| file.is_rust() && file.path.starts_with("src/")).filter_map(sentence).collect()
}

/// Types whose values open or sign something; and whatever has `Secret` in its name.
const SECRETS: &[&str] = &[
    "FileKey",
    "SealingKey",
    "SecretCert",
    "SlipSecret",
    "Ticket",
    "RecoveryCode",
    "ShredKey",
    "KeyBundle",
    "JournalKey",
    "SessionToken",
    "Passphrase",
];

pub fn secrets_do_not_show(files: &[File]) -> Vec<String> {
    let mut broken = vec![];
    for file in files.iter().filter(|file| file.is_rust() && file.path.starts_with("src/")) {
        let code = Rust::without_tests(file).code;
        for (index, line) in code.iter().enumerate() {
            let Some(name) = declared(line).or_else(|| shown(line)).filter(|name| is_secret(name)) else {
                continue;
            };
            let derives = attributes_above(&code, index);
            let showing = ["Debug", "Serialize", "Display"].iter().find(|show| contains_word(&derives, show));
            let Some(found) = showing.or_else(|| shown(line).map(|_| &"a way to be shown")) else { continue };
            broken.push(format!(
                "{}:{} gives the secret `{name}` {found}: it would reach a log or an answer; remove it, or show a digest.",
                file.path,
                index + 1
            ));
        }
    }
    broken
}

fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name) || name.contains("Secret")
}

/// The name that `struct NAME` or `enum NAME` declares.
fn declared(line: &str) -> Option<&str> {
    let rest = line
        .trim_start()
        .trim_start_matches("pub")
        .trim_start_matches("(crate)")
        .trim_start_matches("(super)");
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("struct ").or_else(|| rest.strip_prefix("enum "))?;
    Some(rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
}

/// The name in `impl … Display for NAME` or `impl … Serialize for NAME`.
fn shown(line: &str) -> Option<&str> {
    let (before, after) = line.split_once(" for ")?;
    let shows = before.trim_start().starts_with("impl")
        && (before.ends_with("Display") || before.ends_with("Serialize"));
    shows.then(|| after.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
}

fn attributes_above(code: &[String], index: usize) -> String {
    let attribute = |line: &&String| !line.trim().is_empty() && !line.trim_end().ends_with(['}', ';', '{']);
    code[..index].iter().rev().take_while(attribute).cloned().collect()
}
