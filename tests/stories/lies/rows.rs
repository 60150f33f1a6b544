//! Each lie that is told on the way: in answer to what, and with what it is refused.

use zegel::protocol::id::Digest;
use zegel::protocol::seal::SealingKey;

use super::scene::{Deed, Scene};
use crate::liar::Lie;
use crate::support::disk::secret_keys;

/// A lie, what it is about, and what comes of it.
pub struct Row {
    pub lie: Lie,
    /// Where it is told, in words for the table.
    at: &'static str,
    pub about: fn(&Scene, usize) -> Vec<(String, String)>,
    pub deed: Deed,
    pub code: &'static str,
}

impl Row {
    pub fn name(&self) -> String {
        let at = if self.at.is_empty() { String::new() } else { format!(" ({})", self.at) };
        format!("{}{at}: {} {:?}", self.lie.name(), self.deed.who(), self.deed)
    }

    /// Whether the lie is about a batch, which is sent.
    pub fn sends(&self) -> bool {
        self.records() || matches!(self.lie, Lie::KeptBack | Lie::NothingRecorded)
    }

    /// Whether the hub does record what was sent, and lies about it after.
    pub fn records(&self) -> bool {
        matches!(self.lie, Lie::OtherReceipts | Lie::NoReceipts | Lie::ReceiptsBeyond | Lie::LostAnswer)
    }
}

type About = fn(&Scene, usize) -> Vec<(String, String)>;

const fn row(lie: Lie, at: &'static str, about: About, deed: Deed, code: &'static str) -> Row {
    Row { lie, at, about, deed, code }
}

fn nothing(_: &Scene, _: usize) -> Vec<(String, String)> {
    Vec::new()
}

fn about(at: impl ToString, with: impl ToString) -> Vec<(String, String)> {
    vec![(at.to_string(), with.to_string())]
}

fn part(item: Digest, part: &str) -> String {
    format!("/v1/statements/{item}/parts/{part}")
}

fn evidence(_: &Scene, _: usize) -> Vec<(String, String)> {
    about("/v1/statements?", "")
}

/// The headers of the row's label, and of the next one's.
fn label_headers(scene: &Scene, number: usize) -> Vec<(String, String)> {
    let next = scene.items[(number + 1) % scene.items.len()];
    about(part(scene.items[number], "label") + "/headers", part(next, "label") + "/headers")
}

fn body_headers(scene: &Scene, number: usize) -> Vec<(String, String)> {
    let next = scene.items[(number + 1) % scene.items.len()];
    about(part(scene.items[number], "body") + "/headers", part(next, "body") + "/headers")
}

/// The headers of what was released, and those of the other one.
fn released_headers(scene: &Scene, _: usize) -> Vec<(String, String)> {
    let [one, other] = scene.released.map(|item| part(item, "body") + "/headers");
    about(one, other)
}

fn released_body(scene: &Scene, _: usize) -> Vec<(String, String)> {
    let [one, other] = scene.released.map(|item| part(item, "body") + "/payload");
    about(one, other)
}

fn released_label(scene: &Scene, _: usize) -> Vec<(String, String)> {
    let [one, other] = scene.released.map(|item| part(item, "label") + "/payload");
    about(one, other)
}

fn label_for_body(scene: &Scene, _: usize) -> Vec<(String, String)> {
    about(part(scene.released[0], "body") + "/headers", part(scene.released[0], "label") + "/headers")
}

fn max_for_noor(scene: &Scene, _: usize) -> Vec<(String, String)> {
    let noor = secret_keys(scene.stage(), "noor").remove(0).recipient();
    about(noor, SealingKey::generate().recipient())
}

fn femkes_vault(scene: &Scene, _: usize) -> Vec<(String, String)> {
    about("/secret", secret_keys(scene.stage(), "femke").remove(0).recipient())
}

/// The headers that Femke's vault has, but for one.
fn one_header(scene: &Scene, number: usize) -> Vec<(String, String)> {
    about("/headers", format!("{} body", scene.items[number]))
}

pub const ROWS: &[Row] = &[
    // Who is who, and what was signed.
    row(Lie::OtherAuthority, "", nothing, Deed::AlmostApprove, "wrong-authority"),
    row(Lie::OtherRecipient, "Noor's", max_for_noor, Deed::AlmostApprove, "not-in-journal"),
    row(
        Lie::ChangedRule,
        "director",
        |_, _| about("\\ndirector: reads\\n", "\\ndirector: label\\n"),
        Deed::AlmostApprove,
        "not-in-journal",
    ),
    row(
        Lie::ChangedRule,
        "dates",
        |_, _| about("\\nretention: 2027", "\\nretention: 2037"),
        Deed::Open,
        "not-in-journal",
    ),
    row(
        Lie::OlderDirectory,
        "",
        |_, _| vec![("zegel/1 directory\n".into(), String::new()), ("\nnumber: 3\n".into(), String::new())],
        Deed::AlmostApprove,
        "older-directory",
    ),
    row(
        Lie::LeftOut,
        "a suspension",
        |_, _| about("zegel/1 suspension\n", ""),
        Deed::AlmostApprove,
        "held-back",
    ),
    row(
        Lie::LeftOut,
        "a roster",
        |_, _| about("zegel/1 roster\n", ""),
        Deed::AlmostApprove,
        "forged-statement",
    ),
    row(Lie::LeftOut, "a case", |scene, _| about(scene.case, ""), Deed::AlmostRenew, "held-back"),
    row(Lie::LeftOut, "a release", |_, _| about("zegel/1 release\n", ""), Deed::Open, "held-back"),
    row(Lie::OtherCase, "", |scene, _| about(scene.case, scene.other), Deed::AlmostApprove, "wrong-scope"),
    // Proofs.
    row(Lie::OutOfOrder, "", nothing, Deed::AlmostApprove, "malformed-evidence"),
    row(Lie::Duplicated, "", nothing, Deed::AlmostApprove, "malformed-evidence"),
    row(Lie::OtherMoment, "", nothing, Deed::Open, "not-in-journal"),
    row(Lie::CutProof, "", nothing, Deed::AlmostApprove, "not-in-journal"),
    row(Lie::ForgedCheckpoint, "", nothing, Deed::Open, "bad-checkpoint"),
    row(Lie::OlderJournal, "", nothing, Deed::AlmostApprove, "forked-journal"),
    row(Lie::EndlessPages, "", nothing, Deed::AlmostApprove, "malformed-evidence"),
    row(Lie::EmptyPages, "", nothing, Deed::AlmostApprove, "malformed-evidence"),
    // What is sealed.
    row(Lie::OtherHeader, "label", label_headers, Deed::AlmostApprove, "commitment"),
    row(Lie::OtherHeader, "body", body_headers, Deed::AlmostApprove, "commitment"),
    row(Lie::OtherHeader, "body", released_headers, Deed::Open, "commitment"),
    row(Lie::OtherPart, "", label_for_body, Deed::Open, "commitment"),
    row(Lie::OtherPayload, "body", released_body, Deed::Open, "digest"),
    row(Lie::OtherPayload, "label", released_label, Deed::Open, "digest"),
    row(Lie::AlteredBit, "body", released_body, Deed::Open, "digest"),
    row(Lie::AlteredBit, "label", released_label, Deed::Open, "digest"),
    row(Lie::Shorter, "body", released_body, Deed::Open, "length"),
    row(Lie::Longer, "body", released_body, Deed::Open, "length"),
    row(Lie::Longer, "label", released_label, Deed::Open, "bad-answer"),
    row(Lie::EndlessAnswer, "body", released_body, Deed::Open, "length"),
    row(Lie::CutAnswer, "body", released_body, Deed::Open, "network"),
    row(Lie::TwoStanzas, "", body_headers, Deed::AlmostApprove, "extra stanza"),
    row(Lie::ScryptStanza, "", released_headers, Deed::Open, "malformed header"),
    row(Lie::NotThere, "label", label_headers, Deed::AlmostApprove, "unknown-item"),
    row(Lie::NotThere, "body", released_headers, Deed::Open, "unknown-item"),
    row(Lie::NoHeaders, "body", body_headers, Deed::AlmostApprove, "no-key"),
    row(Lie::NoHeaders, "body", released_headers, Deed::Open, "no-key"),
    row(Lie::NoHeaders, "Femke's vault", |_, _| about("/headers", ""), Deed::AlmostRenew, "headers-left-out"),
    row(Lie::HeaderLeftOut, "Femke's vault", one_header, Deed::AlmostRenew, "headers-left-out"),
    row(Lie::OtherSecret, "Femke's vault", femkes_vault, Deed::AlmostApprove, "wrong-vault-key"),
    row(
        Lie::AlteredBit,
        "Femke's vault",
        |_, _| about("/secret", ""),
        Deed::AlmostApprove,
        "wrong-vault-key",
    ),
    // Signing in.
    row(Lie::OtherNonce, "", nothing, Deed::SignIn, "bad-answer"),
    row(Lie::OtherMember, "", nothing, Deed::SignIn, "bad-answer"),
    row(Lie::SignedOut, "", evidence, Deed::AlmostApprove, "signed-out"),
    // Batches and uploads.
    row(Lie::KeptBack, "", nothing, Deed::Approve, "kept"),
    row(Lie::NothingRecorded, "", nothing, Deed::ApproveAndLook, "not-kept"),
    row(Lie::OtherReceipts, "", nothing, Deed::Approve, "bad-receipt"),
    row(Lie::NoReceipts, "", nothing, Deed::Approve, "bad-receipt"),
    row(Lie::ReceiptsBeyond, "", nothing, Deed::Approve, "bad-receipt"),
    row(Lie::LostAnswer, "", nothing, Deed::Approve, "network"),
    row(Lie::UploadTooFar, "", nothing, Deed::Contribute, "bad-answer"),
    row(Lie::UploadAstray, "", nothing, Deed::Contribute, "bad-answer"),
    // HTTP.
    row(Lie::ServerError, "", evidence, Deed::AlmostApprove, "network"),
    row(Lie::AlwaysBusy, "", evidence, Deed::AlmostApprove, "network"),
    row(
        Lie::Elsewhere,
        "",
        |scene, _| about("/v1/statements?", &scene.elsewhere_url),
        Deed::AlmostApprove,
        "network",
    ),
    row(Lie::CutAnswer, "", evidence, Deed::AlmostApprove, "network"),
    row(Lie::EndlessAnswer, "", evidence, Deed::AlmostApprove, "bad-answer"),
    row(Lie::HugeAnswer, "", evidence, Deed::AlmostApprove, "bad-answer"),
    row(Lie::DeepAnswer, "", evidence, Deed::AlmostApprove, "bad-answer"),
    row(Lie::Bomb, "", evidence, Deed::AlmostApprove, "bad-answer"),
    row(Lie::SilentAnswer, "", evidence, Deed::AlmostApprove, "network"),
    row(Lie::TricklingAnswer, "", evidence, Deed::AlmostApprove, "network"),
    row(Lie::FalseWords, "", evidence, Deed::AlmostApprove, "case-ended"),
    row(Lie::FalseWords, "", released_headers, Deed::Open, "case-ended"),
    row(Lie::FalseCode, "", evidence, Deed::AlmostApprove, "network"),
];
