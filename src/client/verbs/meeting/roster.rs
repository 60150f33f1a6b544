//! `zegel roster`: who will be at a meeting, and why each may be. A change is a new roster, for which no
//! earlier approval holds.

use serde::Serialize;

use crate::client::context::{Context, Report};
use crate::client::describe::short;
use crate::client::done::{once_more, wish};
use crate::client::error::{ClientError, Result};
use crate::client::grant::{Keyring, Through, vault_recipient};
use crate::client::note::{self, Ground, Grounds};
use crate::client::sign::Draft;
use crate::client::trust::World;
use crate::client::vault::warn_about;
use crate::client::verbs::choose::{call_items, enter, item_named};
use crate::protocol::case::CaseState;
use crate::protocol::id::{CaseNumber, Digest, MeetingId, MemberId, Moment};
use crate::protocol::meeting::judge_roster;
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::{PartName, Roster};
use crate::protocol::words::{Number, Participant, Phase, Seat, YesNo};

const DAY: i64 = 24 * 3600;

/// Someone to be on the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invited {
    /// A membership id, mail address or name.
    pub who: String,
    pub seat: Seat,
    /// The ground on which this person may lawfully be present (9.2e).
    pub ground: String,
}

/// A meeting as it should be. What is not given stays as it was on the roster before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The meeting that changes; without one a new meeting.
    pub meeting: Option<MeetingId>,
    pub phase: Option<Phase>,
    pub date: Option<Moment>,
    pub deadline: Option<Moment>,
    pub urgent: Option<bool>,
    /// The agenda by id or title.
    pub agenda: Option<String>,
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    /// Everyone, in place of who was there before.
    pub participants: Vec<Invited>,
    pub add: Vec<Invited>,
    pub remove: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    pub roster: Digest,
    pub meeting: MeetingId,
    pub number: u64,
    pub participants: usize,
    /// False if it was on record before, by the same command.
    pub new: bool,
}

impl Report for Planned {
    fn text(&self, language: Language) -> String {
        let (id, people, meeting) = (short(&self.roster), self.participants, self.meeting);
        if !self.new {
            let (number, again) = (self.number, once_more(language));
            return match language {
                Language::Dutch => format!(
                    "Deelnemerslijst {number} ({id}) van overleg {meeting} stond er al. U hebt niets nieuws gepland.\n{again}"
                ),
                Language::English => format!(
                    "Roster {number} ({id}) of meeting {meeting} was on record already. You planned nothing new.\n{again}"
                ),
            };
        }
        match language {
            Language::Dutch => format!(
                "Deelnemerslijst {} ({id}) van overleg {meeting}: {people} deelnemers. Eerdere akkoorden gelden niet voor deze lijst.\n",
                self.number
            ),
            Language::English => format!(
                "Roster {} ({id}) of meeting {meeting}: {people} participants. Earlier approvals don't hold for it.\n",
                self.number
            ),
        }
    }
}

/// Signs a roster.
pub async fn roster(ctx: &mut Context<'_>, number: CaseNumber, plan: &Plan) -> Result<Planned> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let now = ctx.clock.now();
    case.require_director(world.house(), world.me, now)?;
    let wish = wish(&("roster", number, plan, ctx.again))?;
    let sent = ctx.sent_before(wish, &secrets, &world)?;
    if let Some(planned) = sent.and_then(|sent| planned_before(&case, plan, sent.id)) {
        return Ok(planned);
    }
    let vault = case.directors(world.house())?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let before = before(&case, plan)?;
    let agenda = match &plan.agenda {
        Some(text) => Some(item_named(&mut keys, &world, &case, text, now).await?),
        None => before.and_then(|(_, before)| before.agenda),
    };
    let old_grounds = match before {
        Some((id, _)) if plan.participants.is_empty() => old_grounds(&mut keys, &world, id).await?,
        _ => Grounds::default(),
    };
    let people = people(&world, before.map(|(_, before)| before), &old_grounds, plan)?;
    let grounds = Grounds {
        grounds: people
            .iter()
            .map(|(p, ground)| Ground { member: p.member, ground: ground.clone() })
            .collect(),
    };
    let meeting = match plan.meeting {
        Some(meeting) => meeting,
        None => MeetingId::new(ctx.random)?,
    };
    let mut draft = Draft::new(&world, ctx.clock);
    vault_recipient(world.house(), vault, draft.signed_at())?;
    let (sealed, grant_grounds) = draft.seal(&note::to_bytes(&grounds)?, &[vault])?;
    let said = people.iter().map(|(person, ground)| format!("{}: {ground}", world.name_of(person.member)));
    draft.call(sealed.digest, said.collect::<Vec<_>>().join("; "));
    call_items(ctx, &mut draft, &mut keys, &world, &case, agenda).await?;
    let times = times(plan, before.map(|(_, before)| before), now)?;
    let roster = Roster {
        case: number,
        meeting,
        number: Number(before.map_or(1, |(_, before)| before.number.0 + 1)),
        previous: before.map(|(id, _)| id),
        phase: plan.phase.unwrap_or(case.phase),
        date: times.date,
        urgent: times.urgent,
        deadline: times.deadline,
        agenda,
        participant: people.iter().map(|(participant, _)| *participant).collect(),
        grounds: sealed,
        grant_grounds,
        from: times.from,
        until: times.until,
    };
    judge_roster(world.house(), &case, &roster, world.me, draft.signed_at())?;
    let (number, participants) = (roster.number.0, roster.participant.len());
    warn_about(ctx, &world, vault)?;
    let id = draft.push(roster);
    ctx.send_once(wish, draft, &secrets, &world).await?;
    Ok(Planned { roster: id, meeting, number, participants, new: true })
}

/// What the same command planned. A change of a meeting that has changed again since is wanted anew.
fn planned_before(case: &CaseState, plan: &Plan, id: Digest) -> Option<Planned> {
    let roster = case.rosters.get(&id)?;
    let stands = plan.meeting.is_none() || case.latest.get(&roster.meeting) == Some(&id);
    let (number, participants) = (roster.number.0, roster.participant.len());
    stands.then_some(Planned { roster: id, meeting: roster.meeting, number, participants, new: false })
}

/// The roster that this one follows.
fn before<'c>(case: &'c CaseState, plan: &Plan) -> Result<Option<(Digest, &'c Roster)>> {
    let Some(meeting) = plan.meeting else { return Ok(None) };
    let id = *case.latest.get(&meeting).ok_or(Refusal::UnknownRoster)?;
    Ok(Some((id, case.rosters.get(&id).ok_or(Refusal::UnknownRoster)?)))
}

async fn old_grounds(keys: &mut Keyring<'_>, world: &World, roster: Digest) -> Result<Grounds> {
    note::from_bytes(&keys.text(world, roster, PartName::Grounds, Through::Vault).await?)
}

/// Everyone with the ground on which they are present: who was there, without who leaves, with who comes.
fn people(
    world: &World,
    before: Option<&Roster>,
    grounds: &Grounds,
    plan: &Plan,
) -> Result<Vec<(Participant, String)>> {
    let mut people: Vec<(Participant, String)> = Vec::new();
    if plan.participants.is_empty() {
        for participant in before.iter().flat_map(|before| &before.participant) {
            let ground =
                grounds.of(participant.member).ok_or_else(|| no_ground(world, participant.member))?;
            people.push((*participant, ground.to_owned()));
        }
    }
    for text in &plan.remove {
        let member = world.member_named(text)?.member;
        people.retain(|(participant, _)| participant.member != member);
    }
    for invited in plan.participants.iter().chain(&plan.add) {
        let member = world.member_named(&invited.who)?.member;
        if invited.ground.trim().is_empty() {
            return Err(no_ground(world, member));
        }
        people.retain(|(participant, _)| participant.member != member);
        people.push((Participant { member, seat: invited.seat }, invited.ground.trim().to_owned()));
    }
    Ok(people)
}

fn no_ground(world: &World, member: MemberId) -> ClientError {
    let name = world.name_of(member);
    ClientError::said(
        "no-ground",
        format!("Leg vast op welke grond {name} aanwezig mag zijn: --participant \"naam:grond\"."),
        format!("Put down on which ground {name} may be present: --participant \"name:ground\"."),
    )
}

struct Times {
    date: Moment,
    deadline: Moment,
    urgent: YesNo,
    from: Moment,
    until: Moment,
}

/// A new meeting needs a date. Packs are open from now until a day after it; suppliers answer a day before.
fn times(plan: &Plan, before: Option<&Roster>, now: Moment) -> Result<Times> {
    let date = plan.date.or(before.map(|before| before.date)).ok_or_else(|| {
        ClientError::said(
            "no-date",
            "Wanneer is het overleg? Geef --date \"2026-12-01 09:00\".",
            "When is the meeting? Give --date \"2026-12-01 09:00\".",
        )
    })?;
    // What was derived from another date is derived anew.
    let same_date = before.filter(|before| before.date == date);
    let day_before = if date.plus(-DAY) > now { date.plus(-DAY) } else { date };
    let urgent = plan.urgent.map(|urgent| if urgent { YesNo::Yes } else { YesNo::No });
    Ok(Times {
        date,
        deadline: plan.deadline.or(same_date.map(|before| before.deadline)).unwrap_or(day_before),
        urgent: urgent.or(before.map(|before| before.urgent)).unwrap_or(YesNo::No),
        from: plan.from.or(before.map(|before| before.from)).unwrap_or(now),
        until: plan.until.or(same_date.map(|before| before.until)).unwrap_or(date.plus(DAY)),
    })
}
