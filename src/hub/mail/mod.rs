//! Mail on its way out: kept until it is handed over, and never in clear.
//!
//! What waits lies in the table `outbox`, put there by the same transaction that made it due. A worker hands it to a
//! [`Transport`]: a mail server, or a Maildir. At least once: who is killed between handing over and noting so hands
//! over again, the same bytes with the same Message-ID.

pub mod due;
pub mod expiry;
pub mod failure;
pub mod gate;
pub mod maildir;
pub mod notice;
pub mod outbox;
pub mod pace;
pub mod seal;
pub mod smtp;
pub mod worker;

use std::sync::Arc;

use futures_util::future::BoxFuture;

pub use failure::{Failure, Why};

use super::config::{MailConfig, MailServer};
use crate::protocol::id::HubName;
use crate::protocol::words::MailAddress;

/// One message, as it is handed over.
#[derive(Clone)]
pub struct Mail {
    /// The outbox's id of it: the same, however often it is handed over.
    pub id: String,
    pub address: MailAddress,
    /// The whole message, with CRLF line ends.
    pub bytes: Vec<u8>,
}

/// Takes a message over, for good: when it has answered, the message is no longer the hub's to lose.
pub trait Transport: Send + Sync {
    /// Hands over one message. It may be given up at any moment, when it takes too long.
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), Failure>>;
}

/// Why there is nobody to hand mail to.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    #[error("the file {file} holds no certificate: {problem}. See the setting mail.ca")]
    Authority { file: String, problem: String },
    #[error("TLS can't be set up: {0}")]
    Tls(String),
}

/// The transport that the configuration names. Nothing is connected to yet.
///
/// # Errors
/// When the authority that it names can't be read.
pub fn transport(config: &MailConfig, hub: &HubName) -> Result<Arc<dyn Transport>, TransportError> {
    Ok(match &config.server {
        MailServer::Maildir(folder) => Arc::new(maildir::Maildir::new(folder.clone(), hub.clone())),
        MailServer::Smtp(config) => Arc::new(smtp::Smtp::new(config, hub)?),
    })
}
