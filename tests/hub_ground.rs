//! What the hub stands on: its configuration, databases, object store, uploads, and the form of its refusals.

#[path = "support/bucket.rs"]
mod bucket;
#[path = "hub_ground/portal.rs"]
mod portal;
#[path = "support/postgres.rs"]
mod postgres;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use axum::{Extension, Router};
use futures_util::{StreamExt, TryStreamExt, stream};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::ServiceExt;
use zegel::clock::{SetClock, random};
use zegel::hub::HubState;
use zegel::hub::config::{Config, ObjectsConfig};
use zegel::hub::db::{Db, DbErrorKind};
use zegel::hub::init::{self, InitError};
use zegel::hub::objects::{ObjectName, Objects, ObjectsError};
use zegel::hub::serve::Hub;
use zegel::hub::upload::{self, Part, UploadError, UploadId};
use zegel::hub::web::{Caller, router};
use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::{Digest, MemberId, Moment, PartnerId};
use zegel::protocol::payload::{PART, PayloadDigest};

const HOUR: i64 = 3600;

fn noon() -> Moment {
    "2026-12-01T12:00:00Z".parse().unwrap()
}

/// A new hub's folder, with more settings at the end of its configuration.
fn config(folder: &Path, database: &str, more: &str) -> Config {
    let authority = SecretCert::generate_authority("An authority", noon()).unwrap();
    let new = init::New {
        hub: "zvh-ml.example".parse().unwrap(),
        listen: "127.0.0.1:0".parse().unwrap(),
        ops_listen: "127.0.0.1:0".parse().unwrap(),
        database: database.to_owned(),
        authority: &authority.public(),
    };
    init::init(folder, &new, noon(), random()).unwrap();
    let file = folder.join("zegel.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text + more).unwrap();
    Config::load(&file, []).unwrap()
}

/// A hub without its network, and people who have signed in to it.
struct TestHub {
    state: HubState,
    clock: SetClock,
    folder: TempDir,
}

struct Person {
    member: MemberId,
    router: Router,
}

#[derive(Clone, Copy, Debug)]
enum Base {
    Sqlite,
    Postgres,
}

impl TestHub {
    async fn new(base: Base) -> Self {
        Self::with(base, "").await
    }

    async fn with(base: Base, limits: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match base {
            Base::Sqlite => "sqlite:zegel.db".to_owned(),
            Base::Postgres => postgres::shared().database(),
        };
        let config = config(folder.path(), &database, limits);
        let keys = init::keys(&config).unwrap();
        let db = Db::open(config.database.reveal()).await.unwrap();
        let objects = Objects::open(&config.objects).unwrap();
        let clock = SetClock::at(noon());
        let state = HubState::new(Arc::new(config), keys, db, objects, Arc::new(clock.clone()), random());
        Self { state, clock, folder }
    }

    fn person(&self) -> Person {
        let member = MemberId::new(random()).unwrap();
        let caller = Caller { member, partner: PartnerId::new(random()).unwrap(), holds_with: None };
        Person { member, router: router::build(self.state.clone()).layer(Extension(caller)) }
    }

    fn later(&self, seconds: i64) {
        self.clock.advance(seconds);
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.state.db.read()).await.unwrap()
    }

    fn objects_on_disk(&self) -> usize {
        let files = walkdir::WalkDir::new(self.folder.path().join("objects"));
        files.into_iter().filter(|entry| entry.as_ref().unwrap().file_type().is_file()).count()
    }

    async fn read(&self, id: &UploadId, range: std::ops::Range<u64>) -> Vec<u8> {
        let body = upload::body_reader(&self.state, id, range).await.unwrap();
        body.map_ok(|piece| piece.to_vec()).try_concat().await.unwrap()
    }
}

impl Person {
    async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Makes an upload, and gives its path.
    async fn creates(&self, length: usize) -> String {
        let response =
            self.ask(tus("POST", "/v1/uploads", &[("upload-length", &length.to_string())], "")).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    async fn patches(&self, path: &str, offset: usize, body: impl Into<Body>) -> Response<Body> {
        let offset = offset.to_string();
        let headers =
            [("upload-offset", offset.as_str()), ("content-type", "application/offset+octet-stream")];
        self.ask(tus("PATCH", path, &headers, body)).await
    }

    async fn offset(&self, path: &str) -> usize {
        let response = self.ask(tus("HEAD", path, &[], "")).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(response.headers()["cache-control"], "no-store");
        header(response.headers(), "upload-offset").parse().unwrap()
    }

    async fn uploads(&self, body: &[u8]) -> (String, Digest) {
        let path = self.creates(body.len()).await;
        let mut digest = None;
        for (number, part) in body.chunks(PART).enumerate() {
            let response = self.patches(&path, number * PART, part.to_vec()).await;
            assert_eq!(response.status(), StatusCode::NO_CONTENT);
            digest = response.headers().get("payload-digest").cloned();
        }
        (path, digest.unwrap().to_str().unwrap().parse().unwrap())
    }
}

fn tus(method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("tus-resumable", "1.0.0");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(body.into()).unwrap()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers[name].to_str().unwrap()
}

fn id(path: &str) -> UploadId {
    path.strip_prefix("/v1/uploads/").unwrap().parse().unwrap()
}

/// All of an answer, save the mark that differs by nature.
async fn whole(response: Response<Body>) -> (StatusCode, BTreeMap<String, Vec<u8>>, Bytes) {
    let (parts, body) = response.into_parts();
    let headers = parts.headers.iter().filter(|(name, _)| *name != "x-request-id");
    let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect();
    (parts.status, headers, axum::body::to_bytes(body, 1 << 24).await.unwrap())
}

async fn problem(response: Response<Body>) -> (u16, String) {
    let (status, headers, body) = whole(response).await;
    assert_eq!(headers["content-type"], b"application/problem+json");
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["status"], status.as_u16());
    (status.as_u16(), body["code"].as_str().unwrap().to_owned())
}

/// Bytes that differ from place to place.
fn payload(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn digest_of(payload: &[u8]) -> Digest {
    let mut digest = PayloadDigest::new();
    digest.update(payload);
    digest.finish().0
}

/// Each story is told on both databases.
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test] async fn $story() { super::$story(super::Base::Sqlite).await })+
        }
        mod on_postgres {
            $(#[tokio::test] async fn $story() { super::$story(super::Base::Postgres).await })+
        }
    };
}

on_both!(
    an_upload_comes_in_by_parts_and_is_read_by_ranges,
    an_upload_goes_on_after_a_cut,
    a_part_of_the_wrong_length_or_place_leaves_nothing,
    of_two_parts_at_once_one_is_kept,
    anothers_upload_looks_to_the_byte_like_none,
    a_whole_upload_is_claimed_once_by_its_maker,
    what_lies_for_a_day_is_swept_up,
    an_upload_is_given_up,
    a_member_has_so_many_uploads_and_no_more,
    two_at_once_are_not_both_the_last,
    a_part_of_what_was_given_up_has_no_place,
    what_a_member_has_sent_for_no_item_has_a_ceiling,
    deeds_queue_and_none_is_lost,
    the_same_row_twice_is_told_apart,
    a_missing_object_is_an_error_and_no_short_answer,
);

#[test]
fn the_id_of_an_upload_is_thirty_two_digits_of_sixteen() {
    let good = "0123456789abcdef0123456789abcdef";
    assert!(good.parse::<UploadId>().is_ok());
    for bad in ["", &good[1..], &format!("{good}0"), &good.to_uppercase(), &good.replace('f', "g"), "../"] {
        assert!(bad.parse::<UploadId>().is_err(), "{bad}");
    }
}

/// Who says how long it is, is answered before a byte of it came; who does not, as soon as it is too long.
#[tokio::test]
async fn a_part_that_is_too_long_is_not_waited_for() {
    let hub = TestHub::new(Base::Sqlite).await;
    let femke = hub.person();
    let path = femke.creates(PART + 10).await;
    let says = async |length: usize| {
        let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let headers = [
            ("upload-offset", "0"),
            ("content-type", "application/offset+octet-stream"),
            ("content-length", &length.to_string()),
        ];
        problem(femke.ask(tus("PATCH", &path, &headers, never)).await).await.1
    };
    assert_eq!(says(PART + 1).await, "too-large");
    assert_eq!(says(PART - 1).await, "part-too-short");

    let sent = Arc::new(AtomicUsize::new(0));
    let counted = sent.clone();
    let piece = Bytes::from(payload(1 << 20));
    let pieces = stream::iter((0..64).map(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::io::Error>(piece.clone())
    }));
    let response = femke.patches(&path, 0, Body::from_stream(pieces)).await;
    assert_eq!(problem(response).await.1, "too-large");
    assert_eq!(sent.load(Ordering::Relaxed), PART / (1 << 20) + 1);
    assert_eq!((femke.offset(&path).await, hub.objects_on_disk()), (0, 0));
}

async fn an_upload_comes_in_by_parts_and_is_read_by_ranges(base: Base) {
    let hub = TestHub::new(base).await;
    let femke = hub.person();
    let body = payload(2 * PART + 12_345);

    let (path, digest) = femke.uploads(&body).await;

    assert_eq!(digest, digest_of(&body));
    assert_eq!(femke.offset(&path).await, body.len());
    assert_eq!(hub.objects_on_disk(), 3);
    let id = id(&path);
    assert_eq!(hub.read(&id, 0..body.len() as u64).await, body);
    for (begin, end) in [(0, 1), (PART - 1, PART + 1), (5, 2 * PART + 7), (2 * PART, body.len()), (9, 9)] {
        assert!(hub.read(&id, begin as u64..end as u64).await == body[begin..end], "{begin}..{end}");
    }
    assert!(upload::body_reader(&hub.state, &id, 0..body.len() as u64 + 1).await.is_err());
}

async fn an_upload_goes_on_after_a_cut(base: Base) {
    let hub = TestHub::new(base).await;
    let femke = hub.person();
    let body = payload(PART + 1000);
    let path = femke.creates(body.len()).await;
    femke.patches(&path, 0, body[..PART].to_vec()).await;

    let cut =
        stream::iter([Ok(Bytes::from(body[PART..PART + 400].to_vec())), Err(std::io::Error::other("cut"))]);
    let response = femke.patches(&path, PART, Body::from_stream(cut)).await;
    assert_eq!(problem(response).await, (400, "part-too-short".into()));
    assert_eq!(femke.offset(&path).await, PART);
    assert_eq!(hub.count("SELECT COUNT(*) FROM part").await, 1);

    let response = femke.patches(&path, PART, body[PART..].to_vec()).await;
    assert_eq!(header(response.headers(), "payload-digest"), digest_of(&body).to_string());
    assert_eq!(hub.read(&id(&path), 0..body.len() as u64).await, body);
}

async fn a_part_of_the_wrong_length_or_place_leaves_nothing(base: Base) {
    let hub = TestHub::new(base).await;
    let femke = hub.person();
    let path = femke.creates(PART + 10).await;
    let (part, rest) = (payload(PART), payload(10));

    let told = |response: Response<Body>| async { problem(response).await.1 };
    assert_eq!(told(femke.patches(&path, 1, part.clone()).await).await, "wrong-offset");
    assert_eq!(told(femke.patches(&path, PART, rest.clone()).await).await, "wrong-offset");
    assert_eq!(told(femke.patches(&path, 0, part[1..].to_vec()).await).await, "part-too-short");
    assert_eq!(told(femke.patches(&path, 0, payload(PART + 1)).await).await, "too-large");
    // Without a Content-Length too.
    let unsized_body = |bytes: Vec<u8>| Body::from_stream(stream::iter([Ok::<_, std::io::Error>(bytes)]));
    assert_eq!(told(femke.patches(&path, 0, unsized_body(payload(PART + 1))).await).await, "too-large");
    assert_eq!(told(femke.patches(&path, 0, unsized_body(part[1..].to_vec())).await).await, "part-too-short");
    assert_eq!((femke.offset(&path).await, hub.objects_on_disk()), (0, 0));

    femke.patches(&path, 0, part.clone()).await;
    assert_eq!(told(femke.patches(&path, 0, part).await).await, "wrong-offset");
    assert_eq!(told(femke.patches(&path, PART, payload(11)).await).await, "too-large");
    femke.patches(&path, PART, rest).await;
    assert_eq!(told(femke.patches(&path, PART + 10, "").await).await, "wrong-offset");

    let response = femke.ask(tus("PATCH", &path, &[("upload-offset", "0")], "x")).await;
    assert_eq!(problem(response).await, (415, "content-type".into()));
    let old = Request::delete(&path).header("tus-resumable", "0.2.2").body(Body::empty());
    let response = femke.ask(old.unwrap()).await;
    assert_eq!(response.headers()["tus-version"], "1.0.0");
    assert_eq!(problem(response).await, (412, "tus-version".into()));
    for (length, code) in
        [("0", (400, "bad-request")), ("-1", (400, "bad-request")), ("10737418241", (413, "too-large"))]
    {
        let response = femke.ask(tus("POST", "/v1/uploads", &[("upload-length", length)], "")).await;
        assert_eq!(problem(response).await, (code.0, code.1.to_owned()), "{length}");
    }
    let named = [("upload-length", "5"), ("upload-metadata", "filename d29ybGQ=")];
    let response = femke.ask(tus("POST", "/v1/uploads", &named, "")).await;
    assert_eq!(problem(response).await, (400, "upload-metadata".into()));
}

async fn of_two_parts_at_once_one_is_kept(base: Base) {
    let hub = TestHub::new(base).await;
    let femke = hub.person();
    for _ in 0..5 {
        let before = (hub.count("SELECT COUNT(*) FROM part").await, hub.objects_on_disk());
        let path = femke.creates(PART).await;
        let (one, other) = (payload(PART), vec![7; PART]);
        let (a, b) =
            tokio::join!(femke.patches(&path, 0, one.clone()), femke.patches(&path, 0, other.clone()));

        let (won, lost) = if a.status() == StatusCode::NO_CONTENT { (&one, b) } else { (&other, a) };
        assert_eq!(problem(lost).await, (409, "wrong-offset".into()));
        assert!(hub.read(&id(&path), 0..PART as u64).await == *won);
        let after = (hub.count("SELECT COUNT(*) FROM part").await, hub.objects_on_disk());
        assert_eq!(after, (before.0 + 1, before.1 + 1));
    }
}

async fn anothers_upload_looks_to_the_byte_like_none(base: Base) {
    let hub = TestHub::new(base).await;
    let (femke, max) = (hub.person(), hub.person());
    let path = femke.creates(10).await;
    let never = format!("/v1/uploads/{}", UploadId::new(random()).unwrap());

    for method in ["HEAD", "PATCH", "DELETE"] {
        let ask = async |path: &str| {
            let headers = [("upload-offset", "0"), ("content-type", "application/offset+octet-stream")];
            whole(max.ask(tus(method, path, &headers, "0123456789")).await).await
        };
        let of_femke = ask(&path).await;
        assert_eq!(of_femke.0, StatusCode::NOT_FOUND);
        assert_eq!(of_femke, ask(&never).await, "{method}");
        assert_eq!(of_femke, ask("/v1/uploads/nonsense").await, "{method}");
    }
    assert_eq!(femke.offset(&path).await, 0);

    let nobody = router::build(hub.state.clone()).oneshot(tus("DELETE", &path, &[], "")).await.unwrap();
    assert_eq!(problem(nobody).await, (401, "not-signed-in".into()));
}

async fn a_whole_upload_is_claimed_once_by_its_maker(base: Base) {
    let hub = TestHub::new(base).await;
    let (femke, max) = (hub.person(), hub.person());
    let (path, digest) = femke.uploads(&payload(100)).await;
    let take = async |who: MemberId, length| {
        let mut tx = hub.state.db.begin().await.unwrap();
        let taken = upload::take_upload(&mut tx, who, digest, length).await.unwrap();
        tx.commit().await.unwrap();
        taken
    };
    assert_eq!(take(max.member, 100).await, None);
    assert_eq!(take(femke.member, 99).await, None);

    let mut undone = hub.state.db.begin().await.unwrap();
    assert!(upload::take_upload(&mut undone, femke.member, digest, 100).await.unwrap().is_some());
    undone.rollback().await.unwrap();

    assert_eq!(take(femke.member, 100).await, Some(id(&path)));
    assert_eq!(take(femke.member, 100).await, None);
    let response = femke.ask(tus("DELETE", &path, &[], "")).await;
    assert_eq!(problem(response).await, (409, "upload-in-use".into()));
    assert_eq!(femke.offset(&path).await, 100);

    let mut tx = hub.state.db.begin().await.unwrap();
    upload::erase(&mut tx, &id(&path)).await.unwrap();
    tx.commit().await.unwrap();
    upload::sweep(&hub.state, hub.state.clock.now()).await.unwrap();
    assert_eq!(hub.objects_on_disk(), 0);
}

async fn what_lies_for_a_day_is_swept_up(base: Base) {
    let hub = TestHub::new(base).await;
    let femke = hub.person();
    let (claimed, digest) = femke.uploads(&payload(100)).await;
    let mut tx = hub.state.db.begin().await.unwrap();
    upload::take_upload(&mut tx, femke.member, digest, 100).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let (unclaimed, _) = femke.uploads(&payload(200)).await;
    let open = femke.creates(PART + 1).await;
    femke.patches(&open, 0, payload(PART)).await;
    // The hub lost its power between the object and the row.
    let lost = ObjectName::random(random()).unwrap();
    hub.state.objects.put(&lost, Bytes::from_static(b"half")).await.unwrap();
    sqlx::query("INSERT INTO part (object, upload, number, leaf, length, state, created) VALUES ($1, $2, 1, '', 4, 'pending', $3)")
        .bind(lost.as_str())
        .bind(id(&claimed).as_str())
        .bind(noon().unix())
        .execute(hub.state.db.writer())
        .await
        .unwrap();

    // Or was killed while it wrote one, which the store does beside its name.
    let killed = ObjectName::random(random()).unwrap();
    let half = hub.folder.path().join("objects").join(format!("{}#1", killed.as_str()));
    std::fs::create_dir_all(half.parent().unwrap()).unwrap();
    std::fs::write(&half, "ha").unwrap();
    sqlx::query("INSERT INTO part (object, upload, number, leaf, length, state, created) VALUES ($1, $2, 1, '', 4, 'pending', $3)")
        .bind(killed.as_str())
        .bind(id(&claimed).as_str())
        .bind(noon().unix())
        .execute(hub.state.db.writer())
        .await
        .unwrap();

    hub.later(20 * HOUR);
    assert_eq!(upload::sweep(&hub.state, hub.state.clock.now()).await.unwrap(), 0);
    let fresh = femke.creates(10).await;
    hub.later(5 * HOUR);
    assert_eq!(upload::sweep(&hub.state, hub.state.clock.now()).await.unwrap(), 4);

    assert!(!half.exists());
    assert_eq!(hub.objects_on_disk(), 1);
    assert_eq!(hub.count("SELECT COUNT(*) FROM part").await, 1);
    assert_eq!(hub.read(&id(&claimed), 0..100).await, payload(100));
    for gone in [unclaimed, open] {
        assert_eq!(femke.ask(tus("HEAD", &gone, &[], "")).await.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(femke.offset(&fresh).await, 0);
    assert_eq!(upload::sweep(&hub.state, hub.state.clock.now()).await.unwrap(), 0);
}

async fn an_upload_is_given_up(base: Base) {
    let hub = TestHub::new(base).await;
    let femke = hub.person();
    let (path, _) = femke.uploads(&payload(100)).await;
    assert_eq!(femke.ask(tus("DELETE", &path, &[], "")).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(femke.ask(tus("DELETE", &path, &[], "")).await.status(), StatusCode::NOT_FOUND);
    assert_eq!((hub.objects_on_disk(), hub.count("SELECT COUNT(*) FROM upload").await), (0, 0));
}

async fn a_member_has_so_many_uploads_and_no_more(base: Base) {
    let hub = TestHub::with(base, "[limits]\nuploads_per_member = 2\n").await;
    let (femke, joris) = (hub.person(), hub.person());
    femke.creates(1).await;
    femke.creates(1).await;
    let response = femke.ask(tus("POST", "/v1/uploads", &[("upload-length", "1")], "")).await;
    assert_eq!(problem(response).await, (429, "too-many-uploads".into()));
    joris.creates(1).await;
}

/// However many are begun at once.
async fn two_at_once_are_not_both_the_last(base: Base) {
    let hub = TestHub::with(base, "[limits]\nuploads_per_member = 2\n").await;
    let femke = hub.person();
    let begun = (0..16).map(|_| femke.ask(tus("POST", "/v1/uploads", &[("upload-length", "1")], "")));
    let begun = futures_util::future::join_all(begun).await;
    assert_eq!(begun.iter().filter(|answer| answer.status() == StatusCode::CREATED).count(), 2);
    assert_eq!(hub.count("SELECT COUNT(*) FROM upload").await, 2);
}

async fn a_part_of_what_was_given_up_has_no_place(base: Base) {
    let hub = TestHub::new(base).await;
    let femke = hub.person();
    let path = femke.creates(PART).await;
    let upload = upload::find(&hub.state, femke.member, &id(&path)).await.unwrap();
    assert_eq!(femke.ask(tus("DELETE", &path, &[], "")).await.status(), StatusCode::NO_CONTENT);
    let part = Part { bytes: Bytes::from(payload(PART)), leaf: Digest::of(b"a part") };
    let kept = upload::keep_part(&hub.state, femke.member, &upload, part).await;
    assert!(matches!(kept, Err(UploadError::NotFound)), "{kept:?}");
    assert_eq!(hub.objects_on_disk(), 0);
}

/// One that can't be removed keeps no other from it.
#[tokio::test]
async fn what_can_not_be_swept_up_is_told_when_all_else_is_gone() {
    let hub = TestHub::new(Base::Sqlite).await;
    let femke = hub.person();
    let (stuck, _) = femke.uploads(&payload(100)).await;
    let objects = hub.folder.path().join("objects");
    let files = walkdir::WalkDir::new(&objects).into_iter().map(Result::unwrap);
    let file =
        files.filter(|entry| entry.file_type().is_file()).map(|entry| entry.into_path()).next().unwrap();
    femke.uploads(&payload(200)).await;
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir_all(file.join("in the way")).unwrap();
    hub.later(25 * HOUR);
    assert!(upload::sweep(&hub.state, hub.state.clock.now()).await.is_err());
    assert_eq!(hub.count("SELECT COUNT(*) FROM upload").await, 1, "{stuck} only");
    std::fs::remove_dir_all(&file).unwrap();
    assert_eq!(upload::sweep(&hub.state, hub.state.clock.now()).await.unwrap(), 1);
}

/// What was erased is not in the log of writes either, once the hub has tidied up.
#[tokio::test]
async fn sqlites_log_of_writes_is_cut_off() {
    let hub = TestHub::new(Base::Sqlite).await;
    hub.person().creates(1).await;
    let log = hub.folder.path().join("zegel.db-wal");
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    hub.state.db.tidy().await.unwrap();
    assert_eq!(std::fs::metadata(&log).unwrap().len(), 0);
}

async fn what_a_member_has_sent_for_no_item_has_a_ceiling(base: Base) {
    let hub = TestHub::with(base, "[limits]\nitem = \"1 MiB\"\nunclaimed_per_member = \"1 MiB\"\n").await;
    let (femke, joris) = (hub.person(), hub.person());
    let path = femke.creates(1 << 19).await;
    let more = ((1 << 19) + 1).to_string();
    let response = femke.ask(tus("POST", "/v1/uploads", &[("upload-length", &more)], "")).await;
    assert_eq!(problem(response).await, (429, "too-many-uploads".into()));
    joris.creates(1 << 20).await;
    femke.creates(1 << 19).await;
    assert_eq!(femke.ask(tus("DELETE", &path, &[], "")).await.status(), StatusCode::NO_CONTENT);
    femke.creates(1 << 19).await;
}

/// A part that never ends: a byte now and then.
fn trickle() -> Body {
    let drops = stream::unfold((), |()| async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        Some((Ok::<_, std::io::Error>(Bytes::from_static(b"x")), ()))
    });
    Body::from_stream(drops)
}

#[tokio::test]
async fn one_member_with_slow_connections_stops_nobody() {
    let hub = TestHub::with(Base::Sqlite, "[limits]\nparts_at_once = 3\n").await;
    let (femke, joris) = (hub.person(), hub.person());
    let paths = [femke.creates(PART).await, femke.creates(PART).await, femke.creates(PART).await];
    let slow = async {
        tokio::join!(femke.patches(&paths[0], 0, trickle()), femke.patches(&paths[1], 0, trickle()))
    };
    let others = async {
        while hub.state.parts.free() > 1 {
            tokio::task::yield_now().await;
        }
        let third = femke.patches(&paths[2], 0, payload(PART)).await;
        assert_eq!(header(third.headers(), "retry-after"), "2");
        assert_eq!(problem(third).await, (429, "too-many-uploads".into()));
        let path = joris.creates(PART).await;
        assert_eq!(joris.patches(&path, 0, payload(PART)).await.status(), StatusCode::NO_CONTENT);
    };
    tokio::select! {
        _ = slow => panic!("a part that never ends came to an end"),
        () = others => {}
    }
    assert_eq!(hub.state.parts.free(), 3, "who hangs up gives the memory back");
}

#[tokio::test]
async fn another_try_takes_over_from_the_one_that_hangs() {
    let hub = TestHub::with(Base::Sqlite, "[limits]\nparts_at_once = 1\n").await;
    let femke = hub.person();
    let path = femke.creates(PART).await;
    let again = async {
        while hub.state.parts.free() > 0 {
            tokio::task::yield_now().await;
        }
        femke.patches(&path, 0, payload(PART)).await
    };
    let (hanging, again) = tokio::join!(femke.patches(&path, 0, trickle()), again);
    assert_eq!(again.status(), StatusCode::NO_CONTENT);
    assert_eq!(problem(hanging).await, (409, "wrong-offset".into()));
}

#[tokio::test]
async fn a_part_that_trickles_in_is_too_slow() {
    let hub = TestHub::with(Base::Sqlite, "[limits]\nrequest = 1\n").await;
    let femke = hub.person();
    let path = femke.creates(PART).await;
    let answer = tokio::time::timeout(std::time::Duration::from_secs(20), femke.patches(&path, 0, trickle()));
    assert_eq!(problem(answer.await.unwrap()).await, (408, "too-slow".into()));
    assert_eq!(hub.count("SELECT COUNT(*) FROM part").await, 0);
}

async fn deeds_queue_and_none_is_lost(base: Base) {
    let hub = TestHub::new(base).await;
    let path = hub.person().creates(1).await;
    let id = id(&path);
    let deed = async |db: Db| {
        let mut tx = db.begin().await.unwrap();
        let before: i64 =
            sqlx::query_scalar("UPDATE upload SET received = received + 1 WHERE id = $1 RETURNING received")
                .bind(id.as_str())
                .fetch_one(&mut *tx)
                .await
                .unwrap();
        tx.commit().await.unwrap();
        before
    };
    let deeds = (0..100).map(|_| deed(hub.state.db.clone()));
    let mut seen: Vec<i64> = stream::iter(deeds).buffer_unordered(30).collect().await;
    seen.sort_unstable();
    assert_eq!(seen, (1..=100).collect::<Vec<_>>());
}

async fn the_same_row_twice_is_told_apart(base: Base) {
    let hub = TestHub::new(base).await;
    let insert = async || {
        sqlx::query("INSERT INTO upload (id, member, length, received, state, created, touched) VALUES ('a', 'b', 1, 0, 'open', 0, 0)")
            .execute(hub.state.db.writer())
            .await
            .map_err(zegel::hub::db::DbError::from)
    };
    insert().await.unwrap();
    assert_eq!(insert().await.unwrap_err().kind(), DbErrorKind::Unique);
    hub.state.db.close().await;
    assert_eq!(insert().await.unwrap_err().kind(), DbErrorKind::Unavailable);
    let response = hub.person().ask(tus("POST", "/v1/uploads", &[("upload-length", "1")], "")).await;
    assert!(response.headers().contains_key("retry-after"));
    assert_eq!(problem(response).await, (503, "unavailable".into()));
}

async fn a_missing_object_is_an_error_and_no_short_answer(base: Base) {
    let hub = TestHub::new(base).await;
    let (path, _) = hub.person().uploads(&payload(PART + 5)).await;
    let second: String = sqlx::query_scalar("SELECT object FROM part WHERE number = 1")
        .fetch_one(hub.state.db.read())
        .await
        .unwrap();
    hub.state.objects.delete(&ObjectName::stored(second)).await.unwrap();
    let body = upload::body_reader(&hub.state, &id(&path), 0..PART as u64 + 5).await.unwrap();
    assert!(matches!(body.try_collect::<Vec<_>>().await, Err(ObjectsError::Missing)));
}

#[tokio::test]
async fn what_a_disk_does_not_do_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(&ObjectsConfig::Folder(folder.path().to_owned())).unwrap();
    let [here, in_the_way, half] = ["1", "2", "3"].map(|digit| digit.repeat(32));
    let name = |text: &str| ObjectName::stored(text.to_owned());
    // A folder stands where a file belongs.
    std::fs::create_dir_all(folder.path().join(&in_the_way).join("x")).unwrap();
    std::fs::create_dir_all(folder.path().join(format!("{half}#1")).join("x")).unwrap();
    assert!(objects.put(&name(&in_the_way), Bytes::from_static(b"part")).await.is_err());
    assert!(matches!(objects.delete(&name(&half)).await, Err(ObjectsError::Folder(_))));
    // Somebody cut a file short: known before the first byte goes out.
    objects.put(&name(&here), Bytes::from_static(b"part")).await.unwrap();
    assert!(objects.stream(&name(&here), 0..4).await.is_ok());
    assert!(matches!(objects.stream(&name(&here), 0..5).await, Err(ObjectsError::CutShort)));
}

#[tokio::test]
async fn a_cut_connection_gives_its_memory_back() {
    let hub = TestHub::with(Base::Sqlite, "[limits]\nparts_at_once = 1\n").await;
    let femke = hub.person();
    let path = femke.creates(PART).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = femke.router.clone();
    tokio::spawn(async move { axum::serve(listener, served).await });

    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nhost: hub\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\n\
         content-type: application/offset+octet-stream\r\ncontent-length: {PART}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&payload(100_000)).await.unwrap();
    while hub.state.parts.free() == 1 {
        tokio::task::yield_now().await;
    }
    drop(socket);

    assert_eq!(femke.patches(&path, 0, payload(PART)).await.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_bucket_keeps_objects_as_a_folder_does() {
    let bucket = bucket::start("zegel").await;
    let folder = tempfile::tempdir().unwrap();
    let more = format!(
        "[objects]\nkind = \"s3\"\nendpoint = \"{}\"\nbucket = \"zegel\"\nregion = \"eu\"\n\
         access_key_id = \"id\"\nsecret_access_key_file = \"key\"\n",
        bucket.endpoint
    );
    std::fs::write(folder.path().join("key"), "a secret key\n").unwrap();
    let config = config(folder.path(), "sqlite:zegel.db", &more);
    assert!(matches!(config.objects, ObjectsConfig::S3(_)));
    assert!(!format!("{config:?}").contains("a secret key"));

    let objects = Objects::open(&config.objects).unwrap();
    let name = ObjectName::random(random()).unwrap();
    objects.put(&name, Bytes::from_static(b"0123456789")).await.unwrap();
    assert_eq!(objects.get(&name).await.unwrap(), "0123456789");
    let some: Vec<Bytes> = objects.stream(&name, 2..5).await.unwrap().try_collect().await.unwrap();
    assert_eq!(some.concat(), b"234");
    objects.delete(&name).await.unwrap();
    objects.delete(&name).await.unwrap();
    assert!(matches!(objects.get(&name).await, Err(ObjectsError::Missing)));
    objects.ping().await.unwrap();
}

#[test]
fn a_hub_is_made_once_and_for_its_own_house() {
    let folder = tempfile::tempdir().unwrap();
    let example = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/keys.example/authority.asc")).unwrap();
    let example = SecretCert::from_armor(&example).unwrap().public();
    let own = SecretCert::generate_authority("An authority", noon()).unwrap().public();
    let make = |hub: &str, authority| {
        let new = init::New {
            hub: hub.parse().unwrap(),
            listen: "127.0.0.1:0".parse().unwrap(),
            ops_listen: "127.0.0.1:0".parse().unwrap(),
            database: "sqlite:zegel.db".to_owned(),
            authority,
        };
        init::init(folder.path(), &new, noon(), random())
    };
    // Everyone has the example house's keys.
    assert!(matches!(make("zvh-ml.example", &example), Err(InitError::ExampleHouse)));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    make("zvh-ml.example", &own).unwrap();
    assert!(matches!(make("zvh-ml.example", &own), Err(InitError::There(_))));

    // Nor can anybody step in as its people.
    let visitors = [("ZEGEL__DEMO__VISITORS".to_owned(), "visitors.json".to_owned())];
    let refused = Config::load(&folder.path().join("zegel.toml"), visitors).unwrap_err().to_string();
    assert!(refused.contains("whoever opened the page could step in as anybody"), "{refused}");

    // Somebody at the hub puts another authority's cert in its place.
    let config = Config::load(&folder.path().join("zegel.toml"), []).unwrap();
    init::keys(&config).unwrap();
    let other = SecretCert::generate_authority("An authority", noon()).unwrap();
    std::fs::write(&config.authority, other.public().bytes()).unwrap();
    assert!(matches!(init::keys(&config), Err(InitError::OtherAuthority(_))));
}

#[test]
fn all_that_is_wrong_with_a_configuration_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("zegel.toml");
    let text = r#"
        hub = "Zvh ML"
        listen = "0.0.0.0:80"
        ops_listen = "0.0.0.0:81"
        trusted_proxies = ["10.0.0.0/33"]
        data = "data"
        database = "mysql://root:hunter2@db"
        authority = "nowhere.asc"
        authority_fingerprint = "AB"
        [objects]
        kind = "s3"
        endpoint = "http://s3.example"
        bucket = 5
        secret_access_key = "hunter3"
        [limits]
        batch = "32 MB"
        item = 1
    "#;
    std::fs::write(&file, text).unwrap();
    let environment = [("ZEGEL__LIMITS__REQUEST", "soon"), ("ZEGEL__LIMIT__BODY", "1"), ("ZEGEL_HOME", "/x")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));

    let error = Config::load(&file, environment).unwrap_err();

    let told = error.to_string().replace(&file.display().to_string(), "zegel.toml");
    insta::assert_snapshot!(told);
    assert!(!told.contains("hunter"));
}

#[test]
fn mail_goes_where_nobody_can_read_along() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), "sqlite:zegel.db", "");
    std::fs::write(folder.path().join("password"), "hunter2\n").unwrap();
    let load = |settings: &[(&str, &str)]| {
        let variable = |(key, value): &(&str, &str)| (format!("ZEGEL__MAIL__{key}"), (*value).to_owned());
        Config::load(&folder.path().join("zegel.toml"), settings.iter().map(variable))
    };
    let (user, password) = (("USER", "hub"), ("PASSWORD_FILE", "password"));
    for good in [
        &[][..],
        &[("SERVER", "maildir:post")],
        &[("SERVER", "smtps://mail.example"), user, password],
        &[("SERVER", "smtp://mail.example:2525?tls=required"), user, ("PASSWORD", "hunter2")],
        &[("SERVER", "smtps://mail.example"), ("CA", "authority.pgp")],
        &[("SERVER", "smtp://127.0.0.1:2525")],
    ] {
        load(good).unwrap_or_else(|error| panic!("{good:?}: {error}"));
    }
    for (bad, why) in [
        (&[("SERVER", "mail.example")][..], "no mail server that the hub knows"),
        (&[("SERVER", "smtp://mail.example")], "could be read on the way"),
        (&[("SERVER", "smtp://localhost"), user, password], "a password could be read on the way"),
        (&[("SERVER", "smtp://mail.example?tls=maybe")], "no mail server that the hub knows"),
        (&[("SERVER", "smtps://hub:hunter2@mail.example")], "doesn't belong in the URL"),
        (&[("SERVER", "smtps://mail.example"), user], "as there is a mail.user"),
        (&[("SERVER", "smtps://mail.example"), password], "as there is a mail.password"),
        (&[("SERVER", "maildir:post"), user, password], "without user, password or authority"),
        (&[("SERVER", "maildir:")], "a Maildir is a folder"),
        (&[("CA", "nowhere.pem")], "can't be read"),
        (&[("AT_ONCE", "0")], "out of bounds"),
    ] {
        let told = load(bad).unwrap_err().to_string();
        assert!(told.contains(why) && !told.contains("hunter2"), "{bad:?}: {told}");
    }
    let config = load(&[("SERVER", "smtps://mail.example"), user, password]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    // A file without a certificate is found out before anyone is served.
    let config = load(&[("SERVER", "smtps://mail.example"), ("CA", "authority.pgp")]).unwrap();
    assert!(zegel::hub::mail::transport(&config.mail, &config.hub).is_err());
}

#[test]
fn the_environment_stands_above_the_file() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), "sqlite:zegel.db", "[limits]\nbatch = \"16 MiB\"\nrequest = \"2 min\"\n");
    let environment = [
        ("ZEGEL__LISTEN", "0.0.0.0:80"),
        ("ZEGEL__BEHIND_PROXY", "true"),
        ("ZEGEL__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ("ZEGEL__DATABASE", "postgres://zegel:hunter2@db/zegel"),
        ("ZEGEL__LIMITS__BATCH", "64 MiB"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::load(&folder.path().join("zegel.toml"), environment).unwrap();

    assert_eq!((config.limits.batch, config.limits.request.as_secs()), (64 << 20, 120));
    assert!(config.behind_proxy && config.trusts("10.1.1.1".parse().unwrap()));
    assert!(!config.trusts("127.0.0.1".parse().unwrap()));
    assert_eq!(config.database.reveal(), "postgres://zegel:hunter2@db/zegel");
    assert!(!format!("{config:?}").contains("hunter2"));
    assert_eq!(config.data, folder.path().join("."));
}

#[tokio::test]
async fn a_refusal_speaks_the_language_asked_for() {
    let hub = TestHub::new(Base::Sqlite).await;
    let femke = hub.person();
    let mut told = Vec::new();
    for (method, path, language) in [
        ("GET", "/v1/nothing", "nl-NL,nl;q=0.9,en;q=0.5"),
        ("GET", "/v1/nothing", "en"),
        ("PUT", "/v1/uploads", "nl"),
        ("POST", "/", "en"),
        ("GET", "/nothing", "nl"),
    ] {
        let request = Request::builder().method(method).uri(path).header("accept-language", language);
        let (status, headers, body) = whole(femke.ask(request.body(Body::empty()).unwrap()).await).await;
        let text = |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
        let kind = [text("content-type"), text("content-language"), text("allow"), text("api-version")];
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        told.push(format!("{method} {path} {language}: {status} {kind:?}\n{body:#}"));
    }
    insta::assert_snapshot!(told.join("\n\n"));
}

#[tokio::test]
async fn the_api_describes_itself() {
    let hub = TestHub::new(Base::Sqlite).await;
    let request = Request::get("/v1/openapi.json").body(Body::empty()).unwrap();
    let (status, headers, body) = whole(hub.person().ask(request).await).await;
    assert_eq!((status, headers["api-version"].as_slice()), (StatusCode::OK, b"1.0.0".as_slice()));
    let api: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(api["components"]["schemas"]["Problem"].is_object());
    let upload = &api["paths"]["/v1/uploads/{id}"];
    assert!(["head", "patch", "delete", "options"].iter().all(|method| upload[method].is_object()));
    let refusal = &upload["patch"]["responses"]["409"]["content"];
    assert!(refusal["application/problem+json"].is_object(), "{refusal}");
}

/// The status and the text of a page that the administrator asks for.
async fn ops(address: std::net::SocketAddr, path: &str) -> (u16, String) {
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let ask = format!("GET {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n");
    socket.write_all(ask.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    (answer[9..12].parse().unwrap(), answer)
}

#[tokio::test]
async fn ready_goes_red_when_the_database_is_gone() {
    let server = postgres::Server::start();
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), &server.database(), "");
    let hub = Hub::start(config, Arc::new(SetClock::at(noon())), random()).await.unwrap();
    assert_eq!(ops(hub.ops_address, "/ready").await.0, 200);

    drop(server);

    let (status, answer) = ops(hub.ops_address, "/ready").await;
    assert!(status == 503 && answer.contains("database: not ready") && answer.contains("objects: ready"));
    assert_eq!(ops(hub.ops_address, "/live").await.0, 200);
    hub.shutdown().await;
}

#[tokio::test]
async fn a_hub_starts_says_how_it_is_and_stops() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), "sqlite:zegel.db", "");
    let hub = Hub::start(config, Arc::new(SetClock::at(noon())), random()).await.unwrap();
    assert_eq!(ops(hub.address, "/v1/nothing").await.0, 404);
    assert_eq!(ops(hub.address, "/metrics").await.0, 404);
    let (_, metrics) = ops(hub.ops_address, "/metrics").await;
    assert!(metrics.contains("zegel_answers_total{status=\"4xx\"} 2\n"), "{metrics}");

    std::fs::rename(folder.path().join("objects"), folder.path().join("away")).unwrap();
    std::fs::write(folder.path().join("objects"), "in the way").unwrap();
    let (status, answer) = ops(hub.ops_address, "/ready").await;
    assert!(status == 503 && answer.contains("objects: not ready"), "{answer}");
    std::fs::remove_file(folder.path().join("zegel.db")).unwrap();
    assert!(ops(hub.ops_address, "/ready").await.1.contains("database: not ready"));

    let address = hub.address;
    hub.shutdown().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

async fn running(limits: &str) -> (zegel::hub::serve::RunningHub, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), "sqlite:zegel.db", limits);
    (Hub::start(config, Arc::new(SetClock::at(noon())), random()).await.unwrap(), folder)
}

/// What comes back for these bytes, until the hub hangs up or some time has passed.
async fn says(socket: &mut tokio::net::TcpStream, bytes: &[u8], seconds: u64) -> Option<Vec<u8>> {
    socket.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let read = socket.read_to_end(&mut answer);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(seconds), read).await;
    ended.is_ok().then_some(answer)
}

#[tokio::test]
async fn who_does_not_finish_a_requests_head_is_hung_up_on() {
    let (hub, _folder) = running("[limits]\nrequest = 1\n").await;
    for begun in ["", "GET /v1/hub HTTP/1.1\r\nhost: hub\r\nx-slow: "] {
        let mut socket = tokio::net::TcpStream::connect(hub.address).await.unwrap();
        assert!(says(&mut socket, begun.as_bytes(), 10).await.is_some(), "still open after {begun:?}");
    }
    hub.shutdown().await;
}

#[tokio::test]
async fn so_many_connections_are_open_and_the_next_waits_its_turn() {
    let (hub, _folder) = running("[limits]\nconnections = 1\n").await;
    let ask = b"GET /v1/hub HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n";
    let first = tokio::net::TcpStream::connect(hub.address).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let mut second = tokio::net::TcpStream::connect(hub.address).await.unwrap();
    assert_eq!(says(&mut second, ask, 1).await, None, "there is no room yet");
    drop(first);
    let answer = says(&mut second, b"", 10).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    hub.shutdown().await;
}

#[tokio::test]
async fn every_read_ends_in_time_also_who_it_is_that_asks() {
    let hub = TestHub::with(Base::Sqlite, "[limits]\nrequest = 1\n").await;
    let femke = hub.person();
    let path = femke.creates(PART).await;
    let mut held = Vec::new();
    while let Some(connection) = hub.state.db.read().try_acquire() {
        held.push(connection);
    }
    while held.len() < 8 {
        held.push(hub.state.db.read().acquire().await.unwrap());
    }
    let signed_in = [("authorization", "Bearer x"), ("upload-offset", "0")];
    for request in [
        Request::get("/v1/tile/0/000").body(Body::empty()).unwrap(),
        tus("PATCH", &path, &signed_in, payload(PART)),
        tus("GET", "/v1/hub", &signed_in[..1], ""),
    ] {
        let of = request.uri().clone();
        let answer = tokio::time::timeout(std::time::Duration::from_secs(6), femke.ask(request)).await;
        assert_eq!(problem(answer.unwrap()).await, (503, "unavailable".into()), "{of}");
    }
}

#[tokio::test]
async fn nobody_else_on_the_machine_reads_the_database() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("zegel.db");
    let mode = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    for before in [None, Some(0o644)] {
        if let Some(before) = before {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(before)).unwrap();
        }
        let db = Db::open(&format!("sqlite:{}", file.display())).await.unwrap();
        for name in ["zegel.db", "zegel.db-wal"] {
            assert_eq!(mode(name), 0o600, "{name}, before {before:?}");
        }
        db.close().await;
    }
}
