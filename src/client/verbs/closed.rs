//! What goes along to a vault's new generation as it is: closed to everybody, before and after.

use std::collections::{BTreeMap, BTreeSet};

use crate::client::context::Context;
use crate::client::describe::short;
use crate::client::error::Result;
use crate::client::grant::Keyring;
use crate::client::secret::Secrets;
use crate::client::spoilt::Closed;
use crate::client::trust::World;
use crate::protocol::id::{CaseNumber, Digest};
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::Language;
use crate::protocol::statement::{Body, PartName};

use super::choose::{look, title};

/// Says what stays closed, of which item, and who sealed it so.
pub async fn tell(
    ctx: &mut Context<'_>,
    secrets: &Secrets,
    world: &World,
    closed: &[Closed<'_>],
) -> Result<()> {
    let mut of_cases: BTreeMap<CaseNumber, BTreeSet<Digest>> = BTreeMap::new();
    for closed in closed {
        if let Some((case, item)) = subject(world, closed.part.0) {
            of_cases.entry(case).or_default().insert(item);
        }
    }
    let mut keys = Keyring::new(ctx.remote, secrets);
    let mut titles = BTreeMap::new();
    for (number, items) in of_cases {
        let case = world.case(number)?;
        let seen =
            look(&mut keys, world, &case, items.iter().copied(), ctx.clock.now(), ctx.language).await?;
        titles.extend(items.into_iter().map(|item| (item, format!("\"{}\"", title(&case, &seen, item)))));
    }
    for closed in closed {
        let item = subject(world, closed.part.0).and_then(|(_, item)| titles.get(&item).cloned());
        let what = item.unwrap_or_else(|| short(&closed.part.0));
        let line = line(world, closed, &what, ctx.language);
        ctx.say(&for_terminal(&line))?;
    }
    Ok(())
}

/// The case of a statement, and the item that it is or is about.
fn subject(world: &World, id: Digest) -> Option<(CaseNumber, Digest)> {
    match &world.statement(id)?.statement.body {
        Body::Item(item) => Some((item.case, id)),
        Body::Approval(approval) => Some((approval.case, approval.item)),
        Body::NoApproval(refusal) => Some((refusal.case, refusal.item)),
        _ => None,
    }
}

fn line(world: &World, closed: &Closed<'_>, what: &str, language: Language) -> String {
    let (who, (nl, en)) = (world.spoiler(closed.by, language), in_words(closed.part.1));
    let case = world.statement(closed.part.0).and_then(|known| known.statement.body.case());
    let case = case.map_or_else(String::new, |case| case.to_string());
    match language {
        Language::Dutch => format!(
            "Let op: {nl} {what} (casus {case}) gaat niet open. {who} heeft dat verkeerd verzegeld. Het blijft dicht, ook in de nieuwe kluis; al het andere gaat mee. Vraag {who} om het in te trekken en opnieuw te geven."
        ),
        Language::English => format!(
            "Note: {en} {what} (case {case}) does not open. {who} sealed it wrongly. It stays closed in the new vault too; all else goes along. Ask {who} to take it back and to give it again."
        ),
    }
}

/// A part, as it stands before what it is of.
fn in_words(part: PartName) -> (&'static str, &'static str) {
    match part {
        PartName::Label => ("het label van", "the label of"),
        PartName::Body => ("de inhoud van", "the content of"),
        PartName::Outcome => ("de uitkomst in", "the outcome in"),
        PartName::Grounds => ("de grond in", "the grounds in"),
        PartName::Grants => ("de sleutel in een akkoord over", "the key in an approval of"),
        PartName::Reason => ("de reden in", "the reason in"),
        PartName::Copy => ("de kopie van bericht", "the copy of letter"),
        PartName::Answer => ("het antwoord in", "the answer in"),
    }
}
