//! Moments as a letter writes them: in words, by the clock of the house.

use jiff::ZonedDateTime as Zoned;
use jiff::civil::{Time, Weekday};

use crate::client::error::{ClientError, Result};
use crate::protocol::id::Moment;
use crate::protocol::refusal::Language;
use crate::protocol::zone;

const DAYS: [(&str, &str); 7] = [
    ("maandag", "Monday"),
    ("dinsdag", "Tuesday"),
    ("woensdag", "Wednesday"),
    ("donderdag", "Thursday"),
    ("vrijdag", "Friday"),
    ("zaterdag", "Saturday"),
    ("zondag", "Sunday"),
];

const MONTHS: [(&str, &str); 12] = [
    ("januari", "January"),
    ("februari", "February"),
    ("maart", "March"),
    ("april", "April"),
    ("mei", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augustus", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
];

/// `woensdag 2 december 2026, 14.00 uur`, or `Wednesday 2 December 2026, 14:00`.
pub fn moment(at: Moment, language: Language) -> Result<String> {
    let local = local(at)?;
    let (hour, minute) = (local.hour(), local.minute());
    let day = day_of(&local, language);
    Ok(match language {
        Language::Dutch => format!("{day}, {hour}.{minute:02} uur"),
        Language::English => format!("{day}, {hour}:{minute:02}"),
    })
}

/// The end of a term: its last day where it ends with a day, else the moment.
pub fn by(until: Moment, language: Language) -> Result<String> {
    let ends = local(until)?;
    match ends.time() == Time::midnight() {
        true => Ok(day_of(&local(until.plus(-1))?, language)),
        false => moment(until, language),
    }
}

fn day_of(local: &Zoned, language: Language) -> String {
    let day = DAYS[usize::from(local.weekday().since(Weekday::Monday).unsigned_abs())];
    // Months are 1 to 12.
    let month = MONTHS[usize::from(local.month().unsigned_abs()) - 1];
    match language {
        Language::Dutch => format!("{} {} {} {}", day.0, local.day(), month.0, local.year()),
        Language::English => format!("{} {} {} {}", day.1, local.day(), month.1, local.year()),
    }
}

fn local(at: Moment) -> Result<Zoned> {
    zone::local(at).ok_or_else(|| ClientError::input(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(at: &str) -> (String, String) {
        let at = at.parse().unwrap();
        (moment(at, Language::Dutch).unwrap(), moment(at, Language::English).unwrap())
    }

    #[test]
    fn a_moment_is_told_by_the_clock_on_the_wall() {
        let (nl, en) = said("2026-12-02T13:00:00Z");
        assert_eq!(nl, "woensdag 2 december 2026, 14.00 uur");
        assert_eq!(en, "Wednesday 2 December 2026, 14:00");
        assert_eq!(said("2026-07-05T22:05:00Z").0, "maandag 6 juli 2026, 0.05 uur");
    }

    #[test]
    fn a_term_that_ends_with_a_day_ends_on_that_day() {
        let by = |at: &str| by(at.parse().unwrap(), Language::Dutch).unwrap();
        assert_eq!(by("2026-11-27T23:00:00Z"), "vrijdag 27 november 2026");
        assert_eq!(by("2026-11-27T11:30:00Z"), "vrijdag 27 november 2026, 12.30 uur");
        // The day on which the clocks go back has 25 hours.
        assert_eq!(by("2026-10-25T23:00:00Z"), "zondag 25 oktober 2026");
    }
}
