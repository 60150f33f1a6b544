//! The blind server: it keeps what is sealed, and knows who, when, what kind and how large.
//!
//! A noun is one file: its words, its SQL, its deeds and its reads. The door to it is in [`web`].

pub mod config;
pub mod db;
pub mod metrics;
pub mod objects;
pub mod serve;
pub mod upload;
pub mod web;

use std::sync::Arc;

use ring::rand::SecureRandom;
use tokio::sync::Semaphore;

use crate::clock::Clock;
use config::Config;
use db::Db;
use metrics::Metrics;
use objects::Objects;

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
    /// One permit is the memory for one part on its way in.
    pub parts: Arc<Semaphore>,
}

impl HubState {
    pub fn new(config: Arc<Config>, db: Db, objects: Objects, clock: Arc<dyn Clock>, random: Random) -> Self {
        let permits = usize::try_from(config.limits.parts_at_once).unwrap_or(1);
        let parts = Arc::new(Semaphore::new(permits));
        Self { config, db, objects, clock, random, metrics: Arc::default(), parts }
    }
}
