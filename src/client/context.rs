//! What every verb is handed, and how its answer is shown.

use std::cmp::Ordering;
use std::io::Write;

use ring::rand::SecureRandom;
use serde::Serialize;

use crate::clock::Clock;
use crate::protocol::cert::{PublicCert, verify_statement};
use crate::protocol::id::Digest;
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::{Body, Statement};
use crate::protocol::zone::shown;

use super::ask::Questions;
use super::batch::Batch;
use super::describe::{Names, describe};
use super::done::Done;
use super::error::{ClientError, Result};
use super::home::Home;
use super::pending::{ENROL, Pending};
use super::remote::{Recorded, Remote};
use super::secret::{KeyBundle, Secrets};
use super::session;
use super::sign::Draft;
use super::trust::{Known, TrustError, World};
use super::verbs::directory::KEY_WARNING;

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
    /// That the very same is wanted once more, and for which time (`--again`); nothing for the first.
    pub again: Option<u32>,
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
        let bundle = self.unlock()?;
        self.begin_with(bundle).await
    }

    /// The same, with keys that are unlocked already.
    pub async fn begin_with(&mut self, bundle: KeyBundle) -> Result<(Secrets, World)> {
        self.ensure_session(&bundle).await?;
        let world = match World::house_of(self.home, self.remote, self.clock).await {
            // A session can end before its time.
            Err(ClientError::SignedOut) => {
                session::sign_in(self, &bundle).await?;
                World::house_of(self.home, self.remote, self.clock).await?
            }
            world => world?,
        };
        require_newest(&bundle, &world)?;
        if bundle.keys.iter().any(|pair| world.statement(pair.key).is_some()) {
            // Whatever answer got lost: the keys of the enrolment are on record.
            Pending::new(self.home.folder(), ENROL).done()?;
        }
        let secrets = bundle.secrets(world.my_key())?;
        self.tell_of_my_keys_end(&world)?;
        Ok((secrets, world))
    }

    /// A key that ends in silence is found out by the letter that nobody could read.
    fn tell_of_my_keys_end(&mut self, world: &World) -> Result<()> {
        let Ok(membership) = world.my_membership() else { return Ok(()) };
        let until = world.house().mail_until(membership);
        if until > world.now.plus(KEY_WARNING) {
            return Ok(());
        }
        let day = shown(until, self.language);
        let line = match (self.language, until == membership.until) {
            (Language::Dutch, true) => {
                format!("Let op: uw deelname eindigt op {day}. Vraag het huis om haar te verlengen.")
            }
            (Language::English, true) => {
                format!("Note: your membership ends at {day}. Ask the house to renew it.")
            }
            (Language::Dutch, false) => format!(
                "Let op: vanaf {day} kan niemand u meer een bericht sturen. Maak nieuwe sleutels: zegel key rotate."
            ),
            (Language::English, false) => {
                format!(
                    "Note: from {day} nobody can send you a letter any more. Make new keys: zegel key rotate."
                )
            }
        };
        self.say(&line)
    }

    async fn ensure_session(&mut self, bundle: &KeyBundle) -> Result<()> {
        match self.home.session(self.clock.now())? {
            Some(session) => self.remote.set_token(Some(&session.token)),
            None => {
                session::sign_in(self, bundle).await?;
            }
        }
        Ok(())
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
        writeln!(self.out, "{line}").map_err(ClientError::input)
    }

    /// Asks unless all is agreed to beforehand. Errors with `Declined` at no.
    pub fn agree(&mut self, question: &str) -> Result<()> {
        let agreed = self.yes || self.ask.agree(question).unwrap_or(false);
        agreed.then_some(()).ok_or(ClientError::Declined)
    }

    /// Shows in plain words what will be signed, asks, signs, and sends. The hub's answer is in the order
    /// of the statements.
    pub async fn send(&mut self, draft: Draft, secrets: &Secrets, world: &World) -> Result<Vec<Recorded>> {
        self.agree_to(&draft, world)?;
        self.deliver(&draft.sign(&secrets.cert)?, world).await
    }

    /// The same for one statement that nothing tells from a second wish of the same words. What it was signed as is
    /// remembered before it leaves, so that who got no answer finds it on record ([`sent_before`](Self::sent_before)).
    pub async fn send_once(
        &mut self,
        wish: Digest,
        draft: Draft,
        secrets: &Secrets,
        world: &World,
    ) -> Result<Vec<Recorded>> {
        let id = draft.statements().last().map(Statement::id);
        self.agree_to(&draft, world)?;
        let batch = draft.sign(&secrets.cert)?;
        Done::open(self.home, secrets, self.clock.now())?.add(id.map(|id| (wish, id)))?;
        self.deliver(&batch, world).await
    }

    /// What the very same command put on record, if it did so in the last week.
    pub fn sent_before(&self, wish: Digest, secrets: &Secrets, world: &World) -> Result<Option<Recorded>> {
        let id = Done::open(self.home, secrets, self.clock.now())?.find(wish);
        let known = id.and_then(|id| world.statement(id));
        Ok(known.map(|known| Recorded { id: known.id, leaf: known.leaf, at: known.at, new: false }))
    }

    /// Shows in plain words what will be signed, and asks. Nothing is signed before this.
    pub fn agree_to(&mut self, draft: &Draft, world: &World) -> Result<()> {
        let title = self.words("Dit gaat u ondertekenen:", "This is what you will sign:").to_owned();
        self.say(&title)?;
        let names = Names { house: world.house(), cases: &world.history.cases, called: draft.called() };
        for statement in draft.statements() {
            let words = describe(statement, names, self.language);
            for (line, mark) in words.lines().zip(std::iter::once("- ").chain(std::iter::repeat("  "))) {
                self.say(&format!("  {mark}{line}"))?;
            }
        }
        let question = self.words("Ondertekenen en versturen?", "Sign and send?").to_owned();
        self.agree(&question)?;
        if self.clock.now().unix() - draft.signed_at().unix() > LONGEST_THOUGHT {
            return Err(ClientError::said(
                "took-too-long",
                "Het duurde te lang. Er is niets verstuurd. Doe het opnieuw.",
                "It took too long. Nothing was sent. Do it again.",
            ));
        }
        Ok(())
    }

    /// Sends what was signed, and holds the hub to its answer.
    pub async fn deliver(&mut self, batch: &Batch, world: &World) -> Result<Vec<Recorded>> {
        let answer = self.remote.post(batch).await?;
        world.hold_to(self.home, self.remote, batch, &answer).await?;
        Ok(answer.recorded)
    }
}

/// The bundle must be the member's newest on record. An older one means that newer keys were made elsewhere, or
/// that the hub gave it to who lost the newest; a newer one, that the hub keeps back what it recorded. But keys
/// that are still on their way come with a bundle that is not on record.
pub fn require_newest(bundle: &KeyBundle, world: &World) -> Result<()> {
    let newest = newest_of_mine(bundle, world, u64::MAX);
    let on_record = bundle.keys.last().is_some_and(|pair| world.statement(pair.key).is_some());
    match bundle.number.cmp(&newest) {
        Ordering::Less => Err(Refusal::BundleNumber { next: newest + 1 }.into()),
        Ordering::Greater if on_record => Err(TrustError::NoBundle { number: bundle.number }.into()),
        _ => Ok(()),
    }
}

/// The number of the newest bundle that was signed with a key of mine, or with one that the house vouched for.
/// Before anybody vouches for a key the hub could make up another, and with that a bundle that locks me out for good.
/// Of those whose number is below this one; 0 if there is none.
pub fn newest_of_mine(bundle: &KeyBundle, world: &World, below: u64) -> u64 {
    let house = world.house();
    let vouched = house.keys_since.get(&world.me).into_iter().flatten();
    let vouched = vouched.filter_map(|(_, key)| house.keys.get(key)).map(|key| (*key.cert).clone());
    let certs: Vec<PublicCert> = bundle.keys.iter().map(|pair| pair.cert.public()).chain(vouched).collect();
    let mine = |known: &&Known| {
        let (text, at) = (known.text.as_bytes(), known.statement.signed_at);
        known.statement.member() == Some(world.me)
            && certs.iter().any(|cert| verify_statement(cert, "bundle", text, &known.signature, at).is_ok())
    };
    let bundles = world.statements_of_house().into_iter().filter_map(|known| match &known.statement.body {
        Body::Bundle(bundle) => Some((known, bundle.number.0)),
        _ => None,
    });
    let below = bundles.filter(|(_, number)| *number < below);
    below.filter(|(known, _)| mine(known)).map(|(_, number)| number).max().unwrap_or(0)
}

/// The hub takes signatures of five minutes; sending needs some of that.
const LONGEST_THOUGHT: i64 = 240;

#[cfg(test)]
mod tests;
