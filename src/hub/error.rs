//! What can go wrong in the hub, and the one translation into what a caller is told.

use axum::http::StatusCode;

use super::db::DbError;
use super::objects::ObjectsError;
use super::upload::UploadError;
use super::web::problem::Problem;
use crate::protocol::refusal::{Class, Language, Refusal};

/// A refusal with its place, or a fault of the hub's own.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    #[error("statement {}: {refusal}", place.map_or(0, |place| place + 1))]
    Refused { refusal: Refusal, place: Option<usize> },
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// An attachment is larger than what it is to be can be, in bytes.
    #[error("larger than {most} bytes")]
    TooLarge { most: u64 },
    /// Tried too often; again after so many seconds.
    #[error("too often")]
    TooOften { seconds: u32 },
    /// No room for it just now.
    #[error("busy")]
    Busy,
}

impl HubError {
    /// The same, told of the statement at this place in the batch.
    pub fn at(self, index: usize) -> Self {
        match self {
            Self::Refused { refusal, .. } => Self::Refused { refusal, place: Some(index) },
            other => other,
        }
    }
}

impl From<Refusal> for HubError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal, place: None }
    }
}

impl From<sqlx::Error> for HubError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<HubError> for Problem {
    fn from(error: HubError) -> Self {
        match error {
            HubError::Refused { refusal, place } => refused(&refusal, place),
            HubError::Database(error) => error.into(),
            HubError::Objects(error) => error.into(),
            HubError::Upload(error) => error.into(),
            HubError::TooLarge { most } => Self::too_large(most),
            HubError::TooOften { seconds } => Self::too_often(seconds),
            HubError::Busy => Self::busy(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        refused(&refusal, None)
    }
}

fn refused(refusal: &Refusal, place: Option<usize>) -> Problem {
    let status = match refusal.class() {
        Class::Malformed => StatusCode::BAD_REQUEST,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::NotFound => StatusCode::NOT_FOUND,
        Class::Conflict => StatusCode::CONFLICT,
    };
    let (nl, en) = (refusal.sentence(Language::Dutch), refusal.sentence(Language::English));
    // One statement alone needs no place.
    let (nl, en) = match place.filter(|place| *place > 0) {
        Some(place) => {
            let number = place + 1;
            (
                format!("Verklaring {number} in deze zending: {nl}"),
                format!("Statement {number} of this batch: {en}"),
            )
        }
        None => (nl, en),
    };
    let problem = Problem::new(status, refusal.code(), nl, en);
    match refusal {
        Refusal::CaseNumberTaken { next } => problem.with_next(next),
        Refusal::BundleNumber { next } => problem.with_next(next),
        _ => problem,
    }
}
