//! As whom a visitor of the example house can step in, in the browser: everyone in it, with the recovery code that
//! opens their keys. Everywhere else that code is on paper only.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::stage::{Stage, StageError};

#[derive(Serialize)]
struct Visitor<'a> {
    name: &'a str,
    partner: &'a str,
    roles: &'a [String],
    code: &'a str,
}

/// Writes them to the file that the hub's configuration names.
pub fn leave(stage: &Stage, file: &Path) -> Result<(), StageError> {
    let partner_of = |key: &str| stage.cast.partners.iter().find(|partner| partner.key == key);
    let visitors = stage.cast.people.iter().filter_map(|person| {
        let partner = partner_of(person.partner.as_deref()?)?;
        let code = stage.recovery_code(&person.key)?;
        Some(Visitor {
            name: person.name.as_str(),
            partner: partner.name.as_str(),
            roles: &person.roles,
            code,
        })
    });
    let visitors: Vec<Visitor<'_>> = visitors.collect();
    let text = serde_json::to_vec_pretty(&visitors).map_err(|error| StageError::Other(error.to_string()))?;
    Ok(fs::write(file, text)?)
}
