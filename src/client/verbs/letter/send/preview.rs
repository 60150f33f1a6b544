//! What an author sees before anything is sealed: the whole letter, and who can get it, how, or why not.

use super::{Desk, Ready};
use crate::client::context::{Context, nl_en};
use crate::client::error::{ClientError, Result};
use crate::client::letter::post::Post;
use crate::client::trust::World;
use crate::client::verbs::meter::size;
use crate::protocol::id::MemberId;
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::Language;
use crate::protocol::words::DeliveryWay;

/// Shows the whole letter to the first addressee, and of each other letter what is not the same in it. No letter goes
/// out of which a line was not shown.
pub fn preview(
    ctx: &mut Context<'_>,
    desk: &Desk<'_>,
    post: &Post,
    ready: &[Ready],
    left_out: &[String],
) -> Result<()> {
    let Some(first) = ready.first() else { return Ok(()) };
    whole(ctx, desk, first)?;
    for file in &post.attachments {
        let line = format!("  + {} ({})", for_terminal(&file.name), size(file.bytes.len() as u64));
        ctx.say(&line)?;
    }
    let head = ctx.words(
        "Deze mensen krijgen het, ieder een eigen bericht:",
        "These people get it, each a letter of its own:",
    );
    let head = head.to_owned();
    ctx.say(&head)?;
    for ready in ready {
        let name = for_terminal(&desk.world.name_of(ready.to.membership.member));
        let line = format!("  {name}, {}", way_words(ready.to.delivery.way, ctx.language));
        ctx.say(&line)?;
    }
    for other in ready.iter().skip(1) {
        differences(ctx, desk, first, other)?;
    }
    for name in left_out {
        let (name, none) = (for_terminal(name), ctx.words("krijgt niets", "gets none"));
        let line = format!("  {name}: {none}");
        ctx.say(&line)?;
    }
    Ok(())
}

/// The whole of a letter.
fn whole(ctx: &mut Context<'_>, desk: &Desk<'_>, ready: &Ready) -> Result<()> {
    let name = for_terminal(&desk.world.name_of(ready.to.membership.member));
    let head = match ctx.language {
        Language::Dutch => format!("Het bericht aan {name}:"),
        Language::English => format!("The letter to {name}:"),
    };
    ctx.say(&head)?;
    let subject = format!("  | {}", for_terminal(&ready.composed.subject));
    ctx.say(&subject)?;
    ctx.say("  |")?;
    for line in ready.composed.text.lines() {
        ctx.say(format!("  | {}", for_terminal(line)).trim_end())?;
    }
    Ok(())
}

/// What is not the same in two letters, beside the addressee's own name. Where most of it differs, as in another
/// language, all of it is shown.
fn differences(ctx: &mut Context<'_>, desk: &Desk<'_>, first: &Ready, other: &Ready) -> Result<()> {
    let (before, after) = (lines(first), lines(other));
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| !line.is_empty() && !those.contains(line)).cloned().collect()
    };
    let (added, missing) = (only(&after, &before), only(&before, &after));
    if added.is_empty() && missing.is_empty() {
        return Ok(());
    }
    if added.len() * 2 > after.len() {
        return whole(ctx, desk, other);
    }
    let name = for_terminal(&desk.world.name_of(other.to.membership.member)).to_string();
    let (first, own, not) = match ctx.language {
        Language::Dutch => (
            format!("Het bericht aan {name} is anders:"),
            "Alleen in dit bericht staat:",
            "In dit bericht staat niet:",
        ),
        Language::English => (
            format!("The letter to {name} is different:"),
            "Only this letter says:",
            "This letter does not say:",
        ),
    };
    ctx.say(&first)?;
    for (head, lines) in [(own, added), (not, missing)].into_iter().filter(|(_, lines)| !lines.is_empty()) {
        ctx.say(&format!("  {head}"))?;
        for line in lines {
            ctx.say(&format!("    | {}", for_terminal(&line)))?;
        }
    }
    Ok(())
}

/// Subject, text and place, with a mark where the addressee's own name stands.
fn lines(ready: &Ready) -> Vec<String> {
    let name = ready.to.membership.name.as_str();
    let composed = &ready.composed;
    let place = composed.calendar.iter().flat_map(|entry| entry.location.as_deref());
    let lines = std::iter::once(composed.subject.as_str()).chain(composed.text.lines()).chain(place);
    lines.map(|line| line.replace(name, "…")).collect()
}

/// How somebody gets a letter.
pub fn way_words(way: DeliveryWay, language: Language) -> &'static str {
    match way {
        DeliveryWay::Mail => nl_en(language, "per mail", "by mail"),
        DeliveryWay::Portal => nl_en(language, "in het portaal", "in the portal"),
    }
}

/// Why nothing is sent: everyone who can't get a letter, each with the reason, and what to do.
pub fn somebody_cannot(world: &World, ready: &[Ready], cannot: Vec<(MemberId, ClientError)>) -> ClientError {
    let name = |member: MemberId| world.name_of(member);
    let can: Vec<String> = ready.iter().map(|ready| name(ready.to.membership.member)).collect();
    let without: Vec<String> = cannot.iter().map(|(member, _)| format!("--without {member}")).collect();
    let (can, without) = (can.join(", "), without.join(" "));
    let lines = |language| {
        let head = nl_en(
            language,
            "Er is niets verstuurd, want niet iedereen kan dit bericht krijgen:",
            "Nothing was sent, as not everyone can get this letter:",
        );
        let why = cannot.iter().flat_map(|(member, error)| {
            let gone = world.gone(*member).map(|(nl, en)| nl_en(language, nl, en).to_owned());
            let reason = gone.unwrap_or_else(|| error.sentence(language));
            [format!("  {} ({member}): {}", name(*member), error.code()), format!("    {reason}")]
        });
        let mut lines: Vec<String> = std::iter::once(head.to_owned()).chain(why).collect();
        if !ready.is_empty() {
            lines.push(match language {
                Language::Dutch => {
                    format!("Wie hem wel kan krijgen: {can}. Alleen aan hen sturen? Geef {without}.")
                }
                Language::English => format!("Who can get it: {can}. Send it to them only? Give {without}."),
            });
        }
        lines
    };
    ClientError::Lines { code: "cannot-get", nl: lines(Language::Dutch), en: lines(Language::English) }
}
