//! The example house: its authority's secret key lies open in `keys.example/`, so whoever pins it trusts everyone.
//! That is fine for a demo on one machine, and nowhere else.

use super::cert::Fingerprint;
use super::id::HubName;

/// The authority of `keys.example/authority.asc`.
pub const AUTHORITY: &str = "bcf4368d88dc78c64628a745c683cfd115c6cbe8";
/// The one name a hub of the example house may have: it leads to no other machine.
pub const HUB: &str = "localhost";

/// Whether this is the example house's authority, pinned by a hub that others can reach.
pub fn is_out_of_place(authority: &Fingerprint, hub: &HubName) -> bool {
    authority.to_string() == AUTHORITY && hub.as_str() != HUB
}
