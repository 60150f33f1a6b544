//! A store for objects that fails now and then, is slow, breaks off, or is gone for a while.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use walkdir::WalkDir;
use zegel::client::verbs::pack;
use zegel::clock::{Clock, random};
use zegel::demo::stage::Stage;
use zegel::hub::config::Config;
use zegel::hub::serve::Hub;
use zegel::hub::upload;
use zegel::protocol::id::CaseNumber;

use super::heard::Heard;
use super::{PEOPLE, all_holds, files, gets_in, outlives};
use crate::bucket::{Bucket, start_behind};
use crate::support::door::signs_in;
use crate::support::liar::through;
use crate::support::scene::{comes_in, comes_to_the_table, date, prepared};
use crate::support::{Base, Play, play};

on_both!(
    a_store_that_fails_now_and_then_is_not_noticed,
    a_store_that_is_gone_is_waited_for,
    a_body_that_breaks_off_is_fetched_from_there,
);

/// What is wrong with the bucket.
#[derive(Clone, Default)]
struct Fault(Arc<What>);

#[derive(Default)]
struct What {
    /// Each so many-th call fails; never, where it is none.
    each: AtomicU64,
    /// Each so many-th answer breaks off.
    cuts: AtomicU64,
    calls: AtomicU64,
    failed: AtomicU64,
    /// How long each call takes more, in milliseconds.
    slow: AtomicU64,
}

impl Fault {
    fn set(&self, each: u64, cuts: u64, slow: u64) {
        self.0.each.store(each, Ordering::SeqCst);
        self.0.cuts.store(cuts, Ordering::SeqCst);
        self.0.slow.store(slow, Ordering::SeqCst);
    }

    fn failed(&self) -> u64 {
        self.0.failed.load(Ordering::SeqCst)
    }

    fn turn(&self, which: &AtomicU64, call: u64) -> bool {
        let each = which.load(Ordering::SeqCst);
        let turn = each > 0 && call.is_multiple_of(each);
        self.0.failed.fetch_add(u64::from(turn), Ordering::SeqCst);
        turn
    }
}

async fn passes(State(fault): State<Fault>, request: Request, next: Next) -> Response {
    let call = fault.0.calls.fetch_add(1, Ordering::SeqCst) + 1;
    tokio::time::sleep(Duration::from_millis(fault.0.slow.load(Ordering::SeqCst))).await;
    if fault.turn(&fault.0.each, call) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let get = request.method() == Method::GET;
    let response = next.run(request).await;
    match get && response.status().is_success() && fault.turn(&fault.0.cuts, call) {
        true => broken_off(response).await,
        false => response,
    }
}

/// Half of an answer, and then the line is cut.
async fn broken_off(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let half = futures_util::stream::iter([Ok(bytes.slice(..bytes.len() / 2))]);
    let cut = futures_util::stream::iter([Err(std::io::Error::other("cut"))]);
    Response::from_parts(parts, Body::from_stream(half.chain(cut)))
}

/// A case before a meeting that Femke is invited to; bodies lie in a bucket.
async fn with_bucket(base: Base) -> (Play, CaseNumber, Bucket, Fault) {
    let fault = Fault::default();
    let before = |router: Router| router.layer(from_fn_with_state(fault.clone(), passes));
    let bucket = start_behind("zegel", before).await;
    let mut play = play(base, PEOPLE).await;
    moves_to(&mut play.stage, &bucket.endpoint).await;
    let case = comes_in(&play.stage).await;
    comes_to_the_table(&play.stage, case).await;
    play.stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    (play, case, bucket, fault)
}

async fn moves_to(stage: &mut Stage, endpoint: &str) {
    let setting = |name: &str, value: &str| (format!("ZEGEL__OBJECTS__{name}"), value.to_owned());
    let environment = [
        setting("KIND", "s3"),
        setting("ENDPOINT", endpoint),
        setting("BUCKET", "zegel"),
        setting("REGION", "nl"),
        setting("ACCESS_KEY_ID", "id"),
        setting("SECRET_ACCESS_KEY", "a secret key"),
    ];
    let config = Config::load(&stage.folder.join("hub/zegel.toml"), environment).unwrap();
    let hub = Hub::start(config, Arc::new(stage.clock.clone()), random()).await.unwrap();
    std::mem::replace(&mut stage.hub, hub).shutdown().await;
}

/// Femke opens what she put in, by her partner's vault, and by way of who hears what she is told.
async fn opens(stage: &Stage, heard: &Heard, case: CaseNumber, to: &str) -> PathBuf {
    let folder = stage.folder.join(to);
    let wish = pack::Wish { items: vec!["Stuk 0".into()], folder: folder.clone(), sealed: None };
    let opened = through!(stage, "femke", &heard.remote, |ctx| pack::open(ctx, case, &wish));
    opened.unwrap().require_whole().unwrap();
    folder.join("stuk-0.txt")
}

fn is_as_put_in(stage: &Stage, file: &PathBuf) {
    assert!(fs::read(file).unwrap() == fs::read(stage.folder.join("stuk-0.txt")).unwrap());
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "and nothing beside it");
}

/// Each second call, then each second answer in the middle of it, and all of it slowly: the hub tries again by itself.
async fn a_store_that_fails_now_and_then_is_not_noticed(base: Base) {
    let (play, case, _bucket, fault) = with_bucket(base).await;
    let stage = &play.stage;
    fault.set(2, 0, 100);
    stage.contributes("femke", case, files(stage, 1, 9 << 20)).await.unwrap();
    let heard = Heard::before(stage.url().unwrap()).await;
    is_as_put_in(stage, &opens(stage, &heard, case, "een").await);
    fault.set(0, 2, 100);
    is_as_put_in(stage, &opens(stage, &heard, case, "twee").await);
    assert!(fault.failed() >= 4, "{} calls failed", fault.failed());
    assert_eq!(super::faults(stage), 0, "and nobody was told");
}

/// Every call fails, at the put, at the get and at the delete, until it is mended.
async fn a_store_that_is_gone_is_waited_for(base: Base) {
    let (play, case, _bucket, fault) = with_bucket(base).await;
    let stage = &play.stage;
    fault.set(1, 0, 0);
    gets_in(stage, case, files(stage, 1, 9 << 20), async || fault.set(0, 0, 0)).await;

    fault.set(1, 0, 0);
    let heard = Heard::before(stage.url().unwrap()).await;
    let opened = outlives(&heard, async || fault.set(0, 0, 0), opens(stage, &heard, case, "een")).await;
    is_as_put_in(stage, &opened);

    // Sent, and given up: a store that can't delete keeps nobody from it, and is asked again.
    let token = signs_in(stage, "femke").await;
    let half = begins_an_upload(stage, &token).await;
    fault.set(1, 0, 0);
    let (failed, before) = (fault.failed(), super::faults(stage));
    assert_eq!(upload_of(stage, &token, Method::DELETE, &half).send().await.unwrap().status(), 204);
    assert!(fault.failed() > failed && super::faults(stage) == before);
    fault.set(0, 0, 0);
    assert_eq!(upload::sweep(&stage.hub.state, stage.clock.now()).await.unwrap(), 1);
    // The part whose put failed waits for a day, as it may yet have been kept.
    stage.clock.advance(25 * 3600);
    upload::sweep(&stage.hub.state, stage.clock.now()).await.unwrap();
    let left = "SELECT COUNT(*) FROM part WHERE state <> 'whole' OR upload NOT IN (SELECT upload FROM sealed_part WHERE upload IS NOT NULL)";
    let left: i64 = sqlx::query_scalar(left).fetch_one(stage.hub.state.db.read()).await.unwrap();
    assert_eq!(left, 0);
    all_holds(stage).await;
}

fn upload_of(stage: &Stage, token: &str, method: Method, path: &str) -> reqwest::RequestBuilder {
    let request = reqwest::Client::new().request(method, stage.url().unwrap().join(path).unwrap());
    request.bearer_auth(token).header("tus-resumable", "1.0.0")
}

/// One that is whole, and that no statement claims.
async fn begins_an_upload(stage: &Stage, token: &str) -> String {
    let begun = upload_of(stage, token, Method::POST, "v1/uploads").header("upload-length", "100");
    let begun = begun.send().await.unwrap();
    let path = begun.headers()["location"].to_str().unwrap().trim_start_matches('/').to_owned();
    let part = upload_of(stage, token, Method::PATCH, &path).header("upload-offset", "0").body(vec![7; 100]);
    let kept = part.header("content-type", "application/offset+octet-stream").send().await.unwrap();
    assert_eq!(kept.status(), 204);
    path
}

/// The second part can be read to its middle only, as on a disk that fails: the hub ends the connection, the reader's
/// program keeps what it has, asks for the rest, and has it when it is back.
async fn a_body_that_breaks_off_is_fetched_from_there(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["femke"], &[], None).await.unwrap();
    stage.contributes("femke", case, files(stage, 1, 10 << 20)).await.unwrap();
    let part = second_part(stage).await;
    let whole = fs::read(&part).unwrap();
    fs::write(&part, &whole[..whole.len() / 2]).unwrap();
    let mend = async || {
        let incoming = WalkDir::new(stage.home("femke").join("incoming")).into_iter().flatten();
        let lengths: Vec<u64> =
            incoming.filter(|f| f.path().is_file()).map(|f| f.metadata().unwrap().len()).collect();
        assert!(lengths.len() == 1 && lengths[0] >= 8 << 20, "the first part was kept: {lengths:?}");
        fs::write(&part, &whole).unwrap();
    };
    let heard = Heard::before(stage.url().unwrap()).await;
    let opened = outlives(&heard, mend, opens(stage, &heard, case, "een")).await;
    is_as_put_in(stage, &opened);
    all_holds(stage).await;
}

async fn second_part(stage: &Stage) -> PathBuf {
    let sql = "SELECT object FROM part WHERE number = 1";
    let object: String = sqlx::query_scalar(sql).fetch_one(stage.hub.state.db.read()).await.unwrap();
    stage.folder.join("hub/objects").join(object)
}
