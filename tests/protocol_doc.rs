//! `docs/protocol.md` says everything that another client needs, and its example is right.

use std::collections::BTreeSet;
use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use zeroize::Zeroizing;

use zegel::protocol::cert::{PublicCert, verify_statement};
use zegel::protocol::checkwords::check_words;
use zegel::protocol::id::{Digest, Moment};
use zegel::protocol::journal::{Event, JournalPublicKey, Leaf, Scope, leaf_hash, node_hash};
use zegel::protocol::payload::Sealer;
use zegel::protocol::recovery::SlipSecret;
use zegel::protocol::refusal::Refusal;
use zegel::protocol::seal::{FileKey, Header, PartName, SealingKey, open_small};
use zegel::protocol::statement::{SHAPE, Statement};

fn file(name: &str) -> String {
    fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// How the page calls a type of ours.
fn type_name(what: &str) -> &'static str {
    match what {
        "MemberId" => "member",
        "PartnerId" => "partner",
        "VaultId" => "vault",
        "MeetingId" => "meeting",
        "Digest" => "digest",
        "Mac" => "code",
        "Nonce" => "nonce",
        "Recipient" => "recipient",
        "Moment" => "moment",
        "Day" => "day",
        "Number" => "number",
        "CaseNumber" => "case",
        "Name" => "name",
        "MailAddress" => "mail",
        "JournalKeyText" => "journal-key",
        "Payload" => "payload",
        "VaultGrant" => "grant",
        "Owner" => "owner",
        "Participant" => "participant",
        "Approved" => "approved",
        "OwnItem" => "own",
        _ => "word",
    }
}

#[test]
fn every_line_of_every_kind_is_in_the_page_in_order() {
    let page = file("docs/protocol.md");
    for (kind, lines) in SHAPE {
        let section = page.split_once(&format!("\n### `{kind}`\n")).unwrap_or_else(|| panic!("no {kind}")).1;
        let table = section.split("\n\n").next().unwrap();
        let rows: Vec<Vec<&str>> =
            table.lines().skip(2).map(|row| row.split('|').map(str::trim).collect()).collect();
        let written: Vec<_> = rows.iter().map(|row| (row[1].trim_matches('`'), row[2], row[3])).collect();
        let often = |how: &str| match how {
            "one" => "1",
            "maybe" => "?",
            _ => "*",
        };
        let shape: Vec<_> =
            lines.iter().map(|(name, how, what)| (*name, often(how), type_name(what))).collect();
        assert_eq!(written, shape, "{kind}");
    }
}

#[test]
fn every_refusal_is_in_the_page() {
    let page = file("docs/protocol.md");
    let row = |line: &str| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned());
    let rows: BTreeSet<String> = page.lines().filter_map(row).collect();
    for code in Refusal::CODES {
        assert!(rows.contains(*code), "{code}");
    }
}

fn example() -> Value {
    serde_json::from_str(&file("tests/vectors/example.json")).unwrap()
}

#[test]
fn the_page_shows_the_example() {
    let page = file("docs/protocol.md");
    for (name, value) in example().as_object().unwrap() {
        // What is long, or told in words, is left out.
        let told = [
            "authority",
            "signature",
            "identity",
            "plaintext",
            "scope_salt",
            "event_salt",
            "slip_bits",
            "check_text",
        ];
        if told.contains(&name.as_str()) || !value.is_string() {
            continue;
        }
        for line in value.as_str().unwrap().lines() {
            assert!(page.contains(line), "{name}: {line}");
        }
    }
}

fn text<'a>(example: &'a Value, name: &str) -> &'a str {
    example[name].as_str().unwrap()
}

fn bytes<const N: usize>(example: &Value, name: &str) -> [u8; N] {
    hex::decode(text(example, name)).unwrap().try_into().unwrap()
}

#[test]
fn the_example_of_sealing_is_right() {
    let e = example();
    let key = SealingKey::parse(text(&e, "identity")).unwrap();
    assert_eq!(key.recipient().as_str(), text(&e, "recipient"));
    let file_key = FileKey::from_bytes(&bytes(&e, "file_key"));
    assert_eq!(file_key.commitment().to_string(), text(&e, "commitment"));
    let mut sealer = Sealer::with_nonce(Vec::new(), &file_key, bytes(&e, "nonce")).unwrap();
    std::io::Write::write_all(&mut sealer, text(&e, "plaintext").as_bytes()).unwrap();
    let payload = sealer.finish().unwrap();
    assert_eq!(hex::encode(&payload), text(&e, "payload"));
    let header = Header::parse(text(&e, "header").as_bytes()).unwrap();
    assert_eq!(header.digest().to_string(), text(&e, "header_digest"));
    let name = PartName {
        digest: text(&e, "payload_digest").parse().unwrap(),
        length: e["payload_length"].as_u64().unwrap(),
        commitment: text(&e, "commitment").parse().unwrap(),
    };
    let plain: Zeroizing<Vec<u8>> = open_small(&header, &payload, &key, &name).unwrap();
    assert_eq!(plain.as_slice(), text(&e, "plaintext").as_bytes());
}

#[test]
fn the_example_of_a_statement_and_its_leaf_is_right() {
    let e = example();
    let statement = Statement::parse(text(&e, "statement").as_bytes()).unwrap();
    assert_eq!(statement.id().to_string(), text(&e, "id"));
    let authority = PublicCert::parse(&STANDARD.decode(text(&e, "authority")).unwrap()).unwrap();
    let signature = STANDARD.decode(text(&e, "signature")).unwrap();
    let (kind, signed_text, at) =
        (statement.body.kind(), text(&e, "statement").as_bytes(), statement.signed_at);
    verify_statement(&authority, kind, signed_text, &signature, at).unwrap();
    let at: Moment = "2026-11-02T08:00:00Z".parse().unwrap();
    let event = Event::Statement { at, statement: statement.id(), signature: Digest::of(&signature) };
    assert_eq!(event.to_string(), text(&e, "event"));
    let (scope_salt, event_salt) = (bytes(&e, "scope_salt"), bytes(&e, "event_salt"));
    let leaf = Leaf { scope: Scope::House, scope_salt, event_salt, event };
    let halves = leaf.halves();
    let shown = [halves.scope, halves.event, leaf.hash()].map(|digest| hex::encode(digest.0));
    assert_eq!(shown, ["scope_half", "event_half", "leaf"].map(|name| text(&e, name)));
    let other = leaf_hash(&[0x11; 64]);
    assert_eq!(hex::encode(other.0), text(&e, "other_leaf"));
    let key: JournalPublicKey = text(&e, "journal_key").parse().unwrap();
    let checkpoint = key.open(text(&e, "checkpoint")).unwrap();
    assert_eq!((checkpoint.size, checkpoint.root), (2, node_hash(&leaf.hash(), &other)));
    assert_eq!(hex::encode(checkpoint.root.0), text(&e, "root_of_two"));
}

#[test]
fn the_example_of_a_slip_is_right() {
    let e = example();
    let secret = SlipSecret::from_bytes(&bytes(&e, "slip_secret"));
    assert!(secret.matches(text(&e, "proof_text").as_bytes(), &text(&e, "proof").parse().unwrap()));
    assert_eq!(Digest::of(&bytes::<32>(&e, "slip_ticket")).to_string(), text(&e, "slip_ticket_digest"));
    let digest = Digest::of(text(&e, "check_text").as_bytes());
    assert_eq!(check_words(&digest), text(&e, "check_words"));
}
