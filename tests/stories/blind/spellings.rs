//! A word in each spelling that programs use, and looking for all of them at once.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::support::disk::each_start;

/// In UTF-8, both kinds of UTF-16, hexadecimal in both cases, and base64 in both alphabets, wherever the word stands
/// in what was encoded.
pub fn spellings(word: &str) -> Vec<(String, Vec<u8>)> {
    let utf16: Vec<u16> = word.encode_utf16().collect();
    let mut all = vec![
        ("utf-8".to_owned(), word.as_bytes().to_vec()),
        ("utf-16le".to_owned(), utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect()),
        ("utf-16be".to_owned(), utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect()),
        ("hex".to_owned(), hex::encode(word).into_bytes()),
        ("HEX".to_owned(), hex::encode_upper(word).into_bytes()),
    ];
    for (name, alphabet) in [("base64", &STANDARD), ("base64url", &URL_SAFE)] {
        for offset in 0..3 {
            let behind = [&b"\0\0"[..offset], word.as_bytes()].concat();
            // Only the characters that no other byte has a part in: six bits each.
            let (first, last) = ((offset * 8).div_ceil(6), behind.len() * 8 / 6);
            let text = alphabet.encode(&behind);
            all.push((format!("{name}+{offset}"), text.as_bytes()[first..last].to_vec()));
        }
    }
    all
}

/// Place, word, spelling.
pub type Found = (String, String, String);

/// Looks for words in all their spellings.
pub struct Search {
    needles: Vec<(String, String, Vec<u8>)>,
    /// The needles that begin with two bytes.
    by_start: Vec<Vec<usize>>,
    pub found: BTreeSet<Found>,
    pub looked_at: usize,
}

impl Search {
    pub fn new(words: &[&str]) -> Self {
        let spelt = |word: &&str| {
            let word = (*word).to_owned();
            spellings(&word).into_iter().map(move |(spelling, bytes)| (word.clone(), spelling, bytes))
        };
        let needles: Vec<_> = words.iter().flat_map(spelt).collect();
        let mut by_start = vec![Vec::new(); 1 << 16];
        for (number, (_, _, bytes)) in needles.iter().enumerate() {
            by_start[usize::from(u16::from_be_bytes([bytes[0], bytes[1]]))].push(number);
        }
        Self { needles, by_start, found: BTreeSet::new(), looked_at: 0 }
    }

    pub fn look(&mut self, place: &str, bytes: &[u8]) {
        self.looked_at += bytes.len();
        let (needles, by_start, found) = (&self.needles, &self.by_start, &mut self.found);
        each_start(bytes, &mut |at| {
            let Some(next) = bytes.get(at + 1) else { return };
            for number in &by_start[usize::from(bytes[at]) << 8 | usize::from(*next)] {
                let (word, spelling, needle) = &needles[*number];
                if bytes[at..].starts_with(needle) {
                    found.insert((place.to_owned(), word.clone(), spelling.clone()));
                }
            }
        });
    }
}
