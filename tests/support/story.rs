//! A house in memory, with the people of our stories: they sign, and [`History`] judges. No hub, no I/O but the
//! fixed keys, which are for tests only.
//!
//! ```ignore
//! let mut story = Story::with_case();          // refers, screens, goes to the table; Joris and Mila direct
//! let report = story.contributes("Femke", "report");
//! let roster = story.invites(&["Noor", "Daan"]);
//! let approval = story.approves("Femke", report, roster, "Noor");
//! story.consults(roster);
//! let release = story.releases(roster, "Noor", &[(report, approval)], &[]);
//! assert_eq!(story.may_open(release, report, "Noor"), Ok(()));
//! ```
//!
//! `says` panics with the refusal, `tries` returns it. What is sealed is only named here: a payload's digest is that
//! of its name. Each statement takes a minute.

#![allow(dead_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use zegel::protocol::case::Audience;
use zegel::protocol::cert::sign_statement;
use zegel::protocol::directory::{House, key_proof};
use zegel::protocol::history::{Entry, History, View};
use zegel::protocol::id::{
    CROCKFORD, CaseNumber, Digest, HubName, Mac, MemberId, Moment, PartnerId, VaultId,
};
use zegel::protocol::refusal::Refusal;
use zegel::protocol::seal::SealingKey;
use zegel::protocol::statement::*;
use zegel::protocol::words::*;

#[path = "story/bodies.rs"]
mod bodies;
#[path = "story/keys.rs"]
pub mod keys;
#[path = "story/mail.rs"]
mod letters;

pub use keys::keys;
use keys::{certs, mail};

pub const HUB: &str = "zvh-ml.example";
pub const KEYS_MADE: &str = "2026-01-05T09:00:00Z";
pub const BEGIN: &str = "2026-11-02T08:00:00Z";
pub const DAY: i64 = 24 * 3600;

/// Partner, and how it stands.
pub const PARTNERS: &[(&str, PartnerKind, Standing)] = &[
    ("Zorg- en Veiligheidshuis", PartnerKind::House, Standing::Signed),
    ("Gemeente", PartnerKind::Partner, Standing::Signed),
    ("Politie", PartnerKind::Partner, Standing::Signed),
    ("GGZ", PartnerKind::Partner, Standing::Signed),
    ("Reclassering", PartnerKind::Partner, Standing::Signed),
    ("Raad voor de Kinderbescherming", PartnerKind::Partner, Standing::Signed),
    ("Vijf", PartnerKind::Partner, Standing::Named),
];

/// First name, user id's name, partner, roles.
pub const PEOPLE: &[(&str, &str, &str, &[Role])] = &[
    ("Joris", "Joris Maas", "Zorg- en Veiligheidshuis", &[Role::Procesregisseur]),
    ("Mila", "Mila Kaya", "Zorg- en Veiligheidshuis", &[Role::Procesregisseur]),
    ("Tess", "Tess Bos", "Zorg- en Veiligheidshuis", &[Role::Support]),
    ("Ellen", "Ellen Vos", "Gemeente", &[Role::Manager]),
    ("Sanne", "Sanne Jansen", "Gemeente", &[]),
    ("Hugo", "Hugo Peeters", "Gemeente", &[]),
    ("Femke", "Femke de Vries", "Politie", &[]),
    ("Pieter", "Pieter Smit", "Politie", &[]),
    ("Amrani", "Yusra Amrani", "GGZ", &[]),
    ("Iris", "Iris Brouwer", "GGZ", &[]),
    ("Bram", "Bram Hendriks", "Reclassering", &[]),
    ("Noor", "Noor Şahin", "Raad voor de Kinderbescherming", &[]),
    ("Daan", "Daan Visser", "Raad voor de Kinderbescherming", &[]),
    ("Max", "Max Vijf", "Vijf", &[]),
    ("Lotte", "Lotte Meijer", "Politie", &[]),
];

/// Who has no keys yet when the story begins.
pub const NEWCOMER: &str = "Lotte";

pub fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

/// The digest that stands for something of this name.
pub fn named(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

fn id<T: std::str::FromStr>(prefix: &str, name: &str) -> T {
    let bytes = named(&format!("{prefix} {name}")).0;
    let text: String = bytes[..16].iter().map(|byte| CROCKFORD[usize::from(byte & 31)] as char).collect();
    format!("{prefix}_{text}").parse().ok().unwrap()
}

pub fn member(name: &str) -> MemberId {
    id("mem", name)
}

pub fn partner(name: &str) -> PartnerId {
    id("par", name)
}

pub fn works_for(name: &str) -> &'static str {
    PEOPLE.iter().find(|(first, ..)| *first == name).map(|(_, _, partner, _)| *partner).unwrap()
}

pub fn payload(name: &str) -> Payload {
    let commitment = Mac(named(&format!("key of {name}")).0);
    Payload { digest: named(name), length: 1056 + name.len() as u64, commitment }
}

pub fn grant(name: &str, vault: VaultGeneration) -> VaultGrant {
    VaultGrant { vault, header: named(&format!("header of {name} for {vault}")) }
}

/// A statement as signed, at its place.
#[derive(Clone)]
pub struct Told {
    pub id: Digest,
    pub statement: Statement,
    pub text: String,
    pub signature: Vec<u8>,
    pub leaf: u64,
    pub at: Moment,
    pub certs: BTreeMap<Digest, Vec<u8>>,
}

impl Told {
    pub fn entry(&self) -> Entry<'_> {
        Entry {
            id: self.id,
            statement: &self.statement,
            text: self.text.as_bytes(),
            signature: &self.signature,
            leaf: self.leaf,
            at: self.at,
            certs: &self.certs,
        }
    }
}

#[derive(Clone)]
pub struct Story {
    pub now: Moment,
    pub history: History,
    /// What was recorded, in order.
    pub told: Vec<Told>,
    pub shown: BTreeSet<(Digest, Audience)>,
    /// The key that each signs with, where it is not the first.
    pub key_of: BTreeMap<String, String>,
    pub case: Option<CaseNumber>,
    statements: BTreeMap<String, Digest>,
}

impl Story {
    /// Nothing has happened; the authority is pinned.
    pub fn empty() -> Self {
        let authority = Arc::new(keys("authority").cert.public());
        Self {
            now: moment(BEGIN),
            history: History::new(House::new(hub(), authority)),
            told: Vec::new(),
            shown: BTreeSet::new(),
            key_of: BTreeMap::new(),
            case: None,
            statements: BTreeMap::new(),
        }
    }

    /// All partners admitted, all people (but the newcomer) vouched for, every partner with a vault of all its people.
    pub fn with_house() -> Self {
        let mut story = Self::empty();
        for (name, kind, standing) in PARTNERS {
            story.admits(name, *kind, *standing);
        }
        for (name, ..) in PEOPLE.iter().filter(|(name, ..)| *name != NEWCOMER) {
            story.enrols(name);
        }
        story.publishes();
        for (name, _, standing) in PARTNERS {
            let people =
                PEOPLE.iter().filter(|(_, _, partner, roles)| partner == name && *roles != [Role::Support]);
            let people: Vec<&str> =
                people.map(|(first, ..)| *first).filter(|first| *first != NEWCOMER).collect();
            if *standing == Standing::Signed {
                let vault = story.vault_of(name, &people);
                story.says(people[0], vault);
            }
        }
        story
    }

    /// A house with a case that Sanne refers and Joris and Mila direct. Police, mental health care and child
    /// protection were questioned in triage, each with a roster of its own; now it is time for the table.
    pub fn with_case() -> Self {
        let mut story = Self::with_house();
        story.comes_to_the_table();
        story
    }

    pub fn comes_to_the_table(&mut self) {
        self.refers("Sanne");
        self.goes_to(Phase::Screening);
        self.goes_to(Phase::Triage);
        for people in [["Femke", "Pieter"], ["Amrani", "Iris"], ["Noor", "Daan"]] {
            let question = self.roster_of(works_for(people[0]), &people);
            let question = self.says("Joris", question);
            self.remember(&format!("roster of {}", people[0]), question);
        }
        self.goes_to(Phase::Rto);
    }

    pub fn passes(&mut self, seconds: i64) {
        self.now = self.now.plus(seconds);
    }

    /// Keeps a statement under a name, for [`Story::recall`].
    pub fn remember(&mut self, name: &str, id: Digest) -> Digest {
        self.statements.insert(name.to_owned(), id);
        id
    }

    #[track_caller]
    pub fn recall(&self, name: &str) -> Digest {
        self.statements[name]
    }

    // Signing.

    /// A statement by someone, or by `authority` or `hub`, as it would be signed now.
    pub fn statement(&self, who: &str, body: impl Into<Body>) -> Statement {
        let by = match who {
            "authority" => Signer::Authority,
            "hub" => Signer::Hub,
            name => Signer::Member(member(name)),
        };
        Statement { hub: hub(), journal: Seen::nothing(), body: body.into(), by, signed_at: self.now }
    }

    pub fn signs(&self, who: &str, body: impl Into<Body>) -> Told {
        let key = self.key_of.get(who).map_or(who, String::as_str);
        self.tells(self.statement(who, body), key)
    }

    /// Any statement, signed with any key, to be recorded now.
    pub fn tells(&self, statement: Statement, key: &str) -> Told {
        let text = statement.to_text();
        let kind = statement.body.kind();
        let signature = sign_statement(&keys(key).cert, kind, text.as_bytes(), statement.signed_at).unwrap();
        let certs = self.certs(&statement.body);
        // As whoever reads the text has it: what may stand in any order has one.
        let statement = Statement::parse(text.as_bytes()).unwrap_or(statement);
        let leaf = self.told.len() as u64;
        Told { id: statement.id(), statement, text, signature, leaf, at: self.now, certs }
    }

    fn certs(&self, body: &Body) -> BTreeMap<Digest, Vec<u8>> {
        let certs = certs().lock().unwrap();
        body.blobs().into_iter().filter_map(|id| Some((id, certs.get(&id)?.clone()))).collect()
    }

    pub fn tries_told(&mut self, told: Told) -> Result<Digest, Refusal> {
        let shown = self.history.record(&told.entry(), View::Whole, None)?;
        self.shown.extend(shown);
        let id = told.id;
        self.told.push(told);
        self.passes(60);
        Ok(id)
    }

    pub fn tries(&mut self, who: &str, body: impl Into<Body>) -> Result<Digest, Refusal> {
        self.tries_told(self.signs(who, body))
    }

    #[track_caller]
    pub fn says(&mut self, who: &str, body: impl Into<Body>) -> Digest {
        let body = body.into();
        let kind = body.kind();
        match self.tries(who, body) {
            Ok(id) => id,
            Err(refusal) => panic!("{who} can't sign {kind}: {} ({refusal})", refusal.code()),
        }
    }

    // Who is who.

    pub fn admits(&mut self, name: &str, kind: PartnerKind, standing: Standing) -> Digest {
        let body = Admission { partner: partner(name), name: name.parse().unwrap(), kind, standing };
        let id = self.says("authority", body);
        self.statements.insert(format!("admission {name}"), id);
        id
    }

    pub fn slip(&self, name: &str) -> Slip {
        let ticket = Digest::of(&named(&format!("ticket of {name}")).0);
        let first = name.split(' ').next().unwrap();
        Slip {
            member: member(first),
            partner: partner(works_for(first)),
            ticket,
            until: self.now.plus(14 * DAY),
        }
    }

    /// The key with which a person answers a slip; `name` may have a number behind it for a later key.
    pub fn first_key(&self, name: &str, slip: Digest) -> Key {
        let keys = keys(name);
        let secret = named(&format!("secret of {name}")).0;
        let (cert, recipient) = (keys.cert.public().digest(), keys.age.recipient());
        let first = name.split(' ').next().unwrap();
        let proof = key_proof(&secret, &hub(), slip, member(first), cert, &recipient);
        let ticket = Nonce(named(&format!("ticket of {name}")).0);
        Key { slip: Some(slip), ticket: Some(ticket), previous: None, cert, recipient, proof: Some(proof) }
    }

    pub fn next_key(&self, name: &str) -> Key {
        let keys = keys(name);
        let first = name.split(' ').next().unwrap();
        let previous = Some(self.key_statement(first));
        let cert = keys.cert.public().digest();
        Key { slip: None, ticket: None, previous, cert, recipient: keys.age.recipient(), proof: None }
    }

    pub fn membership(&self, name: &str, key: Digest) -> Membership {
        let first = name.split(' ').next().unwrap();
        let (_, full, partner_name, roles) = PEOPLE.iter().find(|(person, ..)| *person == first).unwrap();
        let keys = keys(name);
        Membership {
            member: member(first),
            name: full.parse().unwrap(),
            mail: mail(first).parse().unwrap(),
            partner: partner(partner_name),
            role: roles.to_vec(),
            key,
            cert: keys.cert.public().digest(),
            certified: keys.certified.digest(),
            recipient: keys.age.recipient(),
            from: moment(BEGIN),
            until: moment(BEGIN).plus(365 * DAY),
        }
    }

    /// Slip, key and membership; in force with the next directory.
    pub fn enrols(&mut self, name: &str) {
        let slip = self.says("authority", self.slip(name));
        self.statements.insert(format!("slip {name}"), slip);
        let key = self.says(name, self.first_key(name, slip));
        self.vouches(name, key);
    }

    pub fn vouches(&mut self, name: &str, key: Digest) {
        let membership = self.says("authority", self.membership(name, key));
        let first = name.split(' ').next().unwrap();
        self.statements.insert(format!("membership {first}"), membership);
        self.statements.insert(format!("key {first}"), key);
    }

    pub fn key_statement(&self, first: &str) -> Digest {
        self.statements[&format!("key {first}")]
    }

    pub fn membership_statement(&self, first: &str) -> Digest {
        self.statements[&format!("membership {first}")]
    }

    /// The next directory, with all that stands now, until thirty days from now.
    pub fn directory(&self) -> Directory {
        let listed = |what: &str| -> Vec<Digest> {
            let of = self.statements.iter().filter(|(name, _)| name.starts_with(what));
            of.map(|(_, id)| *id).collect()
        };
        let house = &self.history.house;
        Directory {
            number: Number(house.directory.as_ref().map_or(0, |last| last.number.0) + 1),
            until: self.now.plus(30 * DAY),
            hub_cert: keys("hub").cert.public().digest(),
            journal_key: JOURNAL_KEY.parse().unwrap(),
            admission: listed("admission "),
            membership: listed("membership "),
            revocation: house.revocations.iter().copied().collect(),
            exclusion: house.exclusions.keys().copied().collect(),
        }
    }

    pub fn publishes(&mut self) -> Digest {
        self.says("authority", self.directory())
    }

    // Vaults.

    /// The next generation of a partner's vault, or of the case's (owner `case`).
    pub fn vault_of(&self, owner: &str, holders: &[&str]) -> Vault {
        let house = &self.history.house;
        let (whose, current) = match owner {
            "case" => (Owner::Case(self.case.unwrap()), self.state().vault.as_ref()),
            name => (Owner::Partner(partner(name)), house.vault_of(partner(name))),
        };
        let generation = current.map_or(1, |current| current.generation + 1);
        let of_house = || house.house_partner().and_then(|partner| house.vault_of(partner));
        let before = current.or_else(|| if owner == "case" { of_house() } else { None });
        let name = format!("vault of {whose}, generation {generation}");
        Vault {
            vault: id("vlt", &format!("{whose}")),
            generation: Number(generation),
            owner: whose,
            predecessor: before.map(|vault| vault.id),
            recipient: SealingKey::from_bytes(&named(&name).0).recipient(),
            holder: holders.iter().map(|name| member(name)).collect(),
            secret: named(&format!("secret of {name}")),
            set: before.map(|_| named(&format!("set of {name}"))),
        }
    }

    /// A partner's vault as it is now.
    pub fn vault(&self, partner_name: &str) -> VaultGeneration {
        self.history.house.vault_of(partner(partner_name)).unwrap().now()
    }

    /// The vault in which a partner keeps what it has in the case.
    pub fn kept_in(&self, partner_name: &str) -> VaultGeneration {
        self.state().kept_in(&self.history.house, partner(partner_name)).unwrap().now()
    }

    pub fn case_vault(&self) -> VaultGeneration {
        self.state().vault.as_ref().unwrap().now()
    }

    pub fn vault_id(&self, owner: &str) -> VaultId {
        if owner == "case" { self.case_vault().vault } else { self.vault(owner).vault }
    }
}

pub fn hub() -> HubName {
    HUB.parse().unwrap()
}

/// A journal key for tests: the Ed25519 public key of the seed of 32 times 7.
pub const JOURNAL_KEY: &str = "zvh-ml.example/zegel+2eb6c6f6+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";
