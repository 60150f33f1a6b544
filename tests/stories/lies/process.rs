//! The liar as another program tells it what to say: over HTTP, at the address where it stands.

use serde_json::{Value, json};
use zegel::client::Draft;
use zegel::clock::Clock;
use zegel::protocol::statement::Delivery;
use zegel::protocol::words::*;

use crate::liar::Lie;
use crate::support::hands::journal_size;
use crate::support::liar::liar;
use crate::support::post::secret_cert;
use crate::support::{Base, play};

#[tokio::test]
async fn another_program_says_when_to_lie_and_when_not() {
    let play = play(Base::Sqlite, &["joris", "mila"]).await;
    let stage = &play.stage;
    let (remote, _) = liar(stage).await;
    let http = reqwest::Client::new();
    let at = |path: &str| remote.url().join(path).unwrap();
    let tells = |told: Value| http.put(at("/liar")).json(&told).send();
    let hub = async || http.get(at("/v1/hub")).send().await.unwrap().status().as_u16();

    let standing: Value = http.get(at("/liar")).send().await.unwrap().json().await.unwrap();
    let names: Vec<&str> = Lie::ALL.iter().map(|lie| lie.name()).collect();
    assert_eq!((&standing["lies"], &standing["lie"]), (&json!(names), &Value::Null));
    assert_eq!(hub().await, 200);
    let told = json!({ "lie": "not-there", "about": [["/v1/hub", ""]] });
    assert_eq!(tells(told.clone()).await.unwrap().status(), 204);
    assert_eq!(hub().await, 404);
    let standing: Value = http.get(at("/liar")).send().await.unwrap().json().await.unwrap();
    assert_eq!((&standing["lie"], &standing["posted"]), (&told, &json!(0)));
    assert_eq!(standing["asked"], json!(["GET /v1/hub", "GET /v1/hub"]));
    assert!(tells(json!({ "lie": "no-such-lie" })).await.unwrap().status().is_client_error());
    assert_eq!(http.delete(at("/liar")).send().await.unwrap().status(), 204);
    assert_eq!(hub().await, 200);

    // What the hub would never record.
    let by = Signer::Member(stage.member("joris").unwrap());
    let mut draft = Draft::of(stage.cast.hub.clone(), Seen::nothing(), by, stage.clock.now());
    draft.push(Delivery { way: DeliveryWay::Mail, language: LanguageWord::Dutch });
    let batch = draft.sign(&secret_cert(stage, "mila")).unwrap();
    let size = journal_size(stage).await;
    assert!(remote.post(&batch).await.is_err());
    let smuggled = http.post(at("/liar/journal")).json(&batch).send().await.unwrap();
    assert_eq!((smuggled.status().as_u16(), journal_size(stage).await), (204, size + 1));
}
