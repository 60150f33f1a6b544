//! `zegel reply`: the addressee answers in Zegel. The answer goes to who runs the case and to the letter's author; why it
//! is so stays with the own organisation (12.1).

use crate::client::context::Context;
use crate::client::describe::short;
use crate::client::done::wish;
use crate::client::error::{ClientError, Result};
use crate::client::grant::{Keyring, distinct, vault_recipient};
use crate::client::letter::content::tidy;
use crate::client::letter::said::{Answer, Word, reason_bytes};
use crate::client::remote::Recorded;
use crate::client::sign::Draft;
use crate::client::trust::World;
use crate::client::verbs::choose::{call_items, items_named};
use crate::protocol::case::CaseState;
use crate::protocol::id::{Digest, MemberId};
use crate::protocol::letter::{judge_reply, kept_by};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::Reply;
use crate::protocol::words::LetterKind;

use super::answer::replaced_by;
use super::list::letter_named;
use super::words::answer_words;

/// An answer as it is to be given.
#[derive(Clone, Debug)]
pub struct Answering {
    pub word: Word,
    /// The deputy, or the items.
    pub what: Vec<String>,
    /// For who runs the case, and the letter's author.
    pub text: String,
    /// For the own organisation only. Where it is empty, and the answer is one that has a reason, it is asked for.
    pub reason: String,
}

/// Answers a letter.
pub async fn reply(ctx: &mut Context<'_>, text: &str, answering: &Answering) -> Result<Recorded> {
    let (secrets, mut world) = ctx.begin().await?;
    let (case, id) = letter_named(ctx, &mut world, text).await?;
    let letter = &case.letters.get(&id).ok_or(Refusal::UnknownLetter)?;
    if letter.letter.to != world.me {
        return Err(Refusal::UnknownLetter.into());
    }
    require_fits(letter.letter.kind, answering.word)?;
    require_latest(&case, id, answering.word)?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let answer = answer(ctx, &mut keys, &world, &case, answering).await?;
    let own = world.my_partner()?;
    let author = world.house().partner_of(letter.by);
    let told: Vec<_> = author.into_iter().chain([own]).collect();
    let vaults = distinct(&kept_by(world.house(), &case, &told)?);
    let for_reason = case.kept_in(world.house(), own)?;
    let mut draft = Draft::new(&world, ctx.clock);
    for vault in vaults.iter().chain([&for_reason]) {
        vault_recipient(world.house(), vault, draft.signed_at())?;
    }
    let reason = reason(ctx, answering)?;
    let wish = wish(&("reply", id, &answer, &reason, ctx.again))?;
    // Who answered otherwise since means it anew.
    let last = case.replies.iter().rfind(|(_, reply)| reply.letter == id).map(|(reply, _)| *reply);
    let sent = ctx.sent_before(wish, &secrets, &world)?;
    if let Some(recorded) = sent.filter(|sent| Some(sent.id) == last) {
        return Ok(recorded);
    }
    let (answer_part, grant_answer) = draft.seal(&answer.to_bytes()?, &vaults)?;
    let (reason_part, grant_reason) = draft.seal(&reason_bytes(&reason)?, &[for_reason])?;
    draft.call(answer_part.digest, said(ctx, &world, &answer));
    draft.call(reason_part.digest, if reason.is_empty() { "-" } else { reason.as_str() });
    call_items(ctx, &mut draft, &mut keys, &world, &case, answer.items.iter().copied()).await?;
    let reply = Reply {
        case: case.number,
        letter: id,
        answer: answer_part,
        grant_answer,
        reason: reason_part,
        grant_reason,
    };
    judge_reply(world.house(), &case, &reply, world.me, draft.signed_at())?;
    draft.push(reply);
    super::super::one(ctx.send_once(wish, draft, &secrets, &world).await?)
}

/// Why, as it was given or as the person says now: what is for the own organisation only has no place in an argument,
/// which others on the machine can see.
fn reason(ctx: &mut Context<'_>, answering: &Answering) -> Result<String> {
    let has_reason = matches!(answering.word, Word::Declined | Word::Deputy | Word::NoContribution);
    if ctx.yes || !has_reason || !answering.reason.is_empty() {
        return Ok(tidy(&answering.reason));
    }
    let question = ctx.words(
        "Waarom? Alleen uw eigen organisatie leest dit; u mag het leeg laten. Sluit af met Ctrl-D op een lege regel.",
        "Why? Only your own organisation reads this; you may leave it empty. End with Ctrl-D on an empty line.",
    );
    Ok(tidy(&ctx.ask.text(question).map_err(ClientError::input)?))
}

/// The answer in words, for the eye of who signs it.
fn said(ctx: &Context<'_>, world: &World, answer: &Answer) -> String {
    let mut said = answer_words(answer.answer, ctx.language).to_owned();
    if let Some(deputy) = answer.deputy {
        said.push_str(&format!(": {}", world.name_of(deputy)));
    }
    for item in &answer.items {
        said.push_str(&format!(" {}", short(item)));
    }
    if !answer.text.is_empty() {
        said.push_str(&format!("\n{}", answer.text));
    }
    said
}

/// Coming and going is of invitations, contributing of these and of questions.
fn require_fits(kind: LetterKind, word: Word) -> Result<()> {
    let fits = match word {
        Word::Accepted | Word::Declined | Word::Deputy => kind == LetterKind::Invitation,
        Word::Contributed | Word::NoContribution => {
            matches!(kind, LetterKind::Request | LetterKind::Invitation)
        }
        Word::Read => true,
    };
    fits.then_some(()).ok_or_else(|| {
        ClientError::said(
            "wrong-use",
            "Dit antwoord past niet bij dit bericht. Op een uitnodiging: accept, decline of deputy. Op een vraag: contributed of no-contribution. Op al het andere: read, met --text.",
            "This answer does not go with this letter. To an invitation: accept, decline or deputy. To a question: contributed or no-contribution. To anything else: read, with --text.",
        )
    })
}

/// Who comes, says so of the meeting as it is now: date and place may be others than in the letter at hand.
fn require_latest(case: &CaseState, letter: Digest, word: Word) -> Result<()> {
    let of_coming = matches!(word, Word::Accepted | Word::Declined | Word::Deputy);
    let Some(newer) = replaced_by(case, letter).filter(|_| of_coming) else { return Ok(()) };
    let newer = short(&newer);
    Err(ClientError::said(
        "invitation-replaced",
        format!("Deze uitnodiging is vervangen door een later bericht. Lees die eerst: zegel read {newer}."),
        format!("This invitation was replaced by a later letter. Read that first: zegel read {newer}."),
    ))
}

async fn answer(
    ctx: &Context<'_>,
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    answering: &Answering,
) -> Result<Answer> {
    let (mut deputy, mut items) = (None, Vec::new());
    match (answering.word, &answering.what[..]) {
        (Word::Deputy, [who]) => deputy = Some(deputy_named(ctx, world, who)?),
        (Word::Contributed, [_, ..]) => items = own_items(ctx, keys, world, case, &answering.what).await?,
        (Word::Deputy | Word::Contributed, _) => {
            return Err(misuse(
                "Noem wie er komt (deputy WIE), of welke stukken u toevoegde (contributed STUK…).",
                "Say who is coming (deputy WHO), or which items you added (contributed ITEM…).",
            ));
        }
        (_, []) => {}
        _ => return Err(misuse("Achter dit antwoord hoort niets.", "Nothing goes behind this answer.")),
    }
    Ok(Answer { answer: answering.word, deputy, items, text: tidy(&answering.text) })
}

/// A deputy is a colleague, who can be on the roster.
fn deputy_named(ctx: &Context<'_>, world: &World, who: &str) -> Result<MemberId> {
    let member = world.member_named(who)?.member;
    let membership = world.house().member(member, ctx.clock.now())?;
    match membership.partner == world.my_partner()? && member != world.me {
        true => Ok(member),
        false => Err(misuse(
            "Een vervanger is een collega van uw eigen organisatie.",
            "A deputy is a colleague of your own organisation.",
        )),
    }
}

async fn own_items(
    ctx: &Context<'_>,
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    texts: &[String],
) -> Result<Vec<Digest>> {
    let items = items_named(keys, world, case, texts, ctx.clock.now()).await?;
    let own = world.my_partner()?;
    let is_own = |item: &Digest| case.items.get(item).is_some_and(|s| s.item.supplier == own && !s.retracted);
    match items.iter().all(is_own) {
        true => Ok(items),
        false => Err(Refusal::NotSupplier.into()),
    }
}

fn misuse(nl: &str, en: &str) -> ClientError {
    ClientError::said("wrong-use", nl, en)
}
