//! What comes in at its sender's pace: a file without a name, so that it takes no memory of others meanwhile, and goes
//! with whoever holds it.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt;

use super::Random;
use super::serve::private_folder;

/// Bytes on disk that nobody else can find, and that no restart finds again.
pub struct Spool {
    file: tokio::fs::File,
    length: usize,
}

impl Spool {
    /// Begins one in a folder, which is made when there is none.
    pub async fn begin(folder: PathBuf, random: Random) -> io::Result<Self> {
        let mut name = [0; 16];
        random.fill(&mut name).map_err(|_| io::Error::other("no randomness"))?;
        let made = tokio::task::spawn_blocking(move || nameless(&folder, &hex::encode(name))).await;
        let file = tokio::fs::File::from_std(made.map_err(io::Error::other)??);
        Ok(Self { file, length: 0 })
    }

    /// How many bytes it has.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Adds to it.
    pub async fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        self.file.write_all(piece).await?;
        self.length += piece.len();
        Ok(())
    }

    /// Takes all of it into memory, into a buffer that is there.
    pub async fn read(mut self, mut into: BytesMut) -> io::Result<Bytes> {
        self.file.flush().await?;
        let (mut file, length) = (self.file.into_std().await, self.length);
        let read = move || -> io::Result<Bytes> {
            file.seek(SeekFrom::Start(0))?;
            into.clear();
            into.resize(length, 0);
            file.read_exact(&mut into)?;
            Ok(into.freeze())
        };
        tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
    }
}

/// Makes a file, and takes its name away at once.
fn nameless(folder: &Path, name: &str) -> io::Result<File> {
    private_folder(folder)?;
    let path = folder.join(name);
    let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::random;

    #[tokio::test]
    async fn what_was_added_is_what_is_read_and_no_file_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::begin(folder.path().join("incoming"), random()).await.unwrap();
        for piece in [&b"een"[..], b"", b" twee", &[7; 100_000]] {
            spool.push(piece).await.unwrap();
        }
        assert_eq!(spool.length(), 100_008);
        assert_eq!(fs::read_dir(folder.path().join("incoming")).unwrap().count(), 0);
        let read = spool.read(BytesMut::new()).await.unwrap();
        assert!(read.starts_with(b"een twee\x07") && read.len() == 100_008);
    }
}
