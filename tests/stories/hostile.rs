//! Clients without scruples. Whatever they send to the real hub is refused with a code of a closed list, or not
//! answered at all; it is never a fault of the hub's; and nothing of it is kept: not in a table, not as an object.

mod batches;
mod hands;
mod http;
mod together;
mod uploads;

use std::collections::BTreeMap;

use serde_json::Value;
use zegel::demo::stage::Stage;
use zegel::protocol::id::Digest;

use crate::support::disk::Disk;

/// As often as one likes: here nobody is to be refused for coming too often.
pub const SETTINGS: &str =
    "[limits]\nbad_sign_ins = 1000000\nbad_bundles = 1000000\nbad_writes = 1000000\nnonces = 1000000\n";

/// What the hub said: the status, and the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub status: u16,
    pub code: String,
}

impl Heard {
    pub async fn of(answer: reqwest::Response) -> Self {
        let status = answer.status().as_u16();
        let said: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default();
        Self { status, code: said["code"].as_str().unwrap_or_default().to_owned() }
    }
}

/// What the hub keeps, before and after.
pub struct Watched<'a> {
    stage: &'a Stage,
    before: BTreeMap<String, Vec<Digest>>,
}

impl<'a> Watched<'a> {
    pub async fn on(stage: &'a Stage) -> Self {
        Self { stage, before: Disk::of(stage).kept().await }
    }

    /// It was refused, with this, and nothing was kept.
    pub async fn refused(&self, what: &str, heard: &Heard, code: &str) {
        assert!((400..500).contains(&heard.status), "{what}: {heard:?}");
        assert_eq!(heard.code, code, "{what}");
        self.unchanged(what).await;
    }

    pub async fn unchanged(&self, what: &str) {
        let after = Disk::of(self.stage).kept().await;
        let differs = |(place, digests): (&String, &Vec<Digest>)| {
            (self.before.get(place) != Some(digests)).then(|| place.clone())
        };
        let changed: Vec<String> = after.iter().filter_map(differs).collect();
        let gone: Vec<&String> = self.before.keys().filter(|place| !after.contains_key(*place)).collect();
        assert!(changed.is_empty() && gone.is_empty(), "{what}: {changed:?} changed, {gone:?} are gone");
    }
}
