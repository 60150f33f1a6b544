//! How the portal is built: who may name whom, and what no page of ours does.

use super::sources::File;

/// The portal's wings from the ground up: each may name those before it, and itself.
const WINGS: &[&str] = &["protocol", "client", "desk", "words", "ui", "app", "screens"];

/// Who may name a wing above: the frame draws what the tab is, and the tab draws the frame.
const PAIRS: &[(&str, &str)] = &[("ui", "app"), ("words", "app")];

fn ours(files: &[File]) -> impl Iterator<Item = &File> {
    files.iter().filter(|file| file.path.starts_with("browser/src/") && file.path.ends_with(".ts"))
}

/// The wing that a path below `browser/src` is in; none for what lies directly there.
fn wing_of(path: &str) -> Option<usize> {
    let first = path.split('/').next()?;
    WINGS.iter().position(|wing| *wing == first)
}

pub fn its_imports_point_down(files: &[File]) -> Vec<String> {
    let mut broken = vec![];
    for file in ours(files) {
        let here = &file.path["browser/src/".len()..];
        let Some(wing) = wing_of(here) else { continue };
        for (index, line) in file.text().lines().enumerate() {
            let Some(named) = imported(line).and_then(|path| resolved(here, path)) else { continue };
            let Some(other) = wing_of(&named) else { continue };
            if other > wing && !PAIRS.contains(&(WINGS[wing], WINGS[other])) {
                broken.push(format!(
                    "{}:{} names {named}: {} knows nobody above it; hand it what it needs as an argument.",
                    file.path,
                    index + 1,
                    WINGS[wing]
                ));
            }
        }
    }
    broken
}

/// The path of a line that imports from another file of ours.
fn imported(line: &str) -> Option<&str> {
    let (_, path) = line.split_once("from \"").or_else(|| line.split_once("import(\""))?;
    path.starts_with('.').then(|| path.split('"').next())?
}

/// A relative path as one below `browser/src`.
fn resolved(here: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = here.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The wings that run in the page, and what of the client they may have there: the touch of a passkey, which only a page can
/// ask for.
const IN_THE_PAGE: &[&str] = &["words", "ui", "app", "screens"];
const TOUCH: &str = "client/passkey.ts";

pub fn its_pages_have_no_keys(files: &[File]) -> Vec<String> {
    let mut broken = vec![];
    for file in ours(files) {
        let here = &file.path["browser/src/".len()..];
        if !IN_THE_PAGE.iter().any(|wing| here.starts_with(&format!("{wing}/"))) {
            continue;
        }
        for statement in statements(file.text()) {
            let named = imported(&statement).and_then(|path| resolved(here, path)).unwrap_or_default();
            let takes = !statement.starts_with("import type ") && !statement.starts_with("export type ");
            if takes && named.starts_with("client/") && named != TOUCH && !only_types(&statement) {
                broken.push(format!(
                    "{} takes {named} into the page: ask the desk, which alone has keys; import types only.",
                    file.path
                ));
            }
        }
    }
    broken
}

/// Each import or export on one line, however it was laid out.
fn statements(text: &str) -> Vec<String> {
    let mut all = vec![];
    let mut open = String::new();
    for line in text.lines() {
        let begins = open.is_empty() && (line.starts_with("import ") || line.starts_with("export "));
        if begins || !open.is_empty() {
            open.push_str(line.trim());
            open.push(' ');
        }
        if !open.is_empty()
            && (line.contains("from \"") || line.ends_with(['{', ';']) && !line.contains("import"))
        {
            all.push(std::mem::take(&mut open));
        }
    }
    all
}

/// `import { type A, type B } from …` takes nothing either.
fn only_types(statement: &str) -> bool {
    let inside =
        statement.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(inside, _)| inside);
    inside.is_some_and(|inside| {
        inside.split(',').map(str::trim).filter(|name| !name.is_empty()).all(|name| name.starts_with("type "))
    })
}

/// What would let a text become a page or a program, or leave a trace outside; each with what to do instead.
const NEVER: &[(&str, &str)] = &[
    ("innerHTML", "lit-html puts texts where they are shown"),
    ("outerHTML", "lit-html puts texts where they are shown"),
    ("insertAdjacentHTML", "lit-html puts texts where they are shown"),
    ("document.write", "lit-html puts texts where they are shown"),
    ("unsafeHTML", "show it as text"),
    ("eval(", "nothing is run that is not in the bundle"),
    ("new Function", "nothing is run that is not in the bundle"),
    ("console.", "what a person sees is on the screen; a log may keep what nobody may know"),
    ("sessionStorage", "what is kept is kept in a home, sealed"),
    ("document.cookie", "the session is in memory only"),
    ("Math.random", "ids and keys come from crypto.getRandomValues"),
    ("sendBeacon", "everything that is sent goes through client/remote"),
    ("XMLHttpRequest", "everything that is sent goes through client/remote"),
    ("WebSocket", "everything that is sent goes through client/remote"),
];

/// Where the page itself is asked for, which nothing else does.
const ASKS: &[&str] = &["browser/src/client/remote.ts", "browser/src/app/served.ts"];
/// Where a choice of taste is kept that is no secret.
const KEEPS: &[&str] = &["browser/src/app/language.ts", "browser/src/app/look.ts"];

pub fn it_does_nothing_behind_a_persons_back(files: &[File]) -> Vec<String> {
    let mut broken = vec![];
    for file in ours(files) {
        for (index, line) in file.text().lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if code.trim_start().starts_with('*') {
                continue;
            }
            let mut say = |found: &str, instead: &str| {
                broken.push(format!("{}:{} has `{found}`: {instead}.", file.path, index + 1));
            };
            NEVER
                .iter()
                .filter(|(found, _)| code.contains(found))
                .for_each(|(found, instead)| say(found, instead));
            if code.contains("localStorage") && !KEEPS.contains(&file.path.as_str()) {
                say("localStorage", "what is kept is kept in a home, sealed");
            }
            if has_fetch(code) && !ASKS.contains(&file.path.as_str()) {
                say("fetch(", "everything that is sent goes through client/remote");
            }
        }
    }
    broken
}

/// A call of the browser's own `fetch`, not of something of ours that is called so.
fn has_fetch(code: &str) -> bool {
    let calls = ["await ", "return ", "= ", "=> ", "(", "globalThis.", "self."];
    code.match_indices("fetch(").any(|(at, _)| calls.iter().any(|call| code[..at].ends_with(call)))
}

pub fn its_protocol_is_pure(files: &[File]) -> Vec<String> {
    const IMPURE: &[&str] =
        &["Date.now", "new Date()", "performance.", "document.", "navigator.", "indexedDB", "setTimeout"];
    let mut broken = vec![];
    for file in ours(files).filter(|file| file.path.starts_with("browser/src/protocol/")) {
        for (index, line) in file.text().lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for found in IMPURE.iter().filter(|found| code.contains(*found)) {
                broken.push(format!(
                    "{}:{} uses `{found}`: the protocol is pure; take a value as an argument.",
                    file.path,
                    index + 1
                ));
            }
        }
    }
    broken
}
