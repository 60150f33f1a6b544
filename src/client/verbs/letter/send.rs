//! Sending letters: who can get them, how they read, and then one batch for all, or none.

mod preview;

use serde::Serialize;

use crate::client::batch::Batch;
use crate::client::context::{Context, Report, nl_en};
use crate::client::describe::short;
use crate::client::done::{Done, once_more};
use crate::client::error::{ClientError, Result};
use crate::client::grant::{distinct, vault_recipient};
use crate::client::letter::addressee::{Addressee, addressee};
use crate::client::letter::compose::{Composed, Envelope, compose};
use crate::client::letter::drafts::Drafts;
use crate::client::letter::post::{Post, To};
use crate::client::letter::said::{CopiedFile, Copy};
use crate::client::letter::{language, mail};
use crate::client::secret::Secrets;
use crate::client::sign::Draft;
use crate::client::trust::World;
use crate::protocol::case::CaseState;
use crate::protocol::id::{CaseNumber, Digest, Mac, MemberId, Moment};
use crate::protocol::label::for_terminal;
use crate::protocol::letter::{judge_letter, kept_by};
use crate::protocol::refusal::Language;
use crate::protocol::statement::Letter;
use crate::protocol::vault::VaultState;
use crate::protocol::words::{DeliveryWay, LetterKind, Number, Payload, VaultGrant};

pub use preview::somebody_cannot;
use preview::{preview, way_words};

use super::words::kind_words;

/// One batch carries at most so many bytes of mail: a hub takes 48 MiB, in base64.
const MOST_IN_BATCH: usize = 20 << 20;

/// What is on record now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    pub case: CaseNumber,
    pub letters: Vec<SentLetter>,
    /// Who was left out, as the author said.
    pub left_out: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SentLetter {
    pub letter: Digest,
    pub kind: LetterKind,
    pub to: MemberId,
    pub name: String,
    pub way: DeliveryWay,
    /// False if it was on record before, by the same command.
    pub new: bool,
}

impl Report for Sent {
    fn text(&self, language: Language) -> String {
        let mut text = String::new();
        for letter in &self.letters {
            let kind = kind_words(letter.kind, language);
            let (name, id) = (for_terminal(&letter.name), short(&letter.letter));
            let (to, way) = (nl_en(language, "aan", "to"), way_words(letter.way, language));
            let there =
                if letter.new { "" } else { nl_en(language, " (was al verstuurd)", " (was sent already)") };
            text.push_str(&format!("{id}  {kind} {to} {name}, {way}{there}.\n"));
        }
        if self.letters.iter().any(|letter| !letter.new) {
            text.push_str(once_more(language));
        }
        for name in &self.left_out {
            let line = nl_en(language, "Niets gestuurd aan", "Nothing sent to");
            text.push_str(&format!("{line} {}.\n", for_terminal(name)));
        }
        text
    }
}

/// What is at hand where letters are sent.
pub struct Desk<'a> {
    pub secrets: &'a Secrets,
    pub world: &'a World,
    pub case: &'a CaseState,
}

/// Keeps letters as a draft, shows them, and sends them. Nobody gets one unless all who are not left out can.
pub async fn send(ctx: &mut Context<'_>, desk: &Desk<'_>, post: Post, without: &[String]) -> Result<Sent> {
    let now = ctx.clock.now();
    post.check(now)?;
    let drafts = Drafts::open(ctx.home, desk.secrets)?;
    let id = drafts.keep(&post, now, ctx.random)?;
    let sent = send_draft(ctx, desk, &drafts, &id, without).await;
    if let Err(error) = &sent {
        // A refusal that the author can do something about must not cost what was written.
        let line = match ctx.language {
            Language::Dutch => {
                format!("Bewaard als concept {id}: zegel letters --drafts. ({})", error.code())
            }
            Language::English => format!("Kept as draft {id}: zegel letters --drafts. ({})", error.code()),
        };
        ctx.say(&line)?;
    }
    sent
}

/// The same for a draft that was kept before.
pub async fn send_draft(
    ctx: &mut Context<'_>,
    desk: &Desk<'_>,
    drafts: &Drafts<'_>,
    id: &str,
    without: &[String],
) -> Result<Sent> {
    let mut post = drafts.load(id)?.post;
    let now = ctx.clock.now();
    let out = super::super::choose::members_named(desk.world, without)?;
    let left_out: Vec<String> = out.iter().map(|member| desk.world.name_of(*member)).collect();
    let (mut done, wishes) = (Done::open(ctx.home, desk.secrets, now)?, post.wishes()?);
    for (to, wish) in post.to.iter_mut().zip(&wishes) {
        to.signed.extend(done.find(*wish));
    }
    let mut letters = before(desk, &post);
    let going: Vec<usize> = (0..post.to.len())
        .filter(|index| {
            let to = &post.to[*index];
            !out.contains(&to.member) && on_record(desk.case, to).is_none()
        })
        .collect();
    post.check(now)?;
    let ready = prepare(ctx, desk, &post, &going, now)?;
    preview(ctx, desk, &post, &ready, &left_out)?;
    for part in in_batches(&ready, &post) {
        let mut draft = Draft::new(desk.world, ctx.clock);
        let mut new = Vec::with_capacity(part.len());
        for ready in part {
            let letter = write(ctx, desk, &post, ready, &mut draft)?;
            new.push(sent_letter(desk, ready, letter, &post));
        }
        ctx.agree_to(&draft, desk.world)?;
        let batch: Batch = draft.sign(&desk.secrets.cert)?;
        // Should the answer get lost, the next try finds these on record, and sends nobody the same twice.
        for (ready, letter) in part.iter().zip(&new) {
            post.to[ready.index].signed.push(letter.letter);
        }
        drafts.update(id, &post)?;
        ctx.deliver(&batch, desk.world).await?;
        letters.extend(new);
    }
    if letters.is_empty() {
        return Err(nobody_left());
    }
    let sent = post.to.iter().zip(wishes);
    let sent = sent.filter_map(|(to, wish)| Some((wish, letters.iter().find(|l| l.to == to.member)?.letter)));
    done.add(sent)?;
    drafts.forget(id)?;
    Ok(Sent { case: post.case, letters, left_out })
}

fn nobody_left() -> ClientError {
    ClientError::said(
        "nobody-left",
        "Er is niemand over om aan te sturen. Er is niets verstuurd.",
        "There is nobody left to send to. Nothing was sent.",
    )
}

/// What was sent before, of a draft whose answer got lost.
fn before(desk: &Desk<'_>, post: &Post) -> Vec<SentLetter> {
    let sent = post.to.iter().filter_map(|to| Some((to, on_record(desk.case, to)?)));
    sent.map(|(to, letter)| SentLetter {
        letter,
        kind: to.content.kind(),
        to: to.member,
        name: desk.world.name_of(to.member),
        way: desk.world.house().delivery(to.member).way,
        new: false,
    })
    .collect()
}

fn on_record(case: &CaseState, to: &To) -> Option<Digest> {
    to.signed.iter().find(|id| case.letters.contains_key(id)).copied()
}

/// A letter that can be sent.
pub struct Ready {
    /// Its place among the addressees.
    index: usize,
    to: Addressee,
    composed: Composed,
}

/// Everyone as an addressee, with the letter written out.
///
/// # Errors
/// Who can't get one, with each reason.
fn prepare(
    ctx: &Context<'_>,
    desk: &Desk<'_>,
    post: &Post,
    going: &[usize],
    now: Moment,
) -> Result<Vec<Ready>> {
    let mut ready = Vec::with_capacity(going.len());
    let mut cannot = Vec::new();
    for index in going.iter().copied() {
        let to = &post.to[index];
        match can_get(desk, post, to, now) {
            Ok(addressee) => {
                let composed = written(ctx, desk, post.case, to, &addressee)?;
                ready.push(Ready { index, to: addressee, composed });
            }
            Err(error) => cannot.push((to.member, error)),
        }
    }
    match cannot.is_empty() {
        true => Ok(ready),
        false => Err(somebody_cannot(desk.world, &ready, cannot)),
    }
}

/// Whether someone can get its letter: as a member, and by the rule of letters.
fn can_get(desk: &Desk<'_>, post: &Post, to: &To, now: Moment) -> Result<Addressee> {
    let (world, case) = (desk.world, desk.case);
    let found = addressee(world.house(), to.member, now)?;
    let nothing = Payload { digest: Digest([0; 32]), length: 32, commitment: Mac([0; 32]) };
    let unsealed = |vault: &&VaultState| VaultGrant { vault: vault.now(), header: Digest([0; 32]) };
    let grants = readers(desk)?.iter().map(unsealed).collect();
    let letter = statement(post, to, &found, Digest([0; 32]), (nothing, grants));
    judge_letter(world.house(), case, &letter, world.me, now)?;
    Ok(found)
}

/// The vaults that the copy is sealed to.
fn readers<'a>(desk: &'a Desk<'_>) -> Result<Vec<&'a VaultState>> {
    let own = desk.world.my_partner()?;
    Ok(distinct(&kept_by(desk.world.house(), desk.case, &[own])?))
}

fn statement(
    post: &Post,
    to: &To,
    addressee: &Addressee,
    message: Digest,
    copy: (Payload, Vec<VaultGrant>),
) -> Letter {
    use crate::client::letter::content::Content;
    let (roster, item) = match &to.content {
        Content::Invitation(_) | Content::Cancellation(_) => (to.roster.or(post.roster), None),
        Content::Minutes(minutes) => (to.roster.or(post.roster), Some(minutes.item)),
        Content::Request(_) | Content::Message(_) => (None, None),
    };
    Letter {
        case: post.case,
        kind: to.content.kind(),
        to: to.member,
        key: addressee.key,
        roster,
        sequence: to.content.appointment().map(|when| Number(when.sequence)),
        item,
        message,
        copy: copy.0,
        grant_copy: copy.1,
    }
}

fn written(
    ctx: &Context<'_>,
    desk: &Desk<'_>,
    case: CaseNumber,
    to: &To,
    addressee: &Addressee,
) -> Result<Composed> {
    let mine = desk.world.my_membership()?;
    let envelope = Envelope {
        case,
        portal: ctx.home.settings().url.as_str(),
        from: mine.name.as_str(),
        partner: &desk.world.partner_name(mine.partner),
        to: addressee.membership.name.as_str(),
        language: language(addressee.delivery.language),
    };
    compose(&to.content, &envelope, &desk.world.house().hub.to_string())
}

/// As many letters at a time as fit into one batch; most often all.
fn in_batches<'r>(ready: &'r [Ready], post: &Post) -> Vec<&'r [Ready]> {
    let files: usize = post.attachments.iter().map(|file| file.bytes.len()).sum();
    // Twice base64, once in the message and once in its armor, and some for the rest.
    let each = (files + (64 << 10)) * 2;
    ready.chunks((MOST_IN_BATCH / each).max(1)).collect()
}

/// Seals one letter, and adds its statement to the draft.
fn write(
    ctx: &Context<'_>,
    desk: &Desk<'_>,
    post: &Post,
    ready: &Ready,
    draft: &mut Draft,
) -> Result<Digest> {
    let (world, to) = (desk.world, &post.to[ready.index]);
    let at = draft.signed_at();
    let letter = mail::Letter {
        hub: &world.house().hub,
        from: &world.my_membership()?.name,
        to: &ready.to,
        at,
        composed: &ready.composed,
        attachments: &post.attachments,
    };
    let bytes = letter.seal(&desk.secrets.cert, ctx.random)?;
    let vaults = readers(desk)?;
    for vault in &vaults {
        vault_recipient(world.house(), vault, at)?;
    }
    let copy = Copy {
        subject: ready.composed.subject.clone(),
        text: ready.composed.text.clone(),
        content: to.content.clone(),
        attachments: post
            .attachments
            .iter()
            .map(|file| CopiedFile {
                name: file.name.clone(),
                digest: Digest::of(&file.bytes),
                length: file.bytes.len() as u64,
            })
            .collect(),
    };
    let sealed = draft.seal(&copy.to_bytes()?, &vaults)?;
    let message = draft.attach(bytes);
    draft.call(message, ready.composed.subject.as_str());
    let letter = statement(post, to, &ready.to, message, sealed);
    judge_letter(world.house(), desk.case, &letter, world.me, at)?;
    Ok(draft.push(letter))
}

fn sent_letter(desk: &Desk<'_>, ready: &Ready, letter: Digest, post: &Post) -> SentLetter {
    let to = &post.to[ready.index];
    SentLetter {
        letter,
        kind: to.content.kind(),
        to: to.member,
        name: desk.world.name_of(to.member),
        way: ready.to.delivery.way,
        new: true,
    }
}
