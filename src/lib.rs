//! Zegel carries sealed files between the partners of a Zorg- en Veiligheidshuis.
//!
//! The life of a file, in order:
//! 1. [`protocol::case`]: a partner refers a case; the procesregisseur opens its vault.
//! 2. [`protocol::item`]: a supplier adds a file, sealed on its own machine, with release rules.
//! 3. [`protocol::meeting`]: the supplier is asked, approves per reader (which makes the keys), and the
//!    procesregisseur releases what was approved.
//! 4. [`client::open`]: the reader opens it, once every step of this was checked.
//! 5. [`protocol::journal`]: every step has left a leaf, and anyone may check that none was changed.
//!
//! [`hub`] stores, counts and forwards; it never holds a key that opens a file. [`client`] is whatever takes a
//! member's secret. [`demo`] plays it with people.

// A test may ask the machine for randomness; what it tests may not.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod client;
pub mod clock;
pub mod demo;
pub mod hub;
pub mod protocol;
