//! The program when it has nothing to do: how much memory it has, and how soon it answers.

use std::fs;
use std::process::Child;
use std::time::Duration;

use zegel::clock::Stopwatch;

use crate::race::{Figure, Table, median};
use crate::stage::house;
use crate::transfer::serves;

const STARTS: usize = 9;

pub fn all(table: &mut Table) {
    let (start, idle) = ("start, until it answers".to_owned(), "idle memory".to_owned());
    if !table.wants(&start) && !table.wants(&idle) {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let stage = runtime.block_on(house(folder.path(), "sqlite:zegel.db"));
    runtime.block_on(stage.hub.shutdown());
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let watch = Stopwatch::start();
        let (mut hub, port) = serves(&folder.path().join("hub"));
        runtime.block_on(answers(port));
        times.push(watch.elapsed());
        // What it does first of all, it is to have done.
        std::thread::sleep(Duration::from_millis(500));
        memory.push(resident(&hub));
        let _ = hub.kill();
        let _ = hub.wait();
    }
    memory.sort_unstable();
    let value = median(times).as_secs_f64() * 1e3;
    table.add_figure(Figure { what: start, value, unit: "ms", most: Some(100.0) });
    let value = memory[STARTS / 2] as f64 / 1e6;
    table.add_figure(Figure { what: idle, value, unit: "MB", most: Some(30.0) });
}

async fn answers(port: u16) {
    let url = format!("http://127.0.0.1:{port}/v1/hub");
    reqwest::get(url).await.and_then(reqwest::Response::error_for_status).expect("it answers");
}

/// The memory in use now, its own and that of files it maps, in bytes.
fn resident(hub: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", hub.id())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}
