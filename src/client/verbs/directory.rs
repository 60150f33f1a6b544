//! `zegel directory`: who takes part, as the authority signed it; and the manager's suspensions.

use serde::Serialize;

use crate::client::context::{Context, Report};
use crate::client::error::{ClientError, Result};
use crate::client::remote::Recorded;
use crate::client::sign::Draft;
use crate::client::trust::{Known, World};
use crate::protocol::cert::Fingerprint;
use crate::protocol::directory::judge_suspension;
use crate::protocol::history::CLOCK_TOLERANCE;
use crate::protocol::id::{MemberId, Moment, PartnerId};
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::{Admission, Body, Membership, Suspension};
use crate::protocol::words::{PartnerKind, Role, Standing};
use crate::protocol::zone::shown;

/// Everyone is warned so many seconds before the directory ends.
const WARNING: i64 = 10 * 24 * 3600;

/// A key's end is told so many seconds ahead: to its owner at every verb, to everyone in the directory.
pub const KEY_WARNING: i64 = 30 * 24 * 3600;

/// The directory, verified.
#[derive(Debug, Serialize)]
pub struct DirectoryReport {
    pub number: u64,
    pub until: Moment,
    /// Whether it ends within ten days, or has ended.
    pub ends_soon: bool,
    pub authority: Fingerprint,
    pub partners: Vec<PartnerRow>,
    pub members: Vec<MemberRow>,
}

#[derive(Debug, Serialize)]
pub struct PartnerRow {
    pub partner: PartnerId,
    pub name: String,
    pub kind: PartnerKind,
    pub standing: Standing,
    pub excluded: bool,
}

#[derive(Debug, Serialize)]
pub struct MemberRow {
    pub member: MemberId,
    pub name: String,
    pub mail: String,
    pub partner: PartnerId,
    pub partner_name: String,
    pub roles: Vec<Role>,
    pub until: Moment,
    /// From when no letter can be sealed for the member any more.
    pub mail_until: Moment,
    #[serde(skip)]
    mail_ends: Option<Moment>,
    /// The OpenPGP key's fingerprint.
    pub fingerprint: Option<Fingerprint>,
    /// Why the member is not in force now, if so.
    pub refused: Option<String>,
    #[serde(skip)]
    refusal: Option<Refusal>,
}

/// Fetches and verifies the directory.
pub async fn directory(ctx: &mut Context<'_>) -> Result<DirectoryReport> {
    let (_secrets, world) = ctx.begin().await?;
    report(&world)
}

/// The directory of a world.
pub fn report(world: &World) -> Result<DirectoryReport> {
    let house = world.house();
    let directory = house.directory.as_deref().ok_or(Refusal::NoDirectory)?;
    let partner = |admission: &Admission| PartnerRow {
        partner: admission.partner,
        name: admission.name.to_string(),
        kind: admission.kind,
        standing: admission.standing,
        excluded: house.excluded.contains(&admission.partner),
    };
    let member = |m: &Membership| {
        let refusal = house.member(m.member, world.now).err();
        let mail_until = house.mail_until(m);
        MemberRow {
            member: m.member,
            name: m.name.to_string(),
            mail: m.mail.to_string(),
            partner: m.partner,
            partner_name: house.partner_name(m.partner),
            roles: m.role.clone(),
            until: m.until,
            mail_until,
            mail_ends: Some(mail_until).filter(|until| *until <= world.now.plus(KEY_WARNING)),
            fingerprint: house.keys.get(&m.key).map(|key| key.cert.fingerprint()),
            refused: refusal.as_ref().map(|refusal| refusal.code().to_owned()),
            refusal,
        }
    };
    let mut partners: Vec<_> = house.partners.values().map(|admission| partner(admission)).collect();
    let mut members: Vec<_> = house.members.values().map(|m| member(m)).collect();
    partners.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    members.sort_by(|a, b| (&a.partner_name, &a.name).cmp(&(&b.partner_name, &b.name)));
    Ok(DirectoryReport {
        number: directory.number.0,
        until: directory.until,
        ends_soon: directory.until <= world.now.plus(WARNING),
        authority: house.authority_fingerprint(),
        partners,
        members,
    })
}

/// The manager suspends a member at once, until a moment. What is on record already is not signed twice.
///
/// # Errors
/// Who is no manager, of somebody who is not in the directory, of oneself, or until a moment that is past.
pub async fn suspend(ctx: &mut Context<'_>, who: &str, until: Moment) -> Result<Recorded> {
    let (secrets, world) = ctx.begin().await?;
    let member = world.member_named(who)?.member;
    let mut draft = Draft::new(&world, ctx.clock);
    let suspension = Suspension { member, until };
    judge_suspension(world.house(), &suspension, world.me, draft.signed_at())?;
    if member == world.me {
        return Err(ClientError::said(
            "own-suspension",
            "U kunt uzelf niet schorsen: u kon dat niet meer beëindigen. Vraag het een andere manager, of bel het huis.",
            "You can't suspend yourself: you could not end it any more. Ask another manager, or call the house.",
        ));
    }
    if until <= draft.signed_at() {
        // A mistake in the date must not look like somebody who is suspended.
        return Err(ClientError::said(
            "suspension-past",
            "Die dag of dat tijdstip is al voorbij. Er is niets ondertekend. Kies een later moment; een schorsing beëindigt u met --end.",
            "That day or time is over already. Nothing was signed. Choose a later one; a suspension is ended with --end.",
        ));
    }
    match last_suspension(&world, member) {
        Some((known, before)) if before.until == until => Ok(recorded_before(known)),
        _ => {
            draft.push(suspension);
            super::one(ctx.send(draft, &secrets, &world).await?)
        }
    }
}

/// The manager ends somebody's suspension at once. One that was ended before is not ended twice.
///
/// # Errors
/// Who is no manager, of somebody who is not in the directory, or of who is not suspended.
pub async fn end_suspension(ctx: &mut Context<'_>, who: &str) -> Result<Recorded> {
    let (secrets, world) = ctx.begin().await?;
    let member = world.member_named(who)?.member;
    let mut draft = Draft::new(&world, ctx.clock);
    // Past by the hub's clock also where this one is ahead of it.
    let ended = Suspension { member, until: draft.signed_at().plus(-CLOCK_TOLERANCE) };
    judge_suspension(world.house(), &ended, world.me, draft.signed_at())?;
    match last_suspension(&world, member) {
        Some((_, before)) if draft.signed_at() < before.until => {
            draft.push(ended);
            super::one(ctx.send(draft, &secrets, &world).await?)
        }
        Some((known, before)) if before.until <= known.statement.signed_at => Ok(recorded_before(known)),
        _ => {
            let name = world.name_of(member);
            Err(ClientError::said(
                "not-suspended",
                format!("{name} is niet geschorst. Er valt niets te beëindigen."),
                format!("{name} is not suspended. There is nothing to end."),
            ))
        }
    }
}

/// The member's last suspension on record, which is the one that counts; an end of one too.
fn last_suspension(world: &World, member: MemberId) -> Option<(&Known, &Suspension)> {
    let mut all = world.statements_of_house().into_iter().filter_map(|known| match &known.statement.body {
        Body::Suspension(suspension) if suspension.member == member => Some((known, suspension)),
        _ => None,
    });
    all.next_back()
}

fn recorded_before(known: &Known) -> Recorded {
    Recorded { id: known.id, leaf: known.leaf, at: known.at, new: false }
}

impl Report for DirectoryReport {
    fn text(&self, language: Language) -> String {
        let until = shown(self.until, language);
        let mut lines = vec![match language {
            Language::Dutch => format!("Adreslijst {}, geldig tot {until}.", self.number),
            Language::English => format!("Directory {}, valid until {until}.", self.number),
        }];
        if self.ends_soon {
            lines.push(match language {
                Language::Dutch => "Let op: hij verloopt binnenkort. Vraag het huis om een nieuwe.".into(),
                Language::English => "Note: it ends soon. Ask the house for a new one.".into(),
            });
        }
        for partner in &self.partners {
            lines.push(format!("\n{}{}", partner.name, standing(partner, language)));
            let of_partner = self.members.iter().filter(|member| member.partner == partner.partner);
            lines.extend(of_partner.map(|member| person(member, language)));
        }
        lines.join("\n")
    }
}

fn standing(partner: &PartnerRow, language: Language) -> &'static str {
    match (language, partner.excluded, partner.standing) {
        (Language::Dutch, true, _) => " (uitgesloten)",
        (Language::English, true, _) => " (excluded)",
        (Language::Dutch, false, Standing::Named) => " (heeft niet ondertekend)",
        (Language::English, false, Standing::Named) => " (has not signed)",
        (_, false, Standing::Signed) => "",
    }
}

fn person(member: &MemberRow, language: Language) -> String {
    let roles: Vec<&str> = member.roles.iter().map(|role| role.word()).collect();
    let roles = if roles.is_empty() { String::new() } else { format!(", {}", roles.join(", ")) };
    let refused = member.refusal.as_ref().map(|refusal| format!("\n    ! {}", refusal.sentence(language)));
    let ends = member.mail_ends.filter(|_| member.refusal.is_none()).map(|until| match language {
        Language::Dutch => {
            format!("\n    ! Tot {} kan er een bericht worden gestuurd.", shown(until, language))
        }
        Language::English => format!("\n    ! Letters can be sent until {}.", shown(until, language)),
    });
    let notes = [refused, ends].into_iter().flatten().collect::<String>();
    format!("  {} <{}>{roles}  {}{notes}", member.name, member.mail, member.member)
}
