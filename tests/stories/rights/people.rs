//! Everyone, by what they have to do with the case, and how they come to the hub.

use std::collections::BTreeMap;

use reqwest::Method;
use zegel::client::verbs::authority;
use zegel::demo::stage::Stage;
use zegel::protocol::words::RevocationReason;

use crate::support::door::{self, enrols, office, signs_in_at, suspends, vouches_for};
use crate::support::office::{gets_keys, slip_for};

/// Each with the home of who it is. A name is what the table calls them.
pub const WHO: &[(&str, &str)] = &[
    ("waiting", "waiting"),
    ("unsigned", "unsigned"),
    ("revoked", "revoked"),
    ("suspended", "hugo"),
    ("excluded", "ruud"),
    ("stranger", "bram"),
    ("addressee", "yara"),
    ("referrer", "sanne"),
    ("supplier", "femke"),
    ("holder", "pieter"),
    ("colleague", "lotte"),
    ("director", "joris"),
    ("second", "mila"),
    ("manager", "ellen"),
    ("secretary", "karim"),
    ("support", "tess"),
    ("reader", "noor"),
    ("invited", "daan"),
    ("withdrawn", "amrani"),
    ("off", "iris"),
];

/// All of them, in the table's order.
pub const EVERYONE: &[&str] = &[
    "nobody",
    "expired",
    "ended",
    "waiting",
    "unsigned",
    "revoked",
    "suspended",
    "excluded",
    "stranger",
    "addressee",
    "referrer",
    "supplier",
    "holder",
    "colleague",
    "director",
    "second",
    "manager",
    "secretary",
    "support",
    "reader",
    "invited",
    "withdrawn",
    "off",
];

/// Who each is, for who reads a table.
pub const LEGEND: &[(&str, &str)] = &[
    ("authority", "with its own key"),
    ("hub", "the stranger, in the name of the hub"),
    ("forger", "the stranger, in the name of who may"),
    ("forgery", "the authority in the name of who may; where that is itself, the director"),
    ("nobody", "has no session"),
    ("expired", "the director, with a session that was not used for too long"),
    ("ended", "the director, with a session that he ended"),
    ("waiting", "has keys that nobody has vouched for yet"),
    ("unsigned", "a member of a partner that has not signed; the session is from before the house vouched"),
    ("revoked", "a member of the supplier whose key was revoked; the session is from before"),
    ("suspended", "was a released reader; suspended since"),
    ("excluded", "was a released reader; the partner was excluded since"),
    ("stranger", "a member of a signed partner, not in the case; a colleague of `addressee`"),
    ("addressee", "got one letter in the portal, and is in the other case"),
    ("referrer", "referred the case, supplied the referral, wrote a letter to the director"),
    (
        "supplier",
        "is on the roster; supplied the report, the silent item and what was retracted; has an upload under way",
    ),
    ("holder", "a colleague of the supplier, who holds its vault"),
    ("colleague", "a colleague of the supplier, who does not hold its vault"),
    ("director", "the procesregisseur who holds the case's vault, and the house's"),
    ("second", "a procesregisseur who holds the house's vault but not the case's; runs the other case"),
    ("manager", "of the house, without a vault"),
    ("secretary", "of the house, without a vault"),
    ("support", "of the house, without a vault"),
    ("reader", "was released the report and the agenda; got a letter by mail, and answered it"),
    ("invited", "is on the roster; nothing was released"),
    ("withdrawn", "was released the report and the agenda; the report was withdrawn"),
    ("off", "was released the report and the agenda; then left the roster"),
];

/// What everyone is told who can't read as a member: without a session, or with one that is no good for it.
pub fn outside(person: &str) -> Option<&'static str> {
    match person {
        "nobody" | "expired" | "ended" | "revoked" | "suspended" | "excluded" => Some("401 not-signed-in"),
        "waiting" => Some("403 not-vouched"),
        "unsigned" => Some("403 not-signed-partner"),
        _ => None,
    }
}

/// Tokens and sessions, by person.
pub struct People {
    sessions: BTreeMap<String, [Session; 2]>,
    /// A session of someone who asks nothing, and so ends none.
    pub bystander: String,
}

#[derive(Clone, Default)]
struct Session {
    token: String,
    id: String,
}

impl People {
    /// Everyone signs in, twice; then happens what ends the sessions of some.
    pub async fn come(stage: &Stage, expired: String) -> Self {
        join(stage).await;
        let bystander = sign_in(stage, "bystander").await.id;
        let mut people = Self { sessions: BTreeMap::new(), bystander };
        people.keep("expired", Session { token: expired, id: "none".to_owned() });
        let ended = sign_in(stage, "joris").await;
        let path = format!("/v1/sessions/{}", ended.id);
        assert_eq!(door::ask(stage, Method::DELETE, &ended.token, &path).await.status, 204);
        people.keep("ended", ended);
        for (person, home) in WHO {
            let both = [sign_in(stage, home).await, sign_in(stage, home).await];
            people.sessions.insert((*person).to_owned(), both);
        }
        some_lose_their_rights(stage).await;
        people
    }

    fn keep(&mut self, person: &str, session: Session) {
        self.sessions.insert(person.to_owned(), [session.clone(), session]);
    }

    /// With what someone asks.
    pub fn token(&self, person: &str) -> Option<&str> {
        Some(&self.sessions.get(person)?[0].token)
    }

    /// Someone's other session.
    pub fn spare(&self, person: &str) -> &str {
        self.sessions.get(person).map_or("none", |both| &both[1].id)
    }
}

/// People who are not of the example house.
async fn join(stage: &Stage) {
    let lotte = slip_for(stage, "politie", "Lotte Terpstra", "lotte@politie-midden-linge.example", None);
    gets_keys(stage, "lotte", &lotte).await;
    let other = slip_for(stage, "reclassering", "Els Elders", "els@reclassering-rivierenland.example", None);
    gets_keys(stage, "bystander", &other).await;
    let revoked = slip_for(stage, "politie", "Rik Oud", "rik@politie-midden-linge.example", None);
    gets_keys(stage, "revoked", &revoked).await;
    for (home, partner) in [("waiting", "politie"), ("unsigned", "vijf")] {
        let slip = slip_for(stage, partner, &format!("Wim {home}"), &format!("{home}@vijf.example"), None);
        let paper = office(stage, |office| authority::slip(office, &slip).unwrap());
        stage.publish().await.unwrap();
        enrols(stage, &paper, &stage.home(home)).await;
    }
}

async fn some_lose_their_rights(stage: &Stage) {
    vouches_for(stage, &stage.home("unsigned"), &[]).await;
    office(stage, |office| authority::revoke(office, "Rik Oud", RevocationReason::Stolen).unwrap());
    stage.list().unwrap();
    stage.publish().await.unwrap();
    suspends(stage, "ellen", "hugo", 30).await;
    // At the moment of the directory itself it would be over at once.
    stage.clock.advance(60);
    let prison = stage.cast.partners.iter().find(|partner| partner.key == "gevangenis").unwrap();
    office(stage, |office| authority::exclude(office, prison.name.as_str()).unwrap());
    stage.publish().await.unwrap();
}

async fn sign_in(stage: &Stage, home: &str) -> Session {
    let token = signs_in_at(stage, &stage.home(home)).await;
    let sessions = door::get(stage, &token, "/v1/sessions").await.json();
    let this = sessions.as_array().unwrap().iter().find(|session| session["this"] == true).unwrap();
    Session { id: this["session"].as_str().unwrap().to_owned(), token }
}
