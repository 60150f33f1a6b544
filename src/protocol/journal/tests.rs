use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

/// The root as RFC 6962 section 2.1 defines it, without a thought for speed.
fn naive_root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        leaves => {
            let middle = leaves.len().next_power_of_two() / 2;
            node_hash(&naive_root(&leaves[..middle]), &naive_root(&leaves[middle..]))
        }
    }
}

/// A journal as a database keeps it: complete subtrees, and roots by size.
struct Tree {
    leaves: Vec<Digest>,
    nodes: HashMap<NodeId, Digest>,
    frontier: Frontier,
}

impl Tree {
    fn grown(size: u64) -> Self {
        let mut tree = Self { leaves: vec![], nodes: HashMap::new(), frontier: Frontier::default() };
        for index in 0..size {
            let leaf = leaf_hash(&index.to_be_bytes());
            tree.leaves.push(leaf);
            for (node, hash) in tree.frontier.append(leaf) {
                assert!(tree.nodes.insert(node, hash).is_none(), "a node is stored once");
            }
        }
        tree
    }

    fn fetch(&self, needed: Needed) -> Vec<Digest> {
        let hashes: Vec<_> = needed.ids().map(|id| self.nodes[&id]).collect();
        needed.fold(&hashes).unwrap()
    }

    fn root(&self, size: u64) -> Digest {
        naive_root(&self.leaves[..size as usize])
    }
}

#[test]
fn all_small_trees_prove_all_that_they_hold() {
    let tree = Tree::grown(40);
    for new in 0..=40 {
        let root = tree.root(new);
        for index in 0..new {
            let proof = tree.fetch(inclusion_nodes(index, new).unwrap());
            assert_eq!(verify_inclusion(&tree.leaves[index as usize], index, new, &proof, &root), Ok(()));
        }
        for old in 0..=new {
            let proof = tree.fetch(consistency_nodes(old, new).unwrap());
            assert_eq!(verify_consistency(old, &tree.root(old), new, &root, &proof), Ok(()), "{old} {new}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_frontier_has_the_root_of_its_leaves(size in 0u64..2000) {
        let tree = Tree::grown(size);
        prop_assert_eq!(tree.frontier.root(), tree.root(size));
        let folded = tree.fetch(root_nodes(size)).pop().unwrap_or_else(empty_root);
        prop_assert_eq!(folded, tree.root(size));
        let peaks = root_nodes(size).ids().map(|id| tree.nodes[&id]).collect();
        prop_assert_eq!(Frontier::new(size, peaks).unwrap(), tree.frontier);
    }

    #[test]
    fn a_proof_holds_for_its_leaf_index_size_and_root_only(size in 1u64..3000, at in any::<prop::sample::Index>()) {
        let tree = Tree::grown(size);
        let index = at.index(size as usize) as u64;
        let (leaf, root) = (tree.leaves[index as usize], tree.root(size));
        let proof = tree.fetch(inclusion_nodes(index, size).unwrap());
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), Ok(()));
        for other in [index ^ 1, index + 1, index + size] {
            prop_assert!(verify_inclusion(&leaf, other, size, &proof, &root).is_err());
        }
        prop_assert!(verify_inclusion(&leaf_hash(b"other"), index, size, &proof, &root).is_err());
        prop_assert!(verify_inclusion(&leaf, index, size, &proof, &leaf_hash(b"other")).is_err());
        for place in 0..proof.len() {
            let mut altered = proof.clone();
            altered[place].0[31] ^= 1;
            prop_assert_eq!(verify_inclusion(&leaf, index, size, &altered, &root), Err(BadProof::Root));
            prop_assert!(verify_inclusion(&leaf, index, size, &proof[..place], &root).is_err());
        }
        let longer = [&proof[..], &[leaf]].concat();
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &longer, &root), Err(BadProof::Length));
    }

    #[test]
    fn growth_is_proved_and_nothing_else_is(new in 2u64..3000, at in any::<prop::sample::Index>()) {
        let tree = Tree::grown(new);
        let old = 1 + at.index(new as usize - 1) as u64;
        let (old_root, root) = (tree.root(old), tree.root(new));
        let proof = tree.fetch(consistency_nodes(old, new).unwrap());
        prop_assert_eq!(verify_consistency(old, &old_root, new, &root, &proof), Ok(()));
        let other = leaf_hash(b"other");
        prop_assert!(verify_consistency(old, &other, new, &root, &proof).is_err());
        prop_assert_eq!(verify_consistency(old, &old_root, new, &other, &proof), Err(BadProof::Root));
        for place in 0..proof.len() {
            let mut altered = proof.clone();
            altered[place].0[0] ^= 0x80;
            prop_assert!(verify_consistency(old, &old_root, new, &root, &altered).is_err());
            prop_assert!(verify_consistency(old, &old_root, new, &root, &proof[..place]).is_err());
        }
        let longer = [&proof[..], &[other]].concat();
        prop_assert!(verify_consistency(old, &old_root, new, &root, &longer).is_err());
    }

    #[test]
    fn what_reads_as_an_event_is_written_the_same(text in "(zegel/1 (leaf|record)\n)?(at: 2026-11-23T18:20:0[0-9]Z\n)?(record: (signed-in|opened|refused|portal)\n)?(member: mem_0123456789abcdef\n)?((about|statement|signature): sha256:[0a]{64}\n){0,3}") {
        if let Ok(event) = text.parse::<Event>() {
            prop_assert_eq!(event.to_string(), text);
        }
    }
}

#[test]
fn the_nodes_of_the_largest_tree_can_be_named() {
    assert_eq!(inclusion_nodes(MAX_SIZE - 1, MAX_SIZE).unwrap().ids().count(), 52);
    assert!(inclusion_nodes(0, MAX_SIZE).unwrap().ids().all(|id| id.level < 53));
    assert!(consistency_nodes(1, MAX_SIZE).is_some());
    assert_eq!(inclusion_nodes(0, MAX_SIZE + 1), None);
    assert_eq!(consistency_nodes(2, 1), None);
    assert_eq!(Frontier::new(3, vec![empty_root()]), None);
}

#[test]
fn erasing_an_event_leaves_the_leaf_in_its_place() {
    let event = Event::Statement {
        at: "2026-11-23T18:20:01Z".parse().unwrap(),
        statement: Digest::of(b"statement"),
        signature: Digest::of(b"signature"),
    };
    let scope = "ZVH-2026-0014".parse().unwrap();
    let leaf = Leaf { scope, scope_salt: [1; 32], event_salt: [2; 32], event };
    assert_eq!(Halves::erased(scope, &[1; 32], leaf.halves().event).hash(), leaf.hash());
    assert_ne!(Halves::erased(Scope::House, &[1; 32], leaf.halves().event).hash(), leaf.hash());
}

#[test]
fn a_journal_key_survives_being_written_and_read() {
    let hub: crate::protocol::id::HubName = "zvh-ml.example".parse().unwrap();
    let key = JournalKey::generate(hub, &ring::rand::SystemRandom::new()).unwrap();
    let read = JournalKey::from_text(&key.to_text()).unwrap();
    assert!(read.public() == key.public());
    assert_eq!(key.public().to_string().parse(), Ok(key.public().clone()));
    let checkpoint = read.public().open(&key.sign(7, empty_root())).unwrap();
    assert_eq!((checkpoint.size, checkpoint.root), (7, empty_root()));
    assert!(JournalKey::from_text(&key.to_text().replace("zvh", "zwh")).is_err());
}
