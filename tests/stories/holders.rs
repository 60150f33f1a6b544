//! Who reads by a vault: whoever holds it with the key in force, and may hold it still; while the directory is
//! fresh, and until an item's last day is over.

use std::fs;

use zegel::client::ask::Unattended;
use zegel::client::verbs::key;
use zegel::client::verbs::pack::{self, Wish};
use zegel::demo::act::file;
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::words::*;

use crate::support::door::*;
use crate::support::{Base, Play, play, scene};

/// A case that Sanne referred, with Joris and Mila as its directors.
async fn referred(base: Base) -> (Play, CaseNumber, Digest) {
    let play = play(base, &["sanne", "hugo", "joris", "mila", "femke", "pieter"]).await;
    let stage = &play.stage;
    let path = stage.folder.join("aanmelding.txt");
    fs::write(&path, "de aanmelding").unwrap();
    let referral = file(path, "Aanmelding", ItemKind::Referral, &[Phase::Rto], "2026-11-20");
    let referred = stage.refers("sanne", CaseKind::Aftercare, vec![referral]).await.unwrap();
    stage.opens_case("joris", referred.case).await.unwrap();
    let item: String = sqlx::query_scalar("SELECT id FROM statement WHERE kind = 'item'")
        .fetch_one(stage.hub.state.db.read())
        .await
        .unwrap();
    (play, referred.case, item.parse().unwrap())
}

async fn vaults(stage: &Stage, who: &str) -> Vec<String> {
    let held = sqlx::query_scalar("SELECT vault FROM holder WHERE member = $1 ORDER BY vault");
    let held: Vec<String> =
        held.bind(stage.member(who).unwrap().to_string()).fetch_all(stage.hub.state.db.read()).await.unwrap();
    assert!(!held.is_empty());
    held
}

/// Everything that a vault gives its holders is refused.
async fn reads_nothing(stage: &Stage, token: &str, who: &str, case: CaseNumber, item: Digest) {
    for vault in vaults(stage, who).await {
        for what in ["secret", "headers", "set"] {
            let answer = get(stage, token, &format!("/v1/vaults/{vault}/{what}")).await;
            assert_eq!(answer.code, "not-holder", "{who}: {what} of {vault}");
        }
    }
    for part in ["label", "body"] {
        let path = format!("/v1/statements/{item}/parts/{part}");
        for what in ["headers", "payload"] {
            assert_ne!(
                get(stage, token, &format!("{path}/{what}")).await.status,
                200,
                "{who}: {part} {what}"
            );
        }
    }
    assert_eq!(get(stage, token, "/v1/cases").await.json()["cases"].as_array().unwrap().len(), 0);
    let statements = get(stage, token, &format!("/v1/statements?scope={case}")).await.json();
    assert_eq!(statements["entries"].as_array().unwrap().len(), 0);
}

async fn reads(stage: &Stage, token: &str, who: &str, item: Digest) {
    for vault in vaults(stage, who).await {
        assert_eq!(get(stage, token, &format!("/v1/vaults/{vault}/secret")).await.status, 200);
    }
    let path = format!("/v1/statements/{item}/parts/body");
    assert_eq!(get(stage, token, &format!("{path}/headers")).await.status, 200);
    assert_eq!(get(stage, token, &format!("{path}/payload")).await.status, 200);
}

on_both!(
    a_procesregisseur_who_lost_the_role_reads_nothing_by_the_vaults,
    who_lost_the_role_still_opens_what_was_released,
    who_became_support_reads_nothing_by_the_partners_vault,
    a_new_key_takes_its_owner_out_of_every_vault,
    without_a_fresh_directory_nobody_opens_by_a_vault,
    an_items_last_day_is_the_last_for_holders_too,
);

async fn a_procesregisseur_who_lost_the_role_reads_nothing_by_the_vaults(base: Base) {
    let (play, case, item) = referred(base).await;
    let stage = &play.stage;
    let mila = signs_in(stage, "mila").await;
    reads(stage, &mila, "mila", item).await;
    vouches_for(stage, &stage.home("mila"), &[Role::Secretaris]).await;
    reads_nothing(stage, &mila, "mila", case, item).await;
    vouches_for(stage, &stage.home("mila"), &[Role::Procesregisseur]).await;
    reads(stage, &mila, "mila", item).await;
}

async fn who_lost_the_role_still_opens_what_was_released(base: Base) {
    let (play, case) = scene::prepared(base, &["sanne", "joris", "mila", "femke", "pieter"]).await;
    let stage = &play.stage;
    stage.plans("joris", case, scene::date(), &["femke", "mila"], &[], Some(scene::AGENDA)).await.unwrap();
    scene::femke_contributes(stage, case).await;
    stage.approves("femke", case, &["mila"]).await.unwrap();
    scene::joris_releases(stage, case).await;
    let before = stage.opens_pack("mila", case).await.unwrap();
    vouches_for(stage, &stage.home("mila"), &[Role::Secretaris]).await;
    let after = stage.opens_pack("mila", case).await.unwrap();
    assert_eq!((after.opened.len(), after.is_whole()), (before.opened.len(), true));
}

async fn who_became_support_reads_nothing_by_the_partners_vault(base: Base) {
    let (play, case, item) = referred(base).await;
    let stage = &play.stage;
    let hugo = signs_in(stage, "hugo").await;
    reads(stage, &hugo, "hugo", item).await;
    vouches_for(stage, &stage.home("hugo"), &[Role::Support]).await;
    for vault in vaults(stage, "hugo").await {
        assert_eq!(get(stage, &hugo, &format!("/v1/vaults/{vault}/secret")).await.code, "not-holder");
    }
    let path = format!("/v1/statements/{item}/parts/body/headers");
    assert_ne!(get(stage, &hugo, &path).await.status, 200);
    // That the own partner referred a case he still sees, as any of its members.
    assert_eq!(get(stage, &hugo, &format!("/v1/statements?scope={case}")).await.status, 200);
}

async fn a_new_key_takes_its_owner_out_of_every_vault(base: Base) {
    let (play, case, item) = referred(base).await;
    let stage = &play.stage;
    {
        let (home, remote) = stage.desk("mila").unwrap();
        let (mut out, mut ask) = (std::io::sink(), Unattended);
        key::rotate(&mut stage.context(&home, &remote, &mut out, &mut ask)).await.unwrap();
    }
    let before = signs_in(stage, "mila").await;
    reads(stage, &before, "mila", item).await;
    vouches_for(stage, &stage.home("mila"), &[Role::Procesregisseur]).await;
    assert_eq!(get(stage, &before, "/v1/cases").await.code, "not-signed-in", "the old key's session is over");
    let after = signs_in(stage, "mila").await;
    reads_nothing(stage, &after, "mila", case, item).await;
}

async fn without_a_fresh_directory_nobody_opens_by_a_vault(base: Base) {
    let (play, _, item) = referred(base).await;
    let stage = &play.stage;
    stage.clock.advance(31 * DAY);
    let joris = signs_in(stage, "joris").await;
    for vault in vaults(stage, "joris").await {
        for what in ["secret", "headers", "set"] {
            let answer = get(stage, &joris, &format!("/v1/vaults/{vault}/{what}")).await;
            assert_eq!(answer.code, "stale-directory", "{what}");
        }
    }
    for what in ["headers", "payload"] {
        let answer = get(stage, &joris, &format!("/v1/statements/{item}/parts/body/{what}")).await;
        assert_eq!(answer.code, "stale-directory", "{what}");
    }
}

async fn an_items_last_day_is_the_last_for_holders_too(base: Base) {
    let (play, case, item) = referred(base).await;
    let stage = &play.stage;
    stage.clock.set("2026-11-20T23:59:59Z".parse().unwrap());
    let joris = signs_in(stage, "joris").await;
    reads(stage, &joris, "joris", item).await;
    stage.clock.advance(1);
    for part in ["label", "body"] {
        for what in ["headers", "payload"] {
            let answer = get(stage, &joris, &format!("/v1/statements/{item}/parts/{part}/{what}")).await;
            assert_eq!(answer.code, "too-late", "{part} {what}");
        }
    }
    // His own program doesn't ask the hub for that.
    let wish = Wish { items: vec![item.to_string()], folder: stage.folder.join("out"), sealed: None };
    let (opened, _) = at!(stage, "joris", |ctx| pack::open(ctx, case, &wish));
    let refused = opened.unwrap().refused.remove(0);
    assert_eq!(refused.code, "too-late");
    assert!(!refused.sentence.contains("Volgens de hub"), "{}", refused.sentence);
}
