//! What does not open though the hub gives just what was signed for: whoever sealed it put in something else. The hub
//! can't look inside, so it takes that; and one member's nonsense must hold up nothing that others do.

use crate::protocol::id::Digest;
use crate::protocol::refusal::Language;
use crate::protocol::seal::Header;
use crate::protocol::statement::{Body, PartName};
use crate::protocol::vault::{RekeyedSet, VaultState};
use crate::protocol::words::VaultGeneration;

use super::error::{ClientError, Result};
use super::remote::Remote;
use super::trust::{Known, World};
use super::vault::not_the_vaults;

/// The code of the refusal of what was sealed wrongly.
pub const SEALED_WRONG: &str = "sealed-wrong";

/// What was signed of the headers that a vault's present generation has.
pub struct Signed<'a> {
    remote: &'a Remote,
    world: &'a World,
    vault: &'a VaultState,
    /// What the generation took over, once it was needed.
    set: Option<RekeyedSet>,
}

impl<'a> Signed<'a> {
    pub fn new(remote: &'a Remote, world: &'a World, vault: &'a VaultState) -> Self {
        Self { remote, world, vault, set: None }
    }

    /// The statement by which the vault has this very header for a part; none if another one was signed for, which is
    /// the hub's doing. A header of an older generation is another one: it opens with that generation's key.
    ///
    /// # Errors
    /// Where the hub does not give the set that the vault's statement names.
    pub async fn sealed_by(
        &mut self,
        part: (Digest, PartName),
        header: &Header,
    ) -> Result<Option<&'a Known>> {
        let (digest, now) = (header.digest(), self.vault.now());
        let grants = self.world.grants_of(part.0, part.1);
        // A later ask's takes the place of the one before.
        if let Some((known, _, named)) = grants.iter().rev().find(|(_, vault, _)| *vault == now) {
            return Ok((*named == digest).then_some(*known));
        }
        if self.set().await?.entries.get(&part) != Some(&digest) {
            return Ok(None);
        }
        let first = grants.iter().find(|(_, _, named)| *named == digest).map(|(known, ..)| *known);
        Ok(first.or_else(|| self.world.statement(self.vault.id)))
    }

    async fn set(&mut self) -> Result<&RekeyedSet> {
        if self.set.is_none() {
            self.set = Some(self.fetched().await?);
        }
        Ok(self.set.get_or_insert_default())
    }

    async fn fetched(&self) -> Result<RekeyedSet> {
        let named = self.world.statement(self.vault.id).and_then(|known| match &known.statement.body {
            Body::Vault(vault) => vault.set,
            _ => None,
        });
        let Some(named) = named else { return Ok(RekeyedSet::default()) };
        let bytes = self.remote.vault_set(self.vault.vault).await?;
        let text = std::str::from_utf8(&bytes).ok().filter(|_| Digest::of(&bytes) == named);
        text.and_then(|text| text.parse().ok()).ok_or_else(not_the_vaults)
    }
}

impl World {
    /// Each header of a part that proven statements name for a vault, in the journal's order: the part's own statement,
    /// and each ask that gave an agenda along. What a generation took over stands in its set.
    fn grants_of(&self, statement: Digest, part: PartName) -> Vec<(&Known, VaultGeneration, Digest)> {
        let case = self.statement(statement).and_then(|known| known.statement.body.case());
        let known = case.map_or_else(Vec::new, |case| self.statements_of(case));
        let grants = known.into_iter().flat_map(|known| {
            let grants = match &known.statement.body {
                Body::Ask(ask) => {
                    let agenda =
                        self.history.cases.get(&ask.case).and_then(|case| case.rosters.get(&ask.roster));
                    let given = agenda.is_some_and(|roster| roster.agenda == Some(statement));
                    let grant = match part {
                        PartName::Label => ask.agenda_label,
                        PartName::Body => ask.agenda_body,
                        _ => None,
                    };
                    grant.filter(|_| given).into_iter().collect()
                }
                body if known.id == statement => {
                    let parts = body.parts().into_iter().filter(|named| named.name == part);
                    parts.flat_map(|part| part.grants).copied().collect()
                }
                _ => Vec::new(),
            };
            grants.into_iter().map(move |grant| (known, grant.vault, grant.header))
        });
        grants.collect()
    }

    /// Whoever sealed what stays closed, by name. What a vault's generation took over may have been spoilt by whoever made
    /// one before it: nothing tells that afterwards.
    pub fn spoiler(&self, by: &Known, language: Language) -> String {
        let member = by.statement.member();
        let name = member.map_or_else(|| self.house().hub.to_string(), |member| self.name_of(member));
        match (&by.statement.body, language) {
            (Body::Vault(_), Language::Dutch) => format!("{name}, of wie deze kluis eerder vernieuwde,"),
            (Body::Vault(_), Language::English) => format!("{name}, or who renewed this vault before,"),
            _ => name,
        }
    }
}

/// Nobody can open it, and that is no fault of the hub's.
pub fn sealed_wrong(world: &World, by: &Known) -> ClientError {
    let (who, them) = (world.spoiler(by, Language::Dutch), world.spoiler(by, Language::English));
    ClientError::said(
        SEALED_WRONG,
        format!(
            "Dit gaat niet open: {who} heeft het verkeerd verzegeld, zodat geen sleutel erop past. De hub geeft precies wat er is ondertekend. Er is niets geopend. Vraag {who} om het in te trekken en opnieuw te geven."
        ),
        format!(
            "This does not open: {them} sealed it wrongly, so that no key fits. The hub gives just what was signed. Nothing was opened. Ask {them} to take it back and to give it again."
        ),
    )
}

/// A part that stays closed, and who sealed it so.
pub struct Closed<'a> {
    pub part: (Digest, PartName),
    pub by: &'a Known,
}
