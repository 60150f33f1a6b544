//! The hub lies. What it says is wrong is refused, and nothing of it is used.

use std::fs;

use zegel::client::Draft;
use zegel::client::verbs::contribute::terms::NewFile;
use zegel::client::verbs::meeting::approve::{self, approve};
use zegel::client::verbs::pack;
use zegel::clock::Clock;
use zegel::demo::act::file;
use zegel::demo::stage::Stage;
use zegel::hub::check::check;
use zegel::hub::evidence;
use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::{CaseNumber, Digest, MemberId};
use zegel::protocol::seal::SealingKey;
use zegel::protocol::statement::{Body, Membership, Statement};
use zegel::protocol::words::*;

use crate::support::disk::secret_keys;
use crate::support::liar::{Lie, liar, through};
use crate::support::smuggle::smuggles;
use crate::support::{Base, Play, Refused, play};

on_both!(
    another_items_header_is_refused_before_anything_is_wrapped,
    another_readers_key_is_refused_before_anything_is_wrapped,
    a_membership_of_the_hubs_own_making_is_refused,
    what_the_hub_keeps_back_or_alters_is_an_alarm_and_leaves_no_file,
);

/// Two items of the police that Joris asks about, for Noor.
async fn asked(base: Base) -> (Play, CaseNumber, Vec<Digest>) {
    let play = play(base, &["sanne", "joris", "mila", "femke", "pieter", "noor"]).await;
    let stage = &play.stage;
    let new = |name: &str, kind| -> NewFile {
        let path = stage.folder.join(name);
        fs::write(&path, name).unwrap();
        file(path, name, kind, &[Phase::Rto], "2027-06-30")
    };
    let referral = vec![new("aanmelding.txt", ItemKind::Referral)];
    let case = stage.refers("sanne", CaseKind::Aftercare, referral).await.unwrap().case;
    stage.opens_case("joris", case).await.unwrap();
    stage.moves_to("joris", case, Phase::Rto).await.unwrap();
    let date = "2026-11-10T09:00:00Z".parse().unwrap();
    stage.plans("joris", case, date, &["femke", "noor"], &[], None).await.unwrap();
    let files = ["een.txt", "twee.txt"].map(|name| new(name, ItemKind::Contribution)).to_vec();
    let items = stage.contributes("femke", case, files).await.unwrap().items;
    stage.asks_suppliers("joris", case).await.unwrap();
    (play, case, items.iter().map(|item| item.item).collect())
}

fn at(item: Digest, part: &str) -> String {
    format!("/v1/statements/{item}/parts/{part}")
}

async fn another_items_header_is_refused_before_anything_is_wrapped(base: Base) {
    let (play, case, items) = asked(base).await;
    let stage = &play.stage;
    let (remote, liar) = liar(stage).await;
    for part in ["label", "body"] {
        let (of, with) = (at(items[0], part) + "/headers", at(items[1], part) + "/headers");
        liar.lock().unwrap().lie = Some(Lie::Instead { of, with });
        let all = approve::Choice::default();
        let refused = through!(stage, "femke", &remote, |ctx| approve(ctx, case, &all));
        assert_eq!(refused.code(), "commitment", "{part}");
    }
    assert_eq!(liar.lock().unwrap().posted, 0);
    assert_eq!(stage.sees_asks("femke").await.unwrap().asks[0].waiting, 2);
}

/// In Noor's place the hub puts Max, wherever it names her key.
async fn another_readers_key_is_refused_before_anything_is_wrapped(base: Base) {
    let (play, case, _) = asked(base).await;
    let stage = &play.stage;
    let (remote, liar) = liar(stage).await;
    let (noor, max) = (secret_keys(stage, "noor").remove(0), SealingKey::generate());
    let (of, with) = (noor.recipient().to_string(), max.recipient().to_string());
    liar.lock().unwrap().lie = Some(Lie::Rewrite { of, with });
    let all = approve::Choice::default();
    let refused = through!(stage, "femke", &remote, |ctx| approve(ctx, case, &all));
    assert_eq!(refused.code(), "not-in-journal");
    assert_eq!(liar.lock().unwrap().posted, 0);

    // The same way to the hub, when it tells the truth.
    liar.lock().unwrap().lie = None;
    let approved = through!(stage, "femke", &remote, |ctx| approve(ctx, case, &all)).unwrap();
    assert_eq!((approved.approvals.len(), liar.lock().unwrap().posted), (2, 1));
}

/// The hub itself puts Max in Noor's place, in a journal in which everything else is right.
async fn a_membership_of_the_hubs_own_making_is_refused(base: Base) {
    let (play, case, _) = asked(base).await;
    let stage = &play.stage;
    let now = stage.clock.now();
    let max = SecretCert::generate_authority("Autoriteit Midden-Linge", now).unwrap();
    let membership = Membership {
        recipient: SealingKey::generate().recipient(),
        ..membership_of(stage, stage.member("noor").unwrap()).await
    };
    let mut draft = Draft::of(stage.cast.hub.clone(), Seen::nothing(), Signer::Authority, now);
    draft.push(membership);
    smuggles(stage, &draft.sign(&max).unwrap().entries[0], now, "all").await;

    let (remote, liar) = liar(stage).await;
    let all = approve::Choice::default();
    let refused = through!(stage, "femke", &remote, |ctx| approve(ctx, case, &all));
    assert_eq!(refused.code(), "forged-statement");
    assert_eq!(liar.lock().unwrap().posted, 0);
    let faults = check(&stage.hub.state).await.unwrap().faults;
    assert!(faults.iter().any(|fault| fault.contains("signature")), "{faults:?}");
}

async fn membership_of(stage: &Stage, member: MemberId) -> Membership {
    let all = evidence::all(&stage.hub.state).await.unwrap();
    let bodies = all.iter().map(|(_, _, text, _)| Statement::parse(text.as_bytes()).unwrap().body);
    let of_member = |body| match body {
        Body::Membership(membership) if membership.member == member => Some(membership),
        _ => None,
    };
    bodies.into_iter().find_map(of_member).expect("the house vouched")
}

async fn what_the_hub_keeps_back_or_alters_is_an_alarm_and_leaves_no_file(base: Base) {
    let (play, case, items) = asked(base).await;
    let stage = &play.stage;
    stage.approves("femke", case, &["noor"]).await.unwrap();
    stage.consults("sanne", case, ConsultationForm::Signed, "Akkoord.").await.unwrap();
    stage.releases("joris", case).await.unwrap();
    let (remote, liar) = liar(stage).await;
    let lies = [
        (Lie::Deny(at(items[0], "label") + "/headers"), "unknown-item"),
        (Lie::Deny(at(items[0], "body") + "/headers"), "unknown-item"),
        (Lie::Alter(at(items[0], "body") + "/payload"), "digest"),
        (Lie::Instead { of: at(items[0], "body"), with: at(items[1], "body") }, "commitment"),
    ];
    for (number, (lie, code)) in lies.into_iter().enumerate() {
        liar.lock().unwrap().lie = Some(lie);
        let folder = stage.folder.join(format!("out-{number}"));
        let wish = pack::Wish { items: vec![], folder: folder.clone(), sealed: None };
        let opened = through!(stage, "noor", &remote, |ctx| pack::open(ctx, case, &wish)).unwrap();
        let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, ["twee.txt"], "{code}");
        assert_eq!((opened.opened.len(), opened.refused.len()), (1, 1), "{code}");
        assert_eq!((opened.refused[0].code.as_str(), opened.refused[0].alarm), (code, true));
        assert_eq!(opened.require_whole().unwrap_err().code(), "missing");
    }
}
