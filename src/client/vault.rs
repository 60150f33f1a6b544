//! Vaults from the inside: opening one, and making its next generation.

use crate::protocol::id::{Digest, MemberId, VaultId};
use crate::protocol::seal::SealingKey;
use crate::protocol::vault::VaultState;
use crate::protocol::words::Owner;

use super::context::Context;
use super::error::Result;
use super::remote::{Remote, VaultHeaderRow};
use super::secret::Secrets;
use super::sign::Draft;
use super::trust::World;

/// The key of a vault that I hold. Refuses a key that is not the one of its statement.
pub async fn vault_key(remote: &Remote, secrets: &Secrets, vault: &VaultState) -> Result<SealingKey> {
    let _ = (remote, secrets, vault);
    todo!()
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

/// Adds a vault's next generation to a draft: a new key sealed to its holders, and everything in `open`
/// wrapped anew to it. Each header must open with `old` and match what its statement committed to.
pub fn draft_generation(
    draft: &mut Draft,
    world: &World,
    next: &NextGeneration<'_>,
    old: Option<&SealingKey>,
    open: &[VaultHeaderRow],
) -> Result<Digest> {
    let _ = (draft, world, next, old, open);
    todo!()
}

/// Warns who holds a vault alone.
pub fn warn_if_alone(ctx: &mut Context<'_>, world: &World, vault: &VaultState) -> Result<()> {
    let _ = (ctx, world, vault);
    todo!()
}
