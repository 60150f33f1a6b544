//! What stands between a client and the hub: it counts what passes, stands still where it is told to, and cuts the line.

use std::io;
use std::sync::Arc;

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
    stop_at: watch::Sender<u64>,
}

impl Way {
    fn new() -> Arc<Self> {
        Arc::new(Self { passed: watch::Sender::new(0), stop_at: watch::Sender::new(NEVER) })
    }

    /// The bytes that passed so far.
    pub fn passed(&self) -> u64 {
        *self.passed.borrow()
    }

    /// Lets so many bytes more pass, and then nothing; waits until it has come to that.
    pub async fn stops_after(&self, bytes: u64) {
        let stop_at = self.passed() + bytes;
        self.stop_at.send_replace(stop_at);
        self.passed.subscribe().wait_for(|passed| *passed >= stop_at).await.unwrap();
    }

    /// Cuts the line that stands still.
    pub fn is_cut(&self) {
        self.stop_at.send_replace(NEVER);
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
            if self.passed() >= *self.stop_at.borrow() {
                let _ = self.stop_at.subscribe().wait_for(|stop_at| *stop_at == NEVER).await;
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
