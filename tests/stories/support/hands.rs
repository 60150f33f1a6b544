//! People who get round their own client: what it would refuse is signed by hand, so that the hub has to.

use zegel::client::batch::Batch;
use zegel::client::remote::RecordedBatch;
use zegel::client::{ClientError, Draft, Secrets, World};
use zegel::demo::stage::Stage;
use zegel::hub::evidence;
use zegel::protocol::case::CaseState;
use zegel::protocol::id::{CaseNumber, Digest, Mac};
use zegel::protocol::statement::{Body, Statement};

/// Signs whatever is made of a case, and sends it.
pub async fn by_hand(
    stage: &Stage,
    who: &str,
    case: CaseNumber,
    make: impl FnOnce(&mut Draft, &World, &CaseState) -> Body,
) -> Result<RecordedBatch, ClientError> {
    let (home, remote) = stage.desk(who).unwrap();
    let (mut out, mut ask) = (std::io::sink(), zegel::client::Unattended);
    let mut ctx = stage.context(&home, &remote, &mut out, &mut ask);
    let (secrets, mut world) = ctx.begin().await?;
    let state = world.load_case(&home, &remote, case).await?;
    remote.post(&signed(stage, &secrets, &world, |draft| make(draft, &world, &state))).await
}

/// One statement, signed now by the clock of the stage.
pub fn signed(
    stage: &Stage,
    secrets: &Secrets,
    world: &World,
    make: impl FnOnce(&mut Draft) -> Body,
) -> Batch {
    let mut draft = Draft::new(world, &stage.clock);
    let body = make(&mut draft);
    draft.push(body);
    draft.sign(&secrets.cert).unwrap()
}

/// All statements of the journal, in its order.
pub async fn recorded(stage: &Stage) -> Vec<(Digest, Statement)> {
    let all = evidence::all(&stage.hub.state).await.unwrap();
    let read = |text: String| (Digest::of(text.as_bytes()), Statement::parse(text.as_bytes()).unwrap());
    all.into_iter().map(|(_, _, text, _)| read(text)).collect()
}

/// How many leaves the journal has.
pub async fn journal_size(stage: &Stage) -> i64 {
    sqlx::query_scalar("SELECT size FROM journal").fetch_one(stage.hub.state.db.read()).await.unwrap()
}

/// What the statement of an item commits to: the file keys of its label and of its body.
pub async fn commitments(stage: &Stage, item: Digest) -> [Mac; 2] {
    let all = evidence::all(&stage.hub.state).await.unwrap();
    let text = all.into_iter().map(|(_, _, text, _)| text).find(|text| Digest::of(text.as_bytes()) == item);
    match Statement::parse(text.expect("it is on record").as_bytes()).unwrap().body {
        Body::Item(item) => [item.label.commitment, item.body.commitment],
        body => panic!("this is no item: {}", body.kind()),
    }
}
