//! A house for what is asked of the hub over HTTP: some people, and a case that each of two partners referred.

use std::fs;
use std::path::Path;

use zegel::client::Unattended;
use zegel::client::verbs::login::login;
use zegel::clock::{Clock, SystemClock};
use zegel::demo::act::file;
use zegel::demo::stage::{Setting, Stage};
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::words::{CaseKind, ItemKind, Phase};

/// Sets it up. It goes by the machine's clock, so that it can be served by the program itself later.
pub async fn house(folder: &Path, database: &str) -> Stage {
    let people = &["sanne", "femke", "pieter", "joris", "mila"];
    let begins = SystemClock.now();
    let setting = Setting { folder, begins, database, people, port: 0, keys_end: &[], settings: "" };
    Stage::set(&setting).await.expect("the stage is set")
}

/// Somebody refers a case with one item: their ids.
pub async fn refers(stage: &Stage, who: &str, name: &str) -> (CaseNumber, Digest) {
    let path = stage.folder.join(name);
    fs::write(&path, name).expect("a file");
    let keep = format!("{}-12-31", SystemClock.now().year() + 1);
    let referral = file(path, name, ItemKind::Referral, &[Phase::Rto], &keep);
    let referred = stage.refers(who, CaseKind::Complex, vec![referral]).await.expect("a case");
    (referred.case, referred.items[0])
}

/// The token of a session.
pub async fn signs_in(stage: &Stage, who: &str) -> String {
    let (home, remote) = stage.desk(who).expect("a home");
    let (mut out, mut ask) = (std::io::sink(), Unattended);
    login(&mut stage.context(&home, &remote, &mut out, &mut ask)).await.expect("they sign in");
    let session = home.session(stage.clock.now()).expect("it can be read").expect("a session");
    session.token.clone()
}
