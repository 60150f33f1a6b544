//! `zegel authority vouch`: from a person's key to the house's word for it.

use serde::Serialize;

use super::Office;
use super::folder::Authority;
use crate::client::batch::{Batch, Signed};
use crate::client::context::Report;
use crate::client::error::{ClientError, Result};
use crate::protocol::cert::{PublicCert, certify, verify_statement};
use crate::protocol::checkwords::{check_words, key_digest};
use crate::protocol::directory::key_proof;
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::{Body, Key, Membership, Statement};
use crate::protocol::words::Role;

/// What the house says of a person beside the slip.
#[derive(Clone, Debug)]
pub struct Vouch {
    pub roles: Vec<Role>,
    pub from: Moment,
    pub until: Moment,
}

/// A membership that was signed.
#[derive(Debug, Serialize)]
pub struct Vouched {
    pub member: MemberId,
    pub words: String,
    pub membership: Digest,
}

/// Checks a key request: that it came from who holds the slip, or the key before; that it names the person of the
/// slip. Then asks whether the person read these check words aloud, and signs the `membership`.
pub fn vouch(office: &mut Office<'_>, request: &Batch, vouch: &Vouch) -> Result<Vouched> {
    let mut authority = office.open()?;
    let [signed] = &request.entries[..] else { return Err(not_a_request()) };
    let statement = signed.parse().map_err(Refusal::from)?;
    let (member, key, cert) = read_request(request, &statement)?;
    if statement.hub != *authority.hub() {
        return Err(Refusal::WrongHub.into());
    }
    // A request can lie somewhere for long, and be taken for a new one.
    if authority.register.is_revoked(signed.id()) {
        return Err(Refusal::Revoked.into());
    }
    require_person(&authority, member, &cert)?;
    require_proof(&authority, member, &key, &cert, &statement, signed)?;

    let words = check_words(&key_digest(&key.cert, key.recipient.as_str()));
    let entry = authority.register.member(member)?.clone();
    office.say(
        &format!("Bel {} op een nummer dat u al kende, en laat de controlewoorden voorlezen:\n\n    {words}\n", entry.name),
        &format!("Call {} at a number that you knew already, and have the check words read aloud:\n\n    {words}\n", entry.name),
    )?;
    office.agree("Zijn het precies deze woorden?", "Are they exactly these words?")?;

    let certified = certify(authority.cert(), &cert, office.clock.now())?;
    let mut draft = authority.draft(office.clock)?;
    let membership = draft.attach(certified.bytes().to_vec());
    let membership = draft.push(Membership {
        member,
        name: entry.name,
        mail: entry.mail,
        partner: entry.partner,
        role: vouch.roles.clone(),
        key: signed.id(),
        cert: key.cert,
        certified: membership,
        recipient: key.recipient,
        from: vouch.from,
        until: vouch.until,
    });
    if let Some(entry) = authority.register.members.get_mut(&member) {
        (entry.key, entry.cert) = (Some(signed.id()), cert.bytes().to_vec());
    }
    office.sign(&mut authority, draft)?;
    Ok(Vouched { member, words, membership })
}

fn not_a_request() -> ClientError {
    ClientError::said(
        "bad-request-file",
        "Dit is geen sleutelaanvraag. Vraag het bestand key-request.json uit de map van de persoon.",
        "This is no key request. Ask for the file key-request.json from the person's folder.",
    )
}

fn read_request(request: &Batch, statement: &Statement) -> Result<(MemberId, Key, PublicCert)> {
    let (Some(member), Body::Key(key)) = (statement.member(), &statement.body) else {
        return Err(not_a_request());
    };
    let bytes = request.attachment(key.cert).ok_or_else(not_a_request)?;
    Ok((member, key.clone(), PublicCert::parse(bytes)?))
}

/// The house certifies the user id, so it must be the one that the slip was made out to.
fn require_person(authority: &Authority, member: MemberId, cert: &PublicCert) -> Result<()> {
    let entry = authority.register.member(member)?;
    match cert.user_id() == format!("{} <{}>", entry.name, entry.mail) {
        true => Ok(()),
        false => Err(Refusal::KeyDiffers.into()),
    }
}

fn require_proof(
    authority: &Authority,
    member: MemberId,
    key: &Key,
    cert: &PublicCert,
    statement: &Statement,
    signed: &Signed,
) -> Result<()> {
    let entry = authority.register.member(member)?;
    let signer = match (key.slip, key.previous) {
        (Some(slip), None) => {
            let known = entry.slips.last() == Some(&slip);
            let secret = authority.slip_secret(slip).filter(|_| known).ok_or(Refusal::SlipUnknown)?;
            let proof = key_proof(&secret, authority.hub(), slip, member, key.cert, &key.recipient);
            if key.proof != Some(proof) {
                return Err(Refusal::KeyDiffers.into());
            }
            cert.clone()
        }
        (None, Some(previous)) if entry.key == Some(previous) => {
            if authority.register.is_revoked(previous) {
                return Err(Refusal::Revoked.into());
            }
            PublicCert::parse(&entry.cert)?
        }
        _ => return Err(Refusal::KeyUnknown.into()),
    };
    verify_statement(&signer, "key", signed.statement.as_bytes(), &signed.signature, statement.signed_at)
        .map_err(|problem| Refusal::BadSignature { problem: problem.into() }.into())
}

impl Report for Vouched {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Dutch => format!(
                "Het huis staat in voor {}. Maak nu een adreslijst (zegel authority directory) en publiceer (zegel authority publish).",
                self.member
            ),
            Language::English => format!(
                "The house vouches for {}. Now make a directory (zegel authority directory) and publish (zegel authority publish).",
                self.member
            ),
        }
    }
}
