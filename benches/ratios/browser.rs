//! The portal in a real Chromium: its own rows are measured there, by `browser/tests/bench.ts`, against this program.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::Deserialize;

use crate::race::{Aim, Figure, Row, Table, median};

/// What is measured, by the name that the script knows it by; and the beginning of its rows.
const ROWS: [(&str, &str); 5] = [
    ("seal", "browser seal 100 MB"),
    ("open", "browser open 100 MB"),
    ("approve", "browser approve 5 items for 20 readers"),
    ("block", "browser longest block, sealing 100 MB"),
    ("load", "browser first load"),
];

/// What the script prints. Times are in milliseconds.
#[derive(Deserialize)]
struct Came {
    seal: Option<Raced>,
    open: Option<Raced>,
    approve: Option<Raced>,
    block: Option<Vec<f64>>,
    load: Option<Load>,
}

#[derive(Deserialize)]
struct Raced {
    ours: Vec<f64>,
    peer: Vec<f64>,
}

#[derive(Deserialize)]
struct Load {
    took: Vec<f64>,
    sent: f64,
    unpacked: f64,
}

pub fn all(table: &mut Table) {
    let wanted: Vec<_> = ROWS.iter().filter(|(_, what)| table.wants(what)).map(|(name, _)| *name).collect();
    if wanted.is_empty() {
        return;
    }
    let came = measured(&wanted);
    let [seal, open, approve, block, load] = ROWS.map(|(_, what)| what.to_owned());
    let files = Some((100.0, "MB/s"));
    for (what, raced, amount) in
        [(seal, came.seal, files), (open, came.open, files), (approve, came.approve, None)]
    {
        if let Some(Raced { ours, peer }) = raced.filter(|_| table.wants(&what)) {
            table.add(Row { what, amount, ours: middle(ours), peer: middle(peer), aim: Aim::None });
        }
    }
    if let Some(longest) = came.block {
        let value = in_milliseconds(longest);
        table.add_figure(Figure { what: block, value, unit: "ms", most: Some(50.0) });
    }
    if let Some(Load { took, sent, unpacked }) = came.load {
        let figures = [
            (load.clone(), in_milliseconds(took), "ms"),
            (format!("{load}, as sent"), sent / 1e3, "KB"),
            (format!("{load}, unpacked"), unpacked / 1e3, "KB"),
        ];
        for (what, value, unit) in figures {
            table.add_figure(Figure { what, value, unit, most: None });
        }
    }
}

fn middle(milliseconds: Vec<f64>) -> Duration {
    median(milliseconds.into_iter().map(|each| Duration::from_secs_f64(each / 1e3)).collect())
}

fn in_milliseconds(times: Vec<f64>) -> f64 {
    middle(times).as_secs_f64() * 1e3
}

fn measured(wanted: &[&str]) -> Came {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/tools/run.mjs");
    let mut command = Command::new("node");
    command.arg(script).arg("bench").args(wanted).env("ZEGEL", env!("CARGO_BIN_EXE_zegel"));
    let done = command.stderr(Stdio::inherit()).output().expect("node runs: ops/install.sh bench says how");
    assert!(done.status.success(), "the portal can be measured");
    serde_json::from_slice(&done.stdout).expect("what came out")
}
