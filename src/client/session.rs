//! Signing in: a `login` statement over the hub's single-use number opens a session for reading.

use crate::protocol::id::Moment;
use crate::protocol::statement::Login;
use crate::protocol::words::{Nonce, Seen, Signer};

use super::context::Context;
use super::error::{ClientError, Result};
use super::home::KeptSession;
use super::remote::{Session, Why};
use super::secret::{KeyBundle, Pair};
use super::sign::Draft;

/// Opens a new session and keeps it. Tries the key that was in force last, then the others, newest first: a new
/// one counts from the day that the house vouches for it, which the hub knows before we do.
pub async fn sign_in(ctx: &mut Context<'_>, bundle: &KeyBundle) -> Result<Session> {
    ctx.remote.set_token(None);
    let remembered = ctx.home.remembered()?;
    let seen = remembered.as_ref().map_or_else(Seen::nothing, |r| Seen { size: r.size, root: r.root.0 });
    let last = remembered.and_then(|remembered| remembered.key);
    let mut keys: Vec<&Pair> = bundle.keys.iter().rev().collect();
    keys.sort_by_key(|pair| Some(pair.key) != last);
    let mut refused = ClientError::SignedOut;
    for pair in keys {
        match sign_in_with(ctx, bundle, pair, seen).await {
            Err(error) if error.is("bad-signature") => refused = error,
            other => return other,
        }
    }
    Err(refused)
}

async fn sign_in_with(ctx: &mut Context<'_>, bundle: &KeyBundle, pair: &Pair, seen: Seen) -> Result<Session> {
    let mut patience = ctx.remote.patience();
    let session = loop {
        let offered = ctx.remote.nonce().await?;
        // Of all that a hub could have us sign, only this can't mean anything else.
        let nonce: Nonce = offered.nonce.parse().map_err(|_| ClientError::BadAnswer { what: "nonce" })?;
        let mut draft = Draft::of(bundle.hub.clone(), seen, Signer::Member(bundle.member), ctx.clock.now());
        draft.push(Login { nonce });
        let login = draft.sign(&pair.cert)?.entries.remove(0);
        match ctx.remote.open_session(&login).await {
            // Whether that number was used nobody can say: again with another one.
            Err(error) if error.is_passing() => {
                if !ctx.remote.another_try(&mut patience, Why::Silence).await {
                    return Err(error);
                }
            }
            opened => break opened?,
        }
    };
    if session.member != bundle.member {
        return Err(ClientError::BadAnswer { what: "member" });
    }
    keep(ctx, &session)?;
    Ok(session)
}

fn keep(ctx: &Context<'_>, session: &Session) -> Result<()> {
    let until: Moment = session.until;
    ctx.home.save_session(&KeptSession { token: session.token.clone(), until })
}
