//! `zegel refuse`, `withdraw`, `retract` and `consult`: the other answers, and the consultation.

use std::collections::{BTreeMap, BTreeSet};

use crate::client::context::Context;
use crate::client::done::wish;
use crate::client::error::{ClientError, Result};
use crate::client::grant::{Keyring, distinct, vault_recipient};
use crate::client::note;
use crate::client::remote::Recorded;
use crate::client::sign::Draft;
use crate::client::vault::warn_about;
use crate::client::verbs::choose::{call_items, enter, item_named, items_named, members_named, roster_named};
use crate::protocol::id::{CaseNumber, Digest, MemberId};
use crate::protocol::item::judge_retraction;
use crate::protocol::meeting::{judge_consultation, judge_refusal, judge_withdrawal};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Consultation, NoApproval, Retraction, Withdrawal};
use crate::protocol::words::ConsultationForm;

use super::{pending, unapproved};

/// Whom and what an answer is about. Empty means all that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub roster: Option<String>,
    pub items: Vec<String>,
    pub readers: Vec<String>,
}

/// Does not approve. The reason is sealed to the supplier's own vault: nobody else learns it.
pub async fn refuse(
    ctx: &mut Context<'_>,
    number: CaseNumber,
    about: &About,
    reason: &str,
) -> Result<Vec<Recorded>> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let now = ctx.clock.now();
    let supplier = world.my_partner()?;
    let own = world.my_vault_in(&case)?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let items = items_named(&mut keys, &world, &case, &about.items, now).await?;
    let readers = members_named(&world, &about.readers)?;
    let mut pairs = pending(world.house(), &case, supplier, now);
    if let Some(text) = &about.roster {
        let roster = roster_named(&case, Some(text), now)?;
        pairs.retain(|pair| pair.roster == roster);
    }
    for item in items.iter().filter(|item| pairs.iter().all(|pair| pair.item != **item)).collect::<Vec<_>>() {
        let roster = roster_named(&case, about.roster.as_deref(), now)?;
        pairs.extend(unapproved(world.house(), &case, roster, *item, supplier)?);
    }
    pairs.retain(|pair| items.is_empty() || items.contains(&pair.item));
    pairs.retain(|pair| readers.is_empty() || readers.contains(&pair.reader));
    let mut answers: BTreeMap<(Digest, Digest), Vec<MemberId>> = BTreeMap::new();
    for pair in pairs {
        answers.entry((pair.roster, pair.item)).or_default().push(pair.reader);
    }
    if answers.is_empty() {
        return Err(nothing_waits());
    }
    let words = ctx.words(
        "Geen akkoord? Dan komt dit stuk niet in het informatiepakket. De procesregisseur ziet dat, uw reden niet.",
        "No approval? Then this item is not in the pack. The procesregisseur sees that, but not your reason.",
    );
    let words = words.to_owned();
    ctx.say(&words)?;
    warn_about(ctx, &world, own)?;
    let note = note::to_bytes(&note::Text { text: reason.trim().to_owned() })?;
    let mut draft = Draft::new(&world, ctx.clock);
    vault_recipient(world.house(), own, draft.signed_at())?;
    let items: BTreeSet<Digest> = answers.keys().map(|(_, item)| *item).collect();
    call_items(ctx, &mut draft, &mut keys, &world, &case, items).await?;
    let why = reason.trim();
    for ((roster, item), reader) in answers {
        let (reason, grant_reason) = draft.seal(&note, &[own])?;
        draft.call(reason.digest, why);
        let refusal = NoApproval { case: number, roster, item, reader, reason, grant_reason };
        judge_refusal(world.house(), &case, &refusal, world.me, draft.signed_at())?;
        draft.push(refusal);
    }
    ctx.send(draft, &secrets, &world).await
}

fn nothing_waits() -> ClientError {
    ClientError::said(
        "nothing-waits",
        "Er wacht hiervoor geen verzoek om akkoord. Kijk met: zegel asks.",
        "No ask waits for this. Look with: zegel asks.",
    )
}

/// Takes approvals of an item back: for these readers, or for all that have one.
pub async fn withdraw(
    ctx: &mut Context<'_>,
    number: CaseNumber,
    item: &str,
    readers: &[String],
) -> Result<Recorded> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let item = item_named(&mut keys, &world, &case, item, ctx.clock.now()).await?;
    let mut reader = members_named(&world, readers)?;
    if reader.is_empty() {
        let of_item = case.approvals.values().filter(|state| state.approval.item == item && !state.withdrawn);
        reader = of_item.map(|state| state.approval.reader).collect();
    }
    reader.sort();
    reader.dedup();
    if reader.is_empty() {
        return Err(Refusal::NotApproved.into());
    }
    let words = ctx.words(
        "U trekt uw akkoord in. Wat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen.",
        "You withdraw your approval. What someone has read or saved by now you can't take back.",
    );
    let words = words.to_owned();
    ctx.say(&words)?;
    let withdrawal = Withdrawal { case: number, item, reader };
    let mut draft = Draft::new(&world, ctx.clock);
    judge_withdrawal(world.house(), &case, &withdrawal, world.me, draft.signed_at())?;
    call_items(ctx, &mut draft, &mut keys, &world, &case, [item]).await?;
    draft.push(withdrawal);
    super::super::one(ctx.send(draft, &secrets, &world).await?)
}

/// Takes an item out of the case.
pub async fn retract(ctx: &mut Context<'_>, number: CaseNumber, item: &str) -> Result<Recorded> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let item = item_named(&mut keys, &world, &case, item, ctx.clock.now()).await?;
    let retraction = Retraction { case: number, item };
    let mut draft = Draft::new(&world, ctx.clock);
    judge_retraction(world.house(), &case, &retraction, world.me, draft.signed_at())?;
    call_items(ctx, &mut draft, &mut keys, &world, &case, [item]).await?;
    draft.push(retraction);
    super::super::one(ctx.send(draft, &secrets, &world).await?)
}

/// Puts the consultation with the partner that referred the case on record (9.2f). With whom, and what came
/// of it, is sealed for those who run the case and for that partner, unless that is excluded or gone.
pub async fn consult(
    ctx: &mut Context<'_>,
    number: CaseNumber,
    roster: Option<&str>,
    form: ConsultationForm,
    outcome: &str,
) -> Result<Recorded> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let house = world.house();
    let roster = roster_named(&case, roster, ctx.clock.now())?;
    let vaults = distinct(&case.told_outcomes(house)?);
    let wish = wish(&("consult", number, roster, form, outcome.trim(), ctx.again))?;
    if let Some(recorded) = ctx.sent_before(wish, &secrets, &world)? {
        return Ok(recorded);
    }
    let note = note::to_bytes(&note::Text { text: outcome.trim().to_owned() })?;
    let mut draft = Draft::new(&world, ctx.clock);
    for vault in &vaults {
        vault_recipient(house, vault, draft.signed_at())?;
    }
    let said = outcome.trim();
    let (outcome, grant_outcome) = draft.seal(&note, &vaults)?;
    draft.call(outcome.digest, said);
    let consultation =
        Consultation { case: number, roster, partner: case.partner, form, outcome, grant_outcome };
    judge_consultation(house, &case, &consultation, world.me, draft.signed_at())?;
    draft.push(consultation);
    super::super::one(ctx.send_once(wish, draft, &secrets, &world).await?)
}
