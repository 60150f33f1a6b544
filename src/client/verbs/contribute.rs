//! `zegel contribute`: files into a case, sealed here, with the supplier's rules.
//!
//! In order: everything is judged and read before anything leaves, then uploaded, then signed in one
//! batch. What was cut off goes on where it stopped when the same command is given again, and what was done is not done
//! twice.

pub mod outgoing;
pub mod terms;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::client::context::{Context, Report, nl_en};
use crate::client::done::{Done, once_more, wish};
use crate::client::error::Result;
use crate::client::grant::Keyring;
use crate::client::secret::Secrets;
use crate::client::sign::Draft;
use crate::client::trust::World;
use crate::client::vault::{warn_about, warn_not_holder};
use crate::protocol::case::CaseState;
use crate::protocol::id::{CaseNumber, Digest, PartnerId};
use crate::protocol::item::{ItemState, judge_item};
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::Language;

use super::choose::{enter, items_named};
use super::meter::Meter;
use outgoing::{Outbox, Outgoing};
use terms::{NewFile, Place, label_bytes};

/// What is on record now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contributed {
    pub case: CaseNumber,
    pub items: Vec<NewItem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewItem {
    pub item: Digest,
    pub title: String,
    pub file: String,
    /// False if it was on record before, by the same command.
    pub new: bool,
}

impl Report for Contributed {
    fn text(&self, language: Language) -> String {
        let head = nl_en(language, "Toegevoegd aan", "Added to");
        let mut text = format!("{head} {}:\n", self.case);
        for item in &self.items {
            let there = if item.new { "" } else { nl_en(language, " (stond er al)", " (was there already)") };
            let id = crate::client::describe::short(&item.item);
            text.push_str(&format!("  {id}  {}{there}\n", for_terminal(&item.title)));
        }
        if self.items.iter().any(|item| !item.new) {
            text.push_str(once_more(language));
        }
        text
    }
}

/// A file that was sealed, and what its item will cite.
pub struct Ready {
    pub file: NewFile,
    pub cites: Vec<Digest>,
    pub outgoing: Outgoing,
    /// By which it is known again.
    pub wish: Digest,
}

/// Contributes files to a case, all of them or none.
pub async fn contribute(
    ctx: &mut Context<'_>,
    number: CaseNumber,
    files: Vec<NewFile>,
) -> Result<Contributed> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let supplier = world.my_partner()?;
    let mut cites = Vec::new();
    let mut keys = Keyring::new(ctx.remote, &secrets);
    for file in &files {
        let place = Place::in_case(world.house(), &case, supplier)?;
        judge_item(world.house(), &case, &place.planned(&file.terms), world.me, ctx.clock.now())?;
        cites.push(items_named(&mut keys, &world, &case, &file.about.cites, ctx.clock.now()).await?);
    }
    if let Ok(own) = case.kept_in(world.house(), supplier) {
        warn_about(ctx, &world, own)?;
        warn_not_holder(ctx, &world, own)?;
    }
    let purpose = |file: &NewFile| format!("{number} {}", file.terms.kind);
    let outbox = Outbox::open(ctx.home, &secrets)?;
    let mut done = Done::open(ctx.home, &secrets, ctx.clock.now())?;
    let mut ready = seal_all(ctx, &outbox, files, cites, purpose)?;
    let before = on_record(&case, supplier, &ready, &done)?;
    upload_all(ctx, &outbox, &mut ready, &before).await?;
    let items = record(ctx, &secrets, number, &ready, &before).await?;
    done.add(ready.iter().zip(&items).map(|(ready, item)| (ready.wish, item.item)))?;
    outbox.forget(ready.into_iter().map(|ready| ready.outgoing));
    Ok(Contributed { case: number, items })
}

/// Reads and seals all files. One that can't be read stops everything, and nothing has left.
pub fn seal_all(
    ctx: &mut Context<'_>,
    outbox: &Outbox<'_>,
    files: Vec<NewFile>,
    cites: Vec<Vec<Digest>>,
    purpose: impl Fn(&NewFile) -> String,
) -> Result<Vec<Ready>> {
    let mut ready = Vec::with_capacity(files.len());
    for (file, cites) in files.into_iter().zip(cites) {
        // Before the work: whether the label can be written does not depend on what is in the file.
        label_bytes(&file.label((Digest([0; 32]), 0), cites.clone()))?;
        let purpose = match ctx.again {
            Some(time) => format!("{} again {time}", purpose(&file)),
            None => purpose(&file),
        };
        let name = format!("{} ({})", file.file_name(), ctx.words("verzegelen", "sealing"));
        let mut meter = Meter::new(&name, ctx.out, ctx.language);
        let outgoing =
            outbox.take(&purpose, &file.path, ctx.random, &mut |done, total| meter.at(done, total))?;
        meter.done();
        let label = label_bytes(&file.label(outgoing.plain(), cites.clone()))?;
        let wish = wish(&(purpose, &file.terms, Digest::of(&label)))?;
        ready.push(Ready { file, cites, outgoing, wish });
    }
    Ok(ready)
}

/// Those that are on record already, by the digest of their payload: the very sealing that is there, or one of a wish
/// that was done. Refuses one that is there under other rules than are wanted now. What was taken out since is wanted anew.
fn on_record(
    case: &CaseState,
    supplier: PartnerId,
    ready: &[Ready],
    done: &Done<'_>,
) -> Result<BTreeMap<Digest, Digest>> {
    let mut before = BTreeMap::new();
    for ready in ready {
        let payload = ready.outgoing.payload().digest;
        let known = done.find(ready.wish);
        let mut own = case.items.iter().filter(|(_, state)| state.item.supplier == supplier);
        let is_it = |(id, state): &(&Digest, &ItemState)| {
            !state.retracted && (state.item.body.digest == payload || Some(**id) == known)
        };
        let Some((id, state)) = own.find(is_it) else { continue };
        ready.file.terms.require_recorded(&ready.file.file_name(), &state.item)?;
        before.insert(payload, *id);
    }
    Ok(before)
}

/// Uploads what is not on record, each from where it stopped.
pub async fn upload_all(
    ctx: &mut Context<'_>,
    outbox: &Outbox<'_>,
    ready: &mut [Ready],
    before: &BTreeMap<Digest, Digest>,
) -> Result<()> {
    for ready in ready.iter_mut() {
        if before.contains_key(&ready.outgoing.payload().digest) {
            continue;
        }
        let name = format!("{} ({})", ready.file.file_name(), ctx.words("versturen", "sending"));
        let mut meter = Meter::new(&name, ctx.out, ctx.language);
        let mut progress = |done, total| meter.at(done, total);
        outbox.upload(&mut ready.outgoing, ctx.remote, &mut progress).await?;
        meter.done();
    }
    Ok(())
}

async fn record(
    ctx: &mut Context<'_>,
    secrets: &Secrets,
    number: CaseNumber,
    ready: &[Ready],
    before: &BTreeMap<Digest, Digest>,
) -> Result<Vec<NewItem>> {
    // An upload may have taken hours: vaults may have new generations since.
    let mut world = World::house_of(ctx.home, ctx.remote, ctx.clock).await?;
    let case = world.load_case(ctx.home, ctx.remote, number).await?;
    let place = Place::in_case(world.house(), &case, world.my_partner()?)?;
    let mut draft = Draft::new(&world, ctx.clock);
    let mut items = Vec::with_capacity(ready.len());
    for ready in ready {
        let known = before.get(&ready.outgoing.payload().digest).copied();
        let item = match known {
            Some(item) => item,
            None => draft_ready(&mut draft, &place, ready)?,
        };
        items.push(NewItem {
            item,
            title: ready.file.title(),
            file: ready.file.file_name(),
            new: known.is_none(),
        });
    }
    if !draft.statements().is_empty() {
        ctx.send(draft, secrets, &world).await?;
    }
    Ok(items)
}

/// Adds the item of a sealed file to a draft.
pub fn draft_ready(draft: &mut Draft, place: &Place<'_>, ready: &Ready) -> Result<Digest> {
    let label = ready.file.label(ready.outgoing.plain(), ready.cites.clone());
    place.draft(draft, &ready.file.terms, &label, &ready.outgoing)
}
