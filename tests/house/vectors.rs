//! The vectors that every client must agree on: none lies there that no test of ours reads.

use super::sources::{File, Rust};

const FOLDER: &str = "tests/vectors/";

/// What lies below `tests/vectors`, in which file it is read, and by which function. A `*` is every name: that reader
/// walks the folder.
const READ: &[(&str, &str, &str)] = &[
    ("cert/*.json", "tests/cert_vectors.rs", "certs"),
    ("example.json", "tests/protocol_doc.rs", "example"),
    ("history/*.json", "tests/opening_vectors.rs", "every_scene_ends_as_it_says"),
    ("journal/checkpoints.json", "tests/journal_vectors.rs", "checkpoints"),
    ("journal/consistency.json", "tests/journal_vectors.rs", "consistency_proofs"),
    ("journal/events.json", "tests/journal_vectors.rs", "events"),
    ("journal/inclusion.json", "tests/journal_vectors.rs", "inclusion_proofs"),
    ("journal/leaves.json", "tests/journal_vectors.rs", "leaves"),
    ("journal/roots.json", "tests/journal_vectors.rs", "roots_agree_with_certificate_transparency"),
    (
        "json/batches.json",
        "src/client/batch.rs",
        "what_says_something_twice_or_holds_half_a_character_is_no_batch",
    ),
    // The people of the scenes.
    ("keys.json", "tests/support/story/keys.rs", "kept"),
    ("label/*.json", "tests/seal_vectors/labels.rs", "labels"),
    ("label/text/file-names.json", "tests/seal_vectors/labels.rs", "texts_of_others"),
    ("label/text/terminal.json", "tests/seal_vectors/labels.rs", "texts_of_others"),
    ("letter/letters.json", "tests/letter_vectors/main.rs", "file"),
    ("letter/uids.json", "tests/letters.rs", "the_uid_of_a_meeting_is_its_cases_own"),
    ("opening/*.json", "tests/opening_vectors.rs", "every_scene_ends_as_it_says"),
    (
        "passkey/passkeys.json",
        "src/protocol/passkey.rs",
        "a_passkey_makes_the_identity_that_every_client_makes_of_it",
    ),
    ("recovery/*.json", "tests/seal_vectors/codes.rs", "codes_on_paper"),
    ("seal/*.json", "tests/seal_vectors/openings.rs", "openings"),
    ("signature/*.json", "tests/signature_vectors.rs", "signatures"),
    ("statement/index.json", "tests/statement_vectors.rs", "index"),
    (
        "statement/refused/*.txt",
        "tests/statement_vectors.rs",
        "refused_statements_are_refused_for_their_reason",
    ),
    ("statement/valid/*.json", "tests/statement_vectors.rs", "valid_statements_say_what_their_json_says"),
    ("statement/valid/*.txt", "tests/statement_vectors.rs", "valid_statements_say_what_their_json_says"),
];

/// How the folder is told about, for people.
const TOLD: &str = "README.md";

pub fn each_vector_is_read_by_a_test(files: &[File]) -> Vec<String> {
    let vectors = files.iter().filter_map(|file| file.path.strip_prefix(FOLDER));
    let unread = vectors.filter(|path| *path != TOLD && !READ.iter().any(|(read, ..)| is_of(path, read)));
    let sentence = |path: &str| {
        format!(
            "{FOLDER}{path} is read by no Rust test: read it in one, and say in tests/house/vectors.rs in which."
        )
    };
    unread.map(sentence).collect()
}

fn is_of(path: &str, read: &str) -> bool {
    match read.split_once('*') {
        None => path == read,
        Some((folder, end)) => {
            let name = path.strip_prefix(folder).and_then(|name| name.strip_suffix(end));
            name.is_some_and(|name| !name.is_empty() && !name.contains('/'))
        }
    }
}

/// The list above is true: there is something to read, and the reader's file names it and has that function.
pub fn who_reads_a_vector_is_there(files: &[File]) -> Vec<String> {
    let mut broken = vec![];
    for (read, path, function) in READ {
        let vectors = files.iter().filter_map(|file| file.path.strip_prefix(FOLDER));
        if !vectors.into_iter().any(|vector| is_of(vector, read)) {
            broken.push(format!(
                "{FOLDER}{read} is not there: take it off the list in tests/house/vectors.rs."
            ));
        }
        let reads =
            files.iter().find(|file| file.path == *path).is_some_and(|file| names(file, read, function));
        if !reads {
            broken.push(format!("{path} has no `fn {function}`, or doesn't name {read}: say who reads it."));
        }
    }
    broken
}

/// In its code the function, in a text of its the file, or the folder that is walked.
fn names(file: &File, read: &str, function: &str) -> bool {
    let rust = Rust::read(file.text());
    let begins = format!("fn {function}(");
    let (folder, name) = read.rsplit_once('/').unwrap_or(("", read));
    let last = folder.rsplit('/').next().unwrap_or_default();
    let is_named = |text: &str| match name.strip_prefix('*') {
        None => text == name || text.ends_with(&format!("/{name}")),
        Some(end) => {
            text == last || text.ends_with(&format!("/{last}")) || text == format!("{last}/{{name}}{end}")
        }
    };
    rust.code.iter().any(|line| line.contains(&begins)) && rust.strings.iter().any(|(_, text)| is_named(text))
}
