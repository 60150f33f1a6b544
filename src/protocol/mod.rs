//! What both sides agree on. Pure: no I/O, clock or global state. One file per concept, both halves in it.

pub mod id;
pub mod label;
pub mod payload;
pub mod recovery;
pub mod seal;
