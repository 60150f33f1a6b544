//! The story with people: a fictitious house that is set up and played, for the demo and for the tests.

pub mod act;
pub mod cast;
pub mod stage;
pub mod tell;
mod visitors;
