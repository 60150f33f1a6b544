//! The table: for each thing that can be asked, each answer with whoever gets it.

use std::collections::BTreeMap;

use super::people::LEGEND;

/// What some people get everywhere, so that rows need not repeat it.
pub type Usual = fn(&str) -> Option<&'static str>;

/// By row, in the order in which they were asked: who got what.
pub struct Table {
    everyone: &'static [&'static str],
    usual: Usual,
    rows: Vec<(String, BTreeMap<String, Vec<String>>)>,
}

impl Table {
    pub fn of(everyone: &'static [&'static str], usual: Usual) -> Self {
        Self { everyone, usual, rows: Vec::new() }
    }

    pub fn put(&mut self, row: &str, person: &str, cell: String) {
        if self.rows.last().is_none_or(|(last, _)| last != row) {
            self.rows.push((row.to_owned(), BTreeMap::new()));
        }
        if let Some((_, cells)) = self.rows.last_mut() {
            cells.entry(cell).or_default().push(person.to_owned());
        }
    }

    /// As it is checked in.
    pub fn to_text(&self) -> String {
        let mut text = String::from("WHO\n");
        for (person, who) in LEGEND.iter().filter(|(person, _)| self.everyone.contains(person)) {
            text += &format!("  {person:<10} {who}\n");
        }
        let usual = self.everyone.iter().filter_map(|person| Some((person, (self.usual)(person)?)));
        let usual: String = usual.map(|(person, cell)| format!("  {cell:<22} {person}\n")).collect();
        if !usual.is_empty() {
            text += &format!("\nUnless the row says otherwise\n{usual}");
        }
        for (row, cells) in &self.rows {
            text += &format!("\n{row}\n");
            for (cell, people) in cells {
                let told = people.iter().map(String::as_str).filter(|person| !self.as_ever(person, cell));
                let told: Vec<&str> = told.collect();
                if !told.is_empty() {
                    text += &format!("  {cell:<22} {}\n", self.names(&told));
                }
            }
        }
        text
    }

    /// Whether someone is told what such people are told everywhere. An answer without a body has no code.
    fn as_ever(&self, person: &str, cell: &str) -> bool {
        let usual = (self.usual)(person);
        usual.is_some_and(|usual| usual == cell || usual.split(' ').next() == Some(cell))
    }

    /// Whoever got the same.
    fn names(&self, people: &[&str]) -> String {
        match people.len() == self.everyone.len() {
            true => "everyone".to_owned(),
            false => people.join(" "),
        }
    }
}
