//! What a supplier seals in an approval the hub can't see. Where that is nonsense, Joris is told of which item, of whom and
//! for whom; all else goes to the table, with a gap where the item would have been.

use std::io::{Error, Result, Write};

use zegel::client::grant::ReaderGrants;
use zegel::client::verbs::meeting::release::{Choice, release};
use zegel::demo::act::police;
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::label::{FactOrOpinion, Police};
use zegel::protocol::payload::PayloadDigest;
use zegel::protocol::refusal::Language;
use zegel::protocol::seal::{FileKey, SealingKey, seal_small};
use zegel::protocol::statement::{Approval, Body};
use zegel::protocol::words::*;

use crate::liar::Lie;
use crate::support::hands::{by_hand, journal_size, recorded};
use crate::support::liar::{liar, through};
use crate::support::scene::{AGENDA, REPORT, date, paper, prepared};
use crate::support::{Base, Refused};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor", "daan", "bram", "yara"];

/// What Femke's program puts in, where the reader's grants belong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    NoGrants,
    OtherGrants,
    /// What is sealed to somebody else than those who run the case.
    ForAStranger,
    /// What does not open with its own key.
    Garbage,
}

const READERS: [(&str, &str, Inside); 4] = [
    ("noor", "Noor Wijngaarden", Inside::NoGrants),
    ("daan", "Daan Smeets", Inside::OtherGrants),
    ("bram", "Bram Hoekstra", Inside::ForAStranger),
    ("yara", "Yara Martina", Inside::Garbage),
];

on_both!(one_suppliers_nonsense_keeps_nothing_else_from_the_table);

async fn one_suppliers_nonsense_keeps_nothing_else_from_the_table(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let readers = READERS.map(|(who, ..)| who);
    let all = [&readers[..], &["femke"]].concat();
    stage.plans("joris", case, date(), &all, &[], Some(AGENDA)).await.unwrap();
    let mut report = paper(stage, "melding.txt", "Melding", ItemKind::Contribution, REPORT);
    report.terms.withheld = Withheld::Shown;
    let fact = Police { kind: FactOrOpinion::Fact, reliability: "proces-verbaal".into() };
    let report = stage.contributes("femke", case, vec![police(report, fact)]).await.unwrap().items[0].item;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("sanne", case, &readers).await.unwrap();
    for (who, _, inside) in READERS {
        approves_with(stage, case, report, who, inside).await;
    }
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();
    let before = journal_size(stage).await;

    // What the hub changed is no supplier's fault.
    let (remote, liar) = liar(stage).await;
    for (lie, code) in [
        (Lie::AlteredBit.about("/parts/grants/payload", ""), "digest"),
        (Lie::Longer.about("/parts/grants/payload", ""), "bad-answer"),
        (others_headers(stage, report).await, "commitment"),
    ] {
        liar.lock().unwrap().lie = Some(lie);
        let lied = through!(stage, "joris", &remote, |ctx| release(ctx, case, &Choice::default()));
        assert_eq!(lied.code(), code);
    }

    // Whoever wants just this is told why not.
    let named = Choice { items: vec!["Melding".into()], readers: vec!["Noor".into()], ..Choice::default() };
    let (refused, _) = at!(stage, "joris", |ctx| release(ctx, case, &named));
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), "wrong-grants");
    for (language, words) in [
        (Language::Dutch, "gaat niet mee naar Noor Wijngaarden"),
        (Language::English, "does not go along to Noor Wijngaarden"),
    ] {
        let sentence = refused.sentence(language);
        let all = ["\"Melding\"", "Politie, basisteam Midden-Linge", words];
        assert!(all.iter().all(|words| sentence.contains(words)), "{sentence}");
    }
    assert_eq!(journal_size(stage).await, before);

    // Nor does anything go out of which could not be told what does not.
    let (_, honest) = stage.desk("joris").unwrap();
    let (mut deaf, all) = (Deaf, Choice::default());
    let unheard = through!(stage, "joris", &honest, |ctx| {
        ctx.out = &mut deaf;
        release(ctx, case, &all)
    });
    assert_eq!(unheard.code(), "input");
    assert_eq!(journal_size(stage).await, before);

    // The rest goes on; and once it went there is nothing new, however often he is told.
    for (releases, items) in [(READERS.len(), 2), (0, 0)] {
        let (released, said) = at!(stage, "joris", |ctx| release(ctx, case, &Choice::default()));
        let mut released = released.unwrap().releases;
        released.retain(|line| !line.name.starts_with("Femke"));
        assert_eq!(released.len(), releases);
        assert!(released.iter().all(|line| (line.items, line.gaps) == (items, 1)), "{released:?}");
        for (_, name, _) in READERS {
            let told = said.lines().find(|line| line.contains(&format!("gaat niet mee naar {name}")));
            let told = told.unwrap_or_else(|| panic!("{name}: {said}"));
            assert!(told.starts_with("\"Melding\" van Politie, basisteam Midden-Linge"), "{told}");
        }
    }
    let pack = stage.opens_pack("noor", case).await.unwrap();
    assert_eq!((pack.opened.len(), pack.gaps, pack.is_whole()), (2, 1, true));

    // As Joris asked, it is taken back, and given by an honest program.
    stage.withdraws("femke", case, "Melding", &[]).await.unwrap();
    stage.approves("femke", case, &["noor"]).await.unwrap();
    stage.releases("joris", case).await.unwrap();
    let pack = stage.opens_pack("noor", case).await.unwrap();
    assert_eq!((pack.opened.len(), pack.gaps), (3, 0));
}

/// A screen that takes all but what is said of what does not go along.
struct Deaf;

impl Write for Deaf {
    fn write(&mut self, said: &[u8]) -> Result<usize> {
        let kept = String::from_utf8_lossy(said).contains("gaat niet mee");
        if kept { Err(Error::other("not shown")) } else { Ok(said.len()) }
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Of one of Sanne's approvals, the headers of another.
async fn others_headers(stage: &Stage, report: Digest) -> crate::liar::Told {
    let is_sannes = |body: &Body| matches!(body, Body::Approval(approval) if approval.item != report);
    let all = recorded(stage).await.into_iter().filter(|(_, statement)| is_sannes(&statement.body));
    let of: Vec<String> = all.map(|(id, _)| format!("/v1/statements/{id}/parts/grants/headers")).collect();
    Lie::OtherHeader.about(&of[0], &of[1])
}

async fn approves_with(stage: &Stage, case: CaseNumber, item: Digest, who: &str, inside: Inside) {
    let reader = stage.member(who).unwrap();
    let recorded = by_hand(stage, "femke", case, |draft, world, case| {
        let (id, roster) = case.rosters.iter().next().unwrap();
        let directors = case.directors(world.house()).unwrap();
        let key = FileKey::generate().unwrap();
        let made = ReaderGrants::wrap(&key, &key, &SealingKey::generate().recipient()).unwrap();
        let text = if inside == Inside::NoGrants { vec![7; 336] } else { made.to_bytes() };
        let [label, body] = match inside {
            Inside::OtherGrants => [Digest::of(b"label"), Digest::of(b"body")],
            _ => [made.label.digest(), made.body.digest()],
        };
        let to = match inside {
            Inside::ForAStranger => SealingKey::generate().recipient(),
            _ => directors.recipient.clone(),
        };
        let (mut part, headers, _) = seal_small(&text, &[to]).unwrap();
        part.payload[40] ^= u8::from(inside == Inside::Garbage);
        let grants = named(&part.payload, part.name.commitment);
        draft.attach(part.payload);
        Approval {
            case: case.number,
            roster: *id,
            item,
            reader,
            reader_label: label,
            reader_body: body,
            grants,
            grant_grants: vec![draft.grant(&headers[0], directors)],
            from: roster.from,
            until: roster.until,
        }
        .into()
    });
    recorded.await.unwrap();
}

fn named(payload: &[u8], commitment: zegel::protocol::id::Mac) -> Payload {
    let mut digest = PayloadDigest::new();
    digest.update(payload);
    let (digest, length) = digest.finish();
    Payload { digest, length, commitment }
}
