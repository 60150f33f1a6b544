//! Letters: questions, invitations, minutes and messages, each one mail sealed to one person.
//!
//! In order: a [`content`] is what is said to one addressee; [`compose`] makes the text of it in the addressee's
//! language, from the templates that [`fill`] reads; [`post`] is what is about to be sent, kept as a [`drafts`] file
//! until the hub has it. Whom it can go to, [`addressee`] says.

pub mod addressee;
pub mod compose;
pub mod content;
pub mod dates;
pub mod drafts;
pub mod fill;
pub mod mail;
pub mod post;
pub mod said;

use crate::protocol::refusal::Language;
use crate::protocol::words::LanguageWord;

/// The language that a member chose, as texts are written in it.
pub fn language(word: LanguageWord) -> Language {
    match word {
        LanguageWord::Dutch => Language::Dutch,
        LanguageWord::English => Language::English,
    }
}
