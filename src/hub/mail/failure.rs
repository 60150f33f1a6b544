//! Why a message was not handed over, in words that tell nothing of anyone.

use std::fmt;

/// What went wrong: a word for the author and the log, and what the server said as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    pub why: Why,
    /// The server's reply, such as 550. What it said in words may name people.
    pub code: Option<u16>,
}

macro_rules! whys {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// The reasons there are.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Why { $($(#[$doc])* $name,)+ }

        impl Why {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The word, as it is kept and told.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }
    };
}

whys! {
    /// Nobody answers at the server's address.
    Unreachable = "unreachable",
    /// It took longer than `mail.timeout`.
    TimedOut = "timed-out",
    /// The connection ended, or what was said on it is no SMTP.
    BrokenOff = "broken-off",
    /// No TLS is offered, or the server's certificate is not believed: nothing was said.
    Insecure = "insecure",
    /// The server doesn't take mail from this hub: name, password or sender are refused.
    NotLetIn = "not-let-in",
    /// The server takes it later, perhaps.
    RefusedForNow = "refused-for-now",
    /// The server takes this message, or mail to this address, never.
    Refused = "refused",
    /// The Maildir can't be written.
    NoRoom = "no-room",
    /// The addressee is not in force at present.
    NotInForce = "not-in-force",
    /// The key that it was sealed for is no longer to be trusted.
    KeyRevoked = "key-revoked",
    /// The key that its author had is no longer to be trusted: it may be a thief's letter.
    AuthorRevoked = "author-revoked",
    /// The addressee has another address by now; the letter says the old one.
    AddressChanged = "address-changed",
    /// It is not what a sealed message looks like, so it stays here.
    NotSealed = "not-sealed",
    /// The hub could not read what it keeps.
    Unreadable = "unreadable",
}

impl Why {
    /// Whether trying again can't help.
    pub fn is_for_good(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::KeyRevoked | Self::AuthorRevoked | Self::AddressChanged | Self::NotSealed
        )
    }
}

impl From<Why> for Failure {
    fn from(why: Why) -> Self {
        Self { why, code: None }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "{} ({code})", self.why.word()),
            None => f.write_str(self.why.word()),
        }
    }
}
