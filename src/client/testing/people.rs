//! A house with an authority, and people who enrol.

use std::path::PathBuf;

use super::TestHub;
use crate::client::ask::Unattended;
use crate::client::context::Context;
use crate::client::home::{Home, Keep};
use crate::client::remote::Remote;
use crate::client::verbs::authority::{self, Admit, HubKeys, NewSlip, Office, Vouch, publish, read_batch};
use crate::client::verbs::enrol::{Enrol, PaperSlip, REQUEST, enrol};
use crate::client::verbs::key::MAIL_DAYS;
use crate::clock::{Clock, SetClock, random};
use crate::protocol::cert::PublicCert;
use crate::protocol::id::MemberId;
use crate::protocol::refusal::Language;
use crate::protocol::seal::SealingKey;
use crate::protocol::words::{PartnerKind, Role, Standing};

pub struct TestHouse {
    pub hub: TestHub,
    pub clock: SetClock,
    folder: tempfile::TempDir,
    keys: HubKeys,
}

/// A person at work: a home that is open, and what was said.
pub struct Desk {
    pub home: Home,
    pub remote: Remote,
    pub clock: SetClock,
    pub out: Vec<u8>,
    pub ask: Unattended,
}

impl Desk {
    pub fn ctx(&mut self) -> Context<'_> {
        Context {
            home: &self.home,
            remote: &self.remote,
            clock: &self.clock,
            random: random(),
            language: Language::English,
            out: &mut self.out,
            ask: &mut self.ask,
            yes: true,
            again: None,
        }
    }

    pub fn said(&self) -> String {
        String::from_utf8(self.out.clone()).unwrap()
    }
}

impl TestHouse {
    /// The house itself and two partners, with their first directory.
    pub async fn start() -> Self {
        let clock = SetClock::at("2026-11-02T09:00:00Z".parse().unwrap());
        let hub = TestHub::start(clock.clone()).await;
        let folder = tempfile::tempdir().unwrap();
        let keys =
            HubKeys { hub: "localhost".parse().unwrap(), hub_cert: vec![], journal_key: String::new() };
        let mut house = Self { hub, clock, folder, keys };
        let name = "Huis".parse().unwrap();
        let keep = Keep::Identity(SealingKey::generate());
        house.office(|office| authority::init(office, &"localhost".parse().unwrap(), &name, &keep)).unwrap();
        house.keys = house.hub.init(house.authority_cert());
        house.admit("Huis", PartnerKind::House, Standing::Signed);
        house.admit("Politie", PartnerKind::Partner, Standing::Signed);
        house.admit("Vijf", PartnerKind::Partner, Standing::Named);
        house.publish_directory().await;
        house
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Does something as the authority, who agrees to everything.
    pub fn office<T>(&self, what: impl FnOnce(&mut Office<'_>) -> T) -> T {
        let folder = self.path("authority");
        what(&mut Office {
            folder: &folder,
            clock: &self.clock,
            random: random(),
            language: Language::English,
            out: &mut std::io::sink(),
            ask: &mut Unattended,
            yes: true,
        })
    }

    /// The authority's cert, as the administrator gets it.
    fn authority_cert(&self) -> PublicCert {
        PublicCert::parse(&std::fs::read(self.path("authority").join("authority.pgp")).unwrap()).unwrap()
    }

    pub fn admit(&self, name: &str, kind: PartnerKind, standing: Standing) {
        let admit = Admit { name: name.parse().unwrap(), kind, standing, partner: None };
        self.office(|office| authority::admit(office, &admit)).unwrap();
    }

    pub fn remote(&self) -> Remote {
        Remote::new(&self.hub.url, Language::English).unwrap()
    }

    pub async fn publish(&self) {
        publish(&self.path("authority"), &self.remote()).await.unwrap();
    }

    pub async fn publish_directory(&self) {
        self.office(|office| authority::directory(office, Some(self.keys.clone()), 30)).unwrap();
        self.publish().await;
    }

    pub async fn slip(&self, name: &str, partner: &str) -> PaperSlip {
        self.slip_for(name, partner, None).await
    }

    /// A slip for who has a membership already.
    pub async fn slip_again(&self, name: &str, partner: &str, member: MemberId) -> PaperSlip {
        self.slip_for(name, partner, Some(member)).await
    }

    async fn slip_for(&self, name: &str, partner: &str, member: Option<MemberId>) -> PaperSlip {
        let new = NewSlip {
            partner: partner.to_owned(),
            name: name.parse().unwrap(),
            mail: format!("{}@{}.example", name.to_lowercase(), partner.to_lowercase()).parse().unwrap(),
            member,
            until: self.clock.now().plus(14 * 24 * 3600),
        };
        let slip = self.office(|office| authority::slip(office, &new)).unwrap();
        self.publish().await;
        slip
    }

    pub fn how_to_enrol<'a>(&'a self, folder: &'a std::path::Path) -> Enrol<'a> {
        Enrol {
            folder,
            url: Some(self.hub.url.clone()),
            keep: Keep::Identity(SealingKey::generate()),
            days: MAIL_DAYS,
            language: Language::English,
            clock: &self.clock,
            random: random(),
        }
    }

    /// Vouches for the key request in someone's home.
    pub fn vouch(
        &self,
        name: &str,
        roles: &[Role],
    ) -> Result<authority::Vouched, crate::client::ClientError> {
        let request = read_batch(&self.path(name).join(REQUEST)).unwrap();
        let now = self.clock.now();
        let vouch = Vouch { roles: roles.to_vec(), from: now, until: now.plus(365 * 24 * 3600) };
        self.office(|office| authority::vouch(office, &request, &vouch))
    }

    /// Someone who has enrolled and is vouched for.
    pub async fn person(&self, name: &str, partner: &str, roles: &[Role]) -> Desk {
        let slip = self.slip(name, partner).await;
        let folder = self.path(name);
        enrol(self.how_to_enrol(&folder), &slip, &mut |_| Ok(())).await.unwrap();
        self.vouch(name, roles).unwrap();
        self.publish_directory().await;
        self.desk(name)
    }

    /// Someone's home, opened.
    pub fn desk(&self, name: &str) -> Desk {
        Desk {
            home: Home::open(&self.path(name)).unwrap(),
            remote: self.remote(),
            clock: self.clock.clone(),
            out: vec![],
            ask: Unattended,
        }
    }
}
