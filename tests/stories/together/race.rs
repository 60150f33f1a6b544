//! Many programs at one time, each a thread of its own with a home of its own, by the real door.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::pin::Pin;
use std::sync::Barrier;

use walkdir::WalkDir;
use zegel::client::ClientError;
use zegel::client::remote::Recorded;
use zegel::client::verbs::case::refer::Referred;
use zegel::client::verbs::contribute::Contributed;
use zegel::client::verbs::letter::send::Sent;
use zegel::client::verbs::meeting::approve::Approvals;
use zegel::client::verbs::meeting::release::Released;
use zegel::client::verbs::meeting::roster::Planned;
use zegel::clock::random;
use zegel::demo::stage::{Stage, StageError};
use zegel::protocol::id::Digest;
use zegel::protocol::refusal::{Language, Refusal};

use crate::support::door::signs_in;

/// The statements that somebody was told are on record.
type Told = Result<Vec<Digest>, ClientError>;
type Done<'a> = Pin<Box<dyn Future<Output = Told> + 'a>>;
type Deed = Box<dyn for<'a> Fn(&'a Stage, &'a str) -> Done<'a> + Send + Sync>;

/// What somebody does at some desk.
pub struct Act {
    /// The home.
    desk: String,
    what: &'static str,
    deed: Deed,
}

/// How it ended.
pub struct Said {
    pub what: &'static str,
    /// What is on record, or the code and the sentence of a refusal.
    pub answer: Result<Vec<Digest>, (String, String)>,
    act: Act,
}

/// A deed at each of these desks.
pub fn at_each<F>(what: &'static str, desks: &[String], deed: F) -> Vec<Act>
where
    F: for<'a> Fn(&'a Stage, &'a str) -> Done<'a> + Send + Sync + Clone + 'static,
{
    desks.iter().map(|desk| Act { desk: desk.clone(), what, deed: Box::new(deed.clone()) }).collect()
}

/// Somebody uses a verb, at each of these desks: `acts!("does", desks, |stage, ctx| verb(ctx, …))`.
macro_rules! acts {
    ($what:literal, $desks:expr, |$stage:ident, $ctx:ident| $does:expr) => {
        $crate::together::race::at_each($what, &$desks, move |$stage, who| {
            Box::pin(async move {
                let (home, remote) = $stage.desk(who).map_err($crate::together::race::of_client)?;
                let (mut out, mut ask) = (std::io::sink(), zegel::client::Unattended);
                let mut context = $stage.context(&home, &remote, &mut out, &mut ask);
                let $ctx = &mut context;
                let done = $does.await?;
                Ok($crate::together::race::Ids::ids(&done))
            })
        })
    };
}
pub(crate) use acts;

pub fn of_client(error: StageError) -> ClientError {
    match error {
        StageError::Client(error) => error,
        other => panic!("{other}"),
    }
}

/// What a verb says is on record.
pub trait Ids {
    fn ids(&self) -> Vec<Digest>;
}

impl Ids for Recorded {
    fn ids(&self) -> Vec<Digest> {
        vec![self.id]
    }
}

impl Ids for Vec<Recorded> {
    fn ids(&self) -> Vec<Digest> {
        self.iter().map(|recorded| recorded.id).collect()
    }
}

impl Ids for Approvals {
    fn ids(&self) -> Vec<Digest> {
        self.approvals.iter().map(|line| line.approval).collect()
    }
}

impl Ids for Released {
    fn ids(&self) -> Vec<Digest> {
        self.releases.iter().map(|line| line.release).collect()
    }
}

impl Ids for Planned {
    fn ids(&self) -> Vec<Digest> {
        vec![self.roster]
    }
}

impl Ids for Contributed {
    fn ids(&self) -> Vec<Digest> {
        self.items.iter().map(|item| item.item).collect()
    }
}

impl Ids for Referred {
    fn ids(&self) -> Vec<Digest> {
        self.items.clone()
    }
}

impl Ids for Sent {
    fn ids(&self) -> Vec<Digest> {
        self.letters.iter().map(|letter| letter.letter).collect()
    }
}

/// Somebody's home on so many machines: copies of it, with the session that is open.
pub async fn desks(stage: &Stage, who: &str, count: usize) -> Vec<String> {
    signs_in(stage, who).await;
    let name = |number: usize| format!("{who}-{number}");
    for desk in (0..count).map(name) {
        let to = stage.home(&desk);
        if to.exists() {
            fs::remove_dir_all(&to).unwrap();
        }
        copies(&stage.home(who), &to);
    }
    (0..count).map(name).collect()
}

fn copies(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.unwrap();
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(place).unwrap(),
            false => fs::copy(entry.path(), place).map(drop).unwrap(),
        }
    }
}

impl Act {
    /// Does it, in a runtime of its own as a program has it.
    fn done(&self, stage: &Stage) -> Result<Vec<Digest>, (String, String)> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let done = runtime.block_on((self.deed)(stage, &self.desk));
        done.map_err(|error| (error.code().to_owned(), error.sentence(Language::Dutch)))
    }
}

/// All at one time, in an order that is left to chance.
fn at_once(stage: &Stage, acts: Vec<Act>) -> Vec<Said> {
    let acts = shuffled(acts);
    let start = Barrier::new(acts.len());
    let said: Vec<_> = tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let begun: Vec<_> = acts
                .iter()
                .map(|act| {
                    scope.spawn(|| {
                        start.wait();
                        act.done(stage)
                    })
                })
                .collect();
            begun.into_iter().map(|thread| thread.join().expect("nobody falls over")).collect()
        })
    });
    acts.into_iter().zip(said).map(|(act, answer)| Said { what: act.what, answer, act }).collect()
}

fn shuffled(mut acts: Vec<Act>) -> Vec<Act> {
    for place in (1..acts.len()).rev() {
        let mut bytes = [0; 8];
        random().fill(&mut bytes).unwrap();
        acts.swap(place, (u64::from_le_bytes(bytes) % (place as u64 + 1)) as usize);
    }
    acts
}

/// How often each was said: `yes`, `nothing` where there was nothing left to do, or the code of a no.
pub fn answers(said: &[Said]) -> BTreeMap<(&'static str, String), usize> {
    let mut answers = BTreeMap::new();
    for one in said {
        let answer = match &one.answer {
            Ok(ids) if ids.is_empty() => "nothing",
            Ok(_) => "yes",
            Err((code, _)) => code,
        };
        *answers.entry((one.what, answer.to_owned())).or_default() += 1;
    }
    answers
}

/// How many statements somebody was told of; one that several signed to the letter is one.
pub fn told(said: &[Said], what: &str) -> BTreeSet<Digest> {
    let of = said.iter().filter(|said| said.what == what);
    of.flat_map(|said| said.answer.iter().flatten().copied()).collect()
}

/// Each no is one of the protocol's, or of those that a program says of itself: it is about this deed, and says so in
/// a sentence.
fn every_no_is_a_reason(said: &[Said], own: &[&str]) {
    for (code, sentence) in said.iter().filter_map(|said| said.answer.as_ref().err()) {
        let known = Refusal::CODES.contains(&code.as_str()) || own.contains(&code.as_str());
        assert!(known, "{code}: {sentence}\n{:?}", answers(said));
        assert!(sentence.ends_with('.') && sentence.len() > 20, "{code}: {sentence}");
    }
}

/// All at one time. What people were told is on record is there, and nothing else of those kinds; each no is a
/// reason, of the protocol or of these of a program's own.
pub async fn meet(stage: &Stage, kinds: &[&str], own: &[&str], acts: Vec<Act>) -> Vec<Said> {
    let before = on_record(stage, kinds).await;
    let said = at_once(stage, acts);
    println!("{:?}", answers(&said));
    every_no_is_a_reason(&said, own);
    let told: BTreeSet<Digest> = said.iter().flat_map(|said| said.answer.iter().flatten().copied()).collect();
    let now = on_record(stage, kinds).await;
    let new: BTreeSet<Digest> = now.difference(&before).copied().collect();
    assert_eq!(new, told, "{:?}", answers(&said));
    said
}

/// The statements of these kinds.
async fn on_record(stage: &Stage, kinds: &[&str]) -> BTreeSet<Digest> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT kind, id FROM statement").fetch_all(stage.hub.state.db.read()).await.unwrap();
    let of_kinds = rows.into_iter().filter(|(kind, _)| kinds.contains(&kind.as_str()));
    of_kinds.map(|(_, id)| id.parse().unwrap()).collect()
}

/// Whoever heard no does it again, one after the other; nobody is told that it was of no use to try.
pub fn again(stage: &Stage, said: Vec<Said>) -> Vec<Said> {
    let refused = said.into_iter().filter(|said| said.answer.is_err());
    tokio::task::block_in_place(|| {
        refused.map(|said| Said { answer: said.act.done(stage), ..said }).collect()
    })
}
