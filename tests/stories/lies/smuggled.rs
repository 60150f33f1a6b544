//! What a hub records though it should refuse it, together with somebody who signs it. Leaf, tree and checkpoint are as
//! they should be, so that whoever is shown it has only the rules to go by.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use zegel::client::batch::Signed;
use zegel::client::verbs::meeting::approve::{self, approve};
use zegel::client::verbs::meeting::roster::Plan;
use zegel::client::verbs::pack;
use zegel::client::verbs::vault::{self, Whose};
use zegel::client::{ClientError, Draft};
use zegel::clock::Clock;
use zegel::demo::cast::Cast;
use zegel::demo::stage::Stage;
use zegel::hub::check::check;
use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::seal::SealingKey;
use zegel::protocol::statement::{Approval, Body, Delivery, Item, Membership, Release, Statement, Vault};
use zegel::protocol::words::*;

use super::scene::{Said, looks};
use super::snapshot;
use crate::liar::{Lie, Shared};
use crate::smuggle::{removes_last, smuggles};
use crate::support::hands::{journal_size, recorded};
use crate::support::liar::{liar, through};
use crate::support::post::secret_cert;
use crate::support::scene::{KEEP, REPORT, date, femke_contributes, paper, prepared};
use crate::support::{Base, Play};

on_both!(what_a_rule_forbids_is_refused_though_it_stands_in_the_journal, two_journals_give_the_hub_away);

/// What is recorded, to whom it is shown first, and the rule that it breaks.
type Row = (Lie, &'static str, &'static str);

const ROWS: &[Row] = &[
    (Lie::ForgedMembership, "femke", "bad-signature"),
    (Lie::ForgedRule, "femke", "bad-signature"),
    (Lie::OldRoster, "noor", "other-roster"),
    (Lie::OtherRosterReleased, "noor", "not-approved"),
    (Lie::ReleaseUnapproved, "noor", "not-approved"),
    (Lie::ReleaseUnconsulted, "noor", "not-consulted"),
    (Lie::ReleaseToAnother, "noor", "not-on-roster"),
    (Lie::StrangersGeneration, "femke", "not-holder"),
    (Lie::SkippedGeneration, "femke", "old-generation"),
    (Lie::OldGeneration, "femke", "old-generation"),
];

pub const LIES: &[Lie] = &[
    Lie::ForgedMembership,
    Lie::ForgedRule,
    Lie::OldRoster,
    Lie::OtherRosterReleased,
    Lie::ReleaseUnapproved,
    Lie::ReleaseUnconsulted,
    Lie::ReleaseToAnother,
    Lie::StrangersGeneration,
    Lie::SkippedGeneration,
    Lie::OldGeneration,
    Lie::OtherDirectory,
    Lie::TwoJournals,
];

async fn what_a_rule_forbids_is_refused_though_it_stands_in_the_journal(base: Base) {
    let (play, case) = released(base).await;
    let stage = &play.stage;
    let hub = &stage.hub.state;
    let (remote, liar) = liar(stage).await;
    let (mut table, mut broke, mut expected) = (Vec::new(), Vec::new(), Vec::new());
    for (lie, who, rule) in ROWS {
        let name = lie.name();
        let smuggled = signs(stage, *lie).await;
        let before = stage.folder.join("before");
        copies(&stage.home(who), &before);
        smuggles(hub, &smuggled, stage.clock.now(), "all").await;
        let refused = does(stage, &remote, who, case).await.err();
        let refused = refused.unwrap_or_else(|| panic!("{name}: {who} believes it"));
        broke.push((name, broken(&refused)));
        expected.push((name, Some(*rule)));
        assert_eq!(liar.lock().unwrap().posted, 0, "{name}");
        assert!(!stage.folder.join("out").exists(), "{name}");
        // Whoever looks at the hub itself finds it too.
        let faults = check(hub).await.unwrap().faults;
        let leaf = format!("leaf {}: ", journal_size(stage).await - 1);
        assert!(faults.iter().any(|fault| fault.starts_with(&leaf)), "{name}: {faults:?}");
        table.push((format!("{name}: {who}"), Said::of(&refused)));
        // As if it had never been: who saw a checkpoint would rightly miss what stood under it.
        removes_last(hub).await;
        fs::remove_dir_all(stage.home(who)).unwrap();
        copies(&before, &stage.home(who));
        fs::remove_dir_all(before).unwrap();
        let truly = does(stage, &remote, who, case).await;
        truly.unwrap_or_else(|error| panic!("{name}, and then the truth: {error}"));
        let _ = fs::remove_dir_all(stage.folder.join("out"));
    }
    assert_eq!(broke, expected);
    table.push(another_directory(stage, &remote, &liar, case).await);
    snapshot("smuggled", &table);
}

/// A folder with all that is in it.
fn copies(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        match entry.file_type().is_dir() {
            true => {
                fs::create_dir_all(&place).unwrap();
                fs::set_permissions(&place, entry.metadata().unwrap().permissions()).unwrap();
            }
            false => _ = fs::copy(entry.path(), place).unwrap(),
        }
    }
}

/// The rule that a statement in the journal breaks.
fn broken(error: &ClientError) -> Option<&'static str> {
    use zegel::client::trust::TrustError;
    match error {
        ClientError::Trust(TrustError::Statement { refusal, .. }) => Some(refusal.code()),
        _ => None,
    }
}

/// Noor opens her pack; Femke is about to approve something, and says no.
async fn does(
    stage: &Stage,
    remote: &zegel::client::Remote,
    who: &str,
    case: CaseNumber,
) -> Result<(), ClientError> {
    if who == "noor" {
        let wish = pack::Wish { items: vec![], folder: stage.folder.join("out"), sealed: None };
        let opened = through!(stage, who, remote, |ctx| pack::open(ctx, case, &wish))?;
        return opened.require_whole();
    }
    let approved = through!(stage, who, remote, |ctx| {
        ctx.yes = false;
        let choice = approve::Choice::default();
        async move { approve(ctx, case, &choice).await }
    });
    match approved {
        Err(ClientError::Declined) => Ok(()),
        other => other.map(|done| panic!("she was not asked: {done:?}")),
    }
}

/// A case of which something was released to Noor, under the second roster of its meeting; what Pieter added has
/// nobody's approval yet. The police's vault is at its second generation.
async fn released(base: Base) -> (Play, CaseNumber) {
    let (play, case) = prepared(base, &["sanne", "joris", "mila", "femke", "pieter", "noor", "bram"]).await;
    let stage = &play.stage;
    let planned = stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    femke_contributes(stage, case).await;
    let new = paper(stage, "nog-een.txt", "Nog een", ItemKind::Contribution, "nog een");
    stage.contributes("pieter", case, vec![new]).await.unwrap();
    let (again, _) = at!(stage, "femke", |ctx| vault::remove(ctx, Whose { case: None }, &[]));
    again.unwrap();
    stage.asks_suppliers("joris", case).await.unwrap();
    approves_report(stage, case).await;
    let bram = stage.invited("bram", Seat::Delegate).unwrap();
    let plan = Plan { meeting: Some(planned.meeting), add: vec![bram], ..Plan::default() };
    stage.changes("joris", case, plan).await.unwrap();
    stage.asks_suppliers("joris", case).await.unwrap();
    approves_report(stage, case).await;
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();
    stage.releases("joris", case).await.unwrap();
    (play, case)
}

async fn approves_report(stage: &Stage, case: CaseNumber) {
    let (items, readers) = (vec!["Melding".to_owned()], stage.ids(&["noor"]).unwrap());
    let choice = approve::Choice { items, readers, ..approve::Choice::default() };
    let (done, _) = at!(stage, "femke", |ctx| approve(ctx, case, &choice));
    assert_eq!(done.unwrap().approvals.len(), 1, "{REPORT}");
}

/// What the hub records with the help of somebody.
async fn signs(stage: &Stage, lie: Lie) -> Signed {
    let all = recorded(stage).await;
    let last = |is: fn(&Body) -> bool| all.iter().rev().find(|(_, s)| is(&s.body)).unwrap().1.body.clone();
    let approvals: Vec<(Digest, Approval)> = all
        .iter()
        .filter_map(|(id, s)| match &s.body {
            Body::Approval(approval) => Some((*id, approval.clone())),
            _ => None,
        })
        .collect();
    let [(first, of_first), _] = approvals.as_slice() else { panic!("{approvals:?}") };
    let Body::Release(release) = last(|body| matches!(body, Body::Release(_))) else { unreachable!() };
    let Body::Item(item) = last(|body| matches!(body, Body::Item(_))) else { unreachable!() };
    let vault = |generation: u64| police(&all, stage, generation);
    match lie {
        Lie::ForgedMembership => {
            let noor = stage.member("noor").unwrap();
            let is_hers = |statement: &Statement| match &statement.body {
                Body::Membership(membership) if membership.member == noor => Some(membership.clone()),
                _ => None,
            };
            let hers = all.iter().find_map(|(_, statement)| is_hers(statement)).unwrap();
            let own = Membership { recipient: SealingKey::generate().recipient(), ..hers };
            let max = SecretCert::generate_authority("Autoriteit Midden-Linge", stage.clock.now()).unwrap();
            signed(stage, Signer::Authority, &max, own)
        }
        Lie::ForgedRule => {
            let (pieter, joris) =
                (Signer::Member(stage.member("pieter").unwrap()), secret_cert(stage, "joris"));
            signed(stage, pieter, &joris, Item { retention: KEEP.parse().unwrap(), ..item })
        }
        Lie::OldRoster => by(stage, "femke", of_first.clone()),
        Lie::OtherRosterReleased => {
            let approved = vec![Approved { item: of_first.item, approval: *first }];
            by(stage, "joris", Release { approved, ..release })
        }
        Lie::ReleaseUnapproved => {
            let approved = vec![Approved { item: of_first.item, approval: Digest::of(b"nobody's") }];
            by(stage, "joris", Release { approved, ..release })
        }
        Lie::ReleaseUnconsulted => by(stage, "joris", Release { consultation: None, ..release }),
        Lie::ReleaseToAnother => {
            by(stage, "joris", Release { reader: stage.member("sanne").unwrap(), ..release })
        }
        Lie::StrangersGeneration => {
            let (now, id) = vault(2);
            let next = Vault { generation: Number(3), predecessor: Some(id), ..now };
            by(stage, "noor", next)
        }
        Lie::SkippedGeneration => {
            let (now, id) = vault(2);
            by(stage, "femke", Vault { generation: Number(4), predecessor: Some(id), ..now })
        }
        // What Pieter added was sealed to the generation before.
        Lie::OldGeneration => by(stage, "pieter", Item { kind: ItemKind::Contribution, ..item }),
        lie => panic!("{} is told elsewhere", lie.name()),
    }
}

/// A generation of the vault that Femke holds, with its statement.
fn police(all: &[(Digest, Statement)], stage: &Stage, generation: u64) -> (Vault, Digest) {
    let femke = stage.member("femke").unwrap();
    let is = |(id, statement): &(Digest, Statement)| match &statement.body {
        Body::Vault(vault) if vault.holder.contains(&femke) && vault.generation.0 == generation => {
            Some((vault.clone(), *id))
        }
        _ => None,
    };
    all.iter().find_map(is).unwrap()
}

fn by(stage: &Stage, who: &str, body: impl Into<Body>) -> Signed {
    signed(stage, Signer::Member(stage.member(who).unwrap()), &secret_cert(stage, who), body)
}

fn signed(stage: &Stage, by: Signer, cert: &SecretCert, body: impl Into<Body>) -> Signed {
    let mut draft = Draft::of(stage.cast.hub.clone(), Seen::nothing(), by, stage.clock.now());
    draft.push(body);
    draft.sign(cert).unwrap().entries.remove(0)
}

/// The authority signs two directories of one number. Femke saw the first; the hub shows the second.
async fn another_directory(
    stage: &Stage,
    remote: &zegel::client::Remote,
    liar: &Shared,
    case: CaseNumber,
) -> (String, Said) {
    stage.list().unwrap();
    stage.publish().await.unwrap();
    through!(stage, "femke", remote, |ctx| looks(ctx, case)).unwrap();
    let all = recorded(stage).await;
    let directory = |statement: &Statement| match &statement.body {
        Body::Directory(directory) => Some(directory.clone()),
        _ => None,
    };
    let mut other = all.iter().rev().find_map(|(_, statement)| directory(statement)).unwrap();
    let until = other.until;
    other.until = until.plus(3600);
    let smuggled = signed(stage, Signer::Authority, &Cast::authority().unwrap(), other);
    smuggles(&stage.hub.state, &smuggled, stage.clock.now(), "all").await;
    let left_out = Lie::LeftOut.about("zegel/1 directory\n", "").and(format!("\nuntil: {until}\n"), "");
    let number = all.iter().filter(|(_, s)| directory(s).is_some()).count();
    liar.lock().unwrap().lie = Some(left_out.and(format!("\nnumber: {number}\n"), ""));
    let refused = does(stage, remote, "femke", case).await.expect_err("another directory");
    assert_eq!(refused.code(), "other-directory");
    liar.lock().unwrap().lie = None;
    removes_last(&stage.hub.state).await;
    does(stage, remote, "femke", case).await.unwrap();
    assert_eq!(liar.lock().unwrap().posted, 0);
    (format!("{}: femke", Lie::OtherDirectory.name()), Said::of(&refused))
}

/// To Femke the hub shows one journal and to Noor another. Noor sees it by what Femke signs; and Femke when she is
/// shown Noor's.
async fn two_journals_give_the_hub_away(base: Base) {
    let (play, case) = prepared(base, &["sanne", "joris", "mila", "femke", "pieter", "noor"]).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    let (hub, now) = (&stage.hub.state, stage.clock.now());
    let (_, remote) = stage.desk("femke").unwrap();
    let chooses = |language| Delivery { way: DeliveryWay::Mail, language };
    let femke = stage.member("femke").unwrap();

    smuggles(hub, &by(stage, "pieter", chooses(LanguageWord::Dutch)), now, "all").await;
    through!(stage, "femke", &remote, |ctx| looks(ctx, case)).unwrap();
    let signed = through!(stage, "femke", &remote, |ctx| async {
        let (secrets, world) = ctx.begin().await?;
        let mut draft = Draft::new(&world, ctx.clock);
        draft.push(chooses(LanguageWord::Dutch));
        draft.sign(&secrets.cert)
    });
    let signed = signed.unwrap().entries.remove(0);
    assert!(signed.parse().unwrap().journal.size > 0 && signed.parse().unwrap().by == Signer::Member(femke));

    removes_last(hub).await;
    smuggles(hub, &by(stage, "pieter", chooses(LanguageWord::English)), now, "all").await;
    let fork = through!(stage, "femke", &remote, |ctx| looks(ctx, case)).err().expect("another journal");
    assert_eq!(fork.code(), "forked-journal");
    let evidence = stage.home("femke").join("evidence");
    assert_eq!(fs::read_dir(evidence).unwrap().count(), 1, "both checkpoints are kept");
    through!(stage, "noor", &remote, |ctx| looks(ctx, case)).unwrap();

    smuggles(hub, &signed, now, "all").await;
    let other = through!(stage, "noor", &remote, |ctx| looks(ctx, case)).err().expect("Femke saw another");
    assert_eq!(other.code(), "other-journal");
    let said: BTreeMap<String, Said> = [("femke", &fork), ("noor", &other)]
        .map(|(who, error)| (format!("{}: {who}", Lie::TwoJournals.name()), Said::of(error)))
        .into();
    snapshot("two-journals", &said.into_iter().collect::<Vec<_>>());
}
