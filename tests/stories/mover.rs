//! Lotte moves to another partner; her old grants don't open for her.

use std::fs;

use zegel::client::verbs::authority;
use zegel::client::verbs::meeting::roster::{Invited, Plan};
use zegel::client::verbs::pack;
use zegel::client::verbs::vault::{self, Whose};
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::words::*;

use crate::support::disk::Thief;
use crate::support::hands::commitments;
use crate::support::office::{gets_keys, in_office, revokes, slip_for};
use crate::support::scene::{AGENDA, date, femke_contributes, joris_releases, paper, prepared};
use crate::support::wire::Wire;
use crate::support::{Base, Refused};

const PEOPLE: &[&str] =
    &["sanne", "joris", "mila", "femke", "pieter", "lotte", "amrani", "iris", "noor", "daan"];
const NAME: &str = "Lotte Terpstra";
const MAIL: &str = "lotte.terpstra@ggz-de-oever.example";

on_both!(lottes_old_grants_do_not_open_for_her);

async fn lottes_old_grants_do_not_open_for_her(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let planned =
        stage.plans("joris", case, date(), &["femke", "lotte", "noor"], &[], Some(AGENDA)).await.unwrap();
    let report = femke_contributes(stage, case).await;
    let study = paper(stage, "onderzoek.txt", "Onderzoek", ItemKind::Contribution, "wat de raad weet");
    let study = stage.contributes("noor", case, vec![study]).await.unwrap().items[0].item;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("noor", case, &["lotte"]).await.unwrap();
    joris_releases(stage, case).await;
    let opened = opens(stage, "lotte", case, &[study, report]).await.unwrap();
    assert_eq!(opened.opened.len(), 2, "one was given to her, one is her colleagues'");

    moves(stage).await;
    for old in [&[study][..], &[report], &[]] {
        assert_eq!(opens(stage, "lotte", case, old).await.code(), "unknown-member", "with her old keys");
        assert_eq!(opens(stage, "lotte-ggz", case, old).await.code(), "unknown-case", "with her new ones");
    }

    // The GGZ sends her to the table: what was given to her when she was with the police is not hers now.
    let ground = "Convenant art. 6.2".to_owned();
    let lotte = Invited { who: MAIL.into(), seat: Seat::Delegate, ground };
    let participants = vec![lotte, stage.invited("noor", Seat::Delegate).unwrap()];
    let plan = Plan { meeting: Some(planned.meeting), participants, ..Plan::default() };
    stage.changes("joris", case, plan).await.unwrap();
    joris_releases(stage, case).await;
    let pack = opens(stage, "lotte-ggz", case, &[]).await.unwrap();
    assert_eq!((pack.opened.len(), pack.is_whole()), (1, true), "the agenda");
    let wire = Wire::of(stage, "lotte-ggz").await;
    let thief = Thief::with(stage, &["lotte-ggz"]).await;
    for item in [study, report] {
        assert_eq!(opens(stage, "lotte-ggz", case, &[item]).await.code(), "not-found");
        wire.never_was(item).await;
        for part in commitments(stage, item).await {
            assert!(!thief.opened.contains(&part), "not even with the hub's disk");
        }
    }
}

/// Her membership of the police ends. She gets another, with other keys.
async fn moves(stage: &Stage) {
    let member = Some(stage.member("lotte").unwrap());
    let same = slip_for(stage, "ggz", NAME, MAIL, member);
    let refused = in_office(stage, |office| authority::slip(office, &same));
    assert_eq!(refused.code(), "moved", "the old membership can't come along");
    revokes(stage, NAME, RevocationReason::Left).await;
    let (rekeyed, _) = at!(stage, "pieter", |ctx| vault::remove(ctx, Whose::default(), &[]));
    rekeyed.unwrap();
    let slip = slip_for(stage, "ggz", NAME, MAIL, None);
    gets_keys(stage, "lotte-ggz", &slip).await;
    let (added, _) = at!(stage, "amrani", |ctx| vault::add(ctx, Whose::default(), &[MAIL.into()]));
    added.unwrap();
}

async fn opens(
    stage: &Stage,
    home: &str,
    case: CaseNumber,
    items: &[Digest],
) -> Result<pack::OpenedPack, zegel::client::ClientError> {
    let folder = stage.home(home).join("opened");
    let _ = fs::remove_dir_all(&folder);
    let items = items.iter().map(ToString::to_string).collect();
    let wish = pack::Wish { items, folder, sealed: None };
    at!(stage, home, |ctx| pack::open(ctx, case, &wish)).0
}
