//! The table: for each thing that can be asked, each answer with whoever gets it.

use std::collections::BTreeMap;

use super::people::{EVERYONE, LEGEND, outside};

/// By row, in the order in which they were asked: who got what.
#[derive(Default)]
pub struct Table {
    rows: Vec<(String, BTreeMap<String, Vec<String>>)>,
}

impl Table {
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
        for (person, who) in LEGEND {
            text += &format!("  {person:<10} {who}\n");
        }
        text += "\nUnless the row says otherwise\n";
        for person in EVERYONE {
            if let Some(cell) = outside(person) {
                text += &format!("  {cell:<22} {person}\n");
            }
        }
        for (row, cells) in &self.rows {
            text += &format!("\n{row}\n");
            for (cell, people) in cells {
                let told: Vec<&str> =
                    people.iter().map(String::as_str).filter(|p| !as_ever(p, cell)).collect();
                if !told.is_empty() {
                    text += &format!("  {cell:<22} {}\n", names(&told));
                }
            }
        }
        text
    }
}

/// Whether someone from outside is told what such people are told everywhere. An answer without a body has no code.
fn as_ever(person: &str, cell: &str) -> bool {
    outside(person).is_some_and(|usual| usual == cell || usual.split(' ').next() == Some(cell))
}

/// Whoever got the same.
fn names(people: &[&str]) -> String {
    match people.len() == EVERYONE.len() {
        true => "everyone".to_owned(),
        false => people.join(" "),
    }
}
