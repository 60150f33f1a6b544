//! The programs themselves: a hub and its people's clients as processes of their own, that can be killed.

use std::fs;
use std::io::{BufRead, BufReader, PipeReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use url::Url;
use zegel::clock::random;

use super::Left;

const PROGRAM: &str = env!("CARGO_BIN_EXE_zegel");
/// No command of the stories takes so long, in steps of ten milliseconds.
pub const LONGEST: u32 = 18_000;

/// A house that a story left, on which the program itself is started.
pub struct Machine {
    pub folder: Left,
    pub port: u16,
    hub: Option<Child>,
    /// What the hub is started by, when not by itself,
    wrapped: Vec<String>,
    clients_wrapped: Vec<String>,
}

/// A command that ended.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn is_done(&self) -> bool {
        self.status.success()
    }
}

/// A client at work.
pub struct Working {
    child: Child,
    out: PathBuf,
    err: PathBuf,
    _folder: TempDir,
    /// The end of a pipe that is full and that nobody reads.
    _unheard: Option<PipeReader>,
}

impl Machine {
    /// Takes over what a story left in its folder. Everyone's home is told the address that the hub will have from now
    /// on: not one that the system gives to others meanwhile.
    pub fn on(folder: Left) -> Self {
        let port = free_port();
        let machine = Self { folder, port, hub: None, wrapped: Vec::new(), clients_wrapped: Vec::new() };
        for home in machine.homes() {
            let file = home.join("home.toml");
            let text = fs::read_to_string(&file).unwrap();
            let with_url = |line: &str| match line.starts_with("url = ") {
                true => format!("url = \"{}\"\n", machine.url()),
                false => format!("{line}\n"),
            };
            fs::write(&file, text.lines().map(with_url).collect::<String>()).unwrap();
        }
        machine
    }

    /// The hub is started by this, such as a shell that sets a limit.
    pub fn wrapped_by(&mut self, command: &[&str]) {
        self.wrapped = command.iter().map(ToString::to_string).collect();
    }

    /// The same for everyone's own program.
    pub fn clients_wrapped_by(&mut self, command: &[&str]) {
        self.clients_wrapped = command.iter().map(ToString::to_string).collect();
    }

    pub fn url(&self) -> Url {
        Url::parse(&format!("http://localhost:{}/", self.port)).unwrap()
    }

    pub fn hub_folder(&self) -> PathBuf {
        self.folder.path().join("hub")
    }

    pub fn home(&self, who: &str) -> PathBuf {
        self.folder.path().join("people").join(who)
    }

    /// All homes that there are.
    pub fn homes(&self) -> Vec<PathBuf> {
        let people = fs::read_dir(self.folder.path().join("people")).unwrap();
        let mut homes: Vec<PathBuf> = people.map(|home| home.unwrap().path()).collect();
        homes.retain(|home| home.join("home.toml").exists());
        homes.sort();
        homes
    }

    fn hub_command(&self) -> Command {
        let mut command = program(&self.wrapped);
        command.args(["--lang", "en", "serve", "--config"]).arg(self.hub_folder().join("zegel.toml"));
        command.env("ZEGEL__LISTEN", format!("127.0.0.1:{}", self.port)).env("RUST_LOG", "error");
        command.stdin(Stdio::null());
        command
    }

    /// Starts the hub, and gives the two lines that it says. When this returns, it answers.
    pub fn serves(&mut self) -> String {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log()).unwrap();
        let mut child = self.hub_command().stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let (mut said, mut says) = (String::new(), BufReader::new(child.stdout.take().unwrap()));
        says.read_line(&mut said).unwrap();
        assert!(said.contains("listens on"), "the hub starts: {said}{}", self.logged());
        says.read_line(&mut said).unwrap();
        self.hub = Some(child);
        said
    }

    /// Starts a hub that can't: what it says.
    pub fn does_not_serve(&self) -> String {
        let done = self.hub_command().output().unwrap();
        assert!(!done.status.success());
        String::from_utf8(done.stderr).unwrap()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("hub.log")
    }

    /// What the hub has logged.
    pub fn logged(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    pub fn hub_id(&self) -> u32 {
        self.hub.as_ref().expect("the hub runs").id()
    }

    /// Without a word.
    pub fn kill_hub(&mut self) {
        let mut child = self.hub.take().expect("the hub runs");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// As a machine asks its programs to stop.
    pub fn stop_hub(&mut self) {
        let mut child = self.hub.take().expect("the hub runs");
        let id = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        child.wait().unwrap();
    }

    /// `zegel check`, which must be content.
    pub fn check(&self) {
        let mut command = Command::new(PROGRAM);
        command.args(["check", "--config"]).arg(self.hub_folder().join("zegel.toml"));
        let done = command.output().unwrap();
        assert!(done.status.success(), "zegel check: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Someone begins something at the own desk.
    pub fn begins(&self, who: &str, command: &[String]) -> Working {
        self.begins_to(who, command, |out| fs::File::create(out).unwrap().into(), None)
    }

    /// The same where nobody hears the answer: it waits to be written until there is an end to it.
    pub fn begins_unheard(&self, who: &str, command: &[String]) -> Working {
        let (unheard, mut full) = std::io::pipe().unwrap();
        rustix::io::ioctl_fionbio(&full, true).unwrap();
        while full.write(&[0; 4096]).is_ok() {}
        rustix::io::ioctl_fionbio(&full, false).unwrap();
        self.begins_to(who, command, |_| full.into(), Some(unheard))
    }

    fn begins_to(
        &self,
        who: &str,
        command: &[String],
        to: impl FnOnce(&Path) -> Stdio,
        unheard: Option<PipeReader>,
    ) -> Working {
        let folder = tempfile::tempdir().unwrap();
        let (out, err) = (folder.path().join("out"), folder.path().join("err"));
        let child = program(&self.clients_wrapped)
            .args(["--yes", "--json", "--lang", "nl", "--home"])
            .arg(self.home(who))
            .args(command)
            .stdin(Stdio::null())
            .stdout(to(&out))
            .stderr(fs::File::create(&err).unwrap())
            .current_dir(self.folder.path())
            .spawn()
            .unwrap();
        Working { child, out, err, _folder: folder, _unheard: unheard }
    }

    /// Someone does something, and waits for its end.
    pub fn tries(&self, who: &str, command: &[String]) -> Ended {
        self.begins(who, command).ends()
    }

    /// The same, and it must go well. The answer.
    pub fn does(&self, who: &str, command: &[String]) -> serde_json::Value {
        let ended = self.tries(who, command);
        assert!(ended.is_done(), "{who} {command:?}: {ended:?}\n{}", self.logged());
        serde_json::from_str(&ended.out).unwrap_or_default()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(mut child) = self.hub.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Working {
    pub fn is_at_work(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Without a word.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn ends(mut self) -> Ended {
        for _ in 0..LONGEST {
            if let Some(status) = self.child.try_wait().unwrap() {
                let read = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
                return Ended { status, out: read(&self.out), err: read(&self.err) };
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.kill();
        panic!("a client that does not end: {}", fs::read_to_string(&self.err).unwrap_or_default());
    }
}

/// The program, started by something else if that is given.
fn program(wrapped: &[String]) -> Command {
    let Some((first, rest)) = wrapped.split_first() else { return Command::new(PROGRAM) };
    let mut command = Command::new(first);
    command.args(rest).arg(PROGRAM);
    command
}

/// The words of a command.
pub fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

/// A number below the given one, by chance.
pub fn chance(most: u64) -> u64 {
    let mut bytes = [0; 8];
    random().fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes) % most.max(1)
}

/// A port below those that the system hands out by itself, so that nobody gets it while the hub is down.
fn free_port() -> u16 {
    let ports = std::iter::repeat_with(|| 20_000 + chance(12_000) as u16);
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    ports.take(1000).find(free).expect("a free port")
}
