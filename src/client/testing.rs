//! For tests: a small hub in memory, which judges by the protocol's own lines, and a house with people.

mod hub;
mod people;

pub use hub::{TestHub, Way};
pub use people::{Desk, TestHouse};
