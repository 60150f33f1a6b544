//! The arguments of `case refer`, `contribute` and `agenda`: files, with who may see them and what may be
//! done with them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::client::cli::AgainArgs;
use crate::client::verbs::contribute::terms::{About, NewFile, Retention, Terms};
use crate::client::verbs::when::When;
use crate::client::{Context, Result};
use crate::protocol::id::{CaseNumber, Day};
use crate::protocol::label::{FactOrOpinion, Onward, Police, Regime};
use crate::protocol::words::{ApprovalRule, CaseKind, Director, ItemKind, Phase, Withheld};

use super::misuse;

#[derive(Clone, Copy, ValueEnum)]
enum RegimeWord {
    Avg,
    Wpg,
    Wjsg,
    Medical,
}

#[derive(Clone, Copy, ValueEnum)]
enum OnwardWord {
    No,
    OwnOrganisation,
    Ask,
}

#[derive(Clone, Copy, ValueEnum)]
enum PoliceWord {
    Fact,
    Opinion,
}

/// What stands in the label.
#[derive(Args)]
struct LabelArgs {
    /// The title, one for each file in their order; without it the file's name.
    #[arg(long = "title", value_name = "TITLE")]
    titles: Vec<String>,
    /// The law under which you keep it.
    #[arg(long, value_enum, default_value = "avg")]
    regime: RegimeWord,
    /// What readers may do with it.
    #[arg(long = "use", value_name = "TEXT", default_value = "Alleen voor deze casus.")]
    allowed_use: String,
    /// Whether readers may pass it on.
    #[arg(long, value_enum, default_value = "no")]
    onward: OnwardWord,
    /// Police data: fact or opinion.
    #[arg(long, value_enum, requires = "reliability", required_if_eq("regime", "wpg"))]
    police: Option<PoliceWord>,
    /// Police data: how reliable it is, in words.
    #[arg(long, value_name = "TEXT", requires = "police")]
    reliability: Option<String>,
    /// The first day that it is about.
    #[arg(long, value_name = "DAY")]
    period_from: Option<Day>,
    /// The last day that it is about.
    #[arg(long, value_name = "DAY")]
    period_until: Option<Day>,
}

/// What hub and clients enforce.
#[derive(Args)]
struct RuleArgs {
    /// What the procesregisseur sees: all of it, or only what it is called.
    #[arg(long, value_name = "reads|label", default_value = "reads")]
    director: Director,
    /// Whether you are asked for each reader, or it is only spoken of at the table.
    #[arg(long, value_name = "ask|never", default_value = "ask")]
    approval: ApprovalRule,
    /// When it may first be opened.
    #[arg(long, value_name = "WHEN")]
    from: Option<When>,
    /// Until when it may be opened.
    #[arg(long, value_name = "WHEN")]
    until: Option<When>,
    /// What others see if you don't approve: nothing, or that something is missing.
    #[arg(long, value_name = "silent|shown", default_value = "silent")]
    withheld: Withheld,
    /// The last day on which it is kept; without it a year from now.
    #[arg(long, value_name = "DAY")]
    retention: Option<Day>,
}

/// `zegel case refer`.
#[derive(Args)]
pub struct ReferArgs {
    /// What the procesregisseur needs to judge the case.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What may be told to others when they are asked in triage.
    #[arg(long, value_name = "FILE")]
    triage: Vec<PathBuf>,
    /// complex or aftercare.
    #[arg(long, value_name = "KIND", default_value = "complex")]
    pub kind: CaseKind,
    /// The legal basis, in words.
    #[arg(long, value_name = "TEXT")]
    ground: String,
    #[command(flatten)]
    label: LabelArgs,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    pub again: AgainArgs,
}

/// `zegel contribute`.
#[derive(Args)]
pub struct ContributeArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE")]
    case: CaseNumber,
    /// The files.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// contribution, plan, minutes, agenda, screening or referral.
    #[arg(long, value_name = "KIND", default_value = "contribution")]
    kind: ItemKind,
    /// The phases in which it may be given and opened.
    #[arg(long = "phase", value_name = "PHASES", value_delimiter = ',', default_value = "rto")]
    phases: Vec<Phase>,
    /// The legal basis, in words.
    #[arg(long, value_name = "TEXT")]
    ground: String,
    /// An item that this one is drawn from, by id or title.
    #[arg(long = "cite", value_name = "ITEM")]
    cites: Vec<String>,
    #[command(flatten)]
    label: LabelArgs,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    pub again: AgainArgs,
}

/// `zegel agenda`.
#[derive(Args)]
pub struct AgendaArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE")]
    case: CaseNumber,
    /// A text file with the purpose, the kind of decisions and the topics.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The title.
    #[arg(long, value_name = "TITLE", default_value = "Doel en agenda")]
    title: String,
    /// The legal basis, in words.
    #[arg(long, value_name = "TEXT", default_value = "convenant, artikel 9.2c")]
    ground: String,
    /// The last day on which it is kept; without it a year from now.
    #[arg(long, value_name = "DAY")]
    retention: Option<Day>,
    #[command(flatten)]
    pub again: AgainArgs,
}

impl ReferArgs {
    pub fn files(self, ctx: &Context<'_>) -> Result<Vec<NewFile>> {
        let terms = self.rules.terms(ctx, ItemKind::Referral, vec![Phase::Rto])?;
        let for_triage = Terms { phases: vec![Phase::Triage], ..terms.clone() };
        let about = self.label.about(self.ground, Vec::new());
        let all = self.files.len() + self.triage.len();
        let titles = titles(self.label.titles, all)?;
        let judged = self.files.into_iter().map(|path| (path, terms.clone()));
        let asked = self.triage.into_iter().map(|path| (path, for_triage.clone()));
        let files = judged.chain(asked).zip(titles);
        Ok(files.map(|((path, terms), title)| NewFile { path, title, terms, about: about.clone() }).collect())
    }
}

impl ContributeArgs {
    pub fn files(self, ctx: &Context<'_>) -> Result<(CaseNumber, Vec<NewFile>)> {
        let terms = self.rules.terms(ctx, self.kind, self.phases)?;
        let about = self.label.about(self.ground, self.cites);
        let titles = titles(self.label.titles, self.files.len())?;
        let files = self.files.into_iter().zip(titles);
        let new = |(path, title)| NewFile { path, title, terms: terms.clone(), about: about.clone() };
        Ok((self.case, files.map(new).collect()))
    }
}

impl AgendaArgs {
    pub fn files(self, ctx: &Context<'_>) -> Result<(CaseNumber, Vec<NewFile>)> {
        let file = NewFile {
            path: self.file,
            title: Some(self.title),
            terms: Terms {
                kind: ItemKind::Agenda,
                director: Director::Reads,
                approval: ApprovalRule::Ask,
                phases: vec![Phase::Triage, Phase::Rto, Phase::Plan],
                from: None,
                until: None,
                withheld: Withheld::Silent,
                retention: Retention::or_default(self.retention, ctx.clock.now())?,
            },
            about: About {
                period_from: None,
                period_until: None,
                regime: Regime::Avg,
                legal_ground: self.ground,
                allowed_use: "Alleen voor dit overleg.".to_owned(),
                onward: Onward::No,
                police: None,
                cites: Vec::new(),
            },
        };
        Ok((self.case, vec![file]))
    }
}

impl RuleArgs {
    fn terms(&self, ctx: &Context<'_>, kind: ItemKind, phases: Vec<Phase>) -> Result<Terms> {
        Ok(Terms {
            kind,
            director: self.director,
            approval: self.approval,
            phases,
            from: self.from.map(When::begins).transpose()?,
            until: self.until.map(When::ends).transpose()?,
            withheld: self.withheld,
            retention: Retention::or_default(self.retention, ctx.clock.now())?,
        })
    }
}

impl LabelArgs {
    fn about(&self, legal_ground: String, cites: Vec<String>) -> About {
        let police = self.police.zip(self.reliability.clone()).map(|(kind, reliability)| Police {
            kind: match kind {
                PoliceWord::Fact => FactOrOpinion::Fact,
                PoliceWord::Opinion => FactOrOpinion::Opinion,
            },
            reliability,
        });
        About {
            period_from: self.period_from,
            period_until: self.period_until,
            regime: match self.regime {
                RegimeWord::Avg => Regime::Avg,
                RegimeWord::Wpg => Regime::Wpg,
                RegimeWord::Wjsg => Regime::Wjsg,
                RegimeWord::Medical => Regime::Medical,
            },
            legal_ground,
            allowed_use: self.allowed_use.clone(),
            onward: match self.onward {
                OnwardWord::No => Onward::No,
                OnwardWord::OwnOrganisation => Onward::OwnOrganisation,
                OnwardWord::Ask => Onward::Ask,
            },
            police,
            cites,
        }
    }
}

/// A title for each file, or none at all.
fn titles(titles: Vec<String>, files: usize) -> Result<Vec<Option<String>>> {
    match titles.len() {
        0 => Ok(vec![None; files]),
        given if given == files => Ok(titles.into_iter().map(Some).collect()),
        _ => Err(misuse(
            "Geef voor elk bestand één --title, in dezelfde volgorde, of geen enkele.",
            "Give one --title for each file, in the same order, or none at all.",
        )),
    }
}
