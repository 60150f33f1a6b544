//! What the hub answers over HTTP, to the byte.

use std::collections::BTreeMap;

use url::Url;
use zegel::client::verbs::login::login;
use zegel::clock::Clock;
use zegel::demo::stage::Stage;
use zegel::protocol::id::Digest;

/// Someone who is signed in, and asks the hub without a client.
pub struct Wire {
    http: reqwest::Client,
    hub: Url,
    token: String,
}

/// All of an answer, save what differs by nature: the date, and the mark of the request.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, Vec<u8>>,
    pub body: String,
}

impl Wire {
    pub async fn of(stage: &Stage, who: &str) -> Self {
        let (signed_in, _) = at!(stage, who, |ctx| login(ctx));
        signed_in.unwrap();
        let (home, _) = stage.desk(who).unwrap();
        let session = home.session(stage.clock.now()).unwrap().expect("a session");
        Self { http: reqwest::Client::new(), hub: stage.url().unwrap(), token: session.token.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        let request = self.http.get(self.hub.join(path).unwrap()).bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        let headers = answer.headers().iter().filter(|(name, _)| *name != "date" && *name != "x-request-id");
        Answer {
            status: answer.status().as_u16(),
            headers: headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect(),
            body: String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned(),
        }
    }

    /// Whatever is asked of this id, the hub answers as it does of one that never was.
    pub async fn never_was(&self, id: Digest) {
        let never = Digest::of(b"never was");
        for path in paths(id) {
            let real = self.get(&path).await;
            assert_eq!(real.status, 404, "{path}: {}", real.body);
            let none = self.get(&path.replace(&id.to_string(), &never.to_string())).await;
            assert_eq!(real, none, "{path}");
        }
    }
}

/// All that can be asked of a statement.
pub fn paths(id: Digest) -> Vec<String> {
    let mut paths = vec![format!("/v1/items/{id}/records")];
    for part in ["label", "body", "grants", "reason", "outcome", "grounds"] {
        for what in ["headers", "payload"] {
            paths.push(format!("/v1/statements/{id}/parts/{part}/{what}"));
        }
    }
    paths
}
