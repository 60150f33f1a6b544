//! Files that are whole or not there, and that nobody else can read.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use super::HomeError;
use crate::client::error::{ClientError, Result};

/// The bytes of a file, or nothing where there is none.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ClientError::file(path, error)),
    }
}

/// Makes a folder, and those above it, if it is not there yet; readable by its owner only.
pub fn make_private_folder(path: &Path) -> Result<()> {
    let failed = |error| ClientError::file(path, error);
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(failed)
}

/// Writes a file as a whole or not at all, readable by its owner only: beside it, to disk, then in place.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error| ClientError::file(path, error);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    // What an earlier run left half done is not ours to build on, nor are its permissions.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let mut file = private().create_new(true).open(&beside).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&beside, path).map_err(failed)?;
    sync_folder(path).map_err(failed)
}

/// Copies what is there of some files to a folder of their own beside them, `unused-1` or the next that is free:
/// whatever comes of them then, no keys are lost.
pub fn copy_aside(folder: &Path, names: &[&str]) -> Result<()> {
    let free = (1_u32..).map(|number| folder.join(format!("unused-{number}"))).find(|path| !path.exists());
    let Some(aside) = free else { return Ok(()) };
    make_private_folder(&aside)?;
    for name in names {
        if let Some(bytes) = read_if_there(&folder.join(name))?.map(Zeroizing::new) {
            write_private(&aside.join(name), &bytes)?;
        }
    }
    Ok(())
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A rename is safe from a power cut once its folder is on disk.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

/// A folder's lock is waited for, for two seconds. A program that just ended is soon gone; and one that starts another holds
/// its locks twice for the instant between fork and exec, also a lock that it gave up meanwhile.
const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// Locks a folder for this process, until the file is dropped.
pub fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let file = private()
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|error| ClientError::file(&path, error))?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(ClientError::file(&path, error)),
        }
    }
    Err(HomeError::Locked(folder.to_owned()).into())
}
