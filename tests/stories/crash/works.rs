//! The works in which somebody is killed: each a command that a person types, and what must come of it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use zegel::client::ask::Unattended;
use zegel::client::remote::Remote;
use zegel::client::verbs::authority::{self, NewSlip, Office};
use zegel::clock::{Clock, SystemClock, random};
use zegel::demo::cast::Cast;
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, MemberId};
use zegel::protocol::refusal::Language;
use zegel::protocol::words::{ApprovalRule, ItemKind};

use crate::support::machine::{Machine, words};
use crate::support::scene::{AGENDA, comes_in, comes_to_the_table, paper};

pub const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "bram", "noor"];
/// Stands in every line of what is contributed, and nowhere else.
pub const SECRET: &str = "GEHEIM";
/// How many files are in every pack, and how many go in one batch.
pub const IN_PACK: usize = 4;
pub const AT_ONCE: usize = 12;
const DAY: i64 = 24 * 3600;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// One file of three parts.
    Upload,
    /// Many files in one batch.
    Batch,
    /// Many approvals in one batch.
    Approve,
    /// A vault's next generation, with all that is in it.
    Rekey,
    /// To several readers.
    Release,
    /// A pack, into a folder.
    Open,
    /// A message, kept as a draft before it leaves.
    Letter,
    /// New keys: home, bundle and what is trusted.
    Enrol,
    /// A case of its own, with a file for the screening and one for the triage.
    Refer,
    /// A meeting, of the agenda that is there.
    Plan,
    /// The suppliers asked about what they have.
    Ask,
    /// What the partner that referred the case said of its meeting.
    Consult,
}

/// Those that differ by where the hub keeps things come first.
pub const WORKS: [Work; 12] = [
    Work::Upload,
    Work::Batch,
    Work::Rekey,
    Work::Approve,
    Work::Release,
    Work::Letter,
    Work::Open,
    Work::Enrol,
    Work::Refer,
    Work::Plan,
    Work::Ask,
    Work::Consult,
];

impl Work {
    /// The work of a turn.
    pub fn at(turn: usize) -> Self {
        WORKS[turn % WORKS.len()]
    }
}

/// A command, and what it leaves.
pub struct Deed {
    pub who: String,
    pub command: Vec<String>,
    /// How many statements of which kind it adds.
    pub adds: (&'static str, i64),
}

/// The house as it stands: what was done in it so far.
pub struct House {
    pub machine: Machine,
    pub case: CaseNumber,
    members: BTreeMap<String, MemberId>,
    /// Every file that was contributed: its title, and what is in it.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The meeting that is being prepared, and how far that is.
    meeting: Option<(String, bool)>,
    /// How many meetings were planned.
    meetings: i64,
    /// Folders with a pack that was opened.
    pub opened: Vec<PathBuf>,
    holds: bool,
    deeds: usize,
    /// Cases that were referred beside the one of the house.
    pub referred: usize,
}

impl House {
    /// A case before a meeting, with some files that are in every pack; then the program itself takes over.
    pub async fn left_by(stage: &Stage) -> (CaseNumber, BTreeMap<String, Vec<u8>>) {
        let case = comes_in(stage).await;
        comes_to_the_table(stage, case).await;
        let day = stage.clock.now().plus(14 * DAY);
        stage.plans("joris", case, day, &["sanne", "femke", "noor", "bram"], &[], None).await.unwrap();
        let mut files = BTreeMap::new();
        let mut papers = Vec::new();
        for number in 0..IN_PACK {
            let title = format!("Stuk {number}");
            // One of them of two parts.
            let text = content(&title, if number == 0 { 9 << 20 } else { 2000 });
            let name = format!("stuk-{number}.txt");
            papers.push(paper(stage, &name, &title, ItemKind::Contribution, &text));
            files.insert(title, text.into_bytes());
        }
        assert!(papers.iter().all(|paper| paper.terms.approval == ApprovalRule::Ask));
        stage.contributes("femke", case, papers).await.unwrap();
        (case, files)
    }

    pub fn new(
        machine: Machine,
        stage_members: BTreeMap<String, MemberId>,
        left: (CaseNumber, BTreeMap<String, Vec<u8>>),
    ) -> Self {
        Self {
            machine,
            case: left.0,
            members: stage_members,
            files: left.1,
            meeting: None,
            meetings: 0,
            opened: Vec::new(),
            holds: true,
            deeds: 0,
            referred: 0,
        }
    }

    fn id(&self, who: &str) -> String {
        self.members[who].to_string()
    }

    /// What is to be done next of a kind; what must come before it is done here.
    pub async fn next(&mut self, work: Work) -> Deed {
        self.deeds += 1;
        match work {
            Work::Upload => self.contribution("Groot", 1, (16 << 20) + 5000),
            Work::Batch => self.contribution("Klein", AT_ONCE, 3000),
            Work::Approve => self.approval(),
            Work::Rekey => self.generation(),
            Work::Release => self.release(),
            Work::Letter => self.letter(),
            Work::Open => self.opening(),
            Work::Enrol => self.enrolment().await,
            Work::Refer => self.referral(),
            Work::Plan => Deed { who: "joris".into(), command: self.plan(), adds: ("roster", 1) },
            Work::Ask => self.question(),
            Work::Consult => self.consultation(),
        }
    }

    fn contribution(&mut self, name: &str, count: usize, length: usize) -> Deed {
        let case = self.case.to_string();
        let mut command = words(["contribute", &case, "--ground", "artikel 6 AVG", "--approval", "never"]);
        for number in 0..count {
            let title = format!("{name} {} {number}", self.deeds);
            let path = self.machine.folder.path().join(title.replace(' ', "-"));
            let text = content(&title, length);
            fs::write(&path, &text).unwrap();
            command.push(path.display().to_string());
            command.extend(words(["--title", &title]));
            self.files.insert(title, text.into_bytes());
        }
        Deed { who: "femke".into(), command, adds: ("item", count as i64) }
    }

    /// The meeting that is being prepared, planned if there is none; approved where that is needed.
    fn meeting(&mut self, approved: bool) -> String {
        let case = self.case.to_string();
        if self.meeting.is_none() {
            let meeting = self.planned();
            self.machine.does("joris", &words(["ask", &case, "--roster", &meeting]));
            self.meeting = Some((meeting, false));
        }
        let (meeting, done) = self.meeting.clone().unwrap();
        if approved && !done {
            self.machine.does("femke", &words(["approve", &case, "--roster", &meeting]));
            self.meeting = Some((meeting.clone(), true));
        }
        meeting
    }

    /// Plans a meeting, each on a day of its own: the very same command would be the same meeting.
    fn plan(&mut self) -> Vec<String> {
        self.meetings += 1;
        let date = SystemClock.now().plus((14 + self.meetings) * DAY).to_string();
        let mut command = words(["roster", &self.case.to_string(), "--date", &date, "--agenda", AGENDA]);
        for who in ["sanne", "femke", "noor", "bram"] {
            command.extend(words(["--participant", &format!("{}:artikel 9.2e", self.id(who))]));
        }
        command
    }

    fn planned(&mut self) -> String {
        let command = self.plan();
        self.machine.does("joris", &command)["meeting"].as_str().unwrap().to_owned()
    }

    /// The police has items, and so has the municipality, which referred the case.
    fn question(&mut self) -> Deed {
        let command = words(["ask", &self.case.to_string(), "--roster", &self.planned()]);
        Deed { who: "joris".into(), command, adds: ("ask", 2) }
    }

    fn consultation(&mut self) -> Deed {
        let meeting = self.planned();
        Deed { who: "joris".into(), command: self.consults(&meeting), adds: ("consultation", 1) }
    }

    fn consults(&self, meeting: &str) -> Vec<String> {
        let outcome = self.machine.folder.path().join("uitkomst.txt");
        fs::write(&outcome, format!("{SECRET}: Sanne is akkoord.")).unwrap();
        let mut command = words(["consult", &self.case.to_string(), "--roster", meeting, "--form", "phone"]);
        command.extend(words(["--outcome", &outcome.display().to_string()]));
        command
    }

    fn approval(&mut self) -> Deed {
        self.meeting = None;
        let meeting = self.meeting(false);
        self.meeting = Some((meeting.clone(), true));
        let command = words(["approve", &self.case.to_string(), "--roster", &meeting]);
        // For three readers of other partners.
        Deed { who: "femke".into(), command, adds: ("approval", 3 * IN_PACK as i64) }
    }

    fn release(&mut self) -> Deed {
        let (meeting, case) = (self.meeting(true), self.case.to_string());
        let consults = self.consults(&meeting);
        self.machine.does("joris", &consults);
        self.meeting = None;
        let command = words(["release", &case, "--roster", &meeting]);
        Deed { who: "joris".into(), command, adds: ("release", 4) }
    }

    fn generation(&mut self) -> Deed {
        self.holds = !self.holds;
        let verb = if self.holds { "add" } else { "remove" };
        let command = words(["vault", verb, &self.id("pieter")]);
        Deed { who: "femke".into(), command, adds: ("vault", 1) }
    }

    fn referral(&mut self) -> Deed {
        self.referred += 1;
        let papers = ["aanmelding", "vraag"].map(|name| {
            let path = self.machine.folder.path().join(format!("{name}-{}.txt", self.deeds));
            fs::write(&path, content(name, 3000)).unwrap();
            path.display().to_string()
        });
        let [judged, asked] = papers;
        let command = words(["case", "refer", &judged, "--triage", &asked, "--ground", "artikel 6 AVG"]);
        Deed { who: "sanne".into(), command, adds: ("case", 1) }
    }

    fn letter(&mut self) -> Deed {
        let (case, to) = (self.case.to_string(), self.id("femke"));
        let text = format!("{SECRET}: bericht {}", self.deeds);
        let command = words(["message", &case, "--to", &to, "--text", &text]);
        Deed { who: "joris".into(), command, adds: ("letter", 1) }
    }

    fn opening(&mut self) -> Deed {
        let folder = self.machine.folder.path().join(format!("pakket-{}", self.deeds));
        let command = words(["pack", "open", &self.case.to_string(), "--out", &folder.display().to_string()]);
        self.opened.push(folder);
        Deed { who: "noor".into(), command, adds: ("release", 0) }
    }

    /// The house hands out a slip, and someone new makes keys with it.
    async fn enrolment(&mut self) -> Deed {
        let who = format!("nieuw-{}", self.deeds);
        let office = self.machine.folder.path().join("authority");
        let cast = Cast::example().unwrap();
        let police = cast.partners.iter().find(|partner| partner.key == "politie").unwrap();
        let new = NewSlip {
            partner: police.name.to_string(),
            name: format!("Nieuw {}", self.deeds).parse().unwrap(),
            mail: format!("{who}@politie-midden-linge.example").parse().unwrap(),
            member: None,
            until: SystemClock.now().plus(DAY),
        };
        let slip = authority::slip(
            &mut Office {
                folder: &office,
                clock: &SystemClock,
                random: random(),
                language: Language::Dutch,
                out: &mut io::sink(),
                ask: &mut Unattended,
                yes: true,
            },
            &new,
        )
        .unwrap();
        let remote = Remote::new(&self.machine.url(), Language::Dutch).unwrap();
        authority::publish(&office, &remote).await.unwrap();
        let paper = self.machine.folder.path().join(format!("{who}.txt"));
        fs::write(&paper, slip.to_text().as_bytes()).unwrap();
        let mut command = words(["enrol", "--slip", &paper.display().to_string(), "--unattended"]);
        command.extend(words(["--url", self.machine.url().as_str()]));
        Deed { who, command, adds: ("key", 1) }
    }
}

/// What is in a file: lines that are nobody else's.
fn content(title: &str, length: usize) -> String {
    let mut text = String::with_capacity(length + 64);
    for line in 0.. {
        if text.len() >= length {
            break;
        }
        text.push_str(&format!("{SECRET} {title}, regel {line}\n"));
    }
    text
}
