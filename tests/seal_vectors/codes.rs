//! Recovery codes and paper slips, as people type them. These vectors were computed apart from this
//! code, with Python's `hmac`.

use serde::Deserialize;
use zegel::protocol::id::Mac;
use zegel::protocol::recovery::{RecoveryCode, SlipCode};
use zegel::protocol::seal::Recipient;

use super::{assert_all_shown, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaperCode {
    #[serde(rename = "comment")]
    _comment: String,
    expect: String,
    typed: String,
    code: Option<String>,
    identity: Option<String>,
    recipient: Option<Recipient>,
    fetch_id: Option<String>,
    ticket: Option<String>,
    secret: Option<String>,
    message: Option<String>,
    mac: Option<Mac>,
}

#[test]
fn codes_on_paper() {
    let vectors = read::<PaperCode>("recovery");
    for (name, vector) in &vectors {
        let (code, slip) = match (RecoveryCode::parse(&vector.typed), SlipCode::parse(&vector.typed)) {
            (Ok(code), Ok(slip)) => (code, slip),
            (Err(bad), Err(_)) => {
                assert_eq!(bad.name(), vector.expect, "{name}");
                continue;
            }
            _ => panic!("{name}: two kinds of code, two outcomes"),
        };
        assert_eq!(vector.expect, "good", "{name}");
        assert_eq!(Some(&*code.to_text()), vector.code.as_ref(), "{name}");
        assert_eq!(Some(&*code.identity().to_text()), vector.identity.as_ref(), "{name}");
        assert_eq!(Some(code.identity().recipient()), vector.recipient, "{name}");
        assert_eq!(Some(hex::encode(*code.fetch_id())), vector.fetch_id, "{name}");
        assert_eq!(Some(hex::encode(*slip.ticket())), vector.ticket, "{name}");
        assert_eq!(Some(hex::encode(slip.secret().bytes())), vector.secret, "{name}");
        let message = vector.message.as_ref().unwrap().as_bytes();
        assert_eq!(Some(slip.secret().authenticate(message)), vector.mac, "{name}");
        assert!(slip.secret().matches(message, &vector.mac.unwrap()), "{name}");
    }
    assert_all_shown(&["good", "length", "character", "check"], vectors.into_values().map(|v| v.expect));
}
