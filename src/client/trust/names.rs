//! People and partners by the names that others know them by.

use super::World;
use crate::client::error::{ClientError, Result};
use crate::protocol::directory::House;
use crate::protocol::id::{MemberId, PartnerId};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::Membership;

impl World {
    /// Someone in the directory, by membership id, mail address, name, or first name if only one has it.
    pub fn member_named(&self, text: &str) -> Result<&Membership> {
        let members = || self.house().members.values().map(AsRef::as_ref);
        if let Ok(id) = text.parse::<MemberId>() {
            let member = members().find(|m: &&Membership| m.member == id);
            return Ok(member.ok_or(Refusal::UnknownMember)?);
        }
        let wanted = text.to_lowercase();
        let whole = |m: &&Membership| {
            m.mail.to_string().to_lowercase() == wanted || m.name.as_str().to_lowercase() == wanted
        };
        let first = |m: &&Membership| m.name.as_str().to_lowercase().split(' ').next() == Some(&wanted);
        let exact: Vec<_> = members().filter(whole).collect();
        let found = if exact.is_empty() { members().filter(first).collect() } else { exact };
        match found[..] {
            [one] => Ok(one),
            [] => Err(Refusal::UnknownMember.into()),
            _ => Err(ambiguous(text, &found.iter().map(|m| m.mail.to_string()).collect::<Vec<_>>())),
        }
    }

    /// A partner in the directory, by id or name.
    pub fn partner_named(&self, text: &str) -> Result<PartnerId> {
        partner_named(self.house(), text)
    }

    /// `Femke de Boer (Politie)`, or the id of someone who is not in the directory.
    pub fn name_of(&self, member: MemberId) -> String {
        name_of(self.house(), member)
    }

    /// A partner's name.
    pub fn partner_name(&self, partner: PartnerId) -> String {
        self.house().partner_name(partner)
    }
}

fn ambiguous(text: &str, among: &[String]) -> ClientError {
    let among = among.join(", ");
    ClientError::said(
        "ambiguous-name",
        format!("Er zijn er meer die {text} heten. Kies een van deze: {among}."),
        format!("More than one is called {text}. Choose one of these: {among}."),
    )
}

/// A partner in the directory, by id or name.
pub fn partner_named(house: &House, text: &str) -> Result<PartnerId> {
    if let Ok(id) = text.parse::<PartnerId>() {
        return Ok(house.partners.get(&id).map(|_| id).ok_or(Refusal::UnknownPartner)?);
    }
    let wanted = text.to_lowercase();
    let mut named = house.partners.values().filter(|a| a.name.as_str().to_lowercase() == wanted);
    match (named.next(), named.next()) {
        (Some(partner), None) => Ok(partner.partner),
        (None, _) => Err(Refusal::UnknownPartner.into()),
        (Some(a), Some(b)) => Err(ambiguous(text, &[a.partner.to_string(), b.partner.to_string()])),
    }
}

/// `Femke de Boer (Politie)`, or the id of someone who is not in the directory.
pub fn name_of(house: &House, member: MemberId) -> String {
    match house.members.get(&member) {
        Some(m) => format!("{} ({})", m.name, house.partner_name(m.partner)),
        None => member.to_string(),
    }
}
