//! Sealing and opening a file as the client does, against `age`; and the streams alone, against the age crate's.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::iter;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use zegel::client::home::{Home, Settings};
use zegel::client::open::save_plain;
use zegel::client::secret::Secrets;
use zegel::client::verbs::contribute::outgoing::{Outbox, Outgoing};
use zegel::clock::random;
use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::{MemberId, Moment};
use zegel::protocol::label::{Label, Onward, Regime};
use zegel::protocol::payload::{Opener, Sealer};
use zegel::protocol::refusal::Language;
use zegel::protocol::seal::{FileKey, Header, SealingKey};

use crate::race::{Aim, Row, Table, race, time};

const MIB: usize = 1 << 20;
const GIB: u64 = 1 << 30;
const SPEED: f64 = GIB as f64 / 1e9;

/// A mebibyte that does not repeat within itself.
pub fn block() -> Vec<u8> {
    let mut block = vec![0; MIB];
    random().fill(&mut block).expect("randomness");
    block
}

/// 1 GiB in a folder in memory, where sealing is what takes time; and in one on disk, where the disk may.
pub fn files(table: &mut Table) {
    let memory = Path::new("/dev/shm");
    match room(memory) {
        Some(room) if room > 5 * GIB => in_folder(table, memory, "in memory", 7, Aim::Times(2.0)),
        _ => eprintln!(
            "There is no folder in memory with room for five files of 1 GiB: those rows are left out."
        ),
    }
    in_folder(table, Path::new(env!("CARGO_TARGET_TMPDIR")), "on disk", 3, Aim::None);
}

/// The bytes that are free in a folder.
fn room(folder: &Path) -> Option<u64> {
    let asked = Command::new("df").args(["--block-size=1", "--output=avail"]).arg(folder).output().ok()?;
    String::from_utf8(asked.stdout).ok()?.lines().last()?.trim().parse().ok()
}

fn in_folder(table: &mut Table, folder: &Path, place: &str, rounds: usize, aim: Aim) {
    let (seal, open) = (format!("seal 1 GiB {place}"), format!("open 1 GiB {place}"));
    if !table.wants(&seal) && !table.wants(&open) {
        return;
    }
    let times = |aim: &Aim| if let Aim::Times(times) = aim { Aim::Times(*times) } else { Aim::None };
    let desk = Desk::new(folder);
    let mut row = |what: String, (ours, peer): (Duration, Duration)| {
        table.add(Row { what, amount: Some((SPEED, "GB/s")), ours, peer, aim: times(&aim) });
    };
    row(seal, race(rounds, || desk.we_seal(), || desk.age_seals()));
    row(open, desk.race_opening(rounds));
}

/// A member's folder, a file of 1 GiB, and a key that both programs have.
struct Desk {
    folder: tempfile::TempDir,
    home: Home,
    secrets: Secrets,
}

impl Desk {
    fn new(folder: &Path) -> Self {
        let folder = tempfile::tempdir_in(folder).expect("a folder");
        let at = Moment::from_unix(1_790_000_000);
        let authority = SecretCert::generate_authority("An authority", at).expect("a cert").public();
        let member = MemberId::new(random()).expect("randomness");
        let settings = Settings {
            hub: "zvh-ml.example".parse().expect("a hub"),
            url: "https://zvh-ml.example/".parse().expect("an address"),
            authority: authority.fingerprint(),
            member,
            language: Language::English,
        };
        let home = Home::create(&folder.path().join("home"), settings).expect("a home");
        let secrets = Secrets {
            member,
            sealing: SealingKey::generate(),
            cert: SecretCert::generate("Femke", "femke@politie.example", at).expect("a cert"),
            others: vec![],
            certs: Vec::new(),
        };
        fs::write(folder.path().join("key"), secrets.sealing.to_text().as_bytes()).expect("a key");
        let mut plain = File::create(folder.path().join("plain")).expect("a file");
        let block = block();
        (0..1024).for_each(|_| plain.write_all(&block).expect("room for a file"));
        plain.sync_all().expect("a file");
        Self { folder, home, secrets }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn outbox(&self) -> Outbox<'_> {
        Outbox::open(&self.home, &self.secrets).expect("an outbox")
    }

    fn sealed(&self) -> Outgoing {
        self.outbox().take("a case", &self.path("plain"), random(), &mut |_, _| ()).expect("it is sealed")
    }

    fn we_seal(&self) -> Duration {
        let mut sealed = None;
        let took = time(|| sealed = Some(self.sealed()));
        self.outbox().forget(sealed);
        took
    }

    fn age_seals(&self) -> Duration {
        let reader = self.secrets.sealing.recipient().to_string();
        self.age(&["-r", &reader, "-o", "out", "plain"])
    }

    /// Runs it, and waits until what it wrote is on disk: that is when ours is done too.
    fn age(&self, arguments: &[&str]) -> Duration {
        let took = time(|| {
            let done = Command::new("age").args(arguments).current_dir(self.folder.path()).status();
            assert!(done.expect("age runs").success(), "age does what is asked");
            File::open(self.path("out")).and_then(|out| out.sync_all()).expect("it is on disk");
        });
        fs::remove_file(self.path("out")).expect("it was there");
        took
    }

    fn race_opening(&self, rounds: usize) -> (Duration, Duration) {
        let sealed = self.sealed();
        let (body_digest, body_length) = sealed.plain();
        let label = Label { body_digest, body_length, ..label() };
        let outgoing = fs::read_dir(self.home.folder().join("outgoing")).expect("the outbox");
        let mut files = outgoing.map(|file| file.expect("a file").path());
        let payload = files.find(|file| file.extension().is_some_and(|end| end == "payload")).expect("it");
        let mut whole = File::create(self.path("sealed")).expect("a file");
        let header = Header::wrap(&sealed.file_key, &self.secrets.sealing.recipient()).expect("a header");
        whole.write_all(&header.to_bytes()).expect("room for a file");
        io::copy(&mut File::open(&payload).expect("it"), &mut whole).expect("room for a file");
        whole.sync_all().expect("a file");
        let we_open = || {
            let mut opened = PathBuf::new();
            let took = time(|| {
                let (key, named) = (&sealed.file_key, sealed.payload());
                opened = save_plain(&payload, &named, key, &label, self.folder.path()).expect("it opens");
            });
            fs::remove_file(opened).expect("it was there");
            took
        };
        race(rounds, we_open, || self.age(&["-d", "-i", "key", "-o", "out", "sealed"]))
    }
}

fn label() -> Label {
    Label {
        title: "Beelden".to_owned(),
        file_name: "beelden.bin".to_owned(),
        media_type: "application/octet-stream".to_owned(),
        period_from: None,
        period_until: None,
        regime: Regime::Avg,
        legal_ground: "artikel 6 AVG".to_owned(),
        allowed_use: "alleen voor deze casus".to_owned(),
        onward: Onward::No,
        police: None,
        cites: vec![],
        body_digest: zegel::protocol::id::Digest::of(&[]),
        body_length: 0,
    }
}

/// The payload stream alone: 256 MiB, from memory to memory that is thrown away.
pub fn streams(table: &mut Table) {
    const BLOCKS: usize = 256;
    let block = block();
    let amount = Some(((BLOCKS * MIB) as f64 / 1e9, "GB/s"));
    let seal_all = |out: &mut dyn Write| (0..BLOCKS).for_each(|_| out.write_all(&block).expect("it seals"));
    let (key, reader) = (FileKey::generate().expect("randomness"), age::x25519::Identity::generate());
    if table.wants("stream, sealing") {
        let ours = || {
            time(|| {
                let mut sealer = Sealer::new(io::sink(), &key).expect("randomness");
                seal_all(&mut sealer);
                sealer.finish().expect("it seals");
            })
        };
        let peer = || {
            time(|| {
                let mut sealer = encryptor(&reader).wrap_output(io::sink()).expect("it seals");
                seal_all(&mut sealer);
                sealer.finish().expect("it seals");
            })
        };
        let (ours, peer) = race(9, ours, peer);
        table.add(Row { what: "stream, sealing".to_owned(), amount, ours, peer, aim: Aim::None });
    }
    if table.wants("stream, opening") {
        let mut sealer = Sealer::new(Vec::new(), &key).expect("randomness");
        seal_all(&mut sealer);
        let payload = sealer.finish().expect("it seals");
        let mut sealer = encryptor(&reader).wrap_output(Vec::new()).expect("it seals");
        seal_all(&mut sealer);
        let file = sealer.finish().expect("it seals");
        let ours = || time(|| drain(Opener::new(&payload[..], &key).expect("a payload")));
        let peer = || {
            time(|| {
                let opener = age::Decryptor::new_buffered(&file[..]).expect("an age file");
                drain(opener.decrypt(iter::once(&reader as &dyn age::Identity)).expect("it opens"));
            })
        };
        let (ours, peer) = race(9, ours, peer);
        table.add(Row { what: "stream, opening".to_owned(), amount, ours, peer, aim: Aim::None });
    }
}

pub fn encryptor(reader: &age::x25519::Identity) -> age::Encryptor {
    let to = reader.to_public();
    age::Encryptor::with_recipients(iter::once(&to as &dyn age::Recipient)).expect("a reader")
}

fn drain(mut from: impl Read) {
    let mut piece = vec![0; MIB];
    while from.read(&mut piece).expect("it opens") > 0 {}
}
