//! Work in a row, for files of any size: pieces go from hand to hand, each hand on a thread of its own.
//!
//! Reading, digesting, sealing and writing each take about as long as the others, and a digest can't be
//! spread over cores: what can be done at once is different things to different pieces.

use std::io::{self, Read};
use std::sync::mpsc::channel;
use std::{mem, thread};

use zeroize::Zeroizing;

/// So many pieces are in memory at once,
const PIECES: usize = 4;
/// of so many bytes of plain text each.
const PIECE: usize = 1 << 20;

/// A piece of plain text, and what becomes of it. Used again and again, so that nothing is left behind.
pub struct Piece {
    plain: Zeroizing<Vec<u8>>,
    filled: usize,
    /// Sealed text, if there is any.
    pub sealed: Vec<u8>,
}

impl Piece {
    fn new() -> Self {
        Self { plain: Zeroizing::new(vec![0; PIECE]), filled: 0, sealed: Vec::new() }
    }

    pub fn plain(&self) -> &[u8] {
        &self.plain[..self.filled]
    }

    /// Reads until it is full or there is no more; so many bytes.
    pub fn fill(&mut self, from: &mut impl Read) -> io::Result<usize> {
        self.filled = 0;
        while self.filled < PIECE {
            match from.read(&mut self.plain[self.filled..]) {
                Ok(0) => break,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.filled)
    }
}

/// What one hand does to every piece.
pub type Hand<'a, E> = Box<dyn FnMut(&mut Piece) -> Result<(), E> + Send + 'a>;

/// Begins pieces on this thread until `begin` has nothing more to put in one (false), and hands each on,
/// in order. Returns when all is done, or with an error when one of them had one; what became of the
/// pieces behind that one is not said.
pub fn relay<E: Send>(
    mut begin: impl FnMut(&mut Piece) -> Result<bool, E>,
    hands: Vec<Hand<'_, E>>,
) -> Result<(), E> {
    thread::scope(|scope| {
        let (first, mut back) = channel();
        let mut working = Vec::new();
        for mut hand in hands {
            let (to, next) = channel();
            let pieces = mem::replace(&mut back, next);
            working.push(scope.spawn(move || {
                pieces.into_iter().try_for_each(|mut piece| {
                    hand(&mut piece)?;
                    // Where a later hand gave up, nobody takes it.
                    let _ = to.send(piece);
                    Ok(())
                })
            }));
        }
        let begun = (|| {
            let mut new = (0..PIECES).map(|_| Piece::new());
            while let Some(mut piece) = new.next().or_else(|| back.recv().ok()) {
                if !begin(&mut piece)? || first.send(piece).is_err() {
                    break;
                }
            }
            Ok(())
        })();
        drop(first);
        for hand in working {
            hand.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        begun
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relayed(text: &[u8], fails_at: Option<usize>) -> (Result<(), &'static str>, Vec<u8>) {
        let (mut from, mut passed, mut out) = (text, 0, Vec::new());
        let result = relay(
            |piece| piece.fill(&mut from).map(|read| read > 0).map_err(|_| "reading"),
            vec![
                Box::new(|piece| {
                    passed += 1;
                    piece.sealed = piece.plain().iter().map(|byte| !byte).collect();
                    if fails_at == Some(passed) { Err("a hand") } else { Ok(()) }
                }),
                Box::new(|piece| {
                    out.extend_from_slice(&piece.sealed);
                    Ok(())
                }),
            ],
        );
        (result, out)
    }

    #[test]
    fn pieces_come_through_in_order() {
        for length in [0, 1, PIECE, 3 * PIECE + 7, 9 * PIECE] {
            let text: Vec<u8> =
                (0..length).map(|i: usize| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
            let (result, out) = relayed(&text, None);
            assert_eq!(result, Ok(()));
            assert!(out == text.iter().map(|byte| !byte).collect::<Vec<u8>>(), "{length}");
        }
    }

    #[test]
    fn a_hand_that_fails_ends_it() {
        for number in [1, 5, 9] {
            let (result, out) = relayed(&vec![7; 9 * PIECE], Some(number));
            assert_eq!(result, Err("a hand"));
            assert!(out.len() <= (number - 1) * PIECE);
        }
    }
}
