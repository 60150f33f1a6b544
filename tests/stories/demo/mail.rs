//! The demo's mail, read by programs that are not ours: gpg with the addressee's exported key, Python's `email` and
//! icalendar, and notmuch.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Cast, files, run};
use crate::support::post::OUTSIDE;

/// Every mail in every Maildir: its outside, what is inside, and who can read it.
pub fn read_by_other_programs(demo: &Path) {
    let cast = Cast::example().unwrap();
    let mut seen = Seen::default();
    for person in &cast.people {
        let mails = files(&demo.join("mail").join(person.mail.to_string()).join("new"));
        if mails.is_empty() {
            continue;
        }
        let reader = Reader::of(demo, &person.key);
        for mail in mails.values() {
            seen.look_at(&reader, &person.mail.to_string(), mail);
        }
    }
    assert_eq!(seen.letters["noor"], 3, "an invitation, its change, and minutes: {:?}", seen.letters);
    assert!(seen.letters["femke"] >= 4 && seen.letters["daan"] >= 2, "{:?}", seen.letters);
    assert!(!seen.letters.contains_key("yara") && !seen.letters.contains_key("sanne"), "{:?}", seen.letters);
    assert!(seen.in_clear.len() == 1 && seen.in_clear.contains("yara"), "{:?}", seen.in_clear);
    // One event, changed once: the same UID, a higher sequence, an hour later.
    let events = &seen.events["noor"];
    let uids: BTreeSet<&str> = events.values().map(|event| event["uid"].as_str().unwrap()).collect();
    assert_eq!((uids.len(), events.len()), (1, 2), "{events:?}");
    assert!(events.values().all(|event| event["method"] == "PUBLISH" && event["attendees"] == 0));
    thunderbirds_library_agrees(demo, "noor", &cast);
    notmuch_agrees(demo, "noor", &cast);
}

#[derive(Default)]
struct Seen {
    letters: BTreeMap<String, usize>,
    in_clear: BTreeSet<String>,
    /// Each reader's calendar files, by sequence.
    events: BTreeMap<String, BTreeMap<u64, Value>>,
}

impl Seen {
    fn look_at(&mut self, reader: &Reader, address: &str, mail: &Path) {
        let text = fs::read_to_string(mail).unwrap();
        let said = reader.read(mail);
        let outer: Vec<(&str, &str)> = said["outer"]
            .as_array()
            .unwrap()
            .iter()
            .map(|header| (header[0].as_str().unwrap(), header[1].as_str().unwrap()))
            .collect();
        assert!(outer.iter().all(|(name, _)| OUTSIDE.contains(name)), "{outer:?}");
        let value = |name: &str| outer.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
        assert_eq!(value("Subject"), Some("[...]"), "{}", mail.display());
        let to = value("To").unwrap();
        assert!(to.ends_with(&format!("<{address}>")) && !to.contains(','), "{to}");
        assert!(!text.contains("ZVH-20"), "no case number outside: {text}");
        if said["parts"][0] == "text/plain" {
            self.in_clear.insert(reader.person.clone());
            return;
        }
        let status: Vec<&str> =
            said["gpg"]["status"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        for word in ["DECRYPTION_OKAY", "GOODMDC", "GOODSIG"] {
            assert!(status.contains(&word), "{}: {status:?}", mail.display());
        }
        let keys: Vec<&&str> = status.iter().filter(|word| **word == "ENC_TO").collect();
        assert_eq!(keys.len(), 1, "sealed to one key");
        let inner = &said["inner"];
        assert_eq!(inner["defects"], serde_json::json!([]), "{inner}");
        if value("Auto-Submitted").is_some() {
            return;
        }
        *self.letters.entry(reader.person.clone()).or_default() += 1;
        let subject =
            inner["headers"].as_array().unwrap().iter().find(|header| header[0] == "Subject").unwrap();
        assert!(subject[1].as_str().unwrap().contains("ZVH-20"), "{subject}");
        if !inner["calendar"].is_null() {
            let event = inner["calendar"].clone();
            let of_reader = self.events.entry(reader.person.clone()).or_default();
            of_reader.insert(event["sequence"].as_u64().unwrap(), event);
        }
    }
}

/// Someone's gpg, with the own exported secret key and everyone's certs.
struct Reader {
    person: String,
    gnupg: tempfile::TempDir,
}

impl Reader {
    fn of(demo: &Path, person: &str) -> Self {
        // The path to gpg's sockets may not be long, so the home is short.
        let gnupg =
            tempfile::Builder::new().prefix("zd").rand_bytes(4).tempdir_in(std::env::temp_dir()).unwrap();
        let reader = Self { person: person.to_owned(), gnupg };
        let secret = demo.join("people").join(person).join("openpgp-secret.asc");
        let (certs, hub) = (files(&demo.join("certs")), demo.join("hub/hub.asc"));
        let all: Vec<&PathBuf> = certs.values().chain([&secret, &hub]).collect();
        let done = run("gpg", |gpg| {
            gpg.env("GNUPGHOME", reader.gnupg.path()).args(["--batch", "--quiet", "--import"]).args(all)
        });
        assert!(done.status.success(), "{person}: {}", String::from_utf8_lossy(&done.stderr));
        reader
    }

    fn read(&self, mail: &Path) -> Value {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/read_mail.py");
        let out = run("/usr/bin/python3", |python| {
            python.arg(script).arg(mail).env("GNUPGHOME", self.gnupg.path())
        });
        assert!(out.status.success(), "{}: {}", mail.display(), String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        run("gpgconf", |gpgconf| gpgconf.args(["--kill", "all"]).env("GNUPGHOME", self.gnupg.path()));
    }
}

/// notmuch opens the sealed mail, finds the signature good and the subject inside.
fn notmuch_agrees(demo: &Path, person: &str, cast: &Cast) {
    let reader = Reader::of(demo, person);
    let someone = cast.people.iter().find(|other| other.key == person).unwrap();
    let config = reader.gnupg.path().join("notmuch");
    let maildir = demo.join("mail").join(someone.mail.to_string());
    let settings = format!(
        "[database]\npath={}\n[user]\nname=N\nprimary_email={}\n[new]\ntags=new\n[crypto]\n",
        maildir.display(),
        someone.mail
    );
    fs::write(&config, settings).unwrap();
    let notmuch = |arguments: &[&str]| {
        let out = run("notmuch", |notmuch| {
            notmuch.arg(format!("--config={}", config.display())).args(arguments);
            notmuch.env("GNUPGHOME", reader.gnupg.path())
        });
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    notmuch(&["new", "--quiet"]);
    let shown = notmuch(&["show", "--format=json", "--decrypt=true", "--entire-thread=false", "*"]);
    let good = shown.matches("\"status\": \"good\"").count();
    let subjects = shown.matches("\"Subject\": \"ZVH-20").count();
    assert!(good >= 4 && subjects >= 3, "{good} good signatures, {subjects} subjects: {shown}");
}

/// RNP, which is what Thunderbird has inside: it takes in a member's own export and everyone's certs, opens each sealed
/// mail and finds the signature good.
fn thunderbirds_library_agrees(demo: &Path, person: &str, cast: &Cast) {
    let home = tempfile::tempdir().unwrap();
    let rnp = |program: &str, arguments: &[&std::ffi::OsStr]| {
        let out = run(program, |rnp| rnp.arg("--homedir").arg(home.path()).args(arguments));
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned()
    };
    let secret = demo.join("people").join(person).join("openpgp-secret.asc");
    for file in files(&demo.join("certs")).values().chain([&demo.join("hub/hub.asc"), &secret]) {
        rnp("rnpkeys", &["--import-keys".as_ref(), file.as_os_str()]);
    }
    let someone = cast.people.iter().find(|other| other.key == person).unwrap();
    let mails = files(&demo.join("mail").join(someone.mail.to_string()).join("new"));
    let mut opened = 0;
    for mail in mails.values() {
        let text = fs::read_to_string(mail).unwrap();
        let Some(begin) = text.find("-----BEGIN PGP MESSAGE-----") else { continue };
        let (sealed, plain) = (home.path().join("sealed.asc"), home.path().join("plain.eml"));
        fs::write(&sealed, text[begin..].split("\r\n\r\n--").next().unwrap()).unwrap();
        let arguments = [
            "--decrypt".as_ref(),
            sealed.as_os_str(),
            "--output".as_ref(),
            plain.as_os_str(),
            "--overwrite".as_ref(),
        ];
        let said = rnp("rnp", &arguments);
        assert!(said.contains("Signature(s) verified successfully"), "{}: {said}", mail.display());
        assert!(fs::read_to_string(&plain).unwrap().contains("\r\nHP-Outer: Subject: [...]\r\n"));
        opened += 1;
    }
    assert!(opened >= 4, "{opened}");
}
