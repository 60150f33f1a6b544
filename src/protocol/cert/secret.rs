//! The secret half of a cert: made, kept, exported and put to use.

use std::time::Duration;

use sequoia_openpgp as openpgp;

use openpgp::armor::Kind;
use openpgp::cert::{Cert, CertBuilder, CipherSuite};
use openpgp::packet::{Key, key};
use openpgp::parse::Parse;
use openpgp::serialize::{Serialize, SerializeInto};
use openpgp::types::{Features, KeyFlags};
use zeroize::Zeroizing;

use super::packets;
use super::{BadCert, CertError, MAX_CERT, PublicCert, armored, dearmored, is_user_id, system_time};
use crate::protocol::id::Moment;

/// A cert with its secrets, unlocked. It is never shown: no `Debug`, no `Display`.
#[derive(Clone)]
pub struct SecretCert {
    pub(super) cert: Cert,
    pub(super) public: PublicCert,
}

impl SecretCert {
    /// A member's new cert: the primary key certifies and signs, a subkey encrypts; it does not expire.
    ///
    /// `created` is also the time of its own signatures; no signature may be older.
    pub fn generate(name: &str, mail: &str, created: Moment) -> Result<Self, CertError> {
        Self::generate_until(name, mail, created, None)
    }

    /// As [`generate`](Self::generate), with a moment from which mail programs take the cert for expired.
    pub fn generate_until(
        name: &str,
        mail: &str,
        created: Moment,
        until: Option<Moment>,
    ) -> Result<Self, CertError> {
        let flags = KeyFlags::empty().set_certification().set_signing();
        let lifetime = match until.map(|until| u64::try_from(until.unix() - created.unix())) {
            None => None,
            // OpenPGP reads a lifetime of nothing as no end at all.
            Some(Err(_) | Ok(0)) => return Err(CertError::Moment),
            Some(Ok(seconds)) => Some(Duration::from_secs(seconds)),
        };
        let mail_flags = KeyFlags::empty().set_transport_encryption().set_storage_encryption();
        let builder = builder(&person(name, mail)?, flags, created)?.set_validity_period(lifetime);
        Self::build(builder.add_subkey(mail_flags, None, None))
    }

    /// The authority's new cert, which certifies members' certs and signs statements.
    pub fn generate_authority(name: &str, created: Moment) -> Result<Self, CertError> {
        Self::build(builder(name, KeyFlags::empty().set_certification().set_signing(), created)?)
    }

    /// The hub's new cert, which signs and does nothing else.
    pub fn generate_hub(name: &str, created: Moment) -> Result<Self, CertError> {
        Self::build(builder(name, KeyFlags::empty().set_signing(), created)?)
    }

    fn build(builder: CertBuilder) -> Result<Self, CertError> {
        // The ready-made revocation is dropped: the authority's `revocation` statement is what counts.
        let (cert, _revocation) = builder.generate()?;
        Self::from_cert(cert).map_err(|bad| CertError::Library(bad.to_string()))
    }

    fn from_cert(cert: Cert) -> Result<Self, BadCert> {
        let public = cert.clone().strip_secret_key_material();
        let public = PublicCert::parse(&public.to_vec().map_err(|_| BadCert::Malformed)?)?;
        let locked = |key: &Key<key::SecretParts, _>| key.secret().is_encrypted();
        if !cert.is_tsk() || cert.keys().secret().any(|key| locked(key.key())) {
            return Err(BadCert::NoSecret);
        }
        if cert.keys().secret().count() != cert.keys().count() {
            return Err(BadCert::NoSecret);
        }
        Ok(Self { cert, public })
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, or another program's binary, unlocked secret key of our shape.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadCert> {
        if bytes.len() > MAX_CERT {
            return Err(BadCert::TooLarge);
        }
        let packets = packets::all(bytes).ok_or(BadCert::Malformed)?;
        if packets.iter().filter(|packet| packet.tag == packets::SECRET_KEY).count() != 1 {
            return Err(BadCert::NoSecret);
        }
        Self::from_cert(Cert::from_bytes(bytes).map_err(|_| BadCert::Malformed)?)
    }

    /// Reads an armored secret key, as [`armored`](Self::armored) writes it.
    pub fn from_armor(text: &[u8]) -> Result<Self, BadCert> {
        Self::from_bytes(&dearmored(text, Kind::SecretKey)?)
    }

    /// The binary secret key, for the key bundle.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, CertError> {
        // Room enough from the start, so that growing leaves no copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_CERT));
        self.cert.as_tsk().serialize(&mut *bytes)?;
        Ok(bytes)
    }

    /// The public half.
    pub fn public(&self) -> PublicCert {
        self.public.clone()
    }

    /// The secret key as an `.asc` file for a mail program. It is not locked: who holds the file holds the key.
    pub fn armored(&self) -> Result<Zeroizing<String>, CertError> {
        Ok(armored("PRIVATE KEY BLOCK", &self.to_bytes()?))
    }

    /// The secret key of the first key that may sign.
    pub(super) fn signer(&self) -> Result<openpgp::crypto::KeyPair, CertError> {
        let signer = self.public.signing_keys().next().ok_or(CertError::NotAllowed)?.fingerprint();
        let secret = self.cert.keys().secret().find(|key| key.key().fingerprint() == signer);
        Ok(secret.ok_or(CertError::NotAllowed)?.key().clone().into_keypair()?)
    }
}

fn builder(user_id: &str, primary: KeyFlags, created: Moment) -> Result<CertBuilder<'static>, CertError> {
    if !is_user_id(user_id) {
        return Err(CertError::UserId);
    }
    let builder = CertBuilder::new()
        .set_cipher_suite(CipherSuite::Cv25519)
        .set_profile(openpgp::Profile::RFC4880)?
        // Without this a sender may choose a kind of encryption that GnuPG 2.2 can't read.
        .set_features(Features::empty().set_seipdv1())?
        .set_creation_time(system_time(created)?)
        .set_primary_key_flags(primary)
        .add_userid(user_id);
    Ok(builder)
}

fn person(name: &str, mail: &str) -> Result<String, CertError> {
    let plain = |text: &str| !text.contains(['<', '>', '(', ')', '"', ',', '\\']) && text == text.trim();
    let (local, host) = mail.split_once('@').ok_or(CertError::UserId)?;
    let is_mail = !local.is_empty() && !host.is_empty() && mail.is_ascii() && !mail.contains(' ');
    if name.is_empty() || !plain(name) || !plain(mail) || host.contains('@') || !is_mail {
        return Err(CertError::UserId);
    }
    Ok(format!("{name} <{mail}>"))
}
