//! Who can't get a letter gets none, and nobody else does either, unless the author says so. Never in clear.

use std::fs;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zegel::client::verbs::authority;
use zegel::client::verbs::letter::{go_on, request};
use zegel::client::verbs::login::login;
use zegel::protocol::cert::{PublicCert, SecretCert};
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use super::PEOPLE;
use super::meetings::draft_in;
use crate::liar::Told;
use crate::support::door::suspends;
use crate::support::hands::journal_size;
use crate::support::letters::*;
use crate::support::liar::{Lie, liar, through};
use crate::support::office::{gets_keys, in_office, publishes_directory, slip_for};
use crate::support::scene::{date, prepared, referred};
use crate::support::{Base, Refused};

on_both!(
    nobody_of_stichting_vijf_gets_a_question_and_nothing_is_sent,
    a_key_that_the_hub_swapped_is_refused_before_anything_is_sealed,
    who_is_suspended_or_lost_the_key_keeps_the_invitation_here,
);

async fn nobody_of_stichting_vijf_gets_a_question_and_nothing_is_sent(base: Base) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    let slip = slip_for(stage, "vijf", "Vera Post", "vera.post@stichting-vijf.example", None);
    let vera = gets_keys(stage, "vera", &slip).await;
    let (signed_in, _) = at!(stage, "vera", |ctx| login(ctx));
    assert_eq!(signed_in.code(), "not-signed-partner");
    let before = journal_size(stage).await;

    let mut asking = question(stage, &["femke"]);
    asking.to.push("Vera Post".into());
    let (refused, said) = at!(stage, "joris", |ctx| request::request(ctx, case, &asking));
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), "cannot-get");
    let sentence = refused.sentence(Language::Dutch);
    for part in [
        "Vera Post",
        "Stichting Vijf, beschermd wonen",
        "not-signed-partner",
        "Femke",
        &format!("--without {vera}"),
    ] {
        assert!(sentence.contains(part), "{part}\n{sentence}");
    }
    assert!(!said.contains("ondertekenen"), "there was nothing to sign: {said}");
    assert_eq!(journal_size(stage).await, before, "nothing was sent");
    assert!(sees(stage, "femke").await.received.is_empty());

    // He leaves her out, in so many words, and goes on with what he wrote.
    let draft = draft_in(&said);
    let without = [vera.to_string()];
    let (sent, _) = at!(stage, "joris", |ctx| go_on(ctx, &draft, &[LetterKind::Request], &without));
    let sent = sent.unwrap();
    assert_eq!((sent.letters.len(), sent.left_out.len()), (1, 1));
    assert_eq!(sees(stage, "femke").await.received.len(), 1);

    asking.to = vec!["Vera Post".into()];
    asking.without = vec!["Vera Post".into()];
    let nobody = requests(stage, "joris", case, &asking).await;
    assert_eq!(nobody.code(), "nobody-left");
}

/// In the place of Femke's cert the hub puts one that it has the secret of.
async fn a_key_that_the_hub_swapped_is_refused_before_anything_is_sealed(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let (remote, liar) = liar(stage).await;
    let asking = question(stage, &["femke"]);
    let (home, _) = stage.desk("femke").unwrap();
    let bundle = home.unlock(&mut zegel::client::Unattended).unwrap();
    drop(home);
    let cert = bundle.keys[0].cert.public();
    let femke = stage.cast.people.iter().find(|person| person.key == "femke").unwrap();
    let own = SecretCert::generate(
        femke.name.as_str(),
        &femke.mail.to_string(),
        "2026-11-02T08:00:00Z".parse().unwrap(),
    );
    let own = own.unwrap().public();

    // Another digest in her statements; the same ones, and another cert under their digest; or both.
    let digests = (cert.digest().to_string(), own.digest().to_string());
    let bytes = |cert: &PublicCert| BASE64_STANDARD.encode(cert.bytes());
    let certs = (bytes(&cert), bytes(&own));
    for (swap, code) in [
        (vec![digests.clone()], "malformed-evidence"),
        (vec![certs.clone()], "malformed-evidence"),
        (vec![digests, certs], "not-in-journal"),
    ] {
        liar.lock().unwrap().lie = Some(Told { lie: Lie::OtherCert, about: swap });
        let refused = through!(stage, "joris", &remote, |ctx| request::request(ctx, case, &asking));
        assert_eq!(refused.code(), code);
    }
    assert_eq!(liar.lock().unwrap().posted, 0);
    assert!(!stage.home("joris").join("drafts").exists(), "it did not come to that");

    liar.lock().unwrap().lie = None;
    let sent = through!(stage, "joris", &remote, |ctx| request::request(ctx, case, &asking));
    assert_eq!(sent.unwrap().letters.len(), 1);
}

async fn who_is_suspended_or_lost_the_key_keeps_the_invitation_here(base: Base) {
    let people = [PEOPLE, &["ellen"]].concat();
    let (play, case) = prepared(base, &people).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "amrani", "noor"], &[], None).await.unwrap();
    suspends(stage, "ellen", "amrani", 7).await;
    let noor = stage.member("noor").unwrap().to_string();
    in_office(stage, |office| authority::revoke(office, &noor, RevocationReason::Lost)).unwrap();
    stage.publish().await.unwrap();
    let before = journal_size(stage).await;
    let refused = invites(stage, "joris", case, &invitation()).await.unwrap_err();
    let sentence = refused.sentence(Language::English);
    for part in ["Amrani (GGZ De Oever)", ": suspended", "Noor Wijngaarden (Raad", ": revoked"] {
        assert!(sentence.contains(part), "{part}\n{sentence}");
    }
    assert_eq!(journal_size(stage).await, before);
    let left = fs::read_dir(stage.home("joris").join("drafts")).unwrap().count();
    assert_eq!(left, 1, "what he wrote is kept");
    // The next directory leaves Noor out; who she was is known all the same.
    publishes_directory(stage).await;
    let refused = invites(stage, "joris", case, &invitation()).await.unwrap_err();
    let sentence = refused.sentence(Language::English);
    assert!(
        sentence.contains("Noor Wijngaarden (Raad")
            && sentence.contains("is no longer in the house's directory"),
        "{sentence}"
    );
}
