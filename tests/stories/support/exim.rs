//! Debian's mail server, exim: with STARTTLS and a password, in a folder of its own, as an ordinary user. It ends with
//! its value, and its folder goes, however the test ends.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::smtp::{Certified, PASSWORD, USER, certified};

/// Makes a folder, fills it from its standard input's first part, starts exim, says so; and then waits for its
/// standard input to end: when the test's process is gone, so is the other end.
const SCRIPT: &str = r#"
set -e
dir=$(mktemp -d -t zegel-exim.XXXXXX)
trap 'kill "$(cat "$dir/pid")" 2>/dev/null || true; rm -rf "$dir"' EXIT
mkdir "$dir/spool" "$dir/log" "$dir/mail"
echo "in $dir $(id -u) $(id -g)"
read -r _
exim=$(command -v exim4 || command -v exim || echo /usr/sbin/exim4)
"$exim" -C "$dir/conf" -bd -q1m 2>"$dir/started" || { cat "$dir/started" >&2; exit 1; }
echo "runs"
cat
"#;

/// A server that runs.
pub struct Exim {
    pub port: u16,
    /// The PEM of the authority that vouches for it.
    pub authority: String,
    folder: PathBuf,
    keeper: Child,
}

impl Exim {
    /// Starts one. It takes mail for everyone, from who has the password, after STARTTLS.
    pub fn start() -> Self {
        let mut command = if is_root() { as_postgres() } else { Command::new("sh") };
        command.args(["-c", SCRIPT]).current_dir("/").process_group(0);
        command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = command.spawn().expect("sh runs");
        let mut lines = BufReader::new(keeper.stdout.take().expect("stdout is piped")).lines();
        let mut line = || lines.next().expect("exim starts: is it installed? (ops/install.sh test)").unwrap();
        let begins = line();
        let [_, folder, user, group] = begins.split(' ').collect::<Vec<_>>()[..] else { panic!("{begins}") };
        let (folder, port) = (PathBuf::from(folder), free_port());
        let Certified { authority, cert, key } = certified("localhost");
        for (name, text) in
            [("conf", configuration(&folder, port, user, group)), ("cert.pem", cert), ("key.pem", key)]
        {
            fs::write(folder.join(name), text).unwrap();
        }
        writeln!(keeper.stdin.as_mut().expect("stdin is piped")).unwrap();
        assert_eq!(line(), "runs");
        Self { port, authority, folder, keeper }
    }

    /// What the hub's configuration says of it. Files lie in `folder`.
    pub fn settings(&self, folder: &Path) -> String {
        fs::write(folder.join("relay.pem"), &self.authority).unwrap();
        fs::write(folder.join("relay.password"), PASSWORD).unwrap();
        let folder = folder.display();
        format!(
            "[mail]\nserver = \"smtp://localhost:{}?tls=required\"\nca = \"{folder}/relay.pem\"\n\
             user = \"{USER}\"\npassword_file = \"{folder}/relay.password\"\n",
            self.port
        )
    }

    /// What it delivered, once that is so much; with its own lines above, which say to whom.
    pub fn delivered(&self, messages: usize) -> Vec<Vec<u8>> {
        for _ in 0..600 {
            let files = fs::read_dir(self.folder.join("mail/new")).into_iter().flatten();
            let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
            if files.len() >= messages {
                return files.iter().map(|file| fs::read(file).unwrap()).collect();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("exim did not deliver {messages} messages");
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn configuration(folder: &Path, port: u16, user: &str, group: &str) -> String {
    let dir = folder.display();
    format!(
        r#"primary_hostname = mail.relay.example
# Whoever runs the test is its administrator.
exim_user = {user}
exim_group = {group}
admin_groups = {group}
never_users =
spool_directory = {dir}/spool
log_file_path = {dir}/log/%s
pid_file_path = {dir}/pid
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
tls_certificate = {dir}/cert.pem
tls_privatekey = {dir}/key.pem
tls_advertise_hosts = *
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_mail = sender
acl_smtp_rcpt = recipient
host_lookup =
rfc1413_hosts =
keep_environment =
timezone = UTC
message_size_limit = 20M
smtp_accept_max = 100
smtp_accept_max_per_host = 100
begin acl
sender:
  deny message = no mail without TLS
       !encrypted = *
  deny message = no mail without a password
       !authenticated = *
  accept
recipient:
  accept
begin routers
everyone:
  driver = accept
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = {dir}/mail
  create_directory
  maildir_format
  message_prefix =
  message_suffix =
  envelope_to_add
  return_path_add
  mode = 0644
  directory_mode = 0755
begin retry
* * F,1h,1m
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{USER}}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth2
"#
    )
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.trim_ascii() == b"0"
}

/// Root could read what an ordinary user can't. `postgres` is one that the tests have.
fn as_postgres() -> Command {
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", "sh"]);
    command
}
