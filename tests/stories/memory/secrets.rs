//! Every secret of a house: what its people's homes hold, and all that opens with that.

use std::cell::RefCell;
use std::path::Path;

use age_core::format::{FileKey, Stanza};
use age_core::secrecy::ExposeSecret;
use bech32::primitives::decode::CheckedHrpstring;
use sequoia_openpgp::Cert;
use sequoia_openpgp::crypto::mpi::SecretKeyMaterial as Numbers;
use sequoia_openpgp::packet::key::SecretKeyMaterial;
use sequoia_openpgp::parse::Parse;
use zegel::client::Unattended;
use zegel::client::home::Home;
use zegel::protocol::seal::{SealingKey, open_file};

use super::scan::Needles;

/// The secrets in somebody's home, which open other things too.
pub fn of_home(needles: &mut Needles, who: &str, folder: &Path) -> Vec<SealingKey> {
    let identity = std::fs::read_to_string(folder.join("identity.txt")).unwrap();
    sealing_key(needles, &format!("{who}'s home key"), identity.trim());
    let bundle = Home::open(folder).unwrap().unlock(&mut Unattended).unwrap();
    for pair in &bundle.keys {
        sealing_key(needles, &format!("{who}'s sealing key"), &pair.sealing.to_text());
        openpgp(needles, who, &pair.cert.to_bytes().unwrap());
    }
    bundle.keys.into_iter().map(|pair| pair.sealing).collect()
}

/// As text, and its 32 bytes.
pub fn sealing_key(needles: &mut Needles, name: &str, text: &str) {
    needles.bytes(&format!("{name} as text"), text.as_bytes());
    let lower = text.to_ascii_lowercase();
    needles.secret(
        name,
        &CheckedHrpstring::new::<bech32::Bech32>(&lower).unwrap().byte_iter().collect::<Vec<u8>>(),
    );
}

/// The secret numbers of an OpenPGP key.
fn openpgp(needles: &mut Needles, who: &str, bytes: &[u8]) {
    let cert = Cert::from_bytes(bytes).unwrap();
    let mut found = 0;
    for key in cert.keys().secret() {
        let secret = key.key().clone().parts_into_secret().unwrap();
        let SecretKeyMaterial::Unencrypted(material) = secret.secret() else { panic!("{who}'s is locked") };
        material.map(|material| match material {
            Numbers::EdDSA { scalar } | Numbers::ECDH { scalar } => {
                let number = scalar.value();
                needles.secret(&format!("{who}'s OpenPGP secret"), number);
                let backwards: Vec<u8> = number.iter().rev().copied().collect();
                needles.secret(&format!("{who}'s OpenPGP secret, backwards"), &backwards);
                found += 1;
            }
            other => panic!("another kind of key: {other:?}"),
        });
    }
    assert_eq!(found, 2, "{who} signs with one and opens with another");
}

/// What opens with these keys, wherever it lies: the secrets of vaults, which open more, and the keys of files.
pub fn all_that_opens(
    needles: &mut Needles,
    mut keys: Vec<SealingKey>,
    attachments: &[Vec<u8>],
    headers: &[Vec<u8>],
) -> (usize, usize) {
    let people = keys.len();
    for file in attachments {
        let opened = keys.iter().take(people).find_map(|key| open_file(file, key).ok());
        let text = opened.map(|text| String::from_utf8_lossy(&text).trim().to_owned());
        if let Some((text, key)) = text.and_then(|text| Some((text.clone(), SealingKey::parse(&text).ok()?)))
        {
            sealing_key(needles, "a vault's secret", &text);
            keys.push(key);
        }
    }
    let mut files = 0;
    for header in headers {
        for key in &keys {
            let taken = Taken { identity: key.to_text().parse().unwrap(), file_key: RefCell::default() };
            // A payload of nothing: only the header is of interest.
            let file = [&header[..], &[0; 32]].concat();
            if let Ok(age) = age::Decryptor::new(&file[..]) {
                let _ = age.decrypt(std::iter::once(&taken as &dyn age::Identity));
            }
            let file_key = taken.file_key.into_inner();
            if !file_key.is_empty() {
                needles.secret("the key of a file", &file_key);
                files += 1;
            }
        }
    }
    (keys.len() - people, files)
}

/// An identity that tells which key it found.
struct Taken {
    identity: age::x25519::Identity,
    file_key: RefCell<Vec<u8>>,
}

impl age::Identity for Taken {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        let found = self.identity.unwrap_stanza(stanza);
        if let Some(Ok(key)) = &found {
            self.file_key.replace(key.expose_secret().to_vec());
        }
        found
    }
}
