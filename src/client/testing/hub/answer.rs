//! A refusal as the real hub words it.

use super::*;

pub(super) fn answer<T: serde::Serialize>(result: Result<T, Refusal>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(refusal) => {
            let status = match refusal.class() {
                Class::Malformed => StatusCode::BAD_REQUEST,
                Class::Forbidden => StatusCode::FORBIDDEN,
                Class::Conflict => StatusCode::CONFLICT,
                Class::NotFound => StatusCode::NOT_FOUND,
            };
            let body = json!({ "code": refusal.code(), "detail": refusal.sentence(Language::Dutch) });
            (status, Json(body)).into_response()
        }
    }
}
