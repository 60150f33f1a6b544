//! Whether the caller may have a sealed part now, and by which headers: its own, of a pack, or those of a vault
//! that it holds.

use sqlx::AnyConnection;

use super::error::HubError;
use super::web::Caller;
use super::{HubState, access, journal};
use crate::protocol::case::CaseState;
use crate::protocol::history::History;
use crate::protocol::id::{CaseNumber, Digest, Moment};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{PartName, released_items};
use crate::protocol::words::Reader;
use crate::protocol::{item, meeting};

/// What a caller may have of a part.
pub struct Usable {
    /// The number of its case.
    pub scope: CaseNumber,
    pub headers: Vec<(Reader, Vec<u8>)>,
}

/// Who asks for which part.
#[derive(Clone, Copy)]
pub struct Asked {
    pub caller: Caller,
    pub id: Digest,
    pub part: PartName,
}

impl Asked {
    /// The headers by which the caller may open the part now.
    ///
    /// # Errors
    /// The refusal that says why there are none. [`Refusal::UnknownItem`] where the caller may not know of it.
    pub async fn judge(&self, hub: &HubState) -> Result<Usable, HubError> {
        let mut connection = hub.db.read().acquire().await?;
        let size = journal::size(&mut connection).await? as i64;
        self.judge_at(hub, &mut connection, size, hub.clock.now()).await
    }

    /// The same, by what is true at a size of the journal.
    pub async fn judge_at(
        &self,
        hub: &HubState,
        connection: &mut AnyConnection,
        size: i64,
        now: Moment,
    ) -> Result<Usable, HubError> {
        let visible = access::statement(connection, self.caller, self.id).await?;
        // Nothing of the house is sealed in parts.
        let scope: CaseNumber = visible.scope.parse().map_err(|_| Refusal::NotReleased)?;
        let headers = access::headers(connection, self.caller, self.id, self.part).await?;
        let history = hub.past.load(connection, size, &[scope]).await?;
        let case = history.case(scope)?;
        let by_vault = item::may_open_by_vault(&history.house, case, self.id, now);
        let of_pack = may_open(&history, case, self.caller, self.id, now);
        let has_vault = headers.iter().any(|(reader, _)| !is_own(reader));
        let refusal = match &by_vault {
            // With the item its headers went, so that nobody has one any more.
            Err(Refusal::Retracted) if of_pack == Err(Refusal::NotReleased) => by_vault.clone(),
            _ if has_vault => by_vault.clone(),
            _ => of_pack.clone(),
        };
        let allowed = |(reader, _): &(Reader, Vec<u8>)| match is_own(reader) {
            true => of_pack.is_ok(),
            false => by_vault.is_ok(),
        };
        let headers: Vec<_> = headers.into_iter().filter(allowed).collect();
        match headers.is_empty() {
            true => Err(refusal.err().unwrap_or(Refusal::NotReleased).into()),
            false => Ok(Usable { scope, headers }),
        }
    }
}

fn is_own(reader: &Reader) -> bool {
    matches!(reader, Reader::Member(_))
}

/// Whether the caller, as a reader of a pack, may open an item now: by any of the releases that hold it.
fn may_open(
    history: &History,
    case: &CaseState,
    caller: Caller,
    item: Digest,
    now: Moment,
) -> Result<(), Refusal> {
    let open = |release: Digest| meeting::may_open(&history.house, case, release, item, caller.member, now);
    let with_it = case.releases.iter().filter(|(_, release)| {
        release.reader == caller.member && released_items(release).any(|released| released == item)
    });
    let mut refusal = Refusal::NotReleased;
    for (release, _) in with_it {
        match open(*release) {
            Ok(()) => return Ok(()),
            Err(other) if tells(&other) > tells(&refusal) => refusal = other,
            Err(_) => {}
        }
    }
    Err(refusal)
}

/// How much a refusal tells a reader: that it can come back, then what was done about the item, then the rest.
fn tells(refusal: &Refusal) -> u8 {
    match refusal {
        Refusal::NotReleased => 0,
        Refusal::NotOnRoster => 1,
        Refusal::TooLate { .. } => 2,
        Refusal::Withdrawn | Refusal::Retracted => 4,
        Refusal::TooEarly { .. } => 5,
        _ => 3,
    }
}
