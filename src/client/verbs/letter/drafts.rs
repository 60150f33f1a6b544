//! `zegel letters --drafts` and `--discard`: what was written and not sent yet.

use serde::Serialize;

use crate::client::context::{Context, Report, nl_en};
use crate::client::error::Result;
use crate::client::letter::drafts::Drafts;
use crate::protocol::id::{CaseNumber, Moment};
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::Language;
use crate::protocol::words::LetterKind;
use crate::protocol::zone::shown;

use super::words::{kind_words, verb};

/// Drafts that wait.
#[derive(Debug, Serialize)]
pub struct DraftList {
    pub drafts: Vec<DraftLine>,
}

#[derive(Debug, Serialize)]
pub struct DraftLine {
    pub draft: String,
    pub case: Option<CaseNumber>,
    pub kind: Option<LetterKind>,
    pub at: Option<Moment>,
    pub to: Vec<String>,
}

/// Lists the drafts in this home. One that does not open is there without a word of it.
pub async fn list_drafts(ctx: &mut Context<'_>) -> Result<DraftList> {
    let (secrets, world) = ctx.begin().await?;
    let drafts = Drafts::open(ctx.home, &secrets)?;
    let mut lines = Vec::new();
    for id in drafts.ids()? {
        let kept = drafts.load(&id).ok();
        let post = kept.as_ref().map(|kept| &kept.post);
        lines.push(DraftLine {
            draft: id,
            case: post.map(|post| post.case),
            kind: post.and_then(|post| post.to.first()).map(|to| to.content.kind()),
            at: kept.as_ref().map(|kept| kept.at),
            to: post.iter().flat_map(|post| &post.to).map(|to| world.name_of(to.member)).collect(),
        });
    }
    Ok(DraftList { drafts: lines })
}

/// Throws a draft away.
pub async fn discard(ctx: &mut Context<'_>, id: &str) -> Result<DraftList> {
    let (secrets, _world) = ctx.begin().await?;
    let drafts = Drafts::open(ctx.home, &secrets)?;
    drafts.load(id)?;
    let question = ctx.words("Dit concept weggooien?", "Throw this draft away?").to_owned();
    ctx.agree(&question)?;
    drafts.forget(id)?;
    drop(secrets);
    list_drafts(ctx).await
}

impl Report for DraftList {
    fn text(&self, language: Language) -> String {
        if self.drafts.is_empty() {
            return nl_en(language, "Er zijn geen concepten.\n", "There are no drafts.\n").to_owned();
        }
        let line = |line: &DraftLine| match (line.case, line.kind, line.at) {
            (Some(case), Some(kind), Some(at)) => {
                let (at, what, verb) = (shown(at, language), kind_words(kind, language), verb(kind));
                let to: Vec<String> = line.to.iter().map(|name| for_terminal(name)).collect();
                let (of, to) = (nl_en(language, "aan", "to"), to.join(", "));
                let draft = &line.draft;
                format!("{draft}  {case}  {at}  {what} {of} {to}\n    zegel {verb} --draft {draft}\n")
            }
            _ => {
                let words = nl_en(language, "gaat niet open met uw sleutels", "does not open with your keys");
                format!("{}  {words}\n", line.draft)
            }
        };
        self.drafts.iter().map(line).collect()
    }
}
