//! The fixed keys of our people, for tests only.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use zegel::protocol::cert::{PublicCert, SecretCert, certify};
use zegel::protocol::id::Digest;
use zegel::protocol::seal::SealingKey;

use super::{HUB, KEYS_MADE, PEOPLE, moment, named};

/// A person's fixed keys.
pub struct Keys {
    pub cert: SecretCert,
    /// With the authority's certification, for those who are certified.
    pub certified: PublicCert,
    pub age: SealingKey,
}

const KEYS_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/keys.json");

type Kept = BTreeMap<String, (Vec<u8>, Vec<u8>)>;

fn kept() -> &'static Mutex<Kept> {
    static KEPT: OnceLock<Mutex<Kept>> = OnceLock::new();
    KEPT.get_or_init(|| {
        let text = std::fs::read_to_string(KEYS_FILE).unwrap_or_else(|_| "{}".to_owned());
        let file: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text).unwrap();
        let bytes = |text: &String| STANDARD.decode(text).unwrap();
        Mutex::new(
            file.iter().map(|(n, k)| (n.clone(), (bytes(&k["secret"]), bytes(&k["certified"])))).collect(),
        )
    })
}

/// Keeps the keys that were made for this run, so that the next one has the same.
pub fn keep_keys() {
    let kept = kept().lock().unwrap();
    let entry = |(secret, certified): &(Vec<u8>, Vec<u8>)| json!({ "secret": STANDARD.encode(secret), "certified": STANDARD.encode(certified) });
    let file: BTreeMap<&String, Value> = kept.iter().map(|(name, keys)| (name, entry(keys))).collect();
    std::fs::write(KEYS_FILE, serde_json::to_string_pretty(&file).unwrap() + "\n").unwrap();
}

/// The keys of this name: `authority`, `hub`, a first name, or a first name with a number for a later key.
pub fn keys(name: &str) -> Arc<Keys> {
    static READ: OnceLock<Mutex<BTreeMap<String, Arc<Keys>>>> = OnceLock::new();
    let read = READ.get_or_init(Mutex::default);
    if let Some(keys) = read.lock().unwrap().get(name) {
        return keys.clone();
    }
    let found = kept().lock().unwrap().get(name).cloned();
    let (secret, certified) = found.unwrap_or_else(|| make(name));
    let age = SealingKey::from_bytes(&named(&format!("age key of {name}")).0);
    let cert = SecretCert::from_bytes(&secret).unwrap();
    let public = cert.public();
    certs()
        .lock()
        .unwrap()
        .extend([(public.digest(), public.bytes().to_vec()), (Digest::of(&certified), certified.clone())]);
    let keys = Arc::new(Keys { cert, certified: PublicCert::parse(&certified).unwrap(), age });
    read.lock().unwrap().insert(name.to_owned(), keys.clone());
    keys
}

/// Every public cert that was asked for, by digest.
pub fn certs() -> &'static Mutex<BTreeMap<Digest, Vec<u8>>> {
    static CERTS: OnceLock<Mutex<BTreeMap<Digest, Vec<u8>>>> = OnceLock::new();
    CERTS.get_or_init(Mutex::default)
}

fn make(name: &str) -> (Vec<u8>, Vec<u8>) {
    let made = moment(KEYS_MADE);
    let first = name.split(' ').next().unwrap();
    let cert = match first {
        _ if name.ends_with(" sign-only") => {
            SecretCert::generate_authority(&format!("{} <{}>", full_name(first), mail(first)), made)
        }
        _ if name.ends_with(" expired") => {
            let until = Some(moment("2026-06-01T00:00:00Z"));
            SecretCert::generate_until(&full_name(first), &mail(first), made, until)
        }
        "authority" => SecretCert::generate_authority("Zorg- en Veiligheidshuis", made),
        "hub" => SecretCert::generate_hub(HUB, made),
        _ => SecretCert::generate(&full_name(first), &mail(first), made),
    };
    let cert = cert.unwrap();
    let certified = match first {
        "authority" | "hub" => cert.public(),
        _ => certify(&keys("authority").cert, &cert.public(), made).unwrap(),
    };
    let made = (cert.to_bytes().unwrap().to_vec(), certified.bytes().to_vec());
    kept().lock().unwrap().insert(name.to_owned(), made.clone());
    made
}

fn full_name(first: &str) -> String {
    PEOPLE.iter().find(|(name, ..)| *name == first).map_or(first, |(_, full, ..)| full).to_owned()
}

pub fn mail(first: &str) -> String {
    format!("{}@example.org", first.to_lowercase())
}
