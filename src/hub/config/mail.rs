//! Where mail goes, and how patiently.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::reader::Reader;
use super::{Secret, is_local};

const HOUR: u64 = 60 * 60;
/// What no house's `mail.per_hour` is below: so many letters of an hour are always mailed.
pub const LEAST_PER_HOUR: u64 = 10;

/// How the hub mails.
#[derive(Clone, Debug)]
pub struct MailConfig {
    pub server: MailServer,
    /// May minutes be mailed? Mail can't be erased; without it they are read in the portal only.
    pub minutes: bool,
    /// So many letters of one author are mailed to one addressee in an hour; what is over that is read in the portal.
    pub per_hour: u64,
    /// What could not be handed over for so long is given up.
    pub give_up: Duration,
    /// A member gets at most one notice of a kind in so long.
    pub digest: Duration,
    /// Messages that are on their way at one time.
    pub at_once: usize,
    /// What handing over one message may take.
    pub timeout: Duration,
}

/// Whom mail is handed to.
#[derive(Clone, Debug)]
pub enum MailServer {
    /// A folder with a Maildir for each address.
    Maildir(PathBuf),
    Smtp(SmtpConfig),
}

/// A server that takes mail in, and how it is spoken to.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    pub login: Option<MailLogin>,
    /// The only authority that is believed, a PEM file; else those that the machine believes.
    pub ca: Option<PathBuf>,
}

/// The name and password under which the server takes mail.
#[derive(Clone, Debug)]
pub struct MailLogin {
    pub user: String,
    pub password: Secret,
}

/// How the way to the server is closed to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// From the first byte: `smtps://`.
    Always,
    /// After STARTTLS, without which nothing is sent: `smtp://…?tls=required`.
    Required,
    /// Not at all, on this machine only: `smtp://localhost`.
    Local,
}

const EXAMPLE: &str = "maildir:mail, smtps://mail.example or smtp://mail.example?tls=required";

pub(super) fn mail(r: &mut Reader, folder: &Path, data: Option<&Path>) -> Option<MailConfig> {
    let server = r.text("mail.server", Some("maildir:mail"), EXAMPLE);
    let user = r.optional_text("mail.user", "the name under which the server knows the hub");
    let password = r.optional_secret("mail.password", folder);
    let ca = r.optional_text("mail.ca", "a PEM file with the certificate of the server's own authority");
    let ca = ca.map(|file| folder.join(file)).and_then(|file| r.existing("mail.ca", file));
    let minutes = r.flag("mail.minutes", true);
    let per_hour = r.count("mail.per_hour", 60, LEAST_PER_HOUR..=100_000);
    let give_up = r.count("mail.give_up_hours", 72, 1..=30 * 24);
    let digest = r.count("mail.digest_minutes", 30, 0..=7 * 24 * 60);
    let at_once = r.count("mail.at_once", 4, 1..=64);
    let timeout = r.time("mail.timeout", 2 * 60, 1..=HOUR);
    let login = match (user, password) {
        (Some(user), Some(password)) => Some(MailLogin { user, password }),
        (None, None) => None,
        (Some(_), None) => {
            r.fault(
                "mail.password",
                "this is missing, as there is a mail.user",
                "Name a file in mail.password_file, or set ZEGEL__MAIL__PASSWORD",
            );
            return None;
        }
        (None, Some(_)) => {
            r.fault("mail.user", "this is missing, as there is a mail.password", "Set it, or leave both out");
            return None;
        }
    };
    let server = server.and_then(|server| mail_server(r, &server, login, ca, data));
    Some(MailConfig {
        server: server?,
        minutes: minutes?,
        per_hour: per_hour?,
        give_up: Duration::from_secs(give_up? * HOUR),
        digest: Duration::from_secs(digest? * 60),
        at_once: usize::try_from(at_once?).unwrap_or(1),
        timeout: timeout?,
    })
}

fn mail_server(
    r: &mut Reader,
    server: &str,
    login: Option<MailLogin>,
    ca: Option<PathBuf>,
    data: Option<&Path>,
) -> Option<MailServer> {
    if let Some(place) = server.strip_prefix("maildir:") {
        if place.is_empty() || login.is_some() || ca.is_some() {
            r.fault(
                "mail.server",
                "a Maildir is a folder, without user, password or authority",
                "Write maildir:FOLDER, and nothing else under mail that is for a server",
            );
            return None;
        }
        return data.map(|data| MailServer::Maildir(data.join(place)));
    }
    let Some((url, port, tls)) = read_url(server) else {
        r.fault("mail.server", "this is no mail server that the hub knows", &format!("Write {EXAMPLE}"));
        return None;
    };
    // The file is read, copied and shown by more people than may know the password; one way to give it is enough.
    if !url.username().is_empty() || url.password().is_some() {
        r.fault(
            "mail.server",
            "a name or password doesn't belong in the URL",
            "Set mail.user, and mail.password_file or ZEGEL__MAIL__PASSWORD",
        );
        return None;
    }
    if tls == MailTls::Local && !is_local(&url) {
        r.fault(
            "mail.server",
            "without TLS, who writes to whom could be read on the way",
            "Write smtps://…, or ?tls=required behind it",
        );
        return None;
    }
    if tls == MailTls::Local && (login.is_some() || ca.is_some()) {
        r.fault(
            "mail.server",
            "without TLS a password could be read on the way",
            "Write smtps://…, or ?tls=required behind it",
        );
        return None;
    }
    let usual = match tls {
        MailTls::Always => 465,
        MailTls::Required => 587,
        MailTls::Local => 25,
    };
    // An IPv6 address stands in brackets in a URL only.
    let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']').to_owned();
    Some(MailServer::Smtp(SmtpConfig { host, port: port.unwrap_or(usual), tls, login, ca }))
}

/// The URL, its port and what it says of TLS.
fn read_url(server: &str) -> Option<(url::Url, Option<u16>, MailTls)> {
    let as_written = url::Url::parse(server).ok()?;
    // Of schemes that it doesn't know the library doesn't read the host: to it, 127.0.0.1 would be a name.
    let url = url::Url::parse(&server.replacen("smtp", "http", 1)).ok()?;
    Some((url, as_written.port(), tls_of(&as_written)?))
}

/// What the URL says of TLS; none where it says anything else.
fn tls_of(url: &url::Url) -> Option<MailTls> {
    let bare = url.has_host() && matches!(url.path(), "" | "/") && url.fragment().is_none();
    match (url.scheme(), url.query()) {
        _ if !bare => None,
        ("smtps", None) => Some(MailTls::Always),
        ("smtp", Some("tls=required")) => Some(MailTls::Required),
        ("smtp", None) => Some(MailTls::Local),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_where_and_how() {
        let read = |text| {
            read_url(text)
                .map(|(url, port, tls)| (url.host_str().unwrap().to_owned(), port, tls, is_local(&url)))
        };
        let named = |host: &str, port, tls, local| Some((host.to_owned(), port, tls, local));
        assert_eq!(read("smtps://mail.example"), named("mail.example", None, MailTls::Always, false));
        assert_eq!(
            read("smtps://mail.example:443/"),
            named("mail.example", Some(443), MailTls::Always, false)
        );
        assert_eq!(
            read("smtp://mail.example:2525?tls=required"),
            named("mail.example", Some(2525), MailTls::Required, false)
        );
        assert_eq!(read("smtp://127.0.0.1:80"), named("127.0.0.1", Some(80), MailTls::Local, true));
        assert_eq!(read("smtp://[::1]"), named("[::1]", None, MailTls::Local, true));
        assert_eq!(read("smtp://localhost"), named("localhost", None, MailTls::Local, true));
        assert_eq!(read("smtp://127.0.0.1.example"), named("127.0.0.1.example", None, MailTls::Local, false));
        for bad in [
            "mail.example",
            "http://mail.example",
            "smtp://mail.example?tls=maybe",
            "smtps://mail.example?tls=required",
            "smtp://mail.example/x",
            "smtps://",
            "smtp:mail.example",
            "smtp://a#b",
            "maildir",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
