//! A PostgreSQL server as Debian has it, on disk and with fsync (the tests' own goes without), in a folder of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Says where the server is, and stops it when its standard input ends: at the latest when this process does.
const SCRIPT: &str = r#"
set -e
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
dir=$(mktemp -d -t zegel-pg.XXXXXX)
trap '"$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null || true; rm -rf "$dir"' EXIT
"$bin/initdb" -D "$dir/data" -U zegel -A trust -E UTF8 --locale=C >/dev/null
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w start -o "-c listen_addresses='' -c unix_socket_directories='$dir'" >/dev/null
echo "$dir"
cat
"#;

pub struct Server {
    pub url: String,
    keeper: Child,
}

impl Server {
    /// Starts one. PostgreSQL refuses to run as root: then it runs as `postgres`.
    pub fn start() -> Self {
        let id = Command::new("id").arg("-u").output().expect("id runs");
        let mut command = match id.stdout.trim_ascii() {
            b"0" => Command::new("runuser"),
            _ => Command::new("sh"),
        };
        if command.get_program() == "runuser" {
            command.args(["-u", "postgres", "--", "sh"]);
        }
        command.args(["-c", SCRIPT]).current_dir("/");
        let mut keeper = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("sh runs");
        let mut folder = String::new();
        BufReader::new(keeper.stdout.take().expect("it is piped"))
            .read_line(&mut folder)
            .expect("it says where");
        assert!(!folder.is_empty(), "PostgreSQL starts: ops/install.sh bench installs it");
        Self { url: format!("postgres:///postgres?host={}&user=zegel", folder.trim()), keeper }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}
