//! Rosters, asks, approvals, refusals, consultations, releases and withdrawals.

use super::*;

pub fn asked(s: &mut Story) {
    let report = Item { withheld: Withheld::Shown, ..s.item("Femke", "report") };
    let report = s.says("Femke", report);
    s.remember("report", report);
    let mut file = Item { director: Director::Label, ..s.item("Amrani", "file") };
    file.grant_body.truncate(1);
    let file = s.says("Amrani", file);
    s.remember("file", file);
    let spoken = s.says("Femke", Item { approval: ApprovalRule::Never, ..s.item("Femke", "spoken") });
    s.remember("spoken", spoken);
    let later = s.says("Femke", Item { phase: vec![Phase::Plan], ..s.item("Femke", "later") });
    s.remember("later", later);
    let agenda = s.says("Joris", Item { kind: ItemKind::Agenda, ..s.item("Joris", "agenda") });
    s.remember("agenda", agenda);
    let roster = s.says("Joris", Roster { agenda: Some(agenda), ..s.roster(&["Noor", "Daan"]) });
    s.remember("roster", roster);
    s.says("Joris", s.ask("Politie", roster, &[report]));
    s.says("Joris", s.ask("GGZ", roster, &[file]));
}

pub fn scenes(s: &mut Scenes) {
    triage(s);
    rosters(s);
    asks(s);
    approvals(s);
    consultations(s);
    releases(s);
    withdrawals(s);
}

/// A second case in triage, in which the police and Noor's partner are questioned, each by a roster of its own.
/// The police have contributed a report.
fn questions(s: &mut Story) {
    s.refers("Sanne");
    s.goes_to(Phase::Screening);
    s.goes_to(Phase::Triage);
    for person in ["Femke", "Noor"] {
        let question = s.says("Joris", s.roster_of(works_for(person), &[person]));
        s.remember(&format!("question to {person}"), question);
    }
    let answer = s.contributes("Femke", "answer");
    s.remember("answer", answer);
}

fn triage(s: &mut Scenes) {
    s.good("triage", "Noor's partner is shown what the referring partner approves", |s| {
        questions(s);
        let (question, item) = (s.recall("question to Noor"), s.recall("for triage"));
        s.says("Joris", s.ask("Gemeente", question, &[item]));
        let approval = s.approves("Sanne", item, question, "Noor");
        s.releases(question, "Noor", &[(item, approval)], &[]);
    });
    s.good("triage-own", "The police approve their own item for their own people", |s| {
        questions(s);
        let (question, item) = (s.recall("question to Femke"), s.recall("answer"));
        s.says("Joris", s.ask("Politie", question, &[item]));
        s.approves("Femke", item, question, "Femke");
    });
    s.no(
        "ask-triage-other-partner",
        "The police would learn that Noor's partner is questioned",
        "one-partner-in-triage",
        |s| {
            questions(s);
            s.signs("Joris", s.ask("Politie", s.recall("question to Noor"), &[s.recall("answer")]))
        },
    );
    s.no(
        "approval-triage-other-partner",
        "Noor would learn that the police are questioned",
        "one-partner-in-triage",
        |s| {
            questions(s);
            s.signs("Femke", s.approval(s.recall("answer"), s.recall("question to Noor"), "Noor"))
        },
    );
    s.no(
        "refusal-triage-other-partner",
        "The police refuse for a roster that is not for them to know of",
        "one-partner-in-triage",
        |s| {
            questions(s);
            let question = s.recall("question to Noor");
            s.signs("Femke", s.no_approval("Femke", s.recall("answer"), question, &["Noor"]))
        },
    );
    s.no(
        "consultation-triage",
        "A consultation would show the referring partner who is questioned",
        "wrong-phase",
        |s| {
            questions(s);
            s.signs("Joris", s.consultation(s.recall("question to Noor"), ConsultationForm::Phone))
        },
    );
}

fn rosters(s: &mut Scenes) {
    s.no("roster-by-another", "Sanne signs a roster", "not-director", |s| {
        s.signs("Sanne", s.roster(&["Noor"]))
    });
    s.no("roster-other-phase", "A roster for a phase that the case is not in", "wrong-phase", |s| {
        s.signs("Joris", Roster { phase: Phase::Plan, ..s.roster(&["Noor"]) })
    });
    s.no(
        "roster-not-signed",
        "Joris invites someone of a partner that has not signed",
        "not-signed-partner",
        |s| s.signs("Joris", s.roster(&["Noor", "Max"])),
    );
    s.no("roster-suspended", "Joris invites someone who is suspended", "suspended", |s| {
        s.says("Ellen", house::suspension(s, "Bram"));
        s.signs("Joris", s.roster(&["Noor", "Bram"]))
    });
    s.no("roster-excluded", "Joris invites someone of an excluded partner", "excluded", |s| {
        s.says("authority", Exclusion { partner: partner("Reclassering") });
        s.signs("Joris", s.roster(&["Noor", "Bram"]))
    });
    s.no("roster-unknown", "Joris invites someone who is not in the directory", "unknown-member", |s| {
        s.signs("Joris", s.roster(&["Noor", "Lotte"]))
    });
    s.no("roster-same-number", "A roster with the number of the latest", "other-roster", |s| {
        s.signs("Joris", Roster { number: Number(1), ..s.roster(&["Noor"]) })
    });
    s.no("roster-number-skipped", "A roster that leaves a number out", "other-roster", |s| {
        s.signs("Joris", Roster { number: Number(3), ..s.roster(&["Noor"]) })
    });
    s.no("roster-other-previous", "A roster that follows another", "other-roster", |s| {
        let previous = Some(s.recall("roster of Femke"));
        s.signs("Joris", Roster { previous, ..s.roster(&["Noor"]) })
    });
    s.no("roster-first-not-one", "The first roster of a meeting has number 2", "other-roster", |s| {
        s.signs("Joris", Roster { number: Number(2), ..s.roster_of("another table", &["Noor"]) })
    });
    s.no("roster-agenda-no-agenda", "The agenda is another kind of item", "unknown-item", |s| {
        s.signs("Joris", Roster { agenda: Some(s.recall("report")), ..s.roster(&["Noor"]) })
    });
    s.no("roster-window-past", "A roster whose window ends this second", "too-late", |s| {
        s.signs("Joris", Roster { from: s.now.plus(-9), until: s.now, ..s.roster(&["Noor"]) })
    });
    s.no(
        "roster-grounds-not-sealed",
        "The grounds are sealed to a partner, not to the case",
        "wrong-grants",
        |s| {
            let grant_grounds = vec![grant("grounds", s.vault("Politie"))];
            s.signs("Joris", Roster { grant_grounds, ..s.roster(&["Noor"]) })
        },
    );
    s.no(
        "roster-triage-two-partners",
        "In triage a roster holds people of two partners",
        "one-partner-in-triage",
        |s| {
            s.refers("Sanne");
            s.goes_to(Phase::Screening);
            s.goes_to(Phase::Triage);
            s.signs("Joris", s.roster(&["Noor", "Femke"]))
        },
    );
}

fn asks(s: &mut Scenes) {
    s.no("ask-others-item", "The police are asked about an item of another", "not-supplier", |s| {
        let items = [s.recall("report"), s.recall("file")];
        s.signs("Joris", s.ask("Politie", s.recall("roster"), &items))
    });
    s.no("ask-never", "An ask about what is spoken at the table only", "never-approved", |s| {
        s.signs("Joris", s.ask("Politie", s.recall("roster"), &[s.recall("spoken")]))
    });
    s.no("ask-other-phase", "An ask about an item for another phase", "outside-phase", |s| {
        s.signs("Joris", s.ask("Politie", s.recall("roster"), &[s.recall("later")]))
    });
    s.no("ask-old-roster", "An ask for a roster of before", "other-roster", |s| {
        s.invites(&["Noor", "Daan", "Bram"]);
        s.signs("Joris", s.ask("Politie", s.recall("roster"), &[s.recall("report")]))
    });
    s.no("ask-triage-roster", "At the table, an ask for a roster of the triage", "wrong-phase", |s| {
        s.signs("Joris", s.ask("Politie", s.recall("roster of Noor"), &[s.recall("report")]))
    });
    s.no("ask-without-agenda", "The supplier is not given the agenda", "wrong-grants", |s| {
        let ask = s.ask("Politie", s.recall("roster"), &[s.recall("report")]);
        s.signs("Joris", Ask { agenda_label: None, agenda_body: None, ..ask })
    });
    s.no(
        "ask-agenda-body-elsewhere",
        "The agenda's body goes to another partner's vault",
        "wrong-grants",
        |s| {
            let ask = s.ask("Politie", s.recall("roster"), &[s.recall("report")]);
            s.signs("Joris", Ask { agenda_body: Some(grant("body of agenda", s.vault("GGZ"))), ..ask })
        },
    );
    s.no("ask-agenda-label-elsewhere", "The agenda's label goes to the case's vault", "wrong-grants", |s| {
        let ask = s.ask("Politie", s.recall("roster"), &[s.recall("report")]);
        s.signs("Joris", Ask { agenda_label: Some(grant("label of agenda", s.case_vault())), ..ask })
    });
    s.no(
        "ask-agenda-old-generation",
        "The agenda's body goes to a generation of before",
        "old-generation",
        |s| {
            let old = s.ask("Politie", s.recall("roster"), &[s.recall("report")]);
            s.says("Femke", s.vault_of("Politie", &["Femke"]));
            let ask = s.ask("Politie", s.recall("roster"), &[s.recall("report")]);
            s.signs("Joris", Ask { agenda_body: old.agenda_body, ..ask })
        },
    );
    s.no(
        "ask-agenda-of-none",
        "A roster without an agenda, and an ask that gives one",
        "wrong-grants",
        |s| {
            let given = s.ask("Politie", s.recall("roster"), &[s.recall("report")]);
            let roster = s.invites(&["Noor", "Daan"]);
            s.signs("Joris", Ask { roster, ..given })
        },
    );
    s.no("ask-agenda-retracted", "An ask for a roster whose agenda was taken out", "retracted", |s| {
        let agenda = s.state().rosters[&s.recall("roster")].agenda.unwrap();
        s.says("Mila", Retraction { case: s.number(), item: agenda });
        s.signs("Joris", s.ask("Politie", s.recall("roster"), &[s.recall("report")]))
    });
    s.no("ask-by-another", "Sanne asks", "not-director", |s| {
        s.signs("Sanne", s.ask("Politie", s.recall("roster"), &[s.recall("report")]))
    });
}

fn approvals(s: &mut Scenes) {
    let approval = |s: &Story| s.approval(s.recall("report"), s.recall("roster"), "Noor");
    s.good("approval-by-colleague", "Pieter approves what Femke contributed", move |s| {
        s.says("Pieter", approval(s));
    });
    s.no(
        "approval-by-another",
        "Dr. Amrani approves what the police contributed",
        "not-supplier",
        move |s| s.signs("Amrani", approval(s)),
    );
    s.no("approval-by-director", "Joris approves what the police contributed", "not-supplier", move |s| {
        s.signs("Joris", approval(s))
    });
    s.no("approval-by-no-holder", "Pieter, no longer a holder, approves", "not-holder", move |s| {
        s.says("Femke", s.vault_of("Politie", &["Femke"]));
        s.signs("Pieter", approval(s))
    });
    s.no("approval-not-on-roster", "An approval for who is not on the roster", "not-on-roster", |s| {
        s.signs("Femke", s.approval(s.recall("report"), s.recall("roster"), "Bram"))
    });
    s.no("approval-old-roster", "An approval for a roster of before", "other-roster", move |s| {
        s.invites(&["Noor", "Daan", "Bram"]);
        s.signs("Femke", approval(s))
    });
    s.no(
        "approval-triage-roster",
        "At the table, an approval for a roster of the triage",
        "wrong-phase",
        |s| s.signs("Femke", s.approval(s.recall("report"), s.recall("roster of Noor"), "Noor")),
    );
    s.no("approval-unknown-roster", "An approval for a roster that is not there", "unknown-roster", |s| {
        s.signs("Femke", s.approval(s.recall("report"), named("no roster"), "Noor"))
    });
    s.no("approval-never", "An approval of what is spoken at the table only", "never-approved", |s| {
        s.signs("Femke", s.approval(s.recall("spoken"), s.recall("roster"), "Noor"))
    });
    s.no("approval-other-phase", "An approval of an item for another phase", "outside-phase", |s| {
        s.signs("Femke", s.approval(s.recall("later"), s.recall("roster"), "Noor"))
    });
    s.no(
        "approval-beyond-roster",
        "An approval for a second longer than the roster",
        "outside-window",
        move |s| {
            let good = approval(s);
            s.signs("Femke", Approval { until: good.until.plus(1), ..good })
        },
    );
    s.no("approval-beyond-item", "An approval for longer than the item", "outside-window", |s| {
        let short = Item { until: Some(s.now.plus(DAY)), ..s.item("Femke", "short") };
        let short = s.says("Femke", short);
        s.signs("Femke", s.approval(short, s.recall("roster"), "Noor"))
    });
    s.no("approval-past", "An approval for a time that is over", "too-late", move |s| {
        s.passes(2 * DAY);
        let good = approval(s);
        s.signs("Femke", Approval { until: good.from.plus(DAY), ..good })
    });
    s.no("approval-retracted", "An approval of what was taken out", "retracted", move |s| {
        s.says("Femke", Retraction { case: s.number(), item: s.recall("report") });
        s.signs("Femke", approval(s))
    });
    s.no("approval-suspended-reader", "An approval for a reader who is suspended", "suspended", move |s| {
        s.says("Ellen", house::suspension(s, "Noor"));
        s.signs("Femke", approval(s))
    });
    s.no("approval-stale-directory", "An approval under an expired directory", "stale-directory", move |s| {
        s.passes(31 * DAY);
        s.signs("Femke", approval(s))
    });
    s.no(
        "approval-old-generation",
        "The grants are sealed to a generation of before",
        "old-generation",
        move |s| {
            let old = approval(s);
            s.says("Joris", s.vault_of("case", &["Joris", "Mila"]));
            s.signs("Femke", old)
        },
    );
    s.good("refusal", "Dr. Amrani refuses", |s| {
        let refusal = s.no_approval("Amrani", s.recall("file"), s.recall("roster"), &["Daan", "Noor"]);
        s.says("Amrani", refusal);
    });
    s.no("refusal-not-on-roster", "A refusal for who is not on the roster", "not-on-roster", |s| {
        s.signs("Amrani", s.no_approval("Amrani", s.recall("file"), s.recall("roster"), &["Bram"]))
    });
    s.good("refusal-for-one", "Dr. Amrani refuses for one of the two readers", |s| {
        let refusal = s.no_approval("Amrani", s.recall("file"), s.recall("roster"), &["Daan"]);
        s.says("Amrani", refusal);
        s.says("Amrani", s.approval(s.recall("file"), s.recall("roster"), "Noor"));
    });
    s.no(
        "refusal-one-not-on-roster",
        "A refusal for a reader and for who is not one",
        "not-on-roster",
        |s| {
            let readers = ["Noor", "Bram"];
            s.signs("Amrani", s.no_approval("Amrani", s.recall("file"), s.recall("roster"), &readers))
        },
    );
    s.no(
        "refusal-reason-sealed-to-director",
        "The reason is sealed to the case's vault",
        "wrong-grants",
        |s| {
            let refusal = s.no_approval("Amrani", s.recall("file"), s.recall("roster"), &["Noor"]);
            s.signs("Amrani", NoApproval { grant_reason: vec![grant("reason", s.case_vault())], ..refusal })
        },
    );
    s.no("refusal-by-another", "Femke refuses for dr. Amrani", "not-supplier", |s| {
        s.signs("Femke", s.no_approval("Amrani", s.recall("file"), s.recall("roster"), &["Noor"]))
    });
}

fn consultations(s: &mut Scenes) {
    s.good("consultation-by-phone", "Joris records that he called the referring partner", |s| {
        s.says("Joris", s.consultation(s.recall("roster"), ConsultationForm::Phone));
    });
    s.no(
        "consultation-other-partner",
        "Another partner than the referring one was consulted",
        "not-consulted",
        |s| {
            let consultation = s.consultation(s.recall("roster"), ConsultationForm::Phone);
            s.signs("Joris", Consultation { partner: partner("Politie"), ..consultation })
        },
    );
    s.no("consultation-signed-by-director", "Joris signs in the partner's place", "not-allowed", |s| {
        s.signs("Joris", s.consultation(s.recall("roster"), ConsultationForm::Signed))
    });
    s.no(
        "consultation-by-partner-as-phone",
        "Sanne records a call in the procesregisseur's place",
        "not-director",
        |s| s.signs("Sanne", s.consultation(s.recall("roster"), ConsultationForm::Phone)),
    );
    s.good(
        "consultation-referrer-excluded",
        "The referring partner is excluded: Joris records what he did, for who runs the case only",
        |s| {
            s.says("authority", Exclusion { partner: partner("Gemeente") });
            s.says("Joris", s.consultation(s.recall("roster"), ConsultationForm::Meeting));
        },
    );
    s.no(
        "consultation-sealed-to-excluded-referrer",
        "The outcome is sealed to the referring partner, which is excluded",
        "wrong-grants",
        |s| {
            let consultation = s.consultation(s.recall("roster"), ConsultationForm::Phone);
            s.says("authority", Exclusion { partner: partner("Gemeente") });
            s.signs("Joris", consultation)
        },
    );
    s.no(
        "consultation-by-excluded-referrer",
        "Sanne, whose partner is excluded, signs the consultation",
        "excluded",
        |s| {
            s.says("authority", Exclusion { partner: partner("Gemeente") });
            s.signs("Sanne", s.consultation(s.recall("roster"), ConsultationForm::Signed))
        },
    );
    s.no("consultation-old-roster", "A consultation about a roster of before", "other-roster", |s| {
        s.invites(&["Noor"]);
        s.signs("Sanne", s.consultation(s.recall("roster"), ConsultationForm::Signed))
    });
}

/// Another agenda of Joris's, with rules of its own.
fn own(s: &mut Story, rules: impl FnOnce(Item) -> Item) -> Digest {
    let item = Item { kind: ItemKind::Agenda, ..s.item("Joris", "another agenda") };
    s.says("Joris", rules(item))
}

fn releases_own(s: &mut Story, item: Digest) -> Told {
    let roster = s.recall("roster");
    s.consults(roster);
    s.signs("Joris", s.release(roster, "Noor", &[], &[item]))
}

fn releases(s: &mut Scenes) {
    /// The police's approval for a reader, and a release with it.
    fn release(s: &mut Story, reader: &str) -> Release {
        let (report, roster) = (s.recall("report"), s.recall("roster"));
        let approval = s.approves("Femke", report, roster, reader);
        s.remember("approval", approval);
        s.consults(roster);
        s.release(roster, reader, &[(report, approval)], &[])
    }
    s.no("release-not-consulted", "No consultation is on record", "not-consulted", |s| {
        let (report, roster) = (s.recall("report"), s.recall("roster"));
        let approval = s.approves("Femke", report, roster, "Noor");
        s.signs("Joris", s.release(roster, "Noor", &[(report, approval)], &[]))
    });
    s.no(
        "release-other-consultation",
        "The consultation is about another roster",
        "wrong-consultation",
        |s| {
            let before = s.consults(s.recall("roster"));
            let roster = s.invites(&["Noor", "Daan", "Bram"]);
            let approval = s.approves("Femke", s.recall("report"), roster, "Noor");
            let release = s.release(roster, "Noor", &[(s.recall("report"), approval)], &[]);
            s.signs("Joris", Release { consultation: Some(before), ..release })
        },
    );
    s.no("release-unknown-consultation", "The consultation is not on record", "wrong-consultation", |s| {
        let release = release(s, "Noor");
        s.signs("Joris", Release { consultation: Some(named("none")), ..release })
    });
    s.no("release-not-approved", "The approval is not on record", "not-approved", |s| {
        s.consults(s.recall("roster"));
        let approved = [(s.recall("report"), named("none"))];
        s.signs("Joris", s.release(s.recall("roster"), "Noor", &approved, &[]))
    });
    s.no("release-approved-for-another", "The approval is for another reader", "not-approved", |s| {
        let release = release(s, "Noor");
        s.signs("Joris", Release { reader: member("Daan"), ..release })
    });
    s.no("release-approved-item-other", "The approval is of another item", "not-approved", |s| {
        let release = release(s, "Noor");
        let approval = release.approved[0].approval;
        let approved = vec![Approved { item: s.recall("file"), approval }];
        s.signs("Joris", Release { approved, ..release })
    });
    s.no(
        "release-as-own",
        "Joris releases what the police contributed as the house's own",
        "not-approved",
        |s| {
            s.consults(s.recall("roster"));
            s.signs("Joris", s.release(s.recall("roster"), "Noor", &[], &[s.recall("report")]))
        },
    );
    s.no("release-approved-other-roster", "The approval is for the roster before", "other-roster", |s| {
        let (report, before) = (s.recall("report"), s.recall("roster"));
        let approval = s.approves("Femke", report, before, "Noor");
        let roster = s.invites(&["Noor", "Daan", "Bram"]);
        s.consults(roster);
        s.signs("Joris", s.release(roster, "Noor", &[(report, approval)], &[]))
    });
    s.no("release-own-never", "An agenda that is not given to anyone is released", "never-approved", |s| {
        let item = own(s, |item| Item { approval: ApprovalRule::Never, ..item });
        releases_own(s, item)
    });
    s.no("release-own-other-phase", "An agenda for another phase is released", "outside-phase", |s| {
        let item = own(s, |item| Item { phase: vec![Phase::Plan], ..item });
        releases_own(s, item)
    });
    s.no(
        "release-own-beyond-item",
        "An agenda is released for longer than it may be open",
        "outside-window",
        |s| {
            let until = Some(s.now.plus(DAY));
            let item = own(s, |item| Item { until, ..item });
            releases_own(s, item)
        },
    );
    s.no(
        "release-own-before-item",
        "An agenda is released from before it may be open",
        "outside-window",
        |s| {
            let from = Some(s.now.plus(DAY));
            let item = own(s, |item| Item { from, ..item });
            releases_own(s, item)
        },
    );
    s.no("release-own-past", "An agenda whose time is over is released", "too-late", |s| {
        let until = s.now.plus(DAY);
        let item = own(s, |item| Item { until: Some(until), ..item });
        s.now = until;
        releases_own(s, item)
    });
    s.no("release-own-retracted", "An agenda that was taken out is released", "retracted", |s| {
        let item = own(s, |item| item);
        s.says("Mila", Retraction { case: s.number(), item });
        releases_own(s, item)
    });
    s.no("release-old-roster", "A release for a roster of before", "other-roster", |s| {
        let release = release(s, "Noor");
        s.invites(&["Noor"]);
        s.signs("Joris", release)
    });
    s.no(
        "release-triage-roster",
        "At the table, a release without consultation by a roster of the triage",
        "wrong-phase",
        |s| s.signs("Joris", s.release(s.recall("roster of Noor"), "Noor", &[], &[s.recall("agenda")])),
    );
    s.no("release-withdrawn", "The approval was withdrawn", "withdrawn", |s| {
        let release = release(s, "Noor");
        s.says("Pieter", s.withdrawal(s.recall("report"), &["Noor"]));
        s.signs("Joris", release)
    });
    s.no("release-approval-again", "A withdrawn approval is recorded again", "recorded-twice", |s| {
        let approval = s.approves("Femke", s.recall("report"), s.recall("roster"), "Noor");
        let told = s.told.iter().find(|told| told.id == approval).unwrap().clone();
        s.says("Pieter", s.withdrawal(s.recall("report"), &["Noor"]));
        Told { leaf: s.told.len() as u64, at: s.now, ..told }
    });
    s.no("release-retracted", "The item was taken out", "retracted", |s| {
        let release = release(s, "Noor");
        s.says("Femke", Retraction { case: s.number(), item: s.recall("report") });
        s.signs("Joris", release)
    });
    s.no("release-suspended", "The reader is suspended", "suspended", |s| {
        let release = release(s, "Noor");
        s.says("Ellen", house::suspension(s, "Noor"));
        s.signs("Joris", release)
    });
    s.no("release-not-on-roster", "The reader is not on the roster", "not-on-roster", |s| {
        s.consults(s.recall("roster"));
        s.signs("Joris", s.release(s.recall("roster"), "Bram", &[], &[s.recall("agenda")]))
    });
    s.no("release-beyond-roster", "A release for a second longer than the roster", "outside-window", |s| {
        let release = release(s, "Noor");
        s.signs("Joris", Release { until: release.until.plus(1), ..release })
    });
    s.no(
        "release-beyond-approval",
        "A release for a time outside of the approval's",
        "outside-window",
        |s| {
            let (report, roster) = (s.recall("report"), s.recall("roster"));
            let approval = s.approval(report, roster, "Noor");
            let approval = Approval { until: approval.from.plus(DAY), ..approval };
            let approval = s.says("Femke", approval);
            s.consults(roster);
            let release = s.release(roster, "Noor", &[(report, approval)], &[]);
            s.signs("Joris", Release { from: release.from.plus(2 * DAY), ..release })
        },
    );
    s.no("release-wrong-gaps", "The pack does not show the gap of the police", "wrong-gaps", |s| {
        s.consults(s.recall("roster"));
        let release = s.release(s.recall("roster"), "Noor", &[], &[s.recall("agenda")]);
        assert_eq!(release.gaps, Number(1));
        s.signs("Joris", Release { gaps: Number(0), ..release })
    });
    s.no(
        "release-shows-silent-gap",
        "The pack gives away that something is withheld silently",
        "wrong-gaps",
        |s| {
            let release = release(s, "Noor");
            assert_eq!(release.gaps, Number(0));
            s.signs("Joris", Release { gaps: Number(1), ..release })
        },
    );
    s.no("release-by-another", "Sanne releases", "not-director", |s| {
        let release = release(s, "Noor");
        s.signs("Sanne", release)
    });
    s.no(
        "release-by-former-director",
        "Mila, no longer a holder of the case's vault, releases",
        "not-director",
        |s| {
            let release = release(s, "Noor");
            s.says("Joris", s.vault_of("case", &["Joris"]));
            s.signs("Mila", release)
        },
    );
}

fn withdrawals(s: &mut Scenes) {
    s.good("withdrawal-stale-directory", "Pieter withdraws under an expired directory", |s| {
        s.approves("Femke", s.recall("report"), s.recall("roster"), "Noor");
        s.passes(40 * DAY);
        s.says("Pieter", s.withdrawal(s.recall("report"), &["Noor"]));
    });
    s.no("withdrawal-of-nothing", "A withdrawal of what was never approved", "not-approved", |s| {
        s.signs("Femke", s.withdrawal(s.recall("report"), &["Noor"]))
    });
    s.no(
        "withdrawal-one-not-approved",
        "A withdrawal for a reader who was given an approval and for one who was not",
        "not-approved",
        |s| {
            s.approves("Femke", s.recall("report"), s.recall("roster"), "Noor");
            s.signs("Femke", s.withdrawal(s.recall("report"), &["Noor", "Daan"]))
        },
    );
    s.good("withdrawal-for-one", "Withdrawn for Daan only, what was approved for Noor is released", |s| {
        let (report, roster) = (s.recall("report"), s.recall("roster"));
        let approval = s.approves("Femke", report, roster, "Noor");
        s.approves("Femke", report, roster, "Daan");
        s.says("Femke", s.withdrawal(report, &["Daan"]));
        s.consults(roster);
        s.releases(roster, "Noor", &[(report, approval)], &[]);
    });
    s.no("withdrawal-by-another", "Joris withdraws the police's approval", "not-supplier", |s| {
        s.approves("Femke", s.recall("report"), s.recall("roster"), "Noor");
        s.signs("Joris", s.withdrawal(s.recall("report"), &["Noor"]))
    });
}
