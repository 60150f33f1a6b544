//! `zegel approve`: the supplier lets named readers read its items, for one roster. This makes the keys.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::client::context::{Context, Report, nl_en};
use crate::client::describe::{Called, short};
use crate::client::error::{ClientError, Result};
use crate::client::grant::{Keyring, ReaderGrants, member_recipient, vault_recipient};
use crate::client::sign::Draft;
use crate::client::trust::World;
use crate::client::vault::warn_about;
use crate::client::verbs::choose::{enter, items_named, members_named, roster_named};
use crate::protocol::case::CaseState;
use crate::protocol::id::{CaseNumber, Digest, Mac, MemberId, Moment};
use crate::protocol::item::known;
use crate::protocol::meeting::{judge_approval, latest_roster};
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::Approval;
use crate::protocol::words::{Payload, VaultGrant};

use super::ask::{AskLine, ask_line};
use super::{ItemKeys, Pending, file_keys, pending, unapproved, window};

/// What is approved, of all that waits. Empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub roster: Option<String>,
    pub items: Vec<String>,
    pub readers: Vec<String>,
    /// Only what was approved for an earlier roster of the meeting.
    pub repeat: bool,
    /// A shorter window than roster and rules allow.
    pub from: Option<Moment>,
    pub until: Option<Moment>,
}

impl Choice {
    /// Whether something was chosen by name: then it must be possible.
    fn is_by_name(&self) -> bool {
        !self.items.is_empty() || !self.readers.is_empty()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Approvals {
    pub case: CaseNumber,
    pub approvals: Vec<ApprovalLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApprovalLine {
    pub approval: Digest,
    pub roster: Digest,
    pub item: Digest,
    pub reader: MemberId,
    pub name: String,
    pub from: Moment,
    pub until: Moment,
}

impl Report for Approvals {
    fn text(&self, language: Language) -> String {
        let people: BTreeSet<MemberId> = self.approvals.iter().map(|line| line.reader).collect();
        let items: BTreeSet<Digest> = self.approvals.iter().map(|line| line.item).collect();
        let count = |count: usize, one: &str, more: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {more}"),
        };
        match language {
            _ if people.is_empty() => {
                nl_en(language, "Er is niets om akkoord voor te geven.\n", "There is nothing to approve.\n")
                    .to_owned()
            }
            Language::Dutch => format!(
                "U gaf {} toegang tot {}. Anderen kunnen het niet lezen. Lezen kan pas als de procesregisseur het vrijgeeft.\n",
                count(people.len(), "persoon", "mensen"),
                count(items.len(), "stuk", "stukken"),
            ),
            Language::English => format!(
                "You gave {} access to {}. Nobody else can read it. It can be read only once the procesregisseur releases it.\n",
                count(people.len(), "person", "people"),
                count(items.len(), "item", "items"),
            ),
        }
    }
}

/// Approves: shows all that waits, and who will read it, then signs with one yes.
pub async fn approve(ctx: &mut Context<'_>, number: CaseNumber, choice: &Choice) -> Result<Approvals> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let now = ctx.clock.now();
    let own = world.my_vault_in(&case)?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let pairs = chosen(&mut keys, &world, &case, choice, now).await?;
    let pairs = or_repeat(ctx, choice, pairs)?;
    if choice.is_by_name() {
        require_readers(&world, &pairs, now)?;
    }
    let pairs = givable(ctx, &world, &case, choice, pairs)?;
    if pairs.is_empty() {
        return Ok(Approvals { case: number, approvals: Vec::new() });
    }
    let titles = show(ctx, &mut keys, &world, &case, &pairs).await?;
    warn_about(ctx, &world, own)?;
    let items = pairs.iter().map(|pair| pair.item);
    let file_keys = file_keys(&mut keys, &world, items).await?;
    let mut draft = Draft::new(&world, ctx.clock);
    titles.into_iter().for_each(|(item, title)| draft.call(item, title));
    let mut approvals = Vec::with_capacity(pairs.len());
    for pair in &pairs {
        approvals.push(draft_one(&mut draft, &world, &case, pair, &file_keys)?);
    }
    ctx.send(draft, &secrets, &world).await?;
    Ok(Approvals { case: number, approvals })
}

/// An item for a reader, with the window in which it may be open.
struct Pair {
    roster: Digest,
    item: Digest,
    reader: MemberId,
    from: Moment,
    until: Moment,
}

/// What waits, as far as it was chosen. An item that nobody asked about can be approved by name.
async fn chosen(
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    choice: &Choice,
    now: Moment,
) -> Result<Vec<Pending>> {
    let supplier = world.my_partner()?;
    let items = items_named(keys, world, case, &choice.items, now).await?;
    let readers = members_named(world, &choice.readers)?;
    let mut pairs = pending(world.house(), case, supplier, now);
    if let Some(text) = &choice.roster {
        let roster = roster_named(case, Some(text), now)?;
        pairs.retain(|pair| pair.roster == roster);
    }
    let waiting: BTreeSet<Digest> = pairs.iter().map(|pair| pair.item).collect();
    for item in items.iter().filter(|item| !waiting.contains(item) || !readers.is_empty()) {
        let roster = match choice.roster.as_deref() {
            None => pairs.iter().find(|pair| pair.item == *item).map(|pair| pair.roster),
            Some(_) => None,
        };
        let id = roster.map_or_else(|| roster_named(case, choice.roster.as_deref(), now), Ok)?;
        pairs.extend(unapproved(world.house(), case, id, *item, supplier)?);
    }
    pairs.sort();
    pairs.dedup_by_key(|pair| (pair.roster, pair.item, pair.reader));
    pairs.retain(|pair| items.is_empty() || items.contains(&pair.item));
    if let Some(absent) = readers.iter().find(|reader| pairs.iter().all(|pair| pair.reader != **reader)) {
        let on_roster = |roster: &crate::protocol::statement::Roster| {
            roster.participant.iter().any(|participant| participant.member == *absent)
        };
        let known = case.latest.values().filter_map(|id| case.rosters.get(id)).any(on_roster);
        known.then_some(()).ok_or(Refusal::NotOnRoster)?;
    }
    pairs.retain(|pair| readers.is_empty() || readers.contains(&pair.reader));
    Ok(pairs)
}

/// Offers to repeat what was approved before in one step, where that is a part of what waits.
fn or_repeat(ctx: &mut Context<'_>, choice: &Choice, pairs: Vec<Pending>) -> Result<Vec<Pending>> {
    let before = pairs.iter().filter(|pair| pair.before).count();
    let all = pairs.len();
    let only_before = choice.repeat
        || (!ctx.yes
            && before > 0
            && before < all
            && {
                let question = match ctx.language {
                    Language::Dutch => format!(
                        "U gaf voor een eerdere deelnemerslijst al {before} van deze {all} akkoorden. Alleen die herhalen?"
                    ),
                    Language::English => {
                        format!(
                            "You gave {before} of these {all} approvals for an earlier roster. Repeat only those?"
                        )
                    }
                };
                ctx.ask.agree(&question).unwrap_or(false)
            });
    Ok(pairs.into_iter().filter(|pair| pair.before || !only_before).collect())
}

/// Refuses readers who can be given nothing now, and says who they are: the others can.
fn require_readers(world: &World, pairs: &[Pending], now: Moment) -> Result<()> {
    let readers: BTreeSet<MemberId> = pairs.iter().map(|pair| pair.reader).collect();
    let out: Vec<(String, Refusal)> = readers
        .into_iter()
        .filter_map(|reader| Some((world.name_of(reader), world.house().member(reader, now).err()?)))
        .collect();
    if out.is_empty() {
        return Ok(());
    }
    let names = out.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    let whys = |language| {
        out.iter()
            .map(|(name, why)| format!("{name}: {}", why.sentence(language)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    Err(ClientError::said(
        "readers-not-now",
        format!(
            "{} Er is niets ondertekend. Geef akkoord voor de anderen, zonder {names}; of vraag de procesregisseur om de deelnemerslijst te wijzigen.",
            whys(Language::Dutch)
        ),
        format!(
            "{} Nothing was signed. Approve for the others, without {names}; or ask the procesregisseur to change the roster.",
            whys(Language::English)
        ),
    ))
}

/// Judges each pair, before anything is wrapped. What was chosen by name must be possible; of the rest, what
/// is not possible is left out, and said.
fn givable(
    ctx: &mut Context<'_>,
    world: &World,
    case: &CaseState,
    choice: &Choice,
    pairs: Vec<Pending>,
) -> Result<Vec<Pair>> {
    let now = ctx.clock.now();
    let mut givable = Vec::with_capacity(pairs.len());
    for pending in pairs {
        match judged(world, case, choice, &pending, now) {
            Ok(pair) => givable.push(pair),
            Err(refusal) if choice.is_by_name() => return Err(refusal.into()),
            Err(refusal) => {
                let name = world.name_of(pending.reader);
                let line =
                    format!("{}: {name}: {}", ctx.words("Niet", "Not"), refusal.sentence(ctx.language));
                ctx.say(&crate::protocol::label::for_terminal(&line))?;
            }
        }
    }
    Ok(givable)
}

fn judged(
    world: &World,
    case: &CaseState,
    choice: &Choice,
    pending: &Pending,
    now: Moment,
) -> Result<Pair, Refusal> {
    let roster = latest_roster(case, pending.roster)?;
    let item = known(case, pending.item)?;
    let (from, until) = window(roster, &item.item).ok_or(Refusal::OutsideWindow)?;
    let pair = Pair {
        roster: pending.roster,
        item: pending.item,
        reader: pending.reader,
        from: choice.from.map_or(from, |chosen| chosen.max(from)),
        until: choice.until.map_or(until, |chosen| chosen.min(until)),
    };
    if pair.from >= pair.until {
        return Err(Refusal::OutsideWindow);
    }
    member_recipient(world.house(), pair.reader, now)?;
    let directors = case.directors(world.house())?;
    let nothing = Digest([0; 32]);
    let planned = Approval {
        case: case.number,
        roster: pair.roster,
        item: pair.item,
        reader: pair.reader,
        reader_label: nothing,
        reader_body: nothing,
        grants: Payload { digest: nothing, length: 32, commitment: Mac([0; 32]) },
        grant_grants: vec![VaultGrant { vault: directors.now(), header: nothing }],
        from: pair.from,
        until: pair.until,
    };
    judge_approval(world.house(), case, &planned, world.me, now)?;
    Ok(pair)
}

/// Shows who will read what, and what can't be undone. Says what each item is called.
async fn show(
    ctx: &mut Context<'_>,
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    pairs: &[Pair],
) -> Result<Called> {
    let mut titles = Called::new();
    let rosters: BTreeSet<Digest> = pairs.iter().map(|pair| pair.roster).collect();
    for roster in rosters {
        let of_roster = pairs.iter().filter(|pair| pair.roster == roster);
        let waiting: Vec<Pending> = of_roster
            .map(|pair| Pending { roster, item: pair.item, reader: pair.reader, before: false })
            .collect();
        let line = ask_line(ctx, keys, world, case, roster, &waiting).await?;
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = line.write(&mut text, ctx.language);
        ctx.say(text.trim_end())?;
        require_labels(&line, ctx.language)?;
        titles.extend(line.items.into_iter().map(|item| (item.item, item.title)));
    }
    let people = pairs.iter().map(|pair| pair.reader).collect::<BTreeSet<_>>().len();
    let words = match ctx.language {
        Language::Dutch => format!(
            "U geeft {} toegang. Anderen kunnen het niet lezen.\nU kunt uw akkoord intrekken. Wat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen.",
            if people == 1 { "deze persoon".to_owned() } else { format!("deze {people} mensen") }
        ),
        Language::English => format!(
            "You give {} access. Nobody else can read it.\nYou can withdraw your approval. What someone has read or saved by then you can't take back.",
            if people == 1 { "this person".to_owned() } else { format!("these {people} people") }
        ),
    };
    ctx.say(&words)?;
    Ok(titles)
}

/// Nobody approves what the hub does not let them see: it could be any of their items.
fn require_labels(line: &AskLine, language: Language) -> Result<()> {
    let hidden = line.items.iter().find_map(|item| Some((short(&item.item), item.alarm.as_ref()?)));
    let Some((id, (code, why))) = hidden else { return Ok(()) };
    let sentence = match language {
        Language::Dutch => format!(
            "U kunt niet zien hoe uw stuk {id} heet: {why} U kunt er dan geen akkoord voor geven; er is niets ondertekend. Blijft het zo, bel dan het huis."
        ),
        Language::English => format!(
            "You can't see what your item {id} is called: {why} So you can't approve it; nothing was signed. If it stays like this, call the house."
        ),
    };
    Err(ClientError::Again { code: code.clone(), sentence })
}

fn draft_one(
    draft: &mut Draft,
    world: &World,
    case: &CaseState,
    pair: &Pair,
    file_keys: &BTreeMap<Digest, ItemKeys>,
) -> Result<ApprovalLine> {
    let (label, body) = file_keys.get(&pair.item).ok_or(ClientError::Rule(Refusal::UnknownItem))?;
    let reader = member_recipient(world.house(), pair.reader, draft.signed_at())?;
    let directors = case.directors(world.house())?;
    vault_recipient(world.house(), directors, draft.signed_at())?;
    let made = ReaderGrants::wrap(label, body, reader)?;
    // Until the release only those who run the case can take them out.
    let (grants, grant_grants) = draft.seal(&made.to_bytes(), &[directors])?;
    let approval = draft.push(Approval {
        case: case.number,
        roster: pair.roster,
        item: pair.item,
        reader: pair.reader,
        reader_label: made.label.digest(),
        reader_body: made.body.digest(),
        grants,
        grant_grants,
        from: pair.from,
        until: pair.until,
    });
    Ok(ApprovalLine {
        approval,
        roster: pair.roster,
        item: pair.item,
        reader: pair.reader,
        name: world.name_of(pair.reader),
        from: pair.from,
        until: pair.until,
    })
}
