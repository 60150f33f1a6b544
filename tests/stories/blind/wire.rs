//! Max reads along between the hub and its mail server, or is that server: he sees who gets mail and when.

use std::collections::BTreeSet;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zegel::demo::stage::Stage;
use zegel::protocol::words::LanguageWord;

use super::PLANTED;
use super::letters::{self, letters};
use super::spellings::{Found, Search, spellings};
use crate::support::Base;
use crate::support::post::{OUTSIDE, settles};
use crate::support::scene::{comes_to_the_table, date, femke_contributes, referred_with};
use crate::support::smtp::{FakeServer, Received, Way};

const PEOPLE: &[&str] = &["sanne", "hugo", "joris", "mila", "femke", "pieter", "amrani", "iris", "noor"];

on_both!(max_reads_along_with_the_mail_server);

async fn max_reads_along_with_the_mail_server(base: Base) {
    let server = FakeServer::start(Way::Plain).await;
    let files = tempfile::tempdir().unwrap();
    let settings = server.settings(files.path(), Way::Plain);
    let (play, case) = referred_with(base, PEOPLE, &settings).await;
    let stage = &play.stage;
    for who in ["amrani", "joris"] {
        stage.wants_mail(who, LanguageWord::Dutch).await.unwrap();
    }
    comes_to_the_table(stage, case).await;
    stage.plans("joris", case, date(), &["amrani", "noor", "femke"], &[], None).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    letters(stage, case).await;
    settles(stage).await;
    letters::their_readers_read(stage, case).await;

    let received = server.received();
    let (notices, letters_sent): (Vec<_>, Vec<_>) = received.iter().partition(|mail| is_notice(mail));
    // Two questions, two invitations, a message and minutes for two; Noor and Dr. Amrani get theirs by mail.
    assert!(letters_sent.len() >= 6 && notices.len() >= 2, "{} {}", letters_sent.len(), notices.len());
    for mail in &received {
        says_no_more_than_it_must(stage, mail);
    }
    assert_eq!(found(letters::SECRETS, &server), BTreeSet::new());
    assert_eq!(found(&[&case.to_string(), "mtg_", "Aanmelding"], &server), BTreeSet::new());

    plants(&server).await;
    let seen = found(&[PLANTED], &server);
    for (spelling, _) in spellings(PLANTED) {
        assert!(seen.iter().any(|(_, _, spelt)| *spelt == spelling), "{spelling} would be found");
    }
}

fn is_notice(mail: &Received) -> bool {
    String::from_utf8_lossy(&mail.bytes).contains("\r\nAuto-Submitted: auto-generated\r\n")
}

fn says_no_more_than_it_must(stage: &Stage, mail: &Received) {
    let text = String::from_utf8(mail.bytes.clone()).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap();
    let names = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    let names: Vec<&str> = names.map(|line| line.split_once(": ").expect("a field").0).collect();
    let listed: Vec<&str> = OUTSIDE.into_iter().filter(|name| names.contains(name)).collect();
    assert_eq!(names, listed, "each once, in order: {head}");
    assert_eq!(mail.header("Subject"), "[...]");
    let [address] = &mail.to[..] else { panic!("one recipient: {:?}", mail.to) };
    assert!(mail.header("To").ends_with(&format!("<{address}>")), "{head}");
    let others = stage.cast.people.iter().filter(|person| person.mail.to_string() != *address);
    for other in others {
        assert!(!text.contains(&other.mail.to_string()), "{address} is not told of {}", other.mail);
    }
}

/// Where any of these words is in what was said, also where a line's end stands in the middle.
fn found(words: &[&str], server: &FakeServer) -> BTreeSet<Found> {
    let wire = server.wire();
    let mut search = Search::new(words);
    search.look("wire", &wire);
    let joined: Vec<u8> = wire.into_iter().filter(|byte| !b"\r\n".contains(byte)).collect();
    search.look("wire, joined", &joined);
    assert!(search.looked_at > 50_000, "much was said");
    search.found
}

/// Somebody says a word to the server, in every spelling.
async fn plants(server: &FakeServer) {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).await.unwrap();
    for (_, bytes) in spellings(PLANTED) {
        stream.write_all(&[b"NOOP ", &bytes[..], b"\r\n"].concat()).await.unwrap();
    }
    stream.write_all(b"QUIT\r\n").await.unwrap();
    stream.read_to_end(&mut Vec::new()).await.unwrap();
}
