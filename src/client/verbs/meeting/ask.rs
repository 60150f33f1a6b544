//! `zegel ask` and `zegel asks`: a supplier is asked to approve its items for a roster, and sees what
//! waits for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Serialize;

use crate::client::context::{Context, Report, nl_en};
use crate::client::describe::short;
use crate::client::error::{ClientError, Result};
use crate::client::grant::{Keyring, Through, vault_recipient};
use crate::client::open;
use crate::client::remote::Recorded;
use crate::client::sign::Draft;
use crate::client::trust::World;
use crate::client::verbs::choose::{Seen, call_items, enter, items_named, look, roster_named, title};
use crate::protocol::case::CaseState;
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment, PartnerId};
use crate::protocol::label::for_terminal;
use crate::protocol::meeting::{judge_ask, latest_roster, require_unmixed};
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::seal::Header;
use crate::protocol::statement::{Ask, PartName, Roster};
use crate::protocol::vault::VaultState;
use crate::protocol::words::{ApprovalRule, VaultGrant, YesNo};
use crate::protocol::zone::shown;

use super::{Pending, can_be_given, pending};

/// The most of an agenda's text that is shown, in bytes.
const MOST_PURPOSE: u64 = 64 << 10;

/// Asks each supplier about its items. Without items: all that its rules let it be asked for, and that it
/// was not asked for yet.
pub async fn ask(
    ctx: &mut Context<'_>,
    number: CaseNumber,
    roster: Option<&str>,
    items: &[String],
) -> Result<Vec<Recorded>> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let now = ctx.clock.now();
    case.require_director(world.house(), world.me, now)?;
    let roster_id = roster_named(&case, roster, now)?;
    let roster = latest_roster(&case, roster_id)?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let chosen = match items {
        [] => askable(&world, &case, roster_id, roster, now),
        _ => items_named(&mut keys, &world, &case, items, now).await?,
    };
    let mut by_supplier: BTreeMap<PartnerId, Vec<Digest>> = BTreeMap::new();
    for item in chosen {
        let supplier = case.items.get(&item).ok_or(Refusal::UnknownItem)?.item.supplier;
        by_supplier.entry(supplier).or_default().push(item);
    }
    if by_supplier.is_empty() {
        let nothing = ctx.words("Er is niets te vragen.", "There is nothing to ask.").to_owned();
        ctx.say(&nothing)?;
        return Ok(Vec::new());
    }
    let mut draft = Draft::new(&world, ctx.clock);
    let items: Vec<Digest> = by_supplier.values().flatten().copied().collect();
    call_items(ctx, &mut draft, &mut keys, &world, &case, items).await?;
    for (supplier, item) in by_supplier {
        let mut ask = Ask {
            case: number,
            roster: roster_id,
            supplier,
            item,
            deadline: roster.deadline,
            agenda_label: None,
            agenda_body: None,
        };
        if let Some(agenda) = roster.agenda {
            let vault = case.kept_in(world.house(), supplier)?;
            ask = grant_agenda(&mut draft, &mut keys, &world, &case, ask, agenda, vault).await?;
        }
        judge_ask(world.house(), &case, &ask, world.me, draft.signed_at())?;
        draft.push(ask);
    }
    ctx.send(draft, &secrets, &world).await
}

/// The items that can be asked for: of signed partners, by their rules, and not asked for yet.
fn askable(world: &World, case: &CaseState, id: Digest, roster: &Roster, now: Moment) -> Vec<Digest> {
    let house = world.house();
    let asked: BTreeSet<Digest> = case
        .asks
        .iter()
        .filter(|(_, ask)| ask.roster == id)
        .flat_map(|(_, ask)| ask.item.iter().copied())
        .collect();
    let fits = |(id, state): &(&Digest, &crate::protocol::item::ItemState)| {
        Some(state.item.supplier) != house.house_partner()
            && state.item.approval == ApprovalRule::Ask
            && house.partner(state.item.supplier).is_ok()
            && require_unmixed(house, case, roster, state.item.supplier).is_ok()
            && can_be_given(case, roster, **id, now)
            && !asked.contains(id)
    };
    case.items.iter().filter(fits).map(|(id, _)| *id).collect()
}

/// Gives the supplier's vault the agenda to judge by.
async fn grant_agenda(
    draft: &mut Draft,
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    ask: Ask,
    agenda: Digest,
    vault: &VaultState,
) -> Result<Ask> {
    let planned = VaultGrant { vault: vault.now(), header: Digest([0; 32]) };
    let planned = Ask { agenda_label: Some(planned), agenda_body: Some(planned), ..ask };
    // Judged before anything is wrapped.
    judge_ask(world.house(), case, &planned, world.me, draft.signed_at())?;
    let recipient = vault_recipient(world.house(), vault, draft.signed_at())?;
    let label = keys.file_key(world, agenda, PartName::Label, Through::Vault).await?;
    let body = keys.file_key(world, agenda, PartName::Body, Through::Vault).await?;
    let label = draft.grant(&Header::wrap(&label, recipient)?, vault);
    let body = draft.grant(&Header::wrap(&body, recipient)?, vault);
    Ok(Ask { agenda_label: Some(label), agenda_body: Some(body), ..planned })
}

/// What waits for a supplier.
#[derive(Debug, Serialize)]
pub struct Asks {
    pub asks: Vec<AskLine>,
}

/// One roster for which a supplier is asked.
#[derive(Debug, Serialize)]
pub struct AskLine {
    pub case: CaseNumber,
    pub roster: Digest,
    pub date: Moment,
    pub deadline: Moment,
    pub urgent: YesNo,
    /// The title of the agenda, and its text if it is one.
    pub agenda: Option<String>,
    pub purpose: Option<String>,
    /// Why the agenda does not open, though it should: a sentence.
    pub agenda_alarm: Option<String>,
    pub items: Vec<AskedItem>,
    pub readers: Vec<AskedReader>,
    /// How many item-reader pairs wait, and how many of these were approved for an earlier roster.
    pub waiting: usize,
    pub approved_before: usize,
}

#[derive(Debug, Serialize)]
pub struct AskedItem {
    pub item: Digest,
    pub title: String,
    /// Why one can't see what it is called: a stable name and a sentence.
    pub alarm: Option<(String, String)>,
}

#[derive(Debug, Serialize)]
pub struct AskedReader {
    pub member: MemberId,
    pub name: String,
    pub partner: String,
}

/// What waits for the member's partner, urgent first, then by deadline.
pub async fn asks(ctx: &mut Context<'_>) -> Result<Asks> {
    let (secrets, mut world) = ctx.begin().await?;
    let now = ctx.clock.now();
    let supplier = world.my_partner()?;
    let cases = world.load_all(ctx.home, ctx.remote).await?;
    if !cases.iter().any(|case| world.my_vault_in(case).is_ok()) {
        world.my_vault()?;
    }
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let mut asks = Vec::new();
    for case in cases.iter().filter(|case| world.my_vault_in(case).is_ok()) {
        let waiting = pending(world.house(), case, supplier, now);
        let rosters: BTreeSet<Digest> = waiting.iter().map(|pair| pair.roster).collect();
        for roster in rosters {
            let of_roster: Vec<Pending> = waiting.iter().filter(|p| p.roster == roster).copied().collect();
            asks.push(ask_line(ctx, &mut keys, &world, case, roster, &of_roster).await?);
        }
    }
    // `yes` comes after `no`, urgent comes first.
    asks.sort_by_key(|line| (std::cmp::Reverse(line.urgent), line.deadline, line.case));
    Ok(Asks { asks })
}

/// One roster's pending pairs, with all that the supplier needs to judge them.
pub async fn ask_line(
    ctx: &Context<'_>,
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    id: Digest,
    waiting: &[Pending],
) -> Result<AskLine> {
    let roster = case.rosters.get(&id).ok_or(Refusal::UnknownRoster)?;
    let items: BTreeSet<Digest> = waiting.iter().map(|pair| pair.item).collect();
    let readers: BTreeSet<MemberId> = waiting.iter().map(|pair| pair.reader).collect();
    let seen = look(keys, world, case, items.iter().copied(), ctx.clock.now(), ctx.language).await?;
    let agenda = match roster.agenda {
        Some(agenda) => match agenda_of(keys, world, agenda).await {
            Err(error) if error.is_no_answer() => return Err(error),
            opened => opened.map(Some),
        },
        None => Ok(None),
    };
    let agenda_alarm = agenda.as_ref().err().map(|problem| problem.sentence(ctx.language));
    let (agenda, purpose) = agenda.ok().flatten().unzip();
    Ok(AskLine {
        case: case.number,
        roster: id,
        date: roster.date,
        deadline: roster.deadline,
        urgent: roster.urgent,
        agenda,
        purpose: purpose.flatten(),
        agenda_alarm,
        items: items.iter().map(|item| asked_item(ctx, case, &seen, *item)).collect(),
        readers: readers
            .iter()
            .map(|member| AskedReader {
                member: *member,
                name: world.house().members.get(member).map_or(member.to_string(), |m| m.name.to_string()),
                partner: world
                    .house()
                    .members
                    .get(member)
                    .map_or_else(String::new, |m| world.partner_name(m.partner)),
            })
            .collect(),
        waiting: waiting.len(),
        approved_before: waiting.iter().filter(|pair| pair.before).count(),
    })
}

/// What the supplier sees of its own item. It holds the vault, so a label that does not come is kept back.
fn asked_item(ctx: &Context<'_>, case: &CaseState, seen: &BTreeMap<Digest, Seen>, item: Digest) -> AskedItem {
    let look = seen.get(&item);
    let title =
        look.and_then(Seen::label).map_or_else(|| title(case, seen, item), |label| label.title.clone());
    let closed = |refusal: &Refusal| (refusal.code().to_owned(), refusal.sentence(ctx.language));
    let alarm = match look {
        Some(Seen::Label(..)) => None,
        Some(Seen::Closed(refusal)) => Some(closed(refusal)),
        Some(Seen::Alarm(code, sentence)) => Some((code.clone(), sentence.clone())),
        None => Some(closed(&Refusal::UnknownItem)),
    };
    AskedItem { item, title, alarm }
}

/// The agenda that came with the ask: its title, and its text if it is a short text.
async fn agenda_of(
    keys: &mut Keyring<'_>,
    world: &World,
    agenda: Digest,
) -> Result<(String, Option<String>)> {
    // The agenda's own rules don't bind the supplier who was given it; the grant does.
    let label = open::label(keys, world, agenda, open::Right::Vault).await?;
    if label.body_length > MOST_PURPOSE || !label.media_type.starts_with("text/") {
        return Ok((label.title, None));
    }
    let text = keys.text(world, agenda, PartName::Body, Through::Vault).await?;
    let whole = Digest::of(&text) == label.body_digest;
    let text = String::from_utf8(text.to_vec()).ok().filter(|_| whole);
    text.map(|text| (label.title, Some(text))).ok_or(ClientError::BadAnswer { what: "agenda" })
}

impl Report for Asks {
    fn text(&self, language: Language) -> String {
        if self.asks.is_empty() {
            return nl_en(language, "Er wacht niets op u.\n", "Nothing waits for you.\n").to_owned();
        }
        let mut text = String::new();
        for line in &self.asks {
            // Writing to a String cannot fail.
            let _ = line.write(&mut text, language);
        }
        text
    }
}

impl AskLine {
    /// For the eye.
    pub fn write(&self, text: &mut String, language: Language) -> std::fmt::Result {
        let urgent = if self.urgent == YesNo::Yes { nl_en(language, "SPOED ", "URGENT ") } else { "" };
        let (deadline, date) = (shown(self.deadline, language), shown(self.date, language));
        let (before, on) =
            (nl_en(language, "antwoord voor", "answer before"), nl_en(language, "overleg op", "meeting on"));
        writeln!(text, "{urgent}{}: {before} {deadline}, {on} {date} ({})", self.case, short(&self.roster))?;
        if let Some(agenda) = &self.agenda {
            writeln!(text, "  {}: {}", nl_en(language, "Doel en agenda", "Agenda"), for_terminal(agenda))?;
        }
        if let Some(alarm) = &self.agenda_alarm {
            let agenda = nl_en(language, "Doel en agenda", "Agenda");
            writeln!(text, "  {agenda}: ALARM: {}", for_terminal(alarm))?;
        }
        for line in self.purpose.iter().flat_map(|purpose| purpose.lines()) {
            writeln!(text, "    {}", for_terminal(line))?;
        }
        writeln!(text, "  {}:", nl_en(language, "Uw stukken", "Your items"))?;
        for item in &self.items {
            writeln!(text, "    {}  {}", short(&item.item), for_terminal(&item.title))?;
            if let Some((_, alarm)) = &item.alarm {
                writeln!(text, "        ALARM: {}", for_terminal(alarm))?;
            }
        }
        writeln!(text, "  {}:", nl_en(language, "Lezers", "Readers"))?;
        for reader in &self.readers {
            writeln!(text, "    {} ({})", for_terminal(&reader.name), for_terminal(&reader.partner))?;
        }
        if self.approved_before > 0 {
            let (n, of) = (self.approved_before, self.waiting);
            let line = match language {
                Language::Dutch => format!(
                    "U gaf al eerder akkoord voor {n} van deze {of}; herhalen kan in één keer: zegel approve {} --repeat",
                    self.case
                ),
                Language::English => format!(
                    "You approved {n} of these {of} before; repeat that in one step: zegel approve {} --repeat",
                    self.case
                ),
            };
            writeln!(text, "  {line}")?;
        }
        Ok(())
    }
}
