//! Days and moments as people type them, in the time of the Netherlands.

use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::client::error::{ClientError, Result};
use crate::protocol::id::{Day, Moment};
use crate::protocol::zone::ZONE;

/// A day, or a moment: `2026-12-01`, `2026-12-01 09:00`, or exactly `2026-12-01T08:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Day(Date),
    Moment(Moment),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(moment) = text.parse() {
            return Ok(Self::Moment(moment));
        }
        if let Ok(day) = text.parse::<Day>() {
            let date = day.to_string().parse().map_err(|_| not_a_date())?;
            return Ok(Self::Day(date));
        }
        let (day, time) = text.split_once([' ', 'T']).ok_or_else(not_a_date)?;
        let with_minutes = time.len() == 5 && time.as_bytes()[2] == b':';
        if !with_minutes || day.parse::<Day>().is_err() {
            return Err(not_a_date());
        }
        let local: DateTime = format!("{day}T{time}:00").parse().map_err(|_| not_a_date())?;
        at(local).map(Self::Moment)
    }
}

impl When {
    /// As the beginning of a window: a day begins at midnight.
    pub fn begins(self) -> Result<Moment> {
        match self {
            Self::Moment(moment) => Ok(moment),
            Self::Day(day) => at(day.at(0, 0, 0, 0)).map_err(ClientError::input),
        }
    }

    /// As the end of a window, which the window does not include: a day counts until it is over.
    pub fn ends(self) -> Result<Moment> {
        match self {
            Self::Moment(moment) => Ok(moment),
            Self::Day(day) => {
                let next = day.tomorrow().map_err(|_| ClientError::input(not_a_date()))?;
                at(next.at(0, 0, 0, 0)).map_err(ClientError::input)
            }
        }
    }
}

/// A local time as a moment. Refuses one that is skipped, or is there twice, when the clocks change.
fn at(local: DateTime) -> Result<Moment, String> {
    let zone = TimeZone::get(ZONE).map_err(|_| format!("no time zone data for {ZONE}"))?;
    let moment = zone.to_ambiguous_timestamp(local).unambiguous().map_err(|_| {
        format!("{local} in {ZONE}: the clocks change, so it is there twice or not at all; give it in UTC")
    })?;
    Ok(Moment::from_unix(moment.as_second()))
}

fn not_a_date() -> String {
    "not a date: 2026-12-01, \"2026-12-01 09:00\" or 2026-12-01T08:00:00Z".to_owned()
}

/// The day so many days after a moment.
pub fn days_after(moment: Moment, days: i64) -> Result<Day> {
    let day = moment.plus(days * 24 * 3600).to_string();
    Ok(day[..10].parse::<Day>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> When {
        When::Moment(text.parse().unwrap())
    }

    #[test]
    fn joris_types_the_time_on_his_clock() {
        assert_eq!("2026-12-01 09:00".parse(), Ok(moment("2026-12-01T08:00:00Z")));
        assert_eq!("2026-07-01 09:00".parse(), Ok(moment("2026-07-01T07:00:00Z")));
        assert_eq!("2026-12-01T08:00:00Z".parse(), Ok(moment("2026-12-01T08:00:00Z")));
    }

    #[test]
    fn a_day_lasts_until_its_midnight_in_the_netherlands() {
        let day: When = "2026-12-01".parse().unwrap();
        assert_eq!(day.begins().unwrap().to_string(), "2026-11-30T23:00:00Z");
        assert_eq!(day.ends().unwrap().to_string(), "2026-12-01T23:00:00Z");
        let when_clocks_change: When = "2026-03-29".parse().unwrap();
        assert_eq!(when_clocks_change.begins().unwrap().to_string(), "2026-03-28T23:00:00Z");
        assert_eq!(when_clocks_change.ends().unwrap().to_string(), "2026-03-29T22:00:00Z");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in [
            "",
            "1-12-2026",
            "2026-02-30",
            "2026-12-01 9:00",
            "2026-12-01 24:00",
            "2026-12-01 09:00:61",
            "2026-12-01  09:00",
            "2026-12-01 09:00+01",
            // Skipped in spring, there twice in autumn.
            "2026-03-29 02:30",
            "2026-10-25 02:30",
        ] {
            assert!(bad.parse::<When>().is_err(), "{bad}");
        }
    }

    #[test]
    fn retention_counts_in_days() {
        let now = "2026-12-01T08:00:00Z".parse().unwrap();
        assert_eq!(days_after(now, 365).unwrap().to_string(), "2027-12-01");
    }
}
