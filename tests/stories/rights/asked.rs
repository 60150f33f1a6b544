//! Asking the hub as anyone, and what it said, to the byte.

use std::collections::BTreeMap;

use reqwest::{Client, Method};
use serde_json::Value;
use url::Url;

use super::house::House;
use super::people::People;

/// What is asked. In a path `{own}` is the spare session of whoever asks.
#[derive(Clone, Debug)]
pub struct Request {
    /// As the description has it: in small letters.
    pub method: String,
    pub path: String,
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: Option<String>,
}

impl Request {
    /// What can be fetched, asked for without its content.
    pub fn head(&self) -> Option<Self> {
        (self.method == "get").then(|| Self { method: "head".to_owned(), ..self.clone() })
    }
}

/// All of an answer, save what differs by nature: the date, and the mark of the request.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, Vec<u8>>,
    pub body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// In short: the status; the code of a refusal, or of a list how much is in it.
    pub fn cell(&self) -> String {
        let json = self.json();
        if let Some(code) = json["code"].as_str() {
            return format!("{} {code}", self.status);
        }
        let lists = ["entries", "cases", "headers", "records"];
        match lists.iter().find_map(|list| json[list].as_array()) {
            Some(list) => format!("{} with {}", self.status, list.len()),
            None => self.status.to_string(),
        }
    }
}

pub struct Asker<'a> {
    http: Client,
    hub: Url,
    people: &'a People,
}

impl<'a> Asker<'a> {
    pub fn of(house: &'a House) -> Self {
        Self { http: Client::new(), hub: house.play.stage.url().unwrap(), people: &house.people }
    }

    pub async fn asks(&self, person: &str, request: &Request) -> Answer {
        let method = Method::from_bytes(request.method.to_uppercase().as_bytes()).unwrap();
        let path = request.path.replace("{own}", self.people.spare(person));
        let mut asked = self.http.request(method, self.hub.join(&path).unwrap());
        if let Some(token) = self.people.token(person) {
            asked = asked.bearer_auth(token);
        }
        for (name, value) in &request.headers {
            asked = asked.header(*name, *value);
        }
        let answer = asked.body(request.body.clone().unwrap_or_default()).send().await.unwrap();
        let headers = answer.headers().iter().filter(|(name, _)| *name != "date" && *name != "x-request-id");
        Answer {
            status: answer.status().as_u16(),
            headers: headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect(),
            body: answer.bytes().await.unwrap().to_vec(),
        }
    }

    /// The hub's own description of itself.
    pub async fn description(&self) -> Value {
        self.asks("nobody", &super::routes::plain("get", "/v1/openapi.json")).await.json()
    }
}
