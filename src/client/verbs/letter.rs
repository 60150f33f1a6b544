//! Letters: writing, reading and answering them.
//!
//! An author uses [`request`], [`invite`], [`minutes`] or [`message`], which all [`send`]; an addressee [`list`]s,
//! [`read`]s and [`reply`]s. How somebody wants to get them, [`delivery`] says.

pub mod answer;
pub mod delivery;
pub mod drafts;
pub mod invite;
pub mod list;
pub mod message;
pub mod minutes;
pub mod read;
pub mod reply;
pub mod request;
pub mod send;
mod words;

use std::path::{Path, PathBuf};

use crate::client::context::Context;
use crate::client::error::{ClientError, Result};
use crate::client::letter::drafts::Drafts;
use crate::client::letter::post::Attached;
use crate::client::trust::World;
use crate::protocol::id::MemberId;
use crate::protocol::mime::{MAX_ATTACHED, MAX_ATTACHMENTS};
use crate::protocol::words::LetterKind;

use send::{Desk, Sent};

/// Goes on with a draft.
pub async fn go_on(
    ctx: &mut Context<'_>,
    id: &str,
    kinds: &[LetterKind],
    without: &[String],
) -> Result<Sent> {
    let (secrets, mut world) = ctx.begin().await?;
    let drafts = Drafts::open(ctx.home, &secrets)?;
    let post = drafts.load(id)?.post;
    if let Some(other) = post.to.iter().map(|to| to.content.kind()).find(|kind| !kinds.contains(kind)) {
        let verb = words::verb(other);
        return Err(ClientError::said(
            "wrong-use",
            format!("Concept {id} is iets anders. Ga ermee verder met: zegel {verb} --draft {id}."),
            format!("Draft {id} is something else. Go on with it by: zegel {verb} --draft {id}."),
        ));
    }
    let case = world.load_case(ctx.home, ctx.remote, post.case).await?;
    let desk = Desk { secrets: &secrets, world: &world, case: &case };
    send::send_draft(ctx, &desk, &drafts, id, without).await
}

/// Everyone once, in the order in which they were named.
fn each_once(members: Vec<MemberId>) -> Vec<MemberId> {
    let mut once = Vec::with_capacity(members.len());
    for member in members {
        if !once.contains(&member) {
            once.push(member);
        }
    }
    once
}

/// What was said for some people, such as `--ask Femke=…`.
#[derive(Clone, Debug, Default)]
pub struct Own(Vec<(MemberId, String)>);

impl Own {
    /// Refuses someone twice.
    pub fn of(world: &World, texts: &[(String, String)]) -> Result<Self> {
        let mut all: Vec<(MemberId, String)> = Vec::with_capacity(texts.len());
        for (who, text) in texts {
            let member = world.member_named(who)?.member;
            if all.iter().any(|(known, _)| *known == member) {
                let name = world.name_of(member);
                return Err(ClientError::said(
                    "wrong-use",
                    format!("{name} staat er twee keer. Geef iedereen één tekst."),
                    format!("{name} is there twice. Give everyone one text."),
                ));
            }
            all.push((member, crate::client::letter::content::tidy(text)));
        }
        Ok(Self(all))
    }

    pub fn get(&self, member: MemberId) -> Option<String> {
        self.0.iter().find(|(known, _)| *known == member).map(|(_, text)| text.clone())
    }

    pub fn members(&self) -> impl Iterator<Item = MemberId> {
        self.0.iter().map(|(member, _)| *member)
    }
}

/// The files that go with a letter.
pub fn attached(paths: &[PathBuf]) -> Result<Vec<Attached>> {
    let files: Vec<Attached> = paths.iter().map(|path| read_file(path)).collect::<Result<_>>()?;
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    if bytes > MAX_ATTACHED || files.len() > MAX_ATTACHMENTS {
        return Err(ClientError::said(
            "attachments-too-large",
            "Dit zijn te veel of te grote bijlagen (hoogstens 20, samen 7 MB). Voeg ze als stuk toe aan de casus (zegel contribute).",
            "These are too many or too large attachments (20 at most, 7 MB together). Add them to the case as items (zegel contribute).",
        ));
    }
    Ok(files)
}

fn read_file(path: &Path) -> Result<Attached> {
    let problem = |problem| ClientError::file(path, problem);
    let about = std::fs::metadata(path).map_err(problem)?;
    if about.len() > MAX_ATTACHED as u64 {
        return Err(ClientError::file(path, "it is too large for a letter (7 MB at most): zegel contribute"));
    }
    let bytes = std::fs::read(path).map_err(problem)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Attached { name: crate::protocol::label::safe_file_name(&name), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::testing::TestHouse;

    #[tokio::test]
    async fn everyone_is_told_one_thing() {
        let house = TestHouse::start().await;
        let mut femke = house.person("Femke", "Politie", &[]).await;
        let (_, world) = femke.ctx().begin().await.unwrap();
        let asked = |who: &str| (who.to_owned(), "Wat weet u?".to_owned());
        assert_eq!(Own::of(&world, &[asked("Femke")]).unwrap().members().count(), 1);
        let twice = Own::of(&world, &[asked("Femke"), asked("femke@politie.example")]);
        assert!(twice.is_err_and(|error| error.is("wrong-use")));
    }

    #[test]
    fn a_letter_carries_so_many_files_and_so_much() {
        let folder = tempfile::tempdir().unwrap();
        let written = |name: String, bytes: usize| {
            let path = folder.path().join(name);
            std::fs::write(&path, vec![b'k'; bytes]).unwrap();
            path
        };
        let few: Vec<PathBuf> = (0..=MAX_ATTACHMENTS).map(|n| written(format!("{n}.txt"), 1)).collect();
        assert_eq!(attached(&few[1..]).unwrap().len(), MAX_ATTACHMENTS);
        assert!(attached(&few).is_err_and(|error| error.is("attachments-too-large")));
        let large = [written("a.pdf".into(), MAX_ATTACHED), written("b.pdf".into(), 1)];
        assert_eq!(attached(&large[..1]).unwrap()[0].bytes.len(), MAX_ATTACHED);
        assert!(attached(&large).is_err_and(|error| error.is("attachments-too-large")));
    }
}
