//! The arguments of `zegel enrol`.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use ring::rand::SecureRandom;
use url::Url;
use zeroize::Zeroizing;

use super::show;
use crate::client::ask::Questions;
use crate::client::context::nl_en;
use crate::client::error::{ClientError, Result};
use crate::client::home::{HomeError, Keep};
use crate::client::verbs::enrol::{Enrol, PaperSlip, about_code, enrol, recover};
use crate::client::verbs::key::MAIL_DAYS;
use crate::clock::Clock;
use crate::protocol::id::HubName;
use crate::protocol::recovery::RecoveryCode;
use crate::protocol::refusal::Language;
use crate::protocol::seal::SealingKey;

/// Make your keys, with the paper slip that the house handed you.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  zegel enrol --slip slip.txt\n  zegel enrol --recover --hub zvh-ml.example"
)]
pub struct EnrolArgs {
    /// The file with the slip's text; `-` reads it from standard input. Never give the code itself here.
    #[arg(long, value_name = "FILE", default_value = "-")]
    slip: PathBuf,
    /// Get the keys that you had back, with your recovery code.
    #[arg(long, requires = "hub", conflicts_with = "slip")]
    recover: bool,
    /// The hub's name, with --recover.
    #[arg(long, value_name = "NAME")]
    hub: Option<HubName>,
    /// Where the hub is, if not at https:// and its name.
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
    /// For how many days letters can be sealed to the keys.
    #[arg(long, value_name = "DAYS", default_value_t = MAIL_DAYS, value_parser = clap::value_parser!(u32).range(1..=1095))]
    days: u32,
    /// Keep the keys so that they open without a question: for a service. Whoever reads the folder has them.
    #[arg(long)]
    unattended: bool,
}

/// What the command line hands on beside the arguments.
pub struct Surroundings<'a> {
    pub folder: &'a Path,
    pub language: Language,
    pub clock: &'a dyn Clock,
    pub random: &'a dyn SecureRandom,
    pub ask: &'a mut dyn Questions,
    pub json: bool,
}

impl EnrolArgs {
    pub async fn run(self, around: Surroundings<'_>) -> Result<()> {
        // The slip first: standard input may hold it, and a wrong one need not cost a passphrase.
        let slip = if self.recover { None } else { Some(read_slip(&self.slip)?) };
        let code = if self.recover { Some(ask_code(around.ask, around.language)?) } else { None };
        let keep = match self.unattended {
            true => Keep::Identity(SealingKey::generate()),
            false => Keep::Passphrase(new_passphrase(around.ask, around.language)?),
        };
        let (folder, language) = (around.folder, around.language);
        let days = self.days;
        let how =
            Enrol { folder, url: self.url, keep, days, language, clock: around.clock, random: around.random };
        match (slip, code, self.hub) {
            (Some(slip), ..) => {
                let mut show_code = |code: &RecoveryCode| {
                    let text = about_code(code, language);
                    // Among JSON it would get lost, or kept.
                    let mut out: Box<dyn Write> = match around.json {
                        true => Box::new(std::io::stderr()),
                        false => Box::new(std::io::stdout()),
                    };
                    writeln!(out, "{}", *text).map_err(ClientError::input)
                };
                show(&enrol(how, &slip, &mut show_code).await?, language, around.json)
            }
            (None, Some(code), Some(hub)) => {
                let member = recover(how, &hub, &code).await?;
                println!("{member}");
                Ok(())
            }
            _ => Err(ClientError::input("--hub")),
        }
    }
}

fn read_slip(path: &Path) -> Result<PaperSlip> {
    let failed = |error| ClientError::file(path, error);
    let mut text = Zeroizing::new(String::with_capacity(4096));
    match path == Path::new("-") {
        true => std::io::stdin().lock().take(4096).read_to_string(&mut text).map_err(failed)?,
        false => {
            let file = std::fs::File::open(path).map_err(failed)?;
            file.take(4096).read_to_string(&mut text).map_err(failed)?
        }
    };
    PaperSlip::parse(&text)
}

fn ask_code(ask: &mut dyn Questions, language: Language) -> Result<RecoveryCode> {
    let code = ask.secret(nl_en(language, "Herstelcode: ", "Recovery code: "));
    let code = code.map_err(|_| HomeError::WrongSecret)?;
    RecoveryCode::parse(&code).map_err(ClientError::input)
}

/// A new passphrase, typed twice.
pub fn new_passphrase(ask: &mut dyn Questions, language: Language) -> Result<Zeroizing<String>> {
    const SHORTEST: usize = 12;
    let wrong = |_| HomeError::WrongSecret;
    let first = ask.secret(nl_en(language, "Nieuwe wachtzin: ", "New passphrase: ")).map_err(wrong)?;
    if first.chars().count() < SHORTEST {
        return Err(ClientError::said(
            "short-passphrase",
            format!("Een wachtzin heeft minstens {SHORTEST} tekens. Neem een paar woorden."),
            format!("A passphrase has at least {SHORTEST} characters. Take a few words."),
        ));
    }
    let again = ask.secret(nl_en(language, "Nog een keer: ", "Once more: ")).map_err(wrong)?;
    match first == again {
        true => Ok(first),
        false => Err(HomeError::WrongSecret.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// Types these, one after the other.
    struct Types(Vec<&'static str>);

    impl Questions for Types {
        fn agree(&mut self, _: &str) -> io::Result<bool> {
            Ok(false)
        }

        fn secret(&mut self, _: &str) -> io::Result<Zeroizing<String>> {
            Ok(Zeroizing::new(self.0.remove(0).to_owned()))
        }
    }

    #[test]
    fn a_passphrase_is_long_enough_and_typed_twice() {
        let typed = |first, second| new_passphrase(&mut Types(vec![first, second]), Language::Dutch);
        assert_eq!(*typed("twaalf teken", "twaalf teken").unwrap(), "twaalf teken");
        assert!(typed("elf tekens!", "elf tekens!").is_err_and(|error| error.is("short-passphrase")));
        assert!(typed("twaalf teken", "twaalf tekem").is_err_and(|error| error.is("wrong-secret")));
    }
}
