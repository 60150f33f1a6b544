//! What the outbox must hold, as the replayed journal has it: a row for each letter that is mailed, a record for each
//! that was, and the mail itself, sealed as it was when it was recorded.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AnyConnection, Row};

use crate::hub::config::LEAST_PER_HOUR;
use crate::hub::error::HubError;
use crate::hub::mail::outbox::HOUR;
use crate::hub::mail::seal;
use crate::hub::past::parsed;
use crate::protocol::history::History;
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::journal::Record;
use crate::protocol::statement::Letter;
use crate::protocol::words::{DeliveryWay, LetterKind, MailAddress};

/// The letters so far, and which of them were mailed.
#[derive(Default)]
pub struct Post {
    letters: BTreeMap<Digest, Expected>,
    /// When an author's letters that may have been mailed were recorded, the last hour's, by author and addressee.
    lately: BTreeMap<(MemberId, MemberId), Vec<Moment>>,
    mailed: Vec<(MemberId, Digest)>,
    faults: Vec<String>,
}

/// A letter as the journal has it.
pub struct Signed<'a> {
    pub id: Digest,
    pub letter: &'a Letter,
    pub author: MemberId,
    pub signed_at: Moment,
}

struct Expected {
    to: MemberId,
    address: Option<MailAddress>,
    /// Whether it is mailed; none where that was the house's own choice, in minutes and in many letters within an hour,
    /// which may be another by now.
    mailed: Option<bool>,
}

impl Post {
    /// Takes in a letter as it was recorded, with its mail.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn letter(
        &mut self,
        connection: &mut AnyConnection,
        history: &History,
        signed: Signed<'_>,
        at: Moment,
    ) -> Result<(), HubError> {
        let Signed { id, letter, author, signed_at } = signed;
        let house = &history.house;
        let mailed = match (house.delivery(letter.to).way, letter.kind) {
            (DeliveryWay::Portal, _) => Some(false),
            (DeliveryWay::Mail, kind) => {
                let few = self.written_lately((author, letter.to), at) < LEAST_PER_HOUR;
                (few && kind != LetterKind::Minutes).then_some(true)
            }
        };
        let address = house.members.get(&letter.to).map(|membership| membership.mail.clone());
        self.letters.insert(id, Expected { to: letter.to, address, mailed });
        let row =
            sqlx::query("SELECT bytes FROM attachment WHERE digest = $1").bind(letter.message.to_string());
        let Some(row) = row.fetch_optional(connection).await? else {
            self.faults.push(format!("{id}: the letter's mail is not there"));
            return Ok(());
        };
        let bytes: Vec<u8> = row.try_get("bytes")?;
        if Digest::of(&bytes) != letter.message {
            self.faults.push(format!("{id}: the letter's mail was altered"));
            return Ok(());
        }
        let written = seal::Written { letter, author, signed_at, bytes: &bytes };
        if let Err(refusal) = seal::require_letter(house, &written, at) {
            self.faults.push(format!("{id}: {refusal}"));
        }
        Ok(())
    }

    /// How many letters an author wrote in the hour before this one, which counts from now on.
    fn written_lately(&mut self, between: (MemberId, MemberId), at: Moment) -> u64 {
        let lately = self.lately.entry(between).or_default();
        lately.retain(|earlier| *earlier > at.plus(-HOUR));
        lately.push(at);
        lately.len() as u64 - 1
    }

    /// Takes in what the hub recorded by itself.
    pub fn record(&mut self, record: Record) {
        if let Record::Mailed { member, about } = record {
            self.mailed.push((member, about));
        }
    }

    /// Holds the outbox against it; says what differs.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn compare(mut self, connection: &mut AnyConnection) -> Result<Vec<String>, HubError> {
        let rows = sqlx::query("SELECT letter, member, address, state FROM outbox WHERE letter IS NOT NULL");
        let (mut stored, mut sent) = (BTreeSet::new(), BTreeSet::new());
        for row in rows.fetch_all(connection).await? {
            let text = |name| row.try_get::<String, _>(name);
            let (letter, member): (Digest, MemberId) = (parsed(&text("letter")?)?, parsed(&text("member")?)?);
            let address: MailAddress = parsed(&text("address")?)?;
            match self.letters.get(&letter) {
                None => self.faults.push(format!("{letter}: is in the outbox, and no letter")),
                Some(expected) if expected.to != member || expected.address.as_ref() != Some(&address) => {
                    self.faults.push(format!("{letter}: the outbox has it for another than its addressee"));
                }
                Some(Expected { mailed: Some(false), .. }) => {
                    self.faults
                        .push(format!("{letter}: is in the outbox, though its addressee wants no mail"));
                }
                Some(_) => {}
            }
            stored.insert(letter);
            if text("state")? == "sent" {
                sent.insert((member, letter));
            }
        }
        let due = self.letters.iter().filter(|(_, expected)| expected.mailed == Some(true));
        let missing = due.filter(|(id, _)| !stored.contains(id));
        self.faults.extend(missing.map(|(id, _)| format!("{id}: is not in the outbox, and is to be mailed")));
        let recorded: BTreeSet<(MemberId, Digest)> = self.mailed.iter().copied().collect();
        if recorded.len() < self.mailed.len() {
            self.faults.push("a letter is recorded as mailed more than once".to_owned());
        }
        for (_, id) in recorded.symmetric_difference(&sent) {
            self.faults.push(format!("{id}: outbox and journal differ on whether it was mailed"));
        }
        Ok(self.faults)
    }
}
