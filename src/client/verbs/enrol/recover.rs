//! `zegel enrol --recover`: a home again, from the recovery code alone.

use url::Url;

use super::Enrol;
use crate::client::error::{ClientError, Result};
use crate::client::home::{Home, Remembered, Settings, default_address};
use crate::client::remote::Remote;
use crate::client::secret::KeyBundle;
use crate::protocol::id::{HubName, MemberId};
use crate::protocol::recovery::RecoveryCode;
use crate::protocol::refusal::Refusal;
use crate::protocol::seal::open_file;

/// Fetches the member's newest bundle, opens it with the code, and makes a home of it. The pins come from the
/// bundle: whom it is sealed to stands in the bundle only, so nobody else could have made it. That it is the
/// newest on record is seen, as each time, when the member begins to work with it.
pub async fn recover(how: Enrol<'_>, hub: &HubName, code: &RecoveryCode) -> Result<MemberId> {
    let url = how.url.clone().or_else(|| default_address(hub));
    let url: Url = url.ok_or_else(|| ClientError::input("hub"))?;
    crate::client::home::check_address(&url, hub)?;
    let remote = Remote::new(&url, how.language)?;
    let sealed = remote.fetch_bundle(&code.fetch_id()).await?;
    let bundle = KeyBundle::from_bytes(&open_file(&sealed, &code.identity())?)?;
    if bundle.hub != *hub || !bundle.recipients.contains(&code.identity().recipient()) {
        return Err(Refusal::WrongHub.into());
    }
    let member = bundle.member;
    let settings =
        Settings { hub: hub.clone(), url, authority: bundle.authority, member, language: how.language };
    let home = Home::create(how.folder, settings)?;
    // What its member had verified: the hub must show no less than that.
    if let Some(pins) = bundle.seen {
        home.remember(&Remembered::of_pins(pins))?;
    }
    home.save_bundle(&bundle, &how.keep)?;
    Ok(member)
}
