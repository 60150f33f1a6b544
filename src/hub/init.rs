//! A hub's beginning: its folder, its two keys, its configuration; and reading these when it starts.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use zeroize::Zeroizing;

use super::Random;
use super::config::Config;
use super::serve::private_folder;
use crate::protocol::cert::{PublicCert, SecretCert};
use crate::protocol::example;
use crate::protocol::id::{HubName, Moment};
use crate::protocol::journal::JournalKey;

/// What a hub is made with.
pub struct New<'a> {
    pub hub: HubName,
    pub listen: SocketAddr,
    pub ops_listen: SocketAddr,
    /// As in the configuration, such as `sqlite:zegel.db`.
    pub database: String,
    /// The authority's public cert, whose fingerprint is pinned from here on.
    pub authority: &'a PublicCert,
}

/// Why a hub can't be made, or its keys not be read.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    #[error("{0} is there already. Choose an empty folder; a hub is never made over another")]
    There(String),
    #[error("{file}: {error}")]
    File { file: String, error: io::Error },
    #[error("{0} is not what a hub keeps there. Restore it from a backup")]
    Damaged(String),
    #[error("the authority's cert in {0} is not the one whose fingerprint the configuration pins")]
    OtherAuthority(String),
    #[error(
        "this is the example house's authority, whose secret key lies open in keys.example. Make an authority of \
         your own: zegel authority init"
    )]
    ExampleHouse,
    #[error("keys could not be made: {0}")]
    Keys(String),
}

/// The keys that a hub needs to run. Its secret cert stays in its file until it signs something.
pub struct HubKeys {
    pub authority: PublicCert,
    pub journal: JournalKey,
}

/// What the authority needs to name the hub in a directory.
#[derive(Serialize)]
struct ForAuthority {
    hub: HubName,
    hub_cert: String,
    journal_key: String,
}

const CERT: &str = "keys/hub-cert.pgp";
const JOURNAL: &str = "keys/journal.key";
const AUTHORITY: &str = "authority.pgp";

/// Makes a hub in a folder: `zegel.toml`, `keys/`, `authority.pgp`, and `hub.json` for the authority.
pub fn init(folder: &Path, new: &New<'_>, now: Moment, random: Random) -> Result<(), InitError> {
    if example::is_out_of_place(&new.authority.fingerprint(), &new.hub) {
        return Err(InitError::ExampleHouse);
    }
    let config = folder.join("zegel.toml");
    if config.exists() {
        return Err(InitError::There(config.display().to_string()));
    }
    private_folder(&folder.join("keys")).map_err(|error| at(folder, error))?;
    let failed = |error: &dyn std::fmt::Display| InitError::Keys(error.to_string());
    let cert = SecretCert::generate_hub(new.hub.as_str(), now).map_err(|error| failed(&error))?;
    let journal = JournalKey::generate(new.hub.clone(), random).map_err(|error| failed(&error))?;
    write(&folder.join(CERT), &cert.to_bytes().map_err(|error| failed(&error))?)?;
    write(&folder.join(JOURNAL), journal.to_text().as_bytes())?;
    write(&folder.join(AUTHORITY), new.authority.bytes())?;
    let for_authority = ForAuthority {
        hub: new.hub.clone(),
        hub_cert: STANDARD.encode(cert.public().bytes()),
        journal_key: journal.public().to_string(),
    };
    let json = serde_json::to_string_pretty(&for_authority).map_err(|error| failed(&error))?;
    write(&folder.join("hub.json"), json.as_bytes())?;
    // The configuration last: a folder that has one is whole.
    write(&config, configuration(new).as_bytes())
}

fn configuration(new: &New<'_>) -> String {
    format!(
        "# The hub's configuration; docs/administration.md lists every key.\n\
         hub = \"{}\"\nlisten = \"{}\"\nops_listen = \"{}\"\ndata = \".\"\ndatabase = \"{}\"\n\
         authority = \"{AUTHORITY}\"\nauthority_fingerprint = \"{}\"\n",
        new.hub,
        new.listen,
        new.ops_listen,
        new.database,
        new.authority.fingerprint()
    )
}

/// Reads the keys of a hub that is about to start.
pub fn keys(config: &Config) -> Result<HubKeys, InitError> {
    let damaged = |path: &Path| InitError::Damaged(path.display().to_string());
    let bytes = std::fs::read(&config.authority).map_err(|error| at(&config.authority, error))?;
    let authority = PublicCert::parse(&bytes).map_err(|_| damaged(&config.authority))?;
    if !authority.fingerprint().to_string().eq_ignore_ascii_case(&config.authority_fingerprint) {
        return Err(InitError::OtherAuthority(config.authority.display().to_string()));
    }
    let path = config.data.join(JOURNAL);
    let text = Zeroizing::new(std::fs::read_to_string(&path).map_err(|error| at(&path, error))?);
    let journal = JournalKey::from_text(&text).map_err(|_| damaged(&path))?;
    match *journal.public().hub() == config.hub {
        true => Ok(HubKeys { authority, journal }),
        false => Err(damaged(&path)),
    }
}

/// The hub's secret cert, for as long as something is being signed.
pub fn hub_cert(config: &Config) -> Result<SecretCert, InitError> {
    let path = config.data.join(CERT);
    let bytes = Zeroizing::new(std::fs::read(&path).map_err(|error| at(&path, error))?);
    SecretCert::from_bytes(&bytes).map_err(|_| InitError::Damaged(path.display().to_string()))
}

fn at(path: &Path, error: io::Error) -> InitError {
    InitError::File { file: path.display().to_string(), error }
}

/// Writes a new file that only the hub's user can read.
fn write(path: &Path, bytes: &[u8]) -> Result<(), InitError> {
    use std::os::unix::fs::OpenOptionsExt;
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| at(path, error))
}
