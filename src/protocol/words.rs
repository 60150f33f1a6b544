//! The small values of statements: words from closed lists, numbers, names, addresses, and the lines
//! that hold several of these.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::is_nfc;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::id::{
    CaseNumber, Day, Digest, HubName, Mac, MeetingId, MemberId, Moment, NotA, PartnerId, VaultId, as_text,
    hex32,
};
use super::lines::Value;
use super::seal::Recipient;

/// A closed list of words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
        impl FromStr for $name {
            type Err = NotA;
            fn from_str(text: &str) -> Result<Self, NotA> {
                Self::ALL.iter().copied().find(|value| value.word() == text).ok_or(NotA($what))
            }
        }
        impl Value for $name {}
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

words!(
    /// What a member may do beside contributing, approving and reading for its partner.
    Role, "a role (manager, procesregisseur, secretaris, support)" {
        Manager = "manager",
        Procesregisseur = "procesregisseur",
        Secretaris = "secretaris",
        Support = "support",
    }
);
words!(
    /// How far a partner is with the agreement. One that is only named can be given nothing (9.2e).
    Standing, "a standing (named, signed)" { Named = "named", Signed = "signed" }
);
words!(
    /// Whether a partner is the house itself, which has the procesregisseurs.
    PartnerKind, "a kind of partner (house, partner)" { House = "house", Partner = "partner" }
);
words!(
    /// Why a key is revoked.
    RevocationReason, "a reason (left, lost, other, rotated, stolen)" {
        Left = "left", Lost = "lost", Other = "other", Rotated = "rotated", Stolen = "stolen",
    }
);
words!(
    /// The kinds of cases: complex multi-problem cases (2.2) and aftercare of detention (2.3).
    CaseKind, "a kind of case (aftercare, complex)" { Aftercare = "aftercare", Complex = "complex" }
);
words!(
    /// Where a case is on its path. A new case is in `referral`.
    Phase, "a phase (referral, screening, triage, rto, plan, ended)" {
        Referral = "referral",
        Screening = "screening",
        Triage = "triage",
        Rto = "rto",
        Plan = "plan",
        Ended = "ended",
    }
);
impl Phase {
    /// Whether people meet in it, and may be given something to read.
    pub fn has_meetings(self) -> bool {
        matches!(self, Self::Triage | Self::Rto | Self::Plan)
    }
}
words!(
    /// What is kept in a case.
    ItemKind, "a kind of item (agenda, contribution, minutes, plan, referral, screening)" {
        Agenda = "agenda",
        Contribution = "contribution",
        Minutes = "minutes",
        Plan = "plan",
        Referral = "referral",
        Screening = "screening",
    }
);
words!(
    /// What the procesregisseur sees of an item: all of it, or only what it is called.
    Director, "what the procesregisseur sees (label, reads)" { Label = "label", Reads = "reads" }
);
words!(
    /// Whether the supplier is asked for approval per reader, or the item is spoken of at the table only.
    ApprovalRule, "an approval rule (ask, never)" { Ask = "ask", Never = "never" }
);
words!(
    /// Whether a refused item is a gap that the pack shows, or is silent.
    Withheld, "what a pack shows of a withheld item (shown, silent)" { Shown = "shown", Silent = "silent" }
);
words!(
    /// A participant, or the one who comes in its place.
    Seat, "a seat (delegate, deputy)" { Delegate = "delegate", Deputy = "deputy" }
);
words!(
    /// Yes or no.
    YesNo, "yes or no" { No = "no", Yes = "yes" }
);
words!(
    /// How the consultation of 9.2f was held; `signed` when the consulted partner itself signs.
    ConsultationForm, "a form of consultation (mail, meeting, phone, signed)" {
        Mail = "mail", Meeting = "meeting", Phone = "phone", Signed = "signed",
    }
);

impl Value for Digest {}
impl Value for Mac {}
impl Value for MemberId {}
impl Value for PartnerId {}
impl Value for VaultId {}
impl Value for MeetingId {}
impl Value for CaseNumber {}
impl Value for HubName {}
impl Value for Moment {}
impl Value for Day {}
impl Value for Recipient {}

/// A whole number from 0, in digits without zeros in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub u64);

/// The largest number in a statement: up to here JavaScript tells a number from its neighbours.
const MAX_NUMBER: u64 = (1 << 53) - 1;

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Number {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("a number");
        let number = text.parse().map_err(|_| WHAT)?;
        if number > MAX_NUMBER || Self(number).to_string() != text {
            return Err(WHAT);
        }
        Ok(Self(number))
    }
}
impl Value for Number {}

/// Thirty-two random bytes as 64 hexadecimal digits: a login's nonce, a slip's ticket.
#[derive(Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nonce(pub [u8; 32]);

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for Nonce {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        hex32(text).map(Self).ok_or(NotA("64 lower-case hexadecimal digits"))
    }
}
as_text!(Nonce);
impl Value for Nonce {}

/// Letters, marks and signs that fonts show as nothing: what is Default_Ignorable_Code_Point in Unicode
/// without being a control, format or separator character, and the empty Braille pattern.
const INVISIBLE: &[std::ops::RangeInclusive<char>] = &[
    '\u{034f}'..='\u{034f}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{e0100}'..='\u{e01ef}',
];

/// The name of a person or an organisation: NFC, at most 100 characters, single spaces inside, and
/// nothing that is invisible or turns the text around.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

impl Name {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let unseen = |c: char| {
            matches!(
                c.general_category_group(),
                GeneralCategoryGroup::Other | GeneralCategoryGroup::Separator
            ) || INVISIBLE.iter().any(|range| range.contains(&c))
        };
        let visible = |c: char| c == ' ' || !unseen(c);
        let spaced = text.split(' ').all(|word| !word.is_empty());
        if !spaced || text.chars().count() > 100 || !is_nfc(text) || !text.chars().all(visible) {
            return Err(NotA("a name (NFC, at most 100 visible characters, single spaces)"));
        }
        Ok(Self(text.to_owned()))
    }
}
as_text!(Name);
impl Value for Name {}

/// A mail address: an unquoted ASCII local part and a host name in lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MailAddress {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("a mail address (local part @ host name in lower case)");
        let (local, domain) = text.split_once('@').ok_or(WHAT)?;
        let atom = |atom: &str| {
            !atom.is_empty()
                && atom.bytes().all(|c| c.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&c))
        };
        domain.parse::<HubName>().map_err(|_| WHAT)?;
        if local.len() > 64 || !local.split('.').all(atom) {
            return Err(WHAT);
        }
        Ok(Self(text.to_owned()))
    }
}
as_text!(MailAddress);
impl Value for MailAddress {}

/// The key of the journal, as C2SP's verifier key text; `journal` judges its inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalKeyText(pub String);

impl fmt::Display for JournalKeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for JournalKeyText {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        if text.len() > 400 || !text.bytes().all(|c| c.is_ascii_graphic()) {
            return Err(NotA("a verifier key (name+hash+key)"));
        }
        Ok(Self(text.to_owned()))
    }
}
impl Value for JournalKeyText {}

/// Reads a line of words separated by single spaces.
fn words_of<'a, const N: usize>(text: &'a str, what: &'static str) -> Result<[&'a str; N], NotA> {
    let words: Vec<&str> = text.split(' ').collect();
    words.try_into().map_err(|_| NotA(what))
}

/// The last checkpoint that a signer saw: `SIZE ROOT`, size 0 and the empty tree's root if none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub size: u64,
    pub root: [u8; 32],
}

impl Seen {
    /// What one says who has not seen a checkpoint: an empty tree's root is the digest of nothing.
    pub fn nothing() -> Self {
        Self { size: 0, root: Digest::of(b"").0 }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.size, hex::encode(self.root))
    }
}

impl FromStr for Seen {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: &str = "a journal's size and root";
        let [size, root] = words_of(text, WHAT)?;
        let size = size.parse::<Number>().map_err(|_| NotA(WHAT))?.0;
        let seen = Self { size, root: hex32(root).ok_or(NotA(WHAT))? };
        if seen.size == 0 && seen != Self::nothing() {
            return Err(NotA(WHAT));
        }
        Ok(seen)
    }
}
impl Value for Seen {}

/// A payload that a statement names: its digest, its length in bytes, its key's commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload {
    pub digest: Digest,
    pub length: u64,
    pub commitment: Mac,
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.digest, self.length, self.commitment)
    }
}

impl FromStr for Payload {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let [digest, length, commitment] = words_of(text, "a payload (digest, length, commitment)")?;
        let length = length.parse::<Number>()?.0;
        // An age payload has at least its nonce and the tag of an empty chunk.
        if length < 32 {
            return Err(NotA("a payload of at least 32 bytes"));
        }
        Ok(Self { digest: digest.parse()?, length, commitment: commitment.parse()? })
    }
}
impl Value for Payload {}

/// A vault as it stood in one generation: `vlt_…/3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VaultGeneration {
    pub vault: VaultId,
    pub generation: u64,
}

impl fmt::Display for VaultGeneration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.vault, self.generation)
    }
}

impl FromStr for VaultGeneration {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let (vault, generation) = text.split_once('/').ok_or(NotA("a vault and its generation"))?;
        let generation = generation.parse::<Number>()?.0;
        if generation == 0 {
            return Err(NotA("a generation, counted from 1"));
        }
        Ok(Self { vault: vault.parse()?, generation })
    }
}
impl Value for VaultGeneration {}

/// Whom a header is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    Member(MemberId),
    Vault(VaultGeneration),
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(member) => member.fmt(f),
            Self::Vault(vault) => vault.fmt(f),
        }
    }
}

impl FromStr for Reader {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let vault = || text.parse().map(Self::Vault);
        text.parse()
            .map(Self::Member)
            .or_else(|_| vault())
            .map_err(|_| NotA("a member or a vault's generation"))
    }
}

/// A header for a vault: which vault, and the header's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultGrant {
    pub vault: VaultGeneration,
    pub header: Digest,
}

impl fmt::Display for VaultGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.vault, self.header)
    }
}

impl FromStr for VaultGrant {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let [vault, header] = words_of(text, "a grant (vault/generation, header's digest)")?;
        Ok(Self { vault: vault.parse()?, header: header.parse()? })
    }
}
impl Value for VaultGrant {}

/// Whose a vault is: a partner's (the house is one), or a case's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    Partner(PartnerId),
    Case(CaseNumber),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partner(partner) => partner.fmt(f),
            Self::Case(case) => case.fmt(f),
        }
    }
}

impl FromStr for Owner {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let case = || text.parse().map(Self::Case);
        text.parse().map(Self::Partner).or_else(|_| case()).map_err(|_| NotA("a partner or a case number"))
    }
}
impl Value for Owner {}

/// One on the roster, and in which seat: `mem_… delegate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participant {
    pub member: MemberId,
    pub seat: Seat,
}

impl fmt::Display for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.member, self.seat)
    }
}

impl FromStr for Participant {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let [member, seat] = words_of(text, "a participant (membership, seat)")?;
        Ok(Self { member: member.parse()?, seat: seat.parse()? })
    }
}
impl Value for Participant {}

/// In a release: an item, and the approval that allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approved {
    pub item: Digest,
    pub approval: Digest,
}

impl fmt::Display for Approved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.item, self.approval)
    }
}

impl FromStr for Approved {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let [item, approval] = words_of(text, "an item and its approval")?;
        Ok(Self { item: item.parse()?, approval: approval.parse()? })
    }
}
impl Value for Approved {}

/// In a release: an item of the house itself, and the two headers that the release itself makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnItem {
    pub item: Digest,
    pub grant_label: Digest,
    pub grant_body: Digest,
}

impl fmt::Display for OwnItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.item, self.grant_label, self.grant_body)
    }
}

impl FromStr for OwnItem {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let [item, label, body] = words_of(text, "an item and the digests of its two headers")?;
        Ok(Self { item: item.parse()?, grant_label: label.parse()?, grant_body: body.parse()? })
    }
}
impl Value for OwnItem {}

/// Who signs: a member, the authority, or the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signer {
    Authority,
    Hub,
    Member(MemberId),
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authority => f.write_str("authority"),
            Self::Hub => f.write_str("hub"),
            Self::Member(member) => member.fmt(f),
        }
    }
}

impl FromStr for Signer {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        match text {
            "authority" => Ok(Self::Authority),
            "hub" => Ok(Self::Hub),
            _ => text.parse().map(Self::Member).map_err(|_| NotA("authority, hub, or a membership")),
        }
    }
}
impl Value for Signer {}
