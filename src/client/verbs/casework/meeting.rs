//! The arguments of the verbs about a meeting.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::client::cli::{AgainArgs, show};
use crate::client::context::Report;
use crate::client::remote::Recorded;
use crate::client::verbs::case::text_from;
use crate::client::verbs::meeting::approve::{self, approve};
use crate::client::verbs::meeting::ask::{ask, asks};
use crate::client::verbs::meeting::decide::{About, consult, refuse, withdraw};
use crate::client::verbs::meeting::release::{self, release};
use crate::client::verbs::meeting::roster::{Invited, Plan, roster};
use crate::client::verbs::when::When;
use crate::client::{Context, Result};
use crate::protocol::id::{CaseNumber, MeetingId};
use crate::protocol::refusal::Language;
use crate::protocol::words::{ConsultationForm, Phase, Seat};

use super::misuse;

#[derive(Subcommand)]
pub enum MeetingVerb {
    /// Say who will be at a meeting, and on which ground.
    #[command(
        after_help = "Examples:\n  zegel roster ZVH-2026-0014 --date \"2026-12-01 09:00\" --agenda \"Doel en agenda\" \\\n    \
        --participant \"Noor:artikel 9.2e\" --deputy \"Daan:artikel 9.2e\"\n  \
        zegel roster ZVH-2026-0014 --meeting mtg_0123456789abcdef --add \"Bram:artikel 9.2e\"\n\
        Earlier approvals don't hold for a changed roster: ask again."
    )]
    Roster(Box<RosterArgs>),
    /// Ask suppliers to approve their items for a roster.
    #[command(
        after_help = "Examples:\n  zegel ask ZVH-2026-0014\n  zegel ask ZVH-2026-0014 --roster 9f2c81aa --item 41aa90b3"
    )]
    Ask(AskArgs),
    /// What waits for your organisation's answer, urgent first.
    #[command(after_help = "Example:\n  zegel asks")]
    Asks,
    /// Let the readers on the roster read your organisation's items.
    #[command(after_help = "Examples:\n  zegel approve ZVH-2026-0014\n  \
        zegel approve ZVH-2026-0014 --item Zorgmelding --reader Noor --reader Bram\n  \
        zegel approve ZVH-2026-0014 --repeat")]
    Approve(ApproveArgs),
    /// Don't approve. Your reason stays in your organisation's vault.
    #[command(after_help = "Example:\n  zegel refuse ZVH-2026-0014 --item Behandelplan --reason reden.txt")]
    Refuse(RefuseArgs),
    /// Put the consultation with the partner that referred the case on record.
    #[command(after_help = "Example:\n  zegel consult ZVH-2026-0014 --form phone --outcome uitkomst.txt")]
    Consult(ConsultArgs),
    /// Release what suppliers approved, for each reader.
    #[command(
        after_help = "Examples:\n  zegel release ZVH-2026-0014\n  zegel release ZVH-2026-0014 --reader Noor"
    )]
    Release(ReleaseArgs),
    /// Take your approval of an item back.
    #[command(after_help = "Example:\n  zegel withdraw ZVH-2026-0014 --item Zorgmelding --reader Bram")]
    Withdraw(WithdrawArgs),
}

#[derive(Args)]
pub struct RosterArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE")]
    case: CaseNumber,
    /// `new`, or the meeting whose roster changes; what you don't give then stays as it was.
    #[arg(long, value_name = "new|MEETING", default_value = "new")]
    meeting: String,
    /// The phase; without it the one that the case is in.
    #[arg(long, value_name = "PHASE")]
    phase: Option<Phase>,
    /// When the meeting is.
    #[arg(long, value_name = "WHEN")]
    date: Option<When>,
    /// Someone who will be there, and on which ground: `who:ground`.
    #[arg(long = "participant", value_name = "WHO:GROUND", value_parser = who_and_ground)]
    participants: Vec<(String, String)>,
    /// Someone who may come in a participant's place.
    #[arg(long = "deputy", value_name = "WHO:GROUND", value_parser = who_and_ground)]
    deputies: Vec<(String, String)>,
    /// With --meeting: someone more.
    #[arg(long, value_name = "WHO:GROUND", value_parser = who_and_ground, conflicts_with = "participants")]
    add: Vec<(String, String)>,
    /// With --meeting: one deputy more.
    #[arg(long, value_name = "WHO:GROUND", value_parser = who_and_ground, conflicts_with = "participants")]
    add_deputy: Vec<(String, String)>,
    /// With --meeting: someone who will not be there.
    #[arg(long, value_name = "WHO", conflicts_with = "participants")]
    remove: Vec<String>,
    /// Until when suppliers can answer; without it a day before the meeting.
    #[arg(long, value_name = "WHEN")]
    deadline: Option<When>,
    /// It can't wait.
    #[arg(long)]
    urgent: bool,
    /// It can wait after all.
    #[arg(long, conflicts_with = "urgent")]
    not_urgent: bool,
    /// The agenda, by id or title.
    #[arg(long, value_name = "ITEM")]
    agenda: Option<String>,
    /// From when packs may be open; without it from now.
    #[arg(long, value_name = "WHEN")]
    from: Option<When>,
    /// Until when packs may be open; without it a day after the meeting.
    #[arg(long, value_name = "WHEN")]
    until: Option<When>,
    #[command(flatten)]
    again: AgainArgs,
}

#[derive(Args)]
pub struct AskArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE")]
    case: CaseNumber,
    /// The roster, by id or meeting; without it the only one in use.
    #[arg(long, value_name = "ROSTER")]
    roster: Option<String>,
    /// Only these items, by id or title; without any all that can be asked for.
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
}

#[derive(Args)]
pub struct ApproveArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE")]
    case: CaseNumber,
    /// The roster, by id or meeting; without it all that wait.
    #[arg(long, value_name = "ROSTER")]
    roster: Option<String>,
    /// Only these items, by id or title.
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
    /// Only these readers, by name, mail address or membership.
    #[arg(long = "reader", value_name = "WHO")]
    readers: Vec<String>,
    /// Only what you approved for an earlier roster of this meeting.
    #[arg(long)]
    repeat: bool,
    /// Not before this moment.
    #[arg(long, value_name = "WHEN")]
    from: Option<When>,
    /// Not after this moment.
    #[arg(long, value_name = "WHEN")]
    until: Option<When>,
}

#[derive(Args)]
pub struct RefuseArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE")]
    case: CaseNumber,
    /// The roster, by id or meeting; without it all that wait.
    #[arg(long, value_name = "ROSTER")]
    roster: Option<String>,
    /// Only these items, by id or title.
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
    /// Only for these readers.
    #[arg(long = "reader", value_name = "WHO")]
    readers: Vec<String>,
    /// A text file with the reason; without it you are asked.
    #[arg(long, value_name = "FILE")]
    reason: Option<PathBuf>,
}

#[derive(Args)]
pub struct ConsultArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE")]
    case: CaseNumber,
    /// The roster, by id or meeting; without it the only one in use.
    #[arg(long, value_name = "ROSTER")]
    roster: Option<String>,
    /// phone, mail or meeting; `signed` if you are of the consulted partner yourself.
    #[arg(long, value_name = "FORM")]
    form: ConsultationForm,
    /// A text file with whom you spoke, when, and what came of it; without it you are asked.
    #[arg(long, value_name = "FILE")]
    outcome: Option<PathBuf>,
}

#[derive(Args)]
pub struct ReleaseArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE")]
    case: CaseNumber,
    /// The roster, by id or meeting; without it the only one in use.
    #[arg(long, value_name = "ROSTER")]
    roster: Option<String>,
    /// Only to these readers; without any to everyone on the roster.
    #[arg(long = "reader", value_name = "WHO")]
    readers: Vec<String>,
    /// Only these items, by id or title; without any all that was approved, and the agenda.
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
    /// Not to deputies yet.
    #[arg(long, conflicts_with = "readers")]
    delegates_only: bool,
}

#[derive(Args)]
pub struct WithdrawArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE")]
    case: CaseNumber,
    /// The item, by id or title.
    #[arg(long, value_name = "ITEM")]
    item: String,
    /// For these readers; without any for all.
    #[arg(long = "reader", value_name = "WHO")]
    readers: Vec<String>,
}

/// `who:ground`; a membership, mail address or name has no colon.
fn who_and_ground(text: &str) -> Result<(String, String), String> {
    match text.split_once(':').map(|(who, ground)| (who.trim(), ground.trim())) {
        Some((who, ground)) if !who.is_empty() && !ground.is_empty() => {
            Ok((who.to_owned(), ground.to_owned()))
        }
        _ => Err("give a person and the ground to be present: \"Noor:artikel 9.2e\"".to_owned()),
    }
}

fn invited(people: Vec<(String, String)>, seat: Seat) -> impl Iterator<Item = Invited> {
    people.into_iter().map(move |(who, ground)| Invited { who, seat, ground })
}

fn begins(when: Option<When>) -> Result<Option<crate::protocol::id::Moment>> {
    when.map(When::begins).transpose()
}

fn ends(when: Option<When>) -> Result<Option<crate::protocol::id::Moment>> {
    when.map(When::ends).transpose()
}

impl RosterArgs {
    fn plan(self) -> Result<Plan> {
        let meeting: Option<MeetingId> = match self.meeting.as_str() {
            "new" => None,
            id => Some(id.parse()?),
        };
        // Deputies beside nobody else join who is there already.
        let (all, extra) = match self.participants.is_empty() && meeting.is_some() {
            true => (Vec::new(), self.deputies),
            false => (self.deputies, Vec::new()),
        };
        let participants: Vec<Invited> =
            invited(self.participants, Seat::Delegate).chain(invited(all, Seat::Deputy)).collect();
        if meeting.is_none() && participants.is_empty() {
            return Err(misuse(
                "Wie komen er? Geef --participant \"naam:grond\".",
                "Who will be there? Give --participant \"name:ground\".",
            ));
        }
        let add = invited(self.add, Seat::Delegate)
            .chain(invited(self.add_deputy, Seat::Deputy))
            .chain(invited(extra, Seat::Deputy));
        Ok(Plan {
            meeting,
            phase: self.phase,
            date: begins(self.date)?,
            deadline: ends(self.deadline)?,
            urgent: (self.urgent || self.not_urgent).then_some(self.urgent),
            agenda: self.agenda,
            from: begins(self.from)?,
            until: ends(self.until)?,
            participants,
            add: add.collect(),
            remove: self.remove,
        })
    }
}

impl MeetingVerb {
    pub async fn run(self, ctx: &mut Context<'_>, json: bool) -> Result<()> {
        let language = ctx.language;
        match self {
            Self::Roster(args) => {
                let case = args.case;
                ctx.again = args.again.again;
                show(&roster(ctx, case, &args.plan()?).await?, language, json)
            }
            Self::Ask(args) => {
                let recorded = ask(ctx, args.case, args.roster.as_deref(), &args.items).await?;
                show(&All { recorded }, language, json)
            }
            Self::Asks => show(&asks(ctx).await?, language, json),
            Self::Approve(args) => {
                let choice = approve::Choice {
                    roster: args.roster,
                    items: args.items,
                    readers: args.readers,
                    repeat: args.repeat,
                    from: begins(args.from)?,
                    until: ends(args.until)?,
                };
                show(&approve(ctx, args.case, &choice).await?, language, json)
            }
            Self::Refuse(args) => {
                let question = ctx.words("Waarom niet?", "Why not?").to_owned();
                let reason = text_from(ctx, args.reason.as_deref(), &question)?;
                let about = About { roster: args.roster, items: args.items, readers: args.readers };
                let recorded = refuse(ctx, args.case, &about, &reason).await?;
                show(&All { recorded }, language, json)
            }
            Self::Consult(args) => {
                let question =
                    ctx.words("Met wie, wanneer, wat was de uitkomst?", "With whom, when, what came of it?");
                let question = question.to_owned();
                let outcome = text_from(ctx, args.outcome.as_deref(), &question)?;
                let recorded = consult(ctx, args.case, args.roster.as_deref(), args.form, &outcome).await?;
                show(&recorded, language, json)
            }
            Self::Release(args) => {
                let choice = release::Choice {
                    roster: args.roster,
                    readers: args.readers,
                    items: args.items,
                    delegates_only: args.delegates_only,
                };
                show(&release(ctx, args.case, &choice).await?, language, json)
            }
            Self::Withdraw(args) => {
                show(&withdraw(ctx, args.case, &args.item, &args.readers).await?, language, json)
            }
        }
    }
}

/// All statements of a batch.
#[derive(serde::Serialize)]
struct All {
    recorded: Vec<Recorded>,
}

impl Report for All {
    fn text(&self, language: Language) -> String {
        self.recorded.iter().map(|recorded| recorded.text(language)).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(subcommand)]
        verb: MeetingVerb,
    }

    fn plan(line: &str) -> Result<Plan> {
        let words = std::iter::once("zegel").chain(line.split('|'));
        match Line::try_parse_from(words).map_err(|error| panic!("{error}")).unwrap().verb {
            MeetingVerb::Roster(args) => args.plan(),
            _ => panic!("not a roster"),
        }
    }

    #[test]
    fn joris_plans_a_meeting() {
        let plan = plan(
            "roster|ZVH-2026-0014|--date|2026-12-01 09:00|--participant|Noor:art. 9: lid 2|--deputy|Daan:x|--urgent",
        );
        let plan = plan.unwrap();
        assert_eq!(plan.date.unwrap().to_string(), "2026-12-01T08:00:00Z");
        assert_eq!((plan.meeting, plan.urgent), (None, Some(true)));
        let seats: Vec<_> =
            plan.participants.iter().map(|p| (p.who.as_str(), p.seat, p.ground.as_str())).collect();
        assert_eq!(seats, [("Noor", Seat::Delegate, "art. 9: lid 2"), ("Daan", Seat::Deputy, "x")]);
    }

    #[test]
    fn a_change_keeps_who_was_there() {
        let plan =
            plan("roster|ZVH-2026-0014|--meeting|mtg_0123456789abcdef|--add|Bram:x|--deputy|Yara:y").unwrap();
        assert!(plan.participants.is_empty() && plan.urgent.is_none());
        assert_eq!(plan.add.iter().map(|p| p.who.as_str()).collect::<Vec<_>>(), ["Bram", "Yara"]);
    }

    #[test]
    fn a_new_meeting_needs_people_with_grounds() {
        assert_eq!(plan("roster|ZVH-2026-0014|--date|2026-12-01").unwrap_err().code(), "wrong-use");
        for bad in ["Noor", "Noor:", ":grond"] {
            assert!(who_and_ground(bad).is_err(), "{bad}");
        }
    }
}
