//! Dr. Amrani refuses, silently; the pack opens; no reader sees gap, count or supplier; Joris does.

use zegel::client::context::Report;
use zegel::client::verbs::case::show;
use zegel::client::verbs::pack;
use zegel::demo::stage::Stage;
use zegel::hub::evidence;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::label::Regime;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use crate::support::scene::{AGENDA, comes_to_the_table, date, joris_releases, paper, referred};
use crate::support::wire::Wire;
use crate::support::{Base, Play};

const PEOPLE: &[&str] = &["sanne", "hugo", "joris", "mila", "amrani", "iris", "noor", "daan"];
const REASON: &str = "Medisch geheim; de cliënt gaf geen toestemming.";
const CLINIC: &str = "GGZ De Oever";

on_both!(no_reader_sees_gap_count_or_supplier_and_joris_does, a_supplier_may_let_the_gap_be_counted,);

/// Dr. Amrani contributed after a question of her own, and is not at the table herself. She has refused, the municipality has
/// not, and Joris has released.
async fn refused(base: Base, withheld: Withheld) -> (Play, CaseNumber, Digest) {
    let (play, case) = referred(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["amrani"], &[], None).await.unwrap();
    let mut file = paper(stage, "behandeling.txt", "Behandeling", ItemKind::Contribution, "in behandeling");
    file.about.regime = Regime::Medical;
    file.terms.withheld = withheld;
    let item = stage.contributes("amrani", case, vec![file]).await.unwrap().items[0].item;
    comes_to_the_table(stage, case).await;
    stage.plans("joris", case, date(), &["noor", "sanne"], &["daan"], Some(AGENDA)).await.unwrap();
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.refuses("amrani", case, REASON).await.unwrap();
    stage.approves("hugo", case, &["noor"]).await.unwrap();
    joris_releases(stage, case).await;
    (play, case, item)
}

async fn no_reader_sees_gap_count_or_supplier_and_joris_does(base: Base) {
    let (play, case, item) = refused(base, Withheld::Silent).await;
    let stage = &play.stage;
    let refusal = refusal_of(stage).await;
    for (who, items) in [("noor", 2), ("sanne", 1), ("daan", 1)] {
        let pack = stage.opens_pack(who, case).await.unwrap();
        assert_eq!((pack.opened.len(), pack.refused.len(), pack.gaps), (items, 0, 0), "{who}");
        knows_nothing_of_it(stage, who, case, &[item, refusal]).await;
    }

    let (shown, _) = at!(stage, "joris", |ctx| show::show(ctx, case));
    let shown = shown.unwrap();
    let step = shown.steps.iter().find(|step| step.step == "refusal").expect("Joris sees that she refused");
    assert_eq!((step.item, step.by.as_str()), (Some(item), "dr. Samira Amrani (GGZ De Oever)"));
    assert_eq!(step.text, None, "but not why");
    assert!(!shown.text(Language::Dutch).contains(REASON));
    let joris = Wire::of(stage, "joris").await;
    for what in ["headers", "payload"] {
        let reason = joris.get(&format!("/v1/statements/{refusal}/parts/reason/{what}")).await;
        assert_eq!(reason.status, 403, "{}", reason.body);
    }
    let (shown, _) = at!(stage, "iris", |ctx| show::show(ctx, case));
    let reason =
        shown.unwrap().steps.into_iter().find(|step| step.step == "refusal").and_then(|step| step.text);
    assert_eq!(reason.as_deref(), Some(REASON), "her own colleagues may know");
}

async fn a_supplier_may_let_the_gap_be_counted(base: Base) {
    let (play, case, item) = refused(base, Withheld::Shown).await;
    let stage = &play.stage;
    let refusal = refusal_of(stage).await;
    for (who, items) in [("noor", 2), ("sanne", 1), ("daan", 1)] {
        let pack = stage.opens_pack(who, case).await.unwrap();
        assert_eq!((pack.opened.len(), pack.refused.len(), pack.gaps), (items, 0, 1), "{who}");
        // That there is one, and no more than that.
        knows_nothing_of_it(stage, who, case, &[item, refusal]).await;
    }
}

/// The supplier's name is in the directory, for all to read; nothing ties it to this case.
async fn knows_nothing_of_it(stage: &Stage, who: &str, case: CaseNumber, ids: &[Digest]) {
    let (packs, _) = at!(stage, who, |ctx| pack::list(ctx, Some(case)));
    let packs = packs.unwrap();
    let told = packs.text(Language::Dutch) + &serde_json::to_string(&packs).unwrap();
    let (shown, said) = at!(stage, who, |ctx| show::show(ctx, case));
    let shown = shown.unwrap();
    let told = told + &said + &shown.text(Language::Dutch) + &serde_json::to_string(&shown).unwrap();
    let wire = Wire::of(stage, who).await;
    let told = told + &wire.get(&format!("/v1/statements?scope={case}")).await.body;
    assert!(told.contains("zegel/1 release"), "it is all there");

    let (amrani, clinic) = (stage.member("amrani").unwrap().to_string(), clinic_id(stage).await);
    for secret in [&amrani, &clinic, CLINIC, "Amrani", "refusal"] {
        assert!(!told.contains(secret), "{who} is told of {secret}:\n{told}");
    }
    for id in ids {
        assert!(!told.contains(&id.to_string()), "{who}");
        wire.never_was(*id).await;
    }
}

async fn clinic_id(stage: &Stage) -> String {
    let (home, remote) = stage.desk("joris").unwrap();
    let (mut out, mut ask) = (std::io::sink(), zegel::client::Unattended);
    let (_, world) = stage.context(&home, &remote, &mut out, &mut ask).begin().await.unwrap();
    world.partner_named(CLINIC).unwrap().to_string()
}

async fn refusal_of(stage: &Stage) -> Digest {
    let all = evidence::all(&stage.hub.state).await.unwrap();
    let refusal = all.iter().find(|(_, kind, ..)| kind == "refusal").expect("she refused");
    Digest::of(refusal.2.as_bytes())
}
