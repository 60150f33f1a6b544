//! What the right people's programs make of each kind, in an order in which each can come after the others.

use std::collections::BTreeMap;

use zegel::client::home::{Home, Keep};
use zegel::client::letter::said::Word;
use zegel::client::remote::Remote;
use zegel::client::verbs::authority::{self, Admit, Vouch};
use zegel::client::verbs::contribute::contribute;
use zegel::client::verbs::enrol::{Enrol, REQUEST, enrol};
use zegel::client::verbs::key::MAIL_DAYS;
use zegel::client::verbs::letter::delivery::delivery;
use zegel::client::verbs::letter::invite::{Inviting, What, invite};
use zegel::client::verbs::letter::message::{Writing, message};
use zegel::client::verbs::letter::minutes::{Reporting, minutes};
use zegel::client::verbs::letter::reply::reply;
use zegel::client::verbs::letter::request::request;
use zegel::client::verbs::meeting::roster::{Plan, roster};
use zegel::client::verbs::meeting::{approve, ask, decide, release};
use zegel::client::verbs::vault::{self, Whose};
use zegel::client::verbs::{case, directory};
use zegel::client::{Batch, ClientError, Draft, Unattended};
use zegel::clock::random;
use zegel::demo::stage::Stage;
use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::{CaseNumber, Digest, MemberId};
use zegel::protocol::refusal::Language;
use zegel::protocol::seal::SealingKey;
use zegel::protocol::statement::*;
use zegel::protocol::words::*;

use super::super::house::{FETCH, House, REPORT, SILENT};
use crate::support::door::{DAY, Now, office};
use crate::support::letters::{answering, invitation, news, question};
use crate::support::liar::{Lie, Shared, liar, through};
use crate::support::office::slip_for;
use crate::support::scene::{AGENDA, date, paper, written};

const NEW: &str = "Nieuw";
const BYSTANDER: &str = "Els Elders";

/// Each statement with who may sign it as it is.
pub const ROWS: &[(&str, &[&str])] = &[
    ("item: a contribution of the supplier", &["supplier"]),
    ("item: an agenda of the director's", &["director"]),
    ("item: a part of the referral", &["referrer"]),
    ("item: a plan of the supplier", &["supplier"]),
    ("item: a screening of the director's", &["director"]),
    ("retraction: of the contribution", &["supplier", "holder"]),
    ("roster: of a new meeting", &["director"]),
    ("ask: for that", &["director"]),
    ("approval: of the report, for the reader", &["supplier", "holder"]),
    ("refusal: of the silent item", &["supplier", "holder"]),
    ("consultation: signed by the partner", &["referrer"]),
    ("consultation: by telephone", &["director"]),
    ("release: to the reader", &["director"]),
    ("withdrawal: from the reader", &["supplier", "holder"]),
    ("letter: a question of the director's", &["director"]),
    ("letter: a message to the director", &["referrer"]),
    ("letter: an invitation", &["director"]),
    ("letter: a cancellation", &["director"]),
    ("item: minutes of the director's", &["director"]),
    ("reply: of the reader to a question", &["reader"]),
    ("phase: to the plan", &["director"]),
    ("case: of the referrer's partner", &["referrer"]),
    ("vault: of that", &["director", "second"]),
    ("vault: of that, renewed", &["director"]),
    ("vault: of the supplier's partner, renewed", &["supplier", "holder"]),
    ("delivery: by mail", IN_FORCE),
    ("suspension: of a bystander", &["manager"]),
    ("bundle: the third of who is invited", &["invited"]),
    ("key: after that of who is invited", &["invited"]),
    ("key: the first of someone new, by the slip", &["who has the slip"]),
    ("login: as a statement", &[]),
    ("slip: for someone new", &["authority"]),
    ("admission: of a new partner", &["authority"]),
    ("membership: of who waits", &["authority"]),
    ("revocation: of a bystander's key", &["authority"]),
    ("exclusion: of a partner", &["authority"]),
    ("directory: the next", &["authority"]),
];

const IN_FORCE: &[&str] = &[
    "stranger",
    "addressee",
    "referrer",
    "supplier",
    "holder",
    "colleague",
    "director",
    "second",
    "manager",
    "secretary",
    "support",
    "reader",
    "invited",
    "withdrawn",
    "off",
];

/// Whose programs send by way of somebody who keeps their batches back.
pub struct Maker<'a> {
    house: &'a House,
    keeps: Remote,
    kept: Shared,
    /// The first that was recorded of a kind.
    made: BTreeMap<&'static str, Digest>,
}

impl<'a> Maker<'a> {
    pub async fn at(house: &'a House) -> Self {
        let (keeps, kept) = liar(&house.play.stage).await;
        kept.lock().unwrap().lie = Some(Lie::KeptBack.told());
        Self { house, keeps, kept, made: BTreeMap::new() }
    }

    /// The right one's batch is recorded.
    pub async fn sends(&mut self, row: &'static str, batch: &Batch) {
        let (_, remote) = self.stage().desk("joris").unwrap();
        let sent = remote.post(batch).await.unwrap_or_else(|error| panic!("{row}: {error}"));
        assert!(sent.recorded.iter().all(|receipt| receipt.new), "{row}");
        let kind = row.split(':').next().unwrap_or(row);
        self.made.entry(kind).or_insert(sent.recorded[0].id);
        self.stage().publish().await.unwrap();
    }

    fn stage(&self) -> &'a Stage {
        &self.house.play.stage
    }

    fn kept(&self, row: &str) -> Batch {
        let kept = self.kept.lock().unwrap().kept.take();
        serde_json::from_slice(&kept.unwrap_or_else(|| panic!("{row}: nothing was sent"))).unwrap()
    }

    pub async fn makes(&self, row: &'static str) -> Batch {
        match row.split(':').next().unwrap_or(row) {
            "slip" | "admission" | "membership" | "revocation" | "exclusion" | "directory" => {
                self.of_authority(row)
            }
            "key" if row.ends_with("slip") => {
                self.enrols().await;
                self.kept(row)
            }
            "case" | "bundle" | "key" | "login" => self.by_hand(row),
            _ => {
                let done = self.of_program(row).await;
                // The program only hears that it was kept back.
                assert_eq!(done.map_err(|error| error.code().to_owned()), Err("kept".to_owned()), "{row}");
                self.kept(row)
            }
        }
    }

    async fn of_program(&self, row: &str) -> Result<(), ClientError> {
        let (stage, case, keeps) = (self.stage(), self.house.case, &self.keeps);
        let roster_id = self.made.get("roster").map(ToString::to_string);
        let named = roster_id.as_deref();
        let readers = stage.ids(&["noor"]).unwrap();
        match row.split(':').next().unwrap_or(row) {
            "item" if row.contains("agenda") => {
                let new = paper(stage, "agenda2.txt", "Nog een agenda", ItemKind::Agenda, "agenda");
                through!(stage, "joris", keeps, |ctx| contribute(ctx, case, vec![new])).map(drop)
            }
            "item" if row.contains("contribution") => {
                let new = paper(stage, "nieuw.txt", NEW, ItemKind::Contribution, "nieuw");
                through!(stage, "femke", keeps, |ctx| contribute(ctx, case, vec![new])).map(drop)
            }
            "retraction" => through!(stage, "femke", keeps, |ctx| decide::retract(ctx, case, NEW)).map(drop),
            "roster" => {
                let invited = |who: &&str| stage.invited(who, Seat::Delegate).unwrap();
                let participants = ["noor", "daan"].iter().map(invited).collect();
                let (date, agenda) = (Some(date()), Some(AGENDA.to_owned()));
                let plan = Plan { date, participants, agenda, ..Plan::default() };
                through!(stage, "joris", keeps, |ctx| roster(ctx, case, &plan)).map(drop)
            }
            "ask" => through!(stage, "joris", keeps, |ctx| ask::ask(ctx, case, named, &[])).map(drop),
            "approval" => {
                let items = vec![REPORT.to_owned()];
                let choice = approve::Choice { roster: roster_id, items, readers, ..Default::default() };
                through!(stage, "femke", keeps, |ctx| approve::approve(ctx, case, &choice)).map(drop)
            }
            "refusal" => {
                let about = decide::About { roster: roster_id, items: vec![SILENT.to_owned()], readers };
                through!(stage, "femke", keeps, |ctx| decide::refuse(ctx, case, &about, "Nee.")).map(drop)
            }
            "consultation" => {
                let (who, form) = match row.ends_with("partner") {
                    true => ("sanne", ConsultationForm::Signed),
                    false => ("joris", ConsultationForm::Phone),
                };
                let consulted =
                    through!(stage, who, keeps, |ctx| decide::consult(ctx, case, named, form, "Akkoord."));
                consulted.map(drop)
            }
            "release" => {
                let choice = release::Choice { roster: roster_id, readers, ..Default::default() };
                through!(stage, "joris", keeps, |ctx| release::release(ctx, case, &choice)).map(drop)
            }
            "withdrawal" => {
                through!(stage, "femke", keeps, |ctx| decide::withdraw(ctx, case, REPORT, &readers)).map(drop)
            }
            _ => self.of_other_program(row).await,
        }
    }

    async fn of_other_program(&self, row: &str) -> Result<(), ClientError> {
        let (stage, case, keeps) = (self.stage(), self.house.case, &self.keeps);
        let roster_id = self.made.get("roster").map(ToString::to_string);
        match row {
            "letter: a question of the director's" => {
                let asking = question(stage, &["noor"]);
                through!(stage, "joris", keeps, |ctx| request(ctx, case, &asking)).map(drop)
            }
            "item: a part of the referral" => {
                let new = paper(stage, "deel.txt", "Deel", ItemKind::Referral, "een deel");
                through!(stage, "sanne", keeps, |ctx| contribute(ctx, case, vec![new])).map(drop)
            }
            "item: a plan of the supplier" => {
                let new = paper(stage, "plan.txt", "Plan", ItemKind::Plan, "wie doet wat");
                through!(stage, "femke", keeps, |ctx| contribute(ctx, case, vec![new])).map(drop)
            }
            "item: a screening of the director's" => {
                let new = paper(stage, "screening.txt", "Screening", ItemKind::Screening, "het past");
                through!(stage, "joris", keeps, |ctx| contribute(ctx, case, vec![new])).map(drop)
            }
            "letter: an invitation" => {
                let inviting = Inviting { roster: roster_id, asked: vec![], ..invitation() };
                through!(stage, "joris", keeps, |ctx| invite(ctx, case, &inviting)).map(drop)
            }
            "letter: a cancellation" => {
                let why = Some("Het gaat niet door.".to_owned());
                let inviting = Inviting { roster: roster_id, why, ..news(What::Cancel) };
                through!(stage, "joris", keeps, |ctx| invite(ctx, case, &inviting)).map(drop)
            }
            "item: minutes of the director's" => {
                let text = "present = [\"Noor\"]\n[[paragraph]]\ntext = \"Besproken.\"\n";
                let reporting = Reporting {
                    file: written(stage, "verslag.toml", text),
                    roster: roster_id,
                    to: Vec::new(),
                    title: "Verslag".to_owned(),
                    ground: "AVG art. 6".to_owned(),
                    retention: None,
                    without: Vec::new(),
                };
                through!(stage, "joris", keeps, |ctx| minutes(ctx, case, &reporting)).map(drop)
            }
            "vault: of that, renewed" => {
                let whose = Whose { case: Some(self.next_case()) };
                through!(stage, "joris", keeps, |ctx| vault::remove(ctx, whose, &[])).map(drop)
            }
            "vault: of the supplier's partner, renewed" => {
                let whose = Whose { case: None };
                through!(stage, "femke", keeps, |ctx| vault::remove(ctx, whose, &[])).map(drop)
            }
            "letter: a message to the director" => {
                let (to, text) = (stage.ids(&["joris"]).unwrap(), "Een vraag.".to_owned());
                let writing = Writing { to, text, until: None, attachments: vec![], without: vec![] };
                through!(stage, "sanne", keeps, |ctx| message(ctx, case, &writing)).map(drop)
            }
            "reply: of the reader to a question" => {
                let letter = self.made["letter"].to_string();
                let answer = answering(Word::NoContribution);
                through!(stage, "noor", keeps, |ctx| reply(ctx, &letter, &answer)).map(drop)
            }
            "phase: to the plan" => {
                let moved =
                    through!(stage, "joris", keeps, |ctx| case::phase(ctx, case, Phase::Plan, "Verder."));
                moved.map(drop)
            }
            "vault: of that" => {
                let only = stage.ids(&["joris"]).unwrap();
                let number = self.next_case();
                through!(stage, "joris", keeps, |ctx| case::open(ctx, number, &only)).map(drop)
            }
            "delivery: by mail" => {
                let (way, language) = (Some(DeliveryWay::Mail), Some(LanguageWord::English));
                through!(stage, "noor", keeps, |ctx| delivery(ctx, way, language)).map(drop)
            }
            "suspension: of a bystander" => {
                let until = stage.clock_now().plus(DAY);
                through!(stage, "ellen", keeps, |ctx| directory::suspend(ctx, BYSTANDER, until)).map(drop)
            }
            row => panic!("whose program makes this: {row}?"),
        }
    }

    /// Somebody new gets a slip, and makes keys with it.
    async fn enrols(&self) {
        let stage = self.stage();
        let new = slip_for(stage, "politie", "Nico Nieuw", "nico@politie-midden-linge.example", None);
        let paper = office(stage, |office| authority::slip(office, &new).unwrap());
        stage.publish().await.unwrap();
        let how = Enrol {
            folder: &stage.home("new"),
            url: Some(self.keeps.url().clone()),
            keep: Keep::Identity(SealingKey::generate()),
            days: MAIL_DAYS,
            language: Language::Dutch,
            clock: &stage.clock,
            random: random(),
        };
        let refused = enrol(how, &paper, &mut |_| Ok(())).await.err();
        assert_eq!(refused.map(|error| error.code().to_owned()).as_deref(), Some("kept"));
    }

    /// The number after those of the house.
    fn next_case(&self) -> CaseNumber {
        CaseNumber { count: self.house.other.count + 1, ..self.house.other }
    }

    /// What no program makes alone, or as it is needed here.
    fn by_hand(&self, row: &str) -> Batch {
        let who = if row.starts_with("case") { "sanne" } else { "daan" };
        let bundle = Home::open(&self.stage().home(who)).unwrap().unlock(&mut Unattended).unwrap();
        let by = Signer::Member(bundle.member);
        let mut draft = Draft::of(bundle.hub.clone(), Seen::nothing(), by, self.stage().clock_now());
        let body = match row.split(':').next().unwrap_or(row) {
            "case" => self.new_case(bundle.member).into(),
            "bundle" => {
                let digest = draft.attach(b"another bundle".to_vec());
                Bundle { number: Number(3), digest, fetch: vec![Digest::of(&FETCH)] }.into()
            }
            "key" => self.next_key(&mut draft, bundle.member).into(),
            _ => Body::from(Login { nonce: Nonce([0; 32]) }),
        };
        draft.push(body);
        draft.sign(&bundle.keys.last().unwrap().cert).unwrap()
    }

    fn new_case(&self, member: MemberId) -> Case {
        Case { case: self.next_case(), kind: CaseKind::Complex, partner: self.membership(member).partner }
    }

    fn next_key(&self, draft: &mut Draft, member: MemberId) -> Key {
        let membership = self.membership(member);
        let (name, mail) = (membership.name.to_string(), membership.mail.to_string());
        let cert = SecretCert::generate(&name, &mail, draft.signed_at()).unwrap();
        Key {
            slip: None,
            ticket: None,
            previous: Some(membership.key),
            cert: draft.attach(cert.public().bytes().to_vec()),
            recipient: SealingKey::generate().recipient(),
            proof: None,
        }
    }

    fn membership(&self, member: MemberId) -> &Membership {
        let of_member = |statement: &'a Statement| match &statement.body {
            Body::Membership(membership) if membership.member == member => Some(membership),
            _ => None,
        };
        self.house.statements.iter().find_map(|(_, statement)| of_member(statement)).unwrap()
    }

    /// What the authority signs lies in a file until it is published.
    fn of_authority(&self, row: &str) -> Batch {
        let stage = self.stage();
        match row.split(':').next().unwrap_or(row) {
            "slip" => {
                let new = slip_for(stage, "politie", "Nel Nieuw", "nel@politie-midden-linge.example", None);
                office(stage, |office| authority::slip(office, &new).unwrap());
            }
            "admission" => {
                let name = "Stichting Zes".parse().unwrap();
                let (kind, standing) = (PartnerKind::Partner, Standing::Named);
                let admit = Admit { name, kind, standing, partner: None };
                office(stage, |office| authority::admit(office, &admit).unwrap());
            }
            "membership" => {
                let request = authority::read_batch(&stage.home("waiting").join(REQUEST)).unwrap();
                let from = stage.clock_now();
                let vouch = Vouch { roles: vec![], from, until: from.plus(300 * DAY) };
                office(stage, |office| authority::vouch(office, &request, &vouch).unwrap());
            }
            "revocation" => {
                let reason = RevocationReason::Lost;
                office(stage, |office| authority::revoke(office, BYSTANDER, reason).unwrap());
            }
            "exclusion" => {
                let five = stage.cast.partners.iter().find(|partner| partner.key == "vijf").unwrap();
                office(stage, |office| authority::exclude(office, five.name.as_str()).unwrap());
            }
            _ => stage.list().unwrap(),
        }
        let out = std::fs::read_dir(stage.folder.join("authority/out")).unwrap();
        let files: Vec<_> = out.map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "{row}: {files:?}");
        authority::read_batch(&files[0]).unwrap()
    }
}
