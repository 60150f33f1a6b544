//! People and partners by the names that others know them by.

use super::World;
use crate::client::error::{ClientError, Result};
use crate::protocol::directory::House;
use crate::protocol::id::{MemberId, PartnerId};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Body, Membership};
use crate::protocol::words::RevocationReason;

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

    /// `Femke de Boer (Politie)`, or the id of someone who was never in the directory.
    pub fn name_of(&self, member: MemberId) -> String {
        name_of(self.house(), member)
    }

    /// Why nothing can be given any more to somebody who left the house, or its directory, in Dutch and in English;
    /// nothing of anyone else.
    pub fn gone(&self, member: MemberId) -> Option<(&'static str, &'static str)> {
        let house = self.house();
        let listed = house.listed_members.get(&member)?;
        let revocation = house.revoked.get(&listed.key).and_then(|id| self.statement(*id));
        let why = revocation.map(|known| &known.statement.body);
        if matches!(why, Some(Body::Revocation(b)) if b.reason == RevocationReason::Left) {
            return Some((
                "Deze persoon werkt hier niet meer. Kies iemand anders.",
                "This person no longer works here. Choose someone else.",
            ));
        }
        (!house.members.contains_key(&member)).then_some((
            "Deze persoon staat niet meer in de adreslijst van het huis. Kies iemand anders, of bel het huis.",
            "This person is no longer in the house's directory. Choose someone else, or call the house.",
        ))
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

/// `Femke de Boer (Politie)`, or the id of someone who was never in the directory. Who left had a name.
pub fn name_of(house: &House, member: MemberId) -> String {
    match house.members.get(&member).or_else(|| house.listed_members.get(&member)) {
        Some(m) => format!("{} ({})", m.name, house.partner_name(m.partner)),
        None => member.to_string(),
    }
}
