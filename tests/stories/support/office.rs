//! The authority at work during a story.

use std::io;

use zegel::client::batch::Batch;
use zegel::client::home::{Home, Keep, Settings};
use zegel::client::secret::{KeyBundle, Pair};
use zegel::client::verbs::authority::{self, NewSlip, Office, Vouch};
use zegel::client::verbs::enrol::{Enrol, REQUEST, enrol};
use zegel::client::{ClientError, Draft, Remote, Unattended};
use zegel::clock::{Clock, random};
use zegel::demo::stage::Stage;
use zegel::protocol::cert::SecretCert;
use zegel::protocol::directory::key_proof;
use zegel::protocol::id::MemberId;
use zegel::protocol::refusal::Language;
use zegel::protocol::seal::SealingKey;
use zegel::protocol::statement::Key;
use zegel::protocol::words::{Nonce, RevocationReason, Seen, Signer};

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

/// The whole way from a slip to a place in the directory. The keys lie in the home of this name.
pub async fn gets_keys(stage: &Stage, home: &str, slip: &NewSlip) -> MemberId {
    let paper = in_office(stage, |office| authority::slip(office, slip)).unwrap();
    stage.publish().await.unwrap();
    let folder = stage.home(home);
    let how = Enrol {
        folder: &folder,
        url: Some(stage.url().unwrap()),
        keep: Keep::Identity(SealingKey::generate()),
        language: Language::Dutch,
        clock: &stage.clock,
        random: random(),
    };
    let member = enrol(how, &paper, &mut |_| Ok(())).await.unwrap().member;
    let request = authority::read_batch(&folder.join(REQUEST)).unwrap();
    vouches(stage, &request).await;
    member
}

/// The same for a member whose keys were stolen. The new ones are kept on the own machine only.
pub async fn gets_other_keys(stage: &Stage, home: &str, slip: &NewSlip) {
    let paper = in_office(stage, |office| authority::slip(office, slip)).unwrap();
    stage.publish().await.unwrap();
    let (hub, url, now) = (paper.hub.clone(), stage.url().unwrap(), stage.clock.now());
    let (authority, member, language) = (paper.authority, paper.member, Language::Dutch);
    let cert = SecretCert::generate(paper.name.as_str(), &paper.mail.to_string(), now).unwrap();
    let sealing = SealingKey::generate();
    let (digest, recipient) = (cert.public().digest(), sealing.recipient());
    let secret = paper.code.secret();
    let proof = key_proof(secret.bytes(), &hub, paper.slip, member, digest, &recipient);
    let (slip, ticket, proof) = (Some(paper.slip), Some(Nonce(*paper.code.ticket())), Some(proof));
    let mut draft = Draft::of(hub.clone(), Seen::nothing(), Signer::Member(member), now);
    draft.attach(cert.public().bytes().to_vec());
    let key = draft.push(Key { slip, ticket, previous: None, cert: digest, recipient, proof });
    let request = draft.sign(&cert).unwrap();
    Remote::new(&url, language).unwrap().post(&request).await.unwrap();

    let settings = Settings { hub: hub.clone(), url, authority, member, language };
    let keys = vec![Pair { key, sealing, cert }];
    let bundle = KeyBundle { hub, authority, member, number: 1, keys, recipients: vec![], fetch: vec![] };
    let home = Home::create(&stage.home(home), settings).unwrap();
    home.save_bundle(&bundle, &Keep::Identity(SealingKey::generate())).unwrap();
    vouches(stage, &request).await;
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
