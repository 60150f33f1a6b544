//! Resumable uploads: tus 1.0 (<https://tus.io/protocols/resumable-upload>) with creation and termination.
//!
//! One thing is stricter: a PATCH carries one whole part of 8 MiB, or what remains when that is less. What comes
//! short of it leaves nothing behind, so that a cut connection is simply tried again. And two things of tus are not
//! here: `Upload-Metadata`, since names have no business at the hub, and `X-HTTP-Method-Override`.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::{Problem, ProblemBody};
use super::{Caller, Path};
use crate::clock::Stopwatch;
use crate::hub::HubState;
use crate::hub::config::Limits;
use crate::hub::spool::Spool;
use crate::hub::upload::{self, Buffer, Part, Turn, Upload, UploadError, UploadId};
use crate::protocol::id::Digest;
use crate::protocol::payload::PayloadDigest;

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
/// Ours: the digest of the whole payload, once it is there.
const PAYLOAD_DIGEST: HeaderName = HeaderName::from_static("payload-digest");

/// What takes no longer than any other request.
pub fn quick_routes() -> OpenApiRouter<HubState> {
    let router = OpenApiRouter::new();
    let router = router.routes(routes!(options, create)).routes(routes!(head, remove, options_one));
    router.layer(axum::middleware::map_response(with_version))
}

/// Sending a part, which has a time limit of its own.
pub fn slow_routes() -> OpenApiRouter<HubState> {
    OpenApiRouter::new().routes(routes!(patch)).layer(axum::middleware::map_response(with_version))
}

async fn with_version(mut response: Response) -> Response {
    response.headers_mut().insert(TUS_RESUMABLE, VERSION);
    if response.status() == StatusCode::PRECONDITION_FAILED {
        response.headers_mut().insert(TUS_VERSION, VERSION);
    }
    response
}

/// A request that speaks our version of tus.
pub struct Tus;

impl<S: Send + Sync> FromRequestParts<S> for Tus {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if parts.headers.get(TUS_RESUMABLE) == Some(&VERSION) {
            return Ok(Self);
        }
        let nl = "De hub kent alleen Tus-Resumable: 1.0.0. Werk uw programma bij.";
        let en = "The hub only knows Tus-Resumable: 1.0.0. Update your program.";
        Err(Problem::new(StatusCode::PRECONDITION_FAILED, "tus-version", nl, en))
    }
}

/// What the hub can do.
#[utoipa::path(options, path = "/v1/uploads", tag = "uploads", operation_id = "options_uploads",
    responses((status = 204, description = "Tus-Version, Tus-Extension and Tus-Max-Size")))]
async fn options(State(hub): State<HubState>) -> Response {
    abilities(&hub)
}

/// What the hub can do.
#[utoipa::path(options, path = "/v1/uploads/{id}", tag = "uploads", operation_id = "options_upload",
    params(("id" = String, Path)),
    responses((status = 204, description = "Tus-Version, Tus-Extension and Tus-Max-Size")))]
async fn options_one(State(hub): State<HubState>) -> Response {
    abilities(&hub)
}

fn abilities(hub: &HubState) -> Response {
    let extensions = HeaderValue::from_static("creation,termination");
    let most = HeaderValue::from(hub.config.limits.item);
    let headers = [
        (TUS_VERSION, VERSION),
        (HeaderName::from_static("tus-extension"), extensions),
        (HeaderName::from_static("tus-max-size"), most),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Makes room for a body.
#[utoipa::path(post, path = "/v1/uploads", tag = "uploads", operation_id = "create_upload",
    params(("Tus-Resumable" = String, Header, example = "1.0.0"),
        ("Upload-Length" = u64, Header, description = "Bytes in all, at least 1")),
    responses((status = 201, description = "Location says where the upload is"),
        (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 412, body = ProblemBody),
        (status = 413, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn create(
    State(hub): State<HubState>,
    caller: Caller,
    _: Tus,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if headers.get_all(UPLOAD_METADATA).iter().any(|metadata| !metadata.is_empty()) {
        let nl =
            "Stuur geen Upload-Metadata mee: namen en soorten van bestanden horen verzegeld in het label.";
        let en = "Send no Upload-Metadata: names and kinds of files belong in the label, sealed.";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "upload-metadata", nl, en));
    }
    let length = number(&headers, &UPLOAD_LENGTH)?;
    let id = upload::create(&hub, caller.member, length).await?;
    Ok((StatusCode::CREATED, [(LOCATION, format!("/v1/uploads/{id}"))]).into_response())
}

/// How an upload stands: where its next part begins.
#[utoipa::path(head, path = "/v1/uploads/{id}", tag = "uploads", operation_id = "head_upload",
    params(("id" = String, Path), ("Tus-Resumable" = String, Header, example = "1.0.0")),
    responses((status = 204, description = "Upload-Offset, Upload-Length and, when whole, Payload-Digest"),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 412, body = ProblemBody)))]
async fn head(
    State(hub): State<HubState>,
    caller: Caller,
    _: Tus,
    Path(id): Path<UploadId>,
) -> Result<Response, Problem> {
    let upload = upload::find(&hub, caller.member, &id).await?;
    let mut response = standing(&upload);
    response.headers_mut().insert(UPLOAD_LENGTH, upload.length.into());
    Ok(response)
}

/// Sends the next part: 8 MiB, or what remains.
#[utoipa::path(patch, path = "/v1/uploads/{id}", tag = "uploads", operation_id = "patch_upload",
    params(("id" = String, Path), ("Tus-Resumable" = String, Header, example = "1.0.0"),
        ("Upload-Offset" = u64, Header, description = "Where the part begins, in bytes")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Upload-Offset and, when whole, Payload-Digest"),
        (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 408, body = ProblemBody), (status = 409, body = ProblemBody), (status = 412, body = ProblemBody),
        (status = 413, body = ProblemBody), (status = 415, body = ProblemBody), (status = 429, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn patch(
    State(hub): State<HubState>,
    caller: Caller,
    _: Tus,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    if headers.get(CONTENT_TYPE).is_none_or(|kind| kind != "application/offset+octet-stream") {
        return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let offset = number(&headers, &UPLOAD_OFFSET)?;
    let upload = upload::find(&hub, caller.member, &id).await?;
    let length = upload.next_part();
    if offset != upload.received || length == 0 {
        return Err(UploadError::WrongOffset.into());
    }
    if headers.contains_key(CONTENT_LENGTH) {
        right_length(number(&headers, &CONTENT_LENGTH)?, length)?;
    }
    let mut turn = hub.parts.turn(caller.member, &id)?;
    let room = Room::of(&hub, &turn).await?;
    let received = tokio::select! {
        received = tokio::time::timeout(hub.config.limits.part, receive(body, length, room, &hub.config.limits)) => received,
        () = turn.over() => return Err(UploadError::WrongOffset.into()),
    };
    let (room, leaf) = received.map_err(|_| Problem::of_status(StatusCode::REQUEST_TIMEOUT))??;
    let over = turn.over();
    tokio::select! {
        waited = turn.wait_for_memory() => waited?,
        () = over => return Err(UploadError::WrongOffset.into()),
    }
    let part = Part { bytes: room.bytes(&hub).await?, leaf };
    let upload = upload::keep_part(&hub, caller.member, &upload, part).await?;
    Ok(standing(&upload))
}

/// Gives an upload up.
#[utoipa::path(delete, path = "/v1/uploads/{id}", tag = "uploads", operation_id = "delete_upload",
    params(("id" = String, Path), ("Tus-Resumable" = String, Header, example = "1.0.0")),
    responses((status = 204, description = "Gone"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 412, body = ProblemBody)))]
async fn remove(
    State(hub): State<HubState>,
    caller: Caller,
    _: Tus,
    Path(id): Path<UploadId>,
) -> Result<StatusCode, Problem> {
    upload::remove(&hub, caller.member, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How an upload stands, as headers.
fn standing(upload: &Upload) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(UPLOAD_OFFSET, upload.received.into());
    if let Some(digest) = upload.digest.and_then(|digest| HeaderValue::from_str(&digest.to_string()).ok()) {
        headers.insert(PAYLOAD_DIGEST, digest);
    }
    response
}

/// A header that holds one whole number, without sign or spaces. Who says two things says nothing: a proxy in front
/// could take the other.
pub fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let mut values = headers.get_all(name).iter();
    let text = values.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_number = values.next().is_none() && text.bytes().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|_| is_number).ok_or_else(|| {
        let nl = format!("De header {name} moet een heel getal zijn.");
        Problem::bad_request(nl, format!("The header {name} must be a whole number."))
    })
}

/// Refuses a part of another length than it must have.
fn right_length(given: u64, length: usize) -> Result<(), Problem> {
    let length = length as u64;
    match given.cmp(&length) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(Problem::too_large(length)),
        std::cmp::Ordering::Less => {
            let nl = format!(
                "Dit deel moet {length} bytes zijn en is korter. Er is niets bewaard: stuur het heel."
            );
            let en =
                format!("This part must be {length} bytes and is shorter. Nothing was kept: send the whole.");
            Err(Problem::new(StatusCode::BAD_REQUEST, "part-too-short", nl, en))
        }
    }
}

/// Where a part lies until it is whole.
enum Room<'a> {
    Memory(Buffer<'a>),
    Disk(Spool),
}

impl<'a> Room<'a> {
    async fn of(hub: &'a HubState, turn: &Turn<'_>) -> Result<Self, UploadError> {
        Ok(match turn.has_memory() {
            true => Self::Memory(hub.parts.buffer()),
            false => Self::Disk(hub.spool().await?),
        })
    }

    fn length(&self) -> usize {
        match self {
            Self::Memory(buffer) => buffer.bytes.len(),
            Self::Disk(spool) => spool.length(),
        }
    }

    async fn push(&mut self, piece: &[u8]) -> Result<(), UploadError> {
        match self {
            Self::Memory(buffer) => buffer.bytes.extend_from_slice(piece),
            Self::Disk(spool) => spool.push(piece).await?,
        }
        Ok(())
    }

    /// The part, by who has the memory for it.
    async fn bytes(self, hub: &HubState) -> Result<Bytes, UploadError> {
        Ok(match self {
            Self::Memory(buffer) => buffer.into_bytes().freeze(),
            Self::Disk(spool) => spool.read(hub.parts.buffer().into_bytes()).await?,
        })
    }
}

/// Takes a part in, no more of it than it may hold, and hashes it on the way. It may not stand still, nor come too
/// slowly.
async fn receive<'a>(
    body: Body,
    length: usize,
    mut room: Room<'a>,
    limits: &Limits,
) -> Result<(Room<'a>, Digest), Problem> {
    let watch = Stopwatch::start();
    let too_slow = |_| Problem::of_status(StatusCode::REQUEST_TIMEOUT);
    let mut stream = body.into_data_stream();
    let mut digest = PayloadDigest::new();
    loop {
        let patience = patience(limits, room.length(), watch.elapsed());
        let next = tokio::time::timeout(patience, stream.next()).await.map_err(too_slow)?;
        let Some(piece) = next else { break };
        // The connection was cut: what there is, is too short.
        let Ok(piece) = piece else { break };
        if room.length() + piece.len() > length {
            return Err(Problem::too_large(length as u64));
        }
        digest.update(&piece);
        room.push(&piece).await?;
    }
    right_length(room.length() as u64, length)?;
    let (leaf, _) = digest.finish();
    Ok((room, leaf))
}

/// How long the next piece of a part may take, of which so many bytes came in so long.
fn patience(limits: &Limits, bytes: usize, elapsed: Duration) -> Duration {
    let due = limits.request + Duration::from_secs_f64(bytes as f64 / limits.part_speed as f64);
    due.saturating_sub(elapsed).min(limits.request)
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::NotFound => Self::not_found(),
            UploadError::Empty => Self::bad_request(
                "Upload-Length moet ten minste 1 zijn: een verzegeld bestand is nooit leeg.",
                "Upload-Length must be at least 1: a sealed file is never empty.",
            ),
            UploadError::TooLarge { most } => Self::too_large(most),
            UploadError::TooMany { most } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-uploads",
                format!("U hebt al {most} uploads open. Rond er een af, of verwijder er een."),
                format!("You have {most} uploads open already. Finish one, or remove one."),
            ),
            UploadError::TooMuch { most } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-uploads",
                format!(
                    "U mag samen {most} bytes uploaden die nog bij geen stuk horen. Rond eerst iets af, of verwijder iets."
                ),
                format!(
                    "You may upload {most} bytes in all that belong to no item yet. Finish something first, or remove something."
                ),
            ),
            UploadError::TooManyParts { most } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-uploads",
                format!("U stuurt al {most} delen tegelijk. Wacht tot er een is aangekomen."),
                format!("You are sending {most} parts at once already. Wait until one has arrived."),
            )
            .retry_after(2),
            UploadError::Busy => Self::busy(),
            UploadError::WrongOffset => Self::new(
                StatusCode::CONFLICT,
                "wrong-offset",
                "Het volgende deel begint ergens anders. Vraag met HEAD waar, en ga daar verder.",
                "The next part begins elsewhere. Ask with HEAD where, and go on from there.",
            ),
            UploadError::InUse => Self::new(
                StatusCode::CONFLICT,
                "upload-in-use",
                "Dit hoort al bij een stuk. Trek het stuk in om het te laten verdwijnen.",
                "This is part of an item already. Retract the item to make it go.",
            ),
            UploadError::Db(error) => error.into(),
            UploadError::Spool(error) => Self::unavailable(&error),
            UploadError::Objects(error) => error.into(),
            UploadError::Random(error) => error.into(),
        }
    }
}
