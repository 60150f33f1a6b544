//! The verbs about cases: their arguments, and which function does what. Nothing is decided here.

mod files;
mod letter;
mod meeting;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::client::cli::show;
use crate::client::{ClientError, Context, Result};
use crate::protocol::id::CaseNumber;
use crate::protocol::words::{CaseKind, Phase};

use super::case::refer::{Referral, refer};
use super::case::{self, show as show_case, text_from};
use super::contribute::contribute;
use super::pack;
use files::{AgendaArgs, ContributeArgs, ReferArgs};
use letter::LetterVerb;
use meeting::MeetingVerb;

/// Verbs that the command line takes in among the others.
#[derive(Subcommand)]
pub enum Casework {
    /// A case on its path: refer, open, see, move on.
    #[command(subcommand)]
    Case(CaseVerb),
    /// Add files to a case, sealed, with rules on who may see them.
    #[command(
        after_help = "Examples:\n  zegel contribute ZVH-2026-0014 melding.pdf --regime avg --ground 'artikel 6 AVG'\n  \
        zegel contribute ZVH-2026-0014 a.pdf b.pdf --director label --phase rto --regime wpg --ground 'artikel 20 Wpg' --police fact --reliability proces-verbaal\n\
        If it was cut off, give the same command again: it goes on where it stopped."
    )]
    Contribute(Box<ContributeArgs>),
    /// Add the agenda of a meeting: its purpose, the kind of decisions, the topics.
    #[command(after_help = "Example:\n  zegel agenda ZVH-2026-0014 agenda.txt")]
    Agenda(AgendaArgs),
    #[command(flatten)]
    Meeting(MeetingVerb),
    #[command(flatten)]
    Letter(LetterVerb),
    /// What was released to you.
    #[command(subcommand)]
    Pack(PackVerb),
    /// Take one of your organisation's items out of a case.
    #[command(after_help = "Example:\n  zegel retract ZVH-2026-0014 41aa90b3c2d1")]
    Retract {
        /// The case, such as ZVH-2026-0014.
        #[arg(value_name = "CASE")]
        case: CaseNumber,
        /// The item, by id or title.
        #[arg(value_name = "ITEM")]
        item: String,
    },
}

#[derive(Subcommand)]
pub enum CaseVerb {
    /// Put a case forward to the procesregisseur.
    #[command(
        after_help = "Example:\n  zegel case refer aanmelding.pdf --triage vraag.txt --ground 'artikel 6 AVG'"
    )]
    Refer(Box<ReferArgs>),
    /// Take a referral in: make the case's own vault.
    #[command(
        after_help = "Examples:\n  zegel case open ZVH-2026-0014\n  zegel case open ZVH-2026-0014 --holder Mila"
    )]
    Open {
        /// The case, such as ZVH-2026-0014.
        #[arg(value_name = "CASE")]
        case: CaseNumber,
        /// A procesregisseur who will run the case with you; without any, all who hold the house's vault.
        #[arg(long = "holder", value_name = "WHO")]
        holders: Vec<String>,
    },
    /// The cases that you may know of.
    #[command(after_help = "Example:\n  zegel case list")]
    List,
    /// One case: its steps, its items, its meetings.
    #[command(after_help = "Example:\n  zegel case show ZVH-2026-0014")]
    Show {
        /// The case, such as ZVH-2026-0014.
        #[arg(value_name = "CASE")]
        case: CaseNumber,
    },
    /// Take a case to its next phase, with the outcome, which is sealed.
    #[command(after_help = "Example:\n  zegel case phase ZVH-2026-0014 triage --outcome uitkomst.txt")]
    Phase {
        /// The case, such as ZVH-2026-0014.
        #[arg(value_name = "CASE")]
        case: CaseNumber,
        /// screening, triage, rto, plan or ended.
        #[arg(value_name = "PHASE")]
        phase: Phase,
        /// A text file with the outcome; without it you are asked.
        #[arg(long, value_name = "FILE")]
        outcome: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub enum PackVerb {
    /// List what was released to you, with the rules on its use.
    #[command(after_help = "Example:\n  zegel pack list")]
    List {
        /// The case, such as ZVH-2026-0014.
        #[arg(value_name = "CASE")]
        case: Option<CaseNumber>,
    },
    /// Open it into a folder.
    #[command(after_help = "Examples:\n  zegel pack open ZVH-2026-0014 --out pakket\n  \
        zegel pack open ZVH-2026-0014 --item Zorgmelding --out pakket --sealed")]
    Open(OpenArgs),
}

#[derive(Args)]
pub struct OpenArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE")]
    case: CaseNumber,
    /// The folder to put the files in. A file that is there already stays as it is.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Only these items, by id or title; also of what your own vaults hold.
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
    /// Also write the sealed files as they came (NAME.age), to the same folder or to another one.
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = true)]
    sealed: Option<Option<PathBuf>>,
}

impl Casework {
    /// Does it, and shows the answer: as JSON if asked for.
    pub async fn run(self, ctx: &mut Context<'_>, json: bool) -> Result<()> {
        let language = ctx.language;
        match self {
            Self::Case(verb) => verb.run(ctx, json).await,
            Self::Contribute(args) => {
                ctx.again = args.again.again;
                let (case, files) = args.files(ctx)?;
                show(&contribute(ctx, case, files).await?, language, json)
            }
            Self::Agenda(args) => {
                ctx.again = args.again.again;
                let (case, files) = args.files(ctx)?;
                show(&contribute(ctx, case, files).await?, language, json)
            }
            Self::Meeting(verb) => verb.run(ctx, json).await,
            Self::Letter(verb) => verb.run(ctx, json).await,
            Self::Pack(PackVerb::List { case }) => show(&pack::list(ctx, case).await?, language, json),
            Self::Pack(PackVerb::Open(args)) => {
                let sealed = args.sealed.map(|folder| folder.unwrap_or_else(|| args.out.clone()));
                let wish = pack::Wish { items: args.items, folder: args.out, sealed };
                let opened = pack::open(ctx, args.case, &wish).await?;
                show(&opened, language, json)?;
                opened.require_whole()
            }
            Self::Retract { case, item } => {
                show(&super::meeting::decide::retract(ctx, case, &item).await?, language, json)
            }
        }
    }
}

impl CaseVerb {
    async fn run(self, ctx: &mut Context<'_>, json: bool) -> Result<()> {
        let language = ctx.language;
        match self {
            Self::Refer(args) => {
                let kind: CaseKind = args.kind;
                ctx.again = args.again.again;
                let referral = Referral { kind, files: args.files(ctx)? };
                show(&refer(ctx, referral).await?, language, json)
            }
            Self::Open { case, holders } => show(&case::open(ctx, case, &holders).await?, language, json),
            Self::List => show(&show_case::list(ctx).await?, language, json),
            Self::Show { case } => show(&show_case::show(ctx, case).await?, language, json),
            Self::Phase { case, phase, outcome } => {
                let question = ctx.words("Wat is de uitkomst?", "What is the outcome?").to_owned();
                let outcome = text_from(ctx, outcome.as_deref(), &question)?;
                show(&case::phase(ctx, case, phase, &outcome).await?, language, json)
            }
        }
    }
}

/// A wrong combination of arguments.
pub(super) fn misuse(nl: &str, en: &str) -> ClientError {
    ClientError::said("wrong-use", nl, en)
}
