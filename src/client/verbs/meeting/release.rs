//! `zegel release`: the procesregisseur takes approved grants out of the case vault, per reader. With the
//! supplier's approval this is the second of the two keys.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use serde::Serialize;

use crate::client::context::{Context, Report};
use crate::client::error::{ClientError, Result};
use crate::client::grant::{Keyring, ReaderGrants, Through, member_recipient};
use crate::client::sign::Draft;
use crate::client::spoilt::SEALED_WRONG;
use crate::client::trust::World;
use crate::client::vault::warn_about;
use crate::client::verbs::choose::{
    call_items, enter, items_named, look, members_named, roster_named, title,
};
use crate::protocol::case::CaseState;
use crate::protocol::directory::House;
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment};
use crate::protocol::label::for_terminal;
use crate::protocol::meeting::{judge_release, latest_roster, shown_gaps};
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::seal::Refused;
use crate::protocol::statement::{PartName, Release, Roster, released_items};
use crate::protocol::words::{Approved, Number, OwnItem, Seat};

use super::{ItemKeys, can_be_given, file_keys};

/// What is released. Empty means everything that was approved, to everyone on the roster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub roster: Option<String>,
    pub readers: Vec<String>,
    /// Items by id or title; what the house itself supplies, beside the agenda, goes only if named.
    pub items: Vec<String>,
    /// Deputies wait until they are needed.
    pub delegates_only: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Released {
    pub case: CaseNumber,
    pub roster: Digest,
    pub releases: Vec<ReleaseLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseLine {
    pub release: Digest,
    pub reader: MemberId,
    pub name: String,
    pub items: usize,
    pub gaps: u64,
}

impl Report for Released {
    fn text(&self, language: Language) -> String {
        if self.releases.is_empty() {
            return match language {
                Language::Dutch => "Er is niets (nieuws) om vrij te geven.\n".to_owned(),
                Language::English => "There is nothing (new) to release.\n".to_owned(),
            };
        }
        let line = |line: &ReleaseLine| match language {
            Language::Dutch => {
                format!("Vrijgegeven aan {}: {} stukken.\n", for_terminal(&line.name), line.items)
            }
            Language::English => format!("Released to {}: {} items.\n", for_terminal(&line.name), line.items),
        };
        self.releases.iter().map(line).collect()
    }
}

/// Releases: one statement per reader, in one batch.
pub async fn release(ctx: &mut Context<'_>, number: CaseNumber, choice: &Choice) -> Result<Released> {
    let (secrets, world, case) = enter(ctx, number).await?;
    let now = ctx.clock.now();
    case.require_director(world.house(), world.me, now)?;
    let id = roster_named(&case, choice.roster.as_deref(), now)?;
    let roster = latest_roster(&case, id)?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let items = items_named(&mut keys, &world, &case, &choice.items, now).await?;
    let readers = readers(&world, roster, choice)?;
    let named = !choice.readers.is_empty();
    let mut plans = Vec::new();
    for reader in readers {
        let release = planned(world.house(), &case, id, roster, reader, &items, now);
        if brings_nothing(&case, roster, &release) {
            continue;
        }
        let judged = member_recipient(world.house(), reader, now)
            .and_then(|_| judge_release(world.house(), &case, &release, world.me, now));
        match judged {
            Ok(()) => plans.push(release),
            // One reader who may not is no reason to keep it from the others, if nobody was named.
            Err(refusal @ (Refusal::Suspended { .. } | Refusal::NotInForce | Refusal::Revoked)) if !named => {
                let line = format!("{}: {}", world.name_of(reader), refusal.sentence(ctx.language));
                ctx.say(&for_terminal(&line))?;
            }
            Err(refusal) => return Err(refusal.into()),
        }
    }
    require_named(&case, id, &items, &plans)?;
    let taken = take_out(&mut keys, &world, &case, plans).await.map_err(withdrawn_meanwhile)?;
    let (mut packs, spoilt) = taken;
    tell_spoilt(ctx, &mut keys, &world, &case, &spoilt, !items.is_empty()).await?;
    packs.retain(|pack| !brings_nothing(&case, roster, &pack.release));
    if packs.is_empty() {
        return Ok(Released { case: number, roster: id, releases: Vec::new() });
    }
    if let Some(vault) = &case.vault {
        warn_about(ctx, &world, vault)?;
    }
    let own = packs.iter().flat_map(|pack| &pack.release.own).map(|own| own.item);
    let own_keys = file_keys(&mut keys, &world, own).await?;
    let items: BTreeSet<Digest> = packs.iter().flat_map(|pack| released_items(&pack.release)).collect();
    let mut draft = Draft::new(&world, ctx.clock);
    call_items(ctx, &mut draft, &mut keys, &world, &case, items).await?;
    let mut releases = Vec::with_capacity(packs.len());
    for Pack { release, grants } in packs {
        for grant in grants {
            draft.header(&grant.label);
            draft.header(&grant.body);
        }
        let release = grant_own(&mut draft, world.house(), release, &own_keys)?;
        let (reader, items, gaps) = (release.reader, released_items(&release).count(), release.gaps.0);
        let id = draft.push(release);
        releases.push(ReleaseLine { release: id, reader, name: world.name_of(reader), items, gaps });
    }
    ctx.send(draft, &secrets, &world).await.map_err(withdrawn_meanwhile)?;
    Ok(Released { case: number, roster: id, releases })
}

/// An approval that was there a moment ago is gone, and its keys with it. What the hub says of that is meant for
/// readers.
fn withdrawn_meanwhile(error: ClientError) -> ClientError {
    let gone = [Refusal::Withdrawn.code(), Refusal::NotReleased.code(), Refusal::UnknownItem.code()];
    match error {
        ClientError::Refused { code, .. } if gone.contains(&code.as_str()) => ClientError::said(
            Refusal::Withdrawn.code(),
            "Een verstrekker heeft intussen een akkoord ingetrokken. Er is niets vrijgegeven. Doe het opnieuw: dan geeft u vrij waarvoor nog akkoord is.",
            "A supplier has withdrawn an approval meanwhile. Nothing was released. Do it again: you then release what is still approved.",
        ),
        error => error,
    }
}

/// What was named is released to someone, now or before: else nobody has approved it.
fn require_named(
    case: &CaseState,
    roster: Digest,
    items: &[Digest],
    plans: &[Release],
) -> Result<(), Refusal> {
    let before = case.releases.values().filter(|release| release.roster == roster);
    let released: Vec<Digest> = before.chain(plans).flat_map(released_items).collect();
    items.iter().all(|item| released.contains(item)).then_some(()).ok_or(Refusal::NotApproved)
}

fn readers(world: &World, roster: &Roster, choice: &Choice) -> Result<Vec<MemberId>> {
    if !choice.readers.is_empty() {
        return members_named(world, &choice.readers);
    }
    let wanted = roster.participant.iter().filter(|p| !choice.delegates_only || p.seat == Seat::Delegate);
    Ok(wanted.map(|participant| participant.member).collect())
}

/// The release to a reader as it can be now: what suppliers approved, and of the house's own items the
/// agenda and what was named. Own grants are made later, once this was judged.
pub fn planned(
    house: &House,
    case: &CaseState,
    id: Digest,
    roster: &Roster,
    reader: MemberId,
    items: &[Digest],
    now: Moment,
) -> Release {
    let chosen = |item: &Digest| items.is_empty() || items.contains(item);
    let mut approved: BTreeMap<Digest, Digest> = BTreeMap::new();
    for (approval_id, state) in &case.approvals {
        let approval = &state.approval;
        let fits = approval.roster == id && approval.reader == reader && !state.withdrawn;
        // What cannot be given any more (taken out, past its end) is left out of what was not named.
        let givable = !items.is_empty() || is_givable(case, roster, state, now);
        if fits && chosen(&approval.item) && givable {
            approved.insert(approval.item, *approval_id);
        }
    }
    let of_house = |item: &Digest| {
        case.items.get(item).is_some_and(|state| Some(state.item.supplier) == house.house_partner())
    };
    let agenda = roster.agenda.filter(|agenda| items.is_empty() && can_be_given(case, roster, *agenda, now));
    let own = items.iter().copied().filter(of_house).chain(agenda);
    let nothing = Digest([0; 32]);
    let mut release = Release {
        case: case.number,
        roster: id,
        consultation: case.consultations.iter().find(|(_, c)| c.roster == id).map(|(id, _)| *id),
        reader,
        approved: approved.into_iter().map(|(item, approval)| Approved { item, approval }).collect(),
        own: own.map(|item| OwnItem { item, grant_label: nothing, grant_body: nothing }).collect(),
        gaps: Number(0),
        from: roster.from,
        until: roster.until,
    };
    narrow(case, &mut release);
    release.gaps = Number(shown_gaps(case, &release));
    release
}

fn is_givable(
    case: &CaseState,
    roster: &Roster,
    state: &crate::protocol::case::ApprovalState,
    now: Moment,
) -> bool {
    now < state.approval.until && can_be_given(case, roster, state.approval.item, now)
}

/// What the house itself supplies has no approval with a window of its own: the release must fit its rules.
fn narrow(case: &CaseState, release: &mut Release) {
    for own in &release.own {
        let Some(state) = case.items.get(&own.item) else { continue };
        let gone = state.item.retention.ends();
        release.from = state.item.from.map_or(release.from, |from| from.max(release.from));
        release.until = state.item.until.map_or(gone, |until| until.min(gone)).min(release.until);
    }
}

/// Whether there is nothing in it, or nothing that the reader does not have.
fn brings_nothing(case: &CaseState, roster: &Roster, new: &Release) -> bool {
    new.approved.is_empty() && new.own.is_empty() || is_on_record(case, roster, new)
}

/// Whether the reader's present release of this roster has just this already.
fn is_on_record(case: &CaseState, roster: &Roster, new: &Release) -> bool {
    let latest = case.released.get(&(roster.meeting, new.reader)).and_then(|id| case.releases.get(id));
    let items = |release: &Release| {
        let mut items: Vec<Digest> = released_items(release).collect();
        items.sort();
        items
    };
    latest.is_some_and(|old| {
        let same = old.roster == new.roster && items(old) == items(new) && old.gaps == new.gaps;
        // An approval that was given anew has other headers.
        same && new.approved.iter().all(|approved| old.approved.contains(approved))
    })
}

/// A release, with the grants that it passes on.
struct Pack {
    release: Release,
    grants: Vec<ReaderGrants>,
}

/// An item, and the reader for whom its approval holds no grants.
type Spoilt = (Digest, MemberId);

/// Takes the readers' grants out of the approvals. The hub can't look into these, so one supplier's nonsense is left out,
/// and given back: else it would keep from everyone what the others approved.
async fn take_out(
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    plans: Vec<Release>,
) -> Result<(Vec<Pack>, Vec<Spoilt>)> {
    let (mut packs, mut spoilt) = (Vec::with_capacity(plans.len()), Vec::new());
    for mut release in plans {
        let mut grants = Vec::with_capacity(release.approved.len());
        for approved in take(&mut release.approved) {
            match grants_in(keys, world, case, approved.approval).await? {
                Some(taken) => {
                    release.approved.push(approved);
                    grants.push(taken);
                }
                None => spoilt.push((approved.item, release.reader)),
            }
        }
        release.gaps = Number(shown_gaps(case, &release));
        packs.push(Pack { release, grants });
    }
    Ok((packs, spoilt))
}

/// The grants in an approval; none if its supplier put in something else than it signed for.
async fn grants_in(
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    id: Digest,
) -> Result<Option<ReaderGrants>> {
    let approval = &case.approvals.get(&id).ok_or(Refusal::NotApproved)?.approval;
    let bytes = match keys.text(world, id, PartName::Grants, Through::Vault).await {
        Ok(bytes) => bytes,
        // What the hub changed is no supplier's fault, and stops it all.
        Err(error) if error.is(SEALED_WRONG) => return Ok(None),
        Err(ClientError::Sealed(Refused::Payload(_))) => return Ok(None),
        Err(error) => return Err(error),
    };
    let grants = ReaderGrants::parse(&bytes).ok();
    Ok(grants.filter(|grants| grants.require(approval.reader_label, approval.reader_body).is_ok()))
}

/// Says of which items the approval is no good, and for whom. Refuses if the items were chosen by name.
async fn tell_spoilt(
    ctx: &mut Context<'_>,
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    spoilt: &[Spoilt],
    by_name: bool,
) -> Result<()> {
    let items: BTreeSet<Digest> = spoilt.iter().map(|(item, _)| *item).collect();
    let seen = look(keys, world, case, items, ctx.clock.now(), ctx.language).await?;
    let (mut nl, mut en) = (Vec::with_capacity(spoilt.len()), Vec::with_capacity(spoilt.len()));
    for (item, reader) in spoilt {
        let supplier = case.items.get(item).ok_or(Refusal::UnknownItem)?.item.supplier;
        let (title, reader) = (title(case, &seen, *item), world.name_of(*reader));
        let supplier = world.house().partner_name(supplier);
        nl.push(format!(
            "\"{title}\" van {supplier} gaat niet mee naar {reader}: de sleutel in het akkoord deugt niet. Vraag {supplier} om dit akkoord in te trekken en opnieuw te geven."
        ));
        en.push(format!(
            "\"{title}\" of {supplier} does not go along to {reader}: the key in the approval is no good. Ask {supplier} to withdraw this approval and to give it again."
        ));
    }
    if by_name && !spoilt.is_empty() {
        nl.push("Er is niets vrijgegeven. Kies opnieuw, zonder wat niet mee kan.".to_owned());
        en.push("Nothing was released. Choose again, without what can't go along.".to_owned());
        return Err(ClientError::said(Refusal::WrongGrants.code(), nl.join(" "), en.join(" ")));
    }
    let lines = if ctx.language == Language::Dutch { nl } else { en };
    lines.iter().try_for_each(|line| ctx.say(&for_terminal(line)))
}

fn grant_own(
    draft: &mut Draft,
    house: &House,
    plan: Release,
    own_keys: &BTreeMap<Digest, ItemKeys>,
) -> Result<Release> {
    let recipient = member_recipient(house, plan.reader, draft.signed_at())?;
    let mut own = Vec::with_capacity(plan.own.len());
    for item in &plan.own {
        let (label, body) = own_keys.get(&item.item).ok_or(ClientError::Rule(Refusal::UnknownItem))?;
        let grants = ReaderGrants::wrap(label, body, recipient)?;
        own.push(OwnItem {
            item: item.item,
            grant_label: draft.header(&grants.label),
            grant_body: draft.header(&grants.body),
        });
    }
    Ok(Release { own, ..plan })
}
