//! The authority's own folder, on a machine that need not be online.
//!
//! ```text
//! authority.toml   for which hub, and the fingerprint
//! authority.asc    the public cert, for people; authority.pgp the same for `zegel init`
//! secret.age       the secret cert and the slips' secrets; identity.txt beside it in the demo
//! register.json    all that it signed which still matters; no secrets
//! out/NNNN.json    what is to be published, in order; sent/ when it has been
//! ```

mod register;

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::is_of_authority;
use crate::client::ask::Questions;
use crate::client::batch::as_base64;
use crate::client::context::nl_en;
use crate::client::error::{ClientError, Result};
use crate::client::home::{HomeError, Keep, lock, make_private_folder, read_if_there, write_private};
use crate::client::sign::Draft;
use crate::clock::Clock;
use crate::protocol::cert::{Fingerprint, PublicCert, SecretCert};
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, HubName, PartnerId};
use crate::protocol::refusal::Language;
use crate::protocol::seal::{
    MOST_WORK, SealingKey, WORK_FACTOR, open_file, open_with_passphrase, seal_file, seal_with_passphrase,
};
use crate::protocol::words::{Seen, Signer};

pub use register::{MemberEntry, Register};

/// What `zegel init` writes for the authority: the hub's cert and its journal's key.
/// `{"hub":"…","hub_cert":"<base64>","journal_key":"…"}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubKeys {
    pub hub: HubName,
    #[serde(with = "as_base64")]
    pub hub_cert: Vec<u8>,
    pub journal_key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    hub: HubName,
    authority: Fingerprint,
}

/// What `secret.age` holds.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct Kept {
    cert: String,
    /// The slips' secrets, by statement, in hexadecimal.
    slips: Vec<KeptSlip>,
}

#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct KeptSlip {
    #[zeroize(skip)]
    slip: Digest,
    secret: String,
}

/// The authority, unlocked. Others are locked out of its folder.
pub struct Authority {
    folder: PathBuf,
    hub: HubName,
    cert: SecretCert,
    slips: Vec<KeptSlip>,
    keep: Keep,
    pub register: Register,
    _lock: std::fs::File,
}

impl Authority {
    pub fn create(folder: &Path, hub: &HubName, cert: SecretCert, keep: &Keep) -> Result<()> {
        make_private_folder(folder)?;
        let _lock = lock(folder)?;
        let path = folder.join("authority.toml");
        if path.exists() {
            return Err(HomeError::Taken(folder.to_owned()).into());
        }
        let public = cert.public();
        write_private(&folder.join("authority.asc"), public.armored().as_bytes())?;
        write_private(&folder.join("authority.pgp"), public.bytes())?;
        save_secret(folder, &cert, &[], keep)?;
        write_register(folder, &Register::default())?;
        let settings = Settings { hub: hub.clone(), authority: public.fingerprint() };
        let text = toml::to_string(&settings).map_err(|problem| ClientError::file(&path, problem))?;
        write_private(&path, text.as_bytes())
    }

    pub fn open(folder: &Path, language: Language, ask: &mut dyn Questions) -> Result<Self> {
        let settings = read_settings(folder)?;
        let lock = lock(folder)?;
        let (kept, keep) = open_secret(folder, language, ask)?;
        let damaged = || HomeError::Damaged(folder.join("secret.age"));
        let bytes = Zeroizing::new(BASE64_STANDARD.decode(&kept.cert).map_err(|_| damaged())?);
        let cert = SecretCert::from_bytes(&bytes).map_err(|_| damaged())?;
        if cert.public().fingerprint() != settings.authority {
            return Err(HomeError::Damaged(folder.join("authority.toml")).into());
        }
        let mut register = read_register(folder)?;
        catch_up(folder, &mut register)?;
        Ok(Self {
            folder: folder.to_owned(),
            hub: settings.hub,
            cert,
            slips: kept.slips.clone(),
            keep,
            register,
            _lock: lock,
        })
    }

    pub fn hub(&self) -> &HubName {
        &self.hub
    }

    pub fn cert(&self) -> &SecretCert {
        &self.cert
    }

    pub fn fingerprint(&self) -> Fingerprint {
        self.cert.public().fingerprint()
    }

    /// A draft of the authority, now.
    pub fn draft(&self, clock: &dyn Clock) -> Result<Draft> {
        let seen = self.register.seen()?;
        Ok(Draft::of(self.hub.clone(), seen.unwrap_or_else(Seen::nothing), Signer::Authority, clock.now()))
    }

    /// A slip's secret, to be kept with the next statement.
    pub fn add_slip(&mut self, slip: Digest, secret: [u8; 32]) {
        let secret = Zeroizing::new(secret);
        self.slips.push(KeptSlip { slip, secret: hex::encode(*secret) });
    }

    /// The secret of a slip that this authority made out.
    pub fn slip_secret(&self, slip: Digest) -> Option<Zeroizing<[u8; 32]>> {
        let kept = self.slips.iter().find(|kept| kept.slip == slip)?;
        crate::protocol::id::hex32(&kept.secret).map(Zeroizing::new)
    }

    /// Signs a draft and keeps it to be published, and notes what it says.
    pub fn keep(&mut self, draft: Draft) -> Result<()> {
        let statements = draft.statements().to_vec();
        if !statements.iter().all(|statement| is_of_authority(&statement.body)) {
            return Err(ClientError::input("statement"));
        }
        let batch = draft.sign(&self.cert)?;
        // First what can't be made again, last what can be read from the outbox.
        save_secret(&self.folder, &self.cert, &self.slips, &self.keep)?;
        let bytes = serde_json::to_vec_pretty(&batch).map_err(ClientError::input)?;
        let path = self.next_file(statements[0].body.kind())?;
        write_private(&path, &bytes)?;
        self.register.note_batch(number_of(&path).unwrap_or(self.register.noted), &batch)?;
        write_register(&self.folder, &self.register)
    }

    /// `out/0007-slip.json`: behind all that is there or was sent.
    fn next_file(&self, kind: &str) -> Result<PathBuf> {
        let out = self.folder.join("out");
        make_private_folder(&out)?;
        let numbers = |name: &str| -> Result<u64> {
            let files = batch_files(&self.folder.join(name))?;
            Ok(files.iter().filter_map(|path| number_of(path)).max().unwrap_or(0))
        };
        let next = numbers("out")?.max(numbers("sent")?) + 1;
        Ok(out.join(format!("{next:04}-{kind}.json")))
    }

    /// The hub's keys: given now, and then kept; or kept before.
    pub fn hub_keys(&mut self, given: Option<HubKeys>) -> Result<HubKeys> {
        if let Some(keys) = given {
            PublicCert::parse(&keys.hub_cert)?;
            let key: crate::protocol::journal::JournalPublicKey = keys.journal_key.parse()?;
            if keys.hub != self.hub || *key.hub() != self.hub {
                return Err(crate::protocol::refusal::Refusal::WrongHub.into());
            }
            self.register.hub = Some(keys);
        }
        self.register.hub.clone().ok_or_else(|| {
            ClientError::said(
                "no-hub-keys",
                "De sleutels van de hub zijn nog niet bekend. Geef het bestand op dat `zegel init` maakte (--hub-file).",
                "The hub's keys are not known yet. Name the file that `zegel init` wrote (--hub-file).",
            )
        })
    }

    /// The house as far as its names are needed.
    pub fn house(&self) -> Result<House> {
        let mut house = House::new(self.hub.clone(), std::sync::Arc::new(self.cert.public()));
        self.register.name(&mut house);
        Ok(house)
    }

    pub fn partner_named(&self, text: &str) -> Result<PartnerId> {
        crate::client::trust::partner_named(&self.house()?, text)
    }
}

/// The number of a batch file.
fn number_of(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.split('-').next()?.parse().ok()
}

/// Notes what was signed and written, but not noted before the program was stopped: else the next directory
/// could have a number that was given, or list who was revoked.
fn catch_up(folder: &Path, register: &mut Register) -> Result<()> {
    let mut files = batch_files(&folder.join("sent"))?;
    files.extend(batch_files(&folder.join("out"))?);
    let numbered = files.iter().filter_map(|path| Some((number_of(path)?, path)));
    let mut missed: Vec<_> = numbered.filter(|(number, _)| *number > register.noted).collect();
    missed.sort();
    for (number, path) in missed {
        register.note_batch(number, &super::read_batch(path)?)?;
    }
    Ok(())
}

fn read_settings(folder: &Path) -> Result<Settings> {
    let path = folder.join("authority.toml");
    let text = read_if_there(&path)?.ok_or_else(|| HomeError::Missing(folder.to_owned()))?;
    let text = String::from_utf8(text).map_err(|_| HomeError::Damaged(path.clone()))?;
    toml::from_str(&text).map_err(|_| HomeError::Damaged(path).into())
}

/// The hub that a folder's authority is for. Needs no key.
pub fn hub_of(folder: &Path) -> Result<HubName> {
    read_settings(folder).map(|settings| settings.hub)
}

/// The batch files of a folder, in order. Needs no key.
pub fn batch_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error| ClientError::file(folder, error);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries: std::io::Result<Vec<_>> = std::fs::read_dir(folder).map_err(failed)?.collect();
    let paths = entries.map_err(failed)?.into_iter().map(|entry| entry.path());
    let mut files: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    Ok(files)
}

pub fn read_register(folder: &Path) -> Result<Register> {
    let path = folder.join("register.json");
    let bytes = read_if_there(&path)?.ok_or_else(|| HomeError::Damaged(path.clone()))?;
    serde_json::from_slice(&bytes).map_err(|_| HomeError::Damaged(path).into())
}

pub fn write_register(folder: &Path, register: &Register) -> Result<()> {
    let bytes = serde_json::to_vec_pretty(register).map_err(ClientError::input)?;
    write_private(&folder.join("register.json"), &bytes)
}

fn save_secret(folder: &Path, cert: &SecretCert, slips: &[KeptSlip], keep: &Keep) -> Result<()> {
    let kept = Kept { cert: BASE64_STANDARD.encode(&*cert.to_bytes()?), slips: slips.to_vec() };
    // Room enough from the start: a vector that grew would leave secrets behind in memory.
    let mut text = Zeroizing::new(Vec::with_capacity(4096 + 256 * slips.len()));
    serde_json::to_writer(&mut *text, &kept).map_err(ClientError::input)?;
    let sealed = match keep {
        Keep::Passphrase(passphrase) => seal_with_passphrase(&text, passphrase, WORK_FACTOR)?,
        Keep::Identity(key) | Keep::Recovery(key) => {
            let line = Zeroizing::new(format!("{}\n", &*key.to_text()));
            write_private(&folder.join("identity.txt"), line.as_bytes())?;
            seal_file(&text, &[key.recipient()])?
        }
    };
    write_private(&folder.join("secret.age"), &sealed)
}

fn open_secret(folder: &Path, language: Language, ask: &mut dyn Questions) -> Result<(Kept, Keep)> {
    let path = folder.join("secret.age");
    let sealed = read_if_there(&path)?.ok_or_else(|| HomeError::Damaged(path.clone()))?;
    let identity = folder.join("identity.txt");
    let (text, keep) = match read_if_there(&identity)?.map(Zeroizing::new) {
        Some(line) => {
            let line = std::str::from_utf8(&line).unwrap_or_default().trim();
            let key = SealingKey::parse(line).map_err(|_| HomeError::Damaged(identity))?;
            (open_file(&sealed, &key), Keep::Identity(key))
        }
        None => {
            let prompt = nl_en(language, "Wachtzin van de autoriteit: ", "The authority's passphrase: ");
            let passphrase = ask.secret(prompt).map_err(|_| HomeError::WrongSecret)?;
            (open_with_passphrase(&sealed, &passphrase, MOST_WORK), Keep::Passphrase(passphrase))
        }
    };
    let text = text.map_err(|_| HomeError::WrongSecret)?;
    let kept = serde_json::from_slice(&text).map_err(|_| HomeError::Damaged(path))?;
    Ok((kept, keep))
}
