//! Deeds against plain inserts in the same database. A deed comes in by HTTP, is verified, judged and journalled; what
//! it is against is a transaction of one row with the same text. Both wait for the disk.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;
use zegel::client::{Batch, Draft, Remote};
use zegel::clock::{Clock, SystemClock, random};
use zegel::hub::config::Config;
use zegel::hub::db::Db;
use zegel::hub::init::{self, New};
use zegel::hub::serve::{Hub, RunningHub};
use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::{Digest, HubName, MemberId, PartnerId};
use zegel::protocol::refusal::Language;
use zegel::protocol::statement::{Admission, Body, Slip};
use zegel::protocol::words::{PartnerKind, Seen, Signer, Standing};

use crate::postgres::Server;
use crate::race::{Aim, Row, Table, race};

const ROUNDS: usize = 5;
const CLIENTS: [(usize, &str); 2] = [(1, "1 client"), (16, "16 clients")];
/// So many deeds in a round.
const DEEDS: usize = 160;
const DAY: i64 = 24 * 3600;

pub fn all(table: &mut Table) {
    on(table, "SQLite", "sqlite:zegel.db");
    if CLIENTS.iter().any(|(_, how)| table.wants(&format!("deeds, PostgreSQL, {how}"))) {
        let server = Server::start();
        on(table, "PostgreSQL", &server.url);
    }
}

fn on(table: &mut Table, name: &str, database: &str) {
    let rows = CLIENTS.map(|(clients, how)| (clients, format!("deeds, {name}, {how}")));
    let rows: Vec<_> = rows.into_iter().filter(|(_, what)| table.wants(what)).collect();
    if rows.is_empty() {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let house = runtime.block_on(House::begin(folder.path(), database));
    for (clients, what) in rows {
        let (ours, peer) = race(
            ROUNDS,
            || runtime.block_on(house.deeds(clients)),
            || runtime.block_on(house.inserts(clients)),
        );
        table.add(Row { what, amount: Some((DEEDS as f64, "a second")), ours, peer, aim: Aim::None });
    }
    runtime.block_on(house.hub.shutdown());
}

/// A hub that answers, an authority, and the house as the one partner.
struct House {
    hub: RunningHub,
    remote: Remote,
    name: HubName,
    authority: SecretCert,
    partner: PartnerId,
}

impl House {
    async fn begin(folder: &Path, database: &str) -> Self {
        let name: HubName = "zvh-ml.example".parse().expect("a hub");
        let now = SystemClock.now();
        let authority = SecretCert::generate_authority("An authority", now).expect("a cert");
        let listen = "127.0.0.1:0".parse().expect("an address");
        let new = New {
            hub: name.clone(),
            listen,
            ops_listen: listen,
            database: database.to_owned(),
            authority: &authority.public(),
        };
        init::init(folder, &new, now, random()).expect("a hub");
        let config = Config::load(&folder.join("zegel.toml"), []).expect("a configuration");
        let hub = Hub::start(config, Arc::new(SystemClock), random()).await.expect("the hub starts");
        let url = format!("http://localhost:{}/", hub.address.port()).parse().expect("an address");
        let remote = Remote::new(&url, Language::English).expect("a way to it");
        let partner = PartnerId::new(random()).expect("randomness");
        let house = Self { hub, remote, name, authority, partner };
        let admission = Admission {
            partner,
            name: "Het huis".parse().expect("a name"),
            kind: PartnerKind::House,
            standing: Standing::Signed,
        };
        house.remote.post(&house.signed(admission)).await.expect("the house is admitted");
        let table = "CREATE TABLE plain_row (id TEXT PRIMARY KEY, text TEXT NOT NULL)";
        sqlx::query(table).execute(house.hub.state.db.writer()).await.expect("a table");
        house
    }

    fn signed(&self, body: impl Into<Body>) -> Batch {
        let at = SystemClock.now();
        let mut draft = Draft::of(self.name.clone(), Seen::nothing(), Signer::Authority, at);
        draft.push(body);
        draft.sign(&self.authority).expect("a signature")
    }

    /// The smallest deed: a slip for somebody new.
    fn slip(&self) -> Batch {
        let member = MemberId::new(random()).expect("randomness");
        let ticket = Digest::of(member.to_string().as_bytes());
        let until = SystemClock.now().plus(14 * DAY);
        self.signed(Slip { member, partner: self.partner, ticket, until })
    }

    /// So many clients send deeds that they signed before, each one after the other.
    async fn deeds(&self, clients: usize) -> Duration {
        let slips: Vec<Batch> = (0..DEEDS).map(|_| self.slip()).collect();
        let remote = &self.remote;
        at_once(clients, slips, |slip| async move { remote.post(&slip).await.map(drop) }).await
    }

    async fn inserts(&self, clients: usize) -> Duration {
        let texts = (0..DEEDS).map(|_| self.slip().entries.swap_remove(0).statement).collect();
        let db = &self.hub.state.db;
        at_once(clients, texts, |text| insert(db, text)).await
    }
}

async fn insert(db: &Db, text: String) -> Result<(), zegel::hub::db::DbError> {
    let mut tx = db.begin().await?;
    let id = Digest::of(text.as_bytes()).to_string();
    let row = sqlx::query("INSERT INTO plain_row (id, text) VALUES ($1, $2)").bind(id).bind(text);
    row.execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

/// How long it takes until all is done, by so many at once.
async fn at_once<T, E, F>(clients: usize, mut all: Vec<T>, work: impl Fn(T) -> F) -> Duration
where
    E: std::fmt::Debug,
    F: Future<Output = Result<(), E>>,
{
    let share = all.len().div_ceil(clients);
    let mut shares = Vec::new();
    while !all.is_empty() {
        shares.push(all.split_off(all.len().saturating_sub(share)));
    }
    let watch = zegel::clock::Stopwatch::start();
    let one_after_the_other = |share: Vec<T>| async {
        for one in share {
            work(one).await?;
        }
        Ok::<_, E>(())
    };
    try_join_all(shares.into_iter().map(one_after_the_other)).await.expect("all is done");
    watch.elapsed()
}
