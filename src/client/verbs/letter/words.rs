//! What letters, answers and states are called.

use crate::client::context::nl_en;
use crate::client::letter::said::Word;
use crate::client::remote::{MailFailure, MailState};
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

/// Why mail did not get through the last time, and what helps; nothing where waiting does.
pub fn failure_words(failure: MailFailure, language: Language) -> String {
    let words = match failure.word {
        "unreachable" => {
            nl_en(language, "de mailserver is niet te bereiken", "the mail server can't be reached")
        }
        "timed-out" => {
            nl_en(language, "de mailserver antwoordde niet op tijd", "the mail server took too long")
        }
        "broken-off" => nl_en(language, "de verbinding werd verbroken", "the connection was broken off"),
        "insecure" => nl_en(
            language,
            "de verbinding met de mailserver is niet veilig; bel de beheerder",
            "the way to the mail server is not safe; call the administrator",
        ),
        "not-let-in" => nl_en(
            language,
            "de mailserver laat de hub niet toe; bel de beheerder",
            "the mail server doesn't let the hub in; call the administrator",
        ),
        "refused-for-now" => {
            nl_en(language, "de mailserver neemt het nog niet aan", "the mail server doesn't take it yet")
        }
        "refused" => nl_en(
            language,
            "de mailserver neemt geen mail aan voor dit adres; vraag of het klopt",
            "the mail server takes no mail for this address; ask whether it is right",
        ),
        "no-room" => nl_en(
            language,
            "de mailmap is vol; bel de beheerder",
            "the mail folder is full; call the administrator",
        ),
        "not-in-force" => nl_en(
            language,
            "deze persoon doet nu niet mee; bel het huis",
            "this person does not take part at present; call the house",
        ),
        "key-revoked" => nl_en(
            language,
            "de sleutel van deze persoon is ingetrokken; stuur een nieuw bericht",
            "this person's key was revoked; send a new letter",
        ),
        "author-revoked" => nl_en(
            language,
            "de sleutel van de schrijver is ingetrokken; stuur een nieuw bericht",
            "the author's key was revoked; send a new letter",
        ),
        "address-changed" => nl_en(
            language,
            "deze persoon heeft een ander adres; stuur een nieuw bericht",
            "this person has another address; send a new letter",
        ),
        "not-sealed" => nl_en(
            language,
            "het bericht is niet goed verzegeld; stuur een nieuw bericht",
            "the letter is not sealed as it should be; send a new one",
        ),
        "unreadable" => nl_en(
            language,
            "de hub kan het bericht niet lezen uit de opslag; bel de beheerder",
            "the hub can't read the letter from its storage; call the administrator",
        ),
        other => other,
    };
    failure.code.map_or_else(|| words.to_owned(), |code| format!("{words}; {code}"))
}

/// A copy that a vault of the member would open.
pub fn copy_kept_back(language: Language) -> &'static str {
    nl_en(
        language,
        "DE HUB HOUDT HET AFSCHRIFT VAN DEZE BRIEF ACHTER. Bel het huis.",
        "THE HUB KEEPS THE COPY OF THIS LETTER BACK. Call the house.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::remote::FAILURES;

    #[test]
    fn every_failure_is_told_in_a_sentence() {
        for word in FAILURES {
            for language in [Language::Dutch, Language::English] {
                let told = failure_words(MailFailure { word, code: Some(450) }, language);
                assert!(told.contains(' ') && !told.starts_with(word) && told.ends_with("; 450"), "{told}");
            }
        }
    }
}
