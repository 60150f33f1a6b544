//! The liar as a process: `liar HUB-URL PORT [HUB-CONFIGURATION]`. It says where it answers, and lies as `/liar` is told,
//! until it is ended. With the hub's configuration it can also put statements in its journal.

#[path = "../liar.rs"]
#[allow(dead_code)]
mod liar;
#[path = "../smuggle.rs"]
#[allow(dead_code)]
mod smuggle;

use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;
use zegel::clock::{SystemClock, random};
use zegel::hub::config::Config;
use zegel::hub::serve;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (url, port, config) = match arguments.as_slice() {
        [url, port] => (url, port, None),
        [url, port, config] => (url, port, Some(config)),
        _ => panic!("liar HUB-URL PORT [HUB-CONFIGURATION]"),
    };
    let journal = match config {
        Some(file) => {
            let config = Config::load(Path::new(file), std::iter::empty()).unwrap();
            Some(serve::open(config, Arc::new(SystemClock), random()).await.unwrap())
        }
        None => None,
    };
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await.unwrap();
    println!("http://localhost:{}/", listener.local_addr().unwrap().port());
    liar::stands_before(url.parse().unwrap(), journal, listener);
    std::future::pending::<()>().await;
}
