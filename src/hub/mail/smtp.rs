//! Mail handed to a server by SMTP (RFC 5321), one connection a message.
//!
//! lettre speaks; who is spoken to, and that nobody listens, is settled before in [`door`]. The steps are taken one by
//! one, as what a refusal means depends on where it comes: a refused password is the administrator's to mend, so the
//! message waits; a refused recipient is for good.

mod door;

use futures_util::future::BoxFuture;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as From, Quit, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, response::Response};

use super::{Failure, Mail, Transport, TransportError, Why};
use crate::hub::config::{MailLogin, SmtpConfig};
use crate::protocol::id::HubName;
use crate::protocol::mime::house_address;
use door::Door;

/// A mail server.
pub struct Smtp {
    door: Door,
    login: Option<MailLogin>,
    hub: HubName,
}

/// Where in the conversation a reply came: what it means depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Greeting, password, sender: about this hub.
    LetIn,
    /// About the addressee.
    Recipient,
    /// About the message.
    Message,
}

impl Smtp {
    /// The server, which is not spoken to yet.
    ///
    /// # Errors
    /// When the authority that the configuration names can't be read.
    pub fn new(config: &SmtpConfig, hub: &HubName) -> Result<Self, TransportError> {
        Ok(Self { door: Door::new(config, hub)?, login: config.login.clone(), hub: hub.clone() })
    }

    async fn hand_over(&self, mail: &Mail) -> Result<(), Failure> {
        let name = ClientId::Domain(self.hub.to_string());
        let stream = self.door.open().await?;
        let mut server = AsyncSmtpConnection::connect_with_transport(stream, &name)
            .await
            .map_err(|error| failure(Step::LetIn, &error))?;
        self.log_in(&mut server).await?;
        let sender = house_address(&self.hub).ok_or(Why::NotLetIn)?;
        let sender = From::new(Some(address(&sender.to_string())?), Vec::new());
        expect(Step::LetIn, 250, server.command(sender).await)?;
        let recipient = Rcpt::new(address(&mail.address.to_string())?, Vec::new());
        // 251: it will be forwarded.
        let reply = server.command(recipient).await.map_err(|error| failure(Step::Recipient, &error))?;
        if !reply.has_code(250) && !reply.has_code(251) {
            return Err(Why::BrokenOff.into());
        }
        expect(Step::Message, 354, server.command(Data).await)?;
        // lettre ends the last line itself; a line more would be another message than the one that was sealed.
        let message = mail.bytes.strip_suffix(b"\r\n").unwrap_or(&mail.bytes);
        expect(Step::Message, 250, server.message(message).await)?;
        // It has taken the message: whether it says goodbye doesn't matter.
        let _ = server.command(Quit).await;
        Ok(())
    }

    async fn log_in(&self, server: &mut AsyncSmtpConnection) -> Result<(), Failure> {
        let Some(login) = &self.login else { return Ok(()) };
        // The configuration has a password only with TLS; this holds that once more before it is said.
        if !self.door.is_closed() {
            return Err(Why::Insecure.into());
        }
        let credentials = Credentials::new(login.user.clone(), login.password.reveal().to_owned());
        let reply = server.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
        match reply {
            Err(error) if error.is_client() => Err(Why::NotLetIn.into()),
            reply => expect(Step::LetIn, 235, reply),
        }
    }
}

impl Transport for Smtp {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.hand_over(mail))
    }
}

fn address(text: &str) -> Result<Address, Failure> {
    text.parse().map_err(|_| Why::Refused.into())
}

/// The one reply that means yes. Any other good one says that the replies are not those to our questions.
fn expect(step: Step, code: u16, reply: Result<Response, Error>) -> Result<(), Failure> {
    match reply {
        Ok(reply) if reply.has_code(code) => Ok(()),
        Ok(_) => Err(Why::BrokenOff.into()),
        Err(error) => Err(failure(step, &error)),
    }
}

fn failure(step: Step, error: &Error) -> Failure {
    let Some(code) = error.status() else { return Why::BrokenOff.into() };
    let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let code = code.into();
    Failure { why: why(step, code, &said), code: Some(code) }
}

/// What a refusal means.
///
/// A 5xx says "never" (RFC 5321, 4.2.1), but of what? Of the hub, where it is about the sender, the password or the
/// relay's policy: then somebody mends a setting, and the mail that waits goes out. Of a full mailbox: that gets
/// emptied. Only where it is about this address, or this message, trying again is no use.
fn why(step: Step, code: u16, said: &str) -> Why {
    let enhanced = said.split_whitespace().next().unwrap_or_default();
    let about = |class: &str| enhanced.starts_with(class);
    match (step, code) {
        (Step::LetIn, 500..) => Why::NotLetIn,
        // Authentication wanted (530, 534, 535, 538); no service here (521).
        (_, 521 | 530 | 534 | 535 | 538) => Why::NotLetIn,
        // Mailbox full, or the system's disk.
        (Step::Recipient, 552) => Why::RefusedForNow,
        (_, 500..) if about("5.2.2") || about("5.3.1") => Why::RefusedForNow,
        // Who may send to whom (X.7.1: also "relaying denied") is about the hub, at the recipient's step.
        (Step::Recipient, 500..) if about("5.7.") => Why::NotLetIn,
        (_, 500..) => Why::Refused,
        _ => Why::RefusedForNow,
    }
}

#[cfg(test)]
mod tests;
