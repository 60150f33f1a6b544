//! Files of any size, with hub and client as programs of their own: in little memory, and what breaks off is gone on
//! with, so that nothing is sent twice but for what was under way.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use zegel::clock::{Clock, SystemClock};
use zegel::protocol::id::CaseNumber;
use zegel::protocol::payload::{PART, payload_length};

use crate::support::program::Program;
use crate::support::proxy::Proxy;
use crate::support::scene::comes_in;
use crate::support::{Base, play_from};

on_both_and_in_a_bucket!(a_file_of_some_parts_goes_in_and_out_over_a_bad_line);

/// What hub and client may use at most, in MB.
const MEMORY: u64 = 80;
const MIB: u64 = 1 << 20;
/// A file of five parts, the last of which is short.
const SOME_PARTS: u64 = 39 * MIB + 12_345;
/// A very large one.
const FIVE_GIB: u64 = 5 << 30;
/// What requests and answers take beside the payload, and what a program had not written yet when it broke off.
const BESIDE: u64 = 8 * MIB;

async fn a_file_of_some_parts_goes_in_and_out_over_a_bad_line(base: Base) {
    goes_in_and_out(base, SOME_PARTS).await;
}

#[tokio::test]
#[ignore = "takes minutes: make soak"]
async fn five_gib_go_in_and_out() {
    goes_in_and_out(Base::Sqlite, FIVE_GIB).await;
}

#[tokio::test]
#[ignore = "takes minutes: make soak"]
async fn five_gib_go_into_a_bucket_and_out() {
    goes_in_and_out(Base::Bucket, FIVE_GIB).await;
}

async fn goes_in_and_out(base: Base, length: u64) {
    let play = play_from(base, &["sanne", "joris", "mila"], "", SystemClock.now()).await;
    let case = comes_in(&play.stage).await;
    let left = play.stops().await;
    let (hub, port) = Program::hub(&left.path().join("hub"));
    let house = House { folder: left.path(), proxy: Proxy::before(port).await, case };
    let file = recording(house.folder, length);

    let sent = house.goes_in(&file, length).await;
    let got = house.comes_out(&file, length).await;
    println!("{length} bytes: the hub had {} MB, the sender {sent} MB, the reader {got} MB", hub.peak());
    assert!(hub.peak() < MEMORY, "the hub had {} MB", hub.peak());
    assert!(sent < MEMORY, "the sender had {sent} MB");
    assert!(got < MEMORY, "the reader had {got} MB");
}

/// The house, whose people reach the hub over a bad line.
struct House<'a> {
    folder: &'a Path,
    proxy: Proxy,
    case: CaseNumber,
}

impl House<'_> {
    fn program(&self, who: &str, arguments: &[&str]) -> Program {
        let home = self.folder.join("people").join(who);
        leads_to(&home, self.proxy.port);
        Program::of(&home, arguments)
    }

    /// Sanne's program is killed, then her line is cut, then it is done. The most memory that it had, in MB.
    async fn goes_in(&self, file: &Path, length: u64) -> u64 {
        let (up, case, file) = (&self.proxy.up, self.case.to_string(), file.to_str().unwrap());
        let arguments = ["contribute", &case, file, "--title", "Opname", "--ground", "artikel 6 AVG"];
        let mut first = self.program("sanne", &arguments);
        up.stops_after(length * 2 / 5).await;
        first.kill();
        up.is_cut();
        let mut second = self.program("sanne", &arguments);
        up.stops_after(length * 2 / 5).await;
        up.is_cut();
        assert!(second.ends().await, "the file is contributed");
        // Of a part that did not come whole nothing is kept.
        let most = payload_length(length) + 2 * PART as u64 + BESIDE;
        assert!(up.passed() < most, "{} bytes went up, and at most {most} had to", up.passed());
        first.peak().max(second.peak())
    }

    /// The same when Joris opens it, who finds what was sent.
    async fn comes_out(&self, file: &Path, length: u64) -> u64 {
        let (down, case) = (&self.proxy.down, self.case.to_string());
        let begin = down.passed();
        let out = self.folder.join("opened");
        let arguments = ["pack", "open", &case, "--item", "Opname", "--out", out.to_str().unwrap()];
        let mut first = self.program("joris", &arguments);
        down.stops_after(length * 2 / 5).await;
        self.joris_has(length * 2 / 5).await;
        first.kill();
        down.is_cut();
        let mut second = self.program("joris", &arguments);
        down.stops_after(length * 2 / 5).await;
        self.joris_has(length * 4 / 5).await;
        down.is_cut();
        assert!(second.ends().await, "the file is opened");
        let most = payload_length(length) + 2 * BESIDE;
        let passed = down.passed() - begin;
        assert!(passed < most, "{passed} bytes came down, and at most {most} had to");
        assert!(are_the_same(file, &out.join("opname.mp4")), "every byte of it");
        first.peak().max(second.peak())
    }

    /// Waits until so much has come in on Joris's disk: what the system holds for a program that is killed is lost.
    async fn joris_has(&self, bytes: u64) {
        let folder = self.folder.join("people/joris/incoming");
        let length = || -> u64 {
            let files = fs::read_dir(&folder).into_iter().flatten().flatten();
            files.filter_map(|file| file.metadata().ok()).map(|about| about.len()).sum()
        };
        while length() + BESIDE / 2 < bytes {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Makes the hub's address that of the line that leads there.
fn leads_to(home: &Path, port: u16) {
    let file = home.join("home.toml");
    let text = fs::read_to_string(&file).unwrap();
    let line = |line: &str| match line.starts_with("url") {
        true => format!("url = \"http://localhost:{port}/\"\n"),
        false => format!("{line}\n"),
    };
    fs::write(&file, text.lines().map(line).collect::<String>()).unwrap();
}

/// A file that takes little room on the disk, and in which no part is like another.
fn recording(folder: &Path, length: u64) -> PathBuf {
    let path = folder.join("opname.mp4");
    let mut file = File::create(&path).unwrap();
    file.set_len(length).unwrap();
    for place in (0..length).step_by(MIB as usize) {
        file.seek(SeekFrom::Start(place)).unwrap();
        file.write_all(&place.to_le_bytes()).unwrap();
    }
    path
}

fn are_the_same(one: &Path, other: &Path) -> bool {
    let (mut one, mut other) = (File::open(one).unwrap(), File::open(other).unwrap());
    let (mut ours, mut theirs) = (vec![0; MIB as usize], vec![0; MIB as usize]);
    let mut left = one.metadata().unwrap().len();
    if other.metadata().unwrap().len() != left {
        return false;
    }
    while left > 0 {
        let now = left.min(MIB) as usize;
        one.read_exact(&mut ours[..now]).unwrap();
        other.read_exact(&mut theirs[..now]).unwrap();
        if ours[..now] != theirs[..now] {
            return false;
        }
        left -= now as u64;
    }
    true
}
