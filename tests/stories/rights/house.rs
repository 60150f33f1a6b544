//! A house with one case that has everything, and another case beside it.

use std::collections::BTreeMap;

use reqwest::Client;
use zegel::client::Unattended;
use zegel::client::letter::said::Word;
use zegel::client::verbs::case;
use zegel::client::verbs::meeting::roster::Plan;
use zegel::client::verbs::meeting::{approve, decide, release};
use zegel::demo::act::file;
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::statement::{Bundle, Statement};
use zegel::protocol::words::*;

use super::people::People;
use crate::support::door::signs_in;
use crate::support::hands::signed;
use crate::support::letters::{answering, replies};
use crate::support::post::writes;
use crate::support::scene::{AGENDA, KEEP, PURPOSE, date, paper, written};
use crate::support::{Base, Play, play_with};

const PEOPLE: &[&str] = &[
    "sanne", "hugo", "joris", "mila", "ellen", "karim", "tess", "femke", "pieter", "amrani", "iris", "bram",
    "yara", "noor", "daan", "ruud",
];
/// Everyone at the meeting.
const TABLE: &[&str] = &["femke", "noor", "daan", "amrani", "iris", "hugo", "ruud"];
/// To whom is released.
const READERS: &[&str] = &["noor", "amrani", "iris", "hugo", "ruud"];
/// Nobody is kept out of this house for knocking often.
const SETTINGS: &str = "[limits]\nbad_sign_ins = 1000000\nbad_bundles = 1000000\nbad_writes = 1000000\n\
                        sign_ins = 1000000\nnonces = 1000000\n";
/// By which a bundle is fetched.
pub const FETCH: [u8; 32] = [7; 32];
pub const REPORT: &str = "Melding";
pub const SILENT: &str = "Stil";
const MISTAKE: &str = "Vergissing";

pub struct House {
    pub play: Play,
    pub case: CaseNumber,
    pub other: CaseNumber,
    pub people: People,
    /// Uploads of the supplier's that no statement claimed.
    pub drafts: [String; 3],
    /// The upload that the report's statement claimed.
    pub body_of_report: String,
    /// What was made on purpose, by name.
    pub named: Named,
    /// The whole journal.
    pub statements: Vec<(Digest, Statement)>,
}

impl House {
    pub async fn stands(base: Base) -> Self {
        let play = play_with(base, PEOPLE, SETTINGS).await;
        let stage = &play.stage;
        let expired = signs_in(stage, "joris").await;
        stage.wants_mail("noor", LanguageWord::Dutch).await.unwrap();
        let mut named = BTreeMap::new();
        let case =
            begins(stage, "sanne", "joris", &mut named, ["the referral", "the referral for triage"]).await;
        meets(stage, case, &mut named).await;
        writes_letters(stage, case, &mut named).await;
        let other = another(stage, &mut named).await;
        stage.clock.advance(31 * 60);
        let people = People::come(stage, expired).await;
        keeps_bundle(stage, "daan").await;
        let mut drafts = [const { String::new() }; 3];
        for draft in &mut drafts {
            *draft = begins_upload(stage, people.token("supplier").unwrap()).await;
        }
        let body_of_report = upload_of(stage, named["the report"]).await;
        let statements = crate::support::hands::recorded(stage).await;
        Self { case, other, people, drafts, body_of_report, named, statements, play }
    }
}

/// Somebody keeps another bundle at the hub, after that of the enrolment. The own client would not know it.
async fn keeps_bundle(stage: &Stage, who: &str) {
    let (home, remote) = stage.desk(who).unwrap();
    let (mut out, mut ask) = (std::io::sink(), Unattended);
    let (secrets, world) = stage.context(&home, &remote, &mut out, &mut ask).begin().await.unwrap();
    let batch = signed(stage, &secrets, &world, |draft| {
        let digest = draft.attach(b"a bundle that only its recipients open".to_vec());
        Bundle { number: Number(2), digest, fetch: vec![Digest::of(&FETCH)] }.into()
    });
    remote.post(&batch).await.unwrap();
}

type Named = BTreeMap<&'static str, Digest>;

/// A case that one person refers and another opens, with nobody else to run it.
async fn begins(
    stage: &Stage,
    refers: &str,
    opens: &str,
    named: &mut Named,
    names: [&'static str; 2],
) -> CaseNumber {
    let referral = paper(stage, "aanmelding.txt", "Aanmelding", ItemKind::Referral, "de aanmelding");
    let triage =
        file(written(stage, "vraag.txt", "de vraag"), "Vraag", ItemKind::Referral, &[Phase::Triage], KEEP);
    let referred = stage.refers(refers, CaseKind::Complex, vec![referral, triage]).await.unwrap();
    let items = referred.items.iter().copied();
    named.extend(names.into_iter().zip(items));
    let only = [stage.member(opens).unwrap().to_string()];
    at!(stage, opens, |ctx| case::open(ctx, referred.case, &only)).0.unwrap();
    for phase in [Phase::Screening, Phase::Triage, Phase::Rto] {
        stage.moves_to(opens, referred.case, phase).await.unwrap();
    }
    referred.case
}

/// From the agenda to packs, with everything that can go otherwise.
async fn meets(stage: &Stage, case: CaseNumber, named: &mut Named) {
    let agenda = paper(stage, "agenda.txt", AGENDA, ItemKind::Agenda, PURPOSE);
    let agenda = stage.contributes("joris", case, vec![agenda]).await.unwrap();
    named.insert("the agenda", agenda.items[0].item);
    let planned = stage.plans("joris", case, date(), TABLE, &[], Some(AGENDA)).await.unwrap();
    let new = |title: &str| paper(stage, &format!("{title}.txt"), title, ItemKind::Contribution, title);
    let files = [REPORT, SILENT, MISTAKE].map(new).to_vec();
    let given = stage.contributes("femke", case, files).await.unwrap();
    let names = ["the report", "the silent item", "the retracted item"];
    named.extend(names.into_iter().zip(given.items.iter().map(|item| item.item)));
    stage.asks_suppliers("joris", case).await.unwrap();
    let approved = approve::Choice {
        items: vec![REPORT.into(), MISTAKE.into()],
        readers: stage.ids(READERS).unwrap(),
        ..Default::default()
    };
    at!(stage, "femke", |ctx| approve::approve(ctx, case, &approved)).0.unwrap();
    let silent = decide::About { items: vec![SILENT.into()], ..Default::default() };
    at!(stage, "femke", |ctx| decide::refuse(ctx, case, &silent, "Dit blijft hier.")).0.unwrap();
    stage.consults("sanne", case, ConsultationForm::Signed, "Akkoord.").await.unwrap();
    let released = release::Choice { readers: stage.ids(READERS).unwrap(), ..Default::default() };
    at!(stage, "joris", |ctx| release::release(ctx, case, &released)).0.unwrap();
    stage.withdraws("femke", case, REPORT, &["amrani"]).await.unwrap();
    at!(stage, "femke", |ctx| decide::retract(ctx, case, MISTAKE)).0.unwrap();
    let remove = stage.ids(&["iris"]).unwrap();
    let without = Plan { meeting: Some(planned.meeting), remove, ..Plan::default() };
    stage.changes("joris", case, without).await.unwrap();
}

async fn writes_letters(stage: &Stage, case: CaseNumber, named: &mut Named) {
    let mailed = writes(stage, "joris", "noor", case, "per post").await;
    named.insert("the letter to the reader", mailed);
    named.insert("the letter to the addressee", writes(stage, "joris", "yara", case, "in het portaal").await);
    named.insert("the referrer's letter", writes(stage, "sanne", "joris", case, "terug").await);
    let reply = replies(stage, "noor", mailed, &answering(Word::Read)).await.unwrap();
    named.insert("the reader's reply", reply.id);
}

/// What the people of the first case have no part in.
async fn another(stage: &Stage, named: &mut Named) -> CaseNumber {
    let other = begins(stage, "yara", "mila", named, ["another referral", "another for triage"]).await;
    let item = paper(stage, "ander.txt", "Ander", ItemKind::Contribution, "een ander stuk");
    let given = stage.contributes("yara", other, vec![item]).await.unwrap();
    named.insert("another case's item", given.items[0].item);
    named.insert("another case's letter", writes(stage, "mila", "yara", other, "een andere casus").await);
    other
}

async fn upload_of(stage: &Stage, item: Digest) -> String {
    let sql = "SELECT upload FROM sealed_part WHERE statement = $1 AND part = 'body'";
    let upload = sqlx::query_scalar(sql).bind(item.to_string());
    upload.fetch_one(stage.hub.state.db.read()).await.unwrap()
}

/// Makes room for three bytes; the upload's id.
async fn begins_upload(stage: &Stage, token: &str) -> String {
    let url = stage.url().unwrap().join("/v1/uploads").unwrap();
    let request = Client::new().post(url).bearer_auth(token);
    let request = request.header("Tus-Resumable", "1.0.0").header("Upload-Length", "3");
    let answer = request.send().await.unwrap();
    let place = answer.headers()["location"].to_str().unwrap();
    place.rsplit('/').next().unwrap().to_owned()
}
