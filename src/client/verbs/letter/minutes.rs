//! `zegel minutes`: a TOML file becomes an item of kind minutes, and a letter to each participant.
//!
//! ```toml
//! present = ["Femke", "Noor", "gezinscoach"]     # names from the directory become whole ones
//! absent = ["dr. Samira Amrani"]                 # may be left out
//! decisions = ["De wijkteams hebben de regie."]  # may be left out
//! until = "2026-12-16"                           # until when to say that something is wrong; may be left out
//!
//! [[paragraph]]
//! heading = "Hoe is het nu thuis?"               # may be left out
//! text = "De politie is twee keer langs geweest."
//! sources = ["Zorgmelding"]                      # items by id or title; may be left out
//!
//! [[action]]                                     # may be left out
//! who = "Femke"
//! what = "belt de wijkagent"
//! until = "2026-12-09"                           # may be left out
//! ```
//!
//! The item's label cites all sources, so that the suppliers' rules can be found back. An addressee sees a source only
//! if it was released to it, or is its own partner's: else the minutes would tell that it exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::client::context::Context;
use crate::client::error::{ClientError, Result};
use crate::client::grant::Keyring;
use crate::client::letter::addressee::addressee;
use crate::client::letter::content::{Action, Content, Minutes, Paragraph, Source, tidy};
use crate::client::letter::dates;
use crate::client::letter::post::{Post, To};
use crate::client::open;
use crate::client::trust::World;
use crate::client::verbs::choose::{Seen, enter, items_named, look, members_named, roster_named, title};
use crate::client::verbs::contribute::contribute;
use crate::client::verbs::contribute::terms::{About, NewFile, Retention, Terms};
use crate::client::verbs::when::When;
use crate::protocol::case::CaseState;
use crate::protocol::id::{CaseNumber, Day, Digest, MemberId, Moment};
use crate::protocol::label::{Onward, Regime};
use crate::protocol::meeting::latest_roster;
use crate::protocol::refusal::Language;
use crate::protocol::statement::Roster;
use crate::protocol::words::{ApprovalRule, Director, ItemKind, Phase, Seat, Withheld};

use super::send::{Desk, Sent, send};

/// The largest file that is read, in bytes.
const LONGEST: u64 = 256 << 10;

/// Minutes as they are to be sent.
#[derive(Clone, Debug)]
pub struct Reporting {
    pub file: PathBuf,
    /// The roster, by id or meeting; without it the only one in use.
    pub roster: Option<String>,
    /// Only to these people; else to all delegates, and to deputies who were present.
    pub to: Vec<String>,
    pub title: String,
    /// The legal basis, in words.
    pub ground: String,
    pub retention: Option<Day>,
    /// Who gets none after all.
    pub without: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    present: Vec<String>,
    #[serde(default)]
    absent: Vec<String>,
    #[serde(default)]
    decisions: Vec<String>,
    until: Option<toml::Value>,
    paragraph: Vec<FileParagraph>,
    #[serde(default)]
    action: Vec<FileAction>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileParagraph {
    heading: Option<String>,
    text: String,
    #[serde(default)]
    sources: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileAction {
    who: String,
    what: String,
    until: Option<toml::Value>,
}

/// Makes the item, unless it is there, and sends the letters.
pub async fn minutes(ctx: &mut Context<'_>, number: CaseNumber, reporting: &Reporting) -> Result<Sent> {
    let (file, digest) = File::read(&reporting.file)?;
    let (secrets, world, case) = enter(ctx, number).await?;
    let now = ctx.clock.now();
    case.require_director(world.house(), world.me, now)?;
    let id = roster_named(&case, reporting.roster.as_deref(), now)?;
    let roster = latest_roster(&case, id)?.clone();
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let mut sources = Vec::with_capacity(file.paragraph.len());
    for paragraph in &file.paragraph {
        sources.push(items_named(&mut keys, &world, &case, &paragraph.sources, now).await?);
    }
    let mut told = Told::of(&world, file, now)?;
    let members = receivers(&world, &roster, reporting, &told)?;
    require_addressees(&world, &members, &reporting.without, now)?;
    let cited: BTreeSet<Digest> = sources.iter().flatten().copied().collect();
    // All is judged as it would be sent, before the item leaves.
    told.minutes.date = roster.date;
    Content::Minutes(told.minutes.clone()).check(now)?;
    let item = match on_record(&mut keys, &world, &case, digest, ctx).await? {
        Some(item) => item,
        None => {
            let cites = cited.iter().map(Digest::to_string).collect();
            let file = new_file(ctx, reporting, roster.date, cites)?;
            let made = contribute(ctx, number, vec![file]).await?;
            made.items.first().ok_or(ClientError::BadAnswer { what: "recorded" })?.item
        }
    };
    drop(keys);
    // The item is on record since, and maybe more.
    let (secrets, world, case) = enter(ctx, number).await?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let seen = look(&mut keys, &world, &case, cited, now, ctx.language).await?;
    told.minutes.item = item;
    let to = members
        .into_iter()
        .map(|member| {
            let mut minutes = told.minutes.clone();
            for (paragraph, items) in minutes.paragraphs.iter_mut().zip(&sources) {
                paragraph.sources = shown_to(&world, &case, &seen, items, member, now);
            }
            To::new(member, Content::Minutes(minutes))
        })
        .collect();
    let post = Post { case: number, roster: Some(id), to, attachments: Vec::new(), again: ctx.again };
    let desk = Desk { secrets: &secrets, world: &world, case: &case };
    send(ctx, &desk, post, &reporting.without).await
}

/// The minutes without what only the case knows, and who of the directory was there.
struct Told {
    minutes: Minutes,
    present: Vec<MemberId>,
}

impl Told {
    fn of(world: &World, file: File, now: Moment) -> Result<Self> {
        let mut members = Vec::new();
        let names = |all: &[String], members: &mut Vec<MemberId>| -> Result<Vec<String>> {
            all.iter().map(|text| named(world, text, members)).collect()
        };
        let present = names(&file.present, &mut members)?;
        let absent = names(&file.absent, &mut Vec::new())?;
        let mut actions = Vec::with_capacity(file.action.len());
        for action in file.action {
            let who = named(world, &action.who, &mut Vec::new())?;
            actions.push(Action { who, what: tidy(&action.what), until: ends(action.until.as_ref())? });
        }
        let paragraph = |paragraph: FileParagraph| Paragraph {
            heading: paragraph.heading.as_deref().map(tidy),
            text: tidy(&paragraph.text),
            sources: Vec::new(),
        };
        let minutes = Minutes {
            date: now,
            item: Digest([0; 32]),
            present,
            absent,
            paragraphs: file.paragraph.into_iter().map(paragraph).collect(),
            decisions: file.decisions.iter().map(|decision| tidy(decision)).collect(),
            actions,
            until: ends(file.until.as_ref())?,
        };
        Ok(Self { minutes, present: members })
    }
}

/// Someone of the directory by the whole name, or whatever stands there.
fn named(world: &World, text: &str, members: &mut Vec<MemberId>) -> Result<String> {
    match world.member_named(text.trim()) {
        Ok(membership) => {
            members.push(membership.member);
            Ok(world.name_of(membership.member))
        }
        Err(error) if error.is("unknown-member") => Ok(tidy(text)),
        Err(error) => Err(error),
    }
}

/// A day or a moment, as TOML's own or as a text.
fn ends(value: Option<&toml::Value>) -> Result<Option<Moment>> {
    let Some(value) = value else { return Ok(None) };
    let text = match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let when: When = text.parse().map_err(ClientError::input)?;
    when.ends().map(Some)
}

impl File {
    fn read(path: &Path) -> Result<(Self, Digest)> {
        let problem = |problem: String| ClientError::file(path, problem);
        let about = std::fs::metadata(path).map_err(|error| problem(error.to_string()))?;
        if about.len() > LONGEST {
            return Err(problem("it is larger than 256 KB".to_owned()));
        }
        let bytes = std::fs::read(path).map_err(|error| problem(error.to_string()))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| problem("it is not UTF-8".to_owned()))?;
        let file = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            problem(format!("line {line}: {}; see zegel minutes --help", error.message()))
        })?;
        Ok((file, Digest::of(&bytes)))
    }
}

/// Who gets the minutes.
fn receivers(world: &World, roster: &Roster, reporting: &Reporting, told: &Told) -> Result<Vec<MemberId>> {
    if !reporting.to.is_empty() {
        return Ok(super::each_once(members_named(world, &reporting.to)?));
    }
    let was_there = |p: &&crate::protocol::words::Participant| {
        p.seat == Seat::Delegate || told.present.contains(&p.member)
    };
    Ok(roster.participant.iter().filter(was_there).map(|participant| participant.member).collect())
}

/// Before anything is sent, the item too: everyone can get a letter, or is left out.
fn require_addressees(world: &World, members: &[MemberId], without: &[String], now: Moment) -> Result<()> {
    let out = members_named(world, without)?;
    let going = members.iter().filter(|member| !out.contains(member));
    let cannot: Vec<(MemberId, ClientError)> =
        going.filter_map(|member| Some((*member, addressee(world.house(), *member, now).err()?))).collect();
    match cannot.is_empty() {
        true => Ok(()),
        false => Err(super::send::somebody_cannot(world, &[], cannot)),
    }
}

/// The item, if this very file is in the case as minutes already: the letters were cut off.
async fn on_record(
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    file: Digest,
    ctx: &Context<'_>,
) -> Result<Option<Digest>> {
    let minutes = case.items.iter().filter(|(_, state)| state.item.kind == ItemKind::Minutes);
    let minutes = minutes.filter(|(_, state)| !state.retracted).map(|(id, _)| *id);
    let seen = look(keys, world, case, minutes, ctx.clock.now(), ctx.language).await?;
    let same = |seen: &Seen| seen.label().is_some_and(|label| label.body_digest == file);
    Ok(seen.iter().find(|(_, seen)| same(seen)).map(|(id, _)| *id))
}

fn new_file(ctx: &Context<'_>, reporting: &Reporting, date: Moment, cites: Vec<String>) -> Result<NewFile> {
    let retention = Retention::or_default(reporting.retention, ctx.clock.now())?;
    Ok(NewFile {
        path: reporting.file.clone(),
        title: Some(format!("{} {}", reporting.title, dates::moment(date, Language::Dutch)?)),
        terms: Terms {
            kind: ItemKind::Minutes,
            director: Director::Reads,
            approval: ApprovalRule::Ask,
            phases: vec![Phase::Triage, Phase::Rto, Phase::Plan],
            from: None,
            until: None,
            withheld: Withheld::Silent,
            retention,
        },
        about: About {
            period_from: None,
            period_until: None,
            regime: Regime::Avg,
            legal_ground: reporting.ground.clone(),
            allowed_use: "Alleen voor deze casus.".to_owned(),
            onward: Onward::Ask,
            police: None,
            cites,
        },
    })
}

/// The sources that an addressee may know of.
fn shown_to(
    world: &World,
    case: &CaseState,
    seen: &BTreeMap<Digest, Seen>,
    items: &[Digest],
    member: MemberId,
    now: Moment,
) -> Vec<Source> {
    let house = world.house();
    let partner = house.partner_of(member);
    let source = |item: &Digest| {
        let supplier = case.items.get(item)?.item.supplier;
        let own = Some(supplier) == partner;
        let known = own || open::from_release(house, case, *item, member, now).is_ok();
        known.then(|| Source {
            item: *item,
            title: title(case, seen, *item),
            supplier: world.partner_name(supplier),
        })
    };
    items.iter().filter_map(source).collect()
}
