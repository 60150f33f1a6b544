//! Statements: the only way to change anything. One small text, signed as it stands.
//!
//! This file lists the kinds with their fields in order, reads and writes them, and says what each
//! carries along: sealed parts, headers and other attachments. What a kind is allowed to do stands
//! in [`history`](super::history).

mod parts;
mod together;

use super::id::{CaseNumber, Day, Digest, HubName, Mac, MeetingId, MemberId, Moment, PartnerId, VaultId};
use super::lines::{BadStatement, Lines, many, maybe, one, write_line};
use super::seal::Recipient;
use super::words::*;

pub use parts::{Part, PartName};
pub use together::REPLY_PART;

/// One signed text, read. Its id is the SHA-256 digest of its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The hub that it is for; any other refuses it.
    pub hub: HubName,
    /// The last checkpoint that the signer saw.
    pub journal: Seen,
    pub body: Body,
    pub by: Signer,
    /// Also the creation time of its signature.
    pub signed_at: Moment,
}

impl Statement {
    /// Reads the exact bytes of a statement.
    ///
    /// # Errors
    /// [`BadStatement`] for anything that [`Statement::to_text`] would not write.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadStatement> {
        let mut lines = Lines::of(bytes)?;
        let kind = lines.kind()?;
        Body::is_kind(kind)?;
        let statement = Self {
            hub: one::read(&mut lines, "hub")?,
            journal: one::read(&mut lines, "journal")?,
            body: Body::read(kind, &mut lines)?,
            by: one::read(&mut lines, "by")?,
            signed_at: one::read(&mut lines, "signed-at")?,
        };
        lines.end()?;
        statement.body.check_itself()?;
        Ok(statement)
    }

    /// The bytes that are signed.
    pub fn to_text(&self) -> String {
        let mut text = format!("zegel/1 {}\n", self.body.kind());
        write_line(&mut text, "hub", &self.hub);
        write_line(&mut text, "journal", &self.journal);
        self.body.write(&mut text);
        write_line(&mut text, "by", &self.by);
        write_line(&mut text, "signed-at", &self.signed_at);
        text
    }

    /// The digest that other statements know it by.
    pub fn id(&self) -> Digest {
        Digest::of(self.to_text().as_bytes())
    }

    /// The member who signs, if it is one.
    pub fn member(&self) -> Option<MemberId> {
        match self.by {
            Signer::Member(member) => Some(member),
            Signer::Authority | Signer::Hub => None,
        }
    }
}

/// Whether a field is there `one` time, `maybe`, or `many` times, as a type.
macro_rules! field_type {
    (one $type:ty) => { $type };
    (maybe $type:ty) => { Option<$type> };
    (many $type:ty) => { Vec<$type> };
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $word:literal {
        $($(#[$field_doc:meta])* $field:ident: $how:ident $type:ty = $name:literal,)*
    })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq)]
            pub struct $kind { $($(#[$field_doc])* pub $field: field_type!($how $type),)* }

            impl $kind {
                fn read(lines: &mut Lines<'_>) -> Result<Self, BadStatement> {
                    Ok(Self { $($field: $how::read(lines, $name)?,)* })
                }
                fn write(&self, out: &mut String) {
                    $($how::write(&self.$field, $name, out);)*
                }
            }

            impl From<$kind> for Body {
                fn from(body: $kind) -> Self {
                    Body::$kind(body)
                }
            }
        )+

        /// What a statement says, by kind.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Body { $($kind($kind),)+ }

        impl Body {
            /// The names of all kinds.
            pub const KINDS: &'static [&'static str] = &[$($word),+];

            /// The kind's name, as on the first line.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$kind(_) => $word,)+ }
            }
            fn read(kind: &str, lines: &mut Lines<'_>) -> Result<Self, BadStatement> {
                match kind {
                    $($word => Ok(Self::$kind($kind::read(lines)?)),)+
                    _ => Err(BadStatement::UnknownKind { kind: kind.to_owned() }),
                }
            }
            fn write(&self, out: &mut String) {
                match self { $(Self::$kind(body) => body.write(out),)+ }
            }
        }

        /// Every kind with its own fields in order: name, `one`, `maybe` or `many`, and the type of its values.
        /// For documentation and tests, which go by it so that no field is forgotten.
        pub const SHAPE: &[(&str, &[(&str, &str, &str)])] =
            &[$(($word, &[$(($name, stringify!($how), stringify!($type)),)*]),)+];
    };
}

kinds! {
    // Who.

    /// The authority hands a person a paper slip; this lets the hub accept one key with its ticket.
    Slip = "slip" {
        member: one MemberId = "member",
        partner: one PartnerId = "partner",
        /// SHA-256 of the ticket's 32 bytes.
        ticket: one Digest = "ticket",
        until: one Moment = "until",
    }
    /// A member's keys. With a slip at enrolment (signed by the new cert), or after a previous key
    /// (signed by that one). In force only when a membership names it.
    Key = "key" {
        slip: maybe Digest = "slip",
        ticket: maybe Nonce = "ticket",
        previous: maybe Digest = "previous",
        /// The cert's bytes, attached.
        cert: one Digest = "cert",
        recipient: one Recipient = "recipient",
        /// HMAC under the slip's secret; see `directory::key_proof`.
        proof: maybe Mac = "proof",
    }
    /// A member's key bundle, attached: an age file that only its own recipients open.
    Bundle = "bundle" {
        number: one Number = "number",
        digest: one Digest = "digest",
        /// SHA-256 of each 32-byte id by which it may be fetched.
        fetch: many Digest = "fetch",
    }
    /// The authority says who works for which partner, with which keys.
    Membership = "membership" {
        member: one MemberId = "member",
        name: one Name = "name",
        mail: one MailAddress = "mail",
        partner: one PartnerId = "partner",
        role: many Role = "role",
        /// The key statement that it vouches for.
        key: one Digest = "key",
        /// The cert as it stood in that statement.
        cert: one Digest = "cert",
        /// The same cert with the authority's certification, attached.
        certified: one Digest = "certified",
        recipient: one Recipient = "recipient",
        from: one Moment = "from",
        until: one Moment = "until",
    }
    /// The authority says which organisation is a partner, and how far it is with the agreement.
    Admission = "admission" {
        partner: one PartnerId = "partner",
        name: one Name = "name",
        kind: one PartnerKind = "partner-kind",
        standing: one Standing = "standing",
    }
    /// All that is in force, by statement. In force until the next one or its end.
    Directory = "directory" {
        number: one Number = "number",
        until: one Moment = "until",
        /// The hub's cert, attached.
        hub_cert: one Digest = "hub-cert",
        journal_key: one JournalKeyText = "journal-key",
        admission: many Digest = "admission",
        membership: many Digest = "membership",
        revocation: many Digest = "revocation",
        exclusion: many Digest = "exclusion",
    }
    /// A member's key no longer counts, from this statement's leaf on.
    Revocation = "revocation" {
        member: one MemberId = "member",
        key: one Digest = "key",
        reason: one RevocationReason = "reason",
    }
    /// The manager suspends a member at once, until a date; a date in the past ends it.
    Suspension = "suspension" {
        member: one MemberId = "member",
        until: one Moment = "until",
    }
    /// The authority excludes a partner at once (20.2).
    Exclusion = "exclusion" {
        partner: one PartnerId = "partner",
    }
    /// A vault's generation: its recipient, and who holds its secret.
    Vault = "vault" {
        vault: one VaultId = "vault",
        generation: one Number = "generation",
        owner: one Owner = "owner",
        /// The statement of the generation before; of a case vault's first, the house's vault.
        predecessor: maybe Digest = "predecessor",
        recipient: one Recipient = "recipient",
        holder: many MemberId = "holder",
        /// An age file with the vault's secret, sealed to its holders, attached.
        secret: one Digest = "secret",
        /// The re-keyed headers, attached; see `vault::RekeyedSet`.
        set: maybe Digest = "set",
    }

    // The path.

    /// A partner refers a case (1.7).
    Case = "case" {
        case: one CaseNumber = "case",
        kind: one CaseKind = "case-kind",
        partner: one PartnerId = "partner",
    }
    /// The procesregisseur takes the case to its next phase; why stands sealed in the outcome.
    PhaseChange = "phase" {
        case: one CaseNumber = "case",
        phase: one Phase = "phase",
        outcome: one Payload = "outcome",
        grant_outcome: many VaultGrant = "grant-outcome",
    }

    // What.

    /// Something kept in a case, with its supplier's release rules.
    Item = "item" {
        case: one CaseNumber = "case",
        kind: one ItemKind = "item-kind",
        supplier: one PartnerId = "supplier",
        label: one Payload = "label",
        body: one Payload = "body",
        director: one Director = "director",
        approval: one ApprovalRule = "approval",
        phase: many Phase = "phase",
        from: maybe Moment = "from",
        until: maybe Moment = "until",
        withheld: one Withheld = "withheld",
        retention: one Day = "retention",
        grant_label: many VaultGrant = "grant-label",
        grant_body: many VaultGrant = "grant-body",
    }
    /// A supplier takes its item out (13.1).
    Retraction = "retraction" {
        case: one CaseNumber = "case",
        item: one Digest = "item",
    }

    // The meeting.

    /// Who is at a meeting; any change is a new roster, for which no old approval holds.
    Roster = "roster" {
        case: one CaseNumber = "case",
        meeting: one MeetingId = "meeting",
        number: one Number = "number",
        previous: maybe Digest = "previous",
        phase: one Phase = "phase",
        date: one Moment = "date",
        urgent: one YesNo = "urgent",
        deadline: one Moment = "deadline",
        /// The item with purpose, kind of decisions and topics.
        agenda: maybe Digest = "agenda",
        participant: many Participant = "participant",
        /// The ground on which each may lawfully be present.
        grounds: one Payload = "grounds",
        grant_grounds: many VaultGrant = "grant-grounds",
        /// The window in which packs of this meeting may be open.
        from: one Moment = "from",
        until: one Moment = "until",
    }
    /// A supplier is asked to approve its items for a roster, and given the agenda to judge by.
    Ask = "ask" {
        case: one CaseNumber = "case",
        roster: one Digest = "roster",
        supplier: one PartnerId = "supplier",
        item: many Digest = "item",
        deadline: one Moment = "deadline",
        agenda_label: maybe VaultGrant = "agenda-label",
        agenda_body: maybe VaultGrant = "agenda-body",
    }
    /// The supplier lets one reader read one item, for one roster: the keys are made here.
    Approval = "approval" {
        case: one CaseNumber = "case",
        roster: one Digest = "roster",
        item: one Digest = "item",
        reader: one MemberId = "reader",
        /// The digests of the reader's headers, which are sealed in `grants`.
        reader_label: one Digest = "reader-label",
        reader_body: one Digest = "reader-body",
        grants: one Payload = "grants",
        grant_grants: many VaultGrant = "grant-grants",
        from: one Moment = "from",
        until: one Moment = "until",
    }
    /// The supplier does not approve, for these readers; the reason is sealed to its own vault.
    NoApproval = "refusal" {
        case: one CaseNumber = "case",
        roster: one Digest = "roster",
        item: one Digest = "item",
        reader: many MemberId = "reader",
        reason: one Payload = "reason",
        grant_reason: many VaultGrant = "grant-reason",
    }
    /// The partner that referred the case, or holds casusregie, was consulted (9.2f).
    Consultation = "consultation" {
        case: one CaseNumber = "case",
        roster: one Digest = "roster",
        partner: one PartnerId = "partner",
        form: one ConsultationForm = "form",
        outcome: one Payload = "outcome",
        grant_outcome: many VaultGrant = "grant-outcome",
    }
    /// The procesregisseur releases to one reader what was approved for it.
    Release = "release" {
        case: one CaseNumber = "case",
        roster: one Digest = "roster",
        consultation: maybe Digest = "consultation",
        reader: one MemberId = "reader",
        approved: many Approved = "approved",
        own: many OwnItem = "own",
        /// How many withheld items the pack shows as a gap.
        gaps: one Number = "gaps",
        from: one Moment = "from",
        until: one Moment = "until",
    }
    /// The supplier takes back its approvals of an item for these readers.
    Withdrawal = "withdrawal" {
        case: one CaseNumber = "case",
        item: one Digest = "item",
        reader: many MemberId = "reader",
    }

    // Mail.

    /// One sealed mail to one addressee; see `mime`. What it says, only the addressee and the vaults of `copy` know.
    Letter = "letter" {
        case: one CaseNumber = "case",
        kind: one LetterKind = "letter-kind",
        to: one MemberId = "to",
        /// The addressee's key statement, for whose cert the mail is sealed.
        key: one Digest = "key",
        /// Of an invitation, a cancellation and minutes: the roster that the addressee is on.
        roster: maybe Digest = "roster",
        /// Of an invitation and a cancellation: above the one before it, as in its calendar file (RFC 5546).
        sequence: maybe Number = "sequence",
        /// Of minutes: the item that they are.
        item: maybe Digest = "item",
        /// The whole mail, attached.
        message: one Digest = "message",
        /// What was said, for who runs the case and for the author's partner.
        copy: one Payload = "copy",
        grant_copy: many VaultGrant = "grant-copy",
    }
    /// The addressee answers. The answer and the reason are always there and padded, so that none tells by its size.
    Reply = "reply" {
        case: one CaseNumber = "case",
        letter: one Digest = "letter",
        answer: one Payload = "answer",
        grant_answer: many VaultGrant = "grant-answer",
        /// Stays in the vault of the answering partner (12.1).
        reason: one Payload = "reason",
        grant_reason: many VaultGrant = "grant-reason",
    }
    /// How a member wants to get its letters. The last one counts.
    Delivery = "delivery" {
        way: one DeliveryWay = "way",
        language: one LanguageWord = "language",
    }

    /// Opens a session for reading. Not kept in the journal; the hub records that it happened.
    Login = "login" {
        nonce: one Nonce = "nonce",
    }
}

impl Body {
    fn is_kind(kind: &str) -> Result<(), BadStatement> {
        match Self::KINDS.contains(&kind) {
            true => Ok(()),
            false => Err(BadStatement::UnknownKind { kind: kind.chars().take(40).collect() }),
        }
    }

    /// The case that it belongs to; none for those that say who is who.
    pub fn case(&self) -> Option<CaseNumber> {
        match self {
            Self::Case(b) => Some(b.case),
            Self::PhaseChange(b) => Some(b.case),
            Self::Item(b) => Some(b.case),
            Self::Retraction(b) => Some(b.case),
            Self::Roster(b) => Some(b.case),
            Self::Ask(b) => Some(b.case),
            Self::Approval(b) => Some(b.case),
            Self::NoApproval(b) => Some(b.case),
            Self::Consultation(b) => Some(b.case),
            Self::Release(b) => Some(b.case),
            Self::Withdrawal(b) => Some(b.case),
            Self::Letter(b) => Some(b.case),
            Self::Reply(b) => Some(b.case),
            Self::Vault(Vault { owner: Owner::Case(case), .. }) => Some(*case),
            Self::Vault(_) | Self::Slip(_) | Self::Key(_) | Self::Bundle(_) | Self::Membership(_) => None,
            Self::Admission(_) | Self::Directory(_) | Self::Revocation(_) | Self::Suspension(_) => None,
            Self::Exclusion(_) | Self::Delivery(_) | Self::Login(_) => None,
        }
    }
}

/// Every item that a release gives its reader.
pub fn released_items(release: &Release) -> impl Iterator<Item = Digest> {
    release.approved.iter().map(|approved| approved.item).chain(release.own.iter().map(|own| own.item))
}
