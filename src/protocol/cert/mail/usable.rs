//! Whether mail can be sealed for a cert, and until when. Other than for statements expiry and revocations in the cert
//! count here: mail programs go by them. No library's policy is asked, since those ask for the time.

use std::time::SystemTime;

use sequoia_openpgp as openpgp;

use openpgp::packet::{Key, Signature, key};

use super::PublicKey;
use crate::protocol::cert::PublicCert;
use crate::protocol::id::Moment;
use crate::protocol::mime::BadLetter;

/// From when to when a key counts, in seconds since 1970; the end is the first second in which it does not.
#[derive(Clone, Copy)]
struct Life {
    from: i64,
    until: Option<i64>,
}

impl Life {
    /// That of a key, by the newest of each of these sets of self-signatures on it.
    fn of<'a, P: key::KeyParts, R: key::KeyRole>(
        key: &Key<P, R>,
        sets: impl IntoIterator<Item = Vec<&'a Signature>>,
    ) -> Self {
        let from = seconds(key.creation_time());
        let newest = sets.into_iter().flat_map(newest);
        Self { from, until: newest.filter_map(|signature| end(from, signature)).min() }
    }

    fn holds(self, at: Moment) -> bool {
        self.from <= at.unix() && self.until.is_none_or(|until| at.unix() < until)
    }
}

/// When a self-signature, or what it says of the key that was made then, ends.
fn end(made: i64, signature: &Signature) -> Option<i64> {
    let plus = |from: i64, period: Option<std::time::Duration>| {
        let period = period.map(|period| period.as_secs()).filter(|period| *period > 0)?;
        i64::try_from(period).ok().map(|period| from.saturating_add(period))
    };
    let own = plus(created(signature), signature.signature_validity_period());
    let key = plus(made, signature.key_validity_period());
    [own, key].into_iter().flatten().min()
}

/// The newest; more than one if they are of the same second, of which then the strictest counts.
fn newest(signatures: Vec<&Signature>) -> Vec<&Signature> {
    let last = signatures.iter().map(|signature| created(signature)).max();
    signatures.into_iter().filter(|signature| Some(created(signature)) == last).collect()
}

fn created(signature: &Signature) -> i64 {
    signature.signature_creation_time().map_or(0, seconds)
}

fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

impl PublicCert {
    /// Refuses a cert that mail can't be sealed for at a moment.
    ///
    /// # Errors
    /// [`BadLetter::CannotEncrypt`] (it has no key for that, or none yet), [`BadLetter::Revoked`] or
    /// [`BadLetter::Expired`].
    pub fn usable_for_mail(&self, at: Moment) -> Result<(), BadLetter> {
        self.encryption_keys(at).map(|_| ())
    }

    /// From when on no mail can be sealed for it, if that was said. One that can't be sealed for at all has no end.
    pub fn mail_expires(&self) -> Option<Moment> {
        let ends: Vec<Option<i64>> = self.encrypting().map(|(_, life, _)| life.until).collect();
        // The last key ends it; one without end leaves the primary's own.
        let keys = if ends.contains(&None) { None } else { ends.into_iter().flatten().max() };
        [keys, self.life().until].into_iter().flatten().min().map(Moment::from_unix)
    }

    /// The keys that mail can be sealed for at a moment, the newest first; never none.
    pub(super) fn encryption_keys(&self, at: Moment) -> Result<Vec<PublicKey>, BadLetter> {
        let refuse = |any: bool, bad| if any { Ok(()) } else { Err(bad) };
        let life = self.life();
        let made: Vec<_> =
            self.encrypting().filter(|(_, own, _)| own.from.max(life.from) <= at.unix()).collect();
        refuse(!made.is_empty(), BadLetter::CannotEncrypt)?;
        let valid: Vec<_> = made.into_iter().filter(|(_, _, revoked)| !revoked).collect();
        refuse(!valid.is_empty() && !self.is_revoked(), BadLetter::Revoked)?;
        let mut alive: Vec<_> =
            valid.into_iter().filter(|(_, own, _)| own.holds(at) && life.holds(at)).collect();
        refuse(!alive.is_empty(), BadLetter::Expired)?;
        alive.sort_by_key(|(key, own, _)| (std::cmp::Reverse(own.from), key.fingerprint()));
        Ok(alive.into_iter().map(|(key, _, _)| key).collect())
    }

    /// Refuses an author whose cert, or that one key of it, mail programs do not take any more at a moment.
    pub(super) fn require_author(&self, signer: &PublicKey, at: Moment) -> Result<(), BadLetter> {
        let subkey = self.cert.keys().subkeys().find(|key| key.key().fingerprint() == signer.fingerprint());
        let key_holds = subkey.is_none_or(|key| {
            let life = Life::of(key.key(), [key.self_signatures().collect()]);
            life.holds(at) && key.self_revocations().next().is_none()
        });
        (key_holds && self.life().holds(at) && !self.is_revoked()).then_some(()).ok_or(BadLetter::Author)
    }

    /// The subkeys that may encrypt mail, how long, and whether they are revoked.
    fn encrypting(&self) -> impl Iterator<Item = (PublicKey, Life, bool)> {
        self.cert.keys().subkeys().filter_map(|subkey| {
            let signatures: Vec<&Signature> = subkey.self_signatures().collect();
            let may = |signature: &&Signature| {
                signature.key_flags().is_some_and(|flags| flags.for_transport_encryption())
            };
            let last = newest(signatures.clone());
            if last.is_empty() || !last.iter().all(may) || !is_ecdh(subkey.key()) {
                return None;
            }
            let life = Life::of(subkey.key(), [signatures]);
            let revoked = subkey.self_revocations().next().is_some();
            Some((subkey.key().clone().role_into_unspecified(), life, revoked))
        })
    }

    /// That of the primary key: the end may stand on the key itself, or on the user id.
    fn life(&self) -> Life {
        let primary = self.cert.primary_key();
        let user_ids = self.cert.userids().map(|user_id| user_id.self_signatures().collect());
        Life::of(primary.key(), std::iter::once(primary.self_signatures().collect()).chain(user_ids))
    }

    /// By its own key, whenever it says that it was: a cert is given anew when it is good again.
    fn is_revoked(&self) -> bool {
        self.cert.primary_key().self_revocations().next().is_some()
            || self.cert.userids().any(|user_id| user_id.self_revocations().next().is_some())
    }
}

fn is_ecdh<P: key::KeyParts, R: key::KeyRole>(key: &Key<P, R>) -> bool {
    key.pk_algo() == openpgp::types::PublicKeyAlgorithm::ECDH
}
