//! Whose a session is, and when it ends.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use zegel::client::verbs::authority;
use zegel::protocol::words::RevocationReason;

use crate::support::door::*;
use crate::support::{Base, play};

on_both!(
    a_stolen_keys_session_does_not_come_back_with_the_new_keys,
    who_found_a_slip_is_not_let_in_when_its_owner_is_vouched_for,
    a_finders_session_has_no_say_over_the_members_own,
    a_suspension_ends_sessions_also_those_that_nobody_used_meanwhile,
    an_exclusion_ends_the_sessions_of_that_partners_people_only,
    what_the_database_has_of_a_session_is_none,
);

async fn a_stolen_keys_session_does_not_come_back_with_the_new_keys(base: Base) {
    let play = play(base, &["joris", "mila", "femke", "pieter"]).await;
    let stage = &play.stage;
    let thief = signs_in(stage, "femke").await;
    assert_eq!(get(stage, &thief, "/v1/cases").await.status, 200);

    let femke = stage.member("femke").unwrap().to_string();
    office(stage, |office| authority::revoke(office, &femke, RevocationReason::Stolen).unwrap());
    let slip = new_slip(stage, "femke").await;
    let renewed = stage.folder.join("renewed");
    enrols(stage, &slip, &renewed).await;
    vouches_for(stage, &renewed, &[]).await;

    // The thief waited until she was back.
    for path in ["/v1/me", "/v1/cases", "/v1/sessions"] {
        assert_eq!(get(stage, &thief, path).await.code, "not-signed-in", "{path}");
    }
    let femke = signs_in_at(stage, &renewed).await;
    assert_eq!(get(stage, &femke, "/v1/cases").await.status, 200);
    assert_eq!(get(stage, &femke, "/v1/sessions").await.json().as_array().unwrap().len(), 1);
}

async fn who_found_a_slip_is_not_let_in_when_its_owner_is_vouched_for(base: Base) {
    let play = play(base, &["joris", "mila", "femke", "pieter"]).await;
    let stage = &play.stage;
    let femke = stage.member("femke").unwrap().to_string();
    office(stage, |office| authority::revoke(office, &femke, RevocationReason::Lost).unwrap());
    let lost = new_slip(stage, "femke").await;
    let thief = stage.folder.join("thief");
    enrols(stage, &lost, &thief).await;
    let stolen = signs_in_at(stage, &thief).await;
    let me = get(stage, &stolen, "/v1/me").await.json();
    assert_eq!(me["in_force"], false, "it may see how it stands");
    assert_eq!(get(stage, &stolen, "/v1/cases").await.status, 403);

    // Femke's words are not the thief's. She gets another slip, and her key waits beside the thief's.
    let slip = new_slip(stage, "femke").await;
    let hers = stage.folder.join("hers");
    enrols(stage, &slip, &hers).await;
    let waiting = signs_in_at(stage, &hers).await;
    let seen = get(stage, &waiting, "/v1/sessions").await.json();
    assert_eq!(seen.as_array().unwrap().len(), 1, "of its own key only: {seen}");

    vouches_for(stage, &hers, &[]).await;
    assert_eq!(get(stage, &stolen, "/v1/cases").await.code, "not-signed-in");
    assert_eq!(get(stage, &waiting, "/v1/cases").await.status, 200, "the key that waited is in force now");
}

async fn a_finders_session_has_no_say_over_the_members_own(base: Base) {
    let play = play(base, &["joris", "mila", "femke", "pieter"]).await;
    let stage = &play.stage;
    let femke = stage.member("femke").unwrap().to_string();
    office(stage, |office| authority::revoke(office, &femke, RevocationReason::Lost).unwrap());
    let slip = new_slip(stage, "femke").await;
    let hers = stage.folder.join("hers");
    enrols(stage, &slip, &hers).await;
    let waiting = signs_in_at(stage, &hers).await;
    let session = get(stage, &waiting, "/v1/sessions").await.json()[0]["session"].clone();

    let lost = new_slip(stage, "femke").await;
    let thief = stage.folder.join("thief");
    enrols(stage, &lost, &thief).await;
    let stolen = signs_in_at(stage, &thief).await;
    let path = format!("/v1/sessions/{}", session.as_str().unwrap());
    let seen = get(stage, &stolen, "/v1/sessions").await.json();
    assert!(seen.as_array().unwrap().iter().all(|row| row["session"] != session), "{seen}");
    ask(stage, reqwest::Method::DELETE, &stolen, &path).await;
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM session WHERE id = $1")
        .bind(session.as_str().unwrap().to_owned())
        .fetch_one(stage.hub.state.db.read())
        .await
        .unwrap();
    assert_eq!(left, 1);
}

async fn a_suspension_ends_sessions_also_those_that_nobody_used_meanwhile(base: Base) {
    let play = play(base, &["joris", "mila", "ellen", "femke", "pieter"]).await;
    let stage = &play.stage;
    let (used, unused) = (signs_in(stage, "femke").await, signs_in(stage, "femke").await);
    suspends(stage, "ellen", "femke", 7).await;
    assert_ne!(get(stage, &used, "/v1/cases").await.status, 200);
    suspends(stage, "ellen", "femke", 0).await;

    for token in [&used, &unused] {
        assert_eq!(get(stage, token, "/v1/cases").await.code, "not-signed-in");
    }
    let anew = signs_in(stage, "femke").await;
    assert_eq!(get(stage, &anew, "/v1/cases").await.status, 200);
}

async fn an_exclusion_ends_the_sessions_of_that_partners_people_only(base: Base) {
    let play = play(base, &["joris", "mila", "sanne", "hugo", "femke", "pieter"]).await;
    let stage = &play.stage;
    let (femke, sanne) = (signs_in(stage, "femke").await, signs_in(stage, "sanne").await);
    let police = stage.cast.partners.iter().find(|partner| partner.key == "politie").unwrap();
    office(stage, |office| authority::exclude(office, police.name.as_str()).unwrap());
    stage.publish().await.unwrap();
    assert_eq!(get(stage, &femke, "/v1/cases").await.code, "not-signed-in");
    assert_eq!(get(stage, &sanne, "/v1/cases").await.status, 200);
}

/// Who has the database has a digest of each token, which opens nothing, however it is written.
async fn what_the_database_has_of_a_session_is_none(base: Base) {
    let play = play(base, &["joris"]).await;
    let stage = &play.stage;
    let token = signs_in(stage, "joris").await;
    assert_eq!(get(stage, &token, "/v1/me").await.status, 200);
    let rows = sqlx::query_as::<_, (String, String)>("SELECT id, token FROM session");
    let rows = rows.fetch_all(stage.hub.state.db.read()).await.unwrap();
    assert!(!rows.is_empty());
    for text in rows.iter().flat_map(|(id, digest)| [id, digest]) {
        assert!(!text.contains(&token));
        let bare = text.trim_start_matches("sha256:");
        let bytes = hex::decode(bare).unwrap_or_default();
        for written in
            [text.clone(), bare.to_owned(), STANDARD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)]
        {
            assert_eq!(get(stage, &written, "/v1/me").await.code, "not-signed-in", "{written}");
        }
    }
}
