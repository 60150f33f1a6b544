//! Drafts: letters that were written and are not sent yet, in `drafts/ID.age`, sealed to their author.
//!
//! A letter is kept before anything leaves, and forgotten once the hub has recorded it; so neither a cut line nor a
//! second thought costs any writing.

use std::fs;
use std::path::PathBuf;

use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::client::error::{ClientError, Result};
use crate::client::home::{Home, HomeError, read_if_there, write_private};
use crate::client::pending::remove;
use crate::client::secret::Secrets;
use crate::protocol::id::Moment;
use crate::protocol::seal::{open_file, seal_file};

use super::post::Post;

const FORMAT: &str = "draft/1";
const ID_BYTES: usize = 4;

/// The drafts of a home.
pub struct Drafts<'s> {
    folder: PathBuf,
    secrets: &'s Secrets,
}

/// What a draft's file holds, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    zegel: String,
    /// When it was first kept.
    pub at: Moment,
    pub post: Post,
}

impl<'s> Drafts<'s> {
    pub fn open(home: &Home, secrets: &'s Secrets) -> Result<Self> {
        Ok(Self { folder: home.subfolder("drafts")?, secrets })
    }

    /// Keeps letters: under the id of a draft that says the same, or else under a new one. The id.
    pub fn keep(&self, post: &Post, at: Moment, random: &dyn SecureRandom) -> Result<String> {
        for id in self.ids()? {
            let same = self.load(&id).is_ok_and(|kept| kept.post.says_what(post));
            if same {
                return Ok(id);
            }
        }
        let mut bytes = [0; ID_BYTES];
        random.fill(&mut bytes)?;
        let id = hex::encode(bytes);
        self.write(&id, &Kept { zegel: FORMAT.to_owned(), at, post: post.clone() })?;
        Ok(id)
    }

    /// Keeps a draft as it is now.
    pub fn update(&self, id: &str, post: &Post) -> Result<()> {
        let kept = self.load(id)?;
        self.write(id, &Kept { post: post.clone(), ..kept })
    }

    fn write(&self, id: &str, kept: &Kept) -> Result<()> {
        let text = Zeroizing::new(serde_json::to_vec(kept).map_err(ClientError::input)?);
        let sealed = seal_file(&text, &[self.secrets.sealing.recipient()])?;
        write_private(&self.path(id)?, &sealed)
    }

    /// One draft.
    pub fn load(&self, id: &str) -> Result<Kept> {
        let path = self.path(id)?;
        let sealed = read_if_there(&path)?.ok_or_else(|| no_draft(id))?;
        let opened = self.secrets.sealing_keys().find_map(|key| open_file(&sealed, key).ok());
        let kept = opened.and_then(|text| serde_json::from_slice::<Kept>(&text).ok());
        Ok(kept.filter(|kept| kept.zegel == FORMAT).ok_or(HomeError::Damaged(path))?)
    }

    /// The ids of all drafts.
    pub fn ids(&self) -> Result<Vec<String>> {
        let problem = |problem| ClientError::file(&self.folder, problem);
        let mut ids = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(problem)? {
            let name = entry.map_err(problem)?.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(".age"));
            ids.extend(id.filter(|id| is_id(id)).map(str::to_owned));
        }
        ids.sort();
        Ok(ids)
    }

    /// Forgets a draft, if it is there.
    pub fn forget(&self, id: &str) -> Result<()> {
        remove(&self.path(id)?)
    }

    fn path(&self, id: &str) -> Result<PathBuf> {
        // It becomes the name of a file.
        match is_id(id) {
            true => Ok(self.folder.join(format!("{id}.age"))),
            false => Err(no_draft(id)),
        }
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 2 * ID_BYTES && text.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
}

fn no_draft(id: &str) -> ClientError {
    ClientError::said(
        "no-draft",
        format!("Er is geen concept {id}. Kijk met: zegel letters --drafts."),
        format!("There is no draft {id}. Look with: zegel letters --drafts."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::letter::content::{Content, Message};
    use crate::client::letter::post::To;
    use crate::clock::random;
    use crate::protocol::id::MemberId;

    fn post(text: &str) -> Post {
        let content = Content::Message(Message { text: text.to_owned(), until: None });
        let to = vec![To::new("mem_0123456789abcdef".parse::<MemberId>().unwrap(), content)];
        Post { case: "ZVH-2026-0014".parse().unwrap(), roster: None, to, attachments: vec![], again: None }
    }

    #[test]
    fn a_draft_is_sealed_to_its_author_and_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = |bundle: crate::client::KeyBundle| bundle.secrets(None).ok().unwrap();
        let joris = secrets(crate::client::secret::tests::bundle());
        let drafts = Drafts { folder: folder.path().to_owned(), secrets: &joris };
        let at = Moment::from_unix(1_790_000_000);
        let id = drafts.keep(&post("Wilt u mij bellen?"), at, random()).unwrap();
        assert_eq!(drafts.keep(&post("Wilt u mij bellen?"), at, random()).unwrap(), id);
        let other = drafts.keep(&post("Het is goed."), at, random()).unwrap();
        assert_eq!(drafts.ids().unwrap().len(), 2);
        let mut signed = drafts.load(&id).unwrap().post;
        signed.to[0].signed.push(crate::protocol::id::Digest([7; 32]));
        drafts.update(&id, &signed).unwrap();
        assert_eq!(drafts.load(&id).unwrap().post, signed);
        assert_eq!(drafts.keep(&post("Wilt u mij bellen?"), at, random()).unwrap(), id);

        let bytes = fs::read(folder.path().join(format!("{id}.age"))).unwrap();
        assert!(!bytes.windows(5).any(|window| window == b"Wilt "));
        let max = secrets(crate::client::secret::tests::bundle());
        let stolen = Drafts { folder: folder.path().to_owned(), secrets: &max };
        assert_eq!(stolen.load(&id).unwrap_err().code(), "home-damaged");

        let later = Kept { zegel: "draft/2".to_owned(), at, post: post("In een nieuwe vorm.") };
        drafts.write("00000000", &later).unwrap();
        assert_eq!(drafts.load("00000000").unwrap_err().code(), "home-damaged", "of a later program");
        drafts.forget("00000000").unwrap();

        drafts.forget(&other).unwrap();
        drafts.forget(&other).unwrap();
        assert_eq!(drafts.ids().unwrap(), [id]);
        assert_eq!(drafts.load("../../x").unwrap_err().code(), "no-draft");
    }
}
