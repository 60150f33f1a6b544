//! What may not leave, and who may know of a letter.

use std::time::Duration;

use zegel::client::remote::FAILURES;
use zegel::demo::stage::Stage;
use zegel::hub::check::check;
use zegel::hub::config::{Config, MailServer};
use zegel::hub::mail::Why;
use zegel::hub::mail::outbox;
use zegel::protocol::words::{DeliveryWay, ItemKind, LanguageWord, LetterKind, RevocationReason};

use super::{HOUR, house};
use crate::support::door::{get, signs_in, suspends};
use crate::support::office::revokes;
use crate::support::post::{
    About, chooses, count, sealed, settles, signs_letter, signs_letter_about, went, writes, writes_many,
};
use crate::support::scene::{comes_to_the_table, date, paper};
use crate::support::smtp::{Act, Way};
use crate::support::{Base, Refused};

on_both!(
    what_is_not_sealed_gets_in_nowhere_and_out_nowhere,
    a_letter_is_its_addressees,
    who_reads_in_the_portal_gets_no_letter_by_mail,
    who_is_not_in_force_gets_no_mail,
    what_was_written_with_a_stolen_key_stays,
    who_writes_very_much_is_read_in_the_portal,
    who_writes_much_holds_up_nobody_else,
    the_check_sees_what_is_wrong_in_the_outbox,
    a_house_may_keep_its_minutes_out_of_the_mail,
);

#[test]
fn clients_know_every_reason_that_a_hub_may_give() {
    let given: Vec<&str> = Why::ALL.iter().map(|why| why.word()).collect();
    assert_eq!(given, FAILURES);
}

/// The same configuration, with the server at another port.
pub fn mails_to(stage: &Stage, port: u16) -> Config {
    let mut config: Config = (*stage.hub.state.config).clone();
    if let MailServer::Smtp(smtp) = &mut config.mail.server {
        smtp.port = port;
    }
    config
}

async fn what_is_not_sealed_gets_in_nowhere_and_out_nowhere(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    let text = |from, to| String::from_utf8(sealed(stage, from, to, "de vraag")).unwrap();
    let good = text("joris", "femke");
    let clear = good.split("Content-Type").next().unwrap().to_owned() + "\r\nin het open: Jan\r\n";
    let to_femke = |mail: String| {
        mail.replace("\"Pieter Bouwman\" <pieter.bouwman@", "\"Femke Oosterhof\" <femke.oosterhof@")
    };
    for (what, mail) in [
        ("clear", clear.clone()),
        ("to another", text("joris", "pieter")),
        ("to another, renamed", to_femke(text("joris", "pieter"))),
        ("by another", text("mila", "femke")),
        ("another subject", good.replace("[...]", "Jan")),
        ("another field", good.replace("Subject", "Bcc: <jan@example.org>\r\nSubject")),
        ("something in clear behind it", format!("{good}Jan\r\n")),
        ("the hub's own", good.replace("1.0\r\n", "1.0\r\nAuto-Submitted: auto-generated\r\n")),
    ] {
        let refused =
            signs_letter(stage, "joris", "femke", case, LetterKind::Message, mail.into_bytes()).await;
        assert_eq!(refused.code(), "bad-letter", "{what}");
    }
    // A mail that says that it was written at another moment than its statement was signed.
    let early = sealed(stage, "joris", "femke", "de vraag");
    stage.clock.advance(1);
    let refused = signs_letter(stage, "joris", "femke", case, LetterKind::Message, early).await;
    assert_eq!(refused.code(), "bad-letter");
    assert_eq!(count(stage, "SELECT COUNT(*) FROM outbox").await, 0);

    // Somebody at the hub puts something else in its place: it stays.
    server.will(&[Act::HangUp]);
    let letter = writes(stage, "joris", "femke", case, "de vraag").await;
    settles(stage).await;
    let replaced = sqlx::query("UPDATE attachment SET bytes = $1 WHERE statement = $2");
    let writer = stage.hub.state.db.writer();
    replaced.bind(clear.as_bytes().to_vec()).bind(letter.to_string()).execute(writer).await.unwrap();
    stage.clock.advance(HOUR);
    settles(stage).await;
    let (state, _, why) = went(stage, "joris", letter).await;
    assert_eq!((state.as_str(), why.as_str()), ("waiting", "unreadable"));
    // Nor does what somebody puts into the outbox: neither that, nor what has the head of a notice and isn't the hub's.
    let signed = "Auto-Submitted: auto-generated\r\nContent-Type: multipart/signed; protocol=\"application/pgp-signature\"";
    let notice = clear.replace("MIME-Version: 1.0\r\n", &format!("MIME-Version: 1.0\r\n{signed}\r\n"));
    assert!(notice.contains(signed));
    for mail in [&clear, &notice] {
        let smuggled = sqlx::query(
            "INSERT INTO outbox (id, member, address, notice, state, created, attempts, next_at, claim, claimed_until)
             SELECT 'x', member, address, $1, 'waiting', created, 0, 0, '', 0 FROM outbox",
        );
        smuggled.bind(mail.as_bytes().to_vec()).execute(writer).await.unwrap();
        settles(stage).await;
        assert_eq!(count(stage, "SELECT COUNT(*) FROM outbox WHERE id = 'x'").await, 0, "it is given up");
    }
    let wire = String::from_utf8_lossy(&server.wire()).into_owned();
    assert!(!wire.contains("Jan") && !wire.contains("in het open"), "{wire}");
}

async fn a_letter_is_its_addressees(base: Base) {
    let (_server, play, case) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    let mail = sealed(stage, "joris", "femke", "de vraag");
    let signed = signs_letter(stage, "joris", "femke", case, LetterKind::Message, mail.clone()).await;
    let letter = signed.unwrap().recorded[0].id;
    let (message, delivery) =
        (format!("v1/letters/{letter}/message"), format!("v1/letters/{letter}/delivery"));
    for (who, reads, knows) in [
        ("femke", true, false),
        ("joris", false, true),
        ("mila", false, true),
        ("pieter", false, false),
        ("sanne", false, false),
    ] {
        let token = signs_in(stage, who).await;
        for (path, allowed) in [(&message, reads), (&delivery, knows)] {
            let answer = get(stage, &token, path).await;
            match allowed {
                true => assert_eq!(answer.status, 200, "{who}: {path}"),
                false => assert_eq!(
                    (answer.status, answer.code.as_str()),
                    (404, "unknown-letter"),
                    "{who}: {path}"
                ),
            }
        }
    }
    let token = signs_in(stage, "femke").await;
    assert_eq!(get(stage, &token, &message).await.body, mail);
    // A statement that is no letter, and what is no statement.
    let other = format!("v1/letters/sha256:{}/message", "0".repeat(64));
    for path in [other.as_str(), "v1/letters/x/delivery"] {
        assert_eq!(get(stage, &token, path).await.code, "unknown-letter");
    }
}

async fn who_reads_in_the_portal_gets_no_letter_by_mail(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    chooses(stage, "sanne", DeliveryWay::Portal, LanguageWord::English).await;
    let letter = writes(stage, "joris", "sanne", case, "de vraag").await;
    settles(stage).await;
    assert_eq!(went(stage, "joris", letter).await, ("portal".to_owned(), 0, String::new()));
    let received = server.received();
    assert_eq!(received.len(), 1, "a notice");
    assert_eq!(received[0].to, ["sanne.verhoeven@lingewaarden.example"]);
    // Many in a short time are one notice; the next one is told later.
    for words in ["nog iets", "en nog iets", "en nog iets meer"] {
        writes(stage, "joris", "sanne", case, words).await;
        settles(stage).await;
    }
    assert_eq!(server.received().len(), 1);
    stage.clock.advance(HOUR / 2 + 1);
    settles(stage).await;
    assert_eq!(server.received().len(), 2);
    stage.clock.advance(HOUR);
    settles(stage).await;
    assert_eq!(server.received().len(), 2, "told once");
}

async fn who_is_not_in_force_gets_no_mail(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    server.will(&[Act::HangUp]);
    let letter = writes(stage, "joris", "femke", case, "de vraag").await;
    settles(stage).await;
    suspends(stage, "ellen", "femke", 2).await;
    stage.clock.advance(HOUR);
    settles(stage).await;
    assert_eq!(went(stage, "joris", letter).await.2, "not-in-force");
    assert_eq!(server.received().len(), 0);
}

/// The thief wrote, and the mail server was away until the house knew of the theft.
async fn what_was_written_with_a_stolen_key_stays(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    server.will(&[Act::HangUp, Act::HangUp]);
    let letter = writes(stage, "joris", "femke", case, "geef mij alles").await;
    let milas = writes(stage, "mila", "femke", case, "de vraag").await;
    settles(stage).await;
    let joris = stage.member("joris").unwrap().to_string();
    revokes(stage, &joris, RevocationReason::Stolen).await;
    stage.clock.advance(HOUR);
    settles(stage).await;
    let (state, _, why) = went(stage, "mila", letter).await;
    assert_eq!((state.as_str(), why.as_str()), ("given-up", "author-revoked"));
    assert_eq!(went(stage, "mila", milas).await.0, "sent", "her key is her own");
    assert!(server.received().iter().all(|mail| !mail.header("From").contains("Joris")));
    assert_eq!(check(&stage.hub.state).await.unwrap().faults, Vec::<String>::new());
}

async fn who_writes_very_much_is_read_in_the_portal(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "per_hour = 10\n").await;
    let stage = &play.stage;
    writes_many(stage, "joris", "femke", case, 12).await;
    settles(stage).await;
    let mailed = "SELECT COUNT(*) FROM outbox WHERE letter IS NOT NULL";
    assert_eq!(count(stage, mailed).await, 10);
    assert_eq!(server.received().len(), 11, "and a notice of the others");
    let last = writes(stage, "joris", "femke", case, "nog een").await;
    assert_eq!(went(stage, "joris", last).await.0, "portal");
    // Not what others write, nor what he writes to others; and an hour later she gets his mail again.
    writes(stage, "mila", "femke", case, "de vraag").await;
    writes(stage, "joris", "sanne", case, "de vraag").await;
    assert_eq!(count(stage, mailed).await, 12);
    stage.clock.advance(HOUR);
    writes(stage, "joris", "femke", case, "de vraag").await;
    assert_eq!(count(stage, mailed).await, 13);
    settles(stage).await;
    assert_eq!(check(&stage.hub.state).await.unwrap().faults, Vec::<String>::new());
    // The check insists on those that any house mails.
    sqlx::query("DELETE FROM outbox WHERE letter = (SELECT MIN(letter) FROM outbox)")
        .execute(stage.hub.state.db.writer())
        .await
        .unwrap();
    let faults = check(&stage.hub.state).await.unwrap().faults;
    assert!(faults.iter().any(|fault| fault.contains("is not in the outbox")), "{faults:?}");
}

/// The server says nothing, so that two letters of Joris's stay under way: all that may be at one time.
async fn who_writes_much_holds_up_nobody_else(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "at_once = 2\n").await;
    let stage = &play.stage;
    settles(stage).await;
    server.will(&[Act::Silent; 100]);
    writes_many(stage, "joris", "femke", case, 6).await;
    let under_way = "SELECT COUNT(*) FROM outbox WHERE state = 'waiting' AND claimed_until > 0";
    while count(stage, under_way).await < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stage.clock.advance(1);
    let milas = writes(stage, "mila", "sanne", case, "de vraag").await;
    let claims = async |most| -> Vec<_> {
        let claimed = outbox::claim(&stage.hub.state, most).await.unwrap();
        claimed.into_iter().filter_map(|claimed| claimed.letter).collect()
    };
    // His others are older than hers, and she comes first; also with a second one, as two of his are under way.
    assert_eq!(claims(1).await, [milas]);
    stage.clock.advance(1);
    let second = writes(stage, "mila", "femke", case, "nog een vraag").await;
    assert_eq!(claims(1).await, [second]);
    // Nobody else writes: the rest of his.
    assert_eq!(claims(10).await.len(), 4);
}

/// Somebody at the hub changes what the outbox says: each is found.
async fn the_check_sees_what_is_wrong_in_the_outbox(base: Base) {
    let (_server, play, case) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    for (from, to) in [("joris", "femke"), ("mila", "sanne"), ("femke", "joris")] {
        writes(stage, from, to, case, "de vraag").await;
    }
    settles(stage).await;
    let state = &stage.hub.state;
    assert_eq!(check(state).await.unwrap().faults, Vec::<String>::new());
    let mila = stage.member("mila").unwrap();
    let other = format!("UPDATE outbox SET member = '{mila}' WHERE address LIKE 'femke%'");
    for (harm, repair, found) in [
        ("UPDATE outbox SET state = 'waiting'", "UPDATE outbox SET state = 'sent'", "differ on whether"),
        (
            "UPDATE outbox SET address = 'x@x.example' WHERE address LIKE 'femke%'",
            "UPDATE outbox SET address = 'femke.oosterhof@politie-midden-linge.example' WHERE address = 'x@x.example'",
            "for another",
        ),
        (
            "UPDATE attachment SET bytes = signature FROM statement s WHERE s.id = statement AND s.kind = 'letter'",
            "",
            "mail was altered",
        ),
        (&other, "", "for another"),
        ("DELETE FROM outbox", "", "is not in the outbox"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(harm.to_owned())).execute(state.db.writer()).await.unwrap();
        let faults = check(state).await.unwrap().faults;
        assert!(faults.iter().any(|fault| fault.contains(found)), "{harm}: {faults:?}");
        if !repair.is_empty() {
            sqlx::query(sqlx::AssertSqlSafe(repair.to_owned())).execute(state.db.writer()).await.unwrap();
            assert_eq!(check(state).await.unwrap().faults, Vec::<String>::new(), "{repair}");
        }
    }
}

/// Femke wants mail, and gets her other letters so.
async fn a_house_may_keep_its_minutes_out_of_the_mail(base: Base) {
    for (allowed, expected) in [("true", "sent"), ("false", "portal")] {
        let (_server, play, case) = house(base, Way::Plain, &format!("minutes = {allowed}\n")).await;
        let stage = &play.stage;
        comes_to_the_table(stage, case).await;
        stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
        let minutes = paper(stage, "verslag.txt", "Verslag", ItemKind::Minutes, "wat is afgesproken");
        let item = stage.contributes("joris", case, vec![minutes]).await.unwrap().items[0].item;
        let roster = "SELECT id FROM statement WHERE kind = 'roster' ORDER BY leaf DESC LIMIT 1";
        let roster: String = sqlx::query_scalar(roster).fetch_one(stage.hub.state.db.read()).await.unwrap();
        let about = About { roster: Some(roster.parse().unwrap()), item: Some(item), ..About::default() };
        let mail = sealed(stage, "joris", "femke", "het verslag");
        let signed =
            signs_letter_about(stage, ("joris", "femke"), case, LetterKind::Minutes, about, mail).await;
        settles(stage).await;
        assert_eq!(went(stage, "joris", signed.unwrap().recorded[0].id).await.0, expected);
        assert_eq!(check(&stage.hub.state).await.unwrap().faults, Vec::<String>::new());
    }
}
