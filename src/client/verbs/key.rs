//! `zegel key`: one's own keys, to see, to take elsewhere, to replace.

use serde::Serialize;
use zeroize::Zeroizing;

use crate::client::batch::Batch;
use crate::client::context::{Context, Report, newest_of_mine, require_newest};
use crate::client::error::{ClientError, Result};
use crate::client::home::{Keep, copy_aside};
use crate::client::pending::{Pending, is_refused, remove};
use crate::client::secret::{KeyBundle, Pair};
use crate::client::sign::Draft;
use crate::client::trust::World;
use crate::protocol::cert::{Fingerprint, SecretCert};
use crate::protocol::checkwords::{check_words, key_digest};
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::refusal::Language;
use crate::protocol::seal::SealingKey;
use crate::protocol::statement::{Bundle, Key};
use crate::protocol::vault::VaultState;
use crate::protocol::words::{Number, Owner};

use super::enrol::{REQUEST, request_of, write_request};

/// For how many days mail can be sealed to new keys, unless their owner says otherwise. A key that never ends is
/// never looked after; one that ends is told of in time.
pub const MAIL_DAYS: u32 = 2 * 365;

/// From when mail programs take a cert for expired that is made now.
pub fn mail_until(now: Moment, days: u32) -> Moment {
    now.plus(i64::from(days) * 24 * 3600)
}

/// A member's keys, without their secrets.
#[derive(Debug, Serialize)]
pub struct KeyReport {
    pub member: MemberId,
    pub keys: Vec<KeyRow>,
}

#[derive(Debug, Serialize)]
pub struct KeyRow {
    /// The `key` statement.
    pub key: Digest,
    pub fingerprint: Fingerprint,
    pub user_id: String,
    pub recipient: String,
    /// To be read aloud to the house.
    pub words: String,
}

/// The public half of a pair of keys.
pub fn key_row(pair: &Pair) -> KeyRow {
    let (cert, recipient) = (pair.cert.public(), pair.sealing.recipient().to_string());
    KeyRow {
        key: pair.key,
        fingerprint: cert.fingerprint(),
        user_id: cert.user_id().to_owned(),
        words: check_words(&key_digest(&cert.digest(), &recipient)),
        recipient,
    }
}

/// Shows the keys in this home. Asks nothing of the hub.
pub fn show(ctx: &mut Context<'_>) -> Result<KeyReport> {
    let bundle = ctx.unlock()?;
    Ok(KeyReport { member: bundle.member, keys: bundle.keys.iter().map(key_row).collect() })
}

/// What to take out of a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// The public cert, for others' mail programs.
    Openpgp,
    /// The secret key, for one's own mail program. Whoever has it can sign as the member.
    OpenpgpSecret,
    /// The age identity. Whoever has it can open what is sealed to the member.
    Age,
}

/// The key in force, or the newest, as text for another program.
pub fn export(ctx: &mut Context<'_>, what: Export) -> Result<Zeroizing<String>> {
    let bundle = ctx.unlock()?;
    let in_force = ctx.home.remembered()?.and_then(|remembered| remembered.key);
    if what != Export::Openpgp {
        let question = ctx.words(
            "Wie dit bestand heeft, kan lezen of ondertekenen als u. Toch exporteren?",
            "Whoever has this file can read or sign as you. Export it all the same?",
        );
        let question = question.to_owned();
        ctx.agree(&question)?;
    }
    let secrets = bundle.secrets(in_force)?;
    match what {
        Export::Openpgp => Ok(Zeroizing::new(secrets.cert.public().armored())),
        Export::OpenpgpSecret => Ok(secrets.cert.armored()?),
        Export::Age => {
            // All of them: older ones still open what was sealed to them.
            let mut text = Zeroizing::new(String::with_capacity(128 * (secrets.others.len() + 1)));
            for key in secrets.sealing_keys() {
                text.push_str(&key.to_text());
                text.push('\n');
            }
            Ok(text)
        }
    }
}

/// Replaces the keys by new ones, signed with the old: they count once the house vouches for them. What the house
/// has to see stands in the home's `key-request.json`. Where an earlier try made new keys and got no sure answer,
/// sends those again.
pub async fn rotate(ctx: &mut Context<'_>) -> Result<KeyRow> {
    let (bundle, keep) = ctx.home.unlock_as_kept(ctx.ask)?;
    let text = bundle.to_bytes()?;
    let (secrets, mut world) = ctx.begin_with(bundle).await?;
    let mut new = NewKeys { bundle: KeyBundle::from_bytes(&text)?, keep, pending: pending(ctx) };
    if let Some(batch) = new.pending.read()? {
        match new.deliver(ctx, &world, &batch).await {
            Err(error) if is_refused(&error) => {}
            sent => return sent,
        }
    }
    new.forget_unsent(ctx, &world)?;
    // Elsewhere another bundle may have got the number that these keys were to have.
    require_newest(&new.bundle, &world)?;
    new.bundle.require_room()?;
    let previous = world.my_membership()?.key;
    if new.bundle.keys.last().map(|pair| pair.key) != Some(previous) {
        return Err(waiting());
    }
    world.load_all(ctx.home, ctx.remote).await?;
    warn_vaults(ctx, &world)?;
    let draft = new.draft(ctx, &world, previous)?;
    ctx.agree_to(&draft, &world)?;
    let batch = draft.sign(&secrets.cert)?;
    new.keep(ctx, &batch)?;
    new.deliver(ctx, &world, &batch).await
}

/// What was to be sent of new keys, until the hub has answered.
fn pending(ctx: &Context<'_>) -> Pending {
    Pending::new(ctx.home.folder(), "rotate.json")
}

/// Keys on their way to the hub.
struct NewKeys {
    bundle: KeyBundle,
    keep: Keep,
    pending: Pending,
}

impl NewKeys {
    /// Makes the keys, and says what is to be signed of them.
    fn draft(&mut self, ctx: &Context<'_>, world: &World, previous: Digest) -> Result<Draft> {
        let membership = world.my_membership()?;
        let now = ctx.clock.now();
        let (name, mail) = (membership.name.as_str(), membership.mail.to_string());
        let cert = SecretCert::generate_until(name, &mail, now, Some(mail_until(now, MAIL_DAYS)))?;
        let sealing = SealingKey::generate();
        let mut draft = Draft::new(world, ctx.clock);
        let digest = draft.attach(cert.public().bytes().to_vec());
        let recipient = sealing.recipient();
        let key =
            Key { slip: None, ticket: None, previous: Some(previous), cert: digest, recipient, proof: None };
        let key = draft.push(key);
        let bundle = &mut self.bundle;
        bundle.keys.push(Pair { key, sealing, cert });
        bundle.number = 1 + newest(world).unwrap_or(0);
        bundle.seen = ctx.home.remembered()?.map(|remembered| remembered.pins());
        let digest = draft.attach(bundle.seal()?);
        draft.push(Bundle { number: Number(bundle.number), digest, fetch: bundle.fetch.clone() });
        Ok(draft)
    }

    /// Keeps all of it before anyone hears of it: an answer can get lost. The batch comes last, so that keys
    /// without one were never sent.
    fn keep(&self, ctx: &Context<'_>, batch: &Batch) -> Result<()> {
        ctx.home.save_bundle(&self.bundle, &self.keep)?;
        write_request(ctx.home, &request_of(batch))?;
        self.pending.write(batch)
    }

    /// Sends them. Only what the hub has surely not recorded is forgotten.
    async fn deliver(&mut self, ctx: &mut Context<'_>, world: &World, batch: &Batch) -> Result<KeyRow> {
        if let Err(error) = ctx.deliver(batch, world).await {
            if is_refused(&error) {
                self.pending.done()?;
                self.forget_unsent(ctx, world)?;
            }
            return Err(error);
        }
        self.pending.done()?;
        self.bundle.keys.last().map(key_row).ok_or(ClientError::NoRandomness)
    }

    /// Takes out keys that are neither on record nor on their way. They are kept aside: who says that they are
    /// not on record is the hub.
    fn forget_unsent(&mut self, ctx: &Context<'_>, world: &World) -> Result<()> {
        let unsent = |pair: &Pair| world.statement(pair.key).is_none();
        let keys = &self.bundle.keys;
        let sent = keys.iter().rposition(|pair| !unsent(pair)).map_or(1, |last| last + 1);
        if sent == keys.len() {
            return Ok(());
        }
        copy_aside(ctx.home.folder(), &["secrets.age", "identity.txt", "home.toml", REQUEST])?;
        self.bundle.keys.truncate(sent);
        // What is left is as it was on record before the unsent keys were made. By now another bundle may have their
        // number, which was made elsewhere and opens with something else: that one is newer than this.
        if let number @ 1.. = newest_of_mine(&self.bundle, world, self.bundle.number) {
            self.bundle.number = number;
        }
        ctx.home.save_bundle(&self.bundle, &self.keep)?;
        remove(&ctx.home.folder().join(REQUEST))
    }
}

/// The number of my newest bundle on record, whoever signed it: the next one's is one above.
fn newest(world: &World) -> Option<u64> {
    world.house().bundles.get(&world.me).copied()
}

fn waiting() -> ClientError {
    ClientError::said(
        "key-waits",
        "U hebt al nieuwe sleutels, die op bevestiging door het huis wachten. Bel het huis en lees uw controlewoorden voor (zegel key show).",
        "You have new keys already, which wait for the house to vouch for them. Call the house and read your check words aloud (zegel key show).",
    )
}

/// New keys take their member out of every vault: whoever holds one alone would lock it for good.
fn warn_vaults(ctx: &mut Context<'_>, world: &World) -> Result<()> {
    let (house, me, now) = (world.house(), world.me, world.now);
    let own = world.my_partner().ok().and_then(|partner| house.vault_of(partner));
    let of_cases = world.history.cases.values().filter_map(|case| case.vault.as_ref());
    let held: Vec<&VaultState> = own.into_iter().chain(of_cases).filter(|v| v.held_by(house, me)).collect();
    let other = |vault: &VaultState, m: &MemberId| {
        *m != me && vault.held_by(house, *m) && house.member(*m, now).is_ok()
    };
    if let Some(alone) = held.iter().find(|vault| !vault.holders.keys().any(|m| other(vault, m))) {
        return Err(alone_in(alone.owner));
    }
    if held.is_empty() {
        return Ok(());
    }
    let words = ctx.words(
        "Met nieuwe sleutels valt u uit de kluizen. Vraag een collega om u daarna weer toe te voegen (zegel vault add).",
        "New keys take you out of the vaults. Ask a colleague to add you again afterwards (zegel vault add).",
    );
    let words = words.to_owned();
    ctx.say(&words)
}

fn alone_in(owner: Owner) -> ClientError {
    let (nl, en, args) = match owner {
        Owner::Partner(_) => ("uw organisatie".to_owned(), "your organisation".to_owned(), String::new()),
        Owner::Case(case) => (format!("casus {case}"), format!("case {case}"), format!(" --case {case}")),
    };
    ClientError::said(
        "alone-in-vault",
        format!(
            "U bent de enige die de kluis van {nl} kan openen. Met nieuwe sleutels kan niemand dat meer. Voeg eerst een collega toe (zegel vault add{args})."
        ),
        format!(
            "You are the only one who can open the vault of {en}. With new keys nobody could. Add a colleague first (zegel vault add{args})."
        ),
    )
}

impl Report for KeyReport {
    fn text(&self, language: Language) -> String {
        let rows = self.keys.iter().map(|key| key.text(language));
        std::iter::once(self.member.to_string()).chain(rows).collect::<Vec<_>>().join("\n\n")
    }
}

impl Report for KeyRow {
    fn text(&self, language: Language) -> String {
        let label = match language {
            Language::Dutch => "Controlewoorden",
            Language::English => "Check words",
        };
        format!(
            "{}\n  OpenPGP: {}\n  age: {}\n  {label}: {}",
            self.user_id, self.fingerprint, self.recipient, self.words
        )
    }
}

#[cfg(test)]
mod tests;
