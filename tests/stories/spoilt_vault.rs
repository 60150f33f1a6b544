//! A member seals to a vault what no key of it opens. The hub can't see that, and nobody can mend it; but it must not keep
//! the vault as it is: whoever lost a key could never be taken out of it.

use std::collections::BTreeSet;

use zegel::client::ClientError;
use zegel::client::grant::{Keyring, ReaderGrants, Through};
use zegel::client::verbs::meeting::release::{Choice, release};
use zegel::client::verbs::vault::{self, Whose};
use zegel::demo::stage::Stage;
use zegel::hub::check::check;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::refusal::Language;
use zegel::protocol::seal::{FileKey, Header, SealingKey, seal_small};
use zegel::protocol::statement::{Approval, PartName};
use zegel::protocol::vault::VaultState;
use zegel::protocol::words::Payload;

use crate::liar::Lie;
use crate::support::hands::{by_hand, journal_size};
use crate::support::liar::{liar, through};
use crate::support::scene::{AGENDA, date, femke_contributes, joris_releases, prepared};
use crate::support::{Base, Refused};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor", "daan", "bram"];

on_both!(what_one_supplier_spoilt_keeps_nobody_in_a_vault);

async fn what_one_supplier_spoilt_keeps_nobody_in_a_vault(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke", "noor", "daan", "bram"], &[], Some(AGENDA)).await.unwrap();
    let report = femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("sanne", case, &["noor"]).await.unwrap();
    let spoilt = spoils(stage, case, report).await;
    let first = vault_of(stage, "joris", case).await;
    for approval in &spoilt {
        refused_as_sealed_wrong(stage, "joris", case, *approval).await;
    }
    let [open, closed] = seen(stage, "mila", case).await.unwrap();
    assert_eq!(closed, spoilt);

    // Mila gives it a new key.
    let (renewed, _) = at!(stage, "mila", |ctx| vault::remove(ctx, whose(case), &[]));
    renewed.unwrap();
    for who in ["mila", "joris"] {
        assert_eq!(seen(stage, who, case).await.unwrap(), [open.clone(), closed.clone()]);
    }

    // Joris takes her out. What the hub gives in place of what was carried over is no supplier's fault, also if it is what
    // the supplier signed: the key of before opened that, and nobody could any more.
    let (second, before) = (vault_of(stage, "joris", case).await, journal_size(stage).await);
    let item = open.first().unwrap();
    let kept = headers(stage, &second, item).await;
    gives(stage, &second, item, &headers(stage, &first, item).await).await;
    let (lied, _) = at!(stage, "joris", |ctx| vault::remove(ctx, whose(case), &["Mila".into()]));
    assert_eq!(lied.code(), "wrong-vault-key");
    gives(stage, &second, item, &kept).await;
    let (remote, liar) = liar(stage).await;
    for (lie, code) in [(Lie::AlteredBit, "wrong-vault-key"), (Lie::NotThere, "unknown-item")] {
        liar.lock().unwrap().lie = Some(lie.about(format!("/v1/vaults/{}/set", first.vault), ""));
        let mila = ["Mila".to_owned()];
        let lied = through!(stage, "joris", &remote, |ctx| vault::remove(ctx, whose(case), &mila));
        assert_eq!(lied.code(), code, "{lie:?} of the set");
    }
    assert_eq!((journal_size(stage).await, liar.lock().unwrap().posted), (before, 0));
    told_in_english(stage, case).await;
    let (removed, said) = at!(stage, "joris", |ctx| vault::remove(ctx, whose(case), &["Mila".into()]));
    removed.unwrap();
    let told: Vec<_> = said.lines().filter(|line| line.contains("gaat niet open")).collect();
    assert_eq!(told.len(), spoilt.len(), "{said}");
    for line in told {
        let what = format!("de sleutel in een akkoord over \"Melding\" (casus {case})");
        assert!(line.contains(&what) && line.contains("Femke") && line.contains("Politie"), "{line}");
    }

    assert_eq!(seen(stage, "mila", case).await.code(), "not-holder");
    assert_eq!(seen(stage, "joris", case).await.unwrap(), [open, closed]);
    for approval in &spoilt {
        refused_as_sealed_wrong(stage, "joris", case, *approval).await;
    }
    keeps_the_older_keys_to_what_nobody_opened(stage, &first, &spoilt).await;
    assert_eq!(check(&stage.hub.state).await.unwrap().faults, Vec::<String>::new());

    // All else goes to the table; and what is given anew by an honest program goes too.
    joris_releases(stage, case).await;
    let (_, said) = at!(stage, "joris", |ctx| release(ctx, case, &Choice::default()));
    assert!(said.contains("gaat niet mee naar Noor"), "{said}");
    stage.withdraws("femke", case, "Melding", &[]).await.unwrap();
    stage.approves("femke", case, &["noor"]).await.unwrap();
    stage.releases("joris", case).await.unwrap();
    assert_eq!(stage.opens_pack("noor", case).await.unwrap().opened.len(), 3);
    let (renewed, said) = at!(stage, "joris", |ctx| vault::remove(ctx, whose(case), &[]));
    renewed.unwrap();
    assert!(!said.contains("gaat niet open"), "{said}");
    assert_eq!(check(&stage.hub.state).await.unwrap().faults, Vec::<String>::new());
}

/// The headers of a statement's parts that a generation of a vault has in the hub's tables.
async fn headers(stage: &Stage, vault: &VaultState, statement: &Digest) -> Vec<(String, Vec<u8>)> {
    let rows = "SELECT part, bytes FROM header WHERE reader = $1 AND statement = $2 ORDER BY part";
    let rows = sqlx::query_as(rows).bind(vault.now().to_string()).bind(statement.to_string());
    let rows: Vec<(String, Vec<u8>)> = rows.fetch_all(stage.hub.state.db.read()).await.unwrap();
    assert!(!rows.is_empty());
    rows
}

/// The hub gives these instead.
async fn gives(stage: &Stage, vault: &VaultState, statement: &Digest, rows: &[(String, Vec<u8>)]) {
    for (part, bytes) in rows {
        let sql = "UPDATE header SET bytes = $1 WHERE reader = $2 AND statement = $3 AND part = $4";
        let query = sqlx::query(sql).bind(bytes.clone()).bind(vault.now().to_string());
        let query = query.bind(statement.to_string()).bind(part);
        let done = query.execute(stage.hub.state.db.writer()).await.unwrap();
        assert_eq!(done.rows_affected(), 1);
    }
}

fn whose(case: CaseNumber) -> Whose {
    Whose { case: Some(case) }
}

/// Femke's program seals her approvals so that nobody opens them: to a stranger, twice by the very same header, and with
/// another key in it than was signed for.
async fn spoils(stage: &Stage, case: CaseNumber, report: Digest) -> BTreeSet<Digest> {
    let key = FileKey::generate().unwrap();
    let to_a_stranger = Header::wrap(&key, &SealingKey::generate().recipient()).unwrap();
    let other_key = Header::wrap(&key, &vault_of(stage, "joris", case).await.recipient).unwrap();
    let mut spoilt = BTreeSet::new();
    for (who, header) in [("noor", to_a_stranger), ("daan", to_a_stranger), ("bram", other_key)] {
        spoilt.insert(approves_with(stage, case, report, who, &header).await);
    }
    spoilt
}

async fn approves_with(stage: &Stage, case: CaseNumber, item: Digest, who: &str, header: &Header) -> Digest {
    let reader = stage.member(who).unwrap();
    let recorded = by_hand(stage, "femke", case, |draft, world, case| {
        let (id, roster) = case.rosters.iter().next().unwrap();
        let directors = case.directors(world.house()).unwrap();
        let key = FileKey::generate().unwrap();
        let made = ReaderGrants::wrap(&key, &key, &SealingKey::generate().recipient()).unwrap();
        let (part, ..) = seal_small(&made.to_bytes(), std::slice::from_ref(&directors.recipient)).unwrap();
        draft.attach(part.payload);
        let name = part.name;
        Approval {
            case: case.number,
            roster: *id,
            item,
            reader,
            reader_label: made.label.digest(),
            reader_body: made.body.digest(),
            grants: Payload { digest: name.digest, length: name.length, commitment: name.commitment },
            grant_grants: vec![draft.grant(header, directors)],
            from: roster.from,
            until: roster.until,
        }
        .into()
    });
    recorded.await.unwrap().recorded[0].id
}

async fn vault_of(stage: &Stage, who: &str, case: CaseNumber) -> VaultState {
    let (vault, _) = at!(stage, who, |ctx| async {
        let (_, mut world) = ctx.begin().await?;
        Ok::<_, ClientError>(world.load_case(ctx.home, ctx.remote, case).await?.vault.clone().unwrap())
    });
    vault.unwrap()
}

/// The statements of which somebody opens all by the case's vault, and those of which not.
async fn seen(stage: &Stage, who: &str, case: CaseNumber) -> Result<[BTreeSet<Digest>; 2], ClientError> {
    let (seen, _) = at!(stage, who, |ctx| async {
        let (secrets, mut world) = ctx.begin().await?;
        let vault = world.load_case(ctx.home, ctx.remote, case).await?.vault.clone().unwrap();
        let key = zegel::client::vault::vault_key(ctx.remote, &secrets, &vault).await?;
        let (mut open, mut closed) = (BTreeSet::new(), BTreeSet::new());
        for row in ctx.remote.vault_headers(vault.vault).await? {
            let named = zegel::client::grant::named_part(&world, row.statement, row.part)?;
            let opens = row.header.open_committed(&key, &named.commitment).is_ok();
            _ = if opens { open.insert(row.statement) } else { closed.insert(row.statement) };
        }
        Ok([open, closed])
    });
    seen
}

async fn refused_as_sealed_wrong(stage: &Stage, who: &str, case: CaseNumber, approval: Digest) {
    let (opened, _) = at!(stage, who, |ctx| async {
        let (secrets, mut world) = ctx.begin().await?;
        world.load_case(ctx.home, ctx.remote, case).await?;
        let mut keys = Keyring::new(ctx.remote, &secrets);
        keys.text(&world, approval, PartName::Grants, Through::Vault).await
    });
    let refused = opened.unwrap_err();
    assert_eq!(refused.code(), "sealed-wrong");
    for language in [Language::Dutch, Language::English] {
        assert!(refused.sentence(language).contains("Femke"), "{}", refused.sentence(language));
    }
}

/// Said before anything is signed: here to who may not do it after all.
async fn told_in_english(stage: &Stage, case: CaseNumber) {
    let (home, remote) = stage.desk("joris").unwrap();
    let (mut out, mut ask) = (Vec::new(), zegel::client::Unattended);
    let mut ctx = stage.context(&home, &remote, &mut out, &mut ask);
    (ctx.language, ctx.yes) = (Language::English, false);
    let before = journal_size(stage).await;
    assert!(vault::remove(&mut ctx, whose(case), &["Mila".into()]).await.is_err(), "nobody agreed");
    assert_eq!(journal_size(stage).await, before);
    let said = String::from_utf8(out).unwrap();
    let line = format!("the key in an approval of \"Melding\" (case {case}) does not open. Femke");
    assert!(said.contains(&line), "{said}");
}

/// Mila and Joris made a generation each, so of the first one goes what Joris opened. Had Mila put nonsense in the place
/// of what was good, it would still be there.
async fn keeps_the_older_keys_to_what_nobody_opened(
    stage: &Stage,
    first: &VaultState,
    spoilt: &BTreeSet<Digest>,
) {
    let rows =
        sqlx::query_scalar("SELECT statement FROM header WHERE reader = $1").bind(first.now().to_string());
    let rows: Vec<String> = rows.fetch_all(stage.hub.state.db.read()).await.unwrap();
    assert_eq!(rows.iter().map(|id| id.parse().unwrap()).collect::<BTreeSet<Digest>>(), *spoilt);
    let secrets = "SELECT COUNT(*) FROM attachment WHERE statement = $1";
    let secrets = sqlx::query_scalar::<_, i64>(secrets).bind(first.id.to_string());
    assert_ne!(secrets.fetch_one(stage.hub.state.db.read()).await.unwrap(), 0);
}
