//! The program itself, as a process of its own, and the most memory that it ever had.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// A process that runs. It is killed when dropped.
pub struct Program {
    child: Child,
    peak: Arc<AtomicU64>,
}

impl Program {
    /// Starts `zegel` with these arguments, and watches its memory.
    fn start(arguments: &[&str], out: Stdio) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zegel"));
        command.args(arguments).env("ZEGEL_LANG", "en");
        let child = command.stdin(Stdio::null()).stdout(out).stderr(Stdio::null()).spawn().unwrap();
        let peak = Arc::new(AtomicU64::new(0));
        watch(child.id(), peak.clone());
        Self { child, peak }
    }

    /// A member's program, which does one thing and ends.
    pub fn of(home: &Path, arguments: &[&str]) -> Self {
        let home = home.to_str().unwrap();
        Self::start(&[&["--home", home, "--yes"], arguments].concat(), Stdio::null())
    }

    /// The hub on a folder that is there, and the port at which it answers.
    pub fn hub(folder: &Path) -> (Self, u16) {
        let config = folder.join("zegel.toml");
        let arguments = ["serve", "--config", config.to_str().unwrap()];
        let mut hub = Self::start(&arguments, Stdio::piped());
        let mut said = String::new();
        BufReader::new(hub.child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let port = said.rsplit_once("127.0.0.1:").expect("it says where it listens").1;
        (hub, port.split(' ').next().unwrap().parse().unwrap())
    }

    /// Without a word, whatever it is at.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it has ended, well or not.
    pub async fn ends(&mut self) -> bool {
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The most memory that was in use at one time so far (`VmHWM`: its own and that of files it maps), in MB.
    pub fn peak(&self) -> u64 {
        let peak = self.peak.load(Ordering::Relaxed);
        assert!(peak > 0, "somebody saw it run");
        peak / 1_000_000
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The system forgets a process's peak when it ends, so it is asked again and again.
fn watch(process: u32, peak: Arc<AtomicU64>) {
    thread::spawn(move || {
        while let Some(now) = highest(process) {
            peak.fetch_max(now, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(2));
        }
    });
}

/// What the system says of a process that has not ended, in bytes.
fn highest(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}
