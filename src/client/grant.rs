//! Grants: giving a reader the key to something that one can open oneself.
//!
//! The hub serves headers and is not believed: a file key counts only if it matches the commitment in a
//! statement that was proven, and it is wrapped only to a recipient that the verified directory names.
//! Whatever is wrong is refused before anything is wrapped.

use std::collections::BTreeMap;
use std::io::Read;

use zeroize::Zeroizing;

use crate::protocol::case::CaseState;
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::payload::{Broken, Opener, PayloadDigest};
use crate::protocol::refusal::Refusal;
use crate::protocol::seal::{self, FileKey, Header, Recipient, SealingKey};
use crate::protocol::statement::PartName;
use crate::protocol::vault::VaultState;
use crate::protocol::words::{Payload, Reader, VaultGeneration};

use super::error::{ClientError, Result};
use super::remote::{HeaderRow, Remote};
use super::secret::Secrets;
use super::spoilt::{Signed, sealed_wrong};
use super::trust::World;
use super::vault::{does_not_open, not_the_vaults, vault_key};

/// By what right a part is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// A vault that the member holds.
    Vault,
    /// A grant to the member, from a release.
    Member,
}

/// The vault keys that were fetched, for as long as a verb runs. They never touch the disk.
pub struct Keyring<'s> {
    remote: Remote,
    secrets: &'s Secrets,
    vaults: BTreeMap<VaultGeneration, SealingKey>,
}

impl<'s> Keyring<'s> {
    pub fn new(remote: &Remote, secrets: &'s Secrets) -> Self {
        Self { remote: remote.clone(), secrets, vaults: BTreeMap::new() }
    }

    /// The key of a vault that the member holds: fetched once, and only if it is the one of the vault's
    /// statement.
    pub async fn vault(&mut self, vault: &VaultState) -> Result<&SealingKey> {
        if !self.vaults.contains_key(&vault.now()) {
            let key = vault_key(&self.remote, self.secrets, vault).await?;
            self.vaults.insert(vault.now(), key);
        }
        Ok(self.vaults.get(&vault.now()).ok_or(Refusal::NoVault)?)
    }

    /// The file key of a part of a proven statement.
    ///
    /// # Errors
    /// The hub's refusal, or that it gives no header for this member (`no-key`), or one for a vault as it is now and
    /// not as it was proven (`wrong-vault-key`), or that the header is another item's ([`seal::Refused::Commitment`]);
    /// or that it is the one that was signed for, and opens nothing (`sealed-wrong`).
    pub async fn file_key(
        &mut self,
        world: &World,
        statement: Digest,
        part: PartName,
        through: Through,
    ) -> Result<FileKey> {
        Ok(self.open_header(world, statement, part, through).await?.1)
    }

    /// The same, with the header that it came from.
    pub async fn open_header(
        &mut self,
        world: &World,
        statement: Digest,
        part: PartName,
        through: Through,
    ) -> Result<(Header, FileKey)> {
        let named = named_part(world, statement, part)?;
        let rows = self.remote.headers(statement, part).await?;
        let case = world.statement(statement).and_then(|known| known.statement.body.case());
        let case = case.and_then(|number| world.history.cases.get(&number));
        let case = case.map(|case| &**case);
        let row = usable(&rows, world, case, through).ok_or_else(|| none_usable(&rows, world, case))?;
        let key = match row.vault {
            Some(vault) => match row.header.open_committed(self.vault(vault).await?, &named.commitment) {
                Ok(key) => key,
                Err(refused) => {
                    let mut signed = Signed::new(&self.remote, world, vault);
                    let by = signed.sealed_by((statement, part), &row.header).await?;
                    return Err(by.map_or_else(|| does_not_open(refused), |by| sealed_wrong(world, by)));
                }
            },
            None => self.secrets.open_header(&row.header, &named.commitment)?,
        };
        Ok((row.header, key))
    }

    /// The headers of a part, as the hub serves them. Nothing of them is believed.
    pub async fn served(&self, statement: Digest, part: PartName) -> Result<Vec<HeaderRow>> {
        self.remote.headers(statement, part).await
    }

    /// A small part as a whole: a label, a reason, an outcome.
    pub async fn text(
        &mut self,
        world: &World,
        statement: Digest,
        part: PartName,
        through: Through,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let named = named_part(world, statement, part)?;
        let key = self.file_key(world, statement, part, through).await?;
        let payload = self.remote.payload(statement, part, &named).await?;
        Ok(open_payload(&payload, &key, &named)?)
    }
}

/// Opens a small payload with its file key, if it is the one named: digest, length, commitment, payload.
fn open_payload(payload: &[u8], key: &FileKey, named: &Payload) -> Result<Zeroizing<Vec<u8>>, seal::Refused> {
    let mut digest = PayloadDigest::new();
    digest.update(payload);
    let (digest, length) = digest.finish();
    if digest != named.digest {
        return Err(seal::Refused::Digest);
    }
    if length != named.length {
        return Err(seal::Refused::Length);
    }
    if !key.matches(&named.commitment) {
        return Err(seal::Refused::Commitment);
    }
    // Room for all of it: a vector that grew would leave plain text behind in memory.
    let mut plain = Zeroizing::new(Vec::with_capacity(payload.len()));
    Opener::new(payload, key)
        .and_then(|mut opener| opener.read_to_end(&mut plain))
        .map_err(|error| Broken::of(&error).unwrap_or(Broken::Truncated))?;
    Ok(plain)
}

/// A part as its proven statement names it.
pub fn named_part(world: &World, statement: Digest, part: PartName) -> Result<Payload, Refusal> {
    let known = world.statement(statement).ok_or(Refusal::UnknownItem)?;
    let parts = known.statement.body.parts();
    parts.iter().find(|named| named.name == part).map(|named| named.payload).ok_or(Refusal::UnknownItem)
}

/// Why no header is one that the member can open. A later generation's comes of a colleague who renewed the vault since;
/// none at all also of the authority's renewal, which takes nothing along.
fn none_usable(rows: &[HeaderRow], world: &World, case: Option<&CaseState>) -> ClientError {
    let of_case = case.and_then(|case| case.vault.as_ref());
    let renewed = |reader: Reader| match reader {
        Reader::Vault(now) => {
            let mut known = world.house().vaults.values().chain(of_case);
            known.any(|vault| vault.vault == now.vault && vault.generation < now.generation)
        }
        Reader::Member(_) => false,
    };
    match rows.iter().any(|row| renewed(row.reader)) {
        true => not_the_vaults(),
        false => no_key(),
    }
}

/// Proven statements say that the member may open it, and there is no header for that.
fn no_key() -> ClientError {
    ClientError::said(
        "no-key",
        "Er is geen sleutel waarmee dit voor u open gaat, hoewel het voor u is bestemd. Of het huis heeft de kluis opnieuw laten beginnen toen niemand haar meer kon openen, en dan ging dit niet mee; of de hub houdt de sleutel achter. Er is niets geopend. Bel het huis.",
        "There is no key that opens this for you, though it is meant for you. Either the house had the vault begin anew when nobody could open it any more, and this did not go along; or the hub keeps the key back. Nothing was opened. Call the house.",
    )
}

/// A header, and the vault that opens it; no vault if it is the member's own.
struct Usable<'a> {
    header: Header,
    vault: Option<&'a VaultState>,
}

/// The first header that the member can open in the way asked for. A vault counts in the generation that
/// the proven history gives it, and if the member reads by it.
fn usable<'a>(
    rows: &[HeaderRow],
    world: &'a World,
    case: Option<&'a CaseState>,
    through: Through,
) -> Option<Usable<'a>> {
    let (house, me) = (world.house(), world.me);
    rows.iter().find_map(|row| match (row.reader, through) {
        (Reader::Member(member), Through::Member) if member == me => {
            Some(Usable { header: row.header, vault: None })
        }
        (Reader::Vault(generation), Through::Vault) => {
            let of_case = case.and_then(|case| case.vault.as_ref());
            let mut known = house.vaults.values().chain(of_case);
            let vault =
                known.find(|vault| vault.now() == generation && vault.read_by(house, me, world.now))?;
            Some(Usable { header: row.header, vault: Some(vault) })
        }
        _ => None,
    })
}

/// The one key to which something may be wrapped for a member: that of the membership in force, in a
/// directory that has not ended. Never what the hub says.
pub fn member_recipient(house: &House, member: MemberId, now: Moment) -> Result<&Recipient, Refusal> {
    house.fresh_directory(now)?;
    Ok(&house.member(member, now)?.recipient)
}

/// The same for a vault: its present generation, if no holder's key was revoked or replaced.
pub fn vault_recipient<'v>(
    house: &House,
    vault: &'v VaultState,
    now: Moment,
) -> Result<&'v Recipient, Refusal> {
    house.fresh_directory(now)?;
    vault.sound(house)?;
    Ok(&vault.recipient)
}

/// The vaults that a new item is sealed to: its supplier's, and the one of those who run the case. For
/// what the house supplies before there is a case vault these are one.
pub fn distinct<'v>(vaults: &[&'v VaultState]) -> Vec<&'v VaultState> {
    let mut seen = Vec::new();
    let mut distinct = Vec::new();
    for vault in vaults {
        if !seen.contains(&vault.now()) {
            seen.push(vault.now());
            distinct.push(*vault);
        }
    }
    distinct
}

/// The two headers that an approval makes for its reader, as they are sealed to the case vault: the
/// label's and the body's, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderGrants {
    pub label: Header,
    pub body: Header,
}

impl ReaderGrants {
    /// Wraps both file keys to one reader.
    pub fn wrap(label: &FileKey, body: &FileKey, reader: &Recipient) -> Result<Self, seal::Refused> {
        Ok(Self { label: Header::wrap(label, reader)?, body: Header::wrap(body, reader)? })
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        [self.label.to_bytes(), self.body.to_bytes()].concat()
    }

    /// Reads exactly what [`ReaderGrants::to_bytes`] writes.
    pub fn parse(bytes: &[u8]) -> Result<Self, seal::Refused> {
        let (label, body) = bytes.split_at_checked(Header::LENGTH).ok_or(seal::Refused::Malformed)?;
        Ok(Self { label: Header::parse(label)?, body: Header::parse(body)? })
    }

    /// Refuses other headers than the approval names.
    pub fn require(&self, label: Digest, body: Digest) -> Result<(), Refusal> {
        let same = self.label.digest() == label && self.body.digest() == body;
        same.then_some(()).ok_or(Refusal::WrongGrants)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::seal::seal_small;

    fn sealed(text: &[u8], reader: &SealingKey) -> (Vec<u8>, Payload, Header, FileKey) {
        let (part, headers, key) = seal_small(text, &[reader.recipient()]).unwrap();
        let named =
            Payload { digest: part.name.digest, length: part.name.length, commitment: part.name.commitment };
        (part.payload, named, headers[0], key)
    }

    #[test]
    fn another_items_header_does_not_open() {
        let vault = SealingKey::generate();
        let (_, ours, _, _) = sealed(b"van ons", &vault);
        let (_, _, theirs, _) = sealed(b"van een ander", &vault);
        let refused = theirs.open_committed(&vault, &ours.commitment).err();
        assert_eq!(refused, Some(seal::Refused::Commitment));
    }

    #[test]
    fn a_payload_opens_only_if_it_is_the_one_that_was_signed_for() {
        let vault = SealingKey::generate();
        let (payload, named, _, key) = sealed(b"een reden", &vault);
        assert_eq!(&**open_payload(&payload, &key, &named).unwrap(), b"een reden");
        let refused =
            |payload: &[u8], key: &FileKey, named: Payload| open_payload(payload, key, &named).err();
        let mut altered = payload.clone();
        altered[20] ^= 1;
        assert_eq!(refused(&altered, &key, named), Some(seal::Refused::Digest));
        let longer = Payload { length: named.length + 1, ..named };
        assert_eq!(refused(&payload, &key, longer), Some(seal::Refused::Length));
        let other = FileKey::generate().unwrap();
        assert_eq!(refused(&payload, &other, named), Some(seal::Refused::Commitment));
        let both = Payload { commitment: other.commitment(), ..named };
        assert_eq!(refused(&payload, &other, both), Some(seal::Refused::Payload(Broken::Altered)));
    }

    #[test]
    fn grants_of_an_approval_read_as_written_and_are_those_named() {
        let (noor, key) = (SealingKey::generate().recipient(), FileKey::generate().unwrap());
        let made = ReaderGrants::wrap(&key, &key, &noor).unwrap();
        let (label, body) = (made.label.digest(), made.body.digest());
        let read = ReaderGrants::parse(&made.to_bytes()).unwrap();
        assert_eq!(read, made);
        assert_eq!(read.require(label, body), Ok(()));
        assert_eq!(read.require(body, label), Err(Refusal::WrongGrants));
        let bytes = made.to_bytes();
        for bad in [&bytes[..100], &bytes[..Header::LENGTH], &[bytes.clone(), vec![b'\n']].concat()] {
            assert!(ReaderGrants::parse(bad).is_err());
        }
    }
}
