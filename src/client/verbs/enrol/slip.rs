//! The paper slip, as text. The house hands it over outside the hub: whoever holds it can enrol as its person.
//!
//! ```text
//! Zegel
//! hub: zvh-ml.example
//! authority: 6f1c…
//! member: mem_…
//! slip: sha256:…
//! name: Femke de Boer
//! mail: femke@politie.example
//! until: 2026-12-24T12:00:00Z
//! code: 0123-4567-…
//! ```

use std::fmt::Write;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::client::error::{ClientError, Result};
use crate::protocol::cert::Fingerprint;
use crate::protocol::id::{Digest, HubName, MemberId, Moment};
use crate::protocol::recovery::SlipCode;
use crate::protocol::words::{MailAddress, Name};

/// A slip. Never shown but by [`PaperSlip::to_text`].
pub struct PaperSlip {
    pub hub: HubName,
    pub authority: Fingerprint,
    pub member: MemberId,
    /// The `slip` statement.
    pub slip: Digest,
    /// As they will stand in the cert; the house vouches for exactly these.
    pub name: Name,
    pub mail: MailAddress,
    pub until: Moment,
    pub code: SlipCode,
}

const TITLE: &str = "Zegel";

impl PaperSlip {
    /// The text to print.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(1024));
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "{TITLE}\nhub: {}\nauthority: {}\nmember: {}\nslip: {}\nname: {}\nmail: {}\nuntil: {}\ncode: ",
            self.hub, self.authority, self.member, self.slip, self.name, self.mail, self.until,
        );
        text.push_str(&self.code.to_text());
        text.push('\n');
        text
    }

    /// Reads a slip, also as people type it over: blanks around, empty lines, any order.
    pub fn parse(text: &str) -> Result<Self> {
        Ok(Self {
            hub: field(text, "hub")?,
            authority: field(text, "authority")?,
            member: field(text, "member")?,
            slip: field(text, "slip")?,
            name: field(text, "name")?,
            mail: field(text, "mail")?,
            until: field(text, "until")?,
            code: SlipCode::parse(line(text, "code")?).map_err(ClientError::input)?,
        })
    }
}

fn line<'t>(text: &'t str, name: &'static str) -> Result<&'t str> {
    let value = |line: &'t str| {
        let (found, value) = line.split_once(':')?;
        (found.trim().eq_ignore_ascii_case(name)).then_some(value.trim())
    };
    let mut values = text.lines().filter_map(value);
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value),
        _ => Err(wrong(name)),
    }
}

fn field<T: FromStr>(text: &str, name: &'static str) -> Result<T> {
    line(text, name)?.parse().map_err(|_| wrong(name))
}

fn wrong(name: &'static str) -> ClientError {
    ClientError::said(
        "bad-slip",
        format!(
            "Het strookje klopt niet bij `{name}`. Vergelijk het met het papier, of vraag het huis om een nieuw strookje."
        ),
        format!(
            "The slip is not right at `{name}`. Compare it with the paper, or ask the house for a new slip."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_reads_what_it_writes_and_what_people_type() {
        let random = crate::clock::random();
        let slip = PaperSlip {
            hub: "hub.example".parse().unwrap(),
            authority: Fingerprint([7; 20]),
            member: MemberId::new(random).unwrap(),
            slip: Digest::of(b"slip"),
            name: "Femke de Boer".parse().unwrap(),
            mail: "femke@politie.example".parse().unwrap(),
            until: "2026-12-24T12:00:00Z".parse().unwrap(),
            code: SlipCode::generate(random).unwrap(),
        };
        let text = slip.to_text();
        assert_eq!(*PaperSlip::parse(&text).unwrap().to_text(), *text);
        let typed = text.replace("hub:", "  Hub :").replace('\n', "\r\n\r\n").replace("code: ", "code:");
        assert_eq!(*PaperSlip::parse(&typed).unwrap().to_text(), *text);
        for wrong in [text.replace("member:", "members:"), text.replace("until: 2026", "until: 26")] {
            assert!(PaperSlip::parse(&wrong).is_err_and(|error| error.is("bad-slip")));
        }
        assert!(PaperSlip::parse(&format!("{}hub: other.example\n", *text)).is_err());
    }
}
