//! A member's folder (`ZEGEL_HOME`): settings, keys, what was trusted last, the session.
//!
//! ```text
//! home.toml      whose it is, and which hub
//! secrets.age    the key bundle, under a passphrase, the recovery code or identity.txt
//! identity.txt   only where it opens without a question (the demo, services)
//! trust.json     the last checkpoint and directory that were verified, and all that was shown
//! enrol.json     keys on their way to the hub, until it answered; rotate.json the same for new ones
//! unused-1/      keys that the hub refused, as they were; then unused-2/
//! drafts/        letters that are not sent yet, each sealed to this member
//! outgoing/      files that are not on record yet, each sealed, with its record
//! done.age       what was done of late, so that the same command does it once; sealed to this member
//! read.json      which letters were read here
//! session        the token of the session, if there is one
//! lock           held by the process that works with this home
//! ```

mod address;
mod files;
mod remembered;

use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::protocol::cert::Fingerprint;
use crate::protocol::id::{HubName, MemberId, Moment};
use crate::protocol::recovery::RecoveryCode;
use crate::protocol::refusal::Language;
use crate::protocol::seal::{
    MOST_WORK, SealingKey, WORK_FACTOR, open_file, open_with_passphrase, seal_file, seal_with_passphrase,
};

use super::as_text;
use super::ask::Questions;
use super::error::{ClientError, Result};
use super::pending::remove;
use super::secret::KeyBundle;

pub use address::{check_address, default_address};
pub use files::{clear_half_written, copy_aside, lock, make_private_folder, read_if_there, write_private};
pub use remembered::{Pins, Remembered, Shown, ShownCase};

/// What is wrong with a home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HomeError {
    /// There is none in this folder.
    Missing(PathBuf),
    /// There is one already.
    Taken(PathBuf),
    /// Another program uses it now.
    Locked(PathBuf),
    /// A file of it is damaged.
    Damaged(PathBuf),
    /// The address is not one at which the hub can be.
    Address { url: String, hub: HubName },
    /// The passphrase or code does not open the keys.
    WrongSecret,
}

impl HomeError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "no-home",
            Self::Taken(_) => "home-taken",
            Self::Locked(_) => "home-locked",
            Self::Damaged(_) => "home-damaged",
            Self::Address { .. } => "wrong-address",
            Self::WrongSecret => "wrong-secret",
        }
    }

    /// In Dutch and in English.
    pub fn sentences(&self) -> (String, String) {
        match self {
            Self::Missing(path) => (
                format!(
                    "In {} staan uw sleutels niet. Meld u eerst aan met uw strookje (zegel enrol), of wijs de goede map aan met --home.",
                    path.display()
                ),
                format!(
                    "Your keys are not in {}. Enrol with your slip first (zegel enrol), or name the right folder with --home.",
                    path.display()
                ),
            ),
            Self::Taken(path) => (
                format!(
                    "In {} staan al sleutels. Er is niets overschreven; kies een andere map met --home.",
                    path.display()
                ),
                format!(
                    "There are keys in {} already. Nothing was overwritten; choose another folder with --home.",
                    path.display()
                ),
            ),
            Self::Locked(path) => (
                format!(
                    "Een ander programma gebruikt {} nu. Wacht tot het klaar is en probeer het opnieuw.",
                    path.display()
                ),
                format!("Another program uses {} now. Wait until it is done and try again.", path.display()),
            ),
            Self::Damaged(path) => (
                format!(
                    "Het bestand {} is beschadigd. Zet het terug uit een reservekopie, of herstel uw sleutels met de herstelcode.",
                    path.display()
                ),
                format!(
                    "The file {} is damaged. Put it back from a backup, or restore your keys with the recovery code.",
                    path.display()
                ),
            ),
            Self::Address { url, hub } => (
                format!(
                    "Op {url} kan de hub {hub} niet staan: het adres moet https://{hub} zijn (of http://localhost, op dit apparaat zelf). Controleer uw strookje."
                ),
                format!(
                    "The hub {hub} can't be at {url}: its address must be https://{hub} (or http://localhost, on this very machine). Check your slip."
                ),
            ),
            Self::WrongSecret => (
                "Hiermee gaan uw sleutels niet open. Controleer wat u typte en probeer het opnieuw.".into(),
                "This does not open your keys. Check what you typed and try again.".into(),
            ),
        }
    }
}

/// `home.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub hub: HubName,
    #[serde(with = "as_text")]
    pub url: Url,
    /// Pinned at enrolment, from the slip.
    pub authority: Fingerprint,
    pub member: MemberId,
    #[serde(with = "language_word")]
    pub language: Language,
}

/// `session`.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct KeptSession {
    pub token: String,
    #[zeroize(skip)]
    pub until: Moment,
}

/// How the keys lie in the home.
pub enum Keep {
    Passphrase(Zeroizing<String>),
    /// An age identity in a file beside them: opens without a question. For the demo and for services.
    Identity(SealingKey),
    /// The recovery code's identity.
    Recovery(SealingKey),
}

/// A home that this process holds; others are locked out while it does.
pub struct Home {
    folder: PathBuf,
    settings: Settings,
    _lock: File,
}

impl Home {
    /// Opens a home, and locks others out.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("home.toml");
        let missing = || HomeError::Missing(folder.to_owned());
        let text = read_if_there(&path)?.ok_or_else(missing)?;
        let lock = files::lock(folder)?;
        for part in ["", "drafts", "outgoing"] {
            clear_half_written(&folder.join(part));
        }
        let text = String::from_utf8(text).map_err(|_| HomeError::Damaged(path.clone()))?;
        let settings: Settings = toml::from_str(&text).map_err(|_| HomeError::Damaged(path))?;
        check_address(&settings.url, &settings.hub)?;
        Ok(Self { folder: folder.to_owned(), settings, _lock: lock })
    }

    /// Begins a home, and locks others out. Refuses a folder that has one. It is none before it is
    /// [settled](Self::settle).
    pub fn create(folder: &Path, settings: Settings) -> Result<Self> {
        check_address(&settings.url, &settings.hub)?;
        make_private_folder(folder)?;
        let lock = files::lock(folder)?;
        if folder.join("home.toml").exists() {
            return Err(HomeError::Taken(folder.to_owned()).into());
        }
        Ok(Self { folder: folder.to_owned(), settings, _lock: lock })
    }

    /// Makes a home of what was begun. This comes last, so that who is killed before it can begin anew, and no home is
    /// ever there without its keys.
    pub fn settle(&self) -> Result<()> {
        let path = self.folder.join("home.toml");
        let text = toml::to_string(&self.settings).map_err(|problem| ClientError::file(&path, problem))?;
        write_private(&path, text.as_bytes())
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A folder of this home for files that are being made (`outgoing`, `opened`); made if needed, for
    /// nobody else to read.
    pub fn subfolder(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        make_private_folder(&path)?;
        Ok(path)
    }

    /// Keeps the member's keys, instead of any that were kept before.
    pub fn save_bundle(&self, bundle: &KeyBundle, keep: &Keep) -> Result<()> {
        let text = bundle.to_bytes()?;
        let sealed = match keep {
            Keep::Passphrase(passphrase) => seal_with_passphrase(&text, passphrase, WORK_FACTOR)?,
            Keep::Identity(key) => {
                let line = Zeroizing::new(format!("{}\n", &*key.to_text()));
                write_private(&self.folder.join("identity.txt"), line.as_bytes())?;
                seal_file(&text, &[key.recipient()])?
            }
            Keep::Recovery(key) => seal_file(&text, &[key.recipient()])?,
        };
        write_private(&self.folder.join("secrets.age"), &sealed)?;
        match keep {
            Keep::Identity(_) => Ok(()),
            // Of a home that was begun here before, and opens nothing of this one.
            _ => remove(&self.folder.join("identity.txt")),
        }
    }

    /// The member's keys. Asks for the passphrase, or the recovery code, if need be.
    pub fn unlock(&self, ask: &mut dyn Questions) -> Result<KeyBundle> {
        self.unlock_as_kept(ask).map(|(bundle, _)| bundle)
    }

    /// The member's keys, and how to keep them as they were kept.
    pub fn unlock_as_kept(&self, ask: &mut dyn Questions) -> Result<(KeyBundle, Keep)> {
        let path = self.folder.join("secrets.age");
        let sealed = read_if_there(&path)?.ok_or_else(|| HomeError::Damaged(path.clone()))?;
        let keep = self.find_keep(&sealed, ask)?;
        let text = match &keep {
            Keep::Passphrase(passphrase) => open_with_passphrase(&sealed, passphrase, MOST_WORK),
            Keep::Identity(key) | Keep::Recovery(key) => open_file(&sealed, key),
        };
        let text = text.map_err(|_| HomeError::WrongSecret)?;
        let bundle = KeyBundle::from_bytes(&text).map_err(|_| HomeError::Damaged(path))?;
        let ours = (&bundle.hub, bundle.authority, bundle.member)
            == (&self.settings.hub, self.settings.authority, self.settings.member);
        match ours {
            true => Ok((bundle, keep)),
            false => Err(HomeError::Damaged(self.folder.join("home.toml")).into()),
        }
    }

    fn find_keep(&self, sealed: &[u8], ask: &mut dyn Questions) -> Result<Keep> {
        let path = self.folder.join("identity.txt");
        if let Some(text) = read_if_there(&path)?.map(Zeroizing::new) {
            let text = std::str::from_utf8(&text).unwrap_or_default().trim();
            let key = SealingKey::parse(text).map_err(|_| HomeError::Damaged(path))?;
            return Ok(Keep::Identity(key));
        }
        let wrong = |_| HomeError::WrongSecret;
        if sealed.starts_with(b"age-encryption.org/v1\n-> scrypt ") {
            let prompt = nl_en_prompt(self.settings.language, "Wachtzin: ", "Passphrase: ");
            return Ok(Keep::Passphrase(ask.secret(prompt).map_err(wrong)?));
        }
        let prompt = nl_en_prompt(self.settings.language, "Herstelcode: ", "Recovery code: ");
        let code = ask.secret(prompt).map_err(wrong)?;
        let code = RecoveryCode::parse(&code).map_err(ClientError::input)?;
        Ok(Keep::Recovery(code.identity()))
    }

    /// Whether anything was ever verified from a folder: then the hub knows the keys in it.
    pub fn was_used(folder: &Path) -> bool {
        folder.join("trust.json").exists()
    }

    /// What was verified last, if anything was.
    pub fn remembered(&self) -> Result<Option<Remembered>> {
        let path = self.folder.join("trust.json");
        let Some(bytes) = read_if_there(&path)? else { return Ok(None) };
        // To begin anew here would forget what the hub must be held to.
        serde_json::from_slice(&bytes).map(Some).map_err(|_| HomeError::Damaged(path).into())
    }

    pub fn remember(&self, remembered: &Remembered) -> Result<()> {
        let path = self.folder.join("trust.json");
        let bytes =
            serde_json::to_vec_pretty(remembered).map_err(|problem| ClientError::file(&path, problem))?;
        write_private(&path, &bytes)
    }

    /// The session that is open, if it has not ended.
    pub fn session(&self, now: Moment) -> Result<Option<KeptSession>> {
        let Some(bytes) = read_if_there(&self.folder.join("session"))?.map(Zeroizing::new) else {
            return Ok(None);
        };
        let session: Option<KeptSession> = serde_json::from_slice(&bytes).ok();
        Ok(session.filter(|session| now < session.until))
    }

    pub fn save_session(&self, session: &KeptSession) -> Result<()> {
        let path = self.folder.join("session");
        let bytes = serde_json::to_vec(session).map_err(|problem| ClientError::file(&path, problem))?;
        write_private(&path, &Zeroizing::new(bytes))
    }
}

fn nl_en_prompt(language: Language, nl: &'static str, en: &'static str) -> &'static str {
    super::context::nl_en(language, nl, en)
}

/// `nl` or `en`.
pub mod language_word {
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

#[cfg(test)]
mod tests;
