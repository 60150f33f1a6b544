//! Measures against what people would use instead, in the same run, and prints one table of ratios.
//!
//! `cargo bench` runs all of it; a word behind `--` runs only what begins with it: `cargo bench -- seal`.
//! It writes nothing but temporary files. What came out of it, and how to read it, is in docs/performance.md.

mod browser;
mod deeds;
mod fill;
mod grants;
mod letters;
mod outbox;
mod postgres;
mod program;
mod race;
mod reads;
mod refusals;
mod sealing;
mod stage;
mod transfer;

use std::process::Command;

use race::Table;
use zegel::clock::{Clock, SystemClock};

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let mut table = Table::new(wanted);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{}, {cores} cores, {}\n", processor(), SystemClock.now());
    println!("zegel {}, age {}", env!("CARGO_PKG_VERSION"), said("age", &["--version"]));
    sealing::files(&mut table);
    sealing::streams(&mut table);
    grants::all(&mut table);
    letters::all(&mut table);
    outbox::all(&mut table);
    deeds::all(&mut table);
    transfer::all(&mut table);
    reads::all(&mut table);
    program::all(&mut table);
    refusals::all(&mut table);
    browser::all(&mut table);
    print!("\n{table}");
}

fn processor() -> String {
    let about = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = about.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.to_owned())
}

/// What a program says, on one line.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|_| panic!("{program} runs: ops/install.sh bench installs it"));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
