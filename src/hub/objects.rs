//! Body parts as objects: in a folder, or in an S3 bucket.
//!
//! A database row makes an object visible. So objects are never listed and never renamed, and a name is random,
//! never derived: two writers can't harm each other.

use std::fmt;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::{
    ClientOptions, GetOptions, GetRange, GetResultPayload, ObjectStore, ObjectStoreExt, RetryConfig,
};
use ring::rand::SecureRandom;

use super::config::{ObjectsConfig, S3Config};

/// A file is read in pieces of so many bytes, so many at a time: what a reader who takes nothing more costs in memory.
const PIECE: usize = 128 << 10;
const AHEAD: usize = 2;

/// An object's name: 128 random bits. The first two digits are a folder, so that no folder grows huge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName(String);

impl ObjectName {
    /// A new name. Errors when the source of randomness fails.
    pub fn random(random: &dyn SecureRandom) -> Result<Self, ring::error::Unspecified> {
        let mut bytes = [0; 16];
        random.fill(&mut bytes)?;
        let digits = hex::encode(bytes);
        Ok(Self(format!("{}/{digits}", &digits[..2])))
    }

    /// A name as it stands in the database.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn path(&self) -> object_store::path::Path {
        object_store::path::Path::from(self.as_str())
    }
}

/// What can be wrong with an object.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    /// The row says that it is there, and it is not.
    #[error("an object is missing")]
    Missing,
    /// The folder or the bucket doesn't answer, has no room, or refuses us.
    #[error("the object store: {0}")]
    Unavailable(#[source] object_store::Error),
    /// The object is shorter than the row says.
    #[error("an object was cut short")]
    CutShort,
    /// The folder can't be made.
    #[error("the objects' folder: {0}")]
    Folder(#[from] io::Error),
}

impl From<object_store::Error> for ObjectsError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::Unavailable(other),
        }
    }
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Where it is a folder: there a file is written beside its name first.
    folder: Option<Arc<Path>>,
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Objects")
    }
}

impl Objects {
    /// Opens the folder, which is made when there is none, or names the bucket, which is not asked for anything.
    pub fn open(config: &ObjectsConfig) -> Result<Self, ObjectsError> {
        Ok(match config {
            ObjectsConfig::Folder(folder) => {
                Self { store: Arc::new(folder_store(folder)?), folder: Some(Arc::from(&**folder)) }
            }
            ObjectsConfig::S3(config) => Self { store: Arc::new(bucket(config)?), folder: None },
        })
    }

    /// Keeps an object. When this has answered, it is on disk.
    pub async fn put(&self, name: &ObjectName, bytes: Bytes) -> Result<(), ObjectsError> {
        self.store.put(&name.path(), bytes.into()).await?;
        Ok(())
    }

    /// The whole of an object.
    pub async fn get(&self, name: &ObjectName) -> Result<Bytes, ObjectsError> {
        Ok(self.store.get(&name.path()).await?.bytes().await?)
    }

    /// Some of an object, in pieces as they come: all of it, or an error.
    pub async fn stream(
        &self,
        name: &ObjectName,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, ObjectsError>>, ObjectsError> {
        let bounded = GetRange::Bounded(range.clone());
        let options = GetOptions { range: Some(bounded), ..GetOptions::default() };
        let found = self.store.get_opts(&name.path(), options).await?;
        // A store gives what it has. Known now, it is an answer of ours; later, a body that breaks off.
        if found.range != range {
            return Err(ObjectsError::CutShort);
        }
        Ok(match found.payload {
            GetResultPayload::File(file, _) => from_file(file, range),
            GetResultPayload::Stream(pieces) => pieces.map_err(ObjectsError::from).boxed(),
        })
    }

    /// Removes an object, with what a killed hub left of it. One that is not there is removed.
    pub async fn delete(&self, name: &ObjectName) -> Result<(), ObjectsError> {
        self.delete_half(name).await?;
        match self.store.delete(&name.path()).await.map_err(ObjectsError::from) {
            Err(ObjectsError::Missing) => Ok(()),
            outcome => outcome,
        }
    }

    /// The store writes `NAME#1`, then gives it its name; and has no word for a file of which only the first was done.
    async fn delete_half(&self, name: &ObjectName) -> Result<(), ObjectsError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        match tokio::fs::remove_file(folder.join(format!("{}#1", name.as_str()))).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(ObjectsError::Folder(error)),
            _ => Ok(()),
        }
    }

    /// Whether the store takes and gives, tried on an object of one byte.
    pub async fn ping(&self) -> Result<(), ObjectsError> {
        // Always the same: one that was left behind, by a store that was too slow, goes with the next.
        let name = ObjectName::stored("ping".to_owned());
        self.put(&name, Bytes::from_static(b"?")).await?;
        self.delete(&name).await
    }
}

/// Pieces of a file, of which the next is read while one is sent. The library would read 8 KiB at a time.
fn from_file(file: File, range: Range<u64>) -> BoxStream<'static, Result<Bytes, ObjectsError>> {
    let file = Arc::new(file);
    let end = range.end;
    let read = move |start: u64| {
        let (file, length) = (file.clone(), (end - start).min(PIECE as u64) as usize);
        let read = move || -> io::Result<Bytes> {
            let mut piece = vec![0; length];
            file.read_exact_at(&mut piece, start)?;
            Ok(piece.into())
        };
        async move { Ok(tokio::task::spawn_blocking(read).await.map_err(io::Error::other)??) }
    };
    stream::iter(range.step_by(PIECE)).map(read).buffered(AHEAD).boxed()
}

fn folder_store(folder: &Path) -> Result<LocalFileSystem, ObjectsError> {
    super::serve::private_folder(folder)?;
    Ok(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))
}

fn bucket(config: &S3Config) -> Result<impl ObjectStore, ObjectsError> {
    // reqwest was built without a TLS provider of its own. One that is there already is the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Better to tell the sender to come back than to keep it waiting for minutes.
    let retry =
        RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() };
    let client = ClientOptions::new()
        .with_connect_timeout(Duration::from_secs(5))
        .with_timeout(Duration::from_secs(60))
        .with_allow_http(config.endpoint.scheme() == "http");
    let store = AmazonS3Builder::new()
        .with_endpoint(config.endpoint.as_str().trim_end_matches('/'))
        .with_bucket_name(&config.bucket)
        .with_region(&config.region)
        .with_access_key_id(&config.access_key_id)
        .with_secret_access_key(config.secret_access_key.reveal())
        .with_client_options(client)
        .with_retry(retry)
        .build()?;
    Ok(store)
}
