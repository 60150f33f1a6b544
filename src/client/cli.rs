//! The member's and the authority's part of the command line: arguments in, reports out. Nothing is decided here.

mod authority;
mod enrol;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::context::{Context, Report};
use super::error::{ClientError, Result};
use super::home::write_private;
use super::verbs::key::Export;
use super::verbs::vault::Whose;
use super::verbs::when::When;
use super::verbs::{directory, key, login, vault};
use crate::protocol::id::CaseNumber;
use crate::protocol::refusal::Language;

pub use authority::AuthorityVerb;
pub use enrol::{EnrolArgs, Surroundings};

/// What a member does with an own home, beside the work in cases.
#[derive(Subcommand)]
pub enum MemberVerb {
    /// Sign in, to read.
    #[command(after_help = "Example:\n  zegel login")]
    Login,
    /// Your own keys: see them, take them elsewhere, replace them.
    #[command(subcommand)]
    Key(KeyVerb),
    /// Who takes part: partners and people, as the house signed it.
    #[command(
        after_help = "Examples:\n  zegel directory\n  zegel directory suspend max@partner.example --until 2026-12-31"
    )]
    Directory {
        #[command(subcommand)]
        verb: Option<DirectoryVerb>,
    },
    /// Who can open your organisation's vault, or a case's.
    #[command(subcommand)]
    Vault(VaultVerb),
}

/// What verbs have that add the same once only.
#[derive(Args)]
pub struct AgainArgs {
    /// Does the very same once more: 2 for the second time, 3 for the third. Without it, what was done in the last week
    /// is not done twice.
    #[arg(long, value_name = "TIME", value_parser = clap::value_parser!(u32).range(2..))]
    pub again: Option<u32>,
}

#[derive(Subcommand)]
pub enum KeyVerb {
    /// Show your keys and their check words.
    #[command(after_help = "Example:\n  zegel key show")]
    Show,
    /// Write a key to a file, for a mail program or for age.
    #[command(
        after_help = "Examples:\n  zegel key export --openpgp --out femke.asc\n  zegel key export --age --out identity.txt"
    )]
    Export(ExportArgs),
    /// Replace your keys by new ones; the house has to vouch for them anew.
    #[command(after_help = "Example:\n  zegel key rotate")]
    Rotate,
}

#[derive(Args)]
pub struct ExportArgs {
    /// The OpenPGP cert, or with --secret the secret key.
    #[arg(long, conflicts_with = "age", required_unless_present = "age")]
    openpgp: bool,
    /// Your secret OpenPGP key, for your own mail program.
    #[arg(long, requires = "openpgp")]
    secret: bool,
    /// Your age identity.
    #[arg(long)]
    age: bool,
    /// The file to write. Must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Subcommand)]
pub enum DirectoryVerb {
    /// The manager suspends someone at once, until a day, or ends that. Who is suspended can't sign in, open or sign
    /// anything, and can't be given anything; sessions end at once.
    #[command(
        after_help = "Examples:\n  zegel directory suspend max@partner.example --until 2026-12-31\n  zegel directory suspend max@partner.example --end"
    )]
    Suspend(SuspendArgs),
}

#[derive(Args)]
pub struct SuspendArgs {
    /// Name, mail address or membership.
    #[arg(value_name = "WHO")]
    who: String,
    /// The last day, or a moment. Replaces an earlier one.
    #[arg(long, value_name = "WHEN", required_unless_present = "end")]
    until: Option<When>,
    /// Ends the suspension at once.
    #[arg(long, conflicts_with = "until")]
    end: bool,
}

#[derive(Subcommand)]
pub enum VaultVerb {
    /// Show who can open it.
    #[command(after_help = "Example:\n  zegel vault show --case ZVH-2026-0014")]
    Show(WhoseArgs),
    /// Let a colleague open it too; makes the vault if there is none yet.
    #[command(after_help = "Examples:\n  zegel vault add\n  zegel vault add Pieter")]
    Add(HoldersArgs),
    /// Let someone no longer open it. Without a name: renew it, without those whose key no longer counts.
    #[command(after_help = "Examples:\n  zegel vault remove Pieter\n  zegel vault remove")]
    Remove(HoldersArgs),
}

#[derive(Args)]
pub struct WhoseArgs {
    /// A case's vault, instead of your organisation's.
    #[arg(long, value_name = "CASE")]
    case: Option<CaseNumber>,
}

#[derive(Args)]
pub struct HoldersArgs {
    /// Names, mail addresses or memberships.
    #[arg(value_name = "WHO")]
    who: Vec<String>,
    #[command(flatten)]
    whose: WhoseArgs,
}

impl WhoseArgs {
    fn whose(&self) -> Whose {
        Whose { case: self.case }
    }
}

impl MemberVerb {
    /// Does it, and shows the answer: as JSON if asked for.
    pub async fn run(self, ctx: &mut Context<'_>, json: bool) -> Result<()> {
        let language = ctx.language;
        match self {
            Self::Login => show(&login::login(ctx).await?, language, json),
            Self::Key(KeyVerb::Show) => show(&key::show(ctx)?, language, json),
            Self::Key(KeyVerb::Export(args)) => export(ctx, &args),
            Self::Key(KeyVerb::Rotate) => show(&key::rotate(ctx).await?, language, json),
            Self::Directory { verb: None } => show(&directory::directory(ctx).await?, language, json),
            Self::Directory { verb: Some(DirectoryVerb::Suspend(SuspendArgs { who, until, .. })) } => {
                let recorded = match until {
                    Some(until) => directory::suspend(ctx, &who, until.ends()?).await?,
                    None => directory::end_suspension(ctx, &who).await?,
                };
                show(&recorded, language, json)
            }
            Self::Vault(VaultVerb::Show(args)) => {
                show(&vault::show(ctx, args.whose()).await?, language, json)
            }
            Self::Vault(VaultVerb::Add(args)) => {
                show(&vault::add(ctx, args.whose.whose(), &args.who).await?, language, json)
            }
            Self::Vault(VaultVerb::Remove(args)) => {
                show(&vault::remove(ctx, args.whose.whose(), &args.who).await?, language, json)
            }
        }
    }
}

fn export(ctx: &mut Context<'_>, args: &ExportArgs) -> Result<()> {
    if args.out.exists() {
        return Err(super::home::HomeError::Taken(args.out.clone()).into());
    }
    let what = match (args.openpgp, args.secret) {
        (true, true) => Export::OpenpgpSecret,
        (true, false) => Export::Openpgp,
        (false, _) => Export::Age,
    };
    let text = key::export(ctx, what)?;
    write_private(&args.out, text.as_bytes())
}

/// Shows an answer on standard output.
pub fn show(report: &impl Report, language: Language, json: bool) -> Result<()> {
    let text = match json {
        true => harmless(&serde_json::to_string_pretty(report).map_err(ClientError::input)?),
        false => report.text(language),
    };
    writeln!(std::io::stdout(), "{text}").map_err(ClientError::input)
}

/// JSON with escapes for what could fool a terminal: C0 is escaped by rule, but neither DEL and C1 nor what
/// turns the direction of text, or hides it. All of these stand within strings only.
fn harmless(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::testing::TestHouse;

    #[tokio::test]
    async fn a_key_is_written_over_no_other_file() {
        let house = TestHouse::start().await;
        let mut femke = house.person("Femke", "Politie", &[]).await;
        let out = house.path("age-identity.txt");
        let args = ExportArgs { openpgp: false, secret: false, age: true, out: out.clone() };
        std::fs::write(&out, "another key").unwrap();
        assert!(export(&mut femke.ctx(), &args).is_err_and(|error| error.is("home-taken")));
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "another key");
        std::fs::remove_file(&out).unwrap();
        export(&mut femke.ctx(), &args).unwrap();
        assert!(std::fs::read_to_string(&out).unwrap().contains("AGE-SECRET-KEY-1"));
    }

    #[test]
    fn json_on_a_terminal_is_harmless_and_means_the_same() {
        let wild = "Şahin\u{1b}[2J\u{7f}\u{9b}2J\u{202e}fdp\u{2066}\u{200f}\u{feff}";
        let json = harmless(&serde_json::to_string_pretty(&[wild]).unwrap());
        assert!(json.contains("Şahin"));
        assert!(
            !json.contains(['\u{1b}', '\u{7f}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{feff}'])
        );
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [wild]);
    }
}
