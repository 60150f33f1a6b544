//! The house's rules, as sentences that can be run. Each is tried on this house, where it must find nothing, and on
//! samples that break it, where it must find each: a rule that cannot fail is worth nothing.

mod house {
    pub mod code;
    pub mod dependencies;
    pub mod files;
    pub mod portal;
    pub mod sources;
    pub mod sql;
    pub mod vectors;
    pub mod walls;
}

use house::dependencies::{Package, Policy, npm_packages, packages, satisfies};
use house::sources::{File, files, top};
use house::{code, files as papers, portal, sql, vectors, walls};

type Rule = fn(&[File]) -> Vec<String>;

/// The rule finds nothing in this house, and something in each of the samples.
fn rule(rule: Rule, samples: &[(&str, &str)]) {
    for (path, text) in samples {
        let found = rule(&[File::new(path, *text)]);
        assert!(!found.is_empty(), "the rule does not see what is wrong in {path}:\n{text}");
        assert!(found[0].contains(path.split('/').next().unwrap()), "it does not say where: {}", found[0]);
    }
    nothing(rule(&files()));
}

/// The rule is no stricter than it says.
fn allows(rule: Rule, samples: &[(&str, &str)]) {
    for (path, text) in samples {
        nothing(rule(&[File::new(path, *text)]));
    }
}

fn nothing(broken: Vec<String>) {
    assert!(broken.is_empty(), "\n\n{}\n", broken.join("\n"));
}

#[test]
fn imports_point_down() {
    rule(
        walls::imports_point_down,
        &[
            ("src/hub/vault.rs", "use crate::client::home::Home;\n"),
            ("src/hub/vault.rs", "fn a() { crate::client::open() }\n"),
            ("src/hub/mail/outbox.rs", "use super::super::client;\n"),
            ("src/hub/vault.rs", "use crate::{\n    client::home,\n    protocol::id,\n};\n"),
            ("src/client/open.rs", "use crate::{protocol::id, hub};\n"),
            ("src/client/open.rs", "#[cfg(test)]\nmod tests {\n    use crate::hub::serve;\n}\n"),
            ("src/protocol/vault.rs", "use crate::clock::Clock;\n"),
            ("src/protocol.rs", "use zegel::hub;\n"),
        ],
    );
    allows(
        walls::imports_point_down,
        &[
            ("src/hub/vault.rs", "// Not crate::client.\nuse crate::protocol::{id, client_words};\n"),
            ("src/hub/vault.rs", "use crate::{clock, protocol::{client, id}};\nuse crate::client_words;\n"),
            ("src/demo/story.rs", "use crate::{client, hub};\n"),
        ],
    );
}

#[test]
fn the_protocol_is_pure() {
    rule(
        walls::the_protocol_is_pure,
        &[
            ("src/protocol/seal.rs", "use tokio::io::AsyncRead;\n"),
            ("src/protocol/seal.rs", "use std::fs::File;\n"),
            ("src/protocol/seal.rs", "pub async fn seal() {}\n"),
            ("src/protocol/seal.rs", "let socket = std::net::TcpStream::connect(address);\n"),
        ],
    );
    allows(
        walls::the_protocol_is_pure,
        &[
            ("src/protocol/seal.rs", "/// No std::fs here.\nuse std::io::Read;\n"),
            ("src/protocol/seal.rs", "std::thread::scope(|scope| {\n"),
            ("src/protocol/seal/tests.rs", "use std::fs;\n"),
        ],
    );
}

#[test]
fn clock_and_chance_live_in_one_file() {
    rule(
        walls::clock_and_chance_live_in_one_file,
        &[
            ("src/hub/session.rs", "let now = SystemTime::now();\n"),
            ("src/hub/session.rs", "let start = std::time::Instant::now();\n"),
            ("src/protocol/id.rs", "let random = ring::rand::SystemRandom::new();\n"),
            ("src/protocol/payload.rs", "let now = SystemTime::now();\n"),
            ("src/client/sign.rs", "let n: u8 = rand::random();\n"),
        ],
    );
    allows(
        walls::clock_and_chance_live_in_one_file,
        &[
            ("src/clock.rs", "SystemTime::now()\n"),
            ("src/protocol/payload.rs", "let random = SystemRandom::new();\n"),
            ("src/protocol/id.rs", "use ring::rand::SecureRandom;\nfn f(random: &dyn SecureRandom) {}\n"),
            ("src/protocol/id.rs", "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    SystemRandom::new();\n}\n"),
        ],
    );
}

#[test]
fn the_portals_imports_point_down() {
    rule(
        portal::its_imports_point_down,
        &[
            ("browser/src/protocol/seal.ts", "import { Remote } from \"../client/remote.ts\";\n"),
            ("browser/src/client/remote/answers.ts", "export { App } from \"../../app/app.ts\";\n"),
            ("browser/src/client/open.ts", "} from \"../screens/item.ts\";\n"),
        ],
    );
    allows(
        portal::its_imports_point_down,
        &[
            (
                "browser/src/client/open.ts",
                "import { seal } from \"../protocol/seal.ts\";\nimport x from \"./x.ts\";\n",
            ),
            ("browser/src/main.ts", "import { App } from \"./app/app.ts\";\n"),
            ("browser/src/ui/frame.ts", "import type { App } from \"../app/app.ts\";\n"),
        ],
    );
}

#[test]
fn the_portals_pages_have_no_keys() {
    rule(
        portal::its_pages_have_no_keys,
        &[
            ("browser/src/screens/item.ts", "import { open } from \"../client/open.ts\";\n"),
            (
                "browser/src/ui/code.ts",
                "import {\n  type A,\n  sentenceOf,\n} from \"../client/error.ts\";\n",
            ),
            ("browser/src/app/app.ts", "export { Home } from \"../client/home.ts\";\n"),
        ],
    );
    allows(
        portal::its_pages_have_no_keys,
        &[
            ("browser/src/screens/item.ts", "import type { Label } from \"../client/open.ts\";\n"),
            ("browser/src/screens/item.ts", "import { type A, type B } from \"../client/open.ts\";\n"),
            ("browser/src/app/touch.ts", "import { touchPasskey } from \"../client/passkey.ts\";\n"),
            ("browser/src/desk/desk.ts", "import { open } from \"../client/open.ts\";\n"),
        ],
    );
}

#[test]
fn the_portal_does_nothing_behind_a_persons_back() {
    rule(
        portal::it_does_nothing_behind_a_persons_back,
        &[
            ("browser/src/screens/item.ts", "element.innerHTML = label.title;\n"),
            ("browser/src/screens/item.ts", "console.log(title);\n"),
            ("browser/src/client/home.ts", "localStorage.setItem(name, text);\n"),
            ("browser/src/client/open.ts", "const answer = await fetch(url);\n"),
            ("browser/src/client/open.ts", "const answer = await globalThis.fetch(url);\n"),
        ],
    );
    allows(
        portal::it_does_nothing_behind_a_persons_back,
        &[
            ("browser/src/client/open.ts", "// Never innerHTML.\nconst page = await Pages.fetch(desk);\n"),
            ("browser/src/app/look.ts", "localStorage.removeItem(KEPT);\n"),
        ],
    );
}

#[test]
fn the_portals_protocol_is_pure() {
    rule(
        portal::its_protocol_is_pure,
        &[
            ("browser/src/protocol/seal.ts", "const now = Date.now();\n"),
            ("browser/src/protocol/label.ts", "document.title = title;\n"),
        ],
    );
    allows(
        portal::its_protocol_is_pure,
        &[("browser/src/protocol/id.ts", "new Date(milliseconds).toISOString(); // not Date.now\n")],
    );
}

#[test]
fn nothing_falls_over_in_hub_and_protocol() {
    rule(
        code::nothing_falls_over,
        &[
            ("src/hub/case.rs", "let case = find(id).unwrap();\n"),
            ("src/hub/case.rs", "let case = find(id)\n    .expect(\"it is there\");\n"),
            ("src/protocol/label.rs", "_ => panic!(\"no\"),\n"),
            ("src/protocol/label.rs", "todo!()\n"),
        ],
    );
    allows(
        code::nothing_falls_over,
        &[
            ("src/hub/case.rs", "let n = text.parse().unwrap_or(0); // not .unwrap()\n"),
            ("src/hub/case.rs", "#[expect(clippy::disallowed_methods, reason = \"…\")]\n"),
            (
                "src/protocol/label.rs",
                "// Cannot fail: 32 bytes are within HKDF's bounds.\nlet key = derive().unwrap();\n",
            ),
            ("src/protocol/label.rs", "const N: NonZeroU32 = NonZeroU32::new(1).unwrap();\n"),
            ("src/protocol/label/tests.rs", "find(id).unwrap();\n"),
            ("src/client/open.rs", "find(id).unwrap();\n"),
        ],
    );
}

#[test]
fn the_hub_does_not_print() {
    rule(
        code::the_hub_does_not_print,
        &[
            ("src/hub/case.rs", "println!(\"{case}\");\n"),
            ("src/hub/case.rs", "eprint!(\"{case}\");\n"),
            ("src/client/open.rs", "dbg!(key);\n"),
        ],
    );
    allows(code::the_hub_does_not_print, &[("src/client/open.rs", "println!(\"{file}\");\n")]);
}

#[test]
fn tests_come_last() {
    rule(
        code::tests_come_last,
        &[("src/hub/case.rs", "#[cfg(test)]\nmod tests {\n    fn a() {}\n}\n\nfn hidden() { x.unwrap() }\n")],
    );
}

#[test]
fn a_file_is_one_sitting() {
    rule(code::a_file_is_one_sitting, &[("src/hub/case.rs", &"fn a() {}\n".repeat(451))]);
    allows(code::a_file_is_one_sitting, &[("src/hub/case.rs", &"fn a() {}\n".repeat(450))]);
}

#[test]
fn secrets_do_not_show() {
    rule(
        code::secrets_do_not_show,
        &[
            ("src/protocol/seal.rs", "#[derive(Clone, Debug)]\npub struct FileKey([u8; 16]);\n"),
            (
                "src/protocol/seal.rs",
                "#[derive(Clone)]\n#[derive(\n    Serialize,\n)]\npub struct SealingKey([u8; 32]);\n",
            ),
            ("src/protocol/cert.rs", "impl fmt::Display for SecretCert {\n"),
            ("src/client/home.rs", "#[derive(Debug)]\npub(crate) enum AnySecretAtAll {\n"),
        ],
    );
    allows(
        code::secrets_do_not_show,
        &[
            (
                "src/protocol/seal.rs",
                "#[derive(Debug)]\nstruct Header;\n\n#[derive(Clone, Zeroize)]\npub struct FileKey([u8; 16]);\n",
            ),
            ("src/protocol/cert.rs", "impl fmt::Display for PublicCert {\n"),
        ],
    );
}

#[test]
fn one_sql_text_serves_both_databases() {
    rule(
        sql::one_sql_text_for_both_databases,
        &[
            ("migrations/0001_a.sql", "-- A.\nCREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);\n"),
            ("migrations/0001_a.sql", "-- A.\nCREATE TABLE a (id serial, body BYTEA);\n"),
            ("migrations/0001_a.sql", "-- A.\nCREATE TABLE a (\n    body BLOB\n);\n"),
            ("src/hub/case.rs", "query(\"SELECT id FROM a WHERE id = ?\")\n"),
            ("src/hub/case.rs", "query(\"SELECT id\n    FROM a FOR UPDATE\")\n"),
            ("src/hub/case.rs", "query(r#\"INSERT OR IGNORE INTO a VALUES ($1)\"#)\n"),
            ("src/hub/case.rs", "let builder = sqlx::QueryBuilder::new(text);\n"),
        ],
    );
    allows(
        sql::one_sql_text_for_both_databases,
        &[
            (
                "migrations/0001_a.sql",
                "-- No SERIAL here.\nCREATE TABLE a (id TEXT PRIMARY KEY, body BYTEA NOT NULL, n BIGINT);\n",
            ),
            ("src/hub/case.rs", "query(\"UPDATE a SET n = n + 1 RETURNING n\"); say(\"Does it serve?\");\n"),
            ("src/hub/db.rs", "query(\"PRAGMA journal_mode = WAL\");\n"),
        ],
    );
}

#[test]
fn migrations_are_numbered_and_say_what_they_do() {
    rule(
        sql::migrations_are_numbered_and_say_what_they_do,
        &[
            ("migrations/0002_b.sql", "-- B.\nSELECT 1;\n"),
            ("migrations/0001_a.sql", "CREATE TABLE a (id TEXT);\n"),
        ],
    );
}

#[test]
fn the_top_holds_only_what_the_house_names() {
    rule(papers::the_top_holds_only_what_the_house_names, &[("notes.txt", "…\n"), ("lib/a.rs", "\n")]);
}

#[test]
fn text_is_utf8_with_plain_line_ends() {
    rule(
        papers::text_is_utf8_with_plain_line_ends,
        &[("docs/a.md", "one\r\n"), ("docs/a.md", "one"), ("docs/a.md", "\u{feff}one\n")],
    );
    assert!(!papers::text_is_utf8_with_plain_line_ends(&[File::new("docs/a.md", [0xff, b'\n'])]).is_empty());
    allows(papers::text_is_utf8_with_plain_line_ends, &[("tests/vectors/statements/crlf.txt", "one\r\ntwo")]);
}

#[test]
fn each_vector_is_read_by_a_test() {
    rule(
        vectors::each_vector_is_read_by_a_test,
        &[
            ("tests/vectors/new.json", "{}\n"),
            ("tests/vectors/new/a.json", "{}\n"),
            ("tests/vectors/journal/new.json", "[]\n"),
            ("tests/vectors/cert/deeper/a.json", "{}\n"),
            ("tests/vectors/cert/a.pgp", "\n"),
        ],
    );
    allows(
        vectors::each_vector_is_read_by_a_test,
        &[("tests/vectors/cert/new.json", "{}\n"), ("tests/vectors/README.md", "# Vectors\n")],
    );
    nothing(vectors::who_reads_a_vector_is_there(&files()));
    let without = |path: &str, old: &str, new: &str| {
        let mut files = files();
        let file = files.iter_mut().find(|file| file.path == path).unwrap();
        file.bytes = file.text().replace(old, new).into_bytes();
        vectors::who_reads_a_vector_is_there(&files).len()
    };
    assert_eq!(without("tests/journal_vectors.rs", "vectors(\"leaves.json\"", "vectors(\"roots.json\""), 1);
    assert_eq!(without("tests/opening_vectors.rs", "\"opening\"", "\"history\""), 1);
    assert_eq!(without("tests/cert_vectors.rs", "fn certs()", "fn some_certs()"), 1);
}

#[test]
fn no_file_names_a_machine() {
    let (build, home) = (["see /", "work/x\n"].concat(), ["\"/", "home/sanne/x\"\n"].concat());
    rule(papers::no_file_names_a_machine, &[("docs/a.md", &build), ("src/a.rs", &home)]);
    let deeper = ["demo/people/", "home/x and $TOP/", "root/x\n"].concat();
    allows(papers::no_file_names_a_machine, &[("docs/a.md", &deeper)]);
}

#[test]
fn no_file_names_a_private_host_or_a_real_person() {
    let host = ["https://vault", ".internal/x\n"].concat();
    let mail = ["sanne@", "gemeente", ".nl\n"].concat();
    rule(
        papers::no_file_names_a_private_host_or_a_real_person,
        &[("docs/a.md", &host), ("keys.example/house.toml", &mail)],
    );
    allows(
        papers::no_file_names_a_private_host_or_a_real_person,
        &[(
            "docs/a.md",
            "127.0.0.1, sanne@Gemeente.Example, Problem::internal, age@0.12, @types/node, section 10.2.3\n",
        )],
    );
}

/// A policy of three lines, for the samples.
fn small_policy() -> Policy {
    Policy::read(
        "licences = ['MIT']\nsource = 'registry+here'\none-version = ['ring']\n\
         exception = [{ name = 'gnu', licence = 'LGPL-3.0-only', reason = '' }]\n\
         ban = [{ name = 'openssl', reason = 'one provider' }]\n",
    )
}

fn package(name: &str, licence: Option<&str>) -> Package {
    Package { name: name.to_owned(), licence: licence.map(str::to_owned) }
}

#[test]
fn every_licence_goes_with_ours() {
    let policy = small_policy();
    let refused =
        [package("a", Some("GPL-3.0-only")), package("b", None), package("c", Some("LGPL-3.0-only"))];
    assert_eq!(policy.licences(&refused).len(), 3);
    nothing(
        policy.licences(&[package("d", Some("MIT OR GPL-3.0-only")), package("gnu", Some("LGPL-3.0-only"))]),
    );
    // An exception without a package, and one without a reason.
    assert_eq!(policy.itself(&[package("d", None)]).len(), 2);

    let (policy, packages) = (Policy::of_the_house(), packages());
    assert!(packages.len() > 50, "cargo metadata names what we build on");
    nothing(policy.licences(&packages));
    let lock = std::fs::read_to_string(top().join("browser/package-lock.json")).unwrap();
    nothing(policy.itself(&[packages, npm_packages(&lock)].concat()));
}

#[test]
fn nothing_banned_comes_in_and_all_comes_from_one_source() {
    let entry = |name: &str, source: &str, more: &str| {
        format!("[[package]]\nname = '{name}'\nversion = '1.0.0'\nsource = '{source}'\n{more}\n")
    };
    let (here, sum) = ("registry+here", "checksum = '00'");
    let policy = small_policy();
    for bad in [
        entry("openssl", here, sum),
        entry("a", "git+https://example.org/a", sum),
        entry("a", here, ""),
        entry("ring", here, sum) + &entry("ring", here, sum),
    ] {
        assert_eq!(policy.lock(&bad).len(), 1, "{bad}");
    }
    nothing(policy.lock(&entry("ring", here, sum)));
    nothing(Policy::of_the_house().lock(&std::fs::read_to_string(top().join("Cargo.lock")).unwrap()));
}

#[test]
fn the_portal_builds_on_the_same_terms() {
    let lock = |package: &str| format!(r#"{{"packages": {{"": {{}}, "node_modules/@a/b": {package}}}}}"#);
    let policy = small_policy();
    for bad in [
        r#"{"integrity": "sha512-x", "license": "GPL-3.0-only"}"#,
        r#"{"integrity": "sha512-x", "license": "MIT", "resolved": "https://example.org/b.tgz"}"#,
        r#"{"integrity": "sha1-x", "license": "MIT"}"#,
        r#"{"license": "MIT"}"#,
    ] {
        assert_eq!(policy.npm_lock(&lock(bad)).len(), 1, "{bad}");
    }
    nothing(policy.npm_lock(&lock(r#"{"integrity": "sha512-x", "license": "MIT"}"#)));
    if let Ok(text) = std::fs::read_to_string(top().join("browser/package-lock.json")) {
        nothing(Policy::of_the_house().npm_lock(&text));
    }
}

#[test]
fn a_licence_expression_is_read_as_spdx_says() {
    let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
    for (expression, answer) in [
        ("MIT", Some(true)),
        ("GPL-2.0-only", Some(false)),
        ("GPL-2.0-only/MIT", Some(true)),
        ("MIT AND GPL-2.0-only", Some(false)),
        // AND binds more tightly than OR.
        ("MIT OR GPL-2.0-only AND BSD-2-Clause", Some(true)),
        ("(MIT OR GPL-2.0-only) AND BSD-2-Clause", Some(false)),
        ("(MIT OR GPL-2.0-only) AND ISC", Some(true)),
        ("Apache-2.0", Some(false)),
        ("Apache-2.0 WITH LLVM-exception", Some(true)),
        ("", None),
        ("MIT OR", None),
        ("(MIT", None),
        ("MIT ISC", None),
    ] {
        assert_eq!(satisfies(expression, &allowed), answer, "{expression}");
    }
}
