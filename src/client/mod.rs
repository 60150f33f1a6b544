//! Whatever takes a member's secret: the command line and the demo both call this.
//!
//! A verb is an async function of a [`Context`] and typed arguments, with a typed answer. In order: a
//! [`home`] keeps the keys ([`secret`]), [`remote`] talks to the hub, [`trust`] believes nothing of what
//! it says before it is proven, [`sign`] says what will be signed ([`describe`]) and signs it.

mod as_text;
pub mod ask;
pub mod batch;
pub mod cli;
pub mod context;
pub mod describe;
mod done;
pub mod error;
pub mod grant;
pub mod home;
pub mod letter;
pub mod note;
pub mod open;
mod pending;
mod relay;
pub mod remote;
pub mod secret;
pub mod session;
pub mod sign;
pub mod spoilt;
#[cfg(test)]
mod testing;
pub mod trust;
pub mod vault;
pub mod verbs;

pub use ask::{Questions, Unattended};
pub use batch::Batch;
pub use context::{Context, Report, nl_en};
pub use error::{ClientError, Result};
pub use home::{Home, Keep, Settings};
pub use remote::Remote;
pub use secret::{KeyBundle, Secrets};
pub use sign::Draft;
pub use trust::World;
