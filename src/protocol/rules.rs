//! The release rules of an item: one pure function, for hub and clients.
//!
//! Only what is enforced stands here. What a reader promises (use, onward rule) is in the sealed label.

use super::id::{Day, Moment};
use super::refusal::Refusal;
use super::statement::Item;
use super::words::{ApprovalRule, Director, Phase, Withheld};

/// The rules that an `item` statement sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    pub director: Director,
    pub approval: ApprovalRule,
    /// The phases in which it may be approved, released and opened.
    pub phases: Vec<Phase>,
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    pub withheld: Withheld,
    /// The last day on which it is kept.
    pub retention: Day,
}

impl From<&Item> for Rules {
    fn from(item: &Item) -> Self {
        Self {
            director: item.director,
            approval: item.approval,
            phases: item.phase.clone(),
            from: item.from,
            until: item.until,
            withheld: item.withheld,
            retention: item.retention,
        }
    }
}

/// What someone wants to do with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Approve or release it, to be open in a window.
    Give { from: Moment, until: Moment },
    /// Open it now.
    Open,
}

/// Where and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
    pub use_: Use,
    pub phase: Phase,
    pub now: Moment,
}

/// Whether the rules allow a use. Tightening any rule never turns a no into a yes.
///
/// # Errors
/// [`Refusal::NeverApproved`], [`Refusal::OutsidePhase`], [`Refusal::OutsideWindow`],
/// [`Refusal::TooEarly`] or [`Refusal::TooLate`].
pub fn allows(rules: &Rules, situation: Situation) -> Result<(), Refusal> {
    if rules.approval == ApprovalRule::Never {
        return Err(Refusal::NeverApproved);
    }
    if !rules.phases.contains(&situation.phase) {
        return Err(Refusal::OutsidePhase);
    }
    let gone = rules.retention.ends();
    let until = rules.until.map_or(gone, |until| until.min(gone));
    match situation.use_ {
        Use::Give { from: begin, until: end } => {
            let inside = rules.from.is_none_or(|from| from <= begin) && end <= until && begin < end;
            // Nor is anything given for a time that is over.
            if situation.now >= until.min(end) {
                return Err(Refusal::TooLate { until: until.min(end) });
            }
            inside.then_some(()).ok_or(Refusal::OutsideWindow)
        }
        Use::Open => within(rules.from, until, situation.now),
    }
}

/// Whether a moment is in a window: from its beginning, until but not at its end.
pub fn within(from: Option<Moment>, until: Moment, now: Moment) -> Result<(), Refusal> {
    match from {
        Some(from) if now < from => Err(Refusal::TooEarly { from }),
        _ if now >= until => Err(Refusal::TooLate { until }),
        _ => Ok(()),
    }
}
