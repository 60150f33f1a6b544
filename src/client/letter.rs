//! Letters: questions, invitations, minutes and messages, each one mail sealed to one person.
//!
//! In order: a [`content`] is what is said to one addressee; [`compose`] makes the text of it in the addressee's
//! language, from the templates that [`fill`] reads.

pub mod compose;
pub mod content;
pub mod dates;
pub mod fill;

use crate::protocol::refusal::Language;
use crate::protocol::words::LanguageWord;

/// The language that a member chose, as texts are written in it.
pub fn language(word: LanguageWord) -> Language {
    match word {
        LanguageWord::Dutch => Language::Dutch,
        LanguageWord::English => Language::English,
    }
}
