//! A program's own memory, after it is done with its secrets.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Another user than root, who has no name here.
const SOMEBODY: u32 = 54_321;

/// A program as somebody else runs it, where root runs the tests.
pub fn as_somebody(mut command: Command) -> Command {
    if is_root() {
        command.uid(SOMEBODY).gid(SOMEBODY);
    }
    command
}

fn is_root() -> bool {
    fs::read_to_string("/proc/self/status").unwrap().lines().any(|line| line.starts_with("Uid:\t0\t"))
}

/// A program that does nothing about its memory.
pub fn control() -> Running {
    let mut command = Command::new("cat");
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let child = as_somebody(command).spawn().unwrap();
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
        let state = fs::read_to_string(format!("/proc/{}/wchan", child.id())).unwrap_or_default();
        if state.contains("pipe_read") || state.contains("pipe_wait") {
            return;
        }
    }
    panic!("it does not read");
}
