//! Somebody's own disk is full.

use std::fs;

use super::process::{IGNORES_THE_SIGNAL, puts_in, with_program};
use crate::support::Base;
use crate::support::machine::words;

/// There is room for what is sealed and lies in her home already, not for what it opens to.
#[tokio::test]
async fn a_full_disk_leaves_no_half_of_an_opened_file() {
    let (mut machine, case) = with_program(Base::Sqlite).await;
    assert!(puts_in(&machine, case, 3 << 20).ends().is_done());
    let objects = walkdir::WalkDir::new(machine.hub_folder().join("objects")).into_iter().map(Result::unwrap);
    let sealed = objects.filter(|file| file.metadata().unwrap().len() > 3 << 20).map(|file| file.into_path());
    let sealed = fs::read(sealed.last().unwrap()).unwrap();
    let mut digest = zegel::protocol::payload::PayloadDigest::new();
    digest.update(&sealed);
    let incoming = machine.home("femke").join("incoming");
    fs::create_dir_all(&incoming).unwrap();
    fs::write(incoming.join(hex::encode(digest.finish().0.0)), &sealed).unwrap();

    let out = machine.folder.path().join("uit");
    let open =
        words(["pack", "open", &case.to_string(), "--item", "stuk.txt", "--out", &out.display().to_string()]);
    machine.clients_wrapped_by(&["sh", "-c", "trap '' XFSZ; ulimit -f 1024; exec \"$@\"", "sh"]);
    let full = machine.tries("femke", &open);
    assert_eq!(full.status.code(), Some(1), "{full:?}");
    for said in ["Er is geen ruimte meer voor", "geen half bestand", "geef dezelfde opdracht opnieuw"] {
        assert!(full.err.contains(said), "{full:?}");
    }
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0, "no half of it");

    // Nor is there room for what comes in sealed.
    machine.clients_wrapped_by(&["sh", "-c", "trap '' XFSZ; ulimit -f 1024; exec \"$@\"", "sh"]);
    let full = machine.tries("femke", &open);
    assert!(!full.is_done() && full.err.contains("Er is geen ruimte meer voor"), "{full:?}");

    machine.clients_wrapped_by(&IGNORES_THE_SIGNAL);
    machine.does("femke", &open);
    assert!(
        fs::read(out.join("stuk.txt")).unwrap() == fs::read(machine.folder.path().join("stuk.txt")).unwrap()
    );
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    assert_eq!(fs::read_dir(&incoming).unwrap().count(), 0, "nothing stays behind in her home");
}
