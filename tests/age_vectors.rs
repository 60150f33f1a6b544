//! The age vectors of C2SP (CCTV, 143 files) judge the headers and payloads that we read and write ourselves.
//!
//! They come in the npm package `cctv-age`, in browser/node_modules, so that both clients are judged by
//! the same ones.

use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use zegel::protocol::id::Digest;
use zegel::protocol::payload::{Broken, NONCE, Opener, Sealer};
use zegel::protocol::seal::{
    FileKey, Header, Refused, SealingKey, open_file, open_with_passphrase, regrant, seal_file, seal_small,
};

struct Vector {
    name: String,
    fields: Vec<(String, String)>,
    file: Vec<u8>,
}

impl Vector {
    fn get(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }
    fn expect(&self) -> &str {
        self.get("expect").unwrap()
    }
    fn key(&self) -> Option<SealingKey> {
        self.get("identity").map(|text| SealingKey::parse(text).unwrap())
    }
    /// Header and payload, or all as a header where no MAC line ends it.
    fn halves(&self) -> (&[u8], &[u8]) {
        let is_mac_line = |at: &usize| self.file[*at..].starts_with(b"\n---");
        let end = (0..self.file.len()).find(is_mac_line).and_then(|mac| {
            let line = self.file[mac + 1..].iter().position(|byte| *byte == b'\n')?;
            Some(mac + 1 + line + 1)
        });
        self.file.split_at(end.unwrap_or(self.file.len()))
    }
}

/// Why a vector says nothing about what we write, by the beginning of its name.
const NOT_OURS: [(&str, &str); 2] = [
    ("armor_", "we write and read no armor: every byte of ours goes in a binary body"),
    ("hybrid", "the post-quantum recipient comes with zegel/2, once the age crate has it"),
];

fn vectors() -> Vec<Vector> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/node_modules/cctv-age/index.js");
    let script = std::fs::read_to_string(&path).unwrap_or_else(|_| {
        panic!("the age vectors are not there: run `make test`, or `npm ci --ignore-scripts` in browser/")
    });
    let mut lines = script.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix("// ../testdata/") else { continue };
        let base64 =
            lines.next().and_then(|line| line.split('"').nth(1)).expect("the package's form changed");
        found.push(read(name, &base64::prelude::BASE64_STANDARD.decode(base64).unwrap()));
    }
    assert_eq!(found.len(), 143, "the package has other vectors than we know of");
    found
}

fn read(name: &str, bytes: &[u8]) -> Vector {
    let blank = bytes.windows(2).position(|two| two == b"\n\n").unwrap();
    let head = std::str::from_utf8(&bytes[..blank]).unwrap();
    let field = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut vector = Vector {
        name: name.to_owned(),
        fields: head.lines().map(|line| field(line).unwrap()).collect(),
        file: bytes[blank + 2..].to_vec(),
    };
    if vector.get("compressed") == Some("zlib") {
        vector.file = miniz_oxide::inflate::decompress_to_vec_zlib(&vector.file).unwrap();
    }
    vector
}

fn is_ours(vector: &Vector) -> bool {
    NOT_OURS.iter().all(|(start, _)| !vector.name.starts_with(start))
}

/// Gives few bytes at a time, as a network does.
struct Dribble<'a>(Cursor<&'a [u8]>);

impl Read for Dribble<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let few = to.len().min(4093);
        self.0.read(&mut to[..few])
    }
}

/// Opens with our own header and payload: the outcome, and all that was handed out.
fn open_ours(header: &[u8], payload: &[u8], key: &SealingKey) -> (Result<FileKey, Refused>, Vec<u8>) {
    let file_key = match Header::parse(header).and_then(|header| header.open(key)) {
        Ok(file_key) => file_key,
        Err(refused) => return (Err(refused), Vec::new()),
    };
    let mut plaintext = Vec::new();
    let read = Opener::new(Dribble(Cursor::new(payload)), &file_key)
        .and_then(|mut opener| opener.read_to_end(&mut plaintext));
    match read {
        Ok(_) => (Ok(file_key), plaintext),
        Err(error) => (Err(Broken::of(&error).unwrap().into()), plaintext),
    }
}

/// What our own code must say of a vector: the vector's word, but where a header of ours is stricter.
fn our_expectation(vector: &Vector) -> &str {
    match vector.name.as_str() {
        // Good age headers, but for more readers than one, or with stanzas of unknown kinds.
        "stanza_empty_body" | "stanza_empty_last_line" | "stanza_valid_characters" => "extra stanza",
        "x25519_grease" | "x25519_multiple_recipients" | "scrypt_double" | "scrypt_and_x25519" => {
            "extra stanza"
        }
        // One stanza of another kind: age looks for a better one, we know that there is none.
        "x25519_lowercase" => "malformed header",
        name if name.starts_with("scrypt") => "malformed header",
        // We count the nonce as the beginning of the payload.
        "stream_no_nonce" | "stream_short_nonce" => "truncated payload",
        _ => vector.expect(),
    }
}

fn is_as_expected(expect: &str, outcome: &Result<FileKey, Refused>) -> bool {
    match (expect, outcome) {
        ("success", Ok(_)) => true,
        ("no match", Err(Refused::WrongReader)) => true,
        ("HMAC failure", Err(Refused::AlteredMac)) => true,
        ("header failure", Err(Refused::Malformed)) => true,
        ("payload failure", Err(Refused::Payload(_))) => true,
        (name, Err(refused)) => name == refused.name(),
        _ => false,
    }
}

#[test]
fn our_own_header_and_payload_judge_as_age_does() {
    let ours: Vec<_> = vectors().into_iter().filter(is_ours).collect();
    for vector in &ours {
        let (header, payload) = vector.halves();
        let key = vector.key().unwrap_or_else(SealingKey::generate);
        let (outcome, plaintext) = open_ours(header, payload, &key);
        let expect = our_expectation(vector);
        assert!(is_as_expected(expect, &outcome), "{}: {expect}, got {:?}", vector.name, outcome.err());
        if matches!(expect, "success" | "payload failure") {
            let digest = vector.get("payload").unwrap();
            assert_eq!(hex::encode(Digest::of(&plaintext).0), digest, "{}", vector.name);
        } else {
            assert!(plaintext.is_empty(), "{}", vector.name);
        }
    }
    assert_eq!(ours.len(), 92);
}

#[test]
fn each_kind_of_broken_payload_has_its_own_name() {
    let all = vectors();
    for (name, broken) in [
        ("stream_no_nonce", Broken::Truncated),
        ("stream_no_chunks", Broken::Truncated),
        ("stream_no_final_full", Broken::Truncated),
        ("stream_no_final_two_chunks_full", Broken::Truncated),
        ("stream_bad_tag", Broken::Altered),
        ("stream_bad_tag_second_chunk_full", Broken::Altered),
        ("stream_trailing_garbage_long", Broken::TrailingData),
        ("stream_two_final_chunks_full", Broken::TrailingData),
        ("stream_last_chunk_empty", Broken::EmptyLastChunk),
    ] {
        let vector = all.iter().find(|vector| vector.name == name).unwrap();
        let (header, payload) = vector.halves();
        let (outcome, _) = open_ours(header, payload, &vector.key().unwrap());
        assert_eq!(outcome.err(), Some(Refused::Payload(broken)), "{name}");
    }
}

#[test]
fn what_opens_is_written_again_byte_for_byte() {
    let mut count = 0;
    for vector in vectors().iter().filter(|vector| is_ours(vector) && our_expectation(vector) == "success") {
        let (header, payload) = vector.halves();
        assert_eq!(Header::parse(header).unwrap().to_bytes(), header, "{}", vector.name);
        let (file_key, plaintext) = open_ours(header, payload, &vector.key().unwrap());
        let nonce = payload[..NONCE].try_into().unwrap();
        let mut sealer = Sealer::with_nonce(Vec::new(), &file_key.unwrap(), nonce).unwrap();
        // Writes of odd sizes, across the ends of chunks.
        plaintext.chunks(100_003).for_each(|some| sealer.write_all(some).unwrap());
        assert!(sealer.finish().unwrap() == payload, "{}", vector.name);
        count += 1;
    }
    assert_eq!(count, 9);
}

/// Key bundles and vault secrets may have several readers, or a passphrase: that is the age crate's work.
#[test]
fn age_files_for_several_readers_or_a_passphrase_judge_as_age_does() {
    let mut count = 0;
    for vector in vectors().iter().filter(|vector| is_ours(vector)) {
        let opened = match (vector.key(), vector.get("passphrase")) {
            (_, Some(passphrase)) => open_with_passphrase(&vector.file, passphrase, 16),
            (Some(key), None) => open_file(&vector.file, &key),
            (None, None) => continue,
        };
        match opened {
            // Spelled as old versions of the age crate wrote it, which it still reads: the same text comes out.
            Ok(_) if ["stanza_missing_body", "stanza_missing_final_line"].contains(&vector.name.as_str()) => {
            }
            Ok(plaintext) => {
                assert_eq!(vector.expect(), "success", "{}", vector.name);
                let digest = vector.get("payload").unwrap();
                assert_eq!(hex::encode(Digest::of(&plaintext).0), digest, "{}", vector.name);
            }
            Err(refused) => assert_ne!(vector.expect(), "success", "{}: {refused}", vector.name),
        }
        count += 1;
    }
    assert_eq!(count, 91);
}

/// Runs the distribution's `age` or `age-keygen`.
fn stock(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|_| {
            panic!("`{program}` is not here: run `make test`, or install Debian's package age")
        });
    let mut to = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || to.write_all(input));
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{program} {arguments:?}");
    output.stdout
}

#[test]
fn the_age_of_the_distribution_and_ours_open_each_others_files() {
    let folder = tempfile::tempdir().unwrap();
    let (femke, noor) = (SealingKey::generate(), SealingKey::generate());
    let key_file = folder.path().join("key");
    std::fs::write(&key_file, &*noor.to_text()).unwrap();
    let key_file = key_file.to_str().unwrap();
    let recipient = noor.recipient().to_string();
    assert_eq!(stock("age-keygen", &["-y", key_file], b""), format!("{recipient}\n").as_bytes());

    let text: Vec<u8> = (0..5_000_000u32).map(|i| (i % 253) as u8).collect();
    let (part, headers, _) = seal_small(&text, &[femke.recipient()]).unwrap();
    let grant = regrant(&headers[0], &femke, &part.name.commitment, &noor.recipient()).unwrap();
    let file = [grant.to_bytes(), part.payload].concat();
    assert!(stock("age", &["-d", "-i", key_file], &file) == text);

    let theirs =
        Vector { name: String::new(), fields: vec![], file: stock("age", &["-r", &recipient], &text) };
    let (header, payload) = theirs.halves();
    let (outcome, opened) = open_ours(header, payload, &noor);
    assert!(outcome.is_ok() && opened == text);

    let shared = seal_file(b"geheim", &[femke.recipient(), noor.recipient()]).unwrap();
    assert_eq!(stock("age", &["-d", "-i", key_file], &shared), b"geheim");
}
