//! Each notice as people read it.

use super::*;

fn filling() -> Filling {
    let moment = |text: &str| text.parse().unwrap();
    Filling {
        name: "Femke de Wit".to_owned(),
        web: web_address(&"zvh-ml.example".parse().unwrap(), 8460),
        house: "Zorg- en Veiligheidshuis Midden-Limburg".to_owned(),
        until: Some(moment("2026-12-15T23:00:00Z")),
        now: moment("2026-12-01T12:00:00Z"),
        members: vec![
            ("Noor Haddad (Gemeente)".to_owned(), moment("2026-12-04T12:00:00Z")),
            ("Daan Smit (Wijkteam)".to_owned(), moment("2027-01-01T00:00:00Z")),
        ],
    }
}

#[test]
fn each_notice_reads_well() {
    for kind in Kind::ALL {
        for language in LanguageWord::ALL {
            let Text { subject, body } = text(*kind, *language, &filling());
            assert!(!body.contains(['{', '}']) && !subject.contains(['{', '}']), "{kind:?} is filled in");
            assert!(body.lines().all(|line| line.chars().count() <= 72), "{kind:?} fits a mail program");
            let name = format!("{}.{}", kind.word(), language.word());
            insta::assert_snapshot!(name, format!("{subject}\n\n{body}"));
        }
    }
}

#[test]
fn what_somebody_is_called_is_not_filled_in_again() {
    let odd = Filling { name: "{until} {members} {name}".to_owned(), ..filling() };
    let Text { body, .. } = text(Kind::WorkWaiting, LanguageWord::English, &odd);
    assert!(body.starts_with("Dear {until} {members} {name},"), "{body}");
}

#[test]
fn days_are_counted_as_people_do() {
    let day = 24 * 60 * 60;
    for (seconds, dutch, english) in [
        (1, "1 dag", "1 day"),
        (day, "1 dag", "1 day"),
        (day + 1, "2 dagen", "2 days"),
        (-5, "0 dagen", "0 days"),
    ] {
        assert_eq!(days(seconds, LanguageWord::Dutch), dutch);
        assert_eq!(days(seconds, LanguageWord::English), english);
    }
    // Midnight in the Netherlands, in winter and in summer: the day before is the last.
    let last = |text: &str| super::day(text.parse().unwrap(), LanguageWord::Dutch);
    assert_eq!(last("2026-12-14T23:00:00Z"), "14 december 2026");
    assert_eq!(last("2026-07-14T22:00:00Z"), "14 juli 2026");
    assert_eq!(last("2026-07-14T12:00:00Z"), "14 juli 2026");
}
