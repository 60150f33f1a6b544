//! The hub as a program of its own, on a disk that has no more room.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use zegel::clock::{Clock, SystemClock};
use zegel::protocol::id::CaseNumber;

use super::heard::Heard;
use super::{PEOPLE, within};
use crate::support::machine::{Machine, Working, words};
use crate::support::scene::{comes_in, comes_to_the_table};
use crate::support::{Base, play_from};

/// A limit on files is met like a full disk; without this the system would end the program that meets it.
pub const IGNORES_THE_SIGNAL: [&str; 4] = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];

/// No file of a process may grow beyond so many bytes from now on.
pub fn may_write(process: u32, most: Option<u64>) {
    let id = Pid::from_raw(process as i32).unwrap();
    prlimit(Some(id), Resource::Fsize, Rlimit { current: most, maximum: None }).unwrap();
}

/// A house with a case that Femke is invited to, and the program serving it.
pub async fn with_program(base: Base) -> (Machine, CaseNumber) {
    let (mut machine, case) = before_the_program(base).await;
    machine.wrapped_by(&IGNORES_THE_SIGNAL);
    machine.serves();
    (machine, case)
}

async fn before_the_program(base: Base) -> (Machine, CaseNumber) {
    let play = play_from(base, PEOPLE, "[limits]\nstop = 0\n", SystemClock.now()).await;
    let stage = &play.stage;
    let case = comes_in(stage).await;
    comes_to_the_table(stage, case).await;
    let day = stage.clock.now().plus(14 * 24 * 3600);
    stage.plans("joris", case, day, &["femke"], &[], None).await.unwrap();
    (Machine::on(play.stops().await), case)
}

/// Femke puts a file in.
pub fn puts_in(machine: &Machine, case: CaseNumber, length: usize) -> Working {
    // Another each time: the same one is put in once.
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::SeqCst);
    let file = machine.folder.path().join("stuk.txt");
    fs::write(&file, format!("{number} {}", "wat de politie weet ".repeat(length / 20))).unwrap();
    let case = case.to_string();
    let ground =
        ["contribute", &case, "--ground", "artikel 6 AVG", &file.display().to_string()].map(str::to_owned);
    machine.begins("femke", &ground)
}

/// No room for objects, then none for the database either. She is told what is waited for, and it gets done when there
/// is room.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_without_room_says_so_and_goes_on_when_there_is_some() {
    let (machine, case) = with_program(Base::Sqlite).await;
    let heard = hears(&machine).await;
    let process = machine.hub_id();
    let database = fs::metadata(machine.hub_folder().join("zegel.db")).unwrap().len();
    for (round, most) in [1 << 20, database / 2].into_iter().enumerate() {
        may_write(process, Some(most));
        let before = heard.faults();
        let mut working = puts_in(&machine, case, 3 << 20);
        within(|| heard.faults() > before).await;
        assert!(working.is_at_work(), "round {round}: she waits");
        tokio::time::sleep(Duration::from_millis(100)).await;
        may_write(process, None);
        let ended = working.ends();
        assert!(ended.is_done(), "round {round}: {ended:?}\n{}", machine.logged());
        assert!(
            ended.err.contains("Over 5 seconden probeer ik het opnieuw; er is niets verloren"),
            "{ended:?}"
        );
    }
    let shown = machine.does("femke", &words(["case", "show", &case.to_string()]));
    let contributions =
        shown["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "contribution");
    assert_eq!(contributions.count(), 2, "each once");
    let objects = walkdir::WalkDir::new(machine.hub_folder().join("objects"));
    assert!(
        objects.into_iter().flatten().all(|file| !file.path().to_string_lossy().contains('#')),
        "no half object"
    );
    machine.check();
}

/// What Femke's programs are told by the hub.
async fn hears(machine: &Machine) -> Heard {
    let heard = Heard::before(machine.url()).await;
    heard.is_the_hub_of(&machine.home("femke"));
    heard
}

/// The folder of objects takes no writes any more, under a hub that runs, as on a disk that the system took for
/// broken. What the hub has it serves meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_of_objects_that_takes_no_writes_is_waited_for() {
    let (mut machine, case) = with_program(Base::Sqlite).await;
    assert!(puts_in(&machine, case, 1 << 20).ends().is_done());
    let Some(disk) = Bound::to_itself(&machine.hub_folder().join("objects")) else {
        return println!("this needs the right to mount: nothing was looked at");
    };
    let heard = hears(&machine).await;
    disk.run("mount", &["-o", "remount,bind,ro"]);
    let mut working = puts_in(&machine, case, 1 << 20);
    within(|| heard.faults() > 0).await;
    assert!(working.is_at_work(), "she waits");
    let seen = machine.does("joris", &words(["case", "show", &case.to_string()]));
    assert!(seen["items"].to_string().contains("contribution"), "others see what was there: {seen}");
    disk.run("mount", &["-o", "remount,bind,rw"]);
    let ended = working.ends();
    assert!(ended.is_done(), "{ended:?}\n{}", machine.logged());
    assert_eq!(contributions(&machine, case), 2);
    heard.faults();
    machine.stop_hub();
    machine.check();
}

/// A folder mounted on itself, so that it can be made to take no writes. It is as it was when this goes.
struct Bound(PathBuf);

impl Bound {
    /// None where one has not the right to.
    fn to_itself(folder: &Path) -> Option<Self> {
        let mounted = Command::new("mount").arg("--bind").args([folder, folder]).output().ok()?;
        mounted.status.success().then(|| Self(folder.to_owned()))
    }

    fn run(&self, command: &str, with: &[&str]) {
        let done = Command::new(command).args(with).arg(&self.0).status().unwrap();
        assert!(done.success(), "{command} {with:?}");
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn contributions(machine: &Machine, case: CaseNumber) -> usize {
    let shown = machine.does("femke", &words(["case", "show", &case.to_string()]));
    shown["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "contribution").count()
}

/// A disk of its own, in memory, in place of a folder. It goes when this does.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn in_place_of(folder: &Path, mebibytes: u64) -> Self {
        let before = folder.with_extension("before");
        fs::rename(folder, &before).unwrap();
        fs::create_dir(folder).unwrap();
        let disk = Self(folder.to_owned());
        disk.run("mount", &["-t", "tmpfs", "-o", &format!("mode=700,size={mebibytes}m"), "tmpfs"]);
        let copied = Command::new("cp").arg("-a").arg(before.join(".")).arg(folder).status().unwrap();
        assert!(copied.success());
        disk
    }

    fn run(&self, command: &str, with: &[&str]) {
        let done = Command::new(command).args(with).arg(&self.0).status().unwrap();
        assert!(done.success(), "{command} {with:?}: this test needs the right to mount");
    }

    /// Takes all the room that there is; gives it back when the file goes.
    fn fill(&self) -> PathBuf {
        let balloon = self.0.join("balloon");
        let mut file = fs::File::create(&balloon).unwrap();
        let piece = vec![0; 1 << 12];
        while std::io::Write::write_all(&mut file, &piece).is_ok() {}
        balloon
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// A disk without a byte left, for objects, database and its log alike; and later one that takes no writes at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the right to mount: make soak"]
async fn a_disk_that_is_full_to_the_last_byte_or_takes_no_writes() {
    let (mut machine, case) = before_the_program(Base::Sqlite).await;
    let disk = SmallDisk::in_place_of(&machine.hub_folder(), 32);
    machine.serves();
    let heard = hears(&machine).await;
    for round in 1..=3 {
        let balloon = disk.fill();
        let before = heard.faults();
        let mut working = puts_in(&machine, case, 1 << 20);
        within(|| heard.faults() > before).await;
        assert!(working.is_at_work(), "round {round}: she waits");
        fs::remove_file(balloon).unwrap();
        let ended = working.ends();
        assert!(ended.is_done(), "round {round}: {ended:?}\n{}", machine.logged());
        assert_eq!(contributions(&machine, case), round);
    }
    machine.stop_hub();
    disk.run("mount", &["-o", "remount,ro"]);
    let said = machine.does_not_serve();
    assert!(said.contains("Read-only file system") && !said.contains("panicked"), "{said}");
    disk.run("mount", &["-o", "remount,rw"]);
    machine.serves();
    assert!(puts_in(&machine, case, 1 << 20).ends().is_done());
    machine.stop_hub();
    machine.check();
    drop(machine);
    drop(disk);
}
