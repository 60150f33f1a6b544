//! What a client asks its person. Never the contents of an argument: arguments are seen by others.

use std::io;

use zeroize::Zeroizing;

/// Who answers questions: a person at a terminal, or nobody.
pub trait Questions {
    /// Yes or no. Nobody means no.
    fn agree(&mut self, question: &str) -> io::Result<bool>;
    /// A passphrase or a code, not shown while it is typed.
    fn secret(&mut self, prompt: &str) -> io::Result<Zeroizing<String>>;
}

/// Nobody is there: every question is answered with no.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unattended;

impl Questions for Unattended {
    fn agree(&mut self, _question: &str) -> io::Result<bool> {
        Ok(false)
    }

    fn secret(&mut self, _prompt: &str) -> io::Result<Zeroizing<String>> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "nobody is there to type it"))
    }
}
