//! An item in the making: its release rules, its label, and the statement that sets both down.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::client::error::{ClientError, Result};
use crate::client::grant::{distinct, vault_recipient};
use crate::client::sign::Draft;
use crate::protocol::case::CaseState;
use crate::protocol::directory::House;
use crate::protocol::id::{CaseNumber, Day, Digest, Moment, PartnerId};
use crate::protocol::label::{Label, Onward, Police, Regime};
use crate::protocol::refusal::Refusal;
use crate::protocol::seal::Header;
use crate::protocol::statement::Item;
use crate::protocol::vault::VaultState;
use crate::protocol::words::{ApprovalRule, Director, ItemKind, Payload, Phase, VaultGrant, Withheld};

use super::outgoing::Outgoing;
use crate::client::verbs::meter::size;
use crate::client::verbs::when::days_after;

/// How long an item is kept unless its supplier says otherwise.
const RETENTION_DAYS: i64 = 365;

/// Who may see an item, and when: what the hub and every client enforce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Terms {
    pub kind: ItemKind,
    pub director: Director,
    pub approval: ApprovalRule,
    pub phases: Vec<Phase>,
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    pub withheld: Withheld,
    /// The same command says another day tomorrow where none was given, and is the same wish.
    #[serde(skip)]
    pub retention: Retention,
}

/// Until when an item is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    pub day: Day,
    /// Whether somebody gave it, and it is not just a year from now.
    pub given: bool,
}

impl Retention {
    pub fn given(day: Day) -> Self {
        Self { day, given: true }
    }

    /// What was given, or else a year from now.
    pub fn or_default(given: Option<Day>, now: Moment) -> Result<Self> {
        match given {
            Some(day) => Ok(Self::given(day)),
            None => Ok(Self { day: days_after(now, RETENTION_DAYS)?, given: false }),
        }
    }

    fn goes_with(self, recorded: Day) -> bool {
        !self.given || self.day == recorded
    }
}

impl Terms {
    /// Where a recorded item has other rules than these: as the options that would give it those.
    pub fn differing(&self, recorded: &Item) -> Vec<String> {
        let sorted = |phases: &[Phase]| phases.iter().copied().collect::<BTreeSet<_>>();
        let phases: Vec<&str> = sorted(&recorded.phase).iter().map(|phase| phase.word()).collect();
        let moment = |moment: Option<Moment>| moment.map_or_else(|| "-".to_owned(), |m| m.to_string());
        let all = [
            (self.kind == recorded.kind, "kind", recorded.kind.to_string()),
            (self.director == recorded.director, "director", recorded.director.to_string()),
            (self.approval == recorded.approval, "approval", recorded.approval.to_string()),
            (sorted(&self.phases) == sorted(&recorded.phase), "phase", phases.join(",")),
            (self.from == recorded.from, "from", moment(recorded.from)),
            (self.until == recorded.until, "until", moment(recorded.until)),
            (self.withheld == recorded.withheld, "withheld", recorded.withheld.to_string()),
            (self.retention.goes_with(recorded.retention), "retention", recorded.retention.to_string()),
        ];
        all.into_iter().filter(|(same, ..)| !same).map(|(_, name, was)| format!("--{name} {was}")).collect()
    }

    /// Refuses to pass an item off as what was wanted when it is on record under other rules.
    pub fn require_recorded(&self, file: &str, recorded: &Item) -> Result<()> {
        let other = self.differing(recorded);
        if other.is_empty() {
            return Ok(());
        }
        let other = other.join(" ");
        Err(ClientError::said(
            "other-rules",
            format!(
                "{file} staat al in deze casus, maar met andere regels: {other}. Er is niets veranderd. Geef het commando nog eens met die regels; wilt u andere, neem het stuk daarna terug (zegel retract) en voeg het opnieuw toe."
            ),
            format!(
                "{file} is in this case already, but under other rules: {other}. Nothing was changed. Give the command again with those rules; if you want others, take the item back then (zegel retract) and contribute it anew."
            ),
        ))
    }
}

/// What its label says beside the title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    pub period_from: Option<Day>,
    pub period_until: Option<Day>,
    pub regime: Regime,
    pub legal_ground: String,
    pub allowed_use: String,
    pub onward: Onward,
    pub police: Option<Police>,
    /// Items by id or title.
    pub cites: Vec<String>,
}

/// A file to be contributed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    pub path: PathBuf,
    /// Without one, the file's name.
    pub title: Option<String>,
    pub terms: Terms,
    pub about: About,
}

impl NewFile {
    /// The name of the file at the supplier's.
    pub fn file_name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    pub fn title(&self) -> String {
        self.title.clone().unwrap_or_else(|| self.file_name())
    }

    /// The label, once the file was read.
    pub fn label(&self, plain: (Digest, u64), cites: Vec<Digest>) -> Label {
        Label {
            title: self.title(),
            file_name: self.file_name(),
            media_type: media_type(&self.path),
            period_from: self.about.period_from,
            period_until: self.about.period_until,
            regime: self.about.regime,
            legal_ground: self.about.legal_ground.clone(),
            allowed_use: self.about.allowed_use.clone(),
            onward: self.about.onward,
            police: self.about.police.clone(),
            cites,
            body_digest: plain.0,
            body_length: plain.1,
        }
    }
}

fn media_type(path: &Path) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    guess.essence_str().to_ascii_lowercase()
}

/// The bytes of a label; which field is wrong, in words.
pub fn label_bytes(label: &Label) -> Result<Vec<u8>> {
    label.to_bytes().map_err(|problem| {
        ClientError::said(
            "bad-label",
            format!(
                "Het label van \"{}\" klopt niet: {}. Verbeter wat u opgaf.",
                label.title,
                problem.dutch()
            ),
            format!("The label of \"{}\" is not right: {problem}. Correct what you gave.", label.title),
        )
    })
}

/// Where an item comes to lie.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub house: &'a House,
    pub case: CaseNumber,
    pub supplier: PartnerId,
    /// The supplier's vault.
    pub own: &'a VaultState,
    /// The vault of those who run the case.
    pub directors: &'a VaultState,
}

impl<'a> Place<'a> {
    /// In a case that is there.
    pub fn in_case(house: &'a House, case: &'a CaseState, supplier: PartnerId) -> Result<Self, Refusal> {
        let own = case.kept_in(house, supplier)?;
        Ok(Self { house, case: case.number, supplier, own, directors: case.directors(house)? })
    }

    /// The vaults that an item's body is sealed to.
    fn body_vaults(&self, director: Director) -> Vec<&'a VaultState> {
        match director {
            Director::Reads => distinct(&[self.own, self.directors]),
            Director::Label => vec![self.own],
        }
    }

    /// The item before it is sealed: what its rule is asked about.
    pub fn planned(&self, terms: &Terms) -> Item {
        let nothing =
            Payload { digest: Digest([0; 32]), length: 32, commitment: crate::protocol::id::Mac([0; 32]) };
        let unsealed = |vault: &&VaultState| VaultGrant { vault: vault.now(), header: Digest([0; 32]) };
        let label = distinct(&[self.own, self.directors]).iter().map(unsealed).collect();
        let body = self.body_vaults(terms.director).iter().map(unsealed).collect();
        self.item(terms, (nothing, label), (nothing, body))
    }

    fn item(
        &self,
        terms: &Terms,
        label: (Payload, Vec<VaultGrant>),
        body: (Payload, Vec<VaultGrant>),
    ) -> Item {
        Item {
            case: self.case,
            kind: terms.kind,
            supplier: self.supplier,
            label: label.0,
            body: body.0,
            director: terms.director,
            approval: terms.approval,
            phase: terms.phases.clone(),
            from: terms.from,
            until: terms.until,
            withheld: terms.withheld,
            retention: terms.retention.day,
            grant_label: label.1,
            grant_body: body.1,
        }
    }

    /// Adds the item to a draft: label and headers attached, the body as it was uploaded.
    pub fn draft(&self, draft: &mut Draft, terms: &Terms, label: &Label, sent: &Outgoing) -> Result<Digest> {
        let vaults = distinct(&[self.own, self.directors]);
        for vault in &vaults {
            vault_recipient(self.house, vault, draft.signed_at())?;
        }
        let sealed_label = draft.seal(&label_bytes(label)?, &vaults)?;
        let (title, name, bytes) = (&label.title, &label.file_name, size(label.body_length));
        draft.call(sent.payload().digest, format!("\"{title}\" ({name}, {bytes})"));
        let mut grants = Vec::new();
        for vault in self.body_vaults(terms.director) {
            let header = Header::wrap(&sent.file_key, &vault.recipient)?;
            grants.push(draft.grant(&header, vault));
        }
        Ok(draft.push(self.item(terms, sealed_label, (sent.payload(), grants))))
    }
}
