//! Whoever signs, rightly or not.

use std::collections::BTreeMap;

use zegel::client::batch::Signed;
use zegel::client::home::Home;
use zegel::client::{Batch, Unattended};
use zegel::demo::cast::Cast;
use zegel::protocol::cert::{SecretCert, sign_statement};
use zegel::protocol::id::MemberId;
use zegel::protocol::statement::Statement;
use zegel::protocol::words::Signer;

use super::super::house::House;
use super::super::people::WHO;

/// Everyone with keys, and who signs in the name of another; see the legend.
pub const SIGNERS: &[&str] = &[
    "authority",
    "hub",
    "forger",
    "forgery",
    "waiting",
    "unsigned",
    "revoked",
    "suspended",
    "excluded",
    "stranger",
    "addressee",
    "referrer",
    "supplier",
    "holder",
    "colleague",
    "director",
    "second",
    "manager",
    "secretary",
    "support",
    "reader",
    "invited",
    "withdrawn",
    "off",
];

pub struct Signers {
    authority: SecretCert,
    members: BTreeMap<&'static str, (MemberId, SecretCert)>,
}

impl Signers {
    pub fn of(house: &House) -> Self {
        let keys = |home: &str| {
            let home = Home::open(&house.play.stage.home(home)).unwrap();
            let bundle = home.unlock(&mut Unattended).unwrap();
            (bundle.member, bundle.keys.into_iter().next_back().unwrap().cert)
        };
        let members = WHO.iter().map(|(person, home)| (*person, keys(home))).collect();
        Self { authority: Cast::authority().unwrap(), members }
    }

    /// The same statements as someone signs them.
    pub fn signs(&self, batch: &Batch, signer: &str) -> Batch {
        let (by, cert) = match signer {
            "authority" => (Some(Signer::Authority), &self.authority),
            "hub" => (Some(Signer::Hub), &self.members["stranger"].1),
            "forger" => (None, &self.members["stranger"].1),
            "forgery" => match batch.entries[0].parse().unwrap().by {
                Signer::Authority => (None, &self.members["director"].1),
                _ => (None, &self.authority),
            },
            member => {
                let (id, cert) = &self.members[member];
                (Some(Signer::Member(*id)), cert)
            }
        };
        let entries = batch.entries.iter().map(|entry| signed(entry, by, cert)).collect();
        Batch { entries, attachments: batch.attachments.clone() }
    }
}

/// The same about a case that never was.
pub fn about_no_case(batch: &Batch) -> Batch {
    let mut batch = batch.clone();
    for entry in &mut batch.entries {
        let case = entry.parse().unwrap().body.case().expect("it is about a case").to_string();
        entry.statement = entry.statement.replace(&case, "ZVH-2026-9999");
    }
    batch
}

/// By someone else, or in the name that stands there.
fn signed(entry: &Signed, by: Option<Signer>, cert: &SecretCert) -> Signed {
    let statement = entry.parse().unwrap();
    let statement = Statement { by: by.unwrap_or(statement.by), ..statement };
    let (kind, text) = (statement.body.kind(), statement.to_text());
    let signature = sign_statement(cert, kind, text.as_bytes(), statement.signed_at).unwrap();
    Signed { statement: text, signature }
}
