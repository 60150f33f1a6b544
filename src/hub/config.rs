//! The hub's configuration: one TOML file, and `ZEGEL__SECTION__KEY` from the environment on top of it.
//!
//! All that is wrong is told at once, each with its place, the reason and what to do. A key that is not known is
//! refused, so that a slip of the pen can't leave a limit unset. Secrets are never printed.

mod mail;
mod reader;

pub use mail::{LEAST_PER_HOUR, MailConfig, MailLogin, MailServer, MailTls, SmtpConfig};

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::protocol::example;
use crate::protocol::id::HubName;
use reader::Reader;

const MIB: u64 = 1 << 20;

/// All that the hub is told about its place in the world.
#[derive(Clone, Debug)]
pub struct Config {
    /// The name on the slips, also the passkeys' RP id.
    pub hub: HubName,
    /// Where people's programs reach the hub.
    pub listen: SocketAddr,
    /// Where the administrator's programs do: live, ready, metrics. Loopback only.
    pub ops_listen: SocketAddr,
    /// Whether a proxy in front ends TLS. Without one the hub listens on loopback only.
    pub behind_proxy: bool,
    /// Whose forwarded addresses count.
    pub trusted_proxies: Vec<Network>,
    /// The folder for what the hub keeps.
    pub data: PathBuf,
    pub database: Secret,
    pub objects: ObjectsConfig,
    /// The authority's public cert, a file.
    pub authority: PathBuf,
    /// The pinned fingerprint, 40 upper-case hexadecimal digits.
    pub authority_fingerprint: String,
    pub limits: Limits,
    pub mail: MailConfig,
    /// Of the example house only: the file with whom a visitor can step in as, and each one's recovery code.
    pub visitors: Option<PathBuf>,
}

/// Where body parts lie.
#[derive(Clone, Debug)]
pub enum ObjectsConfig {
    Folder(PathBuf),
    S3(S3Config),
}

/// A bucket, addressed by path.
#[derive(Clone, Debug)]
pub struct S3Config {
    pub endpoint: url::Url,
    pub bucket: String,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: Secret,
}

/// How much, how many and how long. Sizes in bytes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Any request's body that has no limit of its own.
    pub body: u64,
    /// A batch of statements with its attachments, as it comes over the wire: the largest set of a vault and its headers.
    pub batch: u64,
    /// The sealed body of one item.
    pub item: u64,
    /// Parts that may come into memory at one time: each takes 8 MiB. Others come to disk.
    pub parts_at_once: u64,
    /// Parts of one member's that may come in at one time.
    pub parts_per_member: u64,
    /// How fast a part must come in, in bytes a second; `request` long it may be slower.
    pub part_speed: u64,
    /// Uploads that a member may have open, not yet claimed by a statement,
    pub uploads_per_member: u64,
    /// and how large they may be together.
    pub unclaimed_per_member: u64,
    /// What one source may do in a minute: take nonces,
    pub nonces: u64,
    /// send logins that are refused,
    pub bad_sign_ins: u64,
    /// ask for bundles that are not there,
    pub bad_bundles: u64,
    /// and send batches that are refused.
    pub bad_writes: u64,
    /// Statements that a member may put on record in a day,
    pub statements_per_day: u64,
    /// and of those, what the whole house has to read: cases that begin, and what is of no case.
    pub house_statements_per_day: u64,
    /// How often a member may sign in in a minute.
    pub sign_ins: u64,
    /// Connections at one time.
    pub connections: u64,
    /// The time that an ordinary request may take, and its head before it; and that its answer may be stuck.
    pub request: Duration,
    /// The time that sending one part may take.
    pub part: Duration,
    /// The time that requests get to finish when the hub stops.
    pub stop: Duration,
    /// A session ends when it was not used for so long,
    pub session_idle: Duration,
    /// and in any case so long after it began.
    pub session_absolute: Duration,
    /// The most days that an item may be kept: the house's ceiling.
    pub retention_days: u32,
}

/// A text that is never shown and is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
    /// The text itself, for the one that it is meant for.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// A range of addresses, `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(most), |prefix| prefix.parse().ok())?;
        (prefix <= most).then_some(Self { address, prefix })
    }

    /// Whether an address lies in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (ours, theirs, width) = match (self.address, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits()), u128::from(b.to_bits()), 32),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
            _ => return false,
        };
        let rest = width - u32::from(self.prefix);
        ours.checked_shr(rest) == theirs.checked_shr(rest)
    }
}

/// One thing that is wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The key and where it was set, such as `limits.batch in zegel.toml`.
    pub place: String,
    pub reason: String,
    pub what_to_do: String,
}

/// All that is wrong with the configuration, one line each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError(pub Vec<Fault>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The configuration can't be used:")?;
        let line = |fault: &Fault| format!("\n  {}: {}. {}.", fault.place, fault.reason, fault.what_to_do);
        self.0.iter().try_for_each(|fault| f.write_str(&line(fault)))
    }
}

impl Config {
    /// Reads and judges the file at `path`, with `environment` (names and values) on top. Paths in it count
    /// from the file's own folder; those of the database and the objects from the data folder.
    ///
    /// Errors with everything that is wrong, not just with the first.
    pub fn load(
        path: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut reader = Reader::open(path, environment)?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let read = read(&mut reader, &folder);
        match (read, reader.finish()) {
            (Some(config), faults) if faults.is_empty() => Ok(config),
            (_, faults) => Err(ConfigError(faults)),
        }
    }

    /// Whether what this address says of where a request came from counts.
    pub fn trusts(&self, proxy: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(proxy))
    }
}

/// Every key is read, whatever was wrong with those before, so that the faults are complete.
fn read(r: &mut Reader, folder: &Path) -> Option<Config> {
    let hub = r.parsed("hub", None, "zvh-ml.example", |text| text.parse::<HubName>().ok());
    let listen = r.parsed("listen", Some("127.0.0.1:8460"), "127.0.0.1:8460", |text| text.parse().ok());
    let ops_listen =
        r.parsed("ops_listen", Some("127.0.0.1:8461"), "127.0.0.1:8461", |text| text.parse().ok());
    let behind_proxy = r.flag("behind_proxy", false);
    let trusted_proxies = r.list("trusted_proxies", "an address or a range, like 10.0.0.0/8", Network::parse);
    let data = r.text("data", None, "the folder where the hub keeps its data").map(|data| folder.join(data));
    let database = r.text("database", Some("sqlite:zegel.db"), "sqlite:FILE or postgres://…");
    let database = database.and_then(|url| database_url(r, url, data.as_deref()));
    let objects = objects(r, folder, data.as_deref());
    let authority = r.text("authority", None, "the file with the authority's public cert");
    let authority = authority.map(|file| folder.join(file)).and_then(|file| r.existing("authority", file));
    let authority_fingerprint = r.parsed("authority_fingerprint", None, "40 hexadecimal digits", fingerprint);
    let limits = limits(r);
    let mail = mail::mail(r, folder, data.as_deref());
    let visitors = r.optional_text("demo.visitors", "visitors.json").map(|file| folder.join(file));

    if let (Some(listen), Some(false)) = (listen, behind_proxy)
        && !on_loopback(&listen)
    {
        let why = "plain HTTP off this machine would show passwords and sessions to the network";
        r.fault(
            "listen",
            why,
            "Listen on 127.0.0.1, or set behind_proxy = true when a proxy ends TLS in front",
        );
    }
    if behind_proxy == Some(true) && trusted_proxies.as_ref().is_some_and(Vec::is_empty) {
        let why =
            "all that comes through the proxy would count as one source, and one flood keep everyone out";
        r.fault("trusted_proxies", why, "Name the proxy's address, such as [\"127.0.0.1\"]");
    }
    let pinned = authority_fingerprint.as_ref().and_then(|digits| digits.to_ascii_lowercase().parse().ok());
    if let (Some(hub), Some(authority)) = (&hub, &pinned)
        && example::is_out_of_place(authority, hub)
    {
        let why = "this is the example house's authority, whose secret key lies open in keys.example";
        r.fault("authority_fingerprint", why, "Make an authority of your own: zegel authority init");
    }
    if visitors.is_some() && pinned.is_none_or(|authority| authority.to_string() != example::AUTHORITY) {
        let why = "this house is no example: whoever opened the page could step in as anybody";
        r.fault("demo.visitors", why, "Remove it: it is for the demo only");
    }
    if ops_listen.is_some_and(|address| !on_loopback(&address)) {
        r.fault("ops_listen", "the administrator's page is for this machine only", "Listen on 127.0.0.1");
    }
    Some(Config {
        hub: hub?,
        listen: listen?,
        ops_listen: ops_listen?,
        behind_proxy: behind_proxy?,
        trusted_proxies: trusted_proxies?,
        data: data?,
        database: database?,
        objects: objects?,
        authority: authority?,
        authority_fingerprint: authority_fingerprint?,
        limits: limits?,
        mail: mail?,
        visitors,
    })
}

fn on_loopback(address: &SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// As people write it down, in groups and in any case; kept in one spelling.
fn fingerprint(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let good = digits.len() == 40 && digits.chars().all(|c| c.is_ascii_hexdigit());
    good.then(|| digits.to_ascii_uppercase())
}

/// The URL as the database's driver takes it: a SQLite file with its whole path.
fn database_url(r: &mut Reader, url: String, data: Option<&Path>) -> Option<Secret> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        if url::Url::parse(&url).is_ok() {
            return Some(Secret::new(url));
        }
        r.fault("database", "this is no good URL", "Write postgres://NAME:PASSWORD@HOST/DATABASE");
        return None;
    }
    match url.strip_prefix("sqlite:").map(|file| file.trim_start_matches("//")) {
        Some(file) if !file.is_empty() && !file.contains(['?', '#', '%']) && file != ":memory:" => {
            data.map(|data| Secret::new(format!("sqlite:{}", data.join(file).display())))
        }
        _ => {
            r.fault(
                "database",
                "this is no database that the hub knows",
                "Write sqlite:FILE or postgres://…",
            );
            None
        }
    }
}

fn objects(r: &mut Reader, folder: &Path, data: Option<&Path>) -> Option<ObjectsConfig> {
    let kind = r.parsed("objects.kind", Some("folder"), "folder or s3", |kind| match kind {
        "folder" => Some(false),
        "s3" => Some(true),
        _ => None,
    });
    let Some(in_bucket) = kind else {
        r.leave("objects.");
        return None;
    };
    if !in_bucket {
        let place = r.text("objects.folder", Some("objects"), "a folder for body parts")?;
        return data.map(|data| ObjectsConfig::Folder(data.join(place)));
    }
    let endpoint = r.parsed("objects.endpoint", None, "https://s3.example", |text| text.parse().ok());
    let bucket = r.text("objects.bucket", None, "the bucket's name");
    let region = r.text("objects.region", None, "the region's name");
    let access_key_id = r.text("objects.access_key_id", None, "the access key's id");
    let secret_access_key = r.secret("objects.secret_access_key", folder);
    if endpoint.as_ref().is_some_and(|endpoint| !safe_endpoint(endpoint)) {
        r.fault("objects.endpoint", "plain HTTP off this machine can be read on the way", "Write https://…");
        return None;
    }
    Some(ObjectsConfig::S3(S3Config {
        endpoint: endpoint?,
        bucket: bucket?,
        region: region?,
        access_key_id: access_key_id?,
        secret_access_key: secret_access_key?,
    }))
}

fn safe_endpoint(endpoint: &url::Url) -> bool {
    endpoint.scheme() == "https" || (endpoint.scheme() == "http" && is_local(endpoint))
}

/// Whether what a URL leads to is on this machine.
fn is_local(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn limits(r: &mut Reader) -> Option<Limits> {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    let body = r.size("limits.body", MIB, 1 << 10..=64 * MIB);
    let batch = r.size("limits.batch", 48 * MIB, MIB..=256 * MIB);
    let item = r.size("limits.item", 10 << 30, MIB..=1 << 40);
    let parts_at_once = r.count("limits.parts_at_once", 4, 1..=1024);
    let parts_per_member = r.count("limits.parts_per_member", 2, 1..=1024);
    let part_speed = r.size("limits.part_speed", 32 << 10, 1..=1 << 30);
    let uploads_per_member = r.count("limits.uploads_per_member", 32, 1..=10_000);
    let unclaimed_per_member = r.size("limits.unclaimed_per_member", 20 << 30, MIB..=1 << 50);
    if item.zip(unclaimed_per_member).is_some_and(|(item, all)| all < item) {
        let why = "a member could not send the largest item";
        r.fault("limits.unclaimed_per_member", why, "Choose at least limits.item");
    }
    // A whole municipality can have one address; what people do that is good is not counted against it.
    let nonces = r.count("limits.nonces", 1200, 1..=1_000_000);
    let bad_sign_ins = r.count("limits.bad_sign_ins", 120, 1..=1_000_000);
    let bad_bundles = r.count("limits.bad_bundles", 120, 1..=1_000_000);
    let bad_writes = r.count("limits.bad_writes", 300, 1..=1_000_000);
    let statements_per_day = r.count("limits.statements_per_day", 5000, 1..=1_000_000);
    let house_statements_per_day = r.count("limits.house_statements_per_day", 200, 1..=1_000_000);
    let sign_ins = r.count("limits.sign_ins", 60, 1..=1_000_000);
    let connections = r.count("limits.connections", 2048, 1..=100_000);
    let request = r.time("limits.request", 30, 1..=10 * MINUTE);
    let part = r.time("limits.part", 10 * MINUTE, 10..=2 * HOUR);
    let stop = r.time("limits.stop", 30, 0..=10 * MINUTE);
    let session_idle = r.time("limits.session_idle", 30 * MINUTE, MINUTE..=24 * HOUR);
    let session_absolute = r.time("limits.session_absolute", 12 * HOUR, MINUTE..=7 * 24 * HOUR);
    let retention_days = r.count("limits.retention_days", 5 * 366, 1..=100 * 366);
    Some(Limits {
        body: body?,
        batch: batch?,
        item: item?,
        parts_at_once: parts_at_once?,
        parts_per_member: parts_per_member?,
        part_speed: part_speed?,
        uploads_per_member: uploads_per_member?,
        unclaimed_per_member: unclaimed_per_member?,
        nonces: nonces?,
        bad_sign_ins: bad_sign_ins?,
        bad_bundles: bad_bundles?,
        bad_writes: bad_writes?,
        statements_per_day: statements_per_day?,
        house_statements_per_day: house_statements_per_day?,
        sign_ins: sign_ins?,
        connections: connections?,
        request: request?,
        part: part?,
        stop: stop?,
        session_idle: session_idle?,
        session_absolute: session_absolute?,
        retention_days: u32::try_from(retention_days?).unwrap_or(u32::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let ten: Network = Network::parse("10.0.0.0/8").unwrap();
        assert!(ten.contains("10.255.0.1".parse().unwrap()));
        assert!(ten.contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!ten.contains("11.0.0.1".parse().unwrap()));
        let all = Network::parse("0.0.0.0/0").unwrap();
        assert!(all.contains("192.0.2.1".parse().unwrap()) && !all.contains("2001:db8::1".parse().unwrap()));
        assert!(Network::parse("::1").unwrap().contains("::1".parse().unwrap()));
        assert!(Network::parse("10.0.0.0/33").is_none() && Network::parse("ten").is_none());
    }
}
