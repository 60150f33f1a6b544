//! `zegel case`: its path, from referral to the end, and what is in it.

pub mod refer;
pub mod show;

use crate::client::context::Context;
use crate::client::error::{ClientError, Result};
use crate::client::grant::{Keyring, distinct, vault_recipient};
use crate::client::note;
use crate::client::remote::Recorded;
use crate::client::sign::Draft;
use crate::client::vault::{Before, NextGeneration, draft_generation, headers_to_carry, warn_about};
use crate::protocol::case::judge_phase;
use crate::protocol::id::{CaseNumber, MemberId, VaultId};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::PhaseChange;
use crate::protocol::words::{Owner, Phase};

use super::choose::{enter, members_named};
use super::closed;

/// Opens a case's vault: a procesregisseur takes what was referred out of the house's vault, for those
/// who will run the case. Without names these are all holders of the house's vault.
pub async fn open(ctx: &mut Context<'_>, number: CaseNumber, holders: &[String]) -> Result<Recorded> {
    let (secrets, world, case) = enter(ctx, number).await?;
    if case.vault.is_some() {
        return Err(Refusal::VaultTwice.into());
    }
    let house = world.house();
    let of_house = case.directors(house)?;
    of_house.require_holder(house, world.me)?;
    vault_recipient(house, of_house, ctx.clock.now())?;
    let holders = holders_of(&world, of_house, &members_named(&world, holders)?, ctx.clock.now())?;
    warn_about(ctx, &world, of_house)?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let old = keys.vault(of_house).await?;
    let open = headers_to_carry(ctx.remote, &world, of_house, Some(number)).await?;
    let next = NextGeneration {
        vault: VaultId::new(ctx.random)?,
        generation: 1,
        owner: Owner::Case(number),
        predecessor: Some(of_house),
        holders,
    };
    let mut draft = Draft::new(&world, ctx.clock);
    let before = Before { remote: ctx.remote, key: old, open: &open };
    let spoilt = draft_generation(&mut draft, &world, &next, Some(before)).await?;
    closed::tell(ctx, &secrets, &world, &spoilt).await?;
    super::one(ctx.send(draft, &secrets, &world).await?)
}

fn holders_of(
    world: &crate::client::World,
    of_house: &crate::protocol::vault::VaultState,
    named: &[MemberId],
    now: crate::protocol::id::Moment,
) -> Result<Vec<MemberId>> {
    let house = world.house();
    let in_force =
        |member: &MemberId| of_house.held_by(house, *member) && house.is_procesregisseur(*member, now);
    let mut holders: Vec<MemberId> = match named {
        [] => of_house.holders.keys().copied().filter(in_force).collect(),
        _ => named.to_vec(),
    };
    holders.push(world.me);
    holders.sort();
    holders.dedup();
    match holders.iter().find(|holder| !house.is_procesregisseur(**holder, now)) {
        Some(_) => Err(Refusal::HolderNotAllowed.into()),
        None => Ok(holders),
    }
}

/// Takes a case to its next phase; why stands in the outcome, sealed for those who run the case and for
/// the partner that referred it, unless that is excluded or gone.
pub async fn phase(
    ctx: &mut Context<'_>,
    number: CaseNumber,
    phase: Phase,
    outcome: &str,
) -> Result<Recorded> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let house = world.house();
    let vaults = distinct(&case.told_outcomes(house)?);
    let note = note::to_bytes(&note::Text { text: outcome.trim().to_owned() })?;
    let mut draft = Draft::new(&world, ctx.clock);
    for vault in &vaults {
        vault_recipient(house, vault, draft.signed_at())?;
    }
    let why = outcome.trim();
    let (outcome, grant_outcome) = draft.seal(&note, &vaults)?;
    draft.call(outcome.digest, why);
    let change = PhaseChange { case: number, phase, outcome, grant_outcome };
    judge_phase(house, &case, &change, world.me, draft.signed_at())?;
    warn_about(ctx, &world, vaults[0])?;
    draft.push(change);
    super::one(ctx.send(draft, &secrets, &world).await?)
}

/// A text from a file, or from the standard input (`-`, or no file): never from an argument, which others
/// on the machine can see.
pub fn text_from(ctx: &mut Context<'_>, file: Option<&std::path::Path>, question: &str) -> Result<String> {
    let dash = std::path::Path::new("-");
    let bytes = match file.filter(|file| *file != dash) {
        Some(file) => std::fs::read(file).map_err(|problem| ClientError::file(file, problem))?,
        None => {
            let how =
                ctx.words("Sluit af met Ctrl-D op een lege regel.", "End with Ctrl-D on an empty line.");
            let line = format!("{question} {how}");
            ctx.say(&line)?;
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).map_err(ClientError::input)?;
            bytes
        }
    };
    let text = String::from_utf8(bytes).map_err(|_| {
        ClientError::said(
            "not-text",
            "Dit is geen tekst (UTF-8). Kies een tekstbestand.",
            "This is no text (UTF-8). Choose a text file.",
        )
    })?;
    let text = text.trim();
    if text.is_empty() {
        return Err(ClientError::said(
            "no-text",
            "Er staat niets in. Schrijf op waarom of wat de uitkomst is.",
            "There is nothing in it. Write down why, or what came of it.",
        ));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::testing::TestHouse;

    #[tokio::test]
    async fn an_outcome_of_nothing_is_none() {
        let house = TestHouse::start().await;
        let mut femke = house.person("Femke", "Politie", &[]).await;
        let file = house.path("uitkomst.txt");
        let mut read = |text: &[u8]| {
            std::fs::write(&file, text).unwrap();
            text_from(&mut femke.ctx(), Some(&file), "Waarom?")
        };
        assert!(read(b" \n\n").is_err_and(|error| error.is("no-text")));
        assert!(read(b"\xff").is_err_and(|error| error.is("not-text")));
        assert_eq!(read(b"\nHet gaat goed.\n").unwrap(), "Het gaat goed.");
    }
}
