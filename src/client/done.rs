//! What was done here of late, in `done.age`: which wish became which statement. So a command that is given again does
//! nothing twice, whenever the one before was killed: after the hub had it, after this home had cleared up, or after the
//! answer was shown. Who wants the very same once more says so: `--again 2`.
//!
//! A wish is the digest of all that the command was about. The file is sealed to its owner, as who guesses what was
//! written could check it against the digest. Another program does not come between: a home is held by one.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::protocol::id::{Digest, Moment};
use crate::protocol::refusal::Language;
use crate::protocol::seal::{open_file, seal_file};

use super::context::nl_en;
use super::error::{ClientError, Result};
use super::home::{Home, read_if_there, write_private};
use super::secret::Secrets;

/// For so long is a command known again: a cut on Friday is found out on Monday.
const KEPT: i64 = 7 * 24 * 3600;

/// What this home remembers to have done.
pub struct Done<'s> {
    path: PathBuf,
    secrets: &'s Secrets,
    now: Moment,
    entries: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    wish: Digest,
    statement: Digest,
    at: Moment,
}

/// The digest of a wish.
pub fn wish(all_of_it: &impl Serialize) -> Result<Digest> {
    Ok(Digest::of(&serde_json::to_vec(all_of_it).map_err(ClientError::input)?))
}

/// How to have the same once more.
pub fn once_more(language: Language) -> &'static str {
    nl_en(
        language,
        "Wilt u precies hetzelfde nog eens? Zet er --again 2 bij, en de keer daarna --again 3.\n",
        "Do you want the very same once more? Add --again 2, and --again 3 the time after.\n",
    )
}

impl<'s> Done<'s> {
    /// What was done of late. A file that these keys don't open is of nobody's here, and begun anew.
    pub fn open(home: &Home, secrets: &'s Secrets, now: Moment) -> Result<Self> {
        Self::at(home.folder().join("done.age"), secrets, now)
    }

    fn at(path: PathBuf, secrets: &'s Secrets, now: Moment) -> Result<Self> {
        let sealed = read_if_there(&path)?.unwrap_or_default();
        let plain = secrets.sealing_keys().find_map(|key| open_file(&sealed, key).ok());
        let mut entries: Vec<Entry> =
            plain.and_then(|plain| serde_json::from_slice(&plain).ok()).unwrap_or_default();
        entries.retain(|entry| now < entry.at.plus(KEPT));
        Ok(Self { path, secrets, now, entries })
    }

    /// The statement that a wish became.
    pub fn find(&self, wish: Digest) -> Option<Digest> {
        self.entries.iter().find(|entry| entry.wish == wish).map(|entry| entry.statement)
    }

    /// Remembers wishes with what each became, all in one step. Before this returned nothing else that tells of them may
    /// be cleared away.
    pub fn add(&mut self, all: impl IntoIterator<Item = (Digest, Digest)>) -> Result<()> {
        for (wish, statement) in all {
            self.entries.retain(|entry| entry.wish != wish);
            self.entries.push(Entry { wish, statement, at: self.now });
        }
        let plain = serde_json::to_vec(&self.entries).map_err(ClientError::input)?;
        write_private(&self.path, &seal_file(&plain, &[self.secrets.sealing.recipient()])?)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_done_is_known_again_for_a_week_and_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("done.age");
        let secrets = || crate::client::secret::tests::bundle().secrets(None).ok().unwrap();
        let (joris, max) = (secrets(), secrets());
        let at = Moment::from_unix(1_790_000_000);
        let said = wish(&("ZVH-2026-0014", "Wilt u mij bellen?")).unwrap();
        let other = wish(&("ZVH-2026-0014", "Het is goed.")).unwrap();
        assert_ne!(said, other);
        let known = |secrets, now| Done::at(path.clone(), secrets, now).unwrap();
        let (first, second) = (Digest([1; 32]), Digest([2; 32]));
        known(&joris, at).add([(said, first)]).unwrap();
        assert_eq!(known(&joris, at.plus(KEPT - 1)).find(said), Some(first));
        assert_eq!(known(&joris, at.plus(KEPT)).find(said), None);
        // A clock that was set back forgets nothing.
        assert_eq!(known(&joris, at.plus(-KEPT)).find(said), Some(first));
        // What the same wish became last is what counts; others stay.
        known(&joris, at.plus(1)).add([(other, first), (said, second)]).unwrap();
        let done = known(&joris, at.plus(1));
        assert_eq!((done.find(said), done.find(other)), (Some(second), Some(first)));

        assert_eq!(known(&max, at).find(said), None);
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
        let digest = said.to_string();
        assert!(!bytes.windows(digest.len()).any(|piece| piece == digest.as_bytes()));
    }
}
