//! What letters, answers and states are called.

use crate::client::context::nl_en;
use crate::client::letter::said::Word;
use crate::client::remote::MailState;
use crate::protocol::refusal::Language;
use crate::protocol::words::LetterKind;

/// A kind of letter, at the beginning of a line.
pub fn kind_words(kind: LetterKind, language: Language) -> &'static str {
    match kind {
        LetterKind::Request => nl_en(language, "Vraag", "Question"),
        LetterKind::Invitation => nl_en(language, "Uitnodiging", "Invitation"),
        LetterKind::Cancellation => nl_en(language, "Afzegging", "Cancellation"),
        LetterKind::Minutes => nl_en(language, "Verslag", "Minutes"),
        LetterKind::Message => nl_en(language, "Bericht", "Message"),
    }
}

/// The verb that sends such letters.
pub fn verb(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Request => "request",
        LetterKind::Invitation | LetterKind::Cancellation => "invite",
        LetterKind::Minutes => "minutes",
        LetterKind::Message => "message",
    }
}

/// An answer.
pub fn answer_words(word: Word, language: Language) -> &'static str {
    match word {
        Word::Accepted => nl_en(language, "komt", "is coming"),
        Word::Declined => nl_en(language, "komt niet", "is not coming"),
        Word::Deputy => nl_en(language, "stuurt een vervanger", "sends a deputy"),
        Word::Contributed => nl_en(language, "heeft een bijdrage toegevoegd", "added a contribution"),
        Word::NoContribution => nl_en(language, "geen bijdrage", "no contribution"),
        Word::Read => nl_en(language, "heeft het gelezen", "has read it"),
    }
}

/// How it went with the mail.
pub fn state_words(state: MailState, language: Language) -> &'static str {
    match state {
        MailState::Waiting => nl_en(language, "wacht op verzending", "waits to be mailed"),
        MailState::Sent => nl_en(language, "gemaild", "mailed"),
        MailState::GivenUp => nl_en(language, "NIET BEZORGD", "NOT DELIVERED"),
        MailState::Portal => nl_en(language, "in het portaal", "in the portal"),
    }
}

/// A copy that a vault of the member would open.
pub fn copy_kept_back(language: Language) -> &'static str {
    nl_en(
        language,
        "DE HUB HOUDT HET AFSCHRIFT VAN DEZE BRIEF ACHTER. Bel het huis.",
        "THE HUB KEEPS THE COPY OF THIS LETTER BACK. Call the house.",
    )
}
