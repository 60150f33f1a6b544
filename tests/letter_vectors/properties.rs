//! Whatever is written is read again, by us and by a reader that is not ours; whatever was changed is refused.

use std::sync::LazyLock;

use mail_parser::{Address, MessageParser, MimeHeaders};
use proptest::prelude::*;
use proptest::sample::Index;

use zegel::clock::random;
use zegel::protocol::cert::SecretCert;
use zegel::protocol::label::safe_file_name;
use zegel::protocol::mime::{
    Attachment, Media, Message, Outer, SUBJECT, clear_notice, open, read_clear_notice, seal,
};
use zegel::protocol::words::Name;

use super::{at, full, hub, simple};

/// Text of any kind, with more of what means something in a mail than chance would bring.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[ -~]{0,40}",
        "[a-zéëЖ漢📄 ]{0,120}",
        Just("=?utf-8?B?w6k=?= ".to_owned()),
        Just("\n--=_zegel\n".to_owned()),
        Just("\r\nBcc: max@example.org\r\n".to_owned()),
        Just("\" <max@example.org>, \"\\".to_owned()),
    ];
    prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

/// A name of any kind that is one.
fn name() -> impl Strategy<Value = Name> {
    any_text().prop_filter_map("a name", |text| {
        let text: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
        let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
        spaced.parse().ok()
    })
}

fn message() -> impl Strategy<Value = Message> {
    let file = (any_text(), prop::collection::vec(any::<u8>(), 0..200));
    let fields =
        (any_text(), any_text(), name(), name(), any::<(bool, bool)>(), prop::collection::vec(file, 0..3));
    fields.prop_map(|(subject, text, from, to, (calendar, clean), files)| {
        // Half of them without what no mail may hold.
        let kept = |text: String| text.chars().filter(|c| !clean || *c == '\n' || !c.is_control()).collect();
        let (subject, text): (String, String) = (kept(subject), kept(text));
        let subject: String = subject.chars().filter(|c| !clean || *c != '\n').take(200).collect();
        let mut message = if calendar { full() } else { simple() };
        (message.from.name, message.to.name) = (from, to);
        (message.subject, message.text) = (subject.trim().to_owned(), text.replace('\r', "") + "\n");
        let attachment = |(name, bytes): (String, Vec<u8>)| {
            let name = safe_file_name(&name);
            Attachment { media: Media::of_name(&name), name, bytes }
        };
        message.attachments = files.into_iter().map(attachment).collect();
        message
    })
}

fn first<'a>(address: Option<&'a Address<'a>>) -> (Option<&'a str>, Option<&'a str>) {
    let address = address.and_then(|address| address.first());
    (address.and_then(|a| a.name()), address.and_then(|a| a.address()))
}

/// Holds what another reader sees against what was meant. It leaves blanks out at the ends, and more than one in a row.
fn read_by_another(written: &[u8], message: &Message) -> Result<(), TestCaseError> {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let read = MessageParser::new().parse(written).unwrap();
    prop_assert_eq!(words(read.subject().unwrap_or_default()), words(&message.subject));
    for (address, mailbox) in [(read.from(), &message.from), (read.to(), &message.to)] {
        let (name, address) = first(address);
        prop_assert_eq!(address.map(str::to_owned), Some(mailbox.address.to_string()));
        prop_assert_eq!(name.map(words), Some(words(mailbox.name.as_str())));
    }
    prop_assert_eq!(read.date().map(|date| date.to_timestamp()), Some(message.date.unix()));
    prop_assert_eq!(read.message_id().map(|id| format!("<{id}>")), Some(message.id.to_string()));
    let text = read.body_text(0).unwrap_or_default().replace("\r\n", "\n");
    prop_assert_eq!(text, message.text.as_str());
    let calendars = usize::from(message.calendar.is_some());
    prop_assert_eq!(read.attachment_count(), message.attachments.len() + calendars);
    for (part, attachment) in read.attachments().skip(calendars).zip(&message.attachments) {
        prop_assert_eq!(part.attachment_name(), Some(attachment.name.as_str()));
        prop_assert_eq!(part.contents(), &attachment.bytes[..]);
    }
    Ok(())
}

/// Some bytes, with one place changed.
fn altered(bytes: &[u8], place: Index, how: u8, byte: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let place = place.index(bytes.len());
    match how {
        0 => bytes[place] = byte,
        1 => bytes.insert(place, byte),
        2 => drop(bytes.remove(place)),
        3 => bytes.truncate(place),
        // A line once more.
        _ => {
            let from = bytes[..place].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            let to = bytes[place..]
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(bytes.len(), |end| place + end + 1);
            let line = bytes[from..to].to_vec();
            bytes.splice(from..from, line);
        }
    }
    bytes
}

struct Post {
    joris: SecretCert,
    noor: SecretCert,
    sealed: Vec<u8>,
    clear: Vec<u8>,
}

static POST: LazyLock<Post> = LazyLock::new(|| {
    let made = at("2026-01-05T09:00:00Z");
    let joris = SecretCert::generate("Joris Maas", "joris@example.org", made).unwrap();
    let noor = SecretCert::generate("Noor Şahin", "noor@example.org", made).unwrap();
    let sealed = seal(&full(), &joris, &noor.public(), random()).unwrap();
    let notice = Message { subject: SUBJECT.to_owned(), ..simple() };
    let clear = clear_notice(&notice, &joris).unwrap();
    Post { joris, noor, sealed, clear }
});

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn what_is_written_is_read_by_us_and_by_others(message in message()) {
        let Ok(written) = message.to_bytes() else { return Ok(()) };
        prop_assert!(written.is_ascii());
        for line in written.split(|byte| *byte == b'\n') {
            prop_assert!(line.is_empty() || line.ends_with(b"\r") && line.len() < 998);
        }
        prop_assert_eq!(Message::parse(&written), Ok(message.clone()));
        read_by_another(&written, &message)?;
    }

    #[test]
    fn an_inside_that_is_read_is_the_one_that_is_written(place: Index, how in 0u8..5, byte: u8) {
        let bytes = altered(&full().to_bytes().unwrap(), place, how, byte);
        if let Ok(read) = Message::parse(&bytes) {
            prop_assert_eq!(&*read.to_bytes().unwrap(), &bytes);
        }
    }

    #[test]
    fn an_outside_that_is_read_is_the_one_that_is_written(place: Index, how in 0u8..5, byte: u8) {
        let bytes = altered(&POST.sealed, place, how, byte);
        if let Ok(read) = Outer::parse(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes);
        }
    }

    #[test]
    fn no_altered_mail_opens(place: Index, how in 0u8..5, byte: u8) {
        let (message, author) = (full(), "Joris Maas".parse().unwrap());
        let bytes = altered(&POST.sealed, place, how, byte);
        let opened = open(&bytes, &hub(), (&author, &POST.joris.public()), &message.to, &POST.noor);
        prop_assert_eq!(opened.is_ok(), bytes == POST.sealed);
        let bytes = altered(&POST.clear, place, how, byte);
        let read = read_clear_notice(&bytes, &hub(), (&author, &POST.joris.public()), &message.to);
        prop_assert_eq!(read.is_ok(), bytes == POST.clear);
    }

    /// The packets inside of the armor, where the armor itself is right again.
    #[test]
    fn no_altered_packets_open(place: Index, how in 0u8..4, byte: u8) {
        let outer = Outer::parse(&POST.sealed).unwrap();
        let sealed = altered(&outer.sealed, place, how, byte);
        let same = sealed == outer.sealed;
        let author = "Joris Maas".parse().unwrap();
        let bytes = Outer { sealed, ..outer }.to_bytes();
        let opened = open(&bytes, &hub(), (&author, &POST.joris.public()), &full().to, &POST.noor);
        prop_assert_eq!(opened.is_ok(), same);
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), text in any_text()) {
        for bytes in [&bytes[..], text.as_bytes()] {
            prop_assert!(Message::parse(bytes).is_err() && Outer::parse(bytes).is_err());
        }
    }
}
