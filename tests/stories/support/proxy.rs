//! What stands between a client and the hub: it counts what passes, and cuts the line when it is told to.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const NEVER: u64 = u64::MAX;

pub struct Proxy {
    pub port: u16,
    /// From clients to the hub.
    pub up: Arc<Way>,
    /// From the hub to clients.
    pub down: Arc<Way>,
}

/// One direction, over all connections.
pub struct Way {
    passed: watch::Sender<u64>,
    cut_at: AtomicU64,
}

impl Way {
    fn new() -> Arc<Self> {
        Arc::new(Self { passed: watch::Sender::new(0), cut_at: AtomicU64::new(NEVER) })
    }

    /// The bytes that passed so far.
    pub fn passed(&self) -> u64 {
        *self.passed.borrow()
    }

    /// Waits until so many bytes have passed.
    pub async fn reaches(&self, bytes: u64) {
        self.passed.subscribe().wait_for(|passed| *passed >= bytes).await.unwrap();
    }

    /// Once so many bytes have passed, whoever sends or gets them is cut off: once.
    pub fn will_be_cut_at(&self, bytes: u64) {
        self.cut_at.store(bytes, Ordering::Relaxed);
    }

    pub fn was_cut(&self) -> bool {
        self.cut_at.load(Ordering::Relaxed) == NEVER
    }

    /// Passes on until the end, or the cut.
    async fn pass(&self, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> io::Result<()> {
        let mut bytes = vec![0; 64 << 10];
        loop {
            let read = from.read(&mut bytes).await?;
            if read == 0 {
                return Ok(());
            }
            to.write_all(&bytes[..read]).await?;
            self.passed.send_modify(|passed| *passed += read as u64);
            if self.passed() >= self.cut_at.load(Ordering::Relaxed) {
                self.cut_at.store(NEVER, Ordering::Relaxed);
                return Ok(());
            }
        }
    }
}

impl Proxy {
    /// Before the hub at a port of this machine.
    pub async fn before(hub: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self { port: listener.local_addr().unwrap().port(), up: Way::new(), down: Way::new() };
        let (up, down) = (proxy.up.clone(), proxy.down.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(connect(client, hub, up.clone(), down.clone()));
            }
        });
        proxy
    }
}

/// Who ends one direction ends both: what was on its way is lost, as when a line breaks.
async fn connect(mut client: TcpStream, hub: u16, up: Arc<Way>, down: Arc<Way>) -> io::Result<()> {
    let mut hub = TcpStream::connect(("127.0.0.1", hub)).await?;
    let ((from_client, to_client), (from_hub, to_hub)) = (client.split(), hub.split());
    tokio::select! {
        ended = up.pass(from_client, to_hub) => ended,
        ended = down.pass(from_hub, to_client) => ended,
    }
}
