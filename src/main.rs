//! The command line: who asks for what, in which language, and how it ended.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use zegel::client::ask::Terminal;
use zegel::client::cli::{AuthorityVerb, EnrolArgs, MemberVerb, Surroundings};
use zegel::client::verbs::authority::Office;
use zegel::client::verbs::casework::Casework;
use zegel::client::{ClientError, Context, Home, Remote};
use zegel::clock::{SystemClock, random};
use zegel::demo::tell::{Telling, tell};
use zegel::hub::cli::HubVerb;
use zegel::protocol::refusal::Language;

/// Zegel carries sealed files between the partners of a Zorg- en Veiligheidshuis. The hub is blind: only the people
/// whom a supplier approved can open what was sealed.
#[derive(Parser)]
#[command(
    name = "zegel",
    version,
    after_help = "Every verb explains itself: zegel VERB --help.\n\
                  Exit codes: 0 done, 1 refused with a reason, 2 wrong use."
)]
struct Cli {
    /// Your folder with keys and settings.
    #[arg(long, global = true, env = "ZEGEL_HOME", value_name = "FOLDER")]
    home: Option<PathBuf>,
    /// The language of what is shown.
    #[arg(long, global = true, env = "ZEGEL_LANG", value_enum)]
    lang: Option<Lang>,
    /// Answer in JSON, for programs.
    #[arg(long, global = true)]
    json: bool,
    /// Agree to everything beforehand, for scripts.
    #[arg(long, global = true)]
    yes: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    Nl,
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Nl => Self::Dutch,
            Lang::En => Self::English,
        }
    }
}

#[derive(Subcommand)]
enum Verb {
    Enrol(EnrolArgs),
    #[command(flatten)]
    Member(MemberVerb),
    #[command(flatten)]
    Casework(Casework),
    /// The house's word for who is who: partners, people, the directory.
    Authority(AuthorityArgs),
    #[command(flatten)]
    Hub(HubVerb),
    /// Tell one case with fictitious people, from referral to opened pack, and leave it to look at.
    #[command(after_help = "Example:\n  zegel demo --folder demo")]
    Demo(DemoArgs),
}

#[derive(Args)]
struct DemoArgs {
    /// Made anew each time.
    #[arg(long, value_name = "FOLDER", default_value = "demo")]
    folder: PathBuf,
    /// Where its hub listens on this machine, now and when it is served later.
    #[arg(long, default_value_t = 8460)]
    port: u16,
    /// The size of its largest file, which is made on the spot.
    #[arg(long, value_name = "MEGABYTES", default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    recording: u64,
}

#[derive(Args)]
struct AuthorityArgs {
    /// The authority's own folder.
    #[arg(long, global = true, env = "ZEGEL_AUTHORITY", value_name = "FOLDER", default_value = "authority")]
    folder: PathBuf,
    #[command(subcommand)]
    verb: AuthorityVerb,
}

fn main() -> ExitCode {
    keep_memory();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(help_or_misuse) => {
            let _ = help_or_misuse.print();
            return ExitCode::from(help_or_misuse.exit_code() as u8);
        }
    };
    let asked = cli.lang.map(Language::from);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(problem) => return refused(&ClientError::input(problem), asked.unwrap_or_default()),
    };
    let mut language = asked.unwrap_or_default();
    match runtime.block_on(run(cli, &mut language)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refused(&error, language),
    }
}

/// What memory holds is not for the disk, should this crash, nor for other programs of the same user. A machine that
/// won't have it so is none to stop for.
fn keep_memory() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

fn refused(error: &ClientError, language: Language) -> ExitCode {
    let mut said = error.sentence(language);
    if let Some((_, command)) = COMMANDS.iter().find(|(code, _)| *code == error.code()) {
        said = format!("{said} ({command})");
    }
    let _ = writeln!(std::io::stderr(), "{said}");
    ExitCode::FAILURE
}

/// What to type for what a refusal says is to be done. Its sentence names no command: it is for the portal too.
const COMMANDS: [(&str, &str); 6] = [
    ("bundle-number", "zegel --home NEW-FOLDER enrol --recover"),
    ("no-usable-cert", "zegel key rotate"),
    ("no-vault", "zegel vault add"),
    ("not-consulted", "zegel consult"),
    ("vault-unsound", "zegel vault remove"),
    ("wrong-consultation", "zegel consult"),
];

async fn run(cli: Cli, language: &mut Language) -> Result<(), ClientError> {
    // What is told along the way must not end up among JSON.
    let mut out: Box<dyn Write> = match cli.json {
        true => Box::new(std::io::stderr()),
        false => Box::new(std::io::stdout()),
    };
    let (mut ask, clock) = (Terminal, SystemClock);
    match cli.verb {
        Verb::Hub(verb) => {
            return verb.run(*language, &mut out).await.map_err(|refused| said(refused.0));
        }
        Verb::Demo(args) => {
            let telling = Telling { folder: &args.folder, port: args.port, recording: args.recording << 20 };
            return tell(telling, &mut out).await.map_err(|error| said(error.to_string()));
        }
        Verb::Authority(args) => {
            let mut office = Office {
                folder: &args.folder,
                clock: &clock,
                random: random(),
                language: *language,
                out: &mut out,
                ask: &mut ask,
                yes: cli.yes,
            };
            return args.verb.run(&mut office, cli.json).await;
        }
        Verb::Enrol(args) => {
            let folder = home_folder(cli.home)?;
            let around = Surroundings {
                folder: &folder,
                language: *language,
                clock: &clock,
                random: random(),
                ask: &mut ask,
                json: cli.json,
            };
            return args.run(around).await;
        }
        Verb::Member(_) | Verb::Casework(_) => {}
    }
    let home = Home::open(&home_folder(cli.home)?)?;
    if cli.lang.is_none() {
        *language = home.settings().language;
    }
    let remote = Remote::new(&home.settings().url, *language)?;
    // Nobody is kept waiting without a word; nor is what was asked for lost for want of someone to tell.
    remote.set_voice(|sentence| drop(writeln!(std::io::stderr(), "{sentence}")));
    let mut ctx = Context {
        home: &home,
        remote: &remote,
        clock: &clock,
        random: random(),
        language: *language,
        out: &mut out,
        ask: &mut ask,
        yes: cli.yes,
        again: None,
    };
    match cli.verb {
        Verb::Member(verb) => verb.run(&mut ctx, cli.json).await,
        Verb::Casework(verb) => verb.run(&mut ctx, cli.json).await,
        Verb::Enrol(_) | Verb::Authority(_) | Verb::Hub(_) | Verb::Demo(_) => Ok(()),
    }
}

/// A sentence of the hub's or the demo's own.
fn said(sentence: String) -> ClientError {
    ClientError::said("refused", sentence.clone(), sentence)
}

/// Where `--home` or `ZEGEL_HOME` says, or `.zegel` in the person's own folder.
fn home_folder(given: Option<PathBuf>) -> Result<PathBuf, ClientError> {
    let own = || std::env::home_dir().map(|folder| folder.join(".zegel"));
    given.or_else(own).ok_or_else(|| ClientError::input("--home"))
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory};
    use zegel::protocol::refusal::Refusal;

    use super::*;

    fn each_verb(command: &Command, path: &str, look: &mut dyn FnMut(&str, &Command)) {
        let path = format!("{path} {}", command.get_name());
        if command.get_subcommands().next().is_none() {
            look(path.trim(), command);
        }
        command.get_subcommands().for_each(|verb| each_verb(verb, &path, look));
    }

    /// All that a verb's help says beside its arguments.
    fn help(command: &Command) -> String {
        let parts = [command.get_long_about(), command.get_after_help()];
        let text: String = parts.into_iter().flatten().map(|text| format!("{text}\n")).collect();
        // A long example goes on, on its next line.
        text.replace("\\\n", " ")
    }

    fn examples(help: &str) -> impl Iterator<Item = &str> {
        let example = |line| str::strip_prefix(line, "  ").or_else(|| str::strip_prefix(line, "Example: "));
        help.lines().filter_map(example).filter(|example| example.starts_with("zegel "))
    }

    #[test]
    fn every_verb_has_an_example_that_names_it() {
        Cli::command().debug_assert();
        each_verb(&Cli::command(), "", &mut |path, command| {
            let help = help(command);
            assert!(examples(&help).any(|example| example.starts_with(path)), "{path} lacks an example");
            assert!(command.get_about().is_some(), "{path} does not say what it does");
        });
    }

    #[test]
    fn what_is_to_be_typed_for_a_refusal_is_a_verb() {
        for (code, command) in COMMANDS {
            assert!(Refusal::CODES.contains(&code), "{code}");
            let words = command.split(' ').filter(|word| *word != "--home" && *word != "NEW-FOLDER").skip(1);
            let all = Cli::command();
            let mut verb = &all;
            for word in words {
                verb = match word.strip_prefix("--") {
                    Some(name) => {
                        verb.get_arguments().any(|one| one.get_long() == Some(name)).then_some(verb)
                    }
                    None => verb.find_subcommand(word),
                }
                .unwrap_or_else(|| panic!("{command}"));
            }
        }
    }

    #[test]
    fn every_example_can_be_typed() {
        each_verb(&Cli::command(), "", &mut |_, command| {
            for example in examples(&help(command)) {
                // Words, and what stands between quotes as one.
                let mut words = vec![];
                for (i, part) in example.split(['\'', '"']).enumerate() {
                    match i % 2 {
                        0 => words.extend(part.split_whitespace()),
                        _ => words.push(part),
                    }
                }
                let parsed = Cli::try_parse_from(&words);
                assert!(parsed.is_ok(), "{example}: {}", parsed.err().unwrap());
            }
        });
    }
}
