//! `zegel request`: a question to partners. Each sees what it is asked itself, and nobody else.

use std::path::PathBuf;

use crate::client::context::Context;
use crate::client::error::Result;
use crate::client::letter::content::{Content, Request, tidy};
use crate::client::letter::post::{Post, To};
use crate::client::verbs::choose::{enter, members_named};
use crate::protocol::id::{CaseNumber, Moment};

use super::send::{Desk, Sent, send};
use super::{Own, attached, each_once};

/// A question as it is to be asked.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Whom, by membership, mail address or name.
    pub to: Vec<String>,
    /// For all.
    pub question: String,
    /// What somebody is asked beside it; who is here is asked, also if not in `to`.
    pub asks: Vec<(String, String)>,
    pub until: Moment,
    pub attachments: Vec<PathBuf>,
    /// Who gets none after all.
    pub without: Vec<String>,
}

/// Sends a question.
pub async fn request(ctx: &mut Context<'_>, number: CaseNumber, asking: &Asking) -> Result<Sent> {
    let attachments = attached(&asking.attachments)?;
    let (secrets, world, case) = enter(ctx, number).await?;
    let own = Own::of(&world, &asking.asks)?;
    let mut members = members_named(&world, &asking.to)?;
    members.extend(own.members());
    let members = each_once(members);
    let question = tidy(&asking.question);
    let to = |member| {
        let (question, asked, until) = (question.clone(), own.get(member), asking.until);
        To::new(member, Content::Request(Request { question, asked, until }))
    };
    let to = members.into_iter().map(to).collect();
    let post = Post { case: number, roster: None, to, attachments, again: ctx.again };
    let desk = Desk { secrets: &secrets, world: &world, case: &case };
    send(ctx, &desk, post, &asking.without).await
}
