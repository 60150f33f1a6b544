//! The server that mail is handed to: dead, slow, busy, suspicious or an impostor.

use zegel::hub::check::check;
use zegel::hub::mail::Why;

use super::{HOUR, MINUTE, house};
use crate::support::Base;
use crate::support::door::Now;
use crate::support::post::{count, sealed, settles, went, writes};
use crate::support::smtp::{Act, Way};

on_both!(
    a_letter_arrives_whole_and_once,
    a_server_that_dies_after_the_message_gets_it_again,
    a_server_that_is_busy_is_asked_again,
    a_server_that_says_nothing_keeps_nobody_else_waiting,
    nothing_is_said_without_tls,
    a_server_that_refuses_us_is_waited_for,
    what_never_arrives_is_given_up_and_its_author_told,
    a_claim_that_nobody_ends_lapses,
);

async fn a_letter_arrives_whole_and_once(base: Base) {
    let (server, play, case) = house(base, Way::StartTls, "").await;
    let stage = &play.stage;
    let letter = writes(stage, "joris", "femke", case, "de vraag").await;
    settles(stage).await;
    assert_eq!(went(stage, "joris", letter).await, ("sent".to_owned(), 1, String::new()));
    let received = server.received();
    let [one] = &received[..] else { panic!("one message, not {}", received.len()) };
    assert_eq!(one.from, "post@localhost");
    assert_eq!(one.to, ["femke.oosterhof@politie-midden-linge.example"]);
    assert_eq!(one.header("Subject"), "[...]");
    let kept: Vec<u8> =
        sqlx::query_scalar("SELECT bytes FROM attachment WHERE statement = $1 AND digest <> ''")
            .bind(letter.to_string())
            .fetch_one(stage.hub.state.db.read())
            .await
            .unwrap();
    assert_eq!(one.bytes, kept, "byte for byte");
    let mailed = "SELECT COUNT(*) FROM leaf WHERE event LIKE '%record: mailed%'";
    assert_eq!(count(stage, mailed).await, 1);
    let found = check(&stage.hub.state).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

async fn a_server_that_dies_after_the_message_gets_it_again(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    server.will(&[Act::DieAfterData, Act::DieAfterData]);
    let letter = writes(stage, "joris", "femke", case, "de vraag").await;
    settles(stage).await;
    assert_eq!(went(stage, "joris", letter).await, ("waiting".to_owned(), 1, "broken-off".to_owned()));
    for _ in 0..2 {
        stage.clock.advance(5 * MINUTE);
        settles(stage).await;
    }
    assert_eq!(went(stage, "joris", letter).await, ("sent".to_owned(), 3, String::new()));
    let received = server.received();
    assert_eq!(received.len(), 3);
    assert!(
        received.iter().all(|one| one == &received[0]),
        "doubles have one Message-ID, and every other byte"
    );
    let mailed = "SELECT COUNT(*) FROM leaf WHERE event LIKE '%record: mailed%'";
    assert_eq!(count(stage, mailed).await, 1);
}

async fn a_server_that_is_busy_is_asked_again(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    let acts = [
        (Act::HangUp, "broken-off"),
        (Act::NoService, "not-let-in"),
        (Act::Recipient("450 4.2.0 greylisted"), "refused-for-now"),
        (Act::Message("451 4.3.1 disk full"), "refused-for-now"),
        (Act::Recipient("552 5.2.2 mailbox full"), "refused-for-now"),
        (Act::Recipient("550 5.7.1 relaying denied"), "not-let-in"),
    ];
    server.will(&acts.map(|(act, _)| act));
    let letter = writes(stage, "joris", "femke", case, "de vraag").await;
    for (attempt, (act, why)) in (1..).zip(acts) {
        settles(stage).await;
        assert_eq!(
            went(stage, "joris", letter).await,
            ("waiting".to_owned(), attempt, why.to_owned()),
            "{act:?}"
        );
        settles(stage).await;
        assert_eq!(server.connections() as u64, attempt, "not again at once");
        stage.clock.advance(2 * HOUR);
    }
    settles(stage).await;
    assert_eq!(went(stage, "joris", letter).await, ("sent".to_owned(), 7, String::new()));
    assert_eq!(server.received().len(), 1);
}

async fn a_server_that_says_nothing_keeps_nobody_else_waiting(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "timeout = 2\nat_once = 2\n").await;
    let stage = &play.stage;
    server.will(&[Act::Silent]);
    let slow = writes(stage, "joris", "femke", case, "de eerste").await;
    let mut others = Vec::new();
    for words in ["de tweede", "de derde", "de vierde"] {
        others.push(writes(stage, "joris", "sanne", case, words).await);
    }
    settles(stage).await;
    assert_eq!(went(stage, "joris", slow).await, ("waiting".to_owned(), 1, "timed-out".to_owned()));
    for other in others {
        assert_eq!(went(stage, "joris", other).await.0, "sent");
    }
    stage.clock.advance(5 * MINUTE);
    settles(stage).await;
    assert_eq!(went(stage, "joris", slow).await.0, "sent");
}

async fn nothing_is_said_without_tls(base: Base) {
    let (server, play, case) = house(base, Way::StartTls, "").await;
    let stage = &play.stage;
    server.will(&[Act::NoTls, Act::Injected]);
    let letter = writes(stage, "joris", "femke", case, "de vraag").await;
    for attempt in 1..=2 {
        settles(stage).await;
        assert_eq!(
            went(stage, "joris", letter).await,
            ("waiting".to_owned(), attempt, "insecure".to_owned())
        );
        stage.clock.advance(HOUR);
    }
    let wire = String::from_utf8_lossy(&server.wire()).into_owned();
    assert!(
        wire.contains("EHLO localhost") && !wire.contains("MAIL") && !wire.contains("AUTH PLAIN A"),
        "{wire}"
    );

    // Whose certificate comes from another authority than the configured one is an impostor.
    let impostor = crate::support::smtp::FakeServer::start(Way::StartTls).await;
    let config = super::refusals::mails_to(stage, impostor.port);
    let transport = zegel::hub::mail::transport(&config.mail, &config.hub).unwrap();
    let (id, address) = ("1".to_owned(), "femke@politie.example".parse().unwrap());
    let mail = zegel::hub::mail::Mail { id, address, bytes: sealed(stage, "joris", "femke", "de vraag") };
    assert_eq!(transport.send(&mail).await, Err(Why::Insecure.into()));
    let wire = String::from_utf8_lossy(&impostor.wire()).into_owned();
    assert!(wire.contains("STARTTLS") && !wire.contains("MAIL") && !wire.contains("AUTH PLAIN A"), "{wire}");
}

async fn a_server_that_refuses_us_is_waited_for(base: Base) {
    let (server, play, case) = house(base, Way::StartTls, "").await;
    let stage = &play.stage;
    server.will(&[Act::WrongPassword, Act::NoPasswords]);
    let letter = writes(stage, "joris", "femke", case, "de vraag").await;
    for attempt in 1..=2 {
        settles(stage).await;
        let waits = ("waiting".to_owned(), attempt, "not-let-in".to_owned());
        assert_eq!(went(stage, "joris", letter).await, waits);
        stage.clock.advance(HOUR);
    }
    settles(stage).await;
    assert_eq!(went(stage, "joris", letter).await.0, "sent");
}

async fn what_never_arrives_is_given_up_and_its_author_told(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    // There is no use in trying these again.
    for (words, to, act) in [
        ("de eerste", "femke", Act::Recipient("550 5.1.1 no such user")),
        ("de tweede", "sanne", Act::Message("554 5.6.0 we do not want this")),
    ] {
        server.will(&[act]);
        let letter = writes(stage, "joris", to, case, words).await;
        settles(stage).await;
        assert_eq!(went(stage, "mila", letter).await, ("given-up".to_owned(), 1, "refused".to_owned()));
        // The word to its author goes before the next: else that would meet the answer that the next is to get.
        settles(stage).await;
    }
    // Two in a short time are one word to their author.
    let told: Vec<_> = server.received().into_iter().map(|one| one.to).collect();
    assert_eq!(told, [["joris.vanderwaal@zvh-midden-linge.example"]]);

    // Three days without a server.
    stage.clock.advance(HOUR);
    server.will(&[Act::HangUp; 200]);
    let letter = writes(stage, "joris", "femke", case, "de derde").await;
    settles(stage).await;
    for _ in 0..35 {
        stage.clock.advance(2 * HOUR);
        settles(stage).await;
        assert_eq!(went(stage, "joris", letter).await.0, "waiting");
    }
    stage.clock.advance(3 * HOUR);
    settles(stage).await;
    let (state, attempts, why) = went(stage, "joris", letter).await;
    assert_eq!((state.as_str(), why.as_str()), ("given-up", "broken-off"));
    assert!(attempts > 30, "{attempts} attempts");
    let found = check(&stage.hub.state).await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

/// Whoever had taken a letter up is gone, without a restart of the hub.
async fn a_claim_that_nobody_ends_lapses(base: Base) {
    let (server, play, case) = house(base, Way::Plain, "").await;
    let stage = &play.stage;
    server.will(&[Act::HangUp]);
    let letter = writes(stage, "joris", "femke", case, "de vraag").await;
    settles(stage).await;
    let claim = "UPDATE outbox SET claim = 'gone', next_at = 0, claimed_until = $1";
    let until = stage.clock_now().plus(3 * MINUTE).unix();
    sqlx::query(claim).bind(until).execute(stage.hub.state.db.writer()).await.unwrap();
    let hub = &stage.hub.state;
    let transport = zegel::hub::mail::transport(&hub.config.mail, &hub.config.hub).unwrap();
    zegel::hub::mail::worker::round(hub, &transport).await.unwrap();
    assert_eq!(server.connections(), 1, "it is another's, so far");
    stage.clock.advance(3 * MINUTE);
    settles(stage).await;
    assert_eq!(went(stage, "joris", letter).await, ("sent".to_owned(), 2, String::new()));
}
