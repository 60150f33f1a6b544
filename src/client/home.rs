//! A member's folder (`ZEGEL_HOME`): settings, keys, what was trusted last, the session.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use url::Url;

use crate::protocol::cert::Fingerprint;
use crate::protocol::id::{HubName, MemberId};
use crate::protocol::refusal::Language;
use crate::protocol::seal::SealingKey;

use super::ask::Questions;
use super::error::Result;
use super::secret::KeyBundle;

/// What is wrong with a home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HomeError {
    /// There is none in this folder.
    Missing(PathBuf),
    /// There is one already.
    Taken(PathBuf),
    /// Another program uses it now.
    Locked(PathBuf),
    /// A file of it can't be read or written.
    File { path: PathBuf, problem: String },
    /// The address is not one at which the hub can be.
    Address { url: String, hub: HubName },
    /// The passphrase or code does not open the keys.
    WrongSecret,
}

impl HomeError {
    pub fn code(&self) -> &'static str {
        todo!()
    }

    /// In Dutch and in English.
    pub fn sentences(&self) -> (String, String) {
        todo!()
    }
}

/// `home.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub hub: HubName,
    #[serde(with = "url_text")]
    pub url: Url,
    /// Pinned at enrolment, from the slip.
    pub authority: Fingerprint,
    pub member: MemberId,
    #[serde(with = "language_word")]
    pub language: Language,
}

/// How the keys lie in the home.
pub enum Keep<'a> {
    Passphrase(&'a str),
    /// An age identity in a file beside them: opens without a question. For the demo and for services.
    Identity(&'a SealingKey),
}

/// A home that this process holds; others are locked out while it does.
pub struct Home {
    folder: PathBuf,
    settings: Settings,
}

impl Home {
    /// Opens a home, and locks others out.
    pub fn open(folder: &Path) -> Result<Self> {
        let _ = folder;
        todo!()
    }

    /// Makes a home. Refuses a folder that has one.
    pub fn create(folder: &Path, settings: Settings) -> Result<Self> {
        let _ = (folder, settings);
        todo!()
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The member's keys. Asks for the passphrase, or the recovery code, if need be.
    pub fn unlock(&self, ask: &mut dyn Questions) -> Result<KeyBundle> {
        let _ = ask;
        todo!()
    }

    /// A folder of this home for files that are being made (`outgoing`, `opened`); made if needed, for
    /// nobody else to read.
    pub fn subfolder(&self, name: &str) -> Result<PathBuf> {
        let _ = name;
        todo!()
    }
}

/// Writes a file as a whole or not at all, readable by its owner only: beside it, to disk, then in place.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let _ = (path, bytes);
    todo!()
}

mod url_text {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Url;

    pub fn serialize<S: Serializer>(url: &Url, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(url.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
        Url::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

mod language_word {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Language;

    pub fn serialize<S: Serializer>(language: &Language, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match language {
            Language::Dutch => "nl",
            Language::English => "en",
        })
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Language, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "nl" => Ok(Language::Dutch),
            "en" => Ok(Language::English),
            _ => Err(serde::de::Error::custom("language: nl or en")),
        }
    }
}
