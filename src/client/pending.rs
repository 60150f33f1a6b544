//! A batch that the hub may or may not have on record: kept until the answer is sure, because keys hang on it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::protocol::refusal::Refusal;

use super::batch::Batch;
use super::error::{ClientError, Result};
use super::home::{read_if_there, write_private};

/// A file in a member's folder with such a batch. It holds no secrets.
pub struct Pending {
    path: PathBuf,
}

/// The file with the keys that someone enrols with.
pub const ENROL: &str = "enrol.json";

impl Pending {
    pub fn new(folder: &Path, name: &str) -> Self {
        Self { path: folder.join(name) }
    }

    /// What is under way, if anything.
    pub fn read(&self) -> Result<Option<Batch>> {
        let Some(bytes) = read_if_there(&self.path)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| ClientError::file(&self.path, error))
    }

    pub fn write(&self, batch: &Batch) -> Result<()> {
        write_private(&self.path, &serde_json::to_vec(batch).map_err(ClientError::input)?)
    }

    /// The answer came.
    pub fn done(&self) -> Result<()> {
        remove(&self.path)
    }
}

/// Removes a file, if it is there.
pub fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(ClientError::file(path, error)),
        _ => Ok(()),
    }
}

/// Whether an error means that nothing of the batch is on record: a rule of the protocol was against it.
/// Anything else, such as a fault inside the hub, may have come after it was recorded.
pub fn is_refused(error: &ClientError) -> bool {
    matches!(error, ClientError::Refused { code, .. } if Refusal::CODES.contains(&code.as_str()))
}
