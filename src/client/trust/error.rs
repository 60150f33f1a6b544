//! Why what the hub showed was not believed.

use std::path::PathBuf;

use crate::protocol::cert::Fingerprint;
use crate::protocol::id::Digest;
use crate::protocol::journal::BadCheckpoint;
use crate::protocol::refusal::Refusal;

/// Why what the hub showed was not believed. Each means: nothing of it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustError {
    /// Another authority than the one on the slip.
    WrongAuthority { pinned: Fingerprint, shown: Fingerprint },
    /// What came is not evidence as the protocol has it.
    Malformed { what: &'static str },
    /// A checkpoint that the journal's key did not sign, or that is none.
    Checkpoint(BadCheckpoint),
    /// A statement that does not stand in the journal.
    NotInJournal { id: Digest },
    /// A statement that does not belong to what was asked for.
    WrongScope { id: Digest },
    /// A statement whose signer saw another journal than this.
    OtherJournal { id: Digest },
    /// The journal is shorter than it was, or another one. Both checkpoints are in the file.
    Forked { evidence: PathBuf },
    /// A directory older than one that was seen.
    OlderDirectory { seen: u64, shown: u64 },
    /// The directory that was seen is not there.
    OtherDirectory { number: u64 },
    /// Something that was shown before is not there any more.
    HeldBack { id: Digest },
    /// Something of the member's own that the hub said it recorded is not there.
    NotKept { ids: Vec<Digest> },
    /// Of what a vault was given, the hub gives no key to carry over.
    HeadersLeftOut { id: Digest },
    /// The statement of the member's newest key bundle is not there.
    NoBundle { number: u64 },
    /// A statement that is not what may have been signed.
    Statement { id: Digest, kind: &'static str, refusal: Refusal },
}

impl TrustError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongAuthority { .. } => "wrong-authority",
            Self::Malformed { .. } => "malformed-evidence",
            Self::Checkpoint(_) => "bad-checkpoint",
            Self::NotInJournal { .. } => "not-in-journal",
            Self::WrongScope { .. } => "wrong-scope",
            Self::OtherJournal { .. } => "other-journal",
            Self::Forked { .. } => "forked-journal",
            Self::OlderDirectory { .. } => "older-directory",
            Self::OtherDirectory { .. } => "other-directory",
            Self::HeldBack { .. } => "held-back",
            Self::NotKept { .. } => "not-kept",
            Self::HeadersLeftOut { .. } => "headers-left-out",
            Self::NoBundle { .. } => "no-bundle",
            Self::Statement { .. } => "forged-statement",
        }
    }

    /// In Dutch and in English.
    pub fn sentences(&self) -> (String, String) {
        match self {
            Self::WrongAuthority { pinned, shown } => (
                format!(
                    "De hub toont een andere autoriteit ({shown}) dan op uw strookje stond ({pinned}). Er is niets gedaan. Bel het huis."
                ),
                format!(
                    "The hub shows another authority ({shown}) than your slip named ({pinned}). Nothing was done. Call the house."
                ),
            ),
            Self::Malformed { what } => (
                format!(
                    "De hub gaf bewijs dat niet te lezen is ({what}). Er is niets van geloofd. Werk het programma bij, of bel het huis."
                ),
                format!(
                    "The hub gave evidence that can't be read ({what}). None of it was believed. Update the program, or call the house."
                ),
            ),
            Self::Checkpoint(problem) => (
                format!(
                    "De stand van het logboek is niet goed ondertekend ({}). Er is niets van geloofd. Bel het huis.",
                    problem.code()
                ),
                format!(
                    "The journal's checkpoint is not properly signed ({problem}). None of it was believed. Call the house."
                ),
            ),
            Self::NotInJournal { id } => (
                format!(
                    "De hub toont een verklaring die niet in het logboek staat ({id}). Er is niets van geloofd. Bel het huis."
                ),
                format!(
                    "The hub shows a statement that is not in the journal ({id}). None of it was believed. Call the house."
                ),
            ),
            Self::WrongScope { id } => (
                format!(
                    "De hub toont een verklaring op een plek waar die niet hoort ({id}). Er is niets van geloofd. Bel het huis."
                ),
                format!(
                    "The hub shows a statement where it does not belong ({id}). None of it was believed. Call the house."
                ),
            ),
            Self::OtherJournal { id } => (
                format!(
                    "Wie dit ondertekende, zag een ander logboek dan u ({id}). De hub toont mensen verschillende dingen, of iemand werkt met een ander logboek. Er is niets van geloofd. Bel het huis."
                ),
                format!(
                    "Who signed this saw another journal than you do ({id}). The hub shows people different things, or someone works with another journal. None of it was believed. Call the house."
                ),
            ),
            Self::Forked { evidence } => (
                format!(
                    "Het logboek is niet meer hetzelfde als wat u eerder zag. Dat hoort nooit te gebeuren. Er is niets gedaan. Bel het huis en bewaar dit bewijs: {}.",
                    evidence.display()
                ),
                format!(
                    "The journal is not the one that you saw before. That should never happen. Nothing was done. Call the house, and keep this evidence: {}.",
                    evidence.display()
                ),
            ),
            Self::OlderDirectory { seen, shown } => (
                format!(
                    "De hub toont adreslijst {shown}, maar u zag al nummer {seen}. Wie intussen is geschorst of weg is, zou weer meetellen. Er is niets gedaan. Bel het huis."
                ),
                format!(
                    "The hub shows directory {shown}, but you have seen number {seen}. Whoever left or was revoked since would count again. Nothing was done. Call the house."
                ),
            ),
            Self::OtherDirectory { number } => (
                format!(
                    "De hub toont een andere adreslijst {number} dan u eerder zag. Er is niets gedaan. Bel het huis."
                ),
                format!(
                    "The hub shows another directory {number} than you saw before. Nothing was done. Call the house."
                ),
            ),
            Self::HeldBack { id } => (
                format!(
                    "De hub houdt iets achter dat hij eerder wel liet zien ({id}). Iemand die is geschorst of weg is, zou zo weer kunnen meelezen. Er is niets gedaan. Bel het huis en lees dit nummer voor."
                ),
                format!(
                    "The hub keeps something back that it showed before ({id}). Someone who is suspended or left could so read along again. Nothing was done. Call the house and read this number aloud."
                ),
            ),
            Self::NotKept { ids } => (
                format!(
                    "De hub zei dat hij uw verklaring had vastgelegd ({}), maar die staat niet in het logboek dat hij laat zien. Reken er niet op dat zij geldt. Bel het huis, lees dit nummer voor, en doe het daarna opnieuw.",
                    and_more(ids, "en nog")
                ),
                format!(
                    "The hub said that it had recorded your statement ({}), but it is not in the journal that it shows. Don't count on it. Call the house, read this number aloud, and do it again after that.",
                    and_more(ids, "and")
                ),
            ),
            Self::HeadersLeftOut { id } => (
                format!(
                    "De hub geeft niet alles wat in deze kluis zit ({id}). Wat nu niet meegaat, kan daarna niemand meer openen. Er is niets gedaan. Doe het opnieuw: een collega kan het net hebben teruggenomen. Blijft dit zo, bel dan het huis en lees dit nummer voor."
                ),
                format!(
                    "The hub does not give all that is in this vault ({id}). What is not carried over now, nobody could open after that. Nothing was done. Do it again: a colleague may have taken it out just now. If this stays so, call the house and read this number aloud."
                ),
            ),
            Self::NoBundle { number } => (
                format!(
                    "De hub laat niet zien dat uw sleutelbos (versie {number}) is vastgelegd. Zonder dat brengt uw herstelcode oude sleutels terug. Er is niets gedaan. Gebruik uw herstelcode nu niet. Bel het huis."
                ),
                format!(
                    "The hub does not show that your key bundle (version {number}) was recorded. Without it your recovery code brings old keys back. Nothing was done. Don't use your recovery code now. Call the house."
                ),
            ),
            // The refusal by its name only: its sentence tells the signer what to do, and not who was shown this.
            Self::Statement { id, kind, refusal } => {
                let why = refusal.code();
                (
                    format!(
                        "De hub toont een verklaring ({kind}, {id}) die niet mag bestaan: {why}. Er is niets van geloofd. Bel het huis."
                    ),
                    format!(
                        "The hub shows a statement ({kind}, {id}) that must not exist: {why}. None of it was believed. Call the house."
                    ),
                )
            }
        }
    }
}

/// The first of some statements, and how many there are beside it.
fn and_more(ids: &[Digest], and: &str) -> String {
    let first = ids.first().map(Digest::to_string).unwrap_or_default();
    match ids.len() {
        0 | 1 => first,
        all => format!("{first}, {and} {}", all - 1),
    }
}
