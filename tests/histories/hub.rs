//! A hub without its network, to which what was signed is handed at the moment at which it was.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;
use walkdir::WalkDir;
use zegel::clock::{SetClock, random};
use zegel::hub::check::check;
use zegel::hub::config::Config;
use zegel::hub::db::Db;
use zegel::hub::error::HubError;
use zegel::hub::objects::Objects;
use zegel::hub::past::Past;
use zegel::hub::statements::{Batch, BatchEntry, submit};
use zegel::hub::upload::{self, Part};
use zegel::hub::{HubState, init, journal};
use zegel::protocol::history::History;
use zegel::protocol::id::{CaseNumber, Digest, MemberId};
use zegel::protocol::payload::part_leaf;
use zegel::protocol::statement::{Body, PartName, Vault};
use zegel::protocol::words::{Owner, VaultGeneration};

use crate::real::Signed;
use crate::story::{BEGIN, Story, hub, keys, moment};

/// What was refused leaves its upload behind, till the chore that sweeps.
const SETTINGS: &str = "[limits]\nuploads_per_member = 10000\n";

pub struct Hub {
    pub state: HubState,
    clock: SetClock,
    folder: TempDir,
}

impl Hub {
    /// A hub that knows nothing yet.
    pub async fn empty(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let new = init::New {
            hub: hub(),
            listen: "127.0.0.1:0".parse().unwrap(),
            ops_listen: "127.0.0.1:0".parse().unwrap(),
            database: database.to_owned(),
            authority: &keys("authority").cert.public(),
        };
        init::init(folder.path(), &new, moment(BEGIN), random()).unwrap();
        let file = folder.path().join("zegel.toml");
        let text = fs::read_to_string(&file).unwrap() + SETTINGS;
        fs::write(&file, text).unwrap();
        Self::opened(folder).await
    }

    async fn opened(folder: TempDir) -> Self {
        let config = Config::load(&folder.path().join("zegel.toml"), []).unwrap();
        let keys = init::keys(&config).unwrap();
        let db = Db::open(config.database.reveal()).await.unwrap();
        let objects = Objects::open(&config.objects).unwrap();
        let clock = SetClock::at(moment(BEGIN));
        let state = HubState::new(Arc::new(config), keys, db, objects, Arc::new(clock.clone()), random());
        Self { state, clock, folder }
    }

    /// Stops it, so that what it leaves can be copied.
    pub async fn stops(self) -> TempDir {
        self.state.db.close().await;
        self.folder
    }

    /// A hub that goes on from a copy of another's folder.
    pub async fn from_copy(of: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in WalkDir::new(of).min_depth(1) {
            let entry = entry.unwrap();
            let to = folder.path().join(entry.path().strip_prefix(of).unwrap());
            match entry.file_type().is_dir() {
                true => fs::create_dir_all(&to).unwrap(),
                false => fs::copy(entry.path(), &to).map(drop).unwrap(),
            }
        }
        Self::opened(folder).await
    }

    /// Hands over some statements as one batch; the first refusal's code, if it is refused.
    pub async fn tries(&self, signed: &[&Signed]) -> Result<Vec<bool>, String> {
        self.clock.set(signed[0].told.at);
        for one in signed {
            if let (Some(body), Some(member)) = (&one.body, one.told.statement.member()) {
                self.uploads(member, body).await;
            }
        }
        match submit(&self.state, batch(signed)).await {
            Ok(receipts) => Ok(receipts.iter().map(|receipt| receipt.new).collect()),
            Err(HubError::Refused { refusal, .. }) => Err(refusal.code().to_owned()),
            Err(fault) => panic!("no refusal, but a fault: {fault}"),
        }
    }

    async fn uploads(&self, member: MemberId, body: &[u8]) {
        let id = upload::create(&self.state, member, body.len() as u64).await.unwrap();
        let upload = upload::find(&self.state, member, &id).await.unwrap();
        let part = Part { leaf: part_leaf(body), bytes: body.to_vec().into() };
        upload::keep_part(&self.state, member, &upload, part).await.unwrap();
    }

    /// What the predecessor of a vault's generation can open, as its holder's program would ask.
    pub async fn opens(&self, vault: &Vault, before: Option<VaultGeneration>) -> Vec<(Digest, PartName)> {
        let Some(before) = before else { return Vec::new() };
        let scope = match vault.owner {
            Owner::Case(case) if vault.generation.0 == 1 => case.to_string(),
            _ => String::new(),
        };
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT h.statement, h.part FROM header h JOIN sealed_part p
             ON p.statement = h.statement AND p.part = h.part
             WHERE h.reader = $1 AND ($2 = '' OR p.scope = $2)",
        )
        .bind(before.to_string())
        .bind(scope)
        .fetch_all(self.state.db.read())
        .await
        .unwrap();
        rows.iter().map(|(id, part)| (id.parse().unwrap(), part.parse().unwrap())).collect()
    }

    pub async fn size(&self) -> u64 {
        journal::size(&mut self.state.db.read().acquire().await.unwrap()).await.unwrap()
    }

    /// All that it remembers, or where it has just started, all that it reads.
    pub async fn knows(&self, just_started: bool, cases: &[CaseNumber]) -> History {
        let past = match just_started {
            true => Arc::new(Past::new(hub(), keys("authority").cert.public())),
            false => self.state.past.clone(),
        };
        let mut connection = self.state.db.read().acquire().await.unwrap();
        let size = journal::size(&mut connection).await.unwrap() as i64;
        past.load(&mut connection, size, cases).await.unwrap()
    }

    /// Replays the journal against tables and objects.
    pub async fn faults(&self) -> Vec<String> {
        check(&self.state).await.unwrap().faults
    }
}

fn batch(signed: &[&Signed]) -> Batch {
    let mut attachments: Vec<&Vec<u8>> = signed.iter().flat_map(|one| &one.carried).collect();
    attachments.sort();
    attachments.dedup();
    let entry = |one: &&Signed| BatchEntry {
        statement: one.told.text.clone(),
        signature: STANDARD.encode(&one.told.signature),
    };
    Batch {
        entries: signed.iter().map(entry).collect(),
        attachments: attachments.into_iter().map(|bytes| STANDARD.encode(bytes)).collect(),
    }
}

/// The generation that a vault's new one comes after: its own, or of a case's first one the house's.
pub fn predecessor(story: &Story, vault: &Vault) -> Option<VaultGeneration> {
    let house = &story.history.house;
    let of_house = || house.house_partner().and_then(|partner| house.vault_of(partner));
    let current = story.history.current_vault(vault);
    let before = current.or_else(|| matches!(vault.owner, Owner::Case(_)).then(of_house).flatten());
    before.map(|state| state.now())
}

/// What a statement's item is, if it is one.
pub fn body_of(body: &Body) -> Option<Digest> {
    match body {
        Body::Item(item) => Some(item.body.digest),
        _ => None,
    }
}
