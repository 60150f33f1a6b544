//! A case at the table of which the hub is asked through the liar, and what is done there.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::TcpListener;
use zegel::client::remote::{Remote, Waits};
use zegel::client::verbs::contribute::contribute;
use zegel::client::verbs::login::login;
use zegel::client::verbs::meeting::approve::{self, approve};
use zegel::client::verbs::pack;
use zegel::client::verbs::vault::{self, Whose};
use zegel::client::{ClientError, Context};
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use super::rows::Row;
use crate::liar::{Lie, Shared, Told};
use crate::support::door::suspends;
use crate::support::liar::{liar_for, through};
use crate::support::scene::{date, paper, prepared};
use crate::support::{Base, Play};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor", "ellen", "bram"];

/// What somebody does while the hub lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Femke is about to approve an item for Noor, and would say no if she were asked.
    AlmostApprove,
    /// Femke approves an item for Noor.
    Approve,
    /// The same, and looks again: the first time all seems well.
    ApproveAndLook,
    /// Femke is about to renew her partner's vault, and would say no if she were asked.
    AlmostRenew,
    /// Femke adds an item.
    Contribute,
    /// Femke signs in.
    SignIn,
    /// Noor opens the item that was released to her.
    Open,
}

impl Deed {
    pub fn who(self) -> &'static str {
        if self == Self::Open { "noor" } else { "femke" }
    }
}

/// With what words something was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub code: String,
    pub nl: String,
    pub en: String,
}

impl Said {
    pub fn of(error: &ClientError) -> Self {
        let [nl, en] = [Language::Dutch, Language::English].map(|language| error.sentence(language));
        Self { code: error.code().to_owned(), nl, en }
    }
}

pub struct Scene {
    play: Play,
    pub case: CaseNumber,
    pub other: CaseNumber,
    /// What Femke is asked about: the first time and again by rows that send nothing, the others once each.
    pub items: Vec<Digest>,
    /// Two that are released to Noor.
    pub released: [Digest; 2],
    remote: Remote,
    /// The same way, without much patience.
    hurried: Remote,
    pub liar: Shared,
    elsewhere: Arc<AtomicUsize>,
    pub elsewhere_url: String,
}

impl Scene {
    pub async fn set(base: Base, items: usize) -> Self {
        let (play, case) = prepared(base, PEOPLE).await;
        let stage = &play.stage;
        let other = another_case(stage).await;
        stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
        let new = |number: usize| {
            let name = format!("stuk{number:03}.txt");
            paper(stage, &name, &name, ItemKind::Contribution, &name)
        };
        let added = stage.contributes("femke", case, (0..items + 2).map(new).collect()).await.unwrap();
        let mut all: Vec<Digest> = added.items.iter().map(|item| item.item).collect();
        let released = [all.remove(items), all.remove(items)];
        let items = all;
        stage.asks_suppliers("joris", case).await.unwrap();
        let waits =
            Waits { first: Duration::from_millis(5), longest: Duration::from_millis(5), ..Waits::default() };
        let (remote, liar) = liar_for(stage, waits).await;
        let impatience = Waits { silence: Duration::from_secs(1), ..waits };
        let hurried = Remote::with_waits(remote.url(), Language::Dutch, impatience).unwrap();
        let (elsewhere, elsewhere_url) = elsewhere().await;
        let scene =
            Self { play, case, other, items, released, remote, hurried, liar, elsewhere, elsewhere_url };
        scene.goes_on(&released).await;
        scene
    }

    /// Femke and Noor look by way of the liar; then more is recorded than they were shown at first.
    async fn goes_on(&self, released: &[Digest]) {
        let stage = self.stage();
        let choice = |item: &Digest| approve::Choice { items: vec![item.to_string()], ..Default::default() };
        for item in released {
            through!(stage, "femke", &self.remote, |ctx| approve(ctx, self.case, &choice(item))).unwrap();
        }
        stage.consults("joris", self.case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();
        stage.releases("joris", self.case).await.unwrap();
        stage.list().unwrap();
        stage.publish().await.unwrap();
        suspends(stage, "ellen", "bram", 30).await;
        for who in ["femke", "noor"] {
            through!(stage, who, &self.remote, |ctx| looks(ctx, self.case)).unwrap();
        }
    }

    pub fn stage(&self) -> &Stage {
        &self.play.stage
    }

    /// How often somebody went where the liar sent them.
    pub fn elsewhere(&self) -> usize {
        self.elsewhere.load(Ordering::SeqCst)
    }

    /// What the hub is told to say in a row.
    fn told(&self, row: &Row, number: usize) -> Told {
        Told { lie: row.lie, about: (row.about)(self, number) }
    }

    /// The lie is told, and refused; nothing comes of it. Then the truth is told, and the same is done: up to the
    /// question whether to sign, where the item is for the next row too.
    pub async fn is_lied_to(&self, row: &Row, number: usize) -> Said {
        let told = self.told(row, number);
        let name = row.name();
        self.liar.lock().unwrap().lie = Some(told);
        let posted = self.posted();
        let said = self.refused(row, number).await;
        assert_eq!(self.posted() > posted, row.sends(), "{name}: whether a batch was sent");
        assert!(self.opened(number).is_empty(), "{name}: {:?}", self.opened(number));
        if said.code != "network" {
            // What was cut off stays, sealed, to go on from there.
            assert_eq!(names(self.stage().home("noor").join("incoming")), Vec::<String>::new(), "{name}");
        }
        let signed = self.approvals(number).await;
        assert_eq!(signed > 0, row.records(), "{name}: what is on record");

        self.liar.lock().unwrap().lie = None;
        let done = self.does(row.deed, number, Language::Dutch, &self.remote).await;
        let stops = matches!(row.deed, Deed::AlmostApprove | Deed::AlmostRenew);
        let asked = matches!(&done, Err(said) if said.code == "declined" && stops);
        assert!(asked || done.is_ok(), "{name}, and then the truth: {done:?}");
        match row.deed {
            Deed::AlmostApprove | Deed::AlmostRenew => assert!(asked, "{name}"),
            Deed::Open => assert_eq!(self.opened(number), [self.file_name()], "{name}"),
            Deed::Approve | Deed::ApproveAndLook => assert_eq!(self.approvals(number).await, 1, "{name}"),
            Deed::Contribute | Deed::SignIn => {}
        }
        let _ = fs::remove_dir_all(self.folder(number));
        said
    }

    async fn refused(&self, row: &Row, number: usize) -> Said {
        let remote = match row.lie {
            Lie::SilentAnswer | Lie::TricklingAnswer => &self.hurried,
            _ => &self.remote,
        };
        let dutch = self.does(row.deed, number, Language::Dutch, remote).await;
        let dutch = dutch.err().unwrap_or_else(|| panic!("{}: it was believed", row.name()));
        if dutch.nl != dutch.en {
            return dutch;
        }
        // What a deed put together itself comes in one language.
        let english = self.does(row.deed, number, Language::English, remote).await.err().unwrap();
        assert_eq!(english.code, dutch.code);
        Said { en: english.en, ..dutch }
    }

    async fn does(&self, deed: Deed, number: usize, language: Language, remote: &Remote) -> Result<(), Said> {
        let (stage, case) = (self.stage(), self.case);
        let said = |error: ClientError| Said::of(&error);
        match deed {
            Deed::AlmostApprove | Deed::Approve | Deed::ApproveAndLook => {
                let items = vec![self.items[number].to_string()];
                let choice = approve::Choice { items, ..approve::Choice::default() };
                let done = through!(stage, "femke", remote, |ctx| {
                    ctx.yes = deed != Deed::AlmostApprove;
                    ctx.language = language;
                    approve(ctx, case, &choice)
                });
                let done = done.map(drop);
                if deed == Deed::ApproveAndLook && self.liar.lock().unwrap().lie.is_some() {
                    done.map_err(said)?;
                    return through!(stage, "femke", remote, |ctx| looks(ctx, case)).map_err(said);
                }
                done.map_err(said)
            }
            Deed::AlmostRenew => {
                let done = through!(stage, "femke", remote, |ctx| {
                    ctx.yes = false;
                    vault::remove(ctx, Whose::default(), &[])
                });
                done.map(drop).map_err(said)
            }
            Deed::Contribute => {
                // Each lie about uploads has a file of its own: what was sent is not sent again.
                let name = format!("nieuw{}.txt", self.asked());
                let new = || paper(stage, &name, &name, ItemKind::Contribution, &name);
                through!(stage, "femke", remote, |ctx| contribute(ctx, case, vec![new()]))
                    .map(drop)
                    .map_err(said)
            }
            Deed::SignIn => through!(stage, "femke", remote, |ctx| login(ctx)).map(drop).map_err(said),
            Deed::Open => {
                let items = vec![self.released[0].to_string()];
                let wish = pack::Wish { items, folder: self.folder(number), sealed: None };
                let opened = through!(stage, "noor", remote, |ctx| {
                    ctx.language = language;
                    pack::open(ctx, case, &wish)
                });
                let opened = opened.map_err(said)?;
                match opened.refused.into_iter().next() {
                    None => Ok(()),
                    Some(one) => {
                        assert!(one.alarm, "{}", one.code);
                        Err(Said { code: one.code, nl: one.sentence.clone(), en: one.sentence })
                    }
                }
            }
        }
    }

    fn posted(&self) -> usize {
        self.liar.lock().unwrap().posted
    }

    /// How many questions came by before the lie was told or ended.
    fn asked(&self) -> usize {
        self.liar.lock().unwrap().asked.len()
    }

    fn folder(&self, number: usize) -> PathBuf {
        self.stage().folder.join(format!("out-{number}"))
    }

    fn file_name(&self) -> String {
        format!("stuk{:03}.txt", self.items.len())
    }

    /// What lies in the folder of a row, hidden or not.
    fn opened(&self, number: usize) -> Vec<String> {
        names(self.folder(number))
    }

    /// How many approvals of a row's item are on record.
    async fn approvals(&self, number: usize) -> i64 {
        let sql = "SELECT COUNT(*) FROM statement WHERE kind = 'approval' AND text LIKE $1";
        let item = format!("%\nitem: {}\n%", self.items[number]);
        let db = self.stage().hub.state.db.read();
        sqlx::query_scalar(sql).bind(item).fetch_one(db).await.unwrap()
    }
}

fn names(folder: PathBuf) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten();
    files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// Proves the house and the case.
pub async fn looks(ctx: &mut Context<'_>, case: CaseNumber) -> Result<(), ClientError> {
    let (_, mut world) = ctx.begin().await?;
    world.load_case(ctx.home, ctx.remote, case).await.map(drop)
}

/// Another case, in which Femke is invited too.
async fn another_case(stage: &Stage) -> CaseNumber {
    let referral = paper(stage, "ander.txt", "Een andere aanmelding", ItemKind::Referral, "anders");
    let case = stage.refers("sanne", CaseKind::Aftercare, vec![referral]).await.unwrap().case;
    stage.opens_case("joris", case).await.unwrap();
    stage.moves_to("joris", case, Phase::Rto).await.unwrap();
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    case
}

/// Where nobody should come: how many did.
async fn elsewhere() -> (Arc<AtomicUsize>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
    let came = Arc::new(AtomicUsize::new(0));
    let counted = came.clone();
    tokio::spawn(async move {
        while let Ok((_stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (came, url)
}
