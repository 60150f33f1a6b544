//! A mail server that does what a test tells it to, and remembers all that was said.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What it does with one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Takes the message.
    Take,
    /// Hangs up before it says anything.
    HangUp,
    /// Says nothing at all, for long.
    Silent,
    /// Is not there for this hub: the greeting says so.
    NoService,
    /// Doesn't know of TLS.
    NoTls,
    /// Somebody on the way puts a word behind the "go ahead", before TLS.
    Injected,
    /// Refuses the password.
    WrongPassword,
    /// Knows of no passwords.
    NoPasswords,
    /// Refuses the recipient with this.
    Recipient(&'static str),
    /// Refuses the message with this, once it has come.
    Message(&'static str),
    /// Takes the message whole, and is gone before it says so.
    DieAfterData,
}

/// One message as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub bytes: Vec<u8>,
}

impl Received {
    /// The value of an outer header.
    pub fn header(&self, name: &str) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        let head = text.split("\r\n\r\n").next().unwrap();
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in\n{head}")).to_owned()
    }
}

#[derive(Default)]
struct Seen {
    script: VecDeque<Act>,
    /// What was said on each connection, in both directions, as it would be read on the way without TLS.
    wire: Vec<u8>,
    received: Vec<Received>,
    connections: usize,
}

/// The server. It ends with its value.
pub struct FakeServer {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
    task: tokio::task::JoinHandle<()>,
    /// The PEM of the authority that vouches for it.
    pub authority: String,
}

/// How a connection begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Plain,
    StartTls,
}

/// The name and the password that it lets in.
pub const USER: &str = "hub";
pub const PASSWORD: &str = "Wachtwoord-Wielewaal-31";

/// A certificate for this machine, with its key, and its authority's: all in PEM.
pub struct Certified {
    pub authority: String,
    pub cert: String,
    pub key: String,
}

/// Makes one, signed by an authority of its own.
pub fn certified(host: &str) -> Certified {
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let mut ca = rcgen::CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca_cert = ca.self_signed(&ca_key).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let cert =
        rcgen::CertificateParams::new(vec![host.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    Certified { authority: ca_cert.pem(), cert: cert.pem(), key: key.serialize_pem() }
}

impl FakeServer {
    pub async fn start(way: Way) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let certified = certified("localhost");
        let acceptor = acceptor(&certified);
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = seen.clone();
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { return };
                let act = {
                    let mut seen = shared.lock().unwrap();
                    seen.connections += 1;
                    seen.script.pop_front().unwrap_or(Act::Take)
                };
                let talk = Talk { act, seen: shared.clone() };
                let acceptor = acceptor.clone();
                // How a connection ends doesn't matter: what was said is what counts.
                tokio::spawn(async move { talk.begins(stream, way, acceptor).await });
            }
        });
        Self { port, seen, task, authority: certified.authority }
    }

    /// What the hub's configuration says of it. Files lie in `folder`, which is the hub's.
    pub fn settings(&self, folder: &Path, way: Way) -> String {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("relay.pem"), &self.authority).unwrap();
        std::fs::write(folder.join("relay.password"), PASSWORD).unwrap();
        match way {
            Way::Plain => format!("[mail]\nserver = \"smtp://127.0.0.1:{}\"\n", self.port),
            Way::StartTls => format!(
                "[mail]\nserver = \"smtp://localhost:{}?tls=required\"\nca = \"relay.pem\"\nuser = \"{USER}\"\n\
                 password_file = \"relay.password\"\n",
                self.port
            ),
        }
    }

    /// What it does with the next connections; after those it takes everything.
    pub fn will(&self, acts: &[Act]) {
        self.seen.lock().unwrap().script.extend(acts);
    }

    pub fn received(&self) -> Vec<Received> {
        self.seen.lock().unwrap().received.clone()
    }

    /// All that was said so far.
    pub fn wire(&self) -> Vec<u8> {
        self.seen.lock().unwrap().wire.clone()
    }

    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn acceptor(certified: &Certified) -> TlsAcceptor {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let cert = CertificateDer::from_pem_slice(certified.cert.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(certified.key.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// One connection.
struct Talk {
    act: Act,
    seen: Arc<Mutex<Seen>>,
}

type Ended = Result<(), std::io::Error>;

impl Talk {
    async fn begins(self, mut stream: TcpStream, way: Way, acceptor: TlsAcceptor) -> Ended {
        match self.act {
            Act::HangUp => return Ok(()),
            Act::Silent => {
                tokio::time::sleep(Duration::from_secs(600)).await;
                return Ok(());
            }
            Act::NoService => return self.says(&mut stream, "554 5.3.2 no service for you").await,
            _ => self.says(&mut stream, "220 mail.example ESMTP").await?,
        }
        if way == Way::Plain {
            return self.talks(BufReader::new(stream)).await;
        }
        let mut reader = BufReader::new(stream);
        self.hears(&mut reader).await?;
        if self.act == Act::NoTls {
            self.says(&mut reader, "250-mail.example\r\n250 AUTH PLAIN").await?;
            return self.talks(reader).await;
        }
        self.says(&mut reader, "250-mail.example\r\n250 STARTTLS").await?;
        self.hears(&mut reader).await?;
        if self.act == Act::Injected {
            self.says(&mut reader, "220 go ahead\r\n250-mail.example\r\n250 AUTH PLAIN").await?;
        } else {
            self.says(&mut reader, "220 go ahead").await?;
        }
        let stream = acceptor.accept(reader.into_inner()).await?;
        self.talks(BufReader::new(stream)).await
    }

    async fn talks<S: AsyncRead + AsyncWrite + Unpin>(&self, mut stream: BufReader<S>) -> Ended {
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let line = self.hears(&mut stream).await?;
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" if self.act == Act::NoPasswords => "250-mail.example\r\n250 8BITMIME",
                "EHLO" => "250-mail.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
                "AUTH" if self.act == Act::WrongPassword => "535 5.7.8 wrong password",
                "AUTH" => {
                    use base64::Engine;
                    let plain =
                        base64::engine::general_purpose::STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
                    assert_eq!(line, format!("AUTH PLAIN {plain}"), "the hub says who it is");
                    "235 welcome"
                }
                "MAIL" => {
                    from = path(&line);
                    "250 ok"
                }
                "RCPT" => match self.act {
                    Act::Recipient(refusal) => refusal,
                    _ => {
                        to.push(path(&line));
                        "250 ok"
                    }
                },
                "DATA" => {
                    self.says(&mut stream, "354 go on").await?;
                    let bytes = self.hears_message(&mut stream).await?;
                    let whole = Received { from: from.clone(), to: std::mem::take(&mut to), bytes };
                    match self.act {
                        Act::Message(refusal) => refusal,
                        act => {
                            self.seen.lock().unwrap().received.push(whole);
                            if act == Act::DieAfterData {
                                return Ok(());
                            }
                            "250 2.0.0 taken"
                        }
                    }
                }
                "QUIT" => return self.says(&mut stream, "221 goodbye").await,
                _ => "500 what?",
            };
            self.says(&mut stream, answer).await?;
        }
    }

    async fn says(&self, stream: &mut (impl AsyncWrite + Unpin), text: &str) -> Ended {
        let text = format!("{text}\r\n");
        self.seen.lock().unwrap().wire.extend(text.as_bytes());
        stream.write_all(text.as_bytes()).await?;
        stream.flush().await
    }

    async fn hears<S: AsyncRead + Unpin>(&self, stream: &mut BufReader<S>) -> Result<String, std::io::Error> {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.seen.lock().unwrap().wire.extend(&line);
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// The message, with what hides its dots taken off.
    async fn hears_message<S: AsyncRead + Unpin>(
        &self,
        stream: &mut BufReader<S>,
    ) -> Result<Vec<u8>, std::io::Error> {
        let mut message = Vec::new();
        loop {
            let mut line = Vec::new();
            if stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            self.seen.lock().unwrap().wire.extend(&line);
            if !line.ends_with(b"\n") {
                // Whoever spoke was killed in the middle of it.
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            assert!(line.ends_with(b"\r\n"), "lines end as they should");
            match line.as_slice() {
                b".\r\n" => return Ok(message),
                [b'.', rest @ ..] => message.extend(rest),
                line => message.extend(line),
            }
        }
    }
}

/// What stands between `<` and `>`.
fn path(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
