//! The small values of statements: words from closed lists, numbers, names, addresses, and the lines
//! that hold several of these.

mod composed;

use std::fmt;
use std::str::FromStr;

use unicode_normalization::is_nfc;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::id::{
    CaseNumber, Day, Digest, HubName, Mac, MeetingId, MemberId, Moment, NotA, PartnerId, VaultId, as_text,
    hex32,
};
use super::lines::Value;
use super::seal::Recipient;

pub use composed::*;

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

    /// What people call it, in Dutch and in English.
    pub fn called(self) -> (&'static str, &'static str) {
        match self {
            Self::Referral => ("aanmelding", "referral"),
            Self::Screening => ("screening", "screening"),
            Self::Triage => ("triage", "triage"),
            Self::Rto => ("overleg (RTO)", "meeting (RTO)"),
            Self::Plan => ("plan van aanpak", "plan"),
            Self::Ended => ("afgesloten", "ended"),
        }
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
words!(
    /// What a letter is for.
    LetterKind, "a kind of letter (cancellation, invitation, message, minutes, request)" {
        Cancellation = "cancellation",
        Invitation = "invitation",
        Message = "message",
        Minutes = "minutes",
        Request = "request",
    }
);
words!(
    /// Where a member reads its letters: in a mail program, or at the hub, where a notice without content says so.
    DeliveryWay, "a way (mail, portal)" { Mail = "mail", Portal = "portal" }
);
words!(
    /// The language of letters and notices.
    LanguageWord, "a language (en, nl)" { English = "en", Dutch = "nl" }
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

/// The 66 code points that never become characters.
fn is_noncharacter(c: char) -> bool {
    ('\u{fdd0}'..='\u{fdef}').contains(&c) || u32::from(c) & 0xfffe == 0xfffe
}

impl FromStr for Name {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        // What Unicode has not assigned yet may stand: else programs with older and newer tables would judge one
        // name differently, and their histories would part.
        let unseen = |c: char| {
            let group = c.general_category_group();
            let other =
                group == GeneralCategoryGroup::Other && c.general_category() != GeneralCategory::Unassigned;
            other
                || group == GeneralCategoryGroup::Separator
                || is_noncharacter(c)
                || INVISIBLE.iter().any(|range| range.contains(&c))
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
        if !(1..=400).contains(&text.len()) || !text.bytes().all(|c| c.is_ascii_graphic()) {
            return Err(NotA("a verifier key (name+hash+key)"));
        }
        Ok(Self(text.to_owned()))
    }
}
impl Value for JournalKeyText {}
