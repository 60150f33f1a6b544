//! `zegel case list` and `show`: what a member may know of its cases, all of it proven.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use crate::client::context::{Context, Report, nl_en};
use crate::client::describe::case::{case_kind, item_kind};
use crate::client::describe::short;
use crate::client::error::Result;
use crate::client::grant::Keyring;
use crate::client::note;
use crate::client::trust::World;
use crate::client::verbs::choose::{Seen, enter, look, title};
use crate::client::verbs::letter::answer::{Unread, opened};
use crate::protocol::case::CaseState;
use crate::protocol::id::{CaseNumber, Day, Digest, MeetingId, MemberId, Moment, PartnerId};
use crate::protocol::item::ItemState;
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::Language;
use crate::protocol::statement::{Body, PartName};
use crate::protocol::words::{ApprovalRule, CaseKind, Director, ItemKind, Phase, Seat, Withheld, YesNo};
use crate::protocol::zone::shown;

/// A pair of words, in the person's language.
fn say(language: Language, words: (&'static str, &'static str)) -> &'static str {
    nl_en(language, words.0, words.1)
}

/// The cases that a member may know of.
#[derive(Debug, Serialize)]
pub struct Cases {
    pub cases: Vec<CaseLine>,
}

#[derive(Debug, Serialize)]
pub struct CaseLine {
    pub case: CaseNumber,
    pub kind: CaseKind,
    pub phase: Phase,
    pub partner: PartnerId,
    /// The partner that referred it.
    pub partner_name: String,
    pub items: usize,
}

impl Report for Cases {
    fn text(&self, language: Language) -> String {
        if self.cases.is_empty() {
            return nl_en(language, "Er zijn geen casussen voor u.\n", "There are no cases for you.\n")
                .to_owned();
        }
        let mut text = String::new();
        for line in &self.cases {
            let (kind, phase) = (say(language, case_kind(line.kind)), say(language, line.phase.called()));
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}  {phase}  {kind}  {}", line.case, for_terminal(&line.partner_name));
        }
        text
    }
}

/// Lists the cases.
pub async fn list(ctx: &mut Context<'_>) -> Result<Cases> {
    let (_secrets, mut world) = ctx.begin().await?;
    let known = world.load_all(ctx.home, ctx.remote).await?;
    let mut cases = Vec::with_capacity(known.len());
    for case in known {
        cases.push(CaseLine {
            case: case.number,
            kind: case.kind,
            phase: case.phase,
            partner: case.partner,
            partner_name: world.partner_name(case.partner),
            items: case.items.values().filter(|item| !item.retracted).count(),
        });
    }
    cases.sort_by_key(|line| line.case);
    Ok(Cases { cases })
}

/// One case.
#[derive(Debug, Serialize)]
pub struct CaseReport {
    #[serde(flatten)]
    pub case: CaseLine,
    /// Who run it.
    pub directors: Vec<String>,
    pub steps: Vec<Step>,
    pub items: Vec<ItemLine>,
    pub rosters: Vec<RosterLine>,
}

/// Something that was decided, with its text if the member may read it.
#[derive(Debug, Serialize)]
pub struct Step {
    pub statement: Digest,
    /// The kind of the statement: phase, consultation, refusal.
    pub step: &'static str,
    pub phase: Option<Phase>,
    pub item: Option<Digest>,
    pub by: String,
    pub at: Moment,
    pub text: Option<String>,
    /// Why there is no text.
    pub unread: Option<Unread>,
}

#[derive(Debug, Serialize)]
pub struct ItemLine {
    pub item: Digest,
    pub kind: ItemKind,
    pub supplier: PartnerId,
    pub supplier_name: String,
    /// For the eye: the title, or what stands for it.
    pub shown: String,
    pub title: Option<String>,
    pub file_name: Option<String>,
    /// Why there is no title: a stable name.
    pub closed: Option<String>,
    pub director: Director,
    pub approval: ApprovalRule,
    pub phases: Vec<Phase>,
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    pub withheld: Withheld,
    pub retention: Day,
    pub retracted: bool,
}

#[derive(Debug, Serialize)]
pub struct RosterLine {
    pub roster: Digest,
    pub meeting: MeetingId,
    pub number: u64,
    pub latest: bool,
    pub phase: Phase,
    pub date: Moment,
    pub urgent: YesNo,
    pub deadline: Moment,
    pub from: Moment,
    pub until: Moment,
    pub agenda: Option<Digest>,
    pub participants: Vec<Seated>,
    pub consulted: bool,
}

#[derive(Debug, Serialize)]
pub struct Seated {
    pub member: MemberId,
    pub name: String,
    pub seat: Seat,
    /// How many items are approved for this reader and roster, as far as the member may know.
    pub approved: usize,
    /// How many items were released to this reader for this roster, as far as the member may know.
    pub released: usize,
}

/// Shows a case.
pub async fn show(ctx: &mut Context<'_>, number: CaseNumber) -> Result<CaseReport> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let items = case.items.keys().copied();
    let seen = look(&mut keys, &world, &case, items, ctx.clock.now(), ctx.language).await?;
    for (code, sentence) in seen.values().filter_map(Seen::alarm) {
        let line = format!("! {} ({})", for_terminal(sentence), for_terminal(code));
        ctx.say(&line)?;
    }
    let directors = case.vault.iter().flat_map(|vault| vault.holders.keys());
    Ok(CaseReport {
        case: CaseLine {
            case: number,
            kind: case.kind,
            phase: case.phase,
            partner: case.partner,
            partner_name: world.partner_name(case.partner),
            items: case.items.values().filter(|item| !item.retracted).count(),
        },
        directors: directors.map(|member| world.name_of(*member)).collect(),
        steps: steps(&mut keys, &world, number).await?,
        items: case.items.iter().map(|(id, state)| item_line(&world, &case, &seen, *id, state)).collect(),
        rosters: roster_lines(&world, &case),
    })
}

/// What was decided so far, in order, with the texts that the member's vaults open.
async fn steps(keys: &mut Keyring<'_>, world: &World, number: CaseNumber) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for known in world.statements_of(number) {
        let (part, phase, item) = match &known.statement.body {
            Body::PhaseChange(b) => (PartName::Outcome, Some(b.phase), None),
            Body::Consultation(_) => (PartName::Outcome, None, None),
            Body::NoApproval(b) => (PartName::Reason, None, Some(b.item)),
            _ => continue,
        };
        // A text that does not open is most often not for this member; that it was decided still is.
        let text = opened(keys, world, known.id, part).await?;
        let text =
            text.and_then(|bytes| note::from_bytes::<note::Text>(&bytes).map_err(|_| Unread::Nonsense));
        let (text, unread) = match text {
            Ok(note) => (Some(note.text), None),
            Err(unread) => (None, Some(unread)),
        };
        steps.push(Step {
            statement: known.id,
            step: known.statement.body.kind(),
            phase,
            item,
            by: known.statement.member().map_or_else(String::new, |by| world.name_of(by)),
            at: known.at,
            text,
            unread,
        });
    }
    Ok(steps)
}

fn item_line(
    world: &World,
    case: &CaseState,
    seen: &BTreeMap<Digest, Seen>,
    id: Digest,
    state: &ItemState,
) -> ItemLine {
    let label = seen.get(&id).and_then(Seen::label);
    ItemLine {
        item: id,
        kind: state.item.kind,
        supplier: state.item.supplier,
        supplier_name: world.partner_name(state.item.supplier),
        shown: title(case, seen, id),
        title: label.map(|label| label.title.clone()),
        file_name: label.map(|label| label.file_name.clone()),
        closed: seen.get(&id).and_then(Seen::code),
        director: state.item.director,
        approval: state.item.approval,
        phases: state.item.phase.clone(),
        from: state.item.from,
        until: state.item.until,
        withheld: state.item.withheld,
        retention: state.item.retention,
        retracted: state.retracted,
    }
}

fn roster_lines(world: &World, case: &CaseState) -> Vec<RosterLine> {
    let mut lines: Vec<RosterLine> = case
        .rosters
        .iter()
        .map(|(id, roster)| RosterLine {
            roster: *id,
            meeting: roster.meeting,
            number: roster.number.0,
            latest: case.latest.get(&roster.meeting) == Some(id),
            phase: roster.phase,
            date: roster.date,
            urgent: roster.urgent,
            deadline: roster.deadline,
            from: roster.from,
            until: roster.until,
            agenda: roster.agenda,
            participants: roster
                .participant
                .iter()
                .map(|p| seated(world, case, *id, p.member, p.seat))
                .collect(),
            consulted: case.consultations.values().any(|consultation| consultation.roster == *id),
        })
        .collect();
    lines.sort_by_key(|line| (line.date, line.meeting, line.number));
    lines
}

fn seated(world: &World, case: &CaseState, roster: Digest, member: MemberId, seat: Seat) -> Seated {
    let approved = case.approvals.values().filter(|state| {
        state.approval.roster == roster && state.approval.reader == member && !state.withdrawn
    });
    let meeting = case.rosters.get(&roster).map(|roster| roster.meeting);
    let release = meeting.and_then(|meeting| case.released.get(&(meeting, member)));
    let release = release.and_then(|id| case.releases.get(id)).filter(|release| release.roster == roster);
    Seated {
        member,
        name: world.name_of(member),
        seat,
        approved: approved.count(),
        released: release.map_or(0, |release| release.approved.len() + release.own.len()),
    }
}

impl Report for CaseReport {
    fn text(&self, language: Language) -> String {
        let mut text = String::new();
        let _ = self.write(&mut text, language);
        text
    }
}

/// Why a text that is there is not shown; nothing where it is for others.
fn missing(unread: Unread, language: Language) -> Option<&'static str> {
    match unread {
        Unread::NotForYou => None,
        Unread::KeptBack => Some(nl_en(
            language,
            "DE HUB HOUDT DEZE TEKST ACHTER. Bel het huis.",
            "THE HUB KEEPS THIS TEXT BACK. Call the house.",
        )),
        Unread::Nonsense => Some(nl_en(
            language,
            "Deze tekst is niet te lezen; vraag wie hem schreef.",
            "This text can't be read; ask who wrote it.",
        )),
    }
}

impl CaseReport {
    fn write(&self, text: &mut String, language: Language) -> std::fmt::Result {
        let case = &self.case;
        let (kind, phase) = (say(language, case_kind(case.kind)), say(language, case.phase.called()));
        writeln!(text, "{}: {kind}, {phase}", case.case)?;
        let from = nl_en(language, "Aangemeld door", "Referred by");
        writeln!(text, "{from}: {}", for_terminal(&case.partner_name))?;
        if !self.directors.is_empty() {
            let names: Vec<String> = self.directors.iter().map(|name| for_terminal(name)).collect();
            writeln!(text, "{}: {}", nl_en(language, "Procesregie", "Run by"), names.join(", "))?;
        }
        for step in &self.steps {
            let what = match (step.phase, step.step) {
                (Some(phase), _) => say(language, phase.called()),
                (None, "refusal") => nl_en(language, "geen akkoord", "no approval"),
                (None, _) => nl_en(language, "overleg met de aanmelder", "consultation"),
            };
            let about = self.items.iter().find(|item| Some(item.item) == step.item);
            let about = about.map(|item| format!(": {}", item.shown)).unwrap_or_default();
            writeln!(text, "  {}  {what}{about}  {}", shown(step.at, language), for_terminal(&step.by))?;
            for line in step.text.iter().flat_map(|text| text.lines()) {
                writeln!(text, "      {}", for_terminal(line))?;
            }
            if let Some(why) = step.unread.and_then(|unread| missing(unread, language)) {
                writeln!(text, "      {why}")?;
            }
        }
        writeln!(text, "{}:", nl_en(language, "Stukken", "Items"))?;
        for item in &self.items {
            let gone = if item.retracted { nl_en(language, " (teruggenomen)", " (taken out)") } else { "" };
            let (kind, supplier) = (say(language, item_kind(item.kind)), for_terminal(&item.supplier_name));
            writeln!(text, "  {}  {}  ({kind}, {supplier}){gone}", short(&item.item), item.shown)?;
        }
        for roster in &self.rosters {
            roster.write(text, language)?;
        }
        Ok(())
    }
}

impl RosterLine {
    fn write(&self, text: &mut String, language: Language) -> std::fmt::Result {
        let head = match self.phase {
            Phase::Triage => "Triage",
            _ => nl_en(language, "Overleg", "Meeting"),
        };
        let urgent = if self.urgent == YesNo::Yes { nl_en(language, ", spoed", ", urgent") } else { "" };
        let old = if self.latest { "" } else { nl_en(language, " (vervangen)", " (replaced)") };
        let (id, number) = (short(&self.roster), self.number);
        let date = shown(self.date, language);
        writeln!(
            text,
            "{head} {date}, {} {number} ({id}){urgent}{old}:",
            nl_en(language, "lijst", "roster")
        )?;
        for one in &self.participants {
            let seat = match one.seat {
                Seat::Delegate => "",
                Seat::Deputy => nl_en(language, " (vervanger)", " (deputy)"),
            };
            let counts = match language {
                Language::Dutch => format!("akkoord: {}, vrijgegeven: {}", one.approved, one.released),
                Language::English => format!("approved: {}, released: {}", one.approved, one.released),
            };
            writeln!(text, "  {}{seat}  {counts}", for_terminal(&one.name))?;
        }
        Ok(())
    }
}
