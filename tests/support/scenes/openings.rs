//! May a reader open an item now?

use super::*;

pub fn released(s: &mut Story) {
    let (report, roster, agenda) = (s.recall("report"), s.recall("roster"), s.recall("agenda"));
    let for_noor = s.approves("Femke", report, roster, "Noor");
    let for_daan = s.approves("Femke", report, roster, "Daan");
    s.consults(roster);
    let to_noor = s.releases(roster, "Noor", &[(report, for_noor)], &[agenda]);
    let to_daan = s.releases(roster, "Daan", &[(report, for_daan)], &[]);
    s.remember("for Noor", for_noor);
    s.remember("to Noor", to_noor);
    s.remember("to Daan", to_daan);
}

pub fn scenes(s: &mut Scenes) {
    let noor = |s: &Story| (s.recall("to Noor"), s.recall("report"), "Noor");
    s.opens("good", "Noor opens what the police approved and Joris released", "good", move |s| noor(s));
    s.opens("good-own", "Noor opens the agenda, which is the house's own", "good", |s| {
        (s.recall("to Noor"), s.recall("agenda"), "Noor")
    });
    s.opens("last-second", "The last second of the release", "good", move |s| {
        s.now = s.state().releases[&s.recall("to Noor")].until.plus(-1);
        noor(s)
    });
    s.opens("after", "The release ended this second", "too-late", move |s| {
        s.now = s.state().releases[&s.recall("to Noor")].until;
        noor(s)
    });
    s.opens("before", "A second before the release begins", "too-early", |s| {
        let release = s.state().releases[&s.recall("to Noor")].clone();
        let release = Release { from: s.now.plus(DAY), ..release };
        let from = release.from;
        let release = s.says("Joris", release);
        s.now = from.plus(-1);
        (release, s.recall("report"), "Noor")
    });
    s.opens("approval-ended", "The release goes on, the approval of this item ended", "too-late", |s| {
        let (report, roster) = (s.recall("report"), s.recall("roster"));
        let approval = s.approval(report, roster, "Noor");
        let approval = Approval { until: s.now.plus(DAY), ..approval };
        let approval = s.says("Femke", approval);
        let release = s.releases(roster, "Noor", &[(report, approval)], &[]);
        s.passes(DAY);
        (release, report, "Noor")
    });
    s.opens("item-ended", "The release goes on, the item's own time ended", "too-late", |s| {
        let until = s.now.plus(DAY);
        let short = s.says("Femke", Item { until: Some(until), ..s.item("Femke", "short") });
        let roster = s.recall("roster");
        let approval = s.approval(short, roster, "Noor");
        let approval = s.says("Femke", Approval { until, ..approval });
        let release = s.releases(roster, "Noor", &[(short, approval)], &[]);
        s.now = until;
        (release, short, "Noor")
    });
    s.opens("retention-over", "The day after the item's last day", "too-late", |s| {
        let short = Item { retention: "2026-11-05".parse().unwrap(), ..s.item("Femke", "short") };
        let short = s.says("Femke", short);
        let (roster, until) = (s.recall("roster"), moment("2026-11-06T00:00:00Z"));
        let approval = s.approval(short, roster, "Noor");
        let approval = s.says("Femke", Approval { until, ..approval });
        let release = s.releases(roster, "Noor", &[(short, approval)], &[]);
        s.now = until;
        (release, short, "Noor")
    });
    s.opens("other-reader", "Daan opens Noor's release", "not-released", |s| {
        (s.recall("to Noor"), s.recall("report"), "Daan")
    });
    s.opens("not-in-release", "Noor opens what was not released to her", "not-released", |s| {
        (s.recall("to Noor"), s.recall("spoken"), "Noor")
    });
    s.opens("not-in-this-release", "Daan opens the agenda, which went to Noor only", "not-released", |s| {
        (s.recall("to Daan"), s.recall("agenda"), "Daan")
    });
    s.opens("unreleased", "Noor opens what was approved but not released", "not-released", |s| {
        let file = s.recall("file");
        let approval = s.approves("Amrani", file, s.recall("roster"), "Noor");
        (approval, file, "Noor")
    });
    s.opens("unknown-item", "Noor opens what does not exist", "unknown-item", |s| {
        (s.recall("to Noor"), named("no item"), "Noor")
    });
    s.opens("withdrawn", "The police withdrew", "withdrawn", move |s| {
        s.says("Pieter", s.withdrawal(s.recall("report"), &["Noor"]));
        noor(s)
    });
    s.opens("withdrawn-for-another", "The police withdrew for Daan only", "good", move |s| {
        s.says("Pieter", s.withdrawal(s.recall("report"), &["Daan"]));
        noor(s)
    });
    s.opens("withdrawn-own", "The house withdrew its agenda", "withdrawn", |s| {
        s.says("Mila", s.withdrawal(s.recall("agenda"), &["Noor"]));
        (s.recall("to Noor"), s.recall("agenda"), "Noor")
    });
    s.opens("retracted", "The police took the item out", "retracted", move |s| {
        s.says("Femke", Retraction { case: s.number(), item: s.recall("report") });
        noor(s)
    });
    s.opens("superseded", "A newer release to Noor took its place", "not-released", move |s| {
        s.releases(s.recall("roster"), "Noor", &[], &[s.recall("agenda")]);
        noor(s)
    });
    s.opens("off-the-roster", "Noor is no longer on the latest roster", "not-on-roster", move |s| {
        s.invites(&["Daan", "Bram"]);
        noor(s)
    });
    s.opens(
        "back-on-the-roster",
        "Noor was taken off the roster and came back; what she had needs new approvals",
        "not-released",
        move |s| {
            s.invites(&["Daan", "Bram"]);
            s.invites(&["Noor", "Daan"]);
            noor(s)
        },
    );
    s.opens("still-on-the-roster", "Bram joined; Noor is still on the latest roster", "good", move |s| {
        s.invites(&["Noor", "Daan", "Bram"]);
        noor(s)
    });
    s.opens(
        "joined-later",
        "Bram joined; what was released to others does not open for him",
        "not-released",
        |s| {
            s.invites(&["Noor", "Daan", "Bram"]);
            (s.recall("to Noor"), s.recall("report"), "Bram")
        },
    );
    s.opens("plan", "The case is in its plan phase, for which the item is given too", "good", move |s| {
        s.goes_to(Phase::Plan);
        noor(s)
    });
    s.opens(
        "outside-phase",
        "The item is not given in the phase that the case is in now",
        "outside-phase",
        |s| {
            let table = s.says("Femke", Item { phase: vec![Phase::Rto], ..s.item("Femke", "for the table") });
            let roster = s.recall("roster");
            let approval = s.approves("Femke", table, roster, "Noor");
            let release = s.releases(roster, "Noor", &[(table, approval)], &[]);
            s.goes_to(Phase::Plan);
            (release, table, "Noor")
        },
    );
    s.opens("case-ended", "The case has ended", "outside-phase", move |s| {
        s.goes_to(Phase::Ended);
        noor(s)
    });
    s.opens("stale-directory", "The directory expired", "stale-directory", |s| {
        let (report, roster) = (s.recall("report"), s.recall("roster"));
        let until = s.history.house.directory.as_ref().unwrap().until.plus(DAY);
        let longer = s.says("Joris", Roster { until, ..s.roster(&["Noor"]) });
        let approval = s.approves("Femke", report, longer, "Noor");
        s.consults(longer);
        let release = s.releases(longer, "Noor", &[(report, approval)], &[]);
        assert_ne!(roster, longer);
        s.now = until.plus(-DAY);
        (release, report, "Noor")
    });
    s.opens("suspended", "Noor is suspended", "suspended", move |s| {
        s.says("Ellen", house::suspension(s, "Noor"));
        noor(s)
    });
    s.opens("excluded", "Noor's partner is excluded", "excluded", move |s| {
        s.says("authority", Exclusion { partner: partner("Raad voor de Kinderbescherming") });
        noor(s)
    });
    s.opens("revoked", "Noor's key is revoked", "revoked", move |s| {
        s.says("authority", house::revocation(s, "Noor"));
        noor(s)
    });
    s.opens("not-listed", "Noor is no longer in the directory", "unknown-member", move |s| {
        let left = s.membership_statement("Noor");
        let mut directory = s.directory();
        directory.membership.retain(|id| *id != left);
        s.says("authority", directory);
        noor(s)
    });
    s.opens("membership-ended", "Noor's membership ended this second", "not-in-force", move |s| {
        let membership = s.membership("Noor", s.key_statement("Noor"));
        let until = s.now.plus(DAY);
        let shorter = s.says("authority", Membership { until, ..membership });
        s.remember("membership Noor", shorter);
        s.publishes();
        s.now = until;
        noor(s)
    });
}
