//! What a passkey gives: the secret that opens a member's key bundle in the browser.
//!
//! WebAuthn's PRF extension (<https://www.w3.org/TR/webauthn-3/#prf-extension>) answers one salt with 32 bytes that only
//! this passkey makes, after its user was verified. HKDF-SHA256 (RFC 5869, no salt) makes an age identity of them.

use super::id::Digest;
use super::recovery::derived;
use super::seal::SealingKey;

/// What every passkey is asked for: the SHA-256 digest of `zegel/1 passkey`.
pub fn prf_salt() -> [u8; 32] {
    Digest::of(b"zegel/1 passkey").0
}

/// The identity that a passkey's 32 bytes make (info `zegel/1 passkey identity`).
pub fn identity(output: &[u8; 32]) -> SealingKey {
    SealingKey::from_bytes(&derived(output, "zegel/1 passkey identity"))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_passkey_makes_the_identity_that_every_client_makes_of_it() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../tests/vectors/passkey/passkeys.json")).unwrap();
        assert_eq!(hex::encode(prf_salt()), vectors["salt"].as_str().unwrap());
        let all = vectors["vectors"].as_array().unwrap();
        assert_eq!(all.len(), 3);
        for vector in all {
            let text = |name: &str| vector[name].as_str().unwrap();
            let output: [u8; 32] = hex::decode(text("output")).unwrap().try_into().unwrap();
            let identity = identity(&output);
            assert_eq!(identity.to_text().as_str(), text("identity"));
            assert_eq!(identity.recipient().to_string(), text("recipient"));
        }
    }
}
