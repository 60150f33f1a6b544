//! Opening an item: every check of the design's section 4, each with its own refusal, and a file that
//! appears only when it is whole.

mod save;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::protocol::case::CaseState;
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::item;
use crate::protocol::label::{Label, Onward, for_terminal};
use crate::protocol::meeting;
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::{Ask, PartName};
use crate::protocol::words::Director;

use super::context::nl_en;
use super::error::{ClientError, Result};
use super::grant::{Keyring, Through, named_part};
use super::home::Home;
use super::remote::{Progress, Remote};
use super::trust::World;

pub use save::{save_bytes, save_plain, save_sealed};

/// By what right a member opens an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// It is in a release to this member.
    Release(Digest),
    /// The member holds a vault that it is sealed to, whole.
    Vault,
    /// The same, but of the label only: the director rule is `label`.
    VaultLabel,
}

impl Right {
    pub fn through(self) -> Through {
        match self {
            Self::Release(_) => Through::Member,
            Self::Vault | Self::VaultLabel => Through::Vault,
        }
    }
}

/// An item that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Opened {
    pub item: Digest,
    pub title: String,
    pub file: PathBuf,
    /// Header and payload as they came, if asked for: an age file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<PathBuf>,
}

/// By what right a member may open an item now: as a holder of a vault, or else by a release.
///
/// # Errors
/// The refusal of the release if there is one for this member, else that the item is not for this member.
pub fn right(
    house: &House,
    case: &CaseState,
    item: Digest,
    me: MemberId,
    now: Moment,
) -> Result<Right, Refusal> {
    match from_vault(house, case, item, me, now) {
        Err(Refusal::NotHolder) => from_release(house, case, item, me, now).map(Right::Release),
        answer => answer,
    }
}

/// Opening as a holder of the supplier's vault, of that of those who run the case, or of one that was given
/// the agenda with an ask. The release rules bind none of them, but for `director`.
pub fn from_vault(
    house: &House,
    case: &CaseState,
    id: Digest,
    me: MemberId,
    now: Moment,
) -> Result<Right, Refusal> {
    house.fresh_directory(now)?;
    house.member(me, now)?;
    let item = &item::known(case, id)?.item;
    if item.retention.ends() <= now {
        return Err(Refusal::TooLate { until: item.retention.ends() });
    }
    if case.kept_in(house, item.supplier).is_ok_and(|vault| vault.read_by(house, me, now)) {
        return Ok(Right::Vault);
    }
    // Who is asked for approval is given the agenda to judge by.
    let with_agenda = |ask: &Ask| {
        let of_roster = case.rosters.get(&ask.roster).is_some_and(|roster| roster.agenda == Some(id));
        of_roster && ask.agenda_body.is_some()
    };
    let reads =
        |ask: &Ask| case.kept_in(house, ask.supplier).is_ok_and(|vault| vault.read_by(house, me, now));
    if case.asks.iter().any(|(_, ask)| with_agenda(ask) && reads(ask)) {
        return Ok(Right::Vault);
    }
    let directs = case.directors(house).is_ok_and(|vault| vault.read_by(house, me, now));
    match item.director {
        _ if !directs => Err(Refusal::NotHolder),
        Director::Reads => Ok(Right::Vault),
        Director::Label => Ok(Right::VaultLabel),
    }
}

/// Opening as a reader: the release in force that names the item, judged at this moment by the function
/// that the hub asks too.
pub fn from_release(
    house: &House,
    case: &CaseState,
    item: Digest,
    me: MemberId,
    now: Moment,
) -> Result<Digest, Refusal> {
    let to_me = case.released.iter().filter(|((_, reader), _)| *reader == me).map(|(_, release)| *release);
    let mut refused = Refusal::NotReleased;
    for release in to_me {
        match meeting::may_open(house, case, release, item, me, now) {
            Ok(()) => return Ok(release),
            // One of another meeting that does not have it says nothing of this item.
            Err(Refusal::NotReleased) => {}
            Err(why) => refused = why,
        }
    }
    Err(refused)
}

/// The code of the refusal of a label that is none, though it is the one that was signed for.
pub const BAD_LABEL: &str = "bad-label";

/// The label of an item, by a right that was established. Nothing of it is believed before its digest,
/// length, commitment and form are right.
pub async fn label(keys: &mut Keyring<'_>, world: &World, item: Digest, right: Right) -> Result<Label> {
    let bytes = keys.text(world, item, PartName::Label, right.through()).await?;
    Label::from_bytes(&bytes).map_err(|problem| {
        ClientError::said(
            BAD_LABEL,
            format!(
                "Het label van dit stuk klopt niet ({}). Er is niets geopend. Bel de verstrekker.",
                problem.dutch()
            ),
            format!("This item's label is not right ({problem}). Nothing was opened. Call the supplier."),
        )
    })
}

/// What is at hand where items are opened.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    pub home: &'a Home,
    pub remote: &'a Remote,
    pub world: &'a World,
}

/// Where what is opened goes.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    pub folder: &'a Path,
    /// Where the age files as they came go, if asked for.
    pub sealed: Option<&'a Path>,
}

/// Opens an item into a folder, under a safe name that is not taken.
///
/// The payload is downloaded to the home, where it is sealed still; what was cut off goes on there. Once
/// its digest and length are right it is opened into a temporary file in the folder, which gets its name
/// only after the last byte, and after the plain text's digest and length are those of the label.
pub async fn body(
    desk: Desk<'_>,
    keys: &mut Keyring<'_>,
    item: Digest,
    right: Right,
    target: Target<'_>,
    progress: Progress<'_>,
) -> Result<Opened> {
    let Desk { home, remote, world } = desk;
    if right == Right::VaultLabel {
        return Err(label_only());
    }
    let named = named_part(world, item, PartName::Body)?;
    let label = label(keys, world, item, right).await?;
    let (header, key) = keys.open_header(world, item, PartName::Body, right.through()).await?;
    let payload = home.subfolder("incoming")?.join(hex::encode(named.digest.0));
    remote.download(item, PartName::Body, &named, &payload, progress).await?;
    let whole = save_plain(&payload, &named, &key, &label, target.folder);
    let sealed = match (&whole, target.sealed) {
        (Ok(file), Some(folder)) => save_sealed(&header, &payload, file, folder).map(Some),
        _ => Ok(None),
    };
    // It can be had again from the hub; what lies here helps nobody but a thief of both home and key.
    let _ = std::fs::remove_file(&payload);
    Ok(Opened { item, title: label.title, file: whole?, sealed: sealed? })
}

fn label_only() -> ClientError {
    ClientError::said(
        "label-only",
        "De verstrekker laat de procesregisseur alleen zien hoe dit stuk heet. Vraag de verstrekker om het aan tafel te vertellen.",
        "The supplier lets the procesregisseur see only what this item is called. Ask the supplier to tell it at the table.",
    )
}

/// What a reader must be told wherever an item is shown: the supplier's word on its use.
pub fn promises(label: &Label, supplier: &str, language: Language) -> String {
    let onward = match label.onward {
        Onward::No => nl_en(language, "Geef het aan niemand door.", "Pass it on to nobody."),
        Onward::OwnOrganisation => nl_en(
            language,
            "U mag het delen met collega's die aan deze casus werken.",
            "You may share it with colleagues who work on this case.",
        ),
        Onward::Ask => nl_en(
            language,
            "Wilt u het doorgeven? Vraag het eerst aan de verstrekker.",
            "Do you want to pass it on? Ask the supplier first.",
        ),
    };
    let says = nl_en(language, "heeft deze regels bepaald", "set these rules");
    let used: Vec<String> = label.allowed_use.lines().map(for_terminal).collect();
    let used = used.join(" / ");
    let heading = nl_en(language, "Gebruik", "Use");
    format!("{heading}: {}. {onward} {} {says}.", used.trim_end_matches('.'), for_terminal(supplier))
}
