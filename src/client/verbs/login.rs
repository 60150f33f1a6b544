//! `zegel login`: opens a session for reading, and tells how one stands.

use serde::Serialize;

use crate::client::context::{Context, Report};
use crate::client::describe::shown;
use crate::client::error::Result;
use crate::client::session;
use crate::protocol::id::{MemberId, Moment};
use crate::protocol::refusal::Language;

/// How a member stands, by the hub's word.
#[derive(Debug, Serialize)]
pub struct LoggedIn {
    pub member: MemberId,
    pub in_force: bool,
    pub until: Moment,
    /// Why the member is not in force: code and sentence.
    pub refusal: Option<(String, String)>,
}

/// Opens a new session.
pub async fn login(ctx: &mut Context<'_>) -> Result<LoggedIn> {
    let bundle = ctx.unlock()?;
    let session = session::sign_in(ctx, &bundle).await?;
    let me = ctx.remote.me().await?;
    let refusal = me.refusal.map(|refusal| (refusal.code, refusal.sentence));
    Ok(LoggedIn { member: session.member, in_force: me.in_force, until: session.until, refusal })
}

impl Report for LoggedIn {
    fn text(&self, language: Language) -> String {
        let until = shown(self.until, language);
        let mut text = match language {
            Language::Dutch => format!("U bent aangemeld tot {until}."),
            Language::English => format!("You are signed in until {until}."),
        };
        if let Some((_, sentence)) = &self.refusal {
            text.push(' ');
            text.push_str(sentence);
        }
        text
    }
}
