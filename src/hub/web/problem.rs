//! What a refusal looks like to a program and to a person: `application/problem+json` (RFC 9457), in Dutch or
//! English as the request asks (RFC 9110, 12.5.4).

use axum::Json;
use axum::extract::FromRequestParts;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::header::{
    ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::hub::db::{DbError, DbErrorKind};
use crate::hub::objects::ObjectsError;

/// After how many seconds to come back when something doesn't answer.
const COME_BACK: u32 = 5;

/// A refusal. It is known by its `code`, and says in both languages what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    nl: String,
    en: String,
    retry_after: Option<u32>,
    next: Option<String>,
}

/// The language of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Nl,
    En,
}

/// A refusal as it travels (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `urn:zegel:problem:` and the code: names this kind of problem for good.
    #[serde(rename = "type")]
    #[schema(example = "urn:zegel:problem:not-found")]
    kind: String,
    /// What kind of refusal it is, in a few words.
    #[schema(example = "Niet gevonden")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 404)]
    status: u16,
    /// What is wrong here, and what to do.
    #[schema(example = "Dit bestaat niet, of u hebt er geen toegang toe.")]
    detail: String,
    /// The kind of problem, for programs.
    #[schema(example = "not-found")]
    code: &'static str,
    /// With `case-number-taken` and `bundle-number`: the number to take instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ZVH-2026-0014")]
    next: Option<String>,
}

impl Problem {
    /// A range that begins after the end.
    pub fn range_not_satisfiable(length: u64) -> Self {
        let nl = format!("Dit deel bestaat niet: het geheel is {length} bytes.");
        let en = format!("There is no such part: the whole is {length} bytes.");
        Self::new(StatusCode::RANGE_NOT_SATISFIABLE, "range", nl, en)
    }

    /// A refusal with its place, reason and what to do, in Dutch and in English. The same code always has the same
    /// status.
    pub fn new(status: StatusCode, code: &'static str, nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { status, code, nl: nl.into(), en: en.into(), retry_after: None, next: None }
    }

    /// What is not there, and what is not for the caller to know of: one and the same answer.
    pub fn not_found() -> Self {
        let nl = "Dit bestaat niet, of u hebt er geen toegang toe.";
        Self::new(StatusCode::NOT_FOUND, "not-found", nl, "This does not exist, or you have no access to it.")
    }

    /// The caller has not signed in, or no longer is.
    pub fn not_signed_in() -> Self {
        let nl = "U bent niet aangemeld. Meld u opnieuw aan.";
        Self::new(StatusCode::UNAUTHORIZED, "not-signed-in", nl, "You are not signed in. Sign in again.")
    }

    /// A request that can't be read, with the reason.
    pub fn bad_request(nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", nl, en)
    }

    /// More than the hub takes.
    pub fn too_large(most: u64) -> Self {
        let nl = format!("Dit is te groot: niet meer dan {most} bytes.");
        let en = format!("This is too large: at most {most} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", nl, en)
    }

    /// Something that the hub needs doesn't answer. The cause goes to the log only.
    pub fn unavailable(cause: &dyn std::error::Error) -> Self {
        tracing::error!(%cause, "unavailable");
        Self::busy()
    }

    /// The hub has no room for this just now.
    pub fn busy() -> Self {
        let nl = "De hub kan dit nu even niet doen. Probeer het over enkele seconden opnieuw.";
        let en = "The hub can't do this just now. Try again in a few seconds.";
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", nl, en);
        Self { retry_after: Some(COME_BACK), ..problem }
    }

    /// Too many attempts of one source, or one member.
    pub fn too_often(seconds: u32) -> Self {
        let nl = format!("Dit is te vaak geprobeerd. Probeer het over {seconds} seconden opnieuw.");
        let en = format!("This was tried too often. Try again in {seconds} seconds.");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too-often", nl, en).retry_after(seconds)
    }

    /// What was not foreseen. The cause goes to the log only.
    pub fn internal(cause: &dyn std::error::Error) -> Self {
        tracing::error!(%cause, "internal");
        Self::fault()
    }

    fn fault() -> Self {
        let nl = "Er ging iets mis in de hub. Geef het kenmerk (X-Request-Id) door aan de beheerder.";
        let en = "Something went wrong in the hub. Give the mark (X-Request-Id) to the administrator.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", nl, en)
    }

    /// Asks to come back after some seconds.
    pub fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Says for programs what to take instead.
    pub fn with_next(self, next: impl ToString) -> Self {
        Self { next: Some(next.to_string()), ..self }
    }

    /// The problem for an error status that has no words yet: a fallback, a time limit, a panic.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::UNAUTHORIZED => Self::not_signed_in(),
            StatusCode::SERVICE_UNAVAILABLE => Self::busy(),
            StatusCode::METHOD_NOT_ALLOWED => {
                let nl = "Dit kan hier niet. De header Allow zegt wat wel kan.";
                Self::new(
                    status,
                    "method-not-allowed",
                    nl,
                    "Not possible here. The Allow header says what is.",
                )
            }
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(status, "too-large", "Dit is te groot.", "This is too large.")
            }
            StatusCode::REQUEST_TIMEOUT => {
                let nl = "Het verzoek kwam niet op tijd binnen. Probeer het opnieuw.";
                Self::new(status, "too-slow", nl, "The request did not come in time. Try again.")
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                let nl = "De hub leest dit soort inhoud hier niet. Zie Content-Type in de documentatie.";
                let en =
                    "The hub doesn't read this kind of content here. See Content-Type in its documentation.";
                Self::new(status, "content-type", nl, en)
            }
            status if status.is_server_error() => Self::fault(),
            status => {
                let nl = "De hub kan dit verzoek niet lezen. Zie /v1/openapi.json.";
                Self::new(status, "bad-request", nl, "The hub can't read this request. See /v1/openapi.json.")
            }
        }
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The answer, in one language.
    pub fn render(&self, language: Language) -> Response {
        let (detail, tag) = match language {
            Language::Nl => (&self.nl, "nl"),
            Language::En => (&self.en, "en"),
        };
        let body = ProblemBody {
            kind: format!("urn:zegel:problem:{}", self.code),
            title: title(self.status, language),
            status: self.status.as_u16(),
            detail: detail.clone(),
            code: self.code,
            next: self.next.clone(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(tag));
        headers.insert(VARY, HeaderValue::from_static("accept-language"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

fn title(status: StatusCode, language: Language) -> &'static str {
    let (nl, en) = match status.as_u16() {
        401 => ("Niet aangemeld", "Not signed in"),
        403 => ("Niet toegestaan", "Not allowed"),
        404 => ("Niet gevonden", "Not found"),
        405 => ("Kan hier niet", "Not possible here"),
        408 => ("Te langzaam", "Too slow"),
        409 => ("Past niet bij hoe het nu is", "Does not fit how things stand"),
        412 => ("Andere versie", "Other version"),
        413 => ("Te groot", "Too large"),
        415 => ("Ander soort inhoud", "Other kind of content"),
        429 => ("Te vaak", "Too often"),
        503 => ("Even niet beschikbaar", "Not available just now"),
        500..=599 => ("Fout in de hub", "Fault in the hub"),
        _ => ("Verzoek klopt niet", "Bad request"),
    };
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}

/// Written in English; the outermost layer, which knows the request, writes it anew in the language asked for.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.render(Language::En);
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives every refusal its form and language: those with words of their own, and those of the framework. Other
/// answers pass as they are. Headers such as `Allow` stay.
pub fn in_form(response: Response, language: Language) -> Response {
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return response;
    }
    let (parts, _) = response.into_parts();
    let problem = match parts.extensions.get::<Problem>() {
        Some(problem) => problem.clone(),
        None => Problem::of_status(parts.status),
    };
    let mut rendered = problem.render(language);
    for (name, value) in &parts.headers {
        if ![CONTENT_TYPE, CONTENT_LENGTH, CONTENT_LANGUAGE, VARY].contains(name) {
            rendered.headers_mut().insert(name.clone(), value.clone());
        }
    }
    rendered
}

impl Language {
    /// Dutch when the request prefers it to English; else English.
    pub fn of(headers: &HeaderMap) -> Self {
        let asked = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
        let (mut nl, mut en) = (0, 0);
        for range in asked.flat_map(|value| value.split(',')) {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = thousandths(weight.trim());
            match tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "nl" => nl = nl.max(weight),
                "en" => en = en.max(weight),
                _ => {}
            }
        }
        if nl > en { Self::Nl } else { Self::En }
    }
}

impl From<Language> for crate::protocol::refusal::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Nl => Self::Dutch,
            Language::En => Self::English,
        }
    }
}

/// `q=0.8` as 800. What can't be read weighs nothing.
fn thousandths(weight: &str) -> u32 {
    let weight = weight.strip_prefix("q=").and_then(|number| number.parse::<f32>().ok()).unwrap_or(0.0);
    (weight.clamp(0.0, 1.0) * 1000.0) as u32
}

/// The language that the caller asks for, for answers other than problems.
impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error.kind() {
            DbErrorKind::Conflict | DbErrorKind::Unavailable => Self::unavailable(&error),
            DbErrorKind::Unique | DbErrorKind::Other => Self::internal(&error),
        }
    }
}

impl From<ObjectsError> for Problem {
    fn from(error: ObjectsError) -> Self {
        match error {
            ObjectsError::Unavailable(_) | ObjectsError::Folder(_) | ObjectsError::CutShort => {
                Self::unavailable(&error)
            }
            ObjectsError::Missing => Self::internal(&error),
        }
    }
}

/// The source of randomness failed.
impl From<ring::error::Unspecified> for Problem {
    fn from(error: ring::error::Unspecified) -> Self {
        Self::internal(&error)
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            // serde says at which line and column, which the sender can see and nobody else does.
            JsonRejection::JsonDataError(_) | JsonRejection::JsonSyntaxError(_) => {
                let reason = rejection.body_text();
                Self::bad_request(
                    format!("De inhoud is geen JSON zoals de hub die hier leest: {reason}"),
                    format!("The content is no JSON as the hub reads it here: {reason}"),
                )
            }
            other => Self::of_status(other.status()),
        }
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        Self::of_status(rejection.status())
    }
}

/// A path whose id can't be read names nothing that exists.
impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        match rejection {
            PathRejection::FailedToDeserializePathParams(_) => Self::not_found(),
            other => Self::internal(&other),
        }
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        let reason = rejection.body_text();
        Self::bad_request(
            format!("De vraag achter het vraagteken klopt niet: {reason}"),
            format!("What stands after the question mark can't be read: {reason}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(value: &'static str) -> Language {
        Language::of(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(value))]))
    }

    #[test]
    fn dutch_is_for_who_prefers_it() {
        for dutch in ["nl", "nl-NL,nl;q=0.9,en;q=0.8", "de, nl;q=0.3", "en;q=0.1, NL-be;q=0.2"] {
            assert_eq!(asked(dutch), Language::Nl, "{dutch}");
        }
        for english in ["en", "en-GB,nl;q=0.9", "fr", "nl;q=0", "nl;q=x", "*"] {
            assert_eq!(asked(english), Language::En, "{english}");
        }
    }
}
