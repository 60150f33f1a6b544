//! Each letter as its addressee reads it, in Dutch and in English.

use zegel::client::letter::compose::{Composed, Envelope, compose};
use zegel::client::letter::content::*;
use zegel::protocol::id::{Digest, Moment};
use zegel::protocol::mime::meeting_uid;
use zegel::protocol::refusal::Language;

const HUB: &str = "zvh-ml.example";
const NOW: &str = "2026-11-20T09:00:00Z";

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn composed(content: &Content, language: Language) -> Composed {
    content.check(at(NOW)).unwrap();
    let envelope = Envelope {
        case: "ZVH-2026-0014".parse().unwrap(),
        portal: "https://zvh-ml.example/",
        from: "Joris Visser",
        partner: "Zorg- en Veiligheidshuis Midden-Lingewaarden",
        to: "Femke de Boer",
        language,
    };
    compose(content, &envelope, HUB).unwrap()
}

/// As a person sees it, with the calendar's entry below.
fn shown(content: &Content, language: Language) -> String {
    let Composed { subject, text, calendar } = composed(content, language);
    let calendar = calendar.map_or_else(String::new, |entry| format!("----\n{entry:#?}\n"));
    format!("{subject}\n----\n{text}{calendar}")
}

macro_rules! both {
    ($name:ident, $content:expr) => {
        #[test]
        fn $name() {
            let content = $content;
            let name = stringify!($name);
            insta::assert_snapshot!(format!("{name}_nl"), shown(&content, Language::Dutch));
            insta::assert_snapshot!(format!("{name}_en"), shown(&content, Language::English));
        }
    };
}

fn when(sequence: u64) -> Appointment {
    Appointment {
        meeting: "mtg_0123456789abcdef".parse().unwrap(),
        sequence,
        date: at("2026-12-02T13:00:00Z"),
        minutes: 90,
        place: some("Zaal 2, Stationsplein 1, Lingewaarden"),
        link: None,
    }
}

fn invitation() -> Invitation {
    Invitation {
        when: when(1),
        purpose: "De kinderen zijn weer veilig thuis, en wij weten wie wat doet.".into(),
        topics: vec!["Hoe is het nu thuis?".into(), "Wie komt er langs, en hoe vaak?".into()],
        decisions: vec!["Wie de regie heeft".into(), "Het plan van aanpak".into()],
        asked: some("Vertel wat de politie de laatste drie maanden op dit adres heeft gezien."),
        until: Some(at("2026-11-27T23:00:00Z")),
        deputy: false,
        change: false,
        was: None,
    }
}

both!(
    a_question,
    Content::Request(Request {
        question: "Is er in de laatste twaalf maanden contact geweest met dit gezin?".into(),
        asked: some("Wij horen graag of er meldingen zijn van dit adres, en wat daarmee is gedaan."),
        until: at("2026-11-27T23:00:00Z"),
    })
);

both!(
    a_question_that_asks_the_same_of_all,
    Content::Request(Request {
        question: "Is er contact met dit gezin?\n\nEn zo ja: wie is de vaste persoon?".into(),
        asked: None,
        until: at("2026-11-27T11:30:00Z"),
    })
);

both!(an_invitation, Content::Invitation(invitation()));

both!(
    an_invitation_of_a_deputy_with_a_link,
    Content::Invitation(Invitation {
        when: Appointment { place: None, link: some("https://overleg.example/zaal-2"), ..when(1) },
        decisions: vec![],
        asked: None,
        until: None,
        deputy: true,
        ..invitation()
    })
);

both!(
    a_change,
    Content::Invitation(Invitation {
        when: Appointment { date: at("2026-12-04T08:30:00Z"), ..when(2) },
        change: true,
        was: Some(at("2026-12-02T13:00:00Z")),
        ..invitation()
    })
);

both!(
    a_cancellation,
    Content::Cancellation(Cancellation {
        when: when(3),
        why: some("Er is eerst meer informatie nodig. Wij laten u weten wanneer het wel kan."),
    })
);

both!(a_cancellation_without_a_word, Content::Cancellation(Cancellation { when: when(3), why: None }));

both!(
    minutes_of_a_meeting,
    Content::Minutes(Minutes {
        date: at("2026-12-02T13:00:00Z"),
        item: Digest([0x41; 32]),
        present: vec![
            "Femke de Boer (Politie)".into(),
            "Noor Bakker (Raad voor de Kinderbescherming)".into()
        ],
        absent: vec!["dr. Samira Amrani (GGZ De Oever)".into()],
        paragraphs: vec![
            Paragraph {
                heading: some("Hoe is het nu thuis?"),
                text: "De politie is dit najaar twee keer langs geweest.\nDe laatste keer was het rustig."
                    .into(),
                sources: vec![Source {
                    item: Digest([0xab; 32]),
                    title: "Zorgmelding".into(),
                    supplier: "Politie".into(),
                }],
            },
            Paragraph {
                heading: None,
                text: "Iedereen vindt dat één persoon de regie moet hebben.".into(),
                sources: vec![]
            },
        ],
        decisions: vec!["De wijkteams hebben de regie.".into()],
        actions: vec![
            Action {
                who: "Femke de Boer (Politie)".into(),
                what: "belt de wijkagent".into(),
                until: Some(at("2026-12-09T23:00:00Z")),
            },
            Action { who: "het gezin".into(), what: "krijgt een brief".into(), until: None },
        ],
        until: Some(at("2026-12-16T23:00:00Z")),
    })
);

both!(
    short_minutes,
    Content::Minutes(Minutes {
        date: at("2026-12-02T13:00:00Z"),
        item: Digest([0x41; 32]),
        present: vec!["Femke de Boer (Politie)".into()],
        absent: vec![],
        paragraphs: vec![Paragraph { heading: None, text: "Er was niets nieuws.".into(), sources: vec![] }],
        decisions: vec![],
        actions: vec![],
        until: None,
    })
);

both!(
    a_message,
    Content::Message(Message {
        text: "Wilt u mij vandaag bellen?\nHet gaat over {{morgen}} <b>.".into(),
        until: None
    })
);

/// Any client makes the same UIDs, and no case those of another.
#[test]
fn the_uid_of_a_meeting_is_its_cases_own() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/letter/uids.json");
    let meetings = [
        ("ZVH-2026-0014", "mtg_0123456789abcdef"),
        ("ZVH-2026-0015", "mtg_0123456789abcdef"),
        ("ZVH-2026-0014", "mtg_zzzzzzzzzzzzzzzz"),
    ];
    let uid = |case: &str, meeting: &str| meeting_uid(case.parse().unwrap(), meeting.parse().unwrap(), HUB);
    if std::env::var_os("ZEGEL_WRITE_VECTORS").is_some() {
        let vector = |(case, meeting): &(&str, &str)| serde_json::json!({ "hub": HUB, "case": case, "meeting": meeting, "uid": uid(case, meeting) });
        let vectors: Vec<_> = meetings.iter().map(vector).collect();
        std::fs::write(file, serde_json::to_string_pretty(&vectors).unwrap() + "\n").unwrap();
    }
    let vectors: Vec<std::collections::BTreeMap<String, String>> =
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let uids: std::collections::BTreeSet<&String> = vectors.iter().map(|vector| &vector["uid"]).collect();
    assert_eq!((vectors.len(), uids.len()), (meetings.len(), meetings.len()));
    for vector in &vectors {
        assert_eq!(uid(&vector["case"], &vector["meeting"]), vector["uid"]);
    }
}

#[test]
fn no_subject_names_more_than_the_case_and_what_it_is() {
    for language in [Language::Dutch, Language::English] {
        let subject = composed(&Content::Invitation(invitation()), language).subject;
        assert!(subject.starts_with("ZVH-2026-0014: ") && !subject.contains("kinderen"), "{subject}");
        assert!(subject.chars().count() <= 200);
    }
}

#[test]
fn what_no_letter_can_say_is_refused_with_the_reason() {
    let refused = |content: Content| content.check(at(NOW)).unwrap_err().code().to_owned();
    let with = |change: &dyn Fn(&mut Invitation)| {
        let mut invitation = invitation();
        change(&mut invitation);
        refused(Content::Invitation(invitation))
    };
    assert_eq!(with(&|i| i.when.date = at("2026-11-19T09:00:00Z")), "date-past");
    assert_eq!(with(&|i| i.until = Some(at("2026-11-19T09:00:00Z"))), "date-past");
    for (name, change) in [
        ("no time at all", (|i| i.when.minutes = 0) as fn(&mut Invitation)),
        ("a day and a night", |i| i.when.minutes = 1440),
        ("nowhere", |i| i.when.place = None),
        ("a place of two lines", |i| i.when.place = some("Zaal 2\nATTENDEE:mailto:max@kwaad.example")),
        ("a place that programs read as two lines", |i| i.when.place = some("Zaal 2\\nATTENDEE")),
        ("a link that is no https", |i| i.when.link = some("http://overleg.example")),
        ("a link that is none", |i| i.when.link = some("zaal 2")),
        ("no topic", |i| i.topics.clear()),
        ("an empty topic", |i| i.topics.push(" ".into())),
        ("no purpose", |i| i.purpose.clear()),
        ("a control character", |i| i.purpose.push('\u{1b}')),
        ("a book", |i| i.purpose = "x".repeat(25 * 1024)),
    ] {
        assert_eq!(with(&change), "bad-letter-content", "{name}");
    }
    let question = Request { question: "?".into(), asked: None, until: at(NOW) };
    assert_eq!(refused(Content::Request(question)), "date-past");
}
