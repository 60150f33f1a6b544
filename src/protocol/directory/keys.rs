//! A member's keys: how one follows another, which of them waits, and by which a signature is judged.

use std::sync::Arc;

use ring::hmac;

use super::{House, KeyState};
use crate::protocol::cert::PublicCert;
use crate::protocol::id::{Digest, HubName, Mac, MemberId, Moment};
use crate::protocol::refusal::Refusal;
use crate::protocol::seal::Recipient;
use crate::protocol::statement::{Body, Key};

/// By which certs a signature in a signer's name can be good, and what stands against the signer. The latter is
/// for who can sign in that name to hear, and for nobody else.
pub struct SignedBy {
    /// None where nobody of that name has a key on record.
    pub certs: Vec<Arc<PublicCert>>,
    pub standing: Result<(), Refusal>,
}

impl SignedBy {
    /// A signer against whom nothing stands.
    pub fn only(cert: Arc<PublicCert>) -> Self {
        Self { certs: vec![cert], standing: Ok(()) }
    }
}

impl House {
    /// By what a member's statement is judged now: the key in force; or, to keep a bundle and see how it stands
    /// while not vouched yet, the key that waits; or else whatever key there is, with why it does not count.
    pub fn signed_by(&self, member: MemberId, body: &Body, at: Moment) -> SignedBy {
        let listed = self.members.get(&member).and_then(|membership| self.keys.get(&membership.key));
        let refused = match (self.member(member, at), listed) {
            (Ok(_), Some(key)) => return SignedBy::only(key.cert.clone()),
            (Ok(_), None) => Refusal::KeyUnknown,
            (Err(refused), _) => refused,
        };
        let waiting = self.waiting_key(member, listed);
        let standing = match (waiting, body) {
            (Some(key), Body::Bundle(_) | Body::Login(_)) => return SignedBy::only(key.cert.clone()),
            (Some(_), _) if refused == Refusal::UnknownMember => Refusal::NotVouched,
            _ => refused,
        };
        let newest = self.keys_of(member).map(|(_, key)| key).max_by_key(|key| key.order);
        let certs = listed.into_iter().chain(newest).map(|key| key.cert.clone()).collect();
        SignedBy { certs, standing: Err(standing) }
    }

    fn keys_of(&self, member: MemberId) -> impl Iterator<Item = (&Digest, &KeyState)> {
        self.keys.iter().filter(move |(_, key)| key.member == member)
    }

    /// The newest key that may still come into force. Only one that came after the one in force waits; one that it
    /// replaced is gone for good.
    fn waiting_key(&self, member: MemberId, listed: Option<&KeyState>) -> Option<&KeyState> {
        let after = listed.map_or(0, |key| key.order + 1);
        let waits = |(id, key): &(&Digest, &KeyState)| key.order >= after && !self.revoked.contains_key(id);
        self.keys_of(member).filter(waits).map(|(_, key)| key).max_by_key(|key| key.order)
    }

    /// Whether the authority has signed a membership for a key.
    fn is_vouched_for(&self, key: Digest) -> bool {
        self.memberships.values().any(|membership| membership.key == key)
    }
}

/// The proof in a `key` statement: HMAC-SHA256 under the slip's secret over `zegel/1 key` and the
/// fields that it binds, each on a line of its own.
pub fn key_proof(
    secret: &[u8; 32],
    hub: &HubName,
    slip: Digest,
    member: MemberId,
    cert: Digest,
    recipient: &Recipient,
) -> Mac {
    let text = format!("zegel/1 key\n{hub}\n{slip}\n{member}\n{cert}\n{recipient}\n");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
    let mut mac = [0; 32];
    mac.copy_from_slice(tag.as_ref());
    Mac(mac)
}

/// `key`: with an unused ticket in time, or after the previous key, which is in force; and nobody's before. Whose
/// keys there are is told only to who may add one.
pub fn judge_key(
    house: &House,
    key: &Key,
    cert: &PublicCert,
    member: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    match key.previous {
        Some(previous) if house.member(member, at)?.key != previous => return Err(Refusal::KeyUnknown),
        Some(_) => {}
        None => require_slip(house, key, member, at)?,
    }
    let taken = |other: &KeyState| {
        other.key.recipient == key.recipient || other.cert.fingerprint() == cert.fingerprint()
    };
    let taken = house.keys.values().any(taken) || cert.fingerprint() == house.authority_fingerprint();
    (!taken).then_some(()).ok_or(Refusal::KeyDiffers)
}

/// Refuses a first key without a slip of its member's that waits for it.
pub fn require_slip(house: &House, key: &Key, member: MemberId, at: Moment) -> Result<(), Refusal> {
    let slip = key.slip.and_then(|id| house.slips.get(&id)).ok_or(Refusal::SlipUnknown)?;
    let ticket = key.ticket.ok_or(Refusal::SlipUnknown)?;
    let fits = slip.slip.member == member && Digest::of(&ticket.0) == slip.slip.ticket;
    if !fits || at >= slip.slip.until {
        return Err(Refusal::SlipUnknown);
    }
    slip.used_by.is_none().then_some(()).ok_or(Refusal::SlipUsed)
}

/// Puts a key on record. Of several rotations the newest waits, so that who lost the answer to the first, or its
/// keys, can try again; the earlier ones stay on record: the house may have vouched for one by now, on its own
/// machine.
pub(super) fn add(house: &mut House, id: Digest, key: &Key, member: MemberId, cert: Option<Arc<PublicCert>>) {
    if let Some(slip) = key.slip.and_then(|slip| house.slips.get_mut(&slip)) {
        slip.used_by = Some(id);
    }
    let Some(cert) = cert else { return };
    let order = house.key_count;
    house.key_count += 1;
    house.keys.insert(id, KeyState { key: key.clone(), member, cert, order });
}

/// Revokes a key, with every key that follows it and that nobody has vouched for: whoever stole a key could else
/// go on with one that it signed. A key that the authority vouched for stands by itself.
pub(super) fn revoke(house: &mut House, key: Digest, revocation: Digest) {
    let mut reached = vec![key];
    while let Some(key) = reached.pop() {
        house.revoked.insert(key, revocation);
        let follows = |(id, other): &(&Digest, &KeyState)| {
            other.key.previous == Some(key) && !house.is_vouched_for(**id)
        };
        reached.extend(house.keys.iter().filter(follows).map(|(id, _)| *id));
    }
}
