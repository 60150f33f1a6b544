//! `zegel message`: anything else, to a member of a partner, or to the procesregisseurs of a case.

use std::path::PathBuf;

use crate::client::context::Context;
use crate::client::error::Result;
use crate::client::letter::content::{Content, Message, tidy};
use crate::client::letter::post::{Post, To};
use crate::client::verbs::choose::{enter, members_named};
use crate::protocol::id::{CaseNumber, Moment};
use crate::protocol::refusal::Refusal;

use super::send::{Desk, Sent, send};
use super::{attached, each_once};

/// A message as it is to be sent.
#[derive(Clone, Debug)]
pub struct Writing {
    /// To whom, by membership, mail address or name; to who runs the case when empty.
    pub to: Vec<String>,
    pub text: String,
    /// Until when an answer is hoped for.
    pub until: Option<Moment>,
    pub attachments: Vec<PathBuf>,
    /// Who gets none after all.
    pub without: Vec<String>,
}

/// Sends a message.
pub async fn message(ctx: &mut Context<'_>, number: CaseNumber, writing: &Writing) -> Result<Sent> {
    let attachments = attached(&writing.attachments)?;
    let (secrets, world, case) = enter(ctx, number).await?;
    let mut members = members_named(&world, &writing.to)?;
    if members.is_empty() {
        let vault = case.vault.as_ref().ok_or(Refusal::NoVault)?;
        members = vault.holders.keys().copied().filter(|holder| *holder != world.me).collect();
    }
    let members = each_once(members);
    let message = Message { text: tidy(&writing.text), until: writing.until };
    let to = members.into_iter().map(|member| To::new(member, Content::Message(message.clone()))).collect();
    let post = Post { case: number, roster: None, to, attachments, again: ctx.again };
    let desk = Desk { secrets: &secrets, world: &world, case: &case };
    send(ctx, &desk, post, &writing.without).await
}
