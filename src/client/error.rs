//! Why a verb did not do what was asked: one sentence in Dutch and one in English, each of which says
//! what went wrong, where, and what to do now.

use std::path::{Path, PathBuf};

use crate::protocol::cert::{BadCert, CertError};
use crate::protocol::id::NotA;
use crate::protocol::label::for_terminal;
use crate::protocol::payload::Broken;
use crate::protocol::refusal::{Flaw, Language, Refusal};
use crate::protocol::seal;

use super::context::nl_en;
use super::home::HomeError;
use super::trust::TrustError;

pub type Result<T, E = ClientError> = std::result::Result<T, E>;

/// Why a verb was not done.
#[derive(Debug)]
pub enum ClientError {
    /// The hub says no. `next` is the number to take instead, where a case's or a bundle's is taken.
    Refused { code: String, sentence: String, next: Option<String> },
    /// Our own judgement says no, before anything was sent.
    Rule(Refusal),
    /// What the hub showed does not hold; nothing of it was believed.
    Trust(TrustError),
    /// Something does not open, or can't be sealed.
    Sealed(seal::Refused),
    /// The member's folder.
    Home(HomeError),
    /// There is no session, or it ended.
    SignedOut,
    /// The hub can't be reached, or stopped answering; or (`HTTP 502`) what answers does not speak as the hub does.
    Network { problem: String },
    /// The hub answered something that is not what the protocol says.
    BadAnswer { what: &'static str },
    /// A file that can't be read or written.
    File { path: PathBuf, problem: String },
    /// There is no room left where this file is to be.
    NoRoom { path: PathBuf },
    /// A text, from a person or a file, that is not what it should be.
    Input { what: String },
    /// A cert that is not one.
    Cert(Flaw),
    /// The person said no, or nobody was there to say yes.
    Declined,
    /// The machine gives no random bytes.
    NoRandomness,
    /// In words of its own: a Dutch and an English sentence.
    Said { code: &'static str, nl: String, en: String },
    /// A reason that was told before, in the person's language.
    Again { code: String, sentence: String },
    /// The same in several lines.
    Lines { code: &'static str, nl: Vec<String>, en: Vec<String> },
}

impl ClientError {
    /// A refusal in words of its own.
    pub fn said(code: &'static str, nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Said { code, nl: nl.into(), en: en.into() }
    }

    /// A file that can't be read or written.
    pub fn file(path: &Path, problem: impl ToString + 'static) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let io = (&problem as &dyn std::any::Any).downcast_ref::<std::io::Error>();
        match io.map(std::io::Error::kind) {
            Some(StorageFull | QuotaExceeded | FileTooLarge) => Self::NoRoom { path: path.to_owned() },
            _ => Self::File { path: path.to_owned(), problem: problem.to_string() },
        }
    }

    /// Whether it is this machine's own disk that won't do: no use to go on with another file.
    pub fn is_of_this_machine(&self) -> bool {
        matches!(self, Self::File { .. } | Self::NoRoom { .. })
    }

    /// A text that is not what it should be.
    pub fn input(what: impl ToString) -> Self {
        Self::Input { what: what.to_string() }
    }

    /// An answer to a batch that is not about that batch: what the hub did is not known.
    pub fn bad_receipt() -> Self {
        Self::said(
            "bad-receipt",
            "De hub zegt niet goed wat hij heeft vastgelegd. Misschien is het gelukt, misschien niet. Kijk eerst hoe het ervoor staat, en bel het huis voordat u het opnieuw doet.",
            "The hub does not say rightly what it recorded. Perhaps it was done, perhaps not. See how things stand first, and call the house before you do it again.",
        )
    }

    /// By this machine's clock its member's keys are not there yet. With a clock at most five minutes off, which the hub
    /// takes, they may have been made on a machine whose clock is ahead.
    pub fn clock_behind() -> Self {
        Self::said(
            "clock-behind",
            "Volgens de klok van dit apparaat bestaan uw sleutels nog niet. Er is niets ondertekend. Waarschijnlijk loopt de klok achter: zet datum en tijd goed, en doe het opnieuw. Kloppen ze al, wacht dan vijf minuten.",
            "By this machine's clock your keys don't exist yet. Nothing was signed. The clock is probably behind: set date and time right, and do it again. If they are right already, wait five minutes.",
        )
    }

    /// The reason's stable name.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { code, .. } | Self::Again { code, .. } => code,
            Self::Rule(refusal) => refusal.code(),
            Self::Trust(problem) => problem.code(),
            Self::Sealed(problem) => problem.name(),
            Self::Home(problem) => problem.code(),
            Self::SignedOut => "signed-out",
            Self::Network { .. } => "network",
            Self::BadAnswer { .. } => "bad-answer",
            Self::File { .. } => "file",
            Self::NoRoom { .. } => "no-room",
            Self::Input { .. } => "input",
            Self::Cert(_) => "bad-cert",
            Self::Declined => "declined",
            Self::NoRandomness => "no-randomness",
            Self::Said { code, .. } | Self::Lines { code, .. } => code,
        }
    }

    /// Whether the hub or our own judgement refused for this reason.
    pub fn is(&self, code: &str) -> bool {
        self.code() == code
    }

    /// Whether the hub gave no answer: it can't be reached, is busy or broken, or wants a new session. That says
    /// nothing of what was asked.
    pub fn is_no_answer(&self) -> bool {
        match self {
            Self::SignedOut | Self::Network { .. } => true,
            Self::Refused { code, .. } => matches!(code.as_str(), "unavailable" | "too-often" | "internal"),
            _ => false,
        }
    }

    /// Whether the same may well go in a moment.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Network { .. }) || self.is("unavailable")
    }

    /// The sentence for a person, safe to show on a terminal.
    pub fn sentence(&self, language: Language) -> String {
        let (nl, en) = match self {
            Self::Rule(refusal) => return refusal.sentence(language),
            Self::Trust(problem) => problem.sentences(),
            Self::Home(problem) => problem.sentences(),
            Self::Refused { code, .. } if code == "unavailable" => (
                "De hub kan dit nu niet doen, ook niet na enkele keren proberen. Er is niets verloren: geef dezelfde opdracht straks opnieuw.".into(),
                "The hub can't do this now, not even after some tries. Nothing is lost: run the same command again later.".into(),
            ),
            Self::Refused { sentence, .. } => return of_hub(sentence, language),
            Self::Again { sentence, .. } => return for_terminal(sentence),
            Self::Said { nl, en, .. } => (nl.clone(), en.clone()),
            Self::Lines { nl, en, .. } => {
                let lines = if language == Language::Dutch { nl } else { en };
                return lines.iter().map(|line| for_terminal(line)).collect::<Vec<_>>().join("\n");
            }
            Self::Sealed(problem) => (
                format!(
                    "Dit gaat niet open, en er is niets getoond: {}. Bel het huis als dit blijft gebeuren.",
                    in_dutch(*problem)
                ),
                format!(
                    "This does not open, and nothing was shown: {problem}. Call the house if this keeps happening."
                ),
            ),
            Self::SignedOut => (
                "U bent niet (meer) aangemeld. Meld u aan: zegel login.".into(),
                "You are not signed in (any more). Sign in: zegel login.".into(),
            ),
            Self::Network { problem } if problem.starts_with("HTTP ") => (
                format!(
                    "Er kwam een antwoord dat niet van de hub is, of er ging iets mis in de hub ({problem}). Probeer het over enkele minuten opnieuw; dubbel doen kan geen kwaad. Blijft het zo, bel dan het huis."
                ),
                format!(
                    "An answer came that is not the hub's, or something went wrong in the hub ({problem}). Try again in a few minutes; doing it twice does no harm. If it stays like this, call the house."
                ),
            ),
            Self::Network { problem } => (
                format!(
                    "De hub is niet bereikbaar: {problem}. Er is niets verloren: controleer uw verbinding, en geef dezelfde opdracht straks opnieuw."
                ),
                format!(
                    "The hub can't be reached: {problem}. Nothing is lost: check your connection, and run the same command again later."
                ),
            ),
            Self::BadAnswer { what } => (
                format!(
                    "De hub gaf een antwoord dat niet klopt ({what}). Werk het programma bij, of bel het huis."
                ),
                format!(
                    "The hub gave an answer that is not right ({what}). Update the program, or call the house."
                ),
            ),
            Self::File { path, problem } => (
                format!(
                    "Het bestand {} kan niet worden gebruikt: {problem}. Controleer de naam en uw rechten.",
                    path.display()
                ),
                format!(
                    "The file {} can't be used: {problem}. Check its name and your permissions.",
                    path.display()
                ),
            ),
            Self::NoRoom { path } => (
                format!(
                    "Er is geen ruimte meer voor {}. Er is geen half bestand bewaard, en er is niets verloren. Maak ruimte, en geef dezelfde opdracht opnieuw.",
                    path.display()
                ),
                format!(
                    "There is no room left for {}. No half file was kept, and nothing is lost. Make room, and run the same command again.",
                    path.display()
                ),
            ),
            Self::Input { what } => (
                format!("Wat u opgaf klopt niet: {what}. Verbeter het en probeer het opnieuw."),
                format!("What you gave is not right: {what}. Correct it and try again."),
            ),
            Self::Cert(problem) => (
                format!("De sleutel klopt niet: {}. Bel het huis.", problem.nl),
                format!("The key is not right: {}. Call the house.", problem.en),
            ),
            Self::Declined => (
                "Er is niets gedaan: u zei geen ja. Gebruik --yes als u niet gevraagd wilt worden.".into(),
                "Nothing was done: you did not say yes. Use --yes if you don't want to be asked.".into(),
            ),
            Self::NoRandomness => (
                "Dit apparaat geeft geen willekeurige getallen. Start het opnieuw op.".into(),
                "This machine gives no random numbers. Restart it.".into(),
            ),
        };
        let sentence = match language {
            Language::Dutch => nl,
            Language::English => en,
        };
        for_terminal(&sentence).to_string()
    }
}

/// What is wrong with something sealed, for who reads Dutch.
fn in_dutch(problem: seal::Refused) -> &'static str {
    use seal::Refused;
    match problem {
        Refused::Digest => "de inhoud is een andere dan waarvoor is getekend",
        Refused::Length => "de inhoud is langer of korter dan waarvoor is getekend",
        Refused::Malformed => "de sleutel is niet goed opgebouwd",
        Refused::ExtraStanza => "de sleutel is voor meer dan één lezer",
        Refused::WrongReader => "het is verzegeld voor een andere sleutel dan de uwe",
        Refused::AlteredMac => "er is iets veranderd aan de sleutel",
        Refused::Commitment => "de sleutel is die van iets anders",
        Refused::Payload(Broken::Truncated) => "de inhoud is afgebroken",
        Refused::Payload(_) => "er is iets veranderd aan de inhoud",
        Refused::NoReaders => "er is niemand om voor te verzegelen",
        Refused::TooMuchWork => "het wachtwoord vraagt meer rekenwerk dan is toegestaan",
        Refused::NoRandomness => "het apparaat geeft geen willekeurige getallen",
    }
}

/// The most characters of a hub's words that are shown.
const MOST_WORDS: usize = 400;

/// What the hub says is said to be its word, on one line and no longer than a sentence or three: it could else speak
/// as if it were this program, and ask for something.
fn of_hub(sentence: &str, language: Language) -> String {
    let line = for_terminal(&sentence.split_whitespace().collect::<Vec<_>>().join(" "));
    let by = nl_en(language, "Volgens de hub", "According to the hub");
    let cut = if line.chars().count() > MOST_WORDS { "…" } else { "" };
    format!("{by}: {}{cut}", line.chars().take(MOST_WORDS).collect::<String>())
}

impl std::fmt::Display for ClientError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence(Language::English))
    }
}

impl std::error::Error for ClientError {}

/// Wraps each reason.
macro_rules! from {
    ($($type:ty => |$problem:ident| $error:expr;)+) => {
        $(impl From<$type> for ClientError {
            fn from($problem: $type) -> Self {
                $error
            }
        })+
    };
}

from! {
    Refusal => |refusal| Self::Rule(refusal);
    TrustError => |problem| Self::Trust(problem);
    HomeError => |problem| Self::Home(problem);
    seal::Refused => |problem| Self::Sealed(problem);
    NotA => |problem| Self::Input { what: problem.to_string() };
    CertError => |problem| match problem {
        CertError::BeforeKey => Self::clock_behind(),
        other => Self::Cert(Flaw::new(other.dutch(), other.to_string())),
    };
    BadCert => |problem| Self::Cert(problem.into());
    ring::error::Unspecified => |_problem| Self::NoRandomness;
}
