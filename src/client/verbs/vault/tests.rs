use std::sync::atomic::{AtomicUsize, Ordering};

use crate::client::describe::{Names, describe};
use crate::client::grant::Keyring;
use crate::client::remote::EvidenceEntry;
use crate::client::testing::{Desk, TestHouse, Way};
use crate::client::vault::warn_not_holder;
use crate::client::verbs::case::open;
use crate::client::verbs::choose::{enter, look};
use crate::client::verbs::key;
use crate::protocol::id::Digest;
use crate::protocol::seal::{Recipient, SealingKey, seal_small};
use crate::protocol::statement::{Case, Item, PartName, Retraction};
use crate::protocol::words::{ApprovalRule, CaseKind, Director, ItemKind, Payload, Phase, Role, Withheld};

use super::*;

mod closed;
mod may_hold;

const MINE: Whose = Whose { case: None };

struct People {
    house: TestHouse,
    joris: Desk,
    femke: Desk,
    pieter: Desk,
}

/// Joris holds the house's vault, Femke her partner's; Pieter, her colleague, holds nothing.
async fn people() -> People {
    let house = TestHouse::start().await;
    let mut joris = house.person("Joris", "Huis", &[Role::Procesregisseur]).await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    let pieter = house.person("Pieter", "Politie", &[]).await;
    add(&mut joris.ctx(), MINE, &[]).await.unwrap();
    add(&mut femke.ctx(), MINE, &[]).await.unwrap();
    People { house, joris, femke, pieter }
}

/// Someone refers a case with one item; its number.
async fn refer(desk: &mut Desk, count: u32) -> CaseNumber {
    refer_with(desk, count, None).await
}

/// The same; its label is sealed to whoever is named instead of to the vaults.
async fn refer_with(desk: &mut Desk, count: u32, stranger: Option<&Recipient>) -> CaseNumber {
    let mut ctx = desk.ctx();
    let (secrets, world) = ctx.begin().await.unwrap();
    let number = CaseNumber { year: 2026, count };
    let of_house = world.house().vault_of(world.house().house_partner().unwrap()).unwrap();
    let vaults = [world.my_vault().unwrap(), of_house];
    let partner = world.my_partner().unwrap();
    let mut draft = Draft::new(&world, ctx.clock);
    draft.push(Case { case: number, kind: CaseKind::Complex, partner });
    let (label, grant_label) = match stranger {
        None => draft.seal(b"the label", &vaults).unwrap(),
        Some(stranger) => {
            let (part, headers, _) = seal_small(b"the label", std::slice::from_ref(stranger)).unwrap();
            let (digest, length, commitment) = (part.name.digest, part.name.length, part.name.commitment);
            draft.attach(part.payload);
            let grants = vaults.iter().map(|vault| draft.grant(&headers[0], vault)).collect();
            (Payload { digest, length, commitment }, grants)
        }
    };
    let (body, grant_body) = draft.seal(b"the body", &vaults).unwrap();
    draft.push(Item {
        case: number,
        kind: ItemKind::Referral,
        supplier: partner,
        label,
        body,
        director: Director::Reads,
        approval: ApprovalRule::Ask,
        phase: vec![Phase::Rto],
        from: None,
        until: None,
        withheld: Withheld::Silent,
        retention: "2027-12-31".parse().unwrap(),
        grant_label,
        grant_body,
    });
    ctx.send(draft, &secrets, &world).await.unwrap();
    number
}

/// Whether someone can open all that their partner's vault holds; how many parts that are.
async fn opens(desk: &mut Desk) -> Result<usize> {
    let mut ctx = desk.ctx();
    let (secrets, mut world) = ctx.begin().await?;
    let vault = world.my_vault()?.clone();
    let cases: Vec<_> = ctx.remote.cases().await?.into_iter().map(|row| row.case).collect();
    world.load_cases(ctx.home, ctx.remote, &cases).await?;
    let key = vault_key(ctx.remote, &secrets, &vault).await?;
    let rows = ctx.remote.vault_headers(vault.vault).await?;
    for row in &rows {
        let parts = world.statement(row.statement).unwrap().statement.clone();
        let part = parts.body.parts().into_iter().find(|part| part.name == row.part).unwrap();
        row.header.open_committed(&key, &part.payload.commitment)?;
    }
    Ok(rows.len())
}

#[tokio::test]
async fn a_colleague_who_is_added_opens_what_was_sealed_before() {
    let mut p = people().await;
    refer(&mut p.femke, 1).await;
    refer(&mut p.femke, 2).await;
    assert_eq!(opens(&mut p.femke).await.unwrap(), 4);
    assert!(opens(&mut p.pieter).await.is_err_and(|error| error.is("not-holder")));

    add(&mut p.femke.ctx(), MINE, &["Pieter".into()]).await.unwrap();
    assert_eq!(opens(&mut p.pieter).await.unwrap(), 4);
    assert_eq!(opens(&mut p.femke).await.unwrap(), 4);
    let shown = show(&mut p.pieter.ctx(), MINE).await.unwrap();
    assert_eq!((shown.generation, shown.holders.len(), shown.sound), (2, 2, true));

    remove(&mut p.pieter.ctx(), MINE, &["Femke".into()]).await.unwrap();
    assert!(opens(&mut p.femke).await.is_err_and(|error| error.is("not-holder")));
    assert_eq!(opens(&mut p.pieter).await.unwrap(), 4);
}

/// The answer gets lost, and she gives the same command again.
#[tokio::test]
async fn a_generation_that_is_on_record_is_not_made_twice() {
    let mut p = people().await;
    refer(&mut p.femke, 1).await;
    let pieter = ["Pieter".to_owned()];
    p.house.hub.state().way = Way::NoAnswer;
    assert!(add(&mut p.femke.ctx(), MINE, &pieter).await.is_err_and(|error| error.is("network")));
    p.house.hub.state().way = Way::Open;
    let again = add(&mut p.femke.ctx(), MINE, &pieter).await.unwrap();
    assert_eq!((again.new, show(&mut p.femke.ctx(), MINE).await.unwrap().generation), (false, 2));

    p.house.hub.state().way = Way::NoAnswer;
    assert!(remove(&mut p.femke.ctx(), MINE, &pieter).await.is_err_and(|error| error.is("network")));
    p.house.hub.state().way = Way::Open;
    let again = remove(&mut p.femke.ctx(), MINE, &pieter).await.unwrap();
    assert_eq!((again.new, show(&mut p.femke.ctx(), MINE).await.unwrap().generation), (false, 3));
    // Who was no holder before either was not removed by that, and what is renewed on purpose is made anew.
    let nobody = remove(&mut p.femke.ctx(), MINE, &["Joris".into()]).await;
    assert!(nobody.is_err_and(|error| error.is("no-holder")));
    assert!(remove(&mut p.femke.ctx(), MINE, &[]).await.unwrap().new);
}

#[tokio::test]
async fn who_leaves_a_vault_and_hears_no_answer_asks_again() {
    let mut p = people().await;
    add(&mut p.femke.ctx(), MINE, &["Pieter".into()]).await.unwrap();
    p.house.hub.state().way = Way::NoAnswer;
    let femke = ["Femke".to_owned()];
    assert!(remove(&mut p.femke.ctx(), MINE, &femke).await.is_err_and(|error| error.is("network")));
    p.house.hub.state().way = Way::Open;
    assert!(!remove(&mut p.femke.ctx(), MINE, &femke).await.unwrap().new);
}

#[tokio::test]
async fn who_holds_a_vault_alone_is_warned_and_can_not_leave() {
    let mut p = people().await;
    let shown = show(&mut p.femke.ctx(), MINE).await.unwrap();
    assert!(shown.mine && shown.sound);
    assert!(p.femke.said().contains("only one person can open this vault"), "{}", p.femke.said());
    let refused = remove(&mut p.femke.ctx(), MINE, &["Femke".into()]).await;
    assert!(refused.is_err_and(|error| error.is("nobody-left")));
    assert!(key::rotate(&mut p.femke.ctx()).await.is_err_and(|error| error.is("alone-in-vault")));
}

/// The house's vault has another holder, the case's has Joris only.
#[tokio::test]
async fn who_holds_a_cases_vault_alone_is_told_before_new_keys_lock_it() {
    let mut p = people().await;
    let ellen = p.house.person("Ellen", "Huis", &[Role::Procesregisseur]).await;
    drop(ellen);
    add(&mut p.joris.ctx(), MINE, &["Ellen".into()]).await.unwrap();
    refer(&mut p.femke, 1).await;
    let number = p.joris.remote.cases().await.unwrap()[0].case;
    crate::client::verbs::case::open(&mut p.joris.ctx(), number, &["Joris".into()]).await.unwrap();
    let refused = key::rotate(&mut p.joris.ctx()).await.unwrap_err();
    assert_eq!(refused.code(), "alone-in-vault");
    let sentence = refused.sentence(crate::protocol::refusal::Language::Dutch);
    assert!(sentence.contains(&format!("zegel vault add --case {number}")), "{sentence}");
}

#[tokio::test]
async fn the_header_of_another_item_stops_the_new_generation_before_anything_is_wrapped() {
    let mut p = people().await;
    refer(&mut p.femke, 1).await;
    let (_, world) = p.femke.ctx().begin().await.unwrap();
    let recipient = world.my_vault().unwrap().recipient.clone();
    let (_, headers, _) = seal_small(b"what the hub would like Pieter to read", &[recipient]).unwrap();
    p.house.hub.state().swap = Some(headers[0]);
    let refused = add(&mut p.femke.ctx(), MINE, &["Pieter".into()]).await;
    assert!(refused.is_err_and(|error| error.is("commitment")));
    let (_, world) = p.femke.ctx().begin().await.unwrap();
    assert_eq!(world.my_vault().unwrap().generation, 1);
}

#[tokio::test]
async fn a_header_that_is_listed_twice_stops_the_new_generation() {
    let mut p = people().await;
    refer(&mut p.femke, 1).await;
    let mut ctx = p.femke.ctx();
    let (secrets, mut world) = ctx.begin().await.unwrap();
    world.load_all(ctx.home, ctx.remote).await.unwrap();
    let current = world.my_vault().unwrap();
    let key = vault_key(ctx.remote, &secrets, current).await.unwrap();
    let mut open = headers_to_carry(ctx.remote, &world, current, None).await.unwrap();
    open.extend(headers_to_carry(ctx.remote, &world, current, None).await.unwrap().pop());
    let next = NextGeneration::after(current, vec![world.me]);
    let mut draft = Draft::new(&world, ctx.clock);
    let before = Before { remote: ctx.remote, key: &key, open: &open };
    let refused = draft_generation(&mut draft, &world, &next, Some(before)).await.map(drop);
    assert!(refused.is_err_and(|error| error.is("bad-answer")));
}

/// Every part that Femke can open by her partner's vault.
async fn parts(desk: &mut Desk) -> Vec<(Digest, PartName)> {
    let mut ctx = desk.ctx();
    let (_, world) = ctx.begin().await.unwrap();
    let rows = ctx.remote.vault_headers(world.my_vault().unwrap().vault).await.unwrap();
    rows.iter().map(|row| (row.statement, row.part)).collect()
}

#[tokio::test]
async fn a_header_that_the_hub_leaves_out_stops_the_new_generation_before_anything_is_signed() {
    let mut p = people().await;
    refer(&mut p.femke, 1).await;
    refer(&mut p.femke, 2).await;
    let all = parts(&mut p.femke).await;
    assert_eq!(all.len(), 4);
    p.house.hub.state().asked.clear();
    for part in &all {
        p.house.hub.state().left_out = Some(*part);
        let refused = add(&mut p.femke.ctx(), MINE, &["Pieter".into()]).await.err().unwrap();
        assert_eq!(refused.code(), "headers-left-out");
        assert!(refused.sentence(Language::Dutch).contains(&part.0.to_string()));
    }
    assert!(!p.house.hub.state().asked.iter().any(|asked| asked.contains("POST /v1/statements")));

    p.house.hub.state().left_out = None;
    add(&mut p.femke.ctx(), MINE, &["Pieter".into()]).await.unwrap();
    // What was carried over once is due again.
    p.house.hub.state().left_out = Some(all[0]);
    let refused = remove(&mut p.pieter.ctx(), MINE, &["Femke".into()]).await;
    assert!(refused.is_err_and(|error| error.is("headers-left-out")));
}

#[tokio::test]
async fn a_case_that_is_opened_takes_all_of_it_out_of_the_houses_vault() {
    let mut p = people().await;
    let first = refer(&mut p.femke, 1).await;
    let second = refer(&mut p.femke, 2).await;
    let (_, _, of_first) = enter(&mut p.joris.ctx(), first).await.unwrap();
    let item = *of_first.items.keys().next().unwrap();
    p.house.hub.state().left_out = Some((item, PartName::Body));
    let refused = open(&mut p.joris.ctx(), first, &[]).await;
    assert!(refused.is_err_and(|error| error.is("headers-left-out")));
    // Of another case nothing is taken.
    open(&mut p.joris.ctx(), second, &[]).await.unwrap();
    p.house.hub.state().left_out = None;
    open(&mut p.joris.ctx(), first, &[]).await.unwrap();
    p.house.hub.state().asked.clear();
    assert!(open(&mut p.joris.ctx(), first, &[]).await.is_err_and(|error| error.is("vault-twice")));
    let asked = p.house.hub.state().asked.clone();
    assert!(!asked.iter().any(|asked| asked.contains("/v1/vaults/")), "{asked:?}");

    // Nor can the case's own vault be renewed without what it took over.
    p.house.hub.state().left_out = Some((item, PartName::Label));
    let refused = remove(&mut p.joris.ctx(), Whose { case: Some(first) }, &[]).await;
    assert!(refused.is_err_and(|error| error.is("headers-left-out")));
}

#[tokio::test]
async fn what_was_taken_out_or_is_over_need_not_be_carried_over() {
    let mut p = people().await;
    let number = refer(&mut p.femke, 1).await;
    let item = parts(&mut p.femke).await[0].0;
    let (secrets, mut world, _) = enter(&mut p.femke.ctx(), number).await.unwrap();
    let vault = world.my_vault().unwrap().clone();
    let due = |world: &World| world.due_to(&vault).len();
    assert_eq!(due(&world), 2);
    let now = world.now;
    world.now = now.plus(3 * 366 * 24 * 3600);
    assert_eq!(due(&world), 0, "its last day is over");
    world.now = now;

    let mut draft = Draft::new(&world, &p.femke.clock);
    draft.push(Retraction { case: number, item });
    p.femke.ctx().send(draft, &secrets, &world).await.unwrap();
    let (_, world, _) = enter(&mut p.femke.ctx(), number).await.unwrap();
    assert_eq!(due(&world), 0, "it was taken out");
    assert!(remove(&mut p.femke.ctx(), MINE, &[]).await.unwrap().new);
}

#[tokio::test]
async fn a_case_that_was_seen_can_not_be_left_out_of_a_new_generation() {
    let mut p = people().await;
    let number = refer(&mut p.femke, 1).await;
    enter(&mut p.femke.ctx(), number).await.unwrap();
    let line = format!("\ncase: {number}\n");
    p.house.hub.state().no_cases = true;
    p.house.hub.tamper(move |evidence| evidence.entries.retain(|entry| !entry.statement.contains(&line)));
    let refused = add(&mut p.femke.ctx(), MINE, &["Pieter".into()]).await;
    assert!(refused.is_err_and(|error| error.is("held-back")));
    // Listing it not is no reason to leave it.
    p.house.hub.state().tamper = None;
    add(&mut p.femke.ctx(), MINE, &["Pieter".into()]).await.unwrap();
    p.house.hub.state().no_cases = false;
    assert_eq!(opens(&mut p.pieter).await.unwrap(), 2);
}

#[tokio::test]
async fn a_vault_secret_that_is_not_the_vaults_is_refused() {
    let mut p = people().await;
    let (secrets, world) = p.femke.ctx().begin().await.unwrap();
    let mut vault = world.my_vault().unwrap().clone();
    vault.recipient = SealingKey::generate().recipient();
    let refused = vault_key(&p.femke.remote, &secrets, &vault).await;
    assert!(refused.is_err_and(|error| error.is("wrong-vault-key")));
}

#[tokio::test]
async fn under_an_old_directory_no_key_is_wrapped_for_anyone() {
    let mut p = people().await;
    refer(&mut p.femke, 1).await;
    p.house.clock.advance(40 * 24 * 3600);
    p.house.hub.state().asked.clear();
    let refused = add(&mut p.femke.ctx(), MINE, &["Pieter".into()]).await;
    assert!(refused.is_err_and(|error| error.is("stale-directory")));
    // Nor a first one.
    let refused = add(&mut p.pieter.ctx(), MINE, &[]).await;
    assert!(refused.is_err_and(|error| error.is("stale-directory")));
    let asked = p.house.hub.state().asked.clone();
    let touched = |asked: &String| asked.contains("POST /v1/statements") || asked.contains("/v1/vaults/");
    assert!(!asked.iter().any(touched), "{asked:?}");
    // Whatever a verb forgot: no generation is drafted.
    let (_, world) = p.femke.ctx().begin().await.unwrap();
    let current = world.my_vault().unwrap().clone();
    let next = NextGeneration::after(&current, vec![world.me]);
    let mut draft = Draft::new(&world, &p.femke.clock);
    let refused = draft_generation(&mut draft, &world, &next, None).await.map(drop);
    assert!(refused.is_err_and(|error| error.is("stale-directory")));
}

#[tokio::test]
async fn who_changes_a_vault_is_told_how_it_stands() {
    let mut p = people().await;
    p.femke.out.clear();
    add(&mut p.femke.ctx(), MINE, &["Pieter".into()]).await.unwrap();
    assert!(p.femke.said().contains("only one person can open this vault"), "{}", p.femke.said());
}

#[tokio::test]
async fn who_seals_to_a_vault_without_holding_it_is_told_who_does() {
    let mut p = people().await;
    for (desk, told) in [(&mut p.femke, false), (&mut p.pieter, true)] {
        let mut ctx = desk.ctx();
        let (_, world) = ctx.begin().await.unwrap();
        let own = world.house().vault_of(world.my_partner().unwrap()).unwrap();
        warn_not_holder(&mut ctx, &world, own).unwrap();
        assert_eq!(desk.said().contains("only these people there can read: Femke (Politie)."), told);
    }
}

#[tokio::test]
async fn after_new_keys_a_colleague_renews_the_vault() {
    let mut p = people().await;
    refer(&mut p.femke, 1).await;
    add(&mut p.femke.ctx(), MINE, &["Pieter".into()]).await.unwrap();
    let made = key::rotate(&mut p.pieter.ctx()).await.unwrap();
    // Until the house vouches, the old keys count.
    assert_eq!(opens(&mut p.pieter).await.unwrap(), 2);
    assert!(key::rotate(&mut p.pieter.ctx()).await.is_err_and(|error| error.is("key-waits")));

    let again = p.house.vouch("Pieter", &[]).unwrap();
    assert_eq!(again.words, made.words);
    p.house.publish_directory().await;
    // Pieter's client signs in anew, and does not know yet that the new keys count.
    p.house.clock.advance(2 * 3600);
    let shown = show(&mut p.femke.ctx(), MINE).await.unwrap();
    assert!(!shown.sound);
    assert!(p.femke.said().contains("takes nothing new until it is renewed"), "{}", p.femke.said());
    assert!(opens(&mut p.pieter).await.is_err_and(|error| error.is("not-holder")));

    add(&mut p.femke.ctx(), MINE, &["Pieter".into()]).await.unwrap();
    assert_eq!(opens(&mut p.pieter).await.unwrap(), 2);
    assert!(show(&mut p.femke.ctx(), MINE).await.unwrap().sound);
}

#[tokio::test]
async fn every_kind_is_described_in_both_languages() {
    let mut p = people().await;
    refer(&mut p.femke, 1).await;
    let (_, mut world) = p.femke.ctx().begin().await.unwrap();
    let case = CaseNumber { year: 2026, count: 1 };
    world.load_case(&p.femke.home, &p.femke.remote, case).await.unwrap();
    for known in world.statements_of_house().into_iter().chain(world.statements_of(case)) {
        for language in [Language::Dutch, Language::English] {
            let called = crate::client::describe::Called::new();
            let names = Names { house: world.house(), cases: &world.history.cases, called: &called };
            let words = describe(&known.statement, names, language);
            assert!(words.lines().all(|line| line.ends_with('.')), "{words}");
            assert!(!words.contains("statement: ") && !words.contains("verklaring: "), "{words}");
        }
    }
}

#[tokio::test]
async fn a_case_that_lacks_what_it_builds_on_is_an_alarm() {
    let mut p = people().await;
    let case = refer(&mut p.femke, 1).await;
    p.house.hub.tamper(|evidence| evidence.entries.retain(|e| !e.statement.starts_with("zegel/1 case\n")));
    let (_, mut world) = p.femke.ctx().begin().await.unwrap();
    let loaded = world.load_case(&p.femke.home, &p.femke.remote, case).await;
    assert!(loaded.is_err_and(|error| error.is("forged-statement")));
}

#[tokio::test]
async fn a_hub_that_gives_no_answer_about_a_label_holds_nothing_back() {
    let mut p = people().await;
    let number = refer(&mut p.femke, 1).await;
    let (secrets, world, case) = enter(&mut p.femke.ctx(), number).await.unwrap();
    p.house.hub.state().fault = Some("/parts/label/headers");
    let mut keys = Keyring::new(&p.femke.remote, &secrets);
    let (items, now) = (case.items.keys().copied(), world.now);
    let seen = look(&mut keys, &world, &case, items, now, Language::English).await;
    assert!(seen.is_err_and(|error| error.is("internal")));
}

#[tokio::test]
async fn what_is_missing_once_is_fetched_again_and_what_stays_away_is_an_alarm() {
    let mut p = people().await;
    let number = refer(&mut p.femke, 1).await;
    enter(&mut p.femke.ctx(), number).await.unwrap();
    let leave_out = |times: usize| {
        let left = AtomicUsize::new(times);
        p.house.hub.tamper(move |evidence| {
            let is_item = |e: &EvidenceEntry| e.statement.starts_with("zegel/1 item\n");
            if evidence.entries.iter().any(is_item) && left.load(Ordering::SeqCst) > 0 {
                left.fetch_sub(1, Ordering::SeqCst);
                evidence.entries.retain(|entry| !is_item(entry));
            }
        });
    };
    leave_out(1);
    assert_eq!(enter(&mut p.femke.ctx(), number).await.unwrap().2.items.len(), 1);
    leave_out(2);
    assert!(enter(&mut p.femke.ctx(), number).await.is_err_and(|error| error.is("held-back")));
}
