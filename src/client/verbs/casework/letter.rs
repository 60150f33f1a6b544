//! The arguments of the verbs about letters.

mod write;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::client::cli::show;
use crate::client::letter::said::Word;
use crate::client::verbs::letter::reply::{Answering, reply};
use crate::client::verbs::letter::{delivery, drafts, list, read};
use crate::client::{Context, Result};
use crate::protocol::id::CaseNumber;
use crate::protocol::words::{DeliveryWay, LanguageWord};

use write::{InviteArgs, MessageArgs, MinutesArgs, RequestArgs, given};

#[derive(Subcommand)]
pub enum LetterVerb {
    /// Ask partners something, by an encrypted letter to each. Each sees only what it is asked itself.
    #[command(
        after_help = "Examples:\n  zegel request ZVH-2026-0014 --to Femke --to Noor --question-file vraag.txt --until 2026-12-01\n  \
        zegel request ZVH-2026-0014 --question-file vraag.txt --ask \"Femke=Zijn er meldingen?\" --until 2026-12-01\n  \
        zegel request --draft 1a2b3c4d --without mem_0123456789abcdef\n\
        What stands in an argument can be seen by others on this machine: -file options are safer."
    )]
    Request(Box<RequestArgs>),
    /// Invite who is on a roster, tell of a change, or that the meeting is off.
    #[command(
        after_help = "Examples:\n  zegel invite ZVH-2026-0014 --purpose-file doel.txt --topic \"Hoe is het thuis?\" --decisions \"Wie de regie heeft\" \\\n    \
        --asked \"Femke=Wat heeft de politie gezien?\" --minutes-long 90 --place \"Zaal 2\"\n  \
        zegel invite ZVH-2026-0014 --change --place \"Zaal 3\"\n  \
        zegel invite ZVH-2026-0014 --cancel --why-file reden.txt\n\
        Date and people are those of the roster: to move a meeting, change the roster first (zegel roster --meeting),\n\
        then give --change. What you don't give stays as it was in the last invitation."
    )]
    Invite(Box<InviteArgs>),
    /// Put minutes on record, and send them to who was there.
    #[command(after_help = MINUTES_HELP)]
    Minutes(Box<MinutesArgs>),
    /// Write to somebody about a case. Without --to, to its procesregisseurs.
    #[command(after_help = "Examples:\n  zegel message ZVH-2026-0014 --text-file bericht.txt\n  \
        zegel message ZVH-2026-0014 --to Femke --text-file bericht.txt --attach plattegrond.pdf")]
    Message(Box<MessageArgs>),
    /// Letters to you and from you, and how they stand; or your drafts.
    #[command(
        after_help = "Examples:\n  zegel letters\n  zegel letters ZVH-2026-0014\n  zegel letters --drafts\n  zegel letters --discard 1a2b3c4d"
    )]
    Letters(LettersArgs),
    /// Read a letter, once all of it is verified.
    #[command(after_help = "Examples:\n  zegel read 9f2c81aa\n  zegel read 9f2c81aa --out brieven")]
    Read {
        /// The letter, by its id or the beginning of it.
        #[arg(value_name = "LETTER")]
        letter: String,
        /// A folder for its calendar file and attachments. A file that is there already stays as it is.
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// Answer a letter. Your reason stays with your own organisation.
    #[command(
        after_help = "Examples:\n  zegel reply 9f2c81aa accept\n  zegel reply 9f2c81aa deputy Pieter\n  \
        zegel reply 9f2c81aa contributed Zorgmelding\n  zegel reply 9f2c81aa no-contribution --reason-file reden.txt\n  \
        zegel reply 9f2c81aa read --text-file opmerking.txt\n\
        The answer goes to who runs the case and to who wrote the letter."
    )]
    Reply(ReplyArgs),
    /// Choose whether your letters are mailed to you, and in which language they are.
    #[command(
        after_help = "Examples:\n  zegel delivery\n  zegel delivery mail\n  zegel delivery portal --language en"
    )]
    Delivery {
        /// mail: to your mail program, encrypted. portal: read them here or in the browser.
        #[arg(value_name = "mail|portal")]
        way: Option<DeliveryWay>,
        /// The language of letters and notices to you.
        #[arg(long, value_name = "nl|en")]
        language: Option<LanguageWord>,
    },
}

const MINUTES_HELP: &str = "Example:
  zegel minutes ZVH-2026-0014 verslag.toml
The file (TOML; what stands behind # may be left out):
    present = [\"Femke\", \"Noor\", \"de gezinscoach\"]
    absent = [\"dr. Samira Amrani\"]                   #
    decisions = [\"De wijkteams hebben de regie.\"]    #
    until = \"2026-12-16\"                             # when remarks must be in
    [[paragraph]]
    heading = \"Hoe is het nu thuis?\"                 #
    text = \"De politie is twee keer langs geweest.\"
    sources = [\"Zorgmelding\"]                        # items by id or title
    [[action]]                                       #
    who = \"Femke\"
    what = \"belt de wijkagent\"
    until = \"2026-12-09\"                             #
Names from the directory become whole ones. Each reader sees only sources that were released to it, or are its own.
If it was cut off, give the same command again: minutes that are on record are not added twice.";

#[derive(Args)]
pub struct LettersArgs {
    /// Only of this case.
    #[arg(value_name = "CASE")]
    case: Option<CaseNumber>,
    /// What you wrote and did not send yet.
    #[arg(long, conflicts_with_all = ["case", "discard"])]
    drafts: bool,
    /// Throws a draft away.
    #[arg(long, value_name = "DRAFT", conflicts_with = "case")]
    discard: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum AnswerWord {
    /// You are coming.
    Accept,
    /// You are not coming.
    Decline,
    /// A colleague comes: `deputy WHO`.
    Deputy,
    /// You added items: `contributed ITEM…`.
    Contributed,
    /// You have no contribution; you don't have to say why.
    NoContribution,
    /// You have read it.
    Read,
}

impl From<AnswerWord> for Word {
    fn from(word: AnswerWord) -> Self {
        match word {
            AnswerWord::Accept => Self::Accepted,
            AnswerWord::Decline => Self::Declined,
            AnswerWord::Deputy => Self::Deputy,
            AnswerWord::Contributed => Self::Contributed,
            AnswerWord::NoContribution => Self::NoContribution,
            AnswerWord::Read => Self::Read,
        }
    }
}

#[derive(Args)]
pub struct ReplyArgs {
    /// The letter, by its id or the beginning of it.
    #[arg(value_name = "LETTER")]
    letter: String,
    /// What you answer.
    #[arg(value_name = "ANSWER", value_enum)]
    answer: AnswerWord,
    /// Who comes, or the items that you added.
    #[arg(value_name = "WHO|ITEM")]
    what: Vec<String>,
    /// Some words beside it, for who runs the case and who wrote the letter.
    #[arg(long, value_name = "TEXT", conflicts_with = "text_file")]
    text: Option<String>,
    /// The same from a file.
    #[arg(long, value_name = "FILE")]
    text_file: Option<PathBuf>,
    /// A text file with why, for your own organisation only; `-` reads it from the standard input. Without it you
    /// are asked.
    #[arg(long, value_name = "FILE")]
    reason_file: Option<PathBuf>,
}

impl LetterVerb {
    pub async fn run(self, ctx: &mut Context<'_>, json: bool) -> Result<()> {
        let language = ctx.language;
        match self {
            Self::Request(args) => args.run(ctx, json).await,
            Self::Invite(args) => args.run(ctx, json).await,
            Self::Minutes(args) => args.run(ctx, json).await,
            Self::Message(args) => args.run(ctx, json).await,
            Self::Letters(LettersArgs { discard: Some(draft), .. }) => {
                show(&drafts::discard(ctx, &draft).await?, language, json)
            }
            Self::Letters(LettersArgs { drafts: true, .. }) => {
                show(&drafts::list_drafts(ctx).await?, language, json)
            }
            Self::Letters(LettersArgs { case, .. }) => show(&list::list(ctx, case).await?, language, json),
            Self::Read { letter, out } => {
                show(&read::read(ctx, &letter, out.as_deref()).await?, language, json)
            }
            Self::Reply(args) => {
                let text = given(ctx, args.text, args.text_file.as_deref())?.unwrap_or_default();
                let reason = given(ctx, None, args.reason_file.as_deref())?.unwrap_or_default();
                let answering = Answering { word: args.answer.into(), what: args.what, text, reason };
                show(&reply(ctx, &args.letter, &answering).await?, language, json)
            }
            Self::Delivery { way, language: of } => {
                show(&delivery::delivery(ctx, way, of).await?, language, json)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(subcommand)]
        verb: LetterVerb,
    }

    #[test]
    fn a_reason_is_no_argument() {
        let parse = |last: [&str; 2]| {
            Line::try_parse_from(["zegel", "reply", "9f2c81aa", "decline"].into_iter().chain(last))
        };
        assert!(parse(["--reason", "Medisch geheim."]).is_err());
        for file in ["reden.txt", "-"] {
            let verb = parse(["--reason-file", file]).map_err(|error| panic!("{error}")).unwrap().verb;
            assert!(matches!(verb, LetterVerb::Reply(args) if args.reason_file == Some(file.into())));
        }
    }
}
