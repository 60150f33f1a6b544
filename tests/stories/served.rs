//! Which bundle the hub serves as its portal is on record, once for each that it served, and anyone can prove it.

use zegel::hub::portal::{PortalAnswer, put_on_record};
use zegel::hub::web::portal::digest;
use zegel::protocol::id::{Digest, hex32};
use zegel::protocol::journal::{Event, JournalPublicKey, Leaf, Record, Salt, Scope, verify_inclusion};

use crate::support::Base;
use crate::support::door::get;
use crate::support::machine::Machine;
use crate::support::play;
use zegel::demo::stage::Stage;

on_both!(the_portal_that_is_served_stands_in_the_journal_once);

async fn asked(stage: &Stage) -> PortalAnswer {
    serde_json::from_value(get(stage, "", "/v1/portal").await.json()).unwrap()
}

fn salt(text: &str) -> Salt {
    hex32(text).unwrap()
}

async fn the_portal_that_is_served_stands_in_the_journal_once(base: Base) {
    let play = play(base, &["joris"]).await;
    let stage = &play.stage;
    let before = asked(stage).await;
    assert_eq!(before.digest, digest().map(|digest| digest.to_string()));
    assert!(before.record.is_none(), "nobody served it yet");

    let size = async || get(stage, "", "/v1/hub").await.json()["size"].as_u64().unwrap();
    let first = size().await;
    let served = put_on_record(&stage.hub.state).await.unwrap();
    assert_eq!(put_on_record(&stage.hub.state).await.unwrap(), served);
    // Whoever builds without a bundle serves none, and records none.
    let Some(about) = served else { return assert_eq!(size().await, first) };
    assert_eq!(size().await, first + 1, "the same bundle is recorded once");

    let answer = asked(stage).await;
    assert_eq!(answer.digest, Some(about.to_string()));
    require_proven(&answer, about, stage.hub.state.journal_key.public());
}

/// The record that comes with an answer says this of the portal, and stands in the journal.
fn require_proven(answer: &PortalAnswer, about: Digest, key: &JournalPublicKey) {
    let record = answer.record.as_ref().unwrap();
    let event: Event = record.event.parse().unwrap();
    assert!(matches!(event, Event::Record { record: Record::Portal { about: said }, .. } if said == about));
    let leaf = Leaf {
        scope: Scope::House,
        scope_salt: salt(&record.scope_salt),
        event_salt: salt(&record.event_salt),
        event,
    };
    let proof: Vec<Digest> = record.inclusion.iter().map(|hash| Digest(hex32(hash).unwrap())).collect();
    let checkpoint = key.open(&answer.checkpoint).unwrap();
    verify_inclusion(&leaf.hash(), record.leaf, checkpoint.size, &proof, &checkpoint.root).unwrap();
}

/// What the program prints is what it tells and what is on record, each time that it is started; what anybody
/// computes from the files is in `tests/hub_ground/portal.rs`.
#[tokio::test]
async fn the_program_prints_which_portal_it_serves() {
    let play = play(Base::Sqlite, &["joris"]).await;
    let key = play.stage.hub.state.journal_key.public().clone();
    let mut machine = Machine::on(play.stops().await);
    let mut leaves = Vec::new();
    for _ in 0..2 {
        let said = machine.serves();
        let answer = reqwest::get(machine.url().join("v1/portal").unwrap()).await.unwrap();
        let answer: PortalAnswer = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let Some(printed) = said.lines().nth(1).and_then(|line| line.strip_prefix("The portal: ")) else {
            assert!(said.contains("built without its portal") && answer.digest.is_none(), "{said}");
            return println!("there is no bundle in browser/dist: nothing was looked at");
        };
        assert_eq!(answer.digest.as_deref(), Some(printed));
        assert_eq!(printed, digest().unwrap().to_string());
        require_proven(&answer, printed.parse().unwrap(), &key);
        leaves.push(answer.record.unwrap().leaf);
        machine.stop_hub();
    }
    assert_eq!(leaves[0], leaves[1], "the same bundle is recorded once");
    machine.check();
}
