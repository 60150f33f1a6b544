//! The files of the house, and what of a Rust file is code, comment, text or test.

use std::path::Path;

use walkdir::WalkDir;

/// A file that the house keeps: its path from the top, with `/`, and its bytes.
#[derive(Clone, Debug)]
pub struct File {
    pub path: String,
    pub bytes: Vec<u8>,
}

impl File {
    pub fn new(path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.to_owned(), bytes: bytes.into() }
    }

    /// The text, or nothing if it is not UTF-8 (another rule says so).
    pub fn text(&self) -> &str {
        str::from_utf8(&self.bytes).unwrap_or_default()
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub fn is_within(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
    }

    /// A file that is all tests: `tests.rs`, or anything in a folder `tests`.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "tests.rs")
    }
}

pub fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the house, sorted by path. What `.gitignore` names is not of the house.
pub fn files() -> Vec<File> {
    let ignored = std::fs::read_to_string(top().join(".gitignore")).unwrap();
    let ignored: Vec<&str> = ignored.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let walk = WalkDir::new(top()).sort_by_file_name().into_iter().filter_entry(|entry| {
        let path = relative(entry.path());
        path.is_empty() || (path != ".git" && !is_ignored(&path, &ignored))
    });
    let files = walk.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files.map(|entry| File::new(&relative(entry.path()), std::fs::read(entry.path()).unwrap())).collect()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(top()).unwrap().to_string_lossy().replace('\\', "/")
}

/// Understands what our `.gitignore` uses: `folder/`, `deep/folder/` and `*.end`.
fn is_ignored(path: &str, ignored: &[&str]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ignored.iter().any(|line| match line.strip_prefix('*') {
        Some(end) => name.ends_with(end),
        None => {
            let folder = line.trim_matches('/');
            path == folder || (!folder.contains('/') && name == folder)
        }
    })
}

/// A Rust file read apart.
pub struct Rust {
    /// The code line by line, without comments and without what stands in string literals.
    pub code: Vec<String>,
    /// The comments, line by line.
    pub comments: Vec<String>,
    /// What stands in string literals, each with the index of the line that it begins on.
    pub strings: Vec<(usize, String)>,
}

impl Rust {
    /// Reads a file without its tests; a file that is all tests has no line.
    pub fn without_tests(file: &File) -> Self {
        let text = if file.is_test() { "" } else { file.text() };
        let mut rust = Self::read(text);
        let tests = rust.code.windows(2).position(|two| is_test_module(&two[0], &two[1]));
        if let Some(start) = tests {
            rust.code.truncate(start);
            rust.comments.truncate(start);
            rust.strings.retain(|(line, _)| *line < start);
        }
        rust
    }

    pub fn read(text: &str) -> Self {
        let mut rust = Self { code: vec![String::new()], comments: vec![String::new()], strings: vec![] };
        let mut state = State::Code;
        let mut rest = text;
        while !rest.is_empty() {
            let (taken, after) = step(&state, rest);
            rust.take(&rest[..taken], &state, &after);
            rest = &rest[taken..];
            state = after;
        }
        rust
    }

    fn take(&mut self, piece: &str, before: &State, after: &State) {
        if before.is_text() && after.is_text() {
            self.strings.last_mut().unwrap().1.push_str(piece);
        } else if before.is_comment() || after.is_comment() {
            self.comments.last_mut().unwrap().push_str(piece.trim_end_matches('\n'));
        } else {
            self.code.last_mut().unwrap().push_str(piece.trim_end_matches('\n'));
        }
        if after.is_text() && !before.is_text() {
            self.strings.push((self.code.len() - 1, String::new()));
        }
        if piece == "\n" {
            self.code.push(String::new());
            self.comments.push(String::new());
        }
    }
}

/// `#[cfg(test)]` and then `mod tests {`. (`mod tests;` names a file, which [`File::is_test`] knows.)
pub fn is_test_module(line: &str, next: &str) -> bool {
    line.trim() == "#[cfg(test)]" && next.starts_with("mod ") && next.ends_with('{')
}

#[derive(Clone, PartialEq)]
enum State {
    Code,
    Text,
    /// A raw string with so many `#`.
    Raw(usize),
    Line,
    /// Block comments, so many deep.
    Block(usize),
}

impl State {
    fn is_text(&self) -> bool {
        matches!(self, State::Text | State::Raw(_))
    }

    fn is_comment(&self) -> bool {
        matches!(self, State::Line | State::Block(_))
    }
}

/// Takes a few bytes off the text: how many, and the state after them.
fn step(state: &State, rest: &str) -> (usize, State) {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    match state {
        State::Line => (first, if rest.starts_with('\n') { State::Code } else { State::Line }),
        State::Block(depth) if rest.starts_with("/*") => (2, State::Block(depth + 1)),
        State::Block(1) if rest.starts_with("*/") => (2, State::Code),
        State::Block(depth) if rest.starts_with("*/") => (2, State::Block(depth - 1)),
        State::Text if rest.starts_with("\\\\") || rest.starts_with("\\\"") => (2, State::Text),
        State::Text if rest.starts_with('"') => (1, State::Code),
        State::Raw(hashes) => {
            let end = format!("\"{}", "#".repeat(*hashes));
            if rest.starts_with(&end) { (end.len(), State::Code) } else { (first, State::Raw(*hashes)) }
        }
        State::Block(_) | State::Text => (first, state.clone()),
        State::Code => step_in_code(rest, first),
    }
}

fn step_in_code(rest: &str, first: usize) -> (usize, State) {
    if rest.starts_with("//") {
        return (2, State::Line);
    }
    if rest.starts_with("/*") {
        return (2, State::Block(1));
    }
    if rest.starts_with('"') {
        return (1, State::Text);
    }
    // A quote as a character: '"', '\'' and the like. A lifetime has no second quote there.
    for quote in ["'\"'", "'\\\"'", "'\\''", "b'\"'"] {
        if rest.starts_with(quote) {
            return (quote.len(), State::Code);
        }
    }
    if rest.starts_with('r') || rest.starts_with("br") {
        let hashes = rest.trim_start_matches('b')[1..].bytes().take_while(|byte| *byte == b'#').count();
        let before = rest.len() - rest.trim_start_matches('b').len() + 1 + hashes;
        if rest[before..].starts_with('"') {
            return (before + 1, State::Raw(hashes));
        }
    }
    // A whole word at once, so that the `r` that ends one does not begin a raw string.
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    (word.max(first), State::Code)
}

#[test]
fn a_rust_file_is_read_apart() {
    let rust = Rust::read(
        "let a = \"x // \\\" y\"; // note \"z\"\nlet b = r#\"one\ntwo\"\"#; /* c\n */ let q = '\"'; f::<'a>();\n",
    );
    assert_eq!(rust.code, ["let a = \"\"; ", "let b = r#\"", "\"#; ", " let q = '\"'; f::<'a>();", ""]);
    assert_eq!(rust.strings, [(0, "x // \\\" y".to_owned()), (1, "one\ntwo\"".to_owned())]);
    assert_eq!(rust.comments, ["// note \"z\"", "", "/* c", " */", ""]);
}

#[test]
fn a_test_module_is_left_out() {
    let file = File::new("src/a.rs", "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n");
    assert_eq!(Rust::without_tests(&file).code, ["fn a() {}", ""]);
    assert!(
        Rust::without_tests(&File::new("src/a/tests.rs", "fn b() {}\n")).code.iter().all(String::is_empty)
    );
}
