//! What holds for every text, whatever its length.

use std::io::{Read, Write};

use proptest::prelude::*;
use zegel::protocol::id::Digest;
use zegel::protocol::payload::{
    CHUNK, Opener, PART, PayloadDigest, Sealer, part_leaf, payload_length, root_of_parts,
};
use zegel::protocol::recovery::{BadCode, RecoveryCode};
use zegel::protocol::seal::*;

/// Lengths about the ends of chunks, and of the batches in which they are sealed.
fn lengths() -> impl Strategy<Value = usize> {
    let chunks = prop_oneof![4 => 0usize..4, 1 => 31usize..35, 1 => Just(64)];
    (chunks, -2isize..=2).prop_map(|(chunks, more)| (chunks * CHUNK).saturating_add_signed(more))
}

fn text(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_sealed_opens_to_the_same(length in lengths(), step in 1usize..200_000) {
        let (file_key, text) = (FileKey::generate().unwrap(), text(length));
        let mut sealer = Sealer::new(Vec::new(), &file_key).unwrap();
        text.chunks(step).for_each(|some| sealer.write_all(some).unwrap());
        let payload = sealer.finish().unwrap();
        prop_assert_eq!(payload.len() as u64, payload_length(length as u64));
        let mut opened = Vec::new();
        Opener::new(payload.as_slice(), &file_key).unwrap().read_to_end(&mut opened).unwrap();
        prop_assert!(opened == text);
    }

    #[test]
    fn any_altered_bit_is_refused(length in lengths(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let key = SealingKey::generate();
        let (part, headers, _) = seal_small(&text(length), &[key.recipient()]).unwrap();
        let header = headers[0];
        prop_assert!(open_small(&header, &part.payload, &key, &part.name).is_ok());

        let mut payload = part.payload.clone();
        payload[at.index(part.payload.len())] ^= 1u8 << bit;
        prop_assert_eq!(open_small(&header, &payload, &key, &part.name), Err(Refused::Digest));
        // Even where the digest was altered with it.
        let mut digest = PayloadDigest::new();
        digest.update(&payload);
        let name = PartName { digest: digest.finish().0, ..part.name };
        prop_assert!(matches!(open_small(&header, &payload, &key, &name), Err(Refused::Payload(_))));

        let mut bytes = header.to_bytes();
        let place = at.index(bytes.len());
        bytes[place] ^= 1u8 << bit;
        prop_assert!(Header::parse(&bytes).and_then(|header| header.open(&key)).is_err());
    }

    #[test]
    fn two_characters_swapped_or_one_mistaken_are_found(a in 0usize..32, b in 0usize..32, wrong in 0usize..32) {
        let code = RecoveryCode::generate(zegel::clock::random()).unwrap();
        let typed: Vec<char> = code.to_text().replace('-', "").chars().collect();
        let mut swapped = typed.clone();
        swapped.swap(a, b);
        let mut mistaken = typed.clone();
        mistaken[a] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().nth(wrong).unwrap();
        for other in [swapped, mistaken] {
            let parsed = RecoveryCode::parse(&other.iter().collect::<String>());
            prop_assert_eq!(parsed.err(), (other != typed).then_some(BadCode::Check));
        }
    }
}

#[test]
fn the_digest_of_a_payload_is_the_root_over_its_parts() {
    let payload = text(2 * PART + 5);
    let mut digest = PayloadDigest::new();
    payload.chunks(3_000_001).for_each(|some| digest.update(some));
    let (root, length) = digest.finish();
    assert_eq!(length, payload.len() as u64);
    let leaves: Vec<_> = payload.chunks(PART).map(part_leaf).collect();
    assert_eq!(root, root_of_parts(&leaves));

    // RFC 6962, section 2.1, by hand: the tree of three leaves is the node of (the node of two) and one.
    let node = |left: Digest, right: Digest| Digest::of(&[&[1][..], &left.0, &right.0].concat());
    assert_eq!(leaves[0], Digest::of(&[&[0][..], &payload[..PART]].concat()));
    assert_eq!(root, node(node(leaves[0], leaves[1]), leaves[2]));
}

#[test]
fn a_regrant_is_made_only_of_the_key_that_was_committed_to() {
    let (femke, noor, max) = (SealingKey::generate(), SealingKey::generate(), SealingKey::generate());
    let (part, headers, _) = seal_small(b"Verzonnen.", &[femke.recipient()]).unwrap();
    let (other, _, _) = seal_small(b"Een ander stuk.", &[femke.recipient()]).unwrap();
    let grant = regrant(&headers[0], &femke, &part.name.commitment, &noor.recipient()).unwrap();
    assert_eq!(&**open_small(&grant, &part.payload, &noor, &part.name).unwrap(), b"Verzonnen.");
    assert_eq!(open_small(&grant, &part.payload, &max, &part.name), Err(Refused::WrongReader));
    let refused = regrant(&headers[0], &femke, &other.name.commitment, &noor.recipient());
    assert_eq!(refused, Err(Refused::Commitment));
}

#[test]
fn a_secret_of_several_holders_opens_for_each_and_for_nobody_else() {
    let (joris, mila, max) = (SealingKey::generate(), SealingKey::generate(), SealingKey::generate());
    let file = seal_file(b"geheim", &[joris.recipient(), mila.recipient()]).unwrap();
    for holder in [&joris, &mila] {
        assert_eq!(&**open_file(&file, holder).unwrap(), b"geheim");
    }
    assert_eq!(open_file(&file, &max), Err(Refused::WrongReader));
    assert_eq!(
        open_file(&file[..file.len() - 1], &mila),
        Err(Refused::Payload(zegel::protocol::payload::Broken::Altered))
    );
    assert_eq!(seal_file(b"geheim", &[]), Err(Refused::NoReaders));

    let file = seal_with_passphrase(b"geheim", "een lange zin", 10).unwrap();
    assert_eq!(&**open_with_passphrase(&file, "een lange zin", 10).unwrap(), b"geheim");
    assert_eq!(open_with_passphrase(&file, "een andere zin", 10), Err(Refused::WrongReader));
    assert_eq!(open_with_passphrase(&file, "een lange zin", 9), Err(Refused::TooMuchWork));
    assert_eq!(open_file(&file, &joris), Err(Refused::WrongReader));
}

#[test]
fn nothing_is_sealed_that_nobody_could_open_or_everybody_guess() {
    assert_eq!(seal_small(b"Verzonnen.", &[]).err(), Some(Refused::NoReaders));
    for work in [0, MOST_WORK + 1] {
        assert_eq!(seal_with_passphrase(b"geheim", "een lange zin", work), Err(Refused::TooMuchWork));
    }
}

/// A disk that was full for a moment.
struct FullOnce(Vec<u8>, bool);

impl Write for FullOnce {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match std::mem::take(&mut self.1) {
            true => Err(std::io::ErrorKind::StorageFull.into()),
            false => self.0.write(bytes),
        }
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_payload_with_a_hole_in_it_is_never_finished() {
    let mut sealer = Sealer::new(FullOnce(Vec::new(), false), &FileKey::generate().unwrap()).unwrap();
    sealer.out().1 = true;
    let all = text(40 * CHUNK);
    assert!(sealer.write_all(&all).is_err());
    // There is room again: what comes now would stand where the lost part belongs.
    assert!(sealer.finish().is_err());
}
