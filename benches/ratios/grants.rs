//! Giving another reader the key, against opening the file and sealing it anew.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufReader, Seek, Write};
use std::iter;
use std::time::Duration;

use zegel::protocol::seal::{FileKey, Header, SealingKey, regrant};

use crate::race::{Aim, Row, Table, race, time};
use crate::sealing::{block, encryptor};

pub fn all(table: &mut Table) {
    for (size, name, rounds) in [(1 << 10, "1 KiB", 199), (1 << 20, "1 MiB", 99), (1 << 30, "1 GiB", 3)] {
        let what = format!("grant {name}");
        if !table.wants(&what) {
            continue;
        }
        let (ours, peer) = race(rounds, granting(), sealing_anew(size));
        table.add(Row { what, amount: None, ours, peer, aim: Aim::Within(Duration::from_millis(2)) });
    }
}

/// Unwraps, checks the commitment, wraps, authenticates. The payload is not asked for.
fn granting() -> impl FnMut() -> Duration {
    let (vault, reader) = (SealingKey::generate(), SealingKey::generate().recipient());
    let key = FileKey::generate().expect("randomness");
    let (header, commitment) = (Header::wrap(&key, &vault.recipient()).expect("a header"), key.commitment());
    move || {
        time(|| {
            black_box(regrant(&header, &vault, &commitment, &reader).expect("a grant"));
        })
    }
}

/// Opens a file with the age crate, and seals what comes out to somebody else. What is written is thrown away.
fn sealing_anew(size: u64) -> impl FnMut() -> Duration {
    let (vault, reader) = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
    let mut file = tempfile::tempfile_in(env!("CARGO_TARGET_TMPDIR")).expect("a file");
    let mut sealer = encryptor(&vault).wrap_output(&mut file).expect("it seals");
    let (block, mut left) = (block(), size as usize);
    while left > 0 {
        let some = left.min(block.len());
        sealer.write_all(&block[..some]).expect("it seals");
        left -= some;
    }
    sealer.finish().expect("it seals");
    move || time(|| open_and_seal(&mut file, &vault, &reader))
}

fn open_and_seal(file: &mut File, vault: &age::x25519::Identity, reader: &age::x25519::Identity) {
    file.rewind().expect("a file");
    let opener = age::Decryptor::new_buffered(BufReader::new(file)).expect("an age file");
    let mut plain = opener.decrypt(iter::once(vault as &dyn age::Identity)).expect("it opens");
    let mut sealer = encryptor(reader).wrap_output(io::sink()).expect("it seals");
    io::copy(&mut plain, &mut sealer).expect("it opens");
    sealer.finish().expect("it seals");
}
