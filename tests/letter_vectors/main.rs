//! The mails of `tests/vectors/letter`, for any client: which open, what they say, and, mostly, which are refused and
//! why. Their format is in `tests/vectors/README.md`.
//!
//! With ZEGEL_WRITE_VECTORS=1 they are written anew, with new keys; else they are only read.

#[path = "../support/packets.rs"]
mod crafted;
#[path = "../support/forge.rs"]
mod forge;
mod notices;
mod packets;
mod people;
mod properties;
mod spelling;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use forge::{Forge, session_keys};
use spelling::{entity, padded_anew};
use zegel::clock::random;
use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::{HubName, Moment};
use zegel::protocol::mime::{
    Attachment, BadLetter, Calendar, Mailbox, Media, Message, Outer, house_address, open, open_notice,
    read_clear_notice, require_sealed, require_sealed_notice, seal,
};
use zegel::protocol::words::Name;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    what: String,
    /// `good`, or the code of the refusal.
    expect: String,
    /// The whole mail; base64 where it is no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mail_base64: Option<String>,
    form: Form,
    /// What who has no key says of it: a hub before it sends, an author of what it sealed. A clear notice has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<String>,
    /// Whose keys in `keys` are taken for the author's, and whose for the reader's.
    author: String,
    reader: String,
    /// What it says, where it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<Value>,
}

/// What it is read as.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Form {
    Letter,
    Notice,
    ClearNotice,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    hub: String,
    /// Name, mail address and secret key (binary, base64) of each.
    keys: BTreeMap<String, Key>,
    vectors: Vec<Vector>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    name: String,
    mail: String,
    secret: String,
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/letter/letters.json")
}

fn hub() -> HubName {
    "zvh-ml.example".parse().unwrap()
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

#[test]
fn every_mail_is_opened_or_refused_as_it_says() {
    if std::env::var_os("ZEGEL_WRITE_VECTORS").is_some() {
        let vectors = serde_json::to_string_pretty(&written()).unwrap() + "\n";
        fs::write(file(), vectors).unwrap();
    }
    let read: Vectors = serde_json::from_slice(&fs::read(file()).unwrap()).unwrap();
    assert_eq!(read.hub, hub().to_string());
    let refused = read.vectors.iter().filter(|vector| vector.expect != "good").count();
    assert!(refused > 200 && refused < read.vectors.len(), "{refused}");
    for vector in &read.vectors {
        let mail = match (&vector.mail, &vector.mail_base64) {
            (Some(mail), None) => mail.clone().into_bytes(),
            (None, Some(mail)) => STANDARD.decode(mail).unwrap(),
            _ => panic!("{}: one mail", vector.name),
        };
        let (author, reader) = (&read.keys[&vector.author], &read.keys[&vector.reader]);
        let judged = judge(vector.form, &mail, author, reader);
        assert_eq!(code(&judged.opened), vector.expect, "{}: {}", vector.name, vector.what);
        assert_eq!(judged.gate, vector.gate, "{}: {}", vector.name, vector.what);
        assert_eq!(judged.opened.ok().map(|message| says(&message)), vector.says, "{}", vector.name);
    }
}

struct Judged {
    opened: Result<Message, BadLetter>,
    gate: Option<String>,
}

fn judge(form: Form, mail: &[u8], author: &Key, reader: &Key) -> Judged {
    let name: Name = author.name.parse().unwrap();
    let to = Mailbox { name: reader.name.parse().unwrap(), address: reader.mail.parse().unwrap() };
    let (cert, own) = (secret(author).public(), secret(reader));
    let by = (&name, &cert);
    let (opened, gate) = match form {
        Form::Letter => {
            (open(mail, &hub(), by, &to, &own), Some(require_sealed(mail, &hub(), &name, &to, &own.public())))
        }
        Form::Notice => (
            open_notice(mail, &hub(), by, &to, &own),
            Some(require_sealed_notice(mail, &hub(), &name, &to, &own.public())),
        ),
        Form::ClearNotice => (read_clear_notice(mail, &hub(), by, &to), None),
    };
    Judged { opened, gate: gate.map(|gate| code(&gate).to_owned()) }
}

fn code<T>(answer: &Result<T, BadLetter>) -> &'static str {
    answer.as_ref().map_or_else(|bad| bad.code(), |_| "good")
}

fn secret(key: &Key) -> SecretCert {
    SecretCert::from_bytes(&STANDARD.decode(&key.secret).unwrap()).unwrap()
}

fn says(message: &Message) -> Value {
    let attachment = |a: &Attachment| json!({ "name": a.name, "media": a.media.word(), "base64": STANDARD.encode(&a.bytes) });
    json!({
        "date": message.date.to_string(),
        "message-id": message.id.to_string(),
        "subject": message.subject,
        "text": message.text,
        "calendar": message.calendar.as_ref().map(|c| c.to_text().unwrap()),
        "attachments": message.attachments.iter().map(attachment).collect::<Vec<_>>(),
    })
}

// Writing them.

struct Writer {
    keys: BTreeMap<String, Key>,
    joris: SecretCert,
    noor: SecretCert,
    vectors: Vec<Vector>,
}

const DATE: &str = "2026-11-23T18:20:00Z";

fn key(name: &str, mail: &str, cert: SecretCert) -> (Key, SecretCert) {
    let secret = STANDARD.encode(&*cert.to_bytes().unwrap());
    (Key { name: name.to_owned(), mail: mail.to_owned(), secret }, cert)
}

fn person(name: &str, mail: &str, until: Option<&str>) -> (Key, SecretCert) {
    let cert = SecretCert::generate_until(name, mail, at("2026-01-05T09:00:00Z"), until.map(at)).unwrap();
    key(name, mail, cert)
}

fn simple() -> Message {
    Message {
        from: Mailbox { name: "Joris Maas".parse().unwrap(), address: house_address(&hub()).unwrap() },
        to: Mailbox { name: "Noor Şahin".parse().unwrap(), address: "noor@example.org".parse().unwrap() },
        date: at(DATE),
        id: "<000102030405060708090a0b0c0d0e0f@zvh-ml.example>".parse().unwrap(),
        subject: "Vraag in casus ZVH-2026-0014".to_owned(),
        text: "Beste Noor,\n\nWij hebben een vraag.\n\nGroet,\nJoris\n".to_owned(),
        calendar: None,
        attachments: Vec::new(),
    }
}

fn full() -> Message {
    let long =
        "Een regel die zo lang is dat hij wordt afgebroken, met één = teken, en aan het eind een spatie. ";
    Message {
        subject: "Uitnodiging: overleg over casus ZVH-2026-0014, één uur later, met een lange regel"
            .to_owned(),
        text: format!("{long}\n\n\n.\nFrom Joris\n"),
        calendar: Some(Calendar {
            uid: "296d5d69cf9d25e6a195c3f5aaef1d39@zvh-ml.example".to_owned(),
            sequence: 1,
            stamp: at(DATE),
            start: at("2026-12-02T13:00:00Z"),
            end: at("2026-12-02T14:30:00Z"),
            cancelled: false,
            summary: "Overleg".to_owned(),
            location: Some(
                "Stadhuis, kamer 3; één trap op, de gang helemaal uit tot aan de rode deur".to_owned(),
            ),
            organizer: house_address(&hub()).unwrap(),
        }),
        attachments: vec![
            Attachment { name: "plan één.pdf".to_owned(), media: Media::Pdf, bytes: (0..=255).collect() },
            Attachment { name: "leeg".to_owned(), media: Media::Bytes, bytes: Vec::new() },
        ],
        ..simple()
    }
}

fn written() -> Vectors {
    let (joris_key, joris) = person("Joris Maas", "joris@example.org", None);
    let (noor_key, noor) = person("Noor Şahin", "noor@example.org", None);
    let keys = BTreeMap::from([("joris".to_owned(), joris_key), ("noor".to_owned(), noor_key)]);
    let mut w = Writer { keys, joris, noor, vectors: Vec::new() };
    w.opening();
    w.outside();
    w.sealing();
    w.packets();
    w.inside();
    w.spelling();
    w.calendars();
    w.keys_that_fail();
    w.people();
    w.notices();
    Vectors { hub: hub().to_string(), keys: w.keys, vectors: w.vectors }
}

impl Writer {
    fn add(&mut self, name: &str, what: &str, expect: &str, mail: Vec<u8>) {
        self.add_for(name, what, expect, mail, "joris", "noor");
    }

    fn add_for(&mut self, name: &str, what: &str, expect: &str, mail: Vec<u8>, author: &str, reader: &str) {
        self.add_as(Form::Letter, name, what, expect, mail, (author, reader));
    }

    fn add_as(
        &mut self,
        form: Form,
        name: &str,
        what: &str,
        expect: &str,
        mail: Vec<u8>,
        (author, reader): (&str, &str),
    ) {
        let judged = judge(form, &mail, &self.keys[author], &self.keys[reader]);
        assert_eq!(code(&judged.opened), expect, "{name}: {what}");
        assert!(self.vectors.iter().all(|vector| vector.name != name), "{name} twice");
        let (mail, mail_base64) = match String::from_utf8(mail) {
            Ok(text) => (Some(text), None),
            Err(bytes) => (None, Some(STANDARD.encode(bytes.into_bytes()))),
        };
        self.vectors.push(Vector {
            name: name.to_owned(),
            what: what.to_owned(),
            expect: expect.to_owned(),
            mail,
            mail_base64,
            form,
            gate: judged.gate,
            author: author.to_owned(),
            reader: reader.to_owned(),
            says: judged.opened.ok().map(|message| says(&message)),
        });
    }

    fn right(&self) -> Vec<u8> {
        seal(&simple(), &self.joris, &self.noor.public(), random()).unwrap()
    }

    fn forge(&self) -> Forge<'_> {
        Forge::right(&self.joris, &self.noor, at(DATE))
    }

    /// A mail with these OpenPGP bytes in it.
    fn around(sealed: Vec<u8>) -> Vec<u8> {
        let Message { from, to, date, id, .. } = simple();
        Outer { from, to, date, id, automatic: false, sealed }.to_bytes()
    }

    fn opening(&mut self) {
        self.add("text", "A letter of text only", "good", self.right());
        let mail = seal(&full(), &self.joris, &self.noor.public(), random()).unwrap();
        self.add("full", "Text with long lines, a calendar and attachments", "good", mail);
        let cancelled = Calendar { cancelled: true, sequence: 2, location: None, ..full().calendar.unwrap() };
        let message = Message { calendar: Some(cancelled), ..simple() };
        let mail = seal(&message, &self.joris, &self.noor.public(), random()).unwrap();
        self.add("cancelled", "A cancellation", "good", mail);
        let odd = Message { subject: "=?utf-8?Q?no?= \\ \"".to_owned(), ..simple() };
        let mail = seal(&odd, &self.joris, &self.noor.public(), random()).unwrap();
        self.add("odd-subject", "A subject that looks like an encoded word", "good", mail);
    }

    fn outside(&mut self) {
        let right = String::from_utf8(self.right()).unwrap();
        let mut changed = |name: &str, what: &str, expect: &str, from: &str, to: &str| {
            assert!(right.contains(from), "{name}");
            self.add(name, what, expect, right.replacen(from, to, 1).into_bytes());
        };
        changed(
            "subject-outside",
            "The subject in the clear",
            "outer-subject",
            "[...]",
            "Vraag in casus ZVH-2026-0014",
        );
        changed("subject-dots", "Another stand-in for the subject", "outer-subject", "[...]", "...");
        changed("bcc", "A Bcc", "head", "MIME-Version", "Bcc: max@example.org\r\nMIME-Version");
        changed("cc", "A Cc", "head", "Date:", "Cc: max@example.org\r\nDate:");
        changed(
            "extra-field",
            "A field of another program",
            "head",
            "MIME-Version",
            "X-Mailer: x\r\nMIME-Version",
        );
        changed(
            "two-subjects",
            "The subject twice",
            "head",
            "MIME-Version",
            "Subject: [...]\r\nMIME-Version",
        );
        changed(
            "order",
            "Fields in another order",
            "head",
            "From: ",
            "Date: Mon, 23 Nov 2026 18:20:00 +0000\r\nFrom: ",
        );
        changed("lower-case", "A field's name in small letters", "head", "Subject:", "subject:");
        changed("author-name", "Another name in From", "from", "Joris Maas", "Mila Kaya");
        changed(
            "from-address",
            "Another address in From",
            "from",
            "post@zvh-ml.example>",
            "joris@example.org>",
        );
        changed(
            "message-id-host",
            "A Message-ID of another host",
            "from",
            "0f@zvh-ml.example",
            "0f@other.example",
        );
        changed("message-id", "A Message-ID with capitals", "head", "0a0b0c", "0A0B0C");
        changed("to-address", "Another address in To", "to", "noor@example.org", "max@example.org");
        changed("date-zone", "A date in another zone", "head", "18:20:00 +0000", "19:20:00 +0100");
        changed("date-weekday", "A date with the wrong weekday", "head", "Mon, 23", "Tue, 23");
        changed("date", "Another date outside", "date", "18:20:00", "18:20:01");
        changed("message-id-outside", "Another Message-ID outside", "differs", "<0001", "<0101");
        changed(
            "mixed-before",
            "Text in the clear before the sealed part",
            "form",
            "--=_zegel_sealed\r\n",
            "--=_zegel_sealed\r\nContent-Type: text/html\r\n\r\n<img src=\"http://x.example/\r\n--=_zegel_sealed\r\n",
        );
        changed(
            "mixed-after",
            "Text in the clear behind the sealed part",
            "form",
            "\r\n--=_zegel_sealed--",
            "\r\n--=_zegel_sealed\r\nContent-Type: text/html\r\n\r\n\">\r\n--=_zegel_sealed--",
        );
        changed("preamble", "Text before the first part", "form", "\r\n\r\n--=_", "\r\n\r\nHallo\r\n--=_");
        changed(
            "two-sealed",
            "A second sealed part",
            "form",
            "\r\n--=_zegel_sealed--",
            "\r\n--=_zegel_sealed\r\nContent-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--=_zegel_sealed--",
        );
        changed(
            "plain-type",
            "Not sealed at all",
            "form",
            "multipart/encrypted; protocol=\"application/pgp-encrypted\"",
            "text/plain; charset=utf-8",
        );
        changed("file-name", "Another name of the sealed part", "form", "encrypted.asc", "evil.asc");
        changed(
            "armor-comment",
            "A comment in the armor",
            "form",
            "MESSAGE-----\r\n",
            "MESSAGE-----\r\nComment: x\r\n",
        );
        changed("armor-checksum", "Another checksum", "form", "\r\n=", "\r\n=A");
        changed(
            "armor-behind",
            "Text behind the armor",
            "form",
            "-----END PGP MESSAGE-----\r\n",
            "-----END PGP MESSAGE-----\r\nHallo\r\n",
        );
        changed("bare-line-feed", "A bare line feed", "form", "Version: 1\r\n", "Version: 1\n");
        changed("trailing", "Something behind the mail", "form", "sealed--\r\n", "sealed--\r\n\r\n");
        changed(
            "auto-submitted",
            "Auto-Submitted with another word",
            "form",
            "Content-Type: multipart",
            "Auto-Submitted: no\r\nContent-Type: multipart",
        );
        let cut = right.as_bytes()[..right.len() - 1].to_vec();
        self.add("cut-off", "The last byte is missing", "form", cut);
        self.add("nothing", "Nothing", "head", Vec::new());
        let high = right.replacen("Joris", "Jör\u{131}s", 1).into_bytes();
        self.add("8-bit", "A name that is not encoded", "head", high);
        let mut broken = right.into_bytes();
        broken[20] = 0xff;
        self.add("not-text", "A byte that is no UTF-8", "form", broken);
        self.add("too-large", "Over 14 MiB", "too-large", vec![b'x'; (14 << 20) + 1]);
        // Too large for a file of vectors: its name says it all.
        self.vectors.pop();
    }

    fn sealing(&mut self) {
        let plain = simple().to_bytes().unwrap();
        let (max_key, max) = person("Joris Maas", "joris@example.org", None);
        let (other_key, other) = person("Noor Şahin", "noor@example.org", None);
        self.keys.extend([("max".to_owned(), max_key), ("other-noor".to_owned(), other_key)]);
        let mut cases: Vec<(&str, &str, &str, Vec<u8>)> = Vec::new();
        let (joris, noor) = (&self.joris, &self.noor);
        let right = || Forge::right(joris, noor, at(DATE));
        let mut forged =
            |name, what, expect, forge: Forge<'_>| cases.push((name, what, expect, forge.seal(&plain)));
        forged("forged-right", "As it should be, made by a library", "good", right());
        forged("unsigned", "Nobody signed it", "unsigned", Forge { signers: vec![], ..right() });
        forged("signed-by-another", "Max signed it", "signer", Forge { signers: vec![&max], ..right() });
        forged("signed-twice", "Two signed it", "layers", Forge { signers: vec![joris, &max], ..right() });
        forged(
            "signed-later",
            "Signed a second later",
            "date",
            Forge { signed_at: at(DATE).plus(-1), ..right() },
        );
        forged(
            "statement-notation",
            "A signature for a statement",
            "for-statement",
            Forge { notation: Some("letter"), ..right() },
        );
        forged("text-signature", "A signature for text", "signer", Forge { text_signature: true, ..right() });
        forged("compressed", "Compressed", "layers", Forge { compressed: true, ..right() });
        forged("nested", "Sealed twice", "layers", Forge { nested: true, ..right() });
        forged(
            "two-recipients",
            "Sealed for Max too",
            "recipients",
            Forge { recipients: vec![noor, &max], ..right() },
        );
        forged(
            "to-author",
            "Sealed for its author too",
            "recipients",
            Forge { recipients: vec![noor, joris], ..right() },
        );
        forged(
            "another-recipient",
            "Sealed for another key",
            "recipients",
            Forge { recipients: vec![&other], ..right() },
        );
        forged(
            "seipd-2",
            "A protection that GnuPG 2.2 can't read",
            "unprotected",
            Forge { aead: true, ..right() },
        );
        let good = right().seal(&plain);
        let (session, body) = session_keys(&good);
        let mut raw = |name, what, expect, bytes: Vec<u8>| cases.push((name, what, expect, bytes));
        raw("no-session-key", "No session key", "recipients", body.to_vec());
        raw("session-key-twice", "The session key twice", "recipients", [session, session, body].concat());
        raw("two-bodies", "Two sealed packets", "layers", [session, body, body].concat());
        raw("session-key-behind", "The session key behind what it opens", "layers", [body, session].concat());
        raw("only-session-key", "Nothing sealed", "layers", session.to_vec());
        raw(
            "no-integrity",
            "A sealed packet without protection (tag 9)",
            "unprotected",
            [session, &[0xc9, 20], &[7; 20]].concat(),
        );
        raw(
            "literal-behind",
            "Text in the clear behind the sealed packet",
            "layers",
            [&good[..], &[0xcb, 8, b'b', 0, 0, 0, 0, 0, b'h', b'i']].concat(),
        );
        let mut altered = good.clone();
        let last = altered.len() - 30;
        altered[last] ^= 1;
        raw("altered", "A byte was changed on the way", "sealed", altered);
        raw("truncated", "The end is missing", "sealed", good[..good.len() - 20].to_vec());
        raw("not-openpgp", "No OpenPGP at all", "sealed", b"Hallo".to_vec());
        let clear = {
            let mut message = Vec::new();
            let mut literal = sequoia_openpgp::serialize::stream::LiteralWriter::new(
                sequoia_openpgp::serialize::stream::Message::new(&mut message),
            )
            .build()
            .unwrap();
            std::io::Write::write_all(&mut literal, &plain).unwrap();
            literal.finalize().unwrap();
            message
        };
        raw("not-sealed", "Armored, but not sealed", "layers", clear);
        for (name, what, expect, sealed) in cases {
            self.add(name, what, expect, Self::around(sealed));
        }
        // A reader can take a signed letter out of its seal and seal it for somebody else.
        let to_other = Message {
            to: Mailbox {
                address: "daan@example.org".parse().unwrap(),
                name: "Daan Visser".parse().unwrap(),
            },
            ..simple()
        };
        let sealed = self.forge().seal(&to_other.to_bytes().unwrap());
        self.add("re-encrypted", "A letter to Daan, who sealed it anew for Noor", "to", Self::around(sealed));
        self.add_for(
            "another-key",
            "The reader has another key",
            "recipients",
            self.right(),
            "joris",
            "other-noor",
        );
        self.add_for("another-author", "The author has another key", "signer", self.right(), "max", "noor");
    }

    fn inside(&mut self) {
        let (right, whole) = (entity(&simple()), entity(&full()));
        let mut cases: Vec<(&str, &str, &str, Vec<u8>)> = Vec::new();
        let mut changed = |name, what, expect, entity: &str, from: &str, to: &str| {
            assert!(entity.contains(from), "{name}");
            cases.push((name, what, expect, padded_anew(&entity.replacen(from, to, 1)).into_bytes()));
        };
        changed("html", "HTML", "html", &right, "text/plain", "text/html");
        changed(
            "alternative",
            "An alternative in HTML",
            "html",
            &whole,
            "\r\n--=_zegel--",
            "\r\n--=_zegel\r\nContent-Type: text/html\r\n\r\n<b>\r\n--=_zegel--",
        );
        changed("no-hp", "The head is not said to be protected", "inside", &right, "; hp=\"cipher\"", "");
        changed(
            "hp-clear",
            "The head is said to be in the clear",
            "inside",
            &right,
            "\"cipher\"",
            "\"clear\"",
        );
        changed(
            "hp-outer-missing",
            "What stands outside is not all said inside",
            "inside",
            &right,
            "HP-Outer: Subject: [...]\r\n",
            "",
        );
        changed(
            "hp-outer-other",
            "Another outside is said inside",
            "inside",
            &right,
            "HP-Outer: Subject: [...]",
            "HP-Outer: Subject: [..]",
        );
        changed(
            "bcc-inside",
            "A Bcc inside",
            "inside",
            &right,
            "MIME-Version",
            "Bcc: max@example.org\r\nMIME-Version",
        );
        changed(
            "subject-inside-missing",
            "No subject inside",
            "head",
            &right,
            "Subject: Vraag in casus ZVH-2026-0014\r\n",
            "",
        );
        changed("from-inside", "Another author inside", "inside", &right, "From: \"Joris", "From: \"Mila");
        changed(
            "date-inside",
            "Another date inside",
            "inside",
            &right,
            "Date: Mon, 23 Nov 2026 18:20:00",
            "Date: Mon, 23 Nov 2026 18:20:01",
        );
        changed(
            "message-id-inside",
            "Another Message-ID inside",
            "inside",
            &right,
            "Message-ID: <00",
            "Message-ID: <01",
        );
        changed(
            "other-encoding",
            "The text in another encoding",
            "inside",
            &right,
            "quoted-printable",
            "8bit",
        );
        changed("other-charset", "Another charset", "inside", &right, "charset=utf-8", "charset=iso-8859-1");
        changed("control", "A control character in the text", "text", &right, "vraag", "=07");
        changed("quoted-lower", "Quoted-printable in small letters", "inside", &whole, "=C3", "=c3");
        changed("quoted-more", "More is quoted than needs be", "inside", &right, "Wij", "=57ij");
        changed(
            "bare-line-feed-inside",
            "A bare line feed inside",
            "inside",
            &right,
            "vraag.\r\n",
            "vraag.\n",
        );
        changed(
            "encoded-word-more",
            "A plain subject in an encoded word",
            "inside",
            &right,
            "Subject: Vraag in casus ZVH-2026-0014",
            "Subject: =?utf-8?B?VnJhYWc=?=",
        );
        changed("fold", "A folded subject", "subject", &right, "Subject: Vraag in", "Subject: Vraag\r\n in");
        changed(
            "attachment-path",
            "An attachment with a path",
            "file-name",
            &whole,
            "filename=\"leeg\"",
            "filename=\"../leeg\"",
        );
        changed(
            "attachment-type",
            "An attachment of an unknown type",
            "inside",
            &whole,
            "application/pdf",
            "application/x-sh",
        );
        changed("attachment-base64", "Base64 in shorter lines", "inside", &whole, "AAECAwQF", "AAEC\r\nAwQF");
        changed(
            "epilogue",
            "Text behind the last part",
            "inside",
            &whole,
            "\r\n--=_zegel--\r\n",
            "\r\n--=_zegel--\r\nHallo\r\n",
        );
        let mut calendar = |name, what, from: &str, to: &str| {
            let mut message = full();
            let text = message.calendar.take().unwrap().to_text().unwrap();
            assert!(text.contains(from), "{name}");
            let lines = |text: &str| {
                let encoded = STANDARD.encode(text);
                encoded
                    .as_bytes()
                    .chunks(76)
                    .map(|line| std::str::from_utf8(line).unwrap())
                    .collect::<Vec<_>>()
                    .join("\r\n")
            };
            let entity = whole.replacen(&lines(&text), &lines(&text.replacen(from, to, 1)), 1);
            assert_ne!(entity, whole, "{name}");
            cases.push((name, what, "calendar", padded_anew(&entity).into_bytes()));
        };
        calendar(
            "calendar-request",
            "A calendar that asks for an answer",
            "METHOD:PUBLISH",
            "METHOD:REQUEST",
        );
        calendar(
            "calendar-attendee",
            "A calendar with somebody on it",
            "END:VEVENT",
            "ATTENDEE:mailto:noor@example.org\r\nEND:VEVENT",
        );
        calendar(
            "calendar-two-events",
            "Two events",
            "END:VEVENT",
            "END:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT",
        );
        calendar("calendar-alarm", "An alarm", "END:VEVENT", "BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT");
        calendar(
            "calendar-ends-first",
            "It ends before it begins",
            "DTEND:20261202T143000Z",
            "DTEND:20261202T123000Z",
        );
        calendar(
            "calendar-local-time",
            "A time of no zone",
            "DTSTART:20261202T130000Z",
            "DTSTART:20261202T130000",
        );
        calendar("calendar-no-uid", "No UID", "UID:", "X-UID:");
        calendar("calendar-line-ends", "Bare line feeds", "VERSION:2.0\r\n", "VERSION:2.0\n");
        for (name, what, expect, entity) in cases {
            let sealed = self.forge().seal(&entity);
            self.add(name, what, expect, Self::around(sealed));
        }
        let later = Message { date: at("2026-11-23T18:20:01Z"), ..simple() };
        let sealed = self.forge().seal(&later.to_bytes().unwrap());
        self.add(
            "date-inside-whole",
            "Another date inside, and so said of outside",
            "differs",
            Self::around(sealed),
        );
        let mila = Mailbox { name: "Mila Kaya".parse().unwrap(), ..simple().from };
        let sealed = self.forge().seal(&Message { from: mila, ..simple() }.to_bytes().unwrap());
        self.add(
            "from-inside-whole",
            "Another author inside, and so said of outside",
            "from",
            Self::around(sealed),
        );
    }

    fn keys_that_fail(&mut self) {
        let sign_only =
            SecretCert::generate_authority("Noor Şahin <noor@example.org>", at("2026-01-05T09:00:00Z"))
                .unwrap();
        let (sign_only, _) = key("Noor Şahin", "noor@example.org", sign_only);
        let (expired, _) = person("Noor Şahin", "noor@example.org", Some("2026-11-23T18:20:00Z"));
        let (renamed, _) = person("Noor Sahin", "noor@example.org", None);
        let renamed = Key { name: "Noor Şahin".to_owned(), ..renamed };
        let (old_author, old) = person("Joris Maas", "joris@example.org", Some("2026-11-01T00:00:00Z"));
        self.keys.extend([("sign-only".to_owned(), sign_only), ("expired".to_owned(), expired)]);
        self.keys.extend([("renamed".to_owned(), renamed), ("expired-author".to_owned(), old_author)]);
        let mail = self.right();
        self.add_for(
            "reader-sign-only",
            "The reader's cert can't be sealed for",
            "cannot-encrypt",
            mail.clone(),
            "joris",
            "sign-only",
        );
        self.add_for(
            "reader-expired",
            "The reader's cert expired that second",
            "expired",
            mail.clone(),
            "joris",
            "expired",
        );
        self.add_for(
            "reader-renamed",
            "The reader's cert is in another name",
            "to",
            mail,
            "joris",
            "renamed",
        );
        let sealed = Forge::right(&old, &self.noor, at(DATE)).seal(&simple().to_bytes().unwrap());
        self.add_for(
            "author-expired",
            "The author's cert had expired",
            "author",
            Self::around(sealed),
            "expired-author",
            "noor",
        );
    }
}
