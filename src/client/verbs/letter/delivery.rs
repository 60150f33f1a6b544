//! `zegel delivery`: whether letters come by mail or wait in the portal, and in which language.

use serde::Serialize;

use crate::client::context::{Context, Report, nl_en};
use crate::client::error::Result;
use crate::client::sign::Draft;
use crate::protocol::id::Digest;
use crate::protocol::refusal::Language;
use crate::protocol::statement::Delivery;
use crate::protocol::words::{DeliveryWay, LanguageWord};

/// How the member gets its letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chosen {
    pub way: DeliveryWay,
    pub language: LanguageWord,
    /// The statement that says so, if one was signed now.
    pub statement: Option<Digest>,
}

impl Report for Chosen {
    fn text(&self, language: Language) -> String {
        let way = match self.way {
            DeliveryWay::Mail => nl_en(
                language,
                "Uw berichten komen versleuteld in uw mailprogramma, en staan ook in het portaal.",
                "Your letters come encrypted to your mail program, and are in the portal too.",
            ),
            DeliveryWay::Portal => nl_en(
                language,
                "Uw berichten staan in het portaal. Per mail hoort u alleen dat er iets is.",
                "Your letters are in the portal. By mail you hear only that there is something.",
            ),
        };
        let in_language = match self.language {
            LanguageWord::Dutch => nl_en(language, "Ze zijn in het Nederlands.", "They are in Dutch."),
            LanguageWord::English => nl_en(language, "Ze zijn in het Engels.", "They are in English."),
        };
        format!("{way} {in_language}\n")
    }
}

/// Shows the choice, or signs another one. What is not given stays as it was.
pub async fn delivery(
    ctx: &mut Context<'_>,
    way: Option<DeliveryWay>,
    language: Option<LanguageWord>,
) -> Result<Chosen> {
    let (secrets, world) = ctx.begin().await?;
    let now = world.house().delivery(world.me);
    let chosen = Delivery { way: way.unwrap_or(now.way), language: language.unwrap_or(now.language) };
    let mut report = Chosen { way: chosen.way, language: chosen.language, statement: None };
    if chosen == now {
        return Ok(report);
    }
    if chosen.way == DeliveryWay::Mail {
        crate::client::letter::addressee::addressee(world.house(), world.me, ctx.clock.now())?;
        let words = ctx.words(
            "Zet eerst uw sleutel in uw mailprogramma (zegel key export --openpgp --secret). Wat eenmaal is gemaild, kan niemand meer wissen.",
            "Put your key into your mail program first (zegel key export --openpgp --secret). What was mailed, nobody can erase any more.",
        );
        let words = words.to_owned();
        ctx.say(&words)?;
    }
    let mut draft = Draft::new(&world, ctx.clock);
    report.statement = Some(draft.push(chosen));
    ctx.send(draft, &secrets, &world).await?;
    Ok(report)
}
