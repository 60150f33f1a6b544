use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;
use crate::hub::config::{MailTls, Secret};

#[test]
fn only_what_is_about_this_address_or_message_is_for_good() {
    for (step, code, said, expected) in [
        (Step::LetIn, 554, "5.7.1 no service", Why::NotLetIn),
        (Step::LetIn, 535, "5.7.8 wrong password", Why::NotLetIn),
        (Step::LetIn, 550, "sender refused", Why::NotLetIn),
        (Step::LetIn, 421, "busy", Why::RefusedForNow),
        (Step::Recipient, 450, "4.2.0 greylisted", Why::RefusedForNow),
        (Step::Recipient, 550, "5.1.1 no such user", Why::Refused),
        (Step::Recipient, 550, "no such user", Why::Refused),
        (Step::Recipient, 553, "", Why::Refused),
        (Step::Recipient, 550, "5.7.1 relaying denied", Why::NotLetIn),
        (Step::Recipient, 530, "5.7.0 authentication required", Why::NotLetIn),
        (Step::Recipient, 552, "5.2.2 mailbox full", Why::RefusedForNow),
        (Step::Message, 552, "5.3.4 too big", Why::Refused),
        (Step::Message, 552, "5.2.2 over quota", Why::RefusedForNow),
        (Step::Message, 554, "5.6.0 we don't like it", Why::Refused),
        (Step::Message, 451, "disk full", Why::RefusedForNow),
    ] {
        assert_eq!(why(step, code, said), expected, "{step:?} {code} {said}");
    }
}

/// A server that has these replies, one to each line, and is gone then. What it heard, once whoever spoke has left.
async fn server(replies: &[&str]) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let replies: Vec<String> = replies.iter().map(|reply| format!("{reply}\r\n")).collect();
    let talk = async move {
        let mut stream = BufReader::new(listener.accept().await.unwrap().0);
        let mut heard = Vec::new();
        for (place, reply) in replies.iter().enumerate() {
            let in_message = heard.last().is_some_and(|line| line == "DATA");
            // The greeting comes before anything is said.
            let mut listens = place > 0;
            while listens {
                let mut line = String::new();
                if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                    return heard;
                }
                heard.push(line.trim_end().to_owned());
                listens = in_message && line != ".\r\n";
            }
            if stream.write_all(reply.as_bytes()).await.is_err() {
                return heard;
            }
        }
        heard
    };
    (port, tokio::spawn(talk))
}

/// What becomes of a mail at such a server, and what that heard.
async fn sent(tls: MailTls, login: Option<MailLogin>, replies: &[&str]) -> (Result<(), Why>, Vec<String>) {
    let (port, heard) = server(replies).await;
    let config = SmtpConfig { host: "localhost".to_owned(), port, tls, login, ca: None };
    let smtp = Smtp::new(&config, &"zvh-ml.example".parse().unwrap()).unwrap();
    let mail = Mail {
        id: "1".to_owned(),
        address: "femke@politie.example".parse().unwrap(),
        bytes: b"Subject: [...]\r\n\r\nverzegeld\r\n".to_vec(),
    };
    let outcome = smtp.send(&mail).await.map_err(|failure| failure.why);
    drop(smtp);
    (outcome, heard.await.unwrap())
}

#[tokio::test]
async fn a_way_that_does_not_close_is_not_gone() {
    let endless = format!("{}220 mail.example", "220-welcome\r\n".repeat(1000));
    for (replies, expected) in [
        (&["554 no service"][..], Why::RefusedForNow),
        (&["220 mail.example", "250-mail.example\r\n250 SIZE"], Why::Insecure),
        (&["220 mail.example", "550-no\r\n550 STARTTLS"], Why::Insecure),
        (&["220 mail.example", "250 STARTTLS", "454 not now"], Why::Insecure),
        (&[&endless, "250 SIZE"], Why::BrokenOff),
    ] {
        let (outcome, heard) = sent(MailTls::Required, None, replies).await;
        assert_eq!(outcome, Err(expected), "{replies:?}");
        assert!(heard.iter().all(|line| line.starts_with("EHLO") || line == "STARTTLS"), "{heard:?}");
    }
}

#[tokio::test]
async fn only_the_right_answer_is_yes() {
    let ehlo = "250-mail.example\r\n250 8BITMIME";
    for (replies, expected) in [
        (["220 hello", ehlo, "250 ok", "250 ok", "354 go on", "250 taken"], Ok(())),
        (["220 hello", ehlo, "250 ok", "251 will forward", "354 go on", "250 taken"], Ok(())),
        (["220 hello", ehlo, "251 what?", "250 ok", "354 go on", "250 taken"], Err(Why::BrokenOff)),
        (["220 hello", ehlo, "250 ok", "252 who knows", "354 go on", "250 taken"], Err(Why::BrokenOff)),
        (["220 hello", ehlo, "250 ok", "250 ok", "354 go on", "251 perhaps"], Err(Why::BrokenOff)),
    ] {
        assert_eq!(sent(MailTls::Local, None, &replies).await.0, expected, "{replies:?}");
    }
}

#[tokio::test]
async fn no_password_is_said_where_others_could_listen() {
    let login = MailLogin { user: "hub".to_owned(), password: Secret::new("wielewaal".to_owned()) };
    let ehlo = "250-mail.example\r\n250 AUTH PLAIN";
    let replies = ["220 hello", ehlo, "235 welcome", "250 ok", "250 ok", "354 go on", "250 taken"];
    let (outcome, heard) = sent(MailTls::Local, Some(login), &replies).await;
    assert_eq!(outcome, Err(Why::Insecure));
    assert!(heard.iter().all(|line| line.starts_with("EHLO")), "{heard:?}");
}
