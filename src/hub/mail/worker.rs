//! Sends what waits, a few messages at a time, until the hub stops.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::outbox::{self, Claimed, Outcome};
use super::{Failure, Transport, Why, due, expiry, gate};
use crate::hub::HubState;
use crate::hub::error::HubError;
use crate::protocol::id::Moment;

/// How often it looks whether something is due that nobody rang for.
const LOOK: Duration = Duration::from_secs(1);
/// How often it looks which keys end, in seconds.
const KEYS: i64 = 60 * 60;
/// How long it leaves a database in peace that failed.
const PEACE: Duration = Duration::from_secs(5);

/// Sends until it is told to stop; then what is on its way gets to finish.
pub async fn run(hub: HubState, transport: Arc<dyn Transport>, stop: CancellationToken) {
    if let Err(error) = outbox::forget_claims(&hub).await {
        tracing::error!(%error, "claims on mail could not be taken back: they lapse by themselves");
    }
    let mut under_way = JoinSet::new();
    let mut keys_looked_at = None;
    loop {
        look_at_keys(&hub, &mut keys_looked_at).await;
        let wait = match begin(&hub, &transport, &mut under_way).await {
            Ok(()) => LOOK,
            Err(error) => {
                tracing::error!(%error, "the outbox can't be read");
                PEACE
            }
        };
        tokio::select! {
            () = stop.cancelled() => break,
            // One ended, so that there is room for another.
            Some(_) = under_way.join_next() => {}
            () = hub.bell.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// Once an hour by the hub's clock, which keys end soon.
async fn look_at_keys(hub: &HubState, last: &mut Option<Moment>) {
    let now = hub.clock.now();
    if last.is_some_and(|last| now < last.plus(KEYS) && now >= last) {
        return;
    }
    match expiry::look(hub).await {
        Ok(()) => *last = Some(now),
        Err(error) => tracing::error!(%error, "keys that end could not be looked for"),
    }
}

/// Sends all that is due now, and waits for it: for who doesn't let a worker run, such as tests and the demo.
///
/// # Errors
/// When the database fails.
pub async fn round(hub: &HubState, transport: &Arc<dyn Transport>) -> Result<(), HubError> {
    let mut under_way = JoinSet::new();
    loop {
        begin(hub, transport, &mut under_way).await?;
        if under_way.join_next().await.is_none() {
            return Ok(());
        }
    }
}

/// Claims what is due, as far as there is room, and lets it go its way.
async fn begin(
    hub: &HubState,
    transport: &Arc<dyn Transport>,
    under_way: &mut JoinSet<()>,
) -> Result<(), HubError> {
    due::tell(hub).await?;
    let (waiting, due) = outbox::waiting(hub).await?;
    hub.metrics.mail_waits(waiting);
    let room = hub.config.mail.at_once.saturating_sub(under_way.len());
    if room == 0 || due == 0 {
        return Ok(());
    }
    for claimed in outbox::claim(hub, room).await? {
        under_way.spawn(send(hub.clone(), transport.clone(), claimed));
    }
    Ok(())
}

/// Sends one message, and notes how it went. A failing database leaves it claimed until that lapses.
async fn send(hub: HubState, transport: Arc<dyn Transport>, claimed: Claimed) {
    let id = &claimed.id;
    match handed_over(&hub, &transport, &claimed).await {
        Ok(Ok(())) => {
            hub.metrics.mail_sent();
            tracing::info!(id, attempts = claimed.attempts, "mail handed over");
        }
        Ok(Err(failure)) => note_failure(&hub, &claimed, failure).await,
        Err(error) => tracing::error!(id, %error, "mail could not be looked up, or noted: it is tried again"),
    }
}

async fn handed_over(
    hub: &HubState,
    transport: &Arc<dyn Transport>,
    claimed: &Claimed,
) -> Result<Result<(), Failure>, HubError> {
    let passed = match gate::pass(hub, claimed).await? {
        Ok(passed) => passed,
        Err(why) => return Ok(Err(why.into())),
    };
    let sending = tokio::time::timeout(hub.config.mail.timeout, transport.send(&passed.mail));
    match sending.await {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => return Ok(Err(failure)),
        Err(_) => return Ok(Err(Why::TimedOut.into())),
    }
    claimed.sent(hub, passed.scope).await?;
    Ok(Ok(()))
}

async fn note_failure(hub: &HubState, claimed: &Claimed, failure: Failure) {
    let (id, attempts) = (&claimed.id, claimed.attempts);
    hub.metrics.mail_failed();
    match claimed.failed(hub, failure).await {
        Ok(Outcome::Later(next)) => {
            tracing::warn!(id, attempts, %failure, %next, "mail not handed over: it is tried again");
        }
        Ok(Outcome::GivenUp) => {
            hub.metrics.mail_given_up();
            tracing::error!(id, attempts, %failure, "mail given up");
        }
        Err(error) => tracing::error!(id, %error, "mail not handed over, which could not be noted"),
    }
}
