//! What a statement says, in plain words, for the one who is about to sign it.

pub mod case;
mod house;

use jiff::tz::TimeZone;

use crate::protocol::directory::House;
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::Language;
use crate::protocol::statement::Body;

use super::trust::name_of;

/// A few plain sentences, a line each, safe for a terminal.
pub fn describe(body: &Body, house: &House, language: Language) -> String {
    let (nl, en) =
        house::words(body, house, language).or_else(|| case::words(body, house, language)).unwrap_or_else(
            || (format!("Een verklaring: {}.", body.kind()), format!("A statement: {}.", body.kind())),
        );
    let text = match language {
        Language::Dutch => nl,
        Language::English => en,
    };
    text.lines().map(for_terminal).collect::<Vec<_>>().join("\n")
}

/// A moment as people read it, by the clock of the house: `1-12-2026 09:00`, or `2026-12-01 09:00`.
pub fn shown(moment: Moment, language: Language) -> String {
    let format = match language {
        Language::Dutch => "%-d-%-m-%Y %H:%M",
        Language::English => "%Y-%m-%d %H:%M",
    };
    let local = TimeZone::get("Europe/Amsterdam").ok().zip(jiff::Timestamp::from_second(moment.unix()).ok());
    local.map_or_else(
        || moment.to_string(),
        |(zone, at)| jiff::ZonedDateTime::new(at, zone).strftime(format).to_string(),
    )
}

/// The beginning of a digest: enough to tell statements apart by eye.
pub fn short(digest: &Digest) -> String {
    hex::encode(&digest.0[..6])
}

fn people(house: &House, members: impl IntoIterator<Item = MemberId>) -> String {
    members.into_iter().map(|member| name_of(house, member)).collect::<Vec<_>>().join(", ")
}
