//! Statements about mail: letters, replies, and how somebody wants to get them.

use super::Says;
use crate::protocol::statement::*;
use crate::protocol::words::*;

/// Says what the statement says, if it is one of these.
pub(super) fn words(body: &Body, says: &mut Says<'_>) {
    match body {
        Body::Letter(b) => letter(b, says),
        Body::Reply(b) => reply(b, says),
        Body::Delivery(b) => delivery(b, says),
        _ => {}
    }
}

fn letter(b: &Letter, says: &mut Says<'_>) {
    let (to, message, key) = (says.people([b.to]), says.called(&b.message), super::short(&b.key));
    let kind = says.pick(letter_kind(b.kind)).to_owned();
    says.line(
        format!("U stuurt {to} {kind} in casus {} ({message}).", b.case),
        format!("You send {to} {kind} in case {} ({message}).", b.case),
    );
    says.line(
        format!("Alleen {to} kan die lezen, met de sleutel {key} waarvoor het huis instaat."),
        format!("Only {to} can read it, with the key {key} that the house vouches for."),
    );
    if let Some(roster) = b.roster.map(|roster| says.roster(b.case, &roster)) {
        says.line(format!("Over {roster}."), format!("About {roster}."));
    }
    if let Some(sequence) = b.sequence {
        says.line(
            format!("Dit is stand {sequence} van de afspraak; een hogere stand vervangt een lagere."),
            format!(
                "This is state {sequence} of the appointment; a higher one takes the place of a lower one."
            ),
        );
    }
    if let Some(item) = b.item.map(|item| says.item(b.case, &item)) {
        says.line(format!("Het hoort bij het stuk {item}."), format!("It goes with the item {item}."));
    }
    let readers = says.readers(b.grant_copy.iter().copied());
    says.line(
        format!("Een afschrift is te lezen met de kluis van: {readers}."),
        format!("A copy can be read with the vault of: {readers}."),
    );
}

/// A kind of letter within a sentence, in Dutch and in English.
fn letter_kind(kind: LetterKind) -> (&'static str, &'static str) {
    match kind {
        LetterKind::Request => ("een vraag", "a question"),
        LetterKind::Invitation => ("een uitnodiging", "an invitation"),
        LetterKind::Cancellation => ("een afzegging", "a cancellation"),
        LetterKind::Minutes => ("een verslag", "minutes"),
        LetterKind::Message => ("een bericht", "a message"),
    }
}

fn reply(b: &Reply, says: &mut Says<'_>) {
    let letter = says.called(&b.letter);
    says.line(
        format!("U beantwoordt het bericht {letter} in casus {}.", b.case),
        format!("You answer the letter {letter} in case {}.", b.case),
    );
    says.note(("Uw antwoord", "Your answer"), &b.answer.digest, &b.grant_answer);
    says.note(
        ("Waarom, alleen voor uw organisatie", "Why, for your organisation only"),
        &b.reason.digest,
        &b.grant_reason,
    );
}

fn delivery(b: &Delivery, says: &mut Says<'_>) {
    match b.way {
        DeliveryWay::Mail => says.line(
            "U krijgt uw berichten voortaan per mail, versleuteld. Wat is gemaild, kan niemand meer wissen.",
            "From now on you get your letters by mail, encrypted. What was mailed, nobody can erase any more.",
        ),
        DeliveryWay::Portal => says.line(
            "U leest uw berichten voortaan in het portaal. Per mail hoort u alleen dat er iets is.",
            "From now on you read your letters in the portal. By mail you hear only that there is something.",
        ),
    }
    match b.language {
        LanguageWord::Dutch => says.line("Ze zijn in het Nederlands.", "They are in Dutch."),
        LanguageWord::English => says.line("Ze zijn in het Engels.", "They are in English."),
    }
}
