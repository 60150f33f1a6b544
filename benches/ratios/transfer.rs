//! A body through the hub, up and down, against nginx on the same folder: its WebDAV takes a file with PUT, and serves
//! it as it lies there. The client is the same for both, and keeps nothing.
//!
//! nginx does not wait for the disk, the hub does for every part. So there is a row in which the peer's time is until
//! its file, too, is on disk.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use tokio::runtime::Runtime;
use zegel::client::verbs::contribute::terms::NewFile;
use zegel::clock::{Clock, Stopwatch, SystemClock};
use zegel::demo::act::file;
use zegel::protocol::id::Digest;
use zegel::protocol::payload::{PART, payload_length};
use zegel::protocol::words::{ItemKind, Phase};

use crate::race::{Aim, Row, Table, race};
use crate::sealing::block;
use crate::stage::{house, refers, signs_in};

const SIZE: u64 = 512 << 20;
const ROUNDS: usize = 5;

pub fn all(table: &mut Table) {
    let names = ["upload 512 MiB", "upload 512 MiB, both until it is on disk", "download 512 MiB"];
    let [up, until_on_disk, down] = names.map(str::to_owned);
    if !names.iter().any(|name| table.wants(name)) {
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let house = runtime.block_on(House::begin(folder.path()));
    let nginx = Nginx::start(&folder.path().join("nginx"));
    let payload = Payload::new();
    let mut row = |what: String, (ours, peer), aim| {
        let amount = Some((payload.length() as f64 / 1e9, "GB/s"));
        table.add(Row { what, amount, ours, peer, aim });
    };
    let upload = || runtime.block_on(house.takes(&payload));
    row(up, race(ROUNDS, upload, || runtime.block_on(nginx.takes(&payload, false))), Aim::Times(0.8));
    let peer = || runtime.block_on(nginx.takes(&payload, true));
    row(until_on_disk, race(ROUNDS, upload, peer), Aim::None);
    let download = || runtime.block_on(house.gives(payload.length()));
    row(down, race(ROUNDS, download, || runtime.block_on(nginx.gives(payload.length()))), Aim::Times(0.8));
}

/// As long as a sealed file, and as random. It lies in memory.
struct Payload(Vec<Bytes>);

impl Payload {
    fn new() -> Self {
        let part: Vec<u8> = block().into_iter().cycle().take(PART).collect();
        let rest = (payload_length(SIZE) % PART as u64) as usize;
        let part = Bytes::from(part);
        let whole = (payload_length(SIZE) / PART as u64) as usize;
        Self(std::iter::repeat_n(part.clone(), whole).chain([part.slice(..rest)]).collect())
    }

    fn length(&self) -> u64 {
        self.0.iter().map(|part| part.len() as u64).sum()
    }
}

/// The program itself, on a house in which Femke has put a file.
struct House {
    hub: Child,
    url: String,
    token: String,
    item: Digest,
    http: reqwest::Client,
}

impl House {
    async fn begin(folder: &Path) -> Self {
        let stage = house(folder, "sqlite:zegel.db").await;
        let (case, _) = refers(&stage, "femke", "aanmelding.txt").await;
        let path = folder.join("opname.mp4");
        File::create(&path).and_then(|file| file.set_len(SIZE)).expect("a file");
        let keep = format!("{}-12-31", SystemClock.now().year() + 1);
        let new: NewFile = file(path, "Opname", ItemKind::Contribution, &[Phase::Rto], &keep);
        let item = stage.contributes("femke", case, vec![new]).await.expect("it is put in").items[0].item;
        let token = signs_in(&stage, "femke").await;
        stage.hub.shutdown().await;
        let (hub, port) = serves(&folder.join("hub"));
        let url = format!("http://127.0.0.1:{port}/v1");
        Self { hub, url, token, item, http: reqwest::Client::new() }
    }

    /// Part by part, as a client sends them. What came is given up again, outside the time.
    async fn takes(&self, payload: &Payload) -> Duration {
        let watch = Stopwatch::start();
        let length = payload.length().to_string();
        let begun = self.ask(Method::POST, "/uploads").header("upload-length", length).send().await;
        let begun = begun.and_then(reqwest::Response::error_for_status).expect("an upload begins");
        let place =
            begun.headers()["location"].to_str().expect("a place").trim_start_matches("/v1").to_owned();
        let mut offset = 0;
        for part in &payload.0 {
            let ask = self.ask(Method::PATCH, &place).header("upload-offset", offset.to_string());
            let ask = ask.header("content-type", "application/offset+octet-stream").body(part.clone());
            ask.send().await.and_then(reqwest::Response::error_for_status).expect("a part is taken");
            offset += part.len();
        }
        let took = watch.elapsed();
        self.ask(Method::DELETE, &place).send().await.expect("it is given up");
        took
    }

    async fn gives(&self, length: u64) -> Duration {
        let path = format!("/statements/{}/parts/body/payload", self.item);
        taken(self.ask(Method::GET, &path), length).await
    }

    fn ask(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        request.bearer_auth(&self.token).header("tus-resumable", "1.0.0")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.hub.kill();
        let _ = self.hub.wait();
    }
}

/// Starts the program on a hub's folder, and waits until it says at which port it answers.
pub fn serves(folder: &Path) -> (Child, u16) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zegel"));
    command.args(["serve", "--config"]).arg(folder.join("zegel.toml")).env("ZEGEL_LANG", "en");
    // Some other port than the one that it has in its file, which may be in use.
    command.env("ZEGEL__LISTEN", "127.0.0.1:0").env("ZEGEL__OPS_LISTEN", "127.0.0.1:0");
    let mut hub = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the hub starts");
    let mut said = String::new();
    BufReader::new(hub.stdout.take().expect("it is piped")).read_line(&mut said).expect("it says where");
    let port = said.rsplit_once("127.0.0.1:").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    (hub, port.expect("a port"))
}

/// Takes an answer to its end, and keeps nothing.
async fn taken(request: reqwest::RequestBuilder, length: u64) -> Duration {
    let watch = Stopwatch::start();
    let mut answer = request.send().await.expect("an answer").error_for_status().expect("a good one");
    let mut came = 0;
    while let Some(piece) = answer.chunk().await.expect("it goes on") {
        came += piece.len() as u64;
    }
    assert_eq!(came, length);
    watch.elapsed()
}

struct Nginx {
    process: Child,
    file: PathBuf,
    url: String,
    http: reqwest::Client,
}

impl Nginx {
    fn start(folder: &Path) -> Self {
        fs::create_dir_all(folder.join("files")).expect("a folder");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let of = |name: &str| folder.join(name).display().to_string();
        let unused =
            ["proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {};", of("unused")));
        let config = format!(
            "daemon off; master_process off; pid {};
             events {{}}
             http {{ access_log off; sendfile on; tcp_nopush on; client_body_temp_path {}; {}
                 server {{ listen 127.0.0.1:{port}; root {}; client_max_body_size 0;
                     location / {{ dav_methods PUT; }} }} }}\n",
            of("pid"),
            of("files/incoming"),
            unused.join(" "),
            of("files"),
        );
        fs::write(folder.join("nginx.conf"), config).expect("a configuration");
        let mut command = Command::new("/usr/sbin/nginx");
        command.args(["-e", "error.log", "-c", &of("nginx.conf"), "-p", &of("")]).stderr(Stdio::null());
        let process = command.spawn().expect("nginx runs: ops/install.sh bench installs it");
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(10));
        }
        let url = format!("http://127.0.0.1:{port}/opname");
        Self { process, file: folder.join("files/opname"), url, http: reqwest::Client::new() }
    }

    /// All at once, as HTTP does; and waits for the disk only where that is said.
    async fn takes(&self, payload: &Payload, until_on_disk: bool) -> Duration {
        let watch = Stopwatch::start();
        let pieces: Vec<_> = payload.0.iter().cloned().map(Ok::<_, std::io::Error>).collect();
        let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
        let put = self.http.put(&self.url).header("content-length", payload.length()).body(body);
        put.send().await.and_then(reqwest::Response::error_for_status).expect("it is taken");
        if until_on_disk {
            File::open(&self.file).and_then(|file| file.sync_all()).expect("it is on disk");
        }
        watch.elapsed()
    }

    async fn gives(&self, length: u64) -> Duration {
        taken(self.http.get(&self.url), length).await
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
