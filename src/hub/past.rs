//! What the statements so far make true, read from the database and kept for the next deed.
//!
//! The hub judges by [`History`], as everyone does. A deed holds the journal's row, so the journal cannot
//! grow while it is judged; the remembered part only has to be caught up to its own size.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::{AnyConnection, Row};

use super::db::DbError;
use crate::protocol::case::CaseState;
use crate::protocol::cert::PublicCert;
use crate::protocol::directory::House;
use crate::protocol::history::{Entry, History};
use crate::protocol::id::{CaseNumber, Digest, HubName, Moment};
use crate::protocol::statement::{Body, Statement};

/// The most cases that are kept in memory at a time.
const REMEMBERED: usize = 256;

/// What is remembered of committed deeds, and up to which leaf.
pub struct Past {
    empty: House,
    remembered: Mutex<Remembered>,
}

struct UpTo<T> {
    size: i64,
    state: Arc<T>,
}

impl<T> Clone for UpTo<T> {
    fn clone(&self) -> Self {
        Self { size: self.size, state: self.state.clone() }
    }
}

#[derive(Default)]
struct Remembered {
    house: Option<UpTo<House>>,
    cases: HashMap<CaseNumber, UsedCase>,
    /// How often cases were used.
    uses: u64,
}

struct UsedCase {
    case: UpTo<CaseState>,
    /// At which use it was used last.
    used: u64,
}

impl Remembered {
    fn case(&mut self, number: CaseNumber) -> Option<UpTo<CaseState>> {
        self.uses += 1;
        let kept = self.cases.get_mut(&number)?;
        kept.used = self.uses;
        Some(kept.case.clone())
    }

    /// Keeps a case as it was at a size, unless a later state is kept; the case that was used longest ago makes
    /// room.
    fn keep_case(&mut self, number: CaseNumber, case: UpTo<CaseState>) {
        self.uses += 1;
        let used = self.uses;
        match self.cases.get_mut(&number) {
            Some(kept) if kept.case.size >= case.size => kept.used = used,
            Some(kept) => *kept = UsedCase { case, used },
            None => {
                if self.cases.len() >= REMEMBERED {
                    let oldest =
                        self.cases.iter().min_by_key(|(_, kept)| kept.used).map(|(number, _)| *number);
                    oldest.map(|oldest| self.cases.remove(&oldest));
                }
                self.cases.insert(number, UsedCase { case, used });
            }
        }
    }

    fn keep_house(&mut self, house: UpTo<House>) {
        if self.house.as_ref().is_none_or(|kept| kept.size < house.size) {
            self.house = Some(house);
        }
    }
}

impl Past {
    /// Nothing remembered yet; the authority is pinned.
    pub fn new(hub: HubName, authority: PublicCert) -> Self {
        let remembered = Mutex::new(Remembered::default());
        Self { empty: House::new(hub, Arc::new(authority)), remembered }
    }

    /// The house before anything happened.
    pub fn before_all(&self) -> House {
        self.empty.clone()
    }

    /// The authority that everyone pins.
    pub fn authority(&self) -> &PublicCert {
        &self.empty.authority
    }

    /// The house, and the cases named, as they stand at a size of the journal, or later where that is remembered:
    /// a deed ended since the size was read. Who holds the journal's lock gets exactly its size. Cases that don't
    /// exist are left out.
    ///
    /// # Errors
    /// When the database fails, or holds what it should not.
    pub async fn load(
        &self,
        connection: &mut AnyConnection,
        size: i64,
        cases: &[CaseNumber],
    ) -> Result<History, DbError> {
        let mut history = self.house(connection, size).await?;
        for number in cases {
            self.case(connection, &mut history, size, *number).await?;
        }
        Ok(history)
    }

    /// Keeps what a committed deed made of it.
    pub fn keep(&self, history: &History, size: i64) {
        let mut remembered = self.lock();
        remembered.keep_house(UpTo { size, state: history.house.clone() });
        for (number, case) in &history.cases {
            remembered.keep_case(*number, UpTo { size, state: case.clone() });
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Remembered> {
        // What is remembered is replaced whole, so a panic elsewhere cannot have left half of it.
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn house(&self, connection: &mut AnyConnection, size: i64) -> Result<History, DbError> {
        let kept = self.lock().house.clone();
        let (mut history, from) = match kept {
            Some(kept) => (History::resume(kept.state), kept.size),
            None => (History::new(self.empty.clone()), 0),
        };
        if from < size {
            replay(connection, &mut history, "house", from, size).await?;
            // Case numbers are given out by the house; the cases themselves are read one by one.
            count_cases(connection, &mut history, from, size).await?;
            count_vaults(connection, &mut history, from, size).await?;
            self.lock().keep_house(UpTo { size, state: history.house.clone() });
        }
        Ok(history)
    }

    /// Puts a case, if it exists, into a history that has it not yet, as it stands at a size of the journal or
    /// later. It is remembered, whatever comes of the deed or the read.
    ///
    /// # Errors
    /// When the database fails, or holds what it should not.
    pub async fn case(
        &self,
        connection: &mut AnyConnection,
        history: &mut History,
        size: i64,
        number: CaseNumber,
    ) -> Result<(), DbError> {
        if history.cases.contains_key(&number) {
            return Ok(());
        }
        let kept = self.lock().case(number);
        let from = kept.as_ref().map_or(0, |kept| kept.size);
        if let Some(kept) = kept {
            history.cases.insert(number, kept.state);
        }
        if from < size {
            // A case is judged among the house of now; replaying it asks nothing of the house of then.
            replay(connection, history, &number.to_string(), from, size).await?;
            if let Some(case) = history.cases.get(&number) {
                self.lock().keep_case(number, UpTo { size, state: case.clone() });
            }
        }
        Ok(())
    }
}

/// Applies the statements of a scope between two sizes, which were judged when they were recorded.
async fn replay(
    connection: &mut AnyConnection,
    history: &mut History,
    scope: &str,
    from: i64,
    size: i64,
) -> Result<(), DbError> {
    let rows = sqlx::query(
        "SELECT leaf, id, at, text, signature FROM statement
         WHERE scope = $1 AND leaf >= $2 AND leaf < $3 ORDER BY leaf",
    )
    .bind(scope)
    .bind(from)
    .bind(size)
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let (text, signature): (String, Vec<u8>) = (row.try_get("text")?, row.try_get("signature")?);
        let statement = Statement::parse(text.as_bytes()).map_err(DbError::damaged)?;
        let certs = certs_of(connection, &statement.body).await?;
        let entry = Entry {
            id: parsed(&row.try_get::<String, _>("id")?)?,
            statement: &statement,
            text: text.as_bytes(),
            signature: &signature,
            leaf: row.try_get::<i64, _>("leaf")? as u64,
            at: parsed::<Moment>(&row.try_get::<String, _>("at")?)?,
            certs: &certs,
        };
        history.replay(&entry).map_err(DbError::damaged)?;
    }
    Ok(())
}

/// The certs that a statement's kind needs to be applied.
async fn certs_of(connection: &mut AnyConnection, body: &Body) -> Result<BTreeMap<Digest, Vec<u8>>, DbError> {
    let mut certs = BTreeMap::new();
    if let Body::Key(key) = body {
        let row = sqlx::query("SELECT bytes FROM attachment WHERE digest = $1").bind(key.cert.to_string());
        certs.insert(key.cert, row.fetch_one(connection).await?.try_get("bytes")?);
    }
    Ok(certs)
}

async fn count_cases(
    connection: &mut AnyConnection,
    history: &mut History,
    from: i64,
    size: i64,
) -> Result<(), DbError> {
    let rows = sqlx::query("SELECT scope FROM statement WHERE kind = 'case' AND leaf >= $1 AND leaf < $2")
        .bind(from)
        .bind(size)
        .fetch_all(connection)
        .await?;
    for row in rows {
        let number: CaseNumber = parsed(&row.try_get::<String, _>("scope")?)?;
        history.count_case(number);
    }
    Ok(())
}

/// The vaults of cases, so that no other takes their id.
async fn count_vaults(
    connection: &mut AnyConnection,
    history: &mut History,
    from: i64,
    size: i64,
) -> Result<(), DbError> {
    let rows = sqlx::query(
        "SELECT text FROM statement WHERE kind = 'vault' AND scope <> 'house' AND leaf >= $1 AND leaf < $2",
    )
    .bind(from)
    .bind(size)
    .fetch_all(connection)
    .await?;
    for row in rows {
        let text: String = row.try_get("text")?;
        if let Body::Vault(vault) = Statement::parse(text.as_bytes()).map_err(DbError::damaged)?.body {
            history.count_vault(vault.vault, vault.owner);
        }
    }
    Ok(())
}

/// A value of our own from a column of text.
pub fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, DbError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(DbError::damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::statement::Case;
    use crate::protocol::words::CaseKind;

    fn keep(remembered: &mut Remembered, count: u32, size: i64) {
        let case = CaseNumber { year: 2026, count };
        let partner = "par_0123456789abcdef".parse().unwrap();
        let referral = Case { case, kind: CaseKind::Complex, partner };
        let state = Arc::new(CaseState::new(Digest::of(b"case"), &referral));
        remembered.keep_case(case, UpTo { size, state });
    }

    fn size(remembered: &mut Remembered, count: u32) -> Option<i64> {
        remembered.case(CaseNumber { year: 2026, count }).map(|kept| kept.size)
    }

    #[test]
    fn the_case_that_was_used_longest_ago_makes_room() {
        let mut remembered = Remembered::default();
        (1..=REMEMBERED as u32).for_each(|count| keep(&mut remembered, count, 1));
        assert_eq!(size(&mut remembered, 1), Some(1));
        keep(&mut remembered, 1000, 1);
        assert_eq!(remembered.cases.len(), REMEMBERED);
        assert_eq!([1, 3, 1000].map(|count| size(&mut remembered, count)), [Some(1); 3]);
        assert_eq!(size(&mut remembered, 2), None);
    }

    #[test]
    fn a_later_state_is_not_forgotten_for_an_earlier_one() {
        let mut remembered = Remembered::default();
        keep(&mut remembered, 1, 9);
        keep(&mut remembered, 1, 4);
        assert_eq!(size(&mut remembered, 1), Some(9));
    }
}
