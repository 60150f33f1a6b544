//! The hub as a program of one's own would ask it, and the authority's office, for stories about who gets in.

use std::io;
use std::path::Path;

use serde_json::Value;
use zegel::client::ask::Unattended;
use zegel::client::home::{Home, Keep};
use zegel::client::remote::Remote;
use zegel::client::verbs::authority::{self, NewSlip, Office, Vouch};
use zegel::client::verbs::enrol::{Enrol, PaperSlip, REQUEST, enrol};
use zegel::client::verbs::key::MAIL_DAYS;
use zegel::client::verbs::{directory, login};
use zegel::clock::random;
use zegel::demo::stage::Stage;
use zegel::protocol::refusal::Language;
use zegel::protocol::seal::SealingKey;
use zegel::protocol::words::Role;

pub const DAY: i64 = 24 * 3600;

/// What the hub said: the status, and the refusal's code where it is one.
pub struct Answer {
    pub status: u16,
    pub code: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Asks the hub something with a session's token.
pub async fn get(stage: &Stage, token: &str, path: &str) -> Answer {
    ask(stage, reqwest::Method::GET, token, path).await
}

pub async fn ask(stage: &Stage, method: reqwest::Method, token: &str, path: &str) -> Answer {
    let url = stage.url().unwrap().join(path).unwrap();
    let request = reqwest::Client::new().request(method, url).bearer_auth(token);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.bytes().await.unwrap().to_vec();
    let said: Value = serde_json::from_slice(&body).unwrap_or_default();
    Answer { status, code: said["code"].as_str().unwrap_or_default().to_owned(), body }
}

/// Signs in with the keys of a home. The session's token, as a thief of it would have it.
pub async fn signs_in_at(stage: &Stage, folder: &Path) -> String {
    let home = Home::open(folder).unwrap();
    let remote = Remote::new(&stage.url().unwrap(), Language::Dutch).unwrap();
    let (mut out, mut ask) = (io::sink(), Unattended);
    let mut context = stage.context(&home, &remote, &mut out, &mut ask);
    login::login(&mut context).await.unwrap();
    home.session(stage.clock_now()).unwrap().unwrap().token.clone()
}

pub async fn signs_in(stage: &Stage, who: &str) -> String {
    signs_in_at(stage, &stage.home(who)).await
}

/// The manager suspends someone for so many days; for none, to end it.
pub async fn suspends(stage: &Stage, manager: &str, who: &str, days: i64) {
    let (home, remote) = stage.desk(manager).unwrap();
    let (mut out, mut ask) = (io::sink(), Unattended);
    let mut context = stage.context(&home, &remote, &mut out, &mut ask);
    let who = stage.member(who).unwrap().to_string();
    match days {
        0 => directory::end_suspension(&mut context, &who).await.unwrap(),
        _ => directory::suspend(&mut context, &who, stage.clock_now().plus(days * DAY)).await.unwrap(),
    };
}

/// Somebody of the house does something with the authority's key.
pub fn office<T>(stage: &Stage, deed: impl FnOnce(&mut Office<'_>) -> T) -> T {
    let folder = stage.folder.join("authority");
    let (mut out, mut ask) = (io::sink(), Unattended);
    deed(&mut Office {
        folder: &folder,
        clock: &stage.clock,
        random: random(),
        language: Language::Dutch,
        out: &mut out,
        ask: &mut ask,
        yes: true,
    })
}

/// A new paper slip for someone who has a membership.
pub async fn new_slip(stage: &Stage, who: &str) -> PaperSlip {
    let person = stage.cast.people.iter().find(|person| person.key == who).unwrap();
    let partner = stage.cast.partners.iter().find(|p| Some(&p.key) == person.partner.as_ref()).unwrap();
    let slip = NewSlip {
        partner: partner.name.to_string(),
        name: person.name.clone(),
        mail: person.mail.clone(),
        member: Some(stage.member(who).unwrap()),
        until: stage.clock_now().plus(14 * DAY),
    };
    let slip = office(stage, |office| authority::slip(office, &slip).unwrap());
    stage.publish().await.unwrap();
    slip
}

/// Makes keys with a slip, in a folder of their own.
pub async fn enrols(stage: &Stage, slip: &PaperSlip, folder: &Path) {
    stage.clock.advance(60);
    let how = Enrol {
        folder,
        url: Some(stage.url().unwrap()),
        keep: Keep::Identity(SealingKey::generate()),
        days: MAIL_DAYS,
        language: Language::Dutch,
        clock: &stage.clock,
        random: random(),
    };
    enrol(how, slip, &mut |_| Ok(())).await.unwrap();
}

/// The authority vouches for the keys in a home, with these roles, and lists them.
pub async fn vouches_for(stage: &Stage, home: &Path, roles: &[Role]) {
    let request = authority::read_batch(&home.join(REQUEST)).unwrap();
    let now = stage.clock_now();
    let vouch = Vouch { roles: roles.to_vec(), from: now, until: now.plus(300 * DAY) };
    office(stage, |office| authority::vouch(office, &request, &vouch).unwrap());
    stage.list().unwrap();
    stage.publish().await.unwrap();
}

/// The moment on the stage.
pub trait Now {
    fn clock_now(&self) -> zegel::protocol::id::Moment;
}

impl Now for Stage {
    fn clock_now(&self) -> zegel::protocol::id::Moment {
        use zegel::clock::Clock;
        self.clock.now()
    }
}
