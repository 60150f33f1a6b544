//! What both sides agree on. Pure: no I/O, clock or global state. One file per concept, both halves in it.

// How it is written.
pub mod id;
pub mod lines;
pub mod refusal;
pub mod statement;
pub mod words;
pub mod zone;

// How it is sealed and signed.
pub mod cert;
pub mod checkwords;
pub mod label;
pub mod passkey;
pub mod payload;
pub mod recovery;
pub mod seal;

// What it makes true.
pub mod case;
pub mod directory;
pub mod example;
pub mod history;
pub mod item;
pub mod journal;
pub mod letter;
pub mod meeting;
pub mod mime;
pub mod rules;
pub mod vault;
