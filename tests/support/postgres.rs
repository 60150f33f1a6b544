//! A PostgreSQL server of the tests' own, in a folder of its own, reached by a socket. It ends, and its folder goes,
//! with the test's process, however that ends.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Says where the server is, and then waits for its own standard input to end: when the test's process is gone, so
/// is the other end. An empty server is made once for an account, and copied: making it takes longer than many a test.
const SCRIPT: &str = r#"
set -e
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb)")
dir=$(mktemp -d -t zegel-pg.XXXXXX)
trap '"$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null || true; rm -rf "$dir"' EXIT
empty=${TMPDIR:-/tmp}/zegel-pg-empty-$(id -u)-$("$bin/postgres" --version | sed 's/[^0-9]*\([0-9.]*\).*/\1/')
# Whole or not there. What another account made under this name is not ours to trust.
if [ -d "$empty" ] && [ ! -L "$empty" ] && [ -O "$empty" ]; then
  cp -r "$empty" "$dir/data"
else
  "$bin/initdb" -D "$dir/data" -U zegel -A trust --no-sync -E UTF8 --locale=C --wal-segsize=1 >/dev/null
  cp -r "$dir/data" "$dir/empty"
  mv -T -n "$dir/empty" "$empty" 2>/dev/null || true
fi
chmod 700 "$dir/data"
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w start -o "-c listen_addresses='' -c max_wal_size=64MB -c min_wal_size=32MB -c fsync=off \
  -c unix_socket_directories='$dir' -c max_connections=300"
echo "at $dir"
cat
"#;

pub struct Server {
    folder: String,
    keeper: Child,
    databases: AtomicU32,
}

impl Server {
    /// Starts one. PostgreSQL refuses to run as root: then it runs as `postgres`.
    pub fn start() -> Self {
        let mut command = shell();
        command.args(["-c", SCRIPT]).current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut keeper = command.spawn().expect("sh runs");
        let lines = BufReader::new(keeper.stdout.take().expect("stdout is piped")).lines();
        let folder = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("at ").map(str::to_owned))
            .expect("PostgreSQL starts: is it installed? (apt-get install postgresql)");
        Self { folder, keeper, databases: AtomicU32::new(0) }
    }

    /// The URL of a fresh database.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::SeqCst));
        let made = Command::new("psql")
            .args(["-h", &self.folder, "-U", "zegel", "-d", "postgres", "-qc"])
            .arg(format!("CREATE DATABASE {name}"))
            .status()
            .expect("psql runs");
        assert!(made.success(), "a database can be made");
        format!("postgres:///{name}?host={}&user=zegel", self.folder)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// One server for all tests of a process.
pub fn shared() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

/// A shell of whoever the server belongs to.
pub fn shell() -> Command {
    if is_root() { as_postgres() } else { Command::new("sh") }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.trim_ascii() == b"0"
}

fn as_postgres() -> Command {
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", "sh"]);
    command
}
