//! Openings: a header, a payload, and whether they give a text or which reason not to.

use std::io::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use zegel::protocol::id::{Digest, Mac};
use zegel::protocol::payload::{CHUNK, NONCE, PayloadDigest, Sealer, TAG};
use zegel::protocol::seal::{FileKey, Header, PartName, SealingKey, open_small, regrant};

use super::{assert_all_shown, read, write};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    comment: String,
    expect: String,
    key: String,
    header: String,
    payload: String,
    digest: Digest,
    length: u64,
    commitment: Mac,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plaintext: Option<Digest>,
}

fn digest_of(payload: &[u8]) -> (Digest, u64) {
    let mut digest = PayloadDigest::new();
    digest.update(payload);
    digest.finish()
}

#[test]
fn openings() {
    write("seal", &made_openings());
    let vectors = read::<Opening>("seal");
    for (name, vector) in &vectors {
        let key = SealingKey::parse(&vector.key).unwrap();
        let payload = BASE64.decode(&vector.payload).unwrap();
        let part = PartName { digest: vector.digest, length: vector.length, commitment: vector.commitment };
        let header = Header::parse(vector.header.as_bytes());
        let opened = header.and_then(|header| open_small(&header, &payload, &key, &part));
        let outcome = opened.as_ref().map_or_else(|refused| refused.name(), |_| "opens");
        assert_eq!(outcome, vector.expect, "{name}");
        assert_eq!(opened.ok().map(|text| Digest::of(&text)), vector.plaintext, "{name}");

        // Whoever can't open the header, or holds another item's, gives it to nobody.
        let reader = SealingKey::from_bytes(&[9; 32]);
        let regranted =
            header.and_then(|header| regrant(&header, &key, &part.commitment, &reader.recipient()));
        let judged = ["malformed header", "extra stanza", "wrong reader", "altered mac", "commitment"];
        match regranted {
            Ok(header) => assert!(header.open_committed(&reader, &part.commitment).is_ok(), "{name}"),
            Err(refused) => assert_eq!(refused.name(), vector.expect, "{name}"),
        }
        assert_eq!(regranted.is_err(), judged.contains(&vector.expect.as_str()), "{name}");
    }
    let reasons = [
        "opens",
        "digest",
        "length",
        "malformed header",
        "extra stanza",
        "wrong reader",
        "altered mac",
        "commitment",
        "truncated payload",
        "altered payload",
        "trailing data",
        "empty last chunk",
    ];
    assert_all_shown(&reasons, vectors.into_values().map(|vector| vector.expect));
}

fn sealed(plaintext: &[u8], file_key: &FileKey) -> Vec<u8> {
    let mut sealer = Sealer::with_nonce(Vec::new(), file_key, [3; NONCE]).unwrap();
    sealer.write_all(plaintext).unwrap();
    sealer.finish().unwrap()
}

fn made_openings() -> Vec<(&'static str, Opening)> {
    let reader = SealingKey::from_bytes(&[1; 32]);
    let (ours, other) = (FileKey::from_bytes(&[2; 16]), FileKey::from_bytes(&[4; 16]));
    let text = b"Dit stuk is verzonnen.\n".as_slice();
    let header = |key: &FileKey, reader: &SealingKey| {
        String::from_utf8(Header::wrap(key, &reader.recipient()).unwrap().to_bytes()).unwrap()
    };
    let good = header(&ours, &reader);
    let vector = |comment: &str, expect: &str, header: &str, payload: Vec<u8>| {
        let (digest, length) = digest_of(&payload);
        Opening {
            comment: comment.to_owned(),
            expect: expect.to_owned(),
            key: reader.to_text().to_string(),
            header: header.to_owned(),
            payload: BASE64.encode(payload),
            digest,
            length,
            commitment: ours.commitment(),
            plaintext: None,
        }
    };
    let opens = |comment: &str, plaintext: &[u8]| Opening {
        plaintext: Some(Digest::of(plaintext)),
        ..vector(comment, "opens", &good, sealed(plaintext, &ours))
    };
    let bad_header =
        |comment: &str, expect: &str, header: String| vector(comment, expect, &header, sealed(text, &ours));
    let altered = |at: usize| {
        let mut payload = sealed(text, &ours);
        let at = if at == usize::MAX { payload.len() - 1 } else { at };
        payload[at] ^= 1;
        payload
    };
    let replaced = |from: &str, to: &str| good.replacen(from, to, 1);
    let (stanza, mac) = good.split_once("---").unwrap();
    let wrapped_line = stanza.lines().nth(2).unwrap();
    let share = stanza.lines().nth(1).unwrap().trim_start_matches("-> X25519 ");
    let flip = |text: &str| if text.starts_with('A') { "B" } else { "A" }.to_owned() + &text[1..];
    let long = vec![b'z'; CHUNK];
    let with = |mut payload: Vec<u8>, more: &[u8]| {
        payload.extend_from_slice(more);
        payload
    };
    let cut = |payload: Vec<u8>, length: usize| payload[..length].to_vec();
    // The first chunk as one that is not the last, from the payload of a longer text.
    let not_last = |chunks: usize| {
        let longer = sealed(&vec![b'z'; chunks * CHUNK + 1], &ours);
        cut(longer, NONCE + chunks * (CHUNK + TAG))
    };
    let mut wrong_digest =
        vector("the hub serves another payload", "digest", &good, sealed(b"Iets anders.\n", &ours));
    wrong_digest.digest = digest_of(&sealed(text, &ours)).0;
    let mut wrong_length = vector("the statement gives another length", "length", &good, sealed(text, &ours));
    wrong_length.length += 1;
    let mut empty_last = not_last(1);
    let tag_only = {
        // The empty chunk as the second and last: what a sealer writes that ends a chunk too early.
        use ring::{aead, hkdf};
        let key = hkdf::Salt::new(hkdf::HKDF_SHA256, &[3; NONCE]).extract(&[2; 16]);
        let key = aead::UnboundKey::from(key.expand(&[b"payload"], &aead::CHACHA20_POLY1305).unwrap());
        let nonce = aead::Nonce::assume_unique_for_key([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
        let mut chunk = Vec::new();
        aead::LessSafeKey::new(key).seal_in_place_append_tag(nonce, aead::Aad::empty(), &mut chunk).unwrap();
        chunk
    };
    empty_last.extend_from_slice(&tag_only);

    vec![
        ("opens", opens("a short text", text)),
        ("opens-empty", opens("an empty text is one empty chunk", b"")),
        ("opens-full-chunk", opens("the last chunk is full", &long)),
        ("digest", wrong_digest),
        ("length", wrong_length),
        ("header-empty", bad_header("no header at all", "malformed header", String::new())),
        ("header-version", bad_header("another version", "malformed header", replaced("/v1", "/v2"))),
        (
            "header-crlf",
            bad_header("lines that end in CR LF", "malformed header", good.replace('\n', "\r\n")),
        ),
        (
            "header-padding",
            bad_header(
                "base64 with padding",
                "malformed header",
                replaced(wrapped_line, &format!("{wrapped_line}=")),
            ),
        ),
        ("header-two-spaces", bad_header("two spaces", "malformed header", replaced("X25519 ", "X25519  "))),
        (
            "header-other-kind",
            bad_header("a kind that we don't know", "malformed header", replaced("X25519", "x25519")),
        ),
        (
            "header-extra-argument",
            bad_header(
                "an argument too many",
                "malformed header",
                replaced(share, &format!("{share} {share}")),
            ),
        ),
        ("header-no-mac", bad_header("no MAC line", "malformed header", stanza.to_owned())),
        ("header-no-final-lf", bad_header("no final LF", "malformed header", good.trim_end().to_owned())),
        ("header-trailing", bad_header("a byte behind the header", "malformed header", format!("{good}\n"))),
        (
            "header-low-order",
            bad_header(
                "an ephemeral key of zeros, with which all agree on one secret",
                "malformed header",
                replaced(share, &"A".repeat(43)),
            ),
        ),
        (
            "extra-stanza",
            bad_header(
                "a second reader, written in by the hub",
                "extra stanza",
                format!("{stanza}-> X25519 {share}\n{wrapped_line}\n---{mac}"),
            ),
        ),
        (
            "extra-stanza-grease",
            bad_header(
                "a stanza that means nothing",
                "extra stanza",
                format!("{stanza}-> grease\n\n---{mac}"),
            ),
        ),
        (
            "wrong-reader",
            bad_header(
                "sealed to another key",
                "wrong reader",
                header(&ours, &SealingKey::from_bytes(&[5; 32])),
            ),
        ),
        (
            "wrong-reader-altered",
            bad_header(
                "the wrapped key was altered: looks as if it were for another",
                "wrong reader",
                replaced(wrapped_line, &flip(wrapped_line)),
            ),
        ),
        (
            "altered-mac",
            bad_header(
                "the MAC was altered",
                "altered mac",
                format!("{stanza}--- {}", flip(mac.trim_start())),
            ),
        ),
        (
            "other-items-header",
            bad_header("the hub serves another item's header", "commitment", header(&other, &reader)),
        ),
        (
            "other-items-header-and-payload",
            vector(
                "a supplier's second text, under another key than was committed to",
                "commitment",
                &header(&other, &reader),
                sealed(b"Iets anders.\n", &other),
            ),
        ),
        ("payload-empty", vector("not even a nonce", "truncated payload", &good, Vec::new())),
        (
            "payload-nonce-only",
            vector("a nonce and no chunk", "truncated payload", &good, cut(sealed(text, &ours), NONCE)),
        ),
        (
            "payload-cut-at-chunk",
            vector("only the first chunk of two", "truncated payload", &good, not_last(1)),
        ),
        (
            "payload-cut-in-chunk",
            vector("stops within a chunk", "altered payload", &good, cut(sealed(text, &ours), NONCE + 30)),
        ),
        ("payload-nonce-altered", vector("one bit of the nonce", "altered payload", &good, altered(0))),
        ("payload-text-altered", vector("one bit of the text", "altered payload", &good, altered(NONCE))),
        ("payload-tag-altered", vector("one bit of the tag", "altered payload", &good, altered(usize::MAX))),
        (
            "payload-other-key",
            vector("sealed under another key", "altered payload", &good, sealed(text, &other)),
        ),
        (
            "payload-trailing-short",
            vector("a byte behind a short chunk", "altered payload", &good, with(sealed(text, &ours), b"!")),
        ),
        (
            "payload-trailing",
            vector(
                "a byte behind the last, full chunk",
                "trailing data",
                &good,
                with(sealed(&long, &ours), b"!"),
            ),
        ),
        (
            "payload-empty-last",
            vector("an empty chunk behind a full one", "empty last chunk", &good, empty_last),
        ),
    ]
}
