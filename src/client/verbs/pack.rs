//! `zegel pack`: what was released to a reader, and opening it.
//!
//! What a release names and the hub does not serve is an alarm, never a shorter list. A pack need not be
//! complete: a supplier may keep something to itself without anyone seeing that.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::client::context::{Context, Report, nl_en};
use crate::client::describe::short;
use crate::client::error::{ClientError, Result};
use crate::client::grant::Keyring;
use crate::client::open::{self, Desk, Opened, Right, Target, promises};
use crate::client::trust::World;
use crate::protocol::case::CaseState;
use crate::protocol::id::{CaseNumber, Digest, MeetingId, MemberId, Moment};
use crate::protocol::label::{Label, for_terminal};
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::{Release, released_items};
use crate::protocol::words::ItemKind;
use crate::protocol::zone::shown;

use super::choose::{Seen, enter, items_named, look_by};
use super::meter::Meter;

/// The packs of a reader.
#[derive(Debug, Serialize)]
pub struct Packs {
    pub packs: Vec<Pack>,
}

/// What was released to a reader for one meeting.
#[derive(Debug, Serialize)]
pub struct Pack {
    pub case: CaseNumber,
    pub meeting: MeetingId,
    pub release: Digest,
    pub date: Option<Moment>,
    pub from: Moment,
    pub until: Moment,
    /// Items that are not in it and whose supplier lets that be seen. There may be others.
    pub gaps: u64,
    pub items: Vec<PackItem>,
}

#[derive(Debug, Serialize)]
pub struct PackItem {
    pub item: Digest,
    pub kind: Option<ItemKind>,
    pub supplier: Option<String>,
    pub label: Option<Label>,
    /// Why it does not open now: a stable name and a sentence.
    pub refused: Option<(String, String)>,
    /// Whether the hub keeps back what the release names.
    pub alarm: bool,
}

/// The packs in one case, or in all.
pub async fn list(ctx: &mut Context<'_>, number: Option<CaseNumber>) -> Result<Packs> {
    let (secrets, mut world) = ctx.begin().await?;
    let cases = match number {
        Some(number) => vec![world.load_case(ctx.home, ctx.remote, number).await?],
        None => world.load_all(ctx.home, ctx.remote).await?,
    };
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let mut packs = Vec::new();
    for case in cases {
        for (id, release) in releases_to(&case, world.me) {
            packs.push(pack(ctx, &mut keys, &world, &case, id, release).await?);
        }
    }
    packs.sort_by_key(|pack| (pack.date, pack.case, pack.meeting));
    Ok(Packs { packs })
}

/// The latest release to a reader of each meeting.
fn releases_to(case: &CaseState, me: MemberId) -> Vec<(Digest, &Release)> {
    let mine = case.released.iter().filter(|((_, reader), _)| *reader == me);
    mine.filter_map(|(_, id)| Some((*id, case.releases.get(id)?))).collect()
}

async fn pack(
    ctx: &Context<'_>,
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    id: Digest,
    release: &Release,
) -> Result<Pack> {
    let roster = case.rosters.get(&release.roster).ok_or(Refusal::UnknownRoster)?;
    // By the right of the release, also where the reader could open an item otherwise.
    let now = ctx.clock.now();
    let right = |item| open::from_release(world.house(), case, item, world.me, now).map(Right::Release);
    let seen = look_by(keys, world, released_items(release), ctx.language, right).await?;
    let items = released_items(release).map(|item| pack_item(ctx, world, case, &seen, item)).collect();
    Ok(Pack {
        case: case.number,
        meeting: roster.meeting,
        release: id,
        date: Some(roster.date),
        from: release.from,
        until: release.until,
        gaps: release.gaps.0,
        items,
    })
}

fn pack_item(
    ctx: &Context<'_>,
    world: &World,
    case: &CaseState,
    seen: &BTreeMap<Digest, Seen>,
    item: Digest,
) -> PackItem {
    let state = case.items.get(&item);
    let seen = seen.get(&item);
    let refused = match seen {
        Some(Seen::Closed(refusal)) => Some((refusal.code().to_owned(), refusal.sentence(ctx.language))),
        Some(Seen::Alarm(code, sentence)) => {
            Some((code.clone(), by_the_hub(code, sentence.clone(), ctx.language)))
        }
        Some(Seen::Label(..)) | None => None,
    };
    // An item whose statement is missing could not be judged: that is the hub keeping it back too.
    let alarm =
        state.is_none() || seen.is_none_or(|seen| seen.alarm().is_some_and(|(code, _)| is_alarm(code)));
    PackItem {
        item,
        kind: state.map(|state| state.item.kind),
        supplier: state.map(|state| world.partner_name(state.item.supplier)),
        label: seen.and_then(Seen::label).cloned(),
        refused,
        alarm,
    }
}

/// What a reader can't know of beforehand, and the hub says with a reason, is no alarm.
fn is_alarm(code: &str) -> bool {
    !matches!(code, "withdrawn" | "retracted" | "suspended" | "excluded" | "not-in-force" | "revoked")
}

/// What we can't check ourselves may be said to keep an item back.
fn by_the_hub(code: &str, sentence: String, language: Language) -> String {
    if is_alarm(code) {
        return sentence;
    }
    let check = nl_en(
        language,
        "Klopt dat niet met wat u weet? Bel de procesregisseur.",
        "Is that not what you know? Call the procesregisseur.",
    );
    format!("{sentence} {check}")
}

/// What is to be opened, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Items by id or title; without any the whole pack, of every meeting that is not over.
    pub items: Vec<String>,
    pub folder: PathBuf,
    /// Where the age files as they came go, if wanted.
    pub sealed: Option<PathBuf>,
}

/// What was opened, and what was not.
#[derive(Debug, Serialize)]
pub struct OpenedPack {
    pub case: CaseNumber,
    pub opened: Vec<OpenedItem>,
    pub refused: Vec<RefusedItem>,
    pub gaps: u64,
}

#[derive(Debug, Serialize)]
pub struct OpenedItem {
    #[serde(flatten)]
    pub opened: Opened,
    /// What the supplier asks of the reader.
    pub promises: String,
}

#[derive(Debug, Serialize)]
pub struct RefusedItem {
    pub item: Digest,
    pub code: String,
    pub sentence: String,
    pub alarm: bool,
}

impl OpenedPack {
    /// Whether everything that should open did. Who asks for a pack and gets a part must not mistake it
    /// for the whole.
    pub fn is_whole(&self) -> bool {
        self.refused.is_empty()
    }

    /// The error with which the program ends: an alarm before a refusal.
    pub fn require_whole(&self) -> Result<()> {
        let alarms = self.refused.iter().filter(|refused| refused.alarm).count();
        if alarms > 0 {
            return Err(ClientError::said(
                "missing",
                format!(
                    "Let op: {alarms} stukken die voor u zijn vrijgegeven, krijgt u niet of niet goed van de hub. Bel de procesregisseur."
                ),
                format!(
                    "Note: {alarms} items that were released to you the hub does not give, or not rightly. Call the procesregisseur."
                ),
            ));
        }
        match self.refused.first() {
            None => Ok(()),
            Some(first) => {
                Err(ClientError::Again { code: first.code.clone(), sentence: first.sentence.clone() })
            }
        }
    }
}

/// Opens the items of the packs in a case, or the items that were named, by a release or by a vault that the
/// member holds.
pub async fn open(ctx: &mut Context<'_>, number: CaseNumber, wish: &Wish) -> Result<OpenedPack> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let now = ctx.clock.now();
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let releases = open_packs(&case, world.me, now);
    let in_packs: Vec<Digest> = releases.iter().flat_map(|(_, release)| released_items(release)).collect();
    let items = match &wish.items[..] {
        [] if in_packs.is_empty() => return Err(Refusal::NotReleased.into()),
        [] => in_packs,
        named => items_named(&mut keys, &world, &case, named, now).await?,
    };
    let mut pack = OpenedPack { case: number, opened: Vec::new(), refused: Vec::new(), gaps: 0 };
    pack.gaps = releases.iter().map(|(_, release)| release.gaps.0).sum();
    let named = !wish.items.is_empty();
    for item in distinct(items) {
        match open_one(ctx, &mut keys, &world, &case, item, named, wish).await {
            Ok(opened) => pack.opened.push(opened),
            // Of the whole house, or of this machine: no use to go on.
            Err(error) if error.is_no_answer() || error.is_of_this_machine() => {
                return Err(error);
            }
            Err(error) => {
                let closed = matches!(&error, ClientError::Rule(refusal) if *refusal != Refusal::UnknownItem);
                pack.refused.push(RefusedItem {
                    item,
                    code: error.code().to_owned(),
                    sentence: said(&error, ctx.language),
                    alarm: !closed && is_alarm(error.code()) && error.code() != "label-only",
                });
            }
        }
    }
    Ok(pack)
}

/// The packs that are open by their own dates and phase. Where all are closed, all of them, so that each can say why.
fn open_packs(case: &CaseState, me: MemberId, now: Moment) -> Vec<(Digest, &Release)> {
    let all = releases_to(case, me);
    let is_open = |release: &Release| {
        let phase = case.rosters.get(&release.roster).map(|roster| roster.phase);
        now < release.until && phase == Some(case.phase)
    };
    let open: Vec<_> = all.iter().copied().filter(|(_, release)| is_open(release)).collect();
    if open.is_empty() { all } else { open }
}

/// Why an item did not open, and by whose word.
fn said(error: &ClientError, language: Language) -> String {
    let sentence = error.sentence(language);
    match error {
        ClientError::Refused { code, .. } => by_the_hub(code, sentence, language),
        _ => sentence,
    }
}

fn distinct(mut items: Vec<Digest>) -> Vec<Digest> {
    items.sort();
    items.dedup();
    items
}

async fn open_one(
    ctx: &mut Context<'_>,
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    item: Digest,
    named: bool,
    wish: &Wish,
) -> Result<OpenedItem> {
    let now = ctx.clock.now();
    let from_release = open::from_release(world.house(), case, item, world.me, now).map(Right::Release);
    // Who names an item may open it by a vault as well; a pack is what was released.
    let right = match from_release {
        Err(refusal) if named => match open::from_vault(world.house(), case, item, world.me, now) {
            Err(Refusal::NotHolder) => Err(refusal),
            other => other,
        },
        other => other,
    }?;
    let label = open::label(keys, world, item, right).await?;
    let desk = Desk { home: ctx.home, remote: ctx.remote, world };
    let target = Target { folder: &wish.folder, sealed: wish.sealed.as_deref() };
    let mut meter = Meter::new(&label.file_name, ctx.out, ctx.language);
    let mut progress = |done, total| meter.at(done, total);
    let opened = open::body(desk, keys, item, right, target, &mut progress).await?;
    meter.done();
    let supplier = case.items.get(&item).map(|state| world.partner_name(state.item.supplier));
    Ok(OpenedItem { opened, promises: promises(&label, &supplier.unwrap_or_default(), ctx.language) })
}

/// The sentence that stands under every pack.
fn not_complete(language: Language) -> &'static str {
    nl_en(
        language,
        "Een informatiepakket hoeft niet compleet te zijn: een verstrekker kan iets voor zich houden zonder dat u dat ziet.",
        "A pack need not be complete: a supplier may keep something to itself without you seeing that.",
    )
}

fn gaps_line(gaps: u64, language: Language) -> String {
    match (gaps, language) {
        (0, _) => String::new(),
        (n, Language::Dutch) => format!("Stukken die de verstrekker niet vrijgeeft: {n}.\n"),
        (n, Language::English) => format!("Items that the supplier does not give: {n}.\n"),
    }
}

impl Report for Packs {
    fn text(&self, language: Language) -> String {
        if self.packs.is_empty() {
            return nl_en(language, "Er is niets aan u vrijgegeven.\n", "Nothing is released to you.\n")
                .to_owned();
        }
        let mut text = String::new();
        for pack in &self.packs {
            // Writing to a String cannot fail.
            let _ = pack.write(&mut text, language);
        }
        text.push_str(not_complete(language));
        text.push('\n');
        text
    }
}

impl Pack {
    fn write(&self, text: &mut String, language: Language) -> std::fmt::Result {
        let (meeting, open) =
            (nl_en(language, "overleg", "meeting"), nl_en(language, "open tot", "open until"));
        let date = self.date.map(|date| shown(date, language)).unwrap_or_default();
        writeln!(text, "{}: {meeting} {date}, {open} {}", self.case, shown(self.until, language))?;
        for item in &self.items {
            let supplier = item.supplier.as_deref().unwrap_or_default();
            match (&item.label, &item.refused) {
                (Some(label), _) => {
                    let (title, by) = (for_terminal(&label.title), for_terminal(supplier));
                    writeln!(text, "  {}  {title}  ({by})", short(&item.item))?;
                    writeln!(text, "      {}", promises(label, supplier, language))?;
                }
                (None, Some((code, sentence))) => {
                    let mark = if item.alarm { nl_en(language, "ALARM: ", "ALARM: ") } else { "" };
                    writeln!(
                        text,
                        "  {}  {mark}{} ({})",
                        short(&item.item),
                        for_terminal(sentence),
                        for_terminal(code)
                    )?;
                }
                (None, None) => {
                    let gone = nl_en(
                        language,
                        "ALARM: de hub toont dit stuk niet.",
                        "ALARM: the hub does not show this item.",
                    );
                    writeln!(text, "  {}  {gone}", short(&item.item))?;
                }
            }
        }
        text.push_str(&gaps_line(self.gaps, language));
        Ok(())
    }
}

impl Report for OpenedPack {
    fn text(&self, language: Language) -> String {
        let mut text = String::new();
        for item in &self.opened {
            let (title, file) = (for_terminal(&item.opened.title), shown_path(&item.opened.file));
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{title}: {file}\n    {}", item.promises);
            if let Some(sealed) = &item.opened.sealed {
                let _ = writeln!(text, "    {}", shown_path(sealed));
            }
        }
        for refused in &self.refused {
            let mark = if refused.alarm { "ALARM: " } else { "" };
            let _ = writeln!(text, "{}: {mark}{}", short(&refused.item), for_terminal(&refused.sentence));
        }
        text.push_str(&gaps_line(self.gaps, language));
        text.push_str(not_complete(language));
        text.push('\n');
        text
    }
}

fn shown_path(path: &Path) -> String {
    for_terminal(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_hub_says_is_said_to_be_its_word() {
        let from_hub = |code: &str| ClientError::Refused {
            code: code.into(),
            sentence: "De verstrekker heeft het akkoord ingetrokken.".into(),
            next: None,
        };
        let withdrawn = said(&from_hub("withdrawn"), Language::Dutch);
        assert!(withdrawn.starts_with("Volgens de hub: ") && withdrawn.ends_with("Bel de procesregisseur."));
        assert!(said(&from_hub("unknown-item"), Language::Dutch).starts_with("Volgens de hub: "));
        let ours = ClientError::Rule(Refusal::Withdrawn);
        assert!(!said(&ours, Language::Dutch).contains("Volgens"));
    }

    #[test]
    fn a_part_of_a_pack_is_not_the_whole_and_an_alarm_comes_first() {
        let case = "ZVH-2026-0014".parse().unwrap();
        let mut pack = OpenedPack { case, opened: vec![], refused: vec![], gaps: 1 };
        assert!(pack.require_whole().is_ok());
        let refused = |code: &str, alarm| RefusedItem {
            item: Digest([0; 32]),
            code: code.into(),
            sentence: "?".into(),
            alarm,
        };
        pack.refused.push(refused("withdrawn", false));
        assert!(pack.require_whole().is_err_and(|error| error.is("withdrawn")));
        pack.refused.push(refused("digest", true));
        assert!(pack.require_whole().is_err_and(|error| error.is("missing")));
    }
}
