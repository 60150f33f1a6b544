//! Max has Femke's old key and sets his clock back; everyone refuses his statement.

use std::fs;
use std::sync::Arc;

use zegel::client::batch::{Batch, Signed};
use zegel::client::verbs::case::show;
use zegel::client::verbs::login::login;
use zegel::client::verbs::vault::{self, Whose};
use zegel::client::{Secrets, World};
use zegel::clock::Clock;
use zegel::demo::stage::Stage;
use zegel::hub::check::check;
use zegel::protocol::case::CaseState;
use zegel::protocol::id::{CaseNumber, Moment};
use zegel::protocol::statement::Withdrawal;
use zegel::protocol::words::*;

use crate::smuggle::{removes_last, smuggles};
use crate::support::hands::{journal_size, signed};
use crate::support::office::{gets_keys, revokes, slip_for};
use crate::support::scene::{AGENDA, REPORT, date, femke_contributes, joris_releases, prepared};
use crate::support::{Base, Refused};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor"];
const HOUR: i64 = 3600;

on_both!(maxs_statement_is_refused_by_everyone);

/// What Max took from Femke's machine while nobody knew.
struct Max {
    secrets: Secrets,
    world: World,
    case: Arc<CaseState>,
}

impl Max {
    async fn steals(stage: &Stage, case: CaseNumber) -> Self {
        let (home, remote) = stage.desk("femke").unwrap();
        let (mut out, mut ask) = (std::io::sink(), zegel::client::Unattended);
        let (secrets, mut world) = stage.context(&home, &remote, &mut out, &mut ask).begin().await.unwrap();
        let case = world.load_case(&home, &remote, case).await.unwrap();
        Self { secrets, world, case }
    }

    /// He takes Noor's access away, in Femke's name, by the clock of his choice.
    fn signs(&self, stage: &Stage, at: Moment) -> Batch {
        let now = stage.clock.now();
        stage.clock.set(at);
        let approval = self.case.approvals.values().next().expect("Femke approved").approval.clone();
        let (case, item, reader) = (approval.case, approval.item, vec![approval.reader]);
        let batch = signed(stage, &self.secrets, &self.world, |_| Withdrawal { case, item, reader }.into());
        stage.clock.set(now);
        batch
    }
}

async fn maxs_statement_is_refused_by_everyone(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    stage.plans("joris", case, date(), &["noor", "femke"], &[], Some(AGENDA)).await.unwrap();
    femke_contributes(stage, case).await;
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &["noor"]).await.unwrap();
    joris_releases(stage, case).await;
    let max = Max::steals(stage, case).await;
    let theft = stage.clock.now();
    stage.clock.advance(HOUR);
    femke_reports_it(stage).await;
    stage.clock.advance(120);
    let now = stage.clock.now();

    // The hub refuses: by a clock that is right, by one set back as far as it lets pass, by one set back to the theft.
    let remote = stage.desk("noor").unwrap().1;
    let size = journal_size(stage).await;
    let tries = [(now, "bad-signature"), (now.plus(-280), "bad-signature"), (theft, "clock-off")];
    for (at, code) in tries {
        assert_eq!(remote.post(&max.signs(stage, at)).await.code(), code, "{at}");
    }
    assert_eq!(journal_size(stage).await, size);
    noor_reads(stage, case).await;
    assert!(check(&stage.hub.state).await.unwrap().faults.is_empty());

    // The hub helps him: it records what it should refuse, now or as if it had been then.
    let noor = stage.member("noor").unwrap().to_string();
    let remembered = stage.home("noor").join("trust.json");
    let before = fs::read(&remembered).unwrap();
    let tries = [
        (now, now, "bad-signature", "signature"),
        (theft, now, "clock-off", "clock"),
        (theft, theft, "out-of-order", "place"),
    ];
    for (signed_at, recorded_at, code, word) in tries {
        let batch = max.signs(stage, signed_at);
        let [smuggled]: &[Signed; 1] = batch.entries.as_slice().try_into().unwrap();
        smuggles(&stage.hub.state, smuggled, recorded_at, &noor).await;
        let (shown, _) = at!(stage, "noor", |ctx| show::show(ctx, case));
        let refused = shown.map(drop).unwrap_err();
        assert_eq!(refused.code(), "forged-statement", "{code}");
        assert!(
            format!("{refused:?}").to_lowercase().contains(&code.replace('-', "")),
            "{code}: {refused:?}"
        );
        assert_eq!(stage.opens_pack("noor", case).await.code(), "forged-statement");
        let faults = check(&stage.hub.state).await.unwrap().faults;
        assert!(faults.iter().any(|fault| fault.contains(word)), "{word}: {faults:?}");
        removes_last(&stage.hub.state).await;
        // She saw that journal, and would say that this one forks from it.
        fs::write(&remembered, &before).unwrap();
    }
    noor_reads(stage, case).await;
}

/// Her key is revoked, she gets a new one, and her colleague renews their vault.
async fn femke_reports_it(stage: &Stage) {
    let member = stage.member("femke").unwrap();
    let femke = stage.cast.people.iter().find(|person| person.key == "femke").unwrap();
    let (name, mail) = (femke.name.to_string(), femke.mail.to_string());
    revokes(stage, &name, RevocationReason::Stolen).await;
    let slip = slip_for(stage, "politie", &name, &mail, Some(member));
    gets_keys(stage, "femke-again", &slip).await;
    let (rekeyed, _) = at!(stage, "pieter", |ctx| vault::remove(ctx, Whose::default(), &[]));
    rekeyed.unwrap();
    let _ = fs::remove_file(stage.home("femke").join("session"));
    assert_eq!(stage.sees_asks("femke").await.code(), "bad-signature", "he can't sign in either");
    let (signed_in, _) = at!(stage, "femke-again", |ctx| login(ctx));
    assert!(signed_in.unwrap().in_force, "she can");
}

async fn noor_reads(stage: &Stage, case: CaseNumber) {
    let folder = stage.home("noor").join("opened");
    let _ = fs::remove_dir_all(&folder);
    stage.opens_pack("noor", case).await.unwrap().require_whole().unwrap();
    assert_eq!(fs::read_to_string(folder.join("melding.txt")).unwrap(), REPORT);
}
