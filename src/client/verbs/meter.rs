//! How far a transfer is: a bar with rate and time left on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

use crate::client::context::nl_en;
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::Language;

/// Plain lines are shown at each quarter, and only for what takes more than a moment.
const WORTH_A_LINE: u64 = 16 << 20;

/// Shows one transfer.
pub struct Meter<'a> {
    name: String,
    out: &'a mut dyn Write,
    language: Language,
    bar: Option<ProgressBar>,
    quarter: u128,
}

impl<'a> Meter<'a> {
    /// For a file of this name; `out` gets the plain lines.
    pub fn new(name: &str, out: &'a mut dyn Write, language: Language) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| bar(language));
        let name = for_terminal(name);
        if let Some(bar) = &bar {
            bar.set_message(name.clone());
        }
        Self { name, out, language, bar, quarter: 0 }
    }

    /// So many bytes of so many are done.
    pub fn at(&mut self, done: u64, total: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
            return;
        }
        // Both are others' words, and may be any numbers.
        let quarter =
            (u128::from(done) * 4).checked_div(u128::from(total)).map_or(4, |quarter| quarter.min(4));
        if total < WORTH_A_LINE || quarter <= self.quarter {
            return;
        }
        self.quarter = quarter;
        let of = nl_en(self.language, "van", "of");
        // A line that can't be shown must not stop the transfer.
        let _ = writeln!(self.out, "{}: {}% ({} {of} {})", self.name, quarter * 25, size(done), size(total));
    }

    /// It is done.
    pub fn done(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(language: Language) -> ProgressBar {
    let left = nl_en(language, "nog", "left");
    let template =
        format!("{{msg}} {{wide_bar}} {{bytes}}/{{total_bytes}}  {{bytes_per_sec}}  {left} {{eta}}");
    let bar = ProgressBar::new(0);
    match ProgressStyle::with_template(&template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A number of bytes as people read it.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    match unit {
        0 => format!("{bytes} B"),
        _ => format!("{value:.1} {}", UNITS[unit]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_too_large() {
        let mut out = Vec::new();
        let mut meter = Meter::new("x", &mut out, Language::Dutch);
        meter.bar = None;
        meter.at(u64::MAX, u64::MAX - 1);
        meter.done();
        assert!(String::from_utf8(out).unwrap().starts_with("x: 100% ("));
    }

    #[test]
    fn sizes_are_short() {
        assert_eq!(
            [size(0), size(999), size(1000), size(200_000_000)],
            ["0 B", "999 B", "1.0 kB", "200.0 MB"]
        );
    }
}
