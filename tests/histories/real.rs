//! A story only names what is sealed. Here it is made: a payload gets its bytes, a header is one, a letter is a mail;
//! and a statement names those instead. What stands for the same is the same, at whichever hub.

use std::collections::{BTreeMap, BTreeSet};

use zegel::clock::random;
use zegel::protocol::id::Digest;
use zegel::protocol::mime::{self, Mailbox, Message, MessageId, house_address};
use zegel::protocol::payload::PayloadDigest;
use zegel::protocol::seal::{FileKey, Header};
use zegel::protocol::statement::{Body, PartName, Statement, Vault};
use zegel::protocol::vault::RekeyedSet;
use zegel::protocol::words::Payload;

use crate::hub::body_of;
use crate::story::keys::mail;
use crate::story::{PEOPLE, Story, Told, hub, keys, named};

/// A statement as signed, with all that goes with it.
#[derive(Clone)]
pub struct Signed {
    pub told: Told,
    /// Its attachments.
    pub carried: Vec<Vec<u8>>,
    /// The body that it claims, which was uploaded before.
    pub body: Option<Vec<u8>>,
}

#[derive(Clone, Default)]
pub struct Real {
    /// By the digest that stands in statements.
    bytes: BTreeMap<Digest, Vec<u8>>,
    /// What a name became.
    made: BTreeMap<Digest, Digest>,
}

impl Real {
    /// The same statement about things that are there; none where its fields contradict each other.
    pub fn makes(&mut self, statement: &Statement) -> Option<Statement> {
        let mut text = statement.to_text();
        for (name, payload) in named_by(&statement.body) {
            let real = match payload {
                Some(payload) => self.payload(&payload),
                None => self.header(name),
            };
            text = text.replace(&name.to_string(), &real.to_string());
        }
        Statement::parse(text.as_bytes()).ok()
    }

    /// Something attached as it is.
    pub fn keeps(&mut self, bytes: Vec<u8>) -> Digest {
        let digest = Digest::of(&bytes);
        self.bytes.insert(digest, bytes);
        digest
    }

    fn payload(&mut self, payload: &Payload) -> Digest {
        let make = |name: Digest| {
            let bytes: Vec<u8> = name.0.iter().copied().cycle().take(payload.length as usize).collect();
            let mut digest = PayloadDigest::new();
            digest.update(&bytes);
            (digest.finish().0, bytes)
        };
        self.once(payload.digest, make)
    }

    fn header(&mut self, name: Digest) -> Digest {
        let make = |_| {
            let bytes = Header::wrap(&FileKey::from_bytes(&[7; 16]), &keys("Joris").age.recipient());
            let bytes = bytes.unwrap().to_bytes().to_vec();
            (Digest::of(&bytes), bytes)
        };
        self.once(name, make)
    }

    fn once(&mut self, name: Digest, make: impl FnOnce(Digest) -> (Digest, Vec<u8>)) -> Digest {
        if let Some(made) = self.made.get(&name) {
            return *made;
        }
        let (digest, bytes) = make(name);
        self.bytes.insert(digest, bytes);
        // What is real stays as it is.
        self.made.extend([(name, digest), (digest, digest)]);
        digest
    }

    /// Carries over what the generation before opens, or all of it but one.
    pub fn carries_over(&mut self, vault: Vault, opens: Vec<(Digest, PartName)>, all_but: usize) -> Vault {
        if vault.set.is_none() {
            return vault;
        }
        let carried = opens.into_iter().skip(all_but);
        let header = |(id, part): (Digest, PartName)| {
            let name = named(&format!("{id} {part} for {} {}", vault.vault, vault.generation.0));
            ((id, part), self.header(name))
        };
        let entries = carried.map(header).collect();
        let set = self.keeps(RekeyedSet { entries }.to_text().into_bytes());
        Vault { set: Some(set), ..vault }
    }

    /// A mail from someone to someone, dated now; the key that it is sealed for is that of a name.
    pub fn mail(&mut self, story: &Story, from: &str, to: &str, sealed_for: &str) -> Option<Digest> {
        let name = |first: &str| PEOPLE.iter().find(|(name, ..)| *name == first).unwrap().1.parse().unwrap();
        let message = Message {
            from: Mailbox { name: name(from), address: house_address(&hub()).unwrap() },
            to: Mailbox { name: name(to), address: mail(to).parse().unwrap() },
            date: story.now,
            id: MessageId::new(hub(), random()).unwrap(),
            subject: "Een bericht".to_owned(),
            text: "Een bericht.\n".to_owned(),
            calendar: None,
            attachments: Vec::new(),
        };
        let signer = story.key_of.get(from).map_or(from, String::as_str);
        let sealed = mime::seal(&message, &keys(signer).cert, &keys(sealed_for).cert.public(), random());
        sealed.ok().map(|bytes| self.keeps(bytes))
    }

    /// A statement with all that it carries, as far as that is known.
    pub fn signed(&self, told: Told, story: &Story) -> Signed {
        let digests = carried_by(&told.statement.body, story);
        let kept = digests.iter().filter_map(|digest| self.bytes.get(digest));
        let set = self.set_of(&told.statement.body);
        let set = set.iter().filter_map(|digest| self.bytes.get(digest));
        let mut carried: BTreeSet<Vec<u8>> = kept.chain(set).cloned().collect();
        carried.extend(told.certs.values().cloned());
        if let Body::Vault(b) = &told.statement.body {
            carried.insert(secret_of(b));
        }
        let body = body_of(&told.statement.body).and_then(|digest| self.bytes.get(&digest).cloned());
        Signed { told, carried: carried.into_iter().collect(), body }
    }

    fn set_of(&self, body: &Body) -> Vec<Digest> {
        let Body::Vault(Vault { set: Some(set), .. }) = body else { return Vec::new() };
        let text = self.bytes.get(set).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let set = text.and_then(|text| text.parse::<RekeyedSet>().ok());
        set.map_or_else(Vec::new, |set| set.entries.into_values().collect())
    }
}

/// The file with a vault's secret, which the story names.
fn secret_of(vault: &Vault) -> Vec<u8> {
    format!("secret of vault of {}, generation {}", vault.owner, vault.generation.0).into_bytes()
}

/// What a statement names and brings: payloads, and headers.
fn named_by(body: &Body) -> Vec<(Digest, Option<Payload>)> {
    let mut named = Vec::new();
    for part in body.parts() {
        named.push((part.payload.digest, Some(part.payload)));
        named.extend(part.grants.iter().map(|grant| (grant.header, None)));
    }
    named.extend(headers_of(body).into_iter().map(|header| (header, None)));
    named
}

/// Headers that are no grant of a part of its own.
fn headers_of(body: &Body) -> Vec<Digest> {
    match body {
        Body::Ask(b) => {
            [b.agenda_label, b.agenda_body].into_iter().flatten().map(|grant| grant.header).collect()
        }
        Body::Approval(b) => vec![b.reader_label, b.reader_body],
        Body::Release(b) => b.own.iter().flat_map(|own| [own.grant_label, own.grant_body]).collect(),
        _ => Vec::new(),
    }
}

/// The attachments of a statement. An approval's headers come only with the release.
fn carried_by(body: &Body, story: &Story) -> Vec<Digest> {
    let mut carried = body.blobs();
    for part in body.parts() {
        carried.extend((part.name != PartName::Body).then_some(part.payload.digest));
        carried.extend(part.grants.iter().map(|grant| grant.header));
    }
    match body {
        Body::Approval(_) => {}
        Body::Release(release) => {
            carried.extend(headers_of(body));
            let case = story.history.cases.get(&release.case);
            let approval = |id| case.and_then(|case| case.approvals.get(&id));
            let approvals = release.approved.iter().filter_map(|approved| approval(approved.approval));
            carried.extend(
                approvals.flat_map(|state| [state.approval.reader_label, state.approval.reader_body]),
            );
        }
        _ => carried.extend(headers_of(body)),
    }
    carried
}
