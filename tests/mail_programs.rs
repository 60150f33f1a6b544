//! A letter, read by programs that are not ours: gpg decrypts and verifies it, Python's `email` reads what is inside,
//! and the icalendar package its calendar file.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use zegel::clock::random;
use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::{HubName, Moment};
use zegel::protocol::mime::{
    Attachment, Calendar, Mailbox, Media, Message, clear_notice, house_address, seal, sealed_notice,
};

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

struct Post {
    author: SecretCert,
    reader: SecretCert,
    hub: SecretCert,
    gnupg: tempfile::TempDir,
}

fn post() -> Post {
    let made = at("2025-01-05T09:00:00Z");
    let author = SecretCert::generate("Joris Maas", "joris@example.org", made).unwrap();
    let reader = SecretCert::generate("Noor Şahin", "noor@example.org", made).unwrap();
    let hub = SecretCert::generate_hub("zvh-ml.example", made).unwrap();
    // The path to gpg's sockets may not be long, so the home is short.
    let gnupg = tempfile::Builder::new().prefix("zm").rand_bytes(4).tempdir_in(std::env::temp_dir()).unwrap();
    let post = Post { author, reader, hub, gnupg };
    post.import("reader.asc", &post.reader.armored().unwrap());
    post.import("author.asc", &post.author.public().armored());
    post.import("hub.asc", &post.hub.public().armored());
    post
}

impl Post {
    fn gpg(&self, arguments: &[&str]) -> std::process::Output {
        let mut gpg = Command::new("gpg");
        gpg.args(["--batch", "--status-fd", "1"]).args(arguments);
        gpg.env("GNUPGHOME", self.gnupg.path()).env("LC_ALL", "C").output().unwrap()
    }

    fn import(&self, name: &str, key: &str) {
        let file = self.gnupg.path().join(name);
        fs::write(&file, key).unwrap();
        let done = self.gpg(&["--import", file.to_str().unwrap()]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn read(&self, mail: &[u8]) -> Value {
        let file = self.gnupg.path().join("mail");
        fs::write(&file, mail).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/read_mail.py");
        // Debian's own: that is where its packages are.
        let mut python = Command::new("/usr/bin/python3");
        let out = python.arg(script).arg(&file).env("GNUPGHOME", self.gnupg.path()).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", self.gnupg.path()).output();
    }
}

fn invitation() -> Message {
    let hub: HubName = "zvh-ml.example".parse().unwrap();
    let house = house_address(&hub).unwrap();
    let long = "Een heel lange regel met één = teken, die ver over de rand gaat en dus wordt afgebroken, twee keer zelfs, denk ik.";
    Message {
        from: Mailbox { name: "Joris Maas".parse().unwrap(), address: house.clone() },
        to: Mailbox { name: "Noor Şahin".parse().unwrap(), address: "noor@example.org".parse().unwrap() },
        date: at("2025-11-23T18:20:00Z"),
        id: "<000102030405060708090a0b0c0d0e0f@zvh-ml.example>".parse().unwrap(),
        subject: "Uitnodiging voor het overleg over casus ZVH-2026-0014, één uur later dan u gewend bent"
            .to_owned(),
        text: format!("Beste Noor,\n\n{long}\n \nFrom nu af aan.\n.\nGroet,\nJoris\n"),
        calendar: Some(Calendar {
            uid: "296d5d69cf9d25e6a195c3f5aaef1d39@zvh-ml.example".to_owned(),
            sequence: 2,
            stamp: at("2025-11-23T18:20:00Z"),
            start: at("2025-12-02T13:00:00Z"),
            end: at("2025-12-02T14:30:00Z"),
            cancelled: false,
            summary: "Overleg".to_owned(),
            location: Some(
                "Stadhuis, kamer 3; één trap op, de gang helemaal uit tot aan de rode deur links".to_owned(),
            ),
            organizer: house,
        }),
        attachments: vec![Attachment {
            name: "plan één.pdf".to_owned(),
            media: Media::Pdf,
            bytes: (0..=255).collect(),
        }],
    }
}

fn has(status: &Value, word: &str) -> bool {
    status.as_array().unwrap().iter().any(|said| said == word)
}

#[test]
fn gpg_and_python_read_what_was_written() {
    let post = post();
    let message = invitation();
    let said = post.read(&seal(&message, &post.author, &post.reader.public(), random()).unwrap());

    let status = &said["gpg"]["status"];
    assert_eq!(said["gpg"]["code"], 0, "{said}");
    assert!(["DECRYPTION_OKAY", "GOODMDC", "GOODSIG"].iter().all(|word| has(status, word)), "{status}");

    let outer: Vec<&str> = said["outer"].as_array().unwrap().iter().map(|h| h[0].as_str().unwrap()).collect();
    assert_eq!(outer, ["From", "To", "Date", "Message-ID", "Subject", "MIME-Version", "Content-Type"]);
    assert_eq!(said["outer"][4][1], "[...]");
    assert_eq!(said["parts"], serde_json::json!(["application/pgp-encrypted", "application/octet-stream"]));

    let inner = &said["inner"];
    let header = |name: &str| {
        let headers = inner["headers"].as_array().unwrap();
        headers.iter().find(|header| header[0] == name).unwrap()[1].as_str().unwrap().to_owned()
    };
    assert_eq!(header("Subject"), message.subject);
    assert_eq!(header("To"), "Noor Şahin <noor@example.org>");
    assert_eq!(header("From"), "Joris Maas <post@zvh-ml.example>");
    assert_eq!(header("Date"), "Sun, 23 Nov 2025 18:20:00 +0000");
    assert_eq!((&inner["hp"], inner["text"].as_str()), (&"cipher".into(), Some(message.text.as_str())));
    assert_eq!(inner["types"], serde_json::json!(["text/plain", "text/calendar", "application/pdf"]));
    assert_eq!(inner["defects"], serde_json::json!([]));

    let calendar = message.calendar.unwrap();
    assert_eq!(
        inner["calendar"],
        serde_json::json!({
            "method": "PUBLISH", "events": 1, "errors": [], "uid": calendar.uid, "sequence": 2,
            "summary": "Overleg", "status": "CONFIRMED", "start": "2025-12-02T13:00:00+00:00",
            "end": "2025-12-02T14:30:00+00:00", "location": calendar.location, "attendees": 0,
        })
    );
}

/// Everything that the letters' vectors say of those that open, names and files of all kinds.
#[test]
fn they_read_the_same_in_every_vector() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/letter/letters.json");
    let vectors: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let post = post();
    // The clock of the letters.
    fs::write(post.gnupg.path().join("gpg.conf"), "faked-system-time 20261123T190000!\n").unwrap();
    let keys = vectors["keys"].as_object().unwrap();
    for (name, key) in keys {
        let secret = STANDARD.decode(key["secret"].as_str().unwrap()).unwrap();
        post.import(name, &SecretCert::from_bytes(&secret).unwrap().armored().unwrap());
    }
    let good = vectors["vectors"].as_array().unwrap().iter().filter(|vector| vector["expect"] == "good");
    let sealed: Vec<&Value> = good.filter(|vector| vector["form"] != "clear-notice").collect();
    assert!(sealed.len() > 20);
    for vector in sealed {
        let said = post.read(vector["mail"].as_str().unwrap().as_bytes());
        let what = format!("{}: {said}", vector["name"]);
        let (inner, says, status) = (&said["inner"], &vector["says"], &said["gpg"]["status"]);
        assert!(["DECRYPTION_OKAY", "GOODMDC", "GOODSIG"].iter().all(|word| has(status, word)), "{what}");
        let [from, to] = ["author", "reader"].map(|who| &keys[vector[who].as_str().unwrap()]);
        let name = |key: &Value| key["name"].as_str().unwrap().replace(' ', "");
        let people = serde_json::json!([[name(from), "post@zvh-ml.example"], [name(to), to["mail"]]]);
        assert_eq!((&said["people"], &inner["people"]), (&people, &people), "{what}");
        let headers = inner["headers"].as_array().unwrap();
        let header = |name: &str| &headers.iter().find(|header| header[0] == name).unwrap()[1];
        assert_eq!(header("Subject"), &says["subject"], "{what}");
        assert_eq!(header("Message-ID"), &says["message-id"], "{what}");
        assert_eq!((&inner["text"], &inner["defects"]), (&says["text"], &serde_json::json!([])), "{what}");
        let mut attachments = inner["attachments"].as_array().unwrap().clone();
        if let Some(calendar) = says["calendar"].as_str() {
            assert_eq!(attachments.remove(0)["base64"], STANDARD.encode(calendar), "{what}");
            let read = &inner["calendar"];
            assert_eq!((&read["attendees"], &read["method"]), (&0.into(), &"PUBLISH".into()), "{what}");
            let ours = Calendar::parse(calendar).unwrap();
            let texts = (read["summary"].as_str().unwrap(), read["location"].as_str());
            assert_eq!(texts, (ours.summary.as_str(), ours.location.as_deref()), "{what}");
        }
        assert_eq!(&Value::Array(attachments), &says["attachments"], "{what}");
    }
}

fn notice() -> Message {
    let message = invitation();
    Message { subject: "[...]".to_owned(), calendar: None, attachments: Vec::new(), ..message }
}

#[test]
fn gpg_reads_the_hubs_notices() {
    let post = post();
    let said = post.read(&sealed_notice(&notice(), &post.hub, &post.reader.public(), random()).unwrap());
    assert!(has(&said["gpg"]["status"], "GOODSIG"), "{said}");
    assert_eq!(said["inner"]["text"], notice().text);

    let clear = String::from_utf8(clear_notice(&notice(), &post.hub).unwrap()).unwrap();
    let mut parts = clear.split("--=_zegel_signed\r\n").skip(1);
    let signed = parts.next().unwrap().strip_suffix("\r\n").unwrap();
    let armor = parts.next().unwrap().split_once("\r\n\r\n").unwrap().1;
    let armor = armor.split_once("\r\n--=_zegel_signed--").unwrap().0;
    let [text, signature] = ["signed", "signature"].map(|name| post.gnupg.path().join(name));
    fs::write(&text, signed).unwrap();
    fs::write(&signature, armor).unwrap();
    let verified = post.gpg(&["--verify", signature.to_str().unwrap(), text.to_str().unwrap()]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}
