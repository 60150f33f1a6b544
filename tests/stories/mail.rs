//! Letters on their way out: what goes wrong with a mail server is survived, and nothing leaves in clear.

mod crash;
mod debian;
mod notices;
mod refusals;
mod relay;

use zegel::protocol::id::CaseNumber;
use zegel::protocol::words::{DeliveryWay, LanguageWord};

use crate::support::post::chooses;
use crate::support::scene::referred_with;
use crate::support::smtp::{FakeServer, Way};
use crate::support::{Base, Play};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "ellen"];
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// A case, and a hub that mails by this server; Femke and Sanne want mail.
async fn house(base: Base, way: Way, more: &str) -> (FakeServer, Play, CaseNumber) {
    let server = FakeServer::start(way).await;
    let files = tempfile::tempdir().unwrap();
    let settings = server.settings(files.path(), way);
    // Beside the configuration is where it looks.
    let settings = settings.replace("\"relay.", &format!("\"{}/relay.", files.path().display()));
    let (play, case) = referred_with(base, PEOPLE, &format!("{settings}{more}")).await;
    for who in ["femke", "sanne"] {
        chooses(&play.stage, who, DeliveryWay::Mail, LanguageWord::Dutch).await;
    }
    drop(files.keep());
    (server, play, case)
}
