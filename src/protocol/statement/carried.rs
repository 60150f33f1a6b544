//! What a statement carries along, and what its grammar alone cannot say.

use super::*;

/// The name of a sealed part of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartName {
    Label,
    Body,
    Outcome,
    Grounds,
    Grants,
    Reason,
}

impl PartName {
    pub fn word(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Body => "body",
            Self::Outcome => "outcome",
            Self::Grounds => "grounds",
            Self::Grants => "grants",
            Self::Reason => "reason",
        }
    }
}

impl std::str::FromStr for PartName {
    type Err = crate::protocol::id::NotA;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Label, Self::Body, Self::Outcome, Self::Grounds, Self::Grants, Self::Reason]
            .into_iter()
            .find(|part| part.word() == text)
            .ok_or(crate::protocol::id::NotA("a part (label, body, outcome, grounds, grants, reason)"))
    }
}

impl std::fmt::Display for PartName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// A sealed part that a statement brings: the payload, and its first headers.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    pub name: PartName,
    pub payload: Payload,
    pub grants: &'a [VaultGrant],
}

impl Body {
    pub(super) fn is_kind(kind: &str) -> Result<(), BadStatement> {
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
            Self::Vault(Vault { owner: Owner::Case(case), .. }) => Some(*case),
            Self::Vault(_) | Self::Slip(_) | Self::Key(_) | Self::Bundle(_) | Self::Membership(_) => None,
            Self::Admission(_) | Self::Directory(_) | Self::Revocation(_) | Self::Suspension(_) => None,
            Self::Exclusion(_) | Self::Login(_) => None,
        }
    }

    /// The sealed parts that it brings. An item's body comes by upload, all others as attachments.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let part = |name, payload: &Payload, grants| Part { name, payload: *payload, grants };
        match self {
            Self::Item(b) => vec![
                part(PartName::Label, &b.label, &b.grant_label[..]),
                part(PartName::Body, &b.body, &b.grant_body[..]),
            ],
            Self::PhaseChange(b) => vec![part(PartName::Outcome, &b.outcome, &b.grant_outcome[..])],
            Self::Roster(b) => vec![part(PartName::Grounds, &b.grounds, &b.grant_grounds[..])],
            Self::Approval(b) => vec![part(PartName::Grants, &b.grants, &b.grant_grants[..])],
            Self::NoApproval(b) => vec![part(PartName::Reason, &b.reason, &b.grant_reason[..])],
            Self::Consultation(b) => vec![part(PartName::Outcome, &b.outcome, &b.grant_outcome[..])],
            _ => Vec::new(),
        }
    }

    /// The attachments that are neither sealed parts nor headers, by their SHA-256 digest.
    pub fn blobs(&self) -> Vec<Digest> {
        match self {
            Self::Key(b) => vec![b.cert],
            Self::Bundle(b) => vec![b.digest],
            Self::Membership(b) => vec![b.certified],
            Self::Directory(b) => vec![b.hub_cert],
            Self::Vault(b) => std::iter::once(b.secret).chain(b.set).collect(),
            _ => Vec::new(),
        }
    }

    /// What the grammar cannot say: fields that go together, or that must not be empty.
    pub(super) fn check_itself(&self) -> Result<(), BadStatement> {
        let contradiction = |problem| Err(BadStatement::Contradiction(problem));
        match self {
            Self::Key(b) => match (&b.slip, &b.ticket, &b.previous, &b.proof) {
                (Some(_), Some(_), None, Some(_)) | (None, None, Some(_), None) => Ok(()),
                _ => contradiction("a key has slip, ticket and proof, or previous"),
            },
            Self::Vault(b) if b.holder.is_empty() => contradiction("a vault has a holder"),
            Self::Vault(b) if b.generation.0 == 0 => contradiction("a vault's generations count from 1"),
            Self::Vault(b) if b.set.is_some() && b.predecessor.is_none() => {
                contradiction("what is carried over comes from a predecessor")
            }
            Self::Bundle(b) if b.fetch.is_empty() => contradiction("a bundle can be fetched"),
            Self::Membership(b) if b.from >= b.until => contradiction("from comes before until"),
            Self::Item(Item { from: Some(from), until: Some(until), .. }) if from >= until => {
                contradiction("from comes before until")
            }
            Self::Item(b) if !b.phase.iter().all(|phase| phase.has_meetings()) => {
                contradiction("an item is given in triage, rto or plan only")
            }
            Self::Roster(b) if b.from >= b.until => contradiction("from comes before until"),
            Self::Roster(b) if b.participant.is_empty() => contradiction("a roster has participants"),
            Self::Roster(b) if twice(b.participant.iter().map(|p| p.member)) => {
                contradiction("a participant has one seat")
            }
            Self::Ask(b) if b.item.is_empty() => contradiction("an ask names items"),
            Self::Ask(b) if b.agenda_label.is_some() != b.agenda_body.is_some() => {
                contradiction("an agenda has label and body")
            }
            Self::Approval(b) if b.from >= b.until => contradiction("from comes before until"),
            Self::NoApproval(b) if b.reader.is_empty() => contradiction("a refusal names readers"),
            Self::Release(b) if b.from >= b.until => contradiction("from comes before until"),
            Self::Release(b) if twice(released_items(b)) => contradiction("an item is released once"),
            Self::Withdrawal(b) if b.reader.is_empty() => contradiction("a withdrawal names readers"),
            _ => Ok(()),
        }
    }
}

/// Every item that a release gives its reader.
pub fn released_items(release: &Release) -> impl Iterator<Item = Digest> {
    release.approved.iter().map(|approved| approved.item).chain(release.own.iter().map(|own| own.item))
}

fn twice<T: Ord>(values: impl Iterator<Item = T>) -> bool {
    let mut values: Vec<T> = values.collect();
    values.sort();
    values.windows(2).any(|pair| pair[0] == pair[1])
}
