//! In the house: vaults, numbers and keys.

use zegel::client::verbs::case;
use zegel::client::verbs::case::refer::{Referral, refer};
use zegel::client::verbs::contribute::contribute;
use zegel::client::verbs::letter::message::{Writing, message};
use zegel::client::verbs::vault::{self, Whose};
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::statement::{Body, Statement};
use zegel::protocol::words::*;

use super::race::{Act, acts, again, answers, at_each, desks, meet, of_client, told};
use super::{at_the_table, recorded, together};
use crate::support::door::{office, vouches_for};
use crate::support::machine::chance;
use crate::support::scene::{comes_in, paper};

together!(
    a_vault_has_one_next_generation,
    a_case_has_one_first_vault,
    every_referral_gets_a_number_of_its_own,
    a_key_is_replaced_while_others_seal,
);

/// What is given meanwhile is carried over, or sealed to the new one: nothing is left behind.
async fn a_vault_has_one_next_generation(stage: &Stage, many: usize) {
    let case = at_the_table(stage).await;
    let mut all = Vec::new();
    for who in ["femke", "pieter"] {
        let desks = desks(stage, who, many / 2).await;
        all.extend(acts!("renews", desks[..many / 4], |stage, ctx| vault::remove(
            ctx,
            Whose { case: None },
            &[]
        )));
        all.extend(acts!("contributes", desks[many / 4..], |stage, ctx| async {
            let name = format!("{}.txt", ctx.home.folder().file_name().unwrap().display());
            let report = paper(stage, &name, &name, ItemKind::Contribution, &name);
            contribute(ctx, case, vec![report]).await
        }));
    }
    let said = meet(stage, &["vault", "item"], &["wrong-vault-key", "too-many-uploads"], all).await;
    let renewed = told(&said, "renews").len();
    assert!(renewed >= 1, "{:?}", answers(&said));
    // Who came too late for the old one comes with the new one.
    let given = told(&said, "contributes").len();
    let late = again(stage, said);
    assert!(late.iter().all(|said| said.answer.is_ok()), "{:?}", answers(&late));
    let items = given + told(&late, "contributes").len();
    assert_eq!(items, 2 * (many / 2 - many / 4), "each of them once");
    opens_all(stage, "pieter", case, items).await;
}

/// Somebody opens all that the own vault holds of a case.
async fn opens_all(stage: &Stage, who: &str, case: CaseNumber, items: usize) {
    use zegel::client::verbs::pack;
    let folder = tempfile::tempdir().unwrap();
    let own: Vec<String> = titles(stage, who, case).await;
    assert!(own.len() > items, "those and the first: {own:?}");
    let wish = pack::Wish { items: own, folder: folder.path().to_owned(), sealed: None };
    let (opened, _) = at!(stage, who, |ctx| pack::open(ctx, case, &wish));
    opened.unwrap().require_whole().unwrap();
}

async fn titles(stage: &Stage, who: &str, case: CaseNumber) -> Vec<String> {
    let (shown, _) = at!(stage, who, |ctx| case::show::show(ctx, case));
    let partner = stage.cast.people.iter().find(|person| person.key == who).unwrap().partner.clone();
    let partner = stage.cast.partners.iter().find(|known| Some(&known.key) == partner.as_ref()).unwrap();
    let items = shown.unwrap().items.into_iter().filter(|item| item.supplier_name == partner.name.as_str());
    items.filter_map(|item| item.title).collect()
}

async fn a_case_has_one_first_vault(stage: &Stage, many: usize) {
    // Each round has a case of its own: the very same files would be the same one.
    let text = format!("de aanmelding {}", chance(u64::MAX));
    let referral = paper(stage, "aanmelding.txt", "Aanmelding", ItemKind::Referral, &text);
    let case = stage.refers("sanne", CaseKind::Complex, vec![referral]).await.unwrap().case;
    let mut all: Vec<Act> = Vec::new();
    for who in ["joris", "mila"] {
        all.extend(acts!("opens", desks(stage, who, many / 2).await, |stage, ctx| case::open(
            ctx,
            case,
            &[]
        )));
    }
    let said = meet(stage, &["vault"], &[], all).await;
    assert_eq!((told(&said, "opens").len(), recorded(stage, case, "vault").await), (1, 1));
    for late in again(stage, said) {
        assert_eq!(late.answer.unwrap_err().0, "vault-twice", "it is open, whoever opened it");
    }
    for who in ["joris", "mila"] {
        assert_eq!(titles(stage, who, case).await.len(), 0, "the house supplied nothing");
    }
}

/// Numbers are given out without gaps; who lost the number to others often enough is asked to come back, and then gets
/// one.
async fn every_referral_gets_a_number_of_its_own(stage: &Stage, many: usize) {
    let first = comes_in(stage).await;
    let mut all = Vec::new();
    for who in ["sanne", "bram"] {
        all.extend(acts!("refers", desks(stage, who, many / 2).await, |stage, ctx| async {
            let name = format!("{}.txt", ctx.home.folder().file_name().unwrap().display());
            let files = vec![paper(stage, &name, "Aanmelding", ItemKind::Referral, &name)];
            refer(ctx, Referral { kind: CaseKind::Complex, files }).await
        }));
    }
    let said = meet(stage, &["item"], &["too-many-uploads"], all).await;
    let items = told(&said, "refers").len();
    let late = again(stage, said);
    assert!(late.iter().all(|said| said.answer.is_ok()), "{:?}", answers(&late));
    assert_eq!(items + told(&late, "refers").len(), many / 2 * 2, "one item in each");
    let counts: Vec<String> =
        sqlx::query_scalar("SELECT scope FROM statement WHERE kind = 'case' ORDER BY leaf")
            .fetch_all(stage.hub.state.db.read())
            .await
            .unwrap();
    let counts: Vec<u32> = counts.iter().map(|case| case.parse::<CaseNumber>().unwrap().count).collect();
    let from = counts.iter().position(|count| *count == first.count).unwrap();
    let expected: Vec<u32> = (first.count..).take(counts.len() - from).collect();
    assert_eq!(counts[from..], expected, "without gaps, in the journal's order");
    assert_eq!(counts.len() - from, 1 + many / 2 * 2);
}

/// The house lists new keys of Femke's while Joris writes to her and Pieter seals to the vault that she held: a letter
/// is for the key in force at its place, and once she holds the vault no more it takes nothing till it is renewed.
async fn a_key_is_replaced_while_others_seal(stage: &Stage, many: usize) {
    let case = at_the_table(stage).await;
    let (rotated, _) = at!(stage, "femke", |ctx| zegel::client::verbs::key::rotate(ctx));
    rotated.unwrap();
    let writers = desks(stage, "joris", many / 2).await;
    let givers = desks(stage, "pieter", many / 2).await;
    let mut all = acts!("writes", writers, |stage, ctx| async {
        let to = stage.ids(&["femke"]).unwrap();
        let writing =
            Writing { to, text: "Goedemorgen.".into(), until: None, attachments: vec![], without: vec![] };
        message(ctx, case, &writing).await
    });
    all.extend(acts!("contributes", givers, |stage, ctx| async {
        let name = format!("{}.txt", ctx.home.folder().file_name().unwrap().display());
        contribute(ctx, case, vec![paper(stage, &name, &name, ItemKind::Contribution, &name)]).await
    }));
    all.extend(at_each("lists", &["huis".to_owned()], |stage, _| {
        Box::pin(async move {
            vouches_for(stage, &stage.home("femke"), &[]).await;
            Ok(vec![])
        })
    }));
    let said = meet(stage, &["letter", "item"], &["copy-kept-back", "too-many-uploads"], all).await;
    every_letter_is_for_the_key_in_force(stage).await;
    at!(stage, "pieter", |ctx| vault::add(ctx, Whose { case: None }, &["Femke".to_owned()])).0.unwrap();
    let late = again(stage, said);
    assert!(late.iter().all(|said| said.answer.is_ok()), "{:?}", answers(&late));
    every_letter_is_for_the_key_in_force(stage).await;
    let read = stage.sees_letters("femke", case).await.map_err(of_client).unwrap();
    assert_eq!(read.received.len(), many / 2, "each of them once");
    for letter in read.received {
        stage.reads_letter("femke", &letter.letter.to_string()).await.unwrap();
    }
    office(stage, |_| ());
}

async fn every_letter_is_for_the_key_in_force(stage: &Stage) {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT leaf, text FROM statement WHERE kind = 'letter' ORDER BY leaf")
            .fetch_all(stage.hub.state.db.read())
            .await
            .unwrap();
    let mut connection = stage.hub.state.db.read().acquire().await.unwrap();
    let size = zegel::hub::journal::size(&mut connection).await.unwrap() as i64;
    let history = stage.hub.state.past.load(&mut connection, size, &[]).await.unwrap();
    for (leaf, text) in rows {
        let Body::Letter(letter) = Statement::parse(text.as_bytes()).unwrap().body else { continue };
        assert_eq!(history.house.key_at(letter.to, leaf as u64), Some(letter.key));
    }
}
