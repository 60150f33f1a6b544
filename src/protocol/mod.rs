//! What both sides agree on. Pure: no I/O, clock or global state. One file per concept, both halves in it.

pub mod cert;
pub mod checkwords;
pub mod id;
pub mod journal;
