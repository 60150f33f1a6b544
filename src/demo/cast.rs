//! Who plays: the partners and people of `keys.example/house.toml`.

use serde::Deserialize;

use crate::protocol::cert::{BadCert, SecretCert};
use crate::protocol::id::HubName;
use crate::protocol::label::Regime;
use crate::protocol::words::{ItemKind, MailAddress, Name, Role};

/// The fictitious house, as it stands in the repository.
const HOUSE: &str = include_str!("../../keys.example/house.toml");

/// Its authority, secret key and all.
const AUTHORITY: &[u8] = include_bytes!("../../keys.example/authority.asc");

/// A house with its partners and people.
#[derive(Debug, Deserialize)]
pub struct Cast {
    pub hub: HubName,
    #[serde(rename = "partner")]
    pub partners: Vec<Partner>,
    #[serde(rename = "person")]
    pub people: Vec<Person>,
    #[serde(rename = "file")]
    pub files: Vec<Given>,
}

/// An organisation.
#[derive(Clone, Debug, Deserialize)]
pub struct Partner {
    pub key: String,
    pub name: Name,
    #[serde(default)]
    pub house: bool,
    pub signed: bool,
}

/// Someone who works for a partner.
#[derive(Clone, Debug, Deserialize)]
pub struct Person {
    pub key: String,
    pub name: Name,
    pub mail: MailAddress,
    /// The partner's key; none for the hub's administrator.
    pub partner: Option<String>,
    #[serde(default)]
    pub roles: Vec<String>,
}

/// A file that someone contributes.
#[derive(Clone, Debug, Deserialize)]
pub struct Given {
    /// Below `keys.example/`.
    pub path: String,
    /// The person's key.
    pub by: String,
    pub kind: String,
    pub title: String,
    pub regime: String,
}

impl Given {
    /// What kind of item it becomes.
    pub fn kind(&self) -> ItemKind {
        self.kind.parse().unwrap_or(ItemKind::Contribution)
    }

    /// The law that it comes under, with the ground that is usual.
    pub fn regime(&self) -> (Regime, &'static str) {
        match self.regime.as_str() {
            "Wpg" => (Regime::Wpg, "Wpg art. 20"),
            "Wjsg" => (Regime::Wjsg, "Wjsg art. 39f"),
            "medical secrecy" => (Regime::Medical, "WGBO art. 7:457 BW: conflict van plichten"),
            _ => (Regime::Avg, "AVG art. 6 lid 1 sub e"),
        }
    }
}

impl Person {
    /// What the person may do beside what every member may.
    pub fn roles(&self) -> Vec<Role> {
        self.roles.iter().filter_map(|role| role.parse().ok()).collect()
    }
}

impl Cast {
    /// The people of `keys.example`.
    ///
    /// # Errors
    /// When the file is not what this program reads.
    pub fn example() -> Result<Self, toml::de::Error> {
        toml::from_str(HOUSE)
    }

    /// The authority of the example house, whose secret lies open.
    ///
    /// # Errors
    /// When the file is not what this program reads.
    pub fn authority() -> Result<SecretCert, BadCert> {
        SecretCert::from_armor(AUTHORITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::example;

    #[test]
    fn the_example_house_is_known_by_its_authority() {
        let authority = Cast::authority().unwrap().public().fingerprint();
        assert_eq!(authority.to_string(), example::AUTHORITY);
        assert!(!example::is_out_of_place(&authority, &Cast::example().unwrap().hub));
        assert!(example::is_out_of_place(&authority, &"zvh-ml.example".parse().unwrap()));
    }
}
