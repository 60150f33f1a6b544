//! A hub in memory. It keeps a journal and proves from it; what it shows can be tampered with.

mod web;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use url::Url;

use crate::client::batch::{Batch, Signed};
use crate::client::remote::{Evidence, EvidenceEntry, Recorded, RecordedBatch};
use crate::client::verbs::authority::HubKeys;
use crate::clock::{Clock, SetClock, random};
use crate::protocol::case::Audience;
use crate::protocol::cert::{PublicCert, SecretCert};
use crate::protocol::directory::House;
use crate::protocol::history::{Entry, History, View};
use crate::protocol::id::{Digest, MemberId};
use crate::protocol::journal::{
    Event, Frontier, JournalKey, Leaf, NodeId, Scope, consistency_nodes, inclusion_nodes,
};
use crate::protocol::refusal::Refusal;
use crate::protocol::seal::Header;
use crate::protocol::statement::{Body, PartName, Statement};
use crate::protocol::vault::{Carried, RekeyedSet, VaultState};
use crate::protocol::words::{Owner, VaultGeneration};

/// So small that every test turns pages.
const PAGE: usize = 4;

type Tamper = Box<dyn Fn(&mut Evidence) + Send>;

/// What happens to batches on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Open,
    /// They never reach the hub.
    Closed,
    /// A rule is against them, whatever they say.
    Refused,
    /// They are recorded, and the answer gets lost.
    NoAnswer,
    /// They are recorded, and then something goes wrong inside the hub.
    Fault,
}

#[derive(Clone)]
pub struct TestHub {
    state: Arc<Mutex<State>>,
    pub url: Url,
}

struct Stored {
    signed: Signed,
    statement: Statement,
    leaf: Leaf,
    /// Its place in the journal.
    index: u64,
    at: crate::protocol::id::Moment,
}

pub struct State {
    clock: SetClock,
    journal: JournalKey,
    cert: SecretCert,
    authority: Option<PublicCert>,
    history: Option<History>,
    stored: Vec<Stored>,
    nodes: BTreeMap<NodeId, Digest>,
    frontier: Frontier,
    roots: Vec<Digest>,
    audiences: BTreeMap<Digest, BTreeSet<Audience>>,
    pub blobs: BTreeMap<Digest, Vec<u8>>,
    headers: BTreeMap<(VaultGeneration, Digest, PartName), Header>,
    /// What the hub shows instead of what it has.
    pub tamper: Option<Tamper>,
    /// A vault's headers that it shows instead.
    pub swap: Option<Header>,
    /// Which of a vault's headers it leaves out: by what, and which part.
    pub left_out: Option<(Digest, PartName)>,
    /// What it says that its name is.
    pub name: &'static str,
    /// Whether it lists no cases.
    pub no_cases: bool,
    /// What happens to batches on their way.
    pub way: Way,
    /// It has a fault inside whenever it is asked for a path with this in it.
    pub fault: Option<&'static str>,
    /// The checkpoint in answers to batches, instead of the journal's.
    pub answers: Option<String>,
    /// What was asked: method and path.
    pub asked: Vec<String>,
}

impl TestHub {
    pub async fn start(clock: SetClock) -> Self {
        let hub = "localhost".parse().unwrap();
        let state = State {
            journal: JournalKey::generate(hub, random()).unwrap(),
            cert: SecretCert::generate_hub("Hub", clock.now()).unwrap(),
            clock,
            authority: None,
            history: None,
            stored: vec![],
            nodes: BTreeMap::new(),
            roots: vec![Frontier::default().root()],
            frontier: Frontier::default(),
            audiences: BTreeMap::new(),
            blobs: BTreeMap::new(),
            headers: BTreeMap::new(),
            tamper: None,
            swap: None,
            left_out: None,
            name: "localhost",
            no_cases: false,
            way: Way::Open,
            fault: None,
            answers: None,
            asked: vec![],
        };
        let state = Arc::new(Mutex::new(state));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url =
            Url::parse(&format!("http://localhost:{}/", listener.local_addr().unwrap().port())).unwrap();
        let router = web::router(state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { state, url }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// What `zegel init` does and writes.
    pub fn init(&self, authority: PublicCert) -> HubKeys {
        let mut state = self.state();
        let hub = state.journal.public().hub().clone();
        state.history = Some(History::new(House::new(hub.clone(), Arc::new(authority.clone()))));
        state.authority = Some(authority);
        let journal_key = state.journal.public().to_string();
        HubKeys { hub, hub_cert: state.cert.public().bytes().to_vec(), journal_key }
    }

    pub fn tamper(&self, how: impl Fn(&mut Evidence) + Send + 'static) {
        self.state().tamper = Some(Box::new(how));
    }

    /// Puts a statement in the journal that nobody judged, and shows it to all.
    pub fn smuggle(&self, batch: &Batch) {
        let mut state = self.state();
        let at = state.clock.now();
        for attachment in &batch.attachments {
            state.blobs.insert(Digest::of(attachment), attachment.clone());
        }
        for signed in &batch.entries {
            let statement = signed.parse().unwrap();
            let scope = statement.body.case().map_or(Scope::House, Scope::Case);
            let signature = Digest::of(&signed.signature);
            let event = Event::Statement { at, statement: signed.id(), signature };
            let leaf = Leaf { scope, scope_salt: [1; 32], event_salt: [2; 32], event };
            state.audiences.entry(signed.id()).or_default().insert(Audience::All);
            state.append(Stored { signed: signed.clone(), statement, leaf, index: 0, at });
        }
    }

    /// From here on the hub has another journal under the same key, of which the last leaves are gone.
    pub fn forget_last(&self, count: usize) {
        let mut state = self.state();
        let keep = state.stored.len() - count;
        let stored: Vec<_> = state.stored.drain(..).take(keep).collect();
        (state.nodes, state.frontier) = (BTreeMap::new(), Frontier::default());
        state.roots.truncate(1);
        for entry in stored {
            state.append(entry);
        }
    }

    /// Fills the journal with what nobody sees.
    pub fn add_noise(&self) {
        let mut state = self.state();
        let completed = state.frontier.append(Digest::of(b"noise"));
        state.nodes.extend(completed);
        let root = state.frontier.root();
        state.roots.push(root);
    }
}

impl State {
    fn append(&mut self, entry: Stored) {
        let entry = Stored { index: self.frontier.size(), ..entry };
        let completed = self.frontier.append(entry.leaf.hash());
        self.nodes.extend(completed);
        let root = self.frontier.root();
        self.roots.push(root);
        self.stored.push(entry);
    }

    fn note(&self) -> String {
        let size = self.frontier.size();
        self.journal.sign(size, self.roots[size as usize])
    }

    fn proof(&self, needed: Option<crate::protocol::journal::Needed>) -> Vec<Digest> {
        let needed = needed.unwrap();
        let hashes: Vec<_> = needed.ids().map(|id| self.nodes[&id]).collect();
        needed.fold(&hashes).unwrap()
    }

    fn record(&mut self, batch: &Batch) -> Result<RecordedBatch, Refusal> {
        let attached: BTreeMap<Digest, Vec<u8>> =
            batch.attachments.iter().map(|bytes| (Digest::of(bytes), bytes.clone())).collect();
        let mut certs = self.blobs.clone();
        certs.extend(attached.clone());
        let mut history = self.history.clone().ok_or(Refusal::NoDirectory)?;
        let at = self.clock.now();
        let (mut recorded, mut new) = (vec![], vec![]);
        for signed in &batch.entries {
            let known = self.stored.iter().position(|stored| stored.signed.id() == signed.id());
            if let Some(known) = known {
                let (at, known) = (self.stored[known].at, self.stored[known].index);
                recorded.push(Recorded { id: signed.id(), leaf: known, at, new: false });
                continue;
            }
            let statement = signed.parse()?;
            let leaf = self.frontier.size() + new.len() as u64;
            let entry = Entry {
                id: signed.id(),
                statement: &statement,
                text: signed.statement.as_bytes(),
                signature: &signed.signature,
                leaf,
                at,
                certs: &certs,
            };
            let (set, open) = self.carried(&history, &statement, &attached);
            let carried = set.as_ref().map(|set| Carried { set, open: &open });
            for (id, who) in history.record(&entry, View::Whole, carried)? {
                self.audiences.entry(id).or_default().insert(who);
            }
            recorded.push(Recorded { id: signed.id(), leaf, at, new: true });
            new.push((signed.clone(), statement, set));
        }
        for (signed, statement, set) in new {
            self.keep_headers(&statement, signed.id(), set.as_ref(), &attached);
            let scope = statement.body.case().map_or(Scope::House, Scope::Case);
            let event =
                Event::Statement { at, statement: signed.id(), signature: Digest::of(&signed.signature) };
            let leaf = Leaf { scope, scope_salt: [1; 32], event_salt: [2; 32], event };
            self.append(Stored { signed, statement, leaf, index: 0, at });
        }
        self.blobs = certs;
        self.history = Some(history);
        let checkpoint = self.answers.clone().unwrap_or_else(|| self.note());
        Ok(RecordedBatch { recorded, checkpoint })
    }

    fn carried(
        &self,
        history: &History,
        statement: &Statement,
        attached: &BTreeMap<Digest, Vec<u8>>,
    ) -> (Option<RekeyedSet>, BTreeSet<(Digest, PartName)>) {
        let Body::Vault(new) = &statement.body else { return (None, BTreeSet::new()) };
        let text = |digest| String::from_utf8(attached[&digest].clone()).unwrap();
        let set = new.set.map_or_else(RekeyedSet::default, |digest| text(digest).parse().unwrap());
        let house = &history.house;
        let of_house = house.house_partner().and_then(|partner| house.vault_of(partner));
        // Of a case's first, what the house's opens of that case.
        let (before, case) = match (history.current_vault(new), new.owner) {
            (None, Owner::Case(case)) => (of_house, Some(case)),
            (current, _) => (current, None),
        };
        let of = |id: &Digest| self.stored.iter().find(|stored| stored.signed.id() == *id);
        let wanted = |id: &Digest| case.is_none() || of(id).and_then(|s| s.statement.body.case()) == case;
        let before = before.map(VaultState::now);
        let open = self.headers.keys().filter(|(vault, id, _)| Some(*vault) == before && wanted(id));
        (Some(set), open.map(|(_, id, part)| (*id, *part)).collect())
    }

    fn keep_headers(
        &mut self,
        statement: &Statement,
        id: Digest,
        set: Option<&RekeyedSet>,
        attached: &BTreeMap<Digest, Vec<u8>>,
    ) {
        let header = |digest: Digest| Header::parse(&attached[&digest]).unwrap();
        for part in statement.body.parts() {
            for grant in part.grants {
                self.headers.insert((grant.vault, id, part.name), header(grant.header));
            }
        }
        if let Body::Retraction(taken) = &statement.body {
            self.headers.retain(|(_, of, _), _| *of != taken.item);
        }
        if let (Body::Vault(new), Some(set)) = (&statement.body, set) {
            let now = VaultGeneration { vault: new.vault, generation: new.generation.0 };
            for ((id, part), digest) in &set.entries {
                self.headers.insert((now, *id, *part), header(*digest));
            }
        }
    }

    fn vaults(&self) -> Vec<VaultState> {
        let history = self.history.as_ref().unwrap();
        let of_cases = history.cases.values().filter_map(|case| case.vault.clone());
        history.house.vaults.values().cloned().chain(of_cases).collect()
    }

    fn sees(&self, member: MemberId, who: &Audience) -> bool {
        let (house, now) = (&self.history.as_ref().unwrap().house, self.clock.now());
        match who {
            Audience::All => true,
            Audience::Member(known) => *known == member,
            Audience::Partner(partner) => house.partner_of(member) == Some(*partner),
            Audience::Vault(vault) => {
                self.vaults().iter().any(|v| v.vault == *vault && v.read_by(house, member, now))
            }
        }
    }

    fn page(&self, member: MemberId, scope: Scope, after: Option<u64>) -> Evidence {
        let shown = |id| self.audiences.get(&id).is_some_and(|all| all.iter().any(|w| self.sees(member, w)));
        let size = self.frontier.size();
        let behind = |leaf: u64| after.is_none_or(|after| leaf > after);
        let all = self.stored.iter().map(|stored| (stored.index, stored));
        let mut all: Vec<_> =
            all.filter(|(leaf, s)| behind(*leaf) && s.leaf.scope == scope && shown(s.signed.id())).collect();
        let more = all.len() > PAGE;
        all.truncate(PAGE);
        let mut blobs = BTreeMap::new();
        let entries = all.into_iter().map(|(leaf, stored)| {
            if let Some(digest) = cert_of(&stored.statement) {
                blobs.insert(digest, BASE64_STANDARD.encode(&self.blobs[&digest]));
            }
            let hexed = |proof: Vec<Digest>| proof.iter().map(|hash| hex::encode(hash.0)).collect();
            EvidenceEntry {
                leaf,
                at: stored.at,
                scope_salt: hex::encode(stored.leaf.scope_salt),
                event_salt: hex::encode(stored.leaf.event_salt),
                statement: stored.signed.statement.clone(),
                signature: stored.signed.signature.clone(),
                inclusion: hexed(self.proof(inclusion_nodes(leaf, size))),
                consistency: hexed(self.proof(consistency_nodes(stored.statement.journal.size, size))),
            }
        });
        let entries = entries.collect();
        Evidence { checkpoint: self.note(), entries, blobs, more }
    }
}

fn cert_of(statement: &Statement) -> Option<Digest> {
    match &statement.body {
        Body::Key(b) => Some(b.cert),
        Body::Membership(b) => Some(b.certified),
        Body::Directory(b) => Some(b.hub_cert),
        _ => None,
    }
}
