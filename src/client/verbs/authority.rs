//! `zegel authority`: the house's word for who is who. All of it works offline, files in and out; only
//! [`publish`] speaks to the hub, and it needs no key.

mod folder;
mod publish;
mod vouch;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use ring::rand::SecureRandom;
use serde::Serialize;

use crate::client::ask::Questions;
use crate::client::context::{Report, nl_en};
use crate::client::describe::{Names, describe};
use crate::client::error::{ClientError, Result};
use crate::client::home::Keep;
use crate::client::sign::Draft;
use crate::client::verbs::enrol::PaperSlip;
use crate::clock::Clock;
use crate::protocol::cert::{Fingerprint, SecretCert};
use crate::protocol::directory::DIRECTORY_MAX_SECONDS;
use crate::protocol::id::{Digest, HubName, MemberId, Moment, PartnerId};
use crate::protocol::recovery::SlipCode;
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::{Admission, Body, Directory, Exclusion, Revocation, Slip};
use crate::protocol::words::{
    JournalKeyText, MailAddress, Name, Number, PartnerKind, RevocationReason, Standing,
};
use crate::protocol::zone::shown;

use folder::{Authority, MemberEntry};

pub use folder::{HubKeys, hub_of};
pub use publish::{Published, fetch, publish, read_batch};
pub use vouch::{Vouch, Vouched, vouch};

const DAY: i64 = 24 * 3600;

/// What the authority's verbs are handed, instead of a member's context.
pub struct Office<'a> {
    /// The authority's own folder.
    pub folder: &'a Path,
    pub clock: &'a dyn Clock,
    pub random: &'a dyn SecureRandom,
    pub language: Language,
    pub out: &'a mut dyn Write,
    pub ask: &'a mut dyn Questions,
    pub yes: bool,
}

impl Office<'_> {
    fn say(&mut self, nl: &str, en: &str) -> Result<()> {
        writeln!(self.out, "{}", nl_en(self.language, nl, en)).map_err(ClientError::input)
    }

    fn agree(&mut self, nl: &str, en: &str) -> Result<()> {
        let agreed = self.yes || self.ask.agree(nl_en(self.language, nl, en)).unwrap_or(false);
        agreed.then_some(()).ok_or(ClientError::Declined)
    }

    pub(in crate::client) fn open(&mut self) -> Result<Authority> {
        Authority::open(self.folder, self.language, self.ask)
    }

    /// Shows what will be signed, asks, and signs.
    fn sign(&mut self, authority: &mut Authority, draft: Draft) -> Result<()> {
        let house = authority.house()?;
        let names = Names { house: &house, cases: &BTreeMap::new(), called: draft.called() };
        for statement in draft.statements() {
            let words = describe(statement, names, self.language);
            writeln!(self.out, "  - {}", words.replace('\n', "\n    ")).map_err(ClientError::input)?;
        }
        self.agree("Ondertekenen als autoriteit?", "Sign as the authority?")?;
        authority.keep(draft)
    }
}

/// An authority that was made.
#[derive(Debug, Serialize)]
pub struct Initiated {
    /// What the hub and every slip pin.
    pub authority: Fingerprint,
}

/// Makes the authority's key in an empty folder. Its public half is `authority.asc` there, and `authority.pgp`.
pub fn init(office: &mut Office<'_>, hub: &HubName, name: &Name, keep: &Keep) -> Result<Initiated> {
    adopt(office, hub, SecretCert::generate_authority(name.as_str(), office.clock.now())?, keep)
}

/// The same with a key that is there already.
pub fn adopt(office: &mut Office<'_>, hub: &HubName, cert: SecretCert, keep: &Keep) -> Result<Initiated> {
    let authority = cert.public().fingerprint();
    Authority::create(office.folder, hub, cert, keep)?;
    Ok(Initiated { authority })
}

/// A partner to admit, or one whose name or standing changes.
#[derive(Clone, Debug)]
pub struct Admit {
    pub name: Name,
    /// The first is the house itself.
    pub kind: PartnerKind,
    pub standing: Standing,
    /// The partner that it is, if it is there already under another name.
    pub partner: Option<PartnerId>,
}

/// Signs an `admission`; the partner's id.
pub fn admit(office: &mut Office<'_>, admit: &Admit) -> Result<PartnerId> {
    let mut authority = office.open()?;
    let known = authority.partner_named(admit.name.as_str()).ok();
    let partner = match admit.partner.or(known) {
        Some(partner) => partner,
        None => PartnerId::new(office.random)?,
    };
    let mut draft = authority.draft(office.clock)?;
    draft.push(Admission { partner, name: admit.name.clone(), kind: admit.kind, standing: admit.standing });
    office.sign(&mut authority, draft)?;
    Ok(partner)
}

/// A slip to be made out.
#[derive(Clone, Debug)]
pub struct NewSlip {
    /// A partner's name or id.
    pub partner: String,
    pub name: Name,
    pub mail: MailAddress,
    /// The membership, if the person has one and needs new keys.
    pub member: Option<MemberId>,
    pub until: Moment,
}

/// Signs a `slip`; the paper to hand to the person, outside the hub.
pub fn slip(office: &mut Office<'_>, new: &NewSlip) -> Result<PaperSlip> {
    let mut authority = office.open()?;
    let partner = authority.partner_named(&new.partner)?;
    let member = match new.member {
        Some(member) => authority.register.member(member).map(|_| member)?,
        None => MemberId::new(office.random)?,
    };
    if authority.register.members.get(&member).is_some_and(|known| known.partner != partner) {
        return Err(ClientError::said(
            "moved",
            "Dit lidmaatschap hoort bij een andere partner. Wie overstapt, krijgt een nieuw lidmaatschap: laat --member weg.",
            "This membership is of another partner. Who moves gets a new membership: leave --member out.",
        ));
    }
    let code = SlipCode::generate(office.random)?;
    let mut draft = authority.draft(office.clock)?;
    let ticket = Digest::of(&*code.ticket());
    let id = draft.push(Slip { member, partner, ticket, until: new.until });
    authority.add_slip(id, *code.secret().bytes());
    let entry = MemberEntry::new(partner, new.name.clone(), new.mail.clone());
    authority.register.add_slip(member, id, entry);
    office.sign(&mut authority, draft)?;
    Ok(PaperSlip {
        hub: authority.hub().clone(),
        authority: authority.fingerprint(),
        member,
        slip: id,
        name: new.name.clone(),
        mail: new.mail.clone(),
        until: new.until,
        code,
    })
}

/// Signs a `revocation` of each key of the member's that was not revoked yet, and takes the member out of the next directory.
pub fn revoke(office: &mut Office<'_>, who: &str, reason: RevocationReason) -> Result<MemberId> {
    let mut authority = office.open()?;
    let member = authority.register.member_named(who)?;
    let keys = authority.register.keys_to_revoke(member)?;
    let mut draft = authority.draft(office.clock)?;
    for key in keys {
        draft.push(Revocation { member, key, reason });
    }
    office.sign(&mut authority, draft)?;
    office.say(
        "Publiceer meteen (zegel authority publish), en maak daarna een nieuwe adreslijst.",
        "Publish at once (zegel authority publish), and make a new directory after that.",
    )?;
    Ok(member)
}

/// Signs an `exclusion` of a partner, in force as soon as it is published.
pub fn exclude(office: &mut Office<'_>, partner: &str) -> Result<PartnerId> {
    let mut authority = office.open()?;
    let partner = authority.partner_named(partner)?;
    let mut draft = authority.draft(office.clock)?;
    draft.push(Exclusion { partner });
    office.sign(&mut authority, draft)?;
    Ok(partner)
}

/// A directory that was signed.
#[derive(Debug, Serialize)]
pub struct Listed {
    pub number: u64,
    pub until: Moment,
    pub partners: usize,
    pub members: usize,
}

/// Signs the next `directory`: all that is in force. The hub's keys come from the file that `zegel init` wrote; once
/// given, they are kept.
pub fn directory(office: &mut Office<'_>, hub: Option<HubKeys>, days: u16) -> Result<Listed> {
    let mut authority = office.open()?;
    let now = office.clock.now();
    let until = now.plus(i64::from(days) * DAY);
    if days == 0 || until.unix() - now.unix() > DIRECTORY_MAX_SECONDS {
        return Err(Refusal::DirectoryTooLong.into());
    }
    let hub = authority.hub_keys(hub)?;
    let register = &authority.register;
    let members = register.memberships_in_force(now);
    let mut draft = authority.draft(office.clock)?;
    let hub_cert = draft.attach(hub.hub_cert);
    let next = Directory {
        number: Number(register.directory + 1),
        until,
        hub_cert,
        journal_key: JournalKeyText(hub.journal_key),
        admission: register.admissions(),
        membership: members,
        revocation: register.revocations.iter().map(|revoked| revoked.statement).collect(),
        exclusion: register.exclusions.values().copied().collect(),
    };
    let (partners, members) = (next.admission.len(), next.membership.len());
    draft.push(next);
    office.sign(&mut authority, draft)?;
    Ok(Listed { number: authority.register.directory, until, partners, members })
}

impl Report for Initiated {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Dutch => format!(
                "De autoriteit is gemaakt. Geef deze vingerafdruk aan wie de hub inricht:\n\n    {}",
                self.authority
            ),
            Language::English => format!(
                "The authority is made. Give this fingerprint to whoever sets up the hub:\n\n    {}",
                self.authority
            ),
        }
    }
}

impl Report for Listed {
    fn text(&self, language: Language) -> String {
        let until = shown(self.until, language);
        let (number, partners, members) = (self.number, self.partners, self.members);
        match language {
            Language::Dutch => format!(
                "Adreslijst {number} is ondertekend: {partners} partners, {members} mensen, geldig tot {until}. Publiceer hem (zegel authority publish)."
            ),
            Language::English => format!(
                "Directory {number} is signed: {partners} partners, {members} people, valid until {until}. Publish it (zegel authority publish)."
            ),
        }
    }
}

/// What a statement of the authority's adds to its register.
fn is_of_authority(body: &Body) -> bool {
    matches!(
        body,
        Body::Slip(_)
            | Body::Membership(_)
            | Body::Admission(_)
            | Body::Directory(_)
            | Body::Revocation(_)
            | Body::Exclusion(_)
    )
}

#[cfg(test)]
mod tests;
