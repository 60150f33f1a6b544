//! What the hub writes by itself: that something waits, and that keys end.

use std::collections::BTreeSet;

use zegel::client::letter::said::Word;
use zegel::demo::stage::Stage;
use zegel::hub::init;
use zegel::hub::mail::expiry;
use zegel::protocol::mime::{self, Mailbox, Message};

use super::{HOUR, house};
use crate::support::Base;
use crate::support::letters::{answering, question, replies, requests};
use crate::support::post::{secret_cert, settles};
use crate::support::scene::{comes_to_the_table, date, femke_contributes, joris_releases};
use crate::support::smtp::{Received, Way};

const DAY: i64 = 24 * HOUR;

on_both!(
    a_key_that_ends_is_told_three_times,
    what_waits_is_told_to_whose_work_it_is,
    an_answer_is_told_to_who_asked,
);

async fn a_key_that_ends_is_told_three_times(base: Base) {
    let (server, play, _) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    // The memberships of the stage end a year after they began.
    let mut steps = Vec::new();
    for day in 1..=366 {
        stage.clock.advance(DAY);
        for _ in 0..2 {
            expiry::look(&stage.hub.state).await.unwrap();
            settles(stage).await;
        }
        let told = server.received().len();
        if steps.last().is_none_or(|(_, before)| *before != told) {
            steps.push((day, told));
        }
    }
    // Each of the six, and both procesregisseurs of the others in one.
    assert_eq!(steps, [(1, 0), (335, 8), (351, 16), (362, 24)]);
    let to_joris: Vec<_> =
        server.received().into_iter().filter(|one| one.to[0].starts_with("joris")).collect();
    assert_eq!(to_joris.len(), 6);
    // The one about his own key is in clear, and names nobody but him; the one about others is sealed.
    let (own, others): (Vec<_>, Vec<_>) = to_joris.into_iter().partition(|one| !is_sealed(one));
    assert_eq!((own.len(), others.len()), (3, 3));
    for one in &own {
        let text = String::from_utf8_lossy(&one.bytes);
        assert!(text.contains("multipart/signed") && text.contains("zegel key rotate"), "{text}");
        assert!(!text.contains("Femke") && !text.contains("Sanne"), "{text}");
    }
    let first = opened(stage, "joris", &others[0]);
    assert_eq!(first.subject, "Sleutels die binnenkort verlopen");
    for name in ["Femke Oosterhof (Politie", "Mila Kuipers (Zorg-", "Sanne Verhoeven (Gemeente"] {
        assert!(first.text.contains(name), "{}", first.text);
    }
    assert!(!first.text.contains("- Joris"), "{}", first.text);
}

/// An ask and a release are somebody's work.
async fn what_waits_is_told_to_whose_work_it_is(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "digest_minutes = 0\n").await;
    let stage = &play.stage;
    comes_to_the_table(stage, case).await;
    stage.plans("joris", case, date(), &["femke", "sanne"], &[], None).await.unwrap();
    femke_contributes(stage, case).await;
    settles(stage).await;
    let told = |before: usize| -> BTreeSet<String> {
        let since = server.received().split_off(before);
        since.iter().map(|one| one.to[0].split('.').next().unwrap().to_owned()).collect()
    };
    let before = server.received().len();
    stage.asks_suppliers("joris", case).await.unwrap();
    settles(stage).await;
    // Who holds the vaults of the suppliers: of the report, and of the referral.
    assert_eq!(told(before), ["femke", "pieter", "sanne"].map(str::to_owned).into());
    stage.approves("femke", case, &["sanne"]).await.unwrap();
    let before = server.received().len();
    joris_releases(stage, case).await;
    settles(stage).await;
    assert_eq!(told(before), ["sanne"].map(str::to_owned).into());
    for one in server.received() {
        let who = one.to[0].split('.').next().unwrap().to_owned();
        let notice = opened(stage, &who, &one);
        assert_eq!(notice.subject, "Er staat iets voor u klaar in Zegel");
        assert!(!notice.text.contains(&case.to_string()), "{}", notice.text);
    }
}

/// Femke answers Joris's question: he is told that something waits, and not what or by whom.
async fn an_answer_is_told_to_who_asked(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "digest_minutes = 0\n").await;
    let stage = &play.stage;
    let sent = requests(stage, "joris", case, &question(stage, &["femke"])).await.unwrap();
    settles(stage).await;
    let before = server.received().len();
    replies(stage, "femke", sent.letters[0].letter, &answering(Word::NoContribution)).await.unwrap();
    settles(stage).await;
    let told = server.received().split_off(before);
    let [one] = &told[..] else { panic!("one notice, not {}", told.len()) };
    assert_eq!(one.to, ["joris.vanderwaal@zvh-midden-linge.example"]);
    let notice = opened(stage, "joris", one);
    assert!(!notice.text.contains("Femke") && !notice.text.contains(&case.to_string()), "{}", notice.text);
}

fn is_sealed(mail: &Received) -> bool {
    String::from_utf8_lossy(&mail.bytes).contains("multipart/encrypted")
}

/// A notice, as its reader's program shows it.
fn opened(stage: &Stage, who: &str, mail: &Received) -> Message {
    let person = stage.cast.people.iter().find(|person| person.key == who).unwrap();
    let to = Mailbox { name: person.name.clone(), address: person.mail.clone() };
    let hub = init::hub_cert(&stage.hub.state.config).unwrap().public();
    let house = "Zorg- en Veiligheidshuis Midden-Linge".parse().unwrap();
    mime::open_notice(&mail.bytes, &stage.cast.hub, (&house, &hub), &to, &secret_cert(stage, who)).unwrap()
}
