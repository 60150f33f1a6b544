//! What is inside the seal, signed by its author and all: said in another way than we would, or what no mail may say.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use zegel::clock::random;
use zegel::protocol::mime::{Attachment, Calendar, Media, Message, seal};

use super::{Writer, full, simple};

/// A change of a mail's inside: name, what, expected code, from, to.
type Change = (&'static str, &'static str, &'static str, &'static str, &'static str);

const PLAIN: &[Change] = &[
    (
        "inject-subject",
        "A line break in an encoded subject",
        "subject",
        "Vraag in casus ZVH-2026-0014",
        INJECTED,
    ),
    (
        "inject-name",
        "A line break in an encoded name",
        "head",
        "To: =?utf-8?B?Tm9vciDFnmFoaW4=?=",
        INJECTED_NAME,
    ),
    (
        "subject-bidi",
        "A subject that turns its line around",
        "subject",
        "Vraag in casus ZVH-2026-0014",
        "=?utf-8?B?4oCueA==?=",
    ),
    (
        "subject-separator",
        "A subject with a line separator",
        "subject",
        "Vraag in casus ZVH-2026-0014",
        "=?utf-8?B?YeKAqGI=?=",
    ),
    ("subject-blank", "A blank behind the subject", "subject", "ZVH-2026-0014\r\n", "ZVH-2026-0014 \r\n"),
    ("subject-empty", "No subject", "subject", "Subject: Vraag in casus ZVH-2026-0014", "Subject: "),
    ("subject-8-bit", "A subject that is not encoded", "inside", "Subject: Vraag", "Subject: Vráág"),
    (
        "subject-other-charset",
        "A subject in another charset",
        "head",
        "Vraag in casus ZVH-2026-0014",
        "=?iso-8859-1?B?4Q==?=",
    ),
    (
        "subject-q",
        "A subject in the other encoding of words",
        "head",
        "Vraag in casus ZVH-2026-0014",
        "=?utf-8?Q?=C3=A9?=",
    ),
    (
        "subject-lower",
        "An encoded word in small letters",
        "head",
        "Vraag in casus ZVH-2026-0014",
        "=?utf-8?b?w6k=?=",
    ),
    (
        "subject-half",
        "Half a character in an encoded word",
        "head",
        "Vraag in casus ZVH-2026-0014",
        "=?utf-8?B?ww==?=",
    ),
    (
        "to-inside",
        "Another addressee inside",
        "inside",
        "\r\nTo: =?utf-8?B?Tm9vciDFnmFoaW4=?= <noor@example.org>",
        "\r\nTo: \"Max\" <max@example.org>",
    ),
    (
        "to-two",
        "Two addressees inside",
        "head",
        "<noor@example.org>\r\nDate",
        "<noor@example.org>, <max@example.org>\r\nDate",
    ),
    ("reply-to", "A Reply-To inside", "inside", "MIME-Version", "Reply-To: max@example.org\r\nMIME-Version"),
    ("tab-fold", "A field folded with a tab", "head", "To: ", "To:\r\n\t"),
    ("no-space", "No space behind a field's name", "head", "Date: ", "Date:"),
    ("charset-capitals", "A charset in capitals", "inside", "charset=utf-8", "charset=UTF-8"),
    ("content-id", "A Content-ID", "inside", "Content-Transfer", "Content-ID: <a@b>\r\nContent-Transfer"),
    ("no-empty-line", "The head does not end", "inside", "\r\n\r\n", "\r\n"),
    ("message-rfc822", "Another message inside", "inside", "text/plain; charset=utf-8", "message/rfc822"),
    ("text-tab", "A tab in the text", "text", "vraag", "v=09raag"),
    ("text-return", "A carriage return in the text", "text", "vraag", "v=0Draag"),
    ("text-line-feed", "A quoted line feed", "inside", "vraag.\r\n", "vraag.=0A"),
    ("text-no-utf-8", "Text that is no UTF-8", "inside", "vraag", "vr=E1=E1g"),
    ("text-surrogate", "Half of a surrogate pair in the text", "inside", "vraag", "vr=ED=A0=80g"),
    ("text-long-utf-8", "A character in more bytes than needed", "inside", "vraag", "vr=C1=A1g"),
    ("text-soft-break", "A soft line break where none is needed", "inside", "Wij hebben", "Wij=\r\n hebben"),
    (
        "text-blank-end",
        "A blank at the end of a line that is not quoted",
        "inside",
        "vraag.\r\n",
        "vraag. \r\n",
    ),
    ("text-half-quoted", "A = with one digit", "inside", "vraag", "vraag=4"),
    ("text-sign-quoted", "A = with a sign for a digit", "inside", "vraag", "vraag=+7"),
    ("text-unended", "No line end behind the text", "text", "\r\nJoris\r\n", "\r\nJoris"),
];

const INJECTED: &str = "=?utf-8?B?YQ0KQmNjOiBtYXhAZXhhbXBsZS5vcmc=?=";
const INJECTED_NAME: &str = "To: =?utf-8?B?Tm9vcg0KQmNjOiBtYXhAZXhhbXBsZS5vcmc=?=";

const MIXED: &[Change] = &[
    ("second-boundary", "Another boundary", "inside", "boundary=\"=_zegel\"", "boundary=\"=_other\""),
    ("related", "Parts that belong together otherwise", "inside", "multipart/mixed", "multipart/related"),
    ("part-alternative", "Parts to choose from", "inside", "multipart/mixed", "multipart/alternative"),
    (
        "mixed-preamble",
        "Text before the first part",
        "inside",
        "\r\n\r\n--=_zegel\r\n",
        "\r\n\r\nHallo\r\n--=_zegel\r\n",
    ),
    ("mixed-unended", "The last boundary is missing", "inside", "\r\n--=_zegel--\r\n", "\r\n"),
    (
        "nested-mixed",
        "Parts within a part",
        "inside",
        "text/plain; charset=utf-8\r\n",
        "multipart/mixed; boundary=\"x\"\r\n",
    ),
    (
        "calendar-inline",
        "The calendar not as an attachment",
        "inside",
        "attachment; filename=\"overleg.ics\"",
        "inline; filename=\"overleg.ics\"",
    ),
    (
        "calendar-method",
        "Another method in the head of the calendar",
        "inside",
        "method=PUBLISH",
        "method=REQUEST",
    ),
    (
        "attachment-inline",
        "An attachment to show in the text",
        "inside",
        "attachment; filename=\"leeg\"",
        "inline; filename=\"leeg\"",
    ),
    ("attachment-html", "An attachment of HTML", "html", "application/pdf", "text/html"),
    (
        "attachment-media",
        "An attachment called an image, whose name says otherwise",
        "file-name",
        "application/pdf",
        "image/png",
    ),
    (
        "attachment-hidden",
        "An attachment whose name turns around",
        "file-name",
        "plan%20%C3%A9%C3%A9n.pdf",
        "plan%E2%80%AEfdp.exe",
    ),
    (
        "attachment-injected",
        "A line break in an attachment's name",
        "file-name",
        "plan%20%C3%A9%C3%A9n.pdf",
        "a%0D%0Ab.pdf",
    ),
    (
        "attachment-quote",
        "A quote in an attachment's name",
        "file-name",
        "filename=\"leeg\"",
        "filename=\"le\\\"eg\"",
    ),
    (
        "attachment-two-names",
        "Two names for an attachment",
        "file-name",
        "filename=\"leeg\"",
        "filename=\"leeg\"; filename=\"leeg.exe\"",
    ),
    (
        "attachment-continued",
        "A name in pieces",
        "inside",
        "filename*=utf-8''plan",
        "filename*0*=utf-8''plan",
    ),
    (
        "attachment-charset",
        "A name in another charset",
        "inside",
        "filename*=utf-8''",
        "filename*=iso-8859-1''",
    ),
    ("attachment-language", "A name with a language", "inside", "utf-8''", "utf-8'nl'"),
    (
        "attachment-percent",
        "A name that is encoded without need",
        "inside",
        "filename=\"leeg\"",
        "filename*=utf-8''leeg",
    ),
    ("attachment-percent-lower", "A name encoded in small letters", "inside", "%C3%A9", "%c3%a9"),
    ("attachment-8-bit", "A name that is not encoded", "inside", "filename=\"leeg\"", "filename=\"léég\""),
    (
        "attachment-encoding",
        "An attachment in another encoding",
        "inside",
        "\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC",
        "\r\nContent-Transfer-Encoding: 7bit\r\n\r\nAAEC",
    ),
    (
        "attachment-url",
        "An attachment that is elsewhere",
        "inside",
        "application/pdf",
        "message/external-body; access-type=URL",
    ),
    ("base64-unpadded", "Base64 without its padding", "inside", "/P3+/w==", "/P3+/w"),
    ("base64-loose", "Base64 with bits that mean nothing", "inside", "/P3+/w==", "/P3+/x=="),
];

/// Changes of the calendar file.
const CALENDAR: &[(&str, &str, &str, &str)] = &[
    ("calendar-organizer", "Another one to ask back", "mailto:post@", "mailto:past@"),
    ("calendar-organizer-name", "An organizer with parameters", "ORGANIZER:", "ORGANIZER;CN=x:"),
    ("calendar-sequence", "A number that no calendar can hold", "SEQUENCE:1", "SEQUENCE:2147483648"),
    ("calendar-sequence-zero", "A number with a zero in front", "SEQUENCE:1", "SEQUENCE:01"),
    ("calendar-negative", "A negative number", "SEQUENCE:1", "SEQUENCE:-1"),
    ("calendar-status", "A status of its own", "CONFIRMED", "TENTATIVE"),
    ("calendar-two-summaries", "Two summaries", "SUMMARY:", "SUMMARY:x\r\nSUMMARY:"),
    (
        "calendar-injected",
        "A line break in the summary",
        "SUMMARY:Overleg",
        "SUMMARY:Overleg\\nATTENDEE:mailto:max@example.org",
    ),
    ("calendar-url", "An address to go to", "END:VEVENT", "URL:http://x.example/\r\nEND:VEVENT"),
    ("calendar-attach", "A file to fetch", "END:VEVENT", "ATTACH:http://x.example/\r\nEND:VEVENT"),
    (
        "calendar-html",
        "A description in HTML",
        "END:VEVENT",
        "X-ALT-DESC;FMTTYPE=text/html:<b>\r\nEND:VEVENT",
    ),
    ("calendar-repeats", "It repeats", "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT"),
    (
        "calendar-zone",
        "A time in a zone",
        "DTSTART:20261202T130000Z",
        "DTSTART;TZID=Europe/Amsterdam:20261202T140000",
    ),
    ("calendar-day", "A day that is none", "DTSTART:20261202T130000Z", "DTSTART:20261131T130000Z"),
    ("calendar-same", "It ends when it begins", "DTEND:20261202T143000Z", "DTEND:20261202T130000Z"),
    ("calendar-unfolded", "A long line that is not folded", "\r\n ", ""),
    ("calendar-folded", "A short line that is folded", "SUMMARY:Overleg", "SUMMARY:Over\r\n leg"),
    ("calendar-escape", "An escape that is not needed", "SUMMARY:Overleg", "SUMMARY:Over\\leg"),
    (
        "calendar-backslash",
        "An escaped backslash, which programs take for the end of a line",
        "SUMMARY:Overleg",
        "SUMMARY:Over\\\\nleg",
    ),
    ("calendar-no-escape", "A comma that is not escaped", "Stadhuis\\, kamer", "Stadhuis, kamer"),
    ("calendar-lower", "A name in small letters", "SUMMARY:", "summary:"),
    ("calendar-end", "Something behind the calendar", "END:VCALENDAR\r\n", "END:VCALENDAR\r\n\r\n"),
    ("calendar-public", "Open for everyone to see", "CLASS:CONFIDENTIAL", "CLASS:PUBLIC"),
];

fn base64_lines(text: &str) -> String {
    let encoded = STANDARD.encode(text);
    let lines = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap());
    lines.collect::<Vec<_>>().join("\r\n")
}

/// The field that makes a whole number of KiB of what is so long without it.
fn padding(length: usize) -> String {
    let lacking = match (1024 - length % 1024) % 1024 {
        0 => return String::new(),
        few @ 1..14 => few + 1024,
        lacking => lacking,
    };
    let value = match lacking - 13 {
        short @ 1..=900 => "x".repeat(short),
        long => format!("{}\r\n {}", "x".repeat(450), "x".repeat(long - 453)),
    };
    format!("X-Padding: {value}\r\n")
}

/// An inside with other padding, made for the length that it has without any.
fn padded(entity: &str, padding: &dyn Fn(usize) -> String) -> String {
    let Some((before, behind)) = entity.split_once("X-Padding: ") else { return entity.to_owned() };
    let mut behind = behind.split_once("\r\n").unwrap().1;
    while behind.starts_with(" x") {
        behind = behind.split_once("\r\n").unwrap().1;
    }
    format!("{before}{}{behind}", padding(before.len() + behind.len()))
}

/// An inside with its padding made right again, so that nothing but what was changed is wrong.
pub fn padded_anew(entity: &str) -> String {
    padded(entity, &padding)
}

pub fn entity(message: &Message) -> String {
    String::from_utf8(message.to_bytes().unwrap().to_vec()).unwrap()
}

impl Writer {
    /// A mail with this inside, sealed and signed as it should be.
    fn with_inside(&self, entity: &str) -> Vec<u8> {
        self.with_padding(&padded_anew(entity))
    }

    fn with_padding(&self, entity: &str) -> Vec<u8> {
        Self::around(self.forge().seal(entity.as_bytes()))
    }

    fn changed(&mut self, entity: &str, changes: &[Change]) {
        for (name, what, expect, from, to) in changes {
            assert!(entity.contains(from), "{name}: {from}\n{entity}");
            let mail = self.with_inside(&entity.replacen(from, to, 1));
            self.add(name, what, expect, mail);
        }
    }

    /// Texts that lack nothing, as little as can be, and one byte less; and padding that is not as it should be.
    fn paddings(&mut self) {
        let length = |message: &Message| padded(&entity(message), &|_| String::new()).len();
        let lacking = |bytes: usize| {
            let mut message = simple();
            let more = (2048 - length(&message) - bytes) % 1024;
            // A line of 76 gets a break of three.
            message.text = format!("{}{}", "x\n".repeat(more / 3), message.text);
            message.text.insert_str(0, &"x".repeat(more % 3));
            assert_eq!((length(&message) + bytes) % 1024, 0);
            message
        };
        for (name, what, bytes) in [
            ("padding-none", "A text that needs no padding", 0),
            ("padding-least", "A text that lacks as much as the shortest padding", 14),
            ("padding-next", "A text that lacks less than the shortest padding", 13),
            ("padding-folded", "Padding on two lines", 914),
            ("padding-long", "Padding that just fits on one line", 913),
        ] {
            let mail = seal(&lacking(bytes), &self.joris, &self.noor.public(), random()).unwrap();
            self.add(name, what, "good", mail);
        }
        let right = entity(&simple());
        let a_kibibyte_more =
            |length: usize| format!("{}\r\n {}\r\n", padding(length).trim_end(), "x".repeat(1024 - 3));
        let twice = |length: usize| padding(length).repeat(2);
        let elsewhere = padded(&right, &|_| String::new());
        let elsewhere = elsewhere.replacen("From: ", &format!("{}From: ", padding(elsewhere.len())), 1);
        for (name, what, expect, entity) in [
            ("unpadded", "No padding", "inside", padded(&right, &|_| String::new())),
            ("padding-short", "A byte of padding too few", "inside", right.replacen(": xx", ": x", 1)),
            ("padding-more", "A KiB of padding too much", "inside", padded(&right, &a_kibibyte_more)),
            ("padding-other", "Padding that says something", "inside", right.replacen(": xx", ": xy", 1)),
            ("padding-twice", "Padding twice", "inside", padded(&right, &twice)),
            ("padding-before", "Padding at the front", "head", elsewhere),
            ("padding-lower", "Its name in small letters", "inside", right.replacen("X-Pad", "x-pad", 1)),
        ] {
            let mail = self.with_padding(&entity);
            self.add(name, what, expect, mail);
        }
    }

    pub fn spelling(&mut self) {
        self.paddings();

        self.changed(&entity(&simple()), PLAIN);
        let whole = entity(&full());
        self.changed(&whole, MIXED);
        self.changed(
            &entity(&Message { subject: "één".to_owned(), ..simple() }),
            &[(
                "subject-unencoded-word",
                "Text around an encoded word",
                "inside",
                "=?utf-8?B?w6nDqW4=?=",
                "x =?utf-8?B?w6nDqW4=?=",
            )],
        );
        self.wrong_order(&whole);
        let only_blanks = entity(&simple()).replace("Beste Noor,", "");
        let (head, _) = only_blanks.split_once("\r\n\r\n").unwrap();
        let mail = self.with_inside(&format!("{head}\r\n\r\n\r\n=20\r\n"));
        self.add("text-blanks", "A text of blanks only", "text", mail);
        let none = full();
        let parts = whole.split("--=_zegel\r\n").collect::<Vec<_>>();
        let mail = self.with_inside(&whole.replace(&format!("--=_zegel\r\n{}", parts[1]), ""));
        self.add("no-text", "Attachments without a text", "inside", mail);
        let many = (0..21).map(|n| Attachment { name: format!("{n}"), media: Media::Bytes, bytes: vec![] });
        let twenty = Message { attachments: many.clone().take(20).collect(), ..none };
        let mail = seal(&twenty, &self.joris, &self.noor.public(), random()).unwrap();
        self.add("twenty", "Twenty attachments", "good", mail);
        let last = "\r\n--=_zegel--\r\n";
        let more = "\r\n--=_zegel\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; \
                    filename=\"20\"\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        let mail = self.with_inside(&entity(&twenty).replacen(last, &format!("{more}{last}"), 1));
        self.add("twenty-one", "Twenty-one attachments", "attachments", mail);
    }

    /// The same parts, not in their order, or not once.
    fn wrong_order(&mut self, whole: &str) {
        let mut parts: Vec<&str> = whole.split("--=_zegel\r\n").collect();
        let [head, text, calendar, first, _] = parts[..] else { panic!("four parts") };
        let again = |parts: &[&str]| parts.join("--=_zegel\r\n");
        let last = parts.pop().unwrap();
        let cases = [
            ("text-behind", "The text behind the calendar", vec![head, calendar, text, first, last]),
            ("calendar-behind", "The calendar behind an attachment", vec![head, text, first, calendar, last]),
            ("calendar-twice", "Two calendars", vec![head, text, calendar, calendar, first, last]),
            ("text-twice", "Two texts", vec![head, text, text, calendar, first, last]),
        ];
        for (name, what, parts) in cases {
            let mail = self.with_inside(&again(&parts));
            self.add(name, what, "inside", mail);
        }
        let attachments = full().attachments;
        let bare = Message { calendar: None, attachments: attachments[..1].to_vec(), ..simple() };
        let bare = entity(&bare);
        let (before, _) = bare.rsplit_once("\r\n--=_zegel\r\n").unwrap();
        let mail = self.with_inside(&format!("{before}\r\n--=_zegel--\r\n"));
        self.add("mixed-alone", "Parts around one text", "inside", mail);
    }

    pub fn calendars(&mut self) {
        let whole = entity(&full());
        let text = full().calendar.unwrap().to_text().unwrap();
        for (name, what, from, to) in CALENDAR {
            assert!(text.contains(from), "{name}");
            let other = base64_lines(&text.replacen(from, to, 1));
            let mail = self.with_inside(&whole.replacen(&base64_lines(&text), &other, 1));
            self.add(name, what, "calendar", mail);
        }
        let odd = Calendar {
            // Two bytes each, so that a fold falls between two bytes of one character if one does not look.
            summary: format!("x{}", "é".repeat(120)),
            location: Some("a;b,c: \"e\"; 漢字".to_owned()),
            sequence: u64::from(i32::MAX as u32),
            ..full().calendar.unwrap()
        };
        let mail = Message { calendar: Some(odd), ..simple() };
        let mail = seal(&mail, &self.joris, &self.noor.public(), random()).unwrap();
        self.add("calendar-odd", "A calendar with long lines and all that is escaped", "good", mail);
        let odd = Message {
            subject: format!("{}\u{a0}", "漢".repeat(199)),
            text: format!(
                "{}\n{}\u{feff}\n\n.\n..\n=\n --=_zegel\n--=_zegel--\n-----BEGIN PGP MESSAGE-----\n",
                "é".repeat(300),
                "x".repeat(76)
            ),
            attachments: full().attachments,
            ..simple()
        };
        let mail = seal(&odd, &self.joris, &self.noor.public(), random()).unwrap();
        self.add(
            "odd-text",
            "A subject of 200 characters, and a text that looks like what is around it",
            "good",
            mail,
        );
    }
}
