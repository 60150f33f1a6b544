//! What people mean: a case's items, rosters and people by id, by the beginning of an id, or by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::client::context::Context;
use crate::client::describe::short;
use crate::client::error::{ClientError, Result};
use crate::client::grant::Keyring;
use crate::client::open::{self, BAD_LABEL, Right};
use crate::client::secret::Secrets;
use crate::client::sign::Draft;
use crate::client::spoilt::SEALED_WRONG;
use crate::client::trust::World;
use crate::protocol::case::CaseState;
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment};
use crate::protocol::label::{Label, for_terminal};
use crate::protocol::refusal::{Language, Refusal};

/// Signs in where needed, and proves the house and one case.
pub async fn enter(ctx: &mut Context<'_>, number: CaseNumber) -> Result<(Secrets, World, Arc<CaseState>)> {
    let (secrets, mut world) = ctx.begin().await?;
    let case = world.load_case(ctx.home, ctx.remote, number).await?;
    Ok((secrets, world, case))
}

/// What a member can see of an item's label.
#[derive(Clone, Debug)]
pub enum Seen {
    /// Opened, by this right.
    Label(Box<Label>, Right),
    /// Not for this member, now; the reason.
    Closed(Refusal),
    /// The hub does not serve it, though it should: the code and the sentence, in the person's language.
    Alarm(String, String),
}

impl Seen {
    pub fn label(&self) -> Option<&Label> {
        match self {
            Self::Label(label, _) => Some(label),
            Self::Closed(_) | Self::Alarm(..) => None,
        }
    }

    /// Why there is no label: a stable name.
    pub fn code(&self) -> Option<String> {
        match self {
            Self::Label(..) => None,
            Self::Closed(refusal) => Some(refusal.code().to_owned()),
            Self::Alarm(code, _) => Some(code.clone()),
        }
    }

    /// The code and the sentence of an alarm.
    pub fn alarm(&self) -> Option<(&str, &str)> {
        match self {
            Self::Alarm(code, sentence) => Some((code, sentence)),
            Self::Label(..) | Self::Closed(_) => None,
        }
    }
}

/// Looks at the labels of some items of a case, by any right that the member has.
pub async fn look(
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    items: impl IntoIterator<Item = Digest>,
    now: Moment,
    language: Language,
) -> Result<BTreeMap<Digest, Seen>> {
    look_by(keys, world, items, language, |item| open::right(world.house(), case, item, world.me, now)).await
}

/// Looks at the labels of some items by a certain right.
pub async fn look_by(
    keys: &mut Keyring<'_>,
    world: &World,
    items: impl IntoIterator<Item = Digest>,
    language: Language,
    right: impl Fn(Digest) -> Result<Right, Refusal>,
) -> Result<BTreeMap<Digest, Seen>> {
    let mut seen = BTreeMap::new();
    for item in items {
        let look = match right(item) {
            Err(refusal) => Seen::Closed(refusal),
            Ok(right) => match open::label(keys, world, item, right).await {
                Ok(label) => Seen::Label(Box::new(label), right),
                // Of the whole house: no use to go on.
                Err(error) if error.is_no_answer() => return Err(error),
                Err(error) => Seen::Alarm(error.code().to_owned(), error.sentence(language)),
            },
        };
        seen.insert(item, look);
    }
    Ok(seen)
}

/// The title to show for an item, safe for a terminal; without one its kind and the beginning of its id.
pub fn title(case: &CaseState, seen: &BTreeMap<Digest, Seen>, item: Digest) -> String {
    if let Some(label) = seen.get(&item).and_then(Seen::label) {
        return for_terminal(&label.title);
    }
    let kind = case.items.get(&item).map_or("item", |state| state.item.kind.word());
    format!("{kind} {}", short(&item))
}

/// Tells a draft what items are called, as far as the member may see that.
pub async fn call_items(
    ctx: &Context<'_>,
    draft: &mut Draft,
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    items: impl IntoIterator<Item = Digest>,
) -> Result<()> {
    let seen = look(keys, world, case, items, ctx.clock.now(), ctx.language).await?;
    for (item, seen) in &seen {
        if let Some(label) = seen.label() {
            draft.call(*item, label.title.as_str());
        }
    }
    Ok(())
}

/// The items that people mean by their texts: an id, its beginning (6 digits or more), or a title.
pub async fn items_named(
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    texts: &[String],
    now: Moment,
) -> Result<Vec<Digest>> {
    let mut chosen = Vec::new();
    let mut looked = None;
    for text in texts {
        if let Some(id) = by_id(case.items.keys(), text)? {
            chosen.push(id);
            continue;
        }
        if looked.is_none() {
            looked = Some(look(keys, world, case, case.items.keys().copied(), now, Language::English).await?);
        }
        // By hiding one label the hub would else say which of two the text means. What its own supplier spoilt has no title,
        // and the hub can make nothing look so.
        let hidden = |(code, _): (&str, &str)| ![SEALED_WRONG, BAD_LABEL].contains(&code);
        if looked.iter().flatten().any(|(_, seen)| seen.alarm().is_some_and(hidden)) {
            return Err(title_hidden(text));
        }
        let titled: Vec<Digest> = looked
            .iter()
            .flatten()
            .filter(|(_, seen)| seen.label().is_some_and(|label| same(&label.title, text)))
            .map(|(id, _)| *id)
            .collect();
        chosen.push(only(&titled, text, "item")?);
    }
    chosen.sort();
    chosen.dedup();
    Ok(chosen)
}

fn title_hidden(text: &str) -> ClientError {
    let text = for_terminal(text);
    ClientError::said(
        "title-hidden",
        format!(
            "De hub laat nu niet van elk stuk zien hoe het heet; er kan er net een zijn teruggenomen. Misschien heet er nog een \"{text}\". Doe het opnieuw, of noem het nummer: zegel case show."
        ),
        format!(
            "The hub does not show just now of each item what it is called; one may have been taken out a moment ago. Another may be called \"{text}\" too. Do it again, or give the number: zegel case show."
        ),
    )
}

/// One item; see [`items_named`].
pub async fn item_named(
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    text: &str,
    now: Moment,
) -> Result<Digest> {
    let items = items_named(keys, world, case, &[text.to_owned()], now).await?;
    items.first().copied().ok_or_else(|| Refusal::UnknownItem.into())
}

/// A roster by id, by its beginning, or by its meeting; without a text the only one that is in use.
pub fn roster_named(case: &CaseState, text: Option<&str>, now: Moment) -> Result<Digest> {
    let Some(text) = text else {
        // A roster of an earlier phase takes nothing new.
        let usable =
            |roster: &crate::protocol::statement::Roster| now < roster.until && roster.phase == case.phase;
        let open = |id: &&Digest| case.rosters.get(*id).is_some_and(usable);
        let in_use: Vec<Digest> = case.latest.values().filter(open).copied().collect();
        return match in_use[..] {
            [] => Err(no_roster_in_use()),
            _ => only(&in_use, "--roster", "roster"),
        };
    };
    if let Ok(meeting) = text.parse() {
        return Ok(*case.latest.get(&meeting).ok_or(Refusal::UnknownRoster)?);
    }
    Ok(by_id(case.rosters.keys(), text)?.ok_or(Refusal::UnknownRoster)?)
}

/// Nobody named one, so that it does not exist would say nothing.
fn no_roster_in_use() -> ClientError {
    ClientError::said(
        Refusal::UnknownRoster.code(),
        "In de fase waarin de casus nu is, geldt er geen deelnemerslijst. Plan eerst een overleg (zegel roster).",
        "There is no roster in use in the phase that the case is in now. Plan a meeting first (zegel roster).",
    )
}

/// Members by id or name.
pub fn members_named(world: &World, texts: &[String]) -> Result<Vec<MemberId>> {
    texts.iter().map(|text| Ok(world.member_named(text)?.member)).collect()
}

/// The id that a text is, or begins, if there is one. Errors if it begins several.
pub fn by_id<'a>(ids: impl Iterator<Item = &'a Digest>, text: &str) -> Result<Option<Digest>> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    if digits.len() < 6 || !digits.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c)) {
        return Ok(None);
    }
    let fits: Vec<Digest> = ids.filter(|id| hex::encode(id.0).starts_with(digits)).copied().collect();
    match fits[..] {
        [] => Ok(None),
        _ => only(&fits, text, "id").map(Some),
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.trim().to_lowercase()
}

/// The one that fits. Refuses none, and several.
pub fn only(fits: &[Digest], text: &str, what: &str) -> Result<Digest> {
    let (text, ids) = (for_terminal(text), fits.iter().map(short).collect::<Vec<_>>().join(", "));
    match fits {
        [one] => Ok(*one),
        [] => Err(ClientError::said(
            "not-found",
            format!("Er is niets dat \"{text}\" heet. Kijk met: zegel case show."),
            format!("There is nothing called \"{text}\". Look with: zegel case show."),
        )),
        _ => Err(ClientError::said(
            "ambiguous",
            format!("\"{text}\" is niet duidelijk ({what}): het kan {ids} zijn. Noem het nummer."),
            format!("\"{text}\" is not clear ({what}): it may be {ids}. Give the number."),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_be_cut_short_but_not_too_short() {
        let ids = [Digest([0xab; 32]), Digest([0xac; 32])];
        assert_eq!(by_id(ids.iter(), "ababab").unwrap(), Some(ids[0]));
        assert_eq!(by_id(ids.iter(), &ids[1].to_string()).unwrap(), Some(ids[1]));
        assert_eq!(by_id(ids.iter(), "ab").unwrap(), None);
        assert_eq!(by_id(ids.iter(), "feest").unwrap(), None);
        let twins =
            [Digest([0xab; 32]), { Digest([[0xab; 31].as_slice(), &[0]].concat().try_into().unwrap()) }];
        assert_eq!(by_id(twins.iter(), "ababab").unwrap_err().code(), "ambiguous");
    }
}
