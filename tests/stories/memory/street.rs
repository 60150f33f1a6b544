//! A house in which everyone uses the program itself: each verb is a process of its own, and so is the hub.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use walkdir::WalkDir;
use zegel::clock::{Clock, SystemClock};

pub const ZEGEL: &str = env!("CARGO_BIN_EXE_zegel");
const DAY: i64 = 24 * 3600;

/// What a home may hold.
const KEPT: &[&str] = &[
    "home.toml",
    "lock",
    "read.json",
    "done.age",
    "identity.txt",
    "secrets.age",
    "trust.json",
    "session",
    "key-request.json",
];
/// Folders in it, for what is under way. After each verb that was done they are empty.
const UNDER_WAY: &[&str] = &["outgoing", "incoming", "drafts"];

pub struct Street {
    pub folder: TempDir,
    pub hub: Child,
    pub port: u16,
    /// All that was said on standard output, which may hold what is secret.
    pub said: Vec<String>,
}

impl Street {
    /// The authority has its key, and the hub answers.
    pub async fn begins() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("tmp")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let nobody = Command::new("true").stdin(Stdio::null()).spawn().unwrap();
        let mut street = Self { folder, hub: nobody, port, said: Vec::new() };
        street.hub.wait().unwrap();
        let (listen, cert) = (format!("127.0.0.1:{port}"), street.path("authority/authority.asc"));
        street.does("", &["authority", "init", "--hub", "localhost", "--name", "Het huis", "--unattended"]);
        let hub = street.path("hub");
        street.does(
            "",
            &["init", "--hub", "localhost", "--authority", &cert, "--folder", &hub, "--listen", &listen]
                .into_iter()
                .chain(["--ops-listen", "127.0.0.1:0"])
                .collect::<Vec<_>>(),
        );
        let config = street.path("hub/zegel.toml");
        street.hub =
            street.command("").args(["serve", "--config", &config]).stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..2000 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return street;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the hub does not answer");
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    pub fn home(&self, who: &str) -> PathBuf {
        self.folder.path().join("people").join(who)
    }

    pub fn url(&self) -> String {
        format!("http://localhost:{}/", self.port)
    }

    /// So many days from now.
    pub fn day(&self, days: i64) -> String {
        SystemClock.now().plus(days * DAY).to_string()[..10].to_owned()
    }

    /// A file on someone's desk.
    pub fn writes(&self, name: &str, text: &str) -> String {
        fs::write(self.folder.path().join(name), text).unwrap();
        self.path(name)
    }

    /// The program, with an environment of its own.
    fn command(&self, who: &str) -> Command {
        let mut command = Command::new(ZEGEL);
        command.env_clear().env("TMPDIR", self.folder.path().join("tmp"));
        command
            .env("ZEGEL_HOME", self.home(who))
            .env("ZEGEL_AUTHORITY", self.folder.path().join("authority"));
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }

    /// Somebody uses a verb. It leaves nothing among the machine's temporary files, and in the own home only what belongs
    /// there, for nobody else to read.
    pub fn does(&mut self, who: &str, words: &[&str]) -> String {
        let done = self.command(who).arg("--yes").args(["--lang", "nl"]).args(words).output().unwrap();
        let (out, err) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "{who}: zegel {}: {out}{err}", words.join(" "));
        let left = files_in(&self.folder.path().join("tmp"));
        assert_eq!(left, BTreeSet::new(), "zegel {} leaves temporary files", words[0]);
        if !who.is_empty() {
            self.home_is_in_order(who, words);
        }
        self.said.push(out.clone());
        out
    }

    /// Somebody begins to use a verb at a hub that does not move any more, and waits for it.
    pub fn waits_for_the_hub(&self, who: &str, words: &[&str]) -> Child {
        kill_process(Pid::from_child(&self.hub), Signal::STOP).unwrap();
        let mut command = self.command(who);
        let waits = command.arg("--yes").args(["--lang", "nl"]).args(words);
        waits.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn home_is_in_order(&self, who: &str, words: &[&str]) {
        for entry in WalkDir::new(self.home(who)) {
            let entry = entry.unwrap();
            let (name, is_folder) =
                (entry.file_name().to_string_lossy().into_owned(), entry.file_type().is_dir());
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            let right = if is_folder { 0o700 } else { 0o600 };
            assert_eq!(mode, right, "{who}'s {name} after {words:?}: {mode:o}");
            let belongs = match (entry.depth(), is_folder) {
                (0, _) => true,
                (1, true) => UNDER_WAY.contains(&name.as_str()),
                (1, false) => KEPT.contains(&name.as_str()),
                _ => false,
            };
            assert!(belongs, "{who}'s home holds {name} after {words:?}");
        }
    }

    /// A person gets a slip and keys, and the house vouches for them. The slip's text, and what was shown.
    pub fn enrols(&mut self, who: &str, name: &str, partner: &str, roles: &[&str]) -> (String, String) {
        let (slip, until, mail) =
            (self.path(&format!("{who}.slip")), self.day(10), format!("{who}@{who}.example"));
        let words = ["authority", "slip", "--partner", partner, "--name", name, "--mail", &mail];
        self.does("", &[&words[..], &["--until", &until, "--out", &slip]].concat());
        self.publishes();
        let url = self.url();
        let shown = self.does(who, &["enrol", "--slip", &slip, "--url", &url, "--unattended"]);
        let (request, until) = (self.home(who).join("key-request.json").display().to_string(), self.day(300));
        let roles: Vec<&str> = roles.iter().flat_map(|role| ["--role", role]).collect();
        self.does("", &[&["authority", "vouch", &request, "--until", &until][..], &roles].concat());
        let text = fs::read_to_string(&slip).unwrap();
        fs::remove_file(slip).unwrap();
        (text, shown)
    }

    pub fn publishes(&mut self) {
        let url = self.url();
        self.does("", &["authority", "publish", "--url", &url]);
    }
}

impl Drop for Street {
    fn drop(&mut self) {
        let _ = self.hub.kill();
        let _ = self.hub.wait();
    }
}

fn files_in(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}
