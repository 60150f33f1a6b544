//! Letters signed, sealed and spooled, against a process of gpg for each, as scripts do it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use std::io::Write;

use futures_util::future::try_join_all;
use tempfile::TempDir;
use zegel::clock::{Clock, SystemClock, random};
use zegel::hub::mail::maildir::Maildir;
use zegel::hub::mail::{Mail, Transport};
use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::{HubName, Moment};
use zegel::protocol::mime::{Mailbox, Message, MessageId, house_address, seal};

use crate::race::{Aim, Row, Table, race, time};

const LETTERS: usize = 100;
const ROUNDS: usize = 3;
/// As many as the hub sends at once, unless it is told otherwise.
const AT_ONCE: usize = 4;

pub fn all(table: &mut Table) {
    let rows = [("letters signed and sealed", false), ("letters signed, sealed and spooled", true)];
    let wanted: Vec<_> = rows.into_iter().filter(|(what, _)| table.wants(what)).collect();
    if wanted.is_empty() {
        return;
    }
    let post = Post::begin();
    for (what, spooled) in wanted {
        let (ours, peer) = race(ROUNDS, || post.ours(spooled), || post.gpg());
        let amount = Some((LETTERS as f64, "a second"));
        table.add(Row { what: what.to_owned(), amount, ours, peer, aim: Aim::Times(10.0) });
    }
}

/// An author, an addressee, and the same keys in gpg.
struct Post {
    hub: HubName,
    author: SecretCert,
    addressee: SecretCert,
    made: Moment,
    folder: TempDir,
}

impl Post {
    fn begin() -> Self {
        let made = SystemClock.now().plus(-24 * 3600);
        let person = |name, mail| SecretCert::generate(name, mail, made).expect("a cert");
        // The path to gpg's sockets may not be long.
        let folder = tempfile::Builder::new().prefix("zb").tempdir().expect("a folder");
        let post = Self {
            hub: "zvh-ml.example".parse().expect("a hub"),
            author: person("Joris Maas", "joris@example.org"),
            addressee: person("Noor Smit", "noor@example.org"),
            made,
            folder,
        };
        for key in [&*post.author.armored().expect("a key"), &post.addressee.public().armored()] {
            post.run(&["--import"], key.as_bytes());
        }
        post
    }

    fn home(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, arguments: &[&str], input: &[u8]) {
        let mut gpg = Command::new("gpg");
        gpg.env("GNUPGHOME", self.home()).args(["--batch", "--quiet", "--yes", "--trust-model", "always"]);
        let mut gpg =
            gpg.args(arguments).stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("gpg runs");
        gpg.stdin.take().expect("its input").write_all(input).expect("it reads");
        assert!(gpg.wait().expect("it ends").success(), "gpg {arguments:?}");
    }

    fn message(&self) -> Message {
        let name = |name: &str| name.parse().expect("a name");
        Message {
            from: Mailbox {
                name: name("Joris Maas"),
                address: house_address(&self.hub).expect("an address"),
            },
            to: Mailbox { name: name("Noor Smit"), address: "noor@example.org".parse().expect("an address") },
            date: self.made.plus(3600),
            id: MessageId::new(self.hub.clone(), random()).expect("randomness"),
            subject: "Uitnodiging voor het overleg over casus ZVH-2026-0014".to_owned(),
            text: "Wij nodigen u uit voor een overleg over casus ZVH-2026-0014.\n".repeat(40),
            calendar: None,
            attachments: Vec::new(),
        }
    }

    /// In one process, sealed one after the other; spooled as the hub does it, a few at once, each on disk.
    fn ours(&self, spooled: bool) -> Duration {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let spool = Maildir::new(self.home().join("spool"), self.hub.clone());
        let addressee = self.addressee.public();
        time(|| {
            let mut mails = Vec::with_capacity(AT_ONCE);
            for number in 1..=LETTERS {
                let message = self.message();
                let bytes = seal(&message, &self.author, &addressee, random()).expect("it seals");
                mails.push(Mail { id: message.id.to_string(), address: message.to.address.clone(), bytes });
                if number % AT_ONCE != 0 {
                    continue;
                }
                if spooled {
                    runtime
                        .block_on(try_join_all(mails.iter().map(|mail| spool.send(mail))))
                        .expect("spooled");
                }
                mails.clear();
            }
        })
    }

    fn gpg(&self) -> Duration {
        let text = self.message().to_bytes().expect("a text");
        let out = self.home().join("letter.asc");
        let out = out.to_str().expect("a path");
        let (author, to) = (self.author.public().fingerprint().to_string(), self.addressee.public());
        let to = to.fingerprint().to_string();
        time(|| {
            for _ in 0..LETTERS {
                self.run(&["--armor", "--sign", "--encrypt", "-u", &author, "-r", &to, "-o", out], &text);
            }
        })
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", self.home()).status();
    }
}
