//! A Maildir for each address, in one folder: for who has no mail server, and to look at.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;

use super::{Failure, Mail, Transport, Why};
use crate::protocol::id::{Digest, HubName};
use crate::protocol::words::MailAddress;

/// What most file systems allow is 255 bytes.
const LONGEST: usize = 200;

/// The folder, and whose mail it is.
pub struct Maildir {
    folder: PathBuf,
    hub: HubName,
}

impl Maildir {
    /// The folder is made with the first message.
    pub fn new(folder: PathBuf, hub: HubName) -> Self {
        Self { folder, hub }
    }

    /// Where an address's mail is.
    pub fn of(&self, address: &MailAddress) -> PathBuf {
        self.folder.join(folder_name(address))
    }
}

impl Transport for Maildir {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), Failure>> {
        let (folder, mail) = (self.of(&mail.address), mail.clone());
        // One name for a message, however often it is handed over: a double takes the place of the first.
        let name = format!("{}.{}", mail.id, self.hub);
        Box::pin(async move {
            let written = tokio::task::spawn_blocking(move || deliver(&folder, &name, &mail.bytes)).await;
            match written {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => {
                    // The message of the machine names a folder, and so an address; its kind does not.
                    tracing::warn!(kind = %error.kind(), "the Maildir can't be written");
                    Err(Why::NoRoom.into())
                }
                Err(_) => Err(Why::BrokenOff.into()),
            }
        })
    }
}

/// First whole in `tmp`, and on disk; then at once in `new`, and that on disk too.
fn deliver(maildir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    for folder in ["tmp", "new", "cur"] {
        make_folder(&maildir.join(folder))?;
    }
    let unfinished = maildir.join("tmp").join(name);
    let written = write(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, maildir.join("new").join(name)))
        .and_then(|()| sync(&maildir.join("new")));
    if written.is_err() {
        // What is left is overwritten by the next attempt, should it be there still.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a folder, for the hub's user only, that a power cut doesn't take back.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        make_folder(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    folder.parent().map_or(Ok(()), sync)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The address as one folder's name: an address may hold `/`, and be longer than a name can be. Letters, digits and
/// what is common in addresses stand as they are; two addresses never have one name.
fn folder_name(address: &MailAddress) -> String {
    let mut name = String::new();
    for byte in address.to_string().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'@' | b'.' | b'-' | b'_' | b'+' | b'=' => {
                name.push(char::from(byte));
            }
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    if name.len() > LONGEST {
        name.truncate(LONGEST - 65);
        name.push_str(&format!("%{}", hex::encode(Digest::of(address.to_string().as_bytes()).0)));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(address: &str) -> String {
        folder_name(&address.parse().unwrap())
    }

    #[test]
    fn an_address_is_one_folder_and_never_leaves_its_own() {
        assert_eq!(name("femke.de.wit@politie.example"), "femke.de.wit@politie.example");
        assert_eq!(name("../x@a.example".trim_start_matches("../")), "x@a.example");
        assert_eq!(name("/../etc@a.example".replace("/../", "/*").as_str()), "%2F%2Aetc@a.example");
        assert_eq!(name("a/b%c@a.example"), "a%2Fb%25c@a.example");
        let long = |end: char| format!("{}{end}@a.example", "/".repeat(63));
        assert!(name(&long('a')).len() <= LONGEST && name(&long('a')) != name(&long('b')));
        assert!(!name(&long('a')).contains('/'));
    }

    #[test]
    fn what_is_new_is_whole_and_a_double_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let maildir = folder.path().join("mail/a@b.example");
        deliver(&maildir, "1.hub", b"one").unwrap();
        // As a crash leaves it: begun again, and not finished.
        fs::write(maildir.join("tmp/1.hub"), b"longer than it was").unwrap();
        deliver(&maildir, "1.hub", b"one").unwrap();
        assert_eq!(fs::read(maildir.join("new/1.hub")).unwrap(), b"one");
        assert_eq!(fs::read_dir(maildir.join("new")).unwrap().count(), 1);
        assert_eq!(fs::read_dir(maildir.join("tmp")).unwrap().count(), 0);
    }

    #[test]
    fn what_does_not_fit_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let maildir = folder.path().join("a@b.example");
        deliver(&maildir, "1.hub", b"one").unwrap();
        // A device that is always full.
        std::os::unix::fs::symlink("/dev/full", maildir.join("tmp/2.hub")).unwrap();
        let error = deliver(&maildir, "2.hub", b"two").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_dir(maildir.join("new")).unwrap().count(), 1);
        assert_eq!(fs::read_dir(maildir.join("tmp")).unwrap().count(), 0);
        deliver(&maildir, "2.hub", b"two").unwrap();
    }
}
