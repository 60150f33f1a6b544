//! What a statement carries along: sealed parts with their headers, and other attachments.

use super::{Body, Digest};
use crate::protocol::words::{Payload, VaultGrant};

/// The name of a sealed part of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartName {
    Label,
    Body,
    Outcome,
    Grounds,
    Grants,
    Reason,
    Copy,
    Answer,
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
            Self::Copy => "copy",
            Self::Answer => "answer",
        }
    }
}

impl std::str::FromStr for PartName {
    type Err = crate::protocol::id::NotA;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [
            Self::Label,
            Self::Body,
            Self::Outcome,
            Self::Grounds,
            Self::Grants,
            Self::Reason,
            Self::Copy,
            Self::Answer,
        ]
        .into_iter()
        .find(|part| part.word() == text)
        .ok_or(crate::protocol::id::NotA(
            "a part (label, body, outcome, grounds, grants, reason, copy, answer)",
        ))
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
            Self::Letter(b) => vec![part(PartName::Copy, &b.copy, &b.grant_copy[..])],
            Self::Reply(b) => vec![
                part(PartName::Answer, &b.answer, &b.grant_answer[..]),
                part(PartName::Reason, &b.reason, &b.grant_reason[..]),
            ],
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
            Self::Letter(b) => vec![b.message],
            Self::Vault(b) => std::iter::once(b.secret).chain(b.set).collect(),
            _ => Vec::new(),
        }
    }
}
