//! What people do on the stage: each act is the verb that they would use, at their own desk.

use std::path::PathBuf;

use super::stage::{Stage, StageError};
use crate::client::ask::Unattended;
use crate::client::verbs::case::refer::{Referral, Referred, refer};
use crate::client::verbs::contribute::terms::{About, NewFile, Retention, Terms};
use crate::client::verbs::contribute::{Contributed, contribute};
use crate::client::verbs::letter;
use crate::client::verbs::letter::invite::Inviting;
use crate::client::verbs::letter::list::Letters;
use crate::client::verbs::letter::message::Writing;
use crate::client::verbs::letter::minutes::Reporting;
use crate::client::verbs::letter::read::ReadLetter;
use crate::client::verbs::letter::reply::Answering;
use crate::client::verbs::letter::request::Asking;
use crate::client::verbs::letter::send::Sent;
use crate::client::verbs::meeting::approve::{self, Approvals, approve};
use crate::client::verbs::meeting::release::{self, Released, release};
use crate::client::verbs::meeting::roster::{Invited, Plan, Planned, roster};
use crate::client::verbs::meeting::{ask, decide};
use crate::client::verbs::pack::{self, OpenedPack, Wish};
use crate::client::verbs::{case, meeting};
use crate::protocol::id::{CaseNumber, MeetingId, Moment};
use crate::protocol::label::{Onward, Police, Regime};
use crate::protocol::words::*;

/// A file as it is put in: the rules that most suppliers choose.
pub fn file(path: impl Into<PathBuf>, title: &str, kind: ItemKind, phases: &[Phase], keep: &str) -> NewFile {
    let retention = keep.parse().unwrap_or_else(|_| unreachable!("the story's own date"));
    NewFile {
        path: path.into(),
        title: Some(title.to_owned()),
        terms: Terms {
            kind,
            director: Director::Reads,
            approval: ApprovalRule::Ask,
            phases: phases.to_vec(),
            from: None,
            until: None,
            withheld: Withheld::Silent,
            retention: Retention::given(retention),
        },
        about: About {
            period_from: None,
            period_until: None,
            regime: Regime::Avg,
            legal_ground: "AVG art. 6 lid 1 sub e".to_owned(),
            allowed_use: "Alleen voor deze casus.".to_owned(),
            onward: Onward::No,
            police: None,
            cites: Vec::new(),
        },
    }
}

/// The same under the Police Data Act.
pub fn police(mut file: NewFile, what: Police) -> NewFile {
    file.about.regime = Regime::Wpg;
    file.about.legal_ground = "Wpg art. 20".to_owned();
    file.about.police = Some(what);
    file
}

/// Someone at the own desk.
macro_rules! at_desk {
    ($stage:expr, $who:expr, |$context:ident| $act:expr) => {{
        let (home, remote) = $stage.desk($who)?;
        let (mut out, mut ask) = (std::io::sink(), Unattended);
        let mut context = $stage.context(&home, &remote, &mut out, &mut ask);
        let $context = &mut context;
        Ok($act.await?)
    }};
}

impl Stage {
    pub async fn refers(
        &self,
        who: &str,
        kind: CaseKind,
        files: Vec<NewFile>,
    ) -> Result<Referred, StageError> {
        at_desk!(self, who, |context| refer(context, Referral { kind, files }))
    }

    pub async fn opens_case(&self, who: &str, number: CaseNumber) -> Result<(), StageError> {
        let opened: Result<_, StageError> = at_desk!(self, who, |context| case::open(context, number, &[]));
        opened.map(drop)
    }

    pub async fn moves_to(&self, who: &str, number: CaseNumber, phase: Phase) -> Result<(), StageError> {
        let why = "Voldoet aan de voorwaarden; in overleg besloten.";
        let moved: Result<_, StageError> =
            at_desk!(self, who, |context| case::phase(context, number, phase, why));
        moved.map(drop)
    }

    pub async fn contributes(
        &self,
        who: &str,
        number: CaseNumber,
        files: Vec<NewFile>,
    ) -> Result<Contributed, StageError> {
        at_desk!(self, who, |context| contribute(context, number, files))
    }

    /// Plans a meeting with these delegates and deputies.
    pub async fn plans(
        &self,
        who: &str,
        number: CaseNumber,
        date: Moment,
        delegates: &[&str],
        deputies: &[&str],
        agenda: Option<&str>,
    ) -> Result<Planned, StageError> {
        let mut participants = Vec::new();
        for (people, seat) in [(delegates, Seat::Delegate), (deputies, Seat::Deputy)] {
            for person in people {
                participants.push(self.invited(person, seat)?);
            }
        }
        let agenda = agenda.map(str::to_owned);
        let plan = Plan { date: Some(date), participants, agenda, ..Plan::default() };
        at_desk!(self, who, |context| roster(context, number, &plan))
    }

    /// Someone invited, on the ground that is usual.
    pub fn invited(&self, person: &str, seat: Seat) -> Result<Invited, StageError> {
        let ground = "Convenant art. 6.2: betrokken bij de casus.".to_owned();
        Ok(Invited { who: self.member(person)?.to_string(), seat, ground })
    }

    /// Changes who is at a meeting, or anything else about it.
    pub async fn changes(&self, who: &str, number: CaseNumber, plan: Plan) -> Result<Planned, StageError> {
        at_desk!(self, who, |context| roster(context, number, &plan))
    }

    /// Asks every supplier for the one roster that is in use.
    pub async fn asks_suppliers(&self, who: &str, number: CaseNumber) -> Result<usize, StageError> {
        self.asks_for(who, number, None).await
    }

    /// The same for the roster of one meeting, where several are in use.
    pub async fn asks_for(
        &self,
        who: &str,
        number: CaseNumber,
        meeting: Option<MeetingId>,
    ) -> Result<usize, StageError> {
        let meeting = meeting.map(|meeting| meeting.to_string());
        let asked: Result<_, StageError> =
            at_desk!(self, who, |context| ask::ask(context, number, meeting.as_deref(), &[]));
        Ok(asked?.len())
    }

    pub async fn sees_asks(&self, who: &str) -> Result<meeting::ask::Asks, StageError> {
        at_desk!(self, who, |context| ask::asks(context))
    }

    /// Approves for these readers; for all when none is named.
    pub async fn approves(
        &self,
        who: &str,
        number: CaseNumber,
        readers: &[&str],
    ) -> Result<Approvals, StageError> {
        let readers = self.ids(readers)?;
        let choice = approve::Choice { readers, ..approve::Choice::default() };
        at_desk!(self, who, |context| approve(context, number, &choice))
    }

    /// Repeats what was approved for an earlier roster.
    pub async fn approves_again(&self, who: &str, number: CaseNumber) -> Result<Approvals, StageError> {
        let choice = approve::Choice { repeat: true, ..approve::Choice::default() };
        at_desk!(self, who, |context| approve(context, number, &choice))
    }

    pub async fn refuses(&self, who: &str, number: CaseNumber, reason: &str) -> Result<(), StageError> {
        let about = decide::About::default();
        let refused: Result<_, StageError> =
            at_desk!(self, who, |context| decide::refuse(context, number, &about, reason));
        refused.map(drop)
    }

    pub async fn consults(
        &self,
        who: &str,
        number: CaseNumber,
        form: ConsultationForm,
        outcome: &str,
    ) -> Result<(), StageError> {
        let consulted: Result<_, StageError> =
            at_desk!(self, who, |context| decide::consult(context, number, None, form, outcome));
        consulted.map(drop)
    }

    /// Releases all that was approved, to everyone on the roster.
    pub async fn releases(&self, who: &str, number: CaseNumber) -> Result<Released, StageError> {
        self.releases_for(who, number, None).await
    }

    /// The same for the roster of one meeting, where several are in use.
    pub async fn releases_for(
        &self,
        who: &str,
        number: CaseNumber,
        meeting: Option<MeetingId>,
    ) -> Result<Released, StageError> {
        let roster = meeting.map(|meeting| meeting.to_string());
        let choice = release::Choice { roster, ..release::Choice::default() };
        at_desk!(self, who, |context| release(context, number, &choice))
    }

    pub async fn opens_pack(&self, who: &str, number: CaseNumber) -> Result<OpenedPack, StageError> {
        let (folder, sealed) = (self.home(who).join("opened"), Some(self.home(who).join("sealed")));
        let wish = Wish { items: Vec::new(), folder, sealed };
        at_desk!(self, who, |context| pack::open(context, number, &wish))
    }

    pub async fn withdraws(
        &self,
        who: &str,
        number: CaseNumber,
        item: &str,
        readers: &[&str],
    ) -> Result<(), StageError> {
        let readers = self.ids(readers)?;
        let withdrawn: Result<_, StageError> =
            at_desk!(self, who, |context| decide::withdraw(context, number, item, &readers));
        withdrawn.map(drop)
    }

    pub async fn wants_mail(&self, who: &str, language: LanguageWord) -> Result<(), StageError> {
        let way = Some(DeliveryWay::Mail);
        let chosen: Result<_, StageError> =
            at_desk!(self, who, |context| letter::delivery::delivery(context, way, Some(language)));
        chosen.map(drop)
    }

    pub async fn requests(&self, who: &str, number: CaseNumber, asking: Asking) -> Result<Sent, StageError> {
        at_desk!(self, who, |context| letter::request::request(context, number, &asking))
    }

    pub async fn writes_to(
        &self,
        who: &str,
        number: CaseNumber,
        to: &str,
        text: &str,
    ) -> Result<Sent, StageError> {
        let writing = Writing {
            to: self.ids(&[to])?,
            text: text.to_owned(),
            until: None,
            attachments: Vec::new(),
            without: Vec::new(),
        };
        at_desk!(self, who, |context| letter::message::message(context, number, &writing))
    }

    pub async fn invites(
        &self,
        who: &str,
        number: CaseNumber,
        inviting: Inviting,
    ) -> Result<Sent, StageError> {
        at_desk!(self, who, |context| letter::invite::invite(context, number, &inviting))
    }

    pub async fn sends_minutes(
        &self,
        who: &str,
        number: CaseNumber,
        reporting: Reporting,
    ) -> Result<Sent, StageError> {
        at_desk!(self, who, |context| letter::minutes::minutes(context, number, &reporting))
    }

    /// Reads a letter; what goes with it is saved with what is opened.
    pub async fn reads_letter(&self, who: &str, letter: &str) -> Result<ReadLetter, StageError> {
        let folder = self.home(who).join("opened");
        at_desk!(self, who, |context| letter::read::read(context, letter, Some(&folder)))
    }

    pub async fn sees_letters(&self, who: &str, number: CaseNumber) -> Result<Letters, StageError> {
        at_desk!(self, who, |context| letter::list::list(context, Some(number)))
    }

    pub async fn answers(&self, who: &str, letter: &str, answering: Answering) -> Result<(), StageError> {
        let answered: Result<_, StageError> =
            at_desk!(self, who, |context| letter::reply::reply(context, letter, &answering));
        answered.map(drop)
    }

    pub fn ids(&self, people: &[&str]) -> Result<Vec<String>, StageError> {
        people.iter().map(|person| Ok(self.member(person)?.to_string())).collect()
    }
}
