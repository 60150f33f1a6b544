//! One case, from referral to opened pack: what `make demo` tells, and what it leaves to look at.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::act::file;
use super::stage::{Setting, Stage, StageError};
use super::visitors;
use crate::client::ask::Unattended;
use crate::client::letter::said::Word;
use crate::client::verbs::contribute::terms::NewFile;
use crate::client::verbs::key::{Export, export};
use crate::client::verbs::letter::invite::{Inviting, What};
use crate::client::verbs::letter::minutes::Reporting;
use crate::client::verbs::letter::reply::Answering;
use crate::client::verbs::letter::request::Asking;
use crate::client::verbs::meeting::roster::Plan;
use crate::clock::{Clock, SystemClock};
use crate::hub::check::check;
use crate::protocol::cert::PublicCert;
use crate::protocol::id::{CaseNumber, Moment};
use crate::protocol::label::{FactOrOpinion, Police, Regime};
use crate::protocol::words::*;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const AGENDA: &str = "Doel en agenda";
/// What was agreed by telephone.
const MINUTES: &str = r#"present = ["Joris", "Sanne", "Femke", "Noor"]
decisions = ["Het overleg gaat door; Noor is tot dan het vaste aanspreekpunt."]

[[paragraph]]
heading = "Hoe gaat het nu thuis?"
text = "De politie is twee keer langs geweest. De buurvrouw houdt een oogje in het zeil."
sources = ["Overzicht zorgmeldingen, juni tot en met oktober"]

[[action]]
who = "Femke"
what = "belt de wijkagent over het weekend"
"#;

/// The files that the people put in, as they stand in the repository.
const FILES: &[(&str, &[u8])] = &[
    ("aanmelding.txt", include_bytes!("../../keys.example/files/aanmelding.txt")),
    ("triage.txt", include_bytes!("../../keys.example/files/triage.txt")),
    ("zorgmeldingen.pdf", include_bytes!("../../keys.example/files/zorgmeldingen.pdf")),
    ("voordeur.jpg", include_bytes!("../../keys.example/files/voordeur.jpg")),
    ("behandelverloop.txt", include_bytes!("../../keys.example/files/behandelverloop.txt")),
    ("contactmomenten.xlsx", include_bytes!("../../keys.example/files/contactmomenten.xlsx")),
];

/// Where the story is told, and how large its largest file is.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// Made anew.
    pub folder: &'a Path,
    /// Where the hub listens, and is found again when it is served later; 0 for any.
    pub port: u16,
    /// The length in bytes of the recording, which is made on the spot.
    pub recording: u64,
}

/// Tells the story, ending today.
///
/// # Errors
/// The first thing that did not go as told.
pub async fn tell(telling: Telling<'_>, out: &mut dyn Write) -> Result<(), StageError> {
    let Telling { folder, port, recording } = telling;
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    // When offices open.
    let begins = today().plus(-21 * DAY + 8 * HOUR);
    let setting = Setting {
        folder,
        begins,
        database: "sqlite:zegel.db",
        people: &[],
        port,
        keys_end: &[("yara", 5)],
        settings: "\n[mail]\nserver = \"maildir:../mail\"\n\n[demo]\nvisitors = \"visitors.json\"\n",
    };
    let stage = Stage::set(&setting).await?;
    let mut story = Story { stage, recording, out, lines: Vec::new() };
    story.say("Het huis is ingericht: partners toegelaten, mensen bevestigd, kluizen gemaakt.")?;
    story.choices().await?;
    let case = story.referral_and_triage().await?;
    story.contributions(case).await?;
    story.meeting(case).await?;
    story.packs(case).await?;
    story.minutes(case).await?;
    story.leave().await
}

/// Midnight.
fn today() -> Moment {
    Moment::from_unix(SystemClock.now().unix() / DAY * DAY)
}

struct Story<'a> {
    stage: Stage,
    recording: u64,
    out: &'a mut dyn Write,
    lines: Vec<String>,
}

impl Story<'_> {
    fn say(&mut self, line: &str) -> Result<(), StageError> {
        let at = self.stage.clock.now();
        writeln!(self.out, "{at}  {line}")?;
        self.lines.push(format!("{at}  {line}\n"));
        Ok(())
    }

    /// The day after tomorrow, in the morning.
    fn rto(&self) -> Moment {
        today().plus(2 * DAY + 9 * HOUR)
    }

    /// One of the example house's files as its supplier puts it in, kept for a year after today.
    fn given(&self, name: &str, phases: &[Phase]) -> Result<NewFile, StageError> {
        let path = self.at_hand(name)?;
        let all = &self.stage.cast.files;
        let given = all.iter().find(|given| given.path.ends_with(name));
        let given = given.ok_or_else(|| StageError::Other(format!("{name} is not in house.toml")))?;
        let mut new = file(path, &given.title, given.kind(), phases, &self.keep());
        let (regime, ground) = given.regime();
        (new.about.regime, new.about.legal_ground) = (regime, ground.to_owned());
        new.about.police = (regime == Regime::Wpg).then(|| Police {
            kind: FactOrOpinion::Fact,
            reliability: "waargenomen door de politie".to_owned(),
        });
        Ok(new)
    }

    /// The day until which items are kept.
    fn keep(&self) -> String {
        SystemClock.now().plus(365 * DAY).to_string()[..10].to_owned()
    }

    /// A file in the folder that people take theirs from.
    fn at_hand(&self, name: &str) -> Result<PathBuf, StageError> {
        let folder = self.stage.folder.join("files");
        fs::create_dir_all(&folder)?;
        let path = folder.join(name);
        if let Some((_, bytes)) = FILES.iter().find(|(known, _)| *known == name) {
            fs::write(&path, bytes)?;
        }
        Ok(path)
    }

    /// Who reads letters in a mail program. The others read them in Zegel, and are mailed that there is something.
    async fn choices(&mut self) -> Result<(), StageError> {
        for person in ["femke", "noor", "bram"] {
            self.stage.wants_mail(person, LanguageWord::Dutch).await?;
        }
        self.stage.wants_mail("daan", LanguageWord::English).await?;
        self.say("Femke, Noor, Bram en Daan lezen hun berichten in een mailprogramma, de anderen in Zegel.")
    }

    async fn referral_and_triage(&mut self) -> Result<CaseNumber, StageError> {
        let referral = self.given("aanmelding.txt", &[Phase::Rto])?;
        let for_triage = self.given("triage.txt", &[Phase::Triage])?;
        let case = self.stage.refers("sanne", CaseKind::Complex, vec![referral, for_triage]).await?.case;
        self.say(&format!(
            "Sanne (gemeente) meldt {case} aan: een stuk voor de screening, een deel voor de triage."
        ))?;
        self.stage.clock.advance(DAY);
        self.stage.opens_case("joris", case).await?;
        self.stage.moves_to("joris", case, Phase::Screening).await?;
        self.stage.moves_to("joris", case, Phase::Triage).await?;
        self.say("Joris (procesregisseur) opent de casus, screent, en begint de triage.")?;
        for person in ["femke", "amrani", "bram"] {
            self.stage.clock.advance(HOUR);
            self.questions(case, person).await?;
        }
        self.asks_partners(case).await?;
        self.say(
            "Femke (politie), dr. Amrani (GGZ) en Bram (reclassering) worden elk apart bevraagd: ieder leest alleen \
             het deel voor de triage, met akkoord van Sanne, en weet niet van de anderen.",
        )?;
        Ok(case)
    }

    /// One question, and for each partner what it is asked itself.
    async fn asks_partners(&mut self, case: CaseNumber) -> Result<(), StageError> {
        let asks = [
            ("femke", "Zijn er de laatste maanden meldingen geweest, en hoe gaat het volgens de wijkagent?"),
            ("amrani", "Is er iets wat wij moeten weten voor de veiligheid van het gezin?"),
            ("bram", "Loopt er een toezicht, en hoe verloopt het contact?"),
        ];
        let own = |(who, what): (&str, &str)| Ok((self.stage.member(who)?.to_string(), what.to_owned()));
        let asking = Asking {
            to: Vec::new(),
            question: "Is een overleg over dit gezin nodig, en wat zou het doel daarvan zijn?".to_owned(),
            asks: asks.into_iter().map(own).collect::<Result<_, StageError>>()?,
            until: self.stage.clock.now().plus(5 * DAY),
            attachments: Vec::new(),
            without: Vec::new(),
        };
        let sent = self.stage.requests("joris", case, asking).await?;
        self.say(&format!(
            "Joris stelt {} partners een vraag per versleuteld bericht. Ieder ziet alleen de eigen vraag.",
            sent.letters.len()
        ))
    }

    /// The newest letter to somebody, who reads it in Zegel and answers.
    async fn reads_and_answers(
        &self,
        person: &str,
        case: CaseNumber,
        word: Word,
        what: Vec<String>,
        reason: &str,
    ) -> Result<(), StageError> {
        let letters = self.stage.sees_letters(person, case).await?.received;
        let newest = letters.iter().max_by_key(|letter| letter.at);
        let letter = newest.ok_or_else(|| StageError::Other(format!("{person} has no letter")))?;
        let letter = letter.letter.to_string();
        self.stage.reads_letter(person, &letter).await?;
        let answering = Answering { word, what, text: String::new(), reason: reason.to_owned() };
        self.stage.answers(person, &letter, answering).await
    }

    /// In triage each partner has a roster of its own, and reads what the referrer approved for it.
    async fn questions(&self, case: CaseNumber, person: &str) -> Result<(), StageError> {
        let meeting = self.stage.plans("joris", case, self.rto(), &[person], &[], None).await?.meeting;
        self.stage.asks_for("joris", case, Some(meeting)).await?;
        self.stage.approves("sanne", case, &[person]).await?;
        self.stage.releases_for("joris", case, Some(meeting)).await?;
        Ok(self.stage.opens_pack(person, case).await?.require_whole()?)
    }

    async fn contributions(&mut self, case: CaseNumber) -> Result<(), StageError> {
        self.stage.clock.advance(2 * DAY);
        let table = &[Phase::Rto][..];
        let reports = self.given("zorgmeldingen.pdf", table)?;
        let photo = self.given("voordeur.jpg", table)?;
        let mut recording = self.given("voordeur.jpg", table)?;
        recording.path = self.at_hand("opname.bin")?;
        recording.title = Some("Opname van de melding, 12 oktober".to_owned());
        write_recording(&recording.path, self.recording)?;
        self.stage.contributes("femke", case, vec![reports, photo, recording]).await?;
        let megabytes = self.recording >> 20;
        self.say(&format!("Femke draagt drie stukken bij, waaronder een opname van {megabytes} MB."))?;
        let given = vec!["Opname van de melding, 12 oktober".to_owned()];
        self.reads_and_answers("femke", case, Word::Contributed, given, "").await?;
        self.stage.clock.advance(HOUR);
        self.stage.contributes("amrani", case, vec![self.given("behandelverloop.txt", table)?]).await?;
        self.say(
            "Dr. Amrani draagt de behandeling in hoofdlijnen bij; of iemand het leest, beslist zij later.",
        )?;
        self.stage.clock.advance(HOUR);
        self.stage.contributes("bram", case, vec![self.given("contactmomenten.xlsx", table)?]).await?;
        self.say("Bram draagt de contactmomenten bij.")
    }

    async fn meeting(&mut self, case: CaseNumber) -> Result<(), StageError> {
        self.stage.clock.advance(3 * DAY);
        self.stage.moves_to("joris", case, Phase::Rto).await?;
        let path = self.at_hand("doel.txt")?;
        fs::write(&path, "Doel: veiligheid thuis.\nBesluit: wie is vast aanspreekpunt?\n")?;
        let agenda = file(path, AGENDA, ItemKind::Agenda, &[Phase::Rto], &self.keep());
        self.stage.contributes("joris", case, vec![agenda]).await?;
        let delegates = ["sanne", "femke", "amrani", "noor"];
        let first = self.stage.plans("joris", case, self.rto(), &delegates, &["daan"], Some(AGENDA)).await?;
        self.stage.asks_suppliers("joris", case).await?;
        self.say(
            "Joris plant het overleg, met Daan als vervanger van Noor, en vraagt de verstrekkers om akkoord.",
        )?;
        self.invitations(case).await?;
        self.stage.clock.advance(HOUR);
        self.stage.approves("femke", case, &["noor", "daan"]).await?;
        self.say("Femke geeft akkoord voor Noor en Daan, niet voor de anderen.")?;
        self.stage.refuses("amrani", case, "Medisch geheim; de cliënt gaf geen toestemming.").await?;
        self.say("Dr. Amrani geeft geen akkoord. De procesregisseur ziet dat, haar reden niet.")?;
        self.stage.clock.advance(DAY);
        let add = vec![self.stage.invited("bram", Seat::Delegate)?];
        let date = Some(self.rto().plus(HOUR));
        let change = Plan { meeting: Some(first.meeting), date, add, ..Plan::default() };
        self.stage.changes("joris", case, change).await?;
        let inviting = Inviting { what: What::Change, ..Inviting::default() };
        let sent = self.stage.invites("joris", case, inviting).await?;
        self.say(&format!(
            "Het overleg begint een uur later. {} mensen krijgen dat te horen; hun agenda past zich aan.",
            sent.letters.len()
        ))?;
        self.stage.asks_suppliers("joris", case).await?;
        self.say(
            "Bram komt op de deelnemerslijst: eerdere akkoorden gelden niet meer, Joris vraagt ze opnieuw.",
        )?;
        self.stage.clock.advance(HOUR);
        self.stage.approves_again("femke", case).await?;
        self.stage.refuses("iris", case, "Zoals dr. Amrani schreef.").await?;
        self.stage.approves("hugo", case, &["noor", "daan"]).await?;
        self.stage.approves("bram", case, &[]).await?;
        self.say("Femke herhaalt haar akkoorden in een keer; Iris weigert namens dr. Amrani; Hugo geeft akkoord namens Sanne; Bram voor iedereen.")
    }

    async fn invitations(&mut self, case: CaseNumber) -> Result<(), StageError> {
        let asked = "Neem mee wie bij u het vaste aanspreekpunt kan zijn.".to_owned();
        let inviting = Inviting {
            purpose: Some("Afspreken hoe het gezin veilig thuis kan blijven.".to_owned()),
            topics: vec!["Hoe gaat het nu thuis?".to_owned(), "Wie doet wat?".to_owned()],
            decisions: vec!["Wie het vaste aanspreekpunt is.".to_owned()],
            asked: vec![(self.stage.member("noor")?.to_string(), asked)],
            minutes: Some(90),
            place: Some("Zorg- en Veiligheidshuis, kamer 3".to_owned()),
            ..Inviting::default()
        };
        let sent = self.stage.invites("joris", case, inviting).await?;
        self.say(&format!(
            "Joris nodigt {} mensen uit, met een bestand voor de agenda.",
            sent.letters.len()
        ))?;
        self.reads_and_answers("sanne", case, Word::Accepted, Vec::new(), "").await?;
        let iris = self.stage.ids(&["iris"])?;
        self.reads_and_answers("amrani", case, Word::Deputy, iris, "Ik heb dan spreekuur.").await?;
        self.say("Sanne komt. Dr. Amrani stuurt haar vervanger; waarom, weet alleen haar eigen organisatie.")
    }

    /// What was agreed in a short meeting, to who was there. Somebody's keys turn out to have expired.
    async fn minutes(&mut self, case: CaseNumber) -> Result<(), StageError> {
        let refused = self.stage.writes_to("joris", case, "yara", "Kunt u Bram woensdag vervangen?").await;
        if refused.is_ok() {
            return Err(StageError::Other("sealed for a key that had expired".to_owned()));
        }
        self.say(
            "Joris wil Yara schrijven. Haar sleutel is verlopen: er is niets verstuurd, hij belt haar.",
        )?;
        let now = self.stage.clock.now();
        let there = ["sanne", "femke", "noor"];
        let meeting = self.stage.plans("joris", case, now, &there, &[], None).await?.meeting;
        let path = self.at_hand("verslag.toml")?;
        fs::write(&path, MINUTES)?;
        let reporting = Reporting {
            file: path,
            roster: Some(meeting.to_string()),
            to: Vec::new(),
            title: "Verslag van het korte overleg".to_owned(),
            ground: "AVG art. 6 lid 1 sub e".to_owned(),
            retention: None,
            without: Vec::new(),
        };
        let sent = self.stage.sends_minutes("joris", case, reporting).await?;
        self.say(&format!(
            "Joris, Sanne, Femke en Noor bellen kort. {} mensen krijgen het verslag, met de bronnen erbij.",
            sent.letters.len()
        ))?;
        self.reads_and_answers("noor", case, Word::Read, Vec::new(), "").await
    }

    async fn packs(&mut self, case: CaseNumber) -> Result<(), StageError> {
        self.stage.clock.advance(DAY);
        let refused = self.stage.releases("joris", case).await;
        if refused.is_ok() {
            return Err(StageError::Other("released without consultation".to_owned()));
        }
        self.say("Joris wil vrijgeven, maar er is nog geen overleg met de gemeente vastgelegd: geweigerd.")?;
        let outcome = "Gebeld met Sanne: zij is het ermee eens.";
        self.stage.consults("joris", case, ConsultationForm::Phone, outcome).await?;
        let released = self.stage.releases("joris", case).await?;
        self.say(&format!("Na overleg geeft Joris vrij, aan {} mensen.", released.releases.len()))?;
        let until_now = SystemClock.now().unix() - self.stage.clock.now().unix();
        self.stage.clock.advance(until_now.max(0));
        self.stage.list()?;
        self.stage.publish().await?;
        for (reader, name) in [("noor", "Noor"), ("bram", "Bram"), ("daan", "Daan")] {
            let pack = self.stage.opens_pack(reader, case).await?;
            pack.require_whole()?;
            let items = match pack.opened.len() {
                1 => "1 stuk".to_owned(),
                more => format!("{more} stukken"),
            };
            self.say(&format!("{name} opent het informatiepakket en leest {items}."))?;
        }
        self.stage.withdraws("pieter", case, "Foto van de voordeur, 12 oktober", &["daan"]).await?;
        self.say("Femke is er niet; Pieter trekt het akkoord voor Daan in, voor de foto.")?;
        let pack = self.stage.opens_pack("daan", case).await?;
        let left = pack.opened.len();
        self.say(&format!(
            "Daan kan nog {left} stukken openen; de foto krijgt hij niet meer. Wat hij al had, houdt hij."
        ))
    }

    /// Waits until all that can be mailed now is in somebody's Maildir.
    async fn mailed(&self) -> Result<(), StageError> {
        for _ in 0..600 {
            let waiting = crate::hub::mail::outbox::waiting(&self.stage.hub.state).await;
            if waiting.map_err(|error| StageError::Other(error.to_string()))? == (0, 0) {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        Err(StageError::Other("mail still waits after half a minute".to_owned()))
    }

    /// Leaves what other programs can look at, and stops the hub.
    async fn leave(mut self) -> Result<(), StageError> {
        self.mailed().await?;
        let findings = check(&self.stage.hub.state).await.map_err(|e| StageError::Other(e.to_string()))?;
        if !findings.faults.is_empty() {
            return Err(StageError::Other(findings.faults.join("\n")));
        }
        self.say(&format!("Het logboek klopt: {} verklaringen nagerekend.", findings.statements))?;
        self.leave_certs().await?;
        self.leave_statements().await?;
        let folder = self.stage.folder.clone();
        fs::write(folder.join("story.txt"), self.lines.concat())?;
        visitors::leave(&self.stage, &folder.join("hub/visitors.json"))?;
        writeln!(self.out, "\nIn {} staat alles om na te kijken.", folder.display())?;
        self.stage.hub.shutdown().await;
        Ok(())
    }

    async fn leave_certs(&self) -> Result<(), StageError> {
        let certs = self.stage.folder.join("certs");
        fs::create_dir_all(&certs)?;
        fs::copy(self.stage.folder.join("authority/authority.asc"), certs.join("authority.asc"))?;
        for person in self.stage.people() {
            let (home, remote) = self.stage.desk(person)?;
            let (mut out, mut ask) = (std::io::sink(), Unattended);
            let mut context = self.stage.context(&home, &remote, &mut out, &mut ask);
            let (_, world) = context.begin().await?;
            let hub = world.house().directory.as_ref().and_then(|directory| world.cert(directory.hub_cert));
            let hub = hub.map(PublicCert::parse).and_then(Result::ok);
            let hub = hub.ok_or_else(|| StageError::Other("the hub's cert".to_owned()))?;
            fs::write(self.stage.folder.join("hub/hub.asc"), hub.armored())?;
            // As the directory has it: with the authority's certification.
            let cert = world.cert(world.my_membership()?.certified).map(PublicCert::parse);
            let cert = cert.and_then(Result::ok).ok_or_else(|| StageError::Other(person.to_string()))?;
            fs::write(certs.join(format!("{person}.asc")), cert.armored())?;
            let key = export(&mut context, Export::OpenpgpSecret)?;
            fs::write(self.stage.home(person).join("openpgp-secret.asc"), key.as_bytes())?;
            let identity = export(&mut context, Export::Age)?;
            fs::write(self.stage.home(person).join("age-identity.txt"), identity.as_bytes())?;
        }
        Ok(())
    }

    async fn leave_statements(&self) -> Result<(), StageError> {
        let folder = self.stage.folder.join("statements");
        fs::create_dir_all(&folder)?;
        for (leaf, kind, text, signature) in crate::hub::evidence::all(&self.stage.hub.state)
            .await
            .map_err(|error| StageError::Other(error.to_string()))?
        {
            let name = format!("{leaf:04}-{kind}");
            fs::write(folder.join(format!("{name}.txt")), text)?;
            fs::write(folder.join(format!("{name}.sig")), signature)?;
        }
        Ok(())
    }
}

/// A file that does not compress, made piece by piece.
fn write_recording(path: &Path, length: u64) -> Result<(), StageError> {
    let mut file = fs::File::create(path)?;
    let mut piece = vec![0u8; 1 << 20];
    let mut left = length as usize;
    while left > 0 {
        let now = left.min(piece.len());
        crate::clock::random()
            .fill(&mut piece[..now])
            .map_err(|_| StageError::Other("randomness".to_owned()))?;
        file.write_all(&piece[..now])?;
        left -= now;
    }
    Ok(())
}
