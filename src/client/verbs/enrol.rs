//! `zegel enrol`: from the paper slip to keys that wait for the house to vouch for them.

mod recover;
mod slip;

use std::path::Path;

use ring::rand::SecureRandom;
use serde::Serialize;
use url::Url;
use zeroize::Zeroizing;

use crate::client::batch::Batch;
use crate::client::context::Report;
use crate::client::error::{ClientError, Result};
use crate::client::home::{Home, HomeError, Keep, Settings, copy_aside, default_address, write_private};
use crate::client::pending::{ENROL, Pending, is_refused, remove};
use crate::client::remote::Remote;
use crate::client::secret::{KeyBundle, Pair};
use crate::client::sign::Draft;
use crate::client::verbs::key::mail_until;
use crate::clock::Clock;
use crate::protocol::cert::{PublicCert, SecretCert};
use crate::protocol::checkwords::{check_words, key_digest};
use crate::protocol::directory::key_proof;
use crate::protocol::example;
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::recovery::RecoveryCode;
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::seal::SealingKey;
use crate::protocol::statement::{Body, Bundle, Key};
use crate::protocol::words::{Nonce, Number, Seen, Signer};

pub use recover::recover;
pub use slip::PaperSlip;

/// What the authority has to see of new keys, in the home: a batch file with the `key` statement alone.
pub const REQUEST: &str = "key-request.json";

/// What enrolling takes beside the slip. There is no home yet, so no context.
pub struct Enrol<'a> {
    pub folder: &'a Path,
    /// Where the hub is, if not at `https://` and its name.
    pub url: Option<Url>,
    pub keep: Keep,
    /// For how many days mail can be sealed to the keys.
    pub days: u32,
    pub language: Language,
    pub clock: &'a dyn Clock,
    pub random: &'a dyn SecureRandom,
}

/// Keys that were made.
#[derive(Serialize)]
pub struct Enrolled {
    pub member: MemberId,
    /// To be read aloud to the house.
    pub words: String,
}

/// Makes keys for the one who holds the slip, keeps them, and tells the hub. Where an earlier try made them and
/// got no answer, sends those again.
///
/// `show_code` gets the recovery code before the keys are kept or anyone hears of them. It has to show it: the code is kept nowhere.
pub async fn enrol(
    how: Enrol<'_>,
    slip: &PaperSlip,
    show_code: &mut dyn FnMut(&RecoveryCode) -> Result<()>,
) -> Result<Enrolled> {
    let url = how.url.clone().or_else(|| default_address(&slip.hub));
    let url = url.ok_or_else(|| ClientError::input("hub"))?;
    let settings = Settings {
        hub: slip.hub.clone(),
        url,
        authority: slip.authority,
        member: slip.member,
        language: how.language,
    };
    crate::client::home::check_address(&settings.url, &settings.hub)?;
    if example::is_out_of_place(&slip.authority, &slip.hub) {
        return Err(example_house());
    }
    let there = how.folder.join("home.toml").exists();
    // Keys that were used are on record, whatever is still said to be on its way; and what is said to be on its way
    // from a home that was never settled was not sent.
    if let Some(batch) = pending(how.folder).read()?.filter(|_| there && !Home::was_used(how.folder)) {
        require_same_member(&how, slip)?;
        if slip_of(&batch) == Some(slip.slip) {
            return send_again(&how, slip, &batch).await;
        }
        // A new slip was made out since: what the old one made will not be vouched for.
        set_aside(how.folder)?;
    } else if there {
        return done_before(&how, slip);
    }
    if how.clock.now() >= slip.until {
        return Err(Refusal::SlipUnknown.into());
    }
    let remote = Remote::new(&settings.url, how.language)?;
    require_pinned(&remote, &settings).await?;
    let recovery = RecoveryCode::generate(how.random)?;
    let now = how.clock.now();
    let mut bundle = make_keys(slip, &settings, &recovery, now, how.days)?;
    let batch = batch_of(slip, &mut bundle, now)?;
    // Shown before anything is kept: no keys come to be whose code nobody saw.
    show_code(&recovery)?;

    // Kept before anyone hears of them: an answer can get lost, and the slip works once.
    let home = Home::create(how.folder, settings)?;
    home.save_bundle(&bundle, &how.keep)?;
    write_request(&home, &request_of(&batch))?;
    pending(how.folder).write(&batch)?;
    home.settle()?;
    let batch = match remote.post(&batch).await {
        // Who is a member already, and lost the keys, can't know how many bundles came before.
        Err(ClientError::Refused { code, next: Some(next), .. }) if code == "bundle-number" => {
            bundle.number = next.parse().map_err(ClientError::input)?;
            let batch = batch_of(slip, &mut bundle, now)?;
            home.save_bundle(&bundle, &how.keep)?;
            write_request(&home, &request_of(&batch))?;
            pending(how.folder).write(&batch)?;
            deliver(how.folder, &remote, &batch).await?;
            batch
        }
        sent => {
            settle(how.folder, sent)?;
            batch
        }
    };
    Ok(Enrolled { member: slip.member, words: words_of_request(&batch)? })
}

fn pending(folder: &Path) -> Pending {
    Pending::new(folder, ENROL)
}

async fn deliver(folder: &Path, remote: &Remote, batch: &Batch) -> Result<()> {
    settle(folder, remote.post(batch).await)
}

/// After the keys were sent: where the hub would surely not have them, they are set aside; in all other cases they
/// stay, and are sent again the next time.
fn settle<T>(folder: &Path, sent: Result<T>) -> Result<()> {
    match sent {
        Ok(_) => pending(folder).done(),
        Err(error) if is_refused(&error) => set_aside(folder).and(Err(error)),
        Err(error) => Err(error),
    }
}

/// Makes room for other keys than those that are not on record. They are kept aside all the same: who says that they
/// are not is the hub.
fn set_aside(folder: &Path) -> Result<()> {
    // The settings first: what is left without them is no home, and the next try begins anew.
    let all = ["home.toml", ENROL, REQUEST, "secrets.age", "identity.txt"];
    copy_aside(folder, &all)?;
    all.iter().try_for_each(|name| remove(&folder.join(name)))
}

fn example_house() -> ClientError {
    ClientError::said(
        "example-house",
        "Dit strookje is van het voorbeeldhuis: iedereen heeft de sleutel van dat huis. Er is niets gemaakt of verstuurd. Vraag uw huis om een echt strookje.",
        "This slip is of the example house, whose key everyone has. Nothing was made or sent. Ask your house for a real slip.",
    )
}

/// The hub must be the one on the slip, with the authority on the slip.
async fn require_pinned(remote: &Remote, settings: &Settings) -> Result<()> {
    let hub = remote.hub().await?;
    if hub.hub != settings.hub.as_str() {
        return Err(Refusal::WrongHub.into());
    }
    let shown = PublicCert::parse(&remote.authority().await?)?.fingerprint();
    match shown == settings.authority {
        true => Ok(()),
        false => {
            let pinned = settings.authority;
            Err(crate::client::trust::TrustError::WrongAuthority { pinned, shown }.into())
        }
    }
}

/// New keys, in the member's first bundle. Their statement has no name yet.
fn make_keys(
    slip: &PaperSlip,
    settings: &Settings,
    recovery: &RecoveryCode,
    now: Moment,
    days: u32,
) -> Result<KeyBundle> {
    let (name, mail) = (slip.name.as_str(), slip.mail.to_string());
    let cert = SecretCert::generate_until(name, &mail, now, Some(mail_until(now, days)))?;
    let sealing = SealingKey::generate();
    Ok(KeyBundle {
        hub: settings.hub.clone(),
        authority: settings.authority,
        member: slip.member,
        number: 1,
        keys: vec![Pair { key: Digest([0; 32]), sealing, cert }],
        recipients: vec![recovery.identity().recipient()],
        fetch: vec![Digest::of(&*recovery.fetch_id())],
        seen: None,
    })
}

/// The statements that bring a bundle's only key, and the bundle; the key gets its statement's name.
fn batch_of(slip: &PaperSlip, bundle: &mut KeyBundle, now: Moment) -> Result<Batch> {
    let pair = bundle.keys.last_mut().ok_or_else(|| ClientError::input("bundle"))?;
    let (cert, recipient) = (pair.cert.clone(), pair.sealing.recipient());
    let digest = cert.public().digest();
    let secret = slip.code.secret();
    let proof = key_proof(secret.bytes(), &slip.hub, slip.slip, slip.member, digest, &recipient);

    let mut draft = Draft::of(slip.hub.clone(), Seen::nothing(), Signer::Member(slip.member), now);
    draft.attach(cert.public().bytes().to_vec());
    pair.key = draft.push(Key {
        slip: Some(slip.slip),
        ticket: Some(Nonce(*slip.code.ticket())),
        previous: None,
        cert: digest,
        recipient,
        proof: Some(proof),
    });
    let digest = draft.attach(bundle.seal()?);
    draft.push(Bundle { number: Number(bundle.number), digest, fetch: bundle.fetch.clone() });
    draft.sign(&cert)
}

/// Sends what an earlier try made, which showed its recovery code.
async fn send_again(how: &Enrol<'_>, slip: &PaperSlip, batch: &Batch) -> Result<Enrolled> {
    let remote = {
        let home = Home::open(how.folder)?;
        Remote::new(&home.settings().url, how.language)?
    };
    deliver(how.folder, &remote, batch).await?;
    Ok(Enrolled { member: slip.member, words: words_of_request(batch)? })
}

/// What is to be told to who was cut off after the hub had the keys of this very slip. Anyone else's home is not to be
/// touched, nor one that was used since.
fn done_before(how: &Enrol<'_>, slip: &PaperSlip) -> Result<Enrolled> {
    let request = Pending::new(how.folder, REQUEST).read()?;
    let same = request.filter(|request| slip_of(request) == Some(slip.slip) && !Home::was_used(how.folder));
    let request = same.ok_or_else(|| HomeError::Taken(how.folder.to_owned()))?;
    require_same_member(how, slip)?;
    Ok(Enrolled { member: slip.member, words: words_of_request(&request)? })
}

fn require_same_member(how: &Enrol<'_>, slip: &PaperSlip) -> Result<()> {
    match Home::open(how.folder)?.settings().member == slip.member {
        true => Ok(()),
        false => Err(HomeError::Taken(how.folder.to_owned()).into()),
    }
}

/// The slip with which the keys of a batch were made.
fn slip_of(batch: &Batch) -> Option<Digest> {
    match batch.entries.first()?.parse().ok()?.body {
        Body::Key(key) => key.slip,
        _ => None,
    }
}

/// The check words of the first `key` statement in a batch.
pub fn words_of_request(batch: &Batch) -> Result<String> {
    let signed = batch.entries.first().ok_or_else(|| ClientError::input("key"))?;
    match signed.parse().map_err(Refusal::from)?.body {
        Body::Key(key) => Ok(check_words(&key_digest(&key.cert, key.recipient.as_str()))),
        _ => Err(ClientError::input("key")),
    }
}

/// The `key` statement and its cert, for the authority.
pub fn request_of(batch: &Batch) -> Batch {
    let entries: Vec<_> = batch.entries.first().cloned().into_iter().collect();
    let attachments = batch.attachments.first().cloned().into_iter().collect();
    Batch { entries, attachments }
}

/// Writes what the authority has to see of new keys.
pub fn write_request(home: &Home, request: &Batch) -> Result<()> {
    let bytes = serde_json::to_vec_pretty(request).map_err(ClientError::input)?;
    write_private(&home.folder().join(REQUEST), &bytes)
}

/// What to say with a recovery code.
pub fn about_code(code: &RecoveryCode, language: Language) -> Zeroizing<String> {
    let (title, keep) = match language {
        Language::Dutch => (
            "Uw herstelcode",
            "Bewaar uw herstelcode. Zonder code of sleutel kan niemand uw gegevens openen. Wij ook niet.\nDe code wordt maar één keer getoond.",
        ),
        Language::English => (
            "Your recovery code",
            "Keep your recovery code. Without code or key nobody can open your data. Neither can we.\nThe code is shown only once.",
        ),
    };
    // Room enough from the start: a string that grew would leave the code behind in memory.
    let mut text = Zeroizing::new(String::with_capacity(1024));
    for piece in [title, ":\n\n    ", &code.to_text(), "\n\n", keep, "\n"] {
        text.push_str(piece);
    }
    text
}

impl Report for Enrolled {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Dutch => format!(
                "Uw sleutels zijn gemaakt. Bel het huis en lees deze woorden voor:\n\n    {}\n\nHeeft het huis uw sleutel bevestigd, dan kunt u aan de slag.",
                self.words
            ),
            Language::English => format!(
                "Your keys are made. Call the house and read these words aloud:\n\n    {}\n\nOnce the house has vouched for your key, you can begin.",
                self.words
            ),
        }
    }
}

#[cfg(test)]
mod tests;
