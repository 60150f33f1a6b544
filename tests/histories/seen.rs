//! Whoever holds a vault is shown every statement that the vault has a key to a part of: without it nobody could renew
//! the vault, since the new key is wrapped against what the statement promised.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AnyPool;
use zegel::protocol::directory::House;
use zegel::protocol::id::MemberId;

use crate::hub::Hub;

type Pairs = BTreeMap<String, BTreeSet<String>>;

/// Each holder with a key to what it is not shown.
pub async fn keys_to_the_unseen(hub: &Hub, house: &House) -> Vec<String> {
    let pool = hub.state.db.read();
    let holders = pairs(pool, "SELECT vault || '/' || generation, member FROM holder").await;
    let keys = pairs(pool, "SELECT reader, statement FROM header WHERE reader LIKE 'vlt_%'").await;
    let seen = pairs(pool, "SELECT w.who, s.id FROM shown w JOIN statement s ON s.leaf = w.leaf").await;
    let mut unseen = Vec::new();
    for (vault, members) in &holders {
        for member in members {
            let audiences = audiences(house, &holders, member);
            let is_seen = |id: &String| {
                audiences.iter().any(|who| seen.get(who).is_some_and(|statements| statements.contains(id)))
            };
            let of_vault = keys.get(vault).into_iter().flatten();
            unseen.extend(of_vault.filter(|id| !is_seen(id)).map(|id| format!("{member}, {vault}: {id}")));
        }
    }
    unseen
}

/// All that a member is shown things as.
fn audiences(house: &House, holders: &Pairs, member: &str) -> Vec<String> {
    let id: MemberId = member.parse().unwrap();
    let held = holders.iter().filter(|(_, members)| members.contains(member));
    let held = held.map(|(vault, _)| vault.split('/').next().unwrap().to_owned());
    let partner = house.partner_of(id).map(|partner| partner.to_string());
    held.chain(partner).chain([member.to_owned(), "all".to_owned()]).collect()
}

async fn pairs(pool: &AnyPool, sql: &'static str) -> Pairs {
    let rows: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(pool).await.unwrap();
    let mut pairs = Pairs::new();
    for (one, other) in rows {
        pairs.entry(one).or_default().insert(other);
    }
    pairs
}
