//! The blind server: it keeps what is sealed, and knows who, when, what kind and how large.
//!
//! A noun is one file: its words, its SQL, its deeds and its reads. The door to it is in [`web`].

pub mod access;
pub mod bundle;
pub mod case;
pub mod check;
pub mod cli;
pub mod config;
pub mod db;
pub mod error;
pub mod evidence;
pub mod init;
pub mod journal;
pub mod letter;
pub mod login;
pub mod mail;
pub mod metrics;
pub mod migrations;
pub mod nonce;
pub mod objects;
pub mod opening;
pub mod part;
pub mod past;
pub mod portal;
pub mod records;
pub mod serve;
pub mod session;
pub mod spool;
pub mod statements;
pub mod throttle;
pub mod upload;
pub mod vault;
pub mod web;

use std::sync::{Arc, OnceLock};

use ring::rand::SecureRandom;
use tokio::sync::Notify;

use crate::clock::Clock;
use config::Config;
use db::Db;
use init::HubKeys;
use metrics::Metrics;
use nonce::Nonces;
use objects::Objects;
use past::Past;
use spool::Spool;
use statements::LargeBatches;
use throttle::Throttle;
use upload::Incoming;
use web::held::Answers;

use crate::protocol::journal::JournalKey;

/// Where ids and names come from: the machine's randomness, or a test's.
pub type Random = &'static (dyn SecureRandom + Send + Sync);

/// All that a deed or a read needs beside its arguments. Cheap to clone.
#[derive(Clone)]
pub struct HubState {
    pub config: Arc<Config>,
    pub db: Db,
    pub objects: Objects,
    pub clock: Arc<dyn Clock>,
    pub random: Random,
    pub metrics: Arc<Metrics>,
    /// What is true so far.
    pub past: Arc<Past>,
    /// Signs checkpoints.
    pub journal_key: Arc<JournalKey>,
    pub nonces: Arc<Nonces>,
    pub throttle: Arc<Throttle>,
    /// Parts on their way in.
    pub parts: Arc<Incoming>,
    /// Large batches on their way in.
    pub batches: Arc<LargeBatches>,
    /// Answers that their readers have not taken yet.
    pub answers: Arc<Answers>,
    /// The leaf at which the portal's bundle is on record.
    pub portal: Arc<OnceLock<i64>>,
    /// Rung when there may be mail to send.
    pub bell: Arc<Notify>,
}

impl HubState {
    pub fn new(
        config: Arc<Config>,
        keys: HubKeys,
        db: Db,
        objects: Objects,
        clock: Arc<dyn Clock>,
        random: Random,
    ) -> Self {
        let limits = &config.limits;
        let parts = Arc::new(Incoming::new(limits.parts_at_once, limits.parts_per_member));
        let past = Arc::new(Past::new(config.hub.clone(), keys.authority));
        let (nonces, throttle) = (Nonces::new(&keys.journal), Throttle::new(&config.limits));
        Self {
            config,
            db,
            objects,
            clock,
            random,
            metrics: Arc::default(),
            past,
            journal_key: Arc::new(keys.journal),
            nonces: Arc::new(nonces),
            throttle: Arc::new(throttle),
            parts,
            batches: Arc::default(),
            answers: Arc::default(),
            portal: Arc::default(),
            bell: Arc::default(),
        }
    }

    /// Disk for what comes in slowly.
    ///
    /// # Errors
    /// When the disk has no room, or refuses us.
    pub async fn spool(&self) -> std::io::Result<Spool> {
        Spool::begin(self.config.data.join("incoming"), self.random).await
    }
}
