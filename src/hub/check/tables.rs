//! What the tables must hold, as the replayed journal has it: who holds which vault, which sealed parts lie here,
//! and which keys to them. A row that no statement made is a finding, as is one that is missing or altered.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AnyConnection, Row};

use crate::hub::HubState;
use crate::hub::error::HubError;
use crate::hub::past::parsed;
use crate::hub::upload;
use crate::protocol::history::History;
use crate::protocol::id::Digest;
use crate::protocol::payload::PayloadDigest;
use crate::protocol::statement::{Body, PartName};
use crate::protocol::vault::RekeyedSet;
use crate::protocol::words::{Payload, Reader, VaultGeneration};

/// The key to one part for one reader.
type HeaderKey = (Digest, PartName, Reader);

/// What the statements so far named.
#[derive(Default)]
pub struct Named {
    /// Every part, in the scope of its statement.
    parts: BTreeMap<(Digest, PartName), (Payload, String)>,
    /// Every header, by its digests: a later one takes the place of an earlier one.
    headers: BTreeMap<HeaderKey, BTreeSet<Digest>>,
    /// The secret of each vault's generation.
    secrets: BTreeMap<Digest, Digest>,
}

impl Named {
    /// Takes in what a statement names. What was re-keyed stands in the set that came with it.
    pub fn add(&mut self, history: &History, id: Digest, body: &Body, scope: &str, set: &RekeyedSet) {
        for part in body.parts() {
            self.parts.insert((id, part.name), (part.payload, scope.to_owned()));
            for grant in part.grants {
                self.header(id, part.name, Reader::Vault(grant.vault), grant.header);
            }
        }
        match body {
            Body::Vault(vault) => {
                self.secrets.insert(id, vault.secret);
                let now = VaultGeneration { vault: vault.vault, generation: vault.generation.0 };
                for ((statement, part), header) in &set.entries {
                    self.header(*statement, *part, Reader::Vault(now), *header);
                }
            }
            Body::Ask(ask) => {
                let case = history.cases.get(&ask.case);
                let agenda = case.and_then(|case| case.rosters.get(&ask.roster)).and_then(|r| r.agenda);
                if let (Some(agenda), Some(label), Some(body)) = (agenda, ask.agenda_label, ask.agenda_body) {
                    self.header(agenda, PartName::Label, Reader::Vault(label.vault), label.header);
                    self.header(agenda, PartName::Body, Reader::Vault(body.vault), body.header);
                }
            }
            Body::Release(release) => {
                let reader = Reader::Member(release.reader);
                let approvals = history.cases.get(&release.case).map(|case| &case.approvals);
                for approved in &release.approved {
                    let Some(state) = approvals.and_then(|all| all.get(&approved.approval)) else { continue };
                    self.header(approved.item, PartName::Label, reader, state.approval.reader_label);
                    self.header(approved.item, PartName::Body, reader, state.approval.reader_body);
                }
                for own in &release.own {
                    self.header(own.item, PartName::Label, reader, own.grant_label);
                    self.header(own.item, PartName::Body, reader, own.grant_body);
                }
            }
            _ => {}
        }
    }

    fn header(&mut self, statement: Digest, part: PartName, reader: Reader, header: Digest) {
        self.headers.entry((statement, part, reader)).or_default().insert(header);
    }

    /// Holds the tables against it; says what differs.
    ///
    /// # Errors
    /// When the database or the store can't be read.
    pub async fn compare(
        &self,
        hub: &HubState,
        connection: &mut AnyConnection,
        history: &History,
    ) -> Result<Vec<String>, HubError> {
        let mut faults = self.holders(connection, history).await?;
        let gone = gone(history);
        let stored = self.parts(hub, connection, &gone, &mut faults).await?;
        self.keys(connection, history, &stored, &mut faults).await?;
        Ok(faults)
    }

    async fn holders(
        &self,
        connection: &mut AnyConnection,
        history: &History,
    ) -> Result<Vec<String>, HubError> {
        let rows = sqlx::query("SELECT vault, generation, member, key, secret, statement FROM holder");
        let mut stored = BTreeSet::new();
        for row in rows.fetch_all(connection).await? {
            let text = |name| row.try_get::<String, _>(name);
            let generation = row.try_get::<i64, _>("generation")?.to_string();
            let (vault, member, key) = (text("vault")?, text("member")?, text("key")?);
            stored.insert([vault, generation, member, key, text("secret")?, text("statement")?]);
        }
        let vaults = history.house.vaults.values();
        let vaults = vaults.chain(history.cases.values().filter_map(|case| case.vault.as_ref()));
        let mut expected = BTreeSet::new();
        for vault in vaults {
            let secret = self.secrets.get(&vault.id).map(Digest::to_string).unwrap_or_default();
            for (member, key) in &vault.holders {
                let (id, generation) = (vault.vault.to_string(), vault.generation.to_string());
                let (member, key, statement) = (member.to_string(), key.to_string(), vault.id.to_string());
                expected.insert([id, generation, member, key, secret.clone(), statement]);
            }
        }
        let named = |row: &[String; 6]| format!("vault {}/{}, holder {}", row[0], row[1], row[2]);
        let missing = expected.difference(&stored).map(|row| format!("{}: is not in the table", named(row)));
        let extra = stored.difference(&expected).map(|row| format!("{}: no statement says so", named(row)));
        Ok(missing.chain(extra).collect())
    }

    /// The parts that lie here, each of which is read through.
    async fn parts(
        &self,
        hub: &HubState,
        connection: &mut AnyConnection,
        gone: &BTreeSet<Digest>,
        faults: &mut Vec<String>,
    ) -> Result<BTreeSet<(Digest, PartName)>, HubError> {
        let rows = sqlx::query("SELECT statement, part, scope, digest, length, upload FROM sealed_part");
        let rows = rows.fetch_all(&mut *connection).await?;
        let mut stored = BTreeSet::new();
        for row in rows {
            let text = |name| row.try_get::<String, _>(name);
            let (id, part): (Digest, PartName) = (parsed(&text("statement")?)?, parsed(&text("part")?)?);
            let Some((payload, scope)) = self.parts.get(&(id, part)) else {
                faults.push(format!("{id}, {part}: no statement names this part"));
                continue;
            };
            let same = text("scope")? == *scope
                && text("digest")? == payload.digest.to_string()
                && row.try_get::<i64, _>("length")? as u64 == payload.length;
            if !same {
                faults.push(format!("{id}, {part}: the part's row is not what was signed"));
            }
            let found = match row.try_get::<Option<String>, _>("upload")? {
                Some(upload) => body_digest(hub, &upload, payload.length).await,
                None => small_digest(connection, id, part).await,
            };
            match found {
                Ok(digest) if digest == payload.digest => {}
                Ok(_) => faults.push(format!("{id}, {part}: its bytes were altered")),
                // Bodies are read as they are now.
                Err(_) if was_taken_out(hub, id, part).await? => {}
                Err(problem) => faults.push(format!("{id}, {part}: its bytes can't be read: {problem}")),
            }
            stored.insert((id, part));
        }
        let expected = self.parts.keys().filter(|(id, _)| !gone.contains(id));
        let missing = expected.filter(|part| !stored.contains(part));
        faults.extend(missing.map(|(id, part)| format!("{id}, {part}: the part is not there")));
        faults.extend(
            stored.iter().filter(|(id, _)| gone.contains(id)).map(|(id, part)| {
                format!("{id}, {part}: is there still, though it was taken out or withdrawn")
            }),
        );
        Ok(stored)
    }

    /// Each header is one that a statement named, to a part that lies here; and whoever holds a vault now has what its generation was given.
    async fn keys(
        &self,
        connection: &mut AnyConnection,
        history: &History,
        stored_parts: &BTreeSet<(Digest, PartName)>,
        faults: &mut Vec<String>,
    ) -> Result<(), HubError> {
        let rows = sqlx::query("SELECT statement, part, reader, bytes FROM header");
        let mut stored: BTreeSet<HeaderKey> = BTreeSet::new();
        for row in rows.fetch_all(connection).await? {
            let text = |name| row.try_get::<String, _>(name);
            let key: HeaderKey =
                (parsed(&text("statement")?)?, parsed(&text("part")?)?, parsed(&text("reader")?)?);
            let digest = Digest::of(&row.try_get::<Vec<u8>, _>("bytes")?);
            if !self.headers.get(&key).is_some_and(|named| named.contains(&digest)) {
                faults.push(format!("{}, {}: no statement names this key for {}", key.0, key.1, key.2));
            }
            if !stored_parts.contains(&(key.0, key.1)) {
                faults.push(format!("{}, {}: a key for {} to what is not here", key.0, key.1, key.2));
            }
            stored.insert(key);
        }
        let vaults = history.house.vaults.values();
        let vaults = vaults.chain(history.cases.values().filter_map(|case| case.vault.as_ref()));
        let present: BTreeSet<VaultGeneration> = vaults.map(|vault| vault.now()).collect();
        let due = self.headers.keys().filter(|(id, part, reader)| {
            let now = matches!(reader, Reader::Vault(generation) if present.contains(generation));
            now && stored_parts.contains(&(*id, *part))
        });
        let missing = due.filter(|key| !stored.contains(key));
        faults.extend(
            missing.map(|(id, part, reader)| format!("{id}, {part}: the key for {reader} is missing")),
        );
        Ok(())
    }
}

/// Statements whose parts are no longer here: items that were taken out, approvals that were withdrawn.
fn gone(history: &History) -> BTreeSet<Digest> {
    let of_case = |case: &crate::protocol::case::CaseState| -> Vec<Digest> {
        let items = case.items.iter().filter(|(_, item)| item.retracted).map(|(id, _)| *id);
        items.chain(case.approvals.iter().filter(|(_, a)| a.withdrawn).map(|(id, _)| *id)).collect()
    };
    history.cases.values().flat_map(|case| of_case(case)).collect()
}

async fn body_digest(hub: &HubState, upload: &str, length: u64) -> Result<Digest, HubError> {
    use futures_util::StreamExt;
    let mut body = upload::body_reader(hub, &parsed(upload)?, 0..length).await?;
    let mut digest = PayloadDigest::new();
    while let Some(piece) = body.next().await {
        digest.update(&piece?);
    }
    Ok(digest.finish().0)
}

/// Whether a part went while it was read.
async fn was_taken_out(hub: &HubState, id: Digest, part: PartName) -> Result<bool, HubError> {
    let there = "SELECT COUNT(*) FROM sealed_part WHERE statement = $1 AND part = $2";
    let there = sqlx::query_scalar::<_, i64>(there).bind(id.to_string()).bind(part.word());
    Ok(there.fetch_one(hub.db.read()).await? == 0)
}

async fn small_digest(
    connection: &mut AnyConnection,
    id: Digest,
    part: PartName,
) -> Result<Digest, HubError> {
    let row = sqlx::query("SELECT payload FROM sealed_part WHERE statement = $1 AND part = $2")
        .bind(id.to_string())
        .bind(part.word())
        .fetch_one(connection)
        .await?;
    let mut digest = PayloadDigest::new();
    digest.update(&row.try_get::<Vec<u8>, _>("payload")?);
    Ok(digest.finish().0)
}
