//! Checkpoints: the size and root of the journal, signed by the hub's journal key as a C2SP tlog-checkpoint in a
//! C2SP signed-note.
//!
//! ```text
//! zvh-ml.example/zegel
//! 1841
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — zvh-ml.example/zegel Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SecureRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use zeroize::Zeroizing;

use super::tree::MAX_SIZE;
use crate::protocol::cert::is_sound_point;
use crate::protocol::id::{Digest, HubName, NotA, as_text};

/// The largest note that is read, in bytes: a checkpoint and room for partners' cosignatures.
pub const MAX_NOTE: usize = 16 * 1024;

/// The most signatures that a note may have.
const MAX_SIGNATURES: usize = 64;

/// The signed-note kind of plain Ed25519 signatures.
const ED25519_KIND: u8 = 0x01;

/// What follows the hub's name in the journal's origin and key name.
const ORIGIN: &str = "/zegel";

/// The journal at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub hub: HubName,
    pub size: u64,
    pub root: Digest,
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}{ORIGIN}\n{}\n{}", self.hub, self.size, STANDARD.encode(self.root.0))
    }
}

/// Why a note is no checkpoint of this journal. Found in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCheckpoint {
    #[error("the checkpoint is too large")]
    TooLarge,
    #[error("the checkpoint is not a signed note")]
    NotNote,
    #[error("a signature line of the checkpoint is malformed")]
    SignatureLine,
    #[error("the checkpoint is not signed with the journal's key")]
    NotSigned,
    #[error("the checkpoint is signed twice with the journal's key")]
    SignedTwice,
    #[error("the checkpoint's signature is wrong")]
    WrongSignature,
    #[error("the checkpoint is another journal's")]
    WrongOrigin,
    #[error("the checkpoint's size is not a plain number")]
    Size,
    #[error("the checkpoint's root is not 32 bytes in base64")]
    Root,
    #[error("the checkpoint has other than three lines")]
    Lines,
}

impl BadCheckpoint {
    /// A short name, as the test vectors use it.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::NotNote => "not-note",
            Self::SignatureLine => "signature-line",
            Self::NotSigned => "not-signed",
            Self::SignedTwice => "signed-twice",
            Self::WrongSignature => "wrong-signature",
            Self::WrongOrigin => "wrong-origin",
            Self::Size => "size",
            Self::Root => "root",
            Self::Lines => "lines",
        }
    }
}

/// The journal's public key, shown as a signed-note verifier key: `NAME+HASH+BASE64`.
#[derive(Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JournalPublicKey {
    hub: HubName,
    key: [u8; 32],
}

impl JournalPublicKey {
    /// The hub whose journal it is.
    pub fn hub(&self) -> &HubName {
        &self.hub
    }

    fn name(&self) -> String {
        format!("{}{ORIGIN}", self.hub)
    }

    /// Four bytes that tell keys of one name apart.
    fn id(&self) -> [u8; 4] {
        let named = [self.name().as_bytes(), b"\n", &[ED25519_KIND], &self.key].concat();
        let [a, b, c, d, ..] = Digest::of(&named).0;
        [a, b, c, d]
    }

    /// Reads a checkpoint that this key signed. Other well-formed signatures, such as cosignatures, are passed over.
    pub fn open(&self, note: &str) -> Result<Checkpoint, BadCheckpoint> {
        if note.len() > MAX_NOTE {
            return Err(BadCheckpoint::TooLarge);
        }
        let (text, signatures) = parse_note(note)?;
        let (name, id) = (self.name(), self.id());
        let mut ours = signatures.iter().filter(|(by, signature)| *by == name && signature.starts_with(&id));
        let (_, signature) = ours.next().ok_or(BadCheckpoint::NotSigned)?;
        if ours.next().is_some() {
            return Err(BadCheckpoint::SignedTwice);
        }
        if !self.made(&signature[id.len()..], text) {
            return Err(BadCheckpoint::WrongSignature);
        }
        self.parse_text(text)
    }

    /// Whether this key signed a text, with no point that verifiers take differently.
    fn made(&self, signature: &[u8], text: &str) -> bool {
        let fits = UnparsedPublicKey::new(&ED25519, &self.key).verify(text.as_bytes(), signature).is_ok();
        fits && is_sound_point(&self.key) && signature.get(..32).is_some_and(is_sound_point)
    }

    fn parse_text(&self, text: &str) -> Result<Checkpoint, BadCheckpoint> {
        let mut lines = text.split_terminator('\n');
        if lines.next() != Some(&self.name()) {
            return Err(BadCheckpoint::WrongOrigin);
        }
        let size = lines.next().ok_or(BadCheckpoint::Size)?;
        let plain = |number: &u64| *number <= MAX_SIZE && number.to_string() == size;
        let size = size.parse().ok().filter(plain).ok_or(BadCheckpoint::Size)?;
        let root =
            STANDARD.decode(lines.next().ok_or(BadCheckpoint::Root)?).map_err(|_| BadCheckpoint::Root)?;
        let root = Digest(root.try_into().map_err(|_| BadCheckpoint::Root)?);
        match lines.next() {
            None => Ok(Checkpoint { hub: self.hub.clone(), size, root }),
            Some(_) => Err(BadCheckpoint::Lines),
        }
    }
}

impl fmt::Display for JournalPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519_KIND], &self.key[..]].concat();
        write!(f, "{}+{}+{}", self.name(), hex::encode(self.id()), STANDARD.encode(key))
    }
}

impl FromStr for JournalPublicKey {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("a journal key (HUB/zegel+HASH+BASE64)");
        let (name, rest) = text.split_once('+').ok_or(WHAT)?;
        let (_, key) = rest.split_once('+').ok_or(WHAT)?;
        let hub = name.strip_suffix(ORIGIN).ok_or(WHAT)?.parse().map_err(|_| WHAT)?;
        let key = keyed(key).ok_or(WHAT)?;
        let public = Self { hub, key: *key };
        // The hash is checked here too.
        if public.to_string() == text { Ok(public) } else { Err(WHAT) }
    }
}
as_text!(JournalPublicKey);

/// Thirty-two bytes behind the kind of key, in base64.
fn keyed(base64: &str) -> Option<Zeroizing<[u8; 32]>> {
    let bytes = Zeroizing::new(STANDARD.decode(base64).ok()?);
    let (&kind, key) = bytes.split_first()?;
    let key = Zeroizing::new(<[u8; 32]>::try_from(key).ok()?);
    (kind == ED25519_KIND).then_some(key)
}

/// The journal's secret key. It is never shown: no `Debug`, no `Display`.
pub struct JournalKey {
    seed: Zeroizing<[u8; 32]>,
    pair: Ed25519KeyPair,
    public: JournalPublicKey,
}

impl JournalKey {
    /// A new key for a hub's journal. Errors when the source of randomness fails.
    pub fn generate(hub: HubName, random: &dyn SecureRandom) -> Result<Self, ring::error::Unspecified> {
        let mut seed = Zeroizing::new([0; 32]);
        random.fill(&mut *seed)?;
        Self::from_seed(hub, seed)
    }

    fn from_seed(hub: HubName, seed: Zeroizing<[u8; 32]>) -> Result<Self, ring::error::Unspecified> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&*seed).map_err(|_| ring::error::Unspecified)?;
        let key = pair.public_key().as_ref().try_into().map_err(|_| ring::error::Unspecified)?;
        Ok(Self { seed, pair, public: JournalPublicKey { hub, key } })
    }

    /// The secret as the one line `PRIVATE+KEY+NAME+HASH+BASE64`, as other programs for signed notes keep it.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut secret = Zeroizing::new([ED25519_KIND; 33]);
        secret[1..].copy_from_slice(&*self.seed);
        let secret = Zeroizing::new(STANDARD.encode(secret.as_slice()));
        let (name, id) = (self.public.name(), hex::encode(self.public.id()));
        Zeroizing::new(["PRIVATE+KEY+", &name, "+", &id, "+", &secret].concat())
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    pub fn from_text(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("a journal's secret key (PRIVATE+KEY+HUB/zegel+HASH+BASE64)");
        let (name, rest) = text.strip_prefix("PRIVATE+KEY+").ok_or(WHAT)?.split_once('+').ok_or(WHAT)?;
        let (_, seed) = rest.split_once('+').ok_or(WHAT)?;
        let hub = name.strip_suffix(ORIGIN).ok_or(WHAT)?.parse().map_err(|_| WHAT)?;
        let key = Self::from_seed(hub, keyed(seed).ok_or(WHAT)?).map_err(|_| WHAT)?;
        if *key.to_text() == text { Ok(key) } else { Err(WHAT) }
    }

    /// The public half, as directories name it.
    pub fn public(&self) -> &JournalPublicKey {
        &self.public
    }

    /// Signs the journal at a size: the whole note. The same input gives the same bytes.
    pub fn sign(&self, size: u64, root: Digest) -> String {
        self.sign_text(&Checkpoint { hub: self.public.hub.clone(), size, root }.to_string())
    }

    fn sign_text(&self, text: &str) -> String {
        let signature = self.pair.sign(text.as_bytes());
        let signature = STANDARD.encode([&self.public.id(), signature.as_ref()].concat());
        format!("{text}\n— {} {signature}\n", self.public.name())
    }
}

/// The signed text, and each signature's key name and bytes (four of the key's id, and the signature).
type Note<'a> = (&'a str, Vec<(&'a str, Vec<u8>)>);

/// Parts a note after its last empty line.
fn parse_note(note: &str) -> Result<Note<'_>, BadCheckpoint> {
    if note.chars().any(|c| c.is_ascii_control() && c != '\n') {
        return Err(BadCheckpoint::NotNote);
    }
    let middle = note.rfind("\n\n").ok_or(BadCheckpoint::NotNote)?;
    let (text, signatures) = (&note[..=middle], &note[middle + 2..]);
    let lines = signatures.strip_suffix('\n').ok_or(BadCheckpoint::NotNote)?;
    let lines: Vec<_> = lines.split('\n').take(MAX_SIGNATURES + 1).collect();
    if lines.len() > MAX_SIGNATURES {
        return Err(BadCheckpoint::TooLarge);
    }
    let signatures: Option<Vec<_>> = lines.into_iter().map(signature_line).collect();
    Ok((text, signatures.ok_or(BadCheckpoint::SignatureLine)?))
}

/// `— NAME BASE64`: at least the key's id and something more.
fn signature_line(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
    let named = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+');
    let signature = STANDARD.decode(signature).ok().filter(|signature| signature.len() > 4)?;
    named.then_some((name, signature))
}
