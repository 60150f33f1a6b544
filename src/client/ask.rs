//! What a client asks its person. Never the contents of an argument: arguments are seen by others.

use std::io::{self, BufRead, IsTerminal, Write};

use zeroize::Zeroizing;

/// Who answers questions: a person at a terminal, or nobody.
pub trait Questions {
    /// Yes or no. Nobody means no.
    fn agree(&mut self, question: &str) -> io::Result<bool>;
    /// A passphrase or a code, not shown while it is typed.
    fn secret(&mut self, prompt: &str) -> io::Result<Zeroizing<String>>;
    /// Some lines that may be left out; nobody means none.
    fn text(&mut self, _question: &str) -> io::Result<String> {
        Ok(String::new())
    }
}

/// A person at the terminal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal;

impl Questions for Terminal {
    fn agree(&mut self, question: &str) -> io::Result<bool> {
        // What comes through a pipe was not typed in answer to this.
        if !io::stdin().is_terminal() {
            return Ok(false);
        }
        let mut out = io::stderr().lock();
        write!(out, "{question} [j/y, n] ")?;
        out.flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "j" | "ja" | "y" | "yes"))
    }

    fn secret(&mut self, prompt: &str) -> io::Result<Zeroizing<String>> {
        rpassword::prompt_password(prompt).map(Zeroizing::new)
    }

    fn text(&mut self, question: &str) -> io::Result<String> {
        if !io::stdin().is_terminal() {
            return Ok(String::new());
        }
        writeln!(io::stderr().lock(), "{question}")?;
        io::read_to_string(io::stdin().lock())
    }
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
