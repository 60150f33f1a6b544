//! Why something is refused: a closed list, with one sentence in Dutch and one in English, each of
//! which says what is wrong and what to do now. Hub and clients refuse in the same words.

use super::cert::{BadCert, BadSignature};
use super::id::{CaseNumber, MemberId, Moment};
use super::lines::BadStatement;
use super::mime::BadLetter;
use super::words::Phase;
use super::zone::shown;

/// The languages that people read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    Dutch,
    English,
}

/// How a refusal is answered over HTTP: the request is wrong in itself, nothing changes that;
/// the caller may not; it collides with what is there; or it is not there for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Malformed,
    Forbidden,
    Conflict,
    NotFound,
}

/// What is wrong with something, as it is told within a sentence. What only a broken program makes has no Dutch: it is
/// named as programs name it, for whoever is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub nl: String,
    pub en: String,
}

impl Flaw {
    pub fn new(nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { nl: nl.into(), en: en.into() }
    }
}

/// The closed lists of what can be wrong.
macro_rules! flaws {
    ($($list:ty),+) => {
        $(impl From<$list> for Flaw {
            fn from(flaw: $list) -> Self {
                Self::new(flaw.dutch(), flaw.to_string())
            }
        })+
    };
}

flaws!(BadStatement, BadSignature, BadCert, BadLetter);

/// What fills a place in a sentence.
trait Filling {
    fn told(&self, language: Language) -> String;
}

impl Filling for Flaw {
    fn told(&self, language: Language) -> String {
        match language {
            Language::Dutch => self.nl.clone(),
            Language::English => self.en.clone(),
        }
    }
}

impl Filling for Phase {
    fn told(&self, language: Language) -> String {
        let (nl, en) = self.called();
        Flaw::new(nl, en).told(language)
    }
}

/// What reads alike in any language.
macro_rules! alike {
    ($($type:ty),+) => {
        $(impl Filling for $type {
            fn told(&self, _: Language) -> String {
                self.to_string()
            }
        })+
    };
}

alike!(String, u64, CaseNumber, MemberId);

impl Filling for Moment {
    fn told(&self, language: Language) -> String {
        shown(*self, language)
    }
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident $({ $($field:ident: $type:ty),+ })? = $code:literal, $class:ident,
        $nl:literal, $en:literal;)+) => {
        /// A closed reason.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Refusal { $($(#[$doc])* $variant $({ $($field: $type),+ })?,)+ }

        impl Refusal {
            /// All codes, for documentation and tests.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// The reason's stable name.
            pub fn code(&self) -> &'static str {
                match self { $(Self::$variant $({ $($field: _),+ })? => $code,)+ }
            }

            /// What kind of no it is.
            pub fn class(&self) -> Class {
                match self { $(Self::$variant $({ $($field: _),+ })? => Class::$class,)+ }
            }

            /// The sentence for a person.
            #[allow(unused_variables, clippy::useless_format)]
            pub fn sentence(&self, language: Language) -> String {
                match self {
                    $(Self::$variant $({ $($field),+ })? => {
                        $($(let $field = $field.told(language);)+)?
                        match language {
                            Language::Dutch => format!($nl),
                            Language::English => format!($en),
                        }
                    })+
                }
            }
        }
    };
}

refusals! {
    // The text and its signature.
    BadText { problem: Flaw } = "bad-text", Malformed,
        "De verklaring is niet goed opgebouwd: {problem}. Werk het programma bij en probeer het opnieuw.",
        "The statement is not well formed: {problem}. Update the program and try again.";
    BadSignature { problem: Flaw } = "bad-signature", Malformed,
        "De handtekening klopt niet: {problem}. Onderteken opnieuw; lukt dat weer niet, bel dan het huis.",
        "The signature is not right: {problem}. Sign again; if that fails too, call the house.";
    BadCert { problem: Flaw } = "bad-cert", Malformed,
        "Het certificaat klopt niet: {problem}. Maak nieuwe sleutels.",
        "The certificate is not right: {problem}. Make new keys.";
    WrongHub = "wrong-hub", Malformed,
        "Deze verklaring is voor een andere hub bedoeld. Controleer de naam van de hub.",
        "This statement is meant for another hub. Check the hub's name.";
    WrongSigner = "wrong-signer", Forbidden,
        "Dit mag niet door deze ondertekenaar worden gedaan. Vraag wie dit wel mag.",
        "This signer may not do this. Ask someone who may.";
    ClockOff { at: Moment } = "clock-off", Malformed,
        "Uw klok wijkt meer dan vijf minuten af van die van de hub ({at}). Zet de klok goed en onderteken opnieuw.",
        "Your clock is more than five minutes off the hub's ({at}). Set it right and sign again.";
    OtherHistory = "other-history", Conflict,
        "Uw programma kent een ander logboek dan deze hub. Dit kan op misbruik wijzen: bel het huis voordat u verder gaat.",
        "Your program knows another journal than this hub's. This can mean abuse: call the house before you go on.";
    OutOfOrder = "out-of-order", Conflict,
        "Deze verklaring staat niet op haar plaats in het logboek. Dit kan op misbruik wijzen: bel het huis.",
        "This statement is not at its place in the journal. This can mean abuse: call the house.";
    RecordedTwice = "recorded-twice", Conflict,
        "Deze verklaring staat al in het logboek; een verklaring telt één keer. Onderteken een nieuwe als dat de bedoeling is.",
        "This statement is in the journal already; a statement counts once. Sign a new one if that is what you mean.";
    MissingAttachment = "missing-attachment", Malformed,
        "Er ontbreekt een bijlage die de verklaring noemt. Stuur het geheel opnieuw.",
        "An attachment that the statement names is missing. Send the whole again.";
    UnusedAttachment = "unused-attachment", Malformed,
        "Er is een bijlage die geen verklaring noemt. Stuur het geheel opnieuw, zonder die bijlage.",
        "There is an attachment that no statement names. Send the whole again without it.";
    BadHeader = "bad-header", Malformed,
        "Een sleutel in de bijlagen is niet goed opgebouwd: het moet een kop met precies één lezer zijn. Werk het programma bij.",
        "A key in the attachments is not well formed: it must be a header with exactly one reader. Update the program.";
    NotUploaded = "not-uploaded", Conflict,
        "De inhoud van het stuk is niet, of niet helemaal, ontvangen. Upload het stuk opnieuw; het gaat verder waar het stopte.",
        "The item's content has not, or not wholly, arrived. Upload it again; it goes on where it stopped.";

    // Who is who.
    NoDirectory = "no-directory", Conflict,
        "Er is nog geen adreslijst van het huis. Vraag het huis om die te publiceren.",
        "The house has no directory yet. Ask the house to publish it.";
    StaleDirectory { until: Moment } = "stale-directory", Conflict,
        "De adreslijst van het huis is verlopen op {until}. Vraag het huis om een nieuwe; intrekken kan nog wel.",
        "The house's directory expired at {until}. Ask the house for a new one; withdrawing still works.";
    OlderDirectory = "older-directory", Conflict,
        "Deze adreslijst is niet nieuwer dan de laatste. Haal de laatste op.",
        "This directory is not newer than the last one. Fetch the last one.";
    DirectoryTooLong = "directory-too-long", Malformed,
        "Een adreslijst geldt hoogstens 92 dagen. Kies een eerdere einddatum.",
        "A directory holds for 92 days at most. Choose an earlier end.";
    DirectoryDangling = "directory-dangling", Malformed,
        "De adreslijst noemt iets wat de hub niet kent, of iets dubbel. Publiceer eerst wat ontbreekt.",
        "The directory names something the hub does not know, or names it twice. Publish what is missing first.";
    UnknownMember = "unknown-member", NotFound,
        "Deze deelnemer staat niet in de adreslijst. Controleer de naam, of vraag het huis om de deelnemer toe te laten.",
        "This member is not in the directory. Check the name, or ask the house to admit the person.";
    NotVouched = "not-vouched", Forbidden,
        "Uw sleutel is nog niet bevestigd door het huis. Bel het huis en lees uw controlewoorden voor.",
        "The house has not vouched for your key yet. Call the house and read your check words aloud.";
    NotInForce = "not-in-force", Forbidden,
        "Dit lidmaatschap geldt op dit moment niet. Vraag het huis om het te verlengen.",
        "This membership is not in force at this moment. Ask the house to renew it.";
    Suspended { until: Moment } = "suspended", Forbidden,
        "Deze persoon is geschorst tot {until}. Neem contact op met de manager van het huis.",
        "This person is suspended until {until}. Contact the house's manager.";
    Excluded = "excluded", Forbidden,
        "Deze partner is uitgesloten. Neem contact op met de stuurgroep.",
        "This partner is excluded. Contact the steering group.";
    NotSignedPartner { partner: String } = "not-signed-partner", Forbidden,
        "{partner} heeft het convenant niet ondertekend. U kunt deze partner niets geven en niet uitnodigen. Vraag de secretaris naar toetreding.",
        "{partner} has not signed the agreement. You can give this partner nothing and not invite it. Ask the secretary about accession.";
    Revoked = "revoked", Forbidden,
        "Deze sleutel is ingetrokken en telt niet meer. Maak nieuwe sleutels met een nieuw papieren strookje van het huis.",
        "This key is revoked and no longer counts. Make new keys with a new paper slip from the house.";
    SlipUsed = "slip-used", Conflict,
        "Dit strookje is al gebruikt. Was u dat niet? Bel het huis meteen. Vraag anders een nieuw strookje.",
        "This slip was used before. Was it not you? Call the house at once. Otherwise ask for a new slip.";
    SlipUnknown = "slip-unknown", Forbidden,
        "De hub kent dit strookje niet, of het is verlopen. Vraag het huis om een nieuw strookje.",
        "The hub does not know this slip, or it has expired. Ask the house for a new one.";
    KeyUnknown = "key-unknown", Conflict,
        "De sleutel waarnaar wordt verwezen is niet bekend, of hoort bij iemand anders. Haal de sleutel opnieuw op.",
        "The key that is referred to is not known, or is someone else's. Fetch the key again.";
    KeyDiffers = "key-differs", Malformed,
        "De sleutel is niet dezelfde als die waarvoor het huis instaat. Er is niets gedaan. Bel het huis.",
        "The key is not the one that the house vouches for. Nothing was done. Call the house.";
    UnknownPartner = "unknown-partner", NotFound,
        "Deze partner staat niet in de adreslijst. Controleer de naam.",
        "This partner is not in the directory. Check the name.";
    BundleNumber { next: u64 } = "bundle-number", Conflict,
        "Er is al een nieuwere versie van uw sleutelbos. Herstel uw sleutels opnieuw met uw herstelcode.",
        "There is a newer version of your key bundle. Recover your keys anew with your recovery code.";

    // Vaults.
    NoVault = "no-vault", Conflict,
        "Er is nog geen kluis. Maak eerst een kluis aan.",
        "There is no vault yet. Make one first.";
    OldGeneration = "old-generation", Conflict,
        "De kluis heeft intussen een nieuwe sleutel. Haal de laatste stand op en probeer het opnieuw.",
        "The vault has a new key since. Fetch the latest state and try again.";
    VaultTwice = "vault-twice", Conflict,
        "Deze kluis heeft al zo'n versie. Haal de laatste stand op; ziet u iets wat u niet kent, bel dan het huis.",
        "This vault has such a generation already. Fetch the latest state; if you see something unknown, call the house.";
    VaultUnsound = "vault-unsound", Conflict,
        "Een houder van deze kluis heeft geen geldige sleutel meer. Vernieuw eerst de kluis.",
        "A holder of this vault no longer has a valid key. Renew the vault first.";
    NotHolder = "not-holder", Forbidden,
        "U bent geen houder van deze kluis. Vraag een collega die dat wel is.",
        "You are not a holder of this vault. Ask a colleague who is.";
    HolderNotAllowed = "holder-not-allowed", Forbidden,
        "Deze persoon mag geen houder van deze kluis zijn. Kies iemand van de partner zelf, en voor een casus een procesregisseur.",
        "This person may not hold this vault. Choose someone of the partner itself, and for a case a procesregisseur.";
    IncompleteSet = "incomplete-set", Conflict,
        "Niet alles uit de oude kluis is overgezet. Haal de laatste stand op en probeer het opnieuw.",
        "Not everything of the old vault was carried over. Fetch the latest state and try again.";
    WrongGrants = "wrong-grants", Malformed,
        "Het stuk is niet voor precies de juiste kluizen verzegeld. Werk het programma bij en probeer het opnieuw.",
        "It is not sealed to exactly the right vaults. Update the program and try again.";

    // Cases and items.
    UnknownCase = "unknown-case", NotFound,
        "Deze casus bestaat niet, of is niet voor u. Controleer het nummer.",
        "This case does not exist, or is not for you. Check the number.";
    CaseNumberTaken { next: CaseNumber } = "case-number-taken", Conflict,
        "Dit casusnummer is al in gebruik. Het volgende nummer is {next}. Probeer het opnieuw.",
        "This case number is in use. The next one is {next}. Try again.";
    WrongPhase { phase: Phase } = "wrong-phase", Conflict,
        "Dit kan niet in de fase waarin de casus nu is: {phase}. Kijk wat de volgende stap is.",
        "This cannot be done in the phase that the case is in: {phase}. See what the next step is.";
    CaseEnded = "case-ended", Conflict,
        "Deze casus is afgesloten. Er kan niets meer bij.",
        "This case has ended. Nothing can be added.";
    UnknownItem = "unknown-item", NotFound,
        "Dit stuk bestaat niet, of is niet voor u. Controleer wat u wilt openen.",
        "This item does not exist, or is not for you. Check what you want to open.";
    Retracted = "retracted", Conflict,
        "De verstrekker heeft dit stuk teruggenomen. Er is niets meer te openen.",
        "The supplier has taken this item out. There is nothing left to open.";
    NotSupplier = "not-supplier", Forbidden,
        "Alleen de verstrekker van dit stuk mag dit doen.",
        "Only the supplier of this item may do this.";
    RetentionTooLong = "retention-too-long", Malformed,
        "Dit stuk zou langer bewaard blijven dan het huis toestaat. Kies een eerdere datum.",
        "This item would be kept longer than the house allows. Choose an earlier date.";

    // The meeting.
    UnknownRoster = "unknown-roster", NotFound,
        "Deze deelnemerslijst bestaat niet, of is niet voor u. Haal de laatste stand op.",
        "This roster does not exist, or is not for you. Fetch the latest state.";
    OtherRoster = "other-roster", Conflict,
        "De deelnemerslijst is intussen veranderd. Eerdere akkoorden gelden niet voor de nieuwe lijst. Vraag of geef akkoord voor de nieuwe lijst.",
        "The roster has changed since. Earlier approvals don't hold for the new one. Ask for, or give, approval for the new roster.";
    NotOnRoster = "not-on-roster", Forbidden,
        "Deze persoon staat niet op de deelnemerslijst. Zet de persoon eerst op de lijst.",
        "This person is not on the roster. Put the person on it first.";
    OnePartnerInTriage = "one-partner-in-triage", Malformed,
        "In de triage heeft elke partner een eigen lijst, zodat partners niet van elkaar weten. Maak een lijst per partner.",
        "In triage each partner has a roster of its own, so that partners don't learn of each other. Make one per partner.";
    NeverApproved = "never-approved", Forbidden,
        "De verstrekker deelt dit stuk alleen mondeling, aan tafel. Vraag de verstrekker om het daar te vertellen.",
        "The supplier shares this item only at the table, spoken. Ask the supplier to tell it there.";
    OutsidePhase = "outside-phase", Forbidden,
        "De verstrekker geeft dit stuk niet voor deze fase van de casus.",
        "The supplier does not give this item for this phase of the case.";
    TooEarly { from: Moment } = "too-early", Forbidden,
        "Dit stuk kan pas open vanaf {from}. Probeer het dan opnieuw.",
        "This item can be opened from {from}. Try again then.";
    TooLate { until: Moment } = "too-late", Forbidden,
        "Dit stuk kon open tot {until}. Vraag de procesregisseur om een nieuwe vrijgave.",
        "This item could be opened until {until}. Ask the procesregisseur for a new release.";
    OutsideWindow = "outside-window", Malformed,
        "De gekozen periode valt buiten wat de verstrekker of de deelnemerslijst toestaat. Kies een kortere periode.",
        "The chosen period goes beyond what the supplier or the roster allows. Choose a shorter one.";
    NotApproved = "not-approved", Forbidden,
        "De verstrekker heeft hiervoor geen akkoord gegeven. Vraag om akkoord, of geef dit stuk niet vrij.",
        "The supplier has not approved this. Ask for approval, or don't release this item.";
    Withdrawn = "withdrawn", Forbidden,
        "De verstrekker heeft het akkoord ingetrokken. U kunt dit stuk niet meer openen.",
        "The supplier has withdrawn its approval. You can't open this item any more.";
    NotConsulted { partner: String } = "not-consulted", Conflict,
        "Er is nog geen overleg vastgelegd met {partner}, die de casus heeft aangemeld. Bel deze partner en leg het overleg vast.",
        "No consultation is on record with {partner}, which referred the case. Call this partner and record it.";
    WrongConsultation = "wrong-consultation", Conflict,
        "Dit overleg gaat over een andere deelnemerslijst of casus. Overleg opnieuw en leg het vast.",
        "This consultation is about another roster or case. Consult again and record it.";
    NotReleased = "not-released", Forbidden,
        "Dit stuk is niet aan u vrijgegeven. De procesregisseur beslist over het informatiepakket.",
        "This item is not released to you. The procesregisseur decides on the pack.";
    WrongGaps { gaps: u64 } = "wrong-gaps", Conflict,
        "Het aantal getoonde open plekken klopt niet; het moet {gaps} zijn. Haal de laatste stand op en probeer het opnieuw.",
        "The number of shown gaps is not right; it must be {gaps}. Fetch the latest state and try again.";
    NotDirector = "not-director", Forbidden,
        "Alleen de procesregisseur van deze casus mag dit doen.",
        "Only the procesregisseur of this case may do this.";
    UnknownLetter = "unknown-letter", NotFound,
        "Dit bericht bestaat niet, of is niet voor u. Controleer welk bericht u bedoelt.",
        "This letter does not exist, or is not for you. Check which letter you mean.";
    BadLetter { problem: Flaw } = "bad-letter", Malformed,
        "Dit bericht is niet goed versleuteld of opgebouwd: {problem}. Er is niets verzonden. Werk het programma bij.",
        "This letter is not sealed or built as it should be: {problem}. Nothing was sent. Update the program.";
    NoUsableCert { problem: Flaw } = "no-usable-cert", Conflict,
        "Voor deze persoon kan geen bericht worden versleuteld: {problem}. Vraag om nieuwe sleutels.",
        "No letter can be sealed for this person: {problem}. Ask for new keys.";
    OlderInvitation = "older-invitation", Conflict,
        "Er is al een nieuwere uitnodiging of afzegging voor dit overleg verstuurd. Haal de laatste stand op en probeer het opnieuw.",
        "A newer invitation or cancellation for this meeting was sent already. Fetch the latest state and try again.";
    NotInvited = "not-invited", Conflict,
        "Deze persoon is niet voor dit overleg uitgenodigd, of al afgezegd. Er valt niets af te zeggen.",
        "This person was not invited to this meeting, or that was cancelled already. There is nothing to cancel.";
    SequenceTooHigh { most: u64 } = "sequence-too-high", Conflict,
        "Het nummer van deze uitnodiging of afzegging kan hoogstens {most} zijn: het volgt op het laatste van dit overleg. Haal de laatste stand op en probeer het opnieuw.",
        "The number of this invitation or cancellation can be {most} at most: it follows the last one of this meeting. Fetch the latest state and try again.";
    OnlyToDirector = "only-to-director", Forbidden,
        "U kunt in deze casus alleen aan de procesregisseurs schrijven. Kies een procesregisseur.",
        "In this case you can write to the procesregisseurs only. Choose a procesregisseur.";
    NotManager { member: MemberId } = "not-manager", Forbidden,
        "Alleen een manager mag iemand schorsen. Bel de manager van het huis.",
        "Only a manager may suspend someone. Call the house's manager.";
    NotAllowed = "not-allowed", Forbidden,
        "Dit mag u niet doen. Vraag wie dit wel mag.",
        "You may not do this. Ask someone who may.";
    TooMuch = "too-much", Forbidden,
        "Op uw naam is vandaag zo veel vastgelegd dat de hub tot morgen niets meer aanneemt; intrekken kan nog wel. Was u dat niet zelf, bel dan meteen het huis.",
        "So much was put on record in your name today that the hub takes nothing more until tomorrow; withdrawing still works. If that was not you, call the house at once.";
    Replayed = "replayed", Conflict,
        "Dit eenmalige getal is al gebruikt of verlopen. Log opnieuw in.",
        "This single-use number was used or has expired. Sign in again.";
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence(Language::English))
    }
}

impl std::error::Error for Refusal {}

impl From<BadStatement> for Refusal {
    fn from(problem: BadStatement) -> Self {
        Self::BadText { problem: problem.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::label::BadLabel;

    fn dutch(refusal: Refusal) -> String {
        refusal.sentence(Language::Dutch)
    }

    #[test]
    fn what_is_wrong_is_told_in_the_readers_language() {
        let wrong = Refusal::BadSignature { problem: BadSignature::Wrong.into() };
        assert_eq!(
            dutch(wrong.clone()),
            "De handtekening klopt niet: zij is niet met de juiste sleutel onder deze verklaring gezet. Onderteken opnieuw; lukt dat weer niet, bel dan het huis."
        );
        assert!(wrong.to_string().contains(": the signature is not this key's over this statement."));
        let expired = Refusal::NoUsableCert { problem: BadLetter::Expired.into() };
        assert!(dutch(expired).contains(": de sleutel is verlopen."));
        let phase = Refusal::WrongPhase { phase: Phase::Referral };
        assert!(dutch(phase.clone()).contains("waarin de casus nu is: aanmelding."));
        assert!(phase.to_string().contains("that the case is in: referral."));
    }

    #[test]
    fn a_moment_is_told_by_the_clock_of_the_house() {
        let until = Refusal::Suspended { until: "2026-12-01T08:00:00Z".parse().unwrap() };
        assert!(dutch(until.clone()).starts_with("Deze persoon is geschorst tot 1-12-2026 09:00."));
        assert!(until.to_string().starts_with("This person is suspended until 2026-12-01 09:00."));
    }

    #[test]
    fn what_only_a_broken_program_makes_has_its_name_in_dutch() {
        let value = BadStatement::TooMany { line: 7, field: "item" };
        assert!(dutch(value.into()).contains("niet goed opgebouwd: too-many (regel 7)."));
        assert!(dutch(BadStatement::NotText.into()).contains("niet goed opgebouwd: not-text."));
        let cert = Refusal::BadCert { problem: BadCert::Subkeys.into() };
        assert!(dutch(cert).contains("klopt niet: subkeys."));
        let hash = Refusal::BadSignature { problem: BadSignature::WeakHash.into() };
        assert!(dutch(hash).contains("klopt niet: weak-hash."));
        assert_eq!(BadLabel::Padding.dutch(), "padding");
        let title = BadLabel::Field("title").dutch();
        assert_eq!(title, "de titel is leeg, te lang, of heeft tekens die niet mogen");
    }
}
