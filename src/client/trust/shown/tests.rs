use crate::client::sign::Draft;
use crate::client::testing::{Desk, TestHouse};
use crate::client::trust::World;
use crate::client::vault::{NextGeneration, draft_generation};
use crate::client::verbs::directory::suspend;
use crate::client::verbs::vault::{Whose, add, remove};
use crate::client::{ClientError, Result};
use crate::clock::Clock;
use crate::protocol::id::VaultId;
use crate::protocol::journal::JournalKey;
use crate::protocol::refusal::Language;
use crate::protocol::statement::Case;
use crate::protocol::words::{CaseKind, Owner, Role};

use super::*;

const MINE: Whose = Whose { case: None };

/// Femke and Pieter of the police; Femke holds their vault.
async fn police() -> (TestHouse, Desk, Desk) {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    let pieter = house.person("Pieter", "Politie", &[]).await;
    add(&mut femke.ctx(), MINE, &[]).await.unwrap();
    (house, femke, pieter)
}

/// From here on the hub leaves out what has all of these lines.
fn leave_out(house: &TestHouse, lines: &[&str]) {
    let lines: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
    house.hub.tamper(move |evidence| {
        evidence.entries.retain(|entry| !lines.iter().all(|line| entry.statement.contains(line)));
    });
}

/// Why Femke believes nothing now; in words that say what to do.
async fn refused(desk: &mut Desk) -> ClientError {
    let error = desk.ctx().begin().await.err().expect("refused");
    assert!(error.sentence(Language::Dutch).contains("Bel het huis"), "{}", error.sentence(Language::Dutch));
    error
}

#[tokio::test]
async fn a_newer_generation_that_was_seen_can_not_be_left_out() {
    let (house, mut femke, _) = police().await;
    add(&mut femke.ctx(), MINE, &["Pieter".into()]).await.unwrap();
    femke.ctx().begin().await.unwrap();
    leave_out(&house, &["zegel/1 vault", "generation: 2"]);
    assert_eq!(refused(&mut femke).await.code(), "held-back");
    house.hub.state().tamper = None;
    femke.ctx().begin().await.unwrap();
}

#[tokio::test]
async fn a_suspension_that_was_seen_can_not_be_left_out() {
    let (house, mut femke, _) = police().await;
    let mut ellen = house.person("Ellen", "Huis", &[Role::Manager]).await;
    suspend(&mut ellen.ctx(), "Pieter", house.clock.now().plus(3600)).await.unwrap();
    femke.ctx().begin().await.unwrap();
    leave_out(&house, &["zegel/1 suspension"]);
    assert_eq!(refused(&mut femke).await.code(), "held-back");
}

#[tokio::test]
async fn another_first_vault_does_not_take_the_place_of_the_one_that_was_seen() {
    let (house, mut femke, mut pieter) = police().await;
    femke.ctx().begin().await.unwrap();
    let other = first_vault(&mut pieter).await.unwrap();
    house.hub.smuggle(&other);
    let by_femke = format!("by: {}", femke.home.settings().member);
    leave_out(&house, &["zegel/1 vault", &by_femke]);
    assert_eq!(refused(&mut femke).await.code(), "held-back");
}

/// A first vault of the partner, signed by someone who acts as if there was none.
async fn first_vault(desk: &mut Desk) -> Result<crate::client::batch::Batch> {
    let ctx = desk.ctx();
    let bundle = ctx.home.unlock(ctx.ask)?;
    let (secrets, world) = desk.ctx().begin_with(bundle).await?;
    let next = NextGeneration {
        vault: VaultId::new(crate::clock::random())?,
        generation: 1,
        owner: Owner::Partner(world.my_partner()?),
        predecessor: None,
        holders: vec![world.me],
    };
    let mut draft = Draft::new(&world, &desk.clock);
    draft_generation(&mut draft, &world, &next, None).await?;
    draft.sign(&secrets.cert)
}

#[tokio::test]
async fn what_the_hub_said_it_recorded_must_be_there() {
    let (house, mut femke, _) = police().await;
    leave_out(&house, &["zegel/1 vault"]);
    assert_eq!(refused(&mut femke).await.code(), "not-kept");
    house.hub.state().tamper = None;
    femke.ctx().begin().await.unwrap();
    assert!(femke.home.remembered().unwrap().unwrap().sent.is_empty());
    // From here on it is one of those that were shown.
    leave_out(&house, &["zegel/1 vault"]);
    assert_eq!(refused(&mut femke).await.code(), "held-back");
}

#[tokio::test]
async fn the_answer_to_a_batch_is_proven_too() {
    let (house, mut femke, _) = police().await;
    let other = JournalKey::generate("localhost".parse().unwrap(), crate::clock::random()).unwrap();
    house.hub.state().answers = Some(other.sign(99, Digest::of(b"root")));
    let refused = add(&mut femke.ctx(), MINE, &["Pieter".into()]).await;
    assert!(refused.is_err_and(|error| error.is("bad-checkpoint")));
    // One that was the journal's, but has no room for what was sent.
    let old = femke.home.remembered().unwrap().unwrap().note;
    house.hub.state().answers = Some(old);
    let refused = add(&mut femke.ctx(), MINE, &[]).await;
    assert!(refused.is_err_and(|error| error.is("bad-receipt")));
}

#[tokio::test]
async fn what_was_sent_is_noted_before_the_hub_is_asked_for_a_proof() {
    let (house, mut femke, _) = police().await;
    femke.ctx().begin().await.unwrap();
    house.hub.state().fault = Some("/v1/journal/consistency");
    add(&mut femke.ctx(), MINE, &["Pieter".into()]).await.unwrap();
    assert_eq!(femke.home.remembered().unwrap().unwrap().sent.len(), 1);
    house.hub.state().fault = None;
    leave_out(&house, &["zegel/1 vault", "generation: 2"]);
    assert_eq!(refused(&mut femke).await.code(), "not-kept");
    house.hub.state().tamper = None;
    femke.ctx().begin().await.unwrap();
}

/// Someone refers a case, with nothing in it.
async fn refer(desk: &mut Desk) -> CaseNumber {
    let mut ctx = desk.ctx();
    let (secrets, world) = ctx.begin().await.unwrap();
    let number = world.house().next_case(ctx.clock.now());
    let mut draft = Draft::new(&world, ctx.clock);
    draft.push(Case { case: number, kind: CaseKind::Complex, partner: world.my_partner().unwrap() });
    ctx.send(draft, &secrets, &world).await.unwrap();
    number
}

async fn load(desk: &mut Desk, number: CaseNumber) -> Result<World> {
    let (_, mut world) = desk.ctx().begin().await?;
    world.load_case(&desk.home, &desk.remote, number).await.map(|_| world)
}

#[tokio::test]
async fn who_no_longer_holds_a_vault_is_not_alarmed_by_what_it_showed() {
    let house = TestHouse::start().await;
    let mut joris = house.person("Joris", "Huis", &[Role::Procesregisseur]).await;
    let mut mila = house.person("Mila", "Huis", &[Role::Procesregisseur]).await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    add(&mut joris.ctx(), MINE, &["Mila".into()]).await.unwrap();
    let number = refer(&mut femke).await;
    load(&mut joris, number).await.unwrap();
    load(&mut femke, number).await.unwrap();
    let kept = |desk: &Desk| desk.home.remembered().unwrap().unwrap().shown.cases[&number].clone();
    assert!(kept(&joris).always.is_empty() && kept(&joris).vaults.len() == 1);
    assert_eq!(kept(&femke).always.len(), 1);

    remove(&mut mila.ctx(), MINE, &["Joris".into()]).await.unwrap();
    assert!(load(&mut joris, number).await.is_err_and(|error| error.is("unknown-case")));
    // While he holds it, and to who referred the case for good, it must be shown.
    add(&mut mila.ctx(), MINE, &["Joris".into()]).await.unwrap();
    let world = load(&mut joris, number).await.unwrap();
    let remembered = joris.home.remembered().unwrap().unwrap();
    let without = World { known: BTreeMap::new(), ..world };
    let all =
        require_all(&remembered, &without.history, &without.known, &BTreeSet::new(), without.me, without.now);
    assert!(matches!(all, Err(TrustError::HeldBack { .. })));
}

#[tokio::test]
async fn who_lost_the_role_for_a_vault_is_not_alarmed_by_what_it_showed() {
    let house = TestHouse::start().await;
    let mut joris = house.person("Joris", "Huis", &[Role::Procesregisseur]).await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    add(&mut joris.ctx(), MINE, &[]).await.unwrap();
    let number = refer(&mut femke).await;
    let before = load(&mut joris, number).await.unwrap();
    house.vouch("Joris", &[]).unwrap();
    house.publish_directory().await;

    let (_, mut world) = joris.ctx().begin().await.unwrap();
    assert!(world.house().vaults.values().all(|vault| vault.held_by(world.house(), world.me)));
    // He knows of the case still, by a release or a roster; but nothing of it by the vault.
    world.history.cases = before.history.cases;
    let remembered = joris.home.remembered().unwrap().unwrap();
    assert_eq!(remembered.shown.cases[&number].vaults.len(), 1);
    let all = require_all(&remembered, &world.history, &world.known, &BTreeSet::new(), world.me, world.now);
    assert_eq!(all, Ok(()));
    assert!(load(&mut joris, number).await.is_err_and(|error| error.is("unknown-case")));
}
