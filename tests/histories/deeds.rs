//! What people do, at random: mostly what they may, and now and then what they may not.

use proptest::prelude::*;

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    // Of the house.
    TimePasses,
    Slip,
    FirstKey,
    NextKey,
    Bundle,
    Membership,
    Directory,
    Admission,
    Revocation,
    Suspension,
    Exclusion,
    Delivery,
    PartnerVault,
    // In a case.
    Case,
    CaseVault,
    Phase,
    Referral,
    Contribution,
    OfTheDirector,
    Retraction,
    Roster,
    Ask,
    Approval,
    Refusal,
    Consultation,
    Release,
    Withdrawal,
    Letter,
    Invitation,
    Minutes,
    Reply,
    /// Something is sent once more.
    Again,
}

/// One deed. By whom and about what is chosen from what there is when it is done.
#[derive(Clone, Copy, Debug)]
pub struct Deed {
    pub what: What,
    pub who: u8,
    pub about: u8,
    pub how: u8,
}

/// How often each comes.
const OFTEN: &[(u32, What)] = &[
    (6, What::TimePasses),
    (2, What::Slip),
    (3, What::FirstKey),
    (3, What::NextKey),
    (2, What::Bundle),
    (4, What::Membership),
    (5, What::Directory),
    (1, What::Admission),
    (1, What::Revocation),
    (2, What::Suspension),
    (1, What::Exclusion),
    (2, What::Delivery),
    (5, What::PartnerVault),
    (3, What::Case),
    (5, What::CaseVault),
    (10, What::Phase),
    (3, What::Referral),
    (12, What::Contribution),
    (5, What::OfTheDirector),
    (4, What::Retraction),
    (12, What::Roster),
    (9, What::Ask),
    (18, What::Approval),
    (4, What::Refusal),
    (9, What::Consultation),
    (14, What::Release),
    (6, What::Withdrawal),
    (5, What::Letter),
    (6, What::Invitation),
    (3, What::Minutes),
    (5, What::Reply),
    (4, What::Again),
];

/// One deed or another.
pub fn a_deed() -> impl Strategy<Value = Deed> {
    let often = OFTEN.iter().map(|(weight, what)| (*weight, Just(*what).boxed())).collect();
    let what = proptest::strategy::Union::new_weighted(often);
    (what, any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(what, who, about, how)| Deed {
        what,
        who,
        about,
        how,
    })
}

/// One of several, if there is any.
pub fn pick<T: Clone>(all: &[T], number: u8) -> Option<T> {
    all.get(usize::from(number) % all.len().max(1)).cloned()
}

/// How every row begins: a case comes in, partners are questioned one by one, and it comes to the table.
pub fn to_the_table() -> Vec<Deed> {
    use What::*;
    // By the first of those who may; how it is done is what tells one roster or item from another.
    let deed = |(what, how)| Deed { what, who: 1, about: 1, how };
    let questions = [(Roster, 1), (Roster, 2), (Roster, 4)];
    let before = [(Case, 4), (CaseVault, 4), (Phase, 4), (Phase, 4), (Referral, 4)];
    let table =
        [(Phase, 4), (Contribution, 4), (Contribution, 5), (OfTheDirector, 12), (Roster, 2), (Roster, 6)];
    before.into_iter().chain(questions).chain(table).map(deed).collect()
}
