//! All routes, and what every request passes: a mark, a time limit, a line in the log, a form for refusals.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::{Language, Problem, ProblemBody, in_form};
use super::{described, held, portal, throttled, uploads};
use crate::clock::Stopwatch;
use crate::hub::throttle::Attempt;
use crate::hub::{
    HubState, bundle, case, evidence, letter, login, nonce, part, portal as served, records, session,
    statements, vault,
};

/// The version of the API, of which the first number stands in every path.
pub const API_VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Zegel",
        version = "1.0.0",
        description = "The blind hub of a Zorg- en Veiligheidshuis. Statements are the only way to change anything; \
                       beside them only uploads and sessions write.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    // Its path has a form of its own in the router, which would not describe it by itself.
    paths(evidence::tile),
    components(schemas(ProblemBody))
)]
struct Api;

/// The API's routes with their documentation: what is to answer within the ordinary time limit, and what has a
/// limit of its own.
fn api(hub: &HubState) -> OpenApiRouter<HubState> {
    let limits = &hub.config.limits;
    let paced = |attempt| from_fn_with_state((hub.clone(), attempt), throttled::layer);
    let batches = OpenApiRouter::new()
        .routes(routes!(statements::post, evidence::statements))
        .layer(paced(Attempt::Write))
        .layer(DefaultBodyLimit::max(usize::try_from(limits.batch).unwrap_or(usize::MAX)));
    let route = OpenApiRouter::new;
    let doors = route()
        .merge(route().routes(routes!(nonce::new_nonce)).layer(paced(Attempt::Nonce)))
        .merge(route().routes(routes!(login::new_session)).layer(paced(Attempt::SignIn)))
        .merge(route().routes(routes!(bundle::fetch)).layer(paced(Attempt::Bundle)));
    let quick =
        route().merge(uploads::quick_routes()).merge(nouns()).merge(doors).merge(batches).layer(in_time(hub));
    OpenApiRouter::with_openapi(Api::openapi()).merge(quick).merge(uploads::slow_routes())
}

/// The ordinary time limit.
fn in_time(hub: &HubState) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, hub.config.limits.request)
}

/// The nouns' reads.
fn nouns() -> OpenApiRouter<HubState> {
    OpenApiRouter::new()
        .routes(routes!(session::sessions))
        .routes(routes!(session::end_session))
        .routes(routes!(session::me))
        .routes(routes!(evidence::hub))
        .routes(routes!(evidence::checkpoint))
        .routes(routes!(evidence::authority))
        .routes(routes!(evidence::consistency))
        .routes(routes!(served::portal))
        .routes(routes!(case::cases))
        .routes(routes!(part::headers))
        .routes(routes!(part::payload))
        .routes(routes!(records::records))
        .routes(routes!(letter::message))
        .routes(routes!(letter::delivery))
        .routes(routes!(vault::secret))
        .routes(routes!(vault::headers))
        .routes(routes!(vault::set))
}

/// The whole of what the hub answers to.
pub fn build(hub: HubState) -> Router {
    let (routes, mut api) = api(&hub).split_for_parts();
    described::complete(&mut api);
    // Serializing what was made from our own types can't fail; an empty description would be seen at once.
    let description: Arc<str> = api.to_pretty_json().unwrap_or_default().into();
    let most = usize::try_from(hub.config.limits.body).unwrap_or(usize::MAX);
    routes
        .route("/v1/openapi.json", get(openapi).layer(Extension(description)))
        .route("/v1/tile/{*tile}", get(evidence::tile).layer(in_time(&hub)))
        .fallback(fallback)
        .method_not_allowed_fallback(|| async { Problem::of_status(StatusCode::METHOD_NOT_ALLOWED) })
        .layer(from_fn_with_state(hub.clone(), held::layer))
        .layer(from_fn_with_state(hub.clone(), session::sign_in_layer))
        .layer(DefaultBodyLimit::max(most))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(hub.clone(), framed))
        .with_state(hub)
}

/// The API, described for programs (OpenAPI 3.1). Any page may read it.
async fn openapi(Extension(description): Extension<Arc<str>>) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (HeaderName::from_static("access-control-allow-origin"), HeaderValue::from_static("*")),
    ];
    (headers, description.to_string()).into_response()
}

/// The portal's files; under `/v1` nothing but the API.
async fn fallback(State(hub): State<HubState>, request: Request) -> Response {
    if is_api(request.uri().path()) {
        return Problem::not_found().into_response();
    }
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let problem = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED);
        return ([(ALLOW, HeaderValue::from_static("GET, HEAD"))], problem).into_response();
    }
    let (parts, _) = request.into_parts();
    if parts.uri.path() == "/visitors.json" {
        return portal::visitors(hub.config.visitors.as_deref()).await;
    }
    portal::file(parts.uri, parts.headers).await
}

pub fn is_api(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/")
}

/// What went wrong is said by Rust's own report of the panic, on standard error.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// Every request passes here, outermost. Its mark is ours: what a sender calls it could hold anything. The log gets
/// the route's template, never a path, which holds ids.
async fn framed(State(hub): State<HubState>, request: Request, next: Next) -> Response {
    let mark = mark(&hub);
    let language = Language::of(request.headers());
    let api = is_api(request.uri().path());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "request",
        id = %mark,
        method = %request.method(),
        route = route.as_deref().unwrap_or("-")
    );
    let watch = Stopwatch::start();
    let response = match has_nul(request.uri()) {
        true => Problem::of_status(StatusCode::BAD_REQUEST).into_response(),
        false => next.run(request).instrument(span.clone()).await,
    };
    let mut response = in_form(response, language);

    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(status, ms = watch.elapsed().as_millis() as u64, "answered"));
    hub.metrics.answered(status);
    let headers = response.headers_mut();
    if let Ok(mark) = HeaderValue::from_str(&mark) {
        headers.insert(REQUEST_ID, mark);
    }
    if api {
        headers.insert("api-version", API_VERSION);
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    portal::secure(headers, hub.config.behind_proxy);
    response
}

/// Nothing that the hub knows has a NUL in its name, and PostgreSQL takes none in a text.
fn has_nul(uri: &Uri) -> bool {
    uri.path().contains("%00") || uri.query().is_some_and(|query| query.contains("%00"))
}

/// 64 random bits in hexadecimal; or none, should randomness fail, for the answer matters more than its mark.
fn mark(hub: &HubState) -> String {
    let mut bytes = [0; 8];
    match hub.random.fill(&mut bytes) {
        Ok(()) => hex::encode(bytes),
        Err(_) => "-".to_owned(),
    }
}
