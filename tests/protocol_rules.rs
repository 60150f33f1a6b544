//! Rules of the protocol that hold for all statements, not for one alone.

#[path = "support/samples.rs"]
mod samples;
#[path = "support/story.rs"]
mod story;

use std::collections::BTreeSet;

use proptest::prelude::*;

use zegel::protocol::case::Audience;
use zegel::protocol::history::{Entry, History, View};
use zegel::protocol::id::{Digest, Moment};
use zegel::protocol::lines::BadStatement;
use zegel::protocol::meeting;
use zegel::protocol::refusal::Refusal;
use zegel::protocol::rules::{Rules, Situation, Use, allows};
use zegel::protocol::statement::*;
use zegel::protocol::vault::{Carried, MAX_SET, RekeyedSet};
use zegel::protocol::words::*;

use samples::{Choose, sample};
use story::*;

// The grammar.

fn a_statement() -> impl Strategy<Value = String> {
    (prop::sample::select(Body::KINDS), any::<u64>())
        .prop_map(|(kind, seed)| sample(kind, &mut Choose::Random(seed)))
}

/// A small change somewhere: to a byte, to a line, or with one byte more or less.
fn altered(text: &str, how: u8, place: usize, byte: u8) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = place % bytes.len();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let line = place % lines.len();
    match how % 7 {
        0 => bytes[at] ^= 1 << (byte % 8),
        1 => bytes[at] = byte,
        2 => bytes.insert(at, byte),
        3 => drop(bytes.remove(at)),
        4 => bytes.truncate(at),
        5 => {
            lines.swap(line, usize::from(byte) % text.lines().count());
            bytes = lines.concat().into_bytes();
        }
        _ => {
            lines.insert(line, lines[usize::from(byte) % lines.len()]);
            bytes = lines.concat().into_bytes();
        }
    }
    bytes
}

proptest! {
    #[test]
    fn what_is_written_is_read_and_written_the_same(text in a_statement()) {
        let statement = Statement::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(statement.to_text(), text.clone());
        prop_assert_eq!(statement.id(), Digest::of(text.as_bytes()));
        prop_assert_eq!(Statement::parse(statement.to_text().as_bytes()).unwrap(), statement);
    }

    #[test]
    fn an_altered_statement_is_refused_or_another_statement(
        text in a_statement(), how: u8, place: usize, byte: u8,
    ) {
        let bytes = altered(&text, how, place, byte);
        if let Ok(statement) = Statement::parse(&bytes) {
            prop_assert_eq!(statement.to_text().into_bytes(), bytes);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read_one_way(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(statement) = Statement::parse(&bytes) {
            prop_assert_eq!(statement.to_text().into_bytes(), bytes);
        }
    }

    #[test]
    fn any_moment_can_be_written(seconds: i64) {
        let moment = Moment::from_unix(seconds);
        prop_assert_eq!(moment.to_string().parse(), Ok(moment));
    }
}

/// Who reads an older program's refusal learns what is new, not where it first looks odd.
#[test]
fn an_unknown_kind_is_named_whatever_follows() {
    let kind = "dispute".repeat(10);
    let problem = Statement::parse(format!("zegel/1 {kind}\nhub: NOWHERE\n").as_bytes()).unwrap_err();
    assert_eq!(problem, BadStatement::UnknownKind { kind: kind[..40].to_owned() });
}

#[test]
fn a_journal_key_is_one_word_of_a_length_that_can_be() {
    assert!(JOURNAL_KEY.parse::<JournalKeyText>().is_ok());
    for bad in ["", "a b", "a\u{7f}", "sleutel+é", &"x".repeat(401)] {
        assert!(bad.parse::<JournalKeyText>().is_err(), "{bad}");
    }
}

// The release rules.

fn a_moment() -> impl Strategy<Value = Moment> {
    (0i64..40).prop_map(|hours| moment("2026-12-01T00:00:00Z").plus(hours * 3600))
}

fn some_rules() -> impl Strategy<Value = Rules> {
    let phases = prop::sample::subsequence(vec![Phase::Plan, Phase::Rto, Phase::Triage], 0..=3);
    let approval = prop::sample::select(ApprovalRule::ALL);
    let window = (prop::option::of(a_moment()), prop::option::of(a_moment()));
    let day = prop::sample::select(vec!["2026-12-01", "2026-12-02"]);
    (prop::sample::select(Director::ALL), approval, phases, window, day).prop_map(
        |(director, approval, phases, (from, until), day)| Rules {
            director,
            approval,
            phases,
            from,
            until,
            withheld: Withheld::Silent,
            retention: day.parse().unwrap(),
        },
    )
}

/// The rules with one of them tighter.
fn tightened(rules: &Rules, which: u8, by: Moment) -> Rules {
    let mut tight = rules.clone();
    match which % 6 {
        0 => tight.approval = ApprovalRule::Never,
        1 => drop(tight.phases.pop()),
        2 => tight.director = Director::Label,
        3 => tight.from = Some(rules.from.map_or(by, |from| from.max(by))),
        4 => tight.until = Some(rules.until.map_or(by, |until| until.min(by))),
        _ => tight.retention = "2026-11-30".parse().unwrap(),
    }
    tight
}

proptest! {
    #[test]
    fn tighter_rules_never_turn_a_no_into_a_yes(
        rules in some_rules(), which: u8, by in a_moment(),
        (from, until, now) in (a_moment(), a_moment(), a_moment()),
        phase in prop::sample::select(Phase::ALL), give: bool,
    ) {
        let use_ = if give { Use::Give { from, until } } else { Use::Open };
        let situation = Situation { use_, phase, now };
        if allows(&rules, situation).is_err() {
            prop_assert!(allows(&tightened(&rules, which, by), situation).is_err());
        }
    }

    /// Whatever may be given now may, at each moment of its window, be opened in the same phase.
    #[test]
    fn what_is_given_opens_in_its_window(
        rules in some_rules(), (from, until, now, later) in (a_moment(), a_moment(), a_moment(), a_moment()),
        phase in prop::sample::select(Phase::ALL),
    ) {
        let given = allows(&rules, Situation { use_: Use::Give { from, until }, phase, now });
        if given.is_ok() && from <= later && later < until {
            prop_assert_eq!(allows(&rules, Situation { use_: Use::Open, phase, now: later }), Ok(()));
        }
    }
}

#[test]
fn an_item_opens_in_its_time_and_not_before_or_after() {
    let rules = Rules {
        director: Director::Reads,
        approval: ApprovalRule::Ask,
        phases: vec![Phase::Rto],
        from: Some(moment("2026-12-01T08:00:00Z")),
        until: Some(moment("2026-12-02T08:00:00Z")),
        withheld: Withheld::Silent,
        retention: "2026-12-31".parse().unwrap(),
    };
    let opens = |now| allows(&rules, Situation { use_: Use::Open, phase: Phase::Rto, now: moment(now) });
    let (from, until) = (rules.from.unwrap(), rules.until.unwrap());
    assert_eq!(opens("2026-12-01T07:59:59Z"), Err(Refusal::TooEarly { from }));
    assert_eq!(opens("2026-12-01T08:00:00Z"), Ok(()));
    assert_eq!(opens("2026-12-02T08:00:00Z"), Err(Refusal::TooLate { until }));
}

// The history.

/// Something that someone may try in a case, wise or not.
fn tries(story: &mut Story, what: u8, who: u8, whom: u8) -> Result<Digest, Refusal> {
    let who = PEOPLE[usize::from(who) % (PEOPLE.len() - 2)].0;
    let reader = PEOPLE[usize::from(whom) % (PEOPLE.len() - 2)].0;
    let case = story.state();
    let nth = |ids: Vec<Digest>| ids.get(usize::from(whom) % ids.len().max(1)).copied();
    let item = nth(case.items.keys().copied().collect()).unwrap();
    let roster = nth(case.latest.values().copied().collect()).unwrap();
    let approvals: Vec<(Digest, Digest)> =
        case.approvals.iter().map(|(id, a)| (a.approval.item, *id)).collect();
    match what % 16 {
        0 => story.tries(who, story.item(who, &format!("something {what} {whom}"))),
        1 => story.tries(who, Retraction { case: story.number(), item }),
        2 => story.tries("Joris", story.roster(&[reader, "Noor"])),
        3 => story.tries("Joris", story.ask(works_for(who), roster, &[item])),
        4 => story.tries(who, story.approval(item, roster, reader)),
        5 => story.tries(who, story.no_approval("Femke", item, roster, &[reader])),
        6 => story.tries("Sanne", story.consultation(roster, ConsultationForm::Signed)),
        7 => story.tries("Joris", story.release(roster, reader, &approvals[..approvals.len().min(1)], &[])),
        8 => story.tries(who, story.withdrawal(item, &[reader])),
        9 => story.tries("Ellen", Suspension { member: member(reader), until: story.now.plus(DAY) }),
        10 => story.tries("Joris", story.vault_of("case", &["Joris", "Mila"])),
        11 => story
            .tries("Joris", story.invitation(LetterKind::Invitation, roster, u64::from(whom % 4), reader)),
        12 => story
            .tries("Joris", story.invitation(LetterKind::Cancellation, roster, u64::from(whom % 4), reader)),
        13 => story.tries(who, story.letter(who, LetterKind::Message, reader)),
        14 => {
            let letter = nth(case.letters.keys().copied().collect()).unwrap();
            let addressee = |name: &&str| member(name) == case.letters[&letter].letter.to;
            // Mostly whom it is for: else hardly one answer counts.
            let who = PEOPLE
                .iter()
                .map(|(name, ..)| *name)
                .find(addressee)
                .filter(|_| !whom.is_multiple_of(4))
                .unwrap_or(who);
            story.tries(who, story.reply(who, letter))
        }
        _ => story.tries(who, story.phase(Phase::Plan)),
    }
}

fn a_full_story() -> Story {
    let mut story = Story::with_case();
    let report = story.contributes("Femke", "report");
    let file = story.contributes("Amrani", "file");
    let agenda = story.says("Joris", Item { kind: ItemKind::Agenda, ..story.item("Joris", "agenda") });
    let roster = story.says("Joris", Roster { agenda: Some(agenda), ..story.roster(&["Noor", "Daan"]) });
    story.says("Joris", story.ask("Politie", roster, &[report]));
    story.says("Joris", story.ask("GGZ", roster, &[file]));
    story.says("Amrani", story.no_approval("Amrani", file, roster, &["Daan", "Noor"]));
    let for_noor = story.approves("Femke", report, roster, "Noor");
    story.approves("Femke", report, roster, "Daan");
    story.consults(roster);
    let release = story.releases(roster, "Noor", &[(report, for_noor)], &[agenda]);
    let question = story.asks_by_letter("Bram");
    let answer = story.says("Bram", story.reply("Bram", question));
    let invitation = story.says("Joris", story.invitation(LetterKind::Invitation, roster, 0, "Noor"));
    story.remember("question to Bram", question);
    story.remember("answer of Bram", answer);
    story.remember("invitation of Noor", invitation);
    story.remember("report", report);
    story.remember("file", file);
    story.remember("agenda", agenda);
    story.remember("roster", roster);
    story.remember("for Noor", for_noor);
    story.remember("to Noor", release);
    story
}

fn replayed(story: &Story) -> History {
    let mut history = Story::empty().history;
    for told in &story.told {
        history.record(&told.entry(), View::Whole, None).unwrap();
    }
    history
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]
    #[test]
    fn replay_gives_the_same_state_and_a_refusal_changes_nothing(
        deeds in prop::collection::vec(any::<(u8, u8, u8)>(), 1..25),
    ) {
        let mut story = a_full_story();
        for (what, who, whom) in deeds {
            let before = format!("{:?}", story.history);
            if tries(&mut story, what, who, whom).is_err() {
                prop_assert_eq!(before, format!("{:?}", story.history));
            }
        }
        prop_assert_eq!(format!("{:?}", story.history), format!("{:?}", replayed(&story)));
        for who in PEOPLE {
            assert_is_shown_what_it_needs(&story, who.0);
        }
    }
}

/// Whether a member is shown a statement, going by what the hub would have stored.
fn is_shown(story: &Story, who: &str, id: Digest) -> bool {
    let holds = |vault| {
        let house = &story.history.house;
        let vaults = house.vaults.values().chain(story.state().vault.iter());
        vaults.filter(|state| state.vault == vault).any(|state| state.held_by(house, member(who)))
    };
    let mut audience = story.shown.iter().filter(|(shown, _)| *shown == id).map(|(_, audience)| *audience);
    audience.any(|audience| match audience {
        Audience::All => true,
        Audience::Member(id) => id == member(who),
        Audience::Partner(id) => id == partner(works_for(who)),
        Audience::Vault(vault) => holds(vault),
    })
}

/// Who is shown a part of the journal can judge each statement of it.
fn assert_is_shown_what_it_needs(story: &Story, who: &str) -> History {
    let mut history = Story::empty().history;
    for told in story.told.iter().filter(|told| is_shown(story, who, told.id)) {
        let answer = history.record(&told.entry(), View::Shown, None);
        let kind = told.statement.body.kind();
        assert!(answer.is_ok(), "{who} can't judge {kind}: {answer:?}\n{}", told.text);
    }
    history
}

#[test]
fn a_reader_judges_by_what_it_is_shown_as_the_hub_does() {
    let story = a_full_story();
    let history = assert_is_shown_what_it_needs(&story, "Noor");
    let case = history.case(story.number()).unwrap();
    let noor = member("Noor");
    let opens =
        |item| meeting::may_open(&history.house, case, story.recall("to Noor"), item, noor, story.now);
    assert_eq!(opens(story.recall("report")), Ok(()));
    assert_eq!(opens(story.recall("agenda")), Ok(()));
    assert_eq!(opens(story.recall("file")), Err(Refusal::UnknownItem));
}

#[test]
fn who_answers_a_cancellation_shuts_no_colleague_out() {
    let mut story = a_full_story();
    let roster = story.recall("roster");
    let cancellation = story.says("Joris", story.invitation(LetterKind::Cancellation, roster, 1, "Noor"));
    story.says("Noor", story.reply("Noor", cancellation));
    // Daan is shown what Noor answered, and of her invitation nothing.
    assert!(is_shown(&story, "Daan", cancellation));
    assert!(!is_shown(&story, "Daan", story.recall("invitation of Noor")));
    for (who, ..) in PEOPLE {
        assert_is_shown_what_it_needs(&story, who);
    }
    // The hub sees all letters, and takes no second cancellation.
    let twice = story.invitation(LetterKind::Cancellation, roster, 2, "Noor");
    assert_eq!(story.tries("Joris", twice), Err(Refusal::NotInvited));
}

/// Who sees a letter alone can't count; but no calendar holds a higher number, whoever looks.
#[test]
fn a_number_that_no_calendar_holds_is_refused_by_whoever_is_shown_it() {
    let story = a_full_story();
    let invitation = |sequence| {
        let roster = story.recall("roster");
        story.signs("Joris", story.invitation(LetterKind::Invitation, roster, sequence, "Daan"))
    };
    let shown = |told: Told| {
        let mut history = assert_is_shown_what_it_needs(&story, "Daan");
        history.record(&told.entry(), View::Shown, None).map(|_| ())
    };
    assert_eq!(shown(invitation((1 << 31) - 1)), Ok(()));
    let most = (1 << 31) - 1;
    assert_eq!(shown(invitation(1 << 31)), Err(Refusal::SequenceTooHigh { most }));
}

#[test]
fn nobody_is_shown_what_is_not_for_them() {
    let story = a_full_story();
    let shown = |who, what| is_shown(&story, who, story.recall(what));
    // Dr. Amrani refused, silently: no reader sees that there is a file.
    assert!(shown("Joris", "file") && shown("Iris", "file"));
    assert!(!["Noor", "Daan", "Femke", "Sanne", "Tess"].iter().any(|who| shown(who, "file")));
    // An approval goes to its reader only within a release.
    let approvals = story.state().approvals.iter();
    let daans: Vec<Digest> =
        approvals.filter(|(_, a)| a.approval.reader == member("Daan")).map(|(id, _)| *id).collect();
    assert!(
        shown("Noor", "for Noor")
            && !is_shown(&story, "Daan", daans[0])
            && !is_shown(&story, "Noor", daans[0])
    );
    // A release goes to its reader and the procesregisseurs.
    assert!(shown("Joris", "to Noor") && !["Daan", "Femke", "Sanne"].iter().any(|who| shown(who, "to Noor")));
    // In triage partners don't learn of each other.
    assert!(
        shown("Noor", "roster of Noor")
            && !shown("Noor", "roster of Femke")
            && !shown("Femke", "roster of Noor")
    );
    // A letter goes to its addressee and the procesregisseurs, an answer to its author and the answering partner.
    let only = |what, who: &[&str]| {
        PEOPLE.iter().filter(|(name, ..)| shown(name, what)).map(|(name, ..)| *name).eq(who.iter().copied())
    };
    assert!(only("question to Bram", &["Joris", "Mila", "Bram"]));
    assert!(only("answer of Bram", &["Joris", "Mila", "Bram"]));
    assert!(only("invitation of Noor", &["Joris", "Mila", "Noor"]));
    // Who has nothing to do with the case sees nothing of it.
    let of_case = |told: &&Told| told.statement.body.case().is_some();
    let seen =
        |who: &str| story.told.iter().filter(of_case).filter(|told| is_shown(&story, who, told.id)).count();
    assert_eq!((seen("Ellen") > 0, seen("Tess")), (true, 0));
}

#[test]
fn a_new_generation_carries_over_all_and_nothing_else() {
    let story = a_full_story();
    let vault = story.signs("Joris", story.vault_of("case", &["Joris"]));
    let report = (story.recall("report"), PartName::Body);
    let file = (story.recall("file"), PartName::Label);
    let judged = |story: &Story, told: &Told, set: &[_], open: &[_]| {
        let set = RekeyedSet { entries: set.iter().map(|part| (*part, named("new header"))).collect() };
        let open: BTreeSet<_> = open.iter().copied().collect();
        let carried = Some(Carried { set: &set, open: &open });
        story.history.clone().record(&told.entry(), View::Whole, carried).map(|_| ())
    };
    assert_eq!(judged(&story, &vault, &[report, file], &[report, file]), Ok(()));
    assert_eq!(judged(&story, &vault, &[report], &[report, file]), Err(Refusal::IncompleteSet));
    assert_eq!(judged(&story, &vault, &[report, file], &[report]), Err(Refusal::IncompleteSet));

    // The authority, where no holder is left, carries nothing over.
    let mut left = story.clone();
    for who in ["Joris", "Mila"] {
        let key = left.key_statement(who);
        left.says("authority", Revocation { member: member(who), key, reason: RevocationReason::Stolen });
    }
    let slip = left.says("authority", left.slip("Joris 2"));
    let key = left.tells(left.statement("Joris", left.first_key("Joris 2", slip)), "Joris 2");
    let key = left.tries_told(key).unwrap();
    left.vouches("Joris 2", key);
    left.publishes();
    let vault = left.signs("authority", Vault { set: None, ..left.vault_of("case", &["Joris"]) });
    assert_eq!(judged(&left, &vault, &[], &[report, file]), Ok(()));
    assert_eq!(judged(&left, &vault, &[report], &[report, file]), Err(Refusal::IncompleteSet));
}

#[test]
fn a_rekeyed_set_has_one_text() {
    let (a, b) = (named("a"), named("b"));
    let entries = [((a, PartName::Label), b), ((a, PartName::Body), b), ((b, PartName::Grants), a)];
    let set = RekeyedSet { entries: entries.into_iter().collect() };
    let text = set.to_text();
    assert_eq!(text.parse(), Ok(set));
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines.reverse();
    for bad in [
        lines.concat(),
        text.trim_end().to_owned(),
        text.replace('\n', "\r\n"),
        text.clone() + "\n",
        text.clone() + &text,
    ] {
        assert!(bad.parse::<RekeyedSet>().is_err(), "{bad}");
    }
}

#[test]
fn a_rekeyed_set_is_not_endless() {
    let (header, part) = (named("header"), PartName::Body);
    let numbered = |number: u32| {
        let mut digest = [0; 32];
        digest[..4].copy_from_slice(&number.to_be_bytes());
        ((Digest(digest), part), header)
    };
    let set = |many: u32| RekeyedSet { entries: (0..many).map(numbered).collect() };
    let most = MAX_SET as u32;
    assert!(set(most).to_text().parse::<RekeyedSet>().is_ok());
    assert!(set(most + 1).to_text().parse::<RekeyedSet>().is_err());
}

#[test]
fn what_is_judged_is_what_was_signed() {
    let story = Story::with_case();
    let (real, other) =
        (story.signs("Femke", story.item("Femke", "a")), story.signs("Femke", story.item("Femke", "b")));
    let refused =
        |entry: Entry<'_>| story.history.clone().record(&entry, View::Whole, None).unwrap_err().code();
    assert_eq!(refused(Entry { statement: &other.statement, ..real.entry() }), "bad-text");
    assert_eq!(refused(Entry { id: other.id, ..real.entry() }), "bad-text");
    assert_eq!(refused(Entry { text: other.text.as_bytes(), ..real.entry() }), "bad-text");
}

/// Who sees only some rosters of a meeting can't tell whether one is missing, but sees when two don't follow.
#[test]
fn whoever_is_shown_some_rosters_sees_that_they_follow() {
    let mut story = Story::with_case();
    let first = story.says("Joris", story.roster(&["Noor", "Daan"]));
    story.says("Joris", story.roster(&["Amrani", "Iris"]));
    let shown = |change: fn(&mut Roster, Digest)| {
        let mut history = assert_is_shown_what_it_needs(&story, "Noor");
        assert!(is_shown(&story, "Noor", first));
        let mut roster = story.roster(&["Noor", "Daan"]);
        change(&mut roster, first);
        history.record(&story.signs("Joris", roster).entry(), View::Shown, None).map(|_| ())
    };
    assert_eq!(shown(|_, _| ()), Ok(()));
    // Not again from the start, not as the second once more, and not the first's own number twice.
    assert_eq!(
        shown(|roster, _| (roster.number, roster.previous) = (Number(1), None)),
        Err(Refusal::OtherRoster)
    );
    assert_eq!(shown(|roster, _| roster.number = Number(2)), Err(Refusal::OtherRoster));
    let third_of_first = |roster: &mut Roster, first| roster.previous = Some(first);
    assert_eq!(shown(third_of_first), Err(Refusal::OtherRoster));
}

#[test]
fn a_pack_is_its_readers_and_nobody_elses() {
    let story = a_full_story();
    let (pack, report) = (story.recall("to Noor"), story.recall("report"));
    assert_eq!(story.may_open(pack, report, "Noor"), Ok(()));
    // Daan is at the table too, Bram is not.
    for who in ["Daan", "Bram"] {
        assert_eq!(story.may_open(pack, report, who), Err(Refusal::NotReleased), "{who}");
    }
}

#[test]
fn the_first_generation_of_a_partners_vault_is_its_own_members() {
    let mut story = Story::with_house();
    story.admits("Vijf", PartnerKind::Partner, Standing::Signed);
    story.publishes();
    let vault = || story.vault_of("Vijf", &["Max"]);
    let of_politie = story.vault_id("Politie");
    let before = story.history.house.vault_of(partner("Politie")).map(|vault| vault.id);
    let second = Vault { generation: Number(2), ..vault() };
    let taken = Vault { vault: of_politie, ..vault() };
    let follows = Vault { predecessor: before, ..vault() };
    let (right, others) = (vault(), vault());
    assert_eq!(story.tries("Femke", others), Err(Refusal::NotHolder));
    for wrong in [second, taken, follows] {
        assert_eq!(story.tries("Max", wrong), Err(Refusal::OldGeneration));
    }
    story.says("Max", right);
}

#[test]
fn nobody_is_vouched_for_at_a_partner_that_is_not_there() {
    let mut story = Story::with_house();
    let slip = story.says("authority", story.slip("Lotte"));
    let key = story.says("Lotte", story.first_key("Lotte", slip));
    let elsewhere = Membership { partner: partner("Brandweer"), ..story.membership("Lotte", key) };
    assert_eq!(story.tries("authority", elsewhere), Err(Refusal::UnknownPartner));
}
