//! The verbs of the command line, one file per family.

pub mod authority;
pub mod casework;
pub mod directory;
pub mod enrol;
pub mod key;
pub mod login;
pub mod vault;
