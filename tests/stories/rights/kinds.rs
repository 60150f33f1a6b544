//! Every kind of statement, signed by everyone. What the right one's own program makes is kept back on its way; all
//! others sign the same and send it, with all that belongs to it. The hub takes none of those and keeps nothing of
//! them; then it takes the right one's. Where several may, a copy of the hub takes it from each of the others: on
//! SQLite, which is soon copied; who may is asked in the same words on both.

mod copied;
mod made;
mod signers;

use std::collections::BTreeSet;

use zegel::client::{Batch, ClientError};
use zegel::demo::stage::Stage;
use zegel::protocol::statement::{Body, SHAPE};
use zegel::protocol::words::{ItemKind, LetterKind};

use super::house::House;
use super::table::Table;
use crate::support::Base;
use crate::support::hands::journal_size;
use made::{Maker, ROWS};
use signers::{SIGNERS, Signers, about_no_case};

on_both!(everyone_signs_every_kind);

async fn everyone_signs_every_kind(base: Base) {
    let house = House::stands(base).await;
    let signers = Signers::of(&house);
    let mut maker = Maker::at(&house).await;
    let (mut table, mut kinds, mut sorts) = (Table::of(SIGNERS, |_| None), BTreeSet::new(), BTreeSet::new());
    for (row, may) in ROWS {
        let batch = maker.makes(row).await;
        let kind = kind_of(&batch);
        assert!(row.starts_with(&format!("{kind}: ")), "{row} is a {kind}");
        kinds.insert(kind);
        sorts.extend(batch.entries.iter().filter_map(|entry| sort_of(&entry.parse().unwrap().body)));
        for signer in SIGNERS {
            let signed = signers.signs(&batch, signer);
            let cell = match may.contains(signer) {
                // Whose own program made it sends it below.
                true if signed.entries[0].statement == batch.entries[0].statement => "may".to_owned(),
                true => taken(base, &house, &signed, signer, row).await,
                false => refused(&house, &signers, &batch, signer, row).await,
            };
            table.put(row, signer, cell);
        }
        if !may.is_empty() {
            maker.sends(row, &batch).await;
        }
    }
    let all: BTreeSet<&str> = SHAPE.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(all.difference(&kinds).collect::<Vec<_>>(), Vec::<&&str>::new(), "nobody signs these kinds");
    // Letters with minutes leave in a batch of their own, once the minutes are on record; who may is as of other
    // letters.
    sorts.insert(format!("letter: {}", LetterKind::Minutes));
    let items = ItemKind::ALL.iter().map(|sort| format!("item: {sort}"));
    let every: BTreeSet<String> =
        items.chain(LetterKind::ALL.iter().map(|sort| format!("letter: {sort}"))).collect();
    assert_eq!(every.difference(&sorts).collect::<Vec<_>>(), Vec::<&String>::new(), "nobody signs these");
    insta::with_settings!({ snapshot_path => ".", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("kinds", table.to_text());
    });
}

fn kind_of(batch: &Batch) -> &'static str {
    let body: Body = batch.entries[0].parse().unwrap().body;
    body.kind()
}

/// Items and letters come in sorts, and some may do one and not another.
fn sort_of(body: &Body) -> Option<String> {
    match body {
        Body::Item(item) => Some(format!("item: {}", item.kind)),
        Body::Letter(letter) => Some(format!("letter: {}", letter.kind)),
        _ => None,
    }
}

/// Taken from someone by a copy of the hub: in the house the next one's would come too late.
async fn taken(base: Base, house: &House, batch: &Batch, signer: &str, row: &str) -> String {
    if matches!(base, Base::Sqlite) {
        copied::takes(&house.play.stage, batch, &format!("{row}: {signer}")).await;
    }
    "may".to_owned()
}

/// The code with which the hub refuses what someone signed. Nothing is kept of it. Who may not know of the case hears
/// what there is to hear of one that never was.
async fn refused(house: &House, signers: &Signers, batch: &Batch, signer: &str, row: &str) -> String {
    let stage = &house.play.stage;
    let size = journal_size(stage).await;
    let refused = answer(stage, &signers.signs(batch, signer)).await;
    let refused = refused.unwrap_or_else(|| panic!("{row}: the hub takes it from {signer}"));
    if refused.code() == "unknown-case" {
        let never = answer(stage, &signers.signs(&about_no_case(batch), signer)).await;
        assert_eq!(format!("{never:?}"), format!("{:?}", Some(&refused)), "{row}: {signer}");
    }
    assert_eq!(journal_size(stage).await, size, "{row}: {signer}");
    refused.code().to_owned()
}

/// What the hub has against a batch.
async fn answer(stage: &Stage, batch: &Batch) -> Option<ClientError> {
    let (_, remote) = stage.desk("joris").unwrap();
    remote.post(batch).await.err()
}
