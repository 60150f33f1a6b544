//! Numbers to sign in with: each good once, and for two minutes.
//!
//! The hub keeps none of those that it gives out, so nobody can fill it with them, or take those of others: a nonce
//! says itself until when it is good, under a code that only this hub can make. Kept are those that were used.

use axum::extract::State;
use ring::hmac;
use ring::rand::SecureRandom;
use serde::Serialize;
use sqlx::AnyConnection;

use super::HubState;
use super::error::HubError;
use super::web::Json;
use super::web::problem::{Problem, ProblemBody};
use crate::protocol::id::Moment;
use crate::protocol::journal::JournalKey;
use crate::protocol::refusal::Refusal;
use crate::protocol::words::Nonce;

/// So long a nonce waits for its login, in seconds.
const SECONDS: i64 = 120;
/// What the code in a nonce is for, so that the same key's codes for anything else would not fit.
const LABEL: &[u8] = b"zegel/1 nonce";

/// A nonce to sign in with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct NonceAnswer {
    #[schema(value_type = String)]
    pub nonce: Nonce,
    #[schema(value_type = String)]
    pub until: Moment,
}

/// A nonce to sign in with, good once and for two minutes.
#[utoipa::path(post, path = "/v1/nonces", tag = "session",
    responses((status = 200, body = NonceAnswer), (status = 429, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
pub async fn new_nonce(State(hub): State<HubState>) -> Result<Json<NonceAnswer>, Problem> {
    let until = hub.clock.now().plus(SECONDS);
    let nonce = hub.nonces.make(hub.random, until).map_err(|_| Problem::busy())?;
    Ok(Json(NonceAnswer { nonce, until }))
}

/// Makes nonces, and knows its own.
pub struct Nonces(hmac::Key);

impl Nonces {
    /// Under the journal's secret: so they outlive a restart, and nothing more has to be kept.
    pub fn new(key: &JournalKey) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.to_text().as_bytes()))
    }

    /// 8 bytes say until when it is good, 8 are random, 16 are the code over those.
    fn make(&self, random: &dyn SecureRandom, until: Moment) -> Result<Nonce, ring::error::Unspecified> {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&until.unix().to_be_bytes());
        random.fill(&mut bytes[8..16])?;
        let code = self.code(&bytes);
        bytes[16..].copy_from_slice(&code);
        Ok(Nonce(bytes))
    }

    fn code(&self, bytes: &[u8; 32]) -> [u8; 16] {
        let tag = hmac::sign(&self.0, &[LABEL, &bytes[..16]].concat());
        let mut code = [0; 16];
        code.copy_from_slice(&tag.as_ref()[..16]);
        code
    }

    /// Until when a nonce is good.
    ///
    /// # Errors
    /// [`Refusal::Replayed`] where it is not ours, or no longer good.
    pub fn require_good(&self, nonce: &Nonce, now: Moment) -> Result<Moment, Refusal> {
        let mut until = [0; 8];
        until.copy_from_slice(&nonce.0[..8]);
        let until = Moment::from_unix(i64::from_be_bytes(until));
        let code = self.code(&nonce.0);
        // Who compares in another time than always learns nothing that would help: the code is of one nonce only.
        let ours = nonce.0[16..] == code;
        (ours && now < until).then_some(until).ok_or(Refusal::Replayed)
    }
}

/// Uses a nonce, within a deed, up.
///
/// # Errors
/// [`Refusal::Replayed`] where it was used before.
pub async fn use_up(
    tx: &mut AnyConnection,
    nonce: &Nonce,
    until: Moment,
    now: Moment,
) -> Result<(), HubError> {
    sqlx::query("DELETE FROM nonce WHERE until <= $1").bind(now.unix()).execute(&mut *tx).await?;
    let used = sqlx::query("INSERT INTO nonce (nonce, until) VALUES ($1, $2) ON CONFLICT (nonce) DO NOTHING")
        .bind(nonce.to_string())
        .bind(until.unix())
        .execute(tx)
        .await?;
    if used.rows_affected() != 1 {
        return Err(Refusal::Replayed.into());
    }
    Ok(())
}

/// Refuses a nonce that was used before, without using it up.
///
/// # Errors
/// [`Refusal::Replayed`].
pub async fn require_unused(connection: &mut AnyConnection, nonce: &Nonce) -> Result<(), HubError> {
    let used: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM nonce WHERE nonce = $1")
        .bind(nonce.to_string())
        .fetch_one(connection)
        .await?;
    (used == 0).then_some(()).ok_or(Refusal::Replayed.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::random;

    fn nonces() -> Nonces {
        Nonces::new(&JournalKey::generate("hub".parse().unwrap(), random()).unwrap())
    }

    #[test]
    fn only_ones_own_are_good_and_only_in_time() {
        let nonces = nonces();
        let now: Moment = "2026-12-01T12:00:00Z".parse().unwrap();
        let nonce = nonces.make(random(), now.plus(SECONDS)).unwrap();
        assert_eq!(nonces.require_good(&nonce, now), Ok(now.plus(SECONDS)));
        assert_eq!(nonces.require_good(&nonce, now.plus(SECONDS)), Err(Refusal::Replayed));
        assert!(self::nonces().require_good(&nonce, now).is_err(), "another hub's");
        for place in 0..32 {
            let mut altered = nonce;
            altered.0[place] ^= 1;
            assert!(nonces.require_good(&altered, now).is_err(), "byte {place}");
        }
        assert_ne!(nonces.make(random(), now).unwrap(), nonces.make(random(), now).unwrap());
    }

    #[tokio::test]
    async fn each_is_used_up_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("zegel.db");
        let db = crate::hub::db::Db::open(&format!("sqlite:{}", file.display())).await.unwrap();
        let now: Moment = "2026-12-01T12:00:00Z".parse().unwrap();
        let until = now.plus(SECONDS);
        let (one, other) = (Nonce([1; 32]), Nonce([2; 32]));
        let mut tx = db.begin().await.unwrap();
        require_unused(&mut tx, &one).await.unwrap();
        use_up(&mut tx, &one, until, now).await.unwrap();
        let is_replayed = |answer: Result<(), HubError>| match answer {
            Err(HubError::Refused { refusal, .. }) => assert_eq!(refusal, Refusal::Replayed),
            other => panic!("{other:?}"),
        };
        // Two logins at once with one nonce: neither knew of the other when it was first looked at.
        is_replayed(use_up(&mut tx, &one, until, now).await);
        is_replayed(require_unused(&mut tx, &one).await);
        require_unused(&mut tx, &other).await.unwrap();
    }
}
