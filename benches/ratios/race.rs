//! Ours and a peer by turns, so that whatever else the machine does hits both; and the table of how it ended.

use std::fmt;
use std::time::Duration;

use zegel::clock::Stopwatch;

/// How long the work takes.
pub fn time(work: impl FnOnce()) -> Duration {
    let watch = Stopwatch::start();
    work();
    watch.elapsed()
}

/// The median of ours and of the peer's, in so many rounds.
pub fn race(
    rounds: usize,
    mut ours: impl FnMut() -> Duration,
    mut peer: impl FnMut() -> Duration,
) -> (Duration, Duration) {
    let (mut us, mut them) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        us.push(ours());
        them.push(peer());
    }
    (median(us), median(them))
}

pub fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

/// What a row was to show.
pub enum Aim {
    /// So many times as fast as the peer.
    Times(f64),
    /// No longer than this, whatever the peer does.
    Within(Duration),
    /// At most so many times as long as the peer, which is ours with less to do.
    Growth(f64),
    /// Nothing was promised: the figure is for who plans a machine.
    None,
}

pub struct Row {
    pub what: String,
    /// How much work the times are for, and its unit, to show a speed; else times are shown.
    pub amount: Option<(f64, &'static str)>,
    pub ours: Duration,
    pub peer: Duration,
    pub aim: Aim,
}

/// A figure by itself.
pub struct Figure {
    pub what: String,
    pub value: f64,
    pub unit: &'static str,
    /// It is to be no more than this, where anything was promised.
    pub most: Option<f64>,
}

pub struct Table {
    wanted: String,
    rows: Vec<String>,
}

impl Table {
    /// A table of what begins with this; of all when empty.
    pub fn new(wanted: String) -> Self {
        Self { wanted, rows: Vec::new() }
    }

    /// Whether anything that begins so is asked for.
    pub fn wants(&self, what: &str) -> bool {
        what.starts_with(&self.wanted)
    }

    pub fn add(&mut self, row: Row) {
        self.line(row.to_string());
    }

    pub fn add_figure(&mut self, figure: Figure) {
        self.line(figure.to_string());
    }

    fn line(&mut self, line: String) {
        eprintln!("{line}");
        self.rows.push(line);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| What | Ours | Peer | Ratio | Aim | Met |\n|---|---:|---:|---:|---|---|")?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}

impl Row {
    fn ratio(&self) -> f64 {
        self.peer.as_secs_f64() / self.ours.as_secs_f64()
    }

    fn shown(&self, time: Duration) -> String {
        let seconds = time.as_secs_f64();
        match self.amount {
            Some((amount, unit)) => format!("{} {unit}", three(amount / seconds)),
            None if seconds < 1.0 => format!("{} ms", three(seconds * 1e3)),
            None => format!("{} s", three(seconds)),
        }
    }

    fn aim(&self) -> (String, String) {
        let missed = |by: f64| format!("no: {:.0}% of it", by * 100.0);
        match self.aim {
            Aim::Times(times) if self.ratio() >= times => (format!("{times} times"), "yes".to_owned()),
            Aim::Times(times) => (format!("{times} times"), missed(self.ratio() / times)),
            Aim::Within(limit) => {
                let met = if self.ours <= limit {
                    "yes".to_owned()
                } else {
                    missed(self.ours.div_duration_f64(limit))
                };
                (format!("{} ms", limit.as_millis()), met)
            }
            Aim::Growth(times) => {
                let grown = self.ours.div_duration_f64(self.peer);
                let met = if grown <= times { "yes".to_owned() } else { missed(grown / times) };
                (format!("at most {times} times as long"), met)
            }
            Aim::None => ("–".to_owned(), "–".to_owned()),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ours, peer) = (self.shown(self.ours), self.shown(self.peer));
        let (aim, met) = self.aim();
        write!(f, "| {} | {ours} | {peer} | {} | {aim} | {met} |", self.what, three(self.ratio()))
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, unit) = (three(self.value), self.unit);
        let (aim, met) = match self.most {
            None => ("–".to_owned(), "–".to_owned()),
            Some(most) if self.value <= most => (format!("{most} {unit}"), "yes".to_owned()),
            Some(most) => (format!("{most} {unit}"), format!("no: {:.0}% of it", self.value / most * 100.0)),
        };
        write!(f, "| {} | {value} {unit} | – | – | {aim} | {met} |", self.what)
    }
}

/// A figure with three digits that say something.
fn three(value: f64) -> String {
    let before = value.abs().log10().floor() as i32 + 1;
    format!("{value:.*}", (3 - before).clamp(0, 4) as usize)
}
