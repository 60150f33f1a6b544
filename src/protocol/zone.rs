//! Moments by the clock on the house's wall: that of the Netherlands.

use jiff::Timestamp;
use jiff::ZonedDateTime as Zoned;
use jiff::tz::TimeZone;

use super::id::Moment;
use super::refusal::Language;

/// The house's time zone, as the IANA calls it.
pub const ZONE: &str = "Europe/Amsterdam";

/// A moment in the house's own time; nothing for one that no calendar here reaches.
pub fn local(moment: Moment) -> Option<Zoned> {
    let at = Timestamp::from_second(moment.unix()).ok()?;
    Some(Zoned::new(at, TimeZone::get(ZONE).ok()?))
}

/// A moment as people read it: `1-12-2026 09:00`, or `2026-12-01 09:00`.
pub fn shown(moment: Moment, language: Language) -> String {
    let format = match language {
        Language::Dutch => "%-d-%-m-%Y %H:%M",
        Language::English => "%Y-%m-%d %H:%M",
    };
    local(moment).map_or_else(|| moment.to_string(), |local| local.strftime(format).to_string())
}
