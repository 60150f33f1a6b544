//! `zegel case refer`: a partner puts a case forward, with what is needed to judge it, and what may be
//! told to others in triage.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::client::context::{Context, Report};
use crate::client::done::{Done, once_more};
use crate::client::error::{ClientError, Result};
use crate::client::secret::Secrets;
use crate::client::sign::Draft;
use crate::client::trust::World;
use crate::client::vault::{warn_about, warn_not_holder};
use crate::client::verbs::contribute::outgoing::Outbox;
use crate::client::verbs::contribute::terms::{NewFile, Place};
use crate::client::verbs::contribute::{Ready, draft_ready, seal_all, upload_all};
use crate::protocol::case::judge_case;
use crate::protocol::history::CLOCK_TOLERANCE;
use crate::protocol::id::{CaseNumber, Digest, Moment};
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::Case;
use crate::protocol::words::CaseKind;

/// Where files of a referral go, while it has no case number yet.
const PURPOSE: &str = "referral";
/// So many others may take our number before we give up.
const TRIES: u32 = 5;

/// The referral: for the screening, and for the questions of the triage.
pub struct Referral {
    pub kind: CaseKind,
    pub files: Vec<NewFile>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Referred {
    pub case: CaseNumber,
    pub items: Vec<Digest>,
    /// False if it was on record before, by the same command.
    pub new: bool,
}

impl Report for Referred {
    fn text(&self, language: Language) -> String {
        let (case, items) = (self.case, self.items.len());
        match (language, self.new) {
            (Language::Dutch, true) => format!("U hebt {case} aangemeld, met {items} stukken.\n"),
            (Language::Dutch, false) => {
                let again = once_more(language);
                format!("{case} stond er al, met {items} stukken. U hebt niets nieuws aangemeld.\n{again}")
            }
            (Language::English, true) => format!("You referred {case}, with {items} items.\n"),
            (Language::English, false) => {
                let again = once_more(language);
                format!(
                    "{case} was on record already, with {items} items. You referred nothing new.\n{again}"
                )
            }
        }
    }
}

/// Refers a case: case and items in one batch, under the next number.
pub async fn refer(ctx: &mut Context<'_>, referral: Referral) -> Result<Referred> {
    let (secrets, world) = ctx.begin().await?;
    let partner = world.my_partner()?;
    let first = Case { case: world.house().next_case(ctx.clock.now()), kind: referral.kind, partner };
    judge_case(world.house(), &first, world.me, ctx.clock.now())?;
    let own = place(&world, first.case)?.own;
    warn_about(ctx, &world, own)?;
    warn_not_holder(ctx, &world, own)?;
    let outbox = Outbox::open(ctx.home, &secrets)?;
    let mut done = Done::open(ctx.home, &secrets, ctx.clock.now())?;
    let resumed = outbox.waiting()?.iter().any(|outgoing| outgoing.purpose().starts_with(PURPOSE));
    let cites = vec![Vec::new(); referral.files.len()];
    let purpose = |file: &NewFile| {
        let phases: Vec<&str> = file.terms.phases.iter().map(|phase| phase.word()).collect();
        format!("{PURPOSE} {} {} {}", referral.kind, file.terms.kind, phases.join(","))
    };
    let mut ready = seal_all(ctx, &outbox, referral.files, cites, purpose)?;
    let known = ready.iter().all(|ready| done.find(ready.wish).is_some());
    let before = if resumed || known { on_record(ctx, &ready, &done).await? } else { None };
    let referred = match before {
        Some(referred) => referred,
        None => {
            upload_all(ctx, &outbox, &mut ready, &BTreeMap::new()).await?;
            record(ctx, &secrets, referral.kind, &ready).await?
        }
    };
    done.add(ready.iter().zip(&referred.items).map(|(ready, item)| (ready.wish, *item)))?;
    outbox.forget(ready.into_iter().map(|ready| ready.outgoing));
    Ok(referred)
}

/// There is no case vault yet: the house's is the intake.
fn place(world: &World, case: CaseNumber) -> Result<Place<'_>> {
    let house = world.house();
    let supplier = world.my_partner()?;
    let of_house = house.house_partner().and_then(|partner| house.vault_of(partner));
    let own = house.vault_of(supplier).ok_or(Refusal::NoVault)?;
    Ok(Place { house, case, supplier, own, directors: of_house.ok_or(Refusal::NoVault)? })
}

/// The case that these very files were referred in by the same command, if it was cut off after the hub had it.
async fn on_record(ctx: &mut Context<'_>, ready: &[Ready], done: &Done<'_>) -> Result<Option<Referred>> {
    let mut world = World::house_of(ctx.home, ctx.remote, ctx.clock).await?;
    let mine = world.my_partner()?;
    let known = world.load_all(ctx.home, ctx.remote).await?;
    for case in known.iter().filter(|case| case.partner == mine) {
        let item = |ready: &Ready| {
            let (digest, known) = (ready.outgoing.payload().digest, done.find(ready.wish));
            case.items.iter().find(|(id, state)| state.item.body.digest == digest || Some(**id) == known)
        };
        let items: Option<Vec<_>> = ready.iter().map(item).collect();
        let Some(items) = items.filter(|items| !items.is_empty()) else { continue };
        for (ready, (_, state)) in ready.iter().zip(&items) {
            ready.file.terms.require_recorded(&ready.file.file_name(), &state.item)?;
        }
        let items = items.into_iter().map(|(id, _)| *id).collect();
        return Ok(Some(Referred { case: case.number, items, new: false }));
    }
    Ok(None)
}

/// Shows under which number, asks, signs and sends. Where someone else took that number, the next one is shown
/// and asked about: a yes to one number is none to another.
async fn record(
    ctx: &mut Context<'_>,
    secrets: &Secrets,
    kind: CaseKind,
    ready: &[Ready],
) -> Result<Referred> {
    let world = World::house_of(ctx.home, ctx.remote, ctx.clock).await?;
    let mut case = likely_number(ctx).await?;
    for _ in 0..TRIES {
        let mut draft = Draft::new(&world, ctx.clock);
        draft.push(Case { case, kind, partner: world.my_partner()? });
        let place = place(&world, case)?;
        let items: Vec<Digest> =
            ready.iter().map(|ready| draft_ready(&mut draft, &place, ready)).collect::<Result<_>>()?;
        let next = match ctx.send(draft, secrets, &world).await {
            Err(ClientError::Refused { code, next, .. }) if code == "case-number-taken" => {
                next.and_then(|next| next.parse().ok())
            }
            sent => return sent.map(|_| Referred { case, items, new: true }),
        };
        let taken = case;
        case = next_number(taken, next, ctx.clock.now())?;
        let words = match ctx.language {
            Language::Dutch => format!("Het nummer {taken} is al in gebruik. Het volgende is {case}."),
            Language::English => format!("The number {taken} is in use. The next one is {case}."),
        };
        ctx.say(&words)?;
    }
    Err(ClientError::said(
        "case-number-taken",
        "Andere aanmeldingen waren steeds net voor. Probeer het opnieuw.",
        "Other referrals came first each time. Try again.",
    ))
}

/// The number behind those that the member knows of. Others may have more; then the hub says which is next.
async fn likely_number(ctx: &Context<'_>) -> Result<CaseNumber> {
    let year = ctx.clock.now().year();
    let rows = ctx.remote.cases().await?;
    let last = rows.iter().filter(|row| row.case.year == year).map(|row| row.case.count).max();
    Ok(CaseNumber { year, count: last.unwrap_or(0).saturating_add(1) })
}

/// The number to try next: the hub's, if it can be one. Numbers go up, and are of this year; around New Year
/// the hub's clock may be a little ahead.
fn next_number(taken: CaseNumber, next: Option<CaseNumber>, now: Moment) -> Result<CaseNumber> {
    let next = next.unwrap_or(CaseNumber { count: taken.count.saturating_add(1), ..taken });
    let this_year = [now.year(), now.plus(CLOCK_TOLERANCE).year()].contains(&next.year);
    match this_year && next > taken {
        true => Ok(next),
        false => Err(ClientError::BadAnswer { what: "next" }),
    }
}

#[cfg(test)]
mod tests;
