// A test may ask the machine for randomness; what it tests may not.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod client;
pub mod clock;
pub mod demo;
pub mod hub;
pub mod protocol;
