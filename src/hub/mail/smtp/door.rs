//! The way to the mail server, closed to others before anything is said on it.
//!
//! STARTTLS is spoken here, byte by byte, and not by lettre: that reads ahead, and would take for the server's word,
//! after TLS began, what somebody on the way had put behind the server's "go ahead" in clear.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::ClientConfig;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::hub::config::{MailTls, SmtpConfig};
use crate::hub::mail::{Failure, TransportError, Why};
use crate::protocol::id::HubName;

/// The longest reply that is read before TLS, in bytes.
const LONGEST_REPLY: usize = 8 << 10;

/// What is known of the server before it is spoken to.
pub(super) struct Door {
    host: String,
    port: u16,
    /// None on this machine only.
    tls: Option<(TlsConnector, ServerName<'static>)>,
    way: MailTls,
    hub: HubName,
}

/// What lettre takes a connection from.
pub(super) type Stream = Box<dyn AsyncTokioStream>;

impl Door {
    pub fn new(config: &SmtpConfig, hub: &HubName) -> Result<Self, TransportError> {
        let tls = match config.tls {
            MailTls::Local => None,
            MailTls::Always | MailTls::Required => {
                let name = ServerName::try_from(config.host.clone());
                let name = name.map_err(|error| TransportError::Tls(error.to_string()))?;
                Some((TlsConnector::from(Arc::new(client_config(config)?)), name))
            }
        };
        let (host, port, way) = (config.host.clone(), config.port, config.tls);
        Ok(Self { host, port, tls, way, hub: hub.clone() })
    }

    /// Whether nobody on the way can listen.
    pub fn is_closed(&self) -> bool {
        self.tls.is_some()
    }

    /// A connection on which the server's greeting comes next.
    pub async fn open(&self) -> Result<Stream, Failure> {
        let tcp = TcpStream::connect((self.host.as_str(), self.port)).await;
        let mut tcp = tcp.map_err(|_| Why::Unreachable)?;
        // A message is written in pieces, each of which the server can have at once.
        let _ = tcp.set_nodelay(true);
        let Some((connector, name)) = &self.tls else {
            // A name server could say that localhost is elsewhere.
            let here = tcp.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback());
            return if here { Ok(Box::new(tcp)) } else { Err(Why::Insecure.into()) };
        };
        let greeting = match self.way {
            MailTls::Required => {
                self.start_tls(&mut tcp).await?;
                // Said already, in clear, and so not to be believed; lettre waits for one.
                &b"220 -\r\n"[..]
            }
            MailTls::Always | MailTls::Local => b"",
        };
        let closed = connector.connect(name.clone(), tcp).await.map_err(|error| not_closed(&error))?;
        Ok(Box::new(Greeted { greeting, stream: closed }))
    }

    /// Asks for TLS, without which the server learns nothing but the hub's name.
    async fn start_tls(&self, tcp: &mut TcpStream) -> Result<(), Failure> {
        if reply(tcp).await?.code != 220 {
            return Err(Why::RefusedForNow.into());
        }
        say(tcp, &format!("EHLO {}\r\n", self.hub)).await?;
        let offers = reply(tcp).await?;
        if offers.code != 250 || !offers.words.iter().any(|word| word.eq_ignore_ascii_case("STARTTLS")) {
            return Err(Why::Insecure.into());
        }
        say(tcp, "STARTTLS\r\n").await?;
        match reply(tcp).await?.code {
            220 => Ok(()),
            _ => Err(Why::Insecure.into()),
        }
    }
}

/// TLS 1.2 or newer; a certificate by an authority that the machine believes, or by the one named.
fn client_config(config: &SmtpConfig) -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TransportError::Tls(error.to_string()))?;
    let Some(file) = &config.ca else {
        let builder =
            builder.with_platform_verifier().map_err(|error| TransportError::Tls(error.to_string()))?;
        return Ok(builder.with_no_client_auth());
    };
    let wrong = |problem: String| TransportError::Authority { file: file.display().to_string(), problem };
    let mut roots = rustls::RootCertStore::empty();
    for cert in CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))? {
        let cert = cert.map_err(|error| wrong(error.to_string()))?;
        roots.add(cert).map_err(|error| wrong(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(wrong("there is none in it".to_owned()));
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// A connection that ended is not a server that can't be trusted.
fn not_closed(error: &io::Error) -> Failure {
    match error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) {
        true => Why::Insecure.into(),
        false => Why::BrokenOff.into(),
    }
}

struct Reply {
    code: u16,
    /// What stands behind the code in each line.
    words: Vec<String>,
}

async fn say(tcp: &mut TcpStream, text: &str) -> Result<(), Failure> {
    tcp.write_all(text.as_bytes()).await.map_err(|_| Why::BrokenOff.into())
}

/// Reads one reply, and not a byte that follows it.
async fn reply(tcp: &mut TcpStream) -> Result<Reply, Failure> {
    let (mut words, mut line, mut read) = (Vec::new(), Vec::new(), 0);
    loop {
        let byte = tcp.read_u8().await.map_err(|_| Why::BrokenOff)?;
        read += 1;
        line.push(byte);
        if read > LONGEST_REPLY {
            return Err(Why::BrokenOff.into());
        }
        if byte != b'\n' {
            continue;
        }
        let text = String::from_utf8_lossy(&std::mem::take(&mut line)).trim_end().to_owned();
        let code = text.get(..3).and_then(|digits| digits.parse().ok()).ok_or(Why::BrokenOff)?;
        words.push(text.get(4..).unwrap_or_default().to_owned());
        if text.as_bytes().get(3) != Some(&b'-') {
            return Ok(Reply { code, words });
        }
    }
}

/// A TLS connection before which a greeting is read.
#[derive(Debug)]
struct Greeted {
    greeting: &'static [u8],
    stream: TlsStream<TcpStream>,
}

impl AsyncTokioStream for Greeted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Greeted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.greeting.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, into);
        }
        let (now, later) = self.greeting.split_at(self.greeting.len().min(into.remaining()));
        into.put_slice(now);
        self.greeting = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Greeted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
