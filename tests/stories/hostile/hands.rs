//! Batches as the right people's programs make them, held back on their way; and what somebody makes of them.

use zegel::client::batch::Signed;
use zegel::client::verbs::contribute::contribute;
use zegel::client::verbs::meeting::approve::{self, approve};
use zegel::client::verbs::meeting::decide;
use zegel::client::verbs::meeting::roster::{Plan, roster};
use zegel::client::verbs::vault::{self, Whose};
use zegel::client::{Batch, Remote};
use zegel::demo::stage::Stage;
use zegel::protocol::cert::sign_statement;
use zegel::protocol::id::{CaseNumber, Digest, MeetingId};
use zegel::protocol::statement::{Body, Statement};
use zegel::protocol::words::*;

use super::{Heard, SETTINGS};
use crate::liar::Lie;
use crate::support::liar::{Shared, liar, through};
use crate::support::post::secret_cert;
use crate::support::scene::{date, femke_contributes, paper, referred_with};
use crate::support::{Base, Play};

pub const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor", "bram"];

/// A case before a meeting at which Femke and Noor are; nothing of Femke's is approved yet.
pub struct Table {
    pub play: Play,
    pub case: CaseNumber,
    meeting: MeetingId,
    keeps: Remote,
    kept: Shared,
}

impl Table {
    pub async fn set(base: Base) -> Self {
        let (play, case) = referred_with(base, PEOPLE, SETTINGS).await;
        let stage = &play.stage;
        stage.moves_to("joris", case, Phase::Rto).await.unwrap();
        let planned = stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
        femke_contributes(stage, case).await;
        stage.asks_suppliers("joris", case).await.unwrap();
        let (keeps, kept) = liar(stage).await;
        kept.lock().unwrap().lie = Some(Lie::KeptBack.told());
        Self { play, case, meeting: planned.meeting, keeps, kept }
    }

    pub fn stage(&self) -> &Stage {
        &self.play.stage
    }

    /// The way on which batches are held back.
    pub fn keeps(&self) -> &Remote {
        &self.keeps
    }

    pub fn kept(&self) -> Batch {
        let kept = self.kept.lock().unwrap().kept.take();
        serde_json::from_slice(&kept.expect("something was sent")).unwrap()
    }

    /// Femke approves her report for Noor.
    pub async fn approval(&self) -> Batch {
        let choice = approve::Choice::default();
        let _ = through!(self.stage(), "femke", &self.keeps, |ctx| approve(ctx, self.case, &choice));
        self.kept()
    }

    /// Femke adds a file, whose body is at the hub.
    pub async fn item(&self, text: &str) -> Batch {
        let new = paper(self.stage(), "nieuw.txt", text, ItemKind::Contribution, text);
        let _ = through!(self.stage(), "femke", &self.keeps, |ctx| contribute(ctx, self.case, vec![new]));
        self.kept()
    }

    /// Femke takes her report out.
    pub async fn retraction(&self) -> Batch {
        let _ =
            through!(self.stage(), "femke", &self.keeps, |ctx| decide::retract(ctx, self.case, "Melding"));
        self.kept()
    }

    /// The next roster of the meeting, with others on it.
    pub async fn roster(&self, add: &[&str], remove: &[&str]) -> Batch {
        let stage = self.stage();
        let add = add.iter().map(|who| stage.invited(who, Seat::Delegate).unwrap()).collect();
        let plan =
            Plan { meeting: Some(self.meeting), add, remove: stage.ids(remove).unwrap(), ..Plan::default() };
        let _ = through!(stage, "joris", &self.keeps, |ctx| roster(ctx, self.case, &plan));
        self.kept()
    }

    /// The next generation of the police's vault, by its holder.
    pub async fn generation(&self) -> Batch {
        let whose = Whose { case: None };
        let _ = through!(self.stage(), "femke", &self.keeps, |ctx| vault::remove(ctx, whose, &[]));
        self.kept()
    }
}

/// Sends a batch as it is.
pub async fn posts(stage: &Stage, batch: &Batch) -> Heard {
    posts_text(stage, "application/json", serde_json::to_vec(batch).unwrap()).await
}

pub async fn posts_text(stage: &Stage, kind: &str, body: Vec<u8>) -> Heard {
    let url = stage.url().unwrap().join("/v1/statements").unwrap();
    let request = reqwest::Client::new().post(url).header("content-type", kind).body(body);
    Heard::of(request.send().await.unwrap()).await
}

/// The same batch with another statement in the first one's place, which somebody signs.
pub fn signed_anew(stage: &Stage, who: &str, batch: &Batch, change: impl FnOnce(&mut Statement)) -> Batch {
    let mut statement = batch.entries[0].parse().unwrap();
    change(&mut statement);
    let mut batch = batch.clone();
    let kind = statement.body.kind();
    batch.entries[0] = signed_as(stage, who, kind, &statement);
    batch
}

/// Signed with somebody's key, as one kind or another.
pub fn signed_as(stage: &Stage, who: &str, kind: &str, statement: &Statement) -> Signed {
    let (text, at) = (statement.to_text(), statement.signed_at);
    let signature = sign_statement(&secret_cert(stage, who), kind, text.as_bytes(), at).unwrap();
    Signed { statement: text, signature }
}

/// The same with one attachment for another, under its own name in what is signed.
pub fn with_attachment(
    stage: &Stage,
    who: &str,
    batch: &Batch,
    place: usize,
    how: impl FnOnce(&[u8]) -> Vec<u8>,
) -> Batch {
    let old = Digest::of(&batch.attachments[place]).to_string();
    let mut batch = batch.clone();
    batch.attachments[place] = how(&batch.attachments[place]);
    let text = batch.entries[0].statement.replace(&old, &Digest::of(&batch.attachments[place]).to_string());
    let statement = Statement::parse(text.as_bytes()).unwrap();
    batch.entries[0] = signed_as(stage, who, statement.body.kind(), &statement);
    batch
}

/// Where a batch has a header.
pub fn header_of(batch: &Batch) -> usize {
    batch.attachments.iter().position(|bytes| bytes.starts_with(b"age-encryption.org/v1\n-> X25519")).unwrap()
}

pub fn item_of(batch: &Batch) -> zegel::protocol::statement::Item {
    match batch.entries[0].parse().unwrap().body {
        Body::Item(item) => item,
        body => panic!("{}", body.kind()),
    }
}
