//! What a statement says, in plain words, for the one who is about to sign it.

use crate::protocol::directory::House;
use crate::protocol::refusal::Language;
use crate::protocol::statement::Body;

/// A few plain sentences, safe for a terminal.
pub fn describe(body: &Body, house: &House, language: Language) -> String {
    let _ = (body, house, language);
    todo!()
}
