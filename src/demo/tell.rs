//! One case, from referral to opened pack: what `make demo` tells, and what it leaves to look at.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::act::{file, police};
use super::stage::{Setting, Stage, StageError};
use crate::client::ask::Unattended;
use crate::client::verbs::contribute::terms::NewFile;
use crate::client::verbs::key::{Export, export};
use crate::clock::{Clock, SystemClock};
use crate::hub::check::check;
use crate::protocol::cert::PublicCert;
use crate::protocol::id::{CaseNumber, Moment};
use crate::protocol::label::{FactOrOpinion, Police};
use crate::protocol::words::*;

/// Who plays in this story.
const PEOPLE: &[&str] =
    &["sanne", "hugo", "joris", "mila", "femke", "pieter", "amrani", "iris", "bram", "yara", "noor", "daan"];

const DAY: i64 = 24 * 3600;
/// The large recording, made on the spot.
const RECORDING: u64 = 200 << 20;

/// The files that the people put in, as they stand in the repository.
const FILES: &[(&str, &[u8])] = &[
    ("aanmelding.txt", include_bytes!("../../keys.example/files/aanmelding.txt")),
    ("triage.txt", include_bytes!("../../keys.example/files/triage.txt")),
    ("zorgmeldingen.pdf", include_bytes!("../../keys.example/files/zorgmeldingen.pdf")),
    ("voordeur.jpg", include_bytes!("../../keys.example/files/voordeur.jpg")),
    ("contactmomenten.xlsx", include_bytes!("../../keys.example/files/contactmomenten.xlsx")),
];

/// Tells the story in a folder that is made anew, ending today.
///
/// # Errors
/// The first thing that did not go as told.
pub async fn tell(folder: &Path, out: &mut dyn Write) -> Result<(), StageError> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let begins = SystemClock.now().plus(-21 * DAY);
    let setting = Setting { folder, begins, database: "sqlite:zegel.db", people: PEOPLE, port: 8460 };
    let stage = Stage::set(&setting).await?;
    let mut story = Story { stage, out, lines: Vec::new() };
    story.say("Het huis is ingericht: partners toegelaten, mensen bevestigd, kluizen gemaakt.")?;
    let case = story.referral_and_triage().await?;
    story.contributions(case).await?;
    story.meeting(case).await?;
    story.packs(case).await?;
    story.leave().await
}

struct Story<'a> {
    stage: Stage,
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

    fn rto(&self) -> Moment {
        SystemClock.now().plus(2 * DAY)
    }

    /// A file at hand, kept for a year after today.
    fn given(
        &self,
        name: &str,
        title: &str,
        kind: ItemKind,
        phases: &[Phase],
    ) -> Result<NewFile, StageError> {
        let path = self.stage.folder.join("files").join(name);
        fs::create_dir_all(self.stage.folder.join("files"))?;
        if let Some((_, bytes)) = FILES.iter().find(|(known, _)| *known == name) {
            fs::write(&path, bytes)?;
        }
        let keep = SystemClock.now().plus(365 * DAY).to_string();
        Ok(file(path, title, kind, phases, &keep[..10]))
    }

    async fn referral_and_triage(&mut self) -> Result<CaseNumber, StageError> {
        let referral = self.given("aanmelding.txt", "Aanmelding", ItemKind::Referral, &[Phase::Rto])?;
        let for_triage = self.given("triage.txt", "Voor de triage", ItemKind::Referral, &[Phase::Triage])?;
        let referred = self.stage.refers("sanne", CaseKind::Complex, vec![referral, for_triage]).await?;
        let case = referred.case;
        self.say(&format!(
            "Sanne (gemeente) meldt {case} aan: een stuk voor de screening, een voor de triage."
        ))?;
        self.stage.clock.advance(DAY);
        self.stage.opens_case("joris", case).await?;
        self.stage.moves_to("joris", case, Phase::Screening).await?;
        self.stage.moves_to("joris", case, Phase::Triage).await?;
        self.say("Joris (procesregisseur) opent de casus, screent, en begint de triage.")?;
        for person in ["femke", "amrani", "bram"] {
            self.stage.plans("joris", case, self.rto(), &[person], &[], None).await?;
            self.stage.asks_suppliers("joris", case).await.ok();
        }
        self.say("Femke (politie), dr. Amrani (GGZ) en Bram (reclassering) worden elk apart bevraagd.")?;
        Ok(case)
    }

    async fn contributions(&mut self, case: CaseNumber) -> Result<(), StageError> {
        self.stage.clock.advance(2 * DAY);
        let fact =
            || Police { kind: FactOrOpinion::Fact, reliability: "waargenomen door de politie".to_owned() };
        let table = &[Phase::Rto][..];
        let reports = self.given("zorgmeldingen.pdf", "Zorgmeldingen", ItemKind::Contribution, table)?;
        let photo = self.given("voordeur.jpg", "Foto van de voordeur", ItemKind::Contribution, table)?;
        let recording = self.given("opname.bin", "Opname van de melding", ItemKind::Contribution, table)?;
        write_recording(&recording.path)?;
        let files = [reports, photo, recording].map(|file| police(file, fact())).into();
        self.stage.contributes("femke", case, files).await?;
        self.say("Femke draagt drie stukken bij, waaronder een opname van 200 MB.")?;
        let contacts =
            self.given("contactmomenten.xlsx", "Contactmomenten", ItemKind::Contribution, table)?;
        self.stage.contributes("amrani", case, vec![contacts]).await?;
        self.say("Dr. Amrani draagt de contactmomenten bij.")
    }

    async fn meeting(&mut self, case: CaseNumber) -> Result<(), StageError> {
        self.stage.clock.advance(3 * DAY);
        self.stage.moves_to("joris", case, Phase::Rto).await?;
        let agenda = self.given("doel.txt", "Doel en agenda", ItemKind::Agenda, &[Phase::Rto])?;
        fs::write(&agenda.path, "Doel: veiligheid thuis.\nBesluit: wie is vast aanspreekpunt?\n")?;
        self.stage.contributes("joris", case, vec![agenda]).await?;
        let delegates = ["sanne", "femke", "amrani", "noor"];
        let first = self
            .stage
            .plans("joris", case, self.rto(), &delegates, &["daan"], Some("Doel en agenda"))
            .await?;
        self.stage.asks_suppliers("joris", case).await?;
        self.stage.approves("femke", case, &["noor", "daan"]).await?;
        self.say("Joris plant het overleg en vraagt om akkoord. Femke geeft akkoord voor Noor en Daan, niet voor de anderen.")?;
        self.stage.refuses("amrani", case, "Medisch geheim; de cliënt gaf geen toestemming.").await?;
        self.say("Dr. Amrani geeft geen akkoord. De procesregisseur ziet dat, haar reden niet.")?;
        let add = vec![self.stage.invited("bram", Seat::Delegate)?];
        let change = crate::client::verbs::meeting::roster::Plan {
            meeting: Some(first.meeting),
            add,
            ..Default::default()
        };
        self.stage.changes("joris", case, change).await?;
        self.stage.asks_suppliers("joris", case).await?;
        self.stage.approves("femke", case, &["noor", "daan"]).await?;
        self.stage.approves("hugo", case, &["noor"]).await?;
        self.say("Bram komt op de deelnemerslijst: eerdere akkoorden gelden niet meer, Femke geeft ze opnieuw; Hugo ook, namens Sanne.")
    }

    async fn packs(&mut self, case: CaseNumber) -> Result<(), StageError> {
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
        for reader in ["noor", "bram", "daan"] {
            let pack = self.stage.opens_pack(reader, case).await?;
            pack.require_whole()?;
            self.say(&format!("{reader} opent het informatiepakket: {} stukken.", pack.opened.len()))?;
        }
        self.stage.withdraws("pieter", case, "Foto van de voordeur", &["daan"]).await?;
        self.say("Femke is er niet; Pieter trekt het akkoord voor Daan in, voor de foto.")?;
        let pack = self.stage.opens_pack("daan", case).await?;
        self.say(&format!("Daan opent nog {} stukken; de foto is hem geweigerd.", pack.opened.len()))
    }

    /// Leaves what other programs can look at, and stops the hub.
    async fn leave(mut self) -> Result<(), StageError> {
        let findings = check(&self.stage.hub.state).await.map_err(|e| StageError::Other(e.to_string()))?;
        if !findings.faults.is_empty() {
            return Err(StageError::Other(findings.faults.join("\n")));
        }
        self.say(&format!("Het logboek klopt: {} verklaringen nagerekend.", findings.statements))?;
        self.leave_certs().await?;
        self.leave_statements().await?;
        let folder = self.stage.folder.clone();
        fs::write(folder.join("story.txt"), self.lines.concat())?;
        writeln!(self.out, "\nIn {} staat alles om na te kijken.", folder.display())?;
        self.stage.hub.shutdown().await;
        Ok(())
    }

    async fn leave_certs(&self) -> Result<(), StageError> {
        let certs = self.stage.folder.join("certs");
        fs::create_dir_all(&certs)?;
        fs::copy(self.stage.folder.join("authority/authority.asc"), certs.join("authority.asc"))?;
        for person in PEOPLE {
            let (home, remote) = self.stage.desk(person)?;
            let (mut out, mut ask) = (std::io::sink(), Unattended);
            let mut context = self.stage.context(&home, &remote, &mut out, &mut ask);
            let (_, world) = context.begin().await?;
            // As the directory has it: with the authority's certification.
            let cert = world.cert(world.my_membership()?.certified).map(PublicCert::parse);
            let cert = cert.and_then(Result::ok).ok_or_else(|| StageError::Other(person.to_string()))?;
            fs::write(certs.join(format!("{person}.asc")), cert.armored())?;
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
fn write_recording(path: &Path) -> Result<(), StageError> {
    let mut file = std::io::BufWriter::new(fs::File::create(path)?);
    let mut piece = vec![0u8; 1 << 20];
    for _ in 0..RECORDING >> 20 {
        crate::clock::random().fill(&mut piece).map_err(|_| StageError::Other("randomness".to_owned()))?;
        file.write_all(&piece)?;
    }
    Ok(file.flush()?)
}
