//! A mail server of the distribution, with STARTTLS and a password: it gets everything, whole.

use std::collections::BTreeSet;

use zegel::protocol::words::{DeliveryWay, LanguageWord, LetterKind};

use super::PEOPLE;
use crate::support::Base;
use crate::support::exim::Exim;
use crate::support::post::sealed;
use crate::support::post::{chooses, settles, signs_letter, went};
use crate::support::scene::referred_with;

on_both!(exim_gets_everything_whole);

async fn exim_gets_everything_whole(base: Base) {
    let exim = Exim::start();
    let files = tempfile::tempdir().unwrap();
    let (play, case) = referred_with(base, PEOPLE, &exim.settings(files.path())).await;
    let stage = &play.stage;
    for who in ["femke", "sanne", "pieter"] {
        chooses(stage, who, DeliveryWay::Mail, LanguageWord::Dutch).await;
    }
    let mut expected = BTreeSet::new();
    for (number, to) in ["femke", "sanne", "pieter"].into_iter().cycle().take(12).enumerate() {
        let mail = sealed(stage, "joris", to, &format!("bericht {number}"));
        expected.insert((format!("{to}."), mail.clone()));
        let sent = signs_letter(stage, "joris", to, case, LetterKind::Message, mail).await.unwrap();
        if number == 11 {
            settles(stage).await;
            assert_eq!(
                went(stage, "joris", sent.recorded[0].id).await,
                ("sent".to_owned(), 1, String::new())
            );
        }
    }
    let delivered = exim.delivered(12);
    let got: BTreeSet<(String, Vec<u8>)> = delivered.iter().map(|mail| as_it_came(mail)).collect();
    for (to, mail) in &expected {
        let found = got.iter().any(|(address, bytes)| address.starts_with(to) && bytes == mail);
        assert!(found, "to {to} byte for byte:\n{}", String::from_utf8_lossy(&delivered[0]));
    }
    assert_eq!(got.len(), 12);
    for mail in &delivered {
        let text = String::from_utf8_lossy(mail);
        let received = text.split("From: ").next().unwrap();
        // With TLS, and authenticated (RFC 3848).
        assert!(received.contains("with esmtpsa") && received.contains("TLS1.3"), "{received}");
    }
}

/// To whom exim delivered it, and the mail without what exim put above it; with line ends as mail has them.
fn as_it_came(mail: &[u8]) -> (String, Vec<u8>) {
    let text = String::from_utf8(mail.to_vec()).unwrap();
    let envelope = text.lines().find_map(|line| line.strip_prefix("Envelope-to: ")).unwrap().to_owned();
    let own = text.find("From: ").unwrap();
    (envelope, text[own..].replace('\n', "\r\n").into_bytes())
}
