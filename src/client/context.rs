//! What every verb is handed, and how its answer is shown.

use std::io::Write;

use ring::rand::SecureRandom;
use serde::Serialize;

use crate::clock::Clock;
use crate::protocol::refusal::Language;

use super::ask::Questions;
use super::error::{ClientError, Result};
use super::home::Home;
use super::remote::{Recorded, Remote};
use super::secret::{KeyBundle, Secrets};
use super::sign::Draft;
use super::trust::World;

/// What a verb works with. One process, one home, one hub.
pub struct Context<'a> {
    pub home: &'a Home,
    pub remote: &'a Remote,
    pub clock: &'a dyn Clock,
    pub random: &'a dyn SecureRandom,
    pub language: Language,
    /// What the person sees while the verb is at work; its answer is a [`Report`].
    pub out: &'a mut dyn Write,
    pub ask: &'a mut dyn Questions,
    /// Whether everything is agreed to beforehand (`--yes`).
    pub yes: bool,
}

/// An answer of a verb: for people as text, for programs as JSON.
pub trait Report: Serialize {
    fn text(&self, language: Language) -> String;
}

/// One of two texts.
pub fn nl_en<'t>(language: Language, nl: &'t str, en: &'t str) -> &'t str {
    match language {
        Language::Dutch => nl,
        Language::English => en,
    }
}

impl Context<'_> {
    /// Opens the home, signs in where needed, and fetches and verifies who is who: what every verb that
    /// reads or signs begins with.
    pub async fn begin(&mut self) -> Result<(Secrets, World)> {
        todo!()
    }

    /// The member's keys, from the home.
    pub fn unlock(&mut self) -> Result<KeyBundle> {
        self.home.unlock(self.ask)
    }

    /// One of two texts, in the person's language.
    pub fn words<'t>(&self, nl: &'t str, en: &'t str) -> &'t str {
        nl_en(self.language, nl, en)
    }

    /// Shows a line.
    pub fn say(&mut self, line: &str) -> Result<()> {
        writeln!(self.out, "{line}").map_err(|error| ClientError::input(error))
    }

    /// Asks unless all is agreed to beforehand. Errors with `Declined` at no.
    pub fn agree(&mut self, question: &str) -> Result<()> {
        let agreed = self.yes || self.ask.agree(question).unwrap_or(false);
        agreed.then_some(()).ok_or(ClientError::Declined)
    }

    /// Shows in plain words what will be signed, asks, signs, and sends. The hub's answer is in the order
    /// of the statements.
    pub async fn send(&mut self, draft: Draft, secrets: &Secrets, world: &World) -> Result<Vec<Recorded>> {
        let _ = (draft, secrets, world);
        todo!()
    }
}
