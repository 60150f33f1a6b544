//! Who has nothing left but the recovery code.

use zegel::client::ask::Unattended;
use zegel::client::home::{Home, Keep};
use zegel::client::remote::Remote;
use zegel::client::sign::Draft;
use zegel::client::verbs::enrol::{Enrol, enrol, recover};
use zegel::client::verbs::key::MAIL_DAYS;
use zegel::client::verbs::{authority, key};
use zegel::clock::random;
use zegel::demo::stage::Stage;
use zegel::protocol::id::Digest;
use zegel::protocol::recovery::RecoveryCode;
use zegel::protocol::refusal::Language;
use zegel::protocol::seal::SealingKey;
use zegel::protocol::statement::{Body, Bundle, Statement};
use zegel::protocol::words::{Number, RevocationReason, Seen, Signer};

use crate::support::door::*;
use crate::support::{Base, play};

pub fn how<'a>(stage: &'a Stage, folder: &'a std::path::Path) -> Enrol<'a> {
    Enrol {
        folder,
        url: Some(stage.url().unwrap()),
        keep: Keep::Identity(SealingKey::generate()),
        days: MAIL_DAYS,
        language: Language::Dutch,
        clock: &stage.clock,
        random: random(),
    }
}

/// Femke's keys anew, and the recovery code that she wrote down.
pub async fn femke_with_a_code(stage: &Stage) -> (std::path::PathBuf, RecoveryCode) {
    let femke = stage.member("femke").unwrap().to_string();
    office(stage, |office| authority::revoke(office, &femke, RevocationReason::Lost).unwrap());
    let slip = new_slip(stage, "femke").await;
    let folder = stage.folder.join("femke");
    stage.clock.advance(60);
    let mut code = None;
    let mut write_down = |shown: &RecoveryCode| {
        code = RecoveryCode::parse(&shown.to_text()).ok();
        Ok(())
    };
    enrol(how(stage, &folder), &slip, &mut write_down).await.unwrap();
    vouches_for(stage, &folder, &[]).await;
    (folder, code.unwrap())
}

on_both!(
    the_code_brings_back_the_newest_keys_with_the_statement_that_they_came_with,
    nobody_puts_a_bundle_under_anothers_id,
    a_bundle_under_another_statement_is_not_taken_for_ones_own,
);

async fn the_code_brings_back_the_newest_keys_with_the_statement_that_they_came_with(base: Base) {
    let play = play(base, &["joris", "mila", "femke", "pieter"]).await;
    let stage = &play.stage;
    let (old, code) = femke_with_a_code(stage).await;
    {
        let (home, remote) = (Home::open(&old).unwrap(), stage.desk("pieter").unwrap().1);
        let (mut out, mut ask) = (std::io::sink(), Unattended);
        key::rotate(&mut stage.context(&home, &remote, &mut out, &mut ask)).await.unwrap();
    }
    let remote = Remote::new(&stage.url().unwrap(), Language::Dutch).unwrap();
    let fetched = remote.fetch_bundle(&code.fetch_id()).await.unwrap();
    let statement = Statement::parse(&fetched.statement).unwrap();
    let Body::Bundle(named) = &statement.body else { panic!("{statement:?}") };
    assert_eq!(named.digest, Digest::of(&fetched.sealed));

    let laptop = stage.folder.join("laptop");
    let member = recover(how(stage, &laptop), &stage.cast.hub, &code).await.unwrap();
    assert_eq!(member, stage.member("femke").unwrap());
    let bundle = Home::open(&laptop).unwrap().unlock(&mut Unattended).unwrap();
    assert_eq!((bundle.keys.len(), bundle.number), (2, named.number.0));
    let token = signs_in_at(stage, &laptop).await;
    assert_eq!(get(stage, &token, "/v1/cases").await.status, 200);
}

async fn nobody_puts_a_bundle_under_anothers_id(base: Base) {
    let play = play(base, &["joris", "mila", "femke", "pieter"]).await;
    let stage = &play.stage;
    let (_, code) = femke_with_a_code(stage).await;
    let fetch = Digest::of(&*code.fetch_id());
    let pieter = Home::open(&stage.home("pieter")).unwrap().unlock(&mut Unattended).unwrap();
    let by = Signer::Member(pieter.member);
    let mut draft = Draft::of(pieter.hub.clone(), Seen::nothing(), by, stage.clock_now());
    let digest = draft.attach(b"not her keys".to_vec());
    draft.push(Bundle { number: Number(pieter.number + 1), digest, fetch: vec![fetch] });
    let batch = draft.sign(&pieter.keys[0].cert).unwrap();
    let remote = Remote::new(&stage.url().unwrap(), Language::Dutch).unwrap();
    let refused = remote.post(&batch).await;
    assert!(refused.is_err_and(|error| error.is("not-allowed")));

    let laptop = stage.folder.join("laptop");
    recover(how(stage, &laptop), &stage.cast.hub, &code).await.unwrap();
}

async fn a_bundle_under_another_statement_is_not_taken_for_ones_own(base: Base) {
    let play = play(base, &["joris", "mila", "femke", "pieter"]).await;
    let stage = &play.stage;
    let (_, code) = femke_with_a_code(stage).await;
    // Whoever runs the hub puts another statement beside it.
    let other: String = sqlx::query_scalar("SELECT id FROM statement WHERE kind = 'bundle' AND signer = $1")
        .bind(stage.member("pieter").unwrap().to_string())
        .fetch_one(stage.hub.state.db.read())
        .await
        .unwrap();
    sqlx::query("UPDATE bundle_fetch SET statement = $1 WHERE fetch_id = $2")
        .bind(other)
        .bind(Digest::of(&*code.fetch_id()).to_string())
        .execute(stage.hub.state.db.writer())
        .await
        .unwrap();
    let laptop = stage.folder.join("laptop");
    let refused = recover(how(stage, &laptop), &stage.cast.hub, &code).await;
    assert!(refused.is_err_and(|error| error.is("other-bundle")));
    assert!(!laptop.exists());
}
