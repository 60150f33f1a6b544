//! `zegel enrol --recover`: a home again, from the recovery code alone.

use url::Url;

use super::Enrol;
use crate::client::error::{ClientError, Result};
use crate::client::home::{Home, Settings, default_address};
use crate::client::remote::Remote;
use crate::client::secret::KeyBundle;
use crate::protocol::id::{Digest, HubName, MemberId};
use crate::protocol::recovery::RecoveryCode;
use crate::protocol::refusal::Refusal;
use crate::protocol::seal::open_file;
use crate::protocol::statement::{Body, Statement};

/// Fetches the member's newest bundle, opens it with the code, and makes a home of it. The pins come from the
/// bundle, which nobody else could have sealed; what the hub shows is judged by them.
pub async fn recover(how: Enrol<'_>, hub: &HubName, code: &RecoveryCode) -> Result<MemberId> {
    let url = how.url.clone().or_else(|| default_address(hub));
    let url: Url = url.ok_or_else(|| ClientError::input("hub"))?;
    crate::client::home::check_address(&url, hub)?;
    let remote = Remote::new(&url, how.language)?;
    let fetched = remote.fetch_bundle(&code.fetch_id()).await?;
    let text = open_file(&fetched.bundle, &code.identity())?;
    let bundle = KeyBundle::from_bytes(&text)?;
    let statement = Statement::parse(fetched.statement.as_bytes()).map_err(Refusal::from)?;
    require_its_own(&bundle, &statement, &fetched.bundle, hub)?;

    let member = bundle.member;
    let settings =
        Settings { hub: hub.clone(), url, authority: bundle.authority, member, language: how.language };
    let home = Home::create(how.folder, settings)?;
    home.save_bundle(&bundle, &how.keep)?;
    Ok(member)
}

/// The statement must be about this very bundle of this member.
fn require_its_own(bundle: &KeyBundle, statement: &Statement, bytes: &[u8], hub: &HubName) -> Result<()> {
    let its_own = match &statement.body {
        Body::Bundle(b) => b.digest == Digest::of(bytes) && b.number.0 == bundle.number,
        _ => false,
    };
    match its_own && statement.member() == Some(bundle.member) && bundle.hub == *hub {
        true => Ok(()),
        false => Err(ClientError::BadAnswer { what: "bundle" }),
    }
}
