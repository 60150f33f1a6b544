use crate::client::testing::TestHouse;

/// Without a session there is nothing more to ask, and the reason why there is none must not get lost.
#[tokio::test]
async fn who_can_not_sign_in_asks_nothing_more() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    house.hub.state().fault = Some("/v1/sessions");
    house.hub.state().asked.clear();
    let refused = femke.ctx().begin().await.err().unwrap();
    assert_eq!(refused.code(), "internal");
    assert_eq!(house.hub.state().asked, ["POST /v1/nonces", "POST /v1/sessions"]);
}
