//! The verbs of the command line, one file per family.

pub mod authority;
pub mod case;
pub mod casework;
pub mod choose;
mod closed;
pub mod contribute;
pub mod directory;
pub mod enrol;
pub mod key;
pub mod letter;
pub mod login;
pub mod meeting;
pub mod meter;
pub mod pack;
pub mod vault;
pub mod when;

use super::error::{ClientError, Result};
use super::remote::Recorded;

/// The answer to a batch of which only the first statement is of interest.
fn one(recorded: Vec<Recorded>) -> Result<Recorded> {
    recorded.into_iter().next().ok_or(ClientError::BadAnswer { what: "recorded" })
}
