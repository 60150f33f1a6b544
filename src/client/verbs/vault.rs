//! `zegel vault`: who can open it, and changing that.

use serde::Serialize;

use crate::client::context::{Context, Report};
use crate::client::error::{ClientError, Result};
use crate::client::remote::Recorded;
use crate::client::sign::Draft;
use crate::client::trust::World;
use crate::client::vault::{
    Before, NextGeneration, draft_generation, headers_to_carry, vault_key, warn_about,
};
use crate::protocol::id::{CaseNumber, MemberId, VaultId};
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::Body;
use crate::protocol::vault::VaultState;
use crate::protocol::words::{Owner, Signer};

/// A vault as it stands.
#[derive(Debug, Serialize)]
pub struct VaultReport {
    pub vault: VaultId,
    pub generation: u64,
    pub owner: String,
    pub owner_name: String,
    /// Whether it takes something new: no holder's key was revoked or replaced.
    pub sound: bool,
    pub mine: bool,
    pub holders: Vec<HolderRow>,
}

#[derive(Debug, Serialize)]
pub struct HolderRow {
    pub member: MemberId,
    pub name: String,
    /// Whether this holder can open it now.
    pub holds: bool,
}

/// Whose vault: the member's partner's, or a case's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Whose {
    pub case: Option<CaseNumber>,
}

/// Shows a vault.
pub async fn show(ctx: &mut Context<'_>, whose: Whose) -> Result<VaultReport> {
    let (_secrets, mut world) = ctx.begin().await?;
    let vault = find(ctx, &mut world, whose).await?.ok_or(Refusal::NoVault)?;
    warn_about(ctx, &world, &vault)?;
    Ok(report(&world, &vault))
}

/// Adds holders; the first generation of the partner's vault, with oneself, if there is none yet.
pub async fn add(ctx: &mut Context<'_>, whose: Whose, who: &[String]) -> Result<Recorded> {
    change(ctx, whose, who, &[]).await
}

/// Removes holders, and with them everyone whose key no longer counts or who may not hold it any more; nobody else if
/// none is named.
pub async fn remove(ctx: &mut Context<'_>, whose: Whose, who: &[String]) -> Result<Recorded> {
    change(ctx, whose, &[], who).await
}

async fn change(ctx: &mut Context<'_>, whose: Whose, add: &[String], remove: &[String]) -> Result<Recorded> {
    let (secrets, mut world) = ctx.begin().await?;
    world.house().fresh_directory(world.now)?;
    let Some(current) = find(ctx, &mut world, whose).await? else {
        return first(ctx, &secrets, &world, add).await;
    };
    if let Some(recorded) = done_before(&world, &current, add, remove)? {
        return Ok(recorded);
    }
    current.require_holder(world.house(), world.me)?;
    let holders = holders_after(&world, &current, add, remove)?;
    warn_about(ctx, &world, &current)?;
    // Everything in it is wrapped anew, so all that it stems from must be proven first.
    match whose.case {
        Some(_) => world.load_cases(ctx.home, ctx.remote, &[]).await?,
        None => drop(world.load_all(ctx.home, ctx.remote).await?),
    }
    let old = vault_key(ctx.remote, &secrets, &current).await?;
    let open = headers_to_carry(ctx.remote, &world, &current, None).await?;
    let mut draft = Draft::new(&world, ctx.clock);
    let next = NextGeneration::after(&current, holders);
    let before = Before { remote: ctx.remote, key: &old, open: &open };
    let spoilt = draft_generation(&mut draft, &world, &next, Some(before)).await?;
    super::closed::tell(ctx, &secrets, &world, &spoilt).await?;
    super::one(ctx.send(draft, &secrets, &world).await?)
}

/// What is on record already of what is wanted, where nothing is left to do: whoever was cut off before the answer came
/// gives the same command again, and a generation for nothing would wrap everything anew.
fn done_before(
    world: &World,
    current: &VaultState,
    add: &[String],
    remove: &[String],
) -> Result<Option<Recorded>> {
    let house = world.house();
    let counts = |m: &MemberId| current.read_by(house, *m, world.now);
    let Some(known) = world.statement(current.id) else { return Ok(None) };
    let holds = !add.is_empty()
        && counts(&world.me)
        && current.holders.keys().all(counts)
        && all(world, add, counts)?;
    let before = current.generations.iter().rev().nth(1).and_then(|id| world.statement(*id));
    let held = |m: &MemberId| match before.map(|before| &before.statement.body) {
        Some(Body::Vault(vault)) => vault.holder.contains(m) && !current.holders.contains_key(m),
        _ => false,
    };
    let mine = known.statement.by == Signer::Member(world.me);
    let removed = mine && !remove.is_empty() && all(world, remove, held)?;
    let recorded = Recorded { id: known.id, leaf: known.leaf, at: known.at, new: false };
    Ok((holds || removed).then_some(recorded))
}

/// Whether something holds for all who are named.
fn all(world: &World, who: &[String], holds: impl Fn(&MemberId) -> bool) -> Result<bool> {
    for who in who {
        if !holds(&named(world, who)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn first(
    ctx: &mut Context<'_>,
    secrets: &crate::client::secret::Secrets,
    world: &World,
    add: &[String],
) -> Result<Recorded> {
    let mut holders = vec![world.me];
    for who in add {
        holders.push(world.member_named(who)?.member);
    }
    let next = NextGeneration {
        vault: VaultId::new(ctx.random)?,
        generation: 1,
        owner: Owner::Partner(world.my_partner()?),
        predecessor: None,
        holders: sorted(holders),
    };
    let mut draft = Draft::new(world, ctx.clock);
    draft_generation(&mut draft, world, &next, None).await?;
    super::one(ctx.send(draft, secrets, world).await?)
}

/// The vault, if there is one; a case's must be there.
async fn find(ctx: &Context<'_>, world: &mut World, whose: Whose) -> Result<Option<VaultState>> {
    match whose.case {
        Some(case) => {
            let case = world.load_case(ctx.home, ctx.remote, case).await?;
            Ok(Some(case.vault.clone().ok_or(Refusal::NoVault)?))
        }
        None => Ok(world.house().vault_of(world.my_partner()?).cloned()),
    }
}

/// Who is to hold it: who can open it now and is not removed, and who is added.
fn holders_after(
    world: &World,
    current: &VaultState,
    add: &[String],
    remove: &[String],
) -> Result<Vec<MemberId>> {
    let (house, now) = (world.house(), world.now);
    let mut gone = Vec::with_capacity(remove.len());
    for who in remove {
        let member = holder_named(world, current, who)?;
        gone.push(member);
    }
    let stays = |m: &&MemberId| !gone.contains(m) && current.read_by(house, **m, now);
    let mut holders: Vec<MemberId> = current.holders.keys().filter(stays).copied().collect();
    for who in add {
        holders.push(world.member_named(who)?.member);
    }
    match holders.is_empty() {
        false => Ok(sorted(holders)),
        true => Err(ClientError::said(
            "nobody-left",
            "Zo kan niemand de kluis meer openen. Voeg eerst een collega toe (zegel vault add).",
            "Nobody could open the vault any more. Add a colleague first (zegel vault add).",
        )),
    }
}

/// Someone by name, or by id where the directory no longer has the name.
fn named(world: &World, who: &str) -> Result<MemberId> {
    match who.parse::<MemberId>() {
        Ok(member) => Ok(member),
        Err(_) => Ok(world.member_named(who)?.member),
    }
}

/// One who holds it.
fn holder_named(world: &World, current: &VaultState, who: &str) -> Result<MemberId> {
    let member = named(world, who)?;
    match current.holders.contains_key(&member) {
        true => Ok(member),
        false => Err(ClientError::said(
            "no-holder",
            format!(
                "{} is geen houder van deze kluis. Bekijk wie dat wel zijn: zegel vault show.",
                world.name_of(member)
            ),
            format!("{} does not hold this vault. See who does: zegel vault show.", world.name_of(member)),
        )),
    }
}

fn sorted(mut holders: Vec<MemberId>) -> Vec<MemberId> {
    holders.sort();
    holders.dedup();
    holders
}

fn report(world: &World, vault: &VaultState) -> VaultReport {
    let (house, now) = (world.house(), world.now);
    let holder = |member: &MemberId| HolderRow {
        member: *member,
        name: world.name_of(*member),
        holds: vault.read_by(house, *member, now),
    };
    VaultReport {
        vault: vault.vault,
        generation: vault.generation,
        owner: vault.owner.to_string(),
        owner_name: match vault.owner {
            Owner::Partner(partner) => world.partner_name(partner),
            Owner::Case(case) => case.to_string(),
        },
        sound: vault.sound(house).is_ok(),
        mine: vault.held_by(house, world.me),
        holders: vault.holders.keys().map(holder).collect(),
    }
}

impl Report for VaultReport {
    fn text(&self, language: Language) -> String {
        let mut lines = vec![match language {
            Language::Dutch => format!("Kluis van {} (versie {})", self.owner_name, self.generation),
            Language::English => format!("Vault of {} (generation {})", self.owner_name, self.generation),
        }];
        for holder in &self.holders {
            let gone = match (holder.holds, language) {
                (true, _) => "",
                (false, Language::Dutch) => " (kan hem niet meer openen)",
                (false, Language::English) => " (can't open it any more)",
            };
            lines.push(format!("  {}{gone}", holder.name));
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests;
