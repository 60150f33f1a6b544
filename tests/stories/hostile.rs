//! Clients without scruples. Whatever they send to the real hub is refused with a code of a closed list, or not
//! answered at all; it is never a fault of the hub's; and nothing of it is kept: not in a table, not as an object,
//! not as mail to be sent, not where it came in.

mod batches;
mod hands;
mod http;
mod together;
mod uploads;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use zegel::demo::stage::Stage;
use zegel::protocol::id::Digest;
use zegel::protocol::words::LanguageWord;

use crate::support::Base;
use crate::support::disk::Disk;
use crate::support::post::{settles, writes};
use crate::support::scene::referred_with;

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
        // What was done before is told of first: from here on mail is on its way only where something was done.
        settles(stage).await;
        Self { stage, before: Disk::of(stage).kept().await }
    }

    /// It was refused, with this, and nothing was kept.
    pub async fn refused(&self, what: &str, heard: &Heard, code: &str) {
        assert!((400..500).contains(&heard.status), "{what}: {heard:?}");
        assert_eq!(heard.code, code, "{what}");
        self.unchanged(what).await;
    }

    pub async fn unchanged(&self, what: &str) {
        let changed = self.changed().await;
        assert!(changed.is_empty(), "{what}: {changed:?} changed");
    }

    /// The columns and files that are other than they were, there or gone.
    async fn changed(&self) -> Vec<String> {
        let after = Disk::of(self.stage).kept().await;
        let places: BTreeSet<&String> = self.before.keys().chain(after.keys()).collect();
        places.into_iter().filter(|place| self.before.get(*place) != after.get(*place)).cloned().collect()
    }
}

/// Mail that is to be sent, and what stays behind where it came in.
#[tokio::test]
async fn what_is_kept_after_all_is_noticed() {
    let (play, case) = referred_with(Base::Sqlite, hands::PEOPLE, SETTINGS).await;
    let stage = &play.stage;
    stage.wants_mail("sanne", LanguageWord::Dutch).await.unwrap();
    let watched = Watched::on(stage).await;
    watched.unchanged("nothing").await;
    writes(stage, "joris", "sanne", case, "een bericht").await;
    let incoming = stage.folder.join("hub/incoming");
    std::fs::create_dir_all(&incoming).unwrap();
    std::fs::write(incoming.join("half"), "half a part").unwrap();
    let changed = watched.changed().await;
    for place in ["statement.id", "outbox.letter", "outbox.state", "hub/incoming/half"] {
        assert!(changed.iter().any(|changed| changed.ends_with(place)), "{place}: {changed:?}");
    }
}
