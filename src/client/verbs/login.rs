//! `zegel login`: opens a session for reading, and tells how one stands.

use serde::Serialize;

use crate::client::context::{Context, Report};
use crate::client::error::Result;
use crate::client::session;
use crate::protocol::id::{MemberId, Moment};
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::Language;
use crate::protocol::zone::shown;

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
            text.push_str(&for_terminal(sentence));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_hub_says_of_someone_can_not_play_tricks_on_the_terminal() {
        let refusal = Some(("suspended".to_owned(), "Geschorst.\u{1b}[2J\u{9b}2J\u{202e}".to_owned()));
        let member = "mem_0123456789abcdef".parse().unwrap();
        let shown = LoggedIn { member, in_force: false, until: Moment::from_unix(1_790_000_000), refusal };
        let text = shown.text(Language::Dutch);
        assert!(text.contains("Geschorst."));
        assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{text:?}");
    }
}
