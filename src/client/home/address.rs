//! Where a hub can be: its name is what people were given on paper, so nothing else will do.

use url::Url;

use super::HomeError;
use crate::protocol::id::HubName;

/// The address must be the hub's own name, over https; over plain http only on this machine, as `localhost`.
pub fn check_address(url: &Url, hub: &HubName) -> Result<(), HomeError> {
    let scheme = match url.scheme() {
        "https" => true,
        "http" => hub.as_str() == "localhost",
        _ => false,
    };
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.path() == "/";
    match scheme && plain && url.host_str() == Some(hub.as_str()) {
        true => Ok(()),
        false => Err(HomeError::Address { url: url.to_string(), hub: hub.clone() }),
    }
}

/// The address of a hub that gives none: https, at its name.
pub fn default_address(hub: &HubName) -> Option<Url> {
    Url::parse(&format!("https://{hub}/")).ok()
}
