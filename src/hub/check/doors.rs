//! What lets somebody in, as the replayed journal has it: a session of who signed in, and the ids by which members fetch
//! their key bundles. Who can write the tables could add another of either.

use std::collections::BTreeSet;

use sqlx::{AnyConnection, Row};

use crate::hub::error::HubError;
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::statement::{Body, Statement};

/// Who signed in when, and the bundles that members signed.
#[derive(Default)]
pub struct Doors {
    signed_in: BTreeSet<(String, i64)>,
    /// Fetch id, member, number, the bundle's digest and its statement.
    bundles: BTreeSet<[String; 5]>,
}

impl Doors {
    pub fn signed_in(&mut self, member: MemberId, at: Moment) {
        self.signed_in.insert((member.to_string(), at.unix()));
    }

    /// Takes in a statement, if it is a bundle.
    pub fn add(&mut self, id: Digest, statement: &Statement) {
        let (Body::Bundle(bundle), Some(member)) = (&statement.body, statement.member()) else { return };
        let (member, number) = (member.to_string(), bundle.number.0.to_string());
        self.bundles.extend(bundle.fetch.iter().map(|fetch| {
            [fetch.to_string(), member.clone(), number.clone(), bundle.digest.to_string(), id.to_string()]
        }));
    }

    /// What is open to somebody whom the journal does not know of.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn compare(&self, connection: &mut AnyConnection) -> Result<Vec<String>, HubError> {
        let mut faults = Vec::new();
        let sessions =
            sqlx::query("SELECT id, member, begun FROM session").fetch_all(&mut *connection).await?;
        for row in sessions {
            let (id, member): (String, String) = (row.try_get("id")?, row.try_get("member")?);
            if !self.signed_in.contains(&(member.clone(), row.try_get("begun")?)) {
                faults.push(format!("session {id}: {member} did not sign in then"));
            }
        }
        let fetch =
            "SELECT fetch_id, member, CAST(number AS TEXT) AS number, bundle, statement FROM bundle_fetch";
        for row in sqlx::query(fetch).fetch_all(connection).await? {
            let column = |name| row.try_get::<String, _>(name);
            let bundle = [
                column("fetch_id")?,
                column("member")?,
                column("number")?,
                column("bundle")?,
                column("statement")?,
            ];
            if !self.bundles.contains(&bundle) {
                faults.push(format!(
                    "a bundle of {} can be fetched by an id that is not its owner's",
                    bundle[1]
                ));
            }
        }
        Ok(faults)
    }
}
