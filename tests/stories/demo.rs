//! What `make demo` leaves, looked at with programs that are not ours: `age` and `gpg`.

#[path = "demo/mail.rs"]
mod mail;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use zegel::clock::{Clock, SystemClock, random};
use zegel::demo::cast::Cast;
use zegel::demo::tell::{Telling, tell};
use zegel::hub::config::Config;
use zegel::hub::init::{self, InitError, New};
use zegel::protocol::example;
use zegel::protocol::statement::Statement;

/// The story, told with a small recording.
async fn told(folder: &Path) {
    let telling = Telling { folder, port: 0, recording: 3 << 20 };
    let mut out = Vec::new();
    let done = tell(telling, &mut out).await;
    assert!(done.is_ok(), "{}{}", String::from_utf8_lossy(&out), done.unwrap_err());
}

/// Files of a folder by name; none where there is no such folder.
fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path)).collect()
}

fn run(program: &str, with: impl FnOnce(&mut Command) -> &mut Command) -> Output {
    let mut command = Command::new(program);
    with(&mut command).output().unwrap_or_else(|error| panic!("{program} is needed here: {error}"))
}

#[tokio::test]
async fn stock_programs_agree_with_what_the_demo_leaves() {
    let folder = tempfile::tempdir().unwrap();
    told(folder.path()).await;
    for left in ["hub/zegel.toml", "hub/zegel.db", "hub/objects", "certs/authority.asc", "story.txt"] {
        assert!(folder.path().join(left).exists(), "{left}");
    }
    let packs = age_opens_for_its_reader_and_nobody_else(folder.path());
    assert!(packs >= 16, "{packs} sealed files were looked at");
    let statements = gpg_finds_every_signature_good(folder.path());
    assert!(statements >= 100, "{statements} statements were looked at");
    mail::read_by_other_programs(folder.path());
}

/// Every sealed file opens with its reader's exported identity, to the byte as it was opened, and with no other's.
fn age_opens_for_its_reader_and_nobody_else(demo: &Path) -> usize {
    let people = files(&demo.join("people"));
    let mut looked_at = 0;
    for (reader, home) in &people {
        let opened = files(&home.join("opened"));
        for (name, sealed) in files(&home.join("sealed")) {
            let plain = fs::read(&opened[name.strip_suffix(".age").unwrap()]).unwrap();
            for (person, home) in &people {
                let identity = home.join("age-identity.txt");
                let output = run("age", |age| age.arg("-d").arg("-i").arg(&identity).arg(&sealed));
                let opens = output.status.success();
                assert_eq!(opens, person == reader, "{person} at {reader}'s {name}");
                assert!(
                    output.stdout == if opens { &plain[..] } else { b"" },
                    "{person} at {reader}'s {name}"
                );
            }
            looked_at += 1;
        }
    }
    looked_at
}

/// Every statement is signed by the key of who it says, and those keys are the authority's or certified by it.
fn gpg_finds_every_signature_good(demo: &Path) -> usize {
    let keyring = tempfile::tempdir().unwrap();
    fs::set_permissions(keyring.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let gpg = |with: &[&str]| {
        run("gpg", |gpg| {
            gpg.arg("--homedir").arg(keyring.path()).args(["--batch", "--status-fd", "1"]).args(with)
        })
    };
    let certs = files(&demo.join("certs"));
    for path in certs.values() {
        assert!(gpg(&["--import", path.to_str().unwrap()]).status.success(), "{}", path.display());
    }
    let trust = keyring.path().join("trust");
    fs::write(&trust, format!("{}:6:\n", example::AUTHORITY.to_uppercase())).unwrap();
    assert!(gpg(&["--import-ownertrust", trust.to_str().unwrap()]).status.success());

    let list = String::from_utf8(gpg(&["--with-colons", "--list-keys"]).stdout).unwrap();
    let certified = list.lines().filter(|line| line.starts_with("uid:f:")).count();
    // Yara's has expired, which gpg says before anything else.
    let expired = list.lines().filter(|line| line.starts_with("uid:e:")).count();
    assert_eq!((certified, expired), (certs.len() - 2, 1), "all but the authority itself");

    let statements = files(&demo.join("statements"));
    let mut fingerprints: BTreeMap<String, String> = BTreeMap::new();
    let texts = statements.iter().filter(|(name, _)| name.ends_with(".txt"));
    let mut looked_at = 0;
    for (name, text) in texts {
        let signature = text.with_extension("sig");
        let output = gpg(&["--verify", signature.to_str().unwrap(), text.to_str().unwrap()]);
        let status = String::from_utf8_lossy(&output.stdout).into_owned();
        // EXPKEYSIG: good, by a key that has expired since.
        let good = ["[GNUPG:] GOODSIG", "[GNUPG:] EXPKEYSIG"].iter().any(|word| status.contains(word));
        assert!(output.status.success() && good, "{name}: {status}");
        let by = Statement::parse(&fs::read(text).unwrap()).unwrap().by.to_string();
        let fingerprint = status.split("VALIDSIG ").nth(1).unwrap().split(' ').next().unwrap();
        // One signer, one key: nobody changes keys in this story.
        let known = fingerprints.entry(by).or_insert_with(|| fingerprint.to_owned());
        assert_eq!(known, fingerprint, "{name}");
        looked_at += 1;
    }
    let keys: std::collections::BTreeSet<_> = fingerprints.values().collect();
    assert_eq!(keys.len(), fingerprints.len(), "no two sign with one key");
    assert_eq!(fingerprints["authority"], example::AUTHORITY.to_uppercase());
    looked_at
}

#[test]
fn the_example_house_is_refused_under_any_other_name() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Cast::authority().unwrap().public();
    let new = |hub: &str| New {
        hub: hub.parse().unwrap(),
        listen: "127.0.0.1:0".parse().unwrap(),
        ops_listen: "127.0.0.1:0".parse().unwrap(),
        database: "sqlite:zegel.db".to_owned(),
        authority: &authority,
    };
    let refused = init::init(folder.path(), &new("zvh-ml.example"), SystemClock.now(), random());
    assert!(matches!(refused, Err(InitError::ExampleHouse)));
    assert!(files(folder.path()).is_empty());

    init::init(folder.path(), &new("localhost"), SystemClock.now(), random()).unwrap();
    let file = folder.path().join("zegel.toml");
    assert!(Config::load(&file, []).is_ok());
    let text = fs::read_to_string(&file).unwrap().replace("\"localhost\"", "\"zvh-ml.example\"");
    fs::write(&file, text).unwrap();
    let refused = Config::load(&file, []).unwrap_err().to_string();
    insta::assert_snapshot!(refused.replace(&*file.to_string_lossy(), "zegel.toml"));
}
