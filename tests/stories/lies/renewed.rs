//! Beside the lie the truth: who renews a vault that an honest hub keeps hears no alarm, whatever was taken out,
//! withdrawn or shown to others only; and of what such a hub has, its holder knows that it must.

use std::collections::BTreeSet;

use sqlx::Row;
use zegel::client::verbs::case;
use zegel::client::verbs::vault::{self, Whose};
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::statement::{PartName, Retraction};
use zegel::protocol::words::*;

use crate::support::Base;
use crate::support::hands::by_hand;
use crate::support::liar::through;
use crate::support::post::writes;
use crate::support::scene::{AGENDA, date, femke_contributes, paper, prepared};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor"];

on_both!(who_renews_an_honest_hubs_vault_hears_no_alarm, what_a_holder_is_not_told_is_no_alarm);

type Parts = BTreeSet<(Digest, PartName)>;

async fn who_renews_an_honest_hubs_vault_hears_no_alarm(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor"], &[], Some(AGENDA)).await.unwrap();
    let report = femke_contributes(stage, case).await;
    let mistake = paper(stage, "fout.txt", "Vergissing", ItemKind::Contribution, "niet voor hier");
    let mistake = stage.contributes("femke", case, vec![mistake]).await.unwrap().items[0].item;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &["noor"]).await.unwrap();
    stage.withdraws("femke", case, &report.to_string(), &["noor"]).await.unwrap();
    takes_out(stage, "femke", case, mistake).await;
    writes(stage, "femke", "joris", case, "Een vraag.").await;
    writes(stage, "joris", "femke", case, "Een antwoord.").await;

    let agenda = agendas(stage).await;
    for (who, whose) in [
        ("sanne", None),
        ("femke", None),
        ("joris", None),
        ("mila", None),
        ("joris", Some(case)),
        ("mila", Some(case)),
    ] {
        let (due, there) = knows(stage, who, whose).await;
        let beyond: Parts = there.difference(&due).copied().collect();
        let asked =
            there.intersection(&agenda).filter(|_| ["sanne", "femke"].contains(&who)).copied().collect();
        assert!(due.is_subset(&there) && there.len() > 1, "{who}");
        assert_eq!(beyond, asked, "{who}: all but an agenda that came with an ask");
        renews(stage, who, whose).await;
    }
}

/// In a case that Mila does not run, something is taken out that she is not told of.
async fn what_a_holder_is_not_told_is_no_alarm(base: Base) {
    let (play, _) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let papers =
        ["een", "twee"].map(|name| paper(stage, &format!("{name}.txt"), name, ItemKind::Referral, name));
    let other = stage.refers("sanne", CaseKind::Complex, papers.into()).await.unwrap();
    let (_, remote) = stage.desk("joris").unwrap();
    let joris = [stage.member("joris").unwrap().to_string()];
    through!(stage, "joris", &remote, |ctx| case::open(ctx, other.case, &joris)).unwrap();
    let (due, there) = knows(stage, "mila", None).await;
    assert_eq!(there.difference(&due).count(), 4, "the other case's");
    let item = there.difference(&due).next().unwrap().0;
    takes_out(stage, "sanne", other.case, item).await;
    // Her colleague of the same partner, Joris and she herself renew what they hold.
    for (who, whose) in [("mila", None), ("joris", None), ("sanne", None), ("joris", Some(other.case))] {
        let (due, there) = knows(stage, who, whose).await;
        assert!(due.is_subset(&there) && !due.contains(&(item, PartName::Body)), "{who}");
        renews(stage, who, whose).await;
    }
}

async fn takes_out(stage: &Stage, who: &str, case: CaseNumber, item: Digest) {
    by_hand(stage, who, case, |_, _, _| Retraction { case, item }.into()).await.unwrap();
}

/// What a holder knows that the vault must have, and what the hub has.
async fn knows(stage: &Stage, who: &str, case: Option<CaseNumber>) -> (Parts, Parts) {
    let (_, remote) = stage.desk(who).unwrap();
    let (due, now) = through!(stage, who, &remote, |ctx| async {
        let (_, mut world) = ctx.begin().await.unwrap();
        world.load_all(ctx.home, ctx.remote).await.unwrap();
        let vault = match case {
            Some(case) => world.case(case).unwrap().vault.clone().unwrap(),
            None => world.my_vault().unwrap().clone(),
        };
        (world.due_to(&vault), vault.now())
    });
    let rows = sqlx::query("SELECT statement, part FROM header WHERE reader = $1").bind(now.to_string());
    let rows = rows.fetch_all(stage.hub.state.db.read()).await.unwrap();
    let part = |row: &sqlx::any::AnyRow| {
        let word = |name| row.get::<String, _>(name);
        (word("statement").parse().unwrap(), word("part").parse().unwrap())
    };
    (due, rows.iter().map(part).collect())
}

/// The parts of all agendas.
async fn agendas(stage: &Stage) -> Parts {
    let sql = "SELECT id FROM statement WHERE kind = 'item' AND text LIKE $1";
    let ids = sqlx::query_scalar(sql).bind("%kind: agenda\n%");
    let ids: Vec<String> = ids.fetch_all(stage.hub.state.db.read()).await.unwrap();
    let parts = |id: &String| [PartName::Label, PartName::Body].map(|part| (id.parse().unwrap(), part));
    ids.iter().flat_map(parts).collect()
}

async fn renews(stage: &Stage, who: &str, case: Option<CaseNumber>) {
    let (_, remote) = stage.desk(who).unwrap();
    let renewed = through!(stage, who, &remote, |ctx| vault::remove(ctx, Whose { case }, &[]));
    let renewed = renewed.unwrap_or_else(|error| panic!("{who}, {case:?}: {error}"));
    assert!(renewed.new);
}
