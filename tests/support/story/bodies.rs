//! What people sign in a case, right in every respect unless a test changes it.

use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::meeting;
use zegel::protocol::refusal::Refusal;
use zegel::protocol::statement::*;
use zegel::protocol::words::*;

use super::*;

impl Story {
    // The path.

    pub fn state(&self) -> &zegel::protocol::case::CaseState {
        self.history.case(self.case.unwrap()).unwrap()
    }

    pub fn number(&self) -> CaseNumber {
        self.case.unwrap()
    }

    /// A case with its referral and, for triage, a part of it; Joris takes it up with Mila.
    pub fn refers(&mut self, who: &str) -> CaseNumber {
        let number = self.history.house.next_case(self.now);
        let case = Case { case: number, kind: CaseKind::Complex, partner: partner(works_for(who)) };
        self.case = Some(number);
        self.says(who, case);
        let referral = Item { kind: ItemKind::Referral, phase: vec![], ..self.item(who, "referral") };
        let referral = self.says(who, referral);
        self.remember("referral", referral);
        let for_triage = Item { kind: ItemKind::Referral, ..self.item(who, "referral for triage") };
        let for_triage = self.says(who, for_triage);
        self.remember("for triage", for_triage);
        self.says("Joris", self.vault_of("case", &["Joris", "Mila"]));
        number
    }

    pub fn phase(&self, phase: Phase) -> PhaseChange {
        let name = format!("outcome before {phase} of {}", self.number());
        PhaseChange {
            case: self.number(),
            phase,
            outcome: payload(&name),
            grant_outcome: self.told_outcomes(&name),
        }
    }

    /// Grants of an outcome to who runs the case and who referred it.
    fn told_outcomes(&self, name: &str) -> Vec<VaultGrant> {
        let vaults = self.state().told_outcomes(&self.history.house).unwrap();
        vaults.iter().map(|vault| grant(name, vault.now())).collect()
    }

    pub fn goes_to(&mut self, phase: Phase) -> Digest {
        self.says("Joris", self.phase(phase))
    }

    /// An item of someone's partner that the procesregisseur reads, to be asked for, for 60 days.
    pub fn item(&self, who: &str, name: &str) -> Item {
        let supplier = works_for(who);
        let directors = self.state().directors(&self.history.house).unwrap().now();
        let label = format!("label of {name}");
        let mut vaults = vec![self.kept_in(supplier), directors];
        vaults.dedup();
        Item {
            case: self.number(),
            kind: ItemKind::Contribution,
            supplier: partner(supplier),
            label: payload(&label),
            body: payload(name),
            director: Director::Reads,
            approval: ApprovalRule::Ask,
            phase: vec![Phase::Plan, Phase::Rto, Phase::Triage],
            from: None,
            until: None,
            withheld: Withheld::Silent,
            retention: "2027-11-01".parse().unwrap(),
            grant_label: vaults.iter().map(|vault| grant(&label, *vault)).collect(),
            grant_body: vaults.iter().map(|vault| grant(name, *vault)).collect(),
        }
    }

    pub fn contributes(&mut self, who: &str, name: &str) -> Digest {
        self.says(who, self.item(who, name))
    }

    // The meeting.

    /// The next roster of the meeting at the table, with a window of 14 days.
    pub fn roster(&self, people: &[&str]) -> Roster {
        self.roster_of("table", people)
    }

    /// The next roster of some meeting.
    pub fn roster_of(&self, meeting: &str, people: &[&str]) -> Roster {
        let name = meeting;
        let meeting = id("mtg", &format!("{name} of {}", self.number()));
        let previous = self.case.and_then(|_| self.state().latest.get(&meeting)).copied();
        let number = previous.map_or(0, |id| self.state().rosters[&id].number.0) + 1;
        let seat = |(place, name): (usize, &&str)| Participant {
            member: member(name),
            seat: if place == 0 { Seat::Delegate } else { Seat::Deputy },
        };
        let grounds = format!("grounds of {name} {number}");
        Roster {
            case: self.number(),
            meeting,
            number: Number(number),
            previous,
            phase: self.state().phase,
            date: self.now.plus(10 * DAY),
            urgent: YesNo::No,
            deadline: self.now.plus(7 * DAY),
            agenda: None,
            participant: people.iter().enumerate().map(seat).collect(),
            grounds: payload(&grounds),
            grant_grounds: vec![grant(&grounds, self.case_vault())],
            from: self.now,
            until: self.now.plus(14 * DAY),
        }
    }

    pub fn invites(&mut self, people: &[&str]) -> Digest {
        self.says("Joris", self.roster(people))
    }

    pub fn ask(&self, supplier: &str, roster: Digest, items: &[Digest]) -> Ask {
        let case = self.number();
        let agenda = self.state().rosters.get(&roster).and_then(|roster| roster.agenda);
        let given = |part: &str| agenda.map(|_| grant(&format!("{part} of agenda"), self.kept_in(supplier)));
        Ask {
            case,
            roster,
            supplier: partner(supplier),
            item: items.to_vec(),
            deadline: self.now.plus(7 * DAY),
            agenda_label: given("label"),
            agenda_body: given("body"),
        }
    }

    pub fn approval(&self, item: Digest, roster: Digest, reader: &str) -> Approval {
        let name = format!("grants of {item} for {reader} under {roster}");
        let window = self.state().rosters.get(&roster).map(|roster| (roster.from, roster.until));
        let (from, until) = window.unwrap_or((self.now, self.now.plus(DAY)));
        Approval {
            case: self.number(),
            roster,
            item,
            reader: member(reader),
            reader_label: named(&format!("label's header, {name}")),
            reader_body: named(&format!("body's header, {name}")),
            grants: payload(&name),
            grant_grants: vec![grant(&name, self.case_vault())],
            from,
            until,
        }
    }

    pub fn approves(&mut self, who: &str, item: Digest, roster: Digest, reader: &str) -> Digest {
        self.says(who, self.approval(item, roster, reader))
    }

    pub fn no_approval(&self, who: &str, item: Digest, roster: Digest, readers: &[&str]) -> NoApproval {
        let name = format!("reason for {item}");
        NoApproval {
            case: self.number(),
            roster,
            item,
            reader: readers.iter().map(|name| member(name)).collect(),
            reason: payload(&name),
            grant_reason: vec![grant(&name, self.kept_in(works_for(who)))],
        }
    }

    pub fn consultation(&self, roster: Digest, form: ConsultationForm) -> Consultation {
        let name = format!("consultation about {roster}");
        let consulted = self.state().partner;
        Consultation {
            case: self.number(),
            roster,
            partner: consulted,
            form,
            outcome: payload(&name),
            grant_outcome: self.told_outcomes(&name),
        }
    }

    pub fn consults(&mut self, roster: Digest) -> Digest {
        self.says("Sanne", self.consultation(roster, ConsultationForm::Signed))
    }

    /// A release of approved items and of the house's own, with the consultation and gaps that are right.
    pub fn release(
        &self,
        roster: Digest,
        reader: &str,
        approved: &[(Digest, Digest)],
        own: &[Digest],
    ) -> Release {
        let state = self.state();
        let consultations = state.consultations.iter().filter(|(_, c)| c.roster == roster);
        let window = state.rosters.get(&roster).map(|roster| (roster.from, roster.until));
        let (from, until) = window.unwrap_or((self.now, self.now.plus(DAY)));
        let own_item = |item: &Digest| OwnItem {
            item: *item,
            grant_label: named(&format!("own label of {item} for {reader}")),
            grant_body: named(&format!("own body of {item} for {reader}")),
        };
        let mut release = Release {
            case: self.number(),
            roster,
            consultation: consultations.map(|(id, _)| *id).next_back(),
            reader: member(reader),
            approved: approved
                .iter()
                .map(|(item, approval)| Approved { item: *item, approval: *approval })
                .collect(),
            own: own.iter().map(own_item).collect(),
            gaps: Number(0),
            from,
            until,
        };
        release.gaps = Number(meeting::shown_gaps(state, &release));
        release
    }

    pub fn releases(
        &mut self,
        roster: Digest,
        reader: &str,
        approved: &[(Digest, Digest)],
        own: &[Digest],
    ) -> Digest {
        self.says("Joris", self.release(roster, reader, approved, own))
    }

    pub fn withdrawal(&self, item: Digest, readers: &[&str]) -> Withdrawal {
        Withdrawal { case: self.number(), item, reader: readers.iter().map(|name| member(name)).collect() }
    }

    pub fn may_open(&self, release: Digest, item: Digest, reader: &str) -> Result<(), Refusal> {
        let house = &self.history.house;
        meeting::may_open(house, self.state(), release, item, member(reader), self.now)
    }
}
