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
    name.push(HALF);
    let beside = path.with_file_name(name);
    // What an earlier run left half done is not ours to build on, nor are its permissions.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let mut file = private().create_new(true).open(&beside).map_err(failed)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written.and_then(|()| fs::rename(&beside, path)) {
        let _ = fs::remove_file(&beside);
        return Err(failed(error));
    }
    sync_folder(path).map_err(failed)
}

/// The end of the name of a file that is being written.
const HALF: &str = ".new";

/// Removes what a killed program was writing in a folder: nobody would read it, and it may hold keys. Whoever calls
/// this holds the folder's lock. What can't be removed is no reason not to go on.
pub fn clear_half_written(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let half = |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| name.ends_with(HALF));
    for entry in entries.flatten().filter(|entry| half(&entry.file_name())) {
        let _ = fs::remove_file(entry.path());
    }
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
