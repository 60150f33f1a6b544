//! Looking through the whole memory of a process. Only who may trace it can: of a program that keeps its memory to
//! itself that is root.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use crate::blind::spellings::spellings;

/// What is looked for. Kept turned about, so that who looks through the own memory doesn't find the list.
#[derive(Default)]
pub struct Needles {
    all: Vec<(String, Vec<u8>)>,
    /// Those that begin with two bytes.
    by_start: BTreeMap<u16, Vec<usize>>,
}

const TURN: u8 = 0xa5;

impl Needles {
    /// A word in all its spellings.
    pub fn word(&mut self, name: &str, word: &str) {
        for (spelling, bytes) in spellings(word) {
            self.bytes(&format!("{name} in {spelling}"), &bytes);
        }
    }

    /// Bytes as they are.
    pub fn bytes(&mut self, name: &str, bytes: &[u8]) {
        assert!(bytes.len() >= 8, "{name} is too short to be told from anything else");
        self.by_start.entry(u16::from_be_bytes([bytes[0], bytes[1]])).or_default().push(self.all.len());
        self.all.push((name.to_owned(), bytes.iter().map(|byte| byte ^ TURN).collect()));
    }

    /// Bytes, and how programs write them: hexadecimal and base64.
    pub fn secret(&mut self, name: &str, bytes: &[u8]) {
        self.bytes(name, bytes);
        for (how, text) in [("hex", hex::encode(bytes)), ("HEX", hex::encode_upper(bytes))] {
            self.bytes(&format!("{name} in {how}"), text.as_bytes());
        }
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Which of them are in the memory of a process, and where; and how much memory was read.
    pub fn in_memory_of(&self, process: u32) -> (BTreeSet<String>, u64) {
        let memory = File::open(format!("/proc/{process}/mem")).unwrap_or_else(|error| {
            panic!("the memory of a process that keeps it to itself is for root: run this as root ({error})")
        });
        let mut starts = vec![false; 1 << 16];
        self.by_start.keys().for_each(|start| starts[usize::from(*start)] = true);
        let (mut found, mut read) = (BTreeSet::new(), 0);
        let mut piece = vec![0; PIECE + OVERLAP];
        for (from, to, what) in regions(process) {
            let mut at = from;
            while at < to {
                let want = (to - at).min(piece.len() as u64) as usize;
                // What the kernel keeps for itself can't be read, and what was given back is gone.
                if memory.read_exact_at(&mut piece[..want], at).is_err() {
                    break;
                }
                read += want.min(PIECE) as u64;
                self.look(&piece[..want], &starts, &mut |name| {
                    found.insert(format!("{name}, {what}"));
                });
                at += PIECE as u64;
            }
        }
        // What lay here is no memory of the other process any more.
        piece.fill(0);
        (found, read)
    }

    /// Which of them are in some bytes.
    pub fn found_in(&self, bytes: &[u8]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.look(bytes, &[true; 1 << 16], &mut |name| {
            found.insert(name.to_owned());
        });
        found
    }

    fn look(&self, bytes: &[u8], starts: &[bool], found: &mut dyn FnMut(&str)) {
        for (at, pair) in bytes.windows(2).enumerate() {
            let start = u16::from_be_bytes([pair[0], pair[1]]);
            if !starts[usize::from(start)] {
                continue;
            }
            for number in self.by_start.get(&start).into_iter().flatten() {
                let (name, turned) = &self.all[*number];
                let here = bytes.get(at..at + turned.len());
                if here
                    .is_some_and(|here| here.iter().zip(turned).all(|(byte, turned)| byte ^ TURN == *turned))
                {
                    found(name);
                }
            }
        }
    }
}

const PIECE: usize = 1 << 20;
/// No needle is longer.
const OVERLAP: usize = 4096;

/// What can be read: where it begins and ends, and what it is.
fn regions(process: u32) -> Vec<(u64, u64, String)> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let region = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (from, to) = words[0].split_once('-')?;
        let name = words.get(5).copied().unwrap_or("memory of its own");
        let readable =
            words[1].starts_with('r') && !name.starts_with("[vv") && !name.starts_with("[vsyscall");
        let hex = |text| u64::from_str_radix(text, 16).ok();
        readable.then_some((hex(from)?, hex(to)?, name.to_owned()))
    };
    maps.lines().filter_map(region).collect()
}
