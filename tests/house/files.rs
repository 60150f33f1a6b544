//! The files themselves: where they lie, how they are written, what they must not name.

use super::sources::File;

/// The top of the house: folders, and files that people look for there.
const TOP: &[&str] = &[
    "src",
    "migrations",
    "keys.example",
    "templates",
    "tests",
    "ops",
    "browser",
    "benches",
    "fuzz",
    "docs",
    "Cargo.toml",
    "Cargo.lock",
    "Makefile",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "LICENSE",
    "publiccode.yml",
    "clippy.toml",
    "rustfmt.toml",
    "build.rs",
];

pub fn the_top_holds_only_what_the_house_names(files: &[File]) -> Vec<String> {
    let first = |file: &File| file.path.split('/').next().unwrap_or_default().to_owned();
    let mut strange: Vec<String> = files.iter().map(first).filter(|name| !is_at_home(name)).collect();
    strange.dedup();
    let sentence = |name: String| {
        format!("{name} does not belong at the top: put it in the folder of what it is about.")
    };
    strange.into_iter().map(sentence).collect()
}

/// Names with a dot in front are for tools, and tools look for them there.
fn is_at_home(name: &str) -> bool {
    name.starts_with('.') || TOP.contains(&name)
}

/// Not text, or on purpose not as we would write it.
fn is_free_of_form(file: &File) -> bool {
    let binary = [".pdf", ".jpg", ".png", ".xlsx", ".age", ".sig", ".bin", ".gz", ".woff2", ".ico"];
    file.is_within("tests/vectors")
        || file.is_within("fuzz/corpus")
        || binary.iter().any(|end| file.path.ends_with(end))
}

pub fn text_is_utf8_with_plain_line_ends(files: &[File]) -> Vec<String> {
    let sentence = |file: &File| {
        let wrong = match str::from_utf8(&file.bytes) {
            Err(_) => "is not UTF-8: save it as such",
            Ok(text) if text.starts_with('\u{feff}') => "begins with a byte order mark: save it without",
            Ok(text) if text.contains('\r') => "has CR in its line ends: save it with LF only",
            Ok(text) if !text.is_empty() && !text.ends_with('\n') => "does not end with a line end: add one",
            Ok(_) => return None,
        };
        Some(format!("{} {wrong}.", file.path))
    };
    files.iter().filter(|file| !is_free_of_form(file)).filter_map(sentence).collect()
}

/// Files that others write, or whose letters mean nothing.
fn is_written_by_hand(file: &&File) -> bool {
    let made = ["Cargo.lock", "browser/package-lock.json", "LICENSE"];
    !is_free_of_form(file) && !made.contains(&file.path.as_str())
}

pub fn no_file_names_a_machine(files: &[File]) -> Vec<String> {
    // Put together here, so that this file does not name them.
    let places = ["work", "tmp", "root", "home", "Users"].map(|folder| format!("/{folder}/"));
    let mut broken = vec![];
    for file in files.iter().filter(is_written_by_hand) {
        for (index, line) in file.text().lines().enumerate() {
            let found = places.iter().find(|place| names_place(line, place));
            if let Some(place) = found {
                broken.push(format!(
                    "{}:{} names {place}, a path of one machine: use a relative path, or a temporary folder.",
                    file.path,
                    index + 1
                ));
            }
        }
    }
    broken
}

/// At the beginning of a path: not `deep/home/` and not `$X/home/`.
fn names_place(line: &str, place: &str) -> bool {
    let deeper = |c: char| c.is_alphanumeric() || "._-}*)".contains(c);
    line.match_indices(place).any(|(at, _)| !line[..at].ends_with(deeper))
}

/// Where fictitious people live (RFC 2606, RFC 6761), and where notations of OpenPGP are registered.
const PUBLIC_HOMES: &[&str] = &[
    ".example",
    "example.org",
    "example.com",
    "example.net",
    ".test",
    ".invalid",
    "localhost",
    "users.noreply.github.com",
    "notations.sequoia-pgp.org",
    "notations.openpgpjs.org",
];

pub fn no_file_names_a_private_host_or_a_real_person(files: &[File]) -> Vec<String> {
    let mut broken = vec![];
    for file in files.iter().filter(is_written_by_hand) {
        for (index, line) in file.text().lines().enumerate() {
            let place = format!("{}:{}", file.path, index + 1);
            let addresses = mail_domains(line).filter(|domain| !is_public_home(domain));
            broken.extend(addresses.map(|domain| {
                format!("{place} has a mail address at {domain}: the house's people live at .example or example.org.")
            }));
            let hosts = words(line).filter(|word| is_private_name(word, line));
            broken.extend(hosts.map(|host| {
                format!("{place} names {host}, a host of one network: use localhost or a name in .example.")
            }));
        }
    }
    broken
}

fn is_public_home(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    PUBLIC_HOMES.iter().any(|home| domain.ends_with(home))
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
    words.map(|word| word.trim_matches(['.', '-'])).filter(|word| word.contains('.'))
}

/// What follows an `@` after a letter, if it looks like a domain: it has a dot and ends with letters.
fn mail_domains(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices('@').filter_map(|(at, _)| {
        let local = line[..at].chars().next_back()?;
        let domain =
            line[at + 1..].split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-').next()?;
        let domain = domain.trim_matches('.');
        let (_, last) = domain.rsplit_once('.')?;
        let looks = last.len() > 1 && last.chars().all(|c| c.is_ascii_alphabetic());
        (local.is_ascii_alphanumeric() && looks).then_some(domain)
    })
}

/// A name that only some network knows, in a URL. (Elsewhere `.local` and the like are words of code.)
fn is_private_name(word: &str, line: &str) -> bool {
    let ends = [".internal", ".local", ".lan", ".corp", ".intranet", ".home.arpa"];
    ends.iter().any(|end| word.ends_with(end)) && line.contains(&format!("://{word}"))
}
