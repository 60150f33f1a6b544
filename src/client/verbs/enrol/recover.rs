//! `zegel enrol --recover`: a home again, from the recovery code alone.

use std::collections::BTreeSet;

use url::Url;

use super::Enrol;
use crate::client::error::{ClientError, Result};
use crate::client::home::{Home, Remembered, Settings, default_address};
use crate::client::remote::{FetchedBundle, Remote};
use crate::client::secret::KeyBundle;
use crate::protocol::cert::verify_statement;
use crate::protocol::id::{Digest, HubName, MemberId};
use crate::protocol::recovery::RecoveryCode;
use crate::protocol::refusal::Refusal;
use crate::protocol::seal::open_file;
use crate::protocol::statement::{Body, Statement};
use crate::protocol::words::Signer;

/// Fetches the member's newest bundle, opens it with the code, and makes a home of it. The pins come from the
/// bundle: whom it is sealed to stands in the bundle only, so nobody else could have made it; and it must be the
/// one that its member signed for. That it is the newest on record is seen, as each time, when the member begins
/// to work with it.
pub async fn recover(how: Enrol<'_>, hub: &HubName, code: &RecoveryCode) -> Result<MemberId> {
    let url = how.url.clone().or_else(|| default_address(hub));
    let url: Url = url.ok_or_else(|| ClientError::input("hub"))?;
    crate::client::home::check_address(&url, hub)?;
    let remote = Remote::new(&url, how.language)?;
    let fetched = remote.fetch_bundle(&code.fetch_id()).await?;
    let bundle = KeyBundle::from_bytes(&open_file(&fetched.sealed, &code.identity())?)?;
    if bundle.hub != *hub || !bundle.recipients.contains(&code.identity().recipient()) {
        return Err(Refusal::WrongHub.into());
    }
    require_signed_for(&fetched, &bundle, Digest::of(&*code.fetch_id()))?;
    let member = bundle.member;
    let settings =
        Settings { hub: hub.clone(), url, authority: bundle.authority, member, language: how.language };
    let home = Home::create(how.folder, settings)?;
    // What its member had verified: the hub must show no less than that.
    if let Some(pins) = bundle.seen {
        home.remember(&Remembered::of_pins(pins))?;
    }
    home.save_bundle(&bundle, &how.keep)?;
    home.settle()?;
    Ok(member)
}

/// Refuses a bundle that is not, in all that its statement says, the one that a key in it signed for: the hub could
/// else hand out an older bundle under a newer number, or one that its member had replaced.
pub(super) fn require_signed_for(fetched: &FetchedBundle, bundle: &KeyBundle, fetch: Digest) -> Result<()> {
    let statement = Statement::parse(&fetched.statement).map_err(Refusal::from)?;
    let Body::Bundle(named) = &statement.body else { return Err(other_bundle()) };
    let ids = |fetch: &[Digest]| fetch.iter().copied().collect::<BTreeSet<_>>();
    let same = statement.hub == bundle.hub
        && statement.by == Signer::Member(bundle.member)
        && named.digest == Digest::of(&fetched.sealed)
        && named.number.0 == bundle.number
        && named.fetch.contains(&fetch)
        && ids(&named.fetch) == ids(&bundle.fetch);
    let signed = bundle.keys.iter().any(|pair| {
        let (cert, kind) = (pair.cert.public(), statement.body.kind());
        verify_statement(&cert, kind, &fetched.statement, &fetched.signature, statement.signed_at).is_ok()
    });
    (same && signed).then_some(()).ok_or_else(other_bundle)
}

fn other_bundle() -> ClientError {
    ClientError::said(
        "other-bundle",
        "De hub gaf een andere sleutelbos dan die waarvoor u het laatst tekende. Dit kan op misbruik wijzen: bel het huis.",
        "The hub gave another key bundle than the one that you signed for last. This can mean abuse: call the house.",
    )
}
