//! A member's secrets, and the bundle that they are kept in.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::protocol::cert::{Fingerprint, SecretCert};
use crate::protocol::id::{Digest, HubName, Mac, MemberId, NotA};
use crate::protocol::seal::{FileKey, Header, Recipient, Refused, SealingKey, seal_file};

use super::error::{ClientError, Result};
use super::home::Pins;

/// The keys of a member that are in force, and others that still open what was sealed to them.
/// Never shown: no `Debug`, no `Display`; wiped when dropped.
pub struct Secrets {
    pub member: MemberId,
    pub sealing: SealingKey,
    pub cert: SecretCert,
    /// Of keys that are not in force: they open, but sign nothing.
    pub others: Vec<SealingKey>,
    /// Every cert by its `key` statement, that in force among them: mail was sealed for one of these.
    pub certs: Vec<(Digest, SecretCert)>,
}

impl Secrets {
    /// Every key that may open something, the one in force first.
    pub fn sealing_keys(&self) -> impl Iterator<Item = &SealingKey> {
        std::iter::once(&self.sealing).chain(&self.others)
    }

    /// The cert of one of its `key` statements.
    pub fn cert_of(&self, key: Digest) -> Option<&SecretCert> {
        self.certs.iter().find(|(of, _)| *of == key).map(|(_, cert)| cert)
    }

    /// Opens a header for this member with whichever of its keys fits.
    ///
    /// # Errors
    /// As [`Header::open_committed`] with the key in force.
    pub fn open_header(&self, header: &Header, commitment: &Mac) -> Result<FileKey, Refused> {
        let fits = |key: &&SealingKey| !matches!(header.open(key), Err(Refused::WrongReader));
        let key = self.sealing_keys().find(fits).unwrap_or(&self.sealing);
        header.open_committed(key, commitment)
    }
}

/// One pair of keys, and the `key` statement that they stand in.
pub struct Pair {
    pub key: Digest,
    pub sealing: SealingKey,
    pub cert: SecretCert,
}

/// All that a member's client must not lose, sealed as one age file. As JSON:
/// `{"zegel":"bundle/1","hub","authority","member","number","keys":[{"key","sealing","cert"}],
/// "recipients":["age1…"],"fetch":["sha256:…"],"seen":{"size","root","directory","directory_id"}}`, certs in base64;
/// `seen` may be left out.
pub struct KeyBundle {
    pub hub: HubName,
    pub authority: Fingerprint,
    pub member: MemberId,
    /// The number of the `bundle` statement that it came with.
    pub number: u64,
    /// The oldest first; the directory says which one is in force.
    pub keys: Vec<Pair>,
    /// Whom the bundle itself is sealed to. Kept nowhere else, so that the hub can't add one.
    pub recipients: Vec<Recipient>,
    /// The digests of the ids by which it may be fetched.
    pub fetch: Vec<Digest>,
    /// What its member had verified when it was made; nothing at enrolment.
    pub seen: Option<Pins>,
}

const FORMAT: &str = "bundle/1";

/// The most keys that a bundle keeps.
const MOST_KEYS: usize = 64;

impl KeyBundle {
    /// The bytes to seal.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>> {
        let pair = |pair: &Pair| -> Result<PairText> {
            let sealing = (*pair.sealing.to_text()).clone();
            Ok(PairText { key: pair.key, sealing, cert: BASE64_STANDARD.encode(&*pair.cert.to_bytes()?) })
        };
        let text = BundleText {
            zegel: FORMAT.to_owned(),
            hub: self.hub.clone(),
            authority: self.authority,
            member: self.member,
            number: self.number,
            keys: self.keys.iter().map(pair).collect::<Result<_>>()?,
            recipients: self.recipients.clone(),
            fetch: self.fetch.clone(),
            seen: self.seen,
        };
        // Room enough from the start: a vector that grew would leave secrets behind in memory.
        let mut bytes = Zeroizing::new(Vec::with_capacity(4096 * (self.keys.len() + 1)));
        serde_json::to_writer(&mut *bytes, &text).map_err(|_| NotA("a key bundle"))?;
        Ok(bytes)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        const WHAT: NotA = NotA("a key bundle");
        let text: BundleText = serde_json::from_slice(bytes).map_err(|_| WHAT)?;
        if text.zegel != FORMAT || text.keys.is_empty() || text.keys.len() > MOST_KEYS {
            return Err(WHAT.into());
        }
        let pair = |pair: &PairText| -> Result<Pair> {
            let cert = Zeroizing::new(BASE64_STANDARD.decode(&pair.cert).map_err(|_| WHAT)?);
            let sealing = SealingKey::parse(&pair.sealing)?;
            Ok(Pair { key: pair.key, sealing, cert: SecretCert::from_bytes(&cert)? })
        };
        Ok(Self {
            hub: text.hub.clone(),
            authority: text.authority,
            member: text.member,
            number: text.number,
            keys: text.keys.iter().map(pair).collect::<Result<_>>()?,
            recipients: text.recipients.clone(),
            fetch: text.fetch.clone(),
            seen: text.seen,
        })
    }

    /// The age file for the hub, which only the bundle's own recipients open.
    pub fn seal(&self) -> Result<Vec<u8>> {
        Ok(seal_file(&self.to_bytes()?, &self.recipients)?)
    }

    /// Refuses to begin a pair of keys with which the bundle could not be read any more.
    pub fn require_room(&self) -> Result<()> {
        if self.keys.len() < MOST_KEYS {
            return Ok(());
        }
        Err(ClientError::said(
            "bundle-full",
            format!(
                "Uw sleutelbos is vol: er passen {MOST_KEYS} sleutels in. Er is niets gemaakt. Bel het huis: met een nieuw strookje begint u opnieuw."
            ),
            format!(
                "Your key bundle is full: it keeps {MOST_KEYS} keys. Nothing was made. Call the house: with a new slip you begin anew."
            ),
        ))
    }

    /// The keys to work with, when this `key` statement is in force; the newest ones if none is yet.
    /// Errors where the key in force is not in the bundle.
    pub fn secrets(self, in_force: Option<Digest>) -> Result<Secrets> {
        let mut keys = self.keys;
        let place = match in_force {
            Some(key) => keys.iter().position(|pair| pair.key == key),
            None => keys.len().checked_sub(1),
        };
        let not_here = || {
            ClientError::said(
                "key-not-here",
                "De sleutel waarvoor het huis instaat, ligt niet op dit apparaat. Herstel uw sleutels met de herstelcode, of bel het huis.",
                "The key that the house vouches for is not on this machine. Restore your keys with the recovery code, or call the house.",
            )
        };
        let place = place.ok_or_else(not_here)?;
        let certs = keys.iter().map(|pair| (pair.key, pair.cert.clone())).collect();
        let pair = keys.remove(place);
        let others = keys.into_iter().rev().map(|pair| pair.sealing).collect();
        Ok(Secrets { member: self.member, sealing: pair.sealing, cert: pair.cert, others, certs })
    }
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct BundleText {
    zegel: String,
    #[zeroize(skip)]
    hub: HubName,
    #[zeroize(skip)]
    authority: Fingerprint,
    #[zeroize(skip)]
    member: MemberId,
    number: u64,
    keys: Vec<PairText>,
    #[zeroize(skip)]
    recipients: Vec<Recipient>,
    #[zeroize(skip)]
    fetch: Vec<Digest>,
    #[zeroize(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen: Option<Pins>,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct PairText {
    #[zeroize(skip)]
    key: Digest,
    sealing: String,
    cert: String,
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::protocol::id::Moment;

    /// A bundle with one pair of keys.
    pub fn bundle() -> KeyBundle {
        let at = Moment::from_unix(1_790_000_000);
        let cert = SecretCert::generate("Femke de Boer", "femke@politie.example", at).unwrap();
        let authority = SecretCert::generate_authority("Huis", at).unwrap().public().fingerprint();
        let sealing = SealingKey::generate();
        let recovery = SealingKey::generate().recipient();
        KeyBundle {
            hub: "hub.example".parse().unwrap(),
            authority,
            member: MemberId::new(crate::clock::random()).unwrap(),
            number: 1,
            keys: vec![Pair { key: Digest::of(b"key"), sealing, cert }],
            recipients: vec![recovery],
            fetch: vec![Digest::of(b"fetch")],
            seen: None,
        }
    }

    #[test]
    fn a_bundle_reads_what_it_writes() {
        let bundle = KeyBundle {
            seen: Some(Pins {
                size: 7,
                root: Digest::of(b"root"),
                directory: 2,
                directory_id: Digest::of(b"list"),
            }),
            ..bundle()
        };
        let again = KeyBundle::from_bytes(&bundle.to_bytes().unwrap()).unwrap();
        assert_eq!(again.to_bytes().unwrap(), bundle.to_bytes().unwrap());
        assert!(KeyBundle::from_bytes(b"{}").is_err());
    }

    #[test]
    fn a_bundle_of_a_later_program_or_with_no_keys_or_too_many_is_none() {
        let refused = |bytes: &[u8]| KeyBundle::from_bytes(bytes).is_err_and(|error| error.is("input"));
        let mut text: serde_json::Value = serde_json::from_slice(&bundle().to_bytes().unwrap()).unwrap();
        let pair = text["keys"][0].clone();
        for keys in [0, MOST_KEYS + 1] {
            text["keys"] = vec![pair.clone(); keys].into();
            assert!(refused(text.to_string().as_bytes()), "{keys} keys");
        }
        text["keys"] = vec![pair; MOST_KEYS].into();
        assert!(KeyBundle::from_bytes(text.to_string().as_bytes()).is_ok());
        text["zegel"] = "bundle/2".into();
        assert!(refused(text.to_string().as_bytes()));
    }

    #[test]
    fn after_a_rotation_the_directory_says_which_key_signs_and_the_other_still_opens() {
        let (mut bundle, other) = (bundle(), bundle());
        let (first, second) = (bundle.keys[0].sealing.recipient(), other.keys[0].sealing.recipient());
        let newer = other.keys.into_iter().next().map(|pair| Pair { key: Digest::of(b"newer"), ..pair });
        bundle.keys.extend(newer);
        let text = bundle.to_bytes().unwrap();
        let secrets = |key| KeyBundle::from_bytes(&text).unwrap().secrets(key);
        let old = secrets(Some(Digest::of(b"key"))).ok().unwrap();
        assert_eq!((old.sealing.recipient(), old.others[0].recipient()), (first.clone(), second.clone()));
        let new = secrets(Some(Digest::of(b"newer"))).ok().unwrap();
        assert_eq!((new.sealing.recipient(), new.others[0].recipient()), (second, first));
        assert!(secrets(Some(Digest::of(b"unknown"))).is_err_and(|error| error.is("key-not-here")));
    }
}
