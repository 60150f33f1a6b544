use proptest::prelude::*;
use ring::rand::SystemRandom;

use super::*;
use crate::protocol::cert::{PublicCert, SecretCert};
use crate::protocol::words::Name;

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn hub() -> HubName {
    "zvh-ml.example".parse().unwrap()
}

fn made() -> Moment {
    at("2026-01-05T09:00:00Z")
}

fn person(name: &str, mail: &str) -> (SecretCert, Mailbox) {
    let cert = SecretCert::generate(name, mail, made()).unwrap();
    (cert, Mailbox { name: name.parse().unwrap(), address: mail.parse().unwrap() })
}

fn message(to: &Mailbox) -> Message {
    let from = Mailbox { name: "Joris Maas".parse().unwrap(), address: house_address(&hub()).unwrap() };
    Message {
        from,
        to: to.clone(),
        date: at("2026-11-23T18:20:00Z"),
        id: "<000102030405060708090a0b0c0d0e0f@zvh-ml.example>".parse().unwrap(),
        subject: "Vraag in casus ZVH-2026-0014: wat weet u, één ding?".to_owned(),
        text: "Beste Noor,\n\nWij hebben een vraag = één, met een lange regel die over de rand van een oude \
               terminal heen gaat en dus wordt afgebroken. \n\nGroet,\nJoris\n"
            .to_owned(),
        calendar: None,
        attachments: Vec::new(),
    }
}

fn calendar() -> Calendar {
    Calendar {
        uid: "296d5d69cf9d25e6a195c3f5aaef1d39@zvh-ml.example".to_owned(),
        sequence: 1,
        stamp: at("2026-11-23T18:20:00Z"),
        start: at("2026-12-02T13:00:00Z"),
        end: at("2026-12-02T14:30:00Z"),
        cancelled: false,
        summary: "Overleg".to_owned(),
        location: Some(
            "Stadhuis, kamer 3; één trap op, de lange gang door tot het einde en dan links".to_owned(),
        ),
        organizer: house_address(&hub()).unwrap(),
    }
}

fn full(to: &Mailbox) -> Message {
    let attachments = vec![
        Attachment { name: "plan.pdf".to_owned(), media: Media::Pdf, bytes: vec![0, 159, 255, 10, 13, 46] },
        Attachment { name: "één plan.txt".to_owned(), media: Media::Bytes, bytes: vec![] },
    ];
    Message { calendar: Some(calendar()), attachments, ..message(to) }
}

struct Post {
    joris: SecretCert,
    noor: SecretCert,
    to: Mailbox,
}

fn post() -> Post {
    let (joris, _) = person("Joris Maas", "joris@example.org");
    let (noor, to) = person("Noor Şahin", "noor@example.org");
    Post { joris, noor, to }
}

impl Post {
    fn open(&self, mail: &[u8]) -> Result<Message, BadLetter> {
        let author: Name = "Joris Maas".parse().unwrap();
        open(mail, &hub(), (&author, &self.joris.public()), &self.to, &self.noor)
    }
}

#[test]
fn a_mail_opens_for_its_addressee_and_reads_as_it_was_written() {
    let p = post();
    for message in [message(&p.to), full(&p.to)] {
        let mail = seal(&message, &p.joris, &p.noor.public(), &SystemRandom::new()).unwrap();
        assert_eq!(p.open(&mail), Ok(message));
        assert!(mail.is_ascii() && !String::from_utf8(mail).unwrap().contains("Vraag"));
    }
}

#[test]
fn nobody_else_opens_it_and_nobody_else_wrote_it() {
    let p = post();
    let (max, _) = person("Max Vijf", "max@example.org");
    let mail = seal(&message(&p.to), &p.joris, &p.noor.public(), &SystemRandom::new()).unwrap();
    let author: Name = "Joris Maas".parse().unwrap();
    let by_max = open(&mail, &hub(), (&author, &p.joris.public()), &p.to, &max);
    assert_eq!(by_max, Err(BadLetter::To));
    let as_max = open(&mail, &hub(), (&author, &max.public()), &p.to, &p.noor);
    assert_eq!(as_max, Err(BadLetter::Signer));
    // Max signs in Joris's name.
    let forged = seal(&message(&p.to), &max, &p.noor.public(), &SystemRandom::new());
    assert_eq!(forged, Err(BadLetter::From));
}

#[test]
fn what_cannot_be_sealed_for_says_why() {
    let p = post();
    let sign_only = SecretCert::generate_authority("Noor Şahin <noor@example.org>", made()).unwrap();
    let message = message(&p.to);
    assert_eq!(
        seal(&message, &p.joris, &sign_only.public(), &SystemRandom::new()),
        Err(BadLetter::CannotEncrypt)
    );
    let until = Some(at("2026-11-01T00:00:00Z"));
    let expired = SecretCert::generate_until("Noor Şahin", "noor@example.org", made(), until).unwrap();
    assert_eq!(seal(&message, &p.joris, &expired.public(), &SystemRandom::new()), Err(BadLetter::Expired));
    assert_eq!(expired.public().mail_expires(), until);
    assert_eq!(p.noor.public().mail_expires(), None);
    let expired = SecretCert::generate_until("Joris Maas", "joris@example.org", made(), until).unwrap();
    assert_eq!(seal(&message, &expired, &p.noor.public(), &SystemRandom::new()), Err(BadLetter::Author));
    let other = person("Noor Şahin", "other@example.org").0;
    assert_eq!(seal(&message, &p.joris, &other.public(), &SystemRandom::new()), Err(BadLetter::To));
}

#[test]
fn only_a_sealed_mail_passes_the_gate() {
    let p = post();
    let mail =
        String::from_utf8(seal(&message(&p.to), &p.joris, &p.noor.public(), &SystemRandom::new()).unwrap())
            .unwrap();
    let author: Name = "Joris Maas".parse().unwrap();
    let gate = |mail: &str, cert: &PublicCert| {
        require_sealed(mail.as_bytes(), &hub(), &author, &p.to, cert).map(|_| ())
    };
    let noor = p.noor.public();
    assert_eq!(gate(&mail, &noor), Ok(()));
    let spoilt = [
        (mail.replace("Subject: [...]", "Subject: Vraag"), BadLetter::OuterSubject),
        (mail.replace("MIME-Version", "Bcc: max@example.org\r\nMIME-Version"), BadLetter::Head),
        (mail.replace("\r\n", "\n"), BadLetter::Head),
        (mail.replace("post@zvh", "past@zvh"), BadLetter::From),
        (mail.replace("noor@example.org", "max@example.org"), BadLetter::To),
        (mail.clone() + "Hallo\r\n", BadLetter::Form),
        (
            mail.replace("\r\n--=_zegel_sealed--", "\r\n--=_zegel_sealed\r\n\r\nHallo\r\n--=_zegel_sealed--"),
            BadLetter::Form,
        ),
    ];
    for (spoilt, expect) in spoilt {
        assert_eq!(gate(&spoilt, &noor), Err(expect), "{spoilt}");
    }
    let (other, _) = person("Noor Şahin", "noor@example.org");
    assert_eq!(gate(&mail, &other.public()), Err(BadLetter::Recipients));
}

#[test]
fn what_can_not_stand_in_a_mail_is_refused() {
    let to = post().to;
    let refused = |change: &dyn Fn(&mut Message)| {
        let mut message = full(&to);
        change(&mut message);
        message.to_bytes().unwrap_err()
    };
    for subject in ["", " x", "a\r\nBcc: max@example.org", "a\nb", &"x".repeat(201)] {
        assert_eq!(refused(&|m| m.subject = subject.to_owned()), BadLetter::Subject);
    }
    for text in ["", "\n", "no end", "a\r\n", "a\0\n"] {
        assert_eq!(refused(&|m| m.text = text.to_owned()), BadLetter::Text);
    }
    for name in ["../x", "a\"b", "a\r\nb", "", ".x"] {
        assert_eq!(refused(&|m| m.attachments[0].name = name.to_owned()), BadLetter::FileName);
    }
    assert_eq!(refused(&|m| m.attachments[0].bytes = vec![0; MAX_ATTACHED + 1]), BadLetter::Attachments);
    let end = |m: &mut Message| {
        let calendar = m.calendar.as_mut().unwrap();
        calendar.end = calendar.start;
    };
    assert_eq!(refused(&end), BadLetter::Calendar);
}

/// Whoever sees the mail on its way can tell neither what kind it is nor for whom it has more in it.
#[test]
fn two_letters_within_a_kibibyte_are_as_long_as_each_other() {
    let p = post();
    // Now and then a signature is a byte or two shorter.
    let mailed = |text: &str| {
        let message = Message { text: format!("{text}\n"), ..message(&p.to) };
        let seal = || seal(&message, &p.joris, &p.noor.public(), &SystemRandom::new()).unwrap().len();
        (0..3).map(|_| seal()).max().unwrap()
    };
    assert_eq!(mailed("ja"), mailed("Nee, en wel hierom: wij kennen dit gezin niet."));
    assert!(mailed("ja") < mailed(&"x".repeat(1024)));
}

#[test]
fn what_is_sealed_is_whole_kibibytes_of_any_length() {
    let to = post().to;
    let mut lengths = std::collections::BTreeSet::new();
    for filler in 1..1100 {
        let message =
            Message { text: "x\n".repeat(filler / 2) + &"é".repeat(filler % 2) + "x\n", ..message(&to) };
        let written = message.to_bytes().unwrap();
        assert_eq!(written.len() % 1024, 0);
        assert!(written.split(|byte| *byte == b'\n').all(|line| line.len() < 998));
        lengths.insert(written.len() / 1024);
        assert_eq!(Message::parse(&written), Ok(message));
    }
    assert!(lengths.len() > 2, "{lengths:?}");
}

/// What is about to be sealed is wiped from memory, and never grew, which would have left copies.
#[test]
fn what_is_sealed_is_wiped() {
    let to = post().to;
    let attachment = Attachment { name: "é".repeat(100), media: Media::Bytes, bytes: vec![0xff; 1 << 20] };
    let text = "é".repeat(MAX_TEXT / 2 - 1) + "\n";
    let largest = Message { text, attachments: vec![attachment; 7], ..full(&to) };
    for message in [message(&to), full(&to), largest] {
        let written: zeroize::Zeroizing<Vec<u8>> = message.to_bytes().unwrap();
        assert_eq!(written.capacity(), written.len());
        assert_eq!(Message::parse(&written), Ok(message));
    }
}

fn mail_of(message: &Message, p: &Post) -> String {
    String::from_utf8(seal(message, &p.joris, &p.noor.public(), &SystemRandom::new()).unwrap()).unwrap()
}

#[test]
fn what_everyone_can_see_is_said_in_one_order() {
    let p = post();
    let mail = mail_of(&message(&p.to), &p);
    let version = "MIME-Version: 1.0\r\n";
    let more = |line: &str| mail.replacen(version, &format!("{version}{line}"), 1);
    for spoilt in [
        mail.replacen(version, "", 1),
        more("Bcc: max@example.org\r\n"),
        more("Auto-Submitted\r\n"),
        more("Auto-Submitted: no\r\nAuto-Submitted: no\r\n"),
    ] {
        assert_eq!(Outer::parse(spoilt.as_bytes()), Err(BadLetter::Head), "{spoilt}");
    }
    assert_eq!(Outer::parse(more("Auto-Submitted: no\r\n").as_bytes()), Err(BadLetter::Form));
}

#[test]
fn what_is_no_mail_by_its_head_is_not_looked_into() {
    let written = full(&post().to).to_bytes().unwrap();
    let written = String::from_utf8(written.to_vec()).unwrap();
    let start = written.find("overleg.ics").unwrap();
    let spoilt =
        written[..start].to_owned() + &written[start..].replacen("base64\r\n\r\n", "base64\r\n\r\nAAAA", 1);
    assert_eq!(Message::parse(spoilt.as_bytes()), Err(BadLetter::Calendar));
    let without = spoilt.replacen("MIME-Version: 1.0\r\n", "", 1);
    assert_eq!(Message::parse(without.as_bytes()), Err(BadLetter::Inside));
}

#[test]
fn a_mail_that_is_too_large_is_neither_written_nor_read() {
    let p = post();
    let attachment =
        Attachment { name: "plan.pdf".to_owned(), media: Media::Pdf, bytes: vec![0xff; 1 << 20] };
    let text = "é".repeat(MAX_TEXT / 2 - 1) + "\n";
    // Each is within its own bounds; on their way they grow by half.
    let largest = Message { text, attachments: vec![attachment; 7], ..message(&p.to) };
    let sealed = seal(&largest, &p.joris, &p.noor.public(), &SystemRandom::new());
    assert_eq!(sealed, Err(BadLetter::TooLarge));

    let endless = vec![b'x'; MAX_MAIL + 1];
    assert_eq!(Outer::parse(&endless), Err(BadLetter::TooLarge));
    let house: Name = "Joris Maas".parse().unwrap();
    let read = read_clear_notice(&endless, &hub(), (&house, &p.joris.public()), &p.to);
    assert_eq!(read, Err(BadLetter::TooLarge));
}

/// Nobody has to open it, so it says nothing but that there is something to do.
#[test]
fn a_notice_in_the_clear_says_nothing() {
    let p = post();
    let notice = Message { subject: SUBJECT.to_owned(), ..message(&p.to) };
    let refused = |message: &Message| clear_notice(message, &p.joris).err();
    assert_eq!(refused(&notice), None);
    assert_eq!(refused(&message(&p.to)), Some(BadLetter::OuterSubject));
    let planned = Message { calendar: Some(calendar()), ..notice.clone() };
    let with_file = Message { attachments: full(&p.to).attachments, ..notice };
    assert_eq!(refused(&planned), Some(BadLetter::Attachments));
    assert_eq!(refused(&with_file), Some(BadLetter::Attachments));
}

#[test]
fn a_day_in_other_letters_is_no_day() {
    let text = calendar().to_text().unwrap();
    assert!(Calendar::parse(&text).is_ok());
    // A letter of two bytes where the year ends.
    let spoilt = text.replacen("DTSTART:20261202T", "DTSTART:202é202T", 1);
    assert_ne!(spoilt, text);
    assert_eq!(Calendar::parse(&spoilt), Err(BadLetter::Calendar));
}

fn words() -> impl Strategy<Value = String> {
    "[a-zA-Zéë€李 ,;:=?_\"\\\\.-]{1,90}".prop_map(|text| format!("x{text}x"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn what_is_written_is_read(
        subject in words(), lines in prop::collection::vec(words(), 1..5), location in words(),
        name in words(), bytes in prop::collection::vec(any::<u8>(), 0..300), with_calendar: bool,
    ) {
        let mut message = full(&post().to);
        message.subject = subject;
        message.text = lines.join("\n") + " \n";
        message.calendar = with_calendar.then(|| Calendar { location: Some(location.replace('\\', "/")), ..calendar() });
        let name = crate::protocol::label::safe_file_name(&name);
        message.attachments[0] = Attachment { media: Media::of_name(&name), name, bytes };
        let written = message.to_bytes().unwrap();
        let lines = std::str::from_utf8(&written).unwrap().split("\r\n");
        prop_assert!(written.is_ascii() && lines.clone().all(|line| line.len() < 998 && !line.contains(['\r', '\n'])));
        prop_assert_eq!(Message::parse(&written), Ok(message));
    }

    #[test]
    fn an_altered_entity_is_refused_or_another(place: prop::sample::Index, byte in 0x20u8..0x7f) {
        let message = full(&post().to);
        let mut written = message.to_bytes().unwrap();
        let place = place.index(written.len());
        if written[place] != byte {
            written[place] = byte;
            if let Ok(other) = Message::parse(&written) {
                prop_assert!(other != message);
                prop_assert_eq!(&*other.to_bytes().unwrap(), &*written);
            }
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Message::parse(&bytes).is_err() && Outer::parse(&bytes).is_err());
    }
}
