//! The arguments of `zegel authority`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use url::Url;

use super::enrol::new_passphrase;
use super::show;
use crate::client::error::{ClientError, Result};
use crate::client::home::{HomeError, Keep, default_address, write_private};
use crate::client::remote::Remote;
use crate::client::verbs::authority::{
    Admit, HubKeys, NewSlip, Office, Vouch, admit, directory, exclude, hub_of, init, publish, read_batch,
    revoke, slip, vouch,
};
use crate::client::verbs::when::When;
use crate::protocol::id::{HubName, MemberId, PartnerId};
use crate::protocol::seal::SealingKey;
use crate::protocol::words::{MailAddress, Name, PartnerKind, RevocationReason, Role, Standing};

/// The house's word for who is who. All but `publish` work offline, in a folder of the authority's own.
#[derive(Subcommand)]
pub enum AuthorityVerb {
    /// Make the authority's key.
    #[command(
        after_help = "Example:\n  zegel authority init --hub zvh-ml.example --name 'Zorg- en Veiligheidshuis'"
    )]
    Init(InitArgs),
    /// Admit a partner; the first is the house itself.
    #[command(
        after_help = "Examples:\n  zegel authority admit 'Zorg- en Veiligheidshuis' --house\n  zegel authority admit Politie"
    )]
    Admit(AdmitArgs),
    /// Make out a paper slip for a person to enrol with.
    #[command(
        after_help = "Example:\n  zegel authority slip --partner Politie --name 'Femke de Boer' --mail femke@politie.example --until 2026-12-24 --out femke.txt"
    )]
    Slip(SlipArgs),
    /// Vouch for a person's key, after hearing its check words.
    #[command(
        after_help = "Example:\n  zegel authority vouch key-request.json --role procesregisseur --until 2027-12-31"
    )]
    Vouch(VouchArgs),
    /// Say that a member's key no longer counts.
    #[command(after_help = "Example:\n  zegel authority revoke femke@politie.example --reason stolen")]
    Revoke(RevokeArgs),
    /// Exclude a partner at once.
    #[command(after_help = "Example:\n  zegel authority exclude Politie")]
    Exclude {
        /// Name or id.
        partner: String,
    },
    /// Sign the directory: all that is in force, for 30 days.
    #[command(after_help = "Example:\n  zegel authority directory --hub-file hub.json")]
    Directory(DirectoryArgs),
    /// Send to the hub what was signed. Needs no key.
    #[command(after_help = "Example:\n  zegel authority publish")]
    Publish {
        /// Where the hub is, if not at https:// and its name.
        #[arg(long, value_name = "URL")]
        url: Option<Url>,
    },
}

#[derive(Args)]
pub struct InitArgs {
    /// The hub's name, which will stand on every slip.
    #[arg(long)]
    hub: HubName,
    /// What the authority is called in its cert.
    #[arg(long)]
    name: Name,
    /// Keep the key so that it opens without a question. Not for a real house.
    #[arg(long)]
    unattended: bool,
}

#[derive(Args)]
pub struct AdmitArgs {
    /// The partner's name.
    name: Name,
    /// It is the house itself.
    #[arg(long)]
    house: bool,
    /// Named in the agreement, but it has not signed: it is given nothing.
    #[arg(long)]
    named_only: bool,
    /// The partner's id, to give it another name.
    #[arg(long, value_name = "ID")]
    partner: Option<PartnerId>,
}

#[derive(Args)]
pub struct SlipArgs {
    /// Name or id of the person's partner.
    #[arg(long)]
    partner: String,
    /// The person's name, as the house will vouch for it.
    #[arg(long)]
    name: Name,
    #[arg(long)]
    mail: MailAddress,
    /// The membership, if the person has one and needs new keys.
    #[arg(long, value_name = "ID")]
    member: Option<MemberId>,
    /// The last day on which it can be used.
    #[arg(long, value_name = "WHEN")]
    until: When,
    /// The file to write the slip to. Must not be there yet; print it, hand it over, and remove it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
pub struct VouchArgs {
    /// The person's key-request.json.
    request: PathBuf,
    /// What the person may do beside contributing, approving and reading.
    #[arg(long = "role", value_enum)]
    roles: Vec<RoleArg>,
    /// From when; now, if left out.
    #[arg(long, value_name = "WHEN")]
    from: Option<When>,
    /// The last day.
    #[arg(long, value_name = "WHEN")]
    until: When,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleArg {
    Manager,
    Procesregisseur,
    Secretaris,
    Support,
}

#[derive(Args)]
pub struct RevokeArgs {
    /// Name, mail address or membership.
    who: String,
    #[arg(long, value_enum)]
    reason: ReasonArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum ReasonArg {
    Left,
    Lost,
    Other,
    Rotated,
    Stolen,
}

#[derive(Args)]
pub struct DirectoryArgs {
    /// The file hub.json that `zegel init` wrote, the first time and when the hub's keys change.
    #[arg(long, value_name = "FILE")]
    hub_file: Option<PathBuf>,
    /// For how many days, 92 at most.
    #[arg(long, default_value_t = 30)]
    days: u16,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Manager => Self::Manager,
            RoleArg::Procesregisseur => Self::Procesregisseur,
            RoleArg::Secretaris => Self::Secretaris,
            RoleArg::Support => Self::Support,
        }
    }
}

impl From<ReasonArg> for RevocationReason {
    fn from(reason: ReasonArg) -> Self {
        match reason {
            ReasonArg::Left => Self::Left,
            ReasonArg::Lost => Self::Lost,
            ReasonArg::Other => Self::Other,
            ReasonArg::Rotated => Self::Rotated,
            ReasonArg::Stolen => Self::Stolen,
        }
    }
}

impl AuthorityVerb {
    /// Does it, and shows the answer: as JSON if asked for.
    pub async fn run(self, office: &mut Office<'_>, json: bool) -> Result<()> {
        let language = office.language;
        match self {
            Self::Init(args) => {
                let keep = match args.unattended {
                    true => Keep::Identity(SealingKey::generate()),
                    false => Keep::Passphrase(new_passphrase(office.ask, language)?),
                };
                show(&init(office, &args.hub, &args.name, &keep)?, language, json)
            }
            Self::Admit(args) => {
                println!("{}", admit(office, &args.into())?);
                Ok(())
            }
            Self::Slip(args) => make_slip(office, args),
            Self::Vouch(args) => {
                let now = office.clock.now();
                let from = args.from.map(When::begins).transpose()?.unwrap_or(now);
                let roles = args.roles.into_iter().map(Role::from).collect();
                let words = Vouch { roles, from, until: args.until.ends()? };
                show(&vouch(office, &read_batch(&args.request)?, &words)?, language, json)
            }
            Self::Revoke(args) => {
                println!("{}", revoke(office, &args.who, args.reason.into())?);
                Ok(())
            }
            Self::Exclude { partner } => {
                println!("{}", exclude(office, &partner)?);
                Ok(())
            }
            Self::Directory(args) => {
                let hub = args.hub_file.as_deref().map(read_hub_keys).transpose()?;
                show(&directory(office, hub, args.days)?, language, json)
            }
            Self::Publish { url } => {
                let url = url.or(default_address(&hub_of(office.folder)?));
                let url = url.ok_or_else(|| ClientError::input("--url"))?;
                let remote = Remote::new(&url, language)?;
                show(&publish(office.folder, &remote).await?, language, json)
            }
        }
    }
}

impl From<AdmitArgs> for Admit {
    fn from(args: AdmitArgs) -> Self {
        Self {
            name: args.name,
            kind: if args.house { PartnerKind::House } else { PartnerKind::Partner },
            standing: if args.named_only { Standing::Named } else { Standing::Signed },
            partner: args.partner,
        }
    }
}

fn make_slip(office: &mut Office<'_>, args: SlipArgs) -> Result<()> {
    if args.out.exists() {
        return Err(HomeError::Taken(args.out).into());
    }
    let new = NewSlip {
        partner: args.partner,
        name: args.name,
        mail: args.mail,
        member: args.member,
        until: args.until.ends()?,
    };
    let paper = slip(office, &new)?;
    write_private(&args.out, paper.to_text().as_bytes())?;
    println!("{}", paper.member);
    Ok(())
}

fn read_hub_keys(path: &Path) -> Result<HubKeys> {
    let bytes = std::fs::read(path).map_err(|error| ClientError::file(path, error))?;
    serde_json::from_slice(&bytes).map_err(|error| ClientError::file(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::testing::TestHouse;

    #[tokio::test]
    async fn a_slip_is_written_over_no_other_file() {
        let house = TestHouse::start().await;
        let out = house.path("strookje.txt");
        let args = |name: &str| SlipArgs {
            partner: "Politie".into(),
            name: name.parse().unwrap(),
            mail: "femke@politie.example".parse().unwrap(),
            member: None,
            until: "2026-11-16".parse().unwrap(),
            out: out.clone(),
        };
        house.office(|office| make_slip(office, args("Femke"))).unwrap();
        let first = std::fs::read_to_string(&out).unwrap();
        let refused = house.office(|office| make_slip(office, args("Max")));
        assert!(refused.is_err_and(|error| error.is("home-taken")));
        assert!(first.contains("name: Femke"));
        assert_eq!(std::fs::read_to_string(&out).unwrap(), first);
    }
}
