//! The authority at work during a story.

use std::io;

use zegel::client::batch::Batch;
use zegel::client::home::Keep;
use zegel::client::verbs::authority::{self, NewSlip, Office, Vouch};
use zegel::client::verbs::enrol::{Enrol, REQUEST, enrol};
use zegel::client::verbs::key::MAIL_DAYS;
use zegel::client::{ClientError, Unattended};
use zegel::clock::{Clock, random};
use zegel::demo::stage::Stage;
use zegel::protocol::id::MemberId;
use zegel::protocol::refusal::Language;
use zegel::protocol::seal::SealingKey;
use zegel::protocol::words::RevocationReason;

const DAY: i64 = 24 * 3600;

pub fn in_office<T>(
    stage: &Stage,
    deed: impl FnOnce(&mut Office<'_>) -> Result<T, ClientError>,
) -> Result<T, ClientError> {
    deed(&mut Office {
        folder: &stage.folder.join("authority"),
        clock: &stage.clock,
        random: random(),
        language: Language::Dutch,
        out: &mut io::sink(),
        ask: &mut Unattended,
        yes: true,
    })
}

/// A slip for someone at a partner, by the partner's key: a new membership, or new keys for one that is there.
pub fn slip_for(stage: &Stage, partner: &str, name: &str, mail: &str, member: Option<MemberId>) -> NewSlip {
    let partner = stage.cast.partners.iter().find(|known| known.key == partner).expect("a partner");
    NewSlip {
        partner: partner.name.to_string(),
        name: name.parse().unwrap(),
        mail: mail.parse().unwrap(),
        member,
        until: stage.clock.now().plus(14 * DAY),
    }
}

/// The whole way from a slip to a place in the directory, also for who lost the keys. The new ones lie in the home of
/// this name.
pub async fn gets_keys(stage: &Stage, home: &str, slip: &NewSlip) -> MemberId {
    let paper = in_office(stage, |office| authority::slip(office, slip)).unwrap();
    stage.publish().await.unwrap();
    let folder = stage.home(home);
    let how = Enrol {
        folder: &folder,
        url: Some(stage.url().unwrap()),
        keep: Keep::Identity(SealingKey::generate()),
        days: MAIL_DAYS,
        language: Language::Dutch,
        clock: &stage.clock,
        random: random(),
    };
    let member = enrol(how, &paper, &mut |_| Ok(())).await.unwrap().member;
    let request = authority::read_batch(&folder.join(REQUEST)).unwrap();
    vouches(stage, &request).await;
    member
}

async fn vouches(stage: &Stage, request: &Batch) {
    let now = stage.clock.now();
    let vouch = Vouch { roles: vec![], from: now, until: now.plus(365 * DAY) };
    in_office(stage, |office| authority::vouch(office, request, &vouch)).unwrap();
    publishes_directory(stage).await;
}

pub async fn publishes_directory(stage: &Stage) {
    stage.list().unwrap();
    stage.publish().await.unwrap();
}

/// The key that someone has counts no more, from now on.
pub async fn revokes(stage: &Stage, who: &str, reason: RevocationReason) {
    in_office(stage, |office| authority::revoke(office, who, reason)).unwrap();
    publishes_directory(stage).await;
}
