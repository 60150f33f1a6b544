use super::*;
use crate::client::ask::Unattended;
use crate::client::secret::tests::bundle;

fn settings(bundle: &KeyBundle) -> Settings {
    Settings {
        hub: bundle.hub.clone(),
        url: Url::parse("https://hub.example/").unwrap(),
        authority: bundle.authority,
        member: bundle.member,
        language: Language::Dutch,
    }
}

#[test]
fn a_hub_is_only_at_its_own_name() {
    let check = |url: &str, hub: &str| check_address(&Url::parse(url).unwrap(), &hub.parse().unwrap());
    for (url, hub) in [
        ("https://hub.example", "hub.example"),
        ("https://hub.example:8443/", "hub.example"),
        ("http://localhost:8080", "localhost"),
        ("https://localhost", "localhost"),
    ] {
        assert_eq!(check(url, hub), Ok(()), "{url} for {hub}");
    }
    for (url, hub) in [
        ("http://hub.example", "hub.example"),
        ("https://hub.example.evil.example", "hub.example"),
        ("https://evil.example", "hub.example"),
        ("https://hub.example@evil.example", "hub.example"),
        ("https://me@hub.example", "hub.example"),
        ("https://hub.example/v2", "hub.example"),
        ("https://hub.example/?a", "hub.example"),
        ("http://127.0.0.1", "localhost"),
        ("ftp://hub.example", "hub.example"),
    ] {
        assert!(check(url, hub).is_err(), "{url} for {hub}");
    }
}

#[test]
fn a_home_opens_as_it_was_kept_and_only_once_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("femke");
    let bundle = bundle();
    let home = Home::create(&path, settings(&bundle)).unwrap();
    home.save_bundle(&bundle, &Keep::Identity(SealingKey::generate())).unwrap();
    assert!(Home::open(&path).is_err_and(|error| error.is("no-home")), "what is not settled is no home");
    home.settle().unwrap();
    assert!(Home::open(&path).is_err_and(|error| error.is("home-locked")));
    drop(home);

    let home = Home::open(&path).unwrap();
    let opened = home.unlock(&mut Unattended).unwrap();
    assert_eq!(opened.member, bundle.member);
    drop(home);
    assert!(Home::create(&path, settings(&bundle)).is_err_and(|error| error.is("home-taken")));
}

#[test]
#[cfg(unix)]
fn nobody_else_can_read_a_home() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("femke");
    let bundle = bundle();
    let home = Home::create(&path, settings(&bundle)).unwrap();
    home.save_bundle(&bundle, &Keep::Identity(SealingKey::generate())).unwrap();
    home.settle().unwrap();
    home.save_session(&KeptSession { token: "t".into(), until: Moment::from_unix(2_000_000_000) }).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for file in ["home.toml", "secrets.age", "identity.txt", "session", "lock"] {
        assert_eq!(mode(&path.join(file)), 0o600, "{file}");
    }
}

#[test]
fn keys_under_a_passphrase_open_with_it_only() {
    struct Types(&'static str);
    impl Questions for Types {
        fn agree(&mut self, _: &str) -> std::io::Result<bool> {
            Ok(true)
        }
        fn secret(&mut self, _: &str) -> std::io::Result<Zeroizing<String>> {
            Ok(Zeroizing::new(self.0.to_owned()))
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let bundle = bundle();
    let home = Home::create(folder.path(), settings(&bundle)).unwrap();
    home.save_bundle(&bundle, &Keep::Passphrase(Zeroizing::new("kaas met gaten".into()))).unwrap();
    assert!(home.unlock(&mut Types("kaas met gaten")).is_ok());
    assert!(home.unlock(&mut Types("kaas")).is_err_and(|error| error.is("wrong-secret")));
    assert!(home.unlock(&mut Unattended).is_err_and(|error| error.is("wrong-secret")));
}

#[test]
fn what_was_trusted_is_not_forgotten_when_its_file_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::create(folder.path(), settings(&bundle())).unwrap();
    assert_eq!(home.remembered().unwrap(), None);
    std::fs::write(folder.path().join("trust.json"), "{").unwrap();
    assert!(home.remembered().is_err_and(|error| error.is("home-damaged")));
}

#[test]
fn what_a_killed_program_was_writing_is_gone_when_the_home_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = bundle();
    let home = Home::create(folder.path(), settings(&bundle)).unwrap();
    home.save_bundle(&bundle, &Keep::Identity(SealingKey::generate())).unwrap();
    home.settle().unwrap();
    let kept = home.subfolder("drafts").unwrap().join("00ff00ff.age");
    std::fs::write(&kept, "a draft").unwrap();
    let half = ["identity.txt.new", "session.new", "drafts/00ff00ff.age.new", "outgoing/00ff.age.new"];
    home.subfolder("outgoing").unwrap();
    half.iter().for_each(|name| std::fs::write(folder.path().join(name), "half of a sec").unwrap());
    drop(home);
    let home = Home::open(folder.path()).unwrap();
    half.iter().for_each(|name| assert!(!folder.path().join(name).exists(), "{name}"));
    assert!(kept.exists() && home.unlock(&mut Unattended).is_ok());
}

/// An enrolment without a passphrase was killed halfway; then the same person enrols here with one.
#[test]
fn what_was_begun_here_before_does_not_lock_a_home() {
    struct Passphrase;
    impl Questions for Passphrase {
        fn secret(&mut self, _: &str) -> std::io::Result<Zeroizing<String>> {
            Ok(Zeroizing::new("vier woorden op papier".into()))
        }
        fn text(&mut self, _: &str) -> std::io::Result<String> {
            unreachable!()
        }
        fn agree(&mut self, _: &str) -> std::io::Result<bool> {
            unreachable!()
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let bundle = bundle();
    let begun = Home::create(folder.path(), settings(&bundle)).unwrap();
    begun.save_bundle(&bundle, &Keep::Identity(SealingKey::generate())).unwrap();
    drop(begun);
    let home = Home::create(folder.path(), settings(&bundle)).unwrap();
    home.save_bundle(&bundle, &Keep::Passphrase(Passphrase.secret("").unwrap())).unwrap();
    assert!(!folder.path().join("identity.txt").exists());
    home.settle().unwrap();
    assert_eq!(home.unlock(&mut Passphrase).unwrap().member, bundle.member);
}

/// As on a full disk, or where a rename is not allowed: the file that was there stays, and half a one does not.
#[test]
fn a_file_that_can_not_be_put_in_its_place_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.age");
    std::fs::create_dir(&path).unwrap();
    assert!(write_private(&path, b"keys").is_err_and(|error| error.is("file")));
    assert!(remove(&path).is_err_and(|error| error.is("file")));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [path]);
}
