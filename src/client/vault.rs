//! Vaults from the inside: opening one, and making its next generation.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use crate::protocol::id::{CaseNumber, MemberId, VaultId};
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::Language;
use crate::protocol::seal::{Header, Recipient, Refused, SealingKey, open_file, seal_file};
use crate::protocol::statement::Vault;
use crate::protocol::vault::{RekeyedSet, VaultState, require_may_hold};
use crate::protocol::words::{Number, Owner};

use super::context::Context;
use super::error::{ClientError, Result};
use super::grant::named_part;
use super::remote::{Remote, VaultHeaderRow};
use super::secret::Secrets;
use super::sign::Draft;
use super::spoilt::{Closed, Signed};
use super::trust::{TrustError, World};

/// The key of a vault that I hold. Refuses what does not open, or is not the key of its statement: of who holds
/// the vault, the hub has another.
pub async fn vault_key(remote: &Remote, secrets: &Secrets, vault: &VaultState) -> Result<SealingKey> {
    let file = remote.vault_secret(vault.vault).await?;
    let opened = secrets.sealing_keys().find_map(|key| open_file(&file, key).ok());
    let line = opened.as_ref().and_then(|text| std::str::from_utf8(text).ok()?.strip_suffix('\n'));
    let key =
        line.and_then(|line| SealingKey::parse(line).ok()).filter(|key| key.recipient() == vault.recipient);
    key.ok_or_else(not_the_vaults)
}

/// The headers that a vault's present generation has, of one case or of all, for a next one to carry over. Refuses a
/// list that lacks what the vault was given, as far as proven statements say so: nobody could ever open that again.
pub async fn headers_to_carry(
    remote: &Remote,
    world: &World,
    vault: &VaultState,
    case: Option<CaseNumber>,
) -> Result<Vec<VaultHeaderRow>> {
    let of = |statement| world.statement(statement).and_then(|known| known.statement.body.case());
    let wanted = |statement| case.is_none() || of(statement) == case;
    let mut open = remote.vault_headers(vault.vault).await?;
    open.retain(|row| wanted(row.statement));
    let listed: BTreeSet<_> = open.iter().map(|row| (row.statement, row.part)).collect();
    let left_out = world.due_to(vault).into_iter().find(|part| wanted(part.0) && !listed.contains(part));
    match left_out {
        Some((id, _)) => Err(TrustError::HeadersLeftOut { id }.into()),
        None => Ok(open),
    }
}

/// A colleague who renewed the vault a moment ago looks like a hub that shows another's key; the next try tells.
pub fn not_the_vaults() -> ClientError {
    ClientError::said(
        "wrong-vault-key",
        "De hub geeft voor deze kluis een sleutel die niet de hare is, of die u niet kunt openen; een collega kan haar net hebben vernieuwd. Er is niets gedaan. Doe het opnieuw, en blijft dit zo, bel dan het huis.",
        "The hub gives a key for this vault that is not the vault's own, or that you can't open; a colleague may have renewed it just now. Nothing was done. Do it again, and if this stays so, call the house.",
    )
}

/// A generation to be made.
pub struct NextGeneration<'a> {
    pub vault: VaultId,
    pub generation: u64,
    pub owner: Owner,
    /// The generation before; of a case vault's first, the house's vault.
    pub predecessor: Option<&'a VaultState>,
    pub holders: Vec<MemberId>,
}

impl<'a> NextGeneration<'a> {
    /// What follows a generation, with these holders.
    pub fn after(current: &'a VaultState, holders: Vec<MemberId>) -> Self {
        Self {
            vault: current.vault,
            generation: current.generation + 1,
            owner: current.owner,
            predecessor: Some(current),
            holders,
        }
    }
}

/// What the generation before it opens, and with which key.
pub struct Before<'a> {
    pub remote: &'a Remote,
    pub key: &'a SealingKey,
    pub open: &'a [VaultHeaderRow],
}

/// Adds a vault's next generation to a draft: a new key sealed to its holders, and everything that was open wrapped anew
/// to it. What whoever sealed it spoilt goes along as it is, and is given back.
pub async fn draft_generation<'a>(
    draft: &mut Draft,
    world: &'a World,
    next: &NextGeneration<'a>,
    before: Option<Before<'a>>,
) -> Result<Vec<Closed<'a>>> {
    // In an old directory someone who left may still stand as a holder.
    world.house().fresh_directory(draft.signed_at())?;
    let key = SealingKey::generate();
    let mut readers: Vec<Recipient> = Vec::with_capacity(next.holders.len());
    for holder in &next.holders {
        require_may_hold(world.house(), next.owner, *holder, draft.signed_at())?;
        readers.push(world.house().member(*holder, draft.signed_at())?.recipient.clone());
    }
    // Room enough from the start: a string that grew would leave the key behind in memory.
    let mut text = Zeroizing::new(String::with_capacity(128));
    text.push_str(&key.to_text());
    text.push('\n');
    let secret = draft.attach(seal_file(text.as_bytes(), &readers)?);
    let (set, closed) = match (before, next.predecessor) {
        (Some(before), Some(vault)) => rekey(draft, world, &key.recipient(), vault, before).await?,
        _ => Default::default(),
    };
    let count = set.entries.len();
    let set = (!set.is_empty()).then(|| draft.attach(set.to_text().into_bytes()));
    if let Some(set) = set {
        draft.call(set, count.to_string());
    }
    draft.push(Vault {
        vault: next.vault,
        generation: Number(next.generation),
        owner: next.owner,
        predecessor: next.predecessor.map(|before| before.id),
        recipient: key.recipient(),
        holder: next.holders.clone(),
        secret,
        set,
    });
    Ok(closed)
}

/// Wraps every file key anew. One that does not match its statement's commitment stops it all: the hub may have
/// put another item's header in its place. Only if it is the very one that was signed for, it goes along closed.
async fn rekey<'a>(
    draft: &mut Draft,
    world: &'a World,
    new: &Recipient,
    vault: &'a VaultState,
    before: Before<'a>,
) -> Result<(RekeyedSet, Vec<Closed<'a>>)> {
    let (mut set, mut closed) = (RekeyedSet::default(), Vec::new());
    let mut signed = Signed::new(before.remote, world, vault);
    for row in before.open {
        let part = (row.statement, row.part);
        let named = named_part(world, row.statement, row.part)?;
        let header = match row.header.open_committed(before.key, &named.commitment) {
            Ok(key) => Header::wrap(&key, new)?,
            Err(refused) => {
                let by = signed.sealed_by(part, &row.header).await?.ok_or_else(|| does_not_open(refused))?;
                closed.push(Closed { part, by });
                row.header
            }
        };
        let header = draft.header(&header);
        if set.entries.insert(part, header).is_some() {
            return Err(ClientError::BadAnswer { what: "headers" });
        }
    }
    Ok((set, closed))
}

/// Why a vault's key does not open a header that is not the one that was signed for.
pub fn does_not_open(refused: Refused) -> ClientError {
    match refused {
        Refused::WrongReader => not_the_vaults(),
        refused => refused.into(),
    }
}

/// Warns who holds a vault alone, or whose vault can take nothing new.
pub fn warn_about(ctx: &mut Context<'_>, world: &World, vault: &VaultState) -> Result<()> {
    let house = world.house();
    if vault.sound(house).is_err() {
        let words = ctx.words(
            "Let op: een houder van deze kluis heeft geen geldige sleutel meer. Er kan niets bij tot de kluis is vernieuwd (zegel vault remove).",
            "Note: a holder of this vault no longer has a valid key. It takes nothing new until it is renewed (zegel vault remove).",
        );
        let words = words.to_owned();
        ctx.say(&words)?;
    }
    if vault.holders.keys().filter(|holder| vault.read_by(house, **holder, world.now)).count() < 2 {
        let words = ctx.words(
            "Let op: maar één persoon kan deze kluis openen. Is die er niet, dan kan niemand erbij. Voeg een collega toe (zegel vault add).",
            "Note: only one person can open this vault. Without that person nobody can. Add a colleague (zegel vault add).",
        );
        let words = words.to_owned();
        ctx.say(&words)?;
    }
    Ok(())
}

/// Says so to who seals to the own partner's vault without holding it: whose vault that is, the hub could
/// have made up for someone who never saw another.
pub fn warn_not_holder(ctx: &mut Context<'_>, world: &World, own: &VaultState) -> Result<()> {
    if own.held_by(world.house(), world.me) {
        return Ok(());
    }
    let holders: Vec<String> = own.holders.keys().map(|holder| world.name_of(*holder)).collect();
    let holders = holders.join(", ");
    let words = match ctx.language {
        Language::Dutch => format!(
            "Let op: u kunt zelf niet in de kluis van uw organisatie. Wat u nu instuurt, kunnen daar alleen deze mensen lezen: {holders}. Klopt dat niet? Zeg dan nee, en bel het huis."
        ),
        Language::English => format!(
            "Note: you can't open your organisation's vault. What you send in now only these people there can read: {holders}. Is that not right? Then say no, and call the house."
        ),
    };
    ctx.say(&for_terminal(&words))
}
