//! The journal's vectors: what another program must accept, and refuse for the same reason.
//!
//! `ZEGEL_WRITE_VECTORS=1` writes them anew; they come out the same as long as the format stands.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use zegel::protocol::id::{Digest, HubName};
use zegel::protocol::journal::*;

const GOOD: &str = "good";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/journal").join(name)
}

/// The vectors of one file, written anew when asked to.
fn vectors(name: &str, made: Vec<Value>) -> Vec<Value> {
    if std::env::var_os("ZEGEL_WRITE_VECTORS").is_some() {
        fs::create_dir_all(file("")).unwrap();
        fs::write(file(name), serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    }
    let stored: Vec<Value> = serde_json::from_slice(&fs::read(file(name)).unwrap()).unwrap();
    assert_eq!(stored, made, "{name} is not what would be written today");
    stored
}

fn judge<E>(vector: &Value, verdict: Result<(), E>, code: impl Fn(E) -> &'static str) {
    let got = verdict.map_or_else(code, |()| GOOD);
    assert_eq!(vector["expect"], got, "{}", vector["comment"]);
}

fn digest(value: &Value) -> Digest {
    value.as_str().unwrap().parse().unwrap()
}

fn digests(value: &Value) -> Vec<Digest> {
    value.as_array().unwrap().iter().map(digest).collect()
}

/// The eight leaves of certificate-transparency's own tests, and the roots that it knows for them.
fn known_tree() -> (Vec<Vec<u8>>, [&'static str; 8]) {
    let leaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    (leaves.map(|leaf| hex::decode(leaf).unwrap()).to_vec(), roots)
}

/// A tree with every complete subtree.
struct Tree(Vec<(NodeId, Digest)>);

impl Tree {
    fn of(leaves: impl IntoIterator<Item = Digest>) -> Self {
        let mut frontier = Frontier::default();
        Self(leaves.into_iter().flat_map(|leaf| frontier.append(leaf)).collect())
    }

    fn fetch(&self, needed: Needed) -> Vec<Digest> {
        let hash = |id| self.0.iter().find(|(node, _)| *node == id).unwrap().1;
        needed.fold(&needed.ids().map(hash).collect::<Vec<_>>()).unwrap()
    }

    fn root(&self, size: u64) -> Digest {
        self.fetch(root_nodes(size)).pop().unwrap_or_else(empty_root)
    }
}

#[test]
fn roots_agree_with_certificate_transparency() {
    let (leaves, roots) = known_tree();
    let tree = Tree::of(leaves.iter().map(|leaf| leaf_hash(leaf)));
    let mut made = vec![json!({"comment": "no leaves", "leaves": [], "root": empty_root()})];
    for (size, root) in (1..).zip(roots) {
        assert_eq!(tree.root(size).to_string(), format!("sha256:{root}"));
        let leaves: Vec<_> = leaves[..size as usize].iter().map(hex::encode).collect();
        made.push(json!({"comment": format!("{size} leaves"), "leaves": leaves, "root": tree.root(size)}));
    }
    for vector in vectors("roots.json", made) {
        let leaves = vector["leaves"].as_array().unwrap().iter().map(|leaf| leaf.as_str().unwrap());
        let tree = Tree::of(leaves.clone().map(|leaf| leaf_hash(&hex::decode(leaf).unwrap())));
        assert_eq!(tree.root(leaves.count() as u64), digest(&vector["root"]), "{}", vector["comment"]);
    }
}

fn numbered_leaf(index: u64) -> Digest {
    leaf_hash(format!("leaf {index}").as_bytes())
}

fn inclusion(
    expect: &str,
    comment: &str,
    leaf: Digest,
    index: u64,
    size: u64,
    proof: &[Digest],
    root: Digest,
) -> Value {
    json!({
        "expect": expect, "comment": comment, "leaf": leaf, "index": index, "size": size,
        "proof": proof, "root": root,
    })
}

fn inclusion_vectors() -> Vec<Value> {
    let tree = Tree::of((0..13).map(numbered_leaf));
    let prove = |index, size| tree.fetch(inclusion_nodes(index, size).unwrap());
    let mut made = Vec::new();
    for (index, size) in
        [(0, 1), (0, 2), (1, 2), (2, 3), (0, 8), (7, 8), (5, 11), (8, 11), (10, 11), (12, 13)]
    {
        let (comment, leaf) = (format!("leaf {index} of {size}"), numbered_leaf(index));
        made.push(inclusion(GOOD, &comment, leaf, index, size, &prove(index, size), tree.root(size)));
    }

    let (leaf, proof, root) = (numbered_leaf(5), prove(5, 11), tree.root(11));
    let mut bad = |expect, comment, leaf, index, size, proof: &[Digest], root| {
        made.push(inclusion(expect, comment, leaf, index, size, proof, root));
    };
    bad("root", "the index of the neighbour", leaf, 4, 11, &proof, root);
    bad("root", "another leaf", numbered_leaf(6), 5, 11, &proof, root);
    bad("root", "the root of a smaller tree", leaf, 5, 11, &proof, tree.root(10));
    bad("root", "the root of an empty tree", leaf, 5, 11, &proof, empty_root());
    bad("length", "a size with a longer path", leaf, 5, 17, &proof, root);
    bad("length", "a size with a shorter path", leaf, 5, 8, &proof, root);
    bad("out-of-range", "an index just past the end", leaf, 11, 11, &proof, root);
    bad("out-of-range", "a leaf of the empty tree", leaf, 0, 0, &[], root);
    bad("out-of-range", "a tree larger than 2^53 - 1", leaf, 5, 1 << 53, &proof, root);
    bad("length", "the last hash left out", leaf, 5, 11, &proof[..3], root);
    bad("length", "the first hash left out", leaf, 5, 11, &proof[1..], root);
    bad("length", "no hashes at all", leaf, 5, 11, &[], root);
    bad("length", "the root added at the end", leaf, 5, 11, &[&proof[..], &[root]].concat(), root);
    bad("length", "a hash added at the start", leaf, 5, 11, &[&[leaf], &proof[..]].concat(), root);
    bad("length", "a hash for the only leaf", numbered_leaf(0), 0, 1, &[root], tree.root(1));
    let mut swapped = proof.clone();
    swapped.swap(0, 1);
    bad("root", "two hashes swapped", leaf, 5, 11, &swapped, root);
    let mut altered = proof.clone();
    altered[3].0[31] ^= 1;
    bad("root", "one bit of the last hash altered", leaf, 5, 11, &altered, root);
    let inner = node_hash(&numbered_leaf(4), &numbered_leaf(5));
    bad("length", "an inner node passed off as a leaf", inner, 5, 11, &proof[1..], root);
    made
}

#[test]
fn inclusion_proofs() {
    for vector in vectors("inclusion.json", inclusion_vectors()) {
        let number = |name: &str| vector[name].as_u64().unwrap();
        let (leaf, root, proof) =
            (digest(&vector["leaf"]), digest(&vector["root"]), digests(&vector["proof"]));
        let verdict = verify_inclusion(&leaf, number("index"), number("size"), &proof, &root);
        judge(&vector, verdict, BadProof::code);
    }
}

type Side = (u64, Digest);

fn consistency(expect: &str, comment: &str, old: Side, new: Side, proof: &[Digest]) -> Value {
    json!({
        "expect": expect, "comment": comment, "old": old.0, "old_root": old.1, "new": new.0, "new_root": new.1,
        "proof": proof,
    })
}

fn consistency_vectors() -> Vec<Value> {
    let tree = Tree::of((0..13).map(numbered_leaf));
    let prove = |old, new| tree.fetch(consistency_nodes(old, new).unwrap());
    let at = |size| (size, tree.root(size));
    let mut made = Vec::new();
    for (old, new) in
        [(0, 0), (0, 5), (1, 1), (1, 2), (3, 4), (4, 8), (6, 8), (7, 13), (8, 13), (12, 13), (13, 13)]
    {
        made.push(consistency(GOOD, &format!("from {old} to {new}"), at(old), at(new), &prove(old, new)));
    }

    let other = Tree::of((100..113).map(numbered_leaf));
    let proof = prove(6, 13);
    let mut bad = |expect, comment, old, new, proof: &[Digest]| {
        made.push(consistency(expect, comment, old, new, proof))
    };
    bad("old-root", "another journal's old root", (6, other.root(6)), at(13), &proof);
    bad("root", "another journal's new root", at(6), (13, other.root(13)), &proof);
    bad("old-root", "an old size one too small", (5, tree.root(6)), at(13), &prove(5, 13));
    bad("root", "a new size that is not the root's", at(6), (12, tree.root(13)), &prove(6, 12));
    bad("out-of-range", "a journal that shrank", at(13), at(6), &proof);
    bad("out-of-range", "a tree larger than 2^53 - 1", at(6), (1 << 53, tree.root(13)), &proof);
    bad("length", "the last hash left out", at(6), at(13), &proof[..proof.len() - 1]);
    bad("length", "no hashes at all", at(6), at(13), &[]);
    bad("length", "no hashes from a complete tree", at(8), at(13), &[]);
    bad("length", "a hash added at the end", at(6), at(13), &[&proof[..], &[tree.root(13)]].concat());
    let longer = [&[tree.root(8)], &prove(8, 13)[..]].concat();
    bad("length", "the old root added, which a complete tree leaves out", at(8), at(13), &longer);
    bad("length", "a proof between equal sizes", at(6), at(6), &proof);
    bad("length", "a proof from the empty tree", at(0), at(6), &proof);
    bad("root", "two roots for one size", at(6), (6, other.root(6)), &[]);
    bad("old-root", "a root for the empty tree that is not its own", (0, other.root(1)), at(6), &[]);
    let mut swapped = proof.clone();
    swapped.swap(1, 2);
    bad("old-root", "two hashes swapped", at(6), at(13), &swapped);
    let mut altered = proof.clone();
    altered[proof.len() - 1].0[0] ^= 1;
    bad("root", "one bit of the last hash altered", at(6), at(13), &altered);
    made
}

#[test]
fn consistency_proofs() {
    for vector in vectors("consistency.json", consistency_vectors()) {
        let number = |name: &str| vector[name].as_u64().unwrap();
        let root = |name: &str| digest(&vector[name]);
        let proof = digests(&vector["proof"]);
        let verdict =
            verify_consistency(number("old"), &root("old_root"), number("new"), &root("new_root"), &proof);
        judge(&vector, verdict, BadProof::code);
    }
}

/// A signed-note key made here by hand, so that the vectors don't only agree with themselves.
struct Signer {
    name: &'static str,
    seed: [u8; 32],
}

impl Signer {
    fn pair(&self) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&self.seed).unwrap()
    }

    fn public(&self) -> Vec<u8> {
        [&[1], self.pair().public_key().as_ref()].concat()
    }

    fn id(&self) -> [u8; 4] {
        Digest::of(&[self.name.as_bytes(), b"\n", &self.public()].concat()).0[..4].try_into().unwrap()
    }

    fn vkey(&self) -> String {
        format!("{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(self.public()))
    }

    fn line(&self, text: &str) -> String {
        let signature = [&self.id(), self.pair().sign(text.as_bytes()).as_ref()].concat();
        format!("— {} {}\n", self.name, STANDARD.encode(signature))
    }

    fn note(&self, text: &str) -> String {
        format!("{text}\n{}", self.line(text))
    }
}

const OURS: Signer = Signer { name: "zvh-ml.example/zegel", seed: [7; 32] };
const ANOTHER: Signer = Signer { name: "zvh-ml.example/zegel", seed: [8; 32] };
const WITNESS: Signer = Signer { name: "politie.example/getuige", seed: [9; 32] };

fn checkpoint(expect: &str, comment: &str, note: String) -> Value {
    json!({"expect": expect, "comment": comment, "key": OURS.vkey(), "note": note})
}

fn checkpoint_text() -> String {
    format!("zvh-ml.example/zegel\n1841\n{}\n", STANDARD.encode(numbered_leaf(0).0))
}

/// Notes that are wrong before anyone looks at what is signed.
fn note_vectors() -> Vec<Value> {
    let mut made = Vec::new();
    let mut add = |expect: &str, comment: &str, note: String| made.push(checkpoint(expect, comment, note));
    let text = checkpoint_text();
    let (line, witness, another) = (OURS.line(&text), WITNESS.line(&text), ANOTHER.line(&text));
    let good = OURS.note(&text);
    let empty = format!("zvh-ml.example/zegel\n0\n{}\n", STANDARD.encode(empty_root().0));

    add(GOOD, "signed by the hub", good.clone());
    add(GOOD, "an empty journal", OURS.note(&empty));
    add(GOOD, "cosigned by a partner", format!("{text}\n{line}{witness}"));
    add(GOOD, "a signature by another key of the same name first", format!("{text}\n{another}{line}"));
    add(GOOD, "the largest size", OURS.note(&text.replace("1841", "9007199254740991")));

    add("too-large", "17 KiB of cosignatures", format!("{text}\n{line}{}", witness.repeat(140)));
    let long = format!("— {} AAAAAAA=\n", "a".repeat(300));
    add("too-large", "60 signatures, and larger than 16 KiB", format!("{good}{}", long.repeat(60)));
    add("too-large", "65 signatures", format!("{text}\n{line}{}", "— a AAAAAAA=\n".repeat(64)));
    add("not-note", "nothing", String::new());
    add("not-note", "no empty line before the signatures", format!("{text}{line}"));
    add("not-note", "the final newline is missing", good.trim_end().to_owned());
    add("not-note", "CRLF", good.replace('\n', "\r\n"));
    add("not-note", "a tab", good.replace("1841", "1841\t"));
    add("not-note", "no signature", format!("{text}\n"));
    add("signature-line", "a hyphen for the dash", good.replace("— ", "- "));
    add("signature-line", "two spaces", good.replace("— zvh", "—  zvh"));
    add("signature-line", "a line that is no signature", format!("{good}x\n"));
    add("signature-line", "bad base64 in the signature", good.trim_end().to_owned() + "*\n");
    add("signature-line", "a signature as short as a key's id", format!("{text}\n{line}— a AAAAAA==\n"));
    add("not-signed", "another key of the same name", ANOTHER.note(&text));
    add("not-signed", "a cosignature only", WITNESS.note(&text));
    add("not-signed", "the hub's key under another name", good.replace("— zvh-ml", "— zvh-mx"));
    add("signed-twice", "the same signature twice", format!("{text}\n{line}{line}"));
    add("wrong-signature", "another size than was signed", good.replace("1841", "1842"));
    add("wrong-signature", "a line put before what was signed", format!("x\n{good}"));
    add("wrong-signature", "a signature for another text", format!("{text}\n{}", OURS.line(&empty)));
    let short = STANDARD.encode([&OURS.id()[..], &[1; 60]].concat());
    add("wrong-signature", "a signature that is cut short", format!("{text}\n— {} {short}\n", OURS.name));
    made.push(by_a_key_of_small_order(&text));
    made
}

/// With the key that is the group's neutral point, one signature fits every text.
fn by_a_key_of_small_order(text: &str) -> Value {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let public = [&[1], &neutral[..]].concat();
    let id = &Digest::of(&[OURS.name.as_bytes(), b"\n", &public].concat()).0[..4];
    let key = format!("{}+{}+{}", OURS.name, hex::encode(id), STANDARD.encode(&public));
    let signature = STANDARD.encode([id, &neutral, &[0; 32]].concat());
    let note = format!("{text}\n— {} {signature}\n", OURS.name);
    json!({"expect": "wrong-signature", "comment": "a key of small order", "key": key, "note": note})
}

/// Notes whose text is wrong, though the hub signed it.
fn text_vectors() -> Vec<Value> {
    let mut made = Vec::new();
    let mut add = |expect: &str, comment: &str, text: &str| {
        made.push(checkpoint(expect, comment, OURS.note(text)));
    };
    let text = checkpoint_text();
    let root = text.lines().last().unwrap();
    let with = |from: &str, to: &str| text.replacen(from, to, 1);
    add("wrong-origin", "another hub", &with("zvh-ml", "zvh-mx"));
    add("wrong-origin", "the hub's name alone", &with("/zegel", ""));
    add("wrong-origin", "upper case", &with("zvh", "ZVH"));
    add("wrong-origin", "an empty line first", &with("zvh", "\nzvh"));
    add("size", "a leading zero", &with("1841", "01841"));
    add("size", "a plus sign", &with("1841", "+1841"));
    add("size", "a minus sign", &with("1841", "-1"));
    add("size", "a space after it", &with("1841", "1841 "));
    add("size", "hexadecimal", &with("1841", "0x731"));
    add("size", "no size", &with("1841", ""));
    add("size", "larger than 2^53 - 1", &with("1841", "9007199254740992"));
    add("size", "the origin only", "zvh-ml.example/zegel\n");
    add("root", "no root", "zvh-ml.example/zegel\n1841\n");
    add("root", "bad base64", &with(root, &root.replace('=', "*")));
    add("root", "base64 without padding", &with(root, root.trim_end_matches('=')));
    add("root", "URL-safe base64", &with(root, &STANDARD.encode([0xff; 32]).replace('/', "_")));
    add("root", "base64 with bits left over", &with(root, &STANDARD.encode([0; 32]).replace("A=", "B=")));
    add("root", "31 bytes", &with(root, &STANDARD.encode([0; 31])));
    add("root", "33 bytes", &with(root, &STANDARD.encode([0; 33])));
    add("lines", "a fourth line", &format!("{text}extension\n"));
    add("lines", "an empty fourth line", &format!("{text}\n"));
    made
}

#[test]
fn checkpoints() {
    let made = [note_vectors(), text_vectors()].concat();
    for vector in vectors("checkpoints.json", made) {
        let key: JournalPublicKey = vector["key"].as_str().unwrap().parse().unwrap();
        assert_eq!(vector["key"], key.to_string());
        let opened = key.open(vector["note"].as_str().unwrap());
        judge(&vector, opened.map(|_| ()), BadCheckpoint::code);
    }
}

#[test]
fn we_sign_what_the_first_checkpoint_says() {
    let seed = STANDARD.encode([&[1], &OURS.seed[..]].concat());
    let secret = format!("PRIVATE+KEY+{}+{}+{seed}", OURS.name, hex::encode(OURS.id()));
    let root = numbered_leaf(0);
    let written = JournalKey::from_text(&secret).unwrap().sign(1841, root);
    assert_eq!(note_vectors()[0]["note"], written);
    let hub: HubName = "zvh-ml.example".parse().unwrap();
    let key: JournalPublicKey = OURS.vkey().parse().unwrap();
    assert_eq!(key.open(&written), Ok(Checkpoint { hub, size: 1841, root }));
}

fn event_vectors() -> Vec<Value> {
    let mut made = Vec::new();
    let mut add = |expect: &str, comment: &str, event: String| {
        made.push(json!({"expect": expect, "comment": comment, "event": event}));
    };
    let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
    let at = "at: 2026-11-23T18:20:01Z";
    let member = "member: mem_0123456789abcdef";
    let leaf = format!("zegel/1 leaf\n{at}\nstatement: {a}\nsignature: {b}\n");
    let opened = format!("zegel/1 record\n{at}\nrecord: opened\n{member}\nabout: {a}\n");
    add(GOOD, "a statement", leaf.clone());
    add(GOOD, "a member opened an item", opened.clone());
    add(GOOD, "a member signed in", format!("zegel/1 record\n{at}\nrecord: signed-in\n{member}\n"));
    add(GOOD, "a member was refused an item", opened.replace("opened", "refused"));
    add(GOOD, "a member was refused", format!("zegel/1 record\n{at}\nrecord: refused\n{member}\n"));
    add(GOOD, "a letter was mailed to a member", opened.replace("opened", "mailed"));
    add(GOOD, "the portal's digest", format!("zegel/1 record\n{at}\nrecord: portal\nabout: {a}\n"));

    add("too-long", "more than 512 bytes", leaf.clone() + &"x".repeat(512));
    add("not-lines", "nothing", String::new());
    add("not-lines", "the final newline is missing", leaf.trim_end().to_owned());
    add("not-lines", "CRLF", leaf.replace('\n', "\r\n"));
    add("not-lines", "one carriage return", leaf.replacen('\n', "\r\n", 1));
    add("unknown-kind", "another version", leaf.replace("zegel/1", "zegel/2"));
    add("unknown-kind", "another kind", leaf.replace("/1 leaf", "/1 twig"));
    add("unknown-kind", "an empty line first", format!("\n{leaf}"));
    add("unknown-kind", "a byte order mark", format!("\u{feff}{leaf}"));
    add("unknown-kind", "a space after the kind", leaf.replacen('\n', " \n", 1));
    add("field", "two spaces", leaf.replace("at: ", "at:  "));
    add("field", "no space", leaf.replace("at: ", "at:"));
    add("field", "upper case in a name", leaf.replace("at: ", "At: "));
    add("field", "a space at the end of a line", leaf.replace("Z\n", "Z \n"));
    add("field", "30 February", leaf.replace("11-23", "02-30"));
    add("field", "a fraction of a second", leaf.replace("01Z", "01.5Z"));
    add("field", "another offset", leaf.replace("01Z", "01+01:00"));
    add("field", "upper case in a digest", leaf.replace(&a.to_string(), &a.to_string().to_uppercase()));
    add("field", "a digest that is too short", leaf.replace(&a.to_string(), &a.to_string()[..70]));
    let other_order = format!("zegel/1 leaf\n{at}\nsignature: {b}\nstatement: {a}\n");
    add("field", "statement and signature in the other order", other_order);
    add("field", "no moment", leaf.replace(&format!("{at}\n"), ""));
    add("field", "an empty line between", leaf.replace("Z\n", "Z\n\n"));
    add("field", "an unknown record", opened.replace("opened", "closed"));
    add("field", "an opening of nothing", opened.replace(&format!("about: {a}\n"), ""));
    add("field", "an opening by nobody", opened.replace(&format!("{member}\n"), ""));
    let mailed = opened.replace("opened", "mailed");
    add("field", "a letter mailed to nobody", mailed.replace(&format!("{member}\n"), ""));
    add("field", "nothing mailed", mailed.replace(&format!("about: {a}\n"), ""));
    add("field", "a portal with a member", opened.replace("opened", "portal"));
    add(
        "field",
        "a refusal with another line",
        opened.replace("opened", "refused").replace("about", "abuot"),
    );
    add("field", "a zero-width space in a record", opened.replace("opened", "opened\u{200b}"));
    add("extra", "a line twice", format!("{leaf}signature: {b}\n"));
    add("extra", "an empty line at the end", format!("{leaf}\n"));
    add("extra", "a sign-in about an item", opened.replace("opened", "signed-in"));
    made
}

#[test]
fn events() {
    for vector in vectors("events.json", event_vectors()) {
        let text = vector["event"].as_str().unwrap();
        let read = text.parse::<Event>();
        if let Ok(event) = read {
            assert_eq!(event.to_string(), text);
        }
        judge(&vector, read.map(|_| ()), BadEvent::code);
    }
}

/// Leaves as the format says, hashed here by hand.
fn leaf_vectors() -> Vec<Value> {
    let mut events = event_vectors();
    events.retain(|vector| vector["expect"] == GOOD);
    let leaf = |(event, number): (&Value, u8)| {
        let scope = if number % 2 == 1 { "ZVH-2026-0014" } else { "house" };
        let (scope_salt, event_salt) = ([number; 32], [0xf0 | number; 32]);
        let half = |salt: &[u8], text: &str| Digest::of(&[salt, text.as_bytes()].concat());
        let halves = [half(&scope_salt, scope), half(&event_salt, event["event"].as_str().unwrap())];
        json!({
            "comment": event["comment"], "scope": scope, "scope_salt": hex::encode(scope_salt),
            "event_salt": hex::encode(event_salt), "event": event["event"], "halves": halves,
            "hash": Digest::of(&[&[0], &halves[0].0[..], &halves[1].0[..]].concat()),
        })
    };
    events.iter().zip(1..).map(leaf).collect()
}

#[test]
fn leaves() {
    for vector in vectors("leaves.json", leaf_vectors()) {
        let text = |name: &str| vector[name].as_str().unwrap();
        let salt = |name: &str| hex::decode(text(name)).unwrap().try_into().unwrap();
        let leaf = Leaf {
            scope: text("scope").parse().unwrap(),
            scope_salt: salt("scope_salt"),
            event_salt: salt("event_salt"),
            event: text("event").parse().unwrap(),
        };
        let halves = leaf.halves();
        assert_eq!(digests(&vector["halves"]), [halves.scope, halves.event]);
        assert_eq!(leaf.hash(), digest(&vector["hash"]));
    }
}
