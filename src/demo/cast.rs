//! Who plays: the partners and people of `keys.example/house.toml`.

use serde::Deserialize;

use crate::protocol::id::HubName;
use crate::protocol::words::{MailAddress, Name, Role};

/// The fictitious house, as it stands in the repository.
const HOUSE: &str = include_str!("../../keys.example/house.toml");

/// A house with its partners and people.
#[derive(Debug, Deserialize)]
pub struct Cast {
    pub hub: HubName,
    #[serde(rename = "partner")]
    pub partners: Vec<Partner>,
    #[serde(rename = "person")]
    pub people: Vec<Person>,
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
}
