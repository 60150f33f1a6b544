//! Minutes become an item that names its sources, and a letter to each who was there.

use std::fs;

use zegel::client::verbs::case::show;
use zegel::client::verbs::letter::minutes::{Reporting, minutes};
use zegel::demo::stage::Stage;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use super::PEOPLE;
use crate::support::door::suspends;
use crate::support::hands::journal_size;
use crate::support::letters::*;
use crate::support::scene::{AGENDA, date, femke_contributes, joris_releases, prepared, written};
use crate::support::{Base, Refused};

const FILE: &str = r#"
present = ["Femke", "Noor", "Pieter", "de gezinscoach"]
absent = ["dr. Samira Amrani"]
decisions = ["De wijkteams hebben de regie."]
until = 2026-11-24

[[paragraph]]
heading = "Hoe is het nu thuis?"
text = """
De politie is twee keer langs geweest.
Het was rustig."""
sources = ["Melding"]

[[paragraph]]
text = "Iedereen wil door."

[[action]]
who = "Femke"
what = "belt de wijkagent"
until = "2026-11-17"
"#;

on_both!(each_reads_the_minutes_and_only_the_sources_that_were_released, minutes_that_are_wrong_say_where);

fn reporting(stage: &Stage, text: &str) -> Reporting {
    Reporting {
        file: written(stage, "verslag.toml", text),
        roster: None,
        to: vec![],
        title: "Verslag".into(),
        ground: "convenant, artikel 6.4".into(),
        retention: None,
        without: vec![],
    }
}

async fn each_reads_the_minutes_and_only_the_sources_that_were_released(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let planned =
        stage.plans("joris", case, date(), &["femke", "noor", "amrani"], &["pieter", "daan"], Some(AGENDA));
    planned.await.unwrap();
    let source = femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &["noor"]).await.unwrap();
    joris_releases(stage, case).await;

    let reporting = reporting(stage, FILE);
    let (sent, _) = at!(stage, "joris", |ctx| minutes(ctx, case, &reporting));
    let sent = sent.unwrap();
    // Daan, a deputy, was not there.
    assert_eq!(sent.letters.len(), 4);
    let noor = reads(stage, "noor", to(&sent, stage, "noor")).await.unwrap();
    for line in [
        "- Femke Oosterhof (Politie, basisteam Midden-Linge)",
        "- de gezinscoach",
        "Hoe is het nu thuis?",
        "(Uit: Melding, Politie, basisteam Midden-Linge, ",
        "belt de wijkagent (uiterlijk dinsdag 17 november 2026)",
        "uiterlijk dinsdag 24 november 2026",
    ] {
        assert!(noor.text.contains(line), "{line}\n{}", noor.text);
    }
    assert!(noor.files.is_empty());
    // What was not released to dr. Amrani, the minutes do not name to her.
    let amrani = reads(stage, "amrani", to(&sent, stage, "amrani")).await.unwrap();
    assert!(amrani.text.contains("twee keer langs") && !amrani.text.contains("Melding"), "{}", amrani.text);
    let femke = reads(stage, "femke", to(&sent, stage, "femke")).await.unwrap();
    assert!(femke.text.contains("(Uit: Melding"), "it is her own partner's");

    // The item is in the case, and its label names the source.
    let (shown, _) = at!(stage, "mila", |ctx| show::show(ctx, case));
    let items = shown.unwrap().items;
    let item = items.iter().find(|item| item.kind == ItemKind::Minutes).unwrap();
    assert!(item.shown.starts_with("Verslag dinsdag 10 november 2026"), "{}", item.shown);
    let cites = cited(stage, case, item.item).await;
    assert_eq!(cites, [source]);

    // The same command once more adds no second item.
    let (again, _) = at!(stage, "joris", |ctx| minutes(ctx, case, &reporting));
    assert_eq!(again.unwrap().letters.len(), 4);
    let (shown, _) = at!(stage, "joris", |ctx| show::show(ctx, case));
    let items = shown.unwrap().items;
    assert_eq!(items.iter().filter(|item| item.kind == ItemKind::Minutes).count(), 1);
}

async fn cited(
    stage: &Stage,
    case: zegel::protocol::id::CaseNumber,
    item: zegel::protocol::id::Digest,
) -> Vec<zegel::protocol::id::Digest> {
    use zegel::client::grant::Keyring;
    use zegel::client::open::{Right, label};
    let (home, remote) = stage.desk("joris").unwrap();
    let (mut out, mut ask) = (std::io::sink(), zegel::client::Unattended);
    let (secrets, mut world) = stage.context(&home, &remote, &mut out, &mut ask).begin().await.unwrap();
    world.load_case(&home, &remote, case).await.unwrap();
    let mut keys = Keyring::new(&remote, &secrets);
    label(&mut keys, &world, item, Right::Vault).await.unwrap().cites
}

/// The same minutes, with paragraphs of seven pages behind it.
fn with_pages(text: &str, paragraphs: usize) -> String {
    let paragraph = format!("[[paragraph]]\ntext = \"{}\"\n\n", "Wat er is besproken. ".repeat(1000));
    text.replace("[[action]]", &(paragraph.repeat(paragraphs) + "[[action]]"))
}

async fn minutes_that_are_wrong_say_where(base: Base) {
    let (play, case) = prepared(base, &[PEOPLE, &["ellen"]].concat()).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor"], &[], None).await.unwrap();
    let tried = async |text: &str| {
        let reporting = reporting(stage, text);
        at!(stage, "joris", |ctx| minutes(ctx, case, &reporting)).0
    };
    let refused = tried("present = [\"Femke\"]\nparagraf = 1\n").await.unwrap_err();
    let sentence = refused.sentence(Language::English);
    assert!(refused.is("file") && sentence.contains("line 2") && sentence.contains("paragraf"), "{sentence}");
    assert_eq!(tried(&FILE.replace("\"Melding\"", "\"Iets anders\"")).await.code(), "not-found");
    let without = FILE.replace("sources = [\"Melding\"]\n", "");
    assert_eq!(tried(&without.replace("2026-11-24", "2026-10-24")).await.code(), "date-past");
    assert_eq!(tried(&without.replace("2026-11-24", "\"morgen\"")).await.code(), "input");
    assert_eq!(tried(&without.replace("Iedereen wil door.", " ")).await.code(), "bad-letter-content");
    // She is told that first, before what there would be to correct.
    for text in [&without, FILE] {
        let (by_femke, _) = at!(stage, "femke", |ctx| {
            let reporting = reporting(stage, text);
            async move { minutes(ctx, case, &reporting).await }
        });
        assert_eq!(by_femke.code(), "not-director");
    }
    assert_eq!(tried(&with_pages(&without, 8)).await.code(), "bad-letter-content");
    assert_eq!(tried(&format!("{without}#{}", "x".repeat(256 << 10))).await.code(), "file");
    let (shown, _) = at!(stage, "joris", |ctx| show::show(ctx, case));
    assert!(shown.unwrap().items.iter().all(|item| item.kind != ItemKind::Minutes), "nothing was added");
    assert!(fs::read_dir(stage.home("joris").join("drafts")).is_err());
    // Some thirty pages are no trouble, for who gets them and for who keeps them.
    let sent = tried(&with_pages(&without, 4)).await.unwrap();
    for who in ["femke", "joris"] {
        let read = reads(stage, who, to(&sent, stage, "femke")).await.unwrap();
        assert!(read.text.matches("Wat er is besproken.").count() == 4000, "{who}");
    }
    // Where somebody can't get them, no item comes to be either.
    suspends(stage, "ellen", "noor", 1).await;
    let before = journal_size(stage).await;
    assert_eq!(tried(&without.replace("rustig", "onrustig")).await.code(), "cannot-get");
    assert_eq!(journal_size(stage).await, before);
}
