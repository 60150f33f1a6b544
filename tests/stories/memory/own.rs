//! A program's own memory, after it is done with its secrets.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use zegel::client::home::Home;
use zegel::client::{Secrets, Unattended};
use zegel::protocol::cert::sign_statement;
use zegel::protocol::seal::{open_file, seal_file};

use super::scan::Needles;
use super::secrets;
use crate::support::{Base, play};

/// Another user than root, who has no name here.
const SOMEBODY: u32 = 54_321;

/// Gives a program that was opened by root to somebody else, who need not be able to reach the folder that it lies in.
const HANDED_OVER: &str =
    r#"exec 3<"$0" && exec setpriv --reuid="$1" --regid="$1" --clear-groups -- /proc/self/fd/3 "${@:2}""#;

/// A program as somebody else runs it, where root runs the tests.
pub fn program_of_somebody(program: &str) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("bash");
    command.args(["-c", HANDED_OVER, program, &SOMEBODY.to_string()]);
    command
}

fn is_root() -> bool {
    fs::read_to_string("/proc/self/status").unwrap().lines().any(|line| line.starts_with("Uid:\t0\t"))
}

/// A program that does nothing about its memory.
pub fn control() -> Running {
    let mut command = Command::new("cat");
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    if is_root() {
        command.uid(SOMEBODY).gid(SOMEBODY);
    }
    let child = command.spawn().unwrap();
    until_it_reads(&child);
    Running(child)
}

pub struct Running(Child);

impl Running {
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits till a program waits for its standard input.
pub fn until_it_reads(child: &Child) {
    for _ in 0..1000 {
        std::thread::sleep(Duration::from_millis(10));
        let threads = fs::read_dir(format!("/proc/{}/task", child.id())).into_iter().flatten();
        let waits =
            |thread: fs::DirEntry| fs::read_to_string(thread.path().join("wchan")).unwrap_or_default();
        if threads.filter_map(Result::ok).map(waits).any(|place| place.contains("pipe_")) {
            return;
        }
    }
    panic!("it does not read");
}

/// Where the child finds the home, when it is one.
const HOME: &str = "ZEGEL_TEST_HOME";

/// Somebody's keys are opened, used and given up, in a process of their own: afterwards its memory holds none of them.
#[tokio::test]
async fn keys_that_were_given_up_are_gone() {
    let play = play(Base::Sqlite, &["sanne", "joris", "mila", "femke"]).await;
    let home = play.stage.home("femke");
    let mut needles = Needles::default();
    let keys = secrets::of_home(&mut needles, "femke", &home);
    assert!(needles.len() > 10 && keys.len() == 1);
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "memory::own::opens_and_gives_up", "--ignored", "--nocapture"]).env(HOME, &home);
    let mut child = Running(child.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap());
    until_it_reads(&child.0);
    let (held, _) = needles.in_memory_of(child.id());
    assert!(
        held.iter().any(|found| found.contains("sealing key")),
        "they are there while they are used: {held:?}"
    );
    child.0.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    until_it_reads(&child.0);
    let (left, read) = needles.in_memory_of(child.id());
    assert!(read > 5 << 20, "{read} bytes are not all of it");
    assert_eq!(left, BTreeSet::new(), "while they were held: {held:?}");
}

/// The other process of that test.
#[test]
#[ignore = "a part of keys_that_were_given_up_are_gone"]
fn opens_and_gives_up() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let secrets = opened(Path::new(&home));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    drop(secrets);
    std::io::stdin().read_line(&mut line).unwrap();
}

fn opened(home: &Path) -> Secrets {
    let bundle = Home::open(home).unwrap().unlock(&mut Unattended).unwrap();
    let secrets = bundle.secrets(None).unwrap();
    let at = "2026-11-02T09:00:00Z".parse().unwrap();
    sign_statement(&secrets.cert, "login", b"zegel/1 login\n", at).unwrap();
    let sealed = seal_file(b"something", &[secrets.sealing.recipient()]).unwrap();
    assert!(open_file(&sealed, &secrets.sealing).is_ok());
    secrets
}
