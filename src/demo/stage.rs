//! Setting up the house: a hub that runs, an authority, partners, people with keys, vaults.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;
use zeroize::Zeroizing;

use super::cast::{Cast, Person};
use crate::client::ask::Unattended;
use crate::client::context::Context;
use crate::client::error::ClientError;
use crate::client::home::{Home, Keep};
use crate::client::remote::Remote;
use crate::client::verbs::authority::{self, Admit, HubKeys, NewSlip, Office, Vouch};
use crate::client::verbs::enrol::{Enrol, REQUEST, enrol};
use crate::client::verbs::key::MAIL_DAYS;
use crate::client::verbs::vault::{self, Whose};
use crate::clock::{Clock, SetClock, random};
use crate::hub::config::Config;
use crate::hub::init::{self, New};
use crate::hub::serve::{Hub, RunningHub};
use crate::protocol::cert::PublicCert;
use crate::protocol::id::{MemberId, Moment};
use crate::protocol::recovery::RecoveryCode;
use crate::protocol::refusal::Language;
use crate::protocol::seal::SealingKey;
use crate::protocol::words::{PartnerKind, Standing};

const DAY: i64 = 24 * 3600;

/// What can go wrong behind the stage.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error("{0}")]
    Client(#[from] ClientError),
    #[error("{0}")]
    Init(#[from] init::InitError),
    #[error("{0}")]
    Start(#[from] crate::hub::serve::StartError),
    #[error("{0}")]
    File(#[from] io::Error),
    #[error("{0}")]
    Other(String),
}

fn other(error: impl std::fmt::Display) -> StageError {
    StageError::Other(error.to_string())
}

/// Where it is played, and when it begins.
pub struct Setting<'a> {
    /// An empty folder for all of it: `hub/`, `authority/`, `people/NAME/`.
    pub folder: &'a Path,
    pub begins: Moment,
    /// As in the hub's configuration, such as `sqlite:zegel.db`.
    pub database: &'a str,
    /// Who gets keys, by key; all of the cast when empty.
    pub people: &'a [&'a str],
    pub port: u16,
    /// For how many days letters can be sealed to somebody's keys, where that is not the usual time.
    pub keys_end: &'a [(&'a str, u32)],
    /// More lines for the end of the hub's configuration.
    pub settings: &'a str,
}

/// A house that runs, with its people.
pub struct Stage {
    pub folder: PathBuf,
    pub clock: SetClock,
    pub hub: RunningHub,
    pub cast: Cast,
    members: BTreeMap<String, MemberId>,
    codes: BTreeMap<String, Zeroizing<String>>,
}

impl Stage {
    /// Makes the hub and the authority, admits the partners, enrols the people, and makes their vaults.
    pub async fn set(setting: &Setting<'_>) -> Result<Self, StageError> {
        let cast = Cast::example().map_err(other)?;
        let clock = SetClock::at(setting.begins);
        let hub = start_hub(setting, &cast, &clock).await?;
        let mut stage = Self {
            folder: setting.folder.to_owned(),
            clock,
            hub,
            cast,
            members: BTreeMap::new(),
            codes: BTreeMap::new(),
        };
        stage.admit_partners()?;
        stage.list()?;
        stage.publish().await?;
        stage.enrol_people(setting).await?;
        stage.make_vaults().await?;
        Ok(stage)
    }

    /// The hub's address.
    pub fn url(&self) -> Result<Url, StageError> {
        Url::parse(&format!("http://localhost:{}/", self.hub.address.port())).map_err(other)
    }

    /// A person's membership.
    pub fn member(&self, person: &str) -> Result<MemberId, StageError> {
        self.members.get(person).copied().ok_or_else(|| other(format!("{person} has no keys")))
    }

    /// Everyone who has keys.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// A person's recovery code, which in the example house is no secret.
    pub fn recovery_code(&self, person: &str) -> Option<&str> {
        self.codes.get(person).map(|code| code.as_str())
    }

    /// A person's folder.
    pub fn home(&self, person: &str) -> PathBuf {
        self.folder.join("people").join(person)
    }

    fn with_office<T>(
        &self,
        deed: impl FnOnce(&mut Office<'_>) -> Result<T, ClientError>,
    ) -> Result<T, StageError> {
        Ok(deed(&mut Office {
            folder: &self.folder.join("authority"),
            clock: &self.clock,
            random: random(),
            language: Language::Dutch,
            out: &mut io::sink(),
            ask: &mut Unattended,
            yes: true,
        })?)
    }

    fn admit_partners(&self) -> Result<(), StageError> {
        for partner in &self.cast.partners {
            let admit = Admit {
                name: partner.name.clone(),
                kind: if partner.house { PartnerKind::House } else { PartnerKind::Partner },
                standing: if partner.signed { Standing::Signed } else { Standing::Named },
                partner: None,
            };
            self.with_office(|office| authority::admit(office, &admit))?;
        }
        Ok(())
    }

    /// Signs the next directory.
    pub fn list(&self) -> Result<(), StageError> {
        let keys = std::fs::read(self.folder.join("hub/hub.json"))?;
        let keys: HubKeys = serde_json::from_slice(&keys).map_err(other)?;
        self.with_office(|office| authority::directory(office, Some(keys), 30))?;
        Ok(())
    }

    /// Carries what the authority signed to the hub.
    pub async fn publish(&self) -> Result<(), StageError> {
        let remote = Remote::new(&self.url()?, Language::Dutch)?;
        authority::publish(&self.folder.join("authority"), &remote).await?;
        Ok(())
    }

    async fn enrol_people(&mut self, setting: &Setting<'_>) -> Result<(), StageError> {
        let Setting { people, keys_end, .. } = setting;
        let wanted = |person: &&Person| people.is_empty() || people.contains(&person.key.as_str());
        let people: Vec<Person> = self.cast.people.iter().filter(wanted).cloned().collect();
        let mut slips = Vec::new();
        for person in &people {
            let Some(partner) = self.cast.partners.iter().find(|p| Some(&p.key) == person.partner.as_ref())
            else {
                continue;
            };
            let slip = NewSlip {
                partner: partner.name.to_string(),
                name: person.name.clone(),
                mail: person.mail.clone(),
                member: None,
                until: self.clock.now().plus(14 * DAY),
            };
            slips.push((person, self.with_office(|office| authority::slip(office, &slip))?));
        }
        self.publish().await?;
        for (person, slip) in &slips {
            let folder = self.home(&person.key);
            let days =
                keys_end.iter().find(|(key, _)| *key == person.key).map_or(MAIL_DAYS, |(_, days)| *days);
            let how = Enrol {
                folder: &folder,
                url: Some(self.url()?),
                keep: Keep::Identity(SealingKey::generate()),
                days,
                language: Language::Dutch,
                clock: &self.clock,
                random: random(),
            };
            let mut code = None;
            let mut note = |shown: &RecoveryCode| {
                code = Some(shown.to_text());
                Ok(())
            };
            let enrolled = enrol(how, slip, &mut note).await?;
            self.codes.extend(code.map(|code| (person.key.clone(), code)));
            self.members.insert(person.key.clone(), enrolled.member);
            self.vouch_for(person)?;
        }
        self.list()?;
        self.publish().await
    }

    fn vouch_for(&self, person: &Person) -> Result<(), StageError> {
        let request = authority::read_batch(&self.home(&person.key).join(REQUEST))?;
        let now = self.clock.now();
        let vouch = Vouch { roles: person.roles(), from: now, until: now.plus(365 * DAY) };
        self.with_office(|office| authority::vouch(office, &request, &vouch))?;
        Ok(())
    }

    /// Each partner's people hold its vault; of the house, its procesregisseurs do.
    async fn make_vaults(&self) -> Result<(), StageError> {
        for partner in self.cast.partners.iter().filter(|partner| partner.signed) {
            let holds = |person: &&Person| {
                person.partner.as_ref() == Some(&partner.key)
                    && self.members.contains_key(&person.key)
                    && (!partner.house || person.roles.iter().any(|role| role == "procesregisseur"))
            };
            let holders: Vec<&Person> = self.cast.people.iter().filter(holds).collect();
            let Some(first) = holders.first() else { continue };
            let names: Vec<String> =
                holders.iter().filter_map(|p| self.members.get(&p.key)).map(ToString::to_string).collect();
            let (home, remote) = self.desk(&first.key)?;
            let mut ask = Unattended;
            let mut out = io::sink();
            let mut context = self.context(&home, &remote, &mut out, &mut ask);
            vault::add(&mut context, Whose { case: None }, &names).await?;
        }
        Ok(())
    }

    /// A person's home, opened, and the way to the hub.
    pub fn desk(&self, person: &str) -> Result<(Home, Remote), StageError> {
        let home = Home::open(&self.home(person))?;
        let remote = Remote::new(&self.url()?, Language::Dutch)?;
        Ok((home, remote))
    }

    /// What a verb is handed at that desk; everything is agreed to beforehand.
    pub fn context<'a>(
        &'a self,
        home: &'a Home,
        remote: &'a Remote,
        out: &'a mut dyn io::Write,
        ask: &'a mut Unattended,
    ) -> Context<'a> {
        let clock: &dyn Clock = &self.clock;
        Context {
            home,
            remote,
            clock,
            random: random(),
            language: Language::Dutch,
            out,
            ask,
            yes: true,
            again: None,
        }
    }
}

async fn start_hub(setting: &Setting<'_>, cast: &Cast, clock: &SetClock) -> Result<RunningHub, StageError> {
    let office = setting.folder.join("authority");
    let mut office = Office {
        folder: &office,
        clock,
        random: random(),
        language: Language::Dutch,
        out: &mut io::sink(),
        ask: &mut Unattended,
        yes: true,
    };
    let keep = Keep::Identity(SealingKey::generate());
    authority::adopt(&mut office, &cast.hub, Cast::authority().map_err(other)?, &keep)?;
    let armored = std::fs::read(office.folder.join("authority.asc"))?;
    let new = New {
        hub: cast.hub.clone(),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, setting.port)),
        ops_listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        database: setting.database.to_owned(),
        authority: &PublicCert::from_armor(&armored).map_err(other)?,
    };
    let folder = setting.folder.join("hub");
    std::fs::create_dir_all(&folder)?;
    init::init(&folder, &new, clock.now(), random())?;
    let file = folder.join("zegel.toml");
    let configuration = std::fs::read_to_string(&file)? + setting.settings;
    std::fs::write(&file, configuration)?;
    let config = Config::load(&file, std::iter::empty()).map_err(other)?;
    Ok(Hub::start(config, Arc::new(clock.clone()), random()).await?)
}
