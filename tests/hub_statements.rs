//! The hub's one write path: who can't sign keeps nobody waiting, and what something newer takes the place of goes.

#[path = "support/postgres.rs"]
mod postgres;
#[path = "support/story.rs"]
mod story;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body as HttpBody;
use axum::http::{Request, Response, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt;
use tempfile::TempDir;
use tower::ServiceExt;
use zegel::clock::{SetClock, random};
use zegel::hub::config::{Config, Limits};
use zegel::hub::db::Db;
use zegel::hub::error::HubError;
use zegel::hub::objects::Objects;
use zegel::hub::past::Past;
use zegel::hub::statements::{Batch, BatchEntry, submit};
use zegel::hub::web::router;
use zegel::hub::{HubState, init, journal};
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::refusal::Refusal;
use zegel::protocol::seal::{FileKey, Header};
use zegel::protocol::statement::*;
use zegel::protocol::vault::{MAX_SET, RekeyedSet};
use zegel::protocol::words::*;

use story::*;

/// A hub without its network, in which all of a story is on record.
struct TestHub {
    state: HubState,
    clock: SetClock,
    _folder: TempDir,
}

impl TestHub {
    async fn with(story: &Story) -> Self {
        Self::on("sqlite:zegel.db", story).await
    }

    async fn on(database: &str, story: &Story) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let new = init::New {
            hub: hub(),
            listen: "127.0.0.1:0".parse().unwrap(),
            ops_listen: "127.0.0.1:0".parse().unwrap(),
            database: database.to_owned(),
            authority: &keys("authority").cert.public(),
        };
        init::init(folder.path(), &new, moment(BEGIN), random()).unwrap();
        let config = Config::load(&folder.path().join("zegel.toml"), []).unwrap();
        let keys = init::keys(&config).unwrap();
        let db = Db::open(config.database.reveal()).await.unwrap();
        let objects = Objects::open(&config.objects).unwrap();
        let clock = SetClock::at(moment(BEGIN));
        let state = HubState::new(Arc::new(config), keys, db, objects, Arc::new(clock.clone()), random());
        let hub = Self { state, clock, _folder: folder };
        for told in &story.told {
            hub.takes(told, vec![]).await;
        }
        hub
    }

    async fn tries(&self, told: &[Told], more: Vec<Vec<u8>>) -> Result<usize, HubError> {
        self.clock.set(told[0].at);
        Ok(submit(&self.state, batch(told, more)).await?.len())
    }

    #[track_caller]
    fn takes(&self, told: &Told, more: Vec<Vec<u8>>) -> impl Future<Output = ()> {
        let told = told.clone();
        async move {
            let kind = told.statement.body.kind();
            if let Err(refused) = self.tries(&[told], more).await {
                panic!("{kind}: {refused}");
            }
        }
    }

    /// Someone signs, the hub and the story take it.
    async fn says(&self, story: &mut Story, who: &str, body: impl Into<Body>, more: Vec<Vec<u8>>) -> Digest {
        let told = story.signs(who, body);
        self.takes(&told, more).await;
        story.tries_told(told).unwrap()
    }

    async fn count(&self, sql: &'static str, what: &str) -> i64 {
        sqlx::query_scalar(sql).bind(what).fetch_one(self.state.db.read()).await.unwrap()
    }

    /// How much somebody put on record.
    async fn of(&self, who: &str) -> u64 {
        self.count("SELECT COUNT(*) FROM statement WHERE signer = $1", &member(who).to_string()).await as u64
    }

    fn limits(&mut self, change: impl FnOnce(&mut Limits)) {
        let mut config = Config::clone(&self.state.config);
        change(&mut config.limits);
        self.state.config = Arc::new(config);
    }

    async fn damages(&self, scope: &str) {
        let damage = sqlx::query("UPDATE statement SET text = 'damaged' WHERE scope = $1").bind(scope);
        damage.execute(self.state.db.writer()).await.unwrap();
    }

    async fn keeps(&self, attachment: Digest) -> bool {
        self.count("SELECT COUNT(*) FROM attachment WHERE digest = $1", &attachment.to_string()).await == 1
    }

    /// An item's body, without its statement.
    async fn keeps_an_item(&self) {
        let sql = "INSERT INTO sealed_part (statement, part, scope, digest, length) VALUES ($1, 'body', 'x', '', 1)";
        let item = sqlx::query(sql).bind(named("item").to_string());
        item.execute(self.state.db.writer()).await.unwrap();
    }

    async fn keeps_header(&self, reader: VaultGeneration) {
        let sql = "INSERT INTO header (statement, part, reader, bytes) VALUES ($1, 'body', $2, $3)";
        let header = sqlx::query(sql).bind(named("item").to_string()).bind(reader.to_string());
        header.bind(a_header("Femke")).execute(self.state.db.writer()).await.unwrap();
    }

    async fn posts(&self, body: Vec<u8>) -> Response<HttpBody> {
        let request = Request::post("/v1/statements")
            .header("content-type", "application/json")
            .header("content-length", body.len())
            .body(HttpBody::from(body));
        router::build(self.state.clone()).oneshot(request.unwrap()).await.unwrap()
    }
}

fn batch(told: &[Told], more: Vec<Vec<u8>>) -> Batch {
    let certs = told.iter().flat_map(|told| told.certs.values().cloned());
    let secrets = told.iter().filter_map(|told| match &told.statement.body {
        Body::Vault(b) => {
            Some(format!("secret of vault of {}, generation {}", b.owner, b.generation.0).into_bytes())
        }
        _ => None,
    });
    let attachments = certs.chain(secrets).chain(more).map(|bytes| STANDARD.encode(bytes)).collect();
    let entry = |told: &Told| BatchEntry {
        statement: told.text.clone(),
        signature: STANDARD.encode(&told.signature),
    };
    Batch { entries: told.iter().map(entry).collect(), attachments }
}

async fn problem(response: Response<HttpBody>) -> serde_json::Value {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// The house, with a case that Sanne refers and of which nothing else is known.
fn with_referral() -> Story {
    let mut story = Story::with_house();
    let case = story.history.house.next_case(story.now);
    story.says("Sanne", Case { case, kind: CaseKind::Complex, partner: partner("Gemeente") });
    story.case = Some(case);
    story
}

fn refused<T: std::fmt::Debug>(answer: Result<T, HubError>) -> String {
    match answer {
        Err(HubError::Refused { refusal, .. }) => refusal.to_string(),
        other => panic!("{other:?}"),
    }
}

fn retraction(story: &Story, who: &str, key: &str, case: CaseNumber, item: &str) -> Told {
    story.tells(story.statement(who, Retraction { case, item: named(item) }), key)
}

/// The same hub when it has just started, and remembers nothing.
fn anew(hub: &TestHub) -> HubState {
    let past = Arc::new(Past::new(story::hub(), keys("authority").cert.public()));
    HubState { past, ..hub.state.clone() }
}

const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn who_cannot_sign_waits_for_no_lock_and_learns_of_no_case() {
    let story = with_referral();
    let hub = TestHub::with(&story).await;
    let (there, nowhere) = (story.number(), "ZVH-2026-0099".parse().unwrap());
    // Nothing of the case is read for them: it could not be.
    hub.damages(&there.to_string()).await;
    let mut deed = hub.state.db.begin().await.unwrap();
    journal::lock(&mut deed).await.unwrap();

    let mut answers = Vec::new();
    for (who, case) in [("Femke", there), ("Femke", nowhere), ("Lotte", there)] {
        let junk = |item: usize| retraction(&story, who, "Max", case, &item.to_string());
        let junk: Vec<Told> = (0..20).map(junk).collect();
        let answer = tokio::time::timeout(SOON, hub.tries(&junk, vec![])).await;
        answers.push(refused(answer.expect("an answer while another deed has the lock")));
    }
    let key = story.signs("Lotte", story.first_key("Lotte", named("no slip")));
    let answer = tokio::time::timeout(SOON, hub.tries(&[key], vec![])).await;
    assert_eq!(refused(answer.unwrap()), Refusal::SlipUnknown.to_string());

    assert!(answers[0].starts_with("The signature is not right"), "{}", answers[0]);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn junk_behind_a_good_signature_has_no_case_read() {
    let story = with_referral();
    let hub = TestHub::with(&story).await;
    let key = story.signs("Femke", story.next_key("Femke 2"));
    hub.damages(&story.number().to_string()).await;
    let junk = retraction(&story, "Femke", "Max", story.number(), "an item");
    hub.clock.set(key.at);
    let answer = refused(submit(&anew(&hub), batch(&[key, junk], vec![])).await);
    assert!(answer.starts_with("The signature is not right"), "{answer}");
}

#[tokio::test]
async fn a_case_that_was_read_is_remembered_whatever_came_of_it() {
    let story = with_referral();
    let (hub, other) = (TestHub::with(&story).await, TestHub::with(&story).await);
    let case = story.number();
    let (by_refusal, by_read) = (anew(&hub), anew(&other));
    let retraction = retraction(&story, "Femke", "Femke", case, "an item");
    let once = || submit(&by_refusal, batch(std::slice::from_ref(&retraction), vec![]));
    assert_eq!(refused(once().await), Refusal::UnknownCase.to_string());
    hub.damages(&case.to_string()).await;
    assert_eq!(refused(once().await), Refusal::UnknownCase.to_string());

    let mut connection = other.state.db.read().acquire().await.unwrap();
    let size = journal::size(&mut connection).await.unwrap() as i64;
    by_read.past.load(&mut connection, size, &[case]).await.unwrap();
    other.damages(&case.to_string()).await;
    other.damages("house").await;
    // Who read the size before the last deed ended gets what is remembered, and has nothing read again.
    for size in [size, size - 1] {
        let history = by_read.past.load(&mut connection, size, &[case]).await.unwrap();
        assert!(history.case(case).is_ok() && history.house.directory.is_some());
    }
}

#[tokio::test]
async fn a_batch_has_so_many_attachments_and_none_that_is_empty() {
    let story = with_referral();
    let hub = TestHub::with(&story).await;
    let body = |attachments: &str| format!(r#"{{"entries":[],"attachments":[{attachments}]}}"#).into_bytes();
    let many = "\"AA==\",".repeat(108_000);
    for (attachments, code) in [
        ("\"\"".to_owned(), "bad-request"),
        (many.clone() + "\"AA==\"", "bad-request"),
        (many.trim_end_matches(',').to_owned(), "bad-text"),
    ] {
        assert_eq!(problem(hub.posts(body(&attachments)).await).await["code"], code);
    }
    let entries = "{\"statement\":\"\",\"signature\":\"\"},".repeat(2001);
    let body = format!(r#"{{"entries":[{}]}}"#, entries.trim_end_matches(','));
    assert_eq!(problem(hub.posts(body.into_bytes()).await).await["code"], "bad-request");
}

#[tokio::test]
async fn large_batches_wait_on_disk_and_small_ones_pass() {
    let story = with_referral();
    let hub = TestHub::with(&story).await;
    let all = hub.state.batches.memory().acquire_many_owned(4).await.unwrap();
    let small = br#"{"entries":[]}"#.to_vec();
    let large = format!(r#"{{"entries":[],"attachments":["{}"]}}"#, "AAAA".repeat(1 << 18)).into_bytes();
    let waiting = hub.posts(large);
    let others = async {
        while hub.state.batches.under_way() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(hub.posts(small).await.status(), StatusCode::BAD_REQUEST);
        drop(all);
    };
    let (large, ()) = tokio::join!(waiting, others);
    assert_eq!(problem(large).await["code"], "bad-text", "it is judged once there is memory");
}

#[tokio::test]
async fn two_referrals_of_one_second_are_two_cases() {
    let story = Story::with_house();
    let hub = TestHub::with(&story).await;
    let case = story.history.house.next_case(story.now);
    let refer = Case { case, kind: CaseKind::Complex, partner: partner("Gemeente") };
    let first = story.signs("Sanne", refer);
    // What each machine brings beside it.
    let brings = |language| story.signs("Sanne", Delivery { way: DeliveryWay::Portal, language });
    let [dutch, english] = [LanguageWord::Dutch, LanguageWord::English].map(brings);
    let one = [first.clone(), dutch.clone()];
    assert_eq!(hub.tries(&one, vec![]).await.unwrap(), 2);
    let taken = refused(hub.tries(&[first.clone(), english.clone()], vec![]).await);
    assert!(taken.contains(&format!("ZVH-{}-{:04}", case.year, case.count + 1)), "{taken}");
    let kept = hub.count("SELECT COUNT(*) FROM statement WHERE id = $1", &english.id.to_string()).await;
    assert_eq!(kept, 0);
    // Sent again, the first is on record as it was.
    assert_eq!(hub.tries(&one, vec![]).await.unwrap(), 2);
    assert_eq!(hub.tries(&[dutch, first], vec![]).await.unwrap(), 2);
}

fn a_header(name: &str) -> Vec<u8> {
    let recipient = keys(name).age.recipient();
    Header::wrap(&FileKey::from_bytes(&[7; 16]), &recipient).unwrap().to_bytes().to_vec()
}

/// The next generation of the police's vault, and what it carries over: one header.
fn next_generation(story: &Story, holders: &[&str]) -> (Vault, Vec<Vec<u8>>) {
    let header = a_header("Femke");
    let entries = [((named("item"), PartName::Body), Digest::of(&header))].into_iter().collect();
    let set = RekeyedSet { entries }.to_text().into_bytes();
    let vault = Vault { set: Some(Digest::of(&set)), ..story.vault_of("Politie", holders) };
    (vault, vec![set, header])
}

async fn headers(hub: &TestHub, vault: &VaultGeneration) -> Vec<u64> {
    let mut there = Vec::new();
    for generation in 1..=vault.generation {
        let reader = VaultGeneration { generation, ..*vault }.to_string();
        if hub.count("SELECT COUNT(*) FROM header WHERE reader = $1", &reader).await == 1 {
            there.push(generation);
        }
    }
    there
}

#[tokio::test]
async fn headers_go_once_a_second_holder_has_opened_the_next_generation() {
    headers_go("sqlite:zegel.db").await;
    headers_go(&postgres::shared().database()).await;
}

async fn headers_go(database: &str) {
    let mut story = Story::with_house();
    let hub = TestHub::on(database, &story).await;
    let first = story.vault("Politie");
    let old_secret = named(&format!("secret of vault of {}, generation 1", partner("Politie")));
    hub.keeps_an_item().await;
    hub.keeps_header(first).await;

    // One holder alone, or who has her key, can't have the first generation's headers removed.
    for _ in 0..2 {
        let (vault, more) = next_generation(&story, &["Femke", "Pieter"]);
        hub.says(&mut story, "Femke", vault, more).await;
    }
    assert_eq!(headers(&hub, &story.vault("Politie")).await, [1, 2, 3]);
    assert!(hub.keeps(old_secret).await);

    let (vault, more) = next_generation(&story, &["Femke", "Pieter"]);
    hub.says(&mut story, "Pieter", vault, more).await;
    assert_eq!(headers(&hub, &story.vault("Politie")).await, [3, 4]);
    assert!(!hub.keeps(old_secret).await);
    assert!(hub.keeps(named(&format!("secret of vault of {}, generation 3", partner("Politie")))).await);
}

#[tokio::test]
async fn of_what_was_taken_over_as_it_was_the_older_headers_stay() {
    taken_over_as_it_was("sqlite:zegel.db").await;
    taken_over_as_it_was(&postgres::shared().database()).await;
}

/// Who has Femke's key puts nonsense in the place of what was good. Pieter takes it over as it is; he opened nothing.
async fn taken_over_as_it_was(database: &str) {
    let mut story = Story::with_house();
    let hub = TestHub::on(database, &story).await;
    let first = story.vault("Politie");
    let old_secret = named(&format!("secret of vault of {}, generation 1", partner("Politie")));
    hub.keeps_an_item().await;
    hub.keeps_header(first).await;
    let (_, nonsense) = next_generation(&story, &["Femke"]);
    for who in ["Femke", "Pieter"] {
        let set = Some(Digest::of(&nonsense[0]));
        let vault = Vault { set, ..story.vault_of("Politie", &["Femke", "Pieter"]) };
        hub.says(&mut story, who, vault, nonsense.clone()).await;
    }
    assert_eq!(headers(&hub, &story.vault("Politie")).await, [1, 2, 3]);
    // Nor does other nonsense count as opened by two.
    let (vault, more) = next_generation(&story, &["Femke", "Pieter"]);
    hub.says(&mut story, "Femke", vault, more).await;
    assert_eq!(headers(&hub, &story.vault("Politie")).await, [1, 2, 3, 4]);
    assert!(hub.keeps(old_secret).await);
    // What both wrapped anew both opened.
    let (vault, more) = next_generation(&story, &["Femke", "Pieter"]);
    hub.says(&mut story, "Pieter", vault, more).await;
    assert_eq!(headers(&hub, &story.vault("Politie")).await, [4, 5]);
    assert!(!hub.keeps(old_secret).await);
}

#[tokio::test]
async fn the_authoritys_generation_removes_nothing() {
    let mut story = Story::with_house();
    let hub = TestHub::with(&story).await;
    let first = story.vault("Politie");
    hub.keeps_an_item().await;
    for generation in [1, 2] {
        hub.keeps_header(VaultGeneration { generation, ..first }).await;
        if generation == 1 {
            let (vault, more) = next_generation(&story, &["Femke", "Pieter"]);
            let remove = sqlx::query("DELETE FROM header WHERE reader = $1");
            hub.says(&mut story, "Femke", vault, more).await;
            let second = VaultGeneration { generation: 2, ..first }.to_string();
            remove.bind(second).execute(hub.state.db.writer()).await.unwrap();
        }
    }
    let slip = story.slip("Lotte");
    let slip = hub.says(&mut story, "authority", slip, vec![]).await;
    let key = story.first_key("Lotte", slip);
    let key = hub.says(&mut story, "Lotte", key, vec![]).await;
    let membership = story.membership("Lotte", key);
    let membership = hub.says(&mut story, "authority", membership, vec![]).await;
    story.remember("membership Lotte", membership);
    let directory = story.directory();
    hub.says(&mut story, "authority", directory, vec![]).await;
    for who in ["Femke", "Pieter"] {
        let key = story.key_statement(who);
        let stolen = Revocation { member: member(who), key, reason: RevocationReason::Stolen };
        hub.says(&mut story, "authority", stolen, vec![]).await;
    }
    let repair = Vault { set: None, ..story.vault_of("Politie", &["Lotte"]) };
    hub.says(&mut story, "authority", repair, vec![]).await;
    let empty = RekeyedSet::default().to_text().into_bytes();
    assert!(empty.is_empty());
    let after = Vault { set: None, ..story.vault_of("Politie", &["Lotte"]) };
    hub.says(&mut story, "Lotte", after, vec![]).await;
    assert_eq!(headers(&hub, &story.vault("Politie")).await, [1, 2]);
}

fn bundle(number: u64, bytes: &[u8]) -> Bundle {
    Bundle { number: Number(number), digest: Digest::of(bytes), fetch: vec![named("fetch id")] }
}

#[tokio::test]
async fn of_bundles_the_newest_and_the_one_before_it_are_kept() {
    two_bundles_are_kept("sqlite:zegel.db").await;
    two_bundles_are_kept(&postgres::shared().database()).await;
}

async fn two_bundles_are_kept(database: &str) {
    let mut story = Story::with_house();
    let hub = TestHub::on(database, &story).await;
    // The first is a cert that is to be a key's: that is kept, whatever brought it first.
    let cert = keys("Femke 2").cert.public().bytes().to_vec();
    hub.says(&mut story, "Femke", bundle(1, &cert), vec![]).await;
    let key = story.next_key("Femke 2");
    hub.says(&mut story, "Femke", key, vec![]).await;
    let texts = [b"second".to_vec(), b"third".to_vec(), b"fourth".to_vec()];
    for (number, bytes) in (2..).zip(&texts) {
        hub.says(&mut story, "Femke", bundle(number, bytes), vec![bytes.clone()]).await;
    }
    let kept = [cert, texts[0].clone(), texts[1].clone(), texts[2].clone()].map(|bytes| Digest::of(&bytes));
    let mut there = Vec::new();
    for digest in kept {
        there.push(hub.keeps(digest).await);
    }
    assert_eq!(there, [true, false, true, true]);
    let femke = member("Femke").to_string();
    assert_eq!(hub.count("SELECT COUNT(*) FROM bundle_fetch WHERE member = $1", &femke).await, 2);
}

#[tokio::test]
async fn what_is_larger_than_it_can_be_is_refused() {
    let story = with_referral();
    let hub = TestHub::with(&story).await;
    let large = vec![7; (1 << 20) + 1];
    let bundle = story.signs("Femke", bundle(1, &large));
    let most = |answer: Result<usize, HubError>| match answer {
        Err(HubError::TooLarge { most }) => most,
        other => panic!("{other:?}"),
    };
    assert_eq!(most(hub.tries(&[bundle], vec![large]).await), 1 << 20);
    let mut item = Item { kind: ItemKind::Referral, ..story.item("Sanne", "referral") };
    item.label.length = (16 << 10) + 33;
    let item = story.signs("Sanne", item);
    assert_eq!(most(hub.tries(&[item], vec![]).await), (16 << 10) + 32);
}

/// The agreement says for how long; a house may keep things shorter, and no caseworker longer.
#[tokio::test]
async fn nothing_is_kept_longer_than_the_house_keeps_things() {
    let story = with_referral();
    let hub = TestHub::with(&story).await;
    let kept_until = |retention: &str| {
        let referral = Item { kind: ItemKind::Referral, ..story.item("Sanne", "referral") };
        story.signs("Sanne", Item { retention: retention.parse().unwrap(), ..referral })
    };
    let too_long = |answer| match answer {
        Err(HubError::Refused { refusal, .. }) => refusal == Refusal::RetentionTooLong,
        _ => false,
    };
    assert!(too_long(hub.tries(&[kept_until("2032-01-01")], vec![]).await));
    assert!(!too_long(hub.tries(&[kept_until("2031-01-01")], vec![]).await));
}

fn by_mail(language: LanguageWord) -> Delivery {
    Delivery { way: DeliveryWay::Mail, language }
}

/// What one key puts on record is for everyone to fetch, and stays there.
#[tokio::test]
async fn nobody_makes_the_journal_longer_than_others_can_read() {
    let mut story = with_referral();
    let mut hub = TestHub::with(&story).await;
    let before = hub.of("Femke").await;
    hub.limits(|limits| limits.house_statements_per_day = before + 2);
    for language in [LanguageWord::English, LanguageWord::Dutch] {
        story.passes(1);
        hub.says(&mut story, "Femke", by_mail(language), vec![]).await;
    }
    story.passes(1);
    let one_more = story.signs("Femke", by_mail(LanguageWord::English));
    assert_eq!(refused(hub.tries(&[one_more], vec![]).await), Refusal::TooMuch.to_string());
    assert_eq!(hub.of("Femke").await, before + 2);
    // Others go on; and so does she, a day later.
    hub.says(&mut story, "Noor", by_mail(LanguageWord::English), vec![]).await;
    story.passes(24 * 3600);
    hub.says(&mut story, "Femke", by_mail(LanguageWord::English), vec![]).await;
}

/// Of one batch all is counted, and all or nothing is kept.
#[tokio::test]
async fn what_one_batch_brings_is_counted_together() {
    let mut story = with_referral();
    let mut hub = TestHub::with(&story).await;
    let before = hub.of("Sanne").await;
    hub.limits(|limits| limits.statements_per_day = before + 1);
    let both =
        [LanguageWord::English, LanguageWord::Dutch].map(|language| story.signs("Sanne", by_mail(language)));
    assert_eq!(refused(hub.tries(&both, vec![]).await), Refusal::TooMuch.to_string());
    assert_eq!(hub.of("Sanne").await, before);
    hub.says(&mut story, "Sanne", by_mail(LanguageWord::Dutch), vec![]).await;
}

/// The largest set that a vault may have goes into one batch with all its headers.
#[tokio::test]
async fn a_batch_carries_the_largest_set() {
    let hub = TestHub::with(&Story::with_house()).await;
    let header = STANDARD.encode(a_header("Femke")).len() + "\"\",".len();
    let lines = RekeyedSet { entries: [((named("item"), PartName::Outcome), named("header"))].into() };
    let line = lines.to_text().len();
    let most = MAX_SET * header + (MAX_SET * line).div_ceil(3) * 4;
    assert!((most + (1 << 20)) as u64 <= hub.state.config.limits.batch, "{most}");
}

/// However much its sender still has: it is told at once, and the hub's disk stays empty.
#[tokio::test]
async fn a_batch_without_end_is_cut_off() {
    let hub = TestHub::with(&Story::with_house()).await;
    let most = hub.state.config.limits.batch >> 20;
    let pulled = Arc::new(AtomicU64::new(0));
    let counted = pulled.clone();
    let pieces = futures_util::stream::iter(0..most + 20).map(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::io::Error>(vec![b' '; 1 << 20])
    });
    let request = Request::post("/v1/statements").header("content-type", "application/json");
    let request = request.body(HttpBody::from_stream(pieces)).unwrap();
    let answer = router::build(hub.state.clone()).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(pulled.load(Ordering::Relaxed) <= most + 1, "{pulled:?} MiB");
}

impl TestHub {
    /// Signs in with this login, sent as it is.
    async fn signs_in(&self, login: &Told) -> StatusCode {
        self.clock.set(login.at);
        let [entry] = &batch(std::slice::from_ref(login), vec![]).entries[..] else { panic!("one login") };
        let request = Request::post("/v1/sessions").header("content-type", "application/json");
        let request = request.body(HttpBody::from(serde_json::to_vec(entry).unwrap())).unwrap();
        router::build(self.state.clone()).oneshot(request).await.unwrap().status()
    }

    async fn login(&self, story: &Story, who: &str) -> Told {
        self.clock.set(story.now);
        let request = Request::post("/v1/nonces").body(HttpBody::empty()).unwrap();
        let answer = problem(router::build(self.state.clone()).oneshot(request).await.unwrap()).await;
        story.signs(who, Login { nonce: answer["nonce"].as_str().unwrap().parse().unwrap() })
    }
}

#[tokio::test]
async fn who_saw_a_login_can_neither_use_it_nor_keep_its_owner_out() {
    let story = Story::with_house();
    let hub = TestHub::with(&story).await;
    let login = hub.login(&story, "Femke").await;
    assert_eq!(hub.signs_in(&login).await, StatusCode::OK);
    // More often than a member may sign in.
    for _ in 0..100 {
        assert_eq!(hub.signs_in(&login).await, StatusCode::CONFLICT);
    }
    let hers = hub.login(&story, "Femke").await;
    assert_eq!(hub.signs_in(&hers).await, StatusCode::OK);
}

/// The login was good when it came, and waited for its turn behind whatever ended its key.
#[tokio::test]
async fn a_key_that_ends_meanwhile_signs_nobody_in() {
    let before = Story::with_house();
    let key = before.key_statement("Femke");
    let mut stolen = before.clone();
    let theft = Revocation { member: member("Femke"), key, reason: RevocationReason::Stolen };
    stolen.says("authority", theft);
    let mut replaced = before.clone();
    let key = replaced.says("Femke", replaced.next_key("Femke 2"));
    replaced.vouches("Femke 2", key);
    replaced.publishes();
    for after in [stolen, replaced] {
        let hub = TestHub::with(&before).await;
        let login = hub.login(&before, "Femke").await;
        let turn = hub.state.db.begin().await.unwrap();
        let signs_in = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            hub.signs_in(&login).await
        };
        let ends = async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            turn.rollback().await.unwrap();
        };
        let told = &after.told[before.told.len()..];
        let (recorded, signed_in, ()) = tokio::join!(hub.tries(told, vec![]), signs_in, ends);
        assert_eq!(recorded.unwrap(), told.len());
        assert_ne!(signed_in, StatusCode::OK);
        let sessions =
            hub.count("SELECT COUNT(*) FROM session WHERE member = $1", &member("Femke").to_string()).await;
        assert_eq!(sessions, 0);
    }
}

/// What `zegel check` finds is in its exit code too: a timer asks it every night.
#[tokio::test]
async fn the_administrator_is_told_what_does_not_fit() {
    let hub = TestHub::with(&Story::with_house()).await;
    let check = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_zegel"));
        command.args(["check", "--config"]).arg(hub._folder.path().join("zegel.toml")).output().unwrap()
    };
    let all_is_well = check();
    assert!(all_is_well.status.success(), "{all_is_well:?}");
    sqlx::query("DELETE FROM shown").execute(hub.state.db.writer()).await.unwrap();
    let told = check();
    assert!(!told.status.success() && !told.stderr.is_empty(), "{told:?}");
}

#[tokio::test]
async fn the_next_case_number_is_told_to_programs() {
    let story = with_referral();
    let hub = TestHub::with(&story).await;
    let taken = Case { case: story.number(), kind: CaseKind::Aftercare, partner: partner("Gemeente") };
    let told = story.signs("Sanne", taken);
    hub.clock.set(told.at);
    let body = serde_json::to_vec(&batch(&[told], vec![])).unwrap();
    let problem = problem(hub.posts(body).await).await;
    assert_eq!((&problem["code"], &problem["next"]), (&"case-number-taken".into(), &"ZVH-2026-0002".into()));
}
